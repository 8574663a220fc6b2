package widgets

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

// TestStageGoesOn shows that neither a run that has grown nor time that passes
// between events stops a token under way.
func TestStageGoesOn(t *testing.T) {
	a := bank()
	a.Header.ID = "run"
	s, _ := staged(t, a, 1050, 405)
	s.SetMotion(300 * time.Millisecond)
	shot := &trace.Snapshot{}
	a.SnapshotAt(shot, 13, 0)
	s.SetSnapshot(shot, false)
	a.SnapshotAt(shot, 14, 0)
	s.SetSnapshot(shot, true)
	s.Select(1)
	s.Advance(100 * time.Millisecond)
	where := s.tokenOf(1).now

	grown := a.Header
	grown.Tasks = append(grown.Tasks, trace.Task{Name: "later"})
	s.SetRun(&grown)
	s.SetMotion(0)
	s.SetSnapshot(shot, false)
	tok := s.tokenOf(1)
	if tok == nil || !tok.moving || tok.now != where || s.Selected() != 1 {
		t.Fatalf("the token stopped: %+v", tok)
	}
	other := a.Header
	other.ID = "another"
	s.SetRun(&other)
	if s.tokenOf(1) != nil || s.Selected() != trace.NoTask {
		t.Error("another run shows the tokens of the last")
	}
}

// TestStageSaysWhyBack names the way back to ready for what sent the task there.
func TestStageSaysWhyBack(t *testing.T) {
	for kind, want := range map[trace.Kind]string{
		trace.Expire: "preempt: slice used up", trace.Preempt: "preempt", trace.Yield: "yield",
	} {
		for _, motion := range []time.Duration{0, 300 * time.Millisecond} {
			h := header(1, "P1", "P2")
			a := act{trace.NewRecording(h)}
			a.do(0, trace.Arrive, 0, 0, 0).do(0, trace.Dispatch, 0, 0, 0)
			at := 2.0
			if kind == trace.Expire {
				at = 4
			}
			a.do(at, kind, 0, 0, 0)
			s, _ := staged(t, a, 1050, 405)
			s.SetMotion(motion)
			shot := &trace.Snapshot{}
			a.SnapshotAt(shot, 2, 0)
			s.SetSnapshot(shot, false)
			a.SnapshotAt(shot, 3, 0)
			s.SetSnapshot(shot, true)
			view := s.view.arrows[arrowPreempt]
			if !view.lit || view.label.Text != want {
				t.Errorf("%v in %v: lit %v, %q; want %q", kind, motion, view.lit, view.label.Text, want)
			}
			s.Advance(time.Second)
			if motion > 0 && (view.lit || view.label.Text != "preempt: slice used up") {
				t.Errorf("%v: afterwards lit %v, %q", kind, view.lit, view.label.Text)
			}
		}
	}
}

// TestStageSquashed gives it less room than it can use.
func TestStageSquashed(t *testing.T) {
	for _, a := range []act{bank(), crowd(400, 64, 1, false), crowd(50, 4, 4, true)} {
		s, window := staged(t, a, 500, 300)
		for _, size := range [][2]float32{{10, 10}, {100, 50}, {300, 100}, {480, 240}, {2000, 100}, {100, 2000}} {
			for _, project := range []bool{false, true} {
				window.Resize(fyne.NewSize(size[0], size[1]))
				s.Resize(fyne.NewSize(size[0], size[1]))
				s.SetProjection(project)
				s.SetSnapshot(a.at(2), true)
				s.Advance(time.Second)
			}
		}
	}
}

// TestStageTellsLongNames shortens names that have no room.
func TestStageTellsLongNames(t *testing.T) {
	a := bank()
	a.Header.Tasks[0].Name = "a process with a name that never ends"
	a.Header.Tasks[1].Name = "读取磁盘并计算校验和的进程"
	s, _ := staged(t, a, 1050, 405)
	s.SetSnapshot(a.at(17.5), false)
	for id := range trace.TaskID(2) {
		tok := s.tokenOf(id)
		name := tok.view.look.name
		if w := width(name, s.style.name, bold); w > tok.now.W {
			t.Errorf("%q is %v wide on a token of %v", name, w, tok.now.W)
		}
		if name == a.Header.Tasks[id].Name {
			t.Errorf("%q is said whole", name)
		}
	}
}

func TestStageLooks(t *testing.T) {
	for _, c := range []struct {
		name    string
		act     act
		at      float64
		w, h    float32
		dark    bool
		project bool
	}{
		{"lock", bank(), 17.5, 1050, 405, false, false},
		{"four", crowd(14, 4, 1, false), 2.5, 1050, 405, true, false},
		{"levels", crowd(12, 1, 4, false), 2.5, 1280, 396, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := test.NewTempApp(t)
			scale := float32(1)
			if c.project {
				scale = ProjectionScale(720)
			}
			app.Settings().SetTheme(NewTheme(c.dark, c.project, scale, nil, nil))
			s := NewStage()
			s.height = 720
			s.ExitCode = func(trace.TaskID) (int64, bool) { return 0, true }
			s.SetProjection(c.project)
			window := test.NewTempWindow(t, s)
			window.SetPadded(false)
			window.Resize(fyne.NewSize(c.w, c.h))
			h := c.act.Header
			s.SetRun(&h)
			s.SetSnapshot(c.act.at(c.at), false)
			s.Select(1)
			s.Note("Why P3 next?", "Round robin takes the head of Ready. P3 has waited 8 ms.")
			test.AssertRendersToImage(t, "stage/"+c.name+".png", window.Canvas())
			if c.name == "lock" {
				test.AssertObjectRendersToMarkup(t, "stage/"+c.name+".xml", s)
			}
		})
	}
}

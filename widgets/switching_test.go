package widgets

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// takingTurns is two tasks that count, written by hand: A loads 5 and its slice runs out
// within a loop, B comes and ends.
func takingTurns() *trace.Recording {
	r := trace.NewRecording(trace.Header{
		Origin: trace.Simulated, Unit: 1, UnitText: "1ms", CPUs: 1,
		Policies: []trace.Policy{{Name: "rr", Slice: 4}},
		Queues:   []trace.Queue{{CPU: -1}},
		Programs: []trace.Program{
			{Ops: []trace.Op{{Text: "load 5", Length: 1, Line: 3}, {Text: "cpu 6", Length: 6, Depth: 1, Line: 5}}},
			{Ops: []trace.Op{{Text: "cpu 1", Length: 1, Line: 7}}},
		},
		Tasks: []trace.Task{{Name: "A"}, {Name: "B", Process: 1, Program: 1}},
	})
	r.Append(0, trace.Arrive, 0, 0, 0)
	r.Append(0, trace.Arrive, 1, 0, 0)
	r.Append(0, trace.Dispatch, 0, 0, 0)
	r.AppendArg(1, trace.Acc, 0, 0, 0, 5)
	r.Append(4, trace.Expire, 0, 0, 0)
	r.Append(4, trace.Dispatch, 1, 0, 0)
	r.Append(5, trace.Exit, 1, 0, 0)
	r.Append(5, trace.Dispatch, 0, 0, 0)
	return r
}

// panel shows the panel at each place of a recording, in order, and says what it says.
func panel(t *testing.T, do func(at trace.Stand, s *Switching)) {
	t.Helper()
	look{}.open(t)
	r := takingTurns()
	s := NewSwitching(nil)
	shown(t, s, 840, 100)
	for at := (trace.Stand{Of: -1}); ; {
		next := r.After(at)
		if next == at {
			return
		}
		at = next
		if x, ok := r.Switching(at); ok {
			s.SetSwitch(&r.Header, x, true)
			do(at, s)
		}
	}
}

func TestThePanelTellsEveryPartOfASwitch(t *testing.T) {
	var said []string
	panel(t, func(_ trace.Stand, s *Switching) { said = append(said, s.Describe()) })
	want := `choose: nobody; CPU 0 (registers empty); PCB of A (chosen) pc 3 sp 7fff0000 acc 0
load: nobody; CPU 0 (registers of A) pc 3 sp 7fff0000 acc 0; PCB of A (loaded) pc 3 sp 7fff0000 acc 0
nobody; CPU 0 (registers of A) pc 3 sp 7fff0000 acc 0; PCB of A (old: it runs) pc 3 sp 7fff0000 acc 0
nobody; CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; PCB of A (old: it runs) pc 3 sp 7fff0000 acc 0
PCB of A (not saved yet) pc 3 sp 7fff0000 acc 0; CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; nobody
save: PCB of A (saved) pc 5 sp 7ffefff0 acc 5; CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; nobody
choose: PCB of A (saved) pc 5 sp 7ffefff0 acc 5; CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; PCB of B (chosen) pc 7 sp 7fff0000 acc 0
load: PCB of A (saved) pc 5 sp 7ffefff0 acc 5; CPU 0 (registers of B) pc 7 sp 7fff0000 acc 0; PCB of B (loaded) pc 7 sp 7fff0000 acc 0
PCB of A (saved) pc 5 sp 7ffefff0 acc 5; CPU 0 (registers of B) pc 7 sp 7fff0000 acc 0; PCB of B (old: it runs) pc 7 sp 7fff0000 acc 0
PCB of B (has ended, nothing to save); CPU 0 (registers of B) pc 7 sp 7fff0000 acc 0; nobody
choose: PCB of B (has ended, nothing to save); CPU 0 (registers of B) pc 7 sp 7fff0000 acc 0; PCB of A (chosen) pc 5 sp 7ffefff0 acc 5
load: PCB of B (has ended, nothing to save); CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; PCB of A (loaded) pc 5 sp 7ffefff0 acc 5
PCB of B (has ended, nothing to save); CPU 0 (registers of A) pc 5 sp 7ffefff0 acc 5; PCB of A (old: it runs) pc 5 sp 7ffefff0 acc 5`
	want = strings.ReplaceAll(want, "7ffefff0", fmt.Sprintf("%x", trace.StackTop-trace.FrameSize))
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Values are under way while they are saved or loaded, and stand where they belong
// when the time for it is over.
func TestValuesTravelWhenTheyAreSavedAndLoaded(t *testing.T) {
	travelled := 0
	panel(t, func(at trace.Stand, s *Switching) {
		flies := at.Part == trace.SaveContext || at.Part == trace.LoadContext
		if s.Advance(time.Millisecond) != flies {
			t.Errorf("%v: values are under way: %v", at, !flies)
		}
		if !flies {
			return
		}
		travelled++
		_, to := s.way()
		if n := len(s.live.values[to]); n != 3 || s.live.texts.Objects == nil {
			t.Errorf("%v: %d places", at, n)
		}
		seen := 0
		for _, o := range s.live.flying.Objects {
			if o.Visible() {
				seen++
			}
		}
		if seen != 6 {
			t.Errorf("%v: %d objects under way, not three values on their grounds", at, seen)
		}
		if s.Advance(time.Minute) {
			t.Errorf("%v: values are still under way", at)
		}
		for _, o := range s.live.flying.Objects {
			if o.Visible() {
				t.Errorf("%v: something stays under way", at)
			}
		}
	})
	if travelled != 4 {
		t.Errorf("values travelled %d times", travelled)
	}
}

func TestAClickAtTheChoiceAsksWhy(t *testing.T) {
	asked := 0
	panel(t, func(_ trace.Stand, s *Switching) {
		s.OnWhy = func() { asked++ }
		c := s.live.choice.center()
		s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(c.X, c.Y)})
		s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(5, 5)})
	})
	if asked != 13 {
		t.Errorf("asked %d times", asked)
	}
}

// An assembly program has more registers than rows; none is left out.
func TestAllRegistersAreThere(t *testing.T) {
	look{}.open(t)
	r := takingTurns()
	s := NewSwitching(nil)
	shown(t, s, 840, 100)
	c := trace.Context{SP: trace.StackTop}
	for _, name := range []string{"%ax", "%bx", "%cx", "%dx", "%ex", "%fx", "%flag"} {
		c.Registers = append(c.Registers, trace.Register{Name: name, Value: 42})
	}
	c.Registers = append(c.Registers, trace.Register{Name: "unused", Hidden: true})
	s.SetSwitch(&r.Header, trace.Switching{Leaves: 0, Old: c, Saved: true, Holds: 0, Registers: c, Comes: 1, New: c}, false)
	found := map[string]int{}
	for _, o := range s.live.texts.Objects {
		if text, ok := written(o); ok {
			found[text]++
		}
	}
	for _, name := range []string{"pc", "sp", "%ax", "%flag"} {
		if found[name] != 3 {
			t.Errorf("%s is shown %d times", name, found[name])
		}
	}
	if found["unused"] > 0 {
		t.Error("a register that nobody uses is shown")
	}
	if found["42"] != 21 {
		t.Errorf("%d values, not 21: %v", found["42"], found)
	}
}

// written returns what a visible text says.
func written(o fyne.CanvasObject) (string, bool) {
	text, ok := o.(*canvas.Text)
	if !ok || !text.Visible() {
		return "", false
	}
	return text.Text, true
}

// The pid of the parent is that of the one a process has now.
func TestAnOrphanHasAnotherParent(t *testing.T) {
	r := trace.NewRecording(trace.Header{
		Origin: trace.Simulated, Unit: 1, UnitText: "1ms", CPUs: 1, Policies: []trace.Policy{{}}, Queues: []trace.Queue{{CPU: -1}},
		Programs: []trace.Program{{}},
		Tasks:    []trace.Task{{Name: "shell", Pid: 100, Parent: 1}, {Name: "child", Pid: 101, Parent: 100, Process: 1}},
	})
	r.Append(0, trace.Arrive, 0, 0, 0)
	r.Append(0, trace.Arrive, 1, 0, 0)
	r.AppendArg(1, trace.Adopt, 1, 0, 0, -1)
	var s trace.Snapshot
	for events, want := range map[int]string{2: "101 / 100  shell", 3: "101 / 1"} {
		r.SnapshotAt(&s, events, 0)
		if got := InspectorRows(&r.Header, &s, 1, trace.Totals{}, nil).Rows[0].Value; got != want {
			t.Errorf("after %d events: %q, not %q", events, got, want)
		}
	}
}

// The inspector tells which ends of pipes the process of a task has open.
func TestTheInspectorTellsOpenFiles(t *testing.T) {
	r := trace.NewRecording(trace.Header{
		Origin: trace.Simulated, Unit: 1, UnitText: "1ms", CPUs: 1, Policies: []trace.Policy{{}}, Queues: []trace.Queue{{CPU: -1}},
		Resources: []trace.Resource{{Name: "p", Kind: trace.Pipe}, {Name: "q", Kind: trace.Pipe}},
		Programs:  []trace.Program{{}},
		Tasks:     []trace.Task{{Name: "A", Pid: 100}, {Name: "T", Pid: 100, Group: "A"}, {Name: "B", Pid: 102, Process: 2}},
	})
	r.AppendArg(0, trace.OpenEnd, 0, 0, 0, trace.WriteEnd)
	r.AppendArg(0, trace.OpenEnd, 0, 0, 1, trace.ReadEnd|trace.WriteEnd)
	r.AppendArg(0, trace.OpenEnd, 2, 0, 0, trace.ReadEnd)
	r.AppendArg(1, trace.CloseEnd, 0, 0, 1, trace.ReadEnd)
	r.AppendArg(1, trace.CloseEnd, 0, 0, 0, trace.WriteEnd)
	files := func(events int, id trace.TaskID) string {
		var s trace.Snapshot
		r.SnapshotAt(&s, events, 0)
		for _, row := range InspectorRows(&r.Header, &s, id, trace.Totals{}, nil).Rows {
			if row.ID == "inspector.files" {
				return row.Value
			}
		}
		return ""
	}
	for _, c := range []struct {
		events int
		id     trace.TaskID
		want   string
	}{
		{3, 0, "p: write, q: read, write"}, {3, 1, "p: write, q: read, write"}, {3, 2, "p: read"},
		{4, 0, "p: write, q: write"}, {5, 1, "q: write"}, {0, 0, ""},
	} {
		if got := files(c.events, c.id); got != c.want {
			t.Errorf("after %d events task %d has %q, not %q", c.events, c.id, got, c.want)
		}
	}
}

// The panel at three of its parts: pictures to be looked at when they change.
func TestSwitchingMasters(t *testing.T) {
	r := takingTurns()
	for _, c := range []struct {
		name, language string
		at             trace.Stand
		gone           time.Duration // of values under way; 0 = they are there
		look           look
		w              float32
	}{
		{"switching-save", "en", trace.Stand{Events: 5, Part: trace.SaveContext, Of: 4}, 200 * time.Millisecond, look{}, 840},
		{"switching-choose", "en", trace.Stand{Events: 5, Part: trace.ChooseNext, Of: 5}, 0, look{dark: true}, 840},
		{"switching-load", "zh_Hans", trace.Stand{Events: 5, Part: trace.LoadContext, Of: 5}, 0, look{projection: true, scale: ProjectionScale(720)}, 1240},
	} {
		c.look.open(t)
		s := NewSwitching(wordsIn(t, c.language))
		win := shown(t, s, c.w, s.MinSize().Height)
		x, ok := r.Switching(c.at)
		if !ok {
			t.Fatalf("%v is about no CPU", c.at)
		}
		s.SetSwitch(&r.Header, x, c.gone > 0)
		s.Advance(c.gone)
		assertLooksLike(t, "views/"+c.name+".png", win.Canvas().Capture())
	}
}

package widgets

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

// staged puts a stage into a window.
func staged(t testing.TB, a act, w, h float32) (*Stage, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(NewTheme(false, false, 1, nil, nil))
	s := NewStage()
	window := test.NewTempWindow(t, s)
	window.SetPadded(false)
	window.Resize(fyne.NewSize(w, h))
	head := a.Header
	s.SetRun(&head)
	return s, window
}

// shown returns the names of the tokens in a list from its first place on.
func (s *Stage) shown(list listID) string {
	var names []string
	ids := map[listKind]func() []trace.TaskID{
		inNew:   func() []trace.TaskID { return s.shot.New },
		inReady: func() []trace.TaskID { return s.shot.Queues[list.i] },
		inCPU:   func() []trace.TaskID { return []trace.TaskID{s.shot.CPUs[list.i].Task} },
		inPlace: func() []trace.TaskID { return s.waiters(list.i) },
		inEnded: func() []trace.TaskID { return s.shot.Ended },
	}[list.kind]()
	for _, id := range ids {
		if tok := s.tokenOf(id); id != trace.NoTask && tok != nil && tok.list == list {
			names = append(names, tok.view.look.name+" "+tok.view.look.second)
		}
	}
	return strings.Join(names, ", ")
}

func TestStageShowsWhoStandsWhere(t *testing.T) {
	s, _ := staged(t, bank(), 1050, 405)
	s.ExitCode = func(trace.TaskID) (int64, bool) { return 3, true }
	s.SetSnapshot(bank().at(17.5), false)
	for list, want := range map[listID]string{
		{inNew, 0}:   "P4 at 30",
		{inReady, 0}: "P1 5 left, P3 5 left",
		{inCPU, 0}:   "P2 pc 1",
		{inPlace, 0}: "T5 acquire",
		{inPlace, 1}: "T6 I/O",
		{inPlace, 2}: "",
		{inEnded, 0}: "main exit 3",
	} {
		if got := s.shown(list); got != want {
			t.Errorf("list %v shows %q, want %q", list, got, want)
		}
	}
	if n := s.tally(); n != [boxes]int{1, 2, 1, 2, 1} {
		t.Errorf("counts are %v", n)
	}
	head, tail := s.tokenOf(0), s.tokenOf(2)
	if head.now.X <= tail.now.X {
		t.Errorf("the head of the queue isn't next to the CPU: %v, %v", head.now, tail.now)
	}
	look := s.view.cpus[0].look
	if !look.limited || look.number != "1.5" || look.left != ringPart(3, 8) {
		t.Errorf("the ring shows %+v", look)
	}
}

func TestStageDescribes(t *testing.T) {
	s, _ := staged(t, bank(), 1050, 405)
	s.SetSnapshot(bank().at(17.5), false)
	want := `New: P4
Ready: P1, P3
Running: CPU 0: P2, slice 1.5 left
Blocked: Lock balance, held by P2: T5
Blocked: Device disk, 2.5 ms left: T6
Blocked: Queue q  2/4 (42, 43): –
Blocked: Sleeping: –
Terminated: main
`
	if got := s.Describe(); got != want {
		t.Errorf("said\n%s\nwant\n%s", got, want)
	}
	s.SetSnapshot(bank().at(19.1), false)
	if got := s.Describe(); !strings.Contains(got, "Running: CPU 0: switch P1\n") {
		t.Errorf("said\n%s", got)
	}
}

func TestStageWithoutRun(t *testing.T) {
	s, window := staged(t, bank(), 1050, 405)
	s.Advance(time.Second)
	s.Select(3)
	s.Refresh()
	s.SetRun(nil)
	s.SetSnapshot(nil, true)
	if s.Describe() != "" {
		t.Error("something was said of nothing")
	}
	window.Canvas().Capture()
}

// TestStageTokensTravel steps through a run: whoever changes place goes along
// the arrow between, and is there at the end.
func TestStageTokensTravel(t *testing.T) {
	a := bank()
	s, _ := staged(t, a, 1050, 405)
	s.SetMotion(300 * time.Millisecond)
	shot := &trace.Snapshot{}
	a.SnapshotAt(shot, 0, 0)
	s.SetSnapshot(shot, false)
	check := func(events int) {
		t.Helper()
		a.SnapshotAt(shot, events, 0)
		before := map[trace.TaskID]area{}
		for _, tok := range s.scene.order {
			if tok.used {
				before[tok.id] = tok.now
			}
		}
		s.SetSnapshot(shot, true)
		for _, tok := range s.scene.order {
			if was, ok := before[tok.id]; ok && tok.used && tok.now != was {
				t.Errorf("event %d: %s leapt from %v to %v", events, s.taskName(tok.id), was, tok.now)
			}
		}
		for i := 0; s.Advance(16 * time.Millisecond); i++ {
			if i > 100 {
				t.Fatalf("event %d: it never ends", events)
			}
		}
		for _, tok := range s.scene.order {
			if tok.used && tok.now != tok.at {
				t.Errorf("event %d: %s is at %v, not at %v", events, s.taskName(tok.id), tok.now, tok.at)
			}
		}
	}
	for i := range a.Len() {
		check(i + 1)
	}
	for i := a.Len() - 1; i >= 0; i-- {
		check(i)
	}
}

func TestStageLightsTheArrowUnderWay(t *testing.T) {
	a := bank()
	s, _ := staged(t, a, 1050, 405)
	shot := &trace.Snapshot{}
	for i, want := range map[int]int{1: arrowAdmit, 7: arrowDispatch, 10: arrowExit, 14: arrowPreempt} {
		a.SnapshotAt(shot, i-1, 0)
		s.SetSnapshot(shot, false)
		for list := i; list <= i; list++ {
			a.SnapshotAt(shot, list, 0)
		}
		s.SetSnapshot(shot, true)
		for arrow, view := range s.view.arrows {
			if view.lit != (arrow == want) {
				t.Errorf("event %d (%v): arrow %d lit: %v", i, a.Event(i-1).Kind, arrow, view.lit)
			}
		}
		s.Advance(time.Second)
		if s.view.arrows[want].lit {
			t.Errorf("event %d: arrow %d stays lit", i, want)
		}
	}
}

func TestStageSelects(t *testing.T) {
	s, _ := staged(t, bank(), 1050, 405)
	s.SetSnapshot(bank().at(17.5), false)
	chosen := trace.NoTask
	s.OnSelect = func(id trace.TaskID) { chosen = id }
	c := s.tokenOf(5).now.center()
	test.TapAt(s, fyne.NewPos(c.X, c.Y))
	if chosen != 5 || s.Selected() != 5 || !s.tokenOf(5).view.look.selected {
		t.Errorf("chosen %d, selected %d", chosen, s.Selected())
	}
	test.TapAt(s, fyne.NewPos(2, 2))
	if chosen != 5 {
		t.Errorf("nothing was tapped, chosen %d", chosen)
	}
}

// TestStageAlways shows random instants of random runs: every task that isn't
// counted stands in its box, and none on another.
func TestStageAlways(t *testing.T) {
	acts := map[string]act{
		"bank": bank(), "crowd": crowd(40, 1, 1, false), "four": crowd(24, 4, 1, false),
		"levels": crowd(30, 2, 4, false), "own": crowd(50, 4, 4, true), "many": crowd(400, 64, 1, false),
	}
	for name, a := range acts {
		t.Run(name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, 2))
			s, window := staged(t, a, 1050, 405)
			shot := &trace.Snapshot{}
			for range 60 {
				if rnd.IntN(6) == 0 {
					window.Resize(fyne.NewSize(760+rnd.Float32()*520, 330+rnd.Float32()*230))
					s.SetProjection(rnd.IntN(3) == 0)
				}
				a.SnapshotAt(shot, rnd.IntN(a.Len()+1), 0)
				s.SetSnapshot(shot, rnd.IntN(2) == 0)
				for range rnd.IntN(40) {
					s.Advance(16 * time.Millisecond)
				}
				if rnd.IntN(2) == 0 {
					s.Advance(time.Second)
				}
				sound(t, s)
			}
		})
	}
}

func sound(t *testing.T, s *Stage) {
	t.Helper()
	boxOf := map[listKind]int{inNew: boxNew, inReady: boxReady, inCPU: boxRunning, inPlace: boxBlocked, inEnded: boxEnded}
	tokens, places := map[trace.TaskID]bool{}, map[listID][]area{}
	for _, tok := range s.scene.order {
		if !tok.used {
			continue
		}
		if !s.layout.Bounds.contains(tok.now) {
			t.Fatalf("%s is off the stage: %v", s.taskName(tok.id), tok.now)
		}
		if tok.leaving {
			continue
		}
		if tokens[tok.id] {
			t.Fatalf("%s has two tokens", s.taskName(tok.id))
		}
		tokens[tok.id] = true
		list, ok := s.listOf(tok.id)
		if !ok || list != tok.list {
			t.Fatalf("%s stands in %v, it is in %v", s.taskName(tok.id), tok.list, list)
		}
		if box := s.layout.Boxes[boxOf[list.kind]].Box; !box.contains(tok.at) {
			t.Fatalf("%s %v is outside of its box %v", s.taskName(tok.id), tok.at, box)
		}
		for _, other := range places[list] {
			if tok.at.overlaps(other) {
				t.Fatalf("%s %v stands on another at %v", s.taskName(tok.id), tok.at, other)
			}
		}
		places[list] = append(places[list], tok.at)
	}
	for list, n := range s.lengths() {
		count := s.countArea(list)
		if got := len(places[list]); got > n || got < n && count.empty() && s.layout.Boxes[boxOf[list.kind]].Shown {
			t.Fatalf("list %v has %d tasks and %d tokens, and no count", list, n, got)
		}
	}
}

// lengths returns how many tasks are in each list.
func (s *Stage) lengths() map[listID]int {
	n := map[listID]int{{inNew, 0}: len(s.shot.New), {inEnded, 0}: len(s.shot.Ended)}
	for i, q := range s.shot.Queues {
		n[listID{inReady, i}] = len(q)
	}
	for i := range s.shot.CPUs {
		if s.shot.CPUs[i].Task != trace.NoTask {
			n[listID{inCPU, i}] = 1
		}
	}
	for i := range s.places() {
		n[listID{inPlace, i}] = s.waiting(i)
	}
	return n
}

func TestStageCountsThousands(t *testing.T) {
	a := crowd(100_000, 4, 1, false)
	s, _ := staged(t, a, 1050, 405)
	shot := a.at(2.5)
	s.SetSnapshot(shot, false)
	for i := range 10 {
		a.SnapshotAt(shot, a.Len()-1-i, 0)
		s.SetSnapshot(shot, true)
	}
	if s.tokenOf(shot.Queues[0][0]) == nil || len(s.scene.order) > maxTokens {
		t.Errorf("%d tokens, the head of the queue is one: %v", len(s.scene.order), s.tokenOf(shot.Queues[0][0]) != nil)
	}
}

// BenchmarkStage shows event after event of a run with 200 tasks and lets the
// tokens travel. There should be next to no allocations.
func BenchmarkStage(b *testing.B) {
	a := crowd(200, 8, 1, false)
	s, _ := staged(b, a, 1920, 900)
	shots := make([]*trace.Snapshot, 20)
	for i := range shots {
		shots[i] = &trace.Snapshot{}
		a.SnapshotAt(shots[i], a.Len()-20+i, 0)
		s.SetSnapshot(shots[i], false)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s.SetSnapshot(shots[i%len(shots)], true)
		s.Advance(16 * time.Millisecond)
		i++
	}
	n := 0
	for _, t := range s.scene.order {
		if t.used {
			n++
		}
	}
	b.ReportMetric(float64(n), "tokens")
}

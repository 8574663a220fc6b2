package widgets

import (
	"strings"
	"testing"
	"time"

	"timeslice/sim/trace"
)

// household is a scene of processes: one waits for its child, one is stopped while
// it waits for the disk and one while it is ready, and one is a zombie.
func household() act {
	h := header(1, "shell", "make", "reader", "cruncher", "cc")
	h.Programs[0].Ops = []trace.Op{
		{Text: "fork make"}, {Text: "waitpid make"}, {Text: "stop reader"}, {Text: "cpu 9", Length: 9 * ms}, {Text: "io disk 5", Length: 5 * ms},
	}
	h.Resources = []trace.Resource{{Name: "disk", Kind: trace.Device, Servers: 1}}
	a := act{trace.NewRecording(h)}
	for i := range 5 {
		a.do(0, trace.Arrive, i, 0, 0)
	}
	a.do(0, trace.Dispatch, 0, 0, 0).do(1, trace.BlockChild, 0, 0, 0, 1)
	a.do(1, trace.Dispatch, 2, 0, 0).do(2, trace.BlockIO, 2, 0, 0).do(2, trace.Serve, 2, 0, 0)
	a.do(2, trace.Dispatch, 4, 0, 0).do(3, trace.Exit, 4, 0, 0).do(3, trace.Defunct, 4, 0, 0, 7)
	a.do(4, trace.Stop, 2, 0, 0).do(4, trace.Stop, 3, 0, 0)
	a.do(5, trace.Dispatch, 1, 0, 0)
	a.do(6, trace.Reap, 4, 0, 0, -1)
	a.do(6, trace.Continue, 3, 0, 0)
	a.Finish(10 * ms)
	return a
}

// TestStageShowsProcesses gives everybody a place who is neither ready nor runs
// nor waits for a resource.
func TestStageShowsProcesses(t *testing.T) {
	a := household()
	for _, project := range []bool{false, true} {
		w := float32(1050)
		if project {
			w = 1280
		}
		s, _ := staged(t, a, w, 396)
		s.height = 720
		s.SetProjection(project)
		s.SetSnapshot(a.at(5.5), false)
		for list, want := range map[listID]string{
			{inPlace, 1}:   "shell for make",
			{inPlace, 0}:   "",
			{inStopped, 0}: "reader I/O, cruncher pc 0",
		} {
			if got := s.shown(list); got != want && (!project || s.countArea(list).empty()) { // in a room there may be a count only
				t.Errorf("project %v: list %v shows %q, want %q", project, list, got, want)
			}
		}
		if got := s.shown(listID{inZombie, 0}); !strings.HasPrefix(got, "cc") || !strings.HasSuffix(got, "exit 7") {
			t.Errorf("project %v: the zombie is %q", project, got)
		}
		if n := s.tally(); n != [boxes]int{0, 0, 1, 1, 0, 2, 1} {
			t.Errorf("counts are %v", n)
		}
		want := "Blocked: Join: shell (for make)\nStopped: reader, cruncher\nTerminated: –\nZombie: cc (exit 7)\n"
		if got := s.Describe(); !strings.HasSuffix(got, want) {
			t.Errorf("it says\n%s\nwant at the end\n%s", got, want)
		}
	}
}

// TestStageMovesProcesses lets tokens travel to and from their places.
func TestStageMovesProcesses(t *testing.T) {
	a := household()
	s, _ := staged(t, a, 1050, 495)
	s.SetMotion(300 * time.Millisecond)
	s.SetSnapshot(a.at(3.5), false)
	s.SetSnapshot(a.at(4), true)
	for id := trace.TaskID(2); id <= 3; id++ {
		if tok := s.tokenOf(id); tok == nil || !tok.moving || tok.list.kind != inStopped || !s.layout.Boxes[boxStopped].Box.contains(tok.at) {
			t.Errorf("task %d isn't on its way to the stopped: %+v", id, tok)
		}
	}
	goes := func(id trace.TaskID, arrow int) {
		t.Helper()
		if tok := s.tokenOf(id); tok == nil || tok.route != 1<<arrow || !s.view.arrows[arrow].lit || s.view.arrows[arrow].all.Hidden {
			t.Errorf("task %d doesn't go along arrow %d, lit and drawn: %+v", id, arrow, tok)
		}
	}
	goes(2, arrowStopBlocked)
	goes(3, arrowStop)
	s.Advance(time.Second)
	s.SetSnapshot(a.at(6), true)
	if tok := s.tokenOf(3); tok == nil || !tok.moving || tok.list.kind != inReady {
		t.Errorf("it goes on, but is no way to ready: %+v", tok)
	}
	if tok := s.tokenOf(4); tok == nil || !tok.moving || tok.list.kind != inEnded {
		t.Errorf("the zombie was asked for, but isn't on its way to the ended: %+v", tok)
	}
	goes(3, arrowContinue)
	goes(4, arrowReap)
	s.Advance(time.Second)
	for i, a := range s.view.arrows {
		if a.lit {
			t.Errorf("arrow %d is lit and nobody is on it", i)
		}
	}
}

// TestStageDrawsWaysWithoutArrows draws the way of who is killed where it waits
// while it is on it, on a desk and in a room, where arrows below aren't drawn else.
func TestStageDrawsWaysWithoutArrows(t *testing.T) {
	a := household()
	a.do(10, trace.Kill, 0, 0, 0, 9)
	a.do(10, trace.Exit, 1, 0, 0)
	for _, project := range []bool{false, true} {
		s, _ := staged(t, a, 1240, 420)
		s.height = 720
		s.SetProjection(project)
		s.SetMotion(300 * time.Millisecond)
		s.SetSnapshot(a.at(9), false)
		s.SetSnapshot(a.at(10), true)
		tok := s.tokenOf(0)
		if tok == nil || !tok.moving || !tok.own.Shown || len(s.view.detours) == 0 || s.view.detours[0].all.Hidden {
			t.Fatalf("project %v: no way is drawn: %+v", project, tok)
		}
		f := &tok.own
		if !s.layout.Bounds.has(f.Line[0]) || !s.layout.Bounds.has(f.Line[3]) || f.nowhere() {
			t.Errorf("project %v: the way is %v", project, f.Line)
		}
		if exit := s.view.arrows[arrowExit]; exit.all.Hidden {
			t.Errorf("project %v: somebody ends, and no arrow leads there", project)
		}
		s.Advance(time.Second)
		if !s.view.detours[0].all.Hidden || project && !s.view.arrows[arrowExit].all.Hidden {
			t.Errorf("project %v: a way is left that nobody is on", project)
		}
	}
}

// TestStageFindsPlaces shows places as far as a run has use for them.
func TestStageFindsPlaces(t *testing.T) {
	plain := bank()
	s, _ := staged(t, plain, 1050, 405)
	if s.spec.Stopped || s.spec.Zombies || s.extraPlace(extraJoin) >= 0 || s.extraPlace(extraSleep) != 3 {
		t.Errorf("a run without processes has places for them: %+v", s.spec)
	}
	late := household()
	late.Header.Programs[0].Ops = []trace.Op{{Text: "cpu 1", Length: ms}}
	s, _ = staged(t, late, 1050, 495)
	s.SetSnapshot(late.at(0), false)
	if s.spec.Stopped || s.spec.Zombies || s.spec.Places != 1 {
		t.Errorf("places before anybody needs them: %+v", s.spec)
	}
	s.SetSnapshot(late.at(5.5), true)
	if !s.spec.Stopped || !s.spec.Zombies || s.spec.Places != 2 || !s.layout.Boxes[boxStopped].Shown {
		t.Errorf("no places for those who need them: %+v", s.spec)
	}
	queue := bank()
	queue.Header.Programs[0].Ops = []trace.Op{{Text: "join q"}}
	if s, _ = staged(t, queue, 1050, 405); s.extraPlace(extraJoin) >= 0 {
		t.Error("who joins a queue waits for no task")
	}
}

package widgets

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// family is a run in which A makes B and a thread, B makes C and ends, and C goes
// to init.
func family() *trace.Recording {
	h := trace.Header{CPUs: 1, Unit: 1000, UnitText: "1us", Programs: []trace.Program{{Ops: make([]trace.Op, 9)}}, Queues: []trace.Queue{{CPU: -1}}}
	for i, x := range []struct {
		name            string
		parent, process int
	}{{"A", 1, 0}, {"B", 100, 1}, {"C", 101, 2}, {"T", 1, 0}} {
		h.Tasks = append(h.Tasks, trace.Task{Name: x.name, Pid: 100 + x.process, Parent: x.parent, Process: x.process, Arrival: trace.Time(i)})
	}
	r := trace.NewRecording(h)
	r.Append(0, trace.Arrive, 0, 0, 0)
	r.Append(0, trace.Dispatch, 0, 0, 0)
	r.AppendArg(1, trace.Fork, 0, 0, 0, 1)
	r.Append(1, trace.Arrive, 1, 0, 0)
	r.AppendArg(3, trace.Thread, 0, 0, 0, 3)
	r.Append(3, trace.Arrive, 3, 0, 0)
	r.Append(3, trace.BlockSleep, 0, 0, 0)
	r.Append(3, trace.Dispatch, 1, 0, 0)
	r.AppendArg(4, trace.Fork, 1, 0, 0, 2)
	r.Append(4, trace.Arrive, 2, 0, 0)
	r.AppendArg(5, trace.Exit, 1, 0, 0, 7)
	r.AppendArg(5, trace.Adopt, 2, 0, 0, -1)
	r.AppendArg(5, trace.Defunct, 1, 0, 0, 7)
	r.Finish(10)
	return r
}

func TestProcessTree(t *testing.T) {
	look{}.open(t)
	r := family()
	var s trace.Snapshot
	p := NewProcessTree(nil)
	shown(t, p, 900, 300)
	for _, x := range []struct {
		at   trace.Time
		want []string
	}{
		{0, []string{"init (pid 1)", "  A (pid 100 · Running R)"}},
		{4, []string{"  A (pid 100 · Blocked S)", "    T (thread · Ready R)", "    B (pid 101 · Running R)", "      C (pid 102 · Ready R)", "B has a handle of C"}},
		{9, []string{"    B (pid 101 · Zombie Z · exit 7)", "  C (pid 102 · Ready R · adopted)", "signalled, exit 7", "C is nobody's"}},
	} {
		r.Snapshot(&s, x.at)
		p.SetSnapshot(&r.Header, &s, trace.NoTask)
		got := p.Describe()
		for _, want := range x.want {
			if !strings.Contains(got, want) {
				t.Errorf("at %d there is no %q:\n%s", x.at, want, got)
			}
		}
	}
	chosen := trace.NoTask
	p.OnSelect = func(id trace.TaskID) { chosen = id }
	at := p.live.places[len(p.live.places)-1].center()
	p.Tapped(&fyne.PointEvent{Position: fyne.NewPos(at.X, at.Y)})
	if chosen != 2 {
		t.Errorf("a click on C selects task %d", int32(chosen))
	}
	p.Resize(fyne.NewSize(240, 90)) // whatever there is room for
	for i, a := range p.live.places {
		if a.right() > 241 || a.W <= 0 {
			t.Errorf("row %d is at %v", i, a)
		}
	}
}

// What a thread that crashes takes with it ends as that thread does.
func TestProcessTreeTellsOfACrash(t *testing.T) {
	look{}.open(t)
	r := family()
	r.Append(8, trace.WakeSleep, 0, 0, 0)
	r.Append(8, trace.Dispatch, 3, 0, 0)
	r.AppendArg(9, trace.Crash, 3, 0, 0, 11)
	r.AppendArg(9, trace.EndWith, 0, 0, 0, 3)
	var s trace.Snapshot
	p := NewProcessTree(nil)
	shown(t, p, 900, 300)
	r.Snapshot(&s, 10)
	p.SetSnapshot(&r.Header, &s, trace.NoTask)
	if p.scene.ended != "Ended: A SIGSEGV" {
		t.Errorf("it says %q", p.scene.ended)
	}
}

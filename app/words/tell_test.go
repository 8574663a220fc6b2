package words

import (
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// Every kind of event can be told in every language, with every field filled.
func TestEveryEventHasASentence(t *testing.T) {
	h := &trace.Header{
		Unit: 1e6, UnitText: "1ms",
		Tasks:     []trace.Task{{Name: "P1"}, {Name: "P2"}},
		Resources: []trace.Resource{{Name: "disk"}},
		Queues:    []trace.Queue{{Name: "top"}},
		Policies:  []trace.Policy{{Name: "rr"}},
		Variables: []trace.Variable{{Name: "balance"}},
		Texts:     []trace.Text{{Before: "It is ", Value: true}},
		Programs:  []trace.Program{{}, {Name: "ls"}},
	}
	for _, l := range Languages() {
		w := New(l.Tag)
		for _, k := range trace.Kinds() {
			e := trace.Event{Kind: k, Arg: 1, Task: trace.NoTask}
			if k.OnTask() {
				e.Task = 0
			}
			if !w.Has("event."+k.String()) || !w.Has("kind."+k.String()) {
				t.Errorf("%s: no sentence or no name for %s", l.Tag, k)
			}
			if said := w.Event(h, e); strings.ContainsAny(said, "{}") {
				t.Errorf("%s %s leaves a field open: %q", l.Tag, k, said)
			}
		}
	}
}

// Whatever a policy did wrong can be told in every language.
func TestEveryFaultHasASentence(t *testing.T) {
	for _, l := range Languages() {
		w := New(l.Tag)
		for _, code := range []sim.Fault{
			sim.FaultUnknown, sim.FaultNotReady, sim.FaultAffinity, sim.FaultVictim, sim.FaultNeverDone, sim.FaultLost,
			sim.FaultMissing, sim.FaultNoProgress, sim.FaultPanic, sim.FaultStarved, sim.FaultFailed,
		} {
			for _, task := range []trace.TaskID{0, trace.NoTask} {
				for _, cpu := range []int{-1, 1} {
					h := &trace.Header{Tasks: []trace.Task{{Name: "P1"}}, Policies: []trace.Policy{
						{Name: "rr"}, {Name: "fcfs", Fault: &trace.Fault{Code: string(code), Task: task, CPU: cpu, Text: "why"}},
					}}
					said := w.Event(h, trace.Event{Kind: trace.Switched, Task: trace.NoTask, Object: 1})
					if strings.ContainsAny(said, "{}") || strings.Contains(said, "fault.") || !strings.Contains(said, "rr") ||
						strings.Contains(said, "P1") != (task == 0) || strings.Contains(said, "CPU 1") != (cpu == 1) {
						t.Errorf("%s %s: %q", l.Tag, code, said)
					}
				}
			}
		}
	}
}

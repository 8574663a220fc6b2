package words

import (
	"strings"
	"testing"

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

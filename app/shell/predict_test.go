package shell

import (
	"testing"

	"timeslice/sim/trace"
)

func TestPredictionOffersTheRightAnswer(t *testing.T) {
	r := shortRun()
	for i := range r.Len() {
		var s trace.Snapshot
		r.SnapshotAt(&s, i, 0)
		p, ok := predict(r, &s)
		if want := i < 5; ok != want {
			t.Fatalf("after %d events a question: %v, want %v", i, ok, want)
		}
		if !ok {
			continue
		}
		found := false
		for _, c := range p.choices {
			found = found || c == p.answer
		}
		if !found || len(p.choices) > mostChoices {
			t.Fatalf("after %d events the choices are %v, the answer %d", i, p.choices, p.answer)
		}
	}
}

package sim_test

import (
	"slices"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, figure
// 5.4: bursts of 6 4 6 4 13 13 13, believed at first to last 10, alpha = 1/2.
func TestGuessedBursts(t *testing.T) {
	w := computer(1, task(0, cpu(6), io(4, 1), cpu(4), io(4, 1), cpu(6), io(4, 1), cpu(4), io(4, 1),
		cpu(13), io(4, 1), cpu(13), io(4, 1), cpu(13), io(4, 1), cpu(1)))
	w.Resources = resources()
	for _, policy := range []string{"sjf", "srtf", "srtf queues=per_cpu"} {
		r := run(t, w, choose(t, policy+" estimate=average alpha=0.5 initial=10")).Recording()
		key, got := int64(0), []int64(nil)
		for _, e := range r.Events(0) {
			switch e.Kind {
			case trace.Key:
				key = e.Arg
			case trace.Dispatch:
				got = append(got, key/ms)
			}
		}
		if want := []int64{10, 8, 6, 6, 5, 9, 11, 12}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", policy, got, want)
		}
	}
}

// A guess is of the whole burst: who was preempted in it has used up part of it,
// and a task that is believed to be done long since goes first.
func TestGuessesCountDown(t *testing.T) {
	// A is believed to last 4, and lasts 9. B comes at 2, believed to last 4 too,
	// so A, of which 2 are left, stays, and at 4 nothing of it is left: it stays.
	w := computer(1, task(0, cpu(9)), task(2, cpu(3)))
	m := run(t, w, choose(t, "srtf estimate=average initial=4"))
	if got := ends(m.Recording()); !slices.Equal(got, []sim.Time{9 * ms, 12 * ms}) {
		t.Errorf("%v", got)
	}
}

package cli

import (
	"fmt"
	"math/big"

	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// compareLocks compares what happened to mutexes with what was expected, up to
// the first difference.
func compareLocks(w *workload.Workload, r *report.Report) []difference {
	names, have := r.Tasks(), r.LockEvents()
	say := func(at, what, task, lock string) string { return fmt.Sprintf("%s %s %s at %s", task, what, lock, at) }
	for i := range max(len(w.Expect.LockEvents), len(have)) {
		expected, got := "nothing more", "nothing more"
		if i < len(w.Expect.LockEvents) {
			e := &w.Expect.LockEvents[i]
			at := string(e.At)
			if n, ok := number(at); ok {
				at = decimal(n)
			}
			expected = say(at, e.What, e.Task, e.Lock)
		}
		if i < len(have) {
			e := &have[i]
			got = say(decimal(big.NewRat(int64(e.Time), int64(w.Unit))), e.What, names[e.Task], r.Resource(e.Lock))
		}
		if expected != got {
			return []difference{{fmt.Sprintf("lock_events %d", i+1), expected, got}}
		}
	}
	return nil
}

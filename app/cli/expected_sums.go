package cli

import (
	"fmt"
	"math/big"

	"timeslice/sim/trace"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// compareSums compares what textbooks compute beside a run: guessed bursts, lags.
func compareSums(w *workload.Workload, r *report.Report) (found []difference) {
	e := w.Expect
	if e.Guesses != nil {
		got := guesses(r)
		for i := range max(len(got), len(e.Guesses)) {
			want, have := workload.Number("none"), "none"
			if i < len(e.Guesses) {
				want = e.Guesses[i]
			}
			if i < len(got) {
				have = got[i]
			}
			if !agrees(want, have) {
				found = append(found, difference{fmt.Sprint("guess ", i+1), string(want), have})
			}
		}
	}
	for i, want := range e.Lags {
		have := lags(w, r, i)
		for k := range max(len(want), len(have)) {
			x, y := workload.Number("none"), "none"
			if k < len(want) {
				x = want[k]
			}
			if k < len(have) {
				y = have[k]
			}
			if !agrees(x, y) {
				found = append(found, difference{fmt.Sprintf("lag %d of task %d", i, k+1), string(x), y})
			}
		}
	}
	return found
}

// guesses returns the key the first task stood in the queue with, each time it
// came there to begin a burst.
func guesses(r *report.Report) (all []string) {
	rec := r.Recording()
	key, begins := int64(0), false
	for _, e := range rec.Events(0) {
		if e.Task != 0 {
			continue
		}
		switch e.Kind {
		case trace.Arrive, trace.WakeIO:
			begins = true
		case trace.Key:
			key = e.Arg
		case trace.Dispatch:
			if begins {
				all = append(all, rec.Header.Number(trace.Time(key)))
			}
			begins = false
		}
	}
	return all
}

// lags returns by how much each task has had less CPU time than its share by
// weight, after so many stretches on the CPU.
func lags(w *workload.Workload, r *report.Report, stretches int) (all []string) {
	runs := r.Timeline()
	if stretches > len(runs) {
		return nil
	}
	now, weights := trace.Time(0), int64(0)
	had := make([]trace.Time, len(w.Tasks))
	for _, run := range runs[:stretches] {
		had[run.Task] += run.End - run.Start
		now = run.End
	}
	for i := range w.Tasks {
		weights += w.Tasks[i].Weight
	}
	for i := range w.Tasks {
		lag := new(big.Rat).SetFrac64(int64(now)*w.Tasks[i].Weight, max(1, weights))
		lag.Sub(lag, new(big.Rat).SetInt64(int64(had[i])))
		all = append(all, lag.Quo(lag, new(big.Rat).SetInt64(int64(w.Unit))).RatString())
	}
	return all
}

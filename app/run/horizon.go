package run

import (
	"slices"

	"timeslice/sim/workload"
)

// HorizonJobs is how many jobs a run may have up to the horizon that [Horizon]
// finds.
const HorizonJobs = 100_000

// Horizon returns where to cut a run of periodic tasks, which never ends by
// itself: two hyperperiods after the last of them has come, by when its schedule
// repeats if it ever does, on one CPU and by fixed priorities or deadlines. It is
// 0 if the workload has no such task or is cut already, or if the periods have so
// little in common that there would be more than [HorizonJobs] jobs; endless
// tells these apart.
//
// J. Leung, M. Merrill: A note on preemptive scheduling of periodic, real-time
// tasks, 1980.
func Horizon(w *workload.Workload) (until workload.Time, endless bool) {
	if w.Until > 0 {
		return 0, false
	}
	hyper, last := workload.Time(1), workload.Time(0)
	for i := range w.Tasks {
		t := &w.Tasks[i]
		if t.Period == 0 || len(t.Releases) > 0 {
			continue
		}
		endless = true
		last = max(last, t.Arrival)
		if hyper = leastCommon(hyper, t.Period); hyper == 0 {
			return 0, true
		}
	}
	if !endless || hyper > (workload.MaxTime-last)/2 {
		return 0, endless
	}
	until = last + 2*hyper
	jobs := workload.Time(0)
	for i := range w.Tasks {
		if t := &w.Tasks[i]; t.Period > 0 {
			jobs += until / t.Period
		}
	}
	if jobs > HorizonJobs {
		return 0, true
	}
	return until, true
}

// leastCommon returns the least common multiple, 0 if it is beyond all time.
func leastCommon(a, b workload.Time) workload.Time {
	x, y := a, b
	for y > 0 {
		x, y = y, x%y
	}
	if a/x > workload.MaxTime/b {
		return 0
	}
	return a / x * b
}

// Forever reports whether a program of a workload says forever and nothing cuts
// the run, so that it may never end.
func Forever(w *workload.Workload) bool {
	return w.Until == 0 && slices.ContainsFunc(w.Tasks, func(t workload.Task) bool {
		return slices.ContainsFunc(t.Program.Ops, func(op workload.Op) bool { return op.Code == workload.OpRepeat && op.Value < 0 })
	})
}

package sim_test

import (
	"fmt"
	"testing"

	"timeslice/sim/trace"
)

// TestCopyingIsShownApart: whatever the policy, each task has just as long spans of
// copying as it copies, on its lane and on those of the CPUs, and all of its spans on
// a CPU together are its CPU time still.
func TestCopyingIsShownApart(t *testing.T) {
	for _, cpus := range []int{1, 2, 5} {
		for _, policy := range []string{"fcfs", "rr quantum=1", "rr quantum=3", "srtf"} {
			t.Run(fmt.Sprint(cpus, policy), func(t *testing.T) {
				w := computer(cpus,
					task(0, io(4, 5), copying(1), cpu(4)),
					task(0, request(4, 5, 0), cpu(4), poll(1), copying(2)),
					task(0, request(4, 5, 0), request(4, 7, 0), selects(), copying(1), selects(), copying(3), cpu(4)),
					task(0, request(4, 5, 2), cpu(9), selects(), copying(2)),
					task(0, request(4, 6, 0), cpu(4), selects()),
					task(0, copying(2), repeat(2), copying(1), cpu(1), end(), copying(1)),
				)
				w.Resources = resources()
				r := run(t, w, choose(t, policy)).Recording()
				lanes := trace.NewLanes()
				lanes.Extend(r)
				copied, onCPU, all := make([]trace.Time, 6), make([]trace.Time, 6), make([]trace.Time, 6)
				for i := range 6 {
					lanes.Task(trace.TaskID(i)).Each(0, lanes.End(), 0, func(s trace.Span) bool {
						if s.State == trace.Running {
							all[i] += s.End - s.Start
						}
						if s.Copying {
							copied[i] += s.End - s.Start
						}
						return true
					})
				}
				for c := range cpus {
					lanes.CPU(c).Each(0, lanes.End(), 0, func(s trace.Span) bool {
						if s.Copying {
							onCPU[s.Task] += s.End - s.Start
						}
						return true
					})
				}
				figures := lanes.Figures()
				for i, want := range []trace.Time{1, 2, 4, 2, 0, 5} {
					if copied[i] != want*ms || onCPU[i] != want*ms || all[i] != figures.Tasks[i].CPU {
						t.Errorf("task %d copies for %d, on CPUs for %d, not %d; it runs for %d of %d\n%s",
							i, copied[i]/ms, onCPU[i]/ms, want, all[i]/ms, figures.Tasks[i].CPU/ms, transcript(r))
					}
				}
			})
		}
	}
}

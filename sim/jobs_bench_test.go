package sim_test

import (
	"fmt"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// rhythm is n periodic tasks that use most of their CPUs.
func rhythm(cpus, n int) *workload.Workload {
	tasks := make([]workload.Task, n)
	share := workload.Time(cpus) * ms * 9 / 10 // of each ms, among all
	for i := range tasks {
		period := workload.Time(i*7919%91+10) * ms
		tasks[i].Program = program(workload.Op{Code: workload.OpCPU, Dur: max(1, share*(period/ms)/workload.Time(n))})
		tasks[i].Period = period
		tasks[i].Priority = int64(i % 8)
	}
	return computer(cpus, tasks...)
}

// BenchmarkJobs is periodic tasks on four CPUs, 90 % used, under the policies of
// real time.
func BenchmarkJobs(b *testing.B) {
	for _, name := range realTime {
		for _, n := range []int{10, 1_000} {
			b.Run(fmt.Sprint(name, "/n=", n), func(b *testing.B) {
				start := func() *sim.Machine {
					m := machine(b, rhythm(4, n), choose(b, name))
					if err := m.Run(sim.Never-1, 10*n); err != nil {
						b.Fatal(err)
					}
					return m
				}
				m := start()
				if err := m.Run(sim.Never-1, 300_000); err != nil {
					b.Fatal(err)
				}
				dispatched := 0
				for _, e := range m.Recording().Events(0) {
					if e.Kind == trace.Dispatch {
						dispatched++
					}
				}
				dispatches(b, start, float64(m.Recording().Len())/float64(dispatched))
			})
		}
	}
}

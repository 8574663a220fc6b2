package sim_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// endless is n tasks that compute for ever.
func endless(cpus, n int) *workload.Workload {
	p := program(repeat(-1), cpu(1_000_000_000), end())
	tasks := make([]workload.Task, n)
	for i := range tasks {
		tasks[i].Program = p
	}
	return computer(cpus, tasks...)
}

// computing is n tasks that compute and do I/O for ever.
func computing(cpus, n int) *workload.Workload {
	tasks := make([]workload.Task, n)
	for i := range tasks {
		d := workload.Time(i*7919%13 + 1)
		tasks[i].Program = program(repeat(-1), cpu(d), io(4, d*5), cpu(3), io(4, 7), end())
		tasks[i].Priority = int64(i % 8)
	}
	w := computer(cpus, tasks...)
	w.Resources = resources()
	return w
}

// convoy is n tasks that mostly wait for one lock.
func convoy(cpus, n int) *workload.Workload {
	p := program(repeat(-1), cpu(1), lock(1), cpu(2), unlock(1), end())
	tasks := make([]workload.Task, n)
	for i := range tasks {
		tasks[i].Program = p
	}
	w := computer(cpus, tasks...)
	w.Resources = resources()
	return w
}

// periodicTasks is n tasks that keep CPUs busy for four fifths of the time.
func periodicTasks(cpus, n int) *workload.Workload {
	periods := []workload.Time{10, 20, 25, 40, 50, 100}
	tasks := make([]workload.Task, n)
	for i := range tasks {
		period := periods[i*7919%6] * workload.Time(n+9) / 10 * ms
		compute := period * 8 * workload.Time(cpus) / workload.Time(10*n)
		tasks[i] = workload.Task{Period: period, Program: program(workload.Op{Code: workload.OpCPU, Dur: compute})}
	}
	return computer(cpus, tasks...)
}

// runner returns a measurement: the CPU time of a dispatch of a machine in its
// steady state, everything recorded. It also tells how often a dispatch
// allocates, which is for the chunks of the recording.
func runner(b *testing.B, w *workload.Workload, text string) func() float64 {
	const turn, most = 1 << 20, 12 << 20
	n, warm := len(w.Tasks), 0
	perEvent := 0.0
	var m *sim.Machine
	return func() float64 {
		if m == nil || m.Recording().Len() > most {
			m = machine(b, w, choose(b, text))
			warm = 2*n + 200_000
			if err := m.Run(sim.Never-1, warm); err != nil {
				b.Fatal(err)
			}
		}
		if perEvent == 0 {
			dispatches := 0
			for _, e := range m.Recording().Events(warm - 150_000) {
				if e.Kind == trace.Dispatch {
					dispatches++
				}
			}
			perEvent = float64(m.Recording().Len()-warm+150_000) / float64(dispatches)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		events := -m.Recording().Len()
		took := spent(func() {
			if err := m.Run(sim.Never-1, turn); err != nil {
				b.Fatal(err)
			}
		})
		events += m.Recording().Len()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)*perEvent/float64(events), "allocs/dispatch")
		b.ReportMetric(perEvent, "events/dispatch")
		return float64(took) * perEvent / float64(events)
	}
}

// BenchmarkRR is round robin on one CPU, the same simulation written by hand, and
// nothing but a ring and a log.
func BenchmarkRR(b *testing.B) {
	for _, x := range []struct {
		n    int
		most float64
	}{{10, 1.5}, {1_000, 1.5}, {10_000, 4}, {100_000, 4}, {1_000_000, 6}} {
		b.Run(fmt.Sprint("n=", x.n), func(b *testing.B) {
			t, unit := inTurns(b, runner(b, endless(1, x.n), "rr quantum=1"), fusedTurn(newFusedRR(x.n)), fusedTurn(newBareRR(x.n)))
			reportC(b, "dispatch", t[0], unit, x.most)
			b.ReportMetric(t[0]/t[1], "fused/dispatch")
			b.ReportMetric(t[0]/t[2], "bare/dispatch")
		})
	}
}

// BenchmarkMLFQ is a thousand tasks that compute and do I/O, on four CPUs, and
// the same written by hand.
func BenchmarkMLFQ(b *testing.B) {
	const n = 1_000
	t, unit := inTurns(b, runner(b, computing(4, n), "mlfq quanta=1,2,4"), fusedTurn(newFusedMLFQ(n, 4)))
	reportC(b, "dispatch", t[0], unit, 3.5)
	b.ReportMetric(t[0]/t[1], "fused/dispatch")
}

// BenchmarkConvoy is a hundred tasks that queue for a lock on four CPUs.
func BenchmarkConvoy(b *testing.B) {
	t, unit := inTurns(b, runner(b, convoy(4, 100), "rr quantum=1"))
	reportC(b, "dispatch", t[0], unit, 0)
}

// BenchmarkEDF is earliest deadline first on four CPUs.
func BenchmarkEDF(b *testing.B) {
	for _, x := range []struct {
		n    int
		most float64
	}{{10, 2.6}, {1_000, 5}} {
		b.Run(fmt.Sprint("n=", x.n), func(b *testing.B) {
			t, unit := inTurns(b, runner(b, periodicTasks(4, x.n), "edf"))
			reportC(b, "dispatch", t[0], unit, x.most)
		})
	}
}

// BenchmarkEEVDF is a thousand tasks on four CPUs that only compute, and that do
// I/O as well.
func BenchmarkEEVDF(b *testing.B) {
	for _, x := range []struct {
		name string
		w    *workload.Workload
	}{{"computing", endless(4, 1_000)}, {"io", computing(4, 1_000)}} {
		b.Run(x.name, func(b *testing.B) {
			t, unit := inTurns(b, runner(b, x.w, "eevdf"))
			reportC(b, "dispatch", t[0], unit, 5)
		})
	}
}

// BenchmarkPolicies is a thousand tasks that compute and do I/O, on four CPUs,
// under each policy.
func BenchmarkPolicies(b *testing.B) {
	for _, name := range []string{
		"fcfs", "rr quantum=1", "srtf length=burst", "priority", "priority quantum=1", "lottery", "stride", "cfs",
	} {
		b.Run(strings.ReplaceAll(name, " ", ","), func(b *testing.B) {
			t, unit := inTurns(b, runner(b, computing(4, 1_000), name))
			reportC(b, "dispatch", t[0], unit, 0)
		})
	}
}

// BenchmarkGrowth compares many tasks with few, which no hidden search survives:
// they may cost 6 times as much under round robin, 15 where tasks are kept in trees.
func BenchmarkGrowth(b *testing.B) {
	for _, x := range []struct {
		name, policy string
		most         float64
	}{{"rr", "rr quantum=1", 6}, {"stride", "stride", 15}, {"eevdf", "eevdf", 15}} {
		b.Run(x.name, func(b *testing.B) {
			t, unit := inTurns(b, runner(b, endless(1, 100_000), x.policy), runner(b, endless(1, 10), x.policy))
			reportC(b, "dispatch", t[0], unit, 0)
			b.ReportMetric(t[0]/t[1], "n=100k/n=10")
			if t[0]/t[1] > x.most {
				b.Errorf("%.1f times as much, it may be %.0f", t[0]/t[1], x.most)
			}
		})
	}
}

// BenchmarkRecording compares a dispatch with the two events it records: the
// events may take 0.8 times as long as the rest.
func BenchmarkRecording(b *testing.B) {
	const turn = 1 << 20
	r := trace.NewRecording(trace.Header{})
	events := func() float64 {
		if r.Len() > 12*turn {
			r = trace.NewRecording(trace.Header{})
		}
		return float64(spent(func() {
			for i := range turn / 2 {
				r.Append(trace.Time(i), trace.Expire, trace.TaskID(i%10), 0, 0)
				r.Append(trace.Time(i), trace.Dispatch, trace.TaskID(i%10), 0, 0)
			}
		})) / (turn / 2)
	}
	t, unit := inTurns(b, runner(b, endless(1, 10), "rr quantum=1"), events)
	reportC(b, "dispatch", t[0], unit, 0)
	b.ReportMetric(t[1]/2, "ns/event")
	b.ReportMetric(t[1]/(t[0]-t[1]), "recording/rest")
	if share := t[1] / (t[0] - t[1]); share > 0.8 {
		b.Errorf("recording takes %.2f times as long as the rest, it may take 0.8", share)
	}
}

// BenchmarkBytes tells what is kept: bytes for each event, of the log, of the
// arguments some have, of checkpoints and of levels of detail; and for each task
// in the kernel, of which some are touched at each dispatch.
func BenchmarkBytes(b *testing.B) {
	hot, all := sim.BytesPerTask()
	for _, x := range []struct {
		name, policy string
		w            *workload.Workload
	}{
		{"rr,n=10", "rr quantum=1", endless(1, 10)},
		{"rr,n=1000", "rr quantum=1", endless(1, 1_000)},
		{"rr,n=100000", "rr quantum=1", endless(1, 100_000)},
		{"mlfq+io,n=1000", "mlfq quanta=1,2,4", computing(4, 1_000)},
		{"eevdf+io,n=1000", "eevdf", computing(4, 1_000)},
		{"edf,n=1000", "edf", periodicTasks(4, 1_000)},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				r := long(b, x.w, x.policy, 2_000_000)
				s, n := r.Size(), float64(r.Len())
				lanes := trace.NewLanes()
				lanes.Extend(r)
				_, _, detail := lanes.Size()
				b.ReportMetric(float64(s.Log)/n, "log-B/event")
				b.ReportMetric(float64(s.Args)/n, "args-B/event")
				b.ReportMetric(float64(s.Checkpoints)/n, "checkpoints-B/event")
				b.ReportMetric(float64(detail)/n, "detail-B/event")
			}
			b.ReportMetric(float64(all), "B/task")
			b.ReportMetric(float64(hot), "hot-B/task")
			b.ReportMetric(0, "ns/op")
		})
	}
}

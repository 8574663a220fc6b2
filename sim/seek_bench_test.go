package sim_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// long records so many events.
func long(tb testing.TB, w *workload.Workload, policy string, events int) *trace.Recording {
	m := machine(tb, w, choose(tb, policy))
	if err := m.Run(sim.Never-1, events); err != nil {
		tb.Fatal(err)
	}
	return m.Recording()
}

// BenchmarkSeek jumps to instants drawn at random of ten million events, and
// says what a snapshot there takes: goals 0.3 and 0.5 ms for a thousand tasks, 5
// and 8 ms for 100,000, on a machine with a C of 49 ns. fill is the part of it
// that isn't replaying; made is what preparing for it takes.
func BenchmarkSeek(b *testing.B) {
	for _, x := range []struct {
		name, policy string
		w            *workload.Workload
	}{
		{"rr,n=10", "rr quantum=1", endless(1, 10)},
		{"rr,n=1000", "rr quantum=1", endless(1, 1_000)},
		{"mlfq+io,n=1000", "mlfq quanta=1,2,4", computing(4, 1_000)},
		{"srtf+io,n=1000", "srtf length=burst", computing(4, 1_000)},
		{"rr,n=100000", "rr quantum=1", endless(1, 100_000)},
		{"mlfq+io,n=100000", "mlfq quanta=1,2,4", computing(4, 100_000)},
	} {
		b.Run(x.name, func(b *testing.B) {
			const events = 10_000_000
			r := long(b, x.w, x.policy, events)
			var s trace.Snapshot
			before := cpuTime()
			r.SnapshotAt(&s, 0, 0)
			made := cpuTime() - before
			c := newCalibration()
			random := rand.New(rand.NewPCG(1, 2))
			var seek, still, theirs []time.Duration
			for b.Loop() {
				for range 30 {
					i := random.IntN(r.Len())
					seek = append(seek, spent(func() { r.SnapshotAt(&s, i, 0) }))
					still = append(still, spent(func() { r.SnapshotAt(&s, i, 0) }))
				}
				theirs = append(theirs, spent(func() { c.run(100_000) }))
			}
			for _, all := range [][]time.Duration{seek, still, theirs} {
				slices.Sort(all)
			}
			unit := float64(theirs[len(theirs)/2]) / 100_000
			b.ReportMetric(float64(seek[len(seek)/2])/1e6, "p50-ms")
			b.ReportMetric(float64(seek[len(seek)*99/100])/1e6, "p99-ms")
			b.ReportMetric(float64(seek[len(seek)/2])/unit/20408, "p50-kC-ms") // a C is 49 ns where the goals were set
			b.ReportMetric(float64(still[len(still)/2])/1e6, "fill-ms")
			b.ReportMetric(float64(made)/events, "made-ns/event")
			b.ReportMetric(0, "ns/op")
		})
	}
}

package sim_test

import (
	"fmt"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Dispatches cost so many nanoseconds of CPU time here, and so many elsewhere;
// what can be compared is their ratio to C, a kernel of the same kind of work
// measured in the same process: a binary heap of 1,000 entries of 16 bytes
// whose least is replaced by a later one.

// calibration is C.
type calibration struct {
	heap [1000]struct{ at, id uint64 }
	rng  uint64
}

func newCalibration() *calibration {
	c := &calibration{rng: 88172645463325252}
	for i := range c.heap {
		c.heap[i].at, c.heap[i].id = uint64(i), uint64(i)
	}
	return c
}

func (c *calibration) run(n int) {
	h := &c.heap
	for range n {
		c.rng ^= c.rng << 13
		c.rng ^= c.rng >> 7
		c.rng ^= c.rng << 17
		v := h[0]
		v.at += c.rng & 1023
		i := 0
		for {
			k := 2*i + 1
			if k >= len(h) {
				break
			}
			if k+1 < len(h) && h[k+1].at < h[k].at {
				k++
			}
			if h[k].at >= v.at {
				break
			}
			h[i] = h[k]
			i = k
		}
		h[i] = v
	}
}

// cpuTime is the CPU time of the process, garbage collector included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// dispatches measures CPU time per dispatch of a machine, and per operation of
// C, in turns, and reports the medians. events is how many events of the
// recording make one dispatch.
func dispatches(b *testing.B, start func() *sim.Machine, events float64) {
	const turn = 1 << 20
	c := newCalibration()
	var ours, theirs []float64
	for b.Loop() {
		m := start()
		mid := m.Recording().Len()
		before := cpuTime()
		if err := m.Run(sim.Never-1, turn); err != nil {
			b.Fatal(err)
		}
		took := cpuTime() - before
		ours = append(ours, float64(took)*events/float64(m.Recording().Len()-mid))
		before = cpuTime()
		c.run(turn / 4)
		theirs = append(theirs, float64(cpuTime()-before)/(turn/4))
	}
	sort.Float64s(ours)
	sort.Float64s(theirs)
	us, them := ours[len(ours)/2], theirs[len(theirs)/2]
	b.ReportMetric(us, "ns/dispatch")
	b.ReportMetric(them, "C-ns")
	b.ReportMetric(us/them, "C/dispatch")
	b.ReportMetric(0, "ns/op")
}

// endless is n tasks that compute for ever.
func endless(cpus, n int) *workload.Workload {
	p := program(repeat(-1), cpu(1_000_000_000), end())
	tasks := make([]workload.Task, n)
	for i := range tasks {
		tasks[i].Program = p
	}
	return computer(cpus, tasks...)
}

func BenchmarkRR(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprint("n=", n), func(b *testing.B) {
			dispatches(b, func() *sim.Machine {
				m := machine(b, endless(1, n), choose(b, "rr quantum=1"))
				if err := m.Run(sim.Never-1, n); err != nil {
					b.Fatal(err)
				}
				return m
			}, 2)
		})
	}
}

// BenchmarkPolicies is a thousand tasks that compute and do I/O, on four CPUs,
// under each policy.
func BenchmarkPolicies(b *testing.B) {
	for _, name := range []string{
		"fcfs", "rr quantum=1", "srtf length=burst", "priority", "priority quantum=1", "mlfq quanta=1,2,4", "lottery", "stride", "cfs min_granularity=1", "eevdf",
	} {
		b.Run(strings.ReplaceAll(name, " ", ","), func(b *testing.B) {
			var m *sim.Machine
			dispatches(b, func() *sim.Machine {
				m = machine(b, computing(4, 1_000), choose(b, name))
				if err := m.Run(sim.Never-1, 100_000); err != nil {
					b.Fatal(err)
				}
				return m
			}, perDispatch(b, name))
		})
	}
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

// perDispatch returns how many events there are for each dispatch.
func perDispatch(b *testing.B, name string) float64 {
	m := machine(b, computing(4, 1_000), choose(b, name))
	if err := m.Run(sim.Never-1, 300_000); err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, e := range m.Recording().Events(100_000) {
		if e.Kind == trace.Dispatch {
			n++
		}
	}
	return float64(m.Recording().Len()-100_000) / float64(n)
}

package sim_test

import (
	"slices"
	"testing"
	"time"
)

// Dispatches cost so many nanoseconds of CPU time here, and so many elsewhere;
// what can be compared is their ratio to C, a kernel of the same kind of work
// measured in the same process, in turns: a binary heap of 1,000 entries of 16
// bytes whose least is replaced by a later one. The goals were set where C is
// 49 ns.

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

// spent is the CPU time f takes.
func spent(f func()) time.Duration {
	before := cpuTime()
	f()
	return cpuTime() - before
}

// inTurns calls each of several measurements, and C, in turns until the
// benchmark has lasted long enough and each was called nine times at least. A
// measurement returns what one of whatever it measures takes, in nanoseconds.
// inTurns returns the medians, and that of C.
func inTurns(b *testing.B, measure ...func() float64) (medians []float64, unit float64) {
	c := newCalibration()
	all := make([][]float64, len(measure))
	var units []float64
	turn := func() {
		for i, f := range measure {
			all[i] = append(all[i], f())
		}
		const n = 1 << 18
		units = append(units, float64(spent(func() { c.run(n) }))/n)
	}
	for b.Loop() {
		turn()
	}
	for len(units) < 9 {
		turn()
	}
	for _, x := range all {
		medians = append(medians, median(x))
	}
	return medians, median(units)
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// reportC tells what one of something costs in nanoseconds and in Cs, and how
// many Cs it may, if that isn't 0; more fails.
func reportC(b *testing.B, what string, ns, unit, most float64) {
	b.ReportMetric(ns, "ns/"+what)
	b.ReportMetric(unit, "C-ns")
	b.ReportMetric(ns/unit, "C/"+what)
	b.ReportMetric(0, "ns/op")
	if most > 0 {
		b.ReportMetric(most, "most-C")
		if ns/unit > most {
			b.Errorf("%.2f C, it may take %.2f", ns/unit, most)
		}
	}
}

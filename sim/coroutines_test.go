package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// coTwin runs coroutines, each a list of times in turn to compute and to wait, a
// unit of time at a time; it returns when each has ended.
func coTwin(cos [][]int) []int {
	type state struct {
		at, left int // of its list
		wake     int // -1 = it doesn't wait
	}
	all := make([]state, len(cos))
	var ready, ends []int
	ends = make([]int, len(cos))
	for i := range cos {
		all[i].wake = -1
		ready = append(ready, i)
	}
	now, running, left := 0, -1, len(cos)
	for {
		// Who computes goes on before those whose time has come.
		for running < 0 && len(ready) > 0 || running >= 0 && all[running].left == 0 {
			if running < 0 {
				running, ready = ready[0], ready[1:]
			}
			x := &all[running]
			if x.left > 0 {
				break
			}
			if x.at == len(cos[running]) {
				ends[running] = now
				left--
				running = -1
				continue
			}
			n := cos[running][x.at]
			x.at++
			if x.at%2 == 1 {
				x.left = n
				continue
			}
			x.wake = now + n
			running = -1
		}
		if left == 0 {
			return ends
		}
		for woke := true; woke; {
			woke = false
			for i := range all {
				if all[i].wake == now {
					all[i].wake = -1
					ready = append(ready, i)
					woke = true
				}
			}
		}
		if running < 0 && len(ready) > 0 {
			continue
		}
		now++
		if running >= 0 {
			all[running].left--
		}
	}
}

func TestCoroutinesAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cos [][]int
		var parts []string
		for i := range rapid.IntRange(1, 4).Draw(t, "coroutines") {
			// Lengths that no two waits share, so that no two end at one instant.
			list := rapid.SliceOfN(rapid.IntRange(1, 4), 0, 5).Draw(t, "times")
			var ops []string
			for k := range list {
				if k%2 == 1 {
					list[k] = list[k]*8*4 + i*8 + 1
					ops = append(ops, fmt.Sprintf("{await: {sleep: %d}}", list[k]))
				} else {
					list[k] *= 32
					ops = append(ops, fmt.Sprintf("{cpu: %d}", list[k]))
				}
			}
			ops = append(ops, fmt.Sprintf("{print: done%d}", i))
			cos = append(cos, list)
			parts = append(parts, fmt.Sprintf("{name: c%d, do: [%s]}", i, strings.Join(ops, ", ")))
		}
		want := coTwin(cos)
		w, err := workload.Parse("loop.yaml", []byte("timeslice: 1\ntasks: [{name: L, program: [{loop: ["+strings.Join(parts, ", ")+"]}]}]\n"))
		if err != nil {
			t.Fatal(err)
		}
		r := whole(t, w).Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
			t.Fatalf("%v\n%s", err, transcript(r))
		}
		got := make([]int, len(cos))
		for _, e := range r.Events(0) {
			if e.Kind == trace.CoEnd {
				got[e.Arg] = int(e.Time / ms)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("coroutines end at %v, the twin's at %v\n%s", got, want, transcript(r))
		}
	})
}

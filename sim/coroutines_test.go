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

// TestAwaitingQueues: what coroutines and tasks put into queues each comes out once,
// in the order it went in, whoever waits for it, and who awaits another coroutine
// goes on when that has ended.
func TestAwaitingQueues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
		value := 0
		ops := func(co int, of int) string {
			var list []string
			for range num("ops", 0, 5) {
				value++
				kinds := 6
				if co < 0 {
					kinds = 3
				} else if of > 1 {
					kinds = 7
				}
				other := 0
				if of > 1 {
					other = (co + num("other", 1, of-1)) % of
				}
				op := []string{
					fmt.Sprintf("{cpu: %d}", num("cpu", 1, 3)), fmt.Sprintf("{put: q, value: %d}", value), "{get: q}",
					fmt.Sprintf("{await: {put: q, value: %d}}", value), "{await: {get: q}}", fmt.Sprintf("{await: {io: net, for: %d}}", num("io", 0, 4)),
					fmt.Sprintf("{await: {coroutine: c%d}}", other),
				}[num("op", 0, kinds-1)]
				list = append(list, op)
			}
			return "[" + strings.Join(list, ", ") + "]"
		}
		var tasks []string
		for i := range num("tasks", 1, 3) {
			if rapid.Bool().Draw(t, "plain") {
				tasks = append(tasks, fmt.Sprintf("{name: T%d, program: %s}", i, ops(-1, 0)))
				continue
			}
			var cos []string
			n := num("coroutines", 1, 3)
			for k := range n {
				cos = append(cos, fmt.Sprintf("{name: c%d, do: %s}", k, ops(k, n)))
			}
			tasks = append(tasks, fmt.Sprintf("{name: T%d, program: [{loop: [%s]}]}", i, strings.Join(cos, ", ")))
		}
		w, err := workload.Parse("loop.yaml", []byte(fmt.Sprintf("timeslice: 1\nmachine: {cpus: %d}\nresources: {q: {kind: queue, capacity: %d}, net: {kind: device, servers: 0}}\ntasks: [%s]\n",
			num("CPUs", 1, 3), num("capacity", 0, 2), strings.Join(tasks, ", "))))
		if err != nil {
			t.Fatal(err)
		}
		r := whole(t, w).Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
			t.Fatalf("%v\n%s", err, transcript(r))
		}
		var in, out []int64
		for _, e := range r.Events(0) {
			switch e.Kind {
			case trace.Put, trace.CoPut:
				in = append(in, e.Arg)
			case trace.Get, trace.CoGet:
				out = append(out, e.Arg)
			}
		}
		if len(out) > len(in) || !slices.Equal(in[:len(out)], out) {
			t.Fatalf("%v went in, %v came out\n%s", in, out, transcript(r))
		}
		// Nobody waits for what is there, not even a coroutine.
		var s trace.Snapshot
		r.Snapshot(&s, r.End())
		for id := range s.Tasks {
			if l := s.Tasks[id].Loop; l != nil && s.Tasks[id].State == trace.Blocked {
				for _, c := range l.Waiting {
					items := len(s.Resources[0].Items)
					if c.On.Awaits == trace.ForValue && items > 0 || c.On.Awaits == trace.ForRoom && (w.Resources[0].Capacity == 0 || items < w.Resources[0].Capacity) {
						t.Fatalf("coroutine %d of task %d waits for %v, and there are %d values\n%s", c.Co, id, c.On.Awaits, items, transcript(r))
					}
				}
			}
		}
	})
}

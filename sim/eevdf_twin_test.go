package sim_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// eevdfTwin is the rule of the paper in exact fractions, a quantum at a time:
// who runs at each instant, -1 if nobody.
func eevdfTwin(tasks []workload.Task, instants int) []int {
	type client struct {
		in       bool
		begins   *big.Rat
		deadline *big.Rat
		used     int64
	}
	clients := make([]client, len(tasks))
	v := new(big.Rat)
	var out []int
	for now := range instants {
		var weights int64
		best := -1
		for i := range clients {
			c, t := &clients[i], &tasks[i]
			length := big.NewRat(int64(t.Slice/ms), t.Weight)
			if !c.in && int64(t.Arrival/ms) <= int64(now) {
				c.in, c.begins = true, new(big.Rat).Set(v)
				c.deadline = new(big.Rat).Add(c.begins, length)
			}
			if c.used == int64(t.Slice/ms) {
				c.used = 0
				c.begins = c.deadline
				c.deadline = new(big.Rat).Add(c.begins, length)
			}
			if c.in {
				weights += t.Weight
			}
			if c.in && c.begins.Cmp(v) <= 0 && (best < 0 || c.deadline.Cmp(clients[best].deadline) < 0) {
				best = i
			}
		}
		out = append(out, best)
		if best >= 0 {
			clients[best].used++
			v.Add(v, big.NewRat(1, weights))
		}
	}
	return out
}

// TestEEVDFTwin compares runs with exact fractions, ties included.
func TestEEVDFTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := make([]workload.Task, rapid.IntRange(1, 6).Draw(t, "tasks"))
		for i := range tasks {
			tasks[i] = forever()
			tasks[i].Arrival = workload.Time(rapid.IntRange(0, 20).Draw(t, "arrival")) * ms
			tasks[i].Weight = int64(rapid.IntRange(1, 7).Draw(t, "weight"))
			tasks[i].Slice = workload.Time(rapid.IntRange(1, 5).Draw(t, "request")) * ms
		}
		w := computer(1, tasks...)
		w.Conventions.Ties = workload.TiesIndex
		const instants = 120
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(tester{t}, "eevdf quantum=1")})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(instants*ms, 1<<20); err != nil {
			t.Fatal(err)
		}
		var s trace.Snapshot
		for now, want := range eevdfTwin(tasks, instants) {
			m.Recording().Snapshot(&s, trace.Time(now)*ms)
			if got := int(int32(s.CPUs[0].Task)); got != want {
				t.Fatalf("at %d task %d runs, not %d", now, got, want)
			}
		}
	})
}

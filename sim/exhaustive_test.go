package sim_test

import (
	"flag"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// everyTask is every task that arrives at 0 or 1 and computes one to three
// times, for 1 or 2, with an I/O of 1 in between.
func everyTask() (all []workload.Task) {
	for arrival := range workload.Time(2) {
		for bursts := 1; bursts <= 3; bursts++ {
			for lengths := range 1 << bursts {
				var ops []workload.Op
				for i := range bursts {
					if i > 0 {
						ops = append(ops, io(4, 1))
					}
					ops = append(ops, cpu(workload.Time(1+lengths>>i&1)))
				}
				all = append(all, task(arrival, ops...))
			}
		}
	}
	return all
}

// everyConvention is every way to settle what textbooks differ on.
func everyConvention() (all []workload.Conventions) {
	for i := range 3 * 32 {
		bit := func(k int) bool { return i/3>>k&1 == 1 }
		all = append(all, workload.Conventions{
			Ties:           workload.Ties(i % 3),
			PreemptedFirst: bit(0), CompletionsLast: bit(1), KeepSlice: bit(2), HigherIsBetter: bit(3), BetweenTasksOnly: bit(4),
		})
	}
	return all
}

// all asks for every order of the tasks under every policy with every parameter
// set of the tests, with the conventions in turns: some minutes.
//
//	go test ./sim -run EveryInput -v -args -all
var all = flag.Bool("all", false, "with -run EveryInput: every order of tasks and every parameter set too")

// TestEveryInput runs every set of one to three such tasks under every policy, with
// conventions, machines and the order of the tasks taken in turns. With -all it
// runs every order under every parameter set, one task under every convention and
// two under every seventh. What is recorded must be possible, complete, waste no
// CPU, and say of every instant what the kernel knows.
func TestEveryInput(t *testing.T) {
	tasks, conventions := everyTask(), everyConvention()
	step := 1 // of every so many runs one is made
	if testing.Short() || underRace {
		step = 29
	}
	var total atomic.Int64
	t.Run("policies", func(t *testing.T) {
		var last string
		for _, name := range slices.Concat(policies, realTime) {
			kind, _, _ := strings.Cut(name, " ")
			if kind == last && !*all {
				continue
			}
			last = kind
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := checker{t: t, policy: name, step: step, jobs: slices.Contains(realTime, name)}
				if *all {
					c.everyOrder(tasks, conventions)
				} else {
					c.everySet(tasks, conventions)
				}
				total.Add(int64(c.made))
			})
		}
	})
	t.Logf("%d runs", total.Load())
}

// everySet checks every set of up to three tasks once.
func (c *checker) everySet(tasks []workload.Task, conventions []workload.Conventions) {
	conv := func() workload.Conventions { return conventions[c.n*7%len(conventions)] }
	for a := range tasks {
		c.check(conv(), tasks[a])
		for b := range a + 1 {
			c.check(conv(), turned(c.n, tasks[a], tasks[b])...)
			for d := range b + 1 {
				c.check(conv(), turned(c.n, tasks[a], tasks[b], tasks[d])...)
			}
		}
	}
}

// turned returns tasks in one of their orders.
func turned(n int, tasks ...workload.Task) []workload.Task {
	n %= len(tasks) * 2
	if n >= len(tasks) {
		slices.Reverse(tasks)
		n -= len(tasks)
	}
	return slices.Concat(tasks[n:], tasks[:n])
}

func (c *checker) everyOrder(tasks []workload.Task, conventions []workload.Conventions) {
	for a := range tasks {
		for _, conv := range conventions {
			c.check(conv, tasks[a])
		}
		for b := range tasks {
			for i := c.n % 7; i < len(conventions); i += 7 {
				c.check(conventions[i], tasks[a], tasks[b])
			}
			for d := range tasks {
				c.check(conventions[c.n%len(conventions)], tasks[a], tasks[b], tasks[d])
			}
		}
	}
}

type checker struct {
	t        *testing.T
	policy   string
	n, step  int // workloads seen, and of how many one is run
	made     int // runs
	jobs     bool
	snapshot trace.Snapshot
}

func (c *checker) check(conv workload.Conventions, tasks ...workload.Task) {
	if c.n++; c.n%c.step > 0 {
		return
	}
	c.made++
	for i := range tasks {
		tasks[i].Name = "ABC"[i : i+1]
		tasks[i].Priority = int64(i*2+c.n) % 3
		if c.jobs {
			tasks[i].Deadline = workload.Time(1+(i*3+c.n)%8) * ms
			tasks[i].AbortOnMiss = (i+c.n)%3 == 0
		}
	}
	w := &workload.Workload{Unit: ms, UnitText: "1ms", Tasks: tasks, Resources: resources(), Conventions: conv}
	w.Machine.CPUs = 1 + c.n/5%2
	if conv.BetweenTasksOnly || c.n%7 == 0 {
		w.Machine.Switch = ms / 2
	}
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(c.t, c.policy), Patience: 100})
	for more := true; more && err == nil; {
		if more, err = m.Step(); err == nil {
			err = m.Agree(&c.snapshot)
		}
	}
	if err == nil {
		err = (trace.Rules{Complete: true, WorkConserving: !idles(m.Recording())}).Check(m.Recording())
	}
	if err == nil && c.n%3 == 0 {
		err = headsRun(w, m.Recording())
	}
	if err != nil || len(m.Faults()) > 0 {
		c.t.Fatalf("%+v\n%+v\n%v, faults %v\n%s", w.Machine, conv, err, m.Faults(), transcript(m.Recording()))
	}
}

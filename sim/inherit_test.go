package sim_test

import (
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// urgent are the policies that know an order of urgency.
var urgent = []string{"priority", "priority quantum=2", "priority preemptive=false", "mlq", "fp", "rm", "dm", "edf"}

// TestUrgencyIsLent runs random programs with mutexes of both protocols under
// every policy that orders by urgency, changed in between for others. The
// validator recomputes who is how urgent from the definitions.
func TestUrgencyIsLent(t *testing.T) {
	boosted, deadlocked := 0, 0
	for _, name := range urgent {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				for i := range w.Tasks {
					if rapid.IntRange(0, 3).Draw(t, "contends") > 0 {
						w.Tasks[i].Program = program(contending(t, 2, nil)...)
						w.Tasks[i].Priority = int64(i)
					}
					if rapid.Bool().Draw(t, "deadline") {
						w.Tasks[i].Deadline = workload.Time(rapid.IntRange(1, 30).Draw(t, "deadline")) * ms
						w.Tasks[i].AbortOnMiss = rapid.IntRange(0, 3).Draw(t, "aborts") == 0
					}
				}
				for _, i := range []int{1, 3} {
					m := &w.Resources[i]
					m.Protocol = workload.Protocol(rapid.IntRange(0, 2).Draw(t, "protocol"))
					m.ByPriority = rapid.Bool().Draw(t, "by_priority")
					m.Barging = rapid.IntRange(0, 3).Draw(t, "barging") == 0
					if given := rapid.Int64Range(-2, 3).Draw(t, "ceiling"); m.Protocol == workload.Ceiling && given > 0 {
						m.Ceiling = &given
					}
				}
				w.Conventions.DispatchFirst = rapid.Bool().Draw(t, "dispatch_first")
				w.Conventions.Deadlock = workload.Deadlock(rapid.IntRange(0, 4).Draw(t, "deadlock"))
				w.Conventions.ReleaseOnDeath = rapid.Bool().Draw(t, "release")
				what := someInterventions(t, w)
				t.Logf("%+v\n%+v\n%+v\n%+v", w.Machine, w.Conventions, w.Resources, w.Tasks)
				m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, name) }, what)
				if err != nil {
					t.Fatal(err)
				}
				if err := hopeless(m); err != nil {
					t.Fatal(err)
				}
				for _, e := range m.Recording().Events(0) {
					switch e.Kind {
					case trace.Boosted:
						boosted++
					case trace.Deadlock:
						deadlocked++
					}
				}
			})
		})
	}
	if !testing.Short() && (boosted < 30 || deadlocked < 30) { // a short test draws few
		t.Errorf("only %d were boosted and %d deadlocked: the programs are too tame", boosted, deadlocked)
	}
}

// contending draws operations of a task that computes while it holds locks.
func contending(t *rapid.T, depth int, out []workload.Op) []workload.Op {
	compute := func() { out = append(out, cpu(workload.Time(rapid.IntRange(0, 3).Draw(t, "cpu")))) }
	compute()
	for range rapid.IntRange(1, 2).Draw(t, "locks") {
		r := 1 + 2*rapid.IntRange(0, 1).Draw(t, "mutex")
		take := lock(r)
		if rapid.IntRange(0, 4).Draw(t, "timeout") == 0 {
			take.Patience, take.Dur = workload.AtMost, 2*ms
			out = append(out, take)
			compute()
			continue // whether it has it is left open, so it is never unlocked
		}
		out = append(out, take)
		compute()
		if depth > 0 {
			out = contending(t, depth-1, out)
		}
		compute()
		out = append(out, unlock(r))
		compute()
	}
	return out
}

// inversion is the story told of the Mars Pathfinder: the one that gathers
// weather data holds the bus, the one that needs it waits, and the one that
// communicates keeps both from it.
func inversion(p workload.Protocol) *workload.Workload {
	low := task(0, cpu(1), lock(1), cpu(4), unlock(1), cpu(1))
	mid := task(3, cpu(6))
	high := task(2, cpu(1), lock(1), cpu(2), unlock(1), cpu(1))
	low.Priority, mid.Priority, high.Priority = 3, 2, 1
	w := computer(1, low, mid, high)
	w.Resources = resources()
	w.Resources[1].Protocol, w.Resources[1].ByPriority = p, true
	return w
}

// Who is urgent waits as long as somebody works at what it isn't waiting for;
// with a protocol only as long as the lock is held.
func TestInversion(t *testing.T) {
	for _, policy := range []string{"priority", "fp", "priority quantum=1"} {
		for p, finish := range map[workload.Protocol]sim.Time{workload.NoProtocol: 15, workload.Inherit: 9, workload.Ceiling: 9} {
			m := run(t, inversion(p), choose(t, policy))
			if got := figures(m.Recording()).Tasks[2].Finish; got != finish*ms {
				t.Errorf("%s, %v: the urgent one ends at %d, not at %d\n%s", policy, p, got/ms, finish, transcript(m.Recording()))
			}
		}
	}
}

// A waits for B, which waits for C: C is as urgent as A, until it unlocks.
func TestInheritanceIsTransitive(t *testing.T) {
	c := task(0, lock(3), cpu(6), unlock(3))
	b := task(1, lock(1), cpu(1), lock(3), cpu(1), unlock(3), unlock(1))
	a := task(3, lock(1), cpu(1), unlock(1))
	between := task(4, cpu(10))
	c.Priority, b.Priority, a.Priority, between.Priority = 9, 5, 1, 3
	w := computer(1, c, b, a, between)
	w.Resources = resources()
	for _, i := range []int{1, 3} {
		w.Resources[i].Protocol, w.Resources[i].ByPriority = workload.Inherit, true
	}
	m := run(t, w, choose(t, "priority"))
	if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(m.Recording()); err != nil {
		t.Fatal(err)
	}
	if f := figures(m.Recording()); f.Tasks[2].Finish != 9*ms || f.Tasks[3].Start != 9*ms {
		t.Errorf("%s", transcript(m.Recording()))
	}
	var s trace.Snapshot
	m.Recording().Snapshot(&s, 5*ms)
	if s.Tasks[0].Lender != 2 || s.Tasks[0].Boosted != 3 || s.Tasks[1].Lender != 2 || s.Tasks[1].Boosted != 1 {
		t.Errorf("%+v", s.Tasks)
	}
}

// Under EDF the ceiling of a lock is the deadline floor.
func TestDeadlineFloor(t *testing.T) {
	long := task(0, lock(1), cpu(4), unlock(1), cpu(2))
	short := task(1, lock(1), cpu(1), unlock(1))
	between := task(1, cpu(3))
	long.Deadline, short.Deadline, between.Deadline = 100*ms, 8*ms, 9*ms
	w := computer(1, long, short, between)
	w.Resources = resources()
	w.Resources[1].Protocol = workload.Ceiling
	m := run(t, w, choose(t, "edf"))
	if f := figures(m.Recording()); f.Tasks[1].Start != 4*ms || f.Tasks[1].Finish != 5*ms || f.Tasks[2].Finish != 8*ms || f.Tasks[1].ByCause[trace.ForLock] != 0 {
		t.Errorf("%s", transcript(m.Recording()))
	}
}

// What is urgent is measured differently under another policy; as urgent as whom a
// task is doesn't change by that, and isn't told twice.
func TestLentUrgencyUnderAnotherPolicy(t *testing.T) {
	low := task(0, lock(1), cpu(5), unlock(1))
	high := task(3, lock(1), cpu(1), unlock(1))
	low.Priority, high.Priority = 3, 1
	low.Deadline, high.Deadline = 100*ms, 8*ms
	w := computer(1, low, high)
	w.Resources = resources()
	w.Resources[1].Protocol = workload.Ceiling
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, "dm"), Interventions: []sim.Intervention{sim.SetPolicy{At: 2 * ms, Policy: choose(t, "priority")}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(20*ms, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := trace.Validate(m.Recording()); err != nil {
		t.Fatalf("%v\n%s", err, transcript(m.Recording()))
	}
	boosted := 0
	for _, e := range m.Recording().Events(0) {
		if e.Kind == trace.Boosted && e.Task == 0 {
			boosted++
		}
	}
	if boosted != 1 {
		t.Errorf("boosted %d times\n%s", boosted, transcript(m.Recording()))
	}
}

package sim_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/deadlock"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// count is how many events of some kinds a recording has.
func countKinds(r *trace.Recording, kinds ...trace.Kind) (n int) {
	for _, e := range r.Events(0) {
		for _, k := range kinds {
			if e.Kind == k {
				n++
			}
		}
	}
	return n
}

// The philosophers all take the left fork first, and dine nevertheless: the last
// fork is kept back from the last of them.
func TestBankersPhilosophers(t *testing.T) {
	w := philosophers(5, false)
	w.Conventions.Deadlock = workload.AvoidDeadlock
	m := run(t, w, choose(t, "rr quantum=1"))
	r := m.Recording()
	if err := (trace.Rules{Complete: true}).Check(r); err != nil {
		t.Fatalf("%v\n%s", err, transcript(r))
	}
	if f := figures(r); f.Finished != 5 || len(m.Stuck()) > 0 {
		t.Fatalf("%d have dined\n%s", f.Finished, transcript(r))
	}
	for _, e := range r.Events(0) {
		if e.Kind == trace.BlockUnsafe {
			if e.Task != 4 || e.Object != 4 {
				t.Errorf("task %d waits for fork %d", e.Task, e.Object)
			}
			return
		}
	}
	t.Errorf("nobody was refused\n%s", transcript(r))
}

// Who asks for more than it said ends the run.
func TestMoreThanClaimed(t *testing.T) {
	w := computer(1, task(0, lock(0), unlock(0)))
	w.Resources = []workload.Resource{{Name: "m", Kind: workload.Mutex}}
	w.Conventions.Deadlock = workload.AvoidDeadlock
	w.Tasks[0].Claims = []int64{0}
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, "fcfs")})
	if err != nil {
		t.Fatal(err)
	}
	var misuse *sim.MisuseError
	if err := m.Run(sim.Never-1, 1000); !errors.As(err, &misuse) || misuse.Misuse != sim.ExceedsClaim {
		t.Errorf("%v", err)
	}
}

// anyHolding draws operations that take mutexes and units in any order, nested,
// and give all back.
func anyHolding(t *rapid.T, depth int, held map[int]int) (out []workload.Op) {
	for range rapid.IntRange(1, 3).Draw(t, "ops") {
		d := workload.Time(rapid.IntRange(0, 3).Draw(t, "time"))
		res := rapid.IntRange(0, 5).Draw(t, "resource")
		most := []int{1, 1, 9, 2, 3, 1}[res]
		if depth == 0 || res > 4 || held[res] >= most {
			out = append(out, cpu(d))
			continue
		}
		take, give := lock(res), unlock(res)
		if res > 2 {
			take, give = on(workload.OpAcquire, res), on(workload.OpRelease, res)
		}
		held[res]++
		inside := append([]workload.Op{cpu(d)}, append(anyHolding(t, depth-1, held), give)...)
		held[res]--
		switch rapid.IntRange(0, 6).Draw(t, "patience") {
		case 0:
			out = append(append(out, atMost(take, d+1)), ifGot(inside...)...)
		case 1:
			out = append(append(out, trying(take)), ifGot(inside...)...)
		default:
			out = append(append(out, take), inside...)
		}
	}
	return out
}

// toTheEnd runs a drawn workload to its end.
func toTheEnd(t *rapid.T, w *workload.Workload, policy string) *sim.Machine {
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, policy)})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(sim.Never-1, 1<<20); err != nil {
		t.Fatalf("%v\n%s", err, transcript(m.Recording()))
	}
	return m
}

// Whatever programs take in whatever order: if the banker looks after it there is
// no deadlock, every state is safe, and nobody waits for what it could safely
// have; the validator checks the last two, by an algorithm of its own.
func TestNoDeadlockUnderTheBanker(t *testing.T) {
	closed := 0
	rapid.Check(t, func(t *rapid.T) {
		var tasks []workload.Task
		for range rapid.IntRange(2, 5).Draw(t, "tasks") {
			tasks = append(tasks, task(workload.Time(rapid.IntRange(0, 4).Draw(t, "at")), anyHolding(t, 3, map[int]int{})...))
		}
		w := computer(rapid.IntRange(1, 2).Draw(t, "cpus"), tasks...)
		w.Resources = []workload.Resource{
			{Name: "a", Kind: workload.Mutex}, {Name: "b", Kind: workload.Mutex, ByPriority: rapid.Bool().Draw(t, "priority"), Barging: rapid.Bool().Draw(t, "barging")},
			{Name: "c", Kind: workload.RLock}, {Name: "d", Kind: workload.Semaphore, Value: 2}, {Name: "e", Kind: workload.Semaphore, Value: 3},
		}
		policy := rapid.SampledFrom([]string{"fcfs", "rr quantum=1", "priority preemptive=yes"}).Draw(t, "policy")
		if m := toTheEnd(t, w, policy); len(m.Stuck()) > 0 {
			closed++
		}
		w.Conventions.Deadlock = workload.AvoidDeadlock
		m := toTheEnd(t, w, policy)
		r := m.Recording()
		if err := (trace.Rules{Complete: true}).Check(r); err != nil {
			t.Fatalf("%v\n%s", err, transcript(r))
		}
		if stuck := m.Stuck(); len(stuck) > 0 || countKinds(r, trace.Deadlock) > 0 {
			t.Fatalf("%v are stuck\n%s", stuck, transcript(r))
		}
	})
	if closed == 0 {
		t.Error("no deadlock would have closed without the banker either")
	}
}

// What the kernel withholds is what the textbook's banker denies: the example
// with three processes and twelve tape drives, of which granting the third
// process one more is unsafe.
func TestTwelveTapeDrives(t *testing.T) {
	take := func(n int) (ops []workload.Op) {
		for range n {
			ops = append(ops, on(workload.OpAcquire, 0))
		}
		return ops
	}
	give := func(n int) (ops []workload.Op) {
		for range n {
			ops = append(ops, on(workload.OpRelease, 0))
		}
		return ops
	}
	program := func(first, more int, thinks workload.Time) []workload.Op {
		return append(append(append(take(first), cpu(thinks)), take(more)...), append([]workload.Op{cpu(3)}, give(first+more)...)...)
	}
	s := deadlock.State{Available: []int64{3}, Allocation: [][]int64{{5}, {2}, {2}}, Need: [][]int64{{5}, {2}, {7}}}
	for asks := range 3 {
		thinks := []workload.Time{9, 9, 9}
		thinks[asks] = 1
		w := computer(3, task(0, program(5, 5, thinks[0])...), task(0, program(2, 2, thinks[1])...), task(0, program(2, 7, thinks[2])...))
		w.Resources = []workload.Resource{{Name: "drives", Kind: workload.Semaphore, Value: 12}}
		w.Conventions.Deadlock = workload.AvoidDeadlock
		m := run(t, w, choose(t, "fcfs"))
		r := m.Recording()
		if err := (trace.Rules{Complete: true}).Check(r); err != nil || len(m.Stuck()) > 0 {
			t.Fatalf("%v, %v\n%s", err, m.Stuck(), transcript(r))
		}
		for i, most := range []int64{10, 4, 9} {
			if got := r.Header.Tasks[i].Claims[0]; got != most {
				t.Errorf("task %d claims %d", i, got)
			}
		}
		verdict, _ := s.Request(asks, []int64{1})
		granted := false
		for _, e := range r.Events(0) {
			granted = granted || e.Kind == trace.Acquire && int(e.Task) == asks && e.Time == 1*ms
		}
		if granted != (verdict == deadlock.Granted) {
			t.Errorf("task %d has it: %v, the banker says %v\n%s", asks, granted, verdict, transcript(r))
		}
	}
}

package sim_test

import (
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// atMost lets an operation wait for so long, trying not at all.
func atMost(op workload.Op, d workload.Time) workload.Op {
	op.Patience, op.Dur = workload.AtMost, d*ms
	return op
}

func trying(op workload.Op) workload.Op {
	op.Patience = workload.NotAtAll
	return op
}

// happens returns when something of a kind first happens to a task, in units.
func happens(t *testing.T, r *trace.Recording, k trace.Kind, task trace.TaskID) trace.Time {
	t.Helper()
	for _, e := range r.Events(0) {
		if e.Kind == k && e.Task == task {
			return e.Time / ms
		}
	}
	t.Fatalf("no %v of task %d\n%s", k, task, transcript(r))
	return 0
}

// accAtEnd returns what a task has in its accumulator when all is over.
func accAtEnd(r *trace.Recording, task int) int64 {
	var s trace.Snapshot
	r.Snapshot(&s, r.End())
	return s.Tasks[task].Acc
}

func TestWhoWaitsGivesUp(t *testing.T) {
	w := computer(2,
		task(0, lock(0), cpu(10), unlock(0)),
		task(1, atMost(lock(0), 3), cpu(1)),
		task(2, trying(lock(0)), cpu(1)),
		task(3, atMost(lock(0), 20), cpu(1)),
		task(5, trying(get(1)), cpu(1)),
		task(6, atMost(get(1), 4), cpu(1)),
	)
	w.Resources = []workload.Resource{{Name: "m", Kind: workload.Mutex}, {Name: "q", Kind: workload.Queue, Capacity: 1}}
	r := run(t, w, choose(t, "fcfs")).Recording()
	for _, x := range []struct {
		kind trace.Kind
		task trace.TaskID
		at   trace.Time
	}{
		{trace.TimedOut, 1, 4}, {trace.Refused, 2, 2}, {trace.WakeLock, 3, 10}, {trace.Refused, 4, 5}, {trace.TimedOut, 5, 10},
	} {
		if at := happens(t, r, x.kind, x.task); at != x.at {
			t.Errorf("%v of %d at %d, want %d\n%s", x.kind, x.task, at, x.at, transcript(r))
		}
	}
	for i, want := range []int64{0, 0, 0, 1, 0, 0} {
		if got := accAtEnd(r, i); got != want {
			t.Errorf("task %d has %d in its accumulator, want %d", i, got, want)
		}
	}
}

// A lock that is handed on belongs to the one who waited; one that is freed
// belongs to whoever comes first, which is the one who has the CPU.
func TestHandedOnOrFree(t *testing.T) {
	again := func() []workload.Op { return []workload.Op{lock(0), cpu(2), unlock(0), lock(0), cpu(2), unlock(0)} }
	for _, barging := range []bool{false, true} {
		w := computer(1, task(0, again()...), task(0, again()...))
		w.Resources = []workload.Resource{{Name: "m", Kind: workload.Mutex, Barging: barging}}
		r := run(t, w, choose(t, "rr quantum=1")).Recording()
		var owners string
		for _, e := range r.Events(0) {
			if e.Kind == trace.Lock {
				owners += name(int(e.Task))
			}
		}
		if want := map[bool]string{false: "ABAB", true: "AABB"}[barging]; owners != want {
			t.Errorf("barging %v: %s had it, want %s\n%s", barging, owners, want, transcript(r))
		}
	}
}

func TestWaitingByPriority(t *testing.T) {
	tasks := []workload.Task{task(0, lock(0), cpu(9), unlock(0))}
	for i, priority := range []int64{2, 1, 2, 0, 1} {
		x := task(workload.Time(i), lock(0), cpu(1), unlock(0))
		x.Priority = priority
		tasks = append(tasks, x)
	}
	for _, higher := range []bool{false, true} {
		w := computer(6, tasks...)
		w.Resources = []workload.Resource{{Name: "m", Kind: workload.Mutex, ByPriority: true}}
		w.Conventions.HigherIsBetter = higher
		r := run(t, w, choose(t, "fcfs")).Recording()
		var owners string
		for _, e := range r.Events(0) {
			if e.Kind == trace.Lock {
				owners += name(int(e.Task))
			}
		}
		if want := map[bool]string{false: "AECFBD", true: "ABDCFE"}[higher]; owners != want {
			t.Errorf("higher is better %v: %s had it, want %s\n%s", higher, owners, want, transcript(r))
		}
	}
}

// TestWaiting runs random programs whose tasks try, wait for so long, and stand
// in every order, with a person who kills them meanwhile.
func TestWaiting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := someWorkload(t)
		for _, i := range []int{1, 3} {
			w.Resources[i].ByPriority = rapid.Bool().Draw(t, "by_priority")
			w.Resources[i].Barging = rapid.Bool().Draw(t, "barging")
		}
		for i := range w.Tasks {
			ops := w.Tasks[i].Program.Ops
			for k := range ops {
				switch ops[k].Code {
				case workload.OpPut, workload.OpGet:
					ops[k].Patience = workload.Patience(rapid.IntRange(0, 2).Draw(t, "patience"))
					ops[k].Dur = workload.Time(rapid.IntRange(1, 5).Draw(t, "timeout")) * ms
				}
			}
			if rapid.IntRange(0, 2).Draw(t, "never unlocks") == 0 { // whoever else wants it gives up some time
				r := 1 + 2*rapid.IntRange(0, 1).Draw(t, "mutex")
				w.Tasks[i].Program = program(append(lockless(ops), atMost(lock(r), 3), cpu(1), trying(lock(4-r)))...)
			}
		}
		if _, err := runChecked(w, func() sim.Policy { return choose(tester{t}, "rr quantum=2") }, someInterventions(t, w)); err != nil {
			t.Fatal(err)
		}
	})
}

// lockless returns operations without the locks and unlocks, whose loops
// stay as they are.
func lockless(ops []workload.Op) []workload.Op {
	var out []workload.Op
	for _, op := range ops {
		if op.Code != workload.OpLock && op.Code != workload.OpUnlock {
			out = append(out, op)
		}
	}
	return out
}

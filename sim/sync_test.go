package sim_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// The resources of tests of synchronising, by their numbers.
const (
	aMutex = iota
	anRLock
	aSpin
	anRWLock
	aSemaphore
	aCondition // of aMutex
	another    // condition, of anRLock
	anEvent
	aBarrier
	aOnce
)

func on(code workload.OpCode, res int) workload.Op { return workload.Op{Code: code, Res: res, Var: -1} }

func wait(r int) workload.Op { return on(workload.OpWait, r) }
func arrive() workload.Op    { return on(workload.OpArrive, aBarrier) }
func await() workload.Op     { return on(workload.OpAwait, anEvent) }
func lockRead() workload.Op  { return on(workload.OpLockRead, anRWLock) }
func acquire() workload.Op   { return on(workload.OpAcquire, aSemaphore) }
func release() workload.Op   { return on(workload.OpRelease, aSemaphore) }
func notify(r, n int) workload.Op {
	op := on(workload.OpNotify, r)
	op.Value = int64(n)
	return op
}

// ifGot does operations if the last one got what it asked for.
func ifGot(ops ...workload.Op) []workload.Op {
	ask := on(workload.OpIf, -1)
	ask.Cmp, ask.Value = workload.Equal, 1
	return append(append([]workload.Op{ask}, ops...), on(workload.OpEndIf, -1))
}

// syncResources are what tests of synchronising share.
func syncResources() []workload.Resource {
	return []workload.Resource{
		{Name: "m", Kind: workload.Mutex}, {Name: "r", Kind: workload.RLock}, {Name: "s", Kind: workload.Spin},
		{Name: "rw", Kind: workload.RWLock}, {Name: "n", Kind: workload.Semaphore, Value: 1, Capacity: 2},
		{Name: "c", Kind: workload.Condition, Lock: aMutex}, {Name: "d", Kind: workload.Condition, Lock: anRLock},
		{Name: "e", Kind: workload.Event}, {Name: "b", Kind: workload.Barrier, Capacity: 2}, {Name: "o", Kind: workload.Once},
	}
}

// perhaps lets an operation that may wait have a limit, or not wait at all; what
// comes after it is only done if it got what it asked for.
func perhaps(t *rapid.T, op workload.Op, tries bool, then ...workload.Op) []workload.Op {
	switch rapid.IntRange(0, 3).Draw(t, "patience") {
	case 0:
		return append([]workload.Op{atMost(op, workload.Time(rapid.IntRange(1, 6).Draw(t, "timeout")))}, ifGot(then...)...)
	case 1:
		if tries {
			return append([]workload.Op{trying(op)}, ifGot(then...)...)
		}
	}
	return append([]workload.Op{op}, then...)
}

// syncOps draws operations that synchronise, so that nothing is done that can't
// be: whoever unlocks owns. Locks are only taken in order, so that there is no
// deadlock among them alone.
func syncOps(t *rapid.T, depth, least int) (out []workload.Op) {
	within := func(least int) []workload.Op {
		if depth == 0 {
			return []workload.Op{cpu(workload.Time(rapid.IntRange(0, 3).Draw(t, "time")))}
		}
		return append(syncOps(t, depth-1, least), cpu(workload.Time(rapid.IntRange(0, 3).Draw(t, "time"))))
	}
	for range rapid.IntRange(0, 4).Draw(t, "ops") {
		d := workload.Time(rapid.IntRange(0, 4).Draw(t, "time"))
		switch kind := rapid.IntRange(0, 13).Draw(t, "op"); {
		case kind == 0:
			out = append(out, cpu(d))
		case kind == 1:
			out = append(out, sleep(d))
		case kind == 2 && least <= aMutex:
			out = append(out, perhaps(t, lock(aMutex), true, append(within(aMutex+1), unlock(aMutex))...)...)
		case kind == 3 && least <= anRLock:
			inside := append(within(anRLock+1), unlock(anRLock))
			if rapid.Bool().Draw(t, "again") {
				inside = append([]workload.Op{lock(anRLock), cpu(d), unlock(anRLock)}, inside...)
			}
			out = append(out, perhaps(t, lock(anRLock), true, inside...)...)
		case kind == 4 && least <= aSpin:
			out = append(out, perhaps(t, lock(aSpin), true, cpu(d), unlock(aSpin))...)
		case kind == 5 && least <= anRWLock:
			out = append(out, perhaps(t, lock(anRWLock), true, append(within(anRWLock+1), unlock(anRWLock))...)...)
		case kind == 6 && least <= anRWLock:
			out = append(out, perhaps(t, lockRead(), true, append(within(anRWLock+1), unlock(anRWLock))...)...)
		case kind == 7:
			out = append(out, perhaps(t, acquire(), true, append(within(least), release())...)...)
		case kind == 8 && least <= aMutex:
			out = append(out, lock(aMutex))
			out = append(out, perhaps(t, wait(aCondition), false)...)
			out = append(out, cpu(d), unlock(aMutex))
		case kind == 9 && least <= anRLock:
			out = append(out, lock(anRLock), lock(anRLock))
			out = append(out, perhaps(t, wait(another), false)...)
			out = append(out, unlock(anRLock), cpu(d), unlock(anRLock))
		case kind == 10:
			out = append(out, notify(rapid.IntRange(aCondition, another).Draw(t, "condition"), rapid.SampledFrom([]int{-1, 1, 2}).Draw(t, "count")))
		case kind == 11:
			out = append(out, perhaps(t, await(), true)...)
			if d == 1 {
				out = append(out, on(workload.OpClear, anEvent))
			}
		case kind == 12:
			out = append(out, on(workload.OpSet, anEvent))
			if d > 2 {
				out = append(out, on(workload.OpClear, anEvent))
			}
		case kind == 13 && d < 2:
			out = append(out, perhaps(t, arrive(), false)...)
		case kind == 13 && least <= aMutex:
			out = append(out, on(workload.OpOnce, aOnce), cpu(d), on(workload.OpOnceEnd, aOnce))
		}
	}
	return out
}

func syncWorkload(t *rapid.T) *workload.Workload {
	cpus := rapid.IntRange(1, 3).Draw(t, "cpus")
	tasks := make([]workload.Task, rapid.IntRange(1, 6).Draw(t, "tasks"))
	for i := range tasks {
		tasks[i] = task(workload.Time(rapid.IntRange(0, 8).Draw(t, "arrival")), syncOps(t, 2, 0)...)
		tasks[i].Priority = int64(rapid.IntRange(0, 2).Draw(t, "priority"))
		if rapid.IntRange(0, 5).Draw(t, "jobs") == 0 {
			tasks[i].Period, tasks[i].Deadline = 9*ms, 7*ms
			tasks[i].AbortOnMiss = rapid.Bool().Draw(t, "aborts")
		}
	}
	w := computer(cpus, tasks...)
	w.Resources = syncResources()
	for i := range w.Resources {
		r := &w.Resources[i]
		switch r.Kind {
		case workload.Mutex, workload.RLock:
			r.Barging = rapid.Bool().Draw(t, "barging")
			r.ByPriority = rapid.Bool().Draw(t, "by_priority")
		case workload.RWLock:
			r.Prefer = workload.Prefer(rapid.IntRange(0, 2).Draw(t, "prefer"))
		case workload.Semaphore:
			r.ByPriority = rapid.Bool().Draw(t, "by_priority")
			r.Value = int64(rapid.IntRange(0, 2).Draw(t, "value"))
			r.Capacity = 0
		case workload.Condition:
			r.ByPriority = rapid.Bool().Draw(t, "by_priority")
		case workload.Event:
			r.Value = int64(rapid.IntRange(0, 1).Draw(t, "set"))
		case workload.Barrier:
			r.Capacity = rapid.IntRange(1, 3).Draw(t, "parties")
		}
	}
	w.Machine.Switch = workload.Time(rapid.IntRange(-2, 1).Draw(t, "switch")) * ms / 2
	w.Machine.Switch = max(0, w.Machine.Switch)
	if w.Machine.GIL = workload.Time(rapid.IntRange(-2, 3).Draw(t, "gil")) * ms; w.Machine.GIL > 0 {
		for i := range tasks {
			tasks[i].Group = rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "process")
		}
	}
	w.Machine.GIL = max(0, w.Machine.GIL)
	w.Conventions.HigherIsBetter = rapid.Bool().Draw(t, "higher")
	w.Conventions.KeepSlice = rapid.Bool().Draw(t, "keep_slice")
	return w
}

// someKills draws whom a person ends, and when.
func someKills(t *rapid.T, w *workload.Workload) func() []sim.Intervention {
	var list []sim.Intervention
	for range rapid.IntRange(-2, 3).Draw(t, "kills") {
		list = append(list, sim.Kill{
			At:   sim.Time(rapid.IntRange(0, 25).Draw(t, "at")) * ms / 2,
			Task: sim.TaskID(rapid.IntRange(0, len(w.Tasks)-1).Draw(t, "victim")),
		})
	}
	return func() []sim.Intervention { return list }
}

// TestSynchronising runs random programs that lock, wait, notify and meet, with
// a person who kills them meanwhile. The recording must be possible, lose no
// wake-up, and say of every instant what the kernel knows.
func TestSynchronising(t *testing.T) {
	for _, name := range []string{"fcfs", "rr quantum=1", "rr quantum=3", "priority", "priority quantum=2", "srtf", "cfs", "mlfq quanta=1,2", "rr quantum=1 queues=per_cpu"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := syncWorkload(t)
				what := someKills(t, w)
				if err := synchronises(w, func() sim.Policy { return choose(tester{t}, name) }, what); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// synchronises runs a workload for a while: with spin locks and periods it need
// not end.
func synchronises(w *workload.Workload, p func() sim.Policy, what func() []sim.Intervention) error {
	m, err := sim.New(sim.Config{Workload: w, Policy: p(), Interventions: what()})
	if err != nil {
		return err
	}
	var s trace.Snapshot
	more := true
	for more && m.Now() < 80*ms {
		if more, err = m.Step(); err != nil {
			return fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
		}
		if err := m.Agree(&s); err != nil {
			return fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
		}
	}
	if len(m.Faults()) > 0 {
		return fmt.Errorf("%+v\n%s", m.Faults(), transcript(m.Recording()))
	}
	r := m.Recording()
	if err := (trace.Rules{Complete: !more, WorkConserving: !idles(r)}).Check(r); err != nil {
		return fmt.Errorf("%w\n%s", err, transcript(r))
	}
	again, err := sim.New(sim.Config{Workload: w, Policy: p(), Interventions: what()})
	if err != nil {
		return err
	}
	if err := again.Run(m.Now(), 1<<30); err != nil {
		return err
	}
	if again.Recording().Hash() != r.Hash() {
		return fmt.Errorf("the second run differs")
	}
	return nil
}

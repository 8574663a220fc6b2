package sim_test

import (
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func touch(pages int64) workload.Op {
	return workload.Op{Code: workload.OpTouch, Res: -1, Value: pages}
}
func store(variable int) workload.Op {
	return workload.Op{Code: workload.OpStore, Res: -1, Var: variable, Dur: ms}
}
func add(n int64) workload.Op { return workload.Op{Code: workload.OpAdd, Res: -1, Value: n} }
func forkOf(child string) workload.Op {
	return workload.Op{Code: workload.OpFork, Res: -1, Kin: &workload.Kin{Child: &workload.Task{Name: child}}}
}
func spawnOf(pages int, ops ...workload.Op) workload.Op {
	return workload.Op{Code: workload.OpSpawn, Res: -1, Kin: &workload.Kin{
		Child: &workload.Task{Name: "S", Pages: pages, Program: program(ops...)}, Own: workload.OwnPages,
	}}
}
func threadOf(ops ...workload.Op) workload.Op {
	return workload.Op{Code: workload.OpThread, Res: -1, Kin: &workload.Kin{Child: &workload.Task{Name: "T", Program: program(ops...)}}}
}

// count returns how many events of a kind a recording has.
func count(r *trace.Recording, k trace.Kind) (n int) {
	for _, e := range r.Events(0) {
		if e.Kind == k {
			n++
		}
	}
	return n
}

// Whoever writes first to a page that is shared since a fork gets a copy, and the
// last who has it none: as OSTEP, chapter 23, and the man page of fork(2) tell it.
func TestCopyOnWrite(t *testing.T) {
	w := computer(2, task(0, forkOf("C"), add(5), store(0), store(1), store(0), cpu(5)))
	w.Variables = []workload.Variable{{Name: "a"}, {Name: "b"}, {Name: "s", Scope: workload.ScopeShared}}
	w.Tasks[0].Pages = 3
	w.Machine.PageCopy = 2 * ms
	r := run(t, w, choose(t, "fcfs")).Recording()
	// Both store into a at once: the one on CPU 0 copies, so that the other has the
	// page to itself, is earlier at b and copies that.
	if got := count(r, trace.CopyPage); got != 2 {
		t.Errorf("%d copies, not 2\n%s", got, transcript(r))
	}
	if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
		t.Errorf("%v\n%s", err, transcript(r))
	}
	var s trace.Snapshot
	r.Snapshot(&s, ms/2)
	if p, ok := s.Pages(0); !ok || p.Own() != 0 || len(p.Shared) != 3 || s.Memory.Used != 3 {
		t.Errorf("after the fork %+v %+v", p, s.Memory)
	}
	r.Snapshot(&s, 2*ms-1)
	if p, ok := s.Pages(1); !ok || p.Own() != 1 || s.Memory.Used != 4 || s.Memory.Copied != 1 {
		t.Errorf("after the first store %+v %+v", p, s.Memory)
	}
	lanes := trace.NewLanes()
	lanes.Extend(r)
	if f := lanes.Figures(); f.Tasks[0].CPU != (3+5+2)*ms || f.Tasks[1].CPU != (3+5+2)*ms {
		t.Errorf("CPU times %v and %v", f.Tasks[0].CPU, f.Tasks[1].CPU)
	}
}

// anyOps are some operations of a process that has to do with memory.
func anyOps(t *rapid.T, deep int) (ops []workload.Op) {
	for range rapid.IntRange(1, 6).Draw(t, "ops") {
		d := workload.Time(rapid.IntRange(0, 6).Draw(t, "time"))
		switch rapid.IntRange(0, 13).Draw(t, "op") {
		case 0, 1, 2:
			ops = append(ops, cpu(d))
		case 3:
			ops = append(ops, sleep(d))
		case 4:
			ops = append(ops, io(0, d))
		case 5:
			ops = append(ops, lock(1), cpu(d), sleep(1), unlock(1))
		case 6:
			ops = append(ops, yield())
		case 7, 8:
			ops = append(ops, touch(int64(rapid.IntRange(1, 3).Draw(t, "pages"))))
		case 9:
			ops = append(ops, store(rapid.IntRange(0, 1).Draw(t, "variable")))
		case 10:
			if deep > 0 {
				ops = append(ops, forkOf("F"))
				deep--
			}
		case 11:
			if deep > 0 {
				ops = append(ops, spawnOf(rapid.IntRange(1, 4).Draw(t, "pages"), anyOps(t, deep-1)...))
			}
		case 12:
			if deep > 0 {
				ops = append(ops, threadOf(anyOps(t, deep-1)...))
			}
		case 13:
			ops = append(ops, lock(5), cpu(d), unlock(5))
		}
	}
	return ops
}

// anyMemory is a workload on a machine whose memory may be too small.
func anyMemory(t *rapid.T) *workload.Workload {
	var tasks []workload.Task
	for i := range rapid.IntRange(1, 5).Draw(t, "tasks") {
		one := task(workload.Time(rapid.IntRange(0, 8).Draw(t, "at")), anyOps(t, 2)...)
		one.Pages = rapid.IntRange(1, 4).Draw(t, "pages")
		one.Batch = i > 0 && rapid.IntRange(0, 2).Draw(t, "batch") == 0
		one.Priority = int64(rapid.IntRange(0, 2).Draw(t, "priority"))
		tasks = append(tasks, one)
	}
	w := computer(rapid.IntRange(1, 3).Draw(t, "cpus"), tasks...)
	w.Resources = append(resources(), workload.Resource{Name: "busy", Kind: workload.Spin})
	w.Variables = []workload.Variable{{Name: "a"}, {Name: "b"}}
	m := &w.Machine
	m.Memory = rapid.SampledFrom([]int{0, 4, 5, 8, 12}).Draw(t, "memory")
	m.PageCopy = workload.Time(rapid.IntRange(0, 2).Draw(t, "copy")) * ms / 2
	m.SwapIn = workload.Time(rapid.IntRange(0, 2).Draw(t, "in")) * ms / 2
	m.SwapOut = workload.Time(rapid.IntRange(0, 2).Draw(t, "out")) * ms / 2
	m.Residence = workload.Time(rapid.IntRange(1, 20).Draw(t, "residence")) * ms
	m.Multiprogramming = rapid.IntRange(1, 4).Draw(t, "degree")
	m.Switch = workload.Time(rapid.IntRange(0, 1).Draw(t, "switch")) * ms / 4
	m.GIL = workload.Time(rapid.IntRange(0, 1).Draw(t, "gil")) * 10 * ms
	return w
}

// Whatever processes do with their pages, the kernel and the recording agree at
// every step, the validator finds nothing, and the run comes to an end.
func TestAnyMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyMemory(t)
		policy := rapid.SampledFrom([]string{"fcfs", "rr quantum=1", "rr quantum=3", "srtf", "mlfq", "priority", "eevdf"}).Draw(t, "policy")
		_, err := runChecked(w, func() sim.Policy { return choose(tester{t}, policy) }, noInterventions)
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever else programs do, with locks, queues, pipes, signals, jobs or one
// another, they may be swapped out and in meanwhile.
func TestAnythingSwapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := someWorkload(t)
		m := &w.Machine
		m.Memory = rapid.IntRange(2, 8).Draw(t, "memory")
		m.PageCopy = workload.Time(rapid.IntRange(0, 2).Draw(t, "copy")) * ms / 2
		m.SwapIn = workload.Time(rapid.IntRange(0, 2).Draw(t, "in")) * ms / 2
		m.SwapOut = workload.Time(rapid.IntRange(0, 2).Draw(t, "out")) * ms / 2
		m.Residence = workload.Time(rapid.IntRange(1, 20).Draw(t, "residence")) * ms
		for i := range w.Tasks {
			w.Tasks[i].Pages = rapid.IntRange(1, min(4, m.Memory)).Draw(t, "pages")
		}
		what := someInterventions(t, w)
		policy := rapid.SampledFrom(policies).Draw(t, "policy")
		if _, err := runChecked(w, func() sim.Policy { return choose(tester{t}, policy) }, what); err != nil {
			t.Fatal(err)
		}
	})
}

// A process of the batch queue for which there is never room is stuck with those
// who never end.
func TestNeverAdmitted(t *testing.T) {
	w := computer(1, task(0, lock(1), exit(0)), task(1, lock(1)), task(2, cpu(1)))
	w.Resources = resources()
	w.Tasks[2].Batch = true
	w.Machine.Multiprogramming = 1
	m := run(t, w, choose(t, "fcfs"))
	if stuck := m.Stuck(); len(stuck) != 2 || stuck[0] != 1 || stuck[1] != 2 {
		t.Errorf("stuck are %v\n%s", stuck, transcript(m.Recording()))
	}
	if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
		t.Error(err)
	}
}

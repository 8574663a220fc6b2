package sim_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A meeting is what tasks do to each other by locks, semaphores, conditions,
// events, barriers, what is done once and devices, once more: slow, obvious, with a CPU for everybody and
// never two of them at one instant but for those one lets go on. It shares
// nothing with the kernel.
type meeting struct {
	resources []workload.Resource
	tasks     []*guest
	now       workload.Time
	going     []*guest // who go on at this instant, in their order
	state     []room
}

// guest is a task.
type guest struct {
	ops      []workload.Op
	at       int
	next     workload.Time // when it goes on; -1 while it waits
	finish   workload.Time // -1 if it never does
	begun    bool          // it computes for ops[at]
	depth    int           // of the lock it had when it began to wait for a condition
	relocks  bool
	waitsFor workload.OpCode
}

// room is a resource with those who wait in it.
type room struct {
	owner   *guest
	depth   int
	readers []*guest
	units   int64
	line    []*guest
}

func (w *meeting) run() {
	for i := range w.resources {
		w.state = append(w.state, room{units: w.resources[i].Value})
	}
	for {
		var first *guest
		for _, g := range w.tasks {
			if g.next >= 0 && (first == nil || g.next < first.next) {
				first = g
			}
		}
		if first == nil {
			return
		}
		w.now = first.next
		w.going = []*guest{first}
		for len(w.going) > 0 {
			g := w.going[0]
			w.going = w.going[1:]
			w.goOn(g)
		}
	}
}

// goOn lets a guest do what it can at this instant.
func (w *meeting) goOn(g *guest) {
	for g.next = w.now; g.at < len(g.ops); g.at++ {
		op := &g.ops[g.at]
		if op.Code == workload.OpCPU {
			if !g.begun {
				g.begun = true
				g.next = w.now + op.Dur
				return
			}
			g.begun = false
			continue
		}
		if op.Code == workload.OpIO {
			if !g.begun {
				w.asks(g, op)
				return
			}
			g.begun = false
			w.served(op.Res)
			continue
		}
		if !w.does(g, op) {
			g.next, g.waitsFor = -1, op.Code
			return
		}
	}
	g.finish, g.next = w.now, -1
}

// asks a device for service, which begins at once if one of its servers is free.
func (w *meeting) asks(g *guest, op *workload.Op) {
	r := &w.state[op.Res]
	if r.units == int64(w.resources[op.Res].Servers) {
		r.line = append(r.line, g)
		g.next = -1
		return
	}
	r.units++
	g.begun = true
	g.next = w.now + op.Dur
}

// served lets a device begin with the next of its line.
func (w *meeting) served(res int) {
	r := &w.state[res]
	r.units--
	if len(r.line) > 0 {
		g := r.line[0]
		r.line = r.line[1:]
		w.asks(g, &g.ops[g.at])
	}
}

// does an operation, or lets the guest wait in line.
func (w *meeting) does(g *guest, op *workload.Op) bool {
	r, h := &w.state[op.Res], &w.resources[op.Res]
	switch op.Code {
	case workload.OpLock, workload.OpLockRead, workload.OpAcquire, workload.OpAwait:
		if w.may(g, op.Code, r, h, len(r.line)) {
			w.gets(g, op.Code, r, h)
			return true
		}
		r.line = append(r.line, g)
		return false
	case workload.OpOnce:
		switch {
		case r.units > 0: // it is done
			g.at = op.Jump - 1
		case r.owner == nil:
			r.owner = g
		default:
			r.line = append(r.line, g)
			return false
		}
	case workload.OpOnceEnd:
		r.owner, r.units = nil, 1
		for _, x := range r.line {
			x.at = x.ops[x.at].Jump - 1
			w.letGo(x)
		}
		r.line = nil
	case workload.OpUnlock:
		if i := slices.Index(r.readers, g); i >= 0 {
			r.readers = slices.Delete(r.readers, i, i+1)
		} else if r.depth--; r.depth == 0 {
			r.owner = nil
		}
		w.admit(op.Res)
	case workload.OpRelease:
		r.units++
		w.admit(op.Res)
	case workload.OpSet:
		r.units = 1
		w.admit(op.Res)
	case workload.OpClear:
		r.units = 0
	case workload.OpArrive:
		if r.line = append(r.line, g); len(r.line) < h.Capacity {
			return false
		}
		for _, x := range r.line[:len(r.line)-1] {
			w.letGo(x)
		}
		r.line = nil
	case workload.OpWait:
		if g.relocks {
			g.relocks = false
			return true
		}
		l := &w.state[h.Lock]
		g.depth, g.relocks = l.depth, true
		l.owner, l.depth = nil, 0
		r.line = append(r.line, g)
		w.admit(h.Lock)
		return false
	case workload.OpNotify:
		for n := op.Value; n != 0 && len(r.line) > 0; n-- {
			l := &w.state[h.Lock]
			l.line = append(l.line, r.line[0])
			r.line = r.line[1:]
		}
		w.admit(h.Lock)
	}
	return true
}

// may says whether somebody who wants that may have it now, if so many stand
// before him.
func (w *meeting) may(g *guest, what workload.OpCode, r *room, h *workload.Resource, before int) bool {
	switch {
	case what == workload.OpAcquire, what == workload.OpAwait:
		return r.units > 0
	case h.Kind == workload.RLock && r.owner == g:
		return true
	case r.owner != nil || len(r.readers) > 0 && what != workload.OpLockRead:
		return false
	case what == workload.OpLockRead && h.Prefer == workload.PreferWriters:
		return !slices.ContainsFunc(r.line, func(x *guest) bool { return x.waitsFor == workload.OpLock })
	case what == workload.OpLockRead && h.Prefer == workload.PreferFIFO:
		return before == 0
	}
	return true
}

func (w *meeting) gets(g *guest, what workload.OpCode, r *room, h *workload.Resource) {
	switch {
	case what == workload.OpAcquire:
		r.units--
	case what == workload.OpLockRead:
		r.readers = append(r.readers, g)
	case what == workload.OpLock && r.owner == g:
		r.depth++
	case what == workload.OpLock:
		r.owner, r.depth = g, 1
	case what == workload.OpWait:
		r.owner, r.depth = g, g.depth
	}
}

// admit lets those of a line have what they wait for who may.
func (w *meeting) admit(res int) {
	r, h := &w.state[res], &w.resources[res]
	for again := true; again; {
		again = false
		for _, readers := range []bool{true, false} { // who reads first, where that is preferred
			for i, g := range r.line {
				if h.Kind == workload.RWLock && h.Prefer == workload.PreferReaders && (g.waitsFor == workload.OpLockRead) != readers ||
					h.Kind == workload.RWLock && h.Prefer == workload.PreferFIFO && i > 0 || !w.may(g, g.waitsFor, r, h, i) {
					continue
				}
				r.line = slices.Delete(r.line, i, i+1)
				w.gets(g, g.waitsFor, r, h)
				w.letGo(g)
				again = true
				break
			}
			if again {
				break
			}
		}
	}
}

// letGo lets a guest go on at this instant, behind what made it go on.
func (w *meeting) letGo(g *guest) {
	if g.waitsFor != workload.OpWait {
		g.at++
	}
	w.going = append(w.going, g)
}

// TestMeetings compares kernel and twin: when does each task end?
func TestMeetings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			meet(t)
		}
	})
}

func meet(t *rapid.T) {
	resources := syncResources()
	resources[anRWLock].Prefer = workload.Prefer(rapid.IntRange(0, 2).Draw(t, "prefer"))
	resources[aSemaphore].Value = int64(rapid.IntRange(0, 2).Draw(t, "units"))
	resources[aSemaphore].Capacity = 0
	resources[aBarrier].Capacity = rapid.IntRange(1, 3).Draw(t, "parties")
	aDisk := len(resources)
	resources = append(resources, workload.Resource{Name: "disk", Kind: workload.Device, Servers: rapid.IntRange(1, 2).Draw(t, "servers")})
	n := workload.Time(0)
	some := func() workload.Op { // with odd ends, so that no two instants are the same
		n++
		return workload.Op{Code: workload.OpCPU, Res: -1, Dur: ms*workload.Time(rapid.IntRange(1, 9).Draw(t, "time")) + n*n*n*7 + n}
	}
	w := &meeting{resources: resources}
	tasks := make([]workload.Task, rapid.IntRange(2, 6).Draw(t, "tasks"))
	for i := range tasks {
		ops := []workload.Op{some()}
		for range rapid.IntRange(1, 8).Draw(t, "ops") {
			switch rapid.IntRange(0, 14).Draw(t, "op") {
			case 0:
				ops = append(ops, lock(aMutex), some(), unlock(aMutex))
			case 1:
				ops = append(ops, lock(anRLock), some(), lock(anRLock), some(), unlock(anRLock), some(), unlock(anRLock))
			case 2:
				ops = append(ops, lock(anRWLock), some(), unlock(anRWLock))
			case 3:
				ops = append(ops, lockRead(), some(), unlock(anRWLock))
			case 4:
				ops = append(ops, acquire(), some(), release())
			case 5:
				ops = append(ops, lock(aMutex), some(), wait(aCondition), some(), unlock(aMutex))
			case 6:
				ops = append(ops, lock(anRLock), lock(anRLock), wait(another), some(), unlock(anRLock), unlock(anRLock))
			case 7:
				ops = append(ops, notify(rapid.IntRange(aCondition, another).Draw(t, "condition"), rapid.SampledFrom([]int{-1, 1, 2}).Draw(t, "count")))
			case 8, 10, 11:
				ops = append(ops, rapid.SampledFrom([]workload.Op{await(), await(), on(workload.OpSet, anEvent), on(workload.OpClear, anEvent)}).Draw(t, "event"))
			case 9:
				ops = append(ops, rapid.SampledFrom([]workload.Op{arrive(), release()}).Draw(t, "other"))
			case 12:
				if i < 2 { // of several that spin the one on the first CPU would have it
					ops = append(ops, lock(aSpin), some(), unlock(aSpin))
				}
			case 13:
				once := on(workload.OpOnce, aOnce)
				once.Jump = len(ops) + 3
				ops = append(ops, once, some(), on(workload.OpOnceEnd, aOnce))
			case 14:
				io := some()
				io.Code, io.Res = workload.OpIO, aDisk
				ops = append(ops, io)
			}
			ops = append(ops, some())
		}
		tasks[i] = task(0, ops...)
		w.tasks = append(w.tasks, &guest{ops: ops, finish: -1})
	}
	load := computer(len(tasks), tasks...)
	load.Resources = resources
	m, err := sim.New(sim.Config{Workload: load, Policy: choose(tester{t}, "fcfs")})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(1<<50, 1<<20); err != nil {
		t.Fatal(err)
	}
	w.run()
	r := m.Recording()
	lanes := trace.NewLanes()
	lanes.Extend(r)
	for i, f := range lanes.Figures().Tasks {
		if want := trace.Time(w.tasks[i].finish); f.Finish != want {
			t.Fatalf("task %d ends at %d, twin %d\n%s", i, f.Finish, want, transcript(r))
		}
	}
}

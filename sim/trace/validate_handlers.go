package trace

import (
	"fmt"
	"maps"
	"slices"
)

// handlerCheck is where a handler begins.
type handlerCheck struct{ program, pc int }

// frameCheck is where a task goes on when a handler returns.
type frameCheck struct {
	signal, program, pc int
	done, until         Time
	regains             bool
	depth, acc, part    int64
}

// handler checks how signals are handled: each that is pending once, on the
// thread's own CPU time, blocked meanwhile, and then the thread goes on where it
// was.
func (v *validator) handler(e Event, t *taskCheck) error {
	k := &v.kins[v.process(e.Task)]
	if e.Object >= 32 {
		return fmt.Errorf("there is no signal %d", e.Object)
	}
	bit := uint32(1) << e.Object
	switch e.Kind {
	case Pending:
		if v.process(e.Task) != e.Task || v.allEnded(e.Task) {
			return fmt.Errorf("there is no such process")
		}
		if lost := k.pending&bit != 0; lost != (e.Arg == 1) {
			return fmt.Errorf("whether it was pending: %v", lost)
		}
		k.pending |= bit
		return nil
	case Interrupted, CutShort:
		return v.cut(e, t, k)
	}
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	switch e.Kind {
	case Handle:
		if k.handlers == nil {
			k.handlers = map[int]handlerCheck{}
		}
		k.handlers[e.Object] = handlerCheck{t.program, t.pc + 1}
		k.ignored &^= bit
		return v.step(e, t)
	case Catch:
		h, handles := k.handlers[e.Object]
		if !handles || int(e.Arg) != h.program {
			return fmt.Errorf("its process handles signal %d otherwise", e.Object)
		}
		if k.pending&bit == 0 || t.masked&bit != 0 {
			return fmt.Errorf("signal %d isn't pending, or is blocked", e.Object)
		}
		if v.exact && v.over(t, e.Task) {
			return fmt.Errorf("it computed for %d, its operation takes %d", t.done, v.length(e.Task))
		}
		k.pending &^= bit
		t.masked |= bit
		t.frames = append(t.frames, frameCheck{e.Object, t.program, t.pc, t.done, t.until, t.regains, t.depth, t.acc, t.part})
		t.program, t.pc, t.done, t.until, t.regains, t.spins, t.tries, t.part = h.program, h.pc, 0, 0, false, false, -1, 0
		t.jumps = true
	case Return:
		n := len(t.frames) - 1
		if n < 0 || t.frames[n].signal != e.Object {
			return fmt.Errorf("it is in no handler of signal %d", e.Object)
		}
		f := t.frames[n]
		t.frames, t.masked = t.frames[:n], t.masked&^bit
		t.program, t.pc, t.done, t.until, t.regains, t.depth, t.part = f.program, f.pc, f.done, f.until, f.regains, f.depth, f.part
		t.acc = f.acc
	}
	return nil
}

// cut checks that a signal ends what a task waits for.
func (v *validator) cut(e Event, t *taskCheck, k *kinCheck) error {
	if t.state != Blocked || t.given || t.halted || !interruptible(t.cause) {
		return v.cannot(t)
	}
	if k.pending&^t.masked == 0 {
		return fmt.Errorf("no signal is pending that it doesn't block")
	}
	cause := t.cause
	if t.res >= 0 {
		v.res[t.res].leave(e.Task)
	}
	t.state, t.res, t.told = Ready, -1, false
	switch early := cause == ForSleep || cause == ForSpace && t.part > 0; {
	case early != (e.Kind == CutShort):
		return fmt.Errorf("it waits for %v, which a signal ends otherwise", cause)
	case cause == ForSleep && v.exact && e.Time-t.began > v.length(e.Task):
		return fmt.Errorf("it has slept %d of %d", e.Time-t.began, v.length(e.Task))
	case early:
		t.part = 0
		return v.step(e, t)
	case cause == ForNotify:
		t.regains, t.until = true, 0
	}
	return nil
}

// interruptible reports whether a signal ends a wait.
func interruptible(c Cause) bool {
	switch c {
	case ForIO, ForGIL, ForRelease, ForLoop, ForSafety:
		return false
	}
	return true
}

// listens checks that a thread that is to handle signals does so as soon as it can.
func (v *validator) listens(id TaskID) error {
	k := &v.kins[id]
	if t := &v.tasks[id]; v.exact && t.state == Running && v.op(id).Code == "handled" {
		return fmt.Errorf("task %d stays at the end of its handler", id)
	}
	if v.process(id) != id || k.pending == 0 || !v.exact {
		return nil
	}
	for thread := range v.tasks {
		t := &v.tasks[thread]
		if v.process(TaskID(thread)) != id || v.gone(TaskID(thread)) {
			continue
		}
		if k.pending&^t.masked != 0 && !t.halted && (t.state == Running || t.state == Blocked && interruptible(t.cause)) {
			return fmt.Errorf("task %d doesn't handle a signal that is pending", thread)
		}
		break
	}
	return nil
}

// copySignals gives a forked child what its parent makes of signals.
func (v *validator) copySignals(from, to TaskID) {
	a, b := &v.kins[v.process(from)], &v.kins[to]
	b.ignored, b.handlers = a.ignored, maps.Clone(a.handlers)
	v.tasks[to].masked, v.tasks[to].frames = v.tasks[from].masked, slices.Clone(v.tasks[from].frames)
}

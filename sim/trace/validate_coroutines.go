package trace

import (
	"fmt"
	"slices"
)

// loopCheck is the coroutines of a task: who can go on, the first first, and when
// those that wait must.
type loopCheck struct {
	now   int64
	ready []int64
	waits map[int64]Time // when it must go on; Never = that isn't known yet
	on    []coCheck      // for which queue or coroutine, in the order they began
	left  int            // that haven't ended
}

// coroutine checks what happens to coroutines: one at a time goes on, in the order
// they could.
func (v *validator) coroutine(e Event, t *taskCheck) error {
	switch e.Kind {
	case LoopBegin, CoAwait, CoEnd, LoopEnd:
		if t.state != Running || t.cpu != e.CPU {
			return v.cannot(t)
		}
		v.charge(t)
	case WakeLoop:
		if t.state != Blocked || t.cause != ForLoop || t.loop == nil || t.loop.now < 0 {
			return v.cannot(t)
		}
		t.state, t.res = Ready, -1
		return nil
	}
	if e.Kind == LoopBegin {
		t.loop = &loopCheck{now: -1, waits: map[int64]Time{}, left: int(e.Arg)}
		for i := range e.Arg {
			t.loop.ready = append(t.loop.ready, i)
		}
		return v.step(e, t)
	}
	l := t.loop
	if l == nil {
		return fmt.Errorf("it runs no coroutines")
	}
	switch e.Kind {
	case Resume:
		if l.now >= 0 || len(l.ready) == 0 || l.ready[0] != e.Arg {
			return fmt.Errorf("coroutine %d is at it, %v can go on", l.now, l.ready)
		}
		l.now, l.ready = e.Arg, l.ready[1:]
		t.jumps = true
	case CoAwait, CoEnd:
		if l.now != e.Arg {
			return fmt.Errorf("coroutine %d is at it", l.now)
		}
		l.now = -1
		if e.Kind == CoAwait {
			l.waits[e.Arg] = e.Time + v.op(e.Task).Asks
			if op := v.op(e.Task); op.Awaits != ForSleep && op.Awaits != ForIO {
				l.waits[e.Arg] = Never
				l.on = append(l.on, coCheck{e.Arg, op.Awaits, op.AwaitsAt})
			}
		} else {
			l.left--
			for _, on := range l.on {
				if on.cause == ForLoop && int64(on.at) == e.Arg {
					l.waits[on.co] = e.Time
				}
			}
		}
	case CoDue:
		if due, waits := l.waits[e.Arg]; !waits || due != e.Time {
			return fmt.Errorf("it waits until %d", due)
		}
		delete(l.waits, e.Arg)
		l.on = slices.DeleteFunc(l.on, func(on coCheck) bool { return on.co == e.Arg })
		l.ready = append(l.ready, e.Arg)
	case LoopEnd:
		if l.left > 0 {
			return fmt.Errorf("%d coroutines haven't ended", l.left)
		}
		t.loop, t.jumps = nil, true
	}
	return nil
}

// timed reports whether a coroutine waits for what comes by itself.
func (l *loopCheck) timed() bool {
	for _, due := range l.waits {
		if due < Never {
			return true
		}
	}
	return false
}

// coCheck is what a coroutine waits for that others do.
type coCheck struct {
	co    int64
	cause Cause
	at    int
}

// coQueue checks that a coroutine that waits for it, or one that asks for it now,
// puts a value into a queue or gets one.
func (v *validator) coQueue(e Event, t *taskCheck) error {
	r, h, cause := &v.res[e.Object], &v.h.Resources[e.Object], ForRoom
	if e.Kind == CoGet {
		cause = ForValue
	}
	if t.loop == nil || h.Kind != BoundedQueue || h.Manager > 0 {
		return v.cannot(t)
	}
	waits := slices.IndexFunc(t.loop.on, func(on coCheck) bool { return on.cause == cause && on.at == e.Object && t.loop.waits[on.co] == Never })
	switch op := v.op(e.Task); {
	case t.state == Running && t.loop.now >= 0 && op.Awaits == cause && op.AwaitsAt == e.Object && waits < 0:
		v.charge(t)
		if t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
	case waits >= 0:
		t.loop.waits[t.loop.on[waits].co] = e.Time
	default:
		return v.cannot(t)
	}
	if e.Kind == CoPut {
		return r.put(h, e.Arg, &Op{})
	}
	return r.get(h, e.Arg, &Op{})
}

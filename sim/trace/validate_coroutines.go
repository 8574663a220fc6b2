package trace

import "fmt"

// loopCheck is the coroutines of a task: who can go on, the first first, and when
// those that wait must.
type loopCheck struct {
	now   int64
	ready []int64
	waits map[int64]Time
	left  int // that haven't ended
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
		} else {
			l.left--
		}
	case CoDue:
		if due, waits := l.waits[e.Arg]; !waits || due != e.Time {
			return fmt.Errorf("it waits until %d", due)
		}
		delete(l.waits, e.Arg)
		l.ready = append(l.ready, e.Arg)
	case LoopEnd:
		if l.left > 0 {
			return fmt.Errorf("%d coroutines haven't ended", l.left)
		}
		t.loop, t.jumps = nil, true
	}
	return nil
}

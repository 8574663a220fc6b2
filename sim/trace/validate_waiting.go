package trace

import (
	"fmt"
	"slices"
)

// leave takes a task from those who wait.
func (r *resourceCheck) leave(id TaskID) {
	r.line = slices.DeleteFunc(r.line, func(x TaskID) bool { return x == id })
}

// limit returns how long the operation a task is at may wait; 0 = for ever.
func (v *validator) limit(id TaskID) Time {
	if ops := v.ops(id); v.tasks[id].pc < len(ops) {
		return ops[v.tasks[id].pc].Limit
	}
	return 0
}

// tried reports whether somebody was woken to try for a resource and hasn't yet:
// then it may be free though others wait.
func (v *validator) tried(res int) bool {
	for id := range v.tasks {
		if v.tasks[id].tries == res {
			return true
		}
	}
	return false
}

// impatient checks what happens to a task that doesn't wait for ever, or that
// must try again.
func (v *validator) impatient(e Event, t *taskCheck) error {
	if e.Kind == Result {
		if t.state == New || t.state == Terminated {
			return v.cannot(t)
		}
		t.acc = e.Arg
		return nil
	}
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if e.Kind == Refused {
		if t.state != Running || t.cpu != e.CPU {
			return v.cannot(t)
		}
		v.charge(t)
		if v.exact && t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
		if v.exact && h.Kind == Pipe && v.flows(e.Object, e.Task) || v.exact && h.Kind != Pipe && v.free(r, h) && (!v.claimed(e.Object) || v.safe(e.Task, e.Object)) {
			return fmt.Errorf("it could have it")
		}
		t.tries, t.spins = -1, false
		return v.step(e, t)
	}
	if t.state != Blocked || t.res != e.Object || t.given || t.cause == ForNotify || t.regains && e.Kind == TimedOut {
		return v.cannot(t)
	}
	if e.Kind == TimedOut {
		if limit := v.limit(e.Task); v.exact && (limit == 0 || e.Time != t.until) {
			return fmt.Errorf("it waits until %d", t.until)
		}
		if t.cause == ForConnection {
			delete(v.nets[e.Object].holds, e.Task)
		}
		r.leave(e.Task)
		r.given = h.Kind == Barrier
		t.state, t.res = Ready, -1
		return v.step(e, t)
	}
	switch {
	case h.Kind != Mutex && h.Kind != RLock || !h.Barging:
		return fmt.Errorf("it is handed to whoever waits for it")
	case r.owner != NoTask:
		return fmt.Errorf("task %d owns it", r.owner)
	case !v.claimed(e.Object) && v.first(r, h) != e.Task:
		return fmt.Errorf("task %d was there first", v.first(r, h))
	}
	r.leave(e.Task)
	t.state, t.res, t.tries = Ready, -1, e.Object
	return nil
}

package trace

import (
	"fmt"
	"slices"
)

// manager checks what a manager does for others: one request after the other, in
// the order they came.
func (v *validator) manager(e Event, t *taskCheck) error {
	if e.Kind == PutFor || e.Kind == GetFor {
		return v.servesQueue(e, t)
	}
	r, n := &v.res[e.Object], v.net(e.Object)
	if n == nil || v.h.Resources[e.Object].Kind != Manager {
		return fmt.Errorf("it isn't a %v", Manager)
	}
	switch e.Kind {
	case WakeServe:
		n.closed = n.closed || e.Arg < 0 && v.onlyManagers()
		if t.state != Blocked || t.cause != ForRequest && !t.given || t.res != e.Object || !t.given && !n.closed {
			return v.cannot(t)
		}
		r.leave(e.Task)
		t.state, t.res, t.given = Ready, -1, false
		return nil
	case WakeRemote:
		if t.state != Blocked || t.cause != ForAnswer || t.res != e.Object {
			return v.cannot(t)
		}
		r.leave(e.Task)
		t.state, t.res = Ready, -1
		return v.step(e, t)
	case TakeRequest:
		if len(n.requests) == 0 || n.requests[0] != TaskID(e.Arg) {
			return fmt.Errorf("%v have asked", n.requests)
		}
		if t.state == Blocked && t.cause == ForRequest && t.res == e.Object {
			t.given = true
			r.leave(e.Task)
		} else if t.state != Running || t.cpu != e.CPU {
			return v.cannot(t)
		} else {
			v.charge(t)
		}
		n.now, n.requests = n.requests[0], n.requests[1:]
		return v.step(e, t)
	}
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	if t.done > 0 {
		return fmt.Errorf("it is within another operation")
	}
	switch e.Kind {
	case Answered, Postponed:
		if n.now != TaskID(e.Arg) {
			return fmt.Errorf("it deals with a request of task %d", int32(n.now))
		}
		n.now = NoTask
	case CloseServer:
		n.closed = true
	}
	return v.step(e, t)
}

// onlyManagers reports whether nobody is left but managers.
func (v *validator) onlyManagers() bool {
	for id := range v.tasks {
		if !v.gone(TaskID(id)) && v.h.Tasks[id].Manages == 0 {
			return false
		}
	}
	return true
}

// servesQueue checks that a manager puts into or gets from a queue of its own.
func (v *validator) servesQueue(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if t.state != Running || t.cpu != e.CPU || h.Manager == 0 || !slices.Contains(v.h.Resources[h.Manager-1].Network.Owns, e.Object) {
		return v.cannot(t)
	}
	if e.Kind == PutFor {
		return r.put(h, e.Arg, &Op{})
	}
	return r.get(h, e.Arg, &Op{})
}

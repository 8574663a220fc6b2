package trace

import "fmt"

// pool checks what tasks do with a pool but for its jobs, which are a queue.
func (v *validator) pool(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if h.Workers == 0 {
		return fmt.Errorf("it isn't a pool")
	}
	switch e.Kind {
	case WakeClosed:
		if t.state != Blocked || t.cause != ForValue || !r.closed || v.exact && len(r.items) > 0 {
			return v.cannot(t)
		}
		r.leave(e.Task)
		t.state, t.res = Ready, -1
		return nil
	case WakeRaise:
		if t.state != Blocked || t.cause != ForResult || t.res != e.Object || !r.done[e.Arg] {
			return v.cannot(t)
		}
		r.leave(e.Task)
		t.state, t.res, t.code = Ready, -1, -1
		return nil // it jumped already
	case WakeResult:
		if t.state != Blocked || t.cause != ForResult || t.res != e.Object || e.Arg < 0 || int(e.Arg) >= len(v.tasks) {
			return v.cannot(t)
		}
		r.leave(e.Task)
		t.state, t.res = Ready, -1
		return v.step(e, t)
	}
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && t.done > 0 {
		return fmt.Errorf("it is within another operation")
	}
	if (e.Kind == Collect || e.Kind == Raise) && !r.done[e.Arg] {
		return fmt.Errorf("no worker is done with that")
	}
	if e.Kind == Raise {
		t.jumps, t.code = true, -1
		return nil // it fails
	}
	r.closed = r.closed || e.Kind == ClosePool
	return v.step(e, t)
}

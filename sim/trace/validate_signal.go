package trace

import "fmt"

// signal checks what signals do.
func (v *validator) signal(e Event, t *taskCheck) error {
	switch e.Kind {
	case Stop:
		if v.gone(e.Task) || t.state == New || t.halted {
			return v.cannot(t)
		}
		if t.cpu >= 0 {
			v.takeOut(e, t)
			t.state, t.cpu = Ready, -1
		}
		t.halted = true
		return nil
	case Continue:
		if !t.halted {
			return v.cannot(t)
		}
		t.halted = false
		return nil
	case Ignored:
		if v.process(e.Task) != e.Task || v.allEnded(e.Task) {
			return fmt.Errorf("there is no such process")
		}
		v.kins[e.Task].pending &^= 1 << e.Object
		return nil
	}
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && t.done != 0 {
		return fmt.Errorf("it is within another operation")
	}
	switch e.Kind {
	case Crash:
		if e.Arg <= 0 {
			return fmt.Errorf("a crash is by a signal")
		}
		return v.kill(e, t)
	case Ignore, Heed:
		k := &v.kins[v.process(e.Task)]
		k.ignored &^= 1 << e.Object
		delete(k.handlers, e.Object)
		if e.Kind == Ignore {
			k.ignored |= 1 << e.Object
		}
	case Signal, Alive:
		if e.Arg >= int64(len(v.tasks)) {
			return fmt.Errorf("there is no task %d", e.Arg)
		}
	}
	return v.step(e, t)
}

package trace

import "fmt"

// timer checks what happens to a timer. When it is due it goes off, and all who
// wait for it go on, with how often it has since somebody asked.
func (v *validator) timer(e Event, t *taskCheck) error {
	if e.Object >= len(v.res) || v.h.Resources[e.Object].Kind != Timer {
		return fmt.Errorf("it isn't a %v", Timer)
	}
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	switch e.Kind {
	case GoesOff:
		if e.Task != NoTask || v.exact && e.Time != r.due {
			return fmt.Errorf("it is due at %d", r.due)
		}
		r.due = 0
		if h.Every > 0 {
			r.due = e.Time + h.Every
		}
		r.count++
		r.owed = int64(len(r.line))
		return nil
	case WakeTimer:
		if t.state != Blocked || t.cause != ForTimer || t.res != e.Object {
			return v.cannot(t)
		}
		if r.owed == 0 || r.count != e.Arg || v.exact && r.line[0] != e.Task {
			return fmt.Errorf("it has gone off %d times, and %d of %v go on", r.count, r.owed, r.line)
		}
		if r.owed--; r.owed == 0 {
			r.count = 0
		}
		r.leave(e.Task)
		t.state, t.res = Ready, -1
		return v.step(e, t)
	}
	if t.state != Running || t.cpu != e.CPU || t.spins {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && t.done > 0 {
		return fmt.Errorf("it is within another operation")
	}
	switch e.Kind {
	case StartTimer:
		r.due, r.count = e.Time+h.After, 0
	case CancelTimer:
		r.due, r.count = 0, 0
		r.owed = int64(len(r.line))
	case TookTimer:
		if e.Arg != r.count || e.Arg == 0 {
			return fmt.Errorf("it has gone off %d times", r.count)
		}
		r.count = 0
	}
	return v.step(e, t)
}

package trace

import "fmt"

// exec checks that a process begins anew: all its other threads must end at this
// very instant, and its variables are as at the start.
func (v *validator) exec(e Event, t *taskCheck) error {
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	if e.Arg < 0 || e.Arg >= int64(len(v.h.Programs)) {
		return fmt.Errorf("there is no program %d", e.Arg)
	}
	v.charge(t)
	if need := v.length(e.Task); v.exact && t.done != need {
		return fmt.Errorf("it computed for %d, not %d", t.done, need)
	}
	own := v.process(e.Task)
	for id := range v.tasks {
		if other := &v.tasks[id]; TaskID(id) != e.Task && v.process(TaskID(id)) == own && other.state != New && !v.gone(TaskID(id)) {
			other.doomed = true
		}
	}
	t.program, t.pc, t.done, t.until, t.loop, t.part = int(e.Arg), 0, 0, 0, nil, 0
	t.frames, v.kins[own].handlers = nil, nil
	for i := range v.h.Variables {
		if v.h.Variables[i].Scope != Shared {
			delete(v.values, v.place(i, e.Task))
		}
	}
	return nil
}

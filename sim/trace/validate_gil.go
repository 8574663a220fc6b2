package trace

import "fmt"

// interpreter checks who takes an interpreter lock or lets it go.
func (v *validator) interpreter(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if h.Kind != GIL || h.Process != v.h.Tasks[e.Task].Process {
		return fmt.Errorf("it isn't the interpreter lock of its process")
	}
	if e.Kind == DropGIL {
		if r.owner != e.Task {
			return fmt.Errorf("task %d has it", int32(r.owner))
		}
		r.owner = NoTask
		return nil
	}
	switch {
	case r.owner != NoTask:
		return fmt.Errorf("task %d has it", r.owner)
	case t.state == Running && t.cpu == e.CPU && len(r.line) == 0:
	case t.state == Blocked && t.cause == ForGIL && t.res == e.Object && r.line[0] == e.Task:
		r.leave(e.Task)
		t.given = true
	default:
		return v.cannot(t)
	}
	r.owner, r.used = e.Task, true
	return nil
}

// interpreting checks that nobody goes on without the interpreter lock it needs,
// and that somebody has it while others wait.
func (v *validator) interpreting(r *resourceCheck, h *Resource) error {
	if h.Kind != GIL {
		return nil
	}
	if r.owner == NoTask && len(r.line) > 0 {
		return fmt.Errorf("%v wait for an interpreter lock that nobody has", r.line)
	}
	if r.owner != NoTask && v.gone(r.owner) {
		return fmt.Errorf("task %d has an interpreter lock, and has ended", r.owner)
	}
	threads := 0
	for id := range v.tasks {
		if v.h.Tasks[id].Process == h.Process && v.tasks[id].state != New {
			threads++
		}
	}
	if !r.used && threads < 2 { // its process has begun anew since
		return nil
	}
	for id := range v.tasks {
		if t := &v.tasks[id]; t.state == Running && v.h.Tasks[id].Process == h.Process && r.owner != TaskID(id) {
			return fmt.Errorf("task %d runs without the interpreter lock, which task %d has", id, int32(r.owner))
		}
	}
	return nil
}

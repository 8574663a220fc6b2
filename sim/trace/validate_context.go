package trace

import "fmt"

// heldCheck is what is checked of a task's context: as it is before an event.
type heldCheck struct {
	state State
	pc    int
	acc   int64
}

func (v *validator) held(e Event) heldCheck {
	if int(e.Task) >= len(v.tasks) {
		return heldCheck{}
	}
	t := &v.tasks[e.Task]
	return heldCheck{t.state, t.pc, t.acc}
}

// keepsContext checks that a task goes on with what was saved: from when it is
// ready until it runs nobody changes its program counter or a register. What it
// waited for ends at the instant at which it becomes ready, and that may.
func (v *validator) keepsContext(e Event, was heldCheck) error {
	if int(e.Task) >= len(v.tasks) {
		return nil
	}
	t := &v.tasks[e.Task]
	if t.state != Ready {
		return nil
	}
	if was.state != Ready {
		t.readied = v.now
	}
	if v.now == t.readied || !v.exact {
		return nil
	}
	if t.pc != was.pc || t.acc != was.acc || e.Kind == Assign && v.h.Variables[e.Object].Register {
		return fmt.Errorf("it doesn't run, and its saved context changes: it was at %d with %d in acc", was.pc, was.acc)
	}
	return nil
}

// reckons checks that what a task computes follows from what it had in its
// accumulator when it last ran.
func (v *validator) reckons(e Event, t *taskCheck) error {
	ops := v.ops(e.Task)
	if !v.exact || t.pc >= len(ops) {
		return nil
	}
	want := ops[t.pc].Number
	if e.Kind == Added {
		want += t.acc
	}
	if e.Arg != want {
		return fmt.Errorf("it has %d then, and should have %d", e.Arg, want)
	}
	return nil
}

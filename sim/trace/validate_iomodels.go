package trace

import (
	"fmt"
	"slices"
)

// askedCheck is a request a task doesn't wait for: of which device, and when it
// must be answered.
type askedCheck struct {
	res int
	due Time
}

// asynchronous checks requests a task doesn't wait for, and how it learns of
// their answers: each is answered once, when the device is done, and taken once.
func (v *validator) asynchronous(e Event, t *taskCheck) error {
	switch e.Kind {
	case Answer, Handler, WakeReply, Forsake:
		i := slices.IndexFunc(t.asked, func(a askedCheck) bool {
			return a.res == e.Object && (a.due == e.Time || e.Kind == Forsake || !v.exact)
		})
		if i < 0 {
			return fmt.Errorf("it waits for %v", t.asked)
		}
		t.asked = slices.Delete(t.asked, i, i+1)
		if e.Kind == Forsake && t.state == Terminated {
			return nil
		}
		return v.answered(e, t)
	}
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && (t.done < v.length(e.Task) || v.over(t, e.Task)) {
		return fmt.Errorf("it computed for %d, not %d", t.done, v.length(e.Task))
	}
	switch e.Kind {
	case Request:
		if v.h.Resources[e.Object].Kind != Device {
			return fmt.Errorf("it isn't a %v", Device)
		}
		t.asked = append(t.asked, askedCheck{e.Object, e.Time + v.op(e.Task).Asks})
	case PollNo:
		if v.exact && (t.answers > 0 || len(t.asked) == 0) {
			return fmt.Errorf("it has %d answers", t.answers)
		}
		t.done = 0
		return nil
	case PollYes, Select:
		if t.answers--; t.answers < 0 {
			return fmt.Errorf("it has no answer")
		}
	case Handled:
		if v.exact && t.answers > 0 {
			return fmt.Errorf("it has %d answers", t.answers)
		}
	}
	return v.step(e, t)
}

// answered checks what an answer does to the task that asked.
func (v *validator) answered(e Event, t *taskCheck) error {
	switch e.Kind {
	case Answer:
		if t.state == Terminated || t.state == Blocked && t.cause == ForReply {
			return v.cannot(t)
		}
		t.answers++
	case Handler:
		if t.state == Running {
			v.charge(t)
		} else if t.state != Ready {
			return v.cannot(t)
		}
		t.done -= Time(e.Arg)
	case WakeReply:
		if t.state != Blocked || t.cause != ForReply {
			return v.cannot(t)
		}
		v.res[t.res].leave(e.Task)
		t.state, t.res = Ready, -1
		return v.step(e, t)
	default:
		return v.cannot(t)
	}
	return nil
}

// answersInTime checks that no request is late.
func (v *validator) answersInTime(t *taskCheck) error {
	for _, a := range t.asked {
		if v.exact && a.due < v.now {
			return fmt.Errorf("device %d should have answered at %d", a.res, a.due)
		}
	}
	return nil
}

package host

import (
	"slices"

	"timeslice/sim/trace"
)

// request is what a task asked a device for and went on.
type request struct {
	res   int
	due   trace.Time
	dealt bool // its answer woke or interrupted the task
}

// answers notes that the answer to a request, the task's so manyth, woke or
// interrupted it, and returns the device.
func (b *stepper) answers(number int64) int {
	if number < 1 || int(number) > len(b.requests) {
		return 0
	}
	r := &b.requests[number-1]
	r.dealt = true
	return r.res
}

// oldest returns the device of the oldest request that isn't answered.
func (b *stepper) oldest() int {
	for _, r := range b.requests {
		if !r.dealt {
			return r.res
		}
	}
	return 0
}

// addAnswers puts the answers that came while a task did something else into its
// events, each at the instant it was due.
func (l *eventList) addAnswers(list []request) {
	waits := trace.Never // for one, until it was ended
	for _, e := range l.list {
		if e.Kind == trace.BlockReply {
			waits = e.Time
		} else if e.Kind == trace.WakeReply {
			waits = trace.Never
		}
	}
	for _, r := range list {
		if r.dealt || r.due > min(l.last, waits) {
			continue
		}
		at := slices.IndexFunc(l.list, func(e trace.Event) bool { return e.Time > r.due })
		if at < 0 {
			continue
		}
		l.list = slices.Insert(l.list, at, trace.Event{Time: r.due, Kind: trace.Answer, Task: l.id, Object: r.res})
	}
}

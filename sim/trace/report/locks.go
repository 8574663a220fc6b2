package report

import (
	"slices"

	"timeslice/sim/trace"
)

// LockEvent is a task that locks a mutex, must wait for it, or unlocks it. One
// that is handed over is unlocked by one and locked by the other.
type LockEvent struct {
	Time trace.Time
	What string // "lock", "block" or "unlock"
	Task trace.TaskID
	Lock int // index into the resources of the header
}

var lockEvents = map[trace.Kind]string{trace.Lock: "lock", trace.BlockLock: "block", trace.Unlock: "unlock"}

// LockEvents returns what happened to mutexes; nil if there are none.
func (r *Report) LockEvents() []LockEvent {
	if !slices.ContainsFunc(r.header.Resources, func(x trace.Resource) bool { return x.Kind == trace.Mutex }) {
		return nil
	}
	events := []LockEvent{}
	for _, e := range r.rec.Events(0) {
		if what, ok := lockEvents[e.Kind]; ok {
			events = append(events, LockEvent{e.Time, what, e.Task, e.Object})
		}
	}
	return events
}

// Resource returns the name of a resource.
func (r *Report) Resource(i int) string { return r.header.Resources[i].Name }

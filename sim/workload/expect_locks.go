package workload

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// lockEventNames are what may be expected to happen to a mutex.
var lockEventNames = []string{"lock", "block", "unlock"}

// expectLocks reads what must happen to mutexes, in order.
func (r *reader) expectLocks(e *Expect, n *yaml.Node) {
	const want = "a list of [time, lock|block|unlock, task, mutex]"
	e.LockEvents = []ExpectLock{}
	for _, v := range r.list(n, "lock_events", want) {
		if r.full() {
			return
		}
		if v.Kind != yaml.SequenceNode || len(v.Content) != 4 {
			r.fail(v, "lock_events: found "+describe(v), want)
			continue
		}
		at, ok := r.number(v.Content[0], "time")
		what, good := r.choice(v.Content[1], "lock_events", lockEventNames...)
		task, fine := r.name(v.Content[2], "task")
		_, known := r.resource(v.Content[3], "lock_events", Mutex)
		if ok && good && fine && known && r.expectKnown(v.Content[2]) {
			e.LockEvents = append(e.LockEvents, ExpectLock{at, lockEventNames[what], task, v.Content[3].Value})
		}
	}
}

// lockRows writes what must happen to mutexes.
func lockRows(events []ExpectLock) []string {
	rows := make([]string, len(events))
	for i, e := range events {
		rows[i] = fmt.Sprintf("[%s, %s, %s, %s]", e.At.str(), e.What, str(e.Task), str(e.Lock))
	}
	return rows
}

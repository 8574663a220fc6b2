package trace

import (
	"fmt"
	"slices"
)

// A deadlock must be told when it closes, and only then. Here it is looked for
// among locks that have one owner, by going along the owners.

// inCircle checks an event that tells of a member of a deadlock.
func (v *validator) inCircle(e Event, t *taskCheck) error {
	waits := t.state == Blocked && (e.Kind == DeadlockJoin || t.res == e.Object) || t.spins && t.res == e.Object
	if !waits || e.Arg < 0 || int(e.Arg) >= len(v.tasks) {
		return v.cannot(t)
	}
	next := TaskID(e.Arg)
	if e.Kind == DeadlockJoin {
		if t.cause != ForTask || t.joins != next || v.finished(next) {
			return fmt.Errorf("it doesn't wait for the end of task %d", next)
		}
	} else if r := &v.res[e.Object]; r.owner != next && !slices.Contains(r.holders, next) {
		return fmt.Errorf("task %d owns what it waits for, not %d", int32(r.owner), next)
	}
	if len(v.circle) > 0 && v.circleNext != e.Task {
		return fmt.Errorf("it is the turn of task %d", v.circleNext)
	}
	if slices.Contains(v.circle, e.Task) {
		return fmt.Errorf("it stands in the circle twice")
	}
	v.circle, v.circleNext = append(v.circle, e.Task), next
	if next == v.circle[0] {
		for _, id := range v.circle {
			v.tasks[id].told = true
		}
		v.circle = v.circle[:0]
	}
	return nil
}

// circles checks that all deadlocks have been told.
func (v *validator) circles() error {
	if !v.exact {
		return nil
	}
	for i := range v.tasks {
		id := TaskID(i)
		for range v.tasks {
			t := &v.tasks[id]
			if t.told || t.state != Blocked || t.cause != ForLock || v.limit(id) > 0 {
				break
			}
			if id = v.res[t.res].owner; id == NoTask {
				break
			}
			if id == TaskID(i) {
				return fmt.Errorf("task %d waits in a circle that isn't told", i)
			}
		}
	}
	return nil
}

// letGo checks that the lock of a task that has ended becomes free.
func (v *validator) letGo(e Event, t *taskCheck) error {
	if t.state != Terminated && t.state != Zombie {
		return v.cannot(t)
	}
	release := slices.Contains(v.h.Conventions, Setting{"owner_death", "release"})
	if !release && (!t.told || v.avoid.on || slices.Contains(v.h.Conventions, Setting{"deadlock", "stays"})) {
		return fmt.Errorf("what it holds stays with it")
	}
	r := &v.res[e.Object]
	switch {
	case r.owner == e.Task:
		r.owner, r.count = NoTask, 0
	case slices.Contains(r.holders, e.Task):
		r.holders = slices.DeleteFunc(r.holders, func(id TaskID) bool { return id == e.Task })
	default:
		return fmt.Errorf("task %d owns it", int32(r.owner))
	}
	return nil
}

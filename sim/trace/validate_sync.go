package trace

import (
	"fmt"
	"slices"
)

// free reports whether whoever comes could have what he asks of a resource for.
func (v *validator) free(r *resourceCheck, h *Resource) bool {
	switch h.Kind {
	case Mutex, RLock, SpinLock:
		return r.owner == NoTask
	case RWLock:
		return r.owner == NoTask && len(r.holders) == 0 && len(r.line) == 0
	case Semaphore, EventFlag:
		return r.count > 0
	case Barrier:
		return r.count >= 0
	}
	return len(r.items) > 0 && r.hasRoom(h)
}

// waitingFor returns the first in line who waits for that; NoTask if none does.
func (v *validator) waitingFor(r *resourceCheck, cause Cause) TaskID {
	for _, id := range r.line {
		if v.tasks[id].cause == cause {
			return id
		}
	}
	return NoTask
}

// readersMayPass reports whether who comes to read need not stand behind others.
func (v *validator) readersMayPass(r *resourceCheck, h *Resource) bool {
	switch h.Prefer {
	case "readers":
		return true
	case "writers":
		return v.waitingFor(r, ForLock) == NoTask
	}
	return len(r.line) == 0
}

// blockSync checks who must wait for something that others do; it returns the
// kind of resource this needs, and whether he need not have waited.
func (v *validator) blockSync(e Event, t *taskCheck, r *resourceCheck, h *Resource) (kind ResourceKind, free bool, err error) {
	switch e.Kind {
	case BlockRead:
		t.cause, kind = ForRead, RWLock
		free = r.owner == NoTask && v.readersMayPass(r, h)
	case BlockAcquire:
		t.cause, kind = ForUnit, Semaphore
		free = r.count > 0
	case BlockUnsafe:
		return h.Kind, false, v.withheld(e, t)
	case BlockAwait:
		t.cause, kind = ForEvent, EventFlag
		free = r.count > 0
	case BlockBarrier:
		t.cause, kind = ForParties, Barrier
		free = r.count < 0 || len(r.line)+1 >= h.Capacity
	case BlockGIL:
		t.cause, kind, t.spins = ForGIL, GIL, false
		free = r.owner == NoTask || h.Process != v.h.Tasks[e.Task].Process
	case BlockOnce:
		t.cause, kind = ForOnce, Once
		free = r.count > 0 || r.owner == NoTask
	case BlockWait:
		t.cause, kind = ForNotify, Condition
		lock := &v.res[h.Lock]
		if h.Kind == Condition && (lock.owner != e.Task || lock.count != e.Arg) {
			return kind, false, fmt.Errorf("it doesn't own the lock %d times", e.Arg)
		}
		lock.owner, lock.count, t.depth = NoTask, 0, e.Arg
	}
	return kind, free, nil
}

// turn checks that what a task takes is its to take: it runs and asks for it, or
// it is the one of those who wait whose turn it is, and must be woken then.
func (v *validator) turn(e Event, t *taskCheck, r *resourceCheck, cause Cause, next TaskID) error {
	switch {
	case t.state == Running && t.cpu == e.CPU:
		v.charge(t)
		if v.exact && t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
	case t.state == Blocked && t.wanted(&v.h.Resources[e.Object]) == cause && t.res == e.Object && next == e.Task:
		r.leave(e.Task)
		t.given = true
	default:
		return v.cannot(t)
	}
	return nil
}

// locks checks what a task does with a lock that isn't a mutex.
func (v *validator) locks(e Event, t *taskCheck, r *resourceCheck, h *Resource) error {
	if e.Kind == Unlock {
		return v.unlocks(e, t, r, h)
	}
	depth := int64(0)
	next := v.first(r, h)
	if v.claimed(e.Object) {
		next = e.Task // whoever is safe, in whatever order
	}
	switch h.Kind {
	case RLock:
		depth = 1
		switch {
		case t.regains:
			depth = t.depth
		case r.owner == e.Task:
			depth = r.count + 1
		}
		if h.Barging {
			next = NoTask
		}
		if t.state == Running && r.owner == NoTask && len(r.line) > 0 && !h.Barging && v.exact && !v.claimed(e.Object) {
			return fmt.Errorf("task %d was there first", next)
		}
		if r.owner != NoTask && r.owner != e.Task {
			return fmt.Errorf("task %d owns it", r.owner)
		}
	case SpinLock:
		next = NoTask
		if r.owner != NoTask {
			return fmt.Errorf("task %d owns it", r.owner)
		}
	case RWLock:
		next = v.waitingFor(r, ForLock)
		first := NoTask
		if len(r.line) > 0 {
			first = r.line[0]
		}
		switch {
		case r.owner != NoTask || len(r.holders) > 0:
			return fmt.Errorf("task %d owns it, %v read", int32(r.owner), r.holders)
		case !v.exact: // whose turn it is was said when the one before let it go
		case t.state == Running && len(r.line) > 0:
			return fmt.Errorf("task %d was there first", first)
		case h.Prefer == "readers" && v.waitingFor(r, ForRead) != NoTask, h.Prefer == "fifo" && t.state == Blocked && first != e.Task:
			return fmt.Errorf("others go first")
		}
	default:
		return fmt.Errorf("it isn't a lock")
	}
	if e.Arg != depth {
		return fmt.Errorf("it has taken it %d times", depth)
	}
	if err := v.turn(e, t, r, ForLock, next); err != nil {
		return err
	}
	t.tries, t.spins, t.regains = -1, false, false
	r.owner, r.count = e.Task, depth
	return v.step(e, t)
}

func (v *validator) unlocks(e Event, t *taskCheck, r *resourceCheck, h *Resource) error {
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	i := slices.Index(r.holders, e.Task)
	switch {
	case r.owner == e.Task:
		left := max(r.count-1, 0)
		if e.Arg != left {
			return fmt.Errorf("it has it %d times still", left)
		}
		if r.count = left; left == 0 {
			r.owner = NoTask
		}
	case i >= 0:
		if r.holders = slices.Delete(r.holders, i, i+1); e.Arg != 0 {
			return fmt.Errorf("nobody reads %d times", e.Arg)
		}
	default:
		return fmt.Errorf("task %d owns it, %v read", int32(r.owner), r.holders)
	}
	v.charge(t)
	return v.step(e, t)
}

// take checks a task that takes something else than a lock to itself.
func (v *validator) take(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	next := v.first(r, h)
	if v.claimed(e.Object) {
		next = e.Task
	}
	var kind ResourceKind
	var cause Cause
	var wrong bool
	switch e.Kind {
	case LockRead:
		kind, cause = RWLock, ForRead
		wrong = r.owner != NoTask || v.exact && (t.state == Running && !v.readersMayPass(r, h) ||
			t.state == Blocked && h.Prefer == "writers" && v.waitingFor(r, ForLock) != NoTask)
		if h.Prefer != "fifo" {
			next = v.waitingFor(r, ForRead)
		}
		r.holders = append(r.holders, e.Task)
	case Acquire:
		kind, cause = Semaphore, ForUnit
		wrong = r.count <= 0 || t.state == Running && len(r.line) > 0 && v.exact && !v.claimed(e.Object)
		r.count--
	case OnceBegin:
		kind, cause = Once, ForOnce
		wrong = r.count > 0 || r.owner != NoTask
		r.owner = e.Task
	}
	if h.Kind != kind || wrong {
		return fmt.Errorf("it isn't to be had: %d, owner %d, line %v", r.count, int32(r.owner), r.line)
	}
	if err := v.turn(e, t, r, cause, next); err != nil {
		return err
	}
	if e.Kind == Acquire {
		v.tookUnit(e.Task, e.Object, 1)
		if err := v.grants(e); err != nil {
			return err
		}
	}
	return v.step(e, t)
}

// synchronise checks what a running task does that others may wait for.
func (v *validator) synchronise(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if t.state != Running || t.cpu != e.CPU || t.spins {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && t.done > 0 {
		return fmt.Errorf("it is within another operation")
	}
	kind, wrong := EventFlag, false
	switch e.Kind {
	case GiveBack:
		kind = Semaphore
		r.count++
		wrong = h.Capacity > 0 && r.count > int64(h.Capacity)
		v.tookUnit(e.Task, e.Object, -1)
	case Notify:
		kind = Condition
		r.owed += e.Arg // real tasks go on later, so some may be owed already
		wrong = e.Arg < 0 || int(e.Arg) > len(r.line)
	case Set:
		r.count = 1
		r.owed = int64(len(r.line))
	case Clear:
		r.count = 0
		wrong = len(r.line) > 0 && v.tasks[r.line[0]].began < e.Time && r.owed > 0 && v.exact
	case Passed:
		wrong = r.count != 1
	case Trip:
		kind = Barrier
		r.count++
		r.owed = int64(len(r.line))
		wrong = r.count < 1 || v.exact && len(r.line)+1 != h.Capacity
	case OncePassed:
		t.jumps = true
		if h.Kind != Once || r.count != 1 {
			return fmt.Errorf("it isn't done")
		}
		return nil
	case OnceDone:
		kind = Once
		wrong = r.owner != e.Task || r.count != 0
		r.owner, r.count, r.owed = NoTask, 1, int64(len(r.line))
	case Spin:
		if h.Kind != SpinLock || v.exact && r.owner == NoTask {
			return fmt.Errorf("it need not spin")
		}
		t.spins, t.res = true, e.Object
		return nil
	}
	if h.Kind != kind || wrong {
		return fmt.Errorf("it can't be: %d, owner %d, line %v", r.count, int32(r.owner), r.line)
	}
	return v.step(e, t)
}

// letOn checks what happens to a task that waits for what another has done now.
func (v *validator) letOn(e Event, t *taskCheck) error {
	r := &v.res[e.Object]
	if e.Kind == Break {
		r.count, r.owed = -1, int64(len(r.line))
		if v.h.Resources[e.Object].Kind != Barrier || v.exact && (!r.given || t.acted != e.Time || t.state != Ready) {
			return fmt.Errorf("it didn't give up at a barrier")
		}
		r.given = false
		return nil
	}
	if e.Kind == Requeue {
		return v.requeue(e, t)
	}
	cause := map[Kind]Cause{WakeAwait: ForEvent, WakeBarrier: ForParties, WakeBroken: ForParties, WakeOnce: ForOnce}[e.Kind]
	if t.state != Blocked || t.cause != cause || t.res != e.Object {
		return v.cannot(t)
	}
	if int(e.Arg) >= len(v.tasks) {
		return fmt.Errorf("there is no task %d", e.Arg)
	}
	if t.given { // it does once what another gave up
		t.given, t.state, t.res = false, Ready, -1
		return nil
	}
	switch {
	case r.owed == 0:
		return fmt.Errorf("nothing lets it on")
	case v.exact && v.first(r, &v.h.Resources[e.Object]) != e.Task:
		return fmt.Errorf("task %d was there first", v.first(r, &v.h.Resources[e.Object]))
	case v.exact && (e.Kind == WakeBroken) != (cause == ForParties && r.count < 0):
		return fmt.Errorf("the barrier has opened %d times", r.count)
	}
	r.owed--
	r.leave(e.Task)
	t.state, t.res = Ready, -1
	if e.Kind == WakeOnce {
		return nil // it jumped already
	}
	return v.step(e, t)
}

// requeue checks that a task stands in line for a lock now, no more for a
// condition.
func (v *validator) requeue(e Event, t *taskCheck) error {
	if t.state != Blocked || t.cause != ForNotify {
		return v.cannot(t)
	}
	r, h := &v.res[t.res], &v.h.Resources[t.res]
	switch {
	case h.Lock != e.Object:
		return fmt.Errorf("its lock is %d", h.Lock)
	case e.Arg > 1 || e.Arg < 0:
		return fmt.Errorf("it is notified or not, but not %d", e.Arg)
	case e.Arg == 1 && v.exact && e.Time != t.until:
		return fmt.Errorf("it waits until %d", t.until)
	case e.Arg == 0 && (r.owed == 0 || v.exact && v.first(r, h) != e.Task):
		return fmt.Errorf("it wasn't notified")
	}
	if e.Arg == 0 {
		r.owed--
	}
	r.leave(e.Task)
	t.cause, t.res, t.regains, t.until = ForLock, e.Object, true, 0
	v.res[e.Object].line = append(v.res[e.Object].line, e.Task)
	return nil
}

// restOf checks what must hold of a resource when everything at an instant has
// happened. Real tasks take time to be let on.
func (v *validator) restOf(r *resourceCheck, h *Resource, i int) error {
	switch {
	case !v.exact:
		return nil
	case r.given:
		return fmt.Errorf("somebody gave up at barrier %d, which isn't broken", i)
	case r.owed > 0:
		return fmt.Errorf("%d who wait for resource %d are not let on", r.owed, i)
	case r.owner != NoTask && len(r.holders) > 0:
		return fmt.Errorf("task %d writes under resource %d while %v read", r.owner, i, r.holders)
	}
	if h.Kind == SpinLock && r.owner == NoTask {
		for id := range v.tasks {
			if t := &v.tasks[id]; t.spins && t.state == Running && t.res == i {
				return fmt.Errorf("task %d spins for lock %d, which is free", id, i)
			}
		}
	}
	if len(r.line) == 0 {
		return nil
	}
	lost := false
	switch h.Kind {
	case Semaphore, EventFlag:
		lost = r.count > 0 && !v.claimed(i)
	case Barrier:
		lost = r.count < 0 || len(r.line) >= h.Capacity
	case Once:
		lost = r.count > 0 || r.owner == NoTask
	case RWLock:
		reader := v.waitingFor(r, ForRead)
		lost = r.owner == NoTask && (len(r.holders) == 0 || reader != NoTask && (h.Prefer == "readers" ||
			h.Prefer == "writers" && v.waitingFor(r, ForLock) == NoTask || h.Prefer == "fifo" && r.line[0] == reader))
	}
	if lost {
		return fmt.Errorf("%v wait for resource %d in vain", r.line, i)
	}
	return nil
}

// spun reports whether a task spins still at the end, or can't have a CPU because
// another does.
func (v *validator) spun(t *taskCheck) bool {
	if t.spins {
		return true
	}
	for id := range v.tasks {
		if v.tasks[id].spins && v.tasks[id].state == Running {
			return t.state == Ready
		}
	}
	return false
}

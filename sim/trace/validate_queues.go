package trace

import (
	"fmt"
	"slices"
)

// valueCheck is a value in a queue.
type valueCheck struct{ value, rank int64 }

// hasRoom reports whether one more value fits into a queue.
func (r *resourceCheck) hasRoom(h *Resource) bool {
	return h.Capacity == 0 || len(r.items) < h.Capacity
}

// op returns the operation a task is at.
func (v *validator) op(id TaskID) *Op {
	if ops := v.ops(id); v.tasks[id].pc < len(ops) {
		return &ops[v.tasks[id].pc]
	}
	return &Op{}
}

// put takes a value in: at the back, or in front if the operation says so.
func (r *resourceCheck) put(h *Resource, value int64, op *Op) error {
	if h.Kind != BoundedQueue || !r.hasRoom(h) {
		return fmt.Errorf("it holds %d already", len(r.items))
	}
	r.open++
	x := valueCheck{value, op.Priority}
	if op.Far {
		r.items = slices.Insert(r.items, 0, x)
	} else {
		r.items = append(r.items, x)
	}
	return nil
}

// get takes out the value whose turn it is. They lie as they were put; which one
// comes next is found by looking at all of them.
func (r *resourceCheck) get(h *Resource, value int64, op *Op) error {
	if len(r.items) == 0 {
		return fmt.Errorf("it holds nothing")
	}
	next := 0
	for i, x := range r.items {
		switch {
		case h.Order == LIFO, op.Far:
			next = i
		case h.Order == ByPriority && x.rank < r.items[next].rank:
			next = i
		}
	}
	if r.items[next].value != value {
		return fmt.Errorf("it holds %v, of which number %d comes next", r.items, next)
	}
	r.items = slices.Delete(r.items, next, next+1)
	return nil
}

// doneWith checks that a task says that it has dealt with a value, or finds that
// all are dealt with.
func (v *validator) doneWith(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if t.state != Running || t.cpu != e.CPU || h.Kind != BoundedQueue {
		return v.cannot(t)
	}
	v.charge(t)
	if v.exact && t.done > 0 {
		return fmt.Errorf("it is within another operation")
	}
	if e.Kind == TaskDone && h.Workers > 0 {
		if t.job == nil {
			return fmt.Errorf("it has no job")
		}
		if r.done == nil {
			r.done = map[int64]bool{}
		}
		r.done[*t.job], t.job = true, nil
		t.jumps = true
	}
	if e.Kind == TaskDone {
		if r.open--; r.open < 0 {
			return fmt.Errorf("everything was dealt with before")
		}
	} else if r.open > 0 {
		return fmt.Errorf("%d are not dealt with", r.open)
	}
	return v.step(e, t)
}

// wakeDone checks that a task wakes because all values are dealt with.
func (v *validator) wakeDone(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	switch {
	case v.exact && r.open > 0: // a real task wakes later, when there may be more
		return fmt.Errorf("%d are not dealt with", r.open)
	case v.exact && v.firstFor(r, h, ForDone) != e.Task:
		return fmt.Errorf("task %d was there first", v.firstFor(r, h, ForDone))
	case e.Arg < 0 || int(e.Arg) >= len(v.tasks):
		return fmt.Errorf("there is no task %d", e.Arg)
	}
	r.leave(e.Task)
	t.state, t.res = Ready, -1
	return v.step(e, t)
}

// idleQueue checks that nobody waits for what a queue has.
func (v *validator) idleQueue(i int) error {
	r, h := &v.res[i], &v.h.Resources[i]
	if !v.exact {
		return nil
	}
	for cause, has := range map[Cause]bool{ForRoom: r.hasRoom(h), ForValue: len(r.items) > 0, ForDone: r.open == 0} {
		if id := v.firstFor(r, h, cause); has && id != NoTask {
			return fmt.Errorf("task %d waits for resource %d, which has that", id, i)
		}
	}
	return nil
}

// firstFor returns whose turn it is of those who wait for a resource for a cause.
func (v *validator) firstFor(r *resourceCheck, h *Resource, cause Cause) TaskID {
	if len(r.line) == 0 {
		return NoTask
	}
	line := slices.DeleteFunc(slices.Clone(r.line), func(id TaskID) bool { return v.tasks[id].cause != cause })
	return v.first(&resourceCheck{line: line}, h)
}

// turnOf returns whose turn it is to be given what a resource has: of a queue the
// first who waits for that, of others simply the first.
func (v *validator) turnOf(r *resourceCheck, h *Resource, cause Cause) TaskID {
	if h.Kind == BoundedQueue {
		return v.firstFor(r, h, cause)
	}
	return v.first(r, h)
}

// wasThere returns who waits already for what a running task takes; NoTask if
// nobody does.
func (v *validator) wasThere(r *resourceCheck, h *Resource, cause Cause) TaskID {
	switch {
	case h.Kind == BoundedQueue:
		return v.firstFor(r, h, cause)
	case len(r.line) > 0 && v.tasks[r.line[0]].cause == cause:
		return r.line[0]
	}
	return NoTask
}

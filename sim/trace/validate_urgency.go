package trace

import (
	"fmt"
	"slices"
)

// Who is how urgent, from the definitions: a task is as urgent as the most urgent
// of itself, of those who wait, directly or not, for a mutex it holds that
// inherits, and of those who may lock a mutex it holds that has a ceiling. A
// recording must say so of a task from the moment at which that is more than the
// task itself is, until it isn't any more.

// urgencyCheck is what a recording says a task has of the urgency of others.
type urgencyCheck struct {
	boosted bool
	lock    int
	lender  TaskID
}

// policyNow returns the policy that decides.
func (v *validator) policyNow() *Policy {
	if v.policy < len(v.h.Policies) {
		return &v.h.Policies[v.policy]
	}
	return &Policy{}
}

// ordersByUrgency reports whether urgency is defined: by the policy, for
// mutexes that heed it.
func (v *validator) ordersByUrgency() bool {
	return v.exact && v.protocols && v.policyNow().Inherits
}

// ownUrgency returns by what the definition of the policy weighs a task itself,
// smaller first; Never = least of all.
func (v *validator) ownUrgency(id TaskID) int64 {
	h := &v.h.Tasks[id]
	orNever := func(t Time) int64 {
		if t == 0 {
			return int64(Never)
		}
		return int64(t)
	}
	switch v.policyNow().Name {
	case "rm":
		return orNever(h.Period)
	case "dm":
		if h.Deadline == 0 {
			return orNever(h.Period)
		}
		return orNever(h.Deadline)
	case "edf":
		k := int64(1)
		if j := v.inJobs(id); j != nil && j.k > 0 {
			k = j.k
		}
		return int64(v.dueOf(id, k))
	}
	if v.h.HigherFirst() {
		return -h.Priority
	}
	return h.Priority
}

// ceiling returns to what a mutex that is locked now raises its owner.
func (v *validator) ceiling(res int) int64 {
	h := &v.h.Resources[res]
	if h.Protocol != Ceiling {
		return int64(Never)
	}
	given := h.Ceiling
	switch v.policyNow().Name {
	case "rm", "dm", "edf": // priorities don't count
		given = nil
	}
	if given != nil {
		if v.h.HigherFirst() {
			return -*given
		}
		return *given
	}
	most := int64(Never)
	for id := range v.tasks {
		if v.mayLock(TaskID(id), res) {
			most = min(most, v.ceilingOf(TaskID(id)))
		}
	}
	return most
}

// ceilingOf returns what the ceiling of a mutex locked now is if this task is the
// most urgent that may lock it.
func (v *validator) ceilingOf(id TaskID) int64 {
	if v.policyNow().Name != "edf" {
		return v.ownUrgency(id)
	}
	d := v.h.Tasks[id].Deadline
	if d == 0 {
		d = v.h.Tasks[id].Period
	}
	if d == 0 {
		return int64(Never)
	}
	return int64(v.now + d)
}

func (v *validator) mayLock(id TaskID, res int) bool {
	if v.h.Tasks[id].Added && v.tasks[id].state == New {
		return false // nobody knows of it yet
	}
	return slices.ContainsFunc(v.ops(id), func(op Op) bool { return op.Locks == res+1 })
}

// urgency returns how urgent a task is with all it has of others.
func (v *validator) urgency(id TaskID, met map[TaskID]bool) int64 {
	met[id] = true
	most := v.ownUrgency(id)
	for res := range v.res {
		r := &v.res[res]
		if r.owner != id {
			continue
		}
		switch v.h.Resources[res].Protocol {
		case Ceiling:
			most = min(most, r.ceiling)
		case Inherit:
			for _, w := range r.line {
				if !met[w] {
					most = min(most, v.urgency(w, met))
				}
			}
		}
	}
	return most
}

// urgencyEvent takes in what a recording says of a task's urgency.
func (v *validator) urgencyEvent(e Event, t *taskCheck) error {
	if t.state == New || t.state == Terminated {
		return v.cannot(t)
	}
	if e.Kind == Restored {
		if !t.urgency.boosted {
			return fmt.Errorf("it had its own urgency")
		}
		t.urgency = urgencyCheck{}
		return nil
	}
	if v.res[e.Object].owner != e.Task || v.h.Resources[e.Object].Protocol == "" {
		return fmt.Errorf("it doesn't hold a mutex that could boost it")
	}
	lender := NoTask
	if e.Arg >= 0 {
		lender = TaskID(e.Arg)
		if int(lender) >= len(v.tasks) || lender == e.Task {
			return fmt.Errorf("it can't be as urgent as task %d", e.Arg)
		}
	}
	now := urgencyCheck{true, e.Object, lender}
	if t.urgency == now {
		return fmt.Errorf("it was as urgent as that before")
	}
	t.urgency = now
	return nil
}

// urgencies checks that everybody is just as urgent as is said.
func (v *validator) urgencies() error {
	if !v.exact || !v.protocols {
		return nil
	}
	for i := range v.tasks {
		id, t := TaskID(i), &v.tasks[i]
		if t.state == New || t.state == Terminated {
			continue
		}
		if !v.policyNow().Inherits {
			if t.urgency.boosted {
				return fmt.Errorf("task %d is boosted under a policy that knows no urgency", id)
			}
			continue
		}
		own, most := v.ownUrgency(id), v.urgency(id, map[TaskID]bool{})
		if t.urgency.boosted != (most < own) {
			return fmt.Errorf("task %d is as urgent as %d, %d with what it has of others, and boosted is %v", id, own, most, t.urgency.boosted)
		}
		if !t.urgency.boosted {
			continue
		}
		r := &v.res[t.urgency.lock]
		switch lender := t.urgency.lender; {
		case r.owner != id:
			return fmt.Errorf("task %d is boosted by a mutex it doesn't hold", id)
		case lender == NoTask && r.ceiling != most:
			return fmt.Errorf("task %d is boosted to %d, the ceiling is %d", id, most, r.ceiling)
		case lender != NoTask && v.ownUrgency(lender) != most && r.ceiling != most && !v.throughCeiling(t.urgency.lock, most):
			return fmt.Errorf("task %d is boosted to %d by task %d, whose urgency is %d", id, most, lender, v.ownUrgency(lender))
		}
	}
	return nil
}

// throughCeiling reports whether somebody who waits for a mutex has an urgency
// because of the ceiling of another.
func (v *validator) throughCeiling(res int, urgency int64) bool {
	met := map[TaskID]bool{}
	for _, w := range v.res[res].line {
		v.urgency(w, met)
	}
	for id := range met {
		for _, r := range v.res {
			if r.owner == id && r.ceiling == urgency {
				return true
			}
		}
	}
	return false
}

// first returns whose turn it is of those who wait for a resource.
func (v *validator) first(r *resourceCheck, h *Resource) TaskID {
	line := r.line
	if len(line) == 0 {
		return NoTask
	}
	if !h.ByPriority {
		return line[0]
	}
	weigh := func(id TaskID) int64 {
		if v.ordersByUrgency() {
			return v.urgency(id, map[TaskID]bool{})
		}
		if v.h.HigherFirst() {
			return -v.h.Tasks[id].Priority
		}
		return v.h.Tasks[id].Priority
	}
	return slices.MinFunc(line, func(a, b TaskID) int {
		switch x, y := weigh(a), weigh(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

package trace

import (
	"fmt"
	"slices"
)

// avoidCheck is what is checked where deadlocks are avoided: that no state is
// unsafe, and that nobody waits for what he could safely have.
type avoidCheck struct {
	on    bool
	units map[TaskID][]int64 // of semaphores that tasks hold
}

func newAvoidCheck(h *Header) avoidCheck {
	return avoidCheck{on: slices.Contains(h.Conventions, Setting{"deadlock", "avoid"}), units: map[TaskID][]int64{}}
}

// claimed reports whether a banker decides who has a resource.
func (v *validator) claimed(res int) bool {
	return v.avoid.on && slices.ContainsFunc(v.h.Tasks, func(t Task) bool { return res < len(t.Claims) && t.Claims[res] > 0 })
}

// tookUnit notes that a task holds a unit more of a semaphore, or less.
func (v *validator) tookUnit(id TaskID, res int, more int64) {
	if !v.avoid.on {
		return
	}
	if v.avoid.units[id] == nil {
		v.avoid.units[id] = make([]int64, len(v.h.Resources))
	}
	v.avoid.units[id][res] = max(0, v.avoid.units[id][res]+more)
}

// safe reports whether all can end in some order, if a task gets a unit of a
// resource more than it has; NoTask if none gets any.
func (v *validator) safe(gets TaskID, what int) bool {
	n := len(v.h.Resources)
	free := make([]int64, n)
	for i := range v.res {
		switch r := &v.res[i]; v.h.Resources[i].Kind {
		case Semaphore:
			free[i] = r.count
		case Mutex, RLock:
			if r.owner == NoTask {
				free[i] = 1
			}
		}
	}
	ended := make([]bool, len(v.tasks))
	has := make([][]int64, len(v.tasks))
	for id := range v.tasks {
		has[id] = make([]int64, n)
		copy(has[id], v.avoid.units[TaskID(id)])
		for i := range v.res {
			if k := v.h.Resources[i].Kind; (k == Mutex || k == RLock) && v.res[i].owner == TaskID(id) {
				has[id][i] = 1
			}
		}
	}
	if gets != NoTask {
		free[what]--
		has[gets][what]++
	}
	for moved := true; moved; {
		moved = false
	tasks:
		for id := range has {
			if ended[id] {
				continue
			}
			state := v.tasks[id].state
			for i, claim := range v.h.Tasks[id].Claims {
				if state != Terminated && state != Zombie && claim > 0 && claim-has[id][i] > free[i] {
					continue tasks
				}
			}
			for i := range free {
				free[i] += has[id][i]
			}
			ended[id], moved = true, true
		}
	}
	return !slices.Contains(ended, false)
}

// grants checks that what a task has got now leaves a safe state.
func (v *validator) grants(e Event) error {
	if v.claimed(e.Object) && !v.safe(NoTask, 0) {
		return fmt.Errorf("the state is unsafe")
	}
	return nil
}

// withheld checks that a task waits only for what it can't safely have.
func (v *validator) withheld(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	switch {
	case !v.claimed(e.Object):
		return fmt.Errorf("nobody avoids deadlocks by it")
	case e.Kind == Withheld && (t.state != Blocked || t.res != e.Object):
		return v.cannot(t)
	case !v.free(r, h):
		return fmt.Errorf("it isn't to be had")
	case v.safe(e.Task, e.Object):
		return fmt.Errorf("it could safely have it")
	}
	t.cause = ForSafety
	return nil
}

// keptSafe checks that all who wait for what is free must.
func (v *validator) keptSafe(r *resourceCheck, h *Resource, res int) error {
	if !v.free(r, h) || v.tried(res) {
		return nil
	}
	for _, id := range r.line {
		if v.safe(id, res) {
			return fmt.Errorf("task %d waits for resource %d, which it could safely have", id, res)
		}
	}
	return nil
}

// wanted returns what a task asked for that waits for it, or for it to be safe.
func (t *taskCheck) wanted(h *Resource) Cause {
	switch {
	case t.cause != ForSafety:
		return t.cause
	case h.Kind == Semaphore:
		return ForUnit
	}
	return ForLock
}

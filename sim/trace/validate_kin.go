package trace

import (
	"fmt"
	"slices"
)

// kinCheck is what is known of a process, by its main thread.
type kinCheck struct {
	parent TaskID // main thread of the process it is a child of; NoTask if of init
	zombie bool
	reaped TaskID // by whom; NoTask if not, or by init

	ignored, pending uint32 // signals
	handlers         map[int]handlerCheck
}

func newKinCheck(h *Header, id int) kinCheck {
	k := kinCheck{parent: NoTask, reaped: NoTask}
	for main := range h.Tasks {
		if h.Origin == Real && h.Tasks[id].Parent <= 0 {
			break
		}
		if h.Tasks[main].Process == main && h.Tasks[main].Pid == h.Tasks[id].Parent && h.Tasks[id].Parent > InitPid {
			k.parent = TaskID(main)
		}
	}
	return k
}

// process returns the main thread of a task's process.
func (v *validator) process(id TaskID) TaskID { return TaskID(v.h.Tasks[id].Process) }

// pids checks that no two processes have the same pid, and the threads of one do.
func (v *validator) pids() error {
	of := map[int]int{}
	for id := range v.h.Tasks {
		t := &v.h.Tasks[id]
		if process, known := of[t.Pid]; known && process != t.Process && v.exact {
			return fmt.Errorf("task %d is of process %d and has the pid of process %d", id, t.Process, process)
		}
		of[t.Pid] = t.Process
	}
	return nil
}

// gone reports whether a task has ended.
func (v *validator) gone(id TaskID) bool {
	return v.tasks[id].state == Terminated || v.tasks[id].state == Zombie
}

// allEnded reports whether all threads of a process have ended.
func (v *validator) allEnded(main TaskID) bool {
	for id := range v.tasks {
		if v.process(TaskID(id)) == main && !v.gone(TaskID(id)) {
			return false
		}
	}
	return true
}

// kin checks what tasks do to one another.
func (v *validator) kin(e Event, t *taskCheck) error {
	other := NoTask
	if e.Kind.AboutTask() && e.Arg >= 0 {
		if e.Arg >= int64(len(v.tasks)) {
			return fmt.Errorf("there is no task %d", e.Arg)
		}
		other = TaskID(e.Arg)
	}
	switch e.Kind {
	case Fork, Spawn, Thread, Denied, Join, WaitChild:
		if t.state != Running || t.cpu != e.CPU {
			return v.cannot(t)
		}
		v.charge(t)
		if v.exact && t.done != v.length(e.Task) {
			return fmt.Errorf("it computed for %d, not %d", t.done, v.length(e.Task))
		}
		if err := v.relative(e, other); err != nil {
			return err
		}
		if e.Kind == Thread {
			v.tasks[other].masked = t.masked
		}
		if e.Kind == Fork {
			v.copyValues(e.Task, other)
			v.copySignals(e.Task, other)
			v.tasks[other].pc = t.pc + 1
			t.jumps = v.op(e.Task).Next > 0
		}
		return v.step(e, t)
	case WakeJoin, WakeChild, JoinTimeout:
		if t.state != Blocked || t.cause != ForTask && t.cause != ForChild || e.Kind == WakeJoin && t.cause != ForTask || e.Kind == WakeChild && t.cause != ForChild {
			return v.cannot(t)
		}
		if e.Kind == JoinTimeout {
			if v.exact && (t.until == 0 || t.until != e.Time) {
				return fmt.Errorf("it waits until %d", t.until)
			}
		} else if err := v.relative(e, other); err != nil {
			return err
		}
		t.state = Ready
		return v.step(e, t)
	case EndWith:
		some := t.doomed
		for id := range v.tasks {
			some = some || v.process(TaskID(id)) == v.process(e.Task) && v.tasks[id].state == Terminated
		}
		if !some {
			return fmt.Errorf("no thread of its process has ended")
		}
		return v.kill(e, t)
	}
	return v.dead(e, t, other)
}

// relative checks the other task of an event.
func (v *validator) relative(e Event, other TaskID) error {
	own := v.process(e.Task)
	switch e.Kind {
	case Fork, Spawn, Thread:
		if other == NoTask || v.tasks[other].state != New || v.h.Tasks[other].Arrival != e.Time {
			return fmt.Errorf("task %d isn't new now", int32(other))
		}
		if e.Kind == Thread && v.process(other) != own || e.Kind != Thread && (v.process(other) != other || v.kins[other].parent != own) {
			return fmt.Errorf("task %d is of process %d, a child of %d", other, v.process(other), int32(v.kins[other].parent))
		}
	case BlockJoin:
		if other == NoTask || v.finished(other) && v.exact { // real ones take time to be buried
			return fmt.Errorf("it need not wait")
		}
	case WakeJoin, Join:
		if other != NoTask && !v.finished(other) || other == NoTask && e.Kind == WakeJoin {
			return fmt.Errorf("task %d hasn't ended", int32(other))
		}
	case WakeChild, WaitChild:
		if other != NoTask {
			if v.kins[other].reaped != e.Task {
				return fmt.Errorf("it didn't ask for child %d", other)
			}
			v.kins[other].reaped = NoTask
		}
	case BlockChild:
		for id := range v.tasks {
			if v.exact && v.kins[id].parent == own && v.tasks[id].state == Zombie && (other == NoTask || other == TaskID(id)) {
				return fmt.Errorf("its child %d has ended", id)
			}
		}
	}
	return nil
}

// finished reports whether what a join of a task waits for has happened.
func (v *validator) finished(id TaskID) bool {
	if v.process(id) == id {
		return v.allEnded(id)
	}
	return v.gone(id)
}

// dead checks what becomes of processes that have ended.
func (v *validator) dead(e Event, t *taskCheck, other TaskID) error {
	k := &v.kins[e.Task]
	if v.process(e.Task) != e.Task {
		return fmt.Errorf("it is a thread of process %d", v.process(e.Task))
	}
	switch e.Kind {
	case Defunct:
		if t.state != Terminated || !v.allEnded(e.Task) || k.zombie {
			return v.cannot(t)
		}
		k.zombie = true
		t.state = Zombie
	case Reap:
		if t.state != Zombie {
			return v.cannot(t)
		}
		if other == NoTask && k.parent != NoTask || other != NoTask && v.process(other) != k.parent {
			return fmt.Errorf("it is a child of process %d", int32(k.parent))
		}
		k.reaped = other
		t.state = Terminated
	case Adopt:
		if k.parent == NoTask || !v.allEnded(k.parent) && !v.flattens() {
			return fmt.Errorf("its parent %d lives", int32(k.parent))
		}
		if other != NoTask && v.allEnded(v.process(other)) {
			return fmt.Errorf("task %d has ended", other)
		}
		k.parent = other
	}
	return nil
}

// flattens reports whether all descendants of a process that ends are adopted.
func (v *validator) flattens() bool {
	return slices.Contains(v.h.Conventions, Setting{"orphans", "root"})
}

// blockOnTask checks that a task begins to wait for the end of another.
func (v *validator) blockOnTask(e Event, t *taskCheck) error {
	t.cause, t.joins = ForTask, taskOrNone(e.Arg)
	if e.Kind == BlockChild {
		t.cause = ForChild
	}
	if limit := v.limit(e.Task); limit > 0 && t.until == 0 { // else a signal has interrupted it
		t.until = e.Time + limit
	}
	other := NoTask
	if e.Arg >= int64(len(v.tasks)) {
		return fmt.Errorf("there is no task %d", e.Arg)
	} else if e.Arg >= 0 {
		other = TaskID(e.Arg)
	}
	return v.relative(e, other)
}

// allMourned checks that every zombie has a parent, and that every process that
// has ended and has one is a zombie or was one.
func (v *validator) allMourned(id TaskID, t *taskCheck) error {
	k := &v.kins[id]
	switch {
	case v.process(id) != id:
	case t.state == Zombie && k.parent == NoTask:
		return fmt.Errorf("zombie %d has no parent", id)
	case t.state == Zombie && v.allEnded(k.parent):
		return fmt.Errorf("the parent of zombie %d has ended", id)
	case t.state == Terminated && k.parent != NoTask && !k.zombie && v.allEnded(id):
		return fmt.Errorf("task %d has ended, and its parent %d never knows", id, k.parent)
	}
	return nil
}

// copyValues gives a forked child what its parent has in variables they don't share.
func (v *validator) copyValues(from, to TaskID) {
	for i := range v.h.Variables {
		if value, stored := v.values[v.place(i, from)]; stored && v.h.Variables[i].Scope != Shared {
			v.values[v.place(i, to)] = value
		}
	}
}

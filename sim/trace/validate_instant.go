package trace

import (
	"fmt"
	"slices"
)

// endInstant checks what must hold when everything at an instant has happened.
func (v *validator) endInstant(rules Rules) error {
	if err := v.urgencies(); err != nil {
		return err
	}
	if err := v.circles(); err != nil {
		return err
	}
	if err := v.memoryRight(); err != nil {
		return err
	}
	if len(v.circle) > 0 {
		return fmt.Errorf("a deadlock is told by halves")
	}
	for id := range v.tasks {
		t := &v.tasks[id]
		if t.jumps {
			return fmt.Errorf("task %d must jump", id)
		}
		if t.doomed {
			return fmt.Errorf("task %d lives on in a process that began anew with another", id)
		}
		if err := v.answersInTime(t); err != nil {
			return fmt.Errorf("task %d: %w", id, err)
		}
		if t.given {
			return fmt.Errorf("task %d got what it waits for and doesn't wake", id)
		}
		if t.state == Blocked && t.cause != ForGIL && t.until > 0 && t.until <= v.now && v.exact {
			return fmt.Errorf("task %d waits longer than it may", id)
		}
		if err := v.allMourned(TaskID(id), t); err != nil {
			return err
		}
		if err := v.listens(TaskID(id)); err != nil {
			return err
		}
		if err := t.hasWhatItGot(); err != nil {
			return fmt.Errorf("task %d: %w", id, err)
		}
		if err := v.jobsInTime(TaskID(id), t); err != nil {
			return err
		}
		if rules.WorkConserving && t.state == Ready && t.cpu < 0 && !t.halted && !t.away {
			for c := range v.cpus {
				allowed := v.h.Tasks[id].Affinity
				if v.cpus[c].task == NoTask && (allowed == nil || slices.Contains(allowed, c)) {
					return fmt.Errorf("CPU %d is idle while task %d waits", c, id)
				}
			}
		}
	}
	if v.h.Origin == Real {
		return nil // a real lock is free, a real queue has room, until the one woken for it runs
	}
	for i := range v.res {
		r, h := &v.res[i], &v.h.Resources[i]
		if err := v.interpreting(r, h); err != nil {
			return err
		}
		if err := v.restOf(r, h, i); err != nil {
			return err
		}
		if v.nets[i] != nil {
			if err := v.idleNet(i); err != nil {
				return err
			}
			continue
		}
		if h.Kind == Pipe && len(r.ends) > 0 {
			if err := v.closedByDead(i); err != nil {
				return err
			}
		}
		if len(r.line) == 0 {
			continue
		}
		if h.Kind == Pipe {
			if err := v.idlePipe(i); err != nil {
				return err
			}
			continue
		}
		if h.Kind == BoundedQueue {
			if err := v.idleQueue(i); err != nil {
				return err
			}
			continue
		}
		if v.claimed(i) {
			if err := v.keptSafe(r, h, i); err != nil {
				return err
			}
			continue
		}
		idle := false
		switch first := v.tasks[v.first(r, h)].cause; first {
		case ForIO:
			idle = r.serving < h.Servers
		case ForLock, ForRead:
			idle = h.Kind != RWLock && v.exact && r.owner == NoTask && !v.tried(i)
		}
		if idle {
			return fmt.Errorf("task %d waits for resource %d, which is free", r.line[0], i)
		}
	}
	return nil
}

func (v *validator) end(end Time, rules Rules) error {
	if end < v.now {
		return fmt.Errorf("it ends at %d, before its last event", end)
	}
	v.now = end
	var byTasks, byCPUs Time
	for id := range v.tasks {
		t := &v.tasks[id]
		if t.state == Running {
			v.charge(t)
		}
		byTasks += t.cpuTime
		waits := t.state == Blocked && t.cause != ForSleep && t.cause != ForRelease && (t.cause != ForLoop || !t.loop.timed()) && !t.serving || v.spun(t)
		if rules.Complete && !v.gone(TaskID(id)) && !waits && !t.halted && !v.waitsForAdmission(TaskID(id)) {
			return fmt.Errorf("task %d is %v still", id, t.state)
		}
	}
	for i := range v.cpus {
		c := &v.cpus[i]
		switch rest := end - c.since; {
		case c.task == NoTask:
			c.idle += rest
		case c.picked:
			c.switching += rest
		default:
			c.busy += rest
		}
		if c.busy+c.idle+c.switching != end {
			return fmt.Errorf("CPU %d was busy for %d, idle for %d and switching for %d of %d", i, c.busy, c.idle, c.switching, end)
		}
		byCPUs += c.busy
	}
	if byTasks != byCPUs {
		return fmt.Errorf("tasks had %d of CPU time, CPUs gave %d", byTasks, byCPUs)
	}
	return nil
}

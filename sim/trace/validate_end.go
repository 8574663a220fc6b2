package trace

import "fmt"

// end checks what must hold when nothing more happens: CPUs gave what tasks had.
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
		waits := t.state == Blocked && t.cause != ForSleep && t.cause != ForRelease && t.cause != ForLoop && !t.serving || v.spun(t)
		if rules.Complete && !v.gone(TaskID(id)) && !waits && !t.halted {
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

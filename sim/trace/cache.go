package trace

import "slices"

// pace notes how fast the task of an event goes on the CPU it begins to run on.
func (m *moment) pace(e *record) {
	c := &m.cpus[e.cpu]
	c.fast = -1
	if slices.Contains(m.warm[e.cpu], e.task) {
		c.fast = e.time
	}
}

// halt notes how much a task is ahead that stops running.
func (m *moment) halt(e *record) {
	if c := &m.cpus[m.tasks[e.task].cpu]; c.fast >= 0 {
		m.more[e.task].ahead += (e.time - c.fast) * Time(m.rate-1)
	}
}

// ahead is how much more of its operation a task has done than it ran.
func (m *moment) ahead(id TaskID) Time {
	if m.rate == 0 {
		return 0
	}
	ahead, t := m.more[id].ahead, &m.tasks[id]
	if t.state == Running {
		if c := &m.cpus[t.cpu]; c.fast >= 0 {
			ahead += (m.time - c.fast) * Time(m.rate-1)
		}
	}
	return ahead
}

// cache puts the task of an event into a cache or takes it out.
func (m *moment) cache(e *record) {
	if m.rate == 0 {
		return
	}
	warm := &m.warm[e.cpu]
	if e.kind == Warm {
		*warm = slices.Insert(*warm, 0, e.task)
	} else if i := slices.Index(*warm, e.task); i >= 0 {
		*warm = slices.Delete(*warm, i, i+1)
	}
	if c := &m.cpus[e.cpu]; c.task == e.task && !c.switching {
		if c.fast >= 0 {
			m.more[e.task].ahead += (e.time - c.fast) * Time(m.rate-1)
		}
		c.fast = -1
		if e.kind == Warm {
			c.fast = e.time
		}
	}
}

// WarmTimes returns how long each task ran in a warm cache, up to the end of a
// recording; nil if there are no caches in it.
func WarmTimes(r *Recording) []Time {
	if r.Header.Cache == nil {
		return nil
	}
	sums, on := make([]Time, len(r.Header.Tasks)), make([]int, len(r.Header.Tasks))
	warm := make([]map[TaskID]bool, r.Header.CPUs)
	since := make([]Time, r.Header.CPUs) // the CPU's task runs warm; -1 if it doesn't
	for i := range warm {
		warm[i], since[i] = map[TaskID]bool{}, -1
	}
	for i := range on {
		on[i] = -1
	}
	stop := func(id TaskID, at Time) {
		if c := on[id]; c >= 0 && since[c] >= 0 {
			sums[id] += at - since[c]
			since[c] = -1
		}
	}
	for _, e := range r.Events(0) {
		if e.Task == NoTask {
			continue
		}
		to, moves := e.Kind.To()
		switch {
		case e.Kind == Warm:
			warm[e.CPU][e.Task] = true
			if on[e.Task] == e.CPU {
				since[e.CPU] = e.Time
			}
		case e.Kind == Evict:
			delete(warm[e.CPU], e.Task)
			if on[e.Task] == e.CPU {
				stop(e.Task, e.Time)
			}
		case e.Kind == Dispatch:
			on[e.Task] = e.CPU
			if warm[e.CPU][e.Task] {
				since[e.CPU] = e.Time
			}
		case moves && to != Running:
			stop(e.Task, e.Time)
			on[e.Task] = -1
		}
	}
	for id := range on {
		stop(TaskID(id), r.End())
	}
	return sums
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// intervene applies what a person did at this instant.
func (m *Machine) intervene() {
	for m.planned < len(m.plan) && m.plan[m.planned].when() <= m.now {
		i := m.plan[m.planned]
		m.planned++
		switch i := i.(type) {
		case Kill:
			if i.Name != "" {
				i.Task = m.taskNamed(i.Name)
			}
			m.kill(i.Task)
		case Send:
			m.send(i)
		case SetQuantum:
			m.quantum = i.Quantum
			m.rec.AppendArg(m.now, trace.Quantum, NoTask, 0, 0, int64(m.quantum))
		case SetPolicy:
			if i.Policy == nil {
				m.eject(FaultMissing, NoTask, -1)
			} else {
				m.replace(i.Policy)
			}
		case AddTask:
			m.add(i.Task)
		}
	}
}

// send sends a signal from outside.
func (m *Machine) send(i Send) {
	var to []int32
	if i.Group != "" {
		to = m.group(i.Group)
	} else if id := m.taskNamed(i.Task); id != NoTask && m.hot[id].state != trace.New {
		to = []int32{m.cold[id].process}
	}
	for _, p := range to {
		m.deliver(p, i.Signal)
	}
}

// taskNamed returns the task of a name that hasn't ended: the one the recording calls
// so, or else the first that the workload does; NoTask if there is none.
func (m *Machine) taskNamed(name string) TaskID {
	for id := range m.cold {
		if s := m.hot[id].state; m.cold[id].task.Name == name && s != trace.Terminated && s != trace.Zombie {
			return TaskID(id)
		}
	}
	if m.kin == nil {
		return NoTask
	}
	return m.living(name)
}

// kill ends a task whatever it does.
func (m *Machine) kill(id TaskID) {
	if int(id) >= len(m.hot) {
		return // not added yet
	}
	if s := m.hot[id].state; s != trace.Terminated && s != trace.Zombie {
		m.end(id, trace.Kill, 0)
	}
}

// withdraw takes a task out of whatever it does. It returns the resource where it
// is missing now, for [Machine.closeGap]; -1 if there is none.
func (m *Machine) withdraw(id TaskID) (gap int) {
	p := &m.hot[id]
	gap = -1
	switch p.state {
	case trace.Running:
		m.leave(int(p.cpu))
	case trace.Ready:
		if p.flags&trying != 0 {
			gap = int(p.object)
		}
		if p.flags&taken == 0 {
			m.nready--
			m.policy.Remove(id)
			break
		}
		m.vacate(int(p.cpu))
	case trace.Blocked:
		m.taskTimers.set(uint32(id), noTimer)
		switch p.cause {
		case trace.ForTask, trace.ForChild:
			m.stopWaiting(id)
			fallthrough
		case trace.ForSleep, trace.ForRelease, trace.ForLoop:
			p.flags &^= timed
			return -1
		}
		gap = int(p.object)
		if p.flags&served == 0 {
			m.delist(&m.res[gap], id)
			p.cause = 0
			m.lineChanged(gap)
		} else if m.res[gap].servers > 0 {
			m.res[gap].serving--
		}
	}
	p.flags &^= taken | served | timed | trying | spinning | regaining
	return gap
}

// closeGap lets those go on for whom there is room or whose turn it is now that a
// task is gone from a resource.
func (m *Machine) closeGap(res int, id TaskID) {
	switch r := &m.res[res]; r.kind {
	case workload.Device:
		m.serveNext(res)
	case workload.RWLock:
		m.admitNext(res, id)
	case workload.Mutex, workload.RLock: // it was woken for it, and another must be
		if r.owner == NoTask {
			m.handOver(res, id)
		}
	}
}

// add lets one more task arrive now.
func (m *Machine) add(t workload.Task) {
	t.Arrival = workload.Time(m.now)
	process := len(m.hot)
	if t.Group != "" {
		for id := range m.cold {
			if m.cold[id].task.Group == t.Group {
				process = m.rec.Header.Tasks[id].Process
				break
			}
		}
	}
	name := t.Name
	if m.kin != nil {
		t.Name = m.kin.nameFor(name, false)
	}
	id := m.newTask(&t, process, m.program(t.Program))
	m.ownGIL(id, NoTask)
	if m.kin != nil {
		m.enroll(id, name, noProcess)
	}
	m.openEnds(id)
	m.arrive(id)
}

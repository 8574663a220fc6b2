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
			m.kill(i.Task)
			if m.conv.ReleaseOnDeath && int(i.Task) < len(m.hot) {
				m.bequeath(i.Task)
			}
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

// kill ends a task whatever it does.
func (m *Machine) kill(id TaskID) {
	if int(id) >= len(m.hot) {
		return // not added yet
	}
	p := &m.hot[id]
	if p.state == trace.Terminated {
		return
	}
	freed := m.withdraw(id)
	p.state = trace.Terminated
	p.flags &^= taken | served | timed | spinning | regaining
	m.forgetJobs(id)
	m.rec.Append(m.now, trace.Kill, id, 0, 0)
	if freed >= 0 {
		m.serveNext(freed)
	}
}

// withdraw takes a task out of whatever it does. It returns the device that can
// begin another request therefore, or -1.
func (m *Machine) withdraw(id TaskID) (freed int) {
	p := &m.hot[id]
	freed = -1
	if p.flags&trying != 0 { // whoever waits behind it mustn't wait in vain
		p.flags &^= trying
		if res := int(p.object); m.res[res].owner == NoTask {
			defer m.handOver(res, id)
		}
	}
	switch p.state {
	case trace.Running:
		m.leave(int(p.cpu))
	case trace.Ready:
		if p.flags&taken == 0 {
			m.nready--
			m.policy.Remove(id)
			break
		}
		m.vacate(int(p.cpu))
	case trace.Blocked:
		m.taskTimers.set(uint32(id), noTimer)
		switch {
		case p.cause == trace.ForSleep, p.cause == trace.ForRelease:
		case p.flags&served != 0:
			freed = int(p.object)
		default:
			m.delist(&m.res[p.object], id)
			p.cause = 0
			m.lineChanged(int(p.object))
			defer m.leftLine(int(p.object), id)
		}
	}
	return freed
}

// add lets one more task arrive now.
func (m *Machine) add(t workload.Task) {
	id := TaskID(len(m.hot))
	t.Arrival = workload.Time(m.now)
	m.addHeaderTask(&t)
	m.hot = append(m.hot, pcb{})
	m.cold = append(m.cold, record{})
	m.taskTimers.grow(len(m.hot))
	m.initTask(id, &t)
	m.arrive(id)
}

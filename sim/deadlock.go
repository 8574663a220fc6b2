package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A deadlock is a circle of tasks in which each waits for a lock that the next
// one holds, or for its end, and none gives up waiting. It can only close when somebody begins
// to wait, so that is when it is looked for: along the owners, which is a few
// steps unless there is one.
//
// E. G. Coffman, M. J. Elphick, A. Shoshani: System Deadlocks, Computing Surveys
// 3(2), 1971.

// closesCircle looks whether a task that waits from now on closes a circle, tells
// so, and ends one of them if the conventions say so.
func (m *Machine) closesCircle(id TaskID) {
	m.circles++
	m.path = m.path[:0]
	if !m.circle(id, id) {
		return
	}
	circle := m.path
	for i, x := range circle {
		next := int64(circle[(i+1)%len(circle)])
		if m.hot[x].cause == trace.ForTask {
			m.rec.AppendArg(m.now, trace.DeadlockJoin, x, 0, 0, next)
		} else {
			m.rec.AppendArg(m.now, trace.Deadlock, x, 0, int(m.hot[x].object), next)
		}
	}
	if m.conv.Deadlock == workload.DeadlockStays || m.conv.Deadlock == workload.AvoidDeadlock {
		return
	}
	victim := circle[0]
	for _, x := range circle[1:] {
		if m.sooner(x, victim) {
			victim = x
		}
	}
	m.breaking = true
	m.kill(victim)
	m.breaking = false
}

// circle goes on from a task to those it waits for, and reports whether that leads
// to the first; m.path is the way then.
func (m *Machine) circle(first, id TaskID) bool {
	p := &m.hot[id]
	joins := p.state == trace.Blocked && p.cause == trace.ForTask
	waits := joins || p.state == trace.Blocked && (p.cause == trace.ForLock || p.cause == trace.ForRead) ||
		p.state == trace.Running && p.flags&spinning != 0
	if !waits || p.flags&timed != 0 {
		return false
	}
	m.cold[id].circle = m.circles
	m.path = append(m.path, id)
	if joins {
		return m.circleThrough(first, TaskID(m.cold[id].target))
	}
	r := &m.res[p.object]
	if r.owner != NoTask {
		return m.circleThrough(first, r.owner)
	}
	if p.cause == trace.ForLock {
		here := len(m.path)
		for _, reader := range r.readers {
			if m.circleThrough(first, reader) {
				return true
			}
			m.path = m.path[:here]
		}
	}
	return false
}

func (m *Machine) circleThrough(first, next TaskID) bool {
	if next == first {
		return true
	}
	return m.cold[next].circle != m.circles && m.circle(first, next)
}

// sooner reports whether a task of a circle is rather ended than another.
func (m *Machine) sooner(a, b TaskID) bool {
	switch m.conv.Deadlock {
	case workload.KillYoungest:
		x, y := m.view.Arrival(a), m.view.Arrival(b)
		return x > y || x == y && a > b
	case workload.KillCheapest:
		x, y := m.view.Ran(a), m.view.Ran(b)
		return x < y || x == y && a > b
	case workload.KillLeastUrgent:
		x, y := m.urgency(a), m.urgency(b)
		return x > y || x == y && a > b
	}
	return false // who closed it stands first
}

// bequeath frees the locks of a task that has ended, for those who wait.
func (m *Machine) bequeath(id TaskID) {
	for res := range m.res {
		r := &m.res[res]
		if r.owner == id || slices.Contains(r.readers, id) {
			m.rec.Append(m.now, trace.LetGo, id, 0, res)
		}
	}
	m.letGoAll(id)
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// join lets a task wait for the end of the first of a name that nobody has
// joined yet. It reports whether the task runs on.
func (m *Machine) join(c int, id TaskID, op *workload.Op) (runsOn bool) {
	target := m.unjoined(op.Kin.Name, id)
	if target == NoTask {
		m.rec.AppendArg(m.now, trace.Join, id, c, 0, -1)
		m.setAcc(id, -1)
		m.advance(id)
		return true
	}
	if m.over(target) {
		m.joined(target, id)
		m.rec.AppendArg(m.now, trace.Join, id, c, 0, int64(target))
		m.gotStatus(id, op, m.statusOf(target))
		return true
	}
	if op.Patience == workload.NotAtAll {
		m.rec.AppendArg(m.now, trace.Join, id, c, 0, -1)
		m.setAcc(id, 0)
		m.advance(id)
		return true
	}
	j := m.kin.joiners[target]
	if j == nil {
		j = &joins{}
		m.kin.joiners[target] = j
	}
	j.tasks = append(j.tasks, id)
	m.await(c, id, op, trace.BlockJoin, int64(target))
	return false
}

// unjoined returns whom a join of a name is about: the first that hasn't been
// joined, or else the last; NoTask if there is none but the one who asks.
func (m *Machine) unjoined(name string, id TaskID) TaskID {
	l := m.kin.named[name]
	if l == nil {
		return NoTask
	}
	for l.next < len(l.ids) && m.cold[l.ids[l.next]].joined {
		l.next++
	}
	for _, x := range l.ids[l.next:] {
		if x != id && !m.cold[x].joined {
			return x
		}
	}
	for i := len(l.ids) - 1; i >= 0; i-- {
		if l.ids[i] != id {
			return l.ids[i]
		}
	}
	return NoTask
}

// over reports whether what a join of a task waits for has happened: it has
// ended, and if it is the main thread of another process, all of that.
func (m *Machine) over(id TaskID) bool {
	if pr := &m.kin.procs[m.cold[id].process]; pr.main == id {
		return pr.ended
	}
	return m.hot[id].state == trace.Terminated
}

func (m *Machine) statusOf(id TaskID) int64 {
	if pr := &m.kin.procs[m.cold[id].process]; pr.main == id {
		return pr.status
	}
	return m.cold[id].status
}

// joined notes that a task was joined. A zombie is asked for by its parent.
func (m *Machine) joined(target, by TaskID) {
	m.cold[target].joined = true
	p := m.cold[target].process
	if pr := &m.kin.procs[p]; pr.main == target && pr.ended && !pr.reaped && pr.parent == m.cold[by].process {
		m.reapChild(p, by)
	}
}

// waitFor lets a task wait for the end of a child. It reports whether the task
// runs on.
func (m *Machine) waitFor(c int, id TaskID, op *workload.Op) (runsOn bool) {
	own := m.cold[id].process
	pr := &m.kin.procs[own]
	child, found := noProcess, pr.first != noProcess
	if name := op.Kin.Name; name != "" {
		child = m.childNamed(own, name)
		found = child != noProcess
	}
	if !found {
		m.rec.AppendArg(m.now, trace.WaitChild, id, c, 0, -1)
		m.setAcc(id, -1)
		m.advance(id)
		return true
	}
	if z := m.zombie(own, child); z != noProcess {
		m.reapChild(z, id)
		main := m.kin.procs[z].main
		m.rec.AppendArg(m.now, trace.WaitChild, id, c, 0, int64(main))
		m.gotStatus(id, op, m.statusOf(main))
		return true
	}
	if op.Patience == workload.NotAtAll {
		m.rec.AppendArg(m.now, trace.WaitChild, id, c, 0, -1)
		m.setAcc(id, 0)
		m.advance(id)
		return true
	}
	pr.waiting = append(pr.waiting, id)
	target := int64(-1)
	if child != noProcess {
		target = int64(m.kin.procs[child].main)
	}
	m.await(c, id, op, trace.BlockChild, target)
	return false
}

// childNamed returns the first child of a process that the workload calls so.
func (m *Machine) childNamed(p int32, name string) int32 {
	l := m.kin.named[name]
	if l == nil {
		return noProcess
	}
	for _, id := range l.ids {
		c := m.cold[id].process
		if pr := &m.kin.procs[c]; pr.main == id && pr.parent == p && !pr.reaped {
			return c
		}
	}
	return noProcess
}

// zombie returns the child, or any if it is none, if it waits to be asked for.
func (m *Machine) zombie(p, child int32) int32 {
	for _, z := range m.kin.procs[p].zombies {
		if child == noProcess || child == z {
			return z
		}
	}
	return noProcess
}

// await blocks a task until another ends.
func (m *Machine) await(c int, id TaskID, op *workload.Op, kind trace.Kind, target int64) {
	m.blockArg(c, id, kind, 0, target)
	m.cold[id].target = target
	if op.Patience == workload.AtMost {
		p := &m.hot[id]
		if p.flags&timed == 0 { // else a signal has interrupted it
			m.cold[id].deadline = m.after(Time(op.Dur))
		}
		p.flags |= timed
		m.seq++
		p.seq = m.seq
		m.taskTimers.set(uint32(id), uint64(m.cold[id].deadline))
	}
	if kind == trace.BlockJoin {
		m.closesCircle(id)
	}
}

// gotStatus moves a task past the operation that asked for an exit status.
func (m *Machine) gotStatus(id TaskID, op *workload.Op, status int64) {
	if op.Patience != workload.Patient {
		status = 1
	}
	m.result(id, status)
	m.advance(id)
}

// wakeWaiter lets the first thread of a process go on that waits for a child
// that is a zombie, as long as there is one.
func (m *Machine) wakeWaiter(p int32) {
	for i := 0; i < len(m.kin.procs[p].waiting); {
		pr := &m.kin.procs[p]
		id, child := pr.waiting[i], noProcess
		if target := m.cold[id].target; target >= 0 {
			child = m.cold[target].process
		}
		z := m.zombie(p, child)
		if z == noProcess {
			i++
			continue
		}
		pr.waiting = append(pr.waiting[:i], pr.waiting[i+1:]...)
		m.reapChild(z, id)
		main := m.kin.procs[z].main
		m.wakeFor(id, trace.WakeChild, main)
	}
	m.hopeless(p)
}

// hopeless lets threads go on that wait for a child when there is none left, or
// not the one they wait for.
func (m *Machine) hopeless(p int32) {
	for i := 0; i < len(m.kin.procs[p].waiting); {
		pr := &m.kin.procs[p]
		id := pr.waiting[i]
		target := m.cold[id].target
		if target < 0 && pr.first != noProcess || target >= 0 && !m.kin.procs[m.cold[target].process].reaped {
			i++
			continue
		}
		pr.waiting = append(pr.waiting[:i], pr.waiting[i+1:]...)
		m.noLimit(id)
		m.rec.AppendArg(m.now, trace.WakeChild, id, 0, 0, -1)
		m.result(id, -1)
		m.advance(id)
		m.ready(id, Woken)
	}
}

// wakeJoiners lets those go on that wait for the end of a task.
func (m *Machine) wakeJoiners(id TaskID) {
	j := m.kin.joiners[id]
	if j == nil {
		return
	}
	delete(m.kin.joiners, id)
	for _, x := range j.tasks {
		m.joined(id, x)
		m.wakeFor(x, trace.WakeJoin, id)
	}
}

// wakeFor wakes a task that waited for another that has ended.
func (m *Machine) wakeFor(id TaskID, kind trace.Kind, other TaskID) {
	m.noLimit(id)
	m.rec.AppendArg(m.now, kind, id, 0, 0, int64(other))
	op, _ := m.cold[id].cursor.Op()
	m.gotStatus(id, op, m.statusOf(other))
	m.ready(id, Woken)
}

// noLimit cancels the time after which a task gives up.
func (m *Machine) noLimit(id TaskID) {
	if m.hot[id].flags&timed != 0 {
		m.taskTimers.set(uint32(id), noTimer)
	}
}

// stopWaiting takes a task from those who wait for the end of another.
func (m *Machine) stopWaiting(id TaskID) {
	remove := func(list []TaskID) []TaskID {
		for i, x := range list {
			if x == id {
				return append(list[:i], list[i+1:]...)
			}
		}
		return list
	}
	if m.hot[id].cause == trace.ForChild {
		pr := &m.kin.procs[m.cold[id].process]
		pr.waiting = remove(pr.waiting)
	} else if j := m.kin.joiners[TaskID(m.cold[id].target)]; j != nil {
		j.tasks = remove(j.tasks)
	}
}

// waitedLong lets a task give up waiting for the end of another.
func (m *Machine) waitedLong(id TaskID) {
	m.stopWaiting(id)
	m.rec.Append(m.now, trace.JoinTimeout, id, 0, 0)
	m.result(id, 0)
	m.advance(id)
	m.ready(id, Woken)
}

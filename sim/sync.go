package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// synchronise does an operation by which tasks wait for each other. It reports
// whether the task runs on.
func (m *Machine) synchronise(c int, id TaskID, op *workload.Op) (runsOn bool) {
	switch op.Code {
	case workload.OpLock:
		switch m.res[op.Res].kind {
		case workload.Spin:
			return m.spin(c, id, op)
		case workload.RWLock:
			return m.lockToWrite(c, id, op)
		}
		return m.lock(c, id, op)
	case workload.OpLockRead:
		return m.lockToRead(c, id, op)
	case workload.OpUnlock:
		m.unlock(c, id, op.Res)
	case workload.OpAcquire:
		return m.acquire(c, id, op)
	case workload.OpRelease:
		m.giveBack(c, id, op.Res)
	case workload.OpWait:
		return m.awaitNotice(c, id, op)
	case workload.OpNotify:
		m.notify(c, id, op)
	case workload.OpSet:
		m.setEvent(c, id, op.Res)
	case workload.OpClear:
		m.clearEvent(c, id, op.Res)
	case workload.OpAwait:
		return m.awaitEvent(c, id, op)
	case workload.OpStartTimer:
		m.startTimer(c, id, op.Res)
	case workload.OpCancelTimer:
		m.cancelTimer(c, id, op.Res)
	case workload.OpAwaitTimer:
		return m.awaitTimer(c, id, op)
	case workload.OpArrive:
		return m.arriveAt(c, id, op)
	case workload.OpOnce:
		return m.once(c, id, op)
	case workload.OpOnceEnd:
		m.onceDone(c, id, op.Res)
	}
	return true
}

// simply does an operation that only changes a resource.
func (m *Machine) simply(c int, id TaskID, kind trace.Kind, res int) {
	m.rec.Append(m.now, kind, id, c, res)
	m.advance(id)
}

// misuse ends the run: a task did what can't be done.
func (m *Machine) misuse(id TaskID, res int, what Misuse) {
	m.fail(&MisuseError{At: m.now, Task: id, PC: m.cold[id].cursor.PC, Resource: res, Misuse: what})
}

// letGoAll frees whatever a task owns, for those who wait for it.
func (m *Machine) letGoAll(id TaskID) {
	var free []int
	for res := range m.res {
		r := &m.res[res]
		reads := slices.Contains(r.readers, id)
		if r.owner != id && !reads {
			continue
		}
		if reads {
			r.readers = slices.DeleteFunc(r.readers, func(x TaskID) bool { return x == id })
		} else {
			r.owner, r.count = NoTask, 0
			m.holds(id, res, -1)
		}
		free = append(free, res)
	}
	m.disownsAll(id)
	for _, res := range free {
		switch m.res[res].kind {
		case workload.RWLock:
			m.admitNext(res, id)
		case workload.Spin:
			m.noticed(res)
		case workload.Once:
			m.onceAgain(res, id)
		default:
			m.handOver(res, id)
		}
	}
}

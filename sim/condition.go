package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// awaitNotice lets go the lock of a condition and waits to be notified. Whoever
// has been stands in the line of the lock, and the operation is done when it has
// that again, as many times as before.
func (m *Machine) awaitNotice(c int, id TaskID, op *workload.Op) (runsOn bool) {
	p, r := &m.hot[id], &m.cold[id]
	lock := m.res[op.Res].lock
	l := &m.res[lock]
	if p.flags&regaining != 0 { // woken to compete for the lock
		tried := p.flags&trying != 0
		p.flags &^= trying
		why := trace.BlockLock
		if l.owner == NoTask {
			if !m.withholds(id, lock) {
				m.own(c, id, lock, m.depthOf(id, l))
				return true
			}
			why = trace.BlockUnsafe
		}
		m.block(c, id, why, lock)
		m.enlist(l, id)
		m.lineChanged(lock)
		m.closesCircle(id)
		if tried && why == trace.BlockUnsafe {
			m.lendOut(id)
		}
		return false
	}
	if l.owner != id {
		m.misuse(id, op.Res, WaitsWithoutLock)
		return false
	}
	r.depth = l.count
	m.blockArg(c, id, trace.BlockWait, op.Res, l.count)
	m.enlist(&m.res[op.Res], id)
	if op.Patience == workload.AtMost {
		p.flags |= timed
		r.deadline = m.after(Time(op.Dur))
		m.setTimeout(id)
	}
	l.owner, l.count = NoTask, 0
	m.disowns(id, lock)
	m.holds(id, lock, -1)
	m.handOver(lock, id)
	return false
}

// notify lets some of those who wait on a condition, in their order, wait for
// its lock instead.
func (m *Machine) notify(c int, id TaskID, op *workload.Op) {
	r := &m.res[op.Res]
	n := int64(0)
	for x := r.head; x != NoTask && (op.Value < 0 || n < op.Value); x = m.hot[x].next {
		n++
	}
	m.rec.AppendArg(m.now, trace.Notify, id, c, op.Res, n)
	m.advance(id)
	for ; n > 0; n-- {
		m.requeue(m.delistHead(r), r.lock, id, false)
	}
}

// requeue lets a task that waited on a condition wait for the lock.
func (m *Machine) requeue(id TaskID, lock int, by TaskID, gaveUp bool) {
	p := &m.hot[id]
	if p.flags&timed != 0 {
		m.taskTimers.set(uint32(id), noTimer)
	}
	p.flags &^= timed
	p.flags |= regaining
	m.cold[id].gaveUp = gaveUp
	p.cause, p.object = trace.ForLock, uint16(lock)
	arg := int64(0)
	if gaveUp {
		arg = 1
	}
	m.rec.AppendArg(m.now, trace.Requeue, id, 0, lock, arg)
	l := &m.res[lock]
	m.enlist(l, id)
	m.lineChanged(lock)
	if l.owner == NoTask {
		m.handOver(lock, by)
	} else {
		m.closesCircle(id)
	}
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// wait lets a running task wait in line for a resource, as long as its operation
// says. It reports whether the task runs on: then it has given up.
func (m *Machine) wait(c int, id TaskID, kind trace.Kind, op *workload.Op) (runsOn bool) {
	p := &m.hot[id]
	if p.flags&trying != 0 && kind == trace.BlockUnsafe {
		defer m.lendOut(id) // it was woken for what it can't have: another may
	}
	p.flags &^= trying
	if op.Patience != workload.Patient && m.outOfPatience(id, op) {
		m.deny(c, id, op.Res)
		return true
	}
	m.block(c, id, kind, op.Res)
	m.enlist(&m.res[op.Res], id)
	m.lineChanged(op.Res)
	if op.Patience == workload.AtMost {
		m.setTimeout(id)
	}
	if kind == trace.BlockLock || kind == trace.BlockRead {
		m.closesCircle(id)
	}
	return false
}

// setTimeout lets a blocked task give up at its deadline.
func (m *Machine) setTimeout(id TaskID) {
	m.seq++
	m.hot[id].seq = m.seq
	m.taskTimers.set(uint32(id), uint64(m.cold[id].deadline))
}

// deny lets a running task go on without what it asked for.
func (m *Machine) deny(c int, id TaskID, res int) {
	m.rec.Append(m.now, trace.Refused, id, c, res)
	op, _ := m.cold[id].cursor.Op()
	m.givesUp(id, op)
}

// outOfPatience reports whether a task gives up at once. The time it waits at
// most counts from when it first had to, however often it must try again.
func (m *Machine) outOfPatience(id TaskID, op *workload.Op) bool {
	if op.Patience == workload.NotAtAll {
		return true
	}
	p, r := &m.hot[id], &m.cold[id]
	if p.flags&timed == 0 {
		p.flags |= timed
		r.deadline = m.after(Time(op.Dur))
	}
	return r.deadline <= m.now
}

// timedOut lets a task give up what it waits for.
func (m *Machine) timedOut(id TaskID) {
	p := &m.hot[id]
	res := int(p.object)
	r := &m.res[res]
	m.delist(r, id)
	p.cause = 0
	if r.kind == workload.Condition {
		m.requeue(id, r.lock, id, true)
		return
	}
	m.rec.Append(m.now, trace.TimedOut, id, 0, res)
	m.lineChanged(res)
	op, _ := m.cold[id].cursor.Op()
	m.givesUp(id, op)
	m.ready(id, Woken)
	switch r.kind {
	case workload.Barrier:
		m.breakBarrier(id, res)
	case workload.RWLock:
		m.admitNext(res, id)
	case workload.Socket:
		if op.Code == workload.OpConnect {
			m.hangUp(id, res)
		}
	}
}

// givesUp moves a task past an operation that didn't give it what it asked for.
func (m *Machine) givesUp(id TaskID, op *workload.Op) {
	value := int64(0)
	if op.Code == workload.OpRead || op.Code == workload.OpReceive { // 0 is the end
		value = -1
	}
	m.result(id, value)
	m.advance(id)
	if op.Manner&workload.Raises != 0 {
		m.raise(id, 1)
	}
}

// got moves a task past an operation that gave it what it asked for, whether it
// had to wait or not.
func (m *Machine) got(id TaskID) {
	got := m.waitsNoMore(id)
	if op, _ := m.cold[id].cursor.Op(); op.Patience != workload.Patient {
		m.result(id, got)
	}
	m.advance(id)
}

// waitsNoMore forgets when a task would have given up. It returns 1 if it got
// what it waited for in time.
func (m *Machine) waitsNoMore(id TaskID) int64 {
	p := &m.hot[id]
	got := int64(1)
	if p.flags&(timed|trying|regaining) != 0 {
		if p.flags&timed != 0 && p.state == trace.Blocked {
			m.taskTimers.set(uint32(id), noTimer)
		}
		if p.flags&regaining != 0 && m.cold[id].gaveUp {
			got = 0
		}
		p.flags &^= trying | regaining
	}
	return got
}

// result leaves a value in a task's accumulator.
func (m *Machine) result(id TaskID, value int64) {
	m.hot[id].flags &^= timed
	m.setAcc(id, value)
}

// setAcc changes a task's accumulator.
func (m *Machine) setAcc(id TaskID, value int64) {
	if r := &m.cold[id]; r.acc != value {
		r.acc = value
		m.rec.AppendArg(m.now, trace.Result, id, 0, 0, value)
	}
}

// tryAgain wakes the first who waits for a free mutex, which it must compete for.
func (m *Machine) tryAgain(res int, from TaskID) {
	r := &m.res[res]
	to := m.delistHead(r)
	p := &m.hot[to]
	if p.flags&timed != 0 {
		m.taskTimers.set(uint32(to), noTimer)
	}
	p.flags |= trying
	m.wake(to, trace.WakeTry, res, int64(from))
}

// enlist puts a task in line: at the tail, or by its urgency.
func (m *Machine) enlist(r *resource, id TaskID) {
	if r.byPriority {
		m.seq++
		m.hot[id].seq = m.seq
		m.place(r, id)
		return
	}
	m.hot[id].next = NoTask
	if r.tail == NoTask {
		r.head = id
	} else {
		m.hot[r.tail].next = id
	}
	r.tail = id
}

// delistHead takes the first who waits out of the line.
func (m *Machine) delistHead(r *resource) TaskID {
	id := r.head
	r.head = m.hot[id].next
	if r.head == NoTask {
		r.tail = NoTask
	}
	return id
}

// delist takes a task from wherever it stands in line.
func (m *Machine) delist(r *resource, id TaskID) {
	if r.head == id {
		m.delistHead(r)
		return
	}
	for at := r.head; at != NoTask; at = m.hot[at].next {
		if m.hot[at].next != id {
			continue
		}
		m.hot[at].next = m.hot[id].next
		if r.tail == id {
			r.tail = at
		}
		return
	}
}

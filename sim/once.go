package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// once begins what is done once, goes on behind it if it is done, or waits until
// it is.
func (m *Machine) once(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	switch {
	case r.count > 0:
		m.rec.Append(m.now, trace.OncePassed, id, c, op.Res)
		m.skip(id, op.Jump)
	case r.owner != NoTask:
		m.block(c, id, trace.BlockOnce, op.Res)
		m.enlist(r, id)
		return false
	default:
		r.owner = id
		m.simply(c, id, trace.OnceBegin, op.Res)
	}
	return true
}

// onceDone lets all go on who wait for it.
func (m *Machine) onceDone(c int, id TaskID, res int) {
	r := &m.res[res]
	r.owner, r.count = NoTask, 1
	m.simply(c, id, trace.OnceDone, res)
	for r.head != NoTask {
		to := m.delistHead(r)
		op, _ := m.cold[to].cursor.Op()
		m.skip(to, op.Jump)
		m.wake(to, trace.WakeOnce, res, int64(id))
	}
}

// onceAgain lets another do what a task began to do once and doesn't finish.
func (m *Machine) onceAgain(res int, from TaskID) {
	r := &m.res[res]
	if r.head == NoTask {
		return
	}
	to := m.delistHead(r)
	r.owner = to
	m.simply(0, to, trace.OnceBegin, res)
	m.wake(to, trace.WakeOnce, res, int64(from))
}

// skip lets a task go on at another operation.
func (m *Machine) skip(id TaskID, pc int) {
	cursor := &m.cold[id].cursor
	cursor.PC = pc
	cursor.Settle()
	m.rec.AppendJump(m.now, id, cursor.PC)
	m.prepare(id)
}

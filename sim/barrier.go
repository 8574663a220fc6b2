package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// broken is the count of a barrier at which somebody gave up.
const broken = -1

// arriveAt arrives at a barrier and waits for the others; the last opens it for
// all. Nobody waits at a broken one.
func (m *Machine) arriveAt(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.count == broken {
		m.deny(c, id, op.Res)
		return true
	}
	waiting := 1
	for x := r.head; x != NoTask; x = m.hot[x].next {
		waiting++
	}
	if waiting < r.capacity {
		return m.wait(c, id, trace.BlockBarrier, op)
	}
	r.count++
	m.rec.Append(m.now, trace.Trip, id, c, op.Res)
	m.got(id)
	for r.head != NoTask {
		m.goOn(m.delistHead(r), trace.WakeBarrier, op.Res, id)
	}
	return true
}

// breakBarrier lets all go on who wait at a barrier: one of them gave up, so
// that they never will be enough.
func (m *Machine) breakBarrier(id TaskID, res int) {
	r := &m.res[res]
	r.count = broken
	m.rec.Append(m.now, trace.Break, id, 0, res)
	for r.head != NoTask {
		to := m.delistHead(r)
		if m.hot[to].flags&timed != 0 {
			m.taskTimers.set(uint32(to), noTimer)
		}
		m.rec.AppendArg(m.now, trace.WakeBroken, to, 0, res, int64(id))
		m.result(to, 0)
		m.advance(to)
		m.ready(to, Woken)
	}
}

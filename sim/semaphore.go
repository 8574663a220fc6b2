package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// acquire takes a unit of a semaphore, or waits for one.
func (m *Machine) acquire(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.count == 0 {
		return m.wait(c, id, trace.BlockAcquire, op)
	}
	if m.withholds(id, op.Res) {
		return m.wait(c, id, trace.BlockUnsafe, op)
	}
	m.takeUnit(c, id, op.Res)
	return true
}

func (m *Machine) takeUnit(c int, id TaskID, res int) {
	m.res[res].count--
	m.rec.Append(m.now, trace.Acquire, id, c, res)
	m.got(id)
	m.holds(id, res, 1)
}

// giveBack gives a unit to a semaphore, and from there to the first who waits.
func (m *Machine) giveBack(c int, id TaskID, res int) {
	r := &m.res[res]
	if r.capacity > 0 && r.count == int64(r.capacity) {
		m.misuse(id, res, OverRelease)
		return
	}
	r.count++
	m.simply(c, id, trace.GiveBack, res)
	m.holds(id, res, -1)
	switch {
	case m.looksAfter(res):
		m.lendOut(id)
	case r.head != NoTask:
		to := m.delistHead(r)
		m.takeUnit(0, to, res)
		m.wake(to, trace.WakeAcquire, res, int64(id))
	}
}

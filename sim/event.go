package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// setEvent sets an event and wakes all who wait for it.
func (m *Machine) setEvent(c int, id TaskID, res int) {
	r := &m.res[res]
	r.count = 1
	m.simply(c, id, trace.Set, res)
	for r.head != NoTask {
		m.goOn(m.delistHead(r), trace.WakeAwait, res, id)
	}
}

// goOn wakes a task whose operation is done with that.
func (m *Machine) goOn(id TaskID, kind trace.Kind, res int, by TaskID) {
	m.rec.AppendArg(m.now, kind, id, 0, res, int64(by))
	m.got(id)
	m.ready(id, Woken)
}

func (m *Machine) clearEvent(c int, id TaskID, res int) {
	m.res[res].count = 0
	m.simply(c, id, trace.Clear, res)
}

// awaitEvent waits until an event is set.
func (m *Machine) awaitEvent(c int, id TaskID, op *workload.Op) (runsOn bool) {
	if m.res[op.Res].count == 0 {
		return m.wait(c, id, trace.BlockAwait, op)
	}
	m.rec.Append(m.now, trace.Passed, id, c, op.Res)
	m.got(id)
	return true
}

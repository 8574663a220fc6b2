package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// atomic does an operation whose time is over, and which reads a variable and
// writes it at once.
func (m *Machine) atomic(c int, id TaskID, op *workload.Op) {
	acc := &m.cold[id].acc
	was := m.value(op.Var, id)
	switch op.Code {
	case workload.OpExchange:
		m.assign(id, c, op.Var, *acc)
	case workload.OpTestAndSet:
		m.assign(id, c, op.Var, 1)
	case workload.OpFetchAdd:
		m.assign(id, c, op.Var, was+op.Value)
	case workload.OpCompareAndSwap:
		if was != m.of(id, op.Swap.Old) {
			*acc = 0
			m.rec.AppendArg(m.now, trace.AtomicNo, id, c, op.Var, *acc)
			m.advance(id)
			return
		}
		m.assign(id, c, op.Var, m.of(id, op.Swap.New))
		was = 1
	}
	*acc = was
	m.rec.AppendArg(m.now, trace.Atomic, id, c, op.Var, *acc)
	m.advance(id)
}

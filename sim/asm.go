package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// loadRegisters gives a task what its registers hold at the start.
func (m *Machine) loadRegisters(id TaskID) {
	registers := m.cold[id].task.Registers
	if registers == nil {
		return
	}
	first := m.config.Workload.Flag() + 1 - len(registers)
	for i, value := range registers {
		if value != 0 {
			m.assign(id, 0, first+i, value)
		}
	}
}

// assign puts a value into a variable or register.
func (m *Machine) assign(id TaskID, c, variable int, value int64) {
	m.setValue(variable, id, value)
	m.rec.AppendArg(m.now, trace.Assign, id, c, variable, value)
}

// of returns what an operand is to a task.
func (m *Machine) of(id TaskID, o workload.Operand) int64 {
	if o.Var < 0 {
		return o.Value
	}
	return m.value(o.Var, id)
}

// assemble does an instruction of an assembly program whose time is over, all of
// it at once. It reports whether the task runs on.
func (m *Machine) assemble(c int, id TaskID, op *workload.Op) bool {
	in := op.Asm
	from, to := m.of(id, in.From), m.of(id, in.To)
	flag := m.config.Workload.Flag()
	jumps := false
	switch in.Verb {
	case workload.Mov:
		m.assign(id, c, in.To.Var, from)
	case workload.Add:
		m.assign(id, c, in.To.Var, to+from)
	case workload.Sub:
		m.assign(id, c, in.To.Var, to-from)
	case workload.Test:
		m.assign(id, c, flag, to-from)
	case workload.Xchg:
		m.assign(id, c, in.To.Var, from)
		m.assign(id, c, in.From.Var, to)
	case workload.FetchAdd:
		m.assign(id, c, in.To.Var, to+from)
		m.assign(id, c, in.From.Var, to)
	case workload.JumpIf:
		jumps = in.Always || op.Cmp.Holds(m.value(flag, id), 0)
	case workload.Yields:
		m.leave(c)
		m.rec.Append(m.now, trace.Yield, id, c, 0)
		m.advance(id)
		m.ready(id, Yielded)
		return false
	case workload.Halt:
		m.exit(c, id, 0)
		return false
	}
	m.rec.Append(m.now, trace.Computed, id, c, 0)
	if !jumps {
		m.advance(id)
		return true
	}
	cursor := &m.cold[id].cursor
	cursor.PC = op.Jump
	m.rec.AppendJump(m.now, id, cursor.PC)
	m.prepare(id)
	return true
}

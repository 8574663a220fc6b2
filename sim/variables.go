package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// value returns what a variable is to a task.
func (m *Machine) value(variable int, id TaskID) int64 {
	cell := m.rec.Header.Cell(variable, id)
	if stored := m.values[variable]; cell < len(stored) {
		return stored[cell]
	}
	return m.rec.Header.Variables[variable].Value
}

// setValue stores into a variable what everybody who shares it with a task
// loads from now on.
func (m *Machine) setValue(variable int, id TaskID, to int64) {
	cell, stored := m.rec.Header.Cell(variable, id), m.values[variable]
	for len(stored) <= cell {
		stored = append(stored, m.rec.Header.Variables[variable].Value)
	}
	stored[cell] = to
	m.values[variable] = stored
}

// compute does a load, add or store whose time is over.
func (m *Machine) compute(c int, id TaskID, op *workload.Op) {
	acc := &m.cold[id].acc
	switch op.Code {
	case workload.OpLoad:
		*acc = op.Value
		if op.Var < 0 {
			m.rec.AppendArg(m.now, trace.Acc, id, c, 0, *acc)
			break
		}
		*acc = m.value(op.Var, id)
		m.rec.AppendArg(m.now, trace.Load, id, c, op.Var, *acc)
	case workload.OpAdd:
		*acc += op.Value
		m.rec.AppendArg(m.now, trace.Added, id, c, 0, *acc)
	case workload.OpStore:
		m.setValue(op.Var, id, *acc)
		m.rec.AppendArg(m.now, trace.Store, id, c, op.Var, *acc)
	}
	m.advance(id)
}

// operand returns the variable an operation names, or acc if it names none.
func (m *Machine) operand(id TaskID, op *workload.Op) int64 {
	if op.Var < 0 {
		return m.cold[id].acc
	}
	return m.value(op.Var, id)
}

// print records that a task prints.
func (m *Machine) print(c int, id TaskID, op *workload.Op) {
	arg := int64(0)
	if _, _, value := op.Printed(); value {
		arg = m.operand(id, op)
	}
	m.rec.AppendArg(m.now, trace.Print, id, c, m.texts[op.Say], arg)
	m.advance(id)
}

// branch lets a task go on in one of the parts of an if, or with a while or past it.
func (m *Machine) branch(c int, id TaskID, op *workload.Op) {
	cursor := &m.cold[id].cursor
	if op.Cmp.Holds(m.operand(id, op), op.Value) {
		m.rec.Append(m.now, trace.IfTrue, id, c, spinsOn(op, cursor.PC))
		m.advance(id)
		return
	}
	m.rec.Append(m.now, trace.IfFalse, id, c, 0)
	cursor.Branch(false)
	cursor.Settle()
	m.rec.AppendJump(m.now, id, cursor.PC)
	m.prepare(id)
}

// spinsOn returns 1 more than the variable that a while without a body asks about,
// else 0.
func spinsOn(op *workload.Op, pc int) int {
	if op.Code == workload.OpWhile && op.Jump == pc+2 {
		return op.Var + 1
	}
	return 0
}

// mention lets a register be seen that a program speaks of.
func (m *Machine) mention(variable int) {
	if variable >= 0 {
		m.rec.Header.Variables[variable].Hidden = false
	}
}

// headerTexts adds what a program prints to the texts of the header, and notes
// which registers it speaks of.
func (m *Machine) headerTexts(p *workload.Program) {
	for i := range p.Ops {
		op := &p.Ops[i]
		if in := op.Asm; in != nil {
			m.mention(in.From.Var)
			m.mention(in.To.Var)
		}
		if op.Code != workload.OpPrint {
			continue
		}
		if _, known := m.texts[op.Say]; !known {
			if m.texts == nil {
				m.texts = map[string]int{}
			}
			h := &m.rec.Header
			m.texts[op.Say] = len(h.Texts)
			before, after, value := op.Printed()
			h.Texts = append(h.Texts, trace.Text{Before: before, After: after, Value: value})
		}
	}
}

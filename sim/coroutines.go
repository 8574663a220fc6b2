package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// loop is an event loop: coroutines that take turns on one task. While one goes
// on, the task's own cursor is its.
type loop struct {
	cos   []workload.Cursor // where each goes on
	ready []int             // those that can, the next first
	now   int               // which one does
	left  int               // that haven't ended
	end   int               // where the task goes on when all have
}

// beginLoop lets a task run coroutines from now on, the first of them first.
func (m *Machine) beginLoop(c int, id TaskID, op *workload.Op) {
	if m.loops == nil {
		m.loops = map[TaskID]*loop{}
	}
	cursor := &m.cold[id].cursor
	l := &loop{end: op.Jump}
	for pc := cursor.PC + 1; pc < op.Jump; pc = cursor.Program.Ops[pc].Jump {
		co := cursor.Clone()
		co.PC = pc + 1
		l.ready = append(l.ready, len(l.cos))
		l.cos = append(l.cos, co)
	}
	l.left = len(l.cos)
	m.loops[id] = l
	m.rec.AppendArg(m.now, trace.LoopBegin, id, c, 0, int64(l.left))
	m.resumeCo(id, l)
}

// resumeCo lets the next coroutine of a task go on.
func (m *Machine) resumeCo(id TaskID, l *loop) {
	l.now, l.ready = l.ready[0], l.ready[1:]
	m.rec.AppendArg(m.now, trace.Resume, id, 0, 0, int64(l.now))
	m.cold[id].cursor = l.cos[l.now]
	m.jump(id)
}

// coAwait lets a coroutine wait, and another go on if one can. It reports whether
// the task runs on.
func (m *Machine) coAwait(c int, id TaskID, op *workload.Op) bool {
	l := m.loops[id]
	if l == nil { // a child that was forked within a coroutine has no loop
		m.raise(id, 1)
		return true
	}
	m.rec.AppendArg(m.now, trace.CoAwait, id, c, 0, int64(l.now))
	l.cos[l.now] = m.cold[id].cursor.Clone()
	l.cos[l.now].Advance()
	m.ask(request{task: id, res: -1, co: l.now + 1}, Time(op.Dur))
	return m.others(c, id, l)
}

// coEnd ends a coroutine; with the last of them the task leaves the loop. It
// reports whether the task runs on.
func (m *Machine) coEnd(c int, id TaskID) bool {
	l := m.loops[id]
	if l == nil {
		m.raise(id, 1)
		return true
	}
	m.rec.AppendArg(m.now, trace.CoEnd, id, c, 0, int64(l.now))
	if l.left--; l.left > 0 {
		return m.others(c, id, l)
	}
	delete(m.loops, id)
	m.rec.Append(m.now, trace.LoopEnd, id, c, 0)
	m.cold[id].cursor.PC = l.end
	m.jump(id)
	return true
}

// others lets another coroutine of a task go on, or blocks it if all wait.
func (m *Machine) others(c int, id TaskID, l *loop) bool {
	if len(l.ready) > 0 {
		m.resumeCo(id, l)
		return true
	}
	m.block(c, id, trace.BlockLoop, 0)
	return false
}

// coDue lets a coroutine go on for which its time has come, when its turn comes.
func (m *Machine) coDue(id TaskID, co int) {
	l := m.loops[id]
	if l == nil {
		return
	}
	l.ready = append(l.ready, co)
	m.rec.AppendArg(m.now, trace.CoDue, id, 0, 0, int64(co))
	if p := &m.hot[id]; p.state == trace.Blocked && p.cause == trace.ForLoop {
		m.resumeCo(id, l)
		m.rec.Append(m.now, trace.WakeLoop, id, 0, 0)
		m.ready(id, Woken)
	}
}

package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// loop is an event loop: coroutines that take turns on one task. While one goes
// on, the task's own cursor is its.
type loop struct {
	cos   []workload.Cursor // where each goes on
	acc   []int64           // what each has in the accumulator then
	ended []bool
	ready []int // those that can, the next first
	now   int   // which one does
	left  int   // that haven't ended
	end   int   // where the task goes on when all have
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
		l.cos, l.acc, l.ended = append(l.cos, co), append(l.acc, m.cold[id].acc), append(l.ended, false)
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
	m.setAcc(id, l.acc[l.now])
}

// coAwait lets a coroutine wait, and another go on if one can. It reports whether
// the task runs on.
func (m *Machine) coAwait(c int, id TaskID, op *workload.Op) bool {
	l := m.loops[id]
	if l == nil { // a child that was forked within a coroutine has no loop
		m.raise(id, 1)
		return true
	}
	if m.coHasIt(c, id, l, op) {
		return true
	}
	m.rec.AppendArg(m.now, trace.CoAwait, id, c, 0, int64(l.now))
	l.cos[l.now], l.acc[l.now] = m.cold[id].cursor.Clone(), m.cold[id].acc
	l.cos[l.now].Advance()
	switch op.Value {
	case workload.AwaitSleep, workload.AwaitIO:
		m.ask(request{task: id, res: -1, co: l.now + 1}, Time(op.Dur))
	default:
		m.coWaits = append(m.coWaits, coWait{id, l.now, op})
	}
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
	l.ended[l.now] = true
	for i := 0; i < len(m.coWaits); i++ {
		if w := m.coWaits[i]; w.task == id && w.op.Value == workload.AwaitCoroutine && int(w.op.Priority) == l.now {
			m.coWaits = slices.Delete(m.coWaits, i, i+1)
			m.coDue(id, w.co)
			i--
		}
	}
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

// coWait is a coroutine that waits for a queue or for the end of another.
type coWait struct {
	task TaskID
	co   int
	op   *workload.Op
}

// coHasIt lets a coroutine go on at once that awaits what is there already.
func (m *Machine) coHasIt(c int, id TaskID, l *loop, op *workload.Op) bool {
	var r *resource
	if op.Value == workload.AwaitGet || op.Value == workload.AwaitPut {
		r = &m.res[op.Res]
	}
	switch op.Value {
	case workload.AwaitGet:
		if r.items.n == 0 {
			return false
		}
		m.setAcc(id, m.coGet(c, id, op.Res))
	case workload.AwaitPut:
		if r.full() {
			return false
		}
		m.coPut(c, id, op)
	case workload.AwaitCoroutine:
		if n := op.Priority; n >= 0 && n < int64(len(l.ended)) && !l.ended[n] {
			return false
		}
	default:
		return false
	}
	m.cold[id].cursor.Advance()
	m.jump(id)
	if r != nil {
		m.stir(op.Res, id)
	}
	return true
}

// coGet takes a value from a queue for a coroutine.
func (m *Machine) coGet(c int, id TaskID, res int) int64 {
	value := m.res[res].give(&workload.Op{})
	m.rec.AppendArg(m.now, trace.CoGet, id, c, res, value)
	return value
}

// coPut puts a value into a queue for a coroutine.
func (m *Machine) coPut(c int, id TaskID, op *workload.Op) {
	m.res[op.Res].take(op.Priority, &workload.Op{})
	m.rec.AppendArg(m.now, trace.CoPut, id, c, op.Res, op.Priority)
}

// stir lets those go on who wait at a queue, now that by has changed it: tasks
// before coroutines, each in the order they came.
func (m *Machine) stir(res int, by TaskID) {
	r := &m.res[res]
	for again := true; again && m.err == nil; {
		again = false
		if to := m.firstFor(r, trace.ForValue); to != NoTask && r.items.n > 0 {
			m.delist(r, to)
			op, _ := m.cold[to].cursor.Op()
			m.getNow(0, to, op)
			m.wake(to, trace.WakeGet, res, int64(by))
			again = true
		}
		if to := m.firstFor(r, trace.ForRoom); to != NoTask && !r.full() {
			m.delist(r, to)
			op, _ := m.cold[to].cursor.Op()
			m.putNow(0, to, op)
			m.wake(to, trace.WakePut, res, int64(by))
			again = true
		}
		for i, w := range m.coWaits {
			if w.op.Res != res {
				continue
			}
			switch {
			case w.op.Value == workload.AwaitGet && r.items.n > 0:
				m.loops[w.task].acc[w.co] = m.coGet(0, w.task, res)
			case w.op.Value == workload.AwaitPut && !r.full():
				m.coPut(0, w.task, w.op)
			default:
				continue
			}
			m.coWaits = slices.Delete(m.coWaits, i, i+1)
			m.coDue(w.task, w.co)
			again = true
			break
		}
	}
}

// forgetCoroutines forgets what the coroutines of a task wait for that has ended.
func (m *Machine) forgetCoroutines(id TaskID) {
	m.coWaits = slices.DeleteFunc(m.coWaits, func(w coWait) bool { return w.task == id })
	delete(m.loops, id)
}

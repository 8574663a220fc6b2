package sim

import (
	"math/bits"
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A process may have a handler for a signal. The signal is pending then until the
// process's main thread, or after its end the first that lives, is on a CPU; there
// it interrupts whatever that does, and the thread goes on in the handler, on CPU
// time of its own. The signal is blocked until the handler returns, others may
// interrupt it in turn; a signal that comes twice before it is handled is handled
// once. Then the thread goes on where it was, with its accumulator as it was.
//
// What a thread waits for is interrupted as signal(7) says with SA_RESTART: a
// request at a device isn't, so that the handler waits for it; a sleep ends early
// and leaves what was left of it, in whole units; a write into a pipe that has
// written some ends with that; waiting on a condition ends as if it had been
// notified, which it may at any time; every other wait begins anew after the
// handler, at the end of its line. A wait for the interpreter lock, for the next
// job, for a coroutine or for what a banker withholds is no place for a handler
// either.

// handler is what a process does when a signal comes.
type handler struct {
	signal  workload.Signal
	program *workload.Program
	pc      int
}

// interrupted is where a task goes on when a handler returns.
type interrupted struct {
	signal   workload.Signal
	cursor   workload.Cursor
	left     Time
	acc      int64
	flags    uint16 // of its wait: timed, regaining
	gaveUp   bool
	deadline Time
	depth    int64
	ran      Time // CPU time it had had
}

// handle lets the process of a task have a handler from now on.
func (m *Machine) handle(c int, id TaskID, op *workload.Op) {
	p := m.cold[id].process
	pr := &m.kin.procs[p]
	s := op.Kin.Signal
	pr.unhandle(s)
	pr.ignores &^= 1 << s
	pr.handlers = append(pr.handlers, handler{s, m.cold[id].cursor.Program, m.cold[id].cursor.PC + 1})
	m.rec.Append(m.now, trace.Handle, id, c, int(s))
	m.pass(id, op)
	m.alert(p)
}

// unhandle takes the handler of a signal away.
func (pr *process) unhandle(s workload.Signal) {
	pr.handlers = slices.DeleteFunc(pr.handlers, func(h handler) bool { return h.signal == s })
}

// handlerOf returns what a process does when a signal comes; nil if it has no
// handler for it.
func (pr *process) handlerOf(s workload.Signal) *handler {
	for i := range pr.handlers {
		if pr.handlers[i].signal == s {
			return &pr.handlers[i]
		}
	}
	return nil
}

// pend notes that a signal waits to be handled. One that waits already is lost.
func (m *Machine) pend(p int32, s workload.Signal) {
	pr := &m.kin.procs[p]
	lost := int64(pr.pending >> s & 1)
	pr.pending |= 1 << s
	m.rec.AppendArg(m.now, trace.Pending, pr.main, 0, int(s), lost)
	m.alert(p)
}

// handlingThread returns the thread of a process that handles its signals: the
// main one, or after its end the first that lives; NoTask if none is left.
func (m *Machine) handlingThread(p int32) TaskID {
	for id := m.kin.procs[p].main; int(id) < len(m.hot); id++ {
		if m.cold[id].process == p && m.hot[id].state != trace.Terminated && m.hot[id].state != trace.Zombie {
			return id
		}
	}
	return NoTask
}

// alert lets the thread that handles signals know that some are pending, if it
// doesn't block all of them.
func (m *Machine) alert(p int32) {
	pr := &m.kin.procs[p]
	if pr.pending == 0 {
		return
	}
	id := m.handlingThread(p)
	if id == NoTask || pr.pending&^m.cold[id].masked == 0 {
		return
	}
	t := &m.hot[id]
	if t.flags&halted != 0 || t.state == trace.New { // when it goes on, or arrives
		return
	}
	t.flags |= signalled
	switch t.state {
	case trace.Running:
		if c := int(t.cpu); !m.cpus[c].switching {
			m.account(&m.cpus[c])
			m.cpus[c].opEnd = m.now
			m.cpuTimers.set(uint32(c), uint64(m.now))
		}
	case trace.Blocked:
		m.interrupt(id)
	}
}

// interrupt ends what a task waits for, where a signal may, so that it can handle
// one.
func (m *Machine) interrupt(id TaskID) {
	p := &m.hot[id]
	kept := p.flags & (timed | regaining)
	kind, early := trace.Interrupted, int64(-1)
	switch p.cause {
	case trace.ForIO, trace.ForGIL, trace.ForRelease, trace.ForLoop, trace.ForSafety:
		return
	case trace.ForSleep:
		kind, early = trace.CutShort, (int64(m.taskTimers.at[id])-int64(m.now))/int64(m.rec.Header.Unit)
	case trace.ForSpace:
		if part := m.pipes.part[id]; part > 0 {
			kind, early, kept = trace.CutShort, part, 0
		}
	case trace.ForNotify:
		kept = regaining
		m.cold[id].gaveUp = false
	case trace.ForTask, trace.ForChild:
		if kept&timed != 0 {
			m.cold[id].deadline = Time(m.taskTimers.at[id])
		}
	}
	gap := m.withdraw(id)
	p.flags |= kept
	m.rec.Append(m.now, kind, id, 0, 0)
	if kind == trace.CutShort {
		p.flags &^= timed
		m.setAcc(id, early)
		m.advance(id)
	}
	m.ready(id, Woken)
	if gap >= 0 {
		m.closeGap(gap, id)
	}
}

// catch lets the task of a CPU go on in the handlers of those signals that are
// pending, the lowest first, each at once interrupted by the next. A signal that
// nobody handles any more does what it does by itself.
func (m *Machine) catch(c int, id TaskID) {
	m.hot[id].flags &^= signalled
	p := m.cold[id].process
	for m.hot[id].state == trace.Running && int(m.hot[id].cpu) == c {
		pr := &m.kin.procs[p]
		todo := pr.pending &^ m.cold[id].masked
		if todo == 0 || m.handlingThread(p) != id {
			return
		}
		s := workload.Signal(bits.TrailingZeros32(todo))
		if h := pr.handlerOf(s); h != nil {
			pr.pending &^= 1 << s
			m.enterHandler(c, id, *h)
			continue
		}
		pr.pending &^= 1 << s
		if s == workload.SigCont { // it goes on already
			m.rec.Append(m.now, trace.Ignored, pr.main, 0, int(s))
			continue
		}
		m.act(p, s)
	}
}

// enterHandler lets the task of a CPU go on in a handler.
func (m *Machine) enterHandler(c int, id TaskID, h handler) {
	p, r := &m.hot[id], &m.cold[id]
	m.account(&m.cpus[c])
	if m.frames == nil {
		m.frames = map[TaskID][]interrupted{}
	}
	m.frames[id] = append(m.frames[id], interrupted{
		signal: h.signal, cursor: r.cursor, left: p.left, acc: r.acc,
		flags: p.flags & (timed | regaining), gaveUp: r.gaveUp, deadline: r.deadline, depth: r.depth, ran: m.computed(id),
	})
	tried := p.flags&trying != 0
	p.flags &^= timed | regaining | trying | spinning
	r.masked |= 1 << h.signal
	r.program = int32(m.program(h.program))
	r.cursor = workload.Cursor{Program: h.program, PC: h.pc}
	m.rec.AppendArg(m.now, trace.Catch, id, c, int(h.signal), int64(r.program))
	m.jump(id)
	if tried && m.res[p.object].owner == NoTask { // it was woken for it; another must be
		m.handOver(int(p.object), id)
	}
}

// handled lets a task go on where a signal interrupted it.
func (m *Machine) handled(c int, id TaskID) {
	p, r := &m.hot[id], &m.cold[id]
	list := m.frames[id]
	f := list[len(list)-1]
	if m.frames[id] = list[:len(list)-1]; len(list) == 1 {
		delete(m.frames, id)
	}
	r.masked &^= 1 << f.signal
	r.cursor, p.left = f.cursor, f.left
	r.program = int32(m.program(f.cursor.Program))
	r.gaveUp, r.deadline, r.depth = f.gaveUp, f.deadline, f.depth
	p.flags |= f.flags
	r.lead -= m.computed(id) - f.ran // that was no part of its program
	m.rec.Append(m.now, trace.Return, id, c, int(f.signal))
	m.setAcc(id, f.acc)
	m.alert(r.process)
}

// unwind forgets the handlers a task is in, which goes on with its own program.
func (m *Machine) unwind(id TaskID) {
	if list := m.frames[id]; len(list) > 0 {
		r := &m.cold[id]
		r.cursor, r.masked = list[0].cursor, 0
		r.program = int32(m.program(r.cursor.Program))
		delete(m.frames, id)
	}
}

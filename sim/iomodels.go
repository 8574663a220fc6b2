package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// requests is what devices work on that nobody waits for. Runs that ask for
// nothing in this way have none of it.
type requests struct {
	pending[request]
	by []replies // by task
}

// replies is what a task has asked for and goes on meanwhile.
type replies struct {
	asked   int // requests that aren't answered
	ready   int // answers it hasn't taken
	handled int // answers a signal handler has dealt with, and it hasn't asked for
}

// replies returns what a task has asked for; nothing is kept of a run that asks
// for nothing.
func (m *Machine) replies(id TaskID) *replies {
	if m.requests == nil {
		return &replies{}
	}
	q := m.requests
	for len(q.by) <= int(id) {
		q.by = append(q.by, replies{})
	}
	return &q.by[id]
}

type request struct {
	task TaskID
	res  int
	copy Time   // for how long a signal handler computes; 0 = there is none
	seq  uint64 // when it was made; 0 = the slot is free
	co   int    // 1 more than the coroutine that waits; 0 = none does
}

// request lets a task ask a device and go on.
func (m *Machine) request(c int, id TaskID, op *workload.Op) {
	m.ask(request{task: id, res: op.Res, copy: Time(op.Value)}, Time(op.Dur))
	m.res[op.Res].count++
	m.replies(id).asked++
	m.simply(c, id, trace.Request, op.Res)
}

// ask notes a request that is answered after a time.
func (m *Machine) ask(r request, d Time) {
	if m.requests == nil {
		m.requests = &requests{pending: newPending[request]()}
	}
	m.seq++
	r.seq = m.seq
	m.requests.put(r, m.after(d))
}

// answersNow reports whether a request is answered at this instant.
func (m *Machine) answersNow() bool {
	return m.requests != nil && m.requests.isDue(m.now)
}

// answer handles the requests that are answered now, in the order they were made.
func (m *Machine) answer() {
	q := m.requests
	for m.answersNow() {
		q.due = q.due[:0]
		for m.answersNow() {
			slot, _ := q.timers.first()
			q.timers.set(slot, noTimer)
			at := len(q.due)
			for at > 0 && q.list[q.due[at-1]].seq > q.list[slot].seq {
				at--
			}
			q.due = append(q.due, 0)
			copy(q.due[at+1:], q.due[at:])
			q.due[at] = slot
		}
		for _, slot := range q.due {
			r := q.list[slot]
			q.list[slot].seq = 0
			q.free = append(q.free, slot)
			m.answered(r)
		}
	}
}

// answered lets the task know that asked: it is interrupted, woken, or finds the
// answer when it looks.
func (m *Machine) answered(r request) {
	if r.co > 0 {
		m.coDue(r.task, r.co-1)
		return
	}
	p, t := &m.hot[r.task], m.replies(r.task)
	t.asked--
	m.res[r.res].count--
	switch {
	case p.state == trace.Blocked && p.cause == trace.ForReply:
		m.delist(&m.res[p.object], r.task)
		m.rec.Append(m.now, trace.WakeReply, r.task, 0, r.res)
		m.advance(r.task)
		m.ready(r.task, Woken)
	case r.copy > 0 && p.left > 0 && (p.state == trace.Running || p.state == trace.Ready):
		t.handled++
		m.rec.AppendArg(m.now, trace.Handler, r.task, 0, r.res, int64(r.copy))
		if p.state != trace.Running {
			p.left += r.copy
			break
		}
		m.account(&m.cpus[p.cpu])
		p.left += r.copy
		m.run(int(p.cpu), p.left)
	default:
		t.ready++
		m.rec.Append(m.now, trace.Answer, r.task, 0, r.res)
	}
}

// forsake drops the requests of a task that has ended.
func (m *Machine) forsake(id TaskID) {
	q := m.requests
	for slot := range q.list {
		if r := &q.list[slot]; r.seq > 0 && r.task == id {
			q.timers.set(uint32(slot), noTimer)
			q.free = append(q.free, uint32(slot))
			r.seq = 0
			if r.co > 0 {
				continue
			}
			m.res[r.res].count--
			m.replies(id).asked--
			m.rec.Append(m.now, trace.Forsake, id, 0, r.res)
		}
	}
}

// poll lets a task that has just asked whether there is an answer go on, or ask
// again.
func (m *Machine) poll(c int, id TaskID, op *workload.Op) {
	t := m.replies(id)
	switch {
	case t.ready > 0:
		t.ready--
		m.rec.Append(m.now, trace.PollYes, id, c, 0)
		m.advance(id)
	case t.asked == 0:
		m.dealtWith(c, id)
	default:
		m.rec.Append(m.now, trace.PollNo, id, c, 0)
		m.prepare(id)
	}
}

// selectAnswer lets a task take an answer, or wait for one. It reports whether
// the task runs on.
func (m *Machine) selectAnswer(c int, id TaskID) bool {
	t := m.replies(id)
	switch {
	case t.ready > 0:
		t.ready--
		m.rec.Append(m.now, trace.Select, id, c, 0)
		m.advance(id)
	case t.handled > 0 || t.asked == 0:
		m.dealtWith(c, id)
	default:
		res := m.askedFirst(id)
		m.block(c, id, trace.BlockReply, res)
		m.enlist(&m.res[res], id)
		return false
	}
	return true
}

// askedFirst returns the device of the oldest request of a task.
func (m *Machine) askedFirst(id TaskID) int {
	first := request{}
	for _, r := range m.requests.list {
		if r.seq > 0 && r.co == 0 && r.task == id && (first.seq == 0 || r.seq < first.seq) {
			first = r
		}
	}
	return first.res
}

// dealtWith lets a task go on that asks for an answer which a handler has dealt
// with, and which needs no copying any more.
func (m *Machine) dealtWith(c int, id TaskID) {
	if t := m.replies(id); t.handled > 0 {
		t.handled--
	}
	m.rec.Append(m.now, trace.Handled, id, c, 0)
	cursor := &m.cold[id].cursor
	cursor.Advance()
	if op, ok := cursor.Op(); ok && op.Code == workload.OpCopy {
		cursor.Advance()
		m.jump(id)
		return
	}
	m.settle(id)
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// server is the process of a manager. It does what others ask for with its queues,
// one request after the other; what can't be done yet it puts aside and does when
// it can.
type server struct {
	task   TaskID
	inbox  []asked
	aside  []asked
	now    asked
	busy   bool // it deals with now
	closed bool
	gone   bool
	asking []int64 // by task: the number of what it asks for
	made   int64   // requests so far
}

// asked is a request to a manager.
type asked struct {
	client TaskID
	number int64
	res    int // a queue
	puts   bool
	nowait bool
	value  int64 // to put
}

// newServer returns the server of a manager.
func (m *Machine) newServer(res int) *server {
	s := &server{task: NoTask}
	for i := range m.config.Workload.Tasks {
		t := &m.config.Workload.Tasks[i]
		if t.Program != nil && t.Program.Serves() == res {
			s.task = TaskID(i)
		}
	}
	return s
}

// remote lets a task ask a manager to put into or get from a queue, and wait for
// the answer. It reports whether the task runs on.
func (m *Machine) remote(c int, id TaskID, op *workload.Op) bool {
	res := m.res[op.Res].manager - 1
	s := m.port(res).server
	if s.gone {
		m.breakOff(c, id, res)
		return true
	}
	ask := asked{client: id, res: op.Res, puts: op.Code == workload.OpPut, nowait: op.Patience == workload.NotAtAll, value: op.Value}
	if op.Manner&workload.OfAcc != 0 {
		ask.value = m.cold[id].acc
	}
	s.made++
	ask.number = s.made
	for len(s.asking) < len(m.hot) {
		s.asking = append(s.asking, 0)
	}
	s.asking[id] = ask.number
	m.transmit(flying{Packet: trace.Packet{Kind: trace.PacketRequest, Conn: int(id), N: int64(op.Res), Task: id}, res: res, ask: ask})
	m.block(c, id, trace.BlockRemote, res)
	m.enlist(&m.res[res], id)
	return false
}

// requested takes a request in that is there.
func (m *Machine) requested(f flying) {
	s := m.port(f.res).server
	if s.gone || s.closed {
		m.turnAway(f.res, f.ask)
		return
	}
	s.inbox = append(s.inbox, f.ask)
	if p := &m.hot[s.task]; p.state == trace.Blocked && p.cause == trace.ForRequest {
		m.delist(&m.res[f.res], s.task)
		m.takeNow(0, s.task, f.res)
		m.wake(s.task, trace.WakeServe, f.res, int64(f.ask.client))
	}
}

// takeRequest lets a manager deal with the next request, wait for one, or end. It
// reports whether it runs on.
func (m *Machine) takeRequest(c int, id TaskID, op *workload.Op) bool {
	switch s := m.port(op.Res).server; {
	case len(s.inbox) > 0:
		m.takeNow(c, id, op.Res)
	case s.closed:
		m.raise(id, 0)
	default:
		return m.wait(c, id, trace.BlockServe, op)
	}
	return true
}

func (m *Machine) takeNow(c int, id TaskID, res int) {
	s := m.port(res).server
	s.now, s.inbox, s.busy = s.inbox[0], s.inbox[1:], true
	m.rec.AppendArg(m.now, trace.TakeRequest, id, c, res, int64(s.now.client))
	m.advance(id)
}

// answerRequest lets a manager do what it was asked for, or put it aside, and then
// what it has put aside and can do now.
func (m *Machine) answerRequest(c int, id TaskID, op *workload.Op) {
	s := m.port(op.Res).server
	if !s.busy { // nothing was taken
		m.raise(id, 1)
		return
	}
	ask := s.now
	s.busy = false
	switch {
	case m.does(c, op.Res, ask):
		m.rec.AppendArg(m.now, trace.Answered, id, c, op.Res, int64(ask.client))
	case ask.nowait:
		m.reply(op.Res, ask, 0)
		m.rec.AppendArg(m.now, trace.Answered, id, c, op.Res, int64(ask.client))
	default:
		s.aside = append(s.aside, ask)
		m.rec.AppendArg(m.now, trace.Postponed, id, c, op.Res, int64(ask.client))
	}
	m.advance(id)
	for again := true; again; {
		again = false
		for i := 0; i < len(s.aside); i++ {
			if m.does(c, op.Res, s.aside[i]) {
				s.aside = append(s.aside[:i:i], s.aside[i+1:]...)
				again = true
				break
			}
		}
	}
}

// does what a manager was asked for, if it can be done, and answers.
func (m *Machine) does(c, res int, ask asked) bool {
	r, s := &m.res[ask.res], m.port(res).server
	value := int64(1)
	switch {
	case ask.puts && r.full(), !ask.puts && r.items.n == 0:
		return false
	case m.hasEnded(ask.client): // nobody is there any more who would have it
		return true
	case ask.puts:
		r.take(ask.value, &workload.Op{})
		m.rec.AppendArg(m.now, trace.PutFor, s.task, c, ask.res, ask.value)
	default:
		value = r.give(&workload.Op{})
		m.rec.AppendArg(m.now, trace.GetFor, s.task, c, ask.res, value)
	}
	m.reply(res, ask, value)
	return true
}

func (m *Machine) hasEnded(id TaskID) bool {
	s := m.hot[id].state
	return s == trace.Terminated || s == trace.Zombie
}

// reply answers a request.
func (m *Machine) reply(res int, ask asked, value int64) {
	ask.value = value
	m.transmit(flying{
		Packet: trace.Packet{Kind: trace.PacketReply, Server: true, Conn: int(ask.client), N: clip(value), Task: m.port(res).server.task},
		res:    res, ask: ask,
	})
}

// clip brings a number into the range of what the event about a packet can say.
func clip(n int64) int64 { return min(max(n, -1<<33), 1<<33-1) }

// turnAway tells who asked a manager for something that it isn't there any more.
func (m *Machine) turnAway(res int, ask asked) {
	m.transmit(flying{
		Packet: trace.Packet{Kind: trace.Rst, Server: true, Conn: int(ask.client), Task: m.port(res).server.task},
		res:    res, ask: ask,
	})
}

// replied gives a task the answer of a manager that is there.
func (m *Machine) replied(f flying) {
	id := f.ask.client
	if p := &m.hot[id]; p.state != trace.Blocked || p.cause != trace.ForAnswer || int(p.object) != f.res || m.port(f.res).server.asking[id] != f.ask.number {
		return // it has ended, or its job was dropped
	}
	m.delist(&m.res[f.res], id)
	if f.Kind == trace.Rst {
		m.breakOff(0, id, f.res)
		m.wake(id, trace.WakeSocket, f.res, 0)
		return
	}
	m.rec.AppendArg(m.now, trace.WakeRemote, id, 0, f.res, int64(m.port(f.res).server.task))
	if !f.ask.puts || f.ask.nowait {
		m.result(id, f.ask.value)
	}
	m.advance(id)
	m.woke = true
	m.ready(id, Woken)
}

// closeManager lets a manager end when it has dealt with the requests there are.
func (m *Machine) closeManager(c int, id TaskID, op *workload.Op) {
	m.simply(c, id, trace.CloseServer, op.Res)
	m.closeServer(op.Res)
}

func (m *Machine) closeServer(res int) {
	s := m.port(res).server
	if s.closed || s.task == NoTask {
		return
	}
	s.closed = true
	if p := &m.hot[s.task]; p.state == trace.Blocked && p.cause == trace.ForRequest {
		m.delist(&m.res[res], s.task)
		m.raise(s.task, 0)
		m.wake(s.task, trace.WakeServe, res, -1)
	}
}

// dismiss closes managers when nobody is left who could ask them, and lets those
// know who wait for one that has ended.
func (m *Machine) dismiss() {
	servers := 0
	for i := range m.net.ports {
		if m.net.ports[i] == nil || m.net.ports[i].server == nil {
			continue
		}
		servers++
		s := m.net.ports[i].server
		if s.task == NoTask || s.gone || !m.hasEnded(s.task) {
			continue
		}
		s.gone, s.closed = true, true
		left := append(s.inbox, s.aside...)
		if s.busy {
			left = append(left, s.now)
		}
		s.inbox, s.aside = nil, nil
		for _, ask := range left {
			m.turnAway(i, ask)
		}
	}
	if servers == 0 || m.planned < len(m.plan) {
		return
	}
	for id := range m.hot {
		if !m.hasEnded(TaskID(id)) && m.rec.Header.Tasks[id].Manages == 0 {
			return
		}
	}
	for i := range m.net.ports {
		if p := m.net.ports[i]; p != nil && p.server != nil {
			m.closeServer(i)
		}
	}
}

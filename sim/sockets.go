package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// The exit codes of who does without a timeout what the network refuses, the
// numbers Linux has for these errors.
const (
	connectionReset   = 104
	connectionRefused = 111
)

// conn is a connection.
type conn struct {
	ends   [2]end
	client TaskID
	server TaskID // who accepted it; the client as long as nobody has
	making bool   // it counts as being made
}

// end is an end of a connection.
type end struct {
	users  int   // tasks that have it
	there  bool  // the connection is made
	shut   bool  // nobody has it any more
	reset  bool  // there is no connection any more
	over   bool  // nothing more comes
	unread int64 // bytes
	out    int64 // bytes it sent of which it isn't known that they were read
	sent   uint32
	got    uint32   // how much of what the other sent is there without a gap
	early  []flying // what is there before something that left earlier
}

// end returns the end of a connection by the number under which tasks have it.
func (p *port) end(at int32) *end { return &p.conns[(at-1)/2].ends[(at-1)%2] }

// segmentOf makes a packet of a connection's end.
func (p *port) segmentOf(res int, at int32, kind trace.PacketKind, n int64) flying {
	k, side := int(at-1)/2, int(at-1)%2
	c := &p.conns[k]
	f := flying{Packet: trace.Packet{Kind: kind, Server: side == serverEnd, Conn: k + 1, N: n, Task: c.client}, res: res}
	if side == serverEnd {
		f.Task = c.server
	}
	if kind.InSequence() {
		f.place = c.ends[side].sent
		c.ends[side].sent++
	}
	return f
}

// listen lets others connect.
func (m *Machine) listen(c int, id TaskID, op *workload.Op) {
	if p := m.port(op.Res); !p.listens[id] {
		p.listens[id] = true
		p.listeners++
	}
	m.simply(c, id, trace.Listen, op.Res)
}

// connect lets a task ask for a connection and wait for it. It reports whether
// the task runs on.
func (m *Machine) connect(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	m.hangUp(id, op.Res)
	if len(p.conns) == workload.MaxConnections {
		m.raise(id, 1)
		return true
	}
	p.conns = append(p.conns, conn{client: id, server: id})
	p.at[id] = int32(2*len(p.conns) - 1)
	p.end(p.at[id]).users = 1
	m.transmit(p.segmentOf(op.Res, p.at[id], trace.Syn, 0))
	return m.wait(c, id, trace.BlockConnect, op)
}

// accept lets a task take the next connection, or wait for one. It reports whether
// the task runs on.
func (m *Machine) accept(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	if !p.listens[id] {
		m.raise(id, 1)
		return true
	}
	if len(p.backlog) == 0 || m.firstFor(&m.res[op.Res], trace.ForClient) != NoTask {
		return m.wait(c, id, trace.BlockAccept, op)
	}
	m.acceptNow(c, id, op.Res)
	return true
}

// acceptNow gives a task the connection that has waited longest.
func (m *Machine) acceptNow(c int, id TaskID, res int) {
	p := m.port(res)
	m.hangUp(id, res)
	k := p.backlog[0]
	p.backlog = p.backlog[1:]
	x := &p.conns[k]
	x.server = id
	x.ends[serverEnd].users = 1
	p.at[id] = int32(2*k + 2)
	m.rec.AppendArg(m.now, trace.Accept, id, c, res, int64(k+1))
	m.waitsNoMore(id)
	m.result(id, int64(k+1))
	m.advance(id)
}

// admitClients lets those accept who wait for it, as long as somebody is there.
func (m *Machine) admitClients(res int) {
	r, p := &m.res[res], m.port(res)
	for len(p.backlog) > 0 {
		to := m.firstFor(r, trace.ForClient)
		if to == NoTask {
			return
		}
		m.delist(r, to)
		m.acceptNow(0, to, res)
		m.wake(to, trace.WakeSocket, res, 0)
	}
}

// sendOver lets a task send, as much as there is room for, and wait for more. It
// reports whether the task runs on.
func (m *Machine) sendOver(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	if m.config.Workload.Resources[op.Res].Network.UDP {
		m.rec.AppendArg(m.now, trace.Send, id, c, op.Res, op.Value)
		m.transmit(flying{Packet: trace.Packet{Kind: trace.Datagram, N: op.Value, Task: id}, res: op.Res})
		m.advance(id)
		return true
	}
	if p.at[id] == 0 {
		m.raise(id, 1)
		return true
	}
	p.part[id] = 0
	switch e := p.end(p.at[id]); {
	case e.reset:
		m.breakOff(c, id, op.Res)
		return true
	case m.firstAt(op.Res, trace.ForWindow, p.at[id]) == NoTask && m.sendSome(c, id, op):
		return true
	}
	if part := p.part[id]; part > 0 && op.Patience != workload.Patient {
		m.rec.AppendArg(m.now, trace.Send, id, c, op.Res, 0) // so much and no more
		m.result(id, part)
		m.advance(id)
		return true
	}
	return m.wait(c, id, trace.BlockSend, op)
}

// sendSome sends what there is room for of a task's send, and moves the task past
// it if that was the rest, which it reports.
func (m *Machine) sendSome(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	e, part := p.end(p.at[id]), &p.part[id]
	n := min(op.Value-*part, int64(m.res[op.Res].capacity)-e.out)
	if n <= 0 {
		return false
	}
	e.out += n
	*part += n
	kind, whole := trace.SendSome, *part == op.Value
	if whole {
		kind = trace.Send
	}
	m.rec.AppendArg(m.now, kind, id, c, op.Res, n)
	m.transmit(p.segmentOf(op.Res, p.at[id], trace.Data, n))
	if whole {
		m.waitsNoMore(id)
		m.result(id, op.Value)
		m.advance(id)
	}
	return whole
}

// receive lets a task take what has come, or wait for it. It reports whether the
// task runs on.
func (m *Machine) receive(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	if m.config.Workload.Resources[op.Res].Network.UDP {
		if m.res[op.Res].items.n == 0 || m.firstFor(&m.res[op.Res], trace.ForData) != NoTask {
			return m.wait(c, id, trace.BlockReceive, op)
		}
		m.takeDatagram(c, id, op.Res)
		return true
	}
	if p.at[id] == 0 {
		m.raise(id, 1)
		return true
	}
	switch e := p.end(p.at[id]); {
	case e.reset:
		m.breakOff(c, id, op.Res)
		return true
	case m.firstAt(op.Res, trace.ForData, p.at[id]) == NoTask && m.receiveSome(c, id, op):
		return true
	}
	return m.wait(c, id, trace.BlockReceive, op)
}

// receiveSome gives a task what has come for it, or the end of it if nothing more
// comes; it reports whether there was either.
func (m *Machine) receiveSome(c int, id TaskID, op *workload.Op) bool {
	p := m.port(op.Res)
	e := p.end(p.at[id])
	n := min(op.Value, e.unread)
	switch {
	case n > 0:
		e.unread -= n
		m.rec.AppendArg(m.now, trace.Receive, id, c, op.Res, n)
		m.transmit(p.segmentOf(op.Res, p.at[id], trace.Window, n))
	case e.over:
		m.rec.Append(m.now, trace.EndOfStream, id, c, op.Res)
	default:
		return false
	}
	m.waitsNoMore(id)
	m.result(id, n)
	m.advance(id)
	return true
}

// datagram keeps a datagram that is there, for the first who waits.
func (m *Machine) datagram(f flying) {
	r := &m.res[f.res]
	r.items.push(f.N)
	if to := m.firstFor(r, trace.ForData); to != NoTask {
		m.delist(r, to)
		m.takeDatagram(0, to, f.res)
		m.wake(to, trace.WakeSocket, f.res, 0)
	}
}

// takeDatagram gives a task the datagram that came first.
func (m *Machine) takeDatagram(c int, id TaskID, res int) {
	value := m.res[res].items.pop()
	m.rec.AppendArg(m.now, trace.Receive, id, c, res, value)
	m.waitsNoMore(id)
	m.result(id, value)
	m.advance(id)
}

// closeSocket lets a task close its connection, or listen no more.
func (m *Machine) closeSocket(c int, id TaskID, op *workload.Op) {
	p := m.port(op.Res)
	m.rec.Append(m.now, trace.CloseSocket, id, c, op.Res)
	if p.at[id] > 0 {
		m.hangUp(id, op.Res)
	} else {
		m.unlisten(id, op.Res)
	}
	m.advance(id)
}

// hangUp lets a task have its connection no more. The last who had that end closes
// it: the other end is told that nothing more comes, or, if something is there that
// nobody has read, that there is no connection any more (RFC 1122, 4.2.2.13).
func (m *Machine) hangUp(id TaskID, res int) {
	p := m.port(res)
	at := p.at[id]
	if at == 0 {
		return
	}
	p.at[id] = 0
	e := p.end(at)
	if e.users--; e.users > 0 {
		return
	}
	e.shut = true
	switch {
	case e.reset || !e.there: // who is asked for a connection is told when it answers
	case e.unread > 0:
		e.unread, e.reset = 0, true
		m.transmit(p.segmentOf(res, at, trace.Rst, 0))
	default:
		m.transmit(p.segmentOf(res, at, trace.Fin, 0))
	}
}

// unlisten lets a task listen no more. If it was the last, those who wait to be
// accepted are turned away.
func (m *Machine) unlisten(id TaskID, res int) {
	p := m.port(res)
	if !p.listens[id] {
		return
	}
	p.listens[id] = false
	if p.listeners--; p.listeners > 0 {
		return
	}
	m.rec.Append(m.now, trace.Unlisten, id, 0, res)
	for _, k := range p.backlog {
		at := int32(2*k + 2)
		e := p.end(at)
		e.shut, e.reset, e.unread = true, true, 0
		m.transmit(p.segmentOf(res, at, trace.Rst, 0))
	}
	p.backlog = nil
}

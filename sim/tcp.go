package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// firstAt returns the first who waits for a cause at an end of a connection.
func (m *Machine) firstAt(res int, cause trace.Cause, at int32) TaskID {
	p := m.port(res)
	for id := m.res[res].head; id != NoTask; id = m.hot[id].next {
		if m.hot[id].cause == cause && p.at[id] == at {
			return id
		}
	}
	return NoTask
}

// breakOff lets a task fail, because its connection is reset.
func (m *Machine) breakOff(c int, id TaskID, res int) {
	m.rec.Append(m.now, trace.ConnReset, id, c, res)
	m.waitsNoMore(id)
	m.raise(id, connectionReset)
}

// lose resets an end: whoever waits there fails.
func (m *Machine) lose(res int, at int32) {
	p := m.port(res)
	e := p.end(at)
	e.reset, e.unread, e.early = true, 0, nil
	for _, cause := range [...]trace.Cause{trace.ForData, trace.ForWindow} {
		for to := m.firstAt(res, cause, at); to != NoTask; to = m.firstAt(res, cause, at) {
			m.delist(&m.res[res], to)
			m.breakOff(0, to, res)
			m.wake(to, trace.WakeSocket, res, 0)
		}
	}
}

// refused lets whoever asked for a connection go on without.
func (m *Machine) refused(res int, at int32) {
	p := m.port(res)
	p.end(at).reset = true
	to := m.firstAt(res, trace.ForConnection, at)
	if to == NoTask {
		return
	}
	op, _ := m.cold[to].cursor.Op()
	m.delist(&m.res[res], to)
	m.rec.Append(m.now, trace.ConnRefused, to, 0, res)
	m.waitsNoMore(to)
	m.hangUp(to, res)
	if op.Patience == workload.Patient {
		m.raise(to, connectionRefused)
	} else {
		m.result(to, 0)
		m.cold[to].cursor.Advance()
		m.jump(to)
	}
	m.wake(to, trace.WakeSocket, res, 0)
}

// segment handles a packet of a connection that is there.
func (m *Machine) segment(f flying) {
	p := m.port(f.res)
	k := f.Conn - 1
	c := &p.conns[k]
	client, server := int32(2*k+1), int32(2*k+2)
	at := server
	if f.Server {
		at = client
	}
	e := p.end(at)
	switch {
	case f.Kind == trace.Syn && (p.listeners == 0 || p.half+len(p.backlog) >= m.config.Workload.Resources[f.res].Network.Backlog):
		e.shut, e.reset = true, true
		m.transmit(p.segmentOf(f.res, server, trace.Rst, 0))
	case f.Kind == trace.Syn:
		c.making = true
		p.half++
		m.transmit(p.segmentOf(f.res, server, trace.SynAck, 0))
	case f.Kind == trace.SynAck:
		m.connected(f.res, client)
	case f.Kind == trace.Rst:
		if c.making {
			c.making = false
			p.half--
		}
		p.backlog = slices.DeleteFunc(p.backlog, func(x int) bool { return x == k && !f.Server })
		if at == client && !e.there {
			m.refused(f.res, client)
		} else {
			m.lose(f.res, at)
		}
	case e.reset:
	case f.Kind == trace.Window:
		e.out -= f.N
		m.widened(f.res, at)
	case e.shut:
		if f.Kind == trace.Data {
			e.reset = true
			m.transmit(p.segmentOf(f.res, at, trace.Rst, 0))
		}
	default:
		i, _ := slices.BinarySearchFunc(e.early, f.place, func(x flying, place uint32) int { return int(int64(x.place) - int64(place)) })
		e.early = slices.Insert(e.early, i, f)
		m.takeIn(f.res, at)
	}
}

// connected makes a connection at the end of who asked for it.
func (m *Machine) connected(res int, at int32) {
	p := m.port(res)
	e := p.end(at)
	if e.shut { // who asked has given up
		e.reset = true
		m.transmit(p.segmentOf(res, at, trace.Rst, 0))
		return
	}
	e.there = true
	m.transmit(p.segmentOf(res, at, trace.Ack, 0))
	to := m.firstAt(res, trace.ForConnection, at)
	if to == NoTask {
		return
	}
	m.delist(&m.res[res], to)
	m.rec.AppendArg(m.now, trace.Connect, to, 0, res, int64((at-1)/2+1))
	m.got(to)
	m.wake(to, trace.WakeSocket, res, 0)
}

// takeIn takes what has come at an end as far as nothing before it is missing.
func (m *Machine) takeIn(res int, at int32) {
	p := m.port(res)
	for e := p.end(at); len(e.early) > 0 && e.early[0].place == e.got; e = p.end(at) {
		f := e.early[0]
		e.early = e.early[1:]
		e.got++
		m.rec.AppendArg(m.now, trace.InOrder, f.Task, 0, res, f.Arg())
		switch f.Kind {
		case trace.Ack:
			if !m.established(res, at) {
				return
			}
		case trace.Data:
			e.unread += f.N
		case trace.Fin:
			e.over = true
		}
		for to := m.firstAt(res, trace.ForData, at); to != NoTask; to = m.firstAt(res, trace.ForData, at) {
			op, _ := m.cold[to].cursor.Op()
			if !m.receiveSome(0, to, op) {
				break
			}
			m.delist(&m.res[res], to)
			m.wake(to, trace.WakeSocket, res, 0)
		}
	}
}

// established lets a connection that is made wait to be accepted. It reports
// whether there is still somebody who could.
func (m *Machine) established(res int, at int32) bool {
	p := m.port(res)
	k := int(at-1) / 2
	c, e := &p.conns[k], p.end(at)
	if c.making {
		c.making = false
		p.half--
	}
	e.there = true
	if p.listeners == 0 {
		e.shut, e.reset, e.early = true, true, nil
		m.transmit(p.segmentOf(res, at, trace.Rst, 0))
		return false
	}
	p.backlog = append(p.backlog, k)
	m.rec.AppendArg(m.now, trace.Queued, c.client, 0, res, int64(k+1))
	m.admitClients(res)
	return true
}

// widened lets those go on who wait for room, now that some was read.
func (m *Machine) widened(res int, at int32) {
	for to := m.firstAt(res, trace.ForWindow, at); to != NoTask; to = m.firstAt(res, trace.ForWindow, at) {
		op, _ := m.cold[to].cursor.Op()
		if !m.sendSome(0, to, op) {
			return
		}
		m.delist(&m.res[res], to)
		m.wake(to, trace.WakeSocket, res, 0)
	}
}

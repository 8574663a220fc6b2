package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// network is what is under way between tasks. Runs without sockets and managers
// have none of it.
type network struct {
	ports []*port // by resource; nil of those that nothing is sent to
	pending[flying]
}

// port is a socket or a manager, as the network reaches it.
type port struct {
	sent      int64 // packets that have left
	conns     []conn
	listeners int
	half      int     // connections that are being made
	backlog   []int   // connections that wait to be accepted
	at        []int32 // by task: 1 + 2·connection + end that it has; 0 = none
	listens   []bool  // by task
	part      []int64 // by task: bytes sent of the send it is at
	server    *server // of a manager
}

// flying is a packet under way, or one that is lost and is to be sent again.
type flying struct {
	trace.Packet
	res   int
	place uint32 // in the order of what its end sent, if that counts
	tries uint   // how often it was lost
	lost  bool   // it is lost when it is due
	wait  bool   // it is lost, and due to be sent again
	seq   uint64 // when it left; 0 = the slot is free
	ask   asked  // of a request and the answer to it
}

// The ends of a connection.
const (
	clientEnd = 0
	serverEnd = 1
)

// maxDoubling is how often the time until a packet is sent again is doubled at
// most.
const maxDoubling = 6

// openNetwork makes the ports.
func (m *Machine) openNetwork() {
	for i := range m.config.Workload.Resources {
		switch r := &m.config.Workload.Resources[i]; r.Kind {
		case workload.Socket, workload.Manager:
			if m.net == nil {
				m.net = &network{ports: make([]*port, len(m.res)), pending: newPending[flying]()}
			}
			m.net.ports[i] = &port{}
			if r.Kind == workload.Manager {
				m.net.ports[i].server = m.newServer(i)
			}
		}
	}
}

// transmit lets a packet leave.
func (m *Machine) transmit(f flying) {
	f.tries, f.lost, f.wait = 0, false, false
	m.launch(f, trace.Transmit)
}

// launch lets a packet leave, for the first time or again.
func (m *Machine) launch(f flying, kind trace.Kind) {
	n, p := m.net, m.net.ports[f.res]
	f.Number = p.sent
	p.sent++
	delay, lost := m.rec.Header.Flight(f.res, f.Number)
	f.Left, f.lost, f.wait = m.now, lost && f.Kind.CanBeLost(), false
	m.rec.AppendArg(m.now, kind, f.Task, 0, f.res, f.Arg())
	m.seq++
	f.seq = m.seq
	n.put(f, m.after(delay))
}

// arrivesNow reports whether something under way is there at this instant.
func (m *Machine) arrivesNow() bool {
	return m.net != nil && m.net.isDue(m.now)
}

// landPackets handles the packets that are there now, in the order they left.
func (m *Machine) landPackets() {
	n := m.net
	for m.err == nil && m.arrivesNow() {
		n.due = n.due[:0]
		for m.arrivesNow() {
			slot, _ := n.timers.first()
			n.timers.set(slot, noTimer)
			n.due = append(n.due, slot)
		}
		slices.SortFunc(n.due, func(a, b uint32) int { return int(int64(n.list[a].seq - n.list[b].seq)) })
		for _, slot := range n.due {
			if m.ops++; m.ops > m.opsLimit() {
				m.fail(&EndlessError{m.now, n.list[slot].Task, 0})
				return
			}
			f := n.list[slot]
			switch {
			case f.wait:
				m.sendAgain(slot, f)
				continue
			case f.lost:
				m.vanish(slot, f)
				continue
			}
			m.drop(slot)
			m.handlePacket(f)
		}
	}
}

// drop forgets a packet.
func (m *Machine) drop(slot uint32) {
	m.net.list[slot].seq = 0
	m.net.free = append(m.net.free, slot)
}

// vanish loses a packet. Unless it is a datagram, it is sent again: Timeout after
// it left, and after twice as long each time it is lost again (RFC 6298, 5.5).
func (m *Machine) vanish(slot uint32, f flying) {
	m.rec.AppendArg(m.now, trace.Vanish, f.Task, 0, f.res, f.Arg())
	if f.Kind == trace.Datagram {
		m.drop(slot)
		return
	}
	x := &m.net.list[slot]
	x.wait = true
	again := f.Left + m.rec.Header.Resources[f.res].Network.Timeout<<min(x.tries, maxDoubling)
	x.tries++
	m.seq++
	x.seq = m.seq
	m.net.timers.set(slot, uint64(max(again, m.now)))
}

// sendAgain lets a packet leave that was lost, unless nobody is there any more who
// would send it.
func (m *Machine) sendAgain(slot uint32, f flying) {
	m.drop(slot)
	if m.abandoned(&f) {
		m.rec.AppendArg(m.now, trace.Abandon, f.Task, 0, f.res, f.Arg())
		return
	}
	m.launch(f, trace.Retransmit)
}

// abandoned reports whether a lost packet need not be sent again.
func (m *Machine) abandoned(f *flying) bool {
	switch f.Kind {
	case trace.PacketRequest:
		return m.hasEnded(f.Task)
	case trace.PacketReply:
		return false
	}
	c := &m.net.ports[f.res].conns[f.Conn-1]
	mine, other := &c.ends[endOf(f)], &c.ends[1-endOf(f)]
	return mine.reset || other.reset || f.Kind == trace.Syn && mine.shut
}

func endOf(f *flying) int {
	if f.Server {
		return serverEnd
	}
	return clientEnd
}

// handlePacket handles a packet that is there.
func (m *Machine) handlePacket(f flying) {
	kind := trace.Deliver
	r := &m.res[f.res]
	if f.Kind == trace.Datagram && r.full() {
		kind = trace.Overflow
	}
	m.rec.AppendArg(m.now, kind, f.Task, 0, f.res, f.Arg())
	switch f.Kind {
	case trace.Datagram:
		if kind == trace.Deliver {
			m.datagram(f)
		}
	case trace.PacketRequest:
		m.requested(f)
	case trace.PacketReply:
		m.replied(f)
	default:
		if m.net.ports[f.res].server != nil {
			m.replied(f)
			return
		}
		m.segment(f)
	}
}

// grown makes room for what is kept of each task at a port.
func (p *port) grown(tasks int) *port {
	for len(p.at) < tasks {
		p.at, p.listens, p.part = append(p.at, 0), append(p.listens, false), append(p.part, 0)
	}
	return p
}

// port returns the port of a resource, with room for all tasks.
func (m *Machine) port(res int) *port { return m.net.ports[res].grown(len(m.hot)) }

// inheritSockets gives a new task the connections of the one that made it and
// lets it listen where that does; what is spawned has none of it.
func (m *Machine) inheritSockets(id, child TaskID, how workload.OpCode) {
	if m.net == nil || how == workload.OpSpawn {
		return
	}
	for i := range m.net.ports {
		if m.net.ports[i] == nil {
			continue
		}
		p := m.port(i)
		if p.listens[id] {
			p.listens[child] = true
			p.listeners++
		}
		if p.at[child] = p.at[id]; p.at[id] > 0 {
			p.end(p.at[id]).users++
		}
	}
}

// leaveNetwork closes what a task that has ended had open.
func (m *Machine) leaveNetwork(id TaskID) {
	for i := range m.net.ports {
		if m.net.ports[i] == nil {
			continue
		}
		m.port(i)
		m.hangUp(id, i)
		m.unlisten(id, i)
	}
	m.dismiss()
}

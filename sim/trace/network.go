package trace

import "slices"

// Network is what it is like to send something to a socket or a manager.
type Network struct {
	UDP     bool // datagrams instead of connections
	Latency Time // from one end to the other
	Jitter  Time // it takes up to so much longer
	Loss    int  // packets of a million that are lost
	Timeout Time // from when a packet left until it is sent again if it was lost
	Backlog int  // connections that wait to be accepted or are being made, at most
	Owns    []int
}

// PacketKind is what a packet is for.
type PacketKind uint8

// The kinds of packets. Connections are made by three of them and go over the
// network in segments of both directions, as RFC 9293 has it.
const (
	Syn           PacketKind = iota + 1 // asks for a connection
	SynAck                              // says yes
	Ack                                 // says that this has come: the connection is there
	Data                                // N bytes
	Fin                                 // nothing more comes from this end
	Rst                                 // there is no such connection (any more)
	Window                              // N bytes were read: so many more may be sent
	Datagram                            // with the value N
	PacketRequest                       // to a manager
	PacketReply                         // of a manager

	packetKinds
)

var packetCodes = [packetKinds]string{
	Syn: "syn", SynAck: "syn_ack", Ack: "ack", Data: "data", Fin: "fin", Rst: "rst", Window: "window",
	Datagram: "datagram", PacketRequest: "request", PacketReply: "reply",
}

// String returns the kind's stable code: "syn", "data", ….
func (k PacketKind) String() string {
	if k < packetKinds {
		return packetCodes[k]
	}
	return ""
}

// PacketKinds returns every kind in order.
func PacketKinds() (all []PacketKind) {
	for k := Syn; k < packetKinds; k++ {
		all = append(all, k)
	}
	return all
}

// CanBeLost reports whether packets of the kind are ever lost. Acknowledgements
// are cumulative, so that the next makes good what one that is lost would have
// said; here none is. Nor is a reset, which is sent as often as it takes.
func (k PacketKind) CanBeLost() bool { return k != Rst && k != Window }

// InSequence reports whether what packets of the kind say counts only when all
// that left before over the same connection is there.
func (k PacketKind) InSequence() bool { return k == Ack || k == Data || k == Fin }

// Packet is something under way.
type Packet struct {
	Number int64 // by the order in which packets left for or from this resource, from 0
	Kind   PacketKind
	Server bool  // it comes from the end that listens, or from the manager
	Conn   int   // of which connection, from 1; of a request and a reply, who asks
	N      int64 // see PacketKind
	Task   TaskID
	Left   Time // when it left
	Due    Time // when it is there, or lost
	Again  bool // it was lost before
	Lost   bool // it doesn't get there
}

// The argument of an event about a packet: what it is for in the lowest four
// bits, then where it comes from, the connection in 24 and the number above.
const (
	packetKindBits = 4
	packetConnBits = 24
	packetNumberAt = packetKindBits + 1 + packetConnBits
)

// Arg returns what stands of the packet in the argument of an event.
func (p *Packet) Arg() int64 {
	arg := p.N<<packetNumberAt | int64(p.Conn)<<(packetKindBits+1) | int64(p.Kind)
	if p.Server {
		arg |= 1 << packetKindBits
	}
	return arg
}

// PacketOf returns what an event about a packet says of it: its kind, where it
// comes from, its connection and its number N.
func PacketOf(arg int64) Packet {
	return Packet{
		Kind:   PacketKind(arg & (1<<packetKindBits - 1)),
		Server: arg>>packetKindBits&1 == 1,
		Conn:   int(arg >> (packetKindBits + 1) & (1<<packetConnBits - 1)),
		N:      arg >> packetNumberAt,
	}
}

// Flight returns how long packet number n of a resource is under way and whether
// it is lost on the way, if it can be. That depends on nothing but the seed of the
// run and these numbers: what one task does doesn't change the luck of another.
//
// The numbers are those of SplitMix64, of the state to which it would have come
// (G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators,
// OOPSLA 2014).
func (h *Header) Flight(resource int, n int64) (delay Time, lost bool) {
	net := h.Resources[resource].Network
	const golden = 0x9E3779B97F4A7C15
	state := h.Seed + golden*(uint64(resource)<<40+2*uint64(n)+1)
	delay = net.Latency
	if net.Jitter > 0 {
		delay += Time(mixed(state) % uint64(net.Jitter+1))
	}
	return delay, net.Loss > 0 && mixed(state+golden)%1_000_000 < uint64(net.Loss)
}

// mixed is the finalizer of SplitMix64.
func mixed(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// ConnAt is a connection at an instant. Of the pairs the first is of the end that
// connected.
type ConnAt struct {
	Number  int
	Client  TaskID // who connected
	Server  TaskID // who accepted it; NoTask if nobody has
	Unread  [2]int64
	Unacked [2]int64 // bytes it sent of which it isn't known that they were read
	Closed  [2]bool  // it has said that nothing more comes
	Reset   bool
}

// NetAt is a socket or a manager at an instant. It is never changed once it is
// there, so that snapshots may keep it.
type NetAt struct {
	Listening bool
	Flying    []Packet // in the order they left
	Conns     []ConnAt // those of which an end is open, by number
	Backlog   []int    // connections that wait to be accepted, the next first
	Sent      int64    // packets that have left so far
	Lost      int64    // packets that were lost so far
	Again     int      // of them, how many are to be sent again
	Requests  int      // to a manager that it hasn't begun with
}

func (n *NetAt) size() int {
	if n == nil {
		return 8
	}
	return 120 + 72*len(n.Flying) + 72*len(n.Conns) + 8*len(n.Backlog)
}

// Conn returns a connection by its number; nil if it isn't there any more.
func (n *NetAt) Conn(number int) *ConnAt {
	i, there := slices.BinarySearchFunc(n.Conns, number, func(c ConnAt, number int) int { return c.Number - number })
	if !there {
		return nil
	}
	return &n.Conns[i]
}

// network replays what happens at a socket or between it and those who use it.
func (m *moment) network(h *Header, e *record, arg int64) {
	res := int(e.object)
	old := m.nets[res]
	if old == nil {
		return
	}
	udp := h.Resources[res].Network.UDP
	if e.kind == Receive {
		if udp {
			m.queues[res].get(false)
			m.queues[res].open = 0
		}
		return
	}
	n := &NetAt{old.Listening, slices.Clone(old.Flying), slices.Clone(old.Conns), old.Backlog, old.Sent, old.Lost, old.Again, old.Requests}
	m.nets[res] = n
	switch e.kind {
	case Listen:
		n.Listening = true
	case Unlisten:
		n.Listening, n.Backlog = false, nil
	case Queued:
		n.Backlog = append(slices.Clone(n.Backlog), int(arg))
	case Accept:
		n.Backlog = slices.DeleteFunc(slices.Clone(n.Backlog), func(c int) bool { return c == int(arg) })
		if c := n.Conn(int(arg)); c != nil {
			c.Server = e.task
		}
	case InOrder:
		p := PacketOf(arg)
		if c := n.Conn(p.Conn); c != nil && p.Kind == Data {
			c.Unread[1-from(&p)] += p.N
		}
	case Transmit, Retransmit:
		p := PacketOf(arg)
		p.Number, p.Task, p.Left, p.Again = n.Sent, e.task, e.time, e.kind == Retransmit
		delay, lost := h.Flight(res, p.Number)
		p.Due, p.Lost = p.Left+delay, lost && p.Kind.CanBeLost()
		n.Sent++
		n.Flying = append(n.Flying, p)
		if p.Again {
			n.Again--
		} else {
			n.left(&p)
		}
	case Abandon:
		n.Again--
	case TakeRequest:
		n.Requests--
	case Deliver, Vanish, Overflow:
		i := n.landed(arg, e.time, e.kind == Vanish)
		if i < 0 {
			return
		}
		p := n.Flying[i]
		n.Flying = slices.Delete(n.Flying, i, i+1)
		switch e.kind {
		case Vanish, Overflow:
			if n.Lost++; p.Kind != Datagram {
				n.Again++
			}
		default:
			n.came(&p)
			if p.Kind == PacketRequest {
				n.Requests++
			}
			if p.Kind == Datagram {
				m.queues[res].put(FIFO, p.N, &plainOp)
				m.queues[res].open = 0
			}
		}
	}
}

// landed returns the packet of those under way that is there, or lost, now; -1 if
// there is none.
func (n *NetAt) landed(arg int64, now Time, lost bool) int {
	return slices.IndexFunc(n.Flying, func(p Packet) bool { return p.Due == now && p.Lost == lost && p.Arg() == arg })
}

// from returns the end a packet comes from, as an index.
func from(p *Packet) int {
	if p.Server {
		return 1
	}
	return 0
}

// left notes what it means that a packet has left for the first time.
func (n *NetAt) left(p *Packet) {
	if p.Kind == Syn {
		n.Conns = append(n.Conns, ConnAt{Number: p.Conn, Client: p.Task, Server: NoTask})
		return
	}
	c := n.Conn(p.Conn)
	if c == nil {
		return
	}
	switch p.Kind {
	case Data:
		c.Unacked[from(p)] += p.N
	case Window:
		c.Unread[from(p)] -= p.N
	case Fin:
		c.Closed[from(p)] = true
		n.forget(p.Conn)
	case Rst:
		c.Closed[from(p)], c.Unread[from(p)] = true, 0
	}
}

// came notes what it means that a packet is there.
func (n *NetAt) came(p *Packet) {
	c := n.Conn(p.Conn)
	switch {
	case c == nil:
	case p.Kind == Window:
		c.Unacked[1-from(p)] -= p.N
	case p.Kind == Rst:
		c.Reset = true
		n.Backlog = slices.DeleteFunc(slices.Clone(n.Backlog), func(k int) bool { return k == p.Conn && !p.Server })
		n.Conns = slices.DeleteFunc(n.Conns, func(c ConnAt) bool { return c.Number == p.Conn })
	}
}

// forget takes a connection out of which both ends are closed.
func (n *NetAt) forget(conn int) {
	n.Conns = slices.DeleteFunc(n.Conns, func(c ConnAt) bool {
		return c.Number == conn && c.Closed[0] && c.Closed[1]
	})
}

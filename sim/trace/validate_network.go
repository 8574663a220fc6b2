package trace

import (
	"fmt"
	"slices"
)

// netCheck is what is known of a socket or a manager from what left and what came.
type netCheck struct {
	left      int64             // packets
	flying    map[int64]*Packet // under way, by number
	lost      map[int64]*again  // lost, and to be sent again, by number
	conns     map[int]*connCheck
	listening bool
	listens   map[TaskID]bool
	leaver    TaskID // who has just closed it, listening no more
	backlog   []int
	got       []int64              // datagrams nobody has taken
	holds     map[TaskID]*endCheck // which end of a connection a task has
	requests  []TaskID             // who waits for a manager to deal with what it asked for, as it came
	now       TaskID               // whose request it deals with
	closed    bool
}

// again is a packet to be sent again, and when.
type again struct {
	packet Packet
	due    Time
	tries  uint
}

// connCheck is a connection: its two ends, and what left from each in order.
type connCheck struct {
	ends   [2]endCheck
	client TaskID
}

type endCheck struct {
	conn          int
	order         []Packet // what it sent and hasn't been taken in at the other end, those there marked Again
	said          int64    // bytes that tasks have sent
	sent, acked   int64
	unread        int64
	over          bool // nothing more comes
	reset, hungUp bool
}

// net returns what is known of a socket or a manager; nil if it is neither.
func (v *validator) net(res int) *netCheck {
	h := &v.h.Resources[res]
	if h.Network == nil {
		return nil
	}
	if v.nets == nil {
		v.nets = map[int]*netCheck{}
	}
	if v.nets[res] == nil {
		v.nets[res] = &netCheck{
			flying: map[int64]*Packet{}, lost: map[int64]*again{}, conns: map[int]*connCheck{}, holds: map[TaskID]*endCheck{}, now: NoTask,
			listens: map[TaskID]bool{}, leaver: NoTask,
		}
	}
	return v.nets[res]
}

// end returns an end of a connection that a packet is from; nil if there is none.
func (n *netCheck) end(conn int, server bool) *endCheck {
	c := n.conns[conn]
	switch {
	case c == nil:
		return nil
	case server:
		return &c.ends[1]
	}
	return &c.ends[0]
}

// The exit codes of those whose connection is refused or reset.
const (
	resetCode   = 104
	refusedCode = 111
)

// packet checks that what leaves is there or lost when its time has come.
func (v *validator) packet(e Event) error {
	n, h := v.net(e.Object), &v.h.Resources[e.Object]
	if n == nil {
		return fmt.Errorf("it is reached over no network")
	}
	switch e.Kind {
	case Transmit, Retransmit:
		p := PacketOf(e.Arg)
		tries := uint(0)
		if e.Kind == Retransmit {
			found := int64(-1)
			for number, x := range n.lost {
				if x.due == e.Time && x.packet.Arg() == e.Arg && x.packet.Task == e.Task && (found < 0 || number < found) {
					found = number
				}
			}
			if found < 0 {
				return fmt.Errorf("no such packet is to be sent again now")
			}
			tries = n.lost[found].tries
			delete(n.lost, found)
		}
		p.Number, p.Left, p.Task = n.left, e.Time, e.Task
		n.left++
		delay, _ := v.h.Flight(e.Object, p.Number)
		p.Due = e.Time + delay
		p.N = p.N<<8 | int64(tries) // kept here for when it is lost again
		n.flying[p.Number] = &p
		if e.Kind == Transmit {
			return n.leaves(&p, p.N>>8, h)
		}
		return nil
	case Abandon:
		for number, x := range n.lost {
			if x.due == e.Time && x.packet.Arg() == e.Arg && x.packet.Task == e.Task {
				delete(n.lost, number)
				return nil
			}
		}
		return fmt.Errorf("it isn't to be sent again now")
	}
	var p *Packet // they come in the order they left
	for _, x := range n.flying {
		if x.Due == e.Time && (p == nil || x.Number < p.Number) {
			p = x
		}
	}
	if p == nil {
		return fmt.Errorf("nothing is due")
	}
	said := *p
	said.N >>= 8
	_, lost := v.h.Flight(e.Object, p.Number)
	if lost = lost && p.Kind != Rst && p.Kind != Window; said.Arg() != e.Arg || p.Task != e.Task || lost != (e.Kind == Vanish) {
		return fmt.Errorf("packet %d of task %d is due, and lost: %v", p.Number, p.Task, lost)
	}
	delete(n.flying, p.Number)
	tries := uint(p.N & 0xff)
	p.N >>= 8
	full := p.Kind == Datagram && h.Capacity > 0 && len(n.got) == h.Capacity
	switch {
	case e.Kind == Vanish:
		if p.Kind != Datagram {
			due := max(p.Left+h.Network.Timeout<<min(tries, 6), e.Time)
			n.lost[p.Number] = &again{*p, due, tries + 1}
		}
		return nil
	case full != (e.Kind == Overflow):
		return fmt.Errorf("it keeps %d datagrams", len(n.got))
	case full:
		return nil
	}
	return n.comes(p)
}

// leaves notes what a packet says about the end it leaves for the first time.
func (n *netCheck) leaves(p *Packet, size int64, h *Resource) error {
	if p.Kind == Syn {
		if n.conns[p.Conn] != nil {
			return fmt.Errorf("there is a connection %d", p.Conn)
		}
		c := &connCheck{client: p.Task}
		c.ends[0].conn, c.ends[1].conn = p.Conn, p.Conn
		n.conns[p.Conn] = c
		n.holds[p.Task] = &c.ends[0]
		return nil
	}
	if h.Kind == Manager || p.Kind == Datagram {
		return nil
	}
	e := n.end(p.Conn, p.Server)
	if e == nil {
		return fmt.Errorf("there is no connection %d", p.Conn)
	}
	switch p.Kind {
	case Data:
		if e.sent += size; e.sent-e.acked > int64(h.Capacity) || e.sent > e.said {
			return fmt.Errorf("%d bytes are under way or not read", e.sent-e.acked)
		}
	case Rst:
		e.reset = true
	case Fin:
		e.hungUp = true
	}
	if p.Kind == Ack || p.Kind == Data || p.Kind == Fin {
		x := *p
		x.N = size
		e.order = append(e.order, x)
	}
	return nil
}

// comes notes what a packet says at the end where it is.
func (n *netCheck) comes(p *Packet) error {
	switch p.Kind {
	case Datagram:
		n.got = append(n.got, p.N)
		return nil
	case PacketRequest:
		if !n.closed {
			n.requests = append(n.requests, p.Task)
		}
		return nil
	case PacketReply:
		return nil
	}
	from, to := n.end(p.Conn, p.Server), n.end(p.Conn, !p.Server)
	if from == nil {
		return nil // of a manager
	}
	switch p.Kind {
	case Window:
		to.acked += p.N
	case Rst:
		to.reset = true
		n.backlog = slices.DeleteFunc(n.backlog, func(c int) bool { return c == p.Conn && !p.Server })
	case Ack, Data, Fin:
		for i := range from.order {
			if x := &from.order[i]; !x.Again && x.Kind == p.Kind && x.N == p.N {
				x.Again = true
				break
			}
		}
	}
	return nil
}

// socket checks what is done at a socket.
func (v *validator) socket(e Event, t *taskCheck) error {
	r, h, n := &v.res[e.Object], &v.h.Resources[e.Object], v.net(e.Object)
	if n == nil || h.Kind != Socket && (h.Kind != Manager || e.Kind != ConnReset && e.Kind != WakeSocket) {
		return fmt.Errorf("it isn't a %v", Socket)
	}
	switch e.Kind {
	case Unlisten:
		if e.Task != n.leaver && (!n.listens[e.Task] || !v.gone(e.Task)) || v.somebodyListens(n) {
			return fmt.Errorf("it or somebody else listens still")
		}
		n.listening, n.backlog = false, nil
		return nil
	case Queued:
		if n.backlog = append(n.backlog, int(e.Arg)); len(n.backlog) > h.Network.Backlog || !n.listening || n.conns[int(e.Arg)] == nil || n.conns[int(e.Arg)].client != e.Task {
			return fmt.Errorf("%v wait to be accepted", n.backlog)
		}
		return nil
	case InOrder:
		return n.inOrder(e.Task, PacketOf(e.Arg))
	case WakeSocket:
		if t.state != Blocked || !t.given || t.res != e.Object {
			return v.cannot(t)
		}
		t.state, t.res, t.given = Ready, -1, false
		return nil
	}
	cause, works := map[Kind]Cause{
		Connect: ForConnection, ConnRefused: ForConnection, Accept: ForClient, SendSome: ForWindow, Send: ForWindow, Receive: ForData, EndOfStream: ForData,
	}[e.Kind]
	if e.Kind == ConnReset {
		cause, works = t.cause, true
	}
	switch {
	case t.state == Running && t.cpu == e.CPU && e.Kind != Connect && e.Kind != ConnRefused:
		v.charge(t)
		if t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
	case works && t.state == Blocked && t.cause == cause && t.res == e.Object && !t.given:
		if e.Kind != SendSome {
			r.leave(e.Task)
			t.given = true
		}
	default:
		return v.cannot(t)
	}
	return v.atSocket(e, t, h, n)
}

// atSocket checks what a task does with its connection.
func (v *validator) atSocket(e Event, t *taskCheck, h *Resource, n *netCheck) error {
	op, end := v.op(e.Task), n.holds[e.Task]
	switch e.Kind {
	case Listen:
		n.listening, n.listens[e.Task] = true, true
		return v.step(e, t)
	case CloseSocket:
		if end == nil && n.listens[e.Task] {
			delete(n.listens, e.Task)
			n.leaver = e.Task
		}
		delete(n.holds, e.Task)
		return v.step(e, t)
	case ConnRefused:
		delete(n.holds, e.Task)
		t.jumps, t.refused = true, true
		if op.Limit == 0 {
			t.refused, t.code = false, refusedCode
		}
		return nil
	case ConnReset:
		t.part, t.jumps, t.code = 0, true, resetCode
		return nil
	case Accept:
		if len(n.backlog) == 0 || n.backlog[0] != int(e.Arg) {
			return fmt.Errorf("%v wait to be accepted", n.backlog)
		}
		n.backlog = n.backlog[1:]
		n.holds[e.Task] = &n.conns[int(e.Arg)].ends[1]
		return v.step(e, t)
	case Connect:
		if end == nil || end.conn != int(e.Arg) {
			return fmt.Errorf("it didn't ask for connection %d", e.Arg)
		}
		return v.step(e, t)
	}
	if h.Network.UDP {
		if e.Kind == Receive {
			if len(n.got) == 0 || n.got[0] != e.Arg {
				return fmt.Errorf("it keeps %v", n.got)
			}
			n.got = n.got[1:]
		}
		return v.step(e, t)
	}
	if end == nil {
		return fmt.Errorf("it has no connection")
	}
	done := true
	switch e.Kind {
	case Receive:
		if e.Arg < 1 || e.Arg != min(end.unread, op.Bytes) {
			return fmt.Errorf("%d bytes are there", end.unread)
		}
		end.unread -= e.Arg
	case EndOfStream:
		if end.unread > 0 || !end.over {
			return fmt.Errorf("%d bytes are there, and more may come", end.unread)
		}
	case SendSome, Send:
		t.part += e.Arg
		end.said += e.Arg
		whole := t.part == op.Bytes
		if done = e.Kind == Send; op.Reads || t.part > op.Bytes || whole != done && !(done && e.Arg == 0) {
			return fmt.Errorf("%d of %d bytes are sent then", t.part, op.Bytes)
		}
	}
	if !done {
		return nil
	}
	t.part = 0
	return v.step(e, t)
}

// inOrder checks that what is taken in at an end is there, and that it is what left
// next from the other.
func (n *netCheck) inOrder(task TaskID, p Packet) error {
	from, to := n.end(p.Conn, p.Server), n.end(p.Conn, !p.Server)
	if from == nil || len(from.order) == 0 || !from.order[0].Again || from.order[0].Kind != p.Kind || from.order[0].N != p.N || from.order[0].Task != task {
		return fmt.Errorf("something else comes next, or it isn't there")
	}
	from.order = from.order[1:]
	switch {
	case p.Kind == Data:
		to.unread += p.N
	case p.Kind == Fin:
		to.over = true
	}
	return nil
}

// inheritEnds gives a new task the connections of the one that made it.
func (v *validator) inheritEnds(id, child TaskID) {
	for _, n := range v.nets {
		if end := n.holds[id]; end != nil {
			n.holds[child] = end
		}
		if n.listens[id] {
			n.listens[child] = true
		}
	}
}

// somebodyListens reports whether a task that hasn't ended does.
func (v *validator) somebodyListens(n *netCheck) bool {
	for id := range n.listens {
		if !v.gone(id) {
			return true
		}
	}
	return false
}

// idleNet checks that nothing is late at a socket or a manager, and that nobody
// waits for what is there.
func (v *validator) idleNet(i int) error {
	n := v.nets[i]
	if n.leaver = NoTask; n.listening && !v.somebodyListens(n) {
		return fmt.Errorf("nobody listens at resource %d", i)
	}
	for _, p := range n.flying {
		if p.Due <= v.now {
			return fmt.Errorf("packet %d should have come to resource %d at %d", p.Number, i, p.Due)
		}
	}
	for number, x := range n.lost {
		if x.due <= v.now {
			return fmt.Errorf("packet %d should have been sent again at %d", number, x.due)
		}
	}
	for _, id := range v.res[i].line {
		t, end := &v.tasks[id], n.holds[id]
		waits := true
		switch t.cause {
		case ForClient:
			waits = len(n.backlog) == 0
		case ForData:
			waits = len(n.got) == 0 && (end == nil || end.unread == 0 && !end.over && !end.reset)
		case ForWindow:
			waits = end != nil && !end.reset && end.sent-end.acked >= int64(v.h.Resources[i].Capacity)
		case ForRequest:
			waits = len(n.requests) == 0 && !n.closed
		}
		if !waits {
			return fmt.Errorf("task %d waits at resource %d and need not", id, i)
		}
	}
	return nil
}

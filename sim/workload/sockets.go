package workload

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The operations of sockets. They take no time of their own.
const (
	OpListen      OpCode = iota + 208 // let others connect to socket Res
	OpConnect                         // connect to socket Res: wait for a round trip
	OpAccept                          // take the next connection of socket Res, or wait for one; acc = its number, from 1
	OpSend                            // send Value bytes, and wait for room as often as it takes; or, by UDP, a datagram with Value
	OpReceive                         // take up to Value bytes, or wait for some; by UDP, the value of a datagram
	OpCloseSocket                     // close the connection the task has at socket Res, or else listen no more

	opSocketEnd // one more than there are
)

// Limits and defaults of what goes over a network.
const (
	MaxLoss        = 900_000   // of a million packets
	MaxConnections = 1<<24 - 1 // made at one socket in a run
	MaxBacklog     = 65_535
	DefaultBacklog = 5     // as in the first BSD that had sockets
	DefaultWindow  = 4_096 // bytes
)

// Network is what it is like to send something to a socket or to a manager: how
// long it takes and how much of it is lost. What is lost is sent again, but for
// datagrams, after Timeout, and after twice as long each time it is lost again.
type Network struct {
	UDP     bool // datagrams instead of connections
	Latency Time // from one end to the other
	Jitter  Time // it takes up to so much longer
	Loss    int  // packets of a million that are lost, 0 to MaxLoss
	// Timeout is how long TCP waits before it sends again what was lost. 0 = as
	// RFC 6298 sets it after one measurement of the round trip R, which is R
	// smoothed, plus 4 times its variation of R/2: 3·R; at least one unit of time.
	Timeout Time
	Backlog int // connections that wait to be accepted or are being made, at most
}

var (
	networkFields = []string{"latency", "jitter", "loss", "timeout"}
	socketFields  = append([]string{"transport", "backlog", "window", "capacity"}, networkFields...)
	transports    = []string{"tcp", "udp"}
	sendFields    = append([]string{"bytes", "value"}, waits["send"]...)
	receiveFields = append([]string{"bytes"}, waits["receive"]...)
)

// networkField reads what a socket or a manager says of the network.
func (r *reader) networkField(net *Network, key string, v *yaml.Node) {
	switch key {
	case "latency":
		net.Latency, _ = r.time(v, key, 0)
	case "jitter":
		net.Jitter, _ = r.time(v, key, 0)
	case "timeout":
		net.Timeout, _ = r.time(v, key, 1)
	case "loss":
		net.Loss = r.loss(v)
	}
}

// loss reads a part of all packets, in millionths.
func (r *reader) loss(v *yaml.Node) int {
	const want = "a part of 1, from 0 to 0.9: 0.1 loses one packet of ten"
	s, ok := r.scalar(v, "loss", want)
	if !ok {
		return 0
	}
	d, ok := parseDecimal(s)
	if !ok || d.Sign() < 0 || d.Cmp(big.NewRat(MaxLoss, 1_000_000)) > 0 {
		r.fail(v, "loss: found "+quote(s), want)
		return 0
	}
	millionths := new(big.Rat).Mul(d, big.NewRat(1_000_000, 1))
	if !millionths.IsInt() {
		r.fail(v, "loss: found "+quote(s), "at most six digits behind the point")
		return 0
	}
	return int(millionths.Num().Int64())
}

// socketField reads a field of a socket. Which of them go together is known when
// all are read: see socketComplete.
func (r *reader) socketField(res *Resource, key string, v *yaml.Node) {
	switch key {
	case "transport":
		i, _ := r.choice(v, key, transports...)
		res.Network.UDP = i == 1
	case "backlog":
		n, _ := r.int(v, key, 1, MaxBacklog)
		res.Network.Backlog = int(n)
	case "window":
		n, _ := r.int(v, key, 1, MaxPipe)
		res.Capacity = int(n)
	case "capacity":
		n, _ := r.int(v, key, 0, MaxCapacity)
		res.Capacity = int(n)
	default:
		r.networkField(&res.Network, key, v)
	}
}

// socketComplete checks that what a socket says fits its transport.
func (r *reader) socketComplete(res *Resource, v *yaml.Node) {
	wrong := []string{"capacity"}
	if res.Network.UDP {
		wrong = []string{"backlog", "window", "timeout"}
		res.Network.Backlog = 0
		if lookup(v, "capacity") == nil {
			res.Capacity = 0
		}
	}
	for _, key := range wrong {
		if x := lookup(v, key); v.Kind == yaml.MappingNode && x != nil {
			r.fail(x, key+" of a socket with transport: "+transports[b2i(res.Network.UDP)], "transport: "+transports[1-b2i(res.Network.UDP)]+", or no "+key)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// onSocket reads the operations that name a socket of TCP and nothing else.
func (c *compiler) onSocket(n *yaml.Node, name string, v *yaml.Node) {
	code := map[string]OpCode{"listen": OpListen, "connect": OpConnect, "accept": OpAccept}[name]
	i, ok := c.resource(v, name, Socket)
	if ok && c.w.Resources[i].Network.UDP {
		c.fail(v, name+": "+quote(v.Value)+" has transport: udp, which knows no connections", "transport: tcp, or only send and receive")
		return
	}
	op, text := Op{Code: code, Res: i}, name+" "+v.Value
	if c.patience(n, name, &op, &text) && ok {
		c.emit(n, op, text)
	}
}

// send reads `send: {to: s, bytes: 100}`, or by UDP `send: {to: s, value: 7}`.
func (c *compiler) send(n, v *yaml.Node) {
	c.overSocket(n, v, "send", "to", OpSend, sendFields)
}

// receive reads `receive: {from: s, bytes: 100}`, or by UDP `receive: s`.
func (c *compiler) receive(n, v *yaml.Node) {
	c.overSocket(n, v, "receive", "from", OpReceive, receiveFields)
}

func (c *compiler) overSocket(n, v *yaml.Node, name, what string, code OpCode, fields []string) {
	part := c.parts(n, v, name, what, name+": {"+what+": SOCKET, bytes: 100}", fields)
	if part == nil {
		return
	}
	i, ok := c.resource(part[what], name, Socket)
	if !ok {
		return
	}
	op, text := Op{Code: code, Res: i, Value: 1}, name+" "+part[what].Value
	udp := c.w.Resources[i].Network.UDP
	unfit, fit := "value", "bytes"
	if udp {
		unfit, fit, op.Value = fit, unfit, 0
	}
	if x := part[unfit]; x != nil {
		want := fmt.Sprintf("{%s: {%s: %s, %s: 1}}", name, what, part[what].Value, fit)
		if udp && code == OpReceive {
			want = "receive: " + part[what].Value
		}
		c.fail(x, fmt.Sprintf("%s: %s at a socket with transport: %s", name, unfit, transports[b2i(udp)]), want)
		return
	}
	switch x := part[fit]; {
	case udp && x != nil:
		if op.Value, ok = c.int(x, fit, -maxNumber, maxNumber); !ok {
			return
		}
		if op.Value != 0 {
			text += " " + strconv.FormatInt(op.Value, 10)
		}
	case !udp:
		if op.Value, ok = c.bytes(x); !ok {
			return
		}
		text += " " + strconv.FormatInt(op.Value, 10)
	}
	if udp && code == OpSend && (part["nowait"] != nil || part["timeout"] != nil) {
		c.fail(n, "send: nowait or timeout by UDP, which never waits", "send: {to: "+part[what].Value+", value: 1}")
		return
	}
	if c.patience(patienceOf(n, v, name), name, &op, &text) {
		c.emit(n, op, text)
	}
}

// socketDetail writes what a socket says beside its kind.
func (o *writer) socketDetail(res *Resource) string {
	net := &res.Network
	detail := ", transport: " + transports[b2i(net.UDP)]
	if net.UDP {
		if res.Capacity > 0 {
			detail += ", capacity: " + strconv.Itoa(res.Capacity)
		}
	} else {
		detail += fmt.Sprintf(", backlog: %d, window: %d", net.Backlog, res.Capacity)
	}
	return detail + o.networkDetail(net)
}

func (o *writer) networkDetail(net *Network) (detail string) {
	for _, x := range []struct {
		name string
		time Time
	}{{"latency", net.Latency}, {"jitter", net.Jitter}, {"timeout", net.Timeout}} {
		if x.time > 0 {
			detail += ", " + x.name + ": " + o.time(x.time)
		}
	}
	if net.Loss > 0 {
		detail += ", loss: " + strings.TrimRight(new(big.Rat).SetFrac64(int64(net.Loss), 1_000_000).FloatString(6), "0")
	}
	return detail
}

// socketOp writes an operation of a socket.
func (o *writer) socketOp(op *Op, name string) string {
	udp := o.w.Resources[op.Res].Network.UDP
	switch op.Code {
	case OpListen:
		return "listen: " + name
	case OpConnect:
		return o.waiting(op, "connect", name)
	case OpAccept:
		return o.waiting(op, "accept", name)
	case OpCloseSocket:
		return "close: " + name
	}
	key, what, more := "send", "to", ", bytes: "
	if op.Code == OpReceive {
		key, what = "receive", "from"
	}
	if udp {
		if more = ", value: "; op.Code == OpReceive {
			return o.waiting(op, key, name)
		}
	}
	return o.waiting(op, key, "{"+what+": "+name+more+strconv.FormatInt(op.Value, 10)+"}")
}

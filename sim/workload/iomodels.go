package workload

import "go.yaml.in/yaml/v3"

// The operations of which the models of waiting for I/O are made. Those marked *
// take no time of their own.
const (
	OpRequest OpCode = iota + 144 // * ask device Res for Dur of service and go on; see Op.Value
	OpPoll                        // compute for Dur, then ask whether a request is answered, again and again until one is
	OpSelect                      // * wait until a request is answered
	OpCopy                        // compute for Dur: what was read is copied from the kernel to the process

	opModelEnd // one more than there are
)

// The models of waiting for I/O, by the names the format has for them.
//
//	blocking      the task waits for the data, then it is copied
//	nonblocking   the task goes on, and asks again and again
//	multiplexed   the task waits for whichever of several comes first
//	signal        the task goes on, and is interrupted for the copying
//	async         the task goes on, and all is done when it hears of it
var models = []string{"blocking", "nonblocking", "multiplexed", "signal", "async"}

const (
	blocking = iota
	nonblocking
	multiplexed
	signalled
	asynchronous
)

var (
	ioFields      = append([]string{"for"}, modelFields...)
	modelFields   = []string{"copy", "model", "poll", "also", "do"}
	requestFields = []string{"for", "signal"}
)

// hasModel reports whether an io says more than a device and a time.
func (c *compiler) hasModel(n, v *yaml.Node) bool {
	for _, key := range modelFields {
		if lookup(n, key) != nil {
			return true
		}
	}
	return v.Kind == yaml.MappingNode
}

const wantIO = "io: {device: net, for: 5, copy: 1, model: signal}"

// modelled reads `io: {device: net, for: 5, copy: 1, model: signal}, do: […]`: the
// operations of which a model is made.
func (c *compiler) modelled(n, v *yaml.Node) {
	part := c.parts(n, v, "io", "device", wantIO, ioFields)
	if part == nil {
		return
	}
	model := blocking
	if m := part["model"]; m != nil {
		var ok bool
		if model, ok = c.choice(m, "model", models...); !ok {
			return
		}
	}
	duration := func(key string, otherwise Time) (Time, bool) {
		if part[key] == nil {
			return otherwise, true
		}
		least := int64(0)
		if key == "poll" {
			least = 1
		}
		return c.time(part[key], key, Time(least))
	}
	if part["for"] == nil {
		c.fail(n, "io: no for", wantIO)
		return
	}
	length, ok1 := duration("for", 0)
	copying, ok2 := duration("copy", 0)
	poll, ok3 := duration("poll", c.w.Machine.Instruction)
	i, ok4 := c.device(part["device"], model != blocking)
	switch {
	case !ok1 || !ok2 || !ok3 || !ok4:
		return
	case part["poll"] != nil && model != nonblocking:
		c.fail(part["poll"], "io: poll with model: "+models[model], "model: nonblocking, or no poll")
		return
	case part["also"] != nil && model != multiplexed:
		c.fail(part["also"], "io: also with model: "+models[model], "model: multiplexed, or no also")
		return
	case part["do"] != nil && model == blocking:
		c.fail(part["do"], "io: do with model: blocking", "a model that lets the task go on")
		return
	}
	requests := 1
	switch model {
	case blocking:
		c.emit(n, Op{Code: OpIO, Res: i, Dur: length}, "io "+part["device"].Value+" "+length.In(c.w.Unit))
	case asynchronous:
		c.emitRequest(n, i, saturate(length, copying, 1), 0)
	case signalled:
		c.emitRequest(n, i, length, copying)
	default:
		c.emitRequest(n, i, length, 0)
		if also := part["also"]; also != nil {
			for _, one := range c.list(also, "also", "also: [{device: disk, for: 3}]") {
				if !c.also(one) {
					return
				}
				requests++
			}
		}
	}
	if do := part["do"]; do != nil {
		c.block(do, "do")
	}
	for range requests {
		switch model {
		case nonblocking:
			c.emit(n, Op{Code: OpPoll, Res: -1, Dur: poll}, "poll "+poll.In(c.w.Unit))
		case multiplexed, signalled, asynchronous:
			c.emit(n, Op{Code: OpSelect, Res: -1}, "select")
		}
		if copying > 0 && model != asynchronous {
			c.emit(n, Op{Code: OpCopy, Res: -1, Dur: copying}, "copy "+copying.In(c.w.Unit))
		}
	}
}

// also reads one more request beside the first.
func (c *compiler) also(n *yaml.Node) bool {
	const want = "also: [{device: disk, for: 3}]"
	if n.Kind != yaml.MappingNode || lookup(n, "for") == nil {
		c.fail(n, "also: found "+describe(n), want)
		return false
	}
	part := c.parts(&yaml.Node{}, n, "also", "device", want, []string{"for"})
	if part == nil {
		return false
	}
	i, known := c.device(part["device"], true)
	length, ok := c.time(part["for"], "for", 0)
	if known && ok {
		c.emitRequest(n, i, length, 0)
	}
	return known && ok
}

// device finds the device an operation names; one that is asked while the task
// goes on must serve all at once.
func (c *compiler) device(v *yaml.Node, all bool) (int, bool) {
	i, ok := c.resource(v, "io", Device)
	if ok && all && c.w.Resources[i].Servers > 0 {
		c.fail(v, "device "+quote(v.Value)+" has a line, and the task doesn't stand in it", v.Value+": {kind: device, servers: 0}")
		return 0, false
	}
	return i, ok
}

func (c *compiler) emitRequest(n *yaml.Node, res int, length, signal Time) {
	text := "request " + c.w.Resources[res].Name + " " + length.In(c.w.Unit)
	if signal > 0 {
		text += ", signal " + signal.In(c.w.Unit)
	}
	c.emit(n, Op{Code: OpRequest, Res: res, Dur: length, Value: int64(signal)}, text)
}

// request reads `request: {device: net, for: 5, signal: 1}`. With signal the task
// is interrupted, if it computes, for so long a copying.
func (c *compiler) request(n, v *yaml.Node) {
	const want = "request: {device: net, for: 5}"
	part := c.parts(n, v, "request", "device", want, requestFields)
	if part == nil {
		return
	}
	if part["for"] == nil {
		c.fail(n, "request: no for", want)
		return
	}
	length, ok := c.time(part["for"], "for", 0)
	signal := Time(0)
	if part["signal"] != nil && ok {
		signal, ok = c.time(part["signal"], "signal", 0)
	}
	if i, known := c.device(part["device"], true); ok && known {
		c.emitRequest(n, i, length, signal)
	}
}

// phase reads `poll: 0.5` and `copy: 1`.
func (c *compiler) phase(n *yaml.Node, name string, v *yaml.Node) {
	code, least := OpCopy, int64(0)
	if name == "poll" {
		code, least = OpPoll, 1
	}
	if d, ok := c.time(v, name, Time(least)); ok {
		c.emit(n, Op{Code: code, Res: -1, Dur: d}, name+" "+d.In(c.w.Unit))
	}
}

// modelOp writes an operation of a model.
func (o *writer) modelOp(op *Op, name string) string {
	switch op.Code {
	case OpPoll:
		return "poll: " + o.time(op.Dur)
	case OpCopy:
		return "copy: " + o.time(op.Dur)
	case OpSelect:
		return "select"
	}
	text := "request: {device: " + name + ", for: " + o.time(op.Dur)
	if op.Value > 0 {
		text += ", signal: " + o.time(Time(op.Value))
	}
	return text + "}"
}

package workload

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// QueueOrder is in which order values come out of a queue.
type QueueOrder uint8

// The orders.
const (
	FIFO       QueueOrder = iota // as they went in; the only one with two ends
	LIFO                         // the last that went in comes out first
	ByPriority                   // the smallest priority first, equal ones as they went in
)

var orderNames = []string{"fifo", "lifo", "priority"}

// String returns the word the file format uses.
func (o QueueOrder) String() string {
	if int(o) < len(orderNames) {
		return orderNames[o]
	}
	return "?"
}

// Manner is how a put or a get differs from a plain one, as bits.
type Manner uint8

// The manners.
const (
	FarEnd Manner = 1 << iota // it puts at the front, or gets from the back
	OfAcc                     // it puts the accumulator, not a number
	Raises                    // who doesn't get what he asks for ends with exit code 1
)

var (
	putFields = append([]string{"value", "priority", "front", "raise"}, waits["put"]...)
	getFields = append([]string{"back", "raise"}, waits["get"]...)
)

// parts gathers what an operation says, whether beside its name or in a mapping
// that it has for a value: the thing it is about, named by the key what in the
// mapping, and the fields. Nil if any is at fault.
func (c *compiler) parts(n, v *yaml.Node, op, what, want string, fields []string) map[string]*yaml.Node {
	part := map[string]*yaml.Node{what: v}
	for _, key := range fields {
		if x := lookup(n, key); x != nil {
			part[key] = x
		}
	}
	if v.Kind != yaml.MappingNode {
		return part
	}
	before := len(c.errs)
	delete(part, what)
	c.each(v, op, append([]string{what}, fields...), func(key string, k, v *yaml.Node) {
		if part[key] != nil {
			c.fail(k, op+": a "+key+" inside and outside", want)
			return
		}
		part[key] = v
	})
	if len(c.errs) > before {
		return nil
	}
	if part[what] == nil {
		c.fail(v, op+": no "+what, want)
		return nil
	}
	return part
}

// patienceOf returns the mapping that says how long an operation waits: the one
// it has for a value, if it says it there.
func patienceOf(n, v *yaml.Node, name string) *yaml.Node {
	for _, key := range waits[name] {
		if v.Kind == yaml.MappingNode && lookup(v, key) != nil {
			return v
		}
	}
	return n
}

// put reads `put: q`, `put: q, value: 42` or `put: {into: q, value: 42}`, with
// what else a put may say.
func (c *compiler) put(n, v *yaml.Node) {
	part := c.parts(n, v, "put", "into", "put: {into: QUEUE, value: 42}", putFields)
	if part == nil {
		return
	}
	into := part["into"]
	i, ok := c.resource(into, "put", Queue)
	op, text := Op{Code: OpPut, Res: i}, "put "+into.Value
	if value := part["value"]; value != nil && value.Value == Accumulator {
		op.Manner |= OfAcc
		text += " " + Accumulator
	} else if value != nil {
		number, good := c.int(value, "value", -mostValue, mostValue)
		if !good {
			return
		}
		if op.Value = number; number != 0 {
			text += " " + strconv.FormatInt(number, 10)
		}
	}
	if priority := part["priority"]; priority != nil && ok {
		number, good := c.int(priority, "priority", -mostValue, mostValue)
		if !good {
			return
		}
		if c.w.Resources[i].Order != ByPriority {
			c.fail(priority, "put: a priority for "+quote(into.Value)+", which has none", into.Value+": {kind: queue, order: priority}")
			return
		}
		if op.Priority = number; number != 0 {
			text += ", priority " + strconv.FormatInt(number, 10)
		}
	}
	if c.farEnd(part, "put", "front", &op, &text, ok) && c.patience(patienceOf(n, v, "put"), "put", &op, &text) && c.raises(part, "put", &op, &text) && ok && c.managed(n, "put", &op) {
		c.emit(n, op, text)
	}
}

// get reads `get: q` or `get: {from: q}`, with what else a get may say.
func (c *compiler) get(n, v *yaml.Node) {
	part := c.parts(n, v, "get", "from", "get: {from: QUEUE}", getFields)
	if part == nil {
		return
	}
	from := part["from"]
	i, ok := c.resource(from, "get", Queue)
	op, text := Op{Code: OpGet, Res: i}, "get "+from.Value
	if c.farEnd(part, "get", "back", &op, &text, ok) && c.patience(patienceOf(n, v, "get"), "get", &op, &text) && c.raises(part, "get", &op, &text) && ok && c.managed(n, "get", &op) {
		c.emit(n, op, text)
	}
}

// farEnd reads whether an operation is at the other end of the queue.
func (c *compiler) farEnd(part map[string]*yaml.Node, name, key string, op *Op, text *string, known bool) bool {
	v := part[key]
	if v == nil {
		return true
	}
	yes, ok := c.flag(v, key)
	if !ok || !known {
		return false
	}
	if res := &c.w.Resources[op.Res]; yes && res.Order != FIFO {
		c.fail(v, name+": "+key+" of "+quote(res.Name)+", whose order is "+res.Order.String(), "only a queue with order: fifo has two ends")
		return false
	}
	if yes {
		op.Manner |= FarEnd
		*text += ", " + key
	}
	return true
}

// raises reads whether it is an error not to get what an operation asks for.
func (c *compiler) raises(part map[string]*yaml.Node, name string, op *Op, text *string) bool {
	v := part["raise"]
	if v == nil {
		return true
	}
	yes, ok := c.flag(v, "raise")
	if !ok {
		return false
	}
	if yes && op.Patience == Patient {
		c.fail(v, name+": raise, but it waits as long as it must", "nowait: yes or a timeout beside it")
		return false
	}
	if yes {
		op.Manner |= Raises
		*text += ", raise"
	}
	return true
}

// taskDone reads `task_done: q`.
func (c *compiler) taskDone(n, v *yaml.Node) {
	if i, ok := c.resource(v, "task_done", Queue); ok && c.managed(n, "task_done", &Op{Code: OpTaskDone, Res: i}) {
		c.emit(n, Op{Code: OpTaskDone, Res: i}, "task_done "+v.Value)
	}
}

// isQueue reports whether a queue is named.
func (c *compiler) isQueue(v *yaml.Node) bool {
	i, ok := c.resources[v.Value]
	return ok && v.Kind == yaml.ScalarNode && (c.w.Resources[i].Kind == Queue || c.w.Resources[i].Kind == Pool)
}

// joinQueue reads `join: q`.
func (c *compiler) joinQueue(n, v *yaml.Node) {
	op, text := Op{Code: OpJoinQueue}, "join "+v.Value
	i, ok := c.resource(v, "join", Queue, Pool)
	if op.Res = i; c.patience(n, "join", &op, &text) && ok && c.managed(n, "join", &op) {
		c.emit(n, op, text)
	}
}

// queueField reads a field of a queue other than its capacity.
func (r *reader) queueField(res *Resource, key string, v *yaml.Node) {
	if key == "order" {
		i, _ := r.choice(v, key, orderNames...)
		res.Order = QueueOrder(i)
	}
}

// queueDetail writes what a queue says beside its kind.
func queueDetail(res *Resource) string {
	detail := ", capacity: " + strconv.Itoa(res.Capacity)
	if res.Order != FIFO {
		detail += ", order: " + res.Order.String()
	}
	return detail
}

// queueOp writes an operation of a queue.
func (o *writer) queueOp(op *Op, name string) string {
	var more []string
	add := func(on bool, text string) {
		if on {
			more = append(more, text)
		}
	}
	key, far, where := "get", "back", "from: "
	switch op.Code {
	case OpTaskDone:
		return "task_done: " + name
	case OpJoinQueue:
		return o.waiting(op, "join", name)
	case OpPut:
		key, far, where = "put", "front", "into: "
		add(op.Manner&OfAcc != 0, "value: "+Accumulator)
		add(op.Value != 0, "value: "+strconv.FormatInt(op.Value, 10))
		add(op.Priority != 0, "priority: "+strconv.FormatInt(op.Priority, 10))
	}
	add(op.Manner&FarEnd != 0, far+": yes")
	add(op.Manner&Raises != 0, "raise: yes")
	if len(more) > 0 {
		name = "{" + where + name + ", " + strings.Join(more, ", ") + "}"
	}
	return o.waiting(op, key, name)
}

package workload

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// The operations of coroutines. They take no time of their own.
const (
	OpLoop      OpCode = iota + 176 // run the coroutines that follow, one at a time, until all have ended; go on at Jump
	OpCoroutine                     // the beginning of the coroutine Say; Jump is the next one, or the end of the loop
	OpCoAwait                       // the coroutine waits for what Value says; others go on
	OpCoEnd                         // the end of a coroutine

	opLoopEnd // one more than there are
)

const wantLoop = "loop: [{name: A, do: [{cpu: 1}, {await: {sleep: 3}}]}]"

// eventLoop reads `loop: [{name: A, do: […]}, …]`: coroutines that take turns on
// one task.
func (c *compiler) eventLoop(n, v *yaml.Node) {
	if c.coroutine {
		c.fail(n, "a loop of coroutines within a coroutine", "coroutines side by side")
		return
	}
	c.coroutine = true
	defer func() { c.coroutine = false }()
	list := c.list(v, "loop", wantLoop)
	if len(list) == 0 && v.Kind == yaml.SequenceNode {
		c.fail(v, "a loop of no coroutines", wantLoop)
	}
	start := c.emit(n, Op{Code: OpLoop, Res: -1}, "loop")
	var ends, begins []int
	names := map[string]int{}
	for _, one := range list {
		if c.full() || c.large {
			return
		}
		name, do := lookup(one, "name"), lookup(one, "do")
		if one.Kind != yaml.MappingNode || name == nil || do == nil || len(one.Content) > 4 {
			c.fail(one, "found "+describe(one)+" for a coroutine", wantLoop)
			return
		}
		text, ok := c.name(name, "name")
		if !ok {
			return
		}
		if _, twice := names[text]; !twice {
			names[text] = len(begins)
		}
		c.depth++
		begins = append(begins, len(c.p.Ops))
		at := c.emit(one, Op{Code: OpCoroutine, Res: -1, Say: text}, "coroutine "+text)
		c.depth++
		c.block(do, "do")
		c.depth -= 2
		if c.large {
			return
		}
		ends = append(ends, c.emit(one, Op{Code: OpCoEnd, Res: -1}, ""))
		c.p.Ops[at].Jump = len(c.p.Ops)
	}
	if c.large {
		return
	}
	c.findAwaited(names, begins)
	c.p.Ops[start].Jump = len(c.p.Ops)
	for _, end := range ends {
		c.p.Ops[end].Jump = len(c.p.Ops)
	}
}

// What a coroutine awaits, in Op.Value of an [OpCoAwait].
const (
	AwaitSleep     = iota // Op.Dur
	AwaitIO               // device Op.Res, for Op.Dur
	AwaitGet              // a value from queue Op.Res, which it has in acc then
	AwaitPut              // room in queue Op.Res, for Op.Priority
	AwaitCoroutine        // the end of number Op.Priority of its loop, called Op.Say
)

const wantAwait = "await: {sleep: 3}, {io: net, for: 3}, {get: q}, {put: q, value: 1} or {coroutine: B}"

// awaits reads `await: {sleep: 3}` of a coroutine, and what else it may wait for
// while others go on.
func (c *compiler) awaits(v *yaml.Node) {
	if !c.coroutine {
		c.fail(v, "await outside of a coroutine", wantLoop)
		return
	}
	what := ""
	for _, key := range []string{"sleep", "io", "get", "put", "coroutine"} {
		if lookup(v, key) != nil {
			what = key
		}
	}
	second := map[string]string{"io": "for", "put": "value"}[what]
	known := 0
	for _, key := range []string{what, second} {
		if key != "" && lookup(v, key) != nil {
			known++
		}
	}
	if what == "" || 2*known != len(v.Content) {
		c.fail(v, "await: found "+describe(v), wantAwait)
		return
	}
	x := lookup(v, what)
	op, text := Op{Code: OpCoAwait, Res: -1}, "await "+what+" "+x.Value
	ok := false
	switch what {
	case "sleep":
		if op.Dur, ok = c.time(x, what, 0); ok {
			text = "await sleep " + op.Dur.In(c.w.Unit)
		}
	case "io":
		op.Value = AwaitIO
		length := lookup(v, second)
		if length == nil {
			c.fail(v, "await: io without for", "await: {io: net, for: 3}")
			return
		}
		if op.Res, ok = c.device(x, true); ok {
			op.Dur, ok = c.time(length, second, 0)
			text += " " + op.Dur.In(c.w.Unit)
		}
	case "get", "put":
		op.Value = AwaitGet
		if op.Res, ok = c.resource(x, "await", Queue); !ok {
			return
		}
		switch q := &c.w.Resources[op.Res]; {
		case q.Manager > 0:
			c.fail(x, "await: "+quote(q.Name)+" has a manager", "a queue of its own, or put and get outside of await")
			return
		case what == "put" && q.Order == ByPriority:
			c.fail(x, "await: put into "+quote(q.Name)+", which has an order: priority", "a queue with order: fifo or lifo")
			return
		}
		if what == "put" {
			op.Value = AwaitPut
			if number := lookup(v, second); number != nil {
				if op.Priority, ok = c.int(number, second, -mostValue, mostValue); ok && op.Priority != 0 {
					text += " " + strconv.FormatInt(op.Priority, 10)
				}
			}
		}
	case "coroutine":
		op.Value = AwaitCoroutine
		if op.Say, ok = c.name(x, what); ok {
			c.awaited = append(c.awaited, awaited{len(c.p.Ops), x})
		}
	}
	if ok {
		c.emit(v, op, text)
	}
}

// awaited is an await of another coroutine, which may come later.
type awaited struct {
	op int
	at *yaml.Node
}

// findAwaited finds the coroutines that others of their loop await.
func (c *compiler) findAwaited(names map[string]int, own []int) {
	for _, a := range c.awaited {
		op := &c.p.Ops[a.op]
		n, ok := names[op.Say]
		if ok && own[n] < a.op && (n+1 == len(own) || a.op < own[n+1]) {
			c.fail(a.at, "await: coroutine "+quote(op.Say)+" inside itself, so it would wait for itself", "another coroutine of the loop")
			continue
		}
		if !ok {
			c.fail(a.at, "await: no coroutine "+quote(op.Say)+" in this loop", suggest(op.Say, keys(names)))
			continue
		}
		op.Priority = int64(n)
	}
	c.awaited = nil
}

// awaitOp writes what a coroutine awaits.
func (o *writer) awaitOp(op *Op, name string) string {
	switch op.Value {
	case AwaitIO:
		return "await: {io: " + name + ", for: " + o.time(op.Dur) + "}"
	case AwaitGet:
		return "await: {get: " + name + "}"
	case AwaitPut:
		return "await: {put: " + name + ", value: " + strconv.FormatInt(op.Priority, 10) + "}"
	case AwaitCoroutine:
		return "await: {coroutine: " + str(op.Say) + "}"
	}
	return "await: {sleep: " + o.time(op.Dur) + "}"
}

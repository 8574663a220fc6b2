package workload

import "go.yaml.in/yaml/v3"

// The operations of coroutines. They take no time of their own.
const (
	OpLoop      OpCode = iota + 176 // run the coroutines that follow, one at a time, until all have ended; go on at Jump
	OpCoroutine                     // the beginning of the coroutine Say; Jump is the next one, or the end of the loop
	OpCoAwait                       // the coroutine waits for Dur; others go on
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
	var ends []int
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
		c.depth++
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
	c.p.Ops[start].Jump = len(c.p.Ops)
	for _, end := range ends {
		c.p.Ops[end].Jump = len(c.p.Ops)
	}
}

// awaits reads `await: {sleep: 3}` of a coroutine.
func (c *compiler) awaits(v *yaml.Node) {
	const want = "await: {sleep: 3}"
	length := lookup(v, "sleep")
	switch {
	case !c.coroutine:
		c.fail(v, "await outside of a coroutine", wantLoop)
	case length == nil || len(v.Content) > 2:
		c.fail(v, "await: found "+describe(v), want)
	default:
		if d, ok := c.time(length, "sleep", 0); ok {
			c.emit(v, Op{Code: OpCoAwait, Res: -1, Dur: d}, "await sleep "+d.In(c.w.Unit))
		}
	}
}

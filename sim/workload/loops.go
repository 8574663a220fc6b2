package workload

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// The operations of a while.
const (
	OpWhile    OpCode = iota + 120 // compute for Dur, then do what follows if variable Var, or acc, compares with Value as Cmp says; else go on at Jump
	OpWhileEnd                     // * back to the test, which is at Jump
)

// loop reads the body of a loop; turns is -1 for ever.
func (c *compiler) loop(n, do *yaml.Node, turns int64, text string) {
	if c.depth == MaxNesting {
		c.fail(n, "repeats nested too deep", fmt.Sprintf("the most repeats inside each other is %d", MaxNesting))
		return
	}
	if do.Kind == yaml.SequenceNode && len(do.Content) == 0 {
		c.fail(do, "a loop around nothing", "the operations to repeat")
		return
	}
	start := c.emit(n, Op{Code: OpRepeat, Res: -1, Value: turns}, text)
	c.depth++
	c.block(do, "do")
	c.depth--
	if c.large {
		return
	}
	end := c.emit(n, Op{Code: OpEnd, Res: -1, Jump: start + 1}, "")
	c.p.Ops[start].Jump = end + 1
}

// while reads `while: free == 0, do: [operations]`. Without do it spins: each test
// takes an instruction, or for.
func (c *compiler) while(n, v *yaml.Node) {
	op, ok := c.condition(v, "while")
	if !ok {
		return
	}
	do, length := lookup(n, "do"), lookup(n, "for")
	op.Code = OpWhile
	if do == nil {
		op.Dur = c.w.Machine.Instruction
	}
	if length != nil {
		if op.Dur, ok = c.time(length, "for", 0); !ok {
			return
		}
	}
	if c.depth == MaxNesting {
		c.fail(n, "repeats nested too deep", fmt.Sprintf("the most repeats inside each other is %d", MaxNesting))
		return
	}
	start := c.emit(n, op, "while "+c.w.Condition(&op))
	if do != nil {
		c.depth++
		c.block(do, "do")
		c.depth--
	}
	if c.large {
		return
	}
	end := c.emit(n, Op{Code: OpWhileEnd, Res: -1, Var: -1, Jump: start}, "")
	c.p.Ops[start].Jump = end + 1
}

// whiled checks a whole while and adds it to what is around it. How many turns it
// makes, nobody knows: maybe none.
func (c *compiler) whiled(inner *frame, held map[int]Pos, outer *frame) bool {
	test := &c.p.Ops[inner.start]
	if res, some := different(inner.held, held); some && !inner.ends {
		c.failAt(c.pos[inner.start], fmt.Sprintf("a turn of the loop leaves %s otherwise than it found it", quote(c.w.Resources[res].Name)),
			"lock and unlock it in the same turn")
		return false
	}
	if !inner.acts && !inner.ends && test.Dur == 0 {
		c.failAt(c.pos[inner.start], "while around operations that take no time", "add a cpu, sleep or io of more than 0 to each turn, or let the test take some: for: 1")
		return false
	}
	outer.acts = outer.acts || test.Dur > 0
	outer.time = saturate(outer.time, saturate(inner.time, test.Dur, 1), 1)
	outer.least = saturate(outer.least, test.Dur, 1)
	outer.idle += inner.idle
	return true
}

// writeWhile writes a while, its operations to follow.
func (o *writer) writeWhile(d int, p *Program, i int) {
	op := &p.Ops[i]
	empty := p.Ops[i+1].Code == OpWhileEnd
	text := "- while: " + str(o.w.Condition(op))
	normal := Time(0)
	if empty {
		normal = o.w.Machine.Instruction
	}
	o.line(d, text)
	if op.Dur != normal {
		o.line(d+1, "for: ", o.time(op.Dur))
	}
	if !empty {
		o.line(d+1, "do:")
	}
}

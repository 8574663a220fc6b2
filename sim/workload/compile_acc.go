package workload

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// instructions are the operations on the accumulator that take CPU time: the
// field of what they work on, and what that may be.
var instructions = map[string]struct {
	code        OpCode
	field, want string
}{
	"load":  {OpLoad, "from", "the name of a variable, or a whole number"},
	"add":   {OpAdd, "value", "a whole number"},
	"store": {OpStore, "into", "the name of a variable"},
}

// instruction reads load, add and store: `load: x`, `load: {from: x, for: 2}` or
// `load: x, for: 2`.
func (c *compiler) instruction(n *yaml.Node, name string, v *yaml.Node) {
	is := instructions[name]
	of, length := v, lookup(n, "for")
	if v.Kind == yaml.MappingNode {
		before := len(c.errs)
		of = nil
		c.each(v, name, []string{is.field, "for"}, func(key string, k, v *yaml.Node) {
			switch {
			case key == is.field:
				of = v
			case length != nil:
				c.fail(k, name+": a time inside and outside", "one of them")
			default:
				length = v
			}
		})
		if of == nil && len(c.errs) == before {
			c.fail(v, name+": no "+is.field, fmt.Sprintf("%s: {%s: …, for: 1}", name, is.field))
		}
		if len(c.errs) > before {
			return
		}
	}
	op := Op{Code: is.code, Res: -1, Var: -1, Dur: c.w.Machine.Instruction}
	if length != nil {
		d, ok := c.time(length, "for", 0)
		if !ok {
			return
		}
		op.Dur = d
	}
	text, ok := c.scalar(of, name, is.want)
	if !ok {
		return
	}
	if named := isVariable(text); named && op.Code == OpLoad || op.Code == OpStore {
		op.Var, ok = c.variable(of, name, text)
	} else {
		op.Value, ok = c.int(of, name, -mostValue, mostValue)
		text = strconv.FormatInt(op.Value, 10)
	}
	if ok {
		c.emit(n, op, name+" "+text)
	}
}

// print reads `print: text`: the name of a variable, acc, or anything else, with
// one of those in braces, `print: the balance is {balance}`.
func (c *compiler) print(n, v *yaml.Node) {
	text, ok := c.scalar(v, "print", "a text, the name of a variable, or acc")
	if !ok {
		return
	}
	if strings.ContainsAny(text, "\n\r") {
		c.fail(v, "print: found "+quote(text), "a text of one line")
		return
	}
	op := Op{Code: OpPrint, Res: -1, Var: -1, Say: text}
	if _, ok := c.variables[text]; ok || text == Accumulator {
		op.Say = "{" + text + "}"
	}
	if _, field, _ := cutField(op.Say); field != "" && field != Accumulator {
		if op.Var, ok = c.variable(v, "print", field); !ok {
			return
		}
	}
	if !c.texts[op.Say] {
		if len(c.texts) == MaxTexts {
			c.fail(v, "more texts to print than fit", fmt.Sprintf("the most is %d", MaxTexts))
			c.stop = true
			return
		}
		c.texts[op.Say] = true
	}
	if before, after, value := op.Printed(); value && before == "" && after == "" {
		text = strings.Trim(op.Say, "{}")
	}
	c.emit(n, op, "print "+text)
}

const wantCondition = "a comparison such as acc == 0 or balance >= 50"

// condition reads what an if or a while asks: `acc == 0`, `balance >= 50`, or a name alone,
// which asks whether that isn't 0.
func (c *compiler) condition(v *yaml.Node, word string) (op Op, ok bool) {
	text, ok := c.scalar(v, word, wantCondition)
	if !ok {
		return op, false
	}
	op = Op{Code: OpIf, Res: -1, Var: -1, Cmp: NotEqual}
	name := strings.TrimSpace(text)
	if i := strings.IndexAny(text, "=!<>"); i >= 0 {
		name = strings.TrimSpace(text[:i])
		rest := strings.TrimLeft(text[i:], "=!<>")
		cmp := -1
		for k, sign := range cmpNames {
			if sign == text[i:len(text)-len(rest)] {
				cmp = k
			}
		}
		number, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
		if cmp < 0 || err != nil || number < -mostValue || number > mostValue {
			c.fail(v, word+": found "+quote(text), wantCondition)
			return op, false
		}
		op.Cmp, op.Value = Cmp(cmp), number
	}
	if name != Accumulator {
		op.Var, ok = c.variable(v, word, name)
	}
	return op, ok
}

// branch reads `if: acc == 0, then: [operations], else: [operations]`.
func (c *compiler) branch(n, v *yaml.Node) {
	op, ok := c.condition(v, "if")
	if !ok {
		return
	}
	then, other := lookup(n, "then"), lookup(n, "else")
	if then == nil && other == nil {
		c.fail(n, "if without then", "if: acc == 0, then: [operations]")
		return
	}
	if c.depth == MaxNesting {
		c.fail(n, "ifs nested too deep", fmt.Sprintf("the most inside each other is %d", MaxNesting))
		return
	}
	part := func(n *yaml.Node, what string) {
		if n != nil {
			c.depth++
			c.block(n, what)
			c.depth--
		}
	}
	start := c.emit(n, op, "if "+c.w.Condition(&op))
	part(then, "then")
	middle := -1
	if other != nil && !c.large {
		middle = c.emit(n, Op{Code: OpElse, Res: -1, Var: -1}, "else")
		part(other, "else")
	}
	if c.large {
		return
	}
	end := c.emit(n, Op{Code: OpEndIf, Res: -1, Var: -1}, "")
	c.p.Ops[start].Jump = end
	if middle >= 0 {
		c.p.Ops[start].Jump, c.p.Ops[middle].Jump = middle+1, end
	}
}

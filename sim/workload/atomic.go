package workload

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Atomic operations compute for Dur, and then read a variable and write it in one
// step, which nothing can come between. What locks are made of.
const (
	OpExchange       OpCode = iota + 116 // acc and variable Var each become what the other was
	OpTestAndSet                         // acc becomes what Var was, and Var 1
	OpCompareAndSwap                     // if Var is Swap.Old it becomes Swap.New, and acc 1; else acc becomes 0
	OpFetchAdd                           // acc becomes what Var was, and Var that and Value
)

// Swap is what a compare-and-swap compares with, and what it stores if that is
// what it finds: numbers or variables.
type Swap struct{ Old, New Operand }

// IsAtomic reports whether an operation reads a variable and writes it in one step.
func (c OpCode) IsAtomic() bool { return c >= OpExchange && c <= OpFetchAdd }

// atomics are the names of the atomic operations, with the keys that those take
// which are told more than a variable.
var atomics = map[string]struct {
	code OpCode
	keys []string
}{
	"exchange":         {OpExchange, []string{"of", "for"}},
	"test_and_set":     {OpTestAndSet, []string{"of", "for"}},
	"compare_and_swap": {OpCompareAndSwap, []string{"of", "old", "new", "for"}},
	"fetch_add":        {OpFetchAdd, []string{"of", "value", "for"}},
}

// atomicNames are their names, in the order they are told.
var atomicNames = []string{"exchange", "test_and_set", "compare_and_swap", "fetch_add"}

// atomicForms are how they are written.
var atomicForms = map[string]string{
	"exchange":         "exchange: x",
	"test_and_set":     "test_and_set: x",
	"compare_and_swap": "compare_and_swap: {of: x, old: 0, new: 1}",
	"fetch_add":        "fetch_add: {of: x, value: 1}",
}

// atomic reads an atomic operation: `test_and_set: x`, or a mapping that says more.
func (c *compiler) atomic(n *yaml.Node, name string, v *yaml.Node) {
	is := atomics[name]
	op := Op{Code: is.code, Res: -1, Var: -1, Dur: c.w.Machine.Instruction}
	if is.code == OpFetchAdd {
		op.Value = 1
	}
	before := len(c.errs)
	of, length, old, made := v, lookup(n, "for"), (*yaml.Node)(nil), (*yaml.Node)(nil)
	if v.Kind == yaml.MappingNode {
		of = nil
		c.each(v, name, is.keys, func(key string, k, v *yaml.Node) {
			switch {
			case key == "of":
				of = v
			case key == "old":
				old = v
			case key == "new":
				made = v
			case key == "value":
				op.Value, _ = c.int(v, name, -mostValue, mostValue)
			case length != nil:
				c.fail(k, name+": a time inside and outside", "one of them")
			default:
				length = v
			}
		})
	}
	wants := is.code == OpCompareAndSwap
	if len(c.errs) == before && (of == nil || wants && (old == nil || made == nil)) {
		missing := "the variable"
		if of != nil {
			missing = "old and new"
		}
		c.fail(v, name+" without "+missing, atomicForms[name])
	}
	if len(c.errs) > before {
		return
	}
	var ok bool
	if length != nil {
		if op.Dur, ok = c.time(length, "for", 0); !ok {
			return
		}
	}
	text, ok := c.scalar(of, name, "the name of a variable")
	if !ok {
		return
	}
	if op.Var, ok = c.variable(of, name, text); !ok {
		return
	}
	text = name + " " + text
	switch is.code {
	case OpCompareAndSwap:
		from, good := c.number(old, "old")
		to, fine := c.number(made, "new")
		if !good || !fine {
			return
		}
		op.Swap = &Swap{from, to}
		text += ", " + c.w.operand(from) + " → " + c.w.operand(to)
	case OpFetchAdd:
		text += fmt.Sprintf(", %+d", op.Value)
	}
	c.emit(n, op, text)
}

// number reads a whole number, or the name of a variable that holds one.
func (c *compiler) number(n *yaml.Node, key string) (Operand, bool) {
	text, ok := c.scalar(n, key, "a whole number, or the name of a variable")
	if !ok {
		return Operand{}, false
	}
	if isVariable(text) {
		v, ok := c.variable(n, key, text)
		return Operand{Var: v}, ok
	}
	value, ok := c.int(n, key, -mostValue, mostValue)
	return Operand{Var: -1, Value: value}, ok
}

// operand writes a number or the name of a variable.
func (w *Workload) operand(o Operand) string {
	if o.Var < 0 {
		return strconv.FormatInt(o.Value, 10)
	}
	return w.Variables[o.Var].Name
}

// atomicOp writes an atomic operation.
func (o *writer) atomicOp(op *Op) string {
	of := str(o.w.Variables[op.Var].Name)
	for _, name := range atomicNames {
		if atomics[name].code != op.Code {
			continue
		}
		switch op.Code {
		case OpCompareAndSwap:
			of = "{of: " + of + ", old: " + o.w.operand(op.Swap.Old) + ", new: " + o.w.operand(op.Swap.New) + "}"
		case OpFetchAdd:
			of = "{of: " + of + ", value: " + strconv.FormatInt(op.Value, 10) + "}"
		}
		return o.timed(name+": "+of, op)
	}
	return ""
}

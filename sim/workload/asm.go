package workload

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// OpAsm is an instruction of an assembly program: compute for Dur, then do Asm. Its
// labels are Say; where it jumps to is Jump.
const OpAsm OpCode = 112

// Verb is what an instruction of an assembly program does. Operands are written
// source first, as in AT&T syntax: $5 is a number, %ax a register, a bare name a
// variable.
type Verb uint8

// The verbs. Flag is the register that test sets and jumps ask.
const (
	Mov      Verb = iota + 1 // destination = source
	Add                      // destination += source
	Sub                      // destination -= source
	Test                     // flag = second - first
	Xchg                     // swap, atomically
	FetchAdd                 // swap, and add what was in the register to the variable, atomically
	JumpIf                   // go on at Jump if the flag compares with 0 as Cmp says, or Always
	Yields                   // give up the CPU, stay ready
	Halt                     // end
)

// Operand is what an instruction works on.
type Operand struct {
	Var   int // index into Workload.Variables; -1 = the number Value
	Value int64
}

// Instr is an instruction of an assembly program: an operation OpAsm.
type Instr struct {
	Verb   Verb
	From   Operand
	To     Operand // a variable or register
	Always bool    // of JumpIf
	Label  string  // of JumpIf: what the place it jumps to is called
}

// registerNames are the registers of a task of an assembly program: variables
// that belong to it alone.
var registerNames = []string{"%ax", "%bx", "%cx", "%dx", "%ex", "%fx", "%flag"}

var verbs = map[string]Verb{
	"mov": Mov, "add": Add, "sub": Sub, "test": Test, "xchg": Xchg, "fetchadd": FetchAdd, "yield": Yields, "halt": Halt,
	"j": JumpIf, "jmp": JumpIf, "je": JumpIf, "jne": JumpIf, "jlt": JumpIf, "jle": JumpIf, "jgt": JumpIf, "jge": JumpIf,
}

var jumps = map[string]Cmp{"je": Equal, "jne": NotEqual, "jlt": Less, "jle": LessEqual, "jgt": Greater, "jge": GreaterEqual}

// registers makes the registers known, and returns the number of the first.
func (r *reader) registers() int {
	first, known := r.variables[registerNames[0]]
	if !known {
		first = len(r.w.Variables)
		for i, name := range registerNames {
			r.variables[name] = first + i
			r.w.Variables = append(r.w.Variables, Variable{Name: name, Scope: ScopeThread, Register: true})
		}
	}
	return first
}

// Flag returns the number of the register that test sets; -1 if no program is an
// assembly program.
func (w *Workload) Flag() int {
	if last := len(w.Variables) - 1; last >= 0 && w.Variables[last].Register {
		return last
	}
	return -1
}

// asmLine is a line of an assembly program.
type asmLine struct {
	text string
	at   *yaml.Node // where it stands
}

// asmText cuts the text of a program into lines.
func asmText(n *yaml.Node) []asmLine {
	var lines []asmLine
	for i, text := range strings.Split(n.Value, "\n") {
		at := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: n.Line, Column: n.Column}
		if n.Style == yaml.LiteralStyle {
			at.Line, at.Column = n.Line+1+i, 1
		}
		lines = append(lines, asmLine{text, at})
	}
	return lines
}

const wantAsm = "an instruction: mov, add, sub, test, xchg, fetchadd, jmp, je, jne, jlt, jle, jgt, jge, yield or halt"

// assemble compiles an assembly program.
func (c *compiler) assemble(lines []asmLine) {
	c.registers()
	wrong := len(c.errs)
	labels := map[string]int{}
	var before []string // labels of the next instruction
	type jump struct {
		op    int
		label string
		at    *yaml.Node
	}
	var jumpsTo []jump
	var last *yaml.Node
	for _, l := range lines {
		text, _, _ := strings.Cut(l.text, "#")
		text = strings.Join(strings.Fields(text), " ")
		if text == "" || c.full() || c.large {
			continue
		}
		last = l.at
		if strings.HasPrefix(text, ".") {
			if _, twice := labels[text]; twice || strings.Contains(text, " ") {
				c.fail(l.at, "found "+quote(text)+" for a label", "a label of its own: a dot and a name, as in .loop")
				return
			}
			labels[text] = len(c.p.Ops)
			before = append(before, text)
			continue
		}
		name, rest, _ := strings.Cut(text, " ")
		verb := verbs[name]
		if verb == 0 {
			c.fail(l.at, "found "+quote(text), wantAsm)
			return
		}
		in := &Instr{Verb: verb, From: Operand{Var: -1}, To: Operand{Var: -1}}
		op := Op{Code: OpAsm, Res: -1, Var: -1, Dur: c.w.Machine.Instruction, Say: strings.Join(before, " "), Asm: in}
		switch verb {
		case Yields, Halt:
			if rest != "" {
				c.fail(l.at, "found "+quote(text), name+" alone")
				return
			}
		case JumpIf:
			cmp, asks := jumps[name]
			op.Cmp, in.Always = cmp, !asks
			jumpsTo = append(jumpsTo, jump{len(c.p.Ops), rest, l.at})
		default:
			a, b, two := strings.Cut(rest, ",")
			var ok bool
			if in.From, ok = c.operand(l.at, strings.TrimSpace(a)); !ok {
				return
			}
			if in.To, ok = c.operand(l.at, strings.TrimSpace(b)); !ok {
				return
			}
			if !two || in.To.Var < 0 && verb != Test || (verb == Xchg || verb == FetchAdd) && in.From.Var < 0 {
				c.fail(l.at, "found "+quote(text), name+" with a source and a register or variable: "+name+" %ax, x")
				return
			}
		}
		before = nil
		c.emit(l.at, op, "")
	}
	if len(before) > 0 {
		c.fail(last, "a label at the end", "an instruction behind it, if only halt")
	}
	if len(c.errs) > wrong {
		return
	}
	for _, j := range jumpsTo {
		to, ok := labels[j.label]
		if !ok {
			c.fail(j.at, "there is no label "+quote(j.label), "a label of the program, as in .loop")
			return
		}
		c.p.Ops[j.op].Jump, c.p.Ops[j.op].Asm.Label = to, j.label
	}
	if c.large {
		return
	}
	for i := range c.p.Ops {
		op := &c.p.Ops[i]
		if c.p.Text[i] = c.w.instruction(op); op.Say != "" {
			c.p.Text[i] = op.Say + "  " + c.p.Text[i]
		}
	}
}

// operand reads an operand.
func (c *compiler) operand(n *yaml.Node, text string) (o Operand, ok bool) {
	o.Var = -1
	switch {
	case strings.HasPrefix(text, "$"):
		v, err := strconv.ParseInt(text[1:], 10, 64)
		if err != nil || v < -mostValue || v > mostValue {
			c.fail(n, "found "+quote(text), "a number, as in $5")
			return o, false
		}
		o.Value = v
		return o, true
	case strings.HasPrefix(text, "%"):
		i, known := c.variables[text]
		if !known || text == "%flag" {
			c.fail(n, "there is no register "+quote(text), "one of %ax, %bx, %cx, %dx, %ex, %fx")
			return o, false
		}
		o.Var = i
		return o, true
	}
	if !isVariable(text) {
		c.fail(n, "found "+quote(text)+" for an operand", "$5, %ax, or the name of a variable")
		return o, false
	}
	o.Var, ok = c.variable(n, "asm", text)
	return o, ok
}

// asm writes an assembly program.
func (o *writer) asm(depth int, key string, p *Program) {
	o.line(depth, key, ":")
	o.line(depth+1, "asm: |")
	for i := range p.Ops {
		if p.Ops[i].Say != "" {
			for _, label := range strings.Fields(p.Ops[i].Say) {
				o.line(depth+2, label)
			}
		}
		o.line(depth+2, o.w.instruction(&p.Ops[i]))
	}
}

// instruction writes an instruction.
func (w *Workload) instruction(op *Op) string {
	in := op.Asm
	operand := func(x Operand) string {
		if x.Var < 0 {
			return "$" + strconv.FormatInt(x.Value, 10)
		}
		return w.Variables[x.Var].Name
	}
	switch in.Verb {
	case JumpIf:
		name := "jmp"
		for text, cmp := range jumps {
			if !in.Always && cmp == op.Cmp {
				name = text
			}
		}
		return name + " " + in.Label
	case Yields:
		return "yield"
	case Halt:
		return "halt"
	}
	for name, verb := range verbs {
		if verb == in.Verb {
			return name + " " + operand(in.From) + ", " + operand(in.To)
		}
	}
	return ""
}

// isAsm reports whether a program is an assembly program.
func (p *Program) isAsm() bool { return len(p.Ops) > 0 && p.Ops[0].Code == OpAsm }

// memory writes what is expected of variables and instructions.
func (o *writer) memory(e *Expect) {
	if e.Memory != nil {
		o.line(1, "memory: ", figures(e.Memory))
	}
	if e.Lost != "" {
		o.line(1, "lost_updates: ", e.Lost.str())
	}
	if e.Trace != nil {
		rows := make([]string, len(e.Trace))
		for i, s := range e.Trace {
			rows[i] = "[" + strconv.Itoa(s.Task) + ", " + strconv.Itoa(s.PC) + "]"
		}
		o.line(1, "trace: [", strings.Join(rows, ", "), "]")
	}
}

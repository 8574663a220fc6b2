package workload

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// oracleAsm reads a case of threads that run one assembly program. Its lines that
// begin with .var declare variables.
func (r *reader) oracleAsm(asm, threads *yaml.Node) {
	r.w.Machine.Instruction = r.w.Unit
	var lines []asmLine
	for _, n := range r.list(asm, "asm", "a list of instructions") {
		text, ok := r.scalar(n, "asm", wantAsm)
		if !ok {
			return
		}
		name, declares := strings.CutPrefix(text, ".var ")
		switch {
		case !declares:
			lines = append(lines, asmLine{text, n})
		case !isVariable(name):
			r.fail(n, "found "+quote(name)+" for a variable", "a name of letters, digits and _")
			return
		default:
			r.variables[name] = len(r.w.Variables)
			r.w.Variables = append(r.w.Variables, Variable{Name: name, Scope: ScopeShared, Pos: pos(n)})
		}
	}
	before := len(r.errs)
	c := compiler{reader: r, p: &Program{Name: "asm"}}
	c.assemble(lines)
	if len(r.errs) > before {
		return
	}
	p := r.programs.once(c.p)
	for _, n := range r.list(threads, "threads", "a list of threads") {
		t := Task{Pos: pos(n), Program: r.programs.use(p)}
		r.each(n, "a thread", nil, func(key string, _, v *yaml.Node) {
			switch key {
			case "name":
				t.Name, _ = r.name(v, key)
			case "regs":
				r.taskField(&t, "registers", v)
			}
		})
		if t.Name == "" || r.full() {
			r.fail(n, "a thread without a name", `"name": "t0"`)
			return
		}
		if r.claim(t.Name, t.Pos) {
			r.w.Tasks = append(r.w.Tasks, t)
		}
	}
}

// oracleOutcome reads what a case of instructions says comes out beside the
// timeline.
func (r *reader) oracleOutcome(e *Expect, n *yaml.Node) {
	if v := lookup(n, "memory"); v != nil {
		r.expectMemory(e, v)
	}
	if v := lookup(n, "lost_updates"); v != nil {
		e.Lost, _ = r.number(v, "lost_updates")
	}
	if v := lookup(n, "trace"); v != nil && len(r.w.Tasks) > 0 && r.w.Flag() >= 0 {
		r.expectTrace(e, v)
	}
}

// expectTrace reads which instructions are done one after the other.
func (r *reader) expectTrace(e *Expect, v *yaml.Node) {
	e.Trace = []ExpectStep{}
	for _, row := range r.list(v, "trace", "a list of [thread, instruction]") {
		if row.Kind != yaml.SequenceNode || len(row.Content) != 2 {
			r.fail(row, "trace: found "+describe(row), "[thread, instruction]")
			return
		}
		task, _ := r.int(row.Content[0], "thread", 0, max(int64(len(r.w.Tasks))-1, 0))
		pc, _ := r.int(row.Content[1], "instruction", 0, MaxOps)
		e.Trace = append(e.Trace, ExpectStep{int(task), int(pc)})
	}
}

// expectMemory reads what variables that everybody shares are at the end.
func (r *reader) expectMemory(e *Expect, n *yaml.Node) {
	e.Memory = map[string]Number{}
	r.entries(n, "memory", "memory: {balance: 150}", func(name string, k, v *yaml.Node) {
		if i, ok := r.variable(k, "expect", name); ok {
			if r.w.Variables[i].Scope != ScopeShared {
				r.fail(k, "expect: "+quote(name)+" isn't shared", "a variable of scope shared")
				return
			}
			e.Memory[name], _ = r.number(v, name)
		}
	})
}

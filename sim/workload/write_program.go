package workload

import (
	"strconv"
)

// programs writes those that several tasks share, or that have a name of their
// own.
func (o *writer) programs() {
	users := map[*Program]int{}
	first := map[*Program]string{}
	var use func(t *Task, name string)
	use = func(t *Task, name string) {
		p := t.Program
		if users[p]++; users[p] > 1 || p == nil {
			return
		}
		first[p] = name
		for i := range p.Ops { // those it starts
			if k := p.Ops[i].Kin; k != nil && k.Child != nil && k.Child.Program != nil {
				started := k.Child.Name
				if started == "" {
					started = p.Name
				}
				use(k.Child, started)
			}
		}
	}
	for i := range o.w.Tasks {
		use(&o.w.Tasks[i], o.w.Tasks[i].Name)
	}
	for i := range o.w.Interventions {
		if add := o.w.Interventions[i].Add; add != nil {
			use(add, add.Name)
		}
	}
	o.named = map[*Program]bool{}
	taken := map[string]bool{}
	// Names that files gave come first: a program that is only shared is
	// written in place if its name is taken.
	for _, shared := range []bool{false, true} {
		for _, p := range o.w.Programs {
			wants := first[p] != p.Name
			if shared {
				wants = users[p] > 1
			}
			if wants && p.Name != "" && !taken[p.Name] {
				taken[p.Name], o.named[p] = true, true
			}
		}
	}
	head := true
	for _, p := range o.w.Programs {
		if !o.named[p] {
			continue
		}
		if head {
			o.line(0, "programs:")
			head = false
		}
		o.program(1, str(p.Name), p)
	}
}

// program writes `key: operations`.
func (o *writer) program(depth int, key string, p *Program) {
	if len(p.Ops) == 0 {
		o.line(depth, key, ": []")
		return
	}
	if p.isAsm() {
		o.asm(depth, key, p)
		return
	}
	o.line(depth, key, ":")
	for i := range p.Ops {
		op := &p.Ops[i]
		d := depth + 1 + 2*op.Depth
		switch op.Code {
		case OpCoEnd:
		case OpLoop:
			o.line(d, "- loop:")
		case OpCoroutine:
			o.line(d+1, "- name: ", str(op.Say))
			if p.Ops[i+1].Code == OpCoEnd {
				o.line(d+2, "do: []")
			} else {
				o.line(d+2, "do:")
			}
		case OpResult:
			if op.Say != "" { // else it is part of the apply before
				o.line(d, "- ", o.op(op))
			}
		case OpApply:
			o.line(d, "- ", o.op(op))
			if op.Say != "" {
				o.line(d+1, "as: ", str(op.Say))
			}
			o.program(d+1, "do", op.Job)
		case OpEnd, OpEndIf, OpOnceEnd, OpHandled, OpWhileEnd:
		case OpHandle:
			o.line(d, "- handle: ", op.Kin.Signal.String())
			o.line(d+1, "do:")
			if p.Ops[i+1].Code == OpHandled {
				o.line(d+2, "[]")
			}
		case OpWhile:
			o.writeWhile(d, p, i)
		case OpOnce:
			o.line(d, "- once: ", str(o.w.Resources[op.Res].Name))
			o.line(d+1, "do:")
			if p.Ops[i+1].Code == OpOnceEnd {
				o.line(d+2, "[]")
			}
		case OpIf:
			o.line(d, "- if: ", str(o.w.Condition(op)))
			switch {
			case p.Ops[i+1].Code == OpElse: // only what is done otherwise
			case p.Ops[i+1].Code == OpEndIf:
				o.line(d+1, "then: []")
			default:
				o.line(d+1, "then:")
			}
		case OpElse:
			if op.Jump == i+1 {
				o.line(d+1, "else: []")
			} else {
				o.line(d+1, "else:")
			}
		case OpRepeat:
			if op.Value < 0 {
				o.line(d, "- forever:")
			} else {
				o.line(d, "- repeat: ", strconv.FormatInt(op.Value, 10))
				o.line(d+1, "do:")
			}
		default:
			if !o.making(d, op) {
				o.line(d, "- ", o.op(op))
			}
		}
	}
}

func (o *writer) op(op *Op) string {
	if text, ok := o.kin(op); ok {
		return text
	}
	name := ""
	if op.Res >= 0 && op.Res < len(o.w.Resources) {
		name = str(o.w.Resources[op.Res].Name)
	}
	switch op.Code {
	case OpCPU:
		return "cpu: " + o.time(op.Dur)
	case OpSleep:
		return "sleep: " + o.time(op.Dur)
	case OpIO:
		if op.Res >= 0 && o.w.Resources[op.Res].Implicit {
			return "io: " + o.time(op.Dur)
		}
		return "{io: " + name + ", for: " + o.time(op.Dur) + "}"
	case OpYield:
		return "yield"
	case OpCoAwait:
		return "await: {sleep: " + o.time(op.Dur) + "}"
	case OpApply, OpResult, OpClosePool:
		return o.poolOp(op, name)
	case OpRequest, OpPoll, OpSelect, OpCopy:
		return o.modelOp(op, name)
	case OpWrite, OpRead, OpClose:
		return o.pipeOp(op, name)
	case OpPut, OpGet, OpTaskDone, OpJoinQueue:
		return o.queueOp(op, name)
	case OpLoad:
		what := strconv.FormatInt(op.Value, 10)
		if op.Var >= 0 {
			what = str(o.w.Variables[op.Var].Name)
		}
		return o.timed("load: "+what, op)
	case OpAdd:
		return o.timed("add: "+strconv.FormatInt(op.Value, 10), op)
	case OpStore:
		return o.timed("store: "+str(o.w.Variables[op.Var].Name), op)
	case OpExchange, OpTestAndSet, OpCompareAndSwap, OpFetchAdd:
		return o.atomicOp(op)
	case OpPrint:
		return "print: " + str(op.Say)
	case OpExit:
		return "exit: " + strconv.FormatInt(op.Value, 10)
	}
	return o.syncOp(op, name)
}

// timed writes an instruction, with its time if that isn't the machine's.
func (o *writer) timed(text string, op *Op) string {
	if op.Dur == o.w.Machine.Instruction {
		return text
	}
	return "{" + text + ", for: " + o.time(op.Dur) + "}"
}

func (o *writer) variables() {
	for i := range o.w.Variables {
		v := &o.w.Variables[i]
		if v.Register {
			break
		}
		if i == 0 {
			o.line(0, "variables:")
		}
		value := strconv.FormatInt(v.Value, 10)
		if v.Scope != ScopeProcess {
			value = "{value: " + value + ", scope: " + v.Scope.String() + "}"
		}
		o.line(1, str(v.Name), ": ", value)
	}
}

package host

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// resourceKinds are the resources that real processes have.
var resourceKinds = map[workload.ResourceKind]trace.ResourceKind{
	workload.Mutex: trace.Mutex, workload.Queue: trace.BoundedQueue, workload.Device: trace.Device,
	workload.Semaphore: trace.Semaphore, workload.Event: trace.EventFlag, workload.Barrier: trace.Barrier,
	workload.Condition: trace.Condition, workload.RLock: trace.RLock, workload.RWLock: trace.RWLock, workload.Spin: trace.SpinLock,
	workload.Once: trace.Once, workload.Pipe: trace.Pipe, workload.Pool: trace.BoundedQueue,
}

// preference says who has an rwlock next.
func preference(r *workload.Resource) string {
	if r.Kind != workload.RWLock {
		return ""
	}
	return r.Prefer.String()
}

var scopes = map[workload.Scope]trace.Scope{
	workload.ScopeProcess: trace.PerProcess, workload.ScopeShared: trace.Shared, workload.ScopeThread: trace.PerThread,
}

var flows = map[workload.Verb]trace.Flow{
	workload.Mov: trace.Moves, workload.Add: trace.Changes, workload.Sub: trace.Changes,
	workload.Xchg: trace.Swaps, workload.FetchAdd: trace.FetchAdd,
}

var atomicFlows = map[workload.OpCode]trace.Flow{
	workload.OpExchange: trace.Exchanges, workload.OpTestAndSet: trace.Sets,
	workload.OpCompareAndSwap: trace.Compares, workload.OpFetchAdd: trace.Fetches,
}

// header is the header of a recording of the plan, without what only the run
// itself can tell.
func (p *plan) header() trace.Header {
	w := p.w
	p.texts = map[string]int{}
	h := trace.Header{
		Origin: trace.Real, Workload: w.Name,
		Unit: trace.Time(w.Unit), UnitText: w.UnitText, Seed: w.Seed,
		CPUs:   1,
		Queues: []trace.Queue{{CPU: -1}},
	}
	for i := range w.Resources {
		r := &w.Resources[i]
		h.Resources = append(h.Resources, trace.Resource{
			Name: r.Name, Kind: resourceKinds[r.Kind], Capacity: r.Capacity, Servers: r.Servers, Value: r.Value, Lock: r.Lock, Implicit: r.Implicit,
			Order: trace.QueueOrder(r.Order), Workers: r.Workers, Prefer: preference(r),
		})
	}
	for _, v := range w.Variables {
		h.Variables = append(h.Variables, trace.Variable{Name: v.Name, Scope: scopes[v.Scope], Value: v.Value, Hidden: v.Register})
	}
	process := make([]int, len(w.Tasks))
	for _, tasks := range processes(w) {
		for _, i := range tasks {
			process[i] = tasks[0]
		}
	}
	number := map[*workload.Program]int{}
	p.numbers = number
	var add func(program *workload.Program) int
	add = func(program *workload.Program) int {
		n, known := number[program]
		if !known {
			n = len(h.Programs)
			number[program] = n
			h.Programs = append(h.Programs, showProgram(program))
			p.showTexts(&h, program)
			for i := range program.Ops {
				if op := &program.Ops[i]; op.Code == workload.OpExec {
					add(op.Kin.Child.Program)
				}
			}
		}
		return n
	}
	for i := range w.Tasks {
		t := &w.Tasks[i]
		n := add(t.Program)
		h.Tasks = append(h.Tasks, trace.Task{
			Name: t.Name, Process: process[i], Group: t.Group, Arrival: trace.Time(t.Arrival), Program: n,
			Priority: t.Priority, Nice: t.Nice, Tickets: t.Tickets, Weight: t.Weight, Deadline: trace.Time(t.Deadline),
		})
	}
	return h
}

// processes lists the tasks of each process, in the order of their first ones.
func processes(w *workload.Workload) (lists [][]int) {
	of := map[string]int{}
	for i := range w.Tasks {
		group := w.Tasks[i].Group
		if at, ok := of[group]; ok && group != "" {
			lists[at] = append(lists[at], i)
			continue
		}
		of[group] = len(lists)
		lists = append(lists, []int{i})
	}
	return lists
}

func showProgram(p *workload.Program) trace.Program {
	out := trace.Program{Name: p.Name, Ops: make([]trace.Op, len(p.Ops))}
	for i := range p.Ops {
		op := &p.Ops[i]
		out.Ops[i] = trace.Op{Depth: op.Depth, Line: op.Line, Silent: op.Silent()}
		if op.Asm != nil {
			o := &out.Ops[i]
			o.Step, o.Flow, o.From, o.To = true, flows[op.Asm.Verb], op.Asm.From.Var, op.Asm.To.Var
		}
		if i < len(p.Text) {
			out.Ops[i].Text = p.Text[i]
		}
		switch op.Code {
		case workload.OpCPU, workload.OpIO, workload.OpSleep, workload.OpLoad, workload.OpAdd, workload.OpStore, workload.OpAsm, workload.OpWhile:
			out.Ops[i].Length = trace.Time(op.Dur)
		case workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			o := &out.Ops[i]
			o.Length, o.Flow, o.From, o.To, o.Number = trace.Time(op.Dur), atomicFlows[op.Code], -1, op.Var, op.Value
			if s := op.Swap; s != nil {
				o.Old, o.New = &trace.Operand{Variable: s.Old.Var, Value: s.Old.Value}, &trace.Operand{Variable: s.New.Var, Value: s.New.Value}
			}
		case workload.OpRequest:
			out.Ops[i].Asks = trace.Time(op.Dur)
		case workload.OpPoll, workload.OpCopy:
			out.Ops[i].Length = trace.Time(op.Dur)
		case workload.OpWrite, workload.OpRead:
			out.Ops[i].Bytes, out.Ops[i].Reads = op.Value, op.Code == workload.OpRead
		case workload.OpPut, workload.OpGet:
			out.Ops[i].Priority, out.Ops[i].Far = op.Priority, op.Manner&workload.FarEnd != 0
		}
		if op.Code == workload.OpAdd || op.Code == workload.OpLoad && op.Var < 0 {
			out.Ops[i].Number = op.Value
		}
		if op.Patience == workload.AtMost {
			out.Ops[i].Limit = trace.Time(op.Dur)
		}
	}
	return out
}

// showTexts adds what a program prints to the texts of the header.
func (p *plan) showTexts(h *trace.Header, program *workload.Program) {
	for i := range program.Ops {
		op := &program.Ops[i]
		if _, known := p.texts[op.Say]; op.Code == workload.OpPrint && !known {
			p.texts[op.Say] = len(h.Texts)
			before, after, value := op.Printed()
			h.Texts = append(h.Texts, trace.Text{Before: before, After: after, Value: value})
		}
	}
}

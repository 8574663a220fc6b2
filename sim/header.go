package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// header returns what never changes of a run, except for what the policy says.
func header(w *workload.Workload, m *Machine) trace.Header {
	h := trace.Header{
		Origin:      trace.Simulated,
		Workload:    w.Name,
		Unit:        max(1, Time(w.Unit)),
		UnitText:    w.UnitText,
		Seed:        w.Seed,
		CPUs:        w.Machine.CPUs,
		Switch:      Time(w.Machine.Switch),
		Tick:        Time(w.Machine.Tick),
		Migration:   Time(w.Machine.Migration),
		Cache:       headerCache(&w.Machine.Cache),
		Conventions: conventions(&w.Conventions, related(&m.config)),
	}
	for i := range w.Resources {
		r := &w.Resources[i]
		h.Resources = append(h.Resources, trace.Resource{
			Name: r.Name, Kind: resourceKinds[r.Kind], Capacity: r.Capacity, Servers: r.Servers, Implicit: r.Implicit,
			Order: trace.QueueOrder(r.Order), Workers: r.Workers, ByPriority: r.ByPriority, Barging: r.Barging, Protocol: protocols[r.Protocol], Ceiling: r.Ceiling,
			Value: r.Value, Lock: r.Lock, Prefer: preference(r),
		})
	}
	for _, v := range w.Variables {
		h.Variables = append(h.Variables, trace.Variable{Name: v.Name, Scope: scopes[v.Scope], Value: v.Value, Hidden: v.Register, Register: v.Register})
	}
	programs := make(map[*workload.Program]int)
	groups := make(map[string]int)
	for i := range w.Tasks {
		t := &w.Tasks[i]
		n, known := programs[t.Program]
		if !known {
			n = len(h.Programs)
			programs[t.Program] = n
			h.Programs = append(h.Programs, headerProgram(t.Program))
			m.programs = append(m.programs, foresee(t.Program))
		}
		process := i
		if t.Group != "" {
			if first, ok := groups[t.Group]; ok {
				process = first
			} else {
				groups[t.Group] = i
			}
		}
		h.Tasks = append(h.Tasks, headerTask(t, process, n))
	}
	return h
}

var resourceKinds = [...]trace.ResourceKind{
	workload.Mutex:  trace.Mutex,
	workload.Queue:  trace.BoundedQueue,
	workload.Pipe:   trace.Pipe,
	workload.Pool:   trace.BoundedQueue,
	workload.Device: trace.Device,
	workload.RLock:  trace.RLock, workload.Spin: trace.SpinLock, workload.RWLock: trace.RWLock,
	workload.Semaphore: trace.Semaphore, workload.Condition: trace.Condition, workload.Event: trace.EventFlag,
	workload.Barrier: trace.Barrier, workload.Once: trace.Once,
}

// preference says who has an rwlock next.
func preference(r *workload.Resource) string {
	if r.Kind != workload.RWLock {
		return ""
	}
	return r.Prefer.String()
}

var flows = map[workload.Verb]trace.Flow{
	workload.Mov: trace.Moves, workload.Add: trace.Changes, workload.Sub: trace.Changes,
	workload.Xchg: trace.Swaps, workload.FetchAdd: trace.FetchAdd,
}

var atomicFlows = map[workload.OpCode]trace.Flow{
	workload.OpExchange: trace.Exchanges, workload.OpTestAndSet: trace.Sets,
	workload.OpCompareAndSwap: trace.Compares, workload.OpFetchAdd: trace.Fetches,
}

var scopes = [...]trace.Scope{
	workload.ScopeProcess: trace.PerProcess,
	workload.ScopeShared:  trace.Shared,
	workload.ScopeThread:  trace.PerThread,
}

var protocols = [...]string{workload.NoProtocol: "", workload.Inherit: trace.Inherit, workload.Ceiling: trace.Ceiling}

// conventions returns the settings as the workload format writes them; with kin
// those of processes too.
func conventions(c *workload.Conventions, kin bool) (list []trace.Setting) {
	for _, s := range c.Settings(kin) {
		list = append(list, trace.Setting{Name: s.Name, Value: s.Value})
	}
	return list
}

// The pids simulated processes have, and that of the one that started them.
const (
	initPid  = trace.InitPid
	firstPid = trace.FirstPid
)

func headerTask(t *workload.Task, process, program int) trace.Task {
	var releases []Time
	for _, at := range t.Releases {
		releases = append(releases, Time(at))
	}
	return trace.Task{
		Name: t.Name, Pid: firstPid + process, Parent: initPid, Process: process, Group: t.Group, Arrival: Time(t.Arrival), Program: program,
		Priority: t.Priority, Nice: t.Nice, Tickets: t.Tickets, Weight: t.Weight,
		Period: Time(t.Period), Deadline: Time(t.Deadline), Releases: releases, AbortOnMiss: t.AbortOnMiss,
		Affinity: slices.Clone(t.Affinity), WorkingSet: t.WorkingSet, Daemon: t.Daemon,
	}
}

func headerProgram(p *workload.Program) trace.Program {
	out := trace.Program{Name: p.Name, Ops: make([]trace.Op, len(p.Ops))}
	for i := range p.Ops {
		op := &p.Ops[i]
		o := trace.Op{Depth: op.Depth, Line: op.Line, Silent: op.Silent(), Code: op.Code.String()}
		if op.Code.OfResource() {
			o.On = op.Res + 1
		}
		if op.Jumps() {
			o.Next = op.Jump + 1
		}
		if op.Asm != nil {
			o.Step, o.Flow, o.From, o.To = true, flows[op.Asm.Verb], op.Asm.From.Var, op.Asm.To.Var
		}
		if i < len(p.Text) {
			o.Text = p.Text[i]
		}
		switch op.Code {
		case workload.OpCPU, workload.OpIO, workload.OpSleep, workload.OpLoad, workload.OpAdd, workload.OpStore, workload.OpAsm,
			workload.OpFork, workload.OpSpawn, workload.OpThread, workload.OpExec:
			o.Length = Time(op.Dur)
		case workload.OpWhile:
			o.Length, o.Spins = Time(op.Dur), spinsOn(op, i)
		case workload.OpLock:
			o.Locks = op.Res + 1
		case workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			o.Length, o.Flow, o.From, o.To, o.Number = Time(op.Dur), atomicFlows[op.Code], -1, op.Var, op.Value
			if s := op.Swap; s != nil {
				o.Old, o.New = &trace.Operand{Variable: s.Old.Var, Value: s.Old.Value}, &trace.Operand{Variable: s.New.Var, Value: s.New.Value}
			}
		}
		if op.Code == workload.OpAdd || op.Code == workload.OpLoad && op.Var < 0 {
			o.Number = op.Value
		}
		switch op.Code {
		case workload.OpCoroutine:
			o.Coroutine = op.Say
		case workload.OpRequest, workload.OpCoAwait:
			o.Asks = Time(op.Dur)
		case workload.OpPoll, workload.OpCopy, workload.OpFork, workload.OpSpawn, workload.OpThread:
			o.Length = Time(op.Dur)
		}
		if op.Code == workload.OpWrite || op.Code == workload.OpRead {
			o.Bytes, o.Reads = op.Value, op.Code == workload.OpRead
		}
		if op.Code == workload.OpPut || op.Code == workload.OpGet {
			o.Priority, o.Far = op.Priority, op.Manner&workload.FarEnd != 0
		}
		if op.Patience == workload.AtMost {
			o.Limit = Time(op.Dur)
		}
		out.Ops[i] = o
	}
	return out
}

// describe asks the policy what it is called and sets the quantum it wants.
func (m *Machine) describe() trace.Policy {
	d := Description{Name: m.name}
	if p, ok := m.policy.(Describer); ok {
		d = p.Describe()
	}
	m.name, m.quantum = d.Name, max(0, d.Slice)
	m.byDeadline = d.ByDeadline
	return trace.Policy{Name: d.Name, Params: d.Params, Slice: m.quantum, ByDeadline: d.ByDeadline, Inherits: m.inheriter != nil}
}

func (m *Machine) describeQueues() []trace.Queue {
	queues := []trace.Queue{{CPU: -1}}
	if p, ok := m.policy.(Queuer); ok {
		if named := p.Queues(); len(named) > 0 {
			queues = named
		}
	}
	m.queues = len(queues)
	return queues
}

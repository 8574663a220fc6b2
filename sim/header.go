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
		Memory:      headerMemory(w, &m.config),
		Conventions: conventions(&w.Conventions, related(&m.config)),
	}
	for i := range w.Resources {
		r := &w.Resources[i]
		h.Resources = append(h.Resources, trace.Resource{
			Name: r.Name, Kind: resourceKinds[r.Kind], Capacity: r.Capacity, Servers: r.Servers, Implicit: r.Implicit,
			Order: trace.QueueOrder(r.Order), Workers: r.Workers, ByPriority: r.ByPriority, Barging: r.Barging, Protocol: protocols[r.Protocol], Ceiling: r.Ceiling,
			After: Time(r.After), Every: Time(r.Every), Value: r.Value, Lock: r.Lock, Prefer: preference(r), Network: networkOf(r, w.Unit), Manager: r.Manager,
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
		task := headerTask(t, process, n)
		if t.Batch {
			task.Creation = trace.FromBatch
		}
		if process == i && h.Memory != nil && h.Memory.Paged {
			task.Pages = pagesOf(t)
		}
		h.Tasks = append(h.Tasks, task)
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
	workload.Barrier: trace.Barrier, workload.Once: trace.Once, workload.Timer: trace.Timer,
	workload.Socket: trace.Socket, workload.Manager: trace.Manager,
}

// awaits are what coroutines wait for.
var awaits = [...]trace.Cause{
	workload.AwaitSleep: trace.ForSleep, workload.AwaitIO: trace.ForIO, workload.AwaitGet: trace.ForValue,
	workload.AwaitPut: trace.ForRoom, workload.AwaitCoroutine: trace.ForLoop,
}

// networkOf says how to reach a socket or a manager; nil of others.
func networkOf(r *workload.Resource, unit workload.Time) *trace.Network {
	if r.Kind != workload.Socket && r.Kind != workload.Manager {
		return nil
	}
	net := &r.Network
	timeout := net.Timeout
	if timeout == 0 {
		timeout = max(3*2*net.Latency, unit, 1)
	}
	return &trace.Network{
		UDP: net.UDP, Latency: Time(net.Latency), Jitter: Time(net.Jitter), Loss: net.Loss, Timeout: Time(timeout),
		Backlog: net.Backlog, Owns: slices.Clone(r.Owns),
	}
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
		Affinity: slices.Clone(t.Affinity), WorkingSet: t.WorkingSet, Daemon: t.Daemon, Manages: t.Program.Serves() + 1,
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
		case workload.OpTouch:
			o.Touches = int(op.Value)
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
		case workload.OpCoAwait:
			o.Asks, o.Awaits = Time(op.Dur), awaits[op.Value]
			if o.AwaitsAt = -1; op.Res >= 0 {
				o.AwaitsAt = op.Res
			}
			if op.Value == workload.AwaitCoroutine {
				o.AwaitsAt = int(op.Priority)
			}
		case workload.OpRequest:
			o.Asks, o.Handles = Time(op.Dur), op.Code == workload.OpRequest && op.Value > 0
		case workload.OpPoll, workload.OpCopy:
			o.Length, o.Copies = Time(op.Dur), op.Code == workload.OpCopy
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			o.Length = Time(op.Dur)
		}
		switch op.Code {
		case workload.OpWrite, workload.OpRead, workload.OpSend, workload.OpReceive:
			o.Bytes, o.Reads = op.Value, op.Code == workload.OpRead || op.Code == workload.OpReceive
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

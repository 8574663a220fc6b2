package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// resource is what tasks share or wait for.
type resource struct {
	head, tail TaskID // who waits, linked through pcb.next
	owner      TaskID // of a mutex
	queue             // what is in a queue
	servers    int    // of a device; 0 = one for everybody
	serving    int    // requests a device works on
	byPriority bool   // who waits stands in the order of priority
	barging    bool   // a mutex is freed, not handed on
}

func newResource(r *workload.Resource) resource {
	return resource{
		head: NoTask, tail: NoTask, owner: NoTask, queue: queue{capacity: r.Capacity, order: r.Order}, servers: r.Servers,
		byPriority: r.ByPriority, barging: r.Barging,
	}
}

// endlessOps is how many operations that take no time may happen at one instant,
// beside some for each task, before it counts as endless.
const endlessOps = 1 << 20

func (m *Machine) opsLimit() int { return m.opsMost + 16*len(m.hot) }

// proceed lets the task of a CPU go through its operations at this instant
// until one takes time, blocks, yields or ends it.
func (m *Machine) proceed(c int, id TaskID) {
	p, cursor := &m.hot[id], &m.cold[id].cursor
	for m.err == nil {
		if p.left > 0 {
			m.run(c, p.left)
			return
		}
		op, ok := cursor.Op()
		if !ok {
			code := m.cold[id].failed
			if j := m.jobsOf(id); j != nil && code == 0 {
				m.jobDone(c, j)
			} else {
				m.exit(c, id, code)
			}
			return
		}
		if m.ops++; m.ops > m.opsLimit() {
			m.fail(&EndlessError{m.now, id, cursor.PC})
			return
		}
		switch op.Code {
		case workload.OpCPU:
			if cursor.AtLast() && op.Dur > 0 {
				if j := m.jobsOf(id); j != nil {
					m.jobDone(c, j)
					return
				}
			}
			m.rec.Append(m.now, trace.Computed, id, c, 0)
			m.advance(id)
		case workload.OpLoad, workload.OpAdd, workload.OpStore:
			m.compute(c, id, op)
		case workload.OpPrint:
			m.print(c, id, op)
		case workload.OpIf:
			m.branch(c, id, op)
		case workload.OpIO:
			m.io(c, id, op)
			return
		case workload.OpSleep:
			m.block(c, id, trace.BlockSleep, 0)
			m.begin(id, op)
			return
		case workload.OpYield:
			m.leave(c)
			m.rec.Append(m.now, trace.Yield, id, c, 0)
			m.advance(id)
			m.ready(id, Yielded)
			return
		case workload.OpExit:
			m.exit(c, id, op.Value)
			return
		case workload.OpLock, workload.OpPut, workload.OpGet:
			if !m.acquire(c, id, op) {
				return
			}
		case workload.OpUnlock:
			m.unlock(c, id, op.Res)
		case workload.OpTaskDone:
			m.taskDone(c, id, op)
		case workload.OpJoinQueue:
			if !m.joinQueue(c, id, op) {
				return
			}
		}
	}
}

// acquire does a lock, put or get, or blocks; it reports whether the task runs on.
func (m *Machine) acquire(c int, id TaskID, op *workload.Op) bool {
	r := &m.res[op.Res]
	switch op.Code {
	case workload.OpLock:
		if r.owner != NoTask {
			return m.wait(c, id, trace.BlockLock, op)
		}
		r.owner = id
		m.rec.Append(m.now, trace.Lock, id, c, op.Res)
		m.got(id)
	case workload.OpPut:
		return m.put(c, id, op)
	case workload.OpGet:
		return m.get(c, id, op)
	}
	return true
}

// unlock frees a mutex and lets the next have it.
func (m *Machine) unlock(c int, id TaskID, res int) {
	r := &m.res[res]
	if r.owner != id {
		m.fail(&MisuseError{m.now, id, m.cold[id].cursor.PC, res})
		return
	}
	r.owner = NoTask
	m.rec.Append(m.now, trace.Unlock, id, c, res)
	m.advance(id)
	m.handOver(res, id)
}

// handOver gives a free mutex to the first who waits for it, or wakes him to
// compete for it.
func (m *Machine) handOver(res int, from TaskID) {
	switch r := &m.res[res]; {
	case r.head == NoTask:
	case r.barging:
		m.tryAgain(res, from)
	default:
		to := m.delistHead(r)
		r.owner = to
		m.rec.Append(m.now, trace.Lock, to, 0, res)
		m.got(to)
		m.wake(to, trace.WakeLock, res, int64(from))
	}
}

// io hands a request to a device.
func (m *Machine) io(c int, id TaskID, op *workload.Op) {
	m.block(c, id, trace.BlockIO, op.Res)
	r := &m.res[op.Res]
	switch {
	case r.servers == 0:
		m.hot[id].flags |= served
		m.begin(id, op)
	case r.serving < r.servers:
		m.serve(r, id, op)
	default:
		m.enlist(r, id)
	}
}

// serve lets a device begin with a request.
func (m *Machine) serve(r *resource, id TaskID, op *workload.Op) {
	r.serving++
	m.hot[id].flags |= served
	m.rec.Append(m.now, trace.Serve, id, 0, op.Res)
	m.begin(id, op)
}

// serveNext lets a device that is done with a request begin the next.
func (m *Machine) serveNext(res int) {
	r := &m.res[res]
	if r.servers == 0 {
		return
	}
	r.serving--
	if r.head != NoTask {
		id := m.delistHead(r)
		op, _ := m.cold[id].cursor.Op()
		m.serve(r, id, op)
	}
}

// begin starts the time a blocked task waits.
func (m *Machine) begin(id TaskID, op *workload.Op) {
	m.seq++
	m.hot[id].seq = m.seq
	m.taskTimers.set(uint32(id), uint64(m.after(Time(op.Dur))))
}

// completed wakes a task whose time of waiting is over, or has run out.
func (m *Machine) completed(id TaskID) {
	p := &m.hot[id]
	if p.flags&timed != 0 {
		m.timedOut(id)
		return
	}
	if p.cause == trace.ForSleep {
		m.rec.Append(m.now, trace.WakeSleep, id, 0, 0)
		m.advance(id)
		m.ready(id, Woken)
		return
	}
	res := int(p.object)
	p.flags &^= served
	m.rec.Append(m.now, trace.WakeIO, id, 0, res)
	m.advance(id)
	m.ready(id, Woken)
	m.serveNext(res)
}

// block takes a running task off its CPU to wait.
func (m *Machine) block(c int, id TaskID, kind trace.Kind, res int) {
	m.leave(c)
	p := &m.hot[id]
	p.state = trace.Blocked
	p.cause = kind.Cause()
	p.object = uint16(res)
	if m.conv.KeepSlice {
		p.flags |= keep
	}
	m.rec.Append(m.now, kind, id, c, res)
	if m.blocker != nil {
		m.blocker.Block(id)
	}
}

// wake makes a task ready that got what it waited for from another.
func (m *Machine) wake(id TaskID, kind trace.Kind, res int, by int64) {
	m.rec.AppendArg(m.now, kind, id, 0, res, by)
	m.ready(id, Woken)
}

// exit ends a running task. What it has locked stays locked, as with real
// mutexes: a protected structure it left half changed is nobody else's to use.
func (m *Machine) exit(c int, id TaskID, code int64) {
	m.leave(c)
	m.hot[id].state = trace.Terminated
	m.forgetJobs(id)
	m.rec.AppendArg(m.now, trace.Exit, id, c, 0, code)
}

// advance moves a task past the operation it has finished.
func (m *Machine) advance(id TaskID) {
	m.cold[id].cursor.Advance()
	m.settle(id)
}

// settle takes a task's cursor through loops to the next operation that acts.
func (m *Machine) settle(id TaskID) {
	cursor := &m.cold[id].cursor
	if cursor.Settle() {
		m.rec.AppendJump(m.now, id, cursor.PC)
	}
	m.prepare(id)
}

// prepare notes how much CPU time the operation a task has come to needs.
func (m *Machine) prepare(id TaskID) {
	p := &m.hot[id]
	p.left = 0
	if op, ok := m.cold[id].cursor.Op(); ok && op.Computes() {
		p.left = Time(op.Dur)
	}
}

func (m *Machine) sortBySeq(tasks []TaskID) {
	slices.SortFunc(tasks, func(a, b TaskID) int {
		if m.hot[a].seq < m.hot[b].seq {
			return -1
		}
		return 1
	})
}

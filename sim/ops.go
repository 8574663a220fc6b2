package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// resource is what tasks share or wait for.
type resource struct {
	head, tail TaskID // who waits, linked through pcb.next
	kind       workload.ResourceKind
	owner      TaskID   // of a lock, or who is at what is done once
	count      int64    // see trace.ResourceAt.Count
	readers    []TaskID // under an rwlock, in the order they began
	queue               // what is in a queue
	capacity   int      // of a queue, a semaphore or a barrier; see workload.Resource
	servers    int      // of a device; 0 = one for everybody
	serving    int      // requests a device works on
	byPriority bool     // the most urgent of those who wait is the next
	barging    bool     // a lock is freed, not handed on
	lock       int      // of a condition
	prefer     workload.Prefer
	protocol   workload.Protocol
	ceiling    *int64   // as the workload gives it; nil = as the programs say
	users      []TaskID // whose programs ask for a lock with a protocol
}

func newResource(r *workload.Resource) resource {
	return resource{
		head: NoTask, tail: NoTask, owner: NoTask, capacity: r.Capacity, servers: r.Servers,
		queue: queue{order: r.Order}, kind: r.Kind, count: r.Value, lock: r.Lock, prefer: r.Prefer,
		byPriority: r.ByPriority, barging: r.Barging, protocol: r.Protocol, ceiling: r.Ceiling,
	}
}

// endlessOps is how many operations that take no time may happen at one instant,
// beside some for each task, before it counts as endless.
const endlessOps = 1 << 20

func (m *Machine) opsLimit() int { return m.opsMost + 16*len(m.hot) }

// proceed lets the task of a CPU go through its operations at this instant
// until one takes time, blocks, yields or ends it.
func (m *Machine) proceed(c int, id TaskID) {
	if m.interval > 0 && !m.interprets(c, id) {
		return
	}
	p, cursor := &m.hot[id], &m.cold[id].cursor
	m.woke = false
	for first := m.cpus[c].began == m.now; m.err == nil; first = false {
		if p.flags&signalled != 0 {
			if m.catch(c, id); p.state != trace.Running || int(p.cpu) != c {
				return
			}
		}
		if p.left > 0 {
			m.run(c, p.left)
			return
		}
		op, ok := cursor.Op()
		if !ok || op.Code == workload.OpForkEnd {
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
		if m.pauser != nil && !first && m.pauses(id, op) {
			return
		}
		m.done++
		m.doneAt = m.now
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
		case workload.OpAsm:
			if !m.assemble(c, id, op) {
				return
			}
		case workload.OpPrint:
			m.print(c, id, op)
		case workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			m.atomic(c, id, op)
		case workload.OpIf, workload.OpWhile:
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
			m.dropGIL(id)
			m.ready(id, Yielded)
			return
		case workload.OpExit:
			m.exitProcess(c, id, op.Value)
			return
		case workload.OpExitThread:
			m.exit(c, id, op.Value)
			return
		case workload.OpExec:
			m.exec(c, id, op)
			p, cursor = &m.hot[id], &m.cold[id].cursor
		case workload.OpPut:
			if !m.put(c, id, op) {
				return
			}
		case workload.OpGet:
			if !m.get(c, id, op) {
				return
			}
		case workload.OpLoop:
			m.beginLoop(c, id, op)
		case workload.OpCoAwait:
			if !m.coAwait(c, id, op) {
				return
			}
		case workload.OpCoEnd:
			if !m.coEnd(c, id) {
				return
			}
		case workload.OpCoroutine:
			m.fail(&EndlessError{At: m.now, Task: id, PC: cursor.PC}) // nothing leads here
		case workload.OpApply:
			m.apply(c, id, op)
		case workload.OpTakeJob:
			if !m.takeJob(c, id, op) {
				return
			}
		case workload.OpJobEnd:
			m.jobEnd(c, id, op)
		case workload.OpResult:
			if !m.askResult(c, id, op) {
				return
			}
		case workload.OpClosePool:
			m.closePool(c, id, op)
		case workload.OpRequest:
			m.request(c, id, op)
		case workload.OpPoll:
			m.poll(c, id, op)
		case workload.OpCopy:
			m.rec.Append(m.now, trace.Computed, id, c, 0)
			m.advance(id)
		case workload.OpSelect:
			if !m.selectAnswer(c, id) {
				return
			}
		case workload.OpWrite:
			if !m.writePipe(c, id, op) {
				return
			}
		case workload.OpRead:
			if !m.readPipe(c, id, op) {
				return
			}
		case workload.OpClose:
			m.closeEnds(c, id, op)
		case workload.OpTaskDone:
			m.taskDone(c, id, op)
		case workload.OpJoinQueue:
			if !m.joinQueue(c, id, op) {
				return
			}
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			m.fork(c, id, op)
			p, cursor = &m.hot[id], &m.cold[id].cursor
		case workload.OpJoin:
			if !m.join(c, id, op) {
				return
			}
		case workload.OpSignal:
			if !m.signal(c, id, op) {
				return
			}
		case workload.OpCrash:
			if !m.crash(c, id) {
				return
			}
		case workload.OpHandle:
			m.handle(c, id, op)
		case workload.OpHandled:
			if len(m.frames[id]) == 0 { // a forked child has no handler to return from
				m.exit(c, id, 0)
				return
			}
			m.handled(c, id)
		case workload.OpIgnore:
			m.ignore(c, id, op)
		case workload.OpAlive:
			m.alive(c, id, op)
		case workload.OpWaitChild:
			if !m.waitFor(c, id, op) {
				return
			}
		default:
			if !m.synchronise(c, id, op) {
				return
			}
		}
		if m.woke && m.conv.DispatchFirst {
			m.pause(c)
			return
		}
	}
}

// pauses takes the CPU from a task before an operation that takes no time, if the
// policy wants it.
func (m *Machine) pauses(id TaskID, op *workload.Op) bool {
	c := int(m.hot[id].cpu)
	if m.nready == 0 || op.Local() || op.Dur > 0 && op.Computes() || !m.pauser.Pause(id) {
		return false
	}
	m.leave(c)
	m.rec.Append(m.now, trace.Preempt, id, c, 0)
	m.ready(id, Preempted)
	return true
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

// serveNext lets a device that can begin the next request.
func (m *Machine) serveNext(res int) {
	r := &m.res[res]
	if r.head != NoTask && r.serving < r.servers {
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
	switch {
	case p.state != trace.Blocked: // who gave up just before let it go on
		return
	case p.cause == trace.ForTask, p.cause == trace.ForChild:
		m.waitedLong(id)
		return
	case p.flags&timed != 0:
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
	if r := &m.res[res]; r.servers > 0 {
		r.serving--
		m.serveNext(res)
	}
}

// block takes a running task off its CPU to wait.
func (m *Machine) block(c int, id TaskID, kind trace.Kind, res int) { m.blockArg(c, id, kind, res, 0) }

func (m *Machine) blockArg(c int, id TaskID, kind trace.Kind, res int, arg int64) {
	m.leave(c)
	p := &m.hot[id]
	p.state = trace.Blocked
	p.cause = kind.Cause()
	p.object = uint16(res)
	if m.conv.KeepSlice {
		p.flags |= keep
	}
	m.rec.AppendArg(m.now, kind, id, c, res, arg)
	if m.blocker != nil {
		m.blocker.Block(id)
	}
	if m.interval > 0 {
		m.dropGIL(id)
	}
}

// wake makes a task ready that got what it waited for from another.
func (m *Machine) wake(id TaskID, kind trace.Kind, res int, by int64) {
	m.rec.AppendArg(m.now, kind, id, 0, res, by)
	m.woke = true
	m.ready(id, Woken)
}

// exit ends a running task. What it has locked stays locked, as with real
// mutexes: a protected structure it left half changed is nobody else's to use.
// With ReleaseOnDeath it is handed on, as a robust mutex is.
func (m *Machine) exit(c int, id TaskID, code int64) {
	m.leave(c)
	m.hot[id].state = trace.Terminated
	m.forgetJobs(id)
	m.rec.AppendArg(m.now, trace.Exit, id, c, 0, code)
	m.dropGIL(id)
	if m.conv.ReleaseOnDeath {
		m.bequeath(id)
	}
	m.gone(id)
	m.claimsNoMore(id)
	if m.kin != nil {
		m.ended(id, code)
	}
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

package sim

import (
	"math/bits"

	"timeslice/sim/trace"
)

// dispatch lets those run that CPUs have switched to, fills idle CPUs, and then
// takes CPUs from tasks that must give way, until none of it has anything to do.
func (m *Machine) dispatch() {
	if len(m.landed) > 0 {
		m.land()
	}
	for m.err == nil {
		if m.failure != nil {
			m.eject(FaultFailed, NoTask, -1)
		}
		if m.nready == 0 && !m.fired || !m.fill() && !m.preempt() && m.failure == nil {
			break
		}
	}
	m.fired = false
}

// pause keeps the task of a CPU, which has woken another, from going on before
// the dispatch.
func (m *Machine) pause(c int) {
	m.cpus[c].opEnd = Never
	m.cpuTimers.set(uint32(c), noTimer)
	m.paused = true
}

// resume lets those go on at this instant that were paused and have kept their
// CPUs.
func (m *Machine) resume() {
	m.paused = false
	for c := range m.cpus {
		if cp := &m.cpus[c]; cp.task != NoTask && !cp.switching && cp.opEnd == Never {
			m.run(c, 0)
		}
	}
}

// land lets tasks run whose switch is over, unless one that has become ready
// meanwhile takes the CPU at once.
func (m *Machine) land() {
	for (m.nready > 0 || m.fired) && m.preempt() {
	}
	for _, c := range m.landed {
		if m.cpus[c].landed {
			m.start(c)
		}
	}
	m.landed = m.landed[:0]
}

// fill lets each idle CPU, by number, pick tasks until one keeps it busy. It
// reports whether any did.
func (m *Machine) fill() (any bool) {
	for w := range m.idle {
		for idle := m.idle[w]; idle != 0; idle &= idle - 1 {
			c := w<<6 | bits.TrailingZeros64(idle)
			for m.isIdle(c) && m.nready > 0 && m.err == nil {
				if m.explain.on {
					m.explainPick(c)
				}
				id, ok := m.policy.Pick(c)
				if !ok {
					break
				}
				m.take(c, id)
				any = true
			}
		}
	}
	return any
}

// preempt takes the CPU from a task that must give way. It reports whether
// there was one.
func (m *Machine) preempt() bool {
	if m.preempter == nil {
		return false
	}
	c, ok := m.preempter.Victim()
	if !ok {
		return false
	}
	if c < 0 || c >= len(m.cpus) || !m.view.runs(c) {
		m.eject(FaultVictim, NoTask, c)
		return true
	}
	if m.explain.on {
		m.explainPick(c)
	}
	id := m.cpus[c].task
	// Twice, so that tasks that never take time are blamed rather than the policy.
	if m.preempts++; m.preempts > 2*m.opsLimit() {
		m.eject(FaultNeverDone, id, c)
		return true
	}
	if m.cpus[c].landed {
		m.vacate(c)
	} else {
		m.leave(c)
	}
	m.rec.Append(m.now, trace.Preempt, id, c, 0)
	m.ready(id, Preempted)
	return true
}

// take gives a CPU to the task the policy picked.
func (m *Machine) take(c int, id TaskID) {
	switch {
	case int(id) >= len(m.hot):
		m.eject(FaultUnknown, id, c)
		return
	case m.hot[id].state != trace.Ready || m.hot[id].flags&taken != 0:
		m.eject(FaultNotReady, id, c)
		return
	case m.hot[id].flags&bound != 0 && !m.view.Allowed(id, c):
		m.eject(FaultAffinity, id, c)
		return
	}
	m.nready--
	cp := &m.cpus[c]
	cp.task = id
	m.setBusy(c)
	if m.switchCost > 0 && m.pays(cp, id) {
		p := &m.hot[id]
		p.flags |= taken
		p.cpu = uint8(c)
		cp.switching = true
		m.rec.Append(m.now, trace.Pick, id, c, 0)
		m.cpuTimers.set(uint32(c), uint64(m.after(m.switchCost)))
		return
	}
	m.start(c)
}

// pays reports whether giving a CPU to a task costs a context switch.
func (m *Machine) pays(cp *cpu, id TaskID) bool {
	if !m.conv.BetweenTasksOnly {
		return true
	}
	return cp.last != NoTask && cp.last != id && cp.lastEnd == m.now
}

// start lets the task of a CPU run.
func (m *Machine) start(c int) {
	cp := &m.cpus[c]
	id := cp.task
	p := &m.hot[id]
	cp.switching, cp.landed = false, false
	m.grant(cp, id, p)
	m.rec.Append(m.now, trace.Dispatch, id, c, 0)
	p.state = trace.Running
	p.cpu = uint8(c)
	p.flags &^= taken
	cp.began, cp.since = m.now, m.now
	m.proceed(c, id)
}

// grant finds the slice a task gets, and records it if the recording would
// believe otherwise.
func (m *Machine) grant(cp *cpu, id TaskID, p *pcb) {
	slice := p.own
	if m.slicer != nil {
		slice = m.slicer.Slice(id)
	}
	if slice == 0 {
		slice = m.quantum
	}
	if p.flags&keep != 0 {
		p.flags &^= keep
		if p.rest > 0 {
			slice = p.rest
		}
	}
	believed := p.shown
	if believed == 0 {
		believed = m.quantum
	}
	if slice != believed {
		p.shown = slice
		if slice == m.quantum {
			p.shown = 0
		}
		m.rec.AppendArg(m.now, trace.Slice, id, 0, 0, int64(p.shown))
	}
	cp.granted = slice
	cp.sliceEnd = Never
	if slice > 0 {
		cp.sliceEnd = m.after(slice)
		if m.tick > 0 {
			if over := cp.sliceEnd % m.tick; over > 0 {
				cp.sliceEnd = m.after(slice + m.tick - over)
			}
		}
	}
}

// run lets the task of a CPU compute until its operation or its slice ends.
func (m *Machine) run(c int, left Time) {
	cp := &m.cpus[c]
	cp.opEnd = m.after(left)
	m.cpuTimers.set(uint32(c), uint64(min(cp.opEnd, cp.sliceEnd)))
}

// account charges the task of a CPU for the time since it was last charged.
func (m *Machine) account(cp *cpu) {
	p := &m.hot[cp.task]
	ran := m.now - cp.since
	p.left -= ran
	p.ran += ran
	cp.since = m.now
}

// leave takes the task off its CPU. What becomes of it is the caller's.
func (m *Machine) leave(c int) {
	cp := &m.cpus[c]
	m.account(cp)
	id := cp.task
	m.hot[id].rest = cp.granted - (m.now - cp.began)
	cp.last, cp.lastEnd = id, m.now
	cp.task = NoTask
	m.setIdle(c)
	m.cpuTimers.set(uint32(c), noTimer)
	if m.accountant != nil {
		m.accountant.Charge(id, m.now-cp.began)
	}
}

// vacate takes a task off a CPU that is switching to it.
func (m *Machine) vacate(c int) {
	cp := &m.cpus[c]
	m.hot[cp.task].flags &^= taken
	cp.task, cp.switching, cp.landed = NoTask, false, false
	m.setIdle(c)
	m.cpuTimers.set(uint32(c), noTimer)
}

// attach makes a policy the one that decides.
func (m *Machine) attach(p Policy) {
	m.policy = p
	m.slicer, _ = p.(Slicer)
	m.preempter, _ = p.(Preempter)
	m.accountant, _ = p.(Accountant)
	m.blocker, _ = p.(Blocker)
	m.inheriter, _ = p.(Inheriter)
	m.periodic, _ = p.(Periodic)
	_, m.fallback = p.(*fallback)
	m.firing = Never
	p.Attach(&m.view)
	if m.periodic != nil {
		m.firing = m.periodic.Next()
	}
}

// replace hands every ready task to another policy, in the order they became
// ready. The queues of the new one are added behind those there are, so that
// the recording shows where each task stands.
func (m *Machine) replace(p Policy) {
	var waiting []TaskID
	for id := range m.hot {
		if m.hot[id].state == trace.Ready && m.hot[id].flags&taken == 0 {
			waiting = append(waiting, TaskID(id))
		}
	}
	m.sortBySeq(waiting)
	h := &m.rec.Header
	m.homeBase = uint16(len(h.Queues))
	m.attach(p)
	h.Policies = append(h.Policies, m.describe())
	h.Queues = append(h.Queues, m.describeQueues()...)
	m.rec.Append(m.now, trace.Switched, NoTask, 0, len(h.Policies)-1)
	m.rec.AppendArg(m.now, trace.Quantum, NoTask, 0, 0, int64(m.quantum))
	for id := range m.hot {
		m.hot[id].own = 0
		m.hot[id].flags &^= known
	}
	m.relendAll()
	m.nready = len(waiting)
	for _, id := range waiting {
		m.setHome(id, m.homeBase)
		m.hot[id].flags |= known
		m.policy.Enqueue(id, Adopted)
	}
}

// eject replaces a policy that did something wrong.
func (m *Machine) eject(f Fault, task TaskID, cpu int) {
	if m.failure != nil {
		f = FaultFailed
	}
	m.faults = append(m.faults, PolicyError{Policy: m.name, Fault: f, At: m.now, Task: task, CPU: cpu, Err: m.failure})
	m.failure = nil
	m.replace(&fallback{})
}

// fallback serves first come first. It replaces a faulty policy, so it depends
// on nothing outside this package.
type fallback struct {
	v     *View
	queue []TaskID
}

func (f *fallback) Attach(v *View)                { f.v, f.queue = v, nil }
func (f *fallback) Describe() Description         { return Description{Name: "fcfs"} }
func (f *fallback) Enqueue(task TaskID, _ Reason) { f.queue = append(f.queue, task) }

func (f *fallback) Pick(cpu int) (TaskID, bool) {
	for i, task := range f.queue {
		if f.v.Allowed(task, cpu) {
			f.queue = append(f.queue[:i], f.queue[i+1:]...)
			return task, true
		}
	}
	return NoTask, false
}

func (f *fallback) Remove(task TaskID) {
	for i, t := range f.queue {
		if t == task {
			f.queue = append(f.queue[:i], f.queue[i+1:]...)
			return
		}
	}
}

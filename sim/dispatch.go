package sim

import (
	"fmt"
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
		if (m.nready > 0 || m.fired) && (m.fill() || m.preempt()) {
			continue
		}
		if m.periodic != nil {
			m.firing = m.periodic.Next()
		}
		if m.failure == nil {
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
					any = m.refuse(c) || any
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
	if m.preempts++; m.preempts > m.preemptLimit() {
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

// preemptLimit is how many preemptions there may be at this instant. Each makes a
// task run that goes before another, so there is an end to them unless tasks do
// something that makes others ready, and then it is those who are to blame.
func (m *Machine) preemptLimit() int { return 1000 + 4*(len(m.hot)+len(m.cpus)+m.ops) }

// refuse notes that an idle CPU was given no task though some are ready. A policy
// may prefer some tasks to others for ever: that is starvation as the textbooks
// have it, to be seen and not to be prevented. But a CPU that serves the queue a
// task stands in, and may run it, can't stand idle beside it for ever. A task is
// starved if such a CPU asked Config.Patience times in vain while it was ready;
// then the policy is ejected, which refuse reports.
func (m *Machine) refuse(c int) (ejected bool) {
	r := &m.refusals[c]
	if r.times == 0 {
		r.from = m.seq
	}
	if r.times++; r.times < m.patience+4*len(m.hot) || m.fallback {
		return false
	}
	r.times = 0
	for id := range m.hot {
		p := &m.hot[id]
		queue := m.rec.Header.Queues[p.home].CPU
		if p.state == trace.Ready && p.flags&taken == 0 && p.seq <= r.from &&
			(queue < 0 || queue == c) && m.view.Allowed(TaskID(id), c) {
			m.eject(FaultStarved, TaskID(id), c)
			return true
		}
	}
	return false
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
	cost := Time(0)
	if m.switchCost > 0 && m.pays(cp, id) {
		cost = m.switchCost
	}
	if m.migration > 0 && m.moves(c, id) {
		cost += m.migration
	}
	if cost > 0 {
		p := &m.hot[id]
		p.flags |= taken
		p.cpu = uint8(c)
		cp.switching = true
		m.rec.Append(m.now, trace.Pick, id, c, 0)
		m.cpuTimers.set(uint32(c), uint64(m.after(cost)))
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
	if m.migration > 0 {
		m.cold[id].ranOn = uint8(c)
	}
	if m.caches != nil {
		m.enter(c, id)
	}
	if p.left > 0 && m.interval == 0 && p.flags&signalled == 0 { // as proceed would
		m.run(c, p.left)
		return
	}
	m.proceed(c, id)
}

// grant finds the slice a task gets, and records it if the recording would
// believe otherwise.
func (m *Machine) grant(cp *cpu, id TaskID, p *pcb) {
	slice := p.own
	if m.slicer != nil {
		if slice = m.slicer.Slice(id); slice < 0 {
			m.view.Fail(fmt.Errorf("a slice of %d ns", slice))
			slice = 0
		}
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
	if m.caches != nil {
		m.runCached(c, left)
		return
	}
	cp := &m.cpus[c]
	cp.opEnd = m.after(left)
	m.cpuTimers.set(uint32(c), uint64(min(cp.opEnd, cp.sliceEnd)))
}

// account charges the task of a CPU for the time since it was last charged.
func (m *Machine) account(cp *cpu) {
	p := &m.hot[cp.task]
	ran := m.now - cp.since
	if p.left > 0 { // it computes
		p.left -= ran
		if m.caches != nil {
			m.accountCached(cp, ran)
		}
	}
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
	m.pauser, _ = p.(Pauser)
	_, m.fallback = p.(*fallback)
	m.firing = Never
	if m.guarded && !m.fallback {
		m.guard()
	}
	m.policy.Attach(&m.view)
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
	clear(m.refusals)
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
		if _, ok := m.failure.(*PanicError); ok {
			f = FaultPanic
		}
	}
	m.faults = append(m.faults, PolicyError{Policy: m.name, Fault: f, At: m.now, Task: task, CPU: cpu, Err: m.failure})
	m.failure = nil
	m.replace(&fallback{})
	m.rec.Header.Policies[len(m.rec.Header.Policies)-1].Fault = m.faults[len(m.faults)-1].Recorded()
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

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// signal lets a running task send a signal. It reports whether the task runs on.
func (m *Machine) signal(c int, id TaskID, op *workload.Op) (runsOn bool) {
	k := op.Kin
	target := int64(-1)
	var to []int32
	if k.Group != "" {
		to = m.group(k.Group)
	} else if t := m.living(k.Name); t != NoTask {
		target = int64(t)
		to = []int32{m.cold[t].process}
	}
	m.rec.AppendArg(m.now, trace.Signal, id, c, int(k.Signal), target)
	reached := int64(-1)
	if len(to) > 0 {
		reached = 0
	}
	m.setAcc(id, reached)
	m.advance(id)
	for _, p := range to {
		m.deliver(p, k.Signal)
	}
	p := &m.hot[id]
	return p.state == trace.Running && int(p.cpu) == c
}

// living returns the first task of a name that hasn't ended; NoTask if there is
// none.
func (m *Machine) living(name string) TaskID {
	if l := m.kin.named[name]; l != nil {
		for _, id := range l.ids {
			if s := m.hot[id].state; s != trace.Terminated && s != trace.Zombie && s != trace.New {
				return id
			}
		}
	}
	return NoTask
}

// group returns the processes of a process group that live, in the order they
// were made.
func (m *Machine) group(name string) (list []int32) {
	for p := range m.kin.procs {
		if pr := &m.kin.procs[p]; !pr.ended && m.cold[pr.main].task.Signals == name && m.hot[pr.main].state != trace.New {
			list = append(list, int32(p))
		}
	}
	return list
}

// deliver does what a signal does to a process.
func (m *Machine) deliver(p int32, signal workload.Signal) {
	pr := &m.kin.procs[p]
	if pr.ended {
		return
	}
	switch signal {
	case workload.SigStop, workload.SigKill:
		m.act(p, signal)
		return
	case workload.SigCont:
		m.act(p, signal)
		if pr = &m.kin.procs[p]; pr.handlerOf(signal) == nil {
			return
		}
	}
	id := m.handlingThread(p)
	switch {
	case pr.ignores&(1<<signal) != 0:
		m.rec.Append(m.now, trace.Ignored, pr.main, 0, int(signal))
	case pr.handlerOf(signal) != nil, id != NoTask && m.cold[id].masked&(1<<signal) != 0:
		m.pend(p, signal)
	default:
		m.act(p, signal)
	}
}

// act does what a signal does to a process that has no handler for it.
func (m *Machine) act(p int32, signal workload.Signal) {
	switch signal {
	case workload.SigStop:
		m.eachThread(p, m.stop)
	case workload.SigCont:
		m.eachThread(p, m.unstop)
		m.alert(p)
	case workload.SigChld:
		m.rec.Append(m.now, trace.Ignored, m.kin.procs[p].main, 0, int(signal))
	default:
		m.endProcess(p, int64(signal))
	}
}

// eachThread calls f for the threads of a process that have arrived and haven't
// ended.
func (m *Machine) eachThread(p int32, f func(TaskID)) {
	for id := m.kin.procs[p].main; int(id) < len(m.hot); id++ {
		if s := m.hot[id].state; m.cold[id].process == p && s != trace.New && s != trace.Terminated && s != trace.Zombie {
			f(id)
		}
	}
}

// stop suspends a task. What it waits for may still come meanwhile.
func (m *Machine) stop(id TaskID) {
	p := &m.hot[id]
	if p.flags&halted != 0 {
		return
	}
	switch p.state {
	case trace.Running:
		m.leave(int(p.cpu))
		p.state = trace.Stopped
	case trace.Ready:
		if p.flags&taken == 0 {
			m.nready--
			m.policy.Remove(id)
		} else {
			m.vacate(int(p.cpu))
		}
		p.state = trace.Stopped
	}
	p.flags |= halted
	m.rec.Append(m.now, trace.Stop, id, 0, 0)
	if p.state == trace.Stopped && m.blocker != nil {
		m.blocker.Block(id)
	}
}

// unstop lets a stopped task go on: it is ready, or waits for what it waited for.
func (m *Machine) unstop(id TaskID) {
	p := &m.hot[id]
	if p.flags&halted == 0 {
		return
	}
	p.flags &^= halted
	m.rec.Append(m.now, trace.Continue, id, 0, 0)
	if p.state == trace.Stopped {
		m.ready(id, Woken)
	}
}

// crash ends a task by a fatal error, and its process with it: threads share
// their memory, so what one has broken is broken for all. A handler may say goodbye
// first; if it returns, the error is made again, and is fatal. It reports whether
// the task runs on.
func (m *Machine) crash(c int, id TaskID) (runsOn bool) {
	if m.kin != nil {
		pr, r := &m.kin.procs[m.cold[id].process], &m.cold[id]
		if h := pr.handlerOf(workload.SigSegv); h != nil && !r.faulted && r.masked&(1<<workload.SigSegv) == 0 {
			r.faulted = true
			m.rec.Append(m.now, trace.Pending, pr.main, 0, int(workload.SigSegv))
			m.enterHandler(c, id, *h)
			return true
		}
	}
	m.leave(c)
	m.hot[id].state = trace.Terminated
	m.forgetJobs(id)
	m.rec.AppendArg(m.now, trace.Crash, id, c, 0, int64(workload.SigSegv))
	m.gone(id)
	m.claimsNoMore(id)
	if m.kin == nil {
		return false
	}
	p := m.cold[id].process
	m.kin.procs[p].killed = int64(workload.SigSegv)
	m.ended(id, -int64(workload.SigSegv))
	if m.kin.procs[p].live > 0 {
		m.endThreads(p)
	}
	return false
}

// ignore lets a process ignore a signal from now on, or no more.
func (m *Machine) ignore(c int, id TaskID, op *workload.Op) {
	pr, s := &m.kin.procs[m.cold[id].process], op.Kin.Signal
	pr.ignores &^= 1 << s
	pr.unhandle(s)
	kind := trace.Heed
	if op.Value != 0 {
		pr.ignores |= 1 << s
		kind = trace.Ignore
	}
	m.rec.Append(m.now, kind, id, c, int(s))
	if op.Value != 0 && pr.pending&(1<<s) != 0 {
		pr.pending &^= 1 << s
		m.rec.Append(m.now, trace.Ignored, pr.main, 0, int(s))
	}
	m.advance(id)
	m.alert(m.cold[id].process)
}

// alive leaves 1 in a task's accumulator if another hasn't ended, else 0.
func (m *Machine) alive(c int, id TaskID, op *workload.Op) {
	target, lives := m.unjoined(op.Kin.Name, id), int64(0)
	arg := int64(-1)
	if target != NoTask {
		arg = int64(target)
		if !m.over(target) && m.hot[target].state != trace.New {
			lives = 1
		}
	}
	m.rec.AppendArg(m.now, trace.Alive, id, c, 0, arg)
	m.setAcc(id, lives)
	m.advance(id)
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A global interpreter lock, as CPython has one for each process: a thread must
// hold it to do any operation of its program. It lets it go whenever it blocks,
// yields or ends, and if another has waited for it a whole switch interval, which
// Workload.Machine.GIL is; then it stands behind those who wait for it. It keeps
// it while it is preempted: the system knows nothing of it.
//
// A. Pitrou's lock, in CPython since 3.2; see Python/ceval_gil.c there.

// gil is the interpreter lock of a process.
type gil struct {
	res    int  // index into Machine.res
	wanted bool // somebody has waited a switch interval
}

// noGIL is the number of the interpreter lock of those who need none.
const noGIL = -1

// prepareGILs makes an interpreter lock for each process that has several threads,
// or may get some.
func (m *Machine) prepareGILs(w *workload.Workload) {
	if m.interval = Time(w.Machine.GIL); m.interval == 0 {
		return
	}
	h := &m.rec.Header
	threads := make([]int, len(h.Tasks))
	m.gilOf = make([]int32, len(h.Tasks))
	for id := range h.Tasks {
		m.gilOf[id] = noGIL
		process := h.Tasks[id].Process
		threads[process]++
		for i := range w.Tasks[id].Program.Ops {
			if w.Tasks[id].Program.Ops[i].Code == workload.OpThread {
				threads[process]++
			}
		}
	}
	for id := range h.Tasks {
		if threads[id] >= 2 {
			m.makeGIL(id)
		}
	}
}

// makeGIL makes an interpreter lock for a process, unless there may be no more.
func (m *Machine) makeGIL(process int) {
	if len(m.res) == trace.MaxResources {
		return
	}
	h := &m.rec.Header
	name := h.Tasks[process].Group
	if name == "" {
		name = h.Tasks[process].Name
	}
	for len(m.gilOf) <= process {
		m.gilOf = append(m.gilOf, noGIL)
	}
	m.gilOf[process] = int32(len(m.gils))
	m.gils = append(m.gils, gil{res: len(m.res)})
	m.gilTimers.grow(len(m.gils))
	m.res = append(m.res, resource{head: NoTask, tail: NoTask, owner: NoTask})
	h.Resources = append(h.Resources, trace.Resource{Name: name, Kind: trace.GIL, Process: process, Interval: m.interval})
	if m.pipes != nil {
		m.pipes.ends, m.pipes.open = append(m.pipes.ends, nil), append(m.pipes.open, [2]int{})
	}
}

// ownGIL gives a process that came into being an interpreter lock if it needs one:
// if the one it is a copy of has one, or its program starts threads.
func (m *Machine) ownGIL(id, from TaskID) {
	if m.interval == 0 || m.rec.Header.Tasks[id].Process != int(id) {
		return
	}
	if from != NoTask && m.cold[from].gil != noGIL || startsThreads(m.cold[id].task.Program) {
		m.makeGIL(int(id))
		m.cold[id].gil = m.gilFor(id)
	}
}

// startsThreads reports whether a program starts threads of its own process.
func startsThreads(p *workload.Program) bool {
	for i := range p.Ops {
		if p.Ops[i].Code == workload.OpThread {
			return true
		}
	}
	return false
}

// gilFor returns the number of the interpreter lock a task needs.
func (m *Machine) gilFor(id TaskID) int32 {
	if process := m.rec.Header.Tasks[id].Process; process < len(m.gilOf) {
		return m.gilOf[process]
	}
	return noGIL
}

// interprets reports whether the task of a CPU may go on with its program: it has
// the interpreter lock, or needs none. Else it waits for that from now on.
func (m *Machine) interprets(c int, id TaskID) bool {
	n := m.cold[id].gil
	if n == noGIL {
		return true
	}
	g := &m.gils[n]
	r := &m.res[g.res]
	switch {
	case r.owner == id && (!g.wanted || r.head == NoTask):
		g.wanted = false
		return true
	case r.owner == id:
		m.yieldGIL(c, n)
		return false
	case r.owner == NoTask:
		m.takeGIL(c, id, n)
		return true
	}
	m.blockForGIL(c, id, n)
	return false
}

// blockForGIL lets the running task of a CPU wait for an interpreter lock.
func (m *Machine) blockForGIL(c int, id TaskID, n int32) {
	g, p := &m.gils[n], &m.hot[id]
	lock := -1 // for which it was woken; another must be, if there is one
	if p.flags&trying != 0 {
		lock = int(p.object)
	}
	p.flags &^= spinning | trying
	m.block(c, id, trace.BlockGIL, g.res)
	if lock >= 0 && m.res[lock].owner == NoTask {
		defer m.handOver(lock, id)
	}
	r := &m.res[g.res]
	if r.head == NoTask {
		m.gilTimers.set(uint32(n), uint64(m.after(m.interval)))
	}
	m.enlist(r, id)
}

func (m *Machine) takeGIL(c int, id TaskID, n int32) {
	g := &m.gils[n]
	m.res[g.res].owner = id
	m.rec.Append(m.now, trace.TakeGIL, id, c, g.res)
}

// dropGIL lets go the interpreter lock a task has, if any, for the first who
// waits for it.
func (m *Machine) dropGIL(id TaskID) {
	n := m.cold[id].gil
	if m.interval == 0 || n == noGIL {
		return
	}
	g := &m.gils[n]
	r := &m.res[g.res]
	if r.owner != id {
		return
	}
	r.owner, g.wanted = NoTask, false
	m.rec.Append(m.now, trace.DropGIL, id, 0, g.res)
	m.gilTimers.set(uint32(n), noTimer)
	if r.head == NoTask {
		return
	}
	to := m.delistHead(r)
	m.takeGIL(0, to, n)
	m.wake(to, trace.WakeGIL, g.res, int64(id))
	if r.head != NoTask {
		m.gilTimers.set(uint32(n), uint64(m.after(m.interval)))
	}
}

// yieldGIL takes an interpreter lock from the running task of a CPU, which waits
// for it again behind the others.
func (m *Machine) yieldGIL(c int, n int32) {
	id := m.cpus[c].task
	m.dropGIL(id)
	m.blockForGIL(c, id, n)
}

// gilRequests handles those who have waited for an interpreter lock a whole
// switch interval. An owner that doesn't run gives it up when it runs next.
func (m *Machine) gilRequests() {
	for {
		slot, at := m.gilTimers.first()
		if at > uint64(m.now) {
			return
		}
		m.gilTimers.set(slot, noTimer)
		g := &m.gils[slot]
		if m.res[g.res].head == NoTask {
			continue // who waited is gone
		}
		g.wanted = true
		if p := &m.hot[m.res[g.res].owner]; p.state == trace.Running {
			m.yieldGIL(int(p.cpu), int32(slot))
		}
	}
}

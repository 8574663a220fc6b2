package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// lock takes a mutex, or an rlock once more, or waits for it.
func (m *Machine) lock(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.owner != NoTask && (r.kind != workload.RLock || r.owner != id) {
		return m.wait(c, id, trace.BlockLock, op)
	}
	if r.owner == NoTask && m.withholds(id, op.Res) {
		return m.wait(c, id, trace.BlockUnsafe, op)
	}
	depth := int64(0)
	if r.kind == workload.RLock {
		depth = r.count + 1
	}
	m.own(c, id, op.Res, depth)
	return true
}

// own makes a task, which may be blocked still, the owner of a lock it has
// taken depth times; 0 if that isn't counted.
func (m *Machine) own(c int, id TaskID, res int, depth int64) {
	r := &m.res[res]
	again := r.owner == id
	r.owner, r.count = id, depth
	m.rec.AppendArg(m.now, trace.Lock, id, c, res, depth)
	m.got(id)
	if !again {
		m.owns(id, res)
		m.holds(id, res, 1)
	}
}

// unlock frees a lock and lets the next have it.
func (m *Machine) unlock(c int, id TaskID, res int) {
	r := &m.res[res]
	if r.kind == workload.RWLock {
		m.unlockRW(c, id, res)
		return
	}
	if r.owner != id {
		m.misuse(id, res, NotOwner)
		return
	}
	depth := max(0, r.count-1)
	r.count = depth
	if depth == 0 {
		r.owner = NoTask
	}
	m.rec.AppendArg(m.now, trace.Unlock, id, c, res, depth)
	m.advance(id)
	if depth == 0 {
		m.disowns(id, res)
		m.holds(id, res, -1)
	}
	switch {
	case depth > 0:
	case r.kind == workload.Spin:
		m.noticed(res)
	default:
		m.handOver(res, id)
	}
}

// handOver gives a free lock to the first who waits for it, or wakes him to
// compete for it.
func (m *Machine) handOver(res int, from TaskID) {
	r := &m.res[res]
	switch {
	case m.looksAfter(res):
		m.lendOut(from)
	case r.head == NoTask:
	case r.barging:
		m.tryAgain(res, from)
	default:
		to := m.delistHead(r)
		m.hot[to].cause = 0 // it waits no longer
		m.own(0, to, res, m.depthOf(to, r))
		m.wake(to, trace.WakeLock, res, int64(from))
	}
}

// depthOf returns how often a task has taken a lock that it gets after waiting:
// who waited for a condition gets it as he had it.
func (m *Machine) depthOf(id TaskID, r *resource) int64 {
	switch {
	case r.kind != workload.RLock:
		return 0
	case m.hot[id].flags&regaining != 0:
		return m.cold[id].depth
	}
	return 1
}

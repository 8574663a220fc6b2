package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// lockToRead begins to read under an rwlock, beside others who read, or waits
// until nobody writes, nor, as the lock prefers, waits to.
func (m *Machine) lockToRead(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.owner != NoTask || !m.mayPass(r) {
		return m.wait(c, id, trace.BlockRead, op)
	}
	m.read(c, id, op.Res)
	return true
}

// lockToWrite begins to write under an rwlock, or waits until nobody else reads
// or writes.
func (m *Machine) lockToWrite(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.owner != NoTask || len(r.readers) > 0 {
		return m.wait(c, id, trace.BlockLock, op)
	}
	m.own(c, id, op.Res, 0)
	return true
}

// read makes a task one of those who read.
func (m *Machine) read(c int, id TaskID, res int) {
	r := &m.res[res]
	r.readers = append(r.readers, id)
	m.rec.Append(m.now, trace.LockRead, id, c, res)
	m.got(id)
}

// mayPass reports whether who comes to read may pass those who wait.
func (m *Machine) mayPass(r *resource) bool {
	switch r.prefer {
	case workload.PreferReaders:
		return true
	case workload.PreferWriters:
		return m.firstWriter(r) == NoTask
	}
	return r.head == NoTask
}

// firstWriter returns the first who waits to write.
func (m *Machine) firstWriter(r *resource) TaskID {
	id := r.head
	for id != NoTask && m.hot[id].cause != trace.ForLock {
		id = m.hot[id].next
	}
	return id
}

// unlockRW lets a task go that reads or writes.
func (m *Machine) unlockRW(c int, id TaskID, res int) {
	r := &m.res[res]
	switch i := slices.Index(r.readers, id); {
	case r.owner == id:
		r.owner = NoTask
	case i >= 0:
		r.readers = slices.Delete(r.readers, i, i+1)
	default:
		m.misuse(id, res, NotOwner)
		return
	}
	m.simply(c, id, trace.Unlock, res)
	m.admitNext(res, id)
}

// admitNext lets those of an rwlock's line begin who can now.
func (m *Machine) admitNext(res int, from TaskID) {
	r := &m.res[res]
	for r.owner == NoTask && r.head != NoTask {
		next := r.head
		writer := m.firstWriter(r)
		switch r.prefer {
		case workload.PreferReaders: // the first who reads, if any
			for next != NoTask && m.hot[next].cause == trace.ForLock {
				next = m.hot[next].next
			}
			if next == NoTask {
				next = writer
			}
		case workload.PreferWriters:
			if writer != NoTask {
				next = writer
			}
		}
		if next != writer {
			m.delist(r, next)
			m.read(0, next, res)
			m.wake(next, trace.WakeRead, res, int64(from))
			continue
		}
		if len(r.readers) > 0 {
			return
		}
		m.delist(r, next)
		m.own(0, next, res, 0)
		m.wake(next, trace.WakeLock, res, int64(from))
	}
}

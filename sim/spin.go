package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// spin takes a spin lock, or asks for it again and again: the task keeps its CPU
// and does nothing with it until the lock is free, its slice is used up, or its
// patience is at an end. Whoever asks first once it is free has it; nobody
// stands in line.
func (m *Machine) spin(c int, id TaskID, op *workload.Op) (runsOn bool) {
	p, cp := &m.hot[id], &m.cpus[c]
	if m.res[op.Res].owner == NoTask {
		p.flags &^= spinning
		m.own(c, id, op.Res, 0)
		return true
	}
	if op.Patience != workload.Patient && m.outOfPatience(id, op) {
		p.flags &^= spinning
		m.deny(c, id, op.Res)
		return true
	}
	if p.flags&spinning == 0 { // or it lost the interpreter lock meanwhile
		p.flags |= spinning
		p.object = uint16(op.Res)
		m.rec.Append(m.now, trace.Spin, id, c, op.Res)
		defer m.closesCircle(id)
	}
	cp.opEnd, cp.warmAt = Never, Never
	if op.Patience == workload.AtMost {
		cp.opEnd = m.cold[id].deadline
	}
	m.cpuTimers.set(uint32(c), uint64(min(cp.opEnd, cp.sliceEnd)))
	return false
}

// noticed lets those who spin for a lock that is free now ask again, by CPU
// number.
func (m *Machine) noticed(res int) {
	for c := range m.cpus {
		cp := &m.cpus[c]
		if m.spins(c) && int(m.hot[cp.task].object) == res {
			cp.opEnd = m.now
			m.cpuTimers.set(uint32(c), uint64(m.now))
		}
	}
}

// spins reports whether the task of a CPU only spins.
func (m *Machine) spins(c int) bool {
	id := m.cpus[c].task
	return id != NoTask && m.hot[id].state == trace.Running && m.hot[id].flags&spinning != 0
}

package sim

import (
	"slices"

	"timeslice/sim/trace"
)

// Stuck returns the tasks that wait for what never comes, once nothing is left
// to happen: a deadlock, a lock whose owner is gone, a queue nobody fills. Who
// spins for ever is one of them.
func (m *Machine) Stuck() []TaskID {
	var stuck []TaskID
	if m.Done() {
		for id := range m.hot {
			if p := &m.hot[id]; p.state == trace.Blocked || p.flags&spinning != 0 {
				stuck = append(stuck, TaskID(id))
			}
		}
		if m.mem != nil { // nobody else ends
			stuck = append(stuck, m.mem.batch...)
			slices.Sort(stuck)
		}
	}
	return stuck
}

// lost reports whether tasks are ready that the policy never gives a CPU, though
// there is one.
func (m *Machine) lost() bool {
	if m.nready == 0 || m.fallback {
		return false
	}
	spins := false
	for c := range m.cpus {
		spins = spins || m.spins(c)
	}
	if !spins {
		return true
	}
	for id := range m.hot {
		p := &m.hot[id]
		if p.state != trace.Ready || p.flags&taken != 0 {
			continue
		}
		for c := range m.cpus {
			if m.isIdle(c) && m.view.Allowed(TaskID(id), c) {
				return true
			}
		}
	}
	return false
}

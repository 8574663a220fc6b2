package sim

import (
	"fmt"
	"slices"
	"unsafe"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// BytesPerTask returns how much the kernel keeps for a task, and how much of it
// it touches at a dispatch. Trees of timers are counted as if there were one
// task more than a power of two.
func BytesPerTask() (hot, all int) {
	const timer = 2 * (2*4 + 8)
	hot = int(unsafe.Sizeof(pcb{}))
	return hot, hot + int(unsafe.Sizeof(record{})) + int(unsafe.Sizeof(arrival{})) + timer
}

// Foresee returns what the oracle knows of a program before it runs.
func Foresee(p *workload.Program) (total, burst Time) {
	f := foresee(p)
	return f.total, f.burst[0]
}

// LimitOps lowers how many operations may happen at one instant.
func (m *Machine) LimitOps(n int) { m.opsMost = n }

// Agree compares what the recording says of the present with what the kernel
// itself knows.
func (m *Machine) Agree(s *trace.Snapshot) error {
	m.rec.SnapshotAt(s, m.rec.Len(), m.now)
	if len(s.Tasks) != len(m.hot) {
		return fmt.Errorf("at %d: %d tasks, kernel has %d", m.now, len(s.Tasks), len(m.hot))
	}
	ready := 0
	for id := range m.hot {
		if err := m.agreeOnTask(s, TaskID(id)); err != nil {
			return fmt.Errorf("at %d, task %d: %w", m.now, id, err)
		}
		if s.Tasks[id].State == trace.Ready && s.Tasks[id].Queue >= 0 {
			ready++
		}
	}
	queued := 0
	for _, q := range s.Queues {
		queued += len(q)
	}
	if ready != m.nready || queued != m.nready {
		return fmt.Errorf("at %d: %d ready, %d in queues, kernel has %d", m.now, ready, queued, m.nready)
	}
	for c := range m.cpus {
		cp, at := &m.cpus[c], s.CPUs[c]
		if cp.task != at.Task || cp.switching != at.Switching || m.isIdle(c) != (at.Task == NoTask) {
			return fmt.Errorf("at %d: CPU %d is %+v, kernel has task %d, switching %v", m.now, c, at, int32(cp.task), cp.switching)
		}
		if cp.task != NoTask && !cp.switching {
			if at.Slice != cp.granted || at.Since != cp.began {
				return fmt.Errorf("at %d: CPU %d has a slice of %d since %d, kernel has %d since %d", m.now, c, at.Slice, at.Since, cp.granted, cp.began)
			}
		}
	}
	for i := range m.res {
		if err := m.agreeOnResource(&s.Resources[i], i); err != nil {
			return fmt.Errorf("at %d: resource %d: %w", m.now, i, err)
		}
	}
	return nil
}

func (m *Machine) agreeOnTask(s *trace.Snapshot, id TaskID) error {
	p, c, at := &m.hot[id], &m.cold[id], &s.Tasks[id]
	state := p.state
	if p.flags&halted != 0 && state == trace.Blocked {
		state = trace.Stopped
	}
	if state != at.State || c.cursor.PC != at.PC {
		return fmt.Errorf("is %v at operation %d, kernel has %v at %d", at.State, at.PC, p.state, c.cursor.PC)
	}
	if p.state == trace.Terminated || p.state == trace.Zombie || p.state == trace.New {
		return nil
	}
	if (p.flags&taken != 0) != (p.state == trace.Ready && at.Queue < 0) {
		return fmt.Errorf("stands in queue %d, kernel has flags %b", at.Queue, p.flags)
	}
	if at.Key != c.key {
		return fmt.Errorf("has key %d, kernel has %d", at.Key, c.key)
	}
	if at.Acc != c.acc {
		return fmt.Errorf("has %d in acc, kernel has %d", at.Acc, c.acc)
	}
	if int(id) < len(m.loans) {
		if l := &m.loans[id]; l.active != (at.Boosted >= 0) || l.active && (l.donor != at.Lender || int(l.lock) != at.Boosted) {
			return fmt.Errorf("is boosted by %d because of %d, kernel has %+v", int32(at.Lender), at.Boosted, *l)
		}
	}
	for v := range m.values {
		if shown, is := s.Value(v, id), m.value(v, id); shown != is {
			return fmt.Errorf("sees variable %d as %d, kernel has %d", v, shown, is)
		}
	}
	if m.pipes != nil {
		open := map[int]int64{}
		for _, f := range s.OpenEnds(nil, id) {
			open[f.Resource] = f.Ends
		}
		for res := range m.res {
			if ends := m.has(id, res); ends != open[res] {
				return fmt.Errorf("has ends %d of pipe %d open, kernel has %d", open[res], res, ends)
			}
		}
	}
	left := Time(0)
	op, ok := c.cursor.Op()
	if ok && op.Computes() {
		left = p.left
		if p.state == trace.Running {
			left = max(0, left-(m.now-m.cpus[p.cpu].since)-m.gain(&m.cpus[p.cpu]))
		}
	}
	if p.state == trace.Blocked && (p.flags&served != 0 || p.cause == trace.ForSleep) {
		left = Time(m.taskTimers.at[id]) - m.now
	} else if ok && (op.Code == workload.OpIO || op.Code == workload.OpSleep) {
		left = Time(op.Dur)
	}
	if left != at.Left {
		return fmt.Errorf("needs %d at operation %d, kernel has %d", at.Left, at.PC, left)
	}
	watches := ok && at.Variable >= 0 && spinsOn(op, c.cursor.PC) == at.Variable+1
	if (p.flags&spinning != 0) != at.Spinning && !watches || at.Spinning && at.Variable < 0 && int(p.object) != at.Resource {
		return fmt.Errorf("spins %v for %d, kernel has flags %b", at.Spinning, at.Resource, p.flags)
	}
	if p.state == trace.Blocked {
		if p.cause != at.Cause || (p.flags&served != 0) != at.Served {
			return fmt.Errorf("waits for %v, kernel has %v", at.Cause, p.cause)
		}
		if p.cause < trace.ForRelease && p.cause != trace.ForSleep && int(p.object) != at.Resource {
			return fmt.Errorf("waits for resource %d, kernel has %d", at.Resource, p.object)
		}
	}
	return nil
}

func (m *Machine) agreeOnResource(at *trace.ResourceAt, i int) error {
	r := &m.res[i]
	var waiting []TaskID
	for id := r.head; id != NoTask; id = m.hot[id].next {
		waiting = append(waiting, id)
	}
	var items []int64
	for k := range r.items.n {
		items = append(items, *r.items.at(k))
	}
	for k := range at.Ranks {
		if len(at.Ranks) != r.ranks.n || *r.ranks.at(k) != at.Ranks[k] {
			return fmt.Errorf("priorities %v, kernel has others", at.Ranks)
		}
	}
	if at.Open != r.open {
		return fmt.Errorf("%d are not dealt with, kernel has %d", at.Open, r.open)
	}
	if r.owner != at.Owner || !slices.Equal(waiting, at.Waiting) || !slices.Equal(items, at.Items) {
		return fmt.Errorf("%+v, kernel has owner %d, waiting %v, items %v", *at, int32(r.owner), waiting, items)
	}
	if r.count != at.Count || !slices.Equal(r.readers, at.Holders) {
		return fmt.Errorf("%+v, kernel has count %d, readers %v", *at, r.count, r.readers)
	}
	if r.servers > 0 && r.serving != len(at.Serving) {
		return fmt.Errorf("serves %v, kernel has %d", at.Serving, r.serving)
	}
	return nil
}

// Break makes the kernel panic with its next step, and whenever it tries again.
func (m *Machine) Break() { m.config.Workload = nil; m.arrivals = nil; m.taskTimers.node = nil }

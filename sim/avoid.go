package sim

import (
	"slices"

	"timeslice/sim/deadlock"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// banker is what the kernel knows to avoid deadlocks by the banker's algorithm:
// what each task may come to hold at once and what it holds. Who asks for what
// is to be had waits nevertheless if the state in which it had that were unsafe:
// if there were no order in which all can end, should all ask for their whole
// claims. It has it when others have given back so much that it is safe.
//
// The banker relies on tasks that give back what they took, before or when they
// end. What it doesn't look after, such as joining a thread or a full queue, may
// still make tasks wait in a circle.
//
// See [deadlock.State.Request] for the sources.
type banker struct {
	resources []int     // it looks after, by column of the table
	column    []int     // of a resource; -1 = it isn't looked after
	claims    [][]int64 // by task
	units     [][]int64 // by task, of each column; nil if it has never held any
	holders   []TaskID  // who hold something, in the order of their numbers
	of        map[*workload.Program][]int64
	all       []bool // by resource; see [workload.Workload.Claimable]
}

// prepareBanker sets up the banker, if deadlocks are to be avoided.
func (m *Machine) prepareBanker(w *workload.Workload) {
	if w.Conventions.Deadlock != workload.AvoidDeadlock {
		return
	}
	b := &banker{column: make([]int, len(w.Resources)), of: map[*workload.Program][]int64{}, all: w.Claimable()}
	for res, claimable := range b.all {
		b.column[res] = -1
		if claimable {
			b.column[res] = len(b.resources)
			b.resources = append(b.resources, res)
		}
	}
	m.bank = b
}

// joinBank takes in a task that is new.
func (m *Machine) joinBank(id TaskID, t *workload.Task) {
	b, w := m.bank, m.config.Workload
	most := t.Claims
	if most == nil {
		var known bool
		if most, known = b.of[t.Program]; !known {
			most = w.MostHeld(t.Program)
			b.of[t.Program] = most
		}
	}
	claim, told := make([]int64, len(b.resources)), make([]int64, len(b.column))
	for k, res := range b.resources {
		if res < len(most) {
			claim[k], told[res] = most[res], most[res]
		}
	}
	b.claims, b.units = append(b.claims, claim), append(b.units, nil)
	m.rec.Header.Tasks[id].Claims = told
}

// looksAfter reports whether the banker decides who has a resource.
func (m *Machine) looksAfter(res int) bool { return m.bank != nil && m.bank.column[res] >= 0 }

// withholds reports whether a task must not have a resource that is to be had,
// because that would be unsafe.
func (m *Machine) withholds(id TaskID, res int) bool {
	if !m.looksAfter(res) {
		return false
	}
	b := m.bank
	var s deadlock.State
	for _, at := range b.resources {
		s.Available = append(s.Available, m.available(at))
	}
	mine := -1
	row := func(x TaskID) {
		has, need := make([]int64, len(b.resources)), slices.Clone(b.claims[x])
		copy(has, b.units[x])
		for k := range need {
			need[k] = max(0, need[k]-has[k])
			if state := m.hot[x].state; state == trace.Terminated || state == trace.Zombie {
				need[k] = 0 // it asks for nothing any more
			}
		}
		if x == id {
			mine = len(s.Need)
		}
		s.Allocation, s.Need = append(s.Allocation, has), append(s.Need, need)
	}
	for _, x := range b.holders { // who holds nothing can end behind all others
		row(x)
	}
	if mine < 0 {
		row(id)
	}
	amount := make([]int64, len(b.resources))
	amount[b.column[res]] = 1
	switch verdict, _ := s.Request(mine, amount); verdict {
	case deadlock.Exceeds:
		m.misuse(id, res, ExceedsClaim)
		return true
	case deadlock.Unsafe:
		return true
	}
	return false
}

// available returns how many units of a resource are to be had.
func (m *Machine) available(res int) int64 {
	switch r := &m.res[res]; {
	case r.kind == workload.Semaphore:
		return r.count
	case r.owner == NoTask:
		return 1
	}
	return 0
}

// holds notes that a task has a unit more, or less, of a resource.
func (m *Machine) holds(id TaskID, res int, more int64) {
	if !m.looksAfter(res) {
		return
	}
	b := m.bank
	if b.units[id] == nil {
		b.units[id] = make([]int64, len(b.resources))
	}
	n := &b.units[id][b.column[res]]
	*n = max(0, *n+more)
	at, there := slices.BinarySearch(b.holders, id)
	switch any := slices.ContainsFunc(b.units[id], func(n int64) bool { return n > 0 }); {
	case any && !there:
		b.holders = slices.Insert(b.holders, at, id)
	case !any && there:
		b.holders = slices.Delete(b.holders, at, at+1)
	}
}

// lendOut gives what is free to those who wait for it, resource by resource and
// in the order of their lines, as far as that is safe. Nobody's having something
// makes it safe for another to have more, so once through is enough.
func (m *Machine) lendOut(from TaskID) {
	for _, res := range m.bank.resources {
		r := &m.res[res]
		for x := r.head; x != NoTask && m.available(res) > 0 && m.err == nil; {
			p := &m.hot[x]
			if m.withholds(x, res) {
				if p.cause != trace.ForSafety {
					p.cause = trace.ForSafety
					m.rec.Append(m.now, trace.Withheld, x, 0, res)
				}
				x = p.next
				continue
			}
			m.delist(r, x)
			if r.barging {
				if p.flags&timed != 0 {
					m.taskTimers.set(uint32(x), noTimer)
				}
				p.flags |= trying
				m.wake(x, trace.WakeTry, res, int64(from))
				break
			}
			p.cause = 0
			if r.kind == workload.Semaphore {
				m.takeUnit(0, x, res)
				m.wake(x, trace.WakeAcquire, res, int64(from))
			} else {
				m.own(0, x, res, m.depthOf(x, r))
				m.wake(x, trace.WakeLock, res, int64(from))
			}
			x = r.head
		}
	}
}

// claimsNoMore lets others have what was kept for the claims of a task that has
// ended.
func (m *Machine) claimsNoMore(id TaskID) {
	if m.bank != nil {
		m.lendOut(id)
	}
}

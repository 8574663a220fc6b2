package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Priority inversion: a task waits for a lock that a less urgent one holds, and
// tasks of urgency in between keep the holder from going on. Two protocols help.
//
// Inheritance: as long as others wait for a lock, its owner is as urgent as the
// most urgent of them; if that one waits for a second lock in turn, so is the
// owner of that (transitively). Ceiling: from locking to unlocking a task is as
// urgent as the most urgent task that ever asks for the lock. Under policies
// that order by deadlines the ceiling is the deadline floor: a task that locks
// gets the deadline that a job of the user with the shortest one would get if it
// were released now.
//
// What is urgent the policy says ([Inheriter]); who lends urgency to whom follows
// from who waits for what, and is the kernel's. Policies that know no urgency go
// on as if there were no protocol.
//
// L. Sha, R. Rajkumar, J. P. Lehoczky: Priority Inheritance Protocols, IEEE
// Transactions on Computers 39(9), 1990; A. Burns, M. Gutiérrez, M. Aldea Rivas,
// M. González Harbour: A Deadline-Floor Inheritance Protocol for EDF Scheduled
// Embedded Real-Time Systems with Resource Sharing, ibid. 64(5), 2015.

// loan is what a task has of the urgency of others.
type loan struct {
	held    []heldLock // with a protocol, in the order of locking
	urgency int64      // it has at least, if active
	donor   TaskID     // whose urgency that is; NoTask if it is a given ceiling
	lock    int32      // through which it has it
	active  bool
	walk    uint32 // the last walk over those who wait that met it
}

// heldLock is a lock with a protocol that a task owns.
type heldLock struct {
	lock    int32
	donor   TaskID // whose urgency the ceiling is; NoTask if it is given
	ceiling int64  // Never of a lock that has none
}

// prepareLoans makes room for what tasks lend each other, if any lock has a
// protocol.
func (m *Machine) prepareLoans(w *workload.Workload) {
	if slices.ContainsFunc(w.Resources, func(r workload.Resource) bool { return r.Protocol != workload.NoProtocol }) {
		m.loans = make([]loan, 0, len(m.hot))
	}
}

// joinLoans takes in a task that is new.
func (m *Machine) joinLoans(id TaskID) {
	m.loans = append(m.loans, loan{})
	ops := m.cold[id].task.Program.Ops
	for i := range ops {
		if ops[i].Code != workload.OpLock {
			continue
		}
		r := &m.res[ops[i].Res]
		if n := len(r.users); r.protocol == workload.Ceiling && (n == 0 || r.users[n-1] != id) {
			r.users = append(r.users, id)
		}
	}
}

// lends reports whether tasks may lend their urgency now.
func (m *Machine) lends() bool { return m.loans != nil && m.inheriter != nil }

// owns notes that a task has got a lock.
func (m *Machine) owns(id TaskID, res int) {
	r := &m.res[res]
	if m.loans == nil || r.protocol == workload.NoProtocol {
		return
	}
	h := heldLock{lock: int32(res), donor: NoTask, ceiling: int64(Never)}
	m.setCeiling(&h)
	m.loans[id].held = append(m.loans[id].held, h)
	m.relend(id)
}

// disowns notes that a task has a lock no longer.
func (m *Machine) disowns(id TaskID, res int) {
	if m.loans == nil || m.res[res].protocol == workload.NoProtocol {
		return
	}
	held := &m.loans[id].held
	*held = slices.DeleteFunc(*held, func(h heldLock) bool { return int(h.lock) == res })
	m.relend(id)
}

// disownsAll notes that a task has lost all its locks.
func (m *Machine) disownsAll(id TaskID) {
	if m.loans != nil && len(m.loans[id].held) > 0 {
		m.loans[id].held = m.loans[id].held[:0]
		m.relend(id)
	}
}

// lineChanged notes that somebody began or ceased to wait for a resource.
func (m *Machine) lineChanged(res int) {
	if r := &m.res[res]; m.loans != nil && r.protocol == workload.Inherit && r.owner != NoTask {
		m.relend(r.owner)
	}
}

// setCeiling finds out to what a lock raises a task that locks it now.
func (m *Machine) setCeiling(h *heldLock) {
	r := &m.res[h.lock]
	h.ceiling, h.donor = int64(Never), NoTask
	if r.protocol != workload.Ceiling || m.inheriter == nil {
		return
	}
	if r.ceiling != nil {
		if most, ok := m.inheriter.Given(*r.ceiling); ok {
			h.ceiling = most
			return
		}
	}
	for _, id := range r.users {
		if u := m.inheriter.Ceiling(id); u < h.ceiling {
			h.ceiling, h.donor = u, id
		}
	}
}

// relend finds out anew what a task has of the urgency of others, and then those
// it waits for.
func (m *Machine) relend(id TaskID) {
	for m.lends() && id != NoTask && m.relendOne(id) {
		p := &m.hot[id]
		if p.state != trace.Blocked || !inLine(p) {
			return
		}
		r := &m.res[p.object]
		if r.byPriority {
			m.delist(r, id)
			m.place(r, id)
		}
		if r.protocol != workload.Inherit {
			return
		}
		id = r.owner
	}
}

// inLine reports whether a blocked task stands in the line of a resource.
func inLine(p *pcb) bool {
	switch p.cause {
	case 0, trace.ForSleep, trace.ForRelease, trace.ForLoop:
		return false
	}
	return p.flags&served == 0
}

// relendOne reports whether anything changed for the task.
func (m *Machine) relendOne(id TaskID) bool {
	if m.hot[id].state == trace.Terminated {
		return false
	}
	m.walks++
	urgency, donor, lock := m.most(id)
	l := &m.loans[id]
	active := urgency < m.inheriter.Urgency(id)
	if active == l.active && (!active || urgency == l.urgency && donor == l.donor && lock == l.lock) {
		return false
	}
	same := active && l.active && donor == l.donor && lock == l.lock // another policy measures it differently
	l.active, l.urgency, l.donor, l.lock = active, urgency, donor, lock
	switch {
	case same:
	case active:
		by := int64(donor)
		if donor == NoTask {
			by = -1
		}
		m.rec.AppendArg(m.now, trace.Boosted, id, 0, int(lock), by)
	default:
		m.rec.Append(m.now, trace.Restored, id, 0, 0)
	}
	p := &m.hot[id]
	m.inheriter.Reprioritised(id, p.state == trace.Ready && p.flags&(taken|known) == known)
	return true
}

// most returns the urgency of the most urgent of a task and those who wait for
// it, directly or not, the ceilings of the locks they hold included; whose that
// is, and through which lock of the task it comes.
func (m *Machine) most(id TaskID) (urgency int64, donor TaskID, lock int32) {
	m.loans[id].walk = m.walks
	urgency, donor, lock = m.inheriter.Urgency(id), id, -1
	for _, h := range m.loans[id].held {
		if h.ceiling < urgency {
			urgency, donor, lock = h.ceiling, h.donor, h.lock
		}
		if m.res[h.lock].protocol != workload.Inherit {
			continue
		}
		for w := m.res[h.lock].head; w != NoTask; w = m.hot[w].next {
			if m.loans[w].walk == m.walks {
				continue
			}
			if u, who, _ := m.most(w); u < urgency {
				if who == id || who == NoTask { // that one has it by a ceiling in turn
					who = w
				}
				urgency, donor, lock = u, who, h.lock
			}
		}
	}
	return urgency, donor, lock
}

// relendAll begins anew: another policy decides what is urgent.
func (m *Machine) relendAll() {
	if len(m.loans) == 0 {
		return
	}
	for id := range m.loans {
		l := &m.loans[id]
		for i := range l.held {
			m.setCeiling(&l.held[i])
		}
		if l.active && m.inheriter == nil && m.hot[id].state != trace.Terminated {
			m.rec.Append(m.now, trace.Restored, TaskID(id), 0, 0)
		}
		if m.inheriter == nil {
			l.active = false
		}
	}
	if m.inheriter != nil {
		for id := range m.loans {
			m.relend(TaskID(id))
		}
	}
	for i := range m.res {
		if m.res[i].byPriority {
			m.lineUp(&m.res[i])
		}
	}
}

// lineUp puts those who wait for a resource in line anew.
func (m *Machine) lineUp(r *resource) {
	at := r.head
	r.head, r.tail = NoTask, NoTask
	for at != NoTask {
		id := at
		at = m.hot[id].next
		m.place(r, id)
	}
}

// place puts a task in the line of a lock by its urgency, and among equals by
// when it came.
func (m *Machine) place(r *resource, id TaskID) {
	mine, at := m.urgency(id), NoTask
	if m.lends() { // the recording tells the order by keys
		m.view.SetKey(id, mine)
	}
	for x := r.head; x != NoTask; x = m.hot[x].next {
		if u := m.urgency(x); u > mine || u == mine && m.hot[x].seq > m.hot[id].seq {
			break
		}
		at = x
	}
	if at == NoTask {
		m.hot[id].next = r.head
		r.head = id
	} else {
		m.hot[id].next = m.hot[at].next
		m.hot[at].next = id
	}
	if m.hot[id].next == NoTask {
		r.tail = id
	}
}

// urgency is by what those stand in line who wait for a lock that prefers the
// more important: smaller first.
func (m *Machine) urgency(id TaskID) int64 {
	if !m.lends() {
		return m.view.Priority(id)
	}
	own := m.inheriter.Urgency(id)
	if l := &m.loans[id]; l.active {
		return min(own, l.urgency)
	}
	return own
}

// Lends reports whether some lock has a protocol against priority inversion, so
// that [View.Lent] may say something.
func (v *View) Lends() bool { return v.m.loans != nil }

// Lent returns the urgency a task has at least because of the locks it holds;
// ok is false if it has just its own.
func (v *View) Lent(task TaskID) (urgency int64, ok bool) {
	if v.m.loans == nil || int(task) >= len(v.m.loans) {
		return 0, false
	}
	l := &v.m.loans[task]
	return l.urgency, l.active
}

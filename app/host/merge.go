package host

import (
	"cmp"
	"slices"

	"timeslice/sim/trace"
)

// merger is the writing of all tasks' events in order of time.
type merger struct {
	c     *converter
	lists [][]trace.Event // what is still to be written
	now   trace.Time
	owner int // of the CPU, -1 if nobody
	// turns has who is next at each place. Mutexes, queues and variables keep the
	// order of their users even where the clocks disagree about who had the CPU.
	turns [][]int
	held  []bool // who waits for its turn
	kin   kinship
}

// merge writes all tasks' events in order of time. At one instant a task leaves
// the CPU before another gets it, and a device is done with one before it begins
// with another. Should the clocks of the kernel and a worker
// disagree by so much that two tasks would have the CPU, the second waits.
func (c *converter) merge(lists [][]trace.Event, turns [][]int) {
	m := &merger{c: c, lists: lists, owner: -1, turns: turns, held: make([]bool, len(lists)), kin: newKinship(c)}
	for _, k := range m.kin.firstEnds() {
		c.rec.AppendArg(0, k.Kind, k.Task, 0, k.Object, k.Arg)
	}
	for {
		best := m.next()
		if best < 0 && m.stepAside() {
			continue
		}
		if best < 0 {
			best = m.stuck()
		}
		if best < 0 {
			return // all done, or dispatches behind a task that never left
		}
		m.write(best)
	}
}

// next returns the task with the earliest event that can be, -1 if there is none.
func (m *merger) next() int {
	best := -1
	for i, l := range m.lists {
		if len(l) == 0 || !m.possible(i) {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		e, b := &l[0], &m.lists[best][0]
		if e.Time < b.Time || e.Time == b.Time && rank(e.Kind) < rank(b.Kind) {
			best = i
		}
	}
	return best
}

// possible reports whether a task's next event can be now.
func (m *merger) possible(i int) bool {
	e := &m.lists[i][0]
	if !m.kin.possible(e) {
		return false
	}
	if e.Kind == trace.Dispatch {
		if m.owner >= 0 { // nobody gets a CPU that is taken
			return false
		}
		if !m.held[i] || len(m.lists[i]) < 2 {
			return true
		}
		e = &m.lists[i][1]
	}
	at := m.c.place(e.Kind, e.Object, e.Task)
	return at < 0 || m.turns[at][0] == i
}

// place numbers what the order of an event's users matters for: mutexes and queues,
// and after them the cells of variables; -1 if it is none of these.
func (c *converter) place(k trace.Kind, object int, task trace.TaskID) int {
	h := &c.rec.Header
	switch k {
	case trace.Put, trace.Get, trace.Lock, trace.Unlock, trace.Acquire, trace.GiveBack, trace.Set, trace.Clear, trace.Passed, trace.Trip, trace.Break,
		trace.LockRead, trace.OnceBegin, trace.OncePassed, trace.OnceDone, trace.TaskDone, trace.AllDone, trace.AskResult, trace.Collect, trace.ClosePool,
		trace.Write, trace.WriteSome, trace.Read, trace.EndOfFile, trace.BrokenPipe, trace.CloseEnd:
		return object
	case trace.BlockWait: // it lets go the lock
		return h.Resources[object].Lock
	case trace.Load, trace.Store, trace.Assign, trace.Atomic, trace.AtomicNo:
		return len(h.Resources) + object*len(h.Tasks) + h.Cell(object, task)
	}
	return -1
}

// use is a task's using a place, at the instant its worker noted.
type use struct {
	at    trace.Time
	place int
	task  int
}

// turns returns the order in which tasks used each place.
func (c *converter) turns(uses []use) [][]int {
	h := &c.rec.Header
	turns := make([][]int, len(h.Resources)+len(h.Variables)*len(h.Tasks))
	slices.SortStableFunc(uses, func(a, b use) int { return cmp.Compare(a.at, b.at) })
	for _, u := range uses {
		turns[u.place] = append(turns[u.place], u.task)
	}
	return turns
}

// stepAside lets the task that has the CPU step aside if what it does is
// impossible before others did something: the CPU left it and came back without
// its noticing.
func (m *merger) stepAside() bool {
	o := m.owner
	if o < 0 || len(m.lists[o]) == 0 || m.held[o] || m.possible(o) {
		return false
	}
	m.held[o] = true
	id, at := m.lists[o][0].Task, m.lists[o][0].Time
	for _, l := range m.lists {
		if len(l) > 0 && l[0].Kind == trace.Dispatch {
			at = min(at, l[0].Time)
		}
	}
	at = max(at, m.now)
	away := []trace.Event{{Time: at, Kind: trace.Preempt, Task: id}, {Time: at, Kind: trace.Dispatch, Task: id}}
	m.lists[o] = append(away, m.lists[o]...)
	m.write(o)
	m.c.unexplained++
	return true
}

// stuck returns whose event comes first of those that can't be because nothing in the
// accounts made them possible, -1 if there is none. It is better told than lost.
func (m *merger) stuck() int {
	best := -1
	for i, l := range m.lists {
		if len(l) == 0 || l[0].Kind == trace.Dispatch || !m.kin.born[l[0].Task] {
			continue
		}
		if best < 0 || l[0].Time < m.lists[best][0].Time {
			best = i
		}
	}
	if best >= 0 {
		m.c.unexplained++
		if at := m.c.place(m.lists[best][0].Kind, m.lists[best][0].Object, m.lists[best][0].Task); at >= 0 { // out of its turn
			if k := slices.Index(m.turns[at], best); k > 0 {
				m.turns[at] = append([]int{best}, slices.Delete(m.turns[at], k, k+1)...)
			}
		}
	}
	return best
}

// write writes a task's next event.
func (m *merger) write(i int) {
	e := m.lists[i][0]
	m.lists[i] = m.lists[i][1:]
	m.c.disorder = max(m.c.disorder, m.now-e.Time)
	m.now = max(m.now, e.Time)
	switch {
	case e.Kind == trace.Dispatch:
		m.owner = i
	case m.owner == i && (leaves(e.Kind) || e.Kind == trace.Stop):
		m.owner = -1
	}
	if at := m.c.place(e.Kind, e.Object, e.Task); at >= 0 {
		m.turns[at] = m.turns[at][1:]
		m.held[i] = false
	}
	m.kin.by(&e)
	for _, k := range m.kin.before(e) {
		m.c.rec.AppendArg(m.now, k.Kind, k.Task, 0, k.Object, k.Arg)
	}
	if e.Kind == trace.Jump {
		m.c.rec.AppendJump(m.now, e.Task, e.PC())
	} else {
		m.c.rec.AppendArg(m.now, e.Kind, e.Task, 0, e.Object, e.Arg)
	}
	for _, k := range m.kin.after(e, m.now) {
		m.c.rec.AppendArg(m.now, k.Kind, k.Task, 0, k.Object, k.Arg)
	}
}

// leaves reports whether a running task has no CPU after an event of this kind.
func leaves(k trace.Kind) bool {
	to, ok := k.To()
	return ok && to != trace.Running
}

// rank orders events of different tasks at one instant, smaller first.
func rank(k trace.Kind) int {
	switch k {
	case trace.Serve:
		return 1
	case trace.Dispatch:
		return 2
	case trace.WakeAwait, trace.WakeBarrier, trace.WakeBroken, trace.WakeOnce, trace.WakeDone, trace.WakeBytes, trace.WakeRoom, trace.WakeResult, trace.WakeClosed, trace.Requeue: // what they waited for has come to pass
		return 1
	case trace.Kill, trace.EndWith: // somebody has done it
		return 1
	}
	return 0
}

package sim

import (
	"cmp"
	"slices"

	"timeslice/sim/trace"
)

// Who may be in the system and who in memory: the long-term and the medium-term
// scheduler.
//
// Processes of the batch queue are admitted in the order they were submitted, as
// long as fewer processes than the degree of multiprogramming have been admitted
// and haven't ended.
//
// A process is in memory with all its pages or with none. One that doesn't fit
// begins on the disk, ready but suspended, and stands in line. For the first in
// line, or for a page that must be copied, room is made: processes none of whose
// threads can run are swapped out first, then, if that isn't enough, those whose
// threads are ready and have no CPU, or only spin, those first that are in memory the longest.
// One that is ready only makes way for another if it has been in memory for the
// residence time and had a CPU meanwhile, and only if there will be room enough
// then; for a page it makes way at once. Who is blocked stays on the disk until what it waits for has come,
// then stands in line. Processes are moved one after the other, each as long as
// its pages take.
//
// So it never comes to a stop: while somebody in line could run, either somebody
// in memory could too, or all there make way; and every process fits alone. Nor is
// anybody moved in and out without having run in between.
//
// W. Stallings: Operating Systems, 7th edition, 3.2 (suspended processes) and 9.1
// (long- and medium-term scheduling). The order of victims and the residence time
// are those of the swapper in M. Bach: The Design of the UNIX Operating System,
// 9.1.2.

// schedule does what both can do now. It reports whether anything has changed.
func (m *Machine) schedule() (any bool) {
	mem := m.mem
	if mem.moving != NoTask && mem.until <= m.now {
		m.moved()
		any = true
	}
	for len(mem.batch) > 0 && mem.live < mem.degree {
		id := mem.batch[0]
		mem.batch = mem.batch[1:]
		m.arrive(id)
		any = true
	}
	if mem.limit == 0 {
		return any
	}
	mem.look = Never
	for mem.moving == NoTask && m.swap() {
		any = true
	}
	return any
}

// memoryTimer is when something happens to memory by itself.
func (m *Machine) memoryTimer() Time {
	if m.mem.moving != NoTask {
		return m.mem.until
	}
	return m.mem.look
}

// standInLine notes that a thread could run if its process were in memory.
func (m *Machine) standInLine(id TaskID) {
	if s := m.spaceOf(id); !s.inLine && s.place != trace.Coming {
		s.inLine = true
		m.mem.line = append(m.mem.line, TaskID(m.rec.Header.Tasks[id].Process))
	}
}

// leavesLine notes that a thread couldn't run any more if its process were in
// memory.
func (m *Machine) leavesLine(id TaskID) {
	if m.mem == nil {
		return
	}
	main := TaskID(m.rec.Header.Tasks[id].Process)
	if s := m.spaceOf(id); s.inLine && !m.couldRun(main) {
		s.inLine = false
		m.mem.line = without(m.mem.line, main)
	}
}

// swap does one thing to let somebody go on who needs memory. It reports whether
// there was one.
func (m *Machine) swap() bool {
	mem := m.mem
	if len(mem.wants) > 0 {
		id := mem.wants[0]
		s := m.spaceOf(id)
		if page := int(m.hot[id].object); m.roomForCopy(s, page) {
			mem.wants = mem.wants[1:]
			m.rec.Append(m.now, trace.WakePage, id, 0, 0)
			if mem.frames[s.table[page]].all > 1 {
				m.copyPage(0, id, page)
			}
			m.ready(id, Woken)
			return true
		}
		if victims := m.victims(s, true); len(victims) > 0 {
			m.swapOut(victims[0])
			return true
		}
	}
	if len(mem.line) == 0 {
		return false
	}
	next := mem.line[0]
	s := &mem.spaces[next]
	if mem.used+m.missing(s) <= mem.limit {
		mem.line = mem.line[1:]
		s.inLine = false
		m.swapIn(next)
		return true
	}
	if victim := m.victimFor(s); victim != NoTask {
		m.swapOut(victim)
		return true
	}
	return false
}

// couldRun reports whether a thread of a process that isn't in memory could run
// there.
func (m *Machine) couldRun(main TaskID) bool {
	return slices.ContainsFunc(m.mem.spaces[main].threads, func(id TaskID) bool {
		p := &m.hot[id]
		return p.state == trace.Stopped && p.flags&(out|halted) == out
	})
}

// missing is how many pages of a process aren't in memory.
func (m *Machine) missing(s *space) (n int) {
	for _, f := range s.table {
		if m.mem.frames[f].resident == 0 {
			n++
		}
	}
	return n
}

// victims are the processes that could be swapped out for another, the first
// first; hurry is whether those that could run need not have been in memory for
// the residence time. If they must be waited for, it is noted until when.
func (m *Machine) victims(but *space, hurry bool) []TaskID {
	mem := m.mem
	var idle, ready []TaskID
	for main := range mem.spaces {
		s := &mem.spaces[main]
		if s == but || s.place != trace.InMemory {
			continue
		}
		could, has := false, false
		for _, id := range s.threads {
			p := &m.hot[id]
			could = could || p.state == trace.Ready || p.state == trace.Running || p.state == trace.Blocked && p.cause == trace.ForPage && p.flags&halted == 0
			has = has || p.state == trace.Running && p.flags&spinning == 0 || p.flags&taken != 0
		}
		switch {
		case !could:
			idle = append(idle, TaskID(main))
		case has, !hurry && m.hadCPU(s) == s.had:
		case hurry || s.since+mem.res <= m.now:
			ready = append(ready, TaskID(main))
		default:
			mem.look = min(mem.look, m.after(mem.res-(m.now-s.since)))
		}
	}
	longest := func(a, b TaskID) int { return cmp.Compare(mem.spaces[a].since, mem.spaces[b].since) }
	slices.SortStableFunc(idle, longest)
	slices.SortStableFunc(ready, longest)
	return append(idle, ready...)
}

// hadCPU is how much CPU time the threads of a process have had.
func (m *Machine) hadCPU(s *space) (sum Time) {
	for _, id := range s.threads {
		sum += m.hot[id].ran
	}
	return sum
}

// victimFor returns the process to swap out first so that another fits; NoTask if
// it wouldn't even if all went that may.
func (m *Machine) victimFor(s *space) TaskID {
	mem := m.mem
	victims := m.victims(nil, false)
	gone := map[int32]int32{} // frames, and how many of those who have them go
	used, missing := mem.used, m.missing(s)
	mine := map[int32]bool{}
	for _, f := range s.table {
		mine[f] = true
	}
	for _, v := range victims {
		for _, f := range mem.spaces[v].table {
			if gone[f]++; gone[f] == mem.frames[f].resident {
				used--
				if mine[f] {
					missing++
				}
			}
		}
		if used+missing <= mem.limit {
			return victims[0]
		}
	}
	return NoTask
}

// swapOut begins to swap a process out.
func (m *Machine) swapOut(main TaskID) {
	mem, s := m.mem, &m.mem.spaces[main]
	pages := 0
	for _, f := range s.table {
		if mem.frames[f].resident == 1 {
			pages++
		}
	}
	s.place = trace.Leaving
	m.rec.AppendArg(m.now, trace.SwapOut, main, 0, 0, int64(pages))
	for _, id := range s.threads {
		m.suspend(id)
	}
	m.move(main, mem.out*Time(pages))
}

// swapIn begins to swap a process in.
func (m *Machine) swapIn(main TaskID) {
	s := &m.mem.spaces[main]
	pages := m.missing(s)
	m.takeFrames(s)
	s.place = trace.Coming
	m.rec.AppendArg(m.now, trace.SwapIn, main, 0, 0, int64(pages))
	m.move(main, m.mem.in*Time(pages))
}

// move lets the pages of a process be moved for a time.
func (m *Machine) move(main TaskID, length Time) {
	m.mem.moving, m.mem.until = main, m.after(length)
	if length == 0 {
		m.moved()
	}
}

// moved handles that the pages of a process have been moved.
func (m *Machine) moved() {
	main := m.mem.moving
	s := &m.mem.spaces[main]
	m.mem.moving = NoTask
	if s.place == trace.Leaving {
		m.giveFrames(s)
		s.place = trace.SwappedTo
		m.rec.Append(m.now, trace.SwappedOut, main, 0, 0)
		return
	}
	s.place, s.since, s.had = trace.InMemory, m.now, m.hadCPU(s)
	m.rec.Append(m.now, trace.SwappedIn, main, 0, 0)
	for _, id := range s.threads {
		m.activate(id)
	}
}

// suspend notes that the process of a task isn't in memory any more. What it waits
// for may still come meanwhile.
func (m *Machine) suspend(id TaskID) {
	p := &m.hot[id]
	switch p.state {
	case trace.New, trace.Terminated, trace.Zombie:
		return
	case trace.Running: // it spins
		c := int(p.cpu)
		m.leave(c)
		m.rec.Append(m.now, trace.Preempt, id, c, 0)
		p.state = trace.Stopped
		if m.blocker != nil {
			defer m.blocker.Block(id)
		}
	case trace.Ready:
		m.nready--
		m.policy.Remove(id)
		p.state = trace.Stopped
		if m.blocker != nil {
			defer m.blocker.Block(id)
		}
	}
	p.flags |= out
	m.rec.Append(m.now, trace.Suspend, id, 0, 0)
	switch {
	case p.state == trace.Blocked && p.cause == trace.ForPage: // it asks again when it runs
		m.mem.wants = without(m.mem.wants, id)
		m.rec.Append(m.now, trace.WakePage, id, 0, 0)
		m.ready(id, Woken)
	case p.state == trace.Stopped && p.flags&halted == 0:
		m.standInLine(id)
	}
}

// activate notes that the process of a task is in memory again.
func (m *Machine) activate(id TaskID) {
	p := &m.hot[id]
	if p.flags&out == 0 {
		return
	}
	p.flags &^= out
	m.rec.Append(m.now, trace.Activate, id, 0, 0)
	if p.state == trace.Stopped && p.flags&halted == 0 {
		m.ready(id, Woken)
	}
}

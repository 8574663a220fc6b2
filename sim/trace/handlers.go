package trace

import "slices"

// SignalsAt is what a process makes of signals at an instant: a bit for each, by
// its number on Linux.
type SignalsAt struct {
	Ignored uint32
	Handled uint32
	Pending uint32 // those that wait to be handled
}

// frame is where a task goes on when a signal handler returns.
type frame struct {
	signal  int
	program int
	pc      uint32
	done    Time // of the operation there
	ahead   Time
}

// SignalNames lists the signals of a set, by number: "SIGINT", "SIGTERM".
func SignalNames(set uint32) (names []string) {
	for n := range 32 {
		if set&(1<<n) != 0 {
			names = append(names, SignalName(n))
		}
	}
	return names
}

// Signals returns what the process of a task makes of signals.
func (s *Snapshot) Signals(id TaskID) SignalsAt {
	return s.moment.signals[TaskID(s.of.Header.Tasks[id].Process)]
}

// signal does what an event does to what a process makes of a signal.
func (m *moment) signal(h *Header, e *record) {
	main := TaskID(h.Tasks[e.task].Process)
	at, bit := m.signals[main], uint32(1)<<e.object
	switch e.kind {
	case Pending:
		at.Pending |= bit
	case Ignored:
		at.Pending &^= bit
	case Ignore:
		at.Ignored, at.Handled = at.Ignored|bit, at.Handled&^bit
	case Heed:
		at.Ignored, at.Handled = at.Ignored&^bit, at.Handled&^bit
	case Handle:
		at.Ignored, at.Handled = at.Ignored&^bit, at.Handled|bit
	}
	m.setSignals(main, at)
}

func (m *moment) setSignals(main TaskID, at SignalsAt) {
	switch {
	case at == SignalsAt{}:
		delete(m.signals, main)
	case m.signals == nil:
		m.signals = map[TaskID]SignalsAt{main: at}
	default:
		m.signals[main] = at
	}
}

// handler lets a task go on in a signal handler, or where that interrupted it.
func (m *moment) handler(h *Header, t *taskState, e *record, program int) {
	more := &m.more[e.task]
	if m.rate > 0 {
		m.halt(e)
	}
	if e.kind == Catch {
		if m.frames == nil {
			m.frames = map[TaskID][]frame{}
		}
		m.frames[e.task] = append(m.frames[e.task], frame{int(e.object), more.program, t.pc, e.time - t.work, more.ahead})
		more.program = program
		t.flags &^= spinning
		main := TaskID(h.Tasks[e.task].Process)
		at := m.signals[main]
		at.Pending &^= 1 << e.object
		m.setSignals(main, at)
		m.begin(t, e)
		return
	}
	list := m.frames[e.task]
	if len(list) == 0 {
		return
	}
	f := list[len(list)-1]
	m.frames[e.task] = list[:len(list)-1]
	if len(list) == 1 {
		delete(m.frames, e.task)
	}
	more.program, t.pc = f.program, f.pc
	m.begin(t, e)
	t.work, more.ahead = e.time-f.done, f.ahead
}

// handling returns the signal whose handler a task is in; 0 if it is in none.
func (m *moment) handling(id TaskID) int {
	if list := m.frames[id]; len(list) > 0 && m.tasks[id].state < Zombie {
		return list[len(list)-1].signal
	}
	return 0
}

// unwind lets a task that is in signal handlers go on with its own program.
func (m *moment) unwind(id TaskID) {
	if list := m.frames[id]; len(list) > 0 {
		m.more[id].program = list[0].program
		delete(m.frames, id)
	}
}

// fork lets a child have what its parent has.
func (m *moment) fork(h *Header, from, to TaskID) {
	m.values.copyTo(h, from, to)
	at := m.signals[TaskID(h.Tasks[from].Process)]
	at.Pending = 0
	if at != (SignalsAt{}) {
		m.setSignals(to, at)
	}
	if list := m.frames[from]; len(list) > 0 {
		m.frames[to] = slices.Clone(list)
	}
}

// execSignals lets a process that begins anew handle no signals any more.
func (m *moment) execSignals(h *Header, id TaskID) {
	delete(m.frames, id)
	main := TaskID(h.Tasks[id].Process)
	at := m.signals[main]
	at.Handled = 0
	m.setSignals(main, at)
}

// copyFrames makes an independent copy.
func copyFrames(of map[TaskID][]frame) map[TaskID][]frame {
	if of == nil {
		return nil
	}
	c := make(map[TaskID][]frame, len(of))
	for id, list := range of {
		c[id] = slices.Clone(list)
	}
	return c
}

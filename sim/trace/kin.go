package trace

// Pids of simulated runs: that of the process that started all others, and that
// of the first they started. A process has the number of its main thread beyond
// it.
const (
	InitPid  = 1
	FirstPid = 100
)

// Related reports whether some process of the run has another for its parent.
func (h *Header) Related() bool {
	for id := range h.Tasks {
		if h.parentOf(id) != NoTask {
			return true
		}
	}
	return false
}

// relate does what events do to how tasks are related.
func (m *moment) relate(e *record, arg int64) {
	more := &m.more[e.task]
	switch e.kind {
	case BlockJoin, BlockChild:
		more.other = taskOrNone(arg)
	case Exit, Defunct:
		more.status = arg
	case Adopt:
		more.parent = taskOrNone(arg)
	}
}

func taskOrNone(arg int64) TaskID {
	if arg < 0 {
		return NoTask
	}
	return TaskID(arg)
}

// Maker returns the main thread of the process that made a task's process; NoTask
// if that isn't part of the run.
func (h *Header) Maker(id TaskID) TaskID { return h.parentOf(int(id)) }

// parentOf returns the main thread of the process a task's process is a child of
// at first; NoTask if that isn't part of the run.
func (h *Header) parentOf(id int) TaskID {
	t := &h.Tasks[id]
	if h.Origin == Real { // pids are the system's
		for main := range h.Tasks {
			if p := &h.Tasks[main]; p.Process == main && p.Pid == t.Parent && t.Parent > 0 && main != t.Process {
				return TaskID(main)
			}
		}
		return NoTask
	}
	main := t.Parent - FirstPid
	if t.Parent == t.Pid || main < 0 || main >= len(h.Tasks) || h.Tasks[main].Pid != t.Parent {
		return NoTask
	}
	return TaskID(main)
}

// exec lets a task's process begin anew with another program: its variables are
// as at the start.
func (m *moment) exec(h *Header, t *taskState, e *record, program int) {
	m.more[e.task].program, m.more[e.task].image = program, program
	t.pc = 0
	m.begin(t, e)
	delete(m.loops, e.task)
	m.execSignals(h, e.task)
	m.values.forget(h, e.task)
}

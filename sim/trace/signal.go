package trace

import "strconv"

// SignalName returns the name of the signal with a number on Linux: "SIGTERM".
func SignalName(number int) string {
	switch number {
	case 2:
		return "SIGINT"
	case 9:
		return "SIGKILL"
	case 10:
		return "SIGUSR1"
	case 11:
		return "SIGSEGV"
	case 12:
		return "SIGUSR2"
	case 15:
		return "SIGTERM"
	case 17:
		return "SIGCHLD"
	case 18:
		return "SIGCONT"
	case 19:
		return "SIGSTOP"
	}
	return "signal " + strconv.Itoa(number)
}

// OfSignal reports whether an event of this kind is about a signal, and returns
// its number; 0 if the event doesn't say.
func (e Event) OfSignal() (number int, ok bool) {
	switch e.Kind {
	case Signal, Ignored, Ignore, Heed, Handle, Pending, Catch, Return:
		return e.Object, true
	case Crash, Kill:
		return int(e.Arg), true
	}
	return 0, false
}

// stop suspends a task, which loses its CPU if it has one or is about to.
func (m *moment) stop(t *taskState, e *record, place int) {
	switch {
	case t.state == Running:
		t.work = e.time - t.work
		if m.rate > 0 {
			m.halt(e)
		}
		m.cpus[t.cpu] = cpuState{task: NoTask, since: e.time}
		t.state, t.order = Ready, place
	case t.flags&beingTaken != 0:
		m.release(e)
	}
	t.flags = t.flags&^beingTaken | halted
	t.since = e.time
}

// resume lets a stopped task go on, or wait on.
func (t *taskState) resume(e *record, place int) {
	t.flags &^= halted
	t.since = e.time
	if t.state == Ready {
		t.order = place
	}
}

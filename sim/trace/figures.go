package trace

// taskSums is what is counted of a task while its lane is built.
type taskSums struct {
	first       Time // first dispatch, -1 if none
	ended       Time // -1 while it lives
	exit        int64
	killed      bool
	voluntary   int
	involuntary int
	migrations  int
	lastCPU     int
	running     int   // CPU + 1
	spins       uint8 // spanSpins if it does
	taking      int   // CPU + 1
	forced      bool
	stopped     bool
	away        bool     // its process isn't in memory
	after       spanInfo // what it does once it may go on, if it is stopped or away
}

// count notes what an event that changes a task's state means for its figures.
// A switch is voluntary if the task blocked or yielded, involuntary if it was
// made to stop though it could have gone on, unless it goes on at once.
func (s *taskSums) count(e Event, ran bool) {
	wasForced := s.forced
	s.forced = false
	switch e.Kind {
	case Dispatch:
		if s.first < 0 {
			s.first = e.Time
		}
		if s.lastCPU >= 0 && s.lastCPU != e.CPU {
			s.migrations++
		}
		s.lastCPU = e.CPU
		s.forced = wasForced
	case Expire, Preempt:
		if ran { // else it was only about to
			s.involuntary++
			s.forced = true
		}
	case Abort:
		if ran {
			s.involuntary++
		}
	case Exit, Retire:
		s.ended, s.exit = e.Time, e.Arg
	case Kill, Crash:
		s.ended, s.killed, s.exit = e.Time, true, e.Arg
	case EndWith:
		s.ended, s.killed = e.Time, true
	default:
		if e.Kind == Yield || e.Kind.Cause() != 0 && ran {
			s.voluntary++
		}
	}
}

// resumed takes back the switch of a slice that was renewed on the spot.
func (s *taskSums) resumed() {
	if s.forced {
		s.involuntary--
		s.forced = false
	}
}

// Totals is what a task has received and done up to an instant.
type Totals struct {
	CPU     Time // running
	Spun    Time // the part of that in which it only asked again and again for what another had
	Ready   Time // waiting for a CPU, context switches to it included
	Blocked Time
	ByCause [causes]Time // parts of Blocked, by Cause
	Stopped Time         // suspended by a signal
	// Suspended is the time its process wasn't in memory and it would have been
	// ready or blocked, which isn't counted there; Queued, that in the batch queue.
	Suspended, Queued Time
	Runs              int // stretches of running

	Voluntary   int // context switches because it blocked or yielded
	Involuntary int // because it had to make way
}

// Totals sums up a task's lane until t.
func (l *Lanes) Totals(id TaskID, t Time) Totals {
	var sum Totals
	var last State
	var before Span
	l.Task(id).Each(0, t, 0, func(s Span) bool {
		d := min(s.End, t) - s.Start
		if s.Suspended {
			sum.Suspended += d
			if last == Running && s.State == Blocked {
				sum.Voluntary++
			} else if last == Running && s.Forced {
				sum.Involuntary++
			}
			last = Stopped // it was counted when it lost its CPU
			return true
		}
		switch s.State {
		case New:
			sum.Queued += d
		case Running:
			sum.CPU += d
			if s.Spinning {
				sum.Spun += d
			}
			if last != Running || before.Spinning == s.Spinning && before.Copying == s.Copying || before.CPU != s.CPU {
				sum.Runs++
			}
		case Ready:
			sum.Ready += d
			if s.Forced {
				sum.Involuntary++
			} else if last == Running {
				sum.Voluntary++
			}
		case Blocked:
			if !s.Forced && last != Stopped {
				sum.Voluntary++
			} else if last == Running {
				sum.Involuntary++
			}
			sum.Blocked += d
			sum.ByCause[s.Cause] += d
		case Stopped:
			sum.Stopped += d
		}
		last, before = s.State, s
		return true
	})
	return sum
}

// TaskFigures are the figures of one task over the whole run. Start, Finish
// and what is computed from them are -1 if that never happened.
type TaskFigures struct {
	Arrival    Time
	Start      Time // first dispatch
	Finish     Time
	Turnaround Time // Finish − Arrival
	Response   Time // Start − Arrival
	Totals
	Migrations int // dispatches on another CPU than the one before
	// Exit is the exit code; if it was Killed, the signal that ended it, or 0 if
	// that was no signal: an intervention, or the end of its process.
	Exit   int64
	Killed bool
}

// Figures are the figures of a run.
type Figures struct {
	Tasks []TaskFigures // by TaskID
	// Makespan is when the last task ended, or the end of the recording if some
	// never did.
	Makespan Time
	Finished int
	Busy     []Time // per CPU: running a task
	Switch   []Time // per CPU: switching
	Switches int    // dispatches of another task than the CPU ran before
	// Sums over the finished tasks, so that averages stay exact fractions of
	// Finished.
	SumTurnaround, SumResponse, SumWaiting Time
}

// Figures computes the figures of everything taken in so far.
func (l *Lanes) Figures() *Figures {
	f := &Figures{
		Tasks:  make([]TaskFigures, len(l.tasks)),
		Busy:   make([]Time, len(l.cpus)),
		Switch: make([]Time, len(l.cpus)),
	}
	for i := range l.tasks {
		s := &l.sums[i]
		t := TaskFigures{
			Arrival: l.header.Tasks[i].Arrival, Start: s.first, Finish: s.ended, Turnaround: -1, Response: -1,
			Totals: l.Totals(TaskID(i), l.end), Migrations: s.migrations, Exit: s.exit, Killed: s.killed,
		}
		t.Voluntary, t.Involuntary = s.voluntary, s.involuntary
		if t.Start >= 0 {
			t.Response = t.Start - t.Arrival
		}
		if t.Finish >= 0 {
			t.Turnaround = t.Finish - t.Arrival
			f.Finished++
			f.Makespan = max(f.Makespan, t.Finish)
			f.SumTurnaround += t.Turnaround
			f.SumResponse += max(t.Response, 0)
			f.SumWaiting += t.Ready
		}
		f.Tasks[i] = t
	}
	if f.Finished < len(f.Tasks) {
		f.Makespan = l.end
	}
	for c := range l.cpus {
		last := NoTask
		l.cpus[c].Each(0, l.end, 0, func(s Span) bool {
			if s.Switching {
				f.Switch[c] += s.End - s.Start
				return true
			}
			f.Busy[c] += s.End - s.Start
			if s.Task != last {
				f.Switches++
				last = s.Task
			}
			return true
		})
	}
	return f
}

// Jain returns Jain's index of fairness of the CPU time the finished tasks
// received per time they were there: 1 is equal, 1/n is everything to one.
// (R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness, 1984.)
func (f *Figures) Jain() float64 {
	var sum, squares float64
	n := 0
	for _, t := range f.Tasks {
		if t.Turnaround > 0 {
			x := float64(t.CPU) / float64(t.Turnaround)
			sum += x
			squares += x * x
			n++
		}
	}
	if squares == 0 {
		return 1
	}
	return sum * sum / (float64(n) * squares)
}

// Ended returns when a task ended; ok is false while it lives.
func (l *Lanes) Ended(id TaskID) (t Time, ok bool) {
	return l.sums[id].ended, l.sums[id].ended >= 0
}

// Killed reports whether a task was ended: by a signal, a crash, or with its process.
func (l *Lanes) Killed(id TaskID) bool { return l.sums[id].killed }

// ExitCode returns the exit code of a task; ok is false if it hasn't ended by
// itself.
func (l *Lanes) ExitCode(id TaskID) (code int64, ok bool) {
	s := &l.sums[id]
	return s.exit, s.ended >= 0 && !s.killed
}

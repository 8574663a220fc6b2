package trace

// Part is a part of a context switch. A recording tells that a task left its CPU,
// that the CPU picked another if switching takes time, and that this one runs;
// what a kernel does in between follows from it.
type Part uint8

// The parts, in order.
const (
	NoPart      Part = iota // between events, and not within a switch
	SaveContext             // the CPU's registers go into the control block of the task that has left it
	ChooseNext              // the policy has picked one of those who are ready
	LoadContext             // what its control block holds goes into the CPU's registers
)

// String returns the part's stable code: "save", "choose", "load", or "".
func (p Part) String() string {
	return [...]string{"", "save", "choose", "load"}[p]
}

// Stand is where one may stand in a recording: after so many events or, since a
// switch has parts, within what lies between two of them.
type Stand struct {
	Events int // that have happened
	Part   Part
	Of     int // the event Part belongs to: that the task left, was picked, or runs; -1 if NoPart
}

// After returns the next place to stand at, in the smallest steps there are: each
// event that isn't bookkeeping and each part of each switch. Where nothing comes any
// more it returns the same place.
func (r *Recording) After(at Stand) Stand {
	switch at.Part {
	case NoPart:
		if k := r.lastTold(at.Events); k >= 0 && r.Saves(k) {
			return Stand{at.Events, SaveContext, k}
		} else if k >= 0 && r.Event(k).Kind == Pick {
			return Stand{at.Events, LoadContext, k} // that it was picked is the choice
		}
	case ChooseNext:
		return Stand{at.Events, LoadContext, at.Of}
	}
	for j, e := range r.Events(at.Events) {
		switch {
		case e.Kind.Bookkeeping():
		case at.Part == LoadContext && at.Of == j: // all is there: it runs
			return Stand{j + 1, NoPart, -1}
		case e.Kind == Pick:
			return Stand{j + 1, ChooseNext, j}
		case e.Kind == Dispatch && !r.Picked(j):
			return Stand{j, ChooseNext, j}
		default:
			return Stand{j + 1, NoPart, -1}
		}
	}
	return at
}

// Before is the inverse of [Recording.After]. At the start it returns the start.
func (r *Recording) Before(at Stand) Stand {
	k := at.Of
	switch at.Part {
	case LoadContext:
		return Stand{at.Events, ChooseNext, at.Of}
	case SaveContext:
		return Stand{at.Of + 1, NoPart, -1}
	case NoPart:
		if k = r.lastTold(at.Events); k < 0 {
			return Stand{0, NoPart, -1}
		}
		if e := r.Event(k); e.Kind == Dispatch && !r.Picked(k) {
			return Stand{k, LoadContext, k}
		}
	}
	// To the last place before event k.
	last := r.lastTold(k)
	switch {
	case last < 0:
		return Stand{0, NoPart, -1}
	case r.Event(last).Kind == Pick:
		return Stand{last + 1, LoadContext, last}
	case r.Saves(last):
		return Stand{last + 1, SaveContext, last}
	}
	return Stand{last + 1, NoPart, -1}
}

// lastTold returns the last of the first events that isn't bookkeeping, -1 if
// there is none.
func (r *Recording) lastTold(events int) int {
	k := min(events, r.Len()) - 1
	for k >= 0 && r.Event(k).Kind.Bookkeeping() {
		k--
	}
	return k
}

// Saves reports whether an event takes a task from its CPU that will go on some
// time: its context is saved.
func (r *Recording) Saves(event int) bool {
	e := r.Event(event)
	switch to, changes := e.Kind.To(); {
	case e.Kind == Stop:
	case !changes, to == Running, to == Zombie, to == Terminated:
		return false
	}
	if from := kindTable[e.Kind].from; from == running || !from.has(Running) {
		return from == running
	}
	_, runs := r.runsAfter(event, e.Task)
	return runs
}

// runsAfter returns whether a task runs after so many events, and where.
func (r *Recording) runsAfter(events int, id TaskID) (cpu int, runs bool) {
	r.makeCheckpoints()
	var m moment
	r.nearest(events).unpack(&m)
	r.replay(&m, events)
	if int(id) >= len(m.tasks) {
		return -1, false
	}
	t := &m.tasks[id]
	return int(t.cpu), t.state == Running
}

// Picked reports whether the CPU that dispatches a task with an event had picked it
// before, since switching takes time.
func (r *Recording) Picked(dispatch int) bool {
	e := r.Event(dispatch)
	from := e.Time - r.Header.Switch - r.Header.Migration
	if from == e.Time {
		return false
	}
	for i := dispatch - 1; i >= 0; i-- {
		x := r.Event(i)
		if x.Time < from {
			break
		}
		if x.Task != e.Task {
			continue
		}
		if x.Kind == Pick {
			return x.CPU == e.CPU
		}
		if _, changes := x.Kind.To(); changes {
			break
		}
	}
	return false
}

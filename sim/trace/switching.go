package trace

// Switching is one CPU at a place where one may stand, as a context switch sees
// it: who leaves, who comes, and where their contexts are.
type Switching struct {
	CPU  int
	Part Part
	// Leaves is who had the CPU last, and Old what the control block has of it: if
	// Saved, what it had when it left. NoTask if nobody had it yet.
	Leaves TaskID
	Old    Context
	Saved  bool
	Ended  bool // it has ended: there is nothing to save
	// Holds is whose context is in the registers of the CPU: still that of who left
	// until another is loaded. NoTask if they are empty.
	Holds     TaskID
	Registers Context
	// Comes is who is chosen or runs, and New what the control block has of it. While
	// it runs that is old: what was loaded. NoTask if nobody is chosen yet.
	Comes TaskID
	New   Context
	// Decision is the event that Comes was chosen with; -1 if there is none.
	Decision int
}

// mostSought is how many events are looked at for what a CPU did before.
const mostSought = 20_000

// Switching returns the CPU that a place is about: the one the last event
// concerns that says where it happens. ok is false if there is none near.
func (r *Recording) Switching(at Stand) (x Switching, ok bool) {
	x = Switching{CPU: r.cpuAt(at), Part: at.Part, Leaves: NoTask, Holds: NoTask, Comes: NoTask, Decision: -1}
	if x.CPU < 0 {
		return x, false
	}
	var now, then Snapshot // reused, the second ever earlier
	r.SnapshotAt(&now, r.settled(at.Events), 0)
	runs := r.lastDispatch(at.Events, x.CPU)
	if c := &now.CPUs[x.CPU]; c.Task != NoTask && !c.Switching {
		x.Comes, x.Decision = c.Task, runs
		x.Holds, x.Registers = c.Task, now.Context(c.Task)
		if runs >= 0 {
			r.SnapshotAt(&then, runs, 0)
			x.New = then.Context(c.Task)
			x.left(r, r.lastDispatch(runs, x.CPU), at, &now)
		}
		return x, true
	}
	x.left(r, runs, at, &now)
	switch at.Part {
	case ChooseNext, LoadContext:
		x.Comes, x.Decision = r.Event(at.Of).Task, at.Of
	default:
		if c := &now.CPUs[x.CPU]; c.Switching {
			x.Comes, x.Decision = c.Task, r.lastOf(Pick, at.Events, x.CPU)
		}
	}
	if x.Comes != NoTask {
		x.New = now.Context(x.Comes)
		if at.Part == LoadContext || at.Part == NoPart && x.Decision < r.lastTold(at.Events) {
			x.Holds, x.Registers = x.Comes, x.New
		}
	}
	return x, true
}

// left fills in the task that a CPU dispatched before and that doesn't run there
// any more.
func (x *Switching) left(r *Recording, dispatch int, at Stand, now *Snapshot) {
	if dispatch < 0 {
		return
	}
	x.Leaves = r.Event(dispatch).Task
	end := r.leftWith(dispatch, at.Events)
	if end < 0 {
		x.Old = now.Context(x.Leaves)
		return
	}
	var then Snapshot
	r.SnapshotAt(&then, r.settled(end+1), 0)
	switch state := then.Tasks[x.Leaves].State; state {
	case Zombie, Terminated:
		x.Ended = true
	}
	if x.Holds == NoTask { // nothing else was loaded since
		x.Holds, x.Registers = x.Leaves, then.Context(x.Leaves)
	}
	x.Saved = !x.Ended && (at.Part != NoPart || r.lastTold(at.Events) != end)
	if x.Saved || x.Ended {
		x.Old = now.Context(x.Leaves)
		return
	}
	r.SnapshotAt(&then, dispatch, 0) // not saved yet: it still is what was loaded
	x.Old = then.Context(x.Leaves)
}

// settled returns how many events have happened once all is told that belongs to
// the last of so many: where a program goes on, what an operation left in acc. What
// follows a dispatch the task does that runs.
func (r *Recording) settled(events int) int {
	for events > 0 && events < r.Len() {
		e, last := r.Event(events), r.Event(events-1)
		if last.Kind == Dispatch || e.Kind != Jump && e.Kind != Result || e.Task != last.Task || e.Time != last.Time {
			break
		}
		events++
	}
	return events
}

// cpuAt returns the CPU that a place is about, -1 if that isn't known.
func (r *Recording) cpuAt(at Stand) int {
	if at.Part == ChooseNext || at.Part == LoadContext {
		return r.Event(at.Of).CPU
	}
	if last := r.lastTold(at.Events); last >= 0 && r.Event(last).Kind.From(Running) && r.Event(last).Kind.OnTask() {
		if cpu, runs := r.runsAfter(last, r.Event(last).Task); runs {
			return cpu
		}
	}
	for i := at.Events - 1; i >= max(0, at.Events-mostSought); i-- {
		if e := r.Event(i); e.Kind.OnCPU() {
			return e.CPU
		}
	}
	return -1
}

// lastDispatch returns the last dispatch on a CPU among the first events, -1 if
// there is none near.
func (r *Recording) lastDispatch(events, cpu int) int { return r.lastOf(Dispatch, events, cpu) }

func (r *Recording) lastOf(k Kind, events, cpu int) int {
	for i := events - 1; i >= max(0, events-mostSought); i-- {
		if e := r.Event(i); e.Kind == k && e.CPU == cpu {
			return i
		}
	}
	return -1
}

// leftWith returns the event with which a task that was dispatched left its CPU,
// -1 if none of the first events did that.
func (r *Recording) leftWith(dispatch, events int) int {
	id := r.Event(dispatch).Task
	for i, e := range r.Events(dispatch + 1) {
		if i >= events {
			break
		}
		if _, changes := e.Kind.To(); e.Task == id && (changes || e.Kind == Stop) {
			return i
		}
	}
	return -1
}

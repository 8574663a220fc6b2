package trace

import "slices"

// Notice is something in a run that its reader should know of: a deadlock,
// starvation, a livelock, an update that is lost.
type Notice struct {
	Kind  NoticeKind
	At    Time     // when it has come to that
	Event int      // after so many events
	From  Time     // when it began
	To    Time     // when it is over; Never if that isn't known
	Tasks []TaskID // whom it is about
	// Object is a deadlock's first lock, -1 if there is none, or the variable of a
	// lost update.
	Object int
	Times  int // passed over, given up in vain, or updates lost
}

// NoticeKind is the sort of a notice.
type NoticeKind uint8

// The notices.
const (
	NoticeDeadlock   NoticeKind = iota + 1 // each waits for the next, the last for the first
	NoticeStarvation                       // see [Starvation]
	NoticeLivelock                         // see [Livelock]
	NoticeLost                             // see [Losses]
	NoticeStuck                            // nothing is left that could end its wait
)

// String returns the kind's stable code.
func (k NoticeKind) String() string {
	return [...]string{"", "deadlock", "starvation", "livelock", "lost", "stuck"}[k]
}

// Notices finds them in a recording that grows.
type Notices struct {
	troubles  *troubles
	losses    *Losses
	deadlocks []Notice
	seen      int
	whole     bool     // the circle being told is closed
	open      []int    // deadlocks that aren't over
	stuck     []Notice // at the end of the run
}

// NewNotices returns what stands before the first event of a run.
func NewNotices(h *Header) *Notices {
	n := &Notices{troubles: newTroubles(), losses: NewLosses(h), whole: true}
	n.losses.Keep = true
	return n
}

// Watch takes in the events that are new.
func (n *Notices) Watch(r *Recording) {
	n.troubles.watch(r)
	n.losses.Watch(r)
	for i, e := range r.Events(n.seen) {
		n.seen = i + 1
		switch e.Kind {
		case Deadlock, DeadlockJoin:
			n.link(e)
		default:
			if len(n.open) > 0 {
				n.close(e)
			}
		}
	}
}

// link adds a task to the circle being told.
func (n *Notices) link(e Event) {
	if n.whole {
		d := Notice{Kind: NoticeDeadlock, At: e.Time, From: e.Time, To: Never, Object: e.Object}
		if e.Kind == DeadlockJoin {
			d.Object = -1
		}
		n.open = append(n.open, len(n.deadlocks))
		n.deadlocks = append(n.deadlocks, d)
	}
	d := &n.deadlocks[len(n.deadlocks)-1]
	d.Tasks, d.Event = append(d.Tasks, e.Task), n.seen
	n.whole = d.Tasks[0] == TaskID(e.Arg)
}

// close ends the deadlocks of a task that is no longer kept by them.
func (n *Notices) close(e Event) {
	to, moves := e.Kind.To()
	if !moves || to == Blocked || to == Stopped {
		return
	}
	n.open = slices.DeleteFunc(n.open, func(i int) bool {
		d := &n.deadlocks[i]
		over := slices.Contains(d.Tasks, e.Task)
		if over {
			d.To = e.Time
		}
		return over
	})
}

// Finish finds who waits for ever in a run that is over, beside those in a
// deadlock.
func (n *Notices) Finish(r *Recording) {
	var s Snapshot
	r.Snapshot(&s, r.End())
	n.stuck = nil
	var tasks []TaskID
	for _, w := range WaitFor(&r.Header, &s).Hopeless() {
		if w.Fate != Circle {
			tasks = append(tasks, w.Task)
		}
	}
	if len(tasks) > 0 {
		n.stuck = []Notice{{Kind: NoticeStuck, At: r.End(), From: r.End(), To: Never, Event: r.Len(), Tasks: tasks, Object: -1}}
	}
}

// All returns what has been found until an instant, in the order in which it came
// to that.
func (n *Notices) All(end Time) []Notice {
	var all []Notice
	for _, d := range n.deadlocks {
		d.Tasks = slices.Clone(d.Tasks)
		all = append(all, d)
	}
	trouble := func(t *Trouble, kind NoticeKind) {
		all = append(all, Notice{kind, t.Noticed, t.Event, t.From, t.To, []TaskID{t.Task}, -1, t.Times})
	}
	for _, t := range n.troubles.starvedUntil(end) {
		trouble(&t, NoticeStarvation)
	}
	for _, t := range n.troubles.livelocks() {
		trouble(&t, NoticeLivelock)
	}
	for i := range n.troubles.rows {
		if r := &n.troubles.rows[i]; r.noticedAt > 0 {
			t := r.trouble()
			trouble(&t, NoticeLivelock)
		}
	}
	for _, l := range n.losses.Found {
		all = append(all, Notice{NoticeLost, l.At, l.Event, l.At, l.At, []TaskID{l.Task}, l.Variable, l.Count})
	}
	all = append(all, n.stuck...)
	slices.SortStableFunc(all, func(a, b Notice) int { return a.Event - b.Event })
	return all
}

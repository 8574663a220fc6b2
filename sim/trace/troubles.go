package trace

import "slices"

// Trouble is a stretch in which a task gets nowhere though nothing keeps it from
// going on for ever.
type Trouble struct {
	Kind     TroubleKind
	Task     TaskID
	From, To Time
	Times    int // passed over, or given up in vain

	// When it had happened often enough to be called that, after so many events.
	Noticed Time
	Event   int
}

// TroubleKind is the sort of a trouble.
type TroubleKind uint8

// The troubles.
const (
	// Starvation: the task was ready all the time, and StarvedAfter times or more
	// one that had become ready later was let run before it.
	Starvation TroubleKind = iota + 1
	// Livelock: the task asked for what another held and gave up, LivelockAfter
	// times or more without ever getting it in between, while another task did the
	// same.
	Livelock
)

// String returns the kind's stable code.
func (k TroubleKind) String() string { return [...]string{"", "starvation", "livelock"}[k] }

// From how often on it counts.
const (
	StarvedAfter  = 20
	LivelockAfter = 4
)

// Troubles returns the starvation and the livelocks of a recording, each in the
// order in which they end.
func Troubles(r *Recording) []Trouble {
	t := newTroubles()
	t.watch(r)
	starved := t.starvedUntil(r.End())
	slices.SortStableFunc(starved, func(a, b Trouble) int {
		return int(min(max(a.To-b.To, -1), 1))
	})
	for i := range t.rows {
		t.endRow(&t.rows[i])
	}
	return append(starved, t.livelocks()...)
}

type troubled struct {
	place   int // in the order of becoming ready, from 1; 0 = not ready
	since   Time
	over    int // how often it was passed over before places were counted anew
	starved int // 1 + number among those starved, 0 if it isn't
}

// row is how often a task has given up what it asked for in vain.
type row struct {
	task        TaskID
	tries       int
	first, last Time
	event       int // of the last one
	noticed     Time
	noticedAt   int // after so many events; 0 = not noticed
}

// troubles finds them in a recording that grows.
type troubles struct {
	seen    int // events
	tasks   []troubled
	over    []int32  // a Fenwick tree: how often places were passed over
	at      []TaskID // who has which place; NoTask once it has left
	told    int      // of so many of the first places it is known whether they starve
	starved []Trouble
	rows    []row
	rowOf   map[[2]int]int // of a task and a resource
	tried   []row          // those that have ended and were long enough
}

func newTroubles() *troubles { return &troubles{rowOf: map[[2]int]int{}} }

// watch takes in the events that are new.
func (t *troubles) watch(r *Recording) {
	for len(t.tasks) < len(r.Header.Tasks) {
		t.tasks = append(t.tasks, troubled{})
	}
	for i, e := range r.Events(t.seen) {
		t.seen = i + 1
		if e.Task != NoTask {
			t.event(e)
		}
	}
}

// mostPlaces is how many places there are before they are counted anew.
const mostPlaces = 1 << 20

func (t *troubles) event(e Event) {
	x := &t.tasks[e.Task]
	to, moves := e.Kind.To()
	switch {
	case e.Kind == Pick || e.Kind == Dispatch:
		if x.place > 0 {
			place := x.place
			t.leaveReady(e.Task, e.Time)
			t.passOver(place, e.Time)
		}
	case moves && to == Ready:
		if x.place == 0 {
			if len(t.at) == mostPlaces {
				t.countAnew()
			}
			t.at, t.over = append(t.at, e.Task), append(t.over, 0)
			x.place, x.since, x.over, x.starved = len(t.at), e.Time, 0, 0
		}
	case moves:
		t.leaveReady(e.Task, e.Time)
	}
	key := [2]int{int(e.Task), e.Object}
	switch e.Kind {
	case Refused, TimedOut:
		i, there := t.rowOf[key]
		if !there {
			i = len(t.rows)
			t.rowOf[key] = i
			t.rows = append(t.rows, row{task: e.Task})
		}
		r := &t.rows[i]
		if r.tries++; r.tries == 1 {
			r.first = e.Time
		}
		r.last, r.event = e.Time, t.seen
		if r.tries >= LivelockAfter && r.noticedAt == 0 {
			t.noticeRow(r)
		}
	case Lock, LockRead, Acquire, Put, Get:
		if i, there := t.rowOf[key]; there {
			t.endRow(&t.rows[i])
		}
	}
}

// passOver counts one for every place before one, whose task was let run: those
// that are ready there came earlier.
func (t *troubles) passOver(place int, now Time) {
	for i := place - 1; i > 0; i -= i & -i {
		t.over[i-1]++
	}
	// Who came earlier was never passed over less often than who came later.
	for ; t.told < len(t.at); t.told++ {
		id := t.at[t.told]
		if id == NoTask {
			continue
		}
		x := &t.tasks[id]
		if x.starved == 0 && t.passed(x) < StarvedAfter {
			return
		}
		if x.starved == 0 {
			t.starved = append(t.starved, Trouble{Kind: Starvation, Task: id, From: x.since, Noticed: now, Event: t.seen})
			x.starved = len(t.starved)
		}
	}
}

// passed returns how often a task that is ready was passed over.
func (t *troubles) passed(x *troubled) int {
	times := x.over
	for i := x.place; i <= len(t.at); i += i & -i {
		times += int(t.over[i-1])
	}
	return times
}

// leaveReady ends a task's wait for a CPU.
func (t *troubles) leaveReady(id TaskID, now Time) {
	x := &t.tasks[id]
	if x.place == 0 {
		return
	}
	if x.starved > 0 {
		s := &t.starved[x.starved-1]
		s.To, s.Times = now, t.passed(x)
	}
	t.at[x.place-1] = NoTask
	x.place = 0
}

// countAnew gives the places that are left numbers from 1 on.
func (t *troubles) countAnew() {
	left := 0
	for _, id := range t.at {
		if id != NoTask {
			x := &t.tasks[id]
			x.over = t.passed(x)
		}
	}
	for _, id := range t.at {
		if id != NoTask {
			t.at[left] = id
			left++
			t.tasks[id].place = left
		}
	}
	t.at, t.over, t.told = t.at[:left], t.over[:left], 0
	clear(t.over)
}

// starvedUntil returns those that starve, of whom some still may.
func (t *troubles) starvedUntil(end Time) []Trouble {
	all := slices.Clone(t.starved)
	for i := range all {
		if x := &t.tasks[all[i].Task]; x.place > 0 && x.starved == i+1 {
			all[i].To, all[i].Times = end, t.passed(x)
		}
	}
	return all
}

// noticeRow asks whether a row of vain attempts is a livelock by now, and which
// others are for that reason.
func (t *troubles) noticeRow(r *row) {
	both := false
	for i := range t.rows {
		other := &t.rows[i]
		if other.task != r.task && other.tries >= LivelockAfter && other.last >= r.first {
			both = true
			other.notice(r.last, t.seen)
		}
	}
	for i := range t.tried {
		other := &t.tried[i]
		if other.task != r.task && other.last >= r.first {
			both = true
			other.notice(r.last, t.seen)
		}
	}
	if both {
		r.notice(r.last, t.seen)
	}
}

func (r *row) notice(now Time, event int) {
	if r.noticedAt == 0 {
		r.noticed, r.noticedAt = now, event
	}
}

// endRow ends a row of vain attempts.
func (t *troubles) endRow(r *row) {
	if r.tries >= LivelockAfter {
		t.tried = append(t.tried, *r)
	}
	*r = row{task: r.task}
}

// livelocks are the rows of vain attempts during which another had one, of those
// that have ended.
func (t *troubles) livelocks() []Trouble {
	var all []Trouble
	for i := range t.tried {
		if r := &t.tried[i]; r.noticedAt > 0 {
			all = append(all, r.trouble())
		}
	}
	return all
}

func (r *row) trouble() Trouble {
	return Trouble{Livelock, r.task, r.first, r.last, r.tries, r.noticed, r.noticedAt}
}

package trace

// Trouble is a stretch in which a task gets nowhere though nothing keeps it from
// going on for ever.
type Trouble struct {
	Kind     TroubleKind
	Task     TaskID
	From, To Time
	Times    int // passed over, or given up in vain
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

// Troubles returns the starvation and the livelocks of a recording, in the order
// in which they end.
func Troubles(r *Recording) []Trouble {
	t := troubles{tasks: make([]troubled, len(r.Header.Tasks)), rowOf: map[[2]int]int{}}
	for _, e := range r.Events(0) {
		if e.Task == NoTask {
			continue
		}
		t.event(e)
	}
	for id := range t.tasks {
		t.leaveReady(TaskID(id), r.End())
	}
	for i := range t.rows {
		t.endRow(&t.rows[i])
	}
	return append(t.starved, t.livelocks()...)
}

type troubled struct {
	place int // in the order of becoming ready, from 1; 0 = not ready
	since Time
}

// row is how often a task has given up what it asked for in vain.
type row struct {
	task        TaskID
	tries       int
	first, last Time
}

type troubles struct {
	tasks   []troubled
	over    []int // a Fenwick tree: how often places were passed over
	places  int
	starved []Trouble
	rows    []row
	rowOf   map[[2]int]int // of a task and a resource
	tried   []Trouble
}

func (t *troubles) event(e Event) {
	x := &t.tasks[e.Task]
	to, moves := e.Kind.To()
	switch {
	case e.Kind == Pick || e.Kind == Dispatch:
		if x.place > 0 {
			place := x.place
			t.leaveReady(e.Task, e.Time)
			t.passOver(place)
		}
	case moves && to == Ready:
		if x.place == 0 {
			t.places++
			t.over = append(t.over, 0)
			x.place, x.since = t.places, e.Time
			t.over[t.places-1] = 0
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
		r.last = e.Time
	case Lock, LockRead, Acquire, Put, Get:
		if i, there := t.rowOf[key]; there {
			t.endRow(&t.rows[i])
		}
	}
}

// passOver counts one for every place before one: those that are ready there
// still came earlier.
func (t *troubles) passOver(place int) {
	for i := place - 1; i > 0; i -= i & -i {
		t.over[i-1]++
	}
}

// leaveReady ends a task's wait for a CPU.
func (t *troubles) leaveReady(id TaskID, now Time) {
	x := &t.tasks[id]
	if x.place == 0 {
		return
	}
	times := 0
	for i := x.place; i <= t.places; i += i & -i {
		times += t.over[i-1]
	}
	if times >= StarvedAfter {
		t.starved = append(t.starved, Trouble{Starvation, id, x.since, now, times})
	}
	x.place = 0
}

// endRow ends a row of vain attempts.
func (t *troubles) endRow(r *row) {
	if r.tries >= LivelockAfter {
		t.tried = append(t.tried, Trouble{Livelock, r.task, r.first, r.last, r.tries})
	}
	r.tries = 0
}

// livelocks are the rows of vain attempts during which another had one.
func (t *troubles) livelocks() []Trouble {
	var all []Trouble
	for i, a := range t.tried {
		for k, b := range t.tried {
			if i != k && a.Task != b.Task && a.From <= b.To && b.From <= a.To {
				all = append(all, a)
				break
			}
		}
	}
	return all
}

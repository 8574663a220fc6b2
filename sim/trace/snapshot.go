package trace

import (
	"cmp"
	"slices"
)

// Snapshot is a run at one instant: where every task stands and what every CPU
// and resource does. It is filled by [Recording.Snapshot] and meant to be
// reused; what it holds is valid until it is filled again.
type Snapshot struct {
	Time  Time
	Event int // how many events have happened: 0 to Recording.Len

	Tasks     []TaskAt // by TaskID; tasks not yet added to the run are missing
	CPUs      []CPUAt
	Queues    [][]TaskID // ready queues by their number in the header, head first
	Resources []ResourceAt
	New       []TaskID // not yet arrived, by arrival
	Sleeping  []TaskID // wait for an instant: asleep, or for a release; by TaskID
	Joining   []TaskID // wait for the end of another task; by TaskID
	Halted    []TaskID // stopped by a signal; by TaskID
	Zombies   []TaskID // have ended and aren't waited for, in the order they ended
	Ended     []TaskID // in the order they ended
	Policy    int      // index into Header.Policies

	of      *Recording
	moment  moment
	lines   []line // scratch
	sorted  line
	lengths opLengths
}

// TaskAt is a task at an instant. (There may be a hundred thousand, so members
// stand where they take the least room.)
type TaskAt struct {
	Since Time // when its state began
	// CPU it runs on or is being switched to, or ran on last; -1 if it never ran.
	CPU   int
	Queue int // ready queue it stands in, or would; -1 while a CPU switches to it
	PC    int // operation of its program; len(Ops) = past the end
	// Program is the one it is in, an index into Header.Programs, and Image the one
	// it began with, that of the header until it began anew with another.
	Program, Image int
	// Left is what the operation at PC still needs: CPU time if it computes,
	// time if a device serves it or it sleeps. 0 if the operation has no length.
	Left Time
	Key  int64   // its key in an ordered queue
	Loop *LoopAt // its coroutines; nil if it runs none
	// Handling is the signal whose handler it is in, the innermost; 0 if none.
	Handling int
	Acc      int64 // its accumulator: what operations leave that yield something
	// Boosted is the mutex because of which it is more urgent than by itself; -1
	// if it isn't. Lender is the task it is as urgent as then; NoTask if that is
	// the mutex' given ceiling.
	Boosted  int
	Resource int // what it waits or spins for; -1 if nothing one can name
	Variable int // it spins on; -1 if on none
	Lender   TaskID
	// Parent is the main thread of the process its own is a child of; NoTask if
	// that is init, or not part of the run.
	Parent TaskID
	For    TaskID // the task whose end it waits for; NoTask if none, or any child's
	Status int64  // with which it ended: an exit code
	State  State
	Cause  Cause // of Blocked, and of Stopped if it waits beside that
	Served bool  // a device works on its request, it isn't in the queue
	// Spinning: it uses its CPU, or would, to ask for lock Resource, or about
	// Variable, again and again.
	Spinning bool
}

// CPUAt is a processor at an instant.
type CPUAt struct {
	Task      TaskID // running, or being switched to; NoTask if idle
	Switching bool   // a context switch to Task is under way
	Since     Time   // when this began
	Slice     Time   // granted to the running task; 0 = no limit
	SliceLeft Time   // of it
	// Warm are the tasks whose working sets are in its cache, the newest first; it
	// holds until the snapshot is filled again.
	Warm []TaskID
}

// ResourceAt is a resource at an instant.
type ResourceAt struct {
	Owner   TaskID   // of a lock, or who is at what is done once; NoTask if nobody
	Holders []TaskID // who reads under an rwlock, in the order they began
	// Count is how often the owner of an rlock has taken it, the units a semaphore
	// has left, 1 of an event that is set and of a once that is done, how often a
	// barrier has opened, or -1 if it is broken, or the bytes in a pipe,
	// or the requests that a device works on and nobody waits for.
	Count int64
	// Readers and Writers are how many processes have that end of a pipe open.
	Readers, Writers int
	Items            []int64  // contents of a queue, the next to be taken first
	Ranks            []int64  // of a priority queue: the priority of each of Items
	Open             int      // values put into a queue that nobody has said to have dealt with
	Waiting          []TaskID // the next to be served first
	Serving          []TaskID // of a device: whose requests it works on, by TaskID
}

// Snapshot fills s with the run at instant t, everything that happens at t
// included.
func (r *Recording) Snapshot(s *Snapshot, t Time) {
	r.SnapshotAt(s, r.Until(t), t)
}

// SnapshotAt fills s with the run after its first events, 0 to Len, at an
// instant t. At one instant many things may happen one after the other: this
// looks in between. t is moved into the time between the last of these events
// and the next.
func (r *Recording) SnapshotAt(s *Snapshot, events int, t Time) {
	events = min(max(events, 0), r.Len())
	if events > 0 {
		t = max(t, r.Event(events-1).Time)
	}
	if events < r.Len() {
		t = min(t, r.Event(events).Time)
	}
	r.makeCheckpoints()
	near := r.nearest(events)
	if s.of != r {
		s.lengths = opLengths{}
	}
	if s.of != r || s.moment.event > events || s.moment.event < near.event {
		near.unpack(&s.moment)
		s.of = r
	}
	r.replay(&s.moment, events)
	s.moment.time = max(t, 0)
	s.fill()
}

func (s *Snapshot) fill() {
	m, h := &s.moment, &s.of.Header
	m.grow(h)
	s.Time, s.Event, s.Policy = m.time, m.event, m.policy
	s.Tasks = resize(s.Tasks, len(m.tasks))
	s.New, s.Sleeping, s.Joining = s.New[:0], s.Sleeping[:0], s.Joining[:0]
	s.Halted = s.Halted[:0]
	s.Zombies, s.Ended = s.Zombies[:0], s.Ended[:0]
	s.Resources = resize(s.Resources, len(m.owners))
	for i := range s.Resources {
		x := &s.Resources[i]
		x.Owner = m.owners[i]
		x.Count, x.Holders = m.counts[i], x.Holders[:0]
		if m.holders != nil {
			x.Holders = append(x.Holders, m.holders[i]...)
		}
		m.queues[i].fill(x)
		x.Readers, x.Writers = 0, 0
		if len(m.ends) > 0 {
			x.Readers, x.Writers = int(m.ends[i].read), int(m.ends[i].write)
		}
		x.Waiting, x.Serving = x.Waiting[:0], x.Serving[:0]
	}
	s.lengths.extend(h)
	s.clearLines(h)
	for id := range m.tasks {
		s.fillTask(TaskID(id))
	}
	slices.SortStableFunc(s.New, func(a, b TaskID) int { return cmp.Compare(h.Tasks[a].Arrival, h.Tasks[b].Arrival) })
	s.fillQueues()
	s.CPUs = resize(s.CPUs, len(m.cpus))
	for i, c := range m.cpus {
		at := CPUAt{Task: c.task, Switching: c.switching, Since: c.since, Slice: c.slice}
		if c.slice > 0 && c.task != NoTask && !c.switching {
			at.SliceLeft = max(0, c.slice-(m.time-c.since))
		}
		if m.rate > 0 {
			at.Warm = m.warm[i]
		}
		s.CPUs[i] = at
		if c.task != NoTask && c.switching {
			s.Tasks[c.task].CPU = i
		}
	}
}

func (s *Snapshot) fillTask(id TaskID) {
	m := &s.moment
	t := &m.tasks[id]
	at, more := &s.Tasks[id], &m.more[id]
	*at = TaskAt{
		State: t.state, Since: t.since, CPU: -1, Queue: -1, PC: int(t.pc), Program: more.program, Image: more.image, Handling: m.handling(id), Key: more.key, Acc: more.acc, Loop: m.loops[id], Resource: -1, Variable: -1,
		Boosted: -1, Lender: NoTask, For: NoTask, Parent: NoTask, Status: more.status,
	}
	if main := s.of.Header.Tasks[id].Process; main < len(m.more) {
		at.Parent = m.more[main].parent
	}
	if more.boosted > 0 && t.state != Terminated && t.state != Zombie {
		at.Boosted, at.Lender = int(more.boosted)-1, TaskID(more.lender-1)
	}
	if t.flags&hasRun != 0 {
		at.CPU = int(t.cpu)
	}
	if t.flags&beingTaken == 0 {
		at.Queue = int(t.home)
	}
	left := s.lengths.at(more.program, t.pc)
	switch t.state {
	case New:
		s.New = append(s.New, id)
	case Running:
		left -= m.time - t.work + m.ahead(id)
		s.spins(at, t)
	case Ready:
		left -= t.work + m.ahead(id)
		s.spins(at, t)
		if t.stands() {
			s.stand(int(t.home), t.order, id)
		}
	case Blocked:
		at.Cause = t.cause
		at.Served = t.flags&served != 0
		switch {
		case t.cause == ForSleep:
			s.Sleeping = append(s.Sleeping, id)
			left -= m.time - t.work
		case t.cause == ForRelease, t.cause == ForLoop:
			s.Sleeping = append(s.Sleeping, id)
		case t.cause == ForTask, t.cause == ForChild:
			at.For = more.other
			s.Joining = append(s.Joining, id)
		case at.Served:
			at.Resource = int(t.object)
			serving := &s.Resources[t.object].Serving
			*serving = append(*serving, id)
			left -= m.time - t.work
		default:
			if t.cause == ForGIL {
				left -= t.work
			}
			at.Resource = int(t.object)
			s.stand(len(s.lines)-2-int(t.object), t.order, id)
		}
	case Zombie:
		s.stand(len(s.of.Header.Queues), t.order, id)
	case Terminated:
		s.stand(len(s.lines)-1, t.order, id)
	}
	at.Left = max(left, 0)
	if t.flags&halted != 0 && (t.state == Ready || t.state == Blocked) {
		at.State, at.Queue = Stopped, -1
		s.Halted = append(s.Halted, id)
	}
}

// spins says of a task that could run whether it only spins.
func (s *Snapshot) spins(at *TaskAt, t *taskState) {
	switch {
	case t.flags&spinning == 0:
	case t.flags&onVariable != 0:
		at.Spinning, at.Variable = true, int(t.object)
	default:
		at.Spinning, at.Resource = true, int(t.object)
	}
}

// opLengths is how long operations take, close together: the header has it too,
// but looking there for every task costs more than all the rest of a snapshot.
type opLengths struct {
	all   []Time   // of each operation of each program
	begin []uint32 // of each program, and where the last ends
}

// extend takes in programs that are new in the header.
func (l *opLengths) extend(h *Header) {
	if len(l.begin) == 0 {
		l.begin = append(l.begin, 0)
	}
	for i := len(l.begin) - 1; i < len(h.Programs); i++ {
		for k := range h.Programs[i].Ops {
			l.all = append(l.all, h.Programs[i].Ops[k].Length)
		}
		l.begin = append(l.begin, uint32(len(l.all)))
	}
}

// at returns how long an operation of a program takes, 0 past the end.
func (l *opLengths) at(program int, pc uint32) Time {
	if i := l.begin[program] + pc; i < l.begin[program+1] {
		return l.all[i]
	}
	return 0
}

// order sorts a ready queue as an ordered queue stands.
func (s *Snapshot) order(q []TaskID, like *Queue) {
	tasks, head := s.moment.more, s.of.Header.Tasks
	slices.SortFunc(q, func(a, b TaskID) int {
		if c := cmp.Compare(tasks[a].key, tasks[b].key); c != 0 {
			return c
		}
		switch {
		case like.ByIndex:
		case like.ByJob:
			if c := cmp.Compare(tasks[a].active, tasks[b].active); c != 0 {
				return c
			}
		default:
			if c := cmp.Compare(head[a].Arrival, head[b].Arrival); c != 0 {
				return c
			}
		}
		return cmp.Compare(a, b)
	})
}

// Holds appends to out the resources the task owns or reads under.
func (s *Snapshot) Holds(out []int, id TaskID) []int {
	for i := range s.Resources {
		if s.Resources[i].Owner == id || slices.Contains(s.Resources[i].Holders, id) {
			out = append(out, i)
		}
	}
	return out
}

// resize returns list with n members, keeping the memory its members hold.
func resize[T any](list []T, n int) []T {
	if n <= cap(list) {
		return list[:n]
	}
	return append(list[:cap(list)], make([]T, n-cap(list))...)
}

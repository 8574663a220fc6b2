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
	Ended     []TaskID // in the order they ended
	Policy    int      // index into Header.Policies

	of     *Recording
	moment moment
}

// TaskAt is a task at an instant.
type TaskAt struct {
	State State
	Since Time // when that state began
	// CPU it runs on or is being switched to, or ran on last; -1 if it never ran.
	CPU   int
	Queue int // ready queue it stands in, or would; -1 while a CPU switches to it
	PC    int // operation of its program; len(Ops) = past the end
	// Left is what the operation at PC still needs: CPU time if it computes,
	// time if a device serves it or it sleeps. 0 if the operation has no length.
	Left Time
	Key  int64 // its key in an ordered queue
	// Blocked only:
	Cause    Cause
	Resource int  // what it waits for; -1 if nothing one can name
	Served   bool // a device works on its request, it isn't in the queue
}

// CPUAt is a processor at an instant.
type CPUAt struct {
	Task      TaskID // running, or being switched to; NoTask if idle
	Switching bool   // a context switch to Task is under way
	Since     Time   // when this began
	Slice     Time   // granted to the running task; 0 = no limit
	SliceLeft Time   // of it
}

// ResourceAt is a resource at an instant.
type ResourceAt struct {
	Owner   TaskID   // of a mutex; NoTask if free
	Items   []int64  // contents of a queue, the next to be taken first
	Waiting []TaskID // in the order they came
	Serving []TaskID // of a device: whose requests it works on, by TaskID
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
	events = min(max(events, 0), r.n)
	if events > 0 {
		t = max(t, r.Event(events-1).Time)
	}
	if events < r.n {
		t = min(t, r.Event(events).Time)
	}
	r.makeCheckpoints()
	near := r.nearest(events)
	if s.of != r || s.moment.event > events || s.moment.event < near.event {
		s.moment.copyFrom(near)
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
	s.New, s.Sleeping = s.New[:0], s.Sleeping[:0]
	s.Ended = append(s.Ended[:0], m.ended...)
	s.Resources = resize(s.Resources, len(m.waiters))
	for i := range s.Resources {
		x := &s.Resources[i]
		x.Owner = m.owners[i]
		x.Items = append(x.Items[:0], m.items[i]...)
		x.Waiting = m.walk(x.Waiting[:0], m.waiters[i])
		x.Serving = x.Serving[:0]
	}
	for id := range m.tasks {
		s.fillTask(TaskID(id))
	}
	slices.SortStableFunc(s.New, func(a, b TaskID) int { return cmp.Compare(h.Tasks[a].Arrival, h.Tasks[b].Arrival) })
	s.Queues = resize(s.Queues, len(m.queues))
	for q := range s.Queues {
		s.Queues[q] = m.walk(s.Queues[q][:0], m.queues[q])
		if h.Queues[q].Ordered {
			s.order(s.Queues[q], &h.Queues[q])
		}
	}
	s.CPUs = resize(s.CPUs, len(m.cpus))
	for i, c := range m.cpus {
		at := CPUAt{Task: c.task, Switching: c.switching, Since: c.since, Slice: c.slice}
		if c.slice > 0 && c.task != NoTask && !c.switching {
			at.SliceLeft = max(0, c.slice-(m.time-c.since))
		}
		s.CPUs[i] = at
		if c.task != NoTask && c.switching {
			s.Tasks[c.task].CPU = i
		}
	}
}

func (s *Snapshot) fillTask(id TaskID) {
	m, h := &s.moment, &s.of.Header
	t := &m.tasks[id]
	at := TaskAt{State: t.state, Since: t.since, CPU: -1, Queue: -1, PC: int(t.pc), Key: t.key, Resource: -1}
	if t.flags&hasRun != 0 {
		at.CPU = int(t.cpu)
	}
	if t.flags&beingTaken == 0 {
		at.Queue = int(t.home)
	}
	if ops := h.Programs[h.Tasks[id].Program].Ops; at.PC < len(ops) {
		at.Left = ops[at.PC].Length
	}
	switch t.state {
	case New:
		s.New = append(s.New, id)
	case Running:
		at.Left -= t.done + m.time - t.opSince
	case Ready:
		at.Left -= t.done
	case Blocked:
		at.Cause = t.cause
		at.Served = t.flags&served != 0
		switch t.cause {
		case ForSleep, ForRelease:
			s.Sleeping = append(s.Sleeping, id)
		default:
			at.Resource = int(t.object)
		}
		if at.Served {
			serving := &s.Resources[t.object].Serving
			*serving = append(*serving, id)
		}
		if at.Served || t.cause == ForSleep {
			at.Left -= m.time - t.opSince
		}
	}
	at.Left = max(at.Left, 0)
	s.Tasks[id] = at
}

// walk appends a list from its head to out.
func (m *moment) walk(out []TaskID, l list) []TaskID {
	for id := l.head; id != NoTask; id = m.tasks[id].next {
		out = append(out, id)
	}
	return out
}

// order sorts a ready queue as an ordered queue stands.
func (s *Snapshot) order(q []TaskID, like *Queue) {
	tasks, head := s.moment.tasks, s.of.Header.Tasks
	slices.SortStableFunc(q, func(a, b TaskID) int {
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

// Holds appends to out the resources the task owns.
func (s *Snapshot) Holds(out []int, id TaskID) []int {
	for i := range s.Resources {
		if s.Resources[i].Owner == id {
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

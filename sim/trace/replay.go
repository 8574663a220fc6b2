package trace

import "slices"

// taskState is what the log says of one task at an instant, without what the
// header or the totals say. It is kept small, since checkpoints copy it.
type taskState struct {
	since   Time // of its state
	opSince Time // since when the time of done counts: the operation, the run or the service began
	done    Time // CPU received for the operation at pc until opSince
	slice   Time // of its own, 0 = the policy's
	key     int64
	active  Time // when its job could run; it has arrived, if it runs just once
	pc      uint32
	next    TaskID // neighbours in the list it stands in
	prev    TaskID
	list    uint32
	home    uint16
	object  uint16 // what it waits for
	cpu     uint8  // it runs on, or last ran on
	state   State
	cause   Cause
	flags   uint8
}

const (
	served     uint8 = 1 << iota // a device works on its request
	beingTaken                   // a CPU is switching to it
	hasRun                       // it was dispatched at least once
)

const noList = 1<<32 - 1

// list is a queue of tasks, linked through taskState.
type list struct{ head, tail TaskID }

// cpuState is what one CPU does.
type cpuState struct {
	task      TaskID // running, or being switched to; NoTask if idle
	since     Time
	slice     Time // granted at the dispatch
	switching bool
}

// moment is the whole state of a run at an instant. Lists are numbered: ready
// queues from 0 as queueAt says, then the waiters of each resource.
type moment struct {
	time    Time
	event   int // number of events applied
	quantum Time
	policy  int
	tasks   []taskState
	cpus    []cpuState
	queues  []list
	waiters []list
	owners  []TaskID
	items   [][]int64
	ended   []TaskID // in order
}

// start returns the moment before the first event.
func (r *Recording) start() *moment {
	m := &moment{}
	h := &r.Header
	m.grow(h)
	m.cpus = make([]cpuState, h.CPUs)
	for i := range m.cpus {
		m.cpus[i].task = NoTask
	}
	m.waiters = make([]list, len(h.Resources))
	m.owners = make([]TaskID, len(h.Resources))
	m.items = make([][]int64, len(h.Resources))
	for i := range m.waiters {
		m.waiters[i] = list{NoTask, NoTask}
		m.owners[i] = NoTask
	}
	if len(h.Policies) > 0 {
		m.quantum = h.Policies[0].Slice
	}
	return m
}

// grow makes room for tasks and queues the header has meanwhile got.
func (m *moment) grow(h *Header) {
	for len(m.tasks) < len(h.Tasks) {
		m.tasks = append(m.tasks, taskState{state: New, list: noList, next: NoTask, prev: NoTask})
	}
	for len(m.queues) < len(h.Queues) {
		m.queues = append(m.queues, list{NoTask, NoTask})
	}
}

// copyFrom makes m an independent copy of o, reusing m's memory.
func (m *moment) copyFrom(o *moment) {
	items := m.items
	tasks, cpus, queues, waiters, owners, ended := m.tasks, m.cpus, m.queues, m.waiters, m.owners, m.ended
	*m = *o
	m.tasks = append(tasks[:0], o.tasks...)
	m.cpus = append(cpus[:0], o.cpus...)
	m.queues = append(queues[:0], o.queues...)
	m.waiters = append(waiters[:0], o.waiters...)
	m.owners = append(owners[:0], o.owners...)
	m.ended = append(ended[:0], o.ended...)
	m.items = slices.Grow(items[:0], len(o.items))[:len(o.items)]
	for i := range o.items {
		m.items[i] = append(m.items[i][:0], o.items[i]...)
	}
}

func (m *moment) list(n uint32) *list {
	if int(n) < len(m.queues) {
		return &m.queues[n]
	}
	return &m.waiters[waitList-n]
}

// waitList numbers the waiters of resource i as waitList-i, so that queues
// added later don't shift them.
const waitList = noList - 1

func (m *moment) enlist(id TaskID, n uint32, atHead bool) {
	t, l := &m.tasks[id], m.list(n)
	t.list = n
	if atHead {
		t.prev, t.next = NoTask, l.head
		if l.head != NoTask {
			m.tasks[l.head].prev = id
		} else {
			l.tail = id
		}
		l.head = id
		return
	}
	t.next, t.prev = NoTask, l.tail
	if l.tail != NoTask {
		m.tasks[l.tail].next = id
	} else {
		l.head = id
	}
	l.tail = id
}

func (m *moment) delist(id TaskID) {
	t := &m.tasks[id]
	if t.list == noList {
		return
	}
	l := m.list(t.list)
	if t.prev != NoTask {
		m.tasks[t.prev].next = t.next
	} else {
		l.head = t.next
	}
	if t.next != NoTask {
		m.tasks[t.next].prev = t.prev
	} else {
		l.tail = t.prev
	}
	t.list = noList
}

// apply changes the moment as event e says.
func (m *moment) apply(h *Header, e Event) {
	m.time = e.Time
	m.event++
	if e.Task == NoTask {
		m.applyToAll(e)
		return
	}
	if int(e.Task) >= len(m.tasks) {
		m.grow(h)
	}
	t := &m.tasks[e.Task]
	info := &kindTable[e.Kind]
	if info.to != 0 {
		m.leave(e, t)
		t.state, t.since, t.opSince, t.cause = info.to, e.Time, e.Time, info.cause
		m.enter(h, e, t)
	}
	if info.advances {
		t.pc++
		t.done = 0
		t.opSince = e.Time
	}
	switch e.Kind {
	case Pick:
		m.delist(e.Task)
		t.flags |= beingTaken
		m.cpus[e.CPU] = cpuState{task: e.Task, since: e.Time, switching: true}
	case Jump:
		t.pc = uint32(e.PC())
		t.done, t.opSince = 0, e.Time
	case Serve:
		m.delist(e.Task)
		t.flags |= served
		t.opSince = e.Time
	case Lock:
		m.owners[e.Object] = e.Task
	case Unlock:
		m.owners[e.Object] = NoTask
	case Put:
		m.items[e.Object] = append(m.items[e.Object], e.Arg)
	case Get:
		q := m.items[e.Object]
		m.items[e.Object] = append(q[:0], q[min(1, len(q)):]...)
	case Home:
		if e.Object >= len(m.queues) { // of a policy the run was switched to
			m.grow(h)
			t = &m.tasks[e.Task]
		}
		t.home = uint16(e.Object)
		if t.state == Ready && t.list != noList {
			m.delist(e.Task)
			m.enlist(e.Task, uint32(t.home), false)
		}
	case Key:
		t.key = e.Arg
	case Arrive, Release, NextJob:
		t.active = e.Time
	case JobDone:
		t.pc, t.done = 0, 0
	case Abort:
		t.pc, t.done = 0, 0
		for i := range m.owners {
			if m.owners[i] == e.Task {
				m.owners[i] = NoTask
			}
		}
	case ToHead:
		if n := t.list; n != noList {
			m.delist(e.Task)
			m.enlist(e.Task, n, true)
		}
	case Slice:
		t.slice = Time(e.Arg)
	}
}

func (m *moment) applyToAll(e Event) {
	switch e.Kind {
	case Quantum:
		m.quantum = Time(e.Arg)
	case Switched:
		m.policy = e.Object
	}
}

// leave takes a task out of where its old state had it.
func (m *moment) leave(e Event, t *taskState) {
	switch t.state {
	case Running:
		t.done += e.Time - t.opSince
		m.cpus[t.cpu] = cpuState{task: NoTask, since: e.Time}
	case Ready:
		if t.flags&beingTaken != 0 && e.Kind != Dispatch { // killed on the way
			for c := range m.cpus {
				if m.cpus[c].task == e.Task {
					m.cpus[c] = cpuState{task: NoTask, since: e.Time}
				}
			}
		}
	}
	m.delist(e.Task)
	t.flags &^= served | beingTaken
}

// enter puts a task where its new state wants it.
func (m *moment) enter(h *Header, e Event, t *taskState) {
	switch t.state {
	case Ready:
		m.enlist(e.Task, uint32(t.home), false)
	case Running:
		t.cpu = uint8(e.CPU)
		t.flags |= hasRun
		slice := t.slice
		if slice == 0 {
			slice = m.quantum
		}
		m.cpus[e.CPU] = cpuState{task: e.Task, since: e.Time, slice: slice}
	case Blocked:
		if kindTable[e.Kind].object == aResource {
			t.object = uint16(e.Object)
			if e.Kind == BlockIO && h.Resources[e.Object].Servers == 0 {
				t.flags |= served
				return
			}
			m.enlist(e.Task, waitList-uint32(e.Object), false)
		}
	case Terminated:
		m.ended = append(m.ended, e.Task)
	}
}

package trace

import "sort"

// taskState is what the log says of one task at an instant, without what the
// header or the totals say. Replaying an event touches one of these and little
// else, so it is kept within a cache line.
type taskState struct {
	since Time // of its state
	// work is how much of the operation at pc has been done; while it runs, is
	// served or sleeps, it is the instant at which that would have begun in one go.
	work Time
	// order is where it stands among those who are ready, wait for the same, or
	// have ended: smaller first. It is the number of the event that put it there,
	// negative if that was at the head.
	order  int
	pc     uint32
	home   uint16
	object uint16 // what it waits for
	cpu    uint8  // it runs on, or last ran on
	state  State
	cause  Cause
	flags  uint8
}

const (
	served     uint8 = 1 << iota // a device works on its request
	beingTaken                   // a CPU is switching to it
	hasRun                       // it was dispatched at least once
	ownSlice                     // it has a slice of its own
)

// taskMore is what only some events need.
type taskMore struct {
	slice  Time // of its own, 0 = the policy's
	key    int64
	active Time // when its job could run; when it arrived, if it runs just once
}

// cpuState is what one CPU does.
type cpuState struct {
	task      TaskID // running, or being switched to; NoTask if idle
	since     Time
	slice     Time // granted at the dispatch
	switching bool
}

// moment is the whole state of a run at an instant. Who stands in which queue
// follows from the states and orders of the tasks.
type moment struct {
	time    Time
	event   int // number of events applied
	quantum Time
	policy  int
	tasks   []taskState
	more    []taskMore // of each task
	cpus    []cpuState
	owners  []TaskID
	items   [][]int64
	args    int // how many arguments of the chunk that is replayed are before the event
}

// start makes m the moment before the first event.
func (m *moment) start(h *Header) {
	*m = moment{
		cpus:   make([]cpuState, h.CPUs),
		owners: make([]TaskID, len(h.Resources)),
		items:  make([][]int64, len(h.Resources)),
	}
	m.grow(h)
	for i := range m.cpus {
		m.cpus[i].task = NoTask
	}
	for i := range m.owners {
		m.owners[i] = NoTask
	}
	if len(h.Policies) > 0 {
		m.quantum = h.Policies[0].Slice
	}
}

// grow makes room for tasks the header has meanwhile got.
func (m *moment) grow(h *Header) {
	for len(m.tasks) < len(h.Tasks) {
		m.tasks = append(m.tasks, taskState{state: New})
		m.more = append(m.more, taskMore{})
	}
}

// stands reports whether a task stands in a ready queue.
func (t *taskState) stands() bool { return t.state == Ready && t.flags&beingTaken == 0 }

// begin starts the operation at pc anew.
func (t *taskState) begin(now Time) {
	t.work = 0
	if t.state == Running || t.state == Blocked {
		t.work = now
	}
}

// effect is what an event does to the task it is about, as far as a table can
// say; change is the rest.
type effect struct {
	to       State
	cause    Cause
	advances bool
	more     bool
}

var effects = func() (e [256]effect) {
	for k, info := range kindTable {
		e[k] = effect{to: info.to, cause: info.cause, advances: info.advances}
	}
	for _, k := range []Kind{Arrive, Pick, Jump, Serve, Lock, Unlock, Put, Get, Home, Key, ToHead, Slice,
		Release, NextJob, JobDone, Abort} {
		e[k].more = true
	}
	return e
}()

// replay applies events to m until it has seen the first upTo of them.
func (r *Recording) replay(m *moment, upTo int) {
	if m.event >= upTo {
		return
	}
	m.grow(&r.Header)
	_, k := r.find(m.event)
	for ; m.event < upTo; k++ {
		c := r.chunks[k]
		end := min(c.n, upTo-c.first)
		m.apply(&r.Header, c, m.event-c.first, end)
		m.time, m.event = c.time[end-1], c.first+end
	}
}

// apply replays the events of a chunk from one up to another.
func (m *moment) apply(h *Header, c *chunk, at, end int) {
	tasks := m.tasks
	m.args = sort.Search(len(c.argAt), func(k int) bool { return c.argAt[k] >= uint32(at) })
	times, ids, objects, kinds, cpus := c.time[:end], c.task[:end], c.object[:end], c.kind[:end], c.cpu[:end]
	for ; at < end; at++ {
		id, kind := ids[at], kinds[at]
		if int(id) >= len(tasks) {
			m.applyToAll(c, at)
			continue
		}
		t, effect := &tasks[id], &effects[kind]
		if effect.to != 0 {
			now := times[at]
			switch t.state {
			case Running:
				t.work = now - t.work
				m.cpus[t.cpu] = cpuState{task: NoTask, since: now}
			case Blocked:
				t.work = 0
			case Ready:
				if t.flags&beingTaken != 0 && effect.to != Running {
					m.release(id, now)
				}
			}
			t.state, t.cause, t.since = effect.to, effect.cause, now
			t.flags &^= served | beingTaken
			switch effect.to {
			case Running:
				cpu := cpus[at]
				t.work = now - t.work
				t.cpu = cpu
				t.flags |= hasRun
				slice := m.quantum
				if t.flags&ownSlice != 0 {
					slice = m.more[id].slice
				}
				m.cpus[cpu] = cpuState{task: id, since: now, slice: slice}
			case Blocked:
				t.work = now
				t.order = c.first + at
				t.object = objects[at]
				if kind == BlockIO && h.Resources[t.object].Servers == 0 {
					t.flags |= served
				}
			default:
				t.order = c.first + at
			}
		}
		if effect.advances {
			t.pc++
			t.begin(times[at])
		}
		if effect.more {
			m.change(t, c, at)
		}
	}
}

// change does what the effects of an event don't say.
func (m *moment) change(t *taskState, c *chunk, at int) {
	now, id, object := c.time[at], c.task[at], c.object[at]
	switch c.kind[at] {
	case Pick:
		t.flags |= beingTaken
		m.cpus[c.cpu[at]] = cpuState{task: id, since: now, switching: true}
	case Jump:
		t.pc = uint32(object) | uint32(c.cpu[at])<<16
		t.begin(now)
	case Serve:
		t.flags |= served
		t.work = now
	case Lock:
		m.owners[object] = id
	case Unlock:
		m.owners[object] = NoTask
	case Put:
		m.items[object] = append(m.items[object], m.arg(c, at))
	case Get:
		q := m.items[object]
		m.items[object] = append(q[:0], q[min(1, len(q)):]...)
	case Home:
		t.home = object
		if t.stands() {
			t.order = c.first + at
		}
	case ToHead:
		if t.stands() || t.state == Blocked {
			t.order = -c.first - at
		}
	case Key:
		m.more[id].key = m.arg(c, at)
	case Arrive, Release, NextJob:
		m.more[id].active = now
	case JobDone:
		t.pc = 0
		t.begin(now)
	case Abort:
		t.pc = 0
		t.begin(now)
		for i := range m.owners {
			if m.owners[i] == id {
				m.owners[i] = NoTask
			}
		}
	case Slice:
		slice := Time(m.arg(c, at))
		m.more[id].slice = slice
		t.flags &^= ownSlice
		if slice != 0 {
			t.flags |= ownSlice
		}
	}
}

func (m *moment) applyToAll(c *chunk, at int) {
	switch c.kind[at] {
	case Quantum:
		m.quantum = Time(m.arg(c, at))
	case Switched:
		m.policy = int(c.object[at])
	}
}

// release frees the CPU that was switching to a task.
func (m *moment) release(id TaskID, now Time) {
	for c := range m.cpus {
		if m.cpus[c].task == id {
			m.cpus[c] = cpuState{task: NoTask, since: now}
		}
	}
}

// arg returns the argument of an event of the chunk. Events must be asked for in
// order.
func (m *moment) arg(c *chunk, at int) int64 {
	for m.args < len(c.argAt) && c.argAt[m.args] < uint32(at) {
		m.args++
	}
	if m.args < len(c.argAt) && c.argAt[m.args] == uint32(at) {
		return c.arg[m.args]
	}
	return 0
}

package trace

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
	spinning                     // it asks for lock object again and again
	halted                       // stopped by a signal, whatever its state is beside that
	onVariable                   // what it spins for is variable object
)

// taskMore is what only some events need.
type taskMore struct {
	slice   Time // of its own, 0 = the policy's
	key     int64
	active  Time // when its job could run; when it arrived, if it runs just once
	acc     int64
	printed int // 1 + the number of the event that says what it printed last; 0 = nothing yet
	// lender is 1 more than the task it is as urgent as, 0 if it has its own
	// urgency; boosted, 1 more than the mutex because of which.
	lender, boosted uint32
	status          int64  // with which its process, or it, ended
	other           TaskID // for whose end it waits; NoTask if for none, or any
	parent          TaskID // main thread of the process its own is a child of; NoTask if of init
	program, image  int    // it runs, an index into Header.Programs; and that its process began with last
	ahead           Time   // how much more of its operation is done than it ran, with caches
}

// cpuState is what one CPU does.
type cpuState struct {
	task      TaskID // running, or being switched to; NoTask if idle
	since     Time
	slice     Time // granted at the dispatch
	switching bool
	fast      Time // since when the task's operation goes faster in a warm cache; -1 if it doesn't
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
	holders [][]TaskID // who reads under an rwlock, in the order they began
	counts  []int64    // see ResourceAt.Count
	queues  []contents // of each resource
	loops   map[TaskID]*LoopAt
	signals map[TaskID]SignalsAt // of processes, by main thread
	frames  map[TaskID][]frame   // of those who handle signals, the innermost last
	ends    []openEnds           // of each resource; nil if there are no pipes
	files   []openFile           // which of them each process has open
	values  values
	rate    int64      // of warm caches; 0 if there are none
	warm    [][]TaskID // in the cache of each CPU, the newest first
	args    int        // how many arguments of the chunk that is replayed are before the event
}

// start makes m the moment before the first event.
func (m *moment) start(h *Header) {
	*m = moment{
		cpus:   make([]cpuState, h.CPUs),
		values: make(values, len(h.Variables)),
	}
	for i := range h.Resources {
		if h.Resources[i].Kind == Pipe {
			m.ends = make([]openEnds, 0, len(h.Resources))
		}
		if h.Resources[i].Kind == RWLock { // few runs have one
			m.holders = make([][]TaskID, 0, len(h.Resources))
		}
	}
	m.grow(h)
	if h.Cache != nil {
		m.rate, m.warm = h.Cache.Rate, make([][]TaskID, h.CPUs)
	}
	for i := range m.cpus {
		m.cpus[i].task = NoTask
	}
	if len(h.Policies) > 0 {
		m.quantum = h.Policies[0].Slice
	}
}

// grow makes room for tasks and resources the header has meanwhile got.
func (m *moment) grow(h *Header) {
	for i := len(m.owners); i < len(h.Resources); i++ {
		m.owners, m.counts, m.queues = append(m.owners, NoTask), append(m.counts, h.Resources[i].Value), append(m.queues, contents{})
	}
	for m.ends != nil && len(m.ends) < len(m.owners) {
		m.ends = append(m.ends, openEnds{})
	}
	for m.holders != nil && len(m.holders) < len(m.owners) {
		m.holders = append(m.holders, nil)
	}
	for len(m.tasks) < len(h.Tasks) {
		m.tasks = append(m.tasks, taskState{state: New})
		id := len(m.more)
		m.more = append(m.more, taskMore{other: NoTask, parent: h.parentOf(id), program: h.Tasks[id].Program, image: h.Tasks[id].Program})
	}
}

// stands reports whether a task stands in a ready queue.
func (t *taskState) stands() bool { return t.state == Ready && t.flags&(beingTaken|halted) == 0 }

// begin starts the operation at pc anew.
func (t *taskState) begin(now Time) {
	t.work = 0
	if t.state == Running || t.state == Blocked {
		t.work = now
	}
}

// begin starts the operation at the program counter of an event's task anew.
func (m *moment) begin(t *taskState, e *record) {
	t.begin(e.time)
	if m.rate > 0 {
		m.more[e.task].ahead = 0
		if c := &m.cpus[t.cpu]; t.state == Running && c.fast >= 0 {
			c.fast = e.time
		}
	}
}

// effect is what an event does to the task it is about, as far as a table can
// say; change is the rest.
type effect struct {
	to       State
	cause    Cause
	advances bool
	more     bool
	counted  uint8 // how many bits of the argument stand in place of the object; see aCount
}

var effects = func() (e [256]effect) {
	for k, info := range kindTable {
		e[k] = effect{to: info.to, cause: info.cause, advances: info.advances}
		if info.object == aCount {
			e[k].counted = 24
			if info.onCPU {
				e[k].counted = 16
			}
		}
	}
	for _, k := range []Kind{IfTrue, IfFalse, Atomic, AtomicNo, Added, Assign, Arrive, Pick, Jump, Serve, Lock, Unlock, Put, Get, TaskDone, LoopBegin, Resume, CoAwait, CoDue, CoEnd, LoopEnd, Request, Answer, Forsake, Handler, PollNo, WakeReply, OpenEnd, CloseEnd, DropEnd, WriteSome, Write, Read, Home, Key, ToHead, Slice,
		Release, NextJob, JobDone, Abort, Result, Load, Acc, Store, Print, LockRead, Refused, Spin, Acquire, GiveBack, BlockWait,
		Set, Clear, Trip, Break, OnceBegin, OnceDone, TakeGIL, DropGIL, Boosted, Restored, LetGo, Withheld, Warm, Evict,
		Fork, BlockJoin, BlockChild, Exit, Defunct, Adopt, Stop, Continue, Kill, Crash, EndWith, Exec, Ignored, Ignore, Heed, Handle, Pending, Catch, Return} {
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
		end := min(len(c.events), upTo-c.first)
		m.apply(&r.Header, c, m.event-c.first, end)
		m.time, m.event = c.events[end-1].time, c.first+end
	}
}

// apply replays the events of a chunk from one up to another.
func (m *moment) apply(h *Header, c *chunk, at, end int) {
	tasks := m.tasks
	m.args = c.argsBefore(at)
	for events := c.events[:end]; at < len(events); at++ {
		e := &events[at]
		if int(e.task) >= len(tasks) {
			m.applyToAll(c, at)
			continue
		}
		t, effect := &tasks[e.task], &effects[e.kind]
		if effect.to != 0 {
			switch t.state {
			case Running:
				t.work = e.time - t.work
				if m.rate > 0 {
					m.halt(e)
				}
				m.cpus[t.cpu] = cpuState{task: NoTask, since: e.time}
			case Blocked:
				if t.cause != ForGIL { // else it goes on where it was
					t.work = 0
				}
			case Ready:
				if t.flags&beingTaken != 0 && effect.to != Running {
					m.release(e)
				}
			}
			t.state, t.cause, t.since = effect.to, effect.cause, e.time
			t.flags &^= served | beingTaken
			switch effect.to {
			case Running:
				t.work = e.time - t.work
				t.cpu = e.cpu
				t.flags |= hasRun
				slice := m.quantum
				if t.flags&ownSlice != 0 {
					slice = m.more[e.task].slice
				}
				m.cpus[e.cpu] = cpuState{task: e.task, since: e.time, slice: slice}
				if m.rate > 0 {
					m.pace(e)
				}
			case Blocked:
				t.flags &^= spinning | onVariable
				if effect.cause != ForGIL {
					t.work = e.time
				}
				t.order = c.first + at
				t.object = e.object
				if effect.counted > 0 {
					t.object = 0
				}
				if e.kind == BlockIO && h.Resources[e.object].Servers == 0 {
					t.flags |= served
				}
			default:
				t.order = c.first + at
			}
		}
		if effect.advances {
			t.pc++
			m.begin(t, e)
		}
		if effect.more {
			m.change(h, t, c, at)
		}
	}
}

// change does what the effects of an event don't say.
func (m *moment) change(h *Header, t *taskState, c *chunk, at int) {
	e := &c.events[at]
	switch e.kind {
	case Pick:
		t.flags |= beingTaken
		m.cpus[e.cpu] = cpuState{task: e.task, since: e.time, switching: true}
	case Jump:
		t.pc = uint32(e.object) | uint32(e.cpu)<<16
		m.begin(t, e)
	case Serve:
		t.flags |= served
		t.work = e.time
	case Lock:
		m.owners[e.object] = e.task
		m.counts[e.object] = c.argOf(at, &m.args)
		t.flags &^= spinning
	case Unlock:
		m.unlock(e, c.argOf(at, &m.args))
	case Withheld:
		t.cause = ForSafety
	case LetGo:
		m.unlock(e, 0)
	case Put:
		m.queues[e.object].put(h.Resources[e.object].Order, c.argOf(at, &m.args), h.opBefore(m.more[e.task].program, t.pc))
	case Get:
		m.queues[e.object].get(h.opBefore(m.more[e.task].program, t.pc).Far)
	case LoopBegin, Resume, CoAwait, CoDue, CoEnd, LoopEnd:
		m.loop(e.task, e.kind, int(t.pc), int(c.argOf(at, &m.args)))
	case Request:
		m.counts[e.object]++
	case Answer, Forsake, WakeReply:
		m.counts[e.object]--
	case IfTrue:
		if e.object > 0 {
			t.flags |= spinning | onVariable
			t.object = e.object - 1
		}
	case IfFalse:
		t.flags &^= spinning | onVariable
	case PollNo:
		m.begin(t, e)
	case Handler:
		m.counts[e.object]--
		m.interrupt(t, Time(c.argOf(at, &m.args)))
	case OpenEnd, CloseEnd, DropEnd, WriteSome, Write, Read:
		m.pipe(h, e, c.argOf(at, &m.args))
	case TaskDone:
		m.queues[e.object].open--
	case Load, Acc, Added, Atomic, AtomicNo:
		m.more[e.task].acc = c.argOf(at, &m.args)
	case Store, Assign:
		m.values.set(h, int(e.object), e.task, c.argOf(at, &m.args))
	case Print:
		m.more[e.task].printed = c.first + at + 1
	case Home:
		t.home = e.object
		if t.stands() {
			t.order = c.first + at
		}
	case ToHead:
		if t.stands() || t.state == Blocked {
			t.order = -c.first - at
		}
	case Key:
		m.more[e.task].key = c.argOf(at, &m.args)
	case Boosted:
		more := &m.more[e.task]
		more.lender, more.boosted = uint32(c.argOf(at, &m.args)+1), uint32(e.object)+1
	case Restored:
		more := &m.more[e.task]
		more.lender, more.boosted = 0, 0
	case Arrive, Release:
		m.more[e.task].active = e.time
		if m.policy < len(h.Policies) && h.Policies[m.policy].ByDeadline {
			if due := h.Tasks[e.task].Due(e.time); due < Never {
				m.more[e.task].key = int64(due)
			}
		}
	case LockRead, Spin, Refused, Acquire, GiveBack, BlockWait, Set, Clear, Trip, Break, OnceBegin, OnceDone, TakeGIL, DropGIL:
		m.synchronise(h, t, e)
	case Result:
		m.more[e.task].acc = c.argOf(at, &m.args)
	case NextJob:
		m.more[e.task].active = e.time
	case JobDone:
		t.pc = 0
		m.begin(t, e)
	case Abort:
		m.unwind(e.task)
		t.pc = 0
		m.begin(t, e)
		t.flags &^= spinning | onVariable
		m.disown(e.task)
	case Fork:
		m.fork(h, e.task, TaskID(c.argOf(at, &m.args)))
	case Exec:
		m.exec(h, t, e, int(c.argOf(at, &m.args)))
	case Ignored, Ignore, Heed, Handle, Pending:
		m.signal(h, e)
	case Catch, Return:
		m.handler(h, t, e, int(c.argOf(at, &m.args)))
	case Stop:
		m.stop(t, e, c.first+at)
	case Continue:
		t.resume(e, c.first+at)
	case Kill, Crash:
		t.flags &^= halted
		m.more[e.task].status = -c.argOf(at, &m.args)
	case EndWith:
		t.flags &^= halted
	case BlockJoin, BlockChild, Exit, Defunct, Adopt:
		m.relate(e, c.argOf(at, &m.args))
	case Warm, Evict:
		m.cache(e)
	case Slice:
		slice := Time(c.argOf(at, &m.args))
		m.more[e.task].slice = slice
		t.flags &^= ownSlice
		if slice != 0 {
			t.flags |= ownSlice
		}
	}
}

func (m *moment) applyToAll(c *chunk, at int) {
	switch e := &c.events[at]; e.kind {
	case Quantum:
		m.quantum = Time(c.argOf(at, &m.args))
	case Switched:
		m.policy = int(e.object)
	}
}

// release frees the CPU that was switching to a task.
func (m *moment) release(e *record) {
	for c := range m.cpus {
		if m.cpus[c].task == e.task {
			m.cpus[c] = cpuState{task: NoTask, since: e.time}
		}
	}
}

package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Machine is a simulated computer in mid-run. All of it is plain data.
type Machine struct {
	now  Time
	err  error
	rec  *trace.Recording
	view View

	conv       workload.Conventions
	switchCost Time
	tick       Time
	migration  Time

	hot      []pcb
	cold     []record
	programs []program
	cpus     []cpu
	idle     []uint64 // a bit for each idle CPU
	nready   int      // tasks the policy holds
	res      []resource
	pipes    *pipes
	requests *requests
	pools    *pools
	loops    map[TaskID]*loop
	frames   map[TaskID][]interrupted // of those who handle signals, the innermost last
	values   [][]int64                // stored in variables, by variable and [trace.Header.Cell]
	texts    map[string]int           // what programs print, as numbers of the header's texts

	cpuTimers  timers   // slot = CPU: its operation, slice or switch ends
	taskTimers timers   // slot = task: its I/O or sleep is over
	jobTimers  timers   // slot = index into jobs: a release or a deadline
	gilTimers  timers   // slot = index into gils: somebody has waited a switch interval
	gils       []gil    // interpreter locks
	gilOf      []int32  // by process: its interpreter lock, or noGIL
	interval   Time     // the switch interval; 0 = there are none
	jobs       []jobs   // of the tasks that run in jobs, by task
	loans      []loan   // by task; nil if no lock has a protocol
	bank       *banker  // nil if deadlocks aren't avoided
	called     []TaskID // those of them with a release now
	arrivals   []arrival
	arrived    int // how many of them have
	plan       []Intervention
	planned    int // how many of them were applied

	seq      uint64 // of things begun, so that those due at one instant have an order
	ops      int    // done at this instant without time passing
	done     int    // operations done in all
	doneAt   Time   // the last of them
	fired    bool   // the policy has done periodic work at this instant
	opsMost  int    // see endlessOps
	preempts int    // done at this instant
	walks    uint32 // done by most, see loan.walk
	woke     bool   // the task that goes through its operations has woken another
	paused   bool   // some CPU's task goes on after the dispatch

	circles  uint32   // deadlocks looked for, see record.circle
	path     []TaskID // memory to look for one
	breaking bool     // a deadlock is being broken: who ends lets go what it holds

	due     []TaskID
	expired []int
	landed  []int // CPUs whose switch has ended at this instant

	policy     Policy
	fallback   bool // policy is the one that replaced a faulty one
	slicer     Slicer
	preempter  Preempter
	accountant Accountant
	blocker    Blocker
	inheriter  Inheriter
	periodic   Periodic
	pauser     Pauser
	firing     Time   // when it does so next
	name       string // of the policy
	quantum    Time
	byDeadline bool   // see Description
	homeBase   uint16 // number of the policy's queue 0
	queues     int    // how many it has
	faults     []PolicyError
	failure    error // what the policy said of itself; see View.Fail
	random     uint64

	kin *kin // nil if tasks have nothing to do with one another

	explain explaining

	config   Config
	guarded  bool      // see guard.go
	patience int       // see refuse
	refusals []refusal // by CPU
	caches   *caches   // nil if the machine has none that matter
}

// cpu is a processor.
type cpu struct {
	task      TaskID // running or being switched to; NoTask if idle
	last      TaskID // that ran before
	switching bool
	landed    bool // the switch is over, the task about to run
	warm      bool // what the task needs is in the cache
	began     Time // the dispatch
	since     Time // what ran before is accounted for
	opEnd     Time
	sliceEnd  Time // Never if there is no limit
	granted   Time // the slice; 0 = no limit
	lastEnd   Time // when last left
	warmAt    Time // with caches: when the task will be warm; Never if it is, or can't be
}

// refusal is how often a CPU was idle and got no task; see refuse.
type refusal struct {
	times int
	from  uint64 // Machine.seq at the first of them
}

type arrival struct {
	at   Time
	task TaskID
}

// Recording returns what has happened so far. It is appended to while the
// machine goes on.
func (m *Machine) Recording() *trace.Recording { return m.rec }

// Now returns the instant of the last step.
func (m *Machine) Now() Time { return m.now }

// Done reports whether nothing is left to happen: every task has ended, or
// those that haven't wait for ever.
func (m *Machine) Done() bool { return m.err != nil || m.next() == Never && !m.lost() }

// Stuck returns the tasks that wait for what never comes, once nothing is left
// to happen: a deadlock, a lock whose owner is gone, a queue nobody fills. Who
// spins for ever is one of them.
func (m *Machine) Stuck() []TaskID {
	var stuck []TaskID
	if m.Done() {
		for id := range m.hot {
			if p := &m.hot[id]; p.state == trace.Blocked || p.flags&spinning != 0 {
				stuck = append(stuck, TaskID(id))
			}
		}
	}
	return stuck
}

// Faults returns what policies did wrong so far. At each of these the run went
// on under first come first served.
func (m *Machine) Faults() []PolicyError { return m.faults }

// Run takes steps until nothing is left to happen at or before an instant, or
// until at least a number of events have happened; an instant is always
// finished.
func (m *Machine) Run(until Time, maxEvents int) (err error) {
	m.survive(func() { err = m.extend(until, maxEvents) })
	return err
}

func (m *Machine) extend(until Time, maxEvents int) error {
	for begin := m.rec.Len(); m.rec.Len()-begin < maxEvents; {
		t := m.next()
		if t > until {
			if t != Never {
				m.rec.Finish(until)
				break
			}
			if !m.lost() {
				break
			}
		}
		if more, err := m.step(t); err != nil || !more {
			return err
		}
	}
	return nil
}

// next returns the next instant at which something happens.
func (m *Machine) next() Time {
	_, a := m.cpuTimers.first()
	if _, b := m.taskTimers.first(); b < a {
		a = b
	}
	if m.requests != nil {
		if _, b := m.requests.timers.first(); b < a {
			a = b
		}
	}
	if _, b := m.jobTimers.first(); b < a {
		a = b
	}
	if m.interval > 0 {
		if _, b := m.gilTimers.first(); b < a {
			a = b
		}
	}
	t := Never
	if a < uint64(Never) {
		t = Time(a)
	}
	if m.arrived < len(m.arrivals) {
		t = min(t, m.arrivals[m.arrived].at)
	}
	if m.planned < len(m.plan) {
		t = min(t, m.plan[m.planned].when())
	}
	if m.firing < t && (t != Never || m.nready > 0) {
		t = max(m.firing, m.now)
	}
	return t
}

// lost reports whether tasks are ready that the policy never gives a CPU, though
// there is one.
func (m *Machine) lost() bool {
	if m.nready == 0 || m.fallback {
		return false
	}
	spins := false
	for c := range m.cpus {
		spins = spins || m.spins(c)
	}
	if !spins {
		return true
	}
	for id := range m.hot {
		p := &m.hot[id]
		if p.state != trace.Ready || p.flags&taken != 0 {
			continue
		}
		for c := range m.cpus {
			if m.isIdle(c) && m.view.Allowed(TaskID(id), c) {
				return true
			}
		}
	}
	return false
}

// Step handles one instant: everything that happens at it, in the order the
// table in the package documentation gives. It returns false when nothing is
// left to happen.
func (m *Machine) Step() (more bool, err error) {
	m.survive(func() { more, err = m.step(m.next()) })
	return more, err
}

// step handles the instant that next returned.
func (m *Machine) step(t Time) (bool, error) {
	if m.err != nil {
		return false, m.err
	}
	if t == Never {
		if !m.lost() {
			return false, nil
		}
		m.eject(FaultLost, NoTask, -1)
		t = m.now
	}
	m.now = t
	m.ops, m.preempts = 0, 0
	if m.planned < len(m.plan) {
		m.intervene()
	}
	for {
		m.finish()
		if len(m.jobs) > 0 {
			m.overdue()
		}
		if m.interval > 0 {
			m.gilRequests()
		}
		if m.conv.PreemptedFirst {
			m.expire()
		}
		if !m.conv.CompletionsLast {
			m.complete()
		}
		if m.arrived < len(m.arrivals) || len(m.called) > 0 {
			m.admit()
		}
		if m.conv.CompletionsLast {
			m.complete()
		}
		if !m.conv.PreemptedFirst {
			m.expire()
		}
		if m.firing <= t {
			m.fire()
		}
		m.dispatch()
		if m.paused {
			m.resume()
		}
		if m.err != nil {
			return false, m.err
		}
		_, a := m.cpuTimers.first()
		_, b := m.taskTimers.first()
		if a > uint64(t) && b > uint64(t) && !m.answersNow() {
			return true, nil
		}
	}
}

// finish handles the operations of CPUs that end now. Slices that end now are
// put aside for expire, context switches for dispatch.
func (m *Machine) finish() {
	m.expired = m.expired[:0]
	for m.err == nil {
		slot, at := m.cpuTimers.first()
		if at > uint64(m.now) {
			return
		}
		c := int(slot)
		cp := &m.cpus[c]
		switch {
		case cp.switching:
			cp.landed = true
			m.landed = append(m.landed, c)
			m.cpuTimers.set(slot, noTimer)
		case m.caches != nil && cp.warmAt <= m.now:
			m.warmed(c)
		case cp.opEnd <= m.now:
			m.account(cp)
			m.proceed(c, cp.task)
		default:
			m.expired = append(m.expired, c)
			m.cpuTimers.set(slot, uint64(cp.opEnd))
		}
	}
}

// expire sends tasks whose slices end now back to the ready queue.
func (m *Machine) expire() {
	for _, c := range m.expired {
		if cp := &m.cpus[c]; cp.task != NoTask && !cp.switching && cp.sliceEnd <= m.now {
			id := cp.task
			m.leave(c)
			m.rec.Append(m.now, trace.Expire, id, c, 0)
			m.ready(id, Expired)
		}
	}
	m.expired = m.expired[:0]
}

// complete wakes the tasks whose I/O or sleep is over, in the order it began.
func (m *Machine) complete() {
	m.completeWaits()
	if m.requests != nil {
		m.answer()
	}
}

// completeWaits wakes those who wait.
func (m *Machine) completeWaits() {
	for {
		m.due = m.due[:0]
		for {
			slot, at := m.taskTimers.first()
			if at > uint64(m.now) {
				break
			}
			m.taskTimers.set(slot, noTimer)
			m.due = append(m.due, TaskID(slot))
		}
		if len(m.due) == 0 {
			return
		}
		if len(m.due) > 1 {
			m.sortBySeq(m.due)
		}
		for _, id := range m.due {
			m.completed(id)
		}
	}
}

// fire lets the policy do its periodic work.
func (m *Machine) fire() {
	m.periodic.Fire()
	m.fired = true
	if m.firing = m.periodic.Next(); m.firing <= m.now {
		m.eject(FaultNoProgress, NoTask, -1)
	}
}

// ready hands a task to the policy.
func (m *Machine) ready(id TaskID, why Reason) {
	p := &m.hot[id]
	if p.flags&halted != 0 {
		p.state = trace.Stopped
		return
	}
	p.state = trace.Ready
	m.seq++
	p.seq = m.seq
	m.nready++
	if p.home < m.homeBase {
		m.setHome(id, m.homeBase)
	}
	if p.flags&known == 0 {
		p.flags |= known
		if why != Admitted {
			why = Adopted
		}
	}
	m.policy.Enqueue(id, why)
}

func (m *Machine) setHome(id TaskID, home uint16) {
	m.hot[id].home = home
	m.rec.Append(m.now, trace.Home, id, 0, int(home))
}

func (m *Machine) setIdle(c int)     { m.idle[c>>6] |= 1 << (c & 63) }
func (m *Machine) setBusy(c int)     { m.idle[c>>6] &^= 1 << (c & 63) }
func (m *Machine) isIdle(c int) bool { return m.idle[c>>6]&(1<<(c&63)) != 0 }

// after returns the instant a time from now.
func (m *Machine) after(d Time) Time {
	if t := m.now + d; t >= m.now && t < Never {
		return t
	}
	m.fail(&OverflowError{m.now})
	return Never - 1
}

func (m *Machine) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

package trace

import "fmt"

// Rules are what a recording may have to fulfil beyond being possible at all.
type Rules struct {
	// Complete: nothing is left to happen at the end. Every task has ended, or
	// waits for what never comes.
	Complete bool
	// WorkConserving: no CPU is idle while a task waits that may run on it.
	WorkConserving bool
}

// Validate reports the first thing in a recording that can't have happened. It
// knows neither the tables nor the replay of this package: it is written from
// the definitions, so that it finds what they and a kernel get wrong.
func Validate(r *Recording) error { return Rules{}.Check(r) }

// Check reports the first thing in a recording that can't have happened or that
// breaks a rule.
func (rules Rules) Check(r *Recording) error {
	v := newValidator(&r.Header)
	if err := v.pids(); err != nil {
		return err
	}
	for i, e := range r.Events(0) {
		if e.Time > v.now {
			if err := v.endInstant(rules); err != nil {
				return fmt.Errorf("after event %d at %d: %w", i-1, v.now, err)
			}
		}
		before := v.held(e)
		err := v.event(e)
		if err == nil {
			err = v.keepsContext(e, before)
		}
		if err != nil {
			return fmt.Errorf("event %d at %d: %v of task %d: %w", i, e.Time, e.Kind, int32(e.Task), err)
		}
	}
	if err := v.endInstant(rules); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	if err := v.end(r.End(), rules); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	return nil
}

// validator is a run as far as it has been checked.
type validator struct {
	caches []cacheCheck // by CPU
	h      *Header
	// exact: times are as the programs say, and whoever waits is handed what he
	// waits for. On a real machine he is only woken to try again, and somebody
	// may be faster.
	exact   bool
	now     Time
	quantum Time
	tasks   []taskCheck
	kins    []kinCheck // by main thread
	cpus    []cpuCheck
	res     []resourceCheck
	policy  int
	// protocols: some mutex does something against priority inversion.
	protocols bool
	// circle is the deadlock that is being told, and circleNext who comes next.
	circle     []TaskID
	circleNext TaskID
	values     map[place]int64 // stored in variables
	assigned   assignment      // the last that was stored by an Assign
	avoid      avoidCheck
}

type taskCheck struct {
	state   State
	cause   Cause
	cpu     int // it runs on or is picked for; -1 if none
	res     int // it waits for
	pc      int
	program int  // it runs
	doomed  bool // its process began anew with another thread: it must end now
	frames  []frameCheck
	masked  uint32 // signals it blocks
	done    Time   // CPU time for the operation at pc
	since   Time   // on the CPU, accounted until then
	began   Time   // service or sleep
	serving bool
	given   bool  // got what it waits for: must be woken now
	until   Time  // it waits at most; 0 = not known yet, or for ever
	slice   Time  // of its own
	tries   int   // woken to try for it, as long as it hasn't; -1 if for none
	spins   bool  // asks for a spin lock, res, again and again
	regains bool  // waited on a condition and is to have the lock again
	depth   int64 // how often it had that lock
	cpuTime Time
	halted  bool // stopped by a signal
	last    int  // CPU it ran on last
	jobs    jobCheck
	urgency urgencyCheck
	joins   TaskID // whose end it waits for
	told    bool   // that it waits in a deadlock
	acc     int64
	asked   []askedCheck // requests it doesn't wait for that aren't answered
	loop    *loopCheck
	job     *int64  // that it works on, of a pool
	answers int     // it hasn't taken
	part    int64   // bytes written by the write it is at
	jumps   bool    // it must go on elsewhere now
	failed  bool    // an operation failed, so that it ends
	broke   bool    // that was a write into a broken pipe
	acted   Time    // when something happened to it last
	owes    []int64 // one of these must be in its accumulator when it goes on
	readied Time    // when it became ready
}

type cpuCheck struct {
	task      TaskID
	picked    bool // in a switch
	since     Time
	sliceEnd  Time // Never if there is no limit
	busy      Time
	switching Time
	idle      Time
}

type resourceCheck struct {
	owner   TaskID
	items   []valueCheck
	open    int            // values put and not dealt with
	done    map[int64]bool // jobs of a pool that workers are done with
	closed  bool
	used    bool          // an interpreter lock was taken
	ends    map[int]int64 // of a pipe: which ends each process has open
	line    []TaskID
	serving int
	holders []TaskID // who reads under an rwlock
	count   int64    // as ResourceAt.Count
	owed    int64    // tasks that must leave the line at this instant
	ceiling int64    // of a mutex that is locked
	given   bool     // somebody has given up at a barrier, which must break
}

func newValidator(h *Header) *validator {
	v := &validator{h: h, exact: h.Origin != Real, protocols: h.Protocols(), values: map[place]int64{}, assigned: assignment{by: NoTask}, avoid: newAvoidCheck(h)}
	if len(h.Policies) > 0 {
		v.quantum = h.Policies[0].Slice
	}
	for id := range h.Tasks {
		v.kins = append(v.kins, newKinCheck(h, id))
		v.tasks = append(v.tasks, taskCheck{state: New, cpu: -1, res: -1, tries: -1, acted: -1, program: h.Tasks[id].Program})
	}
	for range h.CPUs {
		v.cpus = append(v.cpus, cpuCheck{task: NoTask})
	}
	for range h.Resources {
		v.res = append(v.res, resourceCheck{owner: NoTask})
	}
	for i := range h.Resources {
		v.res[i].count = h.Resources[i].Value
	}
	return v
}

func (v *validator) event(e Event) error {
	if e.Time < v.now {
		return fmt.Errorf("time goes back from %d", v.now)
	}
	v.now = e.Time
	if len(v.circle) > 0 && e.Kind != Deadlock && e.Kind != DeadlockJoin {
		return fmt.Errorf("a deadlock is told by halves")
	}
	switch e.Kind {
	case Quantum, Switched, Boost:
		return v.general(e)
	}
	if int(e.Task) >= len(v.tasks) {
		return fmt.Errorf("there is no such task")
	}
	if e.Kind.OnResource() && e.Object >= len(v.res) {
		return fmt.Errorf("there is no resource %d", e.Object)
	}
	t := &v.tasks[e.Task]
	if t.given {
		switch e.Kind {
		case WakeRoom, WakeBytes, BrokenPipe:
		case WakeLock, WakePut, WakeGet, WakeRead, WakeAcquire, WakeOnce, WakeGIL, Jump, Result, Boosted, Restored, Key, Home, Kill:
		default:
			return fmt.Errorf("it was given what it waits for and must wake first")
		}
	}
	if t.loop != nil && t.loop.left == 0 && e.Kind != LoopEnd && e.Kind != Kill && e.Kind != EndWith {
		return fmt.Errorf("its coroutines have ended and it must leave their loop")
	}
	if t.doomed && e.Kind != EndWith && !e.Kind.Bookkeeping() {
		return fmt.Errorf("its process has begun anew without it")
	}
	if t.jumps && e.Kind != Jump && e.Kind != Result {
		return fmt.Errorf("it must go on elsewhere first")
	}
	if err := v.obeys(e, t); err != nil {
		return err
	}
	if err := v.says(e, t); err != nil {
		return err
	}
	t.acted = e.Time
	switch e.Kind {
	case Arrive:
		if t.state != New {
			return v.cannot(t)
		}
		if v.exact && e.Time != v.h.Tasks[e.Task].Arrival {
			return fmt.Errorf("it arrives at %d", v.h.Tasks[e.Task].Arrival)
		}
		t.state = Ready
		t.jobs = jobCheck{k: 1, released: 1, working: true}
	case Release, Backlog, NextJob, JobDone, Miss, Abort, Retire:
		return v.job(e, t)
	case Pick, Dispatch:
		return v.dispatch(e, t)
	case Preempt:
		if t.state == Ready {
			return v.sendBack(e, t)
		}
		return v.onCPU(e, t)
	case Expire, Yield, Computed, Exit, BlockIO, BlockSleep, BlockLock, BlockPut, BlockGet, BlockDone, BlockFull, BlockEmpty, BlockReply, BlockJob, BlockLoop,
		BlockRead, BlockAcquire, BlockWait, BlockAwait, BlockBarrier, BlockOnce, BlockUnsafe, BlockGIL, BlockJoin, BlockChild:
		return v.onCPU(e, t)
	case Lock, Unlock, Put, Get:
		if err := v.resource(e, t); err != nil || e.Kind != Lock {
			return err
		}
		return v.grants(e)
	case Withheld:
		return v.withheld(e, t)
	case LoopBegin, Resume, CoAwait, CoDue, CoEnd, LoopEnd, WakeLoop:
		return v.coroutine(e, t)
	case Collect, AskResult, ClosePool, WakeClosed, WakeResult:
		return v.pool(e, t)
	case Request, Answer, Forsake, Handler, PollNo, PollYes, Select, Handled, WakeReply:
		return v.asynchronous(e, t)
	case OpenEnd, CloseEnd, DropEnd, WriteSome, Write, Read, EndOfFile, BrokenPipe, WakeRoom, WakeBytes:
		return v.pipe(e, t)
	case TaskDone, AllDone:
		return v.doneWith(e, t)
	case Assign:
		if e.Object >= len(v.h.Variables) || t.state != Running && t.state != Ready {
			return v.cannot(t)
		}
		at := v.place(e.Object, e.Task)
		v.assigned = assignment{e.Task, at, v.value(at)}
		v.values[at] = e.Arg
	case Load, Acc, Added, Store, Print, IfTrue, IfFalse, Atomic, AtomicNo:
		return v.instruction(e, t)
	case Serve, WakeIO, WakeSleep, WakeLock, WakePut, WakeGet, WakeDone, WakeRead, WakeAcquire, WakeGIL:
		return v.waiting(e, t)
	case TakeGIL, DropGIL:
		return v.interpreter(e, t)
	case LockRead, Acquire, OnceBegin:
		return v.take(e, t)
	case GiveBack, Notify, Set, Clear, Passed, Trip, OncePassed, OnceDone, Spin:
		return v.synchronise(e, t)
	case Requeue, WakeAwait, WakeBarrier, Break, WakeBroken, WakeOnce:
		return v.letOn(e, t)
	case TimedOut, Refused, WakeTry, Result:
		return v.impatient(e, t)
	case Kill:
		return v.kill(e, t)
	case Handle, Pending, Interrupted, CutShort, Catch, Return:
		return v.handler(e, t)
	case Signal, Stop, Continue, Crash, Ignored, Ignore, Heed, Alive:
		return v.signal(e, t)
	case Fork, Spawn, Thread, Denied, Join, WaitChild, WakeJoin, WakeChild, JoinTimeout, EndWith, Defunct, Reap, Adopt:
		return v.kin(e, t)
	case Exec:
		return v.exec(e, t)
	case Jump:
		if err := v.mayGoTo(e, t); err != nil {
			return err
		}
		t.pc, t.done, t.until, t.since, t.jumps = e.PC(), 0, 0, e.Time, false
	case Home:
		if e.Object >= len(v.h.Queues) {
			return fmt.Errorf("there is no queue %d", e.Object)
		}
	case Key:
	case Warm, Evict:
		return v.cache(e, t)
	case ToHead:
		if t.state != Ready || t.cpu >= 0 {
			return v.cannot(t)
		}
	case Slice:
		t.slice = Time(e.Arg)
	case Deadlock, DeadlockJoin:
		return v.inCircle(e, t)
	case LetGo:
		return v.letGo(e, t)
	case Boosted, Restored:
		return v.urgencyEvent(e, t)
	default:
		return fmt.Errorf("there is no such kind of event")
	}
	return nil
}

func (v *validator) ops(id TaskID) []Op { return v.h.Programs[v.tasks[id].program].Ops }

// length returns how long the operation a task is at takes.
func (v *validator) length(id TaskID) Time {
	if ops := v.ops(id); v.tasks[id].pc < len(ops) {
		return ops[v.tasks[id].pc].Length
	}
	return 0
}

func (v *validator) cannot(t *taskCheck) error {
	return fmt.Errorf("it can't: it is %v, on CPU %d, waiting for %d", t.state, t.cpu, t.res)
}

func (v *validator) general(e Event) error {
	if e.Task != NoTask {
		return fmt.Errorf("it isn't about a task")
	}
	if e.Arg != 0 && e.Kind != Quantum {
		return fmt.Errorf("%d means nothing", e.Arg)
	}
	switch e.Kind {
	case Quantum:
		v.quantum = Time(e.Arg)
	case Switched:
		if e.Object >= len(v.h.Policies) {
			return fmt.Errorf("there is no policy %d", e.Object)
		}
		v.policy = e.Object
		if v.ordersByUrgency() {
			for i := range v.res {
				v.res[i].ceiling = v.ceiling(i)
			}
		}
	}
	return nil
}

// step moves a task to its next operation.
func (v *validator) step(e Event, t *taskCheck) error {
	if t.pc >= len(v.ops(e.Task)) {
		return fmt.Errorf("its program has ended")
	}
	t.pc++
	t.done, t.until = 0, 0
	return nil
}

// charge counts the time a running task has had.
func (v *validator) charge(t *taskCheck) {
	if !t.spins {
		t.done += v.paced(t, v.now-t.since)
	}
	t.cpuTime += v.now - t.since
	t.since = v.now
}

package trace

import (
	"fmt"
	"slices"
)

func (v *validator) dispatch(e Event, t *taskCheck) error {
	if err := v.urgencies(); err != nil {
		return err
	}
	if t.state != Ready || t.halted || e.CPU >= len(v.cpus) {
		return v.cannot(t)
	}
	c := &v.cpus[e.CPU]
	allowed := v.h.Tasks[e.Task].Affinity
	if allowed != nil && !slices.Contains(allowed, e.CPU) {
		return fmt.Errorf("it may run on CPUs %v, not on %d", allowed, e.CPU)
	}
	if e.Kind == Dispatch && c.task == e.Task && c.picked {
		if err := v.switched(c, t, e); err != nil {
			return err
		}
		c.switching += e.Time - c.since
	} else {
		if c.task != NoTask || t.cpu >= 0 {
			return fmt.Errorf("CPU %d has task %d, the task has CPU %d", e.CPU, int32(c.task), t.cpu)
		}
		if v.exact && e.Kind == Dispatch && v.h.Switch > 0 && !slices.Contains(v.h.Conventions, Setting{"switch", "between_tasks"}) {
			return fmt.Errorf("it isn't switched to")
		}
		c.idle += e.Time - c.since
	}
	c.task, c.picked, c.since = e.Task, e.Kind == Pick, e.Time
	t.cpu = e.CPU
	if e.Kind == Pick {
		return nil
	}
	t.state, t.since, t.last = Running, e.Time, e.CPU
	slice := t.slice
	if slice == 0 {
		slice = v.quantum
	}
	c.sliceEnd = Never
	if slice > 0 {
		c.sliceEnd = e.Time + slice
		if tick := v.h.Tick; tick > 0 {
			c.sliceEnd = (c.sliceEnd + tick - 1) / tick * tick
		}
	}
	return nil
}

// sendBack checks that a CPU gives up a task it has switched to.
func (v *validator) sendBack(e Event, t *taskCheck) error {
	if t.cpu != e.CPU || v.cpus[e.CPU].task != e.Task {
		return v.cannot(t)
	}
	c := &v.cpus[e.CPU]
	if err := v.switched(c, t, e); err != nil {
		return err
	}
	c.switching += e.Time - c.since
	c.task, c.picked, c.since = NoTask, false, e.Time
	t.cpu = -1
	return nil
}

// onCPU checks what a running task does on its CPU.
func (v *validator) onCPU(e Event, t *taskCheck) error {
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	c := &v.cpus[e.CPU]
	if t.spins && e.Kind != Expire && e.Kind != Preempt && e.Kind != BlockGIL {
		return fmt.Errorf("it spins")
	}
	if v.exact && e.Time > c.sliceEnd {
		return fmt.Errorf("its slice ended at %d", c.sliceEnd)
	}
	if v.exact && v.over(t, e.Task) {
		return fmt.Errorf("it computed for %d, its operation takes %d", t.done, v.length(e.Task))
	}
	if e.Kind == Computed {
		if v.exact && t.done < v.length(e.Task) {
			return fmt.Errorf("it computed for %d, not %d", t.done, v.length(e.Task))
		}
		return v.step(e, t)
	}
	c.busy += e.Time - c.since
	c.task, c.since = NoTask, e.Time
	t.cpu = -1
	switch e.Kind {
	case Expire:
		if v.exact && e.Time != c.sliceEnd {
			return fmt.Errorf("its slice ends at %d", c.sliceEnd)
		}
		t.state = Ready
	case Preempt:
		t.state = Ready
	case Yield:
		t.state = Ready
		return v.step(e, t)
	case Exit:
		if v.inJobs(e.Task) != nil && t.pc == len(v.ops(e.Task)) && e.Arg == 0 {
			return fmt.Errorf("its job is done, not the task")
		}
		t.state = Terminated
	case JobDone:
	default:
		return v.block(e, t)
	}
	return nil
}

func (v *validator) block(e Event, t *taskCheck) error {
	t.state, t.began, t.res, t.tries = Blocked, e.Time, -1, -1
	if t.done > 0 && v.exact && e.Kind != BlockGIL {
		return fmt.Errorf("it blocks within an operation")
	}
	if e.Kind == BlockJoin || e.Kind == BlockChild {
		return v.blockOnTask(e, t)
	}
	if e.Kind == BlockLoop {
		t.cause = ForLoop
		if t.loop == nil || len(t.loop.ready) > 0 || t.loop.now >= 0 {
			return fmt.Errorf("a coroutine can go on")
		}
		return nil
	}
	if e.Kind == BlockSleep {
		t.cause = ForSleep
		return nil
	}
	t.res = e.Object
	if limit := v.limit(e.Task); limit > 0 && t.until == 0 && !t.regains && e.Kind != BlockGIL {
		t.until = e.Time + limit
	}
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	free := false
	kind := BoundedQueue
	switch e.Kind {
	case BlockIO:
		t.cause, kind = ForIO, Device
		if h.Servers == 0 {
			t.serving = true
			if h.Kind != kind {
				return fmt.Errorf("it isn't a %v", kind)
			}
			return nil
		}
	case BlockLock:
		t.cause, kind = ForLock, h.Kind
		free = r.owner == NoTask && len(r.holders) == 0 || r.owner == e.Task && h.Kind == RLock
		if !h.Kind.Owned() || h.Kind == SpinLock || h.Kind == Once {
			kind = Mutex
		}
	case BlockPut:
		t.cause = ForRoom
		free = r.hasRoom(h)
	case BlockGet:
		t.cause = ForValue
		free = len(r.items) > 0
	case BlockJob:
		t.cause = ForResult
		if h.Workers == 0 {
			return fmt.Errorf("it isn't a pool")
		}
	case BlockReply:
		t.cause, kind = ForReply, Device
		free = t.answers > 0 || len(t.asked) == 0 || t.asked[0].res != e.Object
	case BlockFull, BlockEmpty:
		t.cause, kind = e.Kind.Cause(), Pipe
		free = v.flows(e.Object, e.Task)
	case BlockDone:
		t.cause = ForDone
		free = r.open == 0
	default:
		var err error
		if kind, free, err = v.blockSync(e, t, r, h); err != nil {
			return err
		}
	}
	if h.Kind != kind {
		return fmt.Errorf("it isn't a %v", kind)
	}
	if free && v.exact {
		return fmt.Errorf("it need not wait")
	}
	r.line = append(r.line, e.Task)
	return nil
}

// resource checks what a task does with a mutex or a queue, or, while it is
// blocked, what is done for it.
func (v *validator) resource(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if (e.Kind == Lock || e.Kind == Unlock) && h.Kind != Mutex {
		return v.locks(e, t, r, h)
	}
	cause := map[Kind]Cause{Lock: ForLock, Put: ForRoom, Get: ForValue}[e.Kind]
	switch {
	case t.state == Running && t.cpu == e.CPU:
		v.charge(t)
		if v.exact && t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
		if first := v.wasThere(r, h, cause); v.exact && e.Kind != Unlock && !h.Barging && first != NoTask && !v.claimed(e.Object) {
			return fmt.Errorf("task %d was there first", first)
		}
		t.tries, t.regains = -1, false
	case t.state == Blocked && t.wanted(h) == cause && t.res == e.Object && (v.claimed(e.Object) || v.turnOf(r, h, cause) == e.Task) && !h.Barging:
		r.leave(e.Task)
		t.given, t.regains = true, false
	default:
		return v.cannot(t)
	}
	switch e.Kind {
	case Lock, Unlock:
		if e.Arg != 0 {
			return fmt.Errorf("a mutex isn't had %d times", e.Arg)
		}
	}
	switch e.Kind {
	case Lock:
		if r.owner != NoTask || h.Kind != Mutex {
			return fmt.Errorf("task %d owns it", r.owner)
		}
		r.owner = e.Task
		if v.ordersByUrgency() {
			r.ceiling = v.ceiling(e.Object)
		}
	case Unlock:
		if r.owner != e.Task {
			return fmt.Errorf("task %d owns it", int32(r.owner))
		}
		r.owner = NoTask
	case Put:
		if err := r.put(h, e.Arg, v.op(e.Task)); err != nil {
			return err
		}
	case Get:
		if err := r.get(h, e.Arg, v.op(e.Task)); err != nil {
			return err
		}
		if h.Workers > 0 {
			t.job = &e.Arg
		}
	}
	return v.step(e, t)
}

// waiting checks what happens to a blocked task.
func (v *validator) waiting(e Event, t *taskCheck) error {
	cause := map[Kind]Cause{Serve: ForIO, WakeIO: ForIO, WakeSleep: ForSleep, WakeLock: ForLock, WakePut: ForRoom, WakeGet: ForValue,
		WakeRead: ForRead, WakeAcquire: ForUnit, WakeDone: ForDone, WakeGIL: ForGIL}[e.Kind]
	if t.state != Blocked || t.cause != cause && (t.cause != ForSafety || t.wanted(&v.h.Resources[e.Object]) != cause) || cause != ForSleep && t.res != e.Object {
		return v.cannot(t)
	}
	switch e.Kind {
	case Serve:
		r := &v.res[e.Object]
		if t.serving || len(r.line) == 0 || r.line[0] != e.Task || r.serving >= v.h.Resources[e.Object].Servers {
			return fmt.Errorf("it isn't its turn")
		}
		r.line = r.line[1:]
		r.serving++
		t.serving, t.began = true, e.Time
		return nil
	case WakeIO:
		if !t.serving {
			return fmt.Errorf("it wasn't served")
		}
		t.serving = false
		if v.h.Resources[e.Object].Servers > 0 {
			v.res[e.Object].serving--
		}
		fallthrough
	case WakeSleep:
		if v.exact && e.Time-t.began != v.length(e.Task) {
			return fmt.Errorf("it waited for %d, not %d", e.Time-t.began, v.length(e.Task))
		}
		t.state, t.res = Ready, -1
		return v.step(e, t)
	case WakeDone:
		return v.wakeDone(e, t)
	}
	if !t.given {
		if v.exact {
			return fmt.Errorf("it hasn't got what it waits for")
		}
		v.res[e.Object].leave(e.Task)
	}
	t.given, t.told = false, false
	t.state, t.res = Ready, -1
	if int(e.Arg) >= len(v.tasks) {
		return fmt.Errorf("there is no task %d", e.Arg)
	}
	return nil
}

func (v *validator) kill(e Event, t *taskCheck) error {
	if t.state == Terminated {
		return v.cannot(t)
	}
	v.takeOut(e, t)
	*t = taskCheck{state: Terminated, cpu: -1, res: -1, tries: -1, cpuTime: t.cpuTime, told: t.told, asked: t.asked, program: t.program}
	return nil
}

// takeOut takes a task out of whatever it does.
func (v *validator) takeOut(e Event, t *taskCheck) {
	t.tries, t.spins, t.regains = -1, false, false
	switch t.state {
	case Running:
		v.charge(t)
	case Blocked:
		if t.res >= 0 {
			r := &v.res[t.res]
			r.leave(e.Task)
			if t.serving && v.h.Resources[t.res].Servers > 0 {
				r.serving--
			}
		}
	}
	if t.cpu >= 0 {
		c := &v.cpus[t.cpu]
		if c.picked {
			c.switching += e.Time - c.since
		} else {
			c.busy += e.Time - c.since
		}
		c.task, c.picked, c.since = NoTask, false, e.Time
	}
}

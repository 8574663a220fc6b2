package trace

import (
	"fmt"
	"slices"
)

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
	for i, e := range r.Events(0) {
		if e.Time > v.now {
			if err := v.endInstant(rules); err != nil {
				return fmt.Errorf("after event %d at %d: %w", i-1, v.now, err)
			}
		}
		if err := v.event(e); err != nil {
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
	h *Header
	// exact: times are as the programs say, and whoever waits is handed what he
	// waits for. On a real machine he is only woken to try again, and somebody
	// may be faster.
	exact   bool
	now     Time
	quantum Time
	tasks   []taskCheck
	cpus    []cpuCheck
	res     []resourceCheck
}

type taskCheck struct {
	state   State
	cause   Cause
	cpu     int // it runs on or is picked for; -1 if none
	res     int // it waits for
	pc      int
	done    Time // CPU time for the operation at pc
	since   Time // on the CPU, accounted until then
	began   Time // service or sleep
	serving bool
	given   bool // got what it waits for: must be woken now
	slice   Time // of its own
	cpuTime Time
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
	items   []int64
	line    []TaskID
	serving int
}

func newValidator(h *Header) *validator {
	v := &validator{h: h, exact: h.Origin != Real}
	if len(h.Policies) > 0 {
		v.quantum = h.Policies[0].Slice
	}
	for range h.Tasks {
		v.tasks = append(v.tasks, taskCheck{state: New, cpu: -1, res: -1})
	}
	for range h.CPUs {
		v.cpus = append(v.cpus, cpuCheck{task: NoTask})
	}
	for range h.Resources {
		v.res = append(v.res, resourceCheck{owner: NoTask})
	}
	return v
}

func (v *validator) event(e Event) error {
	if e.Time < v.now {
		return fmt.Errorf("time goes back from %d", v.now)
	}
	v.now = e.Time
	switch e.Kind {
	case Quantum, Switched, Boost:
		return v.general(e)
	}
	if int(e.Task) >= len(v.tasks) {
		return fmt.Errorf("there is no such task")
	}
	t := &v.tasks[e.Task]
	if t.given {
		switch e.Kind {
		case WakeLock, WakePut, WakeGet, Jump, Kill:
		default:
			return fmt.Errorf("it was given what it waits for and must wake first")
		}
	}
	switch e.Kind {
	case Arrive:
		if t.state != New {
			return v.cannot(t)
		}
		if v.exact && e.Time != v.h.Tasks[e.Task].Arrival {
			return fmt.Errorf("it arrives at %d", v.h.Tasks[e.Task].Arrival)
		}
		t.state = Ready
	case Pick, Dispatch:
		return v.dispatch(e, t)
	case Preempt:
		if t.state == Ready {
			return v.sendBack(e, t)
		}
		return v.onCPU(e, t)
	case Expire, Yield, Computed, Exit, BlockIO, BlockSleep, BlockLock, BlockPut, BlockGet:
		return v.onCPU(e, t)
	case Lock, Unlock, Put, Get:
		return v.resource(e, t)
	case Serve, WakeIO, WakeSleep, WakeLock, WakePut, WakeGet:
		return v.waiting(e, t)
	case Kill:
		return v.kill(e, t)
	case Jump:
		if t.state == Terminated || e.PC() > len(v.ops(e.Task)) {
			return fmt.Errorf("there is no operation %d for it", e.PC())
		}
		t.pc, t.done, t.since = e.PC(), 0, e.Time
	case Home:
		if e.Object >= len(v.h.Queues) {
			return fmt.Errorf("there is no queue %d", e.Object)
		}
	case Key:
	case ToHead:
		if t.state != Ready || t.cpu >= 0 {
			return v.cannot(t)
		}
	case Slice:
		t.slice = Time(e.Arg)
	default:
		return fmt.Errorf("there is no such kind of event")
	}
	return nil
}

func (v *validator) ops(id TaskID) []Op { return v.h.Programs[v.h.Tasks[id].Program].Ops }

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
	switch e.Kind {
	case Quantum:
		v.quantum = Time(e.Arg)
	case Switched:
		if e.Object >= len(v.h.Policies) {
			return fmt.Errorf("there is no policy %d", e.Object)
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
	t.done = 0
	return nil
}

// charge counts the time a running task has had.
func (v *validator) charge(t *taskCheck) {
	t.done += v.now - t.since
	t.cpuTime += v.now - t.since
	t.since = v.now
}

func (v *validator) dispatch(e Event, t *taskCheck) error {
	if t.state != Ready || e.CPU >= len(v.cpus) {
		return v.cannot(t)
	}
	c := &v.cpus[e.CPU]
	allowed := v.h.Tasks[e.Task].Affinity
	if allowed != nil && !slices.Contains(allowed, e.CPU) {
		return fmt.Errorf("it may run on CPUs %v, not on %d", allowed, e.CPU)
	}
	if e.Kind == Dispatch && c.task == e.Task && c.picked {
		if v.exact && e.Time-c.since != v.h.Switch {
			return fmt.Errorf("a context switch takes %d, not %d", v.h.Switch, e.Time-c.since)
		}
		c.switching += e.Time - c.since
	} else {
		if c.task != NoTask || t.cpu >= 0 {
			return fmt.Errorf("CPU %d has task %d, the task has CPU %d", e.CPU, int32(c.task), t.cpu)
		}
		c.idle += e.Time - c.since
	}
	c.task, c.picked, c.since = e.Task, e.Kind == Pick, e.Time
	t.cpu = e.CPU
	if e.Kind == Pick {
		return nil
	}
	t.state, t.since = Running, e.Time
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
	if v.exact && e.Time-c.since != v.h.Switch {
		return fmt.Errorf("a context switch takes %d, not %d", v.h.Switch, e.Time-c.since)
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
	if v.exact && e.Time > c.sliceEnd {
		return fmt.Errorf("its slice ended at %d", c.sliceEnd)
	}
	if v.exact && t.done > v.length(e.Task) {
		return fmt.Errorf("it computed for %d, its operation takes %d", t.done, v.length(e.Task))
	}
	if e.Kind == Computed {
		if v.exact && t.done != v.length(e.Task) {
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
		t.state = Terminated
	default:
		return v.block(e, t)
	}
	return nil
}

func (v *validator) block(e Event, t *taskCheck) error {
	t.state, t.began, t.res = Blocked, e.Time, -1
	if t.done > 0 && v.exact {
		return fmt.Errorf("it blocks within an operation")
	}
	if e.Kind == BlockSleep {
		t.cause = ForSleep
		return nil
	}
	t.res = e.Object
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
		t.cause, kind = ForLock, Mutex
		free = r.owner == NoTask
	case BlockPut:
		t.cause = ForRoom
		free = len(r.items) < h.Capacity
	case BlockGet:
		t.cause = ForValue
		free = len(r.items) > 0
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
	cause := map[Kind]Cause{Lock: ForLock, Put: ForRoom, Get: ForValue}[e.Kind]
	switch {
	case t.state == Running && t.cpu == e.CPU:
		v.charge(t)
		if v.exact && t.done > 0 {
			return fmt.Errorf("it is within another operation")
		}
		if v.exact && e.Kind != Unlock && len(r.line) > 0 && v.tasks[r.line[0]].cause == cause {
			return fmt.Errorf("task %d was there first", r.line[0])
		}
	case t.state == Blocked && t.cause == cause && t.res == e.Object && r.line[0] == e.Task:
		r.line = r.line[1:]
		t.given = true
	default:
		return v.cannot(t)
	}
	switch e.Kind {
	case Lock:
		if r.owner != NoTask || h.Kind != Mutex {
			return fmt.Errorf("task %d owns it", r.owner)
		}
		r.owner = e.Task
	case Unlock:
		if r.owner != e.Task {
			return fmt.Errorf("task %d owns it", int32(r.owner))
		}
		r.owner = NoTask
	case Put:
		if len(r.items) >= h.Capacity || h.Kind != BoundedQueue {
			return fmt.Errorf("it holds %d already", len(r.items))
		}
		r.items = append(r.items, e.Arg)
	case Get:
		if len(r.items) == 0 || r.items[0] != e.Arg {
			return fmt.Errorf("it holds %v", r.items)
		}
		r.items = r.items[1:]
	}
	return v.step(e, t)
}

// waiting checks what happens to a blocked task.
func (v *validator) waiting(e Event, t *taskCheck) error {
	cause := map[Kind]Cause{Serve: ForIO, WakeIO: ForIO, WakeSleep: ForSleep, WakeLock: ForLock, WakePut: ForRoom, WakeGet: ForValue}[e.Kind]
	if t.state != Blocked || t.cause != cause || cause != ForSleep && t.res != e.Object {
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
	}
	if !t.given {
		if v.exact {
			return fmt.Errorf("it hasn't got what it waits for")
		}
		r := &v.res[e.Object]
		r.line = slices.DeleteFunc(r.line, func(id TaskID) bool { return id == e.Task })
	}
	t.given = false
	t.state, t.res = Ready, -1
	if int(e.Arg) >= len(v.tasks) {
		return fmt.Errorf("there is no task %d", e.Arg)
	}
	return nil
}

func (v *validator) kill(e Event, t *taskCheck) error {
	switch t.state {
	case Terminated:
		return v.cannot(t)
	case Running:
		v.charge(t)
	case Blocked:
		if t.res >= 0 {
			r := &v.res[t.res]
			r.line = slices.DeleteFunc(r.line, func(id TaskID) bool { return id == e.Task })
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
	*t = taskCheck{state: Terminated, cpu: -1, res: -1, cpuTime: t.cpuTime}
	return nil
}

// endInstant checks what must hold when everything at an instant has happened.
func (v *validator) endInstant(rules Rules) error {
	for id := range v.tasks {
		t := &v.tasks[id]
		if t.given {
			return fmt.Errorf("task %d got what it waits for and doesn't wake", id)
		}
		if rules.WorkConserving && t.state == Ready && t.cpu < 0 {
			for c := range v.cpus {
				allowed := v.h.Tasks[id].Affinity
				if v.cpus[c].task == NoTask && (allowed == nil || slices.Contains(allowed, c)) {
					return fmt.Errorf("CPU %d is idle while task %d waits", c, id)
				}
			}
		}
	}
	if v.h.Origin == Real {
		return nil // a real lock is free, a real queue has room, until the one woken for it runs
	}
	for i := range v.res {
		r, h := &v.res[i], &v.h.Resources[i]
		if len(r.line) == 0 {
			continue
		}
		idle := false
		switch first := v.tasks[r.line[0]].cause; first {
		case ForIO:
			idle = r.serving < h.Servers
		case ForLock:
			idle = v.exact && r.owner == NoTask
		case ForRoom:
			idle = v.exact && len(r.items) < h.Capacity
		case ForValue:
			idle = v.exact && len(r.items) > 0
		}
		if idle {
			return fmt.Errorf("task %d waits for resource %d, which is free", r.line[0], i)
		}
	}
	return nil
}

func (v *validator) end(end Time, rules Rules) error {
	if end < v.now {
		return fmt.Errorf("it ends at %d, before its last event", end)
	}
	v.now = end
	var byTasks, byCPUs Time
	for id := range v.tasks {
		t := &v.tasks[id]
		if t.state == Running {
			v.charge(t)
		}
		byTasks += t.cpuTime
		waits := t.state == Blocked && t.cause != ForSleep && !t.serving
		if rules.Complete && t.state != Terminated && !waits {
			return fmt.Errorf("task %d is %v still", id, t.state)
		}
	}
	for i := range v.cpus {
		c := &v.cpus[i]
		switch rest := end - c.since; {
		case c.task == NoTask:
			c.idle += rest
		case c.picked:
			c.switching += rest
		default:
			c.busy += rest
		}
		if c.busy+c.idle+c.switching != end {
			return fmt.Errorf("CPU %d was busy for %d, idle for %d and switching for %d of %d", i, c.busy, c.idle, c.switching, end)
		}
		byCPUs += c.busy
	}
	if byTasks != byCPUs {
		return fmt.Errorf("tasks had %d of CPU time, CPUs gave %d", byTasks, byCPUs)
	}
	return nil
}

package host

import (
	"cmp"
	"fmt"
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// converter turns a run's log into a recording.
type converter struct {
	p   *plan
	log *runLog
	rec *trace.Recording

	unexplained int
	disorder    trace.Time
}

// convert writes the recording of a run.

func convert(p *plan, log *runLog) (*trace.Recording, []Warning, error) {
	c := &converter{p: p, log: log, rec: trace.NewRecording(p.header())}
	h := &c.rec.Header
	h.Tick = log.tick
	for i := range log.tasks {
		h.Tasks[i].Pid = log.tasks[i].pid
		h.Tasks[i].Nice = log.tasks[i].nice
	}
	for i := range h.Resources {
		if r := &h.Resources[i]; r.Kind == trace.BoundedQueue {
			r.Made = MadeRing
			if _, ok := log.left[i]; ok {
				r.Made = MadePipe
			}
		}
	}
	steps := make([]taskSteps, len(log.tasks))
	arrived := log.arrived()
	for i := range log.tasks {
		if t := &log.tasks[i]; t.started > 0 {
			steps[i] = t.steps(i, p.w.Tasks[i].Program.Ops, arrived)
			c.unexplained += steps[i].unexplained
		}
	}
	if err := c.pass(steps); err != nil {
		return nil, nil, err
	}
	lists := make([][]trace.Event, len(log.tasks))
	for i := range log.tasks {
		list, err := c.events(trace.TaskID(i), &log.tasks[i], &steps[i])
		if err != nil {
			return nil, nil, err
		}
		lists[i] = list
	}
	c.merge(lists, turnsOf(steps, len(h.Resources)))
	c.rec.Finish(max(log.end, c.rec.End()))
	var warns []Warning
	if c.unexplained > 0 {
		warns = append(warns, Warning{Code: WarnUnexplained, Number: float64(c.unexplained)})
	}
	if c.disorder > tolerableDisorder {
		warns = append(warns, Warning{Code: WarnDisorder, Number: float64(c.disorder)})
	}
	return c.rec, warns, nil
}

// tolerableDisorder is how far two recorders' clocks may disagree unmentioned.
const tolerableDisorder = 50_000

// events lists a task's events in its own order. It follows the program along
// with the worker: both must agree which operation is done.
func (c *converter) events(id trace.TaskID, t *taskLog, all *taskSteps) ([]trace.Event, error) {
	task := &c.p.w.Tasks[id]
	l := &eventList{id: id, cursor: workload.Cursor{Program: task.Program}}
	if t.killed > 0 && t.killed < t.arrival {
		l.add(t.killed, trace.Kill, 0, 0)
		return l.list, nil
	}
	l.add(t.arrival, trace.Arrive, 0, 0)
	l.settle(t.arrival)
	if t.started == 0 { // killed before it ran
		l.add(t.killed, trace.Kill, 0, 0)
		return l.list, nil
	}
	l.add(all.first, trace.Dispatch, 0, 0)
	for i := range all.list {
		s := &all.list[i]
		if s.kind == trace.None {
			continue
		}
		if named(s.kind) && s.pc != l.cursor.PC {
			return nil, fmt.Errorf("recording task %s: its worker was at operation %d when its program was at %d", task.Name, s.pc, l.cursor.PC)
		}
		l.step(s, &c.rec.Header)
	}
	return l.list, nil
}

// named reports whether an event of this kind belongs to an operation.
func named(k trace.Kind) bool {
	switch k {
	case trace.Preempt, trace.Kill, trace.Exit:
		return false
	}
	return true
}

// eventList collects a task's events.
type eventList struct {
	id     trace.TaskID
	cursor workload.Cursor
	acc    int64
	list   []trace.Event
	last   trace.Time
}

// add appends an event, not before the one before it.
func (l *eventList) add(t trace.Time, k trace.Kind, object int, arg int64) {
	l.last = max(l.last, t)
	l.list = append(l.list, trace.Event{Time: l.last, Kind: k, Task: l.id, Object: object, Arg: arg})
	if !k.Advances() {
		return
	}
	if op, ok := l.cursor.Op(); ok && op.Patience != workload.Patient {
		result := int64(1)
		if k == trace.TimedOut || k == trace.Refused {
			result = 0
		}
		l.result(result)
	}
	l.cursor.Advance()
	l.settle(l.last)
}

// result leaves a value in the task's accumulator.
func (l *eventList) result(value int64) {
	if l.acc != value {
		l.acc = value
		l.list = append(l.list, trace.Event{Time: l.last, Kind: trace.Result, Task: l.id, Arg: value})
	}
}

// settle moves the program to its next operation that acts.
func (l *eventList) settle(t trace.Time) {
	if l.cursor.Settle() {
		pc := l.cursor.PC
		l.list = append(l.list, trace.Event{Time: t, Kind: trace.Jump, Task: l.id, Object: pc & 0xffff, CPU: pc >> 16})
	}
}

func (l *eventList) step(s *step, h *trace.Header) {
	object, arg := 0, s.arg
	if s.kind.OnResource() {
		object = s.obj
	}
	if s.away {
		arg = 0
	}
	l.add(s.from, s.kind, object, arg)
	if !s.away {
		return
	}
	if s.serve >= 0 && h.Resources[object].Servers > 0 && (s.serve <= s.wake || s.wakes == trace.None && s.serve < s.to) {
		l.add(s.serve, trace.Serve, object, 0)
	}
	if s.wakes != trace.None {
		l.add(s.wake, s.wakes, object, s.waker)
	}
	if s.to != trace.Never {
		l.add(s.to, trace.Dispatch, 0, 0)
	}
}

// merger is the writing of all tasks' events in order of time.
type merger struct {
	c     *converter
	lists [][]trace.Event // what is still to be written
	now   trace.Time
	owner int // of the CPU, -1 if nobody
	// turns has who is next at each resource. Mutexes and queues keep the order of
	// their users even where the clocks disagree about who had the CPU.
	turns [][]int
	held  []bool // who waits for its turn
}

// merge writes all tasks' events in order of time. At one instant a task leaves
// the CPU before another gets it, and a device is done with one before it begins
// with another. Should the clocks of the kernel and a worker
// disagree by so much that two tasks would have the CPU, the second waits.
func (c *converter) merge(lists [][]trace.Event, turns [][]int) {
	m := &merger{c: c, lists: lists, owner: -1, turns: turns, held: make([]bool, len(lists))}
	for {
		best := m.next()
		if best < 0 && m.stepAside() {
			continue
		}
		if best < 0 {
			return // all done, or dispatches behind a task that never left
		}
		m.write(best)
	}
}

// next returns the task with the earliest event that can be, -1 if there is none.
func (m *merger) next() int {
	best := -1
	for i, l := range m.lists {
		if len(l) == 0 || !m.possible(i) {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		e, b := &l[0], &m.lists[best][0]
		if e.Time < b.Time || e.Time == b.Time && rank(e.Kind) < rank(b.Kind) {
			best = i
		}
	}
	return best
}

// possible reports whether a task's next event can be now.
func (m *merger) possible(i int) bool {
	e := &m.lists[i][0]
	if e.Kind == trace.Dispatch {
		if m.owner >= 0 { // nobody gets a CPU that is taken
			return false
		}
		if !m.held[i] || len(m.lists[i]) < 2 {
			return true
		}
		e = &m.lists[i][1]
	}
	return !ordered(e.Kind) || m.turns[e.Object][0] == i
}

// ordered reports whether an event of this kind changes what the next user of the
// resource finds.
func ordered(k trace.Kind) bool {
	return k == trace.Put || k == trace.Get || k == trace.Lock || k == trace.Unlock
}

// turnsOf returns the order in which tasks used each resource.
func turnsOf(tasks []taskSteps, resources int) [][]int {
	type use struct {
		at   trace.Time
		task int
	}
	uses := make([][]use, resources)
	for i := range tasks {
		for j := range tasks[i].list {
			if s := &tasks[i].list[j]; ordered(s.kind) {
				uses[s.obj] = append(uses[s.obj], use{s.from, i})
			}
		}
	}
	turns := make([][]int, resources)
	for r := range uses {
		slices.SortStableFunc(uses[r], func(a, b use) int { return cmp.Compare(a.at, b.at) })
		for _, u := range uses[r] {
			turns[r] = append(turns[r], u.task)
		}
	}
	return turns
}

// stepAside lets the task that has the CPU step aside if what it does is
// impossible before others did something: the CPU left it and came back without
// its noticing.
func (m *merger) stepAside() bool {
	o := m.owner
	if o < 0 || len(m.lists[o]) == 0 || m.held[o] || m.possible(o) {
		return false
	}
	m.held[o] = true
	id, at := m.lists[o][0].Task, m.lists[o][0].Time
	for _, l := range m.lists {
		if len(l) > 0 && l[0].Kind == trace.Dispatch {
			at = min(at, l[0].Time)
		}
	}
	at = max(at, m.now)
	away := []trace.Event{{Time: at, Kind: trace.Preempt, Task: id}, {Time: at, Kind: trace.Dispatch, Task: id}}
	m.lists[o] = append(away, m.lists[o]...)
	m.write(o)
	m.c.unexplained++
	return true
}

// write writes a task's next event.
func (m *merger) write(i int) {
	e := m.lists[i][0]
	m.lists[i] = m.lists[i][1:]
	m.c.disorder = max(m.c.disorder, m.now-e.Time)
	m.now = max(m.now, e.Time)
	switch {
	case e.Kind == trace.Dispatch:
		m.owner = i
	case m.owner == i && leaves(e.Kind):
		m.owner = -1
	}
	if ordered(e.Kind) {
		m.turns[e.Object] = m.turns[e.Object][1:]
		m.held[i] = false
	}
	if e.Kind == trace.Jump {
		m.c.rec.AppendJump(m.now, e.Task, e.PC())
	} else {
		m.c.rec.AppendArg(m.now, e.Kind, e.Task, 0, e.Object, e.Arg)
	}
}

// leaves reports whether a running task has no CPU after an event of this kind.
func leaves(k trace.Kind) bool {
	to, ok := k.To()
	return ok && to != trace.Running
}

// rank orders events of different tasks at one instant, smaller first.
func rank(k trace.Kind) int {
	switch k {
	case trace.Serve:
		return 1
	case trace.Dispatch:
		return 2
	}
	return 0
}

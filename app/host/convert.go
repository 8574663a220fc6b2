package host

import (
	"fmt"

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
	groups      map[trace.TaskID][]string        // the process group of each signal a task sends, "" if none
	forks       map[trace.TaskID]workload.Cursor // where forked children go on
}

// convert writes the recording of a run.

func convert(p *plan, log *runLog) (*trace.Recording, []Warning, error) {
	if log.w != nil {
		all := *p
		all.w = log.w
		p = &all
	}
	c := &converter{p: p, log: log, rec: trace.NewRecording(p.header()), groups: map[trace.TaskID][]string{}}
	h := &c.rec.Header
	h.Tick = log.tick
	for i := range log.tasks {
		h.Tasks[i].Pid = log.tasks[i].pid
		h.Tasks[i].Nice = log.tasks[i].nice
	}
	c.relate(h)
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
	var uses []use
	for i := range log.tasks {
		l, err := c.events(trace.TaskID(i), &log.tasks[i], &steps[i])
		if err != nil {
			return nil, nil, err
		}
		lists[i] = l.list
		uses = append(uses, l.uses...)
	}
	c.merge(lists, c.turns(uses))
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

// relate tells in the header how the tasks that were made came about.
func (c *converter) relate(h *trace.Header) {
	first := len(h.Tasks) - len(c.log.made)
	for i, made := range c.log.made {
		t := &h.Tasks[first+i]
		t.Process, t.Added, t.Creation = made.main, true, trace.ByProcess
		if made.parent != trace.NoTask {
			t.Parent = h.Tasks[made.parent].Pid
		}
	}
}

// making is how a task came about; ok is false if it is the workload's.
func (c *converter) making(id trace.TaskID) (m making, ok bool) {
	if i := int(id) - (len(c.log.tasks) - len(c.log.made)); i >= 0 {
		return c.log.made[i], true
	}
	return m, false
}

// tolerableDisorder is how far two recorders' clocks may disagree unmentioned.
const tolerableDisorder = 50_000

// events lists a task's events in its own order. It follows the program along
// with the worker: both must agree which operation is done.
func (c *converter) events(id trace.TaskID, t *taskLog, all *taskSteps) (*eventList, error) {
	task := &c.p.w.Tasks[id]
	l := &eventList{id: id, cursor: workload.Cursor{Program: task.Program}, of: c}
	if t.killed > 0 && t.killed < t.arrival {
		l.add(t.killed, t.death(), 0, t.deathArg())
		return l, nil
	}
	l.add(t.arrival, trace.Arrive, 0, 0)
	if fork, ok := c.forks[id]; ok {
		l.cursor = fork
		l.cursor.Settle()
		l.jump(t.arrival)
	} else {
		l.settle(t.arrival)
	}
	if t.started == 0 { // killed before it ran
		l.add(t.killed, t.death(), 0, t.deathArg())
		return l, nil
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
	l.addAnswers(all.requests)
	return l, nil
}

// named reports whether an event of this kind belongs to an operation.
func named(k trace.Kind) bool {
	switch k {
	case trace.Preempt, trace.Kill, trace.EndWith, trace.Exit, trace.Result, trace.Jump, trace.Stop, trace.Break, trace.Assign:
		return false
	}
	return true
}

// eventList collects a task's events.
type eventList struct {
	id     trace.TaskID
	cursor workload.Cursor
	of     *converter
	list   []trace.Event
	uses   []use
	last   trace.Time
}

// add appends an event, not before the one before it.
func (l *eventList) add(t trace.Time, k trace.Kind, object int, arg int64) {
	l.last = max(l.last, t)
	if op, ok := l.cursor.Op(); k == trace.Acc && ok && op.Code == workload.OpAdd {
		k = trace.Added
	}
	l.list = append(l.list, trace.Event{Time: l.last, Kind: k, Task: l.id, Object: object, Arg: arg})
	switch {
	case k == trace.IfFalse || k == trace.OncePassed:
		op, _ := l.cursor.Op()
		l.cursor.PC = op.Jump
		l.cursor.Settle()
		l.jump(l.last)
		return
	}
	if k == trace.Handled { // and no copying
		l.cursor.Advance()
		if op, ok := l.cursor.Op(); ok && op.Code == workload.OpCopy {
			l.cursor.Advance()
			l.cursor.Settle()
			l.jump(l.last)
			return
		}
		l.settle(l.last)
		return
	}
	if op, ok := l.cursor.Op(); ok && k == trace.Signal {
		l.of.groups[l.id] = append(l.of.groups[l.id], op.Kin.Group)
	}
	if !k.Advances() {
		return
	}
	op, _ := l.cursor.Op()
	if k == trace.Fork {
		l.of.fork(trace.TaskID(arg), l.cursor)
	}
	l.cursor.Advance()
	switch k {
	case trace.Fork, trace.Spawn, trace.Thread, trace.Denied:
		if op.Jump > 0 {
			l.cursor.PC = op.Jump
			l.cursor.Settle()
			l.jump(l.last)
			return
		}
	}
	l.settle(l.last)
}

// fork notes where a forked child goes on.
func (c *converter) fork(child trace.TaskID, at workload.Cursor) {
	if c.forks == nil {
		c.forks = map[trace.TaskID]workload.Cursor{}
	}
	at = at.Clone()
	at.Advance()
	c.forks[child] = at
}

// settle moves the program to its next operation that acts.
func (l *eventList) settle(t trace.Time) {
	if l.cursor.Settle() {
		l.jump(t)
	}
}

// jump says that the program goes on where it is now.
func (l *eventList) jump(t trace.Time) {
	pc := l.cursor.PC
	l.list = append(l.list, trace.Event{Time: t, Kind: trace.Jump, Task: l.id, Object: pc & 0xffff, CPU: pc >> 16})
}

func (l *eventList) step(s *step, h *trace.Header) {
	object, arg := 0, s.arg
	switch op, _ := l.cursor.Op(); {
	case s.kind == trace.Lock || s.kind == trace.BlockLock:
		if object = s.obj; object >= 0 && h.Resources[object].Kind == trace.Condition {
			object = h.Resources[object].Lock
		}
	case s.kind.OnResource():
		object = s.obj
	case s.kind == trace.Assign:
		object = s.obj
	case s.kind.OnVariable():
		object = op.Var
	case s.kind == trace.Print:
		object = l.of.p.texts[op.Say]
	case s.kind == trace.Signal || s.kind == trace.Ignore || s.kind == trace.Heed:
		object = int(op.Kin.Signal)
	}
	if s.kind == trace.PollYes || s.kind == trace.PollNo || s.kind == trace.Select || s.kind == trace.Handled {
		object = 0
	}
	if s.away && s.kind != trace.BlockChild && s.kind != trace.BlockJoin && s.kind != trace.BlockWait && s.kind != trace.BlockJob {
		arg = 0
	}
	if s.kind == trace.Jump { // to its end
		l.cursor.ToEnd()
		l.jump(l.last)
		return
	}
	if at := l.of.place(s.kind, object, l.id); at >= 0 { // a wait lets go the lock
		l.uses = append(l.uses, use{s.from, at, int(l.id)})
	}
	if op, _ := l.cursor.Op(); s.kind == trace.Exec {
		l.add(s.from, trace.Exec, 0, int64(l.of.p.numbers[op.Kin.Child.Program]))
		l.cursor = workload.Cursor{Program: op.Kin.Child.Program}
		l.settle(l.last)
		return
	}
	if op, _ := l.cursor.Op(); s.jumps || s.kind == trace.TaskDone && op.Code == workload.OpJobEnd { // a job begins or ends, or an instruction jumps
		l.last = max(l.last, s.from)
		l.list = append(l.list, trace.Event{Time: l.last, Kind: s.kind, Task: l.id, Object: object, Arg: arg})
		if l.cursor.PC = s.jump; !s.jumps {
			l.cursor.Back(op.Jump, 1)
		}
		l.cursor.Settle()
		l.jump(l.last)
		return
	}
	l.add(s.from, s.kind, object, arg)
	if !s.away {
		return
	}
	if s.serve >= 0 && h.Resources[object].Servers > 0 && (s.serve <= s.wake || s.wakes == trace.None && s.serve < s.to) {
		l.add(s.serve, trace.Serve, object, 0)
	}
	switch {
	case s.wakes == trace.Requeue: // from the line of the condition into that of its lock, and out
		lock, gaveUp := h.Resources[object].Lock, int64(0)
		if s.gaveUp {
			gaveUp = 1
		}
		l.add(s.wake, trace.Requeue, lock, gaveUp)
		l.add(s.wake, trace.WakeLock, lock, s.waker)
	case s.wakes != trace.None:
		if s.wakes == trace.WakeReply {
			object = s.wakeObj
		}
		l.add(s.wake, s.wakes, object, s.waker)
	}
	if s.to != trace.Never {
		l.add(s.to, trace.Dispatch, 0, 0)
	}
}

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
	lists := make([][]trace.Event, len(log.tasks))
	for i := range log.tasks {
		list, err := c.events(trace.TaskID(i), &log.tasks[i])
		if err != nil {
			return nil, nil, err
		}
		lists[i] = list
	}
	c.merge(lists)
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
func (c *converter) events(id trace.TaskID, t *taskLog) ([]trace.Event, error) {
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
	first, steps, unexplained := t.steps(task.Program.Ops)
	c.unexplained += unexplained
	l.add(first, trace.Dispatch, 0, 0)
	for i := range steps {
		s := &steps[i]
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
	list   []trace.Event
	last   trace.Time
}

// add appends an event, not before the one before it.
func (l *eventList) add(t trace.Time, k trace.Kind, object int, arg int64) {
	l.last = max(l.last, t)
	l.list = append(l.list, trace.Event{Time: l.last, Kind: k, Task: l.id, Object: object, Arg: arg})
	if k.Advances() {
		l.cursor.Advance()
		l.settle(l.last)
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

// merge writes all tasks' events in order of time. At one instant a task leaves
// the CPU before another gets it, and a device is done with one before it begins
// with another. Should the clocks of the kernel and a worker
// disagree by so much that two tasks would have the CPU, the second waits.
func (c *converter) merge(lists [][]trace.Event) {
	var now trace.Time
	owner := -1
	for {
		best := -1
		for i, l := range lists {
			if len(l) == 0 {
				continue
			}
			e := &l[0]
			if e.Kind == trace.Dispatch && owner >= 0 {
				continue // nobody gets a CPU that is taken
			}
			if best < 0 {
				best = i
				continue
			}
			b := &lists[best][0]
			if e.Time < b.Time || e.Time == b.Time && rank(e.Kind) < rank(b.Kind) {
				best = i
			}
		}
		if best < 0 {
			return // all done, or dispatches behind a task that never left
		}
		e := lists[best][0]
		lists[best] = lists[best][1:]
		if late := now - e.Time; late > c.disorder {
			c.disorder = late
		}
		now = max(now, e.Time)
		switch {
		case e.Kind == trace.Dispatch:
			owner = best
		case owner == best && leaves(e.Kind):
			owner = -1
		}
		if e.Kind == trace.Jump {
			c.rec.AppendJump(now, e.Task, e.PC())
		} else {
			c.rec.AppendArg(now, e.Kind, e.Task, 0, e.Object, e.Arg)
		}
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

package host

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"timeslice/sim/trace"
)

// Putting a value into a pipe and noting the instant are two steps, between
// which a task may lose the CPU and another take the value. So a worker notes
// from when to when it was at it, each value carries whose it is, and when it was
// put and taken follows from all accounts together: in the one order in which all
// values went through the pipe, no earlier than the accounts allow, no value
// before it was put, and none before there was room.

// passage is a value's way into a pipe or out of it.
type passage struct {
	put      bool
	task     int
	queue    int // resource
	token    token
	from, to trace.Time // it took place in between
	by       trace.Time // most likely not after this
	at       trace.Time // chosen

	// Where it is in the steps of its task: the wait for it, -1 if there was
	// none; preemptions after the wait; the passage itself.
	wait, begin, instant int
	// woken is the earliest it was woken from the wait.
	woken trace.Time
	// short: it ran between its wait and to, for so short a time that nobody
	// noted when. Only if others say so, that was before to.
	short, over bool
}

// passed notes that a mark whose steps begin at a number was a passage.
func (b *stepper) passed(m *mark, begin int) {
	x := &passage{
		put: m.kind == markSend, task: b.task, queue: b.op(m.pc).Res, token: m.token,
		from: m.from, to: m.done(b.end), wait: -1, begin: begin, over: m.to != 0,
	}
	for i := begin; i < len(b.out); i++ {
		if s := &b.out[i]; s.kind != trace.Preempt {
			x.wait, x.begin, x.from, x.woken = i, i+1, s.to, s.wake
		}
	}
	if x.from == trace.Never { // whoever is killed while he waits has a last look; trim takes it away
		b.out[x.wait] = b.wait(m, b.out[x.wait].from, b.end, 0)
		b.out = append(b.out, step{kind: trace.Preempt, from: b.end, away: true, serve: -1, to: trace.Never})
		x.short, x.from = true, b.end
	} else if b.short(m) {
		x.short = true
		x.from, x.woken = m.from, m.from
		if x.over {
			x.woken = max(m.from, m.to-m.delay)
		}
	}
	if !x.over {
		x.to = trace.Never // who is killed may die later
	}
	x.by = x.to
	if x.begin < len(b.out) && !x.short { // who loses the CPU after waking somebody was done
		x.by = b.out[x.begin].from
	}
	x.instant = len(b.out)
	b.out = append(b.out, step{kind: marksAs[m.kind].done, from: m.done(b.end), pc: m.pc, obj: x.queue, arg: m.arg})
	b.passages = append(b.passages, x)
}

// short says that a worker alone tells of a passage it waited for and didn't
// return from at once.
func (b *stepper) short(m *mark) bool {
	return !b.exact && (m.to == 0 || m.voluntary > 0 && m.involuntary > 0)
}

// snap returns the first instant from t on at which the task had the CPU, or, if
// nobody noted when it had, at which nobody else did.
func (x *passage) snap(t trace.Time, list []step, taken []span) trace.Time {
	if x.short {
		i := sort.Search(len(taken), func(i int) bool { return taken[i].to > t })
		if i < len(taken) && taken[i].from <= t && t < x.to {
			t = taken[i].to
		}
		return t
	}
	for i := x.begin; i < x.instant; i++ {
		if s := &list[i]; t > s.from && t < s.to && s.to != trace.Never {
			t = s.to
		}
	}
	return t
}

// snapBack returns the last instant up to t at which the task can have had the
// CPU.
func (x *passage) snapBack(t trace.Time, list []step, taken []span) trace.Time {
	t = min(t, x.to)
	if x.short {
		i := sort.Search(len(taken), func(i int) bool { return taken[i].to > t })
		if i < len(taken) && taken[i].from <= t && t < x.to {
			t = taken[i].from - 1
		}
		return t
	}
	for i := x.instant - 1; i >= x.begin; i-- {
		if s := &list[i]; t > s.from && t < s.to {
			t = s.from
		}
	}
	return t
}

// place puts a passage where it belongs among the steps of its task. Who woke
// its task did so at an instant, not later.
func (x *passage) place(list []step, waker int, since trace.Time) {
	if x.short {
		wait, away := &list[x.wait], &list[x.begin]
		wait.to, away.from = x.at, x.at
		if x.over && x.at >= x.to {
			away.kind = trace.None
		}
	}
	if x.wait >= 0 {
		s := &list[x.wait]
		s.waker = int64(waker)
		s.wake = min(max(x.woken, since, s.from), s.to)
	}
	s := list[x.instant]
	s.from = x.at
	i := x.instant
	for ; i > x.begin && list[i-1].kind != trace.None && list[i-1].from >= x.at; i-- {
		list[i] = list[i-1]
	}
	list[i] = s
}

// transit is one value's way through a pipe; get is nil if it stayed there.
type transit struct{ put, get *passage }

// pass finds out when values went through the pipes and puts it into the tasks'
// steps.
func (c *converter) pass(tasks []taskSteps) error {
	taken := runs(tasks, c.log)
	for id := range c.rec.Header.Resources {
		left, ok := c.log.left[id]
		if !ok {
			continue
		}
		room := c.rec.Header.Resources[id].Capacity
		line, err := lineUp(tasks, id, room, left, slices.ContainsFunc(c.log.tasks, func(t taskLog) bool { return t.killed > 0 }), taken)
		if err != nil {
			return fmt.Errorf("recording queue %s: %w", c.rec.Header.Resources[id].Name, err)
		}
		line = trim(tasks, line, room)
		late := schedule(tasks, line, room, taken)
		c.disorder = max(c.disorder, late)
		for k, v := range line {
			waker, since := v.put.task, trace.Time(0) // there was room all the time
			if k >= room {
				if made := line[k-room].get; made != nil {
					waker, since = made.task, made.at
				}
			}
			v.put.place(tasks[v.put.task].list, waker, since)
			if v.get != nil {
				v.get.place(tasks[v.get.task].list, v.put.task, v.put.at)
			}
		}
	}
	return nil
}

// runs returns when any task had the CPU, as far as they noted it.
func runs(tasks []taskSteps, log *runLog) (merged []span) {
	var all []span
	for i := range tasks {
		on := tasks[i].first
		for j := range tasks[i].list {
			if s := &tasks[i].list[j]; s.away {
				all = append(all, span{on, s.from})
				on = s.to
			}
		}
		if on != trace.Never && log.tasks[i].started > 0 {
			all = append(all, span{on, max(log.tasks[i].ended, log.tasks[i].killed)})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, s := range all {
		if n := len(merged); n > 0 && s.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// trim takes from the end of a line what the killed did while they died, unless
// somebody who lived on did something that needs it.
func trim(tasks []taskSteps, line []transit, room int) []transit {
	put, get := -1, -1 // the last that count
	for k, v := range line {
		if v.put.over {
			put = k
		}
		if v.get != nil && v.get.over {
			get = k
		}
	}
	put = max(put, get)
	get = max(get, put-room)
	for k := range line {
		v := &line[k]
		if k > get && v.get != nil {
			v.get.undo(tasks[v.get.task].list)
			v.get = nil
		}
		if k > put {
			v.put.undo(tasks[v.put.task].list)
		}
	}
	return line[:put+1]
}

// undo takes a passage out of the steps of its task.
func (x *passage) undo(list []step) {
	list[x.instant].kind = trace.None
	if x.short {
		wait, away := &list[x.wait], &list[x.begin]
		wait.to, wait.wakes, away.kind = trace.Never, trace.None, trace.None
	}
}

// schedule sets the instants of a line's passages, each as early as can be and no
// two the same, and returns by how much the latest of them is later than its task
// says. Who ran for so short a time that he didn't note it did so when the CPU
// wasn't taken.
func schedule(tasks []taskSteps, line []transit, room int, taken []span) (late trace.Time) {
	latest := make([]transitTimes, len(line)+1)
	latest[len(line)] = transitTimes{trace.Never, trace.Never}
	for k := len(line) - 1; k >= 0; k-- {
		t := latest[k+1]
		if get := line[k].get; get != nil {
			t.get--
			if k+room < len(line) {
				t.get = min(t.get, latest[k+room].put-1)
			}
			t.get = get.snapBack(t.get, tasks[get.task].list, taken)
			get.delayTo(t.get)
			t.put = min(t.put, t.get)
		}
		t.put = line[k].put.snapBack(t.put-1, tasks[line[k].put.task].list, taken)
		line[k].put.delayTo(t.put)
		latest[k] = t
	}
	put, get := trace.Time(-1), trace.Time(-1)
	for k, v := range line {
		put = max(put+1, v.put.from)
		if k >= room && line[k-room].get != nil {
			put = max(put, line[k-room].get.at+1)
		}
		put = v.put.snap(put, tasks[v.put.task].list, taken)
		v.put.at = put
		late = max(late, put-v.put.to)
		if v.get == nil {
			continue
		}
		get = v.get.snap(max(get+1, put+1, v.get.from), tasks[v.get.task].list, taken)
		v.get.at = get
		late = max(late, get-v.get.to)
	}
	return late
}

type transitTimes struct{ put, get trace.Time }

// delayTo lets a passage of a short run take place only when its task noted it,
// if nobody needed it before.
func (x *passage) delayTo(latest trace.Time) {
	if x.short && x.over && latest >= x.to {
		x.from = x.to
	}
}

// arrived returns what is known to have got into the pipes, from who took it and
// from what was left.
func (log *runLog) arrived() map[token]bool {
	all := map[token]bool{}
	for _, left := range log.left {
		for _, t := range left {
			all[t] = true
		}
	}
	for i := range log.tasks {
		for j := range log.tasks[i].marks {
			if m := &log.tasks[i].marks[j]; m.kind == markReceive && m.token != 0 {
				all[m.token] = true
			}
		}
	}
	return all
}

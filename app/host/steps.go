package host

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// step is one thing that happened to a task, both recorders' accounts put
// together: an operation done at an instant, or a stretch away from the CPU.
type step struct {
	kind  trace.Kind // of the event at from
	from  trace.Time
	pc    int
	obj   int
	arg   int64
	jump  int // where the program goes on if it jumps
	jumps bool

	// Away from the CPU only:
	away    bool
	wakeObj int        // what wakes it
	wakes   trace.Kind // None if it was ready all the time
	wake    trace.Time
	waker   int64
	serve   trace.Time // when its service began; -1 if nothing serves it
	gaveUp  bool       // it waited for notice as long as it does
	to      trace.Time // trace.Never: it never came back
}

// taskSteps is all that happened to a task.
type taskSteps struct {
	first       trace.Time // it had the CPU
	list        []step
	passages    []*passage // in order
	requests    []request
	unexplained int // absences
}

// steps puts a task's marks and, if there are any, the kernel's switches in
// order. Of a value it can't say whether it put it, arrived does.
func (t *taskLog) steps(id int, ops []workload.Op, arrived map[token]bool) taskSteps {
	b := stepper{t: t, task: id, ops: ops, arrived: arrived}
	b.exact = t.switches != nil
	first, away := t.absences()
	if b.exact {
		b.away = away
	} else {
		first = t.started
	}
	end := t.ended
	if t.killed > 0 {
		end = t.killed
	}
	b.end = end
	for i := range t.marks {
		m, begin := &t.marks[i], len(b.out)
		switch {
		case m.kind == markExec:
			b.became(m)
		case !m.kind.waits():
			b.preemptedUntil(m.from)
			b.out = append(b.out, b.instant(m))
		case b.exact:
			b.preemptedUntil(m.from)
			b.waited(m, m.done(end))
		default:
			b.waitedAlone(m)
		}
		if b.passes(m) {
			b.passed(m, begin)
		}
	}
	if t.killed > 0 {
		b.preemptedUntil(trace.Never)
		if !b.exact && t.heartbeat > 0 && end-t.heartbeat > runningBeat && !b.gone() {
			b.out = append(b.out, step{kind: trace.Preempt, from: t.heartbeat, away: true, serve: -1, to: trace.Never})
		}
		b.out = append(b.out, step{kind: t.death(), from: end, arg: t.deathArg()})
	}
	return taskSteps{first, b.out, b.passages, b.requests, b.unexplained}
}

// became turns becoming another process into steps: it begins anew, and is away from
// the CPU until the other has begun.
func (b *stepper) became(m *mark) {
	b.preemptedUntil(m.from)
	b.out = append(b.out, step{kind: trace.Exec, from: m.from, pc: m.pc})
	from, to := m.from, m.to
	if m.to == 0 {
		to = trace.Never
	}
	if b.exact {
		from = trace.Never
		for a, ok := b.next(m.done(b.end)); ok; a, ok = b.next(m.done(b.end)) {
			from, to = min(from, a.from), a.to
		}
	}
	if from != trace.Never {
		b.out = append(b.out, step{kind: trace.Preempt, from: from, away: true, serve: -1, to: to})
	}
	for i := range b.requests { // nobody waits for them any more
		b.requests[i].dealt = b.requests[i].dealt || b.requests[i].due > m.from
	}
	b.ops = b.op(m.pc).Kin.Child.Program.Ops
}

// death is how a task ended that was killed.
func (t *taskLog) death() trace.Kind {
	if t.slain == endedWith {
		return trace.EndWith
	}
	return trace.Kill
}

// deathArg is the signal of that, 0 if the run was ended.
func (t *taskLog) deathArg() int64 {
	if t.slain == endedWith {
		return 0
	}
	return int64(t.slain)
}

// runningBeat is how old the last sign of a task may be when it is killed for it
// to have been running.
const runningBeat = 100_000

// stopping is how long who is stopped at most runs for it.
const stopping = 150_000

type stepper struct {
	t           *taskLog
	task        int
	ops         []workload.Op
	arrived     map[token]bool
	exact       bool
	end         trace.Time // of the task
	away        []absence  // not yet dealt with
	out         []step
	passages    []*passage
	requests    []request
	unexplained int
}

// gone reports whether the task has left the CPU for good.
func (b *stepper) gone() bool {
	for i := len(b.out) - 1; i >= 0; i-- {
		if b.out[i].away {
			return b.out[i].to == trace.Never
		}
	}
	return false
}

// passes reports whether a mark is of a value that got into a pipe or out of it.
func (b *stepper) passes(m *mark) bool {
	switch m.kind {
	case markSend:
		return m.to != 0 || b.arrived[m.token]
	case markReceive:
		return m.token != 0
	}
	return false
}

func (b *stepper) instant(m *mark) step {
	s := step{kind: marksAs[m.kind].at, from: m.from, pc: m.pc, obj: b.op(m.pc).Res, arg: m.arg}
	switch m.kind {
	case markGot:
		s.jump, s.jumps = int(m.about), m.about > 0
	case markComputed:
		if m.arg > 0 { // an instruction that goes on elsewhere
			s.jump, s.jumps, s.arg = b.op(m.pc).Jump, true, 0
		}
	case markAssigned:
		s.obj = int(m.about)
	case markRequested:
		b.requests = append(b.requests, request{res: s.obj, due: m.at})
	case markInterrupt:
		s.obj = b.answers(m.about)
	}
	if m.kind == markMade {
		switch b.op(m.pc).Code {
		case workload.OpSpawn:
			s.kind = trace.Spawn
		case workload.OpThread:
			s.kind = trace.Thread
		}
	}
	return s
}

// op is the operation at a program counter, none past the end.
func (b *stepper) op(pc int) workload.Op {
	if pc < len(b.ops) {
		return b.ops[pc]
	}
	return workload.Op{}
}

// next takes the next absence if most of it lies before t.
func (b *stepper) next(t trace.Time) (a absence, ok bool) {
	if len(b.away) == 0 {
		return a, false
	}
	a = b.away[0]
	middle := a.from
	if a.to != trace.Never {
		middle += (a.to - a.from) / 2
	}
	if middle >= t {
		return a, false
	}
	b.away = b.away[1:]
	return a, true
}

// preemptedUntil turns absences before t, which no operation asked for, into
// preemptions.
func (b *stepper) preemptedUntil(t trace.Time) {
	for a, ok := b.next(t); ok; a, ok = b.next(t) {
		b.preempted(a)
	}
}

func (b *stepper) preempted(a absence) {
	if n := len(b.out); !a.runnable && n > 0 && b.out[n-1].kind == trace.Preempt && a.from-b.out[n-1].to < stopping {
		b.out[n-1].to = a.to // who is stopped while he has no CPU gets one to stop on
		return
	}
	if !a.runnable {
		b.unexplained++ // it blocked for what isn't in its program: a page, say
	}
	b.out = append(b.out, step{kind: trace.Preempt, from: a.from, away: true, serve: -1, to: a.to})
}

// waited turns the kernel's absences within a mark into steps. A task may be
// preempted before it blocks and once more after it was woken.
func (b *stepper) waited(m *mark, until trace.Time) {
	var within []absence
	for a, ok := b.next(until); ok; a, ok = b.next(until) {
		within = append(within, a)
	}
	isWait := func(a absence) bool { return a.runnable == (m.kind == markYield) }
	begin, end := -1, -1
	var delay trace.Time // of preemptions before or after the wait itself
	for i, a := range within {
		if isWait(a) && (begin < 0 || m.kind != markYield) {
			if begin < 0 {
				begin = i
			}
			end = i
		}
	}
	switch {
	case m.kind == markNotice && len(within) > 0: // it let go the lock before all of them
		begin, end = 0, len(within)-1
	case m.kind == markIO && begin > 0: // the device had its request
		begin = 0
	}
	if begin < 0 {
		if m.to != 0 && m.finishes() {
			b.out = append(b.out, b.wait(m, m.from, m.to, 0))
		}
		for _, a := range within {
			b.preempted(a)
		}
		return
	}
	for i, a := range within {
		if (i < begin || i > end) && a.to != trace.Never {
			delay += a.to - a.from
		}
	}
	for i, a := range within {
		switch {
		case i == begin:
			b.out = append(b.out, b.wait(m, a.from, within[end].to, max(m.delay-delay, 0)))
		case i < begin || i > end:
			b.preempted(a)
		}
	}
}

// waitedAlone turns a mark into a step when there is only the worker's word.
func (b *stepper) waitedAlone(m *mark) {
	left := m.voluntary+m.involuntary > 0 || m.to == 0
	switch {
	case b.passes(m) && b.short(m):
		to := trace.Never
		if m.to != 0 {
			to = m.to
		}
		b.out = append(b.out, b.wait(m, m.from, m.done(b.end), 0), step{kind: trace.Preempt, from: m.done(b.end), away: true, serve: -1, to: to})
	case m.kind == markGap:
		if m.voluntary > 0 && m.involuntary == 0 {
			b.unexplained++
		}
		b.out = append(b.out, step{kind: trace.Preempt, from: m.from, away: true, serve: -1, to: m.to})
	case m.to == 0:
		b.out = append(b.out, b.wait(m, m.from, trace.Never, 0))
	case m.finishes() || m.voluntary > 0:
		b.out = append(b.out, b.wait(m, m.from, m.to, m.delay))
	case left:
		b.out = append(b.out, step{kind: trace.Preempt, from: m.from, away: true, serve: -1, to: m.to})
	}
}

// wait is a stretch of waiting for what a mark says, woken so long before its
// end.
func (b *stepper) wait(m *mark, from, to, delay trace.Time) step {
	as := marksAs[m.kind]
	s := step{kind: as.at, from: from, pc: m.pc, obj: b.op(m.pc).Res, arg: m.about, away: true, wakes: as.wake, to: to, serve: -1}
	s.wakeObj = s.obj
	if m.kind == markReply { // its operation names no device
		s.obj = b.oldest()
	}
	if m.kind == markIO && (m.to != 0 || m.at <= b.end) {
		s.serve = m.at
	}
	if as.wake == trace.None || to == trace.Never {
		done := m.at + trace.Time(b.op(m.pc).Dur)
		if m.kind == markIO && s.serve >= 0 && done < b.end { // the device was done before its task was ended
			s.wake = max(done, from)
			return s
		}
		if to == trace.Never {
			s.wakes = trace.None
		}
		return s
	}
	switch {
	case m.broken:
		s.wakes = trace.WakeBroken
	case m.closed:
		s.wakes = trace.WakeClosed
	}
	wake := to - delay
	if m.gaveUp && m.kind == markNotice {
		s.wake, s.gaveUp = min(max(wake, from), to), true
		return s
	}
	if m.gaveUp && (m.kind == markJoin || m.kind == markChild) {
		s.wakes, s.wake = trace.JoinTimeout, min(max(wake, from), to)
		return s
	}
	if m.gaveUp {
		s.wakes, s.wake = trace.TimedOut, min(max(wake, from), to)
		return s
	}
	switch {
	case m.kind == markReply:
		s.wakeObj, wake = b.answers(m.about), m.at
	case m.kind == markSleep: // the timer never wakes it before
		wake = max(wake, m.from+trace.Time(b.op(m.pc).Dur))
	case m.kind == markIO: // the device keeps the time, so it is done then
		wake = m.at + trace.Time(b.op(m.pc).Dur)
	case m.kind.awaits():
		s.waker = int64(m.by)
		if m.at <= to { // nobody is woken before the waker woke him
			wake = max(wake, m.at)
		}
	}
	s.wake = min(max(wake, from), to)
	return s
}

package sim_test

import (
	"fmt"
	"math/bits"
	"slices"

	"timeslice/sim/workload"
)

// world is the twin of [TestProcessesAndTheirTwin].
type world struct {
	now    int64
	all    []*being
	ready  []*being
	begun  int // sleeps, waits, and zombies
	used   map[string]bool
	counts map[string]int
	said   []string
}

// being is a task.
type being struct {
	id     int
	name   string // in full
	called string // as the program says
	proc   *family
	stack  []block
	acc    int64
	left   int64 // of the computing it is at
	since  int64 // when it went on with that

	cpu      int   // -1 = none
	due      int64 // when it is to be looked at, if it has a CPU
	asleep   int   // 1 + when its sleep began, as a number; 0 = it doesn't sleep
	wakes    int64
	waiting  *being // for whose end; itself = any child
	child    bool   // it waits for a child
	queued   bool
	stopped  bool
	ended    bool
	status   int64
	joined   bool
	masked   uint32
	attempts int // when it began to wait, as a number
}

// block is a stretch of program, and where the task is in it.
type block struct {
	steps []step
	at    int
	began bool            // the computing it is at
	turns int64           // of a loop, left after this one
	alone bool            // what only a forked child does
	of    workload.Signal // whose handler it is
	left  int64           // of what it interrupted
	acc   int64
}

// family is a process.
type family struct {
	main, parent int // -1 = init
	leader       int
	ended, gone  bool // gone: asked for
	zombie       int  // 1 + when it became one, as a number
	killed       int64
	status       int64
	ignored      uint32
	pending      uint32
	handlers     map[workload.Signal][]step
}

// add makes a task known; it is of a new process if that isn't given.
func (w *world) add(b *being, proc *family, parent int) {
	b.id, b.cpu = len(w.all), -1
	if b.called == "" {
		b.called = b.name
	}
	if proc == nil {
		proc = &family{main: b.id, leader: b.id, parent: parent, handlers: map[workload.Signal][]step{}}
	}
	b.proc = proc
	w.all = append(w.all, b)
	if w.used == nil {
		w.used, w.counts = map[string]bool{}, map[string]int{}
	}
	w.used[b.name] = true
	w.getReady(b)
}

// child makes a task that another makes.
func (w *world) child(called string, stack []block, proc *family, parent int) *being {
	name := ""
	for name == "" || w.used[name] {
		w.counts[called]++
		if name = called; w.counts[called] > 1 {
			name = fmt.Sprint(called, ".", w.counts[called])
		}
	}
	b := &being{name: name, called: called, stack: stack}
	w.add(b, proc, parent)
	return b
}

func (w *world) say(b *being, what string, more ...any) {
	line := fmt.Sprintf("%d %s %s", w.now*ms, what, b.name)
	for _, m := range more {
		line += fmt.Sprint(" ", m)
	}
	w.said = append(w.said, line)
}

// live lets everything happen.
func (w *world) live() {
	for {
		w.instant()
		next := int64(-1)
		for _, b := range w.all {
			for _, t := range []int64{b.due, b.wakes} {
				if on := t == b.due && b.cpu >= 0 || t == b.wakes && b.asleep > 0; on && (next < 0 || t < next) {
					next = t
				}
			}
		}
		if next < 0 {
			return
		}
		w.now = next
	}
}

// instant lets happen what happens now.
func (w *world) instant() {
	for busy := true; busy; {
		for b := w.firstDue(); b != nil; b = w.firstDue() {
			w.account(b)
			w.goOn(b)
		}
		for b := w.firstAwake(); b != nil; b = w.firstAwake() {
			b.asleep = 0
			w.past(b)
			w.getReady(b)
		}
		for len(w.ready) > 0 {
			var idle []int
			for c := range twinCPUs {
				if w.on(c) == nil {
					idle = append(idle, c)
				}
			}
			for _, c := range idle {
				for len(w.ready) > 0 && w.on(c) == nil {
					b := w.ready[0]
					w.ready = w.ready[1:]
					b.queued, b.cpu, b.due = false, c, w.now
					w.goOn(b)
				}
			}
		}
		busy = w.firstDue() != nil || w.firstAwake() != nil
	}
}

func (w *world) on(c int) *being {
	for _, b := range w.all {
		if b.cpu == c {
			return b
		}
	}
	return nil
}

// firstDue returns who is done computing now, or is interrupted: by CPU.
func (w *world) firstDue() (first *being) {
	for _, b := range w.all {
		if b.cpu >= 0 && b.due <= w.now && (first == nil || b.cpu < first.cpu) {
			first = b
		}
	}
	return first
}

func (w *world) firstAwake() (first *being) {
	for _, b := range w.all {
		if b.asleep > 0 && b.wakes <= w.now && (first == nil || b.asleep < first.asleep) {
			first = b
		}
	}
	return first
}

func (w *world) getReady(b *being) {
	if b.stopped {
		return
	}
	b.queued = true
	w.ready = append(w.ready, b)
}

// account counts what a task has computed.
func (w *world) account(b *being) {
	if b.left > 0 {
		b.left -= w.now - b.since
	}
	b.since = w.now
}

// past moves a task past the step it is at.
func (w *world) past(b *being) { b.stack[len(b.stack)-1].at++ }

// handles returns which thread of a process handles its signals.
func (w *world) handles(f *family) *being {
	for _, b := range w.all {
		if b.proc == f && !b.ended {
			return b
		}
	}
	return nil
}

// end ends a task.
func (w *world) end(b *being, what string, status int64, more ...any) {
	w.say(b, what, more...)
	w.leave(b)
	b.ended, b.status = true, status
	f := b.proc
	if f.leader == b.id {
		f.status = status
	}
	if b.id != f.main {
		w.joiners(b)
	}
	if w.handles(f) == nil {
		w.familyEnds(f)
	} else {
		w.poke(f)
	}
}

// leave takes a task out of whatever it does.
func (w *world) leave(b *being) {
	b.cpu, b.asleep, b.waiting, b.stopped = -1, 0, nil, false
	if b.queued {
		b.queued = false
		w.ready = slices.DeleteFunc(w.ready, func(x *being) bool { return x == b })
	}
}

// others ends all threads of a process but one.
func (w *world) others(f *family, but *being) {
	for _, b := range slices.Clone(w.all) {
		if b.proc == f && b != but && !b.ended {
			w.end(b, "end_with", 0)
		}
	}
}

func (w *world) familyEnds(f *family) {
	f.ended = true
	children := w.children(f)
	for _, c := range children {
		c.parent = -1
		w.say(w.all[c.main], "adopt", "-")
		if c.ended {
			c.gone = true
			w.say(w.all[c.main], "reap", "-")
		}
	}
	if f.killed != 0 {
		f.status = -f.killed
	}
	if f.parent < 0 {
		f.gone = true
	} else {
		w.say(w.all[f.main], "defunct", f.status)
		parent := w.all[f.parent].proc
		w.begun++
		f.zombie = w.begun
		switch {
		case parent.ended:
		case parent.ignored&(1<<workload.SigChld) != 0:
			w.bury(f, w.all[parent.main])
			w.hopeless(parent)
		default:
			w.waiters(parent)
			if _, handled := parent.handlers[workload.SigChld]; handled {
				parent.pending |= 1 << workload.SigChld
				w.poke(parent)
			}
		}
	}
	w.joiners(w.all[f.main])
}

// children returns the processes a process has, those it hasn't asked for
// included, in the order they came.
func (w *world) children(f *family) (list []*family) {
	for _, b := range w.all {
		if c := b.proc; c.main == b.id && c.parent == f.main && c != f && !c.gone {
			list = append(list, c)
		}
	}
	return list
}

func (w *world) bury(f *family, by *being) {
	f.gone = true
	w.say(w.all[f.main], "reap", by.name)
}

// waiters lets those go on that wait for a child that is a zombie now.
func (w *world) waiters(f *family) {
	for _, b := range w.byAttempt(func(b *being) bool { return b.child && b.proc == f }) {
		if z := w.zombieFor(f, b.waiting); z != nil && b.waiting != nil {
			b.waiting = nil
			w.bury(z, b)
			w.gets(b, z.status)
		}
	}
	w.hopeless(f)
}

// zombieFor returns the child that ended first, or the one that is meant.
func (w *world) zombieFor(f *family, of *being) (first *family) {
	for _, c := range w.children(f) {
		if c.ended && (of == nil || of.proc == f || of.proc == c) && (first == nil || c.zombie < first.zombie) {
			first = c
		}
	}
	return first
}

func (w *world) hopeless(f *family) {
	for _, b := range w.byAttempt(func(b *being) bool { return b.child && b.proc == f }) {
		anyChild := b.waiting.proc == f
		if anyChild && len(w.children(f)) > 0 || !anyChild && !b.waiting.proc.gone {
			continue
		}
		b.waiting = nil
		w.gets(b, -1)
	}
}

// byAttempt returns those who wait, in the order they began to.
func (w *world) byAttempt(which func(*being) bool) (list []*being) {
	for _, b := range w.all {
		if b.waiting != nil && which(b) {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b *being) int { return a.attempts - b.attempts })
	return list
}

// gets lets a task that waited go on with what it waited for.
func (w *world) gets(b *being, status int64) {
	b.acc = status
	w.past(b)
	w.getReady(b)
}

// joiners lets those go on that wait for the end of a task.
func (w *world) joiners(of *being) {
	for _, b := range w.byAttempt(func(b *being) bool { return !b.child && b.waiting == of }) {
		b.waiting = nil
		w.wasJoined(of, b)
		w.gets(b, w.statusOf(of))
	}
}

func (w *world) wasJoined(of, by *being) {
	of.joined = true
	if f := of.proc; f.main == of.id && f.ended && !f.gone && f.parent == by.proc.main {
		w.bury(f, by)
	}
}

func (w *world) statusOf(b *being) int64 {
	if b.proc.main == b.id {
		return b.proc.status
	}
	return b.status
}

func (w *world) isOver(b *being) bool { return b.ended && (b.proc.main != b.id || b.proc.ended) }

// living returns the first of a name that lives.
func (w *world) living(name string) *being {
	for _, b := range w.all {
		if b.called == name && !b.ended {
			return b
		}
	}
	return nil
}

// poke lets the thread that handles signals know of those that are pending.
func (w *world) poke(f *family) {
	b := w.handles(f)
	if b == nil || b.stopped || f.pending&^b.masked == 0 {
		return
	}
	switch {
	case b.cpu >= 0 && b.due > w.now:
		w.account(b)
		b.due = w.now
	case b.asleep > 0:
		b.acc = b.wakes - w.now
		b.asleep = 0
		w.say(b, "cut_short")
		w.past(b)
		w.getReady(b)
	case b.waiting != nil:
		b.waiting = nil
		w.say(b, "interrupted")
		w.getReady(b)
	}
}

// next returns the lowest of a set of signals.
func next(set uint32) workload.Signal { return workload.Signal(bits.TrailingZeros32(set)) }

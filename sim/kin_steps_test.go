package sim_test

import (
	"maps"
	"slices"

	"timeslice/sim/workload"
)

// goOn lets a task go on at this instant until it computes, waits or ends.
func (w *world) goOn(b *being) {
	for b.cpu >= 0 {
		if w.catches(b) {
			continue
		}
		if b.left > 0 {
			b.since, b.due = w.now, w.now+b.left
			return
		}
		if len(b.stack) == 0 {
			w.end(b, "exit", 0, 0)
			return
		}
		top := &b.stack[len(b.stack)-1]
		if top.at < len(top.steps) {
			w.take(b, top, &top.steps[top.at])
			continue
		}
		over := *top
		b.stack = b.stack[:len(b.stack)-1]
		switch {
		case over.of != 0:
			b.masked &^= 1 << over.of
			w.say(b, "return", int(over.of))
			b.left, b.acc = over.left, over.acc
		case over.turns > 0:
			over.at = 0
			over.turns--
			b.stack = append(b.stack, over)
		case over.alone:
			b.stack = nil
		case len(b.stack) > 0:
			w.past(b)
		}
	}
}

// catches lets a task begin with the handler of the lowest signal that is pending,
// or lets the signal do what it does if there is none any more.
func (w *world) catches(b *being) bool {
	f := b.proc
	set := f.pending &^ b.masked
	if set == 0 || w.handles(f) != b {
		return false
	}
	s := next(set)
	f.pending &^= 1 << s
	body, handled := f.handlers[s]
	if !handled {
		w.act(f, s)
		return true
	}
	w.say(b, "catch", int(s))
	b.stack = append(b.stack, block{steps: body, of: s, left: b.left, acc: b.acc})
	b.left = 0
	b.masked |= 1 << s
	return true
}

// take takes a step.
func (w *world) take(b *being, top *block, s *step) {
	f := b.proc
	waits := func(for_ *being, child bool) {
		w.begun++
		b.waiting, b.child, b.attempts, b.cpu = for_, child, w.begun, -1
	}
	gets := func(status int64) {
		if b.acc = status; s.nohang {
			b.acc = 1
		}
		w.past(b)
	}
	if s.costs() {
		if top.began = !top.began; top.began {
			b.left = 1
			return
		}
	}
	switch s.what {
	case workload.OpCPU:
		if top.began = !top.began; top.began {
			b.left = s.n
			return
		}
		w.past(b)
	case workload.OpSleep:
		w.begun++
		b.asleep, b.wakes, b.cpu = w.begun, w.now+s.n, -1
	case workload.OpPrint:
		w.say(b, "print", b.acc)
		w.past(b)
	case workload.OpRepeat:
		b.stack = append(b.stack, block{steps: s.body, turns: s.n - 1})
	case workload.OpExit:
		f.leader = b.id
		w.end(b, "exit", s.n, s.n)
		w.others(f, nil)
	case workload.OpExitThread:
		w.end(b, "exit", s.n, s.n)
	case workload.OpCrash:
		f.killed = int64(workload.SigSegv)
		w.end(b, "crash", -f.killed)
		w.others(f, nil)
	case workload.OpFork, workload.OpSpawn, workload.OpThread:
		w.make(b, s)
	case workload.OpExec:
		w.say(b, "exec")
		f.leader = b.id
		w.others(f, b)
		b.stack, b.acc = []block{{steps: s.body}}, 0
		f.handlers = map[workload.Signal][]step{}
		w.poke(f)
	case workload.OpJoin:
		switch of := w.unjoined(s.name, b); {
		case of == nil:
			b.acc = -1
			w.past(b)
		case w.isOver(of):
			w.wasJoined(of, b)
			gets(w.statusOf(of))
		case s.nohang:
			b.acc = 0
			w.past(b)
		default:
			waits(of, false)
		}
	case workload.OpWaitChild:
		of, some := b, len(w.children(f)) > 0
		if s.name != "" {
			of, some = w.childCalled(f, s.name)
		}
		z := (*family)(nil)
		if some {
			z = w.zombieFor(f, of)
		}
		switch {
		case !some:
			b.acc = -1
			w.past(b)
		case z != nil:
			w.bury(z, b)
			gets(z.status)
		case s.nohang:
			b.acc = 0
			w.past(b)
		default:
			waits(of, true)
		}
	case workload.OpSignal:
		to := w.living(s.name)
		w.past(b)
		if b.acc = -1; to != nil {
			b.acc = 0
			w.deliver(to.proc, s.signal)
		}
	case workload.OpIgnore:
		f.ignored &^= 1 << s.signal
		delete(f.handlers, s.signal)
		if s.n == 1 {
			f.ignored |= 1 << s.signal
			f.pending &^= 1 << s.signal
		}
		w.past(b)
		w.poke(f)
	case workload.OpHandle:
		f.ignored &^= 1 << s.signal
		f.handlers[s.signal] = s.body
		w.past(b)
		w.poke(f)
	}
}

// make makes a task.
func (w *world) make(b *being, s *step) {
	f := b.proc
	id := int64(100 + len(w.all))
	switch s.what {
	case workload.OpSpawn:
		w.child(s.name, []block{{steps: s.body}}, nil, f.main)
	case workload.OpThread:
		w.child(s.name, []block{{steps: s.body}}, f, f.parent).masked = b.masked
	default:
		copied := slices.Clone(b.stack)
		if s.body != nil {
			copied = append(copied, block{steps: s.body, alone: true})
		} else {
			copied[len(copied)-1].at++
		}
		c := w.child(s.name, copied, nil, f.main)
		c.masked, c.proc.ignored, c.proc.handlers = b.masked, f.ignored, maps.Clone(f.handlers)
	}
	b.acc = id
	w.past(b)
}

// unjoined returns whom a join is about: the first of a name that nobody has
// joined, or else the last; never the one who asks.
func (w *world) unjoined(name string, by *being) (of *being) {
	for _, b := range w.all {
		if b.called == name && b != by {
			if of = b; !b.joined {
				return b
			}
		}
	}
	return of
}

// childCalled returns the first child of a name that hasn't been asked for.
func (w *world) childCalled(f *family, name string) (*being, bool) {
	for _, c := range w.children(f) {
		if w.all[c.main].called == name {
			return w.all[c.main], true
		}
	}
	return nil, false
}

// deliver lets a signal reach a process.
func (w *world) deliver(f *family, s workload.Signal) {
	_, handled := f.handlers[s]
	h := w.handles(f)
	switch {
	case h == nil:
	case s == workload.SigStop, s == workload.SigKill, s == workload.SigCont:
		w.act(f, s)
	case f.ignored&(1<<s) != 0:
	case handled, h.masked&(1<<s) != 0:
		f.pending |= 1 << s
		w.poke(f)
	default:
		w.act(f, s)
	}
}

// act does what a signal does that isn't handled.
func (w *world) act(f *family, s workload.Signal) {
	switch s {
	case workload.SigChld:
	case workload.SigStop:
		for _, b := range slices.Clone(w.all) {
			if b.proc != f || b.ended || b.stopped {
				continue
			}
			if b.cpu >= 0 {
				w.account(b)
				b.cpu = -1
			}
			if b.queued {
				b.queued = false
				w.ready = slices.DeleteFunc(w.ready, func(x *being) bool { return x == b })
			}
			b.stopped = true
			w.say(b, "stop")
		}
	case workload.SigCont:
		for _, b := range slices.Clone(w.all) {
			if b.proc == f && !b.ended && b.stopped {
				b.stopped = false
				w.say(b, "continue")
				if b.asleep == 0 && b.waiting == nil {
					w.getReady(b)
				}
			}
		}
		w.poke(f)
	default:
		f.killed = int64(s)
		if main := w.all[f.main]; !main.ended {
			w.end(main, "kill", -int64(s), int64(s))
		}
		for _, b := range slices.Clone(w.all) {
			if b.proc == f && !b.ended {
				w.end(b, "kill", -int64(s), int64(s))
			}
		}
	}
}

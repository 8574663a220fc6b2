//go:build amd64 || arm64

package host

import (
	"sync/atomic"

	"timeslice/sim/workload"
)

// Locks for many readers or one writer, and what is done once. Who lets such a lock
// go says himself who has it next, as the lock prefers, and wakes just these: each
// task has a place in its line, with a futex of its own.

// What stands at a task's place in the line of an rwlock.
const (
	lFutex  = iota // 1 while it waits
	lWants         // 0 nothing, or one of these
	lTicket        // when it came

	wantsRead  = 1
	wantsWrite = 2
)

// inLine is a field of a task's place in the line of an rwlock.
//
//go:nosplit
//go:norace
func (w *worker) inLine(o, task, field int) *uint64 {
	return &w.shared[o+wLine+task*lineWords+field]
}

// lockRW takes an rwlock, to read or to write, or waits for it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) lockRW(op *workerOp) {
	o, wants, waits := op.object, uint64(wantsWrite), markLock
	if op.code == workload.OpLockRead {
		wants, waits = wantsRead, markRead
	}
	lock, p := w.word(o+wFutex), w.word(o+wLine+w.task*lineWords+lFutex)
	w.look()
	w.enter(lock)
	if w.mayHave(op, wants) {
		w.take(o, w.task, wants)
		w.hasRW(wants)
		w.leave(lock)
		w.got(op)
		return
	}
	if !w.mustWait(op) {
		w.leave(lock)
		return
	}
	*w.inLine(o, w.task, lWants), *w.inLine(o, w.task, lTicket) = wants, w.shared[o+wTicket]
	w.shared[o+wTicket]++
	atomic.StoreUint32(p, 1)
	w.leave(lock)
	r := w.block(waits)
	for atomic.LoadUint32(p) == 1 && (w.until == 0 || nanotime() < w.until) {
		w.wait(p, 1)
	}
	w.enter(lock)
	came := atomic.LoadUint32(p) == 0
	if !came { // others may be let on who stood behind it
		*w.inLine(o, w.task, lWants) = 0
		w.admit(op, nanotime())
	}
	w.leave(lock)
	w.resume(r, int64(atomic.LoadUint64(&w.shared[o+wWaker])))
	if !came {
		w.until = 1
		w.givesUp(r)
		return
	}
	w.hasRW(wants)
	w.got(op)
}

// hasRW notes that it has an rwlock.
//
//go:nosplit
//go:norace
func (w *worker) hasRW(wants uint64) {
	kind := markLocked
	if wants == wantsRead {
		kind = markReads
	}
	w.mark(kind, w.look(), 0)
}

// take gives an rwlock to a task.
//
//go:nosplit
//go:norace
func (w *worker) take(o, task int, wants uint64) {
	if wants == wantsRead {
		w.shared[o+wReaders] += 1 << (readsBits * uint(task))
	} else {
		w.shared[o+wOwner] = uint64(task) + 1
	}
}

// mayHave reports whether whoever comes now can have an rwlock at once.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) mayHave(op *workerOp, wants uint64) bool {
	o := op.object
	if w.shared[o+wOwner] != 0 {
		return false
	}
	if wants == wantsWrite {
		return w.shared[o+wReaders] == 0 && w.foremost(o, 0) < 0
	}
	switch op.prefers {
	case workload.PreferReaders:
		return true
	case workload.PreferWriters:
		return w.foremost(o, wantsWrite) < 0
	}
	return w.foremost(o, 0) < 0
}

// foremost returns who of those in line that want something came first, -1 if there
// is none; 0 is whatever they want.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) foremost(o int, wants uint64) int {
	first := -1
	for id := range MaxWorkers {
		is := *w.inLine(o, id, lWants)
		if is == 0 || wants != 0 && is != wants {
			continue
		}
		if first < 0 || *w.inLine(o, id, lTicket) < *w.inLine(o, first, lTicket) {
			first = id
		}
	}
	return first
}

// unlockRW lets an rwlock go.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) unlockRW(op *workerOp) {
	o := op.object
	lock := w.word(o + wFutex)
	one := uint64(1) << (readsBits * uint(w.task))
	w.look()
	w.enter(lock)
	reads := w.shared[o+wReaders]&(one*(1<<readsBits-1)) != 0
	t := w.look()
	switch {
	case w.shared[o+wOwner] == uint64(w.task)+1:
		w.shared[o+wOwner] = 0
	case reads:
		w.shared[o+wReaders] -= one
	default:
		w.fault(faultNotOwner)
	}
	w.mark(markUnlocked, t, 0)
	w.admit(op, t)
	w.leave(lock)
}

// admit lets those of the line have an rwlock who can have it now.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) admit(op *workerOp, t int64) {
	o := op.object
	for w.shared[o+wOwner] == 0 {
		next := w.foremost(o, 0)
		switch op.prefers {
		case workload.PreferReaders:
			if id := w.foremost(o, wantsRead); id >= 0 {
				next = id
			}
		case workload.PreferWriters:
			if id := w.foremost(o, wantsWrite); id >= 0 {
				next = id
			}
		}
		if next < 0 || *w.inLine(o, next, lWants) == wantsWrite && w.shared[o+wReaders] != 0 {
			return
		}
		w.take(o, next, *w.inLine(o, next, lWants))
		*w.inLine(o, next, lWants) = 0
		atomic.StoreUint64(&w.shared[o+wWaker], w.waker(t))
		p := w.word(o + wLine + next*lineWords + lFutex)
		atomic.StoreUint32(p, 0)
		w.futexWakeOne(p)
	}
}

// once begins what is done once, goes on behind it if it is done, or waits until
// it is.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) once(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.until = 0
	w.look()
	w.enter(lock)
	for o[cCount] == 0 {
		if o[cMost] == 0 { // nobody does it
			o[cMost] = 1
			w.mark(markBegun, w.look(), 0)
			w.leave(lock)
			return
		}
		w.waitForNews(op, o, lock, news, markOnce)
		w.enter(lock)
	}
	w.next = op.jump
	w.mark(markSkipped, w.look(), 0)
	w.leave(lock)
}

// onceDone lets all go on who wait for what it has done.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) onceDone(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	t := w.look()
	o[cCount] = 1
	w.mark(markOnceDone, t, 0)
	waiting := w.announce(o, news, t)
	w.leave(lock)
	if waiting {
		w.futexWakeAll(news)
	}
}

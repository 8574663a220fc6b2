//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// Semaphores, events and barriers: a count within a futex that protects it, and
// another futex to wait in. As with queues the clock is read within the first, so
// that the order of the instants is the order of what happened.

//go:noinline
//go:nosplit
//go:norace
func (w *worker) futexWakeAll(p *uint32) {
	syscall.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(p)), futexWake, 1<<31-1, 0, 0, 0)
}

// acquire takes a unit of a semaphore, waiting for one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) acquire(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	var r *record
	for o[cCount] == 0 {
		if r == nil && !w.mustWait(op) || w.givesUp(r) {
			w.leave(lock)
			return
		}
		seen := atomic.LoadUint32(news)
		o[cWaiting]++
		w.leave(lock)
		r = w.block(markUnit)
		w.wait(news, seen)
		w.resume(r, int64(atomic.LoadUint64(&o[cWaker])))
		w.enter(lock)
		o[cWaiting]--
	}
	o[cCount]--
	w.mark(markAcquired, w.look(), 0)
	w.leave(lock)
	w.got(op)
}

// giveBack gives a unit to a semaphore. One that is full is a fault of the program,
// which ends with it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) giveBack(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	if o[cMost] > 0 && o[cCount] == o[cMost] {
		w.fault(faultOverRelease)
	}
	t := w.look()
	o[cCount]++
	w.mark(markGaveBack, t, 0)
	waiting := w.announce(o, news, t)
	w.leave(lock)
	if waiting {
		w.futexWakeOne(news)
	}
}

// announce says that there is news for those who wait, if anybody does.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) announce(o []uint64, news *uint32, t int64) (waiting bool) {
	atomic.StoreUint64(&o[cWaker], w.waker(t))
	if waiting = o[cWaiting] > 0; waiting {
		atomic.AddUint32(news, 1)
	}
	return waiting
}

// setEvent sets an event and lets go on who waits for it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) setEvent(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	t := w.look()
	if op.code == workload.OpClear {
		o[cCount] = 0
		w.mark(markCleared, t, 0)
		w.leave(lock)
		return
	}
	o[cCount] = 1
	w.mark(markSet, t, 0)
	waiting := w.announce(o, news, t)
	w.leave(lock)
	if waiting {
		w.futexWakeAll(news)
	}
}

// await waits until an event is set. Who has waited goes on though it was cleared
// meanwhile.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) await(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	if o[cCount] > 0 {
		w.mark(markPassed, w.look(), 0)
		w.leave(lock)
		w.got(op)
		return
	}
	if !w.mustWait(op) {
		w.leave(lock)
		return
	}
	w.waitForNews(op, o, lock, news, markEvent)
}

// waitForNews waits until there is news, which ends the operation. It is called
// within the lock and leaves it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitForNews(op *workerOp, o []uint64, lock, news *uint32, kind markKind) {
	w.waitFor(op, news, lock, &o[cWaiting], &o[cWaker], kind)
}

// waitFor is that for any place where it is written down how many wait and who
// woke them. It reports whether there was news.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitFor(op *workerOp, news, lock *uint32, waiting, waker *uint64, kind markKind) bool {
	seen := atomic.LoadUint32(news)
	*waiting++
	w.leave(lock)
	r := w.block(kind)
	for atomic.LoadUint32(news) == seen && (w.until == 0 || nanotime() < w.until) {
		w.wait(news, seen)
	}
	came := atomic.LoadUint32(news) != seen
	w.resume(r, int64(atomic.LoadUint64(waker)))
	if came {
		w.got(op)
	} else {
		w.until = 1 // has passed, whatever the clock said when it came back
		w.givesUp(r)
	}
	w.enter(lock)
	*waiting--
	w.leave(lock)
	return came
}

// arriveAt waits at a barrier until all have come. Who gives up breaks it, and nobody
// waits at a broken one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) arriveAt(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	if o[cBroken] != 0 {
		w.mark(markRefused, w.look(), 0)
		w.leave(lock)
		w.acc = 0
		return
	}
	if o[cCount]+1 < o[cMost] {
		w.mustWait(op)
		o[cCount]++
		w.waitAtBarrier(op, o, lock, news)
		return
	}
	t := w.look()
	o[cCount] = 0
	w.mark(markTripped, t, 0)
	waiting := w.announce(o, news, t)
	w.leave(lock)
	w.got(op)
	if waiting {
		w.futexWakeAll(news)
	}
}

// waitAtBarrier waits there until it opens or breaks. It is called within the lock and
// leaves it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitAtBarrier(op *workerOp, o []uint64, lock, news *uint32) {
	seen := atomic.LoadUint32(news)
	o[cWaiting]++
	w.leave(lock)
	r := w.block(markBarrier)
	for atomic.LoadUint32(news) == seen && (w.until == 0 || nanotime() < w.until) {
		w.wait(news, seen)
	}
	w.resume(r, int64(atomic.LoadUint64(&o[cWaker])))
	w.enter(lock)
	o[cWaiting]--
	switch {
	case atomic.LoadUint32(news) == seen: // it gives up, and so do all
		o[cBroken] = 1
		r.token = givenUp
		t := w.look()
		w.mark(markBreak, t, 0)
		waiting := w.announce(o, news, t)
		w.leave(lock)
		w.acc = 0
		if waiting {
			w.futexWakeAll(news)
		}
	case o[cBroken] != 0:
		r.token = foundBroken
		w.leave(lock)
		w.acc = 0
	default:
		w.leave(lock)
		w.got(op)
	}
}

// awaitNotice lets go the mutex of a condition, waits to be notified, and takes it
// again.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) awaitNotice(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	mutex := int(o[cLock])
	w.look()
	w.enter(lock)
	w.mustWait(op)
	number := o[cNumber]
	o[cNumber]++
	o[cWaiting]++
	depth := int64(w.shared[mutex+mDepth])
	if atomic.LoadUint64(&w.shared[mutex+mOwner]) != uint64(w.task)+1 {
		w.fault(faultNotOwner)
	}
	r := w.block(markNotice)
	r.token = uint64(depth) << noticeDepth
	w.letGo(mutex, r.from)
	for number >= o[cUpTo] && (w.until == 0 || nanotime() < w.until) {
		seen := atomic.LoadUint32(news)
		w.leave(lock)
		w.wait(news, seen)
		w.enter(lock)
	}
	came := number < o[cUpTo]
	if !came {
		o[cGone] |= 1 << (number % 64)
		o[cWaiting]--
	}
	w.leave(lock)
	w.resume(r, int64(atomic.LoadUint64(&o[cWaker])))
	if !came {
		r.token |= givenUp
	}
	w.until = 0
	p := w.word(mutex + mFutex)
	if !atomic.CompareAndSwapUint32(p, 0, 1) {
		for atomic.SwapUint32(p, 2) != 0 {
			r := w.block(markLock)
			w.futexWait(p, 2)
			w.resume(r, int64(atomic.LoadUint64(&w.shared[mutex+mWaker])))
		}
	}
	kind := workload.Mutex
	if depth > 0 {
		kind = workload.RLock
	}
	w.own(mutex, kind, depth)
	if op.patience != workload.Patient {
		w.acc = 0
		if came {
			w.acc = 1
		}
	}
}

// notify lets some of those who wait on a condition go on, in the order they came.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) notify(op *workerOp) {
	o := w.shared[op.object:]
	lock, news := w.word(op.object+cFutex), w.word(op.object+cNews)
	w.look()
	w.enter(lock)
	n := o[cWaiting]
	if op.value >= 0 && uint64(op.value) < n {
		n = uint64(op.value)
	}
	t := w.look()
	o[cWaiting] -= n
	for range n {
		for o[cGone]>>(o[cUpTo]%64)&1 != 0 { // gave up
			o[cGone] &^= 1 << (o[cUpTo] % 64)
			o[cUpTo]++
		}
		o[cUpTo]++
	}
	w.mark(markNotified, t, int64(n))
	atomic.StoreUint64(&o[cWaker], w.waker(t))
	if n > 0 {
		atomic.AddUint32(news, 1)
	}
	w.leave(lock)
	if n > 0 {
		w.futexWakeAll(news)
	}
}

//go:build amd64 || arm64

package host

import (
	"sync/atomic"

	"timeslice/sim/workload"
)

// A queue that can't be a pipe is a ring of slots in shared memory. Those of other
// orders than first in, first out are kept in the order in which the values come
// out, the next at the head.

// slot is where a value of a queue lies, counted from the head.
//
//go:nosplit
//go:norace
func (w *worker) slot(o int, i uint64) *[slotWords]uint64 {
	q := w.shared[o:]
	n := q[qSlots]
	return (*[slotWords]uint64)(q[objectWords+slotWords*((q[qHead]+i+n)%n):])
}

// keep puts a value where the order of the queue and the operation say.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) keep(op *workerOp, value int64) {
	q := w.shared[op.object:]
	at := q[qCount]
	switch {
	case op.order == workload.LIFO || op.manner&workload.FarEnd != 0:
		at = 0
	case op.order == workload.ByPriority:
		for at > 0 && int64(w.slot(op.object, at-1)[1]) > op.priority {
			at--
		}
	}
	if at == 0 {
		q[qHead] = (q[qHead] + q[qSlots] - 1) % q[qSlots]
	} else {
		for i := q[qCount]; i > at; i-- {
			*w.slot(op.object, i) = *w.slot(op.object, i-1)
		}
	}
	q[qCount]++
	q[qOpen]++
	*w.slot(op.object, at) = [slotWords]uint64{uint64(value), uint64(op.priority)}
}

// out takes out the value whose turn it is, or the last if the operation says so.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) out(op *workerOp) int64 {
	q := w.shared[op.object:]
	q[qCount]--
	if op.manner&workload.FarEnd != 0 {
		return int64(w.slot(op.object, q[qCount])[0])
	}
	value := int64(w.slot(op.object, 0)[0])
	q[qHead] = (q[qHead] + 1) % q[qSlots]
	return value
}

// failed ends what an operation did that gave up, and the task if it is an error
// not to get what it asks for.
//
//go:nosplit
//go:norace
func (w *worker) gaveUp(op *workerOp) {
	if op.manner&workload.Raises != 0 {
		w.tell()
		w.raise(1)
	}
}

// put adds a value to a queue, waiting for room. The clock is read inside the
// queue's lock, so the order of the instants is the order of the values.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) put(op *workerOp) {
	o := op.object
	q := w.shared[o:]
	lock, room, news := w.word(o+qFutex), w.word(o+qRoom), w.word(o+qValue)
	w.look()
	w.enter(lock)
	var r *record
	for q[qCount] == q[qSlots] {
		if q[qCapacity] == 0 {
			w.fault(faultTooMuch)
		}
		if r == nil && !w.mustWait(op) || w.givesUp(r) {
			w.leave(lock)
			w.gaveUp(op)
			return
		}
		seen := atomic.LoadUint32(room)
		q[qRoomWaiting]++
		w.leave(lock)
		r = w.block(markRoom)
		w.wait(room, seen)
		w.resume(r, int64(atomic.LoadUint64(&q[qRoomWaker])))
		w.enter(lock)
		q[qRoomWaiting]--
	}
	t := w.look()
	value := op.value
	if op.manner&workload.OfAcc != 0 {
		value = w.acc
	}
	w.keep(op, value)
	w.mark(markPut, t, value)
	atomic.StoreUint64(&q[qValueWaker], w.waker(t))
	waiting := q[qValueWaiting] > 0
	if waiting {
		atomic.AddUint32(news, 1)
	}
	w.leave(lock)
	w.got(op)
	if waiting { // after leaving, or who wakes would only wait for the lock
		w.futexWakeOne(news)
	}
}

// get takes a value from a queue, waiting for one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) get(op *workerOp) {
	o := op.object
	q := w.shared[o:]
	lock, room, news := w.word(o+qFutex), w.word(o+qRoom), w.word(o+qValue)
	w.look()
	w.enter(lock)
	var r *record
	for q[qCount] == 0 {
		if r == nil && !w.mustWait(op) || w.givesUp(r) {
			w.leave(lock)
			w.gaveUp(op)
			return
		}
		seen := atomic.LoadUint32(news)
		q[qValueWaiting]++
		w.leave(lock)
		r = w.block(markValue)
		w.wait(news, seen)
		w.resume(r, int64(atomic.LoadUint64(&q[qValueWaker])))
		w.enter(lock)
		q[qValueWaiting]--
	}
	t := w.look()
	value := w.out(op)
	w.mark(markGot, t, value)
	atomic.StoreUint64(&q[qRoomWaker], w.waker(t))
	waiting := q[qRoomWaiting] > 0
	if waiting {
		atomic.AddUint32(room, 1)
	}
	w.leave(lock)
	w.acc = value
	if op.manner&workload.Raises == 0 {
		w.got(op)
	}
	if waiting {
		w.futexWakeOne(room)
	}
}

// taskDone notes that a value of a queue is dealt with, and lets those go on who
// wait until all are.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) taskDone(op *workerOp) {
	q := w.shared[op.object:]
	lock, news := w.word(op.object+qFutex), w.word(op.object+qDone)
	w.look()
	w.enter(lock)
	if q[qOpen] == 0 { // one too many
		w.leave(lock)
		w.raise(1)
		return
	}
	t := w.look()
	q[qOpen]--
	w.mark(markTaskDone, t, 0)
	waiting := q[qOpen] == 0 && q[qDoneWaiting] > 0
	if q[qOpen] == 0 {
		atomic.StoreUint64(&q[qDoneWaker], w.waker(t))
		atomic.AddUint32(news, 1)
	}
	w.leave(lock)
	if waiting {
		w.futexWakeAll(news)
	}
}

// joinQueue waits until all that was put into a queue is dealt with.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) joinQueue(op *workerOp) {
	q := w.shared[op.object:]
	lock, news := w.word(op.object+qFutex), w.word(op.object+qDone)
	w.look()
	w.enter(lock)
	if q[qOpen] == 0 {
		w.mark(markAllDone, w.look(), 0)
		w.leave(lock)
		w.got(op)
		return
	}
	if !w.mustWait(op) {
		w.leave(lock)
		return
	}
	w.waitFor(op, news, lock, &q[qDoneWaiting], &q[qDoneWaker], markDealt)
}

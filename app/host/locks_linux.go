//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// word is the half of a shared word that futexes work on: both architectures
// store the low half first.
//
//go:nosplit
//go:norace
func (w *worker) word(i int) *uint32 { return (*uint32)(unsafe.Pointer(&w.shared[i])) }

//go:noinline
//go:nosplit
//go:norace
func (w *worker) futexWait(p *uint32, value uint32) {
	syscall.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(p)), futexWait, uintptr(value), 0, 0, 0)
}

// wait waits in a futex until it is woken or the operation gives up.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) wait(p *uint32, value uint32) {
	if w.until == 0 {
		w.futexWait(p, value)
		return
	}
	w.timespec.Sec, w.timespec.Nsec = w.until/secondInNanosec, w.until%secondInNanosec
	syscall.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(p)), futexWaitBitset, uintptr(value), uintptr(unsafe.Pointer(&w.timespec)), 0, futexAnybody)
}

// mustWait begins the waiting of an operation that can't go on at once. If it
// doesn't wait at all it says so and returns false.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) mustWait(op *workerOp) bool {
	w.until = 0
	switch op.patience {
	case workload.NotAtAll:
		w.mark(markRefused, w.look(), 0)
		w.acc = 0
		return false
	case workload.AtMost:
		w.until = w.look() + op.dur
	}
	return true
}

// givesUp reports whether the operation has waited as long as it does, in the
// wait r was the record of.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) givesUp(r *record) bool {
	if r == nil || w.until == 0 || w.last < w.until {
		return false
	}
	r.token = givenUp
	w.acc = 0
	return true
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) futexWakeOne(p *uint32) {
	syscall.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(p)), futexWake, 1, 0, 0, 0)
}

// A waker is who made it possible to go on and when, in one word: the task in
// the upper 16 bits, nanoseconds since instant 0 in the lower 48.
const wakerTimeBits = 48

//go:nosplit
//go:norace
func (w *worker) waker(t int64) uint64 {
	return uint64(w.task)<<wakerTimeBits | uint64(t-w.zero)&(1<<wakerTimeBits-1)
}

// enter takes an inner lock, held for a few instructions only. Waiting for it
// means that its owner was switched away within these, which the next look at
// the clock notes as a gap.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) enter(p *uint32) {
	if atomic.CompareAndSwapUint32(p, 0, 1) {
		return
	}
	for atomic.SwapUint32(p, 2) != 0 {
		w.futexWait(p, 2)
	}
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) leave(p *uint32) {
	if atomic.SwapUint32(p, 0) == 2 {
		w.futexWakeOne(p)
	}
}

// lock takes a mutex of the workload. Each wait is a record of its own: who was
// woken may find that another was faster.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) lock(op *workerOp) {
	o := op.object
	p := w.word(o + mFutex)
	if !atomic.CompareAndSwapUint32(p, 0, 1) {
		if !w.mustWait(op) {
			return
		}
		var r *record
		for atomic.SwapUint32(p, 2) != 0 {
			if w.givesUp(r) {
				return
			}
			r = w.block(markLock)
			w.wait(p, 2)
			w.resume(r, int64(atomic.LoadUint64(&w.shared[o+mWaker])))
		}
	}
	w.mark(markLocked, w.look(), 0)
	w.got(op)
}

// got leaves in the accumulator that an operation got what it asked for, if it
// might not have.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) got(op *workerOp) {
	if op.patience != workload.Patient {
		w.acc = 1
	}
}

// unlock notes the end of its critical section before the mutex is free, so
// that no two sections overlap in the recording.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) unlock(o int) {
	t := w.look()
	w.mark(markUnlocked, t, 0)
	atomic.StoreUint64(&w.shared[o+mWaker], w.waker(t))
	w.leave(w.word(o + mFutex))
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
	for q[qCount] == q[qCapacity] {
		if r == nil && !w.mustWait(op) || w.givesUp(r) {
			w.leave(lock)
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
	q[objectWords+(q[qHead]+q[qCount])%q[qCapacity]] = uint64(op.value)
	q[qCount]++
	w.mark(markPut, t, op.value)
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

// get takes the oldest value from a queue, waiting for one.
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
	value := int64(q[objectWords+q[qHead]])
	q[qHead] = (q[qHead] + 1) % q[qCapacity]
	q[qCount]--
	w.mark(markGot, t, value)
	atomic.StoreUint64(&q[qRoomWaker], w.waker(t))
	waiting := q[qRoomWaiting] > 0
	if waiting {
		atomic.AddUint32(room, 1)
	}
	w.leave(lock)
	w.acc = value
	w.got(op)
	if waiting {
		w.futexWakeOne(room)
	}
}

// io asks a device for ns of service and waits until it is done. The record's
// argument is the instant the service begins.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) io(o int, ns int64) {
	servers := int(w.shared[o+dServers])
	r := w.block(markIO)
	begins := r.from
	if servers > 0 {
		w.enter(w.word(o + dFutex))
		free := w.shared[o+objectWords : o+objectWords+servers]
		first := 0
		for i := range free {
			if free[i] < free[first] {
				first = i
			}
		}
		begins = max(begins, int64(free[first]))
		free[first] = uint64(begins + ns)
		w.leave(w.word(o + dFutex))
	}
	r.arg = begins // also for the reader, if this is the last it does
	w.sleepUntil(begins + ns)
	w.resume(r, begins)
}

//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
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
func (w *worker) lock(o int) {
	p := w.word(o + mFutex)
	if !atomic.CompareAndSwapUint32(p, 0, 1) {
		for atomic.SwapUint32(p, 2) != 0 {
			r := w.block(markLock)
			w.futexWait(p, 2)
			w.resume(r, int64(atomic.LoadUint64(&w.shared[o+mWaker])))
		}
	}
	w.mark(markLocked, w.look(), 0)
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
func (w *worker) put(o int, value int64) {
	q := w.shared[o:]
	lock, room, news := w.word(o+qFutex), w.word(o+qRoom), w.word(o+qValue)
	w.look()
	w.enter(lock)
	for q[qCount] == q[qCapacity] {
		seen := atomic.LoadUint32(room)
		q[qRoomWaiting]++
		w.leave(lock)
		r := w.block(markRoom)
		w.futexWait(room, seen)
		w.resume(r, int64(atomic.LoadUint64(&q[qRoomWaker])))
		w.enter(lock)
		q[qRoomWaiting]--
	}
	t := w.look()
	q[objectWords+(q[qHead]+q[qCount])%q[qCapacity]] = uint64(value)
	q[qCount]++
	w.mark(markPut, t, value)
	atomic.StoreUint64(&q[qValueWaker], w.waker(t))
	waiting := q[qValueWaiting] > 0
	if waiting {
		atomic.AddUint32(news, 1)
	}
	w.leave(lock)
	if waiting { // after leaving, or who wakes would only wait for the lock
		w.futexWakeOne(news)
	}
}

// get takes the oldest value from a queue, waiting for one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) get(o int) {
	q := w.shared[o:]
	lock, room, news := w.word(o+qFutex), w.word(o+qRoom), w.word(o+qValue)
	w.look()
	w.enter(lock)
	for q[qCount] == 0 {
		seen := atomic.LoadUint32(news)
		q[qValueWaiting]++
		w.leave(lock)
		r := w.block(markValue)
		w.futexWait(news, seen)
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

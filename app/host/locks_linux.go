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

// lock takes a lock of the workload. Each wait is a record of its own: who was
// woken may find that another was faster.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) lock(op *workerOp) {
	switch op.kind {
	case workload.RWLock:
		w.lockRW(op)
		return
	case workload.Spin:
		w.spin(op)
		return
	}
	o := w.shared[op.object:]
	if op.kind == workload.RLock && o[mOwner] == uint64(w.task)+1 {
		o[mDepth]++
		w.mark(markLocked, w.look(), int64(o[mDepth]))
		w.got(op)
		return
	}
	p := w.word(op.object + mFutex)
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
			w.resume(r, int64(atomic.LoadUint64(&o[mWaker])))
		}
	}
	w.own(op.object, op.kind, 1)
	w.got(op)
}

// own notes whose a lock is that it has got, and how often he took it if its kind
// counts that.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) own(object int, kind workload.ResourceKind, depth int64) {
	o := w.shared[object:]
	if kind != workload.RLock {
		depth = 0
	}
	atomic.StoreUint64(&o[mOwner], uint64(w.task)+1)
	o[mDepth] = uint64(depth)
	w.mark(markLocked, w.look(), depth)
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

// unlock notes the end of its critical section before the lock is free, so that
// no two sections overlap in the recording. To let go what one doesn't hold is a
// fault of the program.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) unlock(op *workerOp) {
	if op.kind == workload.RWLock {
		w.unlockRW(op)
		return
	}
	o := w.shared[op.object:]
	if atomic.LoadUint64(&o[mOwner]) != uint64(w.task)+1 {
		w.fault(faultNotOwner)
	}
	t := w.look()
	if o[mDepth] > 1 {
		o[mDepth]--
		w.mark(markUnlocked, t, int64(o[mDepth]))
		return
	}
	w.mark(markUnlocked, t, 0)
	w.letGo(op.object, t)
}

// letGo frees a lock and wakes one who waits for it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) letGo(object int, t int64) {
	o := w.shared[object:]
	o[mDepth] = 0
	atomic.StoreUint64(&o[mOwner], 0)
	atomic.StoreUint64(&o[mWaker], w.waker(t))
	w.leave(w.word(object + mFutex))
}

// spin takes a spin lock, or asks for it again and again: it computes all the time
// and gets nothing done with it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) spin(op *workerOp) {
	p := w.word(op.object + mFutex)
	if !atomic.CompareAndSwapUint32(p, 0, 1) {
		if !w.mustWait(op) {
			return
		}
		w.mark(markSpin, w.look(), 0)
		for !atomic.CompareAndSwapUint32(p, 0, 1) {
			if t := w.look(); w.until > 0 && t >= w.until {
				w.mark(markRefused, t, 0)
				w.acc = 0
				return
			}
		}
	}
	w.own(op.object, op.kind, 0)
	w.got(op)
}

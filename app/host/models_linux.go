//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// Requests a task goes on after: a timer of the kernel plays the device. Who polls
// reads its descriptor without waiting, who selects waits for all of his in poll(2),
// and who wants a signal has a second timer that sends SIGIO to his thread; its
// handler counts, and computing goes on with the copying.

// maxRequests is how many requests a task may have open.
const maxRequests = 16

// reply is a request of a task that it hasn't dealt with.
type reply struct {
	number int // of the task's requests, from 1; 0 = none
	object int
	due    int64
	fd     int
	copy   int64 // how long its signal lets it compute; 0 = it has none
	timer  int32
}

// handlers returns the addresses of the handlers that count, and of what ends them.
func handlers() (timer, signal, end uintptr)

// signalCounts is how often each signal with a handler has come to the process.
//
//lint:ignore U1000 the handlers use it
var signalCounts *uint64

// What the kernel's sigaction asks for.
const (
	actionInfo     = 0x4
	actionOnStack  = 0x08000000
	actionRestorer = 0x04000000
	notifyThread   = 4 // SIGEV_THREAD_ID
)

// handle lets a handler count a signal.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) handle(sig unix.Signal, handler uintptr) {
	w.action = [4]uint64{uint64(handler), actionInfo | actionOnStack, uint64(w.handlerEnd), 0}
	if w.handlerEnd != 0 {
		w.action[1] |= actionRestorer
	}
	syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&w.action)), 0, sigactionSize, 0, 0)
}

// request asks a device and goes on.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) request(op *workerOp) {
	slot := 0
	for slot < maxRequests && w.replies[slot].number > 0 {
		slot++
	}
	if slot == maxRequests {
		w.fault(faultTooMuch)
	}
	fd, _, errno := syscall.RawSyscall6(unix.SYS_TIMERFD_CREATE, clockMonotonic, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC, 0, 0, 0, 0)
	if errno != 0 {
		w.exit(1)
	}
	t := w.look()
	w.requests++
	r := &w.replies[slot]
	*r = reply{number: w.requests, object: op.object, due: t + op.dur, fd: int(fd), copy: op.value}
	w.setTime(r.due)
	syscall.RawSyscall6(unix.SYS_TIMERFD_SETTIME, fd, unix.TFD_TIMER_ABSTIME, uintptr(unsafe.Pointer(&w.alarm)), 0, 0, 0)
	if r.copy > 0 {
		w.askForSignal(r)
	}
	w.mark(markRequested, t, r.due)
}

// setTime sets w.alarm to an instant of CLOCK_MONOTONIC.
//
//go:nosplit
//go:norace
func (w *worker) setTime(t int64) {
	w.alarm = [4]int64{0, 0, t / secondInNanosec, t % secondInNanosec}
}

// askForSignal lets a timer send SIGIO to this thread when a request is answered.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) askForSignal(r *reply) {
	tid, _, _ := syscall.RawSyscall6(unix.SYS_GETTID, 0, 0, 0, 0, 0, 0)
	w.event = [8]uint64{uint64(uintptr(unsafe.Pointer(w.heard))), uint64(unix.SIGIO) | notifyThread<<32, uint64(tid)}
	if _, _, errno := syscall.RawSyscall6(unix.SYS_TIMER_CREATE, clockMonotonic, uintptr(unsafe.Pointer(&w.event)), uintptr(unsafe.Pointer(&r.timer)), 0, 0, 0); errno != 0 {
		w.exit(1)
	}
	syscall.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(r.timer), timerAbsolute, uintptr(unsafe.Pointer(&w.alarm)), 0, 0, 0)
}

// answered returns the request that was answered first of those not dealt with, nil
// if none is.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) answered() *reply {
	var first *reply
	n := 0
	for i := range w.replies {
		if w.replies[i].number > 0 {
			w.polled[n] = unix.PollFd{Fd: int32(w.replies[i].fd), Events: unix.POLLIN}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	w.timespec = unix.Timespec{}
	syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&w.polled)), uintptr(n), uintptr(unsafe.Pointer(&w.timespec)), 0, 0, 0)
	n = 0
	for i := range w.replies {
		r := &w.replies[i]
		if r.number == 0 {
			continue
		}
		if w.polled[n].Revents != 0 && (first == nil || r.due < first.due) {
			first = r
		}
		n++
	}
	return first
}

// asked is how many requests aren't dealt with.
//
//go:nosplit
//go:norace
func (w *worker) asked() (n int) {
	for i := range w.replies {
		if w.replies[i].number > 0 {
			n++
		}
	}
	return n
}

// dealWith forgets a request.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) dealWith(r *reply) {
	syscall.RawSyscall6(unix.SYS_CLOSE, uintptr(r.fd), 0, 0, 0, 0, 0)
	if r.copy > 0 {
		syscall.RawSyscall6(unix.SYS_TIMER_DELETE, uintptr(r.timer), 0, 0, 0, 0, 0)
	}
	r.number = 0
}

// pollAnswer computes and asks whether a request is answered, again and again until
// one is.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) pollAnswer(op *workerOp) {
	for {
		w.burn(op.dur)
		w.look()
		if r := w.answered(); r != nil {
			w.dealWith(r)
			w.mark(markPolled, w.look(), 0)
			return
		}
		if w.asked() == 0 {
			w.dealtWith()
			return
		}
		w.mark(markNothing, w.last, 0)
	}
}

// selectAnswer takes an answer, or waits for one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) selectAnswer() {
	if r := w.answered(); r != nil {
		w.dealWith(r)
		w.mark(markSelected, w.look(), 0)
		return
	}
	if w.handled > 0 || w.asked() == 0 {
		w.look()
		w.dealtWith()
		return
	}
	w.until = 0
	x := w.block(markReply)
	var r *reply
	for r == nil {
		if r = w.answered(); r == nil {
			w.pollAll(w.asked())
		}
	}
	w.resume(x, r.due)
	x.token = uint64(r.number)
	w.dealWith(r)
}

// dealtWith goes on behind asking for an answer which a handler has dealt with, and
// which needs no copying any more.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) dealtWith() {
	if w.handled > 0 {
		w.handled--
	}
	w.mark(markHandled, w.last, 0)
	if w.next < len(w.ops) && w.ops[w.next].code == workload.OpCopy {
		w.next++
	}
}

// interrupted does what a signal's handler is to do while a task computes, and returns
// for how long.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) interrupted() (ns int64) {
	for i := range w.replies {
		r := &w.replies[i]
		if r.number == 0 || r.copy == 0 || r.due > w.last {
			continue
		}
		w.handled++
		ns += r.copy
		w.note(markInterrupt, w.last, w.last, 0, 0, r.copy).token = uint64(r.number)
		w.dealWith(r)
	}
	return ns
}

// listen notes which signals have come before computing begins: these interrupt
// nothing.
//
//go:nosplit
//go:norace
func (w *worker) listen() { w.counted = atomic.LoadUint64(w.heard) }

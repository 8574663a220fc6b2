//go:build amd64 || arm64

package host

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The functions a worker runs in are nosplit, because its stack can't grow while
// the runtime thinks that it is in a system call; and norace, because the race
// detector needs the runtime. They make system calls raw, so that the runtime
// doesn't hear of them, and always by the six-argument form, since that is what
// the others call.

// nanotime is CLOCK_MONOTONIC without the cost of a time.Time; perf_event_open
// can be told to use the same clock.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

// entersyscall tells the runtime that this thread has gone into a system call.
// A worker calls it and never comes back: the scheduler takes its P away, finds
// nothing else to do, and its monitor goes to sleep for good instead of waking
// up a hundred times a second on the CPU that is being measured.
//
//go:linkname entersyscall runtime.entersyscall
func entersyscall()

// Numbers the kernel has fixed and x/sys doesn't name.
const (
	clockMonotonic  = unix.CLOCK_MONOTONIC
	clockThreadCPU  = unix.CLOCK_THREAD_CPUTIME_ID
	rusageThread    = 1
	timerAbsolute   = 1
	futexWait       = 0
	futexWake       = 1
	futexWaitBitset = 9 // until an instant of CLOCK_MONOTONIC
	futexAnybody    = 1<<32 - 1
	sigactionSize   = 8
	secondInNanosec = 1_000_000_000
)

// threadCPU is the CPU time the kernel has charged to this thread.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) threadCPU() int64 {
	syscall.RawSyscall6(unix.SYS_CLOCK_GETTIME, clockThreadCPU, uintptr(unsafe.Pointer(&w.timespec)), 0, 0, 0, 0)
	return w.timespec.Sec*secondInNanosec + w.timespec.Nsec
}

// sleepUntil blocks until an instant of CLOCK_MONOTONIC, if it isn't over.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) sleepUntil(t int64) {
	for nanotime() < t { // a signal may end it early
		w.timespec.Sec, w.timespec.Nsec = t/secondInNanosec, t%secondInNanosec
		syscall.RawSyscall6(unix.SYS_CLOCK_NANOSLEEP, clockMonotonic, timerAbsolute, uintptr(unsafe.Pointer(&w.timespec)), 0, 0, 0)
	}
}

// switches returns how many context switches there were since the last call.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) switches() (voluntary, involuntary int64) {
	syscall.RawSyscall6(unix.SYS_GETRUSAGE, rusageThread, uintptr(unsafe.Pointer(&w.rusage)), 0, 0, 0, 0)
	voluntary, involuntary = w.rusage.Nvcsw-w.voluntary, w.rusage.Nivcsw-w.involuntary
	w.voluntary, w.involuntary = w.rusage.Nvcsw, w.rusage.Nivcsw
	return voluntary, involuntary
}

// runDelay returns how long this thread stood in the run queue since the last
// call: the second number of its schedstat. What a blocked thread waited in the
// queue before it returned tells when it was woken.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) runDelay() int64 {
	n, _, _ := syscall.RawSyscall6(unix.SYS_PREAD64, uintptr(w.schedstat), uintptr(unsafe.Pointer(&w.text)), uintptr(len(w.text)), 0, 0, 0)
	var v int64
	field := 0
	for i := 0; i < int(n) && i < len(w.text) && field < 2; i++ {
		switch c := w.text[i]; {
		case c < '0' || c > '9':
			field++
		case field == 1:
			v = v*10 + int64(c-'0')
		}
	}
	d := v - w.delay
	w.delay = v
	return d
}

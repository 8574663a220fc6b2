//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// Signals between workers are the system's. Who ends a process by one writes down
// for its threads that they end then, because they can't do so themselves.

// setAction sets what a signal does: its default, or nothing.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) setAction(signal int, ignore bool) {
	w.action = [4]uint64{} // SIG_DFL, no flags
	if ignore {
		w.action[0] = sigIgnore
	}
	syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(&w.action)), 0, sigactionSize, 0, 0)
}

// sigIgnore is SIG_IGN.
const sigIgnore = 1

// defaultActions undoes what the runtime has set.
func (w *worker) defaultActions() {
	for _, s := range []unix.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2} {
		w.setAction(int(s), false)
	}
	w.setAction(int(unix.SIGPIPE), true) // who writes learns of it by EPIPE
	var timer uintptr
	timer, _, w.handlerEnd = handlers()
	w.handle(unix.SIGIO, timer)
}

// signal sends a signal to the process of a task that hasn't ended, or to a process
// group.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) signal(op *workerOp) {
	signal, group := op.program, op.jump-1
	id := -1
	if op.jump == 0 {
		id = w.findAlive(int(op.value) - 1)
	}
	t := w.look()
	w.mark(markSignal, t, int64(id))
	w.acc = -1
	whom, own := 0, false // what kill is to reach, and whether that is this process too
	if id >= 0 {
		whom = int(*w.roll(id, rPid))
		own = w.reaches(int(*w.roll(id, rMain)), signal, t)
	}
	for main := 0; group > 0 && main < MaxWorkers; main++ {
		if int(*w.roll(main, rGroup)) == group && int(*w.roll(main, rMain)) == main && *w.roll(main, rEnded) == 0 && w.isThere(main) {
			whom = -int(w.shared[int(w.shared[sGroups])+group-1])
			own = w.reaches(main, signal, t) || own
		}
	}
	if whom == 0 {
		return
	}
	w.acc = 0
	if own { // it can't do so afterwards
		w.tell()
		w.mournAll(signal)
	}
	if own && workload.Signal(signal) == workload.SigStop {
		r := w.block(markStopped)
		w.kill(whom, signal)
		// Another thread of the process may be the one that takes it, so that this one
		// stands still a moment later.
		for t := nanotime(); w.rusage.Nvcsw == w.voluntary && nanotime()-t < stopsWithin; {
			syscall.RawSyscall6(unix.SYS_GETRUSAGE, rusageThread, uintptr(unsafe.Pointer(&w.rusage)), 0, 0, 0, 0)
		}
		w.resume(r, 0)
		return
	}
	w.kill(whom, signal)
	w.mournAll(signal)
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) kill(pid, signal int) {
	syscall.RawSyscall6(unix.SYS_KILL, uintptr(pid), uintptr(signal), 0, 0, 0, 0)
}

// reaches writes down that a process ends by a signal, if it does. It reports whether
// that is the task's own process.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) reaches(main, signal int, t int64) (own bool) {
	if w.endsBy(main, signal) {
		w.doom(main, signal, t)
	}
	return main == w.main
}

// endsBy reports whether a signal ends a process.
//
//go:nosplit
//go:norace
func (w *worker) endsBy(main, signal int) bool {
	switch workload.Signal(signal) {
	case workload.SigStop, workload.SigCont, workload.SigChld:
		return false
	case workload.SigKill:
		return true
	}
	return atomic.LoadUint64(w.roll(main, rIgnores))>>uint(signal)&1 == 0
}

// mournAll lets those go on who wait for the end of processes that a signal has doomed.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) mournAll(signal int) {
	for main := range MaxWorkers {
		if int(*w.roll(main, rMain)) == main && *w.roll(main, rFate) == uint64(signal) {
			w.mourn(main)
		}
	}
}

// doom writes down that the threads of a process end.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) doom(main, fate int, t int64) {
	for id := range MaxWorkers {
		if int(*w.roll(id, rMain)) == main && *w.roll(id, rName) > 0 && *w.roll(id, rEnded) == 0 && *w.roll(id, rFate) == 0 {
			*w.roll(id, rFateAt), *w.roll(id, rFate) = uint64(t), uint64(fate)
			status := -int64(fate)
			if fate == endedWith {
				status = -int64(unix.SIGSEGV)
			}
			*w.roll(id, rStatus) = uint64(status)
		}
	}
}

// mourn lets those go on who wait for the end of a doomed process.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) mourn(main int) {
	for id := range MaxWorkers {
		if int(*w.roll(id, rMain)) == main && *w.roll(id, rFate) > 0 {
			w.hasEnded(id)
		}
	}
}

// findAlive returns the first task of a name that hasn't ended, -1 if there is
// none.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) findAlive(name int) int {
	for id, n := 0, w.rooms+int(atomic.LoadUint64(&w.shared[sMade])); id < n && id < MaxWorkers; id++ {
		if (int(*w.roll(id, rName)) == name+1 || int(*w.roll(id, rAlso)) == name+1) && *w.roll(id, rEnded) == 0 && w.isThere(id) {
			return id
		}
	}
	return -1
}

// isThere reports whether a task has arrived.
//
//go:nosplit
//go:norace
func (w *worker) isThere(id int) bool {
	return *w.roll(id, rPid) > 0 && w.zero+int64(*w.roll(id, rArrives)) <= w.last
}

// ignore lets the process ignore a signal, or no more.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) ignore(op *workerOp) {
	kind, bit := markHeed, uint64(1)<<uint(op.program)
	ignores := w.roll(w.main, rIgnores)
	if op.value != 0 {
		kind = markIgnore
		atomic.StoreUint64(ignores, *ignores|bit)
	} else {
		atomic.StoreUint64(ignores, *ignores&^bit)
	}
	w.setAction(op.program, op.value != 0)
	w.mark(kind, w.look(), 0)
}

// isAlive leaves 1 if a task hasn't ended.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) isAlive(op *workerOp) {
	id := w.find(int(op.value)-1, false)
	t := w.look()
	w.acc = 0
	if id >= 0 && *w.roll(id, rEnded) == 0 {
		w.acc = 1
	}
	w.mark(markAlive, t, int64(id))
}

// crash does what a fatal error does: it writes where there is no memory, and the
// kernel ends the process for it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) crash() {
	t := w.account()
	w.mark(markCrash, t, int64(unix.SIGSEGV))
	atomic.StoreUint64(&w.memory[hEnded], uint64(t))
	*w.roll(w.task, rFate) = endedWith // it has told itself how it ended
	*w.roll(w.task, rFateAt) = uint64(t)
	crashed := -int64(unix.SIGSEGV)
	*w.roll(w.task, rStatus) = uint64(crashed)
	w.doom(w.main, endedWith, t)
	w.mourn(w.main)
	w.setAction(int(unix.SIGSEGV), false) // the runtime would catch it
	*w.nowhere = 1
}

// stopsWithin is how long a busy machine may take to stop a thread, in ns.
const stopsWithin = 100_000_000

//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// Tasks that programs make. A process is made by a real fork: by clone(2) from
// within the code that never enters the runtime, so the child can go on in it as
// a copy of its parent, with copies of all variables. Spawn is a fork whose child
// forgets what it copied. A thread can't be made there; so a process whose program
// makes threads has some in reserve, each waiting in a futex to be born.
//
// Every task there may be has an entry in shared memory, its roll, by which others
// find it, and those that are made have memory for their records beforehand.

// The roll of a task.
const (
	rEnded  = iota // futex: 1 when it has ended; of a main thread, when its process has
	rName          // number of its name + 1
	rMain          // the main thread of its process
	rParent        // the main thread of the process its own is a child of, + 1; 0 = none of the run
	rPid
	rStatus  // its exit status
	rReaped  // its parent has asked for it
	rJoined  // somebody has joined it
	rMaker   // the task that made it + 1
	rPC      // at which operation
	rBorn    // when, CLOCK_MONOTONIC
	rFate    // the signal that ends it, or endedWith; 0 = none has
	rFateAt  // when, CLOCK_MONOTONIC
	rIgnores // of a main thread: the signals its process ignores, as bits
	rArrives // of a task of the workload: when, after instant 0
	rProgram // of a task that was made: number of the program of who made it
	rAlso    // number of the name it has since an exec + 1
	rDaemon  // of a main thread: 1 if its process ends with its parent
	rGroup   // of a main thread: number of its process group + 1
	rTid     // of a task that was made
	rEnds    // of a main thread: the ends of pipes its process has open at first, as bits
	rollWords
)

//go:nosplit
//go:norace
func (w *worker) roll(task, field int) *uint64 {
	return &w.shared[w.rolls+task*rollWords+field]
}

// making makes a task, as fork, spawn and thread do.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) making(op *workerOp) {
	w.burn(op.dur)
	if op.jump > 0 {
		w.next = op.jump // past what only a forked child does
	}
	id := w.claim(op)
	if id < 0 {
		w.mark(markDenied, w.look(), 0)
		w.acc = -1
		return
	}
	if op.code == workload.OpThread {
		w.bear(id, op)
		return
	}
	if op.code == workload.OpSpawn {
		w.give(uint64(op.priority))
	}
	t := w.look()
	*w.roll(id, rMain), *w.roll(id, rParent), *w.roll(id, rBorn) = uint64(id), uint64(w.main)+1, uint64(t)
	*w.roll(id, rGroup), *w.roll(id, rDaemon) = *w.roll(w.main, rGroup), 0
	if op.daemon {
		*w.roll(id, rDaemon) = 1
	}
	pid, _, errno := syscall.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	switch {
	case errno != 0:
		w.mark(markDenied, t, 0)
		w.acc = -1
	case pid == 0:
		w.reborn(id, op)
		return
	default:
		atomic.StoreUint64(w.roll(id, rPid), uint64(pid))
		w.mark(markMade, t, int64(id))
		w.acc = int64(pid)
	}
	if op.code == workload.OpSpawn {
		w.closeAll(w.gift)
	}
}

// claim takes the next number of a task; -1 if there are no more.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) claim(op *workerOp) int {
	if op.code == workload.OpThread {
		w.reserved = int(int32(atomic.AddUint32(w.family.free, ^uint32(0))))
		if w.reserved < 0 {
			atomic.AddUint32(w.family.free, 1)
			return -1
		}
	}
	n := int(atomic.AddUint64(&w.shared[sMade], 1)) - 1
	if n >= len(w.nursery) {
		atomic.AddUint64(&w.shared[sMade], ^uint64(0))
		if op.code == workload.OpThread {
			atomic.AddUint32(w.family.free, 1)
		}
		return -1
	}
	id := w.rooms + n
	*w.roll(id, rProgram) = uint64(w.program)
	*w.roll(id, rName), *w.roll(id, rMaker), *w.roll(id, rPC) = uint64(op.value)+1, uint64(w.task)+1, uint64(w.pc)
	return id
}

// reborn makes a forked child of what was a copy of its parent.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) reborn(id int, op *workerOp) {
	w.task, w.main = id, id
	pid, _, _ := syscall.RawSyscall6(unix.SYS_GETPID, 0, 0, 0, 0, 0, 0)
	atomic.StoreUint64(w.roll(id, rPid), uint64(pid))
	*w.family.living, *w.family.free, w.daemon = 1, 0, false
	w.keepIn(w.nursery[id-w.rooms])
	w.acc, w.told = 0, 0
	for i := range w.results {
		w.results[i] = 0
	}
	for i := range w.replies { // they are its parent's, and so are the timers
		if w.replies[i].number > 0 {
			w.replies[i].copy = 0
			w.dealWith(&w.replies[i])
		}
	}
	w.requests, w.handled = 0, 0
	if op.code == workload.OpSpawn {
		w.program = op.program
		w.ops, w.depth, w.next = w.programs[op.program], 0, 0
		w.inherit()
		for i := range w.cells {
			if w.fresh[i].private {
				*w.cells[i] = cell{vValue: w.fresh[i].value}
			}
		}
	} else {
		w.next = w.pc + 1
	}
	fd, _, _ := syscall.RawSyscall6(unix.SYS_OPENAT, atCurrent, uintptr(unsafe.Pointer(&schedstatPath)), unix.O_RDONLY|unix.O_CLOEXEC, 0, 0, 0)
	w.schedstat = int(fd)
	if w.setTimer(w.zero-nanotime()+int64(w.memory[hLimit])+int64(alarmGrace)) != 0 {
		w.exit(1)
	}
	w.bornNow()
}

// atCurrent is AT_FDCWD.
const atCurrent = ^uintptr(99)

var schedstatPath = [...]byte{'/', 'p', 'r', 'o', 'c', '/', 't', 'h', 'r', 'e', 'a', 'd', '-', 's', 'e', 'l', 'f', '/',
	's', 'c', 'h', 'e', 'd', 's', 't', 'a', 't', 0}

// keepIn lets a worker write its records into other memory.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) keepIn(h []uint64) {
	w.memory = h
	w.records = (*record)(unsafe.Pointer(&h[recordsAt()]))
	w.heartbeat, w.countOut, w.droppedOut = &h[hHeartbeat], &h[hCount], &h[hDropped]
	w.incoming = h[headerWords:recordsAt()]
	w.count, w.dropped, w.stolen, w.room = 0, 0, 0, int(h[hRoom])
}

// bornNow begins the account of a thread at this instant.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) bornNow() {
	tid, _, _ := syscall.RawSyscall6(unix.SYS_GETTID, 0, 0, 0, 0, 0, 0)
	*w.roll(w.task, rTid) = uint64(tid)
	w.voluntary, w.involuntary, w.delay = 0, 0, 0
	w.last, _, _ = w.ask(w)
	w.runDelay()
	w.totals[0], w.totals[1] = w.voluntary, w.involuntary
	w.charged = w.threadCPU()
	atomic.StoreUint64(&w.memory[hStarted], uint64(w.last))
	atomic.StoreUint64(w.heartbeat, uint64(w.last))
}

// family is what the threads of a process have in common.
type family struct {
	living *uint32 // those that haven't ended
	free   *uint32 // those in reserve
	spare  []*worker
}

// bear lets a thread in reserve begin.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) bear(id int, op *workerOp) {
	s := w.family.spare[w.reserved]
	s.program = op.program
	s.task, s.main, s.zero, s.ops, s.pc = id, w.main, w.zero, w.programs[op.program], 0
	s.keepIn(w.nursery[id-w.rooms])
	nice, _, _ := syscall.RawSyscall6(unix.SYS_GETPRIORITY, unix.PRIO_PROCESS, 0, 0, 0, 0, 0)
	s.nice = int(20 - int64(nice))
	if s.daemon = op.daemon; !s.daemon {
		atomic.AddUint32(w.family.living, 1)
	}
	t := w.look()
	*w.roll(id, rMain), *w.roll(id, rParent) = uint64(w.main), *w.roll(w.main, rParent)
	*w.roll(id, rPid), *w.roll(id, rBorn) = *w.roll(w.main, rPid), uint64(t)
	w.mark(markMade, t, int64(id))
	w.acc = int64(*w.roll(w.main, rPid))
	atomic.StoreUint32(s.born, 1)
	w.futexWakeOne(s.born)
}

// liveLater waits to be born, and is then a thread like any other.
//
//go:nosplit
//go:norace
func (w *worker) liveLater() {
	entersyscall()
	for i := 0; i < 20; i++ { // see arrive
		w.sleepUntil(nanotime() + 1_000_000)
	}
	for atomic.LoadUint32(w.born) == 0 {
		w.futexWait(w.born, 0)
	}
	syscall.RawSyscall6(unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, uintptr(w.nice), 0, 0, 0)
	w.bornNow()
	w.end(w.depart(w.run()))
}

// end ends the thread, and with the last of it the process. Daemons don't count, and
// where the main thread ends its process neither does anybody else.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) end(code int) {
	*w.roll(w.task, rStatus) = uint64(code)
	last := w.endsAll || w.mainEnds && w.task == w.main
	if w.endsAll && w.task != w.main && *w.roll(w.main, rEnded) == 0 { // which hasn't said so itself
		*w.roll(w.main, rStatus) = uint64(code)
	}
	if !w.daemon {
		last = atomic.AddUint32(w.family.living, ^uint32(0)) == 0 || last
	}
	if w.task != w.main {
		w.hasEnded(w.task)
	}
	if last {
		t := int64(atomic.LoadUint64(&w.memory[hEnded]))
		w.endOthers(t)
		w.hasEnded(w.main)
		w.endDaemons(t)
		if w.breaks && w.task == w.main {
			w.dieOfPipe()
		}
		w.exit(int(*w.roll(w.main, rStatus)))
	}
	for {
		syscall.RawSyscall6(unix.SYS_EXIT, uintptr(code), 0, 0, 0, 0, 0)
	}
}

// endOthers writes down that the threads of the process that haven't ended do so now.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) endOthers(t int64) {
	for id := range MaxWorkers {
		if int(*w.roll(id, rMain)) == w.main && id != w.task && (id != w.main || w.endsAll) && *w.roll(id, rName) > 0 && *w.roll(id, rEnded) == 0 && *w.roll(id, rFate) == 0 {
			*w.roll(id, rFateAt), *w.roll(id, rFate), *w.roll(id, rStatus) = uint64(t), endedWith, *w.roll(w.main, rStatus)
			w.hasEnded(id)
		}
	}
}

// endDaemons ends the processes that are to end with this one, as a parent does that
// tidies up.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) endDaemons(t int64) {
	for id := range MaxWorkers {
		if int(*w.roll(id, rParent)) == w.main+1 && *w.roll(id, rDaemon) == 1 && int(*w.roll(id, rMain)) == id && *w.roll(id, rEnded) == 0 && *w.roll(id, rPid) > 0 {
			w.reaches(id, int(workload.SigTerm), t)
			w.kill(int(*w.roll(id, rPid)), int(workload.SigTerm))
			if *w.roll(id, rFate) > 0 {
				w.mourn(id)
			}
		}
	}
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) hasEnded(task int) {
	p := w.word(w.rolls + task*rollWords + rEnded)
	atomic.StoreUint32(p, 1)
	w.futexWakeAll(p)
}

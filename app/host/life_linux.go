//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// live is everything from the gate to the end. All of it has to fit on the little
// stack that nosplit functions may use; so what isn't on the way down to the
// deepest call isn't inlined.
//
//go:nosplit
//go:norace
func (w *worker) live() {
	entersyscall()
	w.arrive()
	w.end(w.depart(w.run()))
}

// arrive waits at the gate and then for the task's arrival.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) arrive() {
	h := w.memory
	for i := 0; i < 20; i++ { // time for the runtime's monitor to go to sleep
		w.sleepUntil(nanotime() + 1_000_000)
	}
	tid, _, _ := syscall.RawSyscall6(unix.SYS_GETTID, 0, 0, 0, 0, 0, 0)
	atomic.StoreUint64(&h[hReady], uint64(tid))
	for {
		_, _, errno := syscall.RawSyscall6(unix.SYS_READ, fdGate, uintptr(unsafe.Pointer(&w.text)), 1, 0, 0, 0)
		if errno != unix.EINTR {
			break
		}
	}
	w.zero = int64(atomic.LoadUint64(&h[hGo]))
	if w.zero == 0 { // the gate fell with the parent
		w.exit(1)
	}
	if w.setTimer(w.zero-nanotime()+int64(h[hLimit])+int64(alarmGrace)) != 0 {
		w.exit(1)
	}
	arrival := w.zero + int64(h[hArrival])
	if t := nanotime(); t > arrival {
		atomic.StoreUint64(&h[hLate], uint64(t-arrival))
	}
	w.sleepUntil(arrival)
	w.last, _, _ = w.ask(w)
	w.totals[0], w.totals[1] = w.voluntary, w.involuntary
	w.charged = w.threadCPU()
	atomic.StoreUint64(&h[hStarted], uint64(w.last))
	w.loadRegisters()
}

// depart writes down how it went.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) depart(code int) int {
	t := w.account()
	w.mark(markExit, t, int64(code))
	atomic.StoreUint64(&w.memory[hEnded], uint64(t))
	if w.leaves { // so that the others needn't wait while the kernel clears up
		syscall.RawSyscall6(unix.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(w.leaveTo), uintptr(unsafe.Pointer(&w.leaveTo)), 0, 0, 0)
	}
	return code
}

// account writes down what the kernel counted until now.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) account() (t int64) {
	h := w.memory
	t = w.look()
	h[hCPUTime] = uint64(w.threadCPU() - w.charged)
	h[hVoluntary] = uint64(w.voluntary - w.totals[0])
	h[hInvoluntary] = uint64(w.involuntary - w.totals[1])
	h[hStolen] = uint64(w.stolen)
	return t
}

// fault ends the process because its program does what it may not.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) fault(what int) {
	atomic.StoreUint64(&w.memory[hFailedStep], uint64(what))
	w.exit(2)
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) exit(code int) {
	for {
		syscall.RawSyscall6(unix.SYS_EXIT_GROUP, uintptr(code), 0, 0, 0, 0, 0)
	}
}

// run executes the program and returns the exit code.
//
//go:nosplit
//go:norace
func (w *worker) run() int {
	for w.pc < len(w.ops) {
		op := &w.ops[w.pc]
		w.next = w.pc + 1
		switch op.code {
		case workload.OpExit:
			w.endsAll = true
			return int(op.value & 0xff) // all the kernel passes on
		case workload.OpExitThread:
			return int(op.value & 0xff)
		case workload.OpForkEnd: // only a forked child comes here
			return 0
		case workload.OpRepeat:
			if op.value == 0 {
				w.next = op.jump
			} else {
				w.turns[w.depth] = op.value
				w.depth++
			}
		case workload.OpEnd:
			left := &w.turns[w.depth-1]
			if *left > 0 { // below 0: for ever
				*left--
			}
			if *left == 0 {
				w.depth--
			} else {
				w.next = op.jump
			}
		case workload.OpElse, workload.OpWhileEnd:
			w.next = op.jump
		case workload.OpEndIf:
		default:
			w.do(w, op)
			w.tell()
		}
		w.pc = w.next
	}
	return w.failed
}

// tell notes what an operation left in the accumulator.
//
//go:nosplit
//go:norace
func (w *worker) tell() {
	if w.acc != w.told {
		w.told = w.acc
		w.mark(markResult, w.last, w.acc)
	}
}

// raise lets the task end with an exit code, as a program does that nobody has
// told what to do in such a case.
//
//go:nosplit
//go:norace
func (w *worker) raise(code int) {
	w.failed, w.next = code, len(w.ops)
	w.mark(markRaised, w.last, 0)
}

// act does one operation. It is called as w.do, see settle.
//
//go:nosplit
//go:norace
func (w *worker) act(op *workerOp) {
	switch op.code {
	case workload.OpCPU, workload.OpCopy:
		w.burn(op.dur)
		w.mark(markComputed, w.look(), 0)
	case workload.OpLoad, workload.OpAdd, workload.OpStore:
		w.burn(op.dur)
		w.instruct(op)
	case workload.OpPrint:
		w.mark(markPrinted, w.look(), w.operand(op))
	case workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
		w.burn(op.dur)
		w.atomic(op)
	case workload.OpWhile:
		w.burn(op.dur)
		w.branch(op)
	case workload.OpIf:
		w.branch(op)
	case workload.OpIO:
		w.io(op.object, op.dur)
	case workload.OpSleep:
		w.pause(op.dur)
	case workload.OpYield:
		w.yield()
	case workload.OpLock:
		w.lock(op)
	case workload.OpAcquire:
		w.acquire(op)
	case workload.OpRelease:
		w.giveBack(op)
	case workload.OpWait:
		w.awaitNotice(op)
	case workload.OpNotify:
		w.notify(op)
	case workload.OpSet, workload.OpClear:
		w.setEvent(op)
	case workload.OpAwait:
		w.await(op)
	case workload.OpArrive:
		w.arriveAt(op)
	case workload.OpFork, workload.OpSpawn, workload.OpThread:
		w.making(op)
	case workload.OpJoin:
		w.join(op)
	case workload.OpSignal:
		w.signal(op)
	case workload.OpIgnore:
		w.ignore(op)
	case workload.OpAlive:
		w.isAlive(op)
	case workload.OpCrash:
		w.crash()
	case workload.OpWaitChild:
		w.waitChild(op)
	case workload.OpUnlock:
		w.unlock(op)
	case workload.OpLockRead:
		w.lockRW(op)
	case workload.OpOnce:
		w.once(op)
	case workload.OpOnceEnd:
		w.onceDone(op)
	case workload.OpAsm:
		w.assemble(op)
	case workload.OpRequest:
		w.request(op)
	case workload.OpPoll:
		w.pollAnswer(op)
	case workload.OpSelect:
		w.selectAnswer()
	case workload.OpExec:
		w.exec(op)
	case workload.OpApply:
		w.apply(op)
	case workload.OpTakeJob:
		w.takeJob(op)
	case workload.OpJobEnd:
		w.jobEnd(op)
	case workload.OpResult:
		w.askResult(op)
	case workload.OpClosePool:
		w.closePool(op)
	case workload.OpWrite:
		w.writePipe(op)
	case workload.OpRead:
		w.readPipe(op)
	case workload.OpClose:
		w.closeEnds(op)
	case workload.OpTaskDone:
		w.taskDone(op)
	case workload.OpJoinQueue:
		w.joinQueue(op)
	case workload.OpPut:
		if w.shared[op.object+qPipe] > 0 {
			w.send(op)
		} else {
			w.put(op)
		}
	case workload.OpGet:
		if w.shared[op.object+qPipe] > 0 {
			w.receive(op.object)
		} else {
			w.get(op)
		}
	}
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) pause(ns int64) {
	r := w.block(markSleep)
	w.sleepUntil(r.from + ns)
	w.resume(r, 0)
}

//go:noinline
//go:nosplit
//go:norace
func (w *worker) yield() {
	r := w.block(markYield)
	syscall.RawSyscall6(unix.SYS_SCHED_YIELD, 0, 0, 0, 0, 0, 0)
	w.resume(r, 0)
}

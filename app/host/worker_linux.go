//go:build amd64 || arm64

package host

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// worker is a task in its own process, or a thread of one. Everything it needs is here, allocated
// before it starts.
type worker struct {
	memory  []uint64 // the header and the program
	records *record  // the first
	shared  []uint64
	living  *uint64 // threads of the process that haven't ended
	ops     []workerOp
	objects []int // where each resource is in shared

	task, pc, depth int
	turns           [workload.MaxNesting]int64
	holds           bool // what the last if asked
	count, room     int  // records
	dropped         int

	ask func(*worker) (t, voluntary, involuntary int64) // settle
	do  func(*worker, *workerOp)                        // act

	acc                int64    // the task's accumulator
	until              int64    // waits give up then; 0 = never
	outgoing, incoming []uint64 // pages for what goes through pipes
	sent               uint64   // how many values were put into pipes

	heartbeat, countOut, droppedOut *uint64 // in the header

	zero   int64 // instant 0 of the run
	last   int64 // the latest instant it was running, as far as it has looked
	stolen int64

	voluntary, involuntary int64 // as getrusage said last
	delay                  int64 // as schedstat said last
	schedstat              int
	leaveTo                unix.CPUSet
	leaves                 bool
	totals                 [2]int64 // switches before the first instant
	charged                int64    // CPU time before it

	// where system calls put their answers
	rusage   unix.Rusage
	timespec unix.Timespec
	text     [96]byte
}

// workerOp is an operation as the worker needs it.
type workerOp struct {
	code       workload.OpCode
	patience   workload.Patience
	compares   workload.Cmp
	cell       int // of its variable in shared, 0 for none
	object     int
	dur, value int64
	jump       int
}

// WorkerMain is the life of a process of workers; it never returns. It must be
// called before the program has done anything, on the main goroutine.
func WorkerMain() {
	debug.SetGCPercent(-1)
	threads, err := newWorkers()
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(2)
	}
	var everywhere unix.CPUSet
	if err := unix.SchedGetaffinity(0, &everywhere); err != nil {
		fmt.Fprintln(os.Stderr, "worker: sched_getaffinity:", err)
		os.Exit(2)
	}
	go watch() // before pinning: a new thread inherits the CPUs of the one that starts it
	for atomic.LoadUint32(&watching) == 0 {
		runtime.Gosched()
	}
	for _, w := range threads {
		w.leaveTo = everywhere
	}
	for _, w := range threads[1:] {
		prepared := make(chan struct{})
		go w.begin(prepared)
		<-prepared
	}
	threads[0].begin(make(chan struct{}))
}

// begin readies a worker and lives its life on a thread of its own.
func (w *worker) begin(prepared chan struct{}) {
	runtime.LockOSThread()
	if step, err := w.prepare(); err != nil {
		w.memory[hFailedErrno] = uint64(errnoOf(err))
		atomic.StoreUint64(&w.memory[hFailedStep], uint64(step))
		os.Exit(2)
	}
	growStack()
	close(prepared)
	w.live()
}

// growStack makes this goroutine's stack so large that what runs on it without
// looking has room; without garbage collection it never shrinks.
//
//go:noinline
func growStack() byte {
	var room [16 << 10]byte
	for i := range room {
		room[i] = byte(i)
	}
	return room[len(os.Args)]
}

// newWorkers maps what the parent left open and reads the programs.
func newWorkers() (threads []*worker, err error) {
	mem, err := openMemory(fdMemory)
	if err != nil {
		return nil, fmt.Errorf("workers are started by a recording only: %w", err)
	}
	shared, err := openMemory(fdShared)
	if err != nil {
		return nil, err
	}
	shared.touch()
	living := &mem.words[hLiving]
	for rest := mem.words; ; {
		if len(rest) < programAt() || rest[hMagic] != magic || shared.words[0] != magic {
			return nil, fmt.Errorf("this isn't a worker's memory")
		}
		next := rest[hNext]
		if next == 0 || next > uint64(len(rest)) {
			return append(threads, newWorker(rest, shared.words, living)), nil
		}
		threads = append(threads, newWorker(rest[:next], shared.words, living))
		rest = rest[next:]
	}
}

func newWorker(h, shared []uint64, living *uint64) *worker {
	(&memory{words: h}).touch()
	ops, room := int(h[hOps]), int(h[hRoom])
	w := &worker{
		memory: h, records: &recordsOf(h, ops, room)[0], shared: shared, living: living,
		task: int(h[hTask]), room: room, ask: (*worker).settle, do: (*worker).act,
		heartbeat: &h[hHeartbeat], countOut: &h[hCount], droppedOut: &h[hDropped],
		outgoing: make([]uint64, pageWords), incoming: h[headerWords:programAt()],
		ops: make([]workerOp, ops), objects: make([]int, shared[1]),
	}
	for i := range w.outgoing { // make it present
		w.outgoing[i] = 1
	}
	for i := range w.objects {
		w.objects[i] = int(shared[sharedOffset+i])
	}
	for i := range w.ops {
		o := h[programAt()+i*opWords:]
		op := workerOp{code: workload.OpCode(o[0]), patience: workload.Patience(o[0] >> 8), compares: workload.Cmp(o[0] >> 16), cell: int(o[4]), dur: int64(o[1]), value: int64(o[2]), jump: int(o[3])}
		if res := int32(o[0] >> 32); res >= 0 && int(res) < len(w.objects) {
			op.object = w.objects[res]
		}
		w.ops[i] = op
	}
	return w
}

// prepare limits the process, pins this thread and readies what it measures with.
func (w *worker) prepare() (step int, err error) {
	h := w.memory
	limit := h[hLimit]
	seconds := limit/secondInNanosec + 2
	for _, r := range []struct {
		what int
		max  uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_CPU, seconds},
		{unix.RLIMIT_RTTIME, seconds * 1_000_000},
	} {
		if r.what == unix.RLIMIT_RTTIME && h[hFlags]&flagRealtime == 0 {
			continue
		}
		if err := unix.Setrlimit(r.what, &unix.Rlimit{Cur: r.max, Max: r.max}); err != nil {
			return stepRlimit, err
		}
	}
	if w.schedstat, err = unix.Open("/proc/thread-self/schedstat", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		return stepSchedstat, err
	}
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0); err != nil {
		return stepTimer, err
	}
	// By then it must be over even if the gate never opens.
	if err := w.dieAfter(int64(limit) + 2*int64(gateTimeout)); err != nil {
		return stepTimer, err
	}
	cpu := int(h[hCPU])
	w.leaveTo.Clear(cpu)
	w.leaves = h[hFlags]&flagLeave != 0 && w.leaveTo.Count() > 0
	var only unix.CPUSet
	only.Set(cpu)
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return stepPin, err
	}
	// Walk the paths once, so that what they need is in memory, and keep it there:
	// a page that has to be fetched is a wait no operation asked for. An ordinary
	// user may not lock much; then it is hoped for.
	w.last = nanotime()
	w.burn(200_000)
	w.resume(w.block(markSleep), 0)
	w.count, w.stolen, w.dropped = 0, 0, 0
	atomic.StoreUint64(&h[hCount], 0)
	_ = unix.Mlockall(unix.MCL_CURRENT | unix.MCL_ONFAULT)
	return 0, nil
}

var watching uint32

// watch ends the worker when the control pipe closes, that is when the parent is
// gone. It waits outside the runtime too, on a thread of its own.
func watch() {
	runtime.LockOSThread()
	atomic.StoreUint32(&watching, 1)
	watchControl()
}

//go:nosplit
//go:norace
func watchControl() {
	var b byte
	entersyscall()
	for {
		n, _, errno := syscall.RawSyscall6(unix.SYS_READ, fdControl, uintptr(unsafe.Pointer(&b)), 1, 0, 0, 0)
		if errno != unix.EINTR && n != 1 {
			syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 1, 0, 0, 0, 0, 0)
		}
	}
}

// dieAfter has the kernel kill this process after ns of wall clock.
func (w *worker) dieAfter(ns int64) error {
	var def [4]uint64 // SIG_DFL, no flags: not Go's handler, which would ignore it
	if _, _, e := syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGALRM), uintptr(unsafe.Pointer(&def)), 0, sigactionSize, 0, 0); e != 0 {
		return e
	}
	if e := w.setTimer(ns); e != 0 {
		return e
	}
	return nil
}

//go:nosplit
//go:norace
func (w *worker) setTimer(ns int64) syscall.Errno {
	var it [4]int64 // interval: none; value: seconds, microseconds
	it[2], it[3] = ns/secondInNanosec, ns%secondInNanosec/1000
	_, _, e := syscall.RawSyscall6(unix.SYS_SETITIMER, 0, uintptr(unsafe.Pointer(&it)), 0, 0, 0, 0)
	return e
}

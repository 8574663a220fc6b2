//go:build amd64 || arm64

package host

import (
	"errors"
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
	memory  []uint64 // the header and what follows
	records *record  // the first
	shared  []uint64
	ops     []workerOp
	cells   []*cell // of each variable, as this thread sees it

	programs [][]workerOp
	family   *family
	fresh    []freshCell // what each variable is at first
	rolls    int         // where the rolls begin in shared memory
	rooms    int         // tasks of the workload; those that are made come after them
	nursery  [][]uint64  // memory for those
	main     int         // the main thread of this process
	next     int         // the operation to go on with
	endsAll  bool        // its process ends with it
	daemon   bool        // its process doesn't wait for its end
	mainEnds bool        // its process ends with its main thread
	failed   int         // exit code if it goes past its last operation
	nice     int
	reserved int     // the thread in reserve it is about to use
	born     *uint32 // a thread in reserve has begun
	status   int32   // of wait4
	action   [4]uint64
	nowhere  *uint64 // nil
	execs    *execPaths
	resumes  []uint64 // the memory of what it was before
	program  int      // number of the one it runs
	streams  []int    // of each pipe of bytes, where it is in shared memory
	ends     []uint64 // of the process: descriptors of its ends, 0 = closed
	gift     []uint64 // those of a process that is being spawned
	breaks   bool     // it wrote into a pipe that nobody could read
	results  []uint64 // of jobs it gave: 1 more than their numbers
	working  uint64   // number of the job it is at

	replies    [maxRequests]reply
	requests   int       // it has made
	handled    int       // answers a handler has dealt with, and it hasn't asked for
	heard      *uint64   // how many signals its requests have sent
	counted    uint64    // of these, before it began to compute
	handlerEnd uintptr   // what ends a handler of a signal; 0 if the kernel does
	alarm      [4]int64  // of a timer: interval; when
	event      [8]uint64 // what a timer does

	paper  []byte // what is read and written
	polled [MaxWorkers]unix.PollFd

	task, pc, depth int
	turns           [workload.MaxNesting]int64
	count, room     int // records
	dropped         int

	ask func(*worker) (t, voluntary, involuntary int64) // settle
	do  func(*worker, *workerOp)                        // act

	acc                int64    // the task's accumulator
	told               int64    // what it has noted that the accumulator is
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
	manner     workload.Manner
	kind       workload.ResourceKind // of its object
	prefers    workload.Prefer
	order      workload.QueueOrder // of its object
	variable   int                 // number + 1, 0 for none
	program    int                 // of spawn and thread; or a signal
	object     int
	dur, value int64
	priority   int64
	daemon     bool          // of thread
	verb       workload.Verb // of an instruction
	always     bool
	from, to   int // its variables + 1, 0 for none
	jump       int
}

// The first task of a worker runs on the main thread, whose id is that of the process
// and stays so when it becomes another.
func init() {
	if IsWorker(os.Args) {
		runtime.LockOSThread()
	}
}

// WorkerMain is the life of a process of workers; it never returns. It must be
// called before the program has done anything, on the main goroutine.
func WorkerMain() {
	switch {
	case len(os.Args) > 3 && os.Args[3] == wardenArg:
		watchOver()
	case len(os.Args) > 3 && os.Args[3] == execArg:
		goOn()
	}
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
	for _, w := range threads[0].family.spare {
		w.leaveTo = everywhere
		w.record(threads[0].memory) // until it is born
		prepared := make(chan struct{})
		go w.begin(prepared, w.liveLater)
		<-prepared
	}
	for _, w := range threads[1:] {
		prepared := make(chan struct{})
		go w.begin(prepared, w.live)
		<-prepared
	}
	threads[0].begin(make(chan struct{}), threads[0].live)
}

// begin readies a worker and lives its life on a thread of its own.
func (w *worker) begin(prepared chan struct{}, live func()) {
	runtime.LockOSThread()
	if step, err := w.prepare(); err != nil {
		w.memory[hFailedErrno] = uint64(errnoOf(err))
		atomic.StoreUint64(&w.memory[hFailedStep], uint64(step))
		os.Exit(2)
	}
	growStack()
	close(prepared)
	live()
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
	first, own, err := newFirst(shared)
	if err != nil {
		return nil, err
	}
	cells := processCells(shared.words, own)
	for rest := mem.words; ; {
		if len(rest) < recordsAt() || rest[hMagic] != magic || rest[hProgram] >= uint64(len(first.programs)) {
			return nil, errNotOurs
		}
		h, next := rest, rest[hNext]
		last := next == 0 || next > uint64(len(rest))
		if !last {
			h, rest = rest[:next], rest[next:]
		}
		w := first.thread(cells, own)
		w.record(h)
		threads = append(threads, w)
		if !last {
			continue
		}
		for _, w := range threads {
			if w.daemon = w.memory[hFlags]&flagDaemon != 0 && w.task != threads[0].task; !w.daemon {
				*w.family.living++
			}
			w.mainEnds = w.memory[hFlags]&flagMainEnds != 0
		}
		first.mainEnds = threads[0].mainEnds
		for range mem.words[hReserve] {
			w.family.spare = append(w.family.spare, first.thread(cells, own))
		}
		*w.family.free = uint32(len(w.family.spare))
		for _, w := range threads {
			w.main = threads[0].task
			*w.roll(w.task, rPid) = uint64(os.Getpid())
		}
		if err := threads[0].openEnds(); err != nil {
			return nil, fmt.Errorf("opening the ends of pipes: %w", err)
		}
		return threads, nil
	}
}

// newFirst is what all threads of a process begin with, and memory of its own.
func newFirst(shared *memory) (*worker, *arena, error) {
	shared.touch()
	if shared.words[sMagic] != magic {
		return nil, nil, errNotOurs
	}
	nursery, err := openMemory(fdNursery)
	if err != nil {
		return nil, nil, err
	}
	first := &worker{
		shared: shared.words, programs: readPrograms(shared.words), fresh: freshCells(shared.words),
		rolls: int(shared.words[sRolls]), rooms: int(shared.words[sRooms]), execs: newExecPaths(),
	}
	own, err := newArena(max(512, (MaxWorkers+2)*(3+cellWords*int(shared.words[sVariables]))) + endBits*int(shared.words[sStreams]))
	if err != nil {
		return nil, nil, err
	}
	if first.streams = streamsOf(shared.words); len(first.streams) > 0 {
		first.ends = own.take(endBits * len(first.streams))
		if first.paper, err = unix.Mmap(-1, 0, mostPipe, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON); err != nil {
			return nil, nil, fmt.Errorf("mmap: %w", err)
		}
	}
	first.family = &family{living: own.half(), free: own.half()}
	for rest, n := nursery.words, shared.words[sNursery]; n > 0 && uint64(len(rest)) >= n; rest = rest[n:] {
		(&memory{words: rest[:n]}).touch()
		first.nursery = append(first.nursery, rest[:n])
	}
	return first, own, nil
}

var errNotOurs = errors.New("this isn't a worker's memory")

// thread makes another thread of a process, which has no memory for its records yet.
func (w *worker) thread(cells []*cell, own *arena) *worker {
	t := *w
	t.ask, t.do = (*worker).settle, (*worker).act
	t.cells, t.born = threadCells(w.shared, cells, own), own.half()
	t.heard = &own.take(1)[0]
	t.gift, t.results = make([]uint64, len(w.ends)), make([]uint64, w.shared[sHandles])
	t.outgoing = make([]uint64, pageWords)
	for i := range t.outgoing { // make it present
		t.outgoing[i] = 1
	}
	return &t
}

// record gives a worker its memory, with its program.
func (w *worker) record(h []uint64) {
	(&memory{words: h}).touch()
	w.program = int(h[hProgram])
	w.task, w.ops = int(h[hTask]), w.programs[w.program]
	w.keepIn(h)
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
	w.defaultActions()
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

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

// Exec is execve(2) of this very program: nothing stays of the process but what it has
// open, its pid, and what it wrote down for the one it becomes in the page that values
// from pipes are read into. That one starts on another CPU, as every worker does, and
// goes on with the new program on the CPU that is recorded.

// What a process writes down for itself before it becomes another.
const (
	xZero = iota
	xProgram
	xDropped
	xStolen
	xVoluntary   // switches before its first instant
	xInvoluntary //
	xSwitched    // voluntary switches it knows of
	xPreempted   // and involuntary ones
	xCharged     // CPU time before its first instant
	xUsed        // CPU time at its end
	xSent
	xRequests
	xAcc
	xEnds // descriptors of its ends of pipes
)

// execArg is the argument behind a worker's name by which a process goes on as another.
const execArg = "exec"

// execPaths are what execve is given, made before a worker leaves the runtime.
type execPaths struct {
	path      []byte
	arguments []*byte
	variables []*byte
}

func newExecPaths() *execPaths {
	x := &execPaths{path: append([]byte("/proc/self/exe"), 0)}
	list := func(texts []string) (pointers []*byte) {
		for _, text := range texts {
			b := append([]byte(text), 0)
			pointers = append(pointers, &b[0])
		}
		return append(pointers, nil)
	}
	x.arguments = list([]string{"/proc/self/exe", WorkerArg, os.Args[2], execArg})
	x.variables = list(os.Environ())
	return x
}

// exec becomes another process.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) exec(op *workerOp) {
	w.burn(op.dur)
	r := w.block(markExec)
	w.endOthers(r.from)
	if op.value > 0 {
		*w.roll(w.task, rAlso) = uint64(op.value)
	}
	x := w.incoming
	x[xZero], x[xProgram], x[xAcc] = uint64(w.zero), uint64(op.program), uint64(w.acc)
	x[xDropped], x[xStolen], x[xSent], x[xRequests] = uint64(w.dropped), uint64(w.stolen), w.sent, uint64(w.requests)
	x[xVoluntary], x[xInvoluntary] = uint64(w.totals[0]), uint64(w.totals[1])
	x[xSwitched], x[xPreempted] = uint64(w.voluntary), uint64(w.involuntary)
	x[xCharged], x[xUsed] = uint64(w.charged), uint64(w.threadCPU())
	for i := range w.ends {
		x[xEnds+i] = w.ends[i]
	}
	if w.leaves { // to begin where nobody is recorded
		syscall.RawSyscall6(unix.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(w.leaveTo), uintptr(unsafe.Pointer(&w.leaveTo)), 0, 0, 0)
	}
	e := w.execs
	syscall.RawSyscall6(unix.SYS_EXECVE, uintptr(unsafe.Pointer(&e.path[0])), uintptr(unsafe.Pointer(&e.arguments[0])), uintptr(unsafe.Pointer(&e.variables[0])), 0, 0, 0)
	w.exit(1)
}

// goOn is the life of a process that another has become.
func goOn() {
	debug.SetGCPercent(-1)
	w, err := resumed()
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(2)
	}
	var everywhere unix.CPUSet
	if err := unix.SchedGetaffinity(0, &everywhere); err != nil {
		fmt.Fprintln(os.Stderr, "worker: sched_getaffinity:", err)
		os.Exit(2)
	}
	go watch()
	for atomic.LoadUint32(&watching) == 0 {
		runtime.Gosched()
	}
	for _, s := range w.family.spare {
		s.leaveTo = everywhere
		s.keepIn(scratch(w.resumes))
		prepared := make(chan struct{})
		go s.begin(prepared, s.liveLater)
		<-prepared
	}
	w.leaveTo = everywhere
	w.keepIn(scratch(w.resumes))
	w.begin(make(chan struct{}), w.liveOn)
}

// scratch is memory for what a worker does to get ready, which is no part of its
// record.
func scratch(h []uint64) []uint64 {
	s := make([]uint64, recordsAt()+64*recWords)
	copy(s, h[:headerWords])
	s[hRoom], s[hCount] = 64, 0
	return s
}

// resumed makes the worker that the process was.
func resumed() (*worker, error) {
	shared, err := openMemory(fdShared)
	if err != nil {
		return nil, err
	}
	first, own, err := newFirst(shared)
	if err != nil {
		return nil, err
	}
	id, pid := 0, uint64(os.Getpid())
	for id < MaxWorkers && (*first.roll(id, rPid) != pid || int(*first.roll(id, rMain)) != id) {
		id++
	}
	if id == MaxWorkers {
		return nil, errNotOurs
	}
	cells := processCells(shared.words, own)
	w := first.thread(cells, own)
	if id >= first.rooms {
		w.resumes = first.nursery[id-first.rooms]
	} else {
		mem, err := openMemory(fdMemory)
		if err != nil {
			return nil, err
		}
		w.resumes = mem.words
	}
	x := w.resumes[headerWords:recordsAt()]
	w.task, w.main, w.zero, w.program = id, id, int64(x[xZero]), int(x[xProgram])
	w.ops = w.programs[w.program]
	w.sent, w.requests, w.told = x[xSent], int(x[xRequests]), int64(x[xAcc])
	w.totals, w.charged = [2]int64{int64(x[xVoluntary]), int64(x[xInvoluntary])}, int64(x[xCharged])
	w.mainEnds = w.resumes[hFlags]&flagMainEnds != 0
	for i := range w.ends {
		w.ends[i] = x[xEnds+i]
	}
	*w.family.living = 1
	for range len(first.nursery) * threadsIn(w.ops) {
		w.family.spare = append(w.family.spare, first.thread(cells, own))
	}
	*w.family.free = uint32(len(w.family.spare))
	return w, nil
}

// threadsIn is 1 if a program makes threads.
func threadsIn(ops []workerOp) int {
	for i := range ops {
		if ops[i].code == workload.OpThread {
			return 1
		}
	}
	return 0
}

// liveOn is everything from there to the end.
//
//go:nosplit
//go:norace
func (w *worker) liveOn() {
	entersyscall()
	w.comeBack()
	w.end(w.depart(w.run()))
}

// comeBack goes on with the account of what it was before.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) comeBack() {
	for i := 0; i < 20; i++ { // see arrive
		w.sleepUntil(nanotime() + 1_000_000)
	}
	if w.setTimer(w.zero-nanotime()+int64(w.memory[hLimit])+int64(alarmGrace)) != 0 {
		w.exit(1)
	}
	for signal := range 32 {
		if *w.roll(w.main, rIgnores)>>uint(signal)&1 != 0 {
			w.setAction(signal, true)
		}
	}
	h := w.resumes
	w.keepIn(h)
	x := w.incoming
	w.count, w.dropped, w.stolen = int(h[hCount]), int(x[xDropped]), int64(x[xStolen])
	w.voluntary, w.involuntary = int64(x[xSwitched]), int64(x[xPreempted])
	w.charged += w.threadCPU() - int64(x[xUsed]) // what becoming another cost isn't its program's
	x[tokenID] = 0
	w.runDelay()
	now, v, i := w.ask(w)
	w.last = now
	r := w.at(w.count - 1)
	r.switches = uint64(v)<<32 | uint64(uint32(i))
	atomic.StoreInt64(&r.to, now)
	w.tell()
}

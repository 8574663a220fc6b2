//go:build amd64 || arm64

package host

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// maxPipes bounds how many descriptors a worker inherits.
const maxPipes = 32

// pipe is a queue of the workload made as a pipe.
type pipe struct {
	resource    int
	read, write *os.File
}

// makePipes makes a pipe for every queue that can be exactly one. Where the
// kernel grants none of that size, its error is the number of a warning. If the
// workers alone tell of their switches, only a queue of one producer and one
// consumer can: with several, their accounts don't tell who came first.
func makePipes(w *workload.Workload, level string) (pipes []pipe, warns []Warning, err error) {
	limit := pipeLimit()
	for i := range w.Resources {
		r := &w.Resources[i]
		size := r.Capacity * os.Getpagesize()
		if r.Kind != workload.Queue || r.Order != workload.FIFO || r.Capacity == 0 || r.Capacity&(r.Capacity-1) != 0 || size > limit || len(pipes) == maxPipes ||
			more(w, i) || level == LevelSelf && !pair(w, i) {
			continue
		}
		var fd [2]int
		if err := unix.Pipe2(fd[:], unix.O_CLOEXEC); err != nil {
			return pipes, warns, &RefusedError{Code: "pipe", What: "making a pipe for queue " + r.Name, Err: err}
		}
		p := pipe{i, os.NewFile(uintptr(fd[0]), "pipe:"+r.Name), os.NewFile(uintptr(fd[1]), "pipe:"+r.Name)}
		got, err := unix.FcntlInt(uintptr(fd[1]), unix.F_SETPIPE_SZ, size)
		if err != nil || got != size {
			p.close()
			warns = append(warns, Warning{Code: WarnPipe, Task: "", Number: float64(errnoOf(err))})
			continue
		}
		pipes = append(pipes, p)
	}
	return pipes, warns, nil
}

// pair reports whether no more than one task puts values into a queue and no more
// than one takes them.
func pair(w *workload.Workload, queue int) bool {
	puts, gets := 0, 0
	for i := range w.Tasks {
		has := func(code workload.OpCode) int {
			if slices.ContainsFunc(w.Tasks[i].Program.Ops, func(op workload.Op) bool { return op.Code == code && op.Res == queue }) {
				return 1
			}
			return 0
		}
		puts += has(workload.OpPut)
		gets += has(workload.OpGet)
	}
	return puts <= 1 && gets <= 1
}

// more reports whether some task does more with a queue than a pipe can: waits for
// it only so long, uses its other end, or asks whether all was dealt with.
func more(w *workload.Workload, queue int) bool {
	for i := range w.Tasks {
		if slices.ContainsFunc(w.Tasks[i].Program.Ops, func(op workload.Op) bool {
			return op.Res == queue && (op.Patience != workload.Patient || op.Manner&^workload.OfAcc != 0 || op.Code == workload.OpTaskDone || op.Code == workload.OpJoinQueue)
		}) {
			return true
		}
	}
	return false
}

// pipeLimit is how large an ordinary user may make a pipe.
func pipeLimit() int {
	b, err := os.ReadFile("/proc/sys/fs/pipe-max-size")
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return n
}

func (p *pipe) close() {
	_ = p.read.Close()
	_ = p.write.Close()
}

// left reads what is still in a pipe that nobody else uses any more.
func (p *pipe) left() ([]token, error) {
	n, err := unix.IoctlGetInt(int(p.read.Fd()), unix.TIOCINQ)
	if err != nil {
		return nil, fmt.Errorf("asking what is left in a pipe: %w", err)
	}
	tokens := []token{}
	page := make([]byte, os.Getpagesize())
	for ; n > 0; n -= len(page) {
		if got, err := unix.Read(int(p.read.Fd()), page); err != nil || got != len(page) {
			return nil, fmt.Errorf("reading what is left in a pipe: %d bytes, %w", got, err)
		}
		tokens = append(tokens, token(*(*uint64)(unsafe.Pointer(&page[tokenID*8]))))
	}
	return tokens, nil
}

// send puts a value into a pipe. Whether it has to wait for room, and for how
// long, is the kernel's business; from which instant to which it took is noted,
// and the conversion finds out when in between the value was put.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) send(op *workerOp) {
	o, value := op.object, op.value
	if op.manner&workload.OfAcc != 0 {
		value = w.acc
	}
	w.sent++
	id := uint64(w.task)<<tokenCountBits | w.sent
	w.outgoing[tokenID], w.outgoing[tokenValue] = id, uint64(value)
	r := w.block(markSend)
	r.arg, r.token = value, id // also for the reader, if this is the last it does
	w.transfer(unix.SYS_WRITE, int(w.shared[o+qPipe])+1, &w.outgoing[0])
	w.resume(r, value)
}

// receive takes the oldest value from a pipe, waiting for one.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) receive(o int) {
	w.incoming[tokenID] = 0 // it outlives the worker: 0 says that nothing was taken
	r := w.block(markReceive)
	w.transfer(unix.SYS_READ, int(w.shared[o+qPipe]), &w.incoming[0])
	r.token = w.incoming[tokenID]
	w.acc = int64(w.incoming[tokenValue])
	w.resume(r, w.acc)
}

// transfer reads or writes one page. All of the ends are open as long as a worker
// lives, so it can't fail.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) transfer(call uintptr, fd int, page *uint64) {
	size := uintptr(pageWords * 8)
	for {
		n, _, errno := syscall.RawSyscall6(call, uintptr(fd), uintptr(unsafe.Pointer(page)), size, 0, 0, 0)
		if errno == unix.EINTR {
			continue
		}
		if n != size {
			w.exit(1)
		}
		return
	}
}

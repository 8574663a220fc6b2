//go:build amd64 || arm64

package host

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// Pipes of bytes are the kernel's. A process opens the ends it has by a descriptor
// that only names the pipe, so the recorder has none open and the end of a file and a
// broken pipe are real. Reading, writing and closing are done within a futex in
// shared memory, without waiting, so that the order of the instants is the order of
// the bytes; who can't go on waits in poll(2).

// A pipe in shared memory.
const (
	bFutex  = 0
	bNumber = 1 // among the pipes
	bPath   = 2 // descriptor that names it
	bUnit   = 3 // real bytes for each of the workload's
	bSize   = 4 // real bytes it holds
)

// endBits is how many bits of a process's ends are those of one pipe.
const endBits = 2

// stream is a pipe of the workload.
type stream struct {
	resource    int
	read, write *os.File // open until all workers have theirs
	path        *os.File
}

// makeStreams makes the pipes of a workload.
func (c *crew) makeStreams() error {
	for i := range c.p.w.Resources {
		r := &c.p.w.Resources[i]
		if r.Kind != workload.Pipe {
			continue
		}
		unit, size := pipeUnit(r.Capacity)
		refused := func(err error) error {
			return &RefusedError{Code: "pipe", What: "making pipe " + r.Name, Err: err}
		}
		var fd [2]int
		if err := unix.Pipe2(fd[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
			return refused(err)
		}
		s := stream{resource: i, read: os.NewFile(uintptr(fd[0]), r.Name), write: os.NewFile(uintptr(fd[1]), r.Name)}
		c.streams = append(c.streams, &s)
		if got, err := unix.FcntlInt(uintptr(fd[1]), unix.F_SETPIPE_SZ, size); err != nil || got != size {
			return refused(fmt.Errorf("of %d bytes: %d, %w", size, got, err))
		}
		path, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd[0]), unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return refused(err)
		}
		s.path = os.NewFile(uintptr(path), r.Name)
		o := c.layout.resources[i]
		c.shared.store(o+bNumber, int64(len(c.streams)-1))
		c.shared.store(o+bPath, int64(fdPipes+2*len(c.pipes)+len(c.streams)-1))
		c.shared.store(o+bUnit, int64(unit))
		c.shared.store(o+bSize, int64(size))
	}
	c.shared.store(sStreams, int64(len(c.streams)))
	return nil
}

// release closes the recorder's own ends, when all workers have opened theirs.
func (s *stream) release() {
	for _, f := range []**os.File{&s.read, &s.write} {
		if *f != nil {
			_ = (*f).Close()
			*f = nil
		}
	}
}

// streamsOf are the objects of the pipes in shared memory, by their numbers.
func streamsOf(shared []uint64) []int {
	list := make([]int, shared[sStreams])
	for i := range int(shared[sResources]) {
		o := int(shared[sharedOffset+i])
		if shared[sharedKinds(shared)+i] == uint64(workload.Pipe) {
			list[shared[o+bNumber]] = o
		}
	}
	return list
}

// openEnds opens the ends of pipes a process has from its beginning.
func (w *worker) openEnds() error {
	for n := range w.streams {
		for end := range endBits {
			w.ends[endBits*n+end] = 0
			if bit := uint64(1) << (endBits*n + end); *w.roll(w.main, rEnds)&bit != 0 {
				fd := w.openEnd(n, end)
				if fd <= 0 {
					return syscall.Errno(-fd)
				}
				w.ends[endBits*n+end] = uint64(fd)
			}
		}
	}
	return nil
}

// openEnd opens an end of a pipe; 0 is that to read from. It returns an error's
// number below 0.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) openEnd(n, end int) int {
	o := w.streams[n]
	at := 0
	for ; at < len(ownFiles); at++ {
		w.text[at] = ownFiles[at]
	}
	path := w.shared[o+bPath]
	w.text[at], w.text[at+1], w.text[at+2], w.text[at+3] = byte('0'+path/100), byte('0'+path/10%10), byte('0'+path%10), 0
	for w.text[at] == '0' {
		w.text[at], w.text[at+1], w.text[at+2] = w.text[at+1], w.text[at+2], 0
	}
	flags := uintptr(unix.O_RDONLY)
	if end > 0 {
		flags = unix.O_WRONLY
	}
	fd, _, errno := syscall.RawSyscall6(unix.SYS_OPENAT, atCurrent, uintptr(unsafe.Pointer(&w.text)), flags|unix.O_NONBLOCK, 0, 0, 0)
	if errno != 0 {
		return -int(errno)
	}
	// Should nobody have had it open, it is a new one.
	syscall.RawSyscall6(unix.SYS_FCNTL, fd, unix.F_SETPIPE_SZ, uintptr(w.shared[o+bSize]), 0, 0, 0)
	return int(fd)
}

var ownFiles = [...]byte{'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/'}

// give opens the ends of pipes that a process to be spawned has, for it to inherit.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) give(bits uint64) {
	for n := range w.streams {
		for end := range endBits {
			w.gift[endBits*n+end] = 0
			if bits>>(endBits*n+end)&1 != 0 {
				w.gift[endBits*n+end] = uint64(max(w.openEnd(n, end), 0))
			}
		}
	}
}

// closeAll closes descriptors.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) closeAll(list []uint64) {
	for i := range list {
		if list[i] > 0 {
			syscall.RawSyscall6(unix.SYS_CLOSE, uintptr(list[i]), 0, 0, 0, 0, 0)
		}
		list[i] = 0
	}
}

// inherit makes what was given to a spawned process its own.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) inherit() {
	w.closeAll(w.ends)
	for i := range w.ends {
		w.ends[i] = w.gift[i]
	}
}

// writePipe writes bytes into a pipe, and waits for room as often as it takes.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) writePipe(op *workerOp) {
	o := w.shared[op.object:]
	lock, unitBytes := w.word(op.object+bFutex), int64(o[bUnit])
	fd := w.ends[endBits*o[bNumber]+1]
	if fd == 0 { // it closed it itself
		w.look()
		w.raise(1)
		return
	}
	left, part := op.value, int64(0)
	for {
		w.look()
		w.enter(lock)
		t := w.look()
		n, errno := w.move(unix.SYS_WRITE, fd, left*unitBytes)
		n /= unitBytes
		left, part = left-n, part+n
		switch {
		case n > 0 && left == 0:
			w.mark(markWrote, t, n)
		case n > 0:
			w.mark(markWroteSome, t, n)
		case errno == unix.EPIPE:
			w.mark(markBroken, w.look(), 0)
		case op.patience == workload.NotAtAll && part > 0: // so much and no more
			w.mark(markWrote, t, 0)
			left = 0
		}
		w.leave(lock)
		switch {
		case left == 0:
			w.acc = part
			return
		case n > 0:
			continue
		case errno == unix.EPIPE:
			w.breaks = true
			w.raise(brokenPipe)
			return
		case errno != unix.EAGAIN:
			w.exit(1)
		}
		if !w.mustWait(op) {
			return
		}
		r := w.block(markFull)
		w.poll(fd, unix.POLLOUT)
		w.resume(r, 0)
	}
}

// brokenPipe is the exit code of who writes into a pipe that nobody can read: as a
// shell tells that a process was ended by SIGPIPE.
const brokenPipe = 128 + 13

// readPipe takes what is in a pipe, up to what it asks for, and waits for something.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) readPipe(op *workerOp) {
	o := w.shared[op.object:]
	lock, unitBytes := w.word(op.object+bFutex), int64(o[bUnit])
	fd := w.ends[endBits*o[bNumber]]
	if fd == 0 {
		w.look()
		w.raise(1)
		return
	}
	var r *record
	for {
		w.look()
		w.enter(lock)
		t := w.look()
		n, errno := w.move(unix.SYS_READ, fd, op.value*unitBytes)
		n /= unitBytes
		switch {
		case n > 0:
			w.mark(markDidRead, t, n)
		case errno == 0:
			w.mark(markEndOfFile, w.look(), 0)
		}
		w.leave(lock)
		if errno == 0 {
			w.acc = n
			return
		}
		if errno != unix.EAGAIN {
			w.exit(1)
		}
		if r == nil && !w.mustWait(op) || w.givesUp(r) {
			w.acc = -1 // 0 is the end
			return
		}
		r = w.block(markEmpty)
		w.poll(fd, unix.POLLIN)
		w.resume(r, 0)
	}
}

// move reads or writes at most so many bytes, without waiting.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) move(call uintptr, fd uint64, bytes int64) (n int64, errno syscall.Errno) {
	for {
		got, _, e := syscall.RawSyscall6(call, uintptr(fd), uintptr(unsafe.Pointer(&w.paper[0])), uintptr(min(bytes, int64(len(w.paper)))), 0, 0, 0)
		switch e {
		case 0:
			return int64(got), 0
		case unix.EINTR:
		default:
			return 0, e
		}
	}
}

// poll waits until something can be done with a descriptor, or the operation gives
// up.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) poll(fd uint64, what int16) {
	w.polled[0] = unix.PollFd{Fd: int32(fd), Events: what}
	w.pollAll(1)
}

// pollAll waits for the first so many of w.polled.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) pollAll(n int) {
	limit := unsafe.Pointer(nil)
	if w.until > 0 {
		left := max(w.until-nanotime(), 0)
		w.timespec.Sec, w.timespec.Nsec = left/secondInNanosec, left%secondInNanosec
		limit = unsafe.Pointer(&w.timespec)
	}
	syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&w.polled)), uintptr(n), uintptr(limit), 0, 0, 0)
}

// closeEnds closes ends of a pipe for the process.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) closeEnds(op *workerOp) {
	o := w.shared[op.object:]
	lock, first := w.word(op.object+bFutex), endBits*o[bNumber]
	w.look()
	w.enter(lock)
	bits := int64(0)
	for end := range uint64(endBits) {
		if op.value>>end&1 != 0 && w.ends[first+end] > 0 {
			bits |= 1 << end
		}
	}
	w.mark(markClosed, w.look(), bits)
	for end := range uint64(endBits) {
		if bits>>end&1 != 0 {
			fd := w.ends[first+end]
			atomic.StoreUint64(&w.ends[first+end], 0)
			syscall.RawSyscall6(unix.SYS_CLOSE, uintptr(fd), 0, 0, 0, 0, 0)
		}
	}
	w.leave(lock)
}

// dieOfPipe ends the process as a broken pipe does.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) dieOfPipe() {
	w.setAction(int(unix.SIGPIPE), false)
	pid, _, _ := syscall.RawSyscall6(unix.SYS_GETPID, 0, 0, 0, 0, 0, 0)
	syscall.RawSyscall6(unix.SYS_KILL, pid, uintptr(unix.SIGPIPE), 0, 0, 0, 0)
}

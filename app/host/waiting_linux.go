//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// find returns a task of a name: the first that nobody has joined, or else the
// last; -1 if there is none but the one who asks. Of children it returns the first
// that nobody has asked for.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) find(name int, child bool) int {
	last := -1
	for id, n := 0, w.rooms+int(atomic.LoadUint64(&w.shared[sMade])); id < n && id < MaxWorkers; id++ {
		if int(*w.roll(id, rName)) != name+1 && int(*w.roll(id, rAlso)) != name+1 || id == w.task {
			continue
		}
		if child {
			if w.isChild(id) {
				return id
			}
			continue
		}
		if last = id; *w.roll(id, rJoined) == 0 {
			return id
		}
	}
	return last
}

// isChild reports whether a task is the main thread of a child that this process
// hasn't asked for.
//
//go:nosplit
//go:norace
func (w *worker) isChild(id int) bool {
	return int(*w.roll(id, rParent)) == w.main+1 && int(*w.roll(id, rMain)) == id && *w.roll(id, rReaped) == 0 && *w.roll(id, rPid) > 0
}

// waitChild waits for the end of a child and asks for its exit status.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitChild(op *workerOp) {
	child := -1
	if op.value > 0 {
		if child = w.find(int(op.value)-1, true); child < 0 {
			w.hadNone(-1)
			return
		}
	}
	w.waitPid(op, child, markChild, markWaited)
}

// hadNone notes that there was nobody whose end it could learn of.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) hadNone(acc int64) {
	kind := markWaited
	if w.ops[w.pc].code == workload.OpJoin {
		kind = markJoined
	}
	w.mark(kind, w.look(), -1)
	w.acc = acc
}

// waitPid asks the kernel for the end of a child, or of any if it is -1.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitPid(op *workerOp, child int, waits, had markKind) {
	pid := -1
	if child >= 0 {
		pid = int(*w.roll(child, rPid))
	}
	w.look()
	got := w.wait4(pid, unix.WNOHANG)
	switch {
	case got < 0:
		w.hadNone(-1)
		return
	case got > 0:
		id := w.reaped(got)
		w.mark(had, w.look(), int64(id))
		w.learned(op, id)
		return
	case op.patience == workload.NotAtAll:
		w.hadNone(0)
		return
	}
	r := w.block(waits)
	r.token = uint64(child + 1)
	if op.patience == workload.AtMost {
		got = w.waitSoLong(op, child, pid)
	} else {
		got = w.wait4(pid, 0)
	}
	if got == 0 {
		w.resume(r, int64(child))
		r.token |= joinGivenUp
		w.acc = 0
		return
	}
	if got < 0 {
		w.resume(r, -1)
		w.acc = -1
		return
	}
	id := w.reaped(got)
	w.resume(r, int64(id))
	w.learned(op, id)
}

// wait4 returns the pid of a child that has ended, 0 if there is none yet, or -1 if
// there is none at all.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) wait4(pid, options int) int {
	for {
		got, _, errno := syscall.RawSyscall6(unix.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(&w.status)), uintptr(options), 0, 0, 0)
		switch errno {
		case 0:
			return int(got)
		case unix.EINTR:
		default:
			return -1
		}
	}
}

// reaped notes that a child was asked for, and returns which.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) reaped(pid int) int {
	for id := range MaxWorkers {
		if int(*w.roll(id, rPid)) == pid && int(*w.roll(id, rMain)) == id {
			*w.roll(id, rReaped), *w.roll(id, rJoined) = 1, 1
			return id
		}
	}
	return -1
}

// learned leaves the exit status of a task.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) learned(op *workerOp, id int) {
	w.acc = int64(*w.roll(id, rStatus))
	if op.patience != workload.Patient {
		w.acc = 1
	}
}

// join waits for the end of a task.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) join(op *workerOp) {
	id := w.find(int(op.value)-1, false)
	if id < 0 {
		w.hadNone(-1)
		return
	}
	if w.isChild(id) {
		w.waitPid(op, id, markJoin, markJoined)
		return
	}
	ended := w.word(w.rolls + id*rollWords + rEnded)
	w.until = 0
	switch {
	case atomic.LoadUint32(ended) == 1:
		w.mark(markJoined, w.look(), int64(id))
	case op.patience == workload.NotAtAll:
		w.hadNone(0)
		return
	default:
		if op.patience == workload.AtMost {
			w.until = w.look() + op.dur
		}
		r := w.block(markJoin)
		r.token = uint64(id + 1)
		for atomic.LoadUint32(ended) == 0 && (w.until == 0 || nanotime() < w.until) {
			w.wait(ended, 0)
		}
		came := atomic.LoadUint32(ended) == 1
		w.resume(r, int64(id))
		if !came {
			r.token |= joinGivenUp
			w.acc = 0
			return
		}
	}
	*w.roll(id, rJoined) = 1
	w.learned(op, id)
}

// joinGivenUp in the token of a join says that it waited as long as it does.
const joinGivenUp = 1 << 32

// waitSoLong is wait4 for as long as the operation waits, for one child or any: the
// kernel tells of their ends by descriptors. It returns 0 if it gave up.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) waitSoLong(op *workerOp, child, pid int) (got int) {
	w.until = w.last + op.dur
	n := 0
	for id := range MaxWorkers {
		if child >= 0 && id != child || !w.isChild(id) {
			continue
		}
		fd, _, errno := syscall.RawSyscall6(unix.SYS_PIDFD_OPEN, uintptr(*w.roll(id, rPid)), 0, 0, 0, 0, 0)
		if errno == 0 {
			w.polled[n] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
			n++
		}
	}
	for {
		if got = w.wait4(pid, unix.WNOHANG); got != 0 || nanotime() >= w.until {
			break
		}
		w.pollAll(n)
	}
	for i := range n {
		syscall.RawSyscall6(unix.SYS_CLOSE, uintptr(w.polled[i].Fd), 0, 0, 0, 0, 0)
	}
	return got
}

//go:build amd64 || arm64

package host

import (
	"slices"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// What somebody does to a run is done by the program itself: it sends the signal, and
// writes down for who is ended that he is, as workers do for each other.

// due returns what is to be done next to a run and in how long; ok is false if nothing
// is any more.
func (c *crew) due(zero int64) (iv workload.Intervention, in time.Duration, ok bool) {
	for len(c.acts) > 0 && c.acts[0].Kind != workload.Kill {
		c.acts = c.acts[1:]
	}
	if len(c.acts) == 0 {
		return iv, 0, false
	}
	return c.acts[0], time.Duration(zero + int64(c.acts[0].At) - nanotime()), true
}

// act does that.
func (c *crew) act(iv workload.Intervention) {
	c.acts = c.acts[1:]
	first := len(c.p.w.Tasks)
	for id := range first + c.made() {
		if c.roll(id, rName) != int64(c.layout.names[iv.Task])+1 || c.roll(id, rEnded) != 0 || c.roll(id, rPid) == 0 {
			continue
		}
		main := c.roll(id, rMain)
		t := nanotime()
		for thread := range first + c.made() {
			if c.roll(thread, rMain) == main && c.roll(thread, rEnded) == 0 && c.roll(thread, rFate) == 0 && !c.over(thread) {
				c.writeRoll(thread, rFateAt, t)
				c.writeRoll(thread, rFate, int64(unix.SIGKILL))
				c.writeRoll(thread, rStatus, -int64(unix.SIGKILL))
			}
		}
		_ = unix.Kill(int(c.roll(id, rPid)), unix.SIGKILL) // it may have ended just now
		for thread := range first + c.made() {
			if c.roll(thread, rMain) == main {
				c.letKnow(thread)
			}
		}
		return
	}
}

// over reports whether a task of the workload has told of its own end.
func (c *crew) over(id int) bool { return id < len(c.members) && c.members[id].mem.load(hEnded) > 0 }

func (c *crew) writeRoll(task, field int, v int64) {
	c.shared.store(c.layout.rolls+task*rollWords+field, v)
}

// letKnow lets those go on who wait for the end of a task.
func (c *crew) letKnow(task int) {
	p := (*uint32)(unsafe.Pointer(&c.shared.words[c.layout.rolls+task*rollWords+rEnded]))
	atomic.StoreUint32(p, 1)
	_, _, _ = syscall.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(p)), futexWake, 1<<31-1, 0, 0, 0)
}

// ready takes over what is to be done to a run.
func (c *crew) readyActs() { c.acts = slices.Clone(c.p.w.Interventions) }

//go:build amd64 || arm64

package host

import (
	"sync/atomic"
	"unsafe"
)

// gapThreshold is the smallest leap of the clock worth asking the kernel about.
// Two readings are 25 ns apart; no switch away and back is as short as this,
// while a tick of the timer is often longer, so the kernel has the last word.
const gapThreshold = 3_000

// note writes a record and returns it. A record with to == 0 is
// unfinished: should the worker die now, this is what it was doing.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) note(kind markKind, from, to, voluntary, involuntary, arg int64) *record {
	n := w.count
	if n >= w.room {
		w.dropped++
		atomic.StoreUint64(w.droppedOut, uint64(w.dropped))
		return w.at(w.room - 1)
	}
	*w.at(n) = record{from, to, uint64(kind) | uint64(w.pc)<<8, uint64(voluntary)<<32 | uint64(uint32(involuntary)), 0, arg, 0}
	w.count = n + 1
	atomic.StoreUint64(w.countOut, uint64(n+1)) // last: up to here everything is whole
	return w.at(n)
}

// at is the record with a number, without the check for bounds: what reports
// that these are broken doesn't fit on the stack.
//
//go:nosplit
//go:norace
func (w *worker) at(n int) *record {
	return (*record)(unsafe.Add(unsafe.Pointer(w.records), n*recWords*8))
}

// mark notes something that takes no time.
//
//go:nosplit
//go:norace
func (w *worker) mark(kind markKind, t, arg int64) { w.note(kind, t, t, 0, 0, arg) }

// settle returns an instant and how many switches there were until then: exactly
// as many, for if the clock leaps while the kernel is asked, it is asked again.
// It is called as w.ask: the linker grants a chain of nosplit calls 800 bytes of
// stack, too few for a build without optimisation, but follows no such call. A
// worker makes its stack larger than that beforehand.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) settle() (t, voluntary, involuntary int64) {
	for {
		t = nanotime()
		v, i := w.switches()
		voluntary, involuntary = voluntary+v, involuntary+i
		if now := nanotime(); now-t <= gapThreshold {
			return now, voluntary, involuntary
		}
	}
}

// look reads the clock. If it leapt since the last look and the kernel says that
// the thread was switched away meanwhile, that is a gap.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) look() int64 {
	t := nanotime()
	if t-w.last > gapThreshold {
		w.gap(t)
	} else {
		w.last = t
	}
	atomic.StoreUint64(w.heartbeat, uint64(w.last))
	return w.last
}

// gap asks the kernel about a leap of the clock to t, notes the gap if it was one,
// and reports whether it was.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) gap(t int64) bool {
	now, v, i := w.ask(w)
	if v|i != 0 {
		if now-t > gapThreshold { // more than asking the kernel takes
			t = now
		}
		w.note(markGap, w.last, t, v, i, 0)
	}
	w.last = now
	return v|i != 0
}

// burn computes for so much CPU time. The clock says how much it was, and where
// that may differ from the kernel's account, after a switch and at the end, the
// kernel does.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) burn(ns int64) {
	if ns == 0 {
		return
	}
	began := w.threadCPU()
	w.look()
	w.listen()
	var used int64
	for used < ns {
		if atomic.LoadUint64(w.heard) != w.counted {
			w.listen()
			ns += w.interrupted()
		}
		t := nanotime()
		d := t - w.last
		if d <= gapThreshold {
			used += d
			w.last = t
		} else if w.gap(t) {
			used = w.threadCPU() - began
			if t = nanotime(); t-w.last <= gapThreshold {
				w.last = t
			} // else it was switched away again, which the next turn sees
		} else {
			w.stolen += d
			used += w.last - t + d
		}
		if used >= ns { // the kernel may not have charged for an interrupt
			used = w.threadCPU() - began
		}
		atomic.StoreUint64(w.heartbeat, uint64(w.last))
	}
}

// block begins something the thread may be switched away in of its own will.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) block(kind markKind) *record {
	for {
		w.look()
		w.runDelay()
		if t := nanotime(); t-w.last <= gapThreshold { // else it was switched away before it began
			return w.note(kind, t, 0, 0, 0, 0)
		}
	}
}

// resume ends what block began.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) resume(r *record, arg int64) {
	t := nanotime()
	r.delay = w.runDelay()
	now, v, i := w.ask(w)
	if now-t > 2*gapThreshold { // switched away once more: that belongs to the same record
		t = now
	}
	w.last = now
	r.switches = uint64(v)<<32 | uint64(uint32(i))
	r.arg = arg
	atomic.StoreInt64(&r.to, t)
}

package sim_test

import (
	"math/bits"
	"slices"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// What follows are two simulations written by hand: for one policy and one
// workload each, with nothing that can be turned on or off, all in one loop,
// recording 16 bytes an event. Nobody would want to write every policy that way,
// but it is what the kernel's speed has to be compared with.

// fusedLog is the log of such a loop.
type fusedLog struct {
	chunks     []*fusedChunk
	last       *fusedChunk
	n          int
	dispatches int
}

type fusedChunk struct {
	time [1 << 15]int64
	task [1 << 15]uint32
	what [1 << 15]uint32
}

const (
	fusedDispatch = iota + 1
	fusedExpire
	fusedPreempt
	fusedBlock
	fusedWake
)

func (l *fusedLog) add(time int64, task, kind, cpu uint32) {
	i := l.n & (1<<15 - 1)
	if i == 0 {
		l.last = new(fusedChunk)
		l.chunks = append(l.chunks, l.last)
	}
	c := l.last
	c.time[i], c.task[i], c.what[i] = time, task, kind<<16|cpu
	l.n++
}

// fused is such a loop.
type fused interface {
	run(dispatches int)
	log() *fusedLog
}

// fusedTurn returns a measurement of one.
func fusedTurn(f fused) func() float64 {
	const turn = 1 << 19
	return func() float64 {
		if f.log().n > 24*turn {
			*f.log() = fusedLog{}
		}
		return float64(spent(func() { f.run(turn) })) / turn
	}
}

// fusedTimers is the earliest of a few instants.
type fusedTimers struct {
	leaves int
	node   []uint32
	at     []uint64
}

func newFusedTimers(slots int) fusedTimers {
	t := fusedTimers{leaves: 1 << bits.Len(uint(slots-1))}
	t.node, t.at = make([]uint32, 2*t.leaves), make([]uint64, t.leaves)
	for i := range t.at {
		t.at[i] = never
		t.node[t.leaves+i] = uint32(i)
	}
	for i := t.leaves - 1; i > 0; i-- {
		t.node[i] = t.node[2*i]
	}
	return t
}

const never = ^uint64(0)

func (t *fusedTimers) set(slot uint32, at uint64) {
	t.at[slot] = at
	winner := uint64(slot)
	for i := t.leaves + int(slot); i > 1; {
		other := uint64(t.node[i^1])
		_, borrow := bits.Sub64(other, winner, 0)
		_, borrow = bits.Sub64(t.at[other], at, borrow)
		at ^= (at ^ t.at[other]) & -borrow
		winner ^= (winner ^ other) & -borrow
		i >>= 1
		t.node[i] = uint32(winner)
	}
}

// fusedRR is round robin: endless tasks, one CPU, a millisecond each. Its one
// event at a time comes from timers, so that it is a simulation still.
type fusedRR struct {
	fusedLog
	timers fusedTimers
	ring   []uint32
	head   uint32
	tail   uint32
	left   []int64
	ran    []int64
	task   uint32
	began  int64
}

func newFusedRR(n int) *fusedRR {
	f := &fusedRR{timers: newFusedTimers(4), ring: make([]uint32, 1<<bits.Len(uint(n))), left: make([]int64, n), ran: make([]int64, n)}
	for i := range n {
		f.left[i] = 1 << 62
		f.ring[i] = uint32(i)
	}
	f.tail = uint32(n)
	f.dispatch(0)
	return f
}

func (f *fusedRR) log() *fusedLog { return &f.fusedLog }

func (f *fusedRR) dispatch(now int64) {
	f.task = f.ring[f.head&uint32(len(f.ring)-1)]
	f.head++
	f.began = now
	f.add(now, f.task, fusedDispatch, 0)
	f.timers.set(0, uint64(now+min(ms, f.left[f.task])))
	f.dispatches++
}

func (f *fusedRR) run(dispatches int) {
	for until := f.dispatches + dispatches; f.dispatches < until; {
		now := int64(f.timers.at[f.timers.node[1]])
		f.left[f.task] -= now - f.began
		f.ran[f.task] += now - f.began
		f.add(now, f.task, fusedExpire, 0)
		f.ring[f.tail&uint32(len(f.ring)-1)] = f.task
		f.tail++
		f.dispatch(now)
	}
}

// bareRR is what is left of round robin if there is nothing to simulate: a ring,
// a clock and the log.
type bareRR struct {
	fusedLog
	ring []uint32
	head uint32
	tail uint32
	now  int64
}

func newBareRR(n int) *bareRR {
	f := &bareRR{ring: make([]uint32, 1<<bits.Len(uint(n))), tail: uint32(n)}
	for i := range n {
		f.ring[i] = uint32(i)
	}
	return f
}

func (f *bareRR) log() *fusedLog { return &f.fusedLog }

func (f *bareRR) run(dispatches int) {
	for range dispatches {
		task := f.ring[f.head&uint32(len(f.ring)-1)]
		f.head++
		f.add(f.now, task, fusedDispatch, 0)
		f.now += ms
		f.add(f.now, task, fusedExpire, 0)
		f.ring[f.tail&uint32(len(f.ring)-1)] = task
		f.tail++
	}
	f.dispatches += dispatches
}

// fusedMLFQ is "mlfq quanta=1,2,4" with the tasks of computing.
type fusedMLFQ struct {
	fusedLog
	cpus   []fusedCPU
	idle   uint32
	timers fusedTimers // of CPUs, then of tasks
	tasks  []fusedTask
	level  [3][]uint32 // by place
	some   uint32
	place  [3]int64
	seq    uint64
	due    []uint32
	ends   []uint32
}

type fusedCPU struct {
	task  uint32
	began int64
	quits int64 // when its slice ends
}

type fusedTask struct {
	place   int64
	seq     uint64
	left    int64 // of its burst
	slice   int64 // left of its quantum
	ran     int64
	compute int64
	level   uint8
	second  bool // it is at its second burst
}

func newFusedMLFQ(n, cpus int) *fusedMLFQ {
	f := &fusedMLFQ{cpus: make([]fusedCPU, cpus), idle: 1<<cpus - 1, timers: newFusedTimers(cpus + n), tasks: make([]fusedTask, n)}
	for i := range f.tasks {
		d := int64(i*7919%13+1) * ms
		f.tasks[i] = fusedTask{compute: d, left: d, slice: ms}
		f.enqueue(uint32(i), true)
	}
	f.dispatch(0)
	return f
}

func (f *fusedMLFQ) log() *fusedLog { return &f.fusedLog }

// used moves a task down that has used up its quantum.
func (f *fusedMLFQ) used(t *fusedTask) bool {
	if t.slice > 0 {
		return false
	}
	t.level = min(t.level+1, 2)
	t.slice = ms << t.level
	return true
}

func (f *fusedMLFQ) enqueue(id uint32, last bool) {
	t := &f.tasks[id]
	if f.used(t) || last {
		f.place[t.level]++
		t.place = f.place[t.level]
	}
	q := f.level[t.level]
	i := len(q)
	for i > 0 && f.tasks[q[i-1]].place > t.place {
		i--
	}
	f.level[t.level] = slices.Insert(q, i, id)
	f.some |= 1 << t.level
}

// leave takes the task off a CPU.
func (f *fusedMLFQ) leave(c uint32, now int64) *fusedTask {
	cp := &f.cpus[c]
	t := &f.tasks[cp.task]
	ran := now - cp.began
	t.left -= ran
	t.ran += ran
	t.slice -= ran
	f.idle |= 1 << c
	return t
}

func (f *fusedMLFQ) dispatch(now int64) {
	for f.some != 0 {
		level := bits.TrailingZeros32(f.some)
		first := f.level[level][0]
		if f.idle == 0 {
			worst := -1
			for c := range f.cpus {
				if w := &f.tasks[first]; !f.before(w, &f.tasks[f.cpus[c].task]) {
					continue
				}
				if worst < 0 || f.before(&f.tasks[f.cpus[worst].task], &f.tasks[f.cpus[c].task]) {
					worst = c
				}
			}
			if worst < 0 {
				return
			}
			c, id := uint32(worst), f.cpus[worst].task
			f.leave(c, now)
			f.timers.set(c, never)
			f.add(now, id, fusedPreempt, c)
			f.enqueue(id, false)
			continue
		}
		c := uint32(bits.TrailingZeros32(f.idle))
		q := f.level[level]
		if f.level[level] = q[1:]; len(q) == 1 {
			f.some &^= 1 << level
		}
		t := &f.tasks[first]
		f.cpus[c] = fusedCPU{first, now, now + t.slice}
		f.idle &^= 1 << c
		f.add(now, first, fusedDispatch, c)
		f.timers.set(c, uint64(now+min(t.slice, t.left)))
		f.dispatches++
	}
}

func (f *fusedMLFQ) before(a, b *fusedTask) bool {
	return a.level < b.level || a.level == b.level && a.place < b.place
}

func (f *fusedMLFQ) run(dispatches int) {
	for until := f.dispatches + dispatches; f.dispatches < until; {
		now := int64(f.timers.at[f.timers.node[1]])
		f.due, f.ends = f.due[:0], f.ends[:0]
		for {
			slot := f.timers.node[1]
			if int64(f.timers.at[slot]) > now || f.timers.at[slot] == never {
				break
			}
			f.timers.set(slot, never)
			if slot >= uint32(len(f.cpus)) {
				f.due = append(f.due, slot-uint32(len(f.cpus)))
				continue
			}
			cp := &f.cpus[slot]
			id := cp.task
			t := &f.tasks[id]
			if now-cp.began < t.left {
				f.ends = append(f.ends, slot)
				continue
			}
			f.leave(slot, now)
			f.used(t)
			f.add(now, id, fusedBlock, slot)
			f.seq++
			t.seq = f.seq
			wait := 5 * t.compute
			if t.second {
				wait = 7 * ms
			}
			f.timers.set(uint32(len(f.cpus))+id, uint64(now+wait))
		}
		if len(f.due) > 1 {
			slices.SortFunc(f.due, func(a, b uint32) int { return int(f.tasks[a].seq) - int(f.tasks[b].seq) })
		}
		for _, id := range f.due {
			t := &f.tasks[id]
			t.second = !t.second
			t.left = t.compute
			if t.second {
				t.left = 3 * ms
			}
			f.add(now, id, fusedWake, 0)
			f.enqueue(id, true)
		}
		for _, c := range f.ends {
			id := f.cpus[c].task
			f.leave(c, now)
			f.add(now, id, fusedExpire, c)
			f.enqueue(id, true)
		}
		f.dispatch(now)
	}
}

// TestFusedIsTheSame proves that what the kernel's speed is compared with does
// the same: the same tasks at the same instants on the same CPUs.
func TestFusedIsTheSame(t *testing.T) {
	for _, x := range []struct {
		policy string
		fused  fused
		m      *sim.Machine
	}{
		{"rr", newFusedRR(10), machine(t, endless(1, 10), choose(t, "rr quantum=1"))},
		{"mlfq", newFusedMLFQ(100, 4), machine(t, computing(4, 100), choose(t, "mlfq quanta=1,2,4"))},
		{"mlfq", newFusedMLFQ(7, 4), machine(t, computing(4, 7), choose(t, "mlfq quanta=1,2,4"))},
	} {
		const n = 30_000
		x.fused.run(n)
		if err := x.m.Run(sim.Never-1, 10*n); err != nil {
			t.Fatal(err)
		}
		kinds := map[trace.Kind]uint32{trace.Dispatch: fusedDispatch, trace.Expire: fusedExpire, trace.Preempt: fusedPreempt, trace.BlockIO: fusedBlock, trace.WakeIO: fusedWake}
		i := 0
		for k, e := range x.m.Recording().Events(0) {
			kind := kinds[e.Kind]
			if kind == 0 {
				continue
			}
			if i == x.fused.log().n {
				break
			}
			c := x.fused.log().chunks[i>>15]
			at := i & (1<<15 - 1)
			if c.time[at] != int64(e.Time) || c.task[at] != uint32(e.Task) || c.what[at] != kind<<16|uint32(e.CPU) {
				t.Fatalf("%s: event %d is %+v, by hand it is %x of %d at %d", x.policy, k, e, c.what[at], c.task[at], c.time[at])
			}
			i++
		}
		if i < n {
			t.Errorf("%s: %d events compared", x.policy, i)
		}
	}
}

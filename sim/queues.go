package sim

import (
	"sort"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// queue is what is in a queue, the next to be taken at the front.
type queue struct {
	items ring
	ranks ring // of a priority queue: the priority of each of items
	order workload.QueueOrder
	open  int // values put that nobody has said to have dealt with
}

// full reports whether a queue has no room.
func (r *resource) full() bool { return r.capacity > 0 && r.items.n == r.capacity }

// take lets a value in, where the order and the operation that puts it say.
func (q *queue) take(value int64, op *workload.Op) {
	q.open++
	switch {
	case q.order == workload.ByPriority:
		at := sort.Search(q.ranks.n, func(i int) bool { return *q.ranks.at(i) > op.Priority })
		q.items.insert(at, value)
		q.ranks.insert(at, op.Priority)
	case q.order == workload.LIFO || op.Manner&workload.FarEnd != 0:
		q.items.pushFront(value)
	default:
		q.items.push(value)
	}
}

// give takes the next value out, or the last if the operation says so.
func (q *queue) give(op *workload.Op) int64 {
	if op.Manner&workload.FarEnd != 0 {
		return q.items.popBack()
	}
	if q.order == workload.ByPriority {
		q.ranks.pop()
	}
	return q.items.pop()
}

// put lets a task put a value into a queue, or wait for room; it reports whether
// the task runs on.
func (m *Machine) put(c int, id TaskID, op *workload.Op) bool {
	r := &m.res[op.Res]
	if r.manager > 0 {
		return m.remote(c, id, op)
	}
	if r.full() {
		return m.wait(c, id, trace.BlockPut, op)
	}
	m.putNow(c, id, op)
	// Only into an empty queue: who waits for a value has it now.
	if to := m.firstFor(r, trace.ForValue); to != NoTask {
		m.delist(r, to)
		waiting, _ := m.cold[to].cursor.Op()
		m.getNow(0, to, waiting)
		m.wake(to, trace.WakeGet, op.Res, int64(id))
	}
	if len(m.coWaits) > 0 {
		m.stir(op.Res, id)
	}
	return true
}

// get lets a task take a value from a queue, or wait for one; it reports whether
// the task runs on.
func (m *Machine) get(c int, id TaskID, op *workload.Op) bool {
	r := &m.res[op.Res]
	if r.manager > 0 {
		return m.remote(c, id, op)
	}
	if r.items.n == 0 {
		return m.wait(c, id, trace.BlockGet, op)
	}
	m.getNow(c, id, op)
	// Only from a full queue: who waits for room has it now.
	if to := m.firstFor(r, trace.ForRoom); to != NoTask {
		m.delist(r, to)
		waiting, _ := m.cold[to].cursor.Op()
		m.putNow(0, to, waiting)
		m.wake(to, trace.WakePut, op.Res, int64(id))
	}
	if len(m.coWaits) > 0 {
		m.stir(op.Res, id)
	}
	return true
}

// putNow puts what a task's operation says into a queue that has room.
func (m *Machine) putNow(c int, id TaskID, op *workload.Op) {
	value := op.Value
	if op.Manner&workload.OfAcc != 0 {
		value = m.cold[id].acc
	}
	m.res[op.Res].take(value, op)
	m.rec.AppendArg(m.now, trace.Put, id, c, op.Res, value)
	m.got(id)
}

// getNow takes what a task's operation asks for from a queue that has it. The
// task has it in its accumulator, unless it would have done without: then it has
// there that it got it.
func (m *Machine) getNow(c int, id TaskID, op *workload.Op) {
	value := m.res[op.Res].give(op)
	m.rec.AppendArg(m.now, trace.Get, id, c, op.Res, value)
	if op.Patience != workload.Patient && op.Manner&workload.Raises == 0 {
		m.got(id)
		return
	}
	m.waitsNoMore(id)
	m.result(id, value)
	m.advance(id)
}

// taskDone notes that a task has dealt with a value from a queue, and wakes those
// who wait for the last of them to be.
func (m *Machine) taskDone(c int, id TaskID, op *workload.Op) {
	r := &m.res[op.Res]
	if r.open == 0 {
		m.raise(id, 1) // as Python does with a task_done too many
		return
	}
	r.open--
	m.rec.Append(m.now, trace.TaskDone, id, c, op.Res)
	m.advance(id)
	for r.open == 0 {
		to := m.firstFor(r, trace.ForDone)
		if to == NoTask {
			return
		}
		m.delist(r, to)
		m.rec.AppendArg(m.now, trace.WakeDone, to, 0, op.Res, int64(id))
		m.got(to)
		m.ready(to, Woken)
	}
}

// joinQueue lets a task wait until all that was put into a queue is dealt with;
// it reports whether the task runs on.
func (m *Machine) joinQueue(c int, id TaskID, op *workload.Op) bool {
	if m.res[op.Res].open > 0 {
		return m.wait(c, id, trace.BlockDone, op)
	}
	m.rec.Append(m.now, trace.AllDone, id, c, op.Res)
	m.got(id)
	return true
}

// firstFor returns the first who waits for a resource for a cause, NoTask if
// nobody does.
func (m *Machine) firstFor(r *resource, cause trace.Cause) TaskID {
	for id := r.head; id != NoTask; id = m.hot[id].next {
		if m.hot[id].cause == cause {
			return id
		}
	}
	return NoTask
}

// raise lets a task end with an exit code when it runs next, as a program does
// that nobody has told what to do in such a case.
func (m *Machine) raise(id TaskID, code int64) {
	r := &m.cold[id]
	r.failed = code
	r.cursor.ToEnd()
	m.rec.AppendJump(m.now, id, r.cursor.PC)
	m.hot[id].left = 0
}

// ring is the contents of a queue; it grows to what is really used.
type ring struct {
	slot []int64 // length 0 or a power of two
	head int
	n    int
}

func (r *ring) push(v int64) {
	if r.n == len(r.slot) {
		bigger := make([]int64, max(4, 2*r.n))
		for i := range r.n {
			bigger[i] = r.slot[(r.head+i)&(len(r.slot)-1)]
		}
		r.slot, r.head = bigger, 0
	}
	r.slot[(r.head+r.n)&(len(r.slot)-1)] = v
	r.n++
}

func (r *ring) pop() int64 {
	v := r.slot[r.head]
	r.head = (r.head + 1) & (len(r.slot) - 1)
	r.n--
	return v
}

// at returns a place, counted from the front.
func (r *ring) at(i int) *int64 { return &r.slot[(r.head+i)&(len(r.slot)-1)] }

func (r *ring) pushFront(v int64) {
	r.push(v) // makes room
	r.head = (r.head - 1) & (len(r.slot) - 1)
	*r.at(0) = v
}

func (r *ring) popBack() int64 {
	r.n--
	return *r.at(r.n)
}

// insert puts a value before another, or at the end.
func (r *ring) insert(at int, v int64) {
	r.push(v)
	for i := r.n - 1; i > at; i-- {
		*r.at(i) = *r.at(i - 1)
	}
	*r.at(at) = v
}

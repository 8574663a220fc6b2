package policy

import "timeslice/sim"

// fifo is a queue of tasks in order of arrival: a ring whose length is a power
// of two.
type fifo struct {
	slot       []sim.TaskID
	head, tail uint32
}

// newFIFO returns a queue with room for every task; the zero fifo grows to what
// is used.
func newFIFO(v *sim.View) fifo {
	size := 1
	for size < v.Tasks() {
		size <<= 1
	}
	return fifo{slot: make([]sim.TaskID, size)}
}

func (q *fifo) mask() uint32 { return uint32(len(q.slot)) - 1 }

func (q *fifo) len() int { return int(q.tail - q.head) }

func (q *fifo) at(i uint32) *sim.TaskID { return &q.slot[(q.head+i)&q.mask()] }

func (q *fifo) push(task sim.TaskID) {
	if q.tail-q.head == uint32(len(q.slot)) {
		q.grow()
	}
	q.slot[q.tail&q.mask()] = task
	q.tail++
}

func (q *fifo) pushHead(task sim.TaskID) {
	if q.tail-q.head == uint32(len(q.slot)) {
		q.grow()
	}
	q.head--
	q.slot[q.head&q.mask()] = task
}

func (q *fifo) grow() {
	bigger := make([]sim.TaskID, max(1, 2*len(q.slot)))
	n := uint32(q.len())
	for i := range n {
		bigger[i] = *q.at(i)
	}
	q.slot, q.head, q.tail = bigger, 0, n
}

// pop takes the first task that may run on the CPU.
func (q *fifo) pop(v *sim.View, cpu int) (sim.TaskID, bool) {
	if q.head == q.tail {
		return sim.NoTask, false
	}
	task := q.slot[q.head&q.mask()]
	if v.Bound() && !v.Allowed(task, cpu) {
		return q.popAllowed(v, cpu)
	}
	q.head++
	return task, true
}

// first returns the first task that may run on the CPU.
func (q *fifo) first(v *sim.View, cpu int) (sim.TaskID, bool) {
	for i := range uint32(q.len()) {
		if task := *q.at(i); v.Allowed(task, cpu) {
			return task, true
		}
	}
	return sim.NoTask, false
}

func (q *fifo) popAllowed(v *sim.View, cpu int) (sim.TaskID, bool) {
	for i := range uint32(q.len()) {
		if task := *q.at(i); v.Allowed(task, cpu) {
			q.removeAt(i)
			return task, true
		}
	}
	return sim.NoTask, false
}

func (q *fifo) remove(task sim.TaskID) bool {
	for i := range uint32(q.len()) {
		if *q.at(i) == task {
			q.removeAt(i)
			return true
		}
	}
	return false
}

func (q *fifo) removeAt(i uint32) {
	for ; i > 0; i-- {
		*q.at(i) = *q.at(i - 1)
	}
	q.head++
}

// explain lists the tasks that may run on the CPU, by their place in the queue.
func (q *fifo) explain(v *sim.View, cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleHead, Chosen: sim.NoTask}
	for i := range uint32(q.len()) {
		if task := *q.at(i); v.Allowed(task, cpu) {
			x.Candidates = append(x.Candidates, sim.Candidate{Task: task, Key: int64(i)})
		}
	}
	if len(x.Candidates) > 0 {
		x.Chosen = x.Candidates[0].Task
	}
	return x
}

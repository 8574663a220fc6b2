package trace

import (
	"slices"
	"sort"
)

// QueueOrder is in which order values come out of a queue.
type QueueOrder uint8

// The orders.
const (
	FIFO       QueueOrder = iota // as they went in
	LIFO                         // the last that went in comes out first
	ByPriority                   // the smallest priority first, equal ones as they went in
)

// String returns the order's stable code: "fifo", "lifo", "priority".
func (o QueueOrder) String() string {
	switch o {
	case FIFO:
		return "fifo"
	case LIFO:
		return "lifo"
	case ByPriority:
		return "priority"
	}
	return "unknown"
}

// contents is what is in a queue: list[gone:], the next to be taken first.
type contents struct {
	list  []int64
	ranks []int64 // of a priority queue: of each of list
	gone  int     // how many were taken from the front and are in list still
	open  int     // how many were put and are not dealt with
}

// put takes a value in, where the order and the operation that puts it say.
func (q *contents) put(order QueueOrder, value int64, op *Op) {
	q.open++
	switch {
	case order == ByPriority:
		ranks := q.ranks[q.gone:]
		at := q.gone + sort.Search(len(ranks), func(i int) bool { return ranks[i] > op.Priority })
		q.list, q.ranks = slices.Insert(q.list, at, value), slices.Insert(q.ranks, at, op.Priority)
	case order == FIFO && !op.Far:
		q.list = append(q.list, value)
	case q.gone > 0:
		q.gone--
		q.list[q.gone] = value
	default:
		q.list = slices.Insert(q.list, 0, value)
	}
}

// get takes the next value out, or the last.
func (q *contents) get(far bool) {
	switch {
	case q.gone == len(q.list):
		return
	case far:
		q.list = q.list[:len(q.list)-1]
	default:
		q.gone++
	}
	// Moving the rest to the front now and then costs little; each time it would
	// cost as much as there is.
	if q.gone > len(q.list)/2 {
		q.list = append(q.list[:0], q.list[q.gone:]...)
		if len(q.ranks) > 0 {
			q.ranks = append(q.ranks[:0], q.ranks[q.gone:]...)
		}
		q.gone = 0
	}
}

// copy makes q an independent copy of o, reusing q's memory.
func (q *contents) copy(o *contents) {
	q.list = append(q.list[:0], o.list...)
	q.ranks = append(q.ranks[:0], o.ranks...)
	q.gone, q.open = o.gone, o.open
}

// size returns how many bytes a queue takes in a checkpoint.
func (q *contents) size() int { return 64 + 8*len(q.list) + 8*len(q.ranks) }

// fill tells what is in a queue.
func (q *contents) fill(at *ResourceAt) {
	at.Items = append(at.Items[:0], q.list[q.gone:]...)
	at.Ranks = at.Ranks[:0]
	if len(q.ranks) > 0 {
		at.Ranks = append(at.Ranks, q.ranks[q.gone:]...)
	}
	at.Open = q.open
}

// opBefore returns the operation before a program counter of a program, the one
// that has just been done; a plain one if there is none.
func (h *Header) opBefore(program int, pc uint32) *Op {
	if ops := h.Programs[program].Ops; pc > 0 && int(pc) <= len(ops) {
		return &ops[pc-1]
	}
	return &plainOp
}

var plainOp Op

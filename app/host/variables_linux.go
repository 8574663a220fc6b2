//go:build amd64 || arm64

package host

import "timeslice/sim/workload"

// A variable's value is read and written within its futex, and the clock is read
// there too, so the order of the instants is the order of the values. That makes
// a load and a store one step each, as they are on any machine; what comes between
// them is anybody's.

// instruct does a load, add or store whose time is over.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) instruct(op *workerOp) {
	kind := markCounted
	switch {
	case op.code == workload.OpAdd:
		w.acc += op.value
	case op.cell == 0: // a load of a number
		w.acc = op.value
	case op.code == workload.OpLoad:
		kind = markLoaded
	default:
		kind = markStored
	}
	if kind == markCounted {
		w.mark(kind, w.look(), w.acc)
		return
	}
	futex, value := w.word(op.cell+vFutex), &w.shared[op.cell+vValue]
	w.enter(futex)
	t := w.look()
	if kind == markLoaded {
		w.acc = int64(*value)
	} else {
		*value = uint64(w.acc)
	}
	w.mark(kind, t, w.acc)
	w.leave(futex)
}

// operand returns the variable an operation names, or the accumulator.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) operand(op *workerOp) int64 {
	if op.cell == 0 {
		return w.acc
	}
	futex := w.word(op.cell + vFutex)
	w.enter(futex)
	value := int64(w.shared[op.cell+vValue])
	w.leave(futex)
	return value
}

// branch asks what an if asks.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) branch(op *workerOp) {
	a, b := w.operand(op), op.value
	switch op.compares {
	case workload.Equal:
		w.holds = a == b
	case workload.NotEqual:
		w.holds = a != b
	case workload.Less:
		w.holds = a < b
	case workload.LessEqual:
		w.holds = a <= b
	case workload.Greater:
		w.holds = a > b
	default:
		w.holds = a >= b
	}
	kind := markFalse
	if w.holds {
		kind = markTrue
	}
	w.mark(kind, w.look(), 0)
}

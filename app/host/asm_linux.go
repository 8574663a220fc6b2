//go:build amd64 || arm64

package host

import (
	"sync/atomic"

	"timeslice/sim/workload"
)

// An instruction of an assembly program is computing for as long as it takes, then one
// step on memory: the cells it touches are held meanwhile, so that no other
// instruction comes between its reading and its writing, as on one CPU none does.
// Between two instructions anybody may. What swaps does so by the processor's own
// atomic instructions.

// enterCells holds the cells of an instruction, the lower first.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) enterCells(a, b int, enter bool) {
	if a > b {
		a, b = b, a
	}
	for i, v := range [2]int{a, b} {
		if v == 0 || i == 1 && a == b {
			continue
		}
		if enter {
			w.enter(w.cells[v-1].futex())
		} else {
			w.leave(w.cells[v-1].futex())
		}
	}
}

// cellValue is what an operand is, a number if it names no variable.
//
//go:nosplit
//go:norace
func (w *worker) cellValue(variable int, number int64) int64 {
	if variable == 0 {
		return number
	}
	return int64(atomic.LoadUint64(&w.cells[variable-1][vValue]))
}

// assign puts a value into a variable or register and notes it.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) assign(variable int, value int64) {
	atomic.StoreUint64(&w.cells[variable-1][vValue], uint64(value))
	w.note(markAssigned, w.last, w.last, 0, 0, value).token = uint64(variable - 1)
}

// assemble does an instruction of an assembly program.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) assemble(op *workerOp) {
	w.burn(op.dur)
	flag := len(w.cells)
	w.look()
	switch op.verb {
	case workload.Yields:
		w.yield()
		return
	case workload.Halt:
		w.next = len(w.ops)
		return
	case workload.JumpIf:
		jumps := int64(0)
		if op.always || holds(op.compares, w.cellValue(flag, 0), 0) {
			jumps, w.next = 1, op.jump
		}
		w.mark(markComputed, w.look(), jumps)
		return
	}
	w.enterCells(op.from, op.to, true)
	w.look()
	from, to := w.cellValue(op.from, op.value), w.cellValue(op.to, op.priority)
	switch op.verb {
	case workload.Mov:
		w.assign(op.to, from)
	case workload.Add:
		w.assign(op.to, to+from)
	case workload.Sub:
		w.assign(op.to, to-from)
	case workload.Test:
		w.assign(flag, to-from)
	case workload.Xchg:
		to = int64(atomic.SwapUint64(&w.cells[op.to-1][vValue], uint64(from)))
		w.assign(op.to, from)
		w.assign(op.from, to)
	case workload.FetchAdd:
		to = int64(atomic.AddUint64(&w.cells[op.to-1][vValue], uint64(from))) - from
		w.assign(op.to, to+from)
		w.assign(op.from, to)
	}
	w.mark(markComputed, w.last, 0)
	w.enterCells(op.from, op.to, false)
}

// loadRegisters gives a task what its registers hold at first.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) loadRegisters() {
	for i := range registers {
		if v := int64(w.memory[hRegisters+i]); v != 0 {
			w.assign(len(w.cells)-registers+1+i, v)
		}
	}
}

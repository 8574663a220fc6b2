//go:build amd64 || arm64

package host

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// A variable's value is read and written within its futex, and the clock is read
// there too, so the order of the instants is the order of the values. That makes
// a load and a store one step each, as they are on any machine; what comes between
// them is anybody's.

// processCells makes the cells of a process: those that everybody shares lie in
// shared memory, the others in the process's own.
func processCells(shared []uint64, own *arena) []*cell {
	cells := make([]*cell, shared[sVariables])
	for i := range cells {
		v := shared[int(shared[sCells])+i*variableWords:]
		if workload.Scope(v[0]) == workload.ScopeShared {
			cells[i] = (*cell)(v[2:])
		} else {
			cells[i] = own.cell(v[1])
		}
	}
	return cells
}

// freshCell is what a variable is at first.
type freshCell struct {
	private bool
	value   uint64
}

// freshCells are those of all variables.
func freshCells(shared []uint64) []freshCell {
	cells := make([]freshCell, shared[sVariables])
	for i := range cells {
		v := shared[int(shared[sCells])+i*variableWords:]
		cells[i] = freshCell{workload.Scope(v[0]) != workload.ScopeShared, v[1]}
	}
	return cells
}

// threadCells are those of a process, but for a thread's own.
func threadCells(shared []uint64, of []*cell, own *arena) []*cell {
	cells := make([]*cell, len(of))
	for i := range cells {
		cells[i] = of[i]
		if v := shared[int(shared[sCells])+i*variableWords:]; workload.Scope(v[0]) == workload.ScopeThread {
			cells[i] = own.cell(v[1])
		}
	}
	return cells
}

// arena is a process's own memory for what its threads share, which a fork copies.
// It isn't the runtime's, whose race detector would otherwise follow atomic
// operations there, and can't for a thread that is outside the runtime.
type arena struct{ words []uint64 }

func newArena(words int) (*arena, error) {
	b, err := unix.Mmap(-1, 0, words*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("mmap: %w", err)
	}
	a := &arena{unsafe.Slice((*uint64)(unsafe.Pointer(&b[0])), words)}
	(&memory{words: a.words}).touch()
	return a, nil
}

// take takes words of it that nobody else has.
func (a *arena) take(words int) []uint64 {
	taken := a.words[:words:words]
	a.words = a.words[words:]
	return taken
}

// half takes half a word, as futexes are.
func (a *arena) half() *uint32 { return (*uint32)(unsafe.Pointer(&a.take(1)[0])) }

// cell takes one for a variable of a value.
func (a *arena) cell(value uint64) *cell {
	c := (*cell)(a.take(cellWords))
	c[vValue] = value
	return c
}

//go:nosplit
//go:norace
func (c *cell) futex() *uint32 { return (*uint32)(unsafe.Pointer(&c[vFutex])) }

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
	case op.variable == 0: // a load of a number
		w.acc = op.value
	case op.code == workload.OpLoad:
		kind = markLoaded
	default:
		kind = markStored
	}
	if kind == markCounted {
		w.told = w.acc
		w.mark(kind, w.look(), w.acc)
		return
	}
	c := w.cells[op.variable-1]
	w.enter(c.futex())
	t := w.look()
	if kind == markLoaded {
		w.acc = int64(c[vValue])
		w.told = w.acc
	} else {
		c[vValue] = uint64(w.acc)
	}
	w.mark(kind, t, w.acc)
	w.leave(c.futex())
}

// operand returns the variable an operation names, or the accumulator.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) operand(op *workerOp) int64 {
	if op.variable == 0 {
		return w.acc
	}
	return int64(atomic.LoadUint64(&w.cells[op.variable-1][vValue]))
}

// branch asks what an if asks.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) branch(op *workerOp) {
	is := holds(op.compares, w.operand(op), op.value)
	kind := markTrue
	if !is {
		kind = markFalse
		w.next = op.jump
	}
	w.mark(kind, w.look(), 0)
}

// holds reports whether two numbers compare so.
//
//go:noinline
//go:nosplit
//go:norace
func holds(compares workload.Cmp, a, b int64) bool {
	switch compares {
	case workload.Equal:
		return a == b
	case workload.NotEqual:
		return a != b
	case workload.Less:
		return a < b
	case workload.LessEqual:
		return a <= b
	case workload.Greater:
		return a > b
	}
	return a >= b
}

// atomic reads a variable and writes it in one step, by the processor's instruction
// for that; the cell's futex is for the order of the record.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) atomic(op *workerOp) {
	c := w.cells[op.variable-1]
	w.enter(c.futex())
	w.look()
	p, kind, number := (*uint64)(&c[vValue]), markAtomic, op.value
	switch op.code {
	case workload.OpExchange:
		number = w.acc
		w.acc = int64(atomic.SwapUint64(p, uint64(w.acc)))
	case workload.OpTestAndSet:
		number = 1
		w.acc = int64(atomic.SwapUint64(p, 1))
	case workload.OpFetchAdd:
		number = int64(atomic.AddUint64(p, uint64(op.value)))
		w.acc = number - op.value
	case workload.OpCompareAndSwap:
		number = w.cellValue(op.to, op.value)
		w.acc = 1
		if !atomic.CompareAndSwapUint64(p, uint64(w.cellValue(op.from, op.priority)), uint64(number)) {
			w.acc, kind = 0, markAtomicNo
		}
	}
	w.told = w.acc
	if kind == markAtomic {
		w.assign(op.variable, number)
	}
	w.mark(kind, w.last, w.acc)
	w.leave(c.futex())
}

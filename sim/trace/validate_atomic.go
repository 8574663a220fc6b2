package trace

import "fmt"

// assignment is a value that was stored, and what was there before.
type assignment struct {
	by  TaskID
	at  place
	was int64
}

// value returns what is stored in a place.
func (v *validator) value(at place) int64 {
	if value, stored := v.values[at]; stored {
		return value
	}
	return v.h.Variables[at.variable].Value
}

// operand returns what an operand is to a task.
func (v *validator) operand(o *Operand, id TaskID) int64 {
	if o.Variable < 0 {
		return o.Value
	}
	return v.value(v.place(o.Variable, id))
}

// atomic checks that an operation that reads a variable and writes it in one step
// found what is there, and left what it should. What it stored, if it did, is the
// last that was assigned; nothing came between.
func (v *validator) atomic(e Event, t *taskCheck) error {
	if t.pc >= len(v.ops(e.Task)) || v.ops(e.Task)[t.pc].To != e.Object || e.Object >= len(v.h.Variables) {
		return fmt.Errorf("it isn't at such an operation")
	}
	op, at := &v.ops(e.Task)[t.pc], v.place(e.Object, e.Task)
	was, is := v.value(at), v.value(at)
	if e.Kind == Atomic {
		if v.assigned.by != e.Task || v.assigned.at != at {
			return fmt.Errorf("it stored nothing")
		}
		was = v.assigned.was
	}
	v.assigned = assignment{by: NoTask}
	v.values[at] = was // what it compares with, or stores, may be there too
	defer func() { v.values[at] = is }()
	acc, stores := was, was
	switch op.Flow {
	case Exchanges:
		stores = t.acc
	case Sets:
		stores = 1
	case Fetches:
		stores = was + op.Number
	case Compares:
		if op.Old == nil || op.New == nil {
			return fmt.Errorf("it compares with nothing")
		}
		if acc = 0; was == v.operand(op.Old, e.Task) {
			acc, stores = 1, v.operand(op.New, e.Task)
		}
		if (acc == 1) != (e.Kind == Atomic) {
			return fmt.Errorf("it compares %d with %d", was, v.operand(op.Old, e.Task))
		}
	default:
		return fmt.Errorf("it isn't at such an operation")
	}
	if is != stores || e.Arg != acc || e.Kind == AtomicNo && op.Flow != Compares {
		return fmt.Errorf("it finds %d, stores %d and has %d", was, is, e.Arg)
	}
	t.acc = acc
	return nil
}

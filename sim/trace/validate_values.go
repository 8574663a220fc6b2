package trace

import "fmt"

// place is where a variable's value is kept: one for everybody, one for each
// process, or one for each task.
type place struct {
	variable, of int
}

func (v *validator) place(variable int, id TaskID) place {
	switch v.h.Variables[variable].Scope {
	case Shared:
		return place{variable, -1}
	case PerThread:
		return place{variable, int(id)}
	}
	return place{variable, v.h.Tasks[id].Process}
}

// instruction checks what a task does to its accumulator and to variables: what
// is loaded was stored last, what is stored is in the accumulator, and they take
// as long as the program says.
func (v *validator) instruction(e Event, t *taskCheck) error {
	if t.state != Running || t.cpu != e.CPU {
		return v.cannot(t)
	}
	v.charge(t)
	if e.Time > v.cpus[e.CPU].sliceEnd && v.exact {
		return fmt.Errorf("its slice ended at %d", v.cpus[e.CPU].sliceEnd)
	}
	if need := v.length(e.Task); v.exact && (t.done < need || v.over(t, e.Task)) {
		return fmt.Errorf("it computed for %d, not %d", t.done, need)
	}
	switch e.Kind {
	case Load, Store:
		if e.Object >= len(v.h.Variables) {
			return fmt.Errorf("there is no variable %d", e.Object)
		}
		at := v.place(e.Object, e.Task)
		if e.Kind == Load {
			if value := v.value(at); value != e.Arg {
				return fmt.Errorf("it loads %d from where %d is", e.Arg, value)
			}
			t.acc = e.Arg
			break
		}
		if t.acc != e.Arg && v.exact {
			return fmt.Errorf("it stores %d and has %d", e.Arg, t.acc)
		}
		v.values[at] = e.Arg
	case Atomic, AtomicNo:
		if err := v.atomic(e, t); err != nil {
			return err
		}
	case Acc, Added:
		if err := v.reckons(e, t); err != nil {
			return err
		}
		t.acc = e.Arg
	case Print:
		if e.Object >= len(v.h.Texts) {
			return fmt.Errorf("there is no text %d", e.Object)
		}
	case IfTrue:
		if ops := v.ops(e.Task); v.exact && t.pc < len(ops) && ops[t.pc].Spins != e.Object {
			return fmt.Errorf("it spins on variable %d", ops[t.pc].Spins-1)
		}
	case IfFalse:
		t.jumps = true
		return nil
	}
	return v.step(e, t)
}

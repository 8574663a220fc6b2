package trace

import "fmt"

// opens returns how many processes have ends of a pipe open.
func (r *resourceCheck) opens(end int64) (n int) {
	for _, ends := range r.ends {
		if ends&end != 0 {
			n++
		}
	}
	return n
}

// flows reports whether a task's read or write of a pipe, for which it waits or
// says it must, could do something now.
func (v *validator) flows(res int, id TaskID) bool {
	r, h := &v.res[res], &v.h.Resources[res]
	if v.op(id).Reads {
		return r.count > 0 || r.opens(WriteEnd) == 0
	}
	return r.count < int64(h.Capacity) || r.opens(ReadEnd) == 0
}

// pipe checks what happens to a pipe. Bytes are counted: what was written and
// not read is in it.
func (v *validator) pipe(e Event, t *taskCheck) error {
	r, h := &v.res[e.Object], &v.h.Resources[e.Object]
	if h.Kind != Pipe {
		return fmt.Errorf("it isn't a %v", Pipe)
	}
	switch e.Kind {
	case OpenEnd, CloseEnd, DropEnd:
		return v.pipeEnd(e, t, r)
	case WakeRoom, WakeBytes:
		if !v.exact { // it is woken to try again
			r.leave(e.Task)
			t.given = true
		}
		if t.state != Blocked || !t.given || t.res != e.Object || e.Arg < 0 || int(e.Arg) >= len(v.tasks) {
			return v.cannot(t)
		}
		t.state, t.res, t.given = Ready, -1, false
		return nil
	}
	cause := ForSpace
	if e.Kind == Read || e.Kind == EndOfFile {
		cause = ForBytes
	}
	first := v.firstFor(r, h, cause)
	switch {
	case t.state == Running && t.cpu == e.CPU:
		v.charge(t)
		if v.exact && (t.done > 0 || first != NoTask && e.Kind != BrokenPipe) {
			return fmt.Errorf("it is within another operation, or task %d was there first", int32(first))
		}
	case t.state == Blocked && t.cause == cause && t.res == e.Object && first == e.Task:
	default:
		return v.cannot(t)
	}
	op := v.op(e.Task)
	done := true
	switch e.Kind {
	case BrokenPipe:
		if r.opens(ReadEnd) > 0 || op.Reads {
			return fmt.Errorf("%d can read", r.opens(ReadEnd))
		}
		t.part, t.given = 0, t.state == Blocked
		t.jumps, t.broke = true, true
		r.leave(e.Task)
		return nil
	case EndOfFile:
		if r.count > 0 || r.opens(WriteEnd) > 0 || !op.Reads {
			return fmt.Errorf("it holds %d bytes and %d can write", r.count, r.opens(WriteEnd))
		}
	case Read:
		if e.Arg < 1 || e.Arg != min(r.count, op.Bytes) || !op.Reads {
			return fmt.Errorf("it holds %d bytes", r.count)
		}
		r.count -= e.Arg
	case WriteSome, Write:
		r.count += e.Arg
		t.part += e.Arg
		whole := t.part == op.Bytes
		done = e.Kind == Write
		if op.Reads || r.count > int64(h.Capacity) || t.part > op.Bytes || whole != done && !(done && e.Arg == 0) || v.exact && r.opens(ReadEnd) == 0 {
			return fmt.Errorf("it holds %d bytes then, and %d of %d are written", r.count, t.part, op.Bytes)
		}
	}
	if !done {
		return nil
	}
	t.part = 0
	t.given = t.state == Blocked
	r.leave(e.Task)
	return v.step(e, t)
}

// pipeEnd checks that ends of a pipe are opened or closed.
func (v *validator) pipeEnd(e Event, t *taskCheck, r *resourceCheck) error {
	process := v.process(e.Task)
	if r.ends == nil {
		r.ends = map[int]int64{}
	}
	has := r.ends[int(process)]
	switch e.Kind {
	case OpenEnd:
		if has&e.Arg != 0 || e.Arg&^(ReadEnd|WriteEnd) != 0 {
			return fmt.Errorf("it has %d open", has)
		}
		r.ends[int(process)] |= e.Arg
		return nil
	case DropEnd:
		if t.state != Terminated || has != e.Arg {
			return fmt.Errorf("it is %v and has %d open", t.state, has)
		}
		r.ends[int(process)] = 0
		return nil
	}
	if t.state != Running || t.cpu != e.CPU || has&e.Arg != e.Arg {
		return fmt.Errorf("it has %d open", has)
	}
	v.charge(t)
	r.ends[int(process)] &^= e.Arg
	return v.step(e, t)
}

// closedByDead checks that processes that have ended have no ends open.
func (v *validator) closedByDead(i int) error {
	for id := range v.tasks {
		if v.res[i].ends[id] != 0 && v.allEnded(TaskID(id)) {
			return fmt.Errorf("process %d has ended and has ends of pipe %d open", id, i)
		}
	}
	return nil
}

// idlePipe checks that nobody waits who could read or write.
func (v *validator) idlePipe(i int) error {
	for _, id := range v.res[i].line {
		if v.flows(i, id) && v.firstFor(&v.res[i], &v.h.Resources[i], v.tasks[id].cause) == id {
			return fmt.Errorf("task %d waits at pipe %d and need not", id, i)
		}
	}
	return nil
}

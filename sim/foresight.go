package sim

import "timeslice/sim/workload"

// program is what is known of a program before it runs, for [Oracle].
type program struct {
	of    *workload.Program
	total Time   // CPU time from its beginning to its end; Never if it has no end
	burst []Time // by operation it stands before: CPU time until it may block
	rest  []Time // the same if it has already computed: a lock or put may block then
}

func foresee(p *workload.Program) program {
	f := program{
		of:    p,
		total: total(p.Ops),
		burst: make([]Time, len(p.Ops)+1),
		rest:  make([]Time, len(p.Ops)+1),
	}
	for i := len(p.Ops) - 1; i >= 0; i-- {
		switch op := &p.Ops[i]; op.Code {
		case workload.OpCPU, workload.OpCopy, workload.OpPoll, workload.OpLoad, workload.OpAdd, workload.OpStore, workload.OpAsm,
			workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			f.rest[i] = addTimes(Time(op.Dur), f.rest[i+1])
			f.burst[i] = f.rest[i]
		case workload.OpUnlock, workload.OpCoroutine, workload.OpCoEnd, workload.OpRequest, workload.OpApply, workload.OpClosePool, workload.OpClose, workload.OpTaskDone, workload.OpRelease, workload.OpNotify, workload.OpSet, workload.OpClear, workload.OpOnceEnd,
			workload.OpPrint, workload.OpEndIf:
			f.rest[i] = f.rest[i+1]
			f.burst[i] = f.burst[i+1]
		case workload.OpHandle:
			f.rest[i], f.burst[i] = f.rest[op.Jump], f.burst[op.Jump]
		case workload.OpExec: // what comes then is of another program
			f.rest[i] = Time(op.Dur)
			f.burst[i] = f.rest[i]
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			next := i + 1
			if op.Jump > 0 {
				next = op.Jump
			}
			f.rest[i] = addTimes(Time(op.Dur), f.rest[next])
			f.burst[i] = f.rest[i]
		case workload.OpLock, workload.OpPut, workload.OpGet, workload.OpWrite, workload.OpRead, workload.OpSelect, workload.OpLoop, workload.OpCoAwait, workload.OpTakeJob, workload.OpResult, workload.OpJoinQueue, workload.OpLockRead, workload.OpAcquire, workload.OpAwait,
			workload.OpArrive, workload.OpOnce:
			f.burst[i] = f.burst[i+1]
		case workload.OpIf: // nobody knows: the longer of its parts
			f.rest[i] = max(f.rest[i+1], f.rest[op.Jump])
			f.burst[i] = max(f.burst[i+1], f.burst[op.Jump])
		case workload.OpWhile: // nobody knows: as if it made one turn at most
			f.rest[i] = addTimes(Time(op.Dur), max(f.rest[i+1], f.rest[op.Jump]))
			f.burst[i] = addTimes(Time(op.Dur), max(f.burst[i+1], f.burst[op.Jump]))
		case workload.OpWhileEnd:
			f.rest[i], f.burst[i] = f.rest[i+1], f.burst[i+1]
		case workload.OpElse:
			f.rest[i], f.burst[i] = f.rest[op.Jump], f.burst[op.Jump]
		case workload.OpRepeat:
			f.burst[i] = f.burst[i+1]
			if op.Value == 0 {
				f.burst[i] = f.burst[op.Jump]
			}
		}
	}
	return f
}

// total returns the CPU time operations take if nobody ends the task. Of the parts of
// an if it takes the longer.
func total(ops []workload.Op) Time {
	type frame struct {
		turns int64
		sum   Time
		ends  bool // with an exit
		dead  bool // nothing in it ever happens
		then  Time // of the part of an else: what the part before takes
		over  bool // and whether that ends with an exit
	}
	stack := []frame{{turns: 1}}
	for i := range ops {
		f := &stack[len(stack)-1]
		dead := f.dead || f.ends
		switch op := &ops[i]; op.Code {
		case workload.OpAsm:
			if op.Asm.Verb == workload.JumpIf {
				return Never // nobody knows
			}
			f.sum = addTimes(f.sum, Time(op.Dur))
		case workload.OpWhile:
			return Never // nobody knows
		case workload.OpIf:
			stack = append(stack, frame{turns: 1, dead: dead})
		case workload.OpElse:
			*f = frame{turns: 1, dead: f.dead, then: f.sum, over: f.ends}
		case workload.OpEndIf:
			part := *f
			stack = stack[:len(stack)-1]
			f = &stack[len(stack)-1]
			f.sum = addTimes(f.sum, max(part.sum, part.then))
			f.ends = f.ends || part.ends && part.over
		case workload.OpCPU, workload.OpCopy, workload.OpPoll, workload.OpLoad, workload.OpAdd, workload.OpStore,
			workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			if !dead {
				f.sum = addTimes(f.sum, Time(op.Dur))
			}
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			if !dead {
				f.sum = addTimes(f.sum, Time(op.Dur))
			}
			if op.Jump > 0 { // what only the child does
				stack = append(stack, frame{dead: true})
			}
		case workload.OpHandle: // whether that is ever done nobody knows
			stack = append(stack, frame{dead: true})
		case workload.OpForkEnd, workload.OpHandled:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case workload.OpExec:
			if !dead {
				f.sum = addTimes(f.sum, addTimes(Time(op.Dur), total(op.Kin.Child.Program.Ops)))
			}
			f.ends = f.ends || !f.dead
		case workload.OpExit, workload.OpExitThread:
			f.ends = f.ends || !f.dead
		case workload.OpRepeat:
			stack = append(stack, frame{turns: op.Value, dead: dead || op.Value == 0})
		case workload.OpEnd:
			loop := *f
			stack = stack[:len(stack)-1]
			f = &stack[len(stack)-1]
			switch {
			case loop.dead:
			case loop.ends:
				f.sum, f.ends = addTimes(f.sum, loop.sum), true
			case loop.turns < 0:
				return Never
			default:
				f.sum = addTimes(f.sum, timesTimes(loop.sum, loop.turns))
			}
		}
	}
	return stack[0].sum
}

// addTimes adds times that are not negative; beyond the end of time is Never.
func addTimes(a, b Time) Time {
	if a > Never-b {
		return Never
	}
	return a + b
}

func timesTimes(a Time, n int64) Time {
	if n > 0 && a > Never/Time(n) {
		return Never
	}
	return a * Time(n)
}

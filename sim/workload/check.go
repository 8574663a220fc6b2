package workload

import (
	"fmt"
	"maps"
)

// maxIdleTurns is how many turns of loops a program may make in which no time
// passes: enough for any honest use, little enough to wait for.
const maxIdleTurns = 1_000_000

// frame is a loop around the operation being checked, or a part of an if.
type frame struct {
	start int
	time  Time        // of one turn so far, at most, saturating
	least Time        // the same at least
	idle  int64       // turns of loops inside that take no time, in one turn
	acts  bool        // a turn takes time or may wait for somebody
	ends  bool        // the task has exited
	held  map[int]Pos // locks held when it began
	then  *frame      // of the other part of an if: what came before
	had   map[int]Pos // locks held at the end of then
}

// check walks a compiled program once, as if every loop had one turn, and
// refuses what can be seen to go wrong: locks taken twice, not held or not
// given back, loops in which time stands still, and runs that never end
// without saying forever.
func (c *compiler) check() {
	held, unsure := map[int]Pos{}, c.unsure()
	frames := []frame{{start: -1}}
	for i := range c.p.Ops {
		op, top := &c.p.Ops[i], &frames[len(frames)-1]
		switch op.Code {
		case OpCPU, OpIO, OpSleep, OpPoll, OpCopy, OpLoad, OpAdd, OpStore, OpExchange, OpTestAndSet, OpCompareAndSwap, OpFetchAdd:
			top.time, top.least = saturate(top.time, op.Dur, 1), saturate(top.least, op.Dur, 1)
			top.acts = top.acts || op.Dur > 0
		case OpYield, OpPut, OpGet, OpJoinQueue, OpWrite, OpRead, OpSelect, OpCoAwait, OpApply, OpTakeJob, OpResult, OpAcquire, OpWait, OpAwait, OpArrive:
			top.acts = true
			if !c.synchronising(i, held, unsure) {
				return
			}
		case OpJoin, OpWaitChild:
			top.acts = true
		case OpSpawn, OpThread, OpFork:
			top.time, top.least = saturate(top.time, op.Dur, 1), saturate(top.least, op.Dur, 1)
			top.acts = top.acts || op.Dur > 0
			if op.Code == OpFork && !c.nothingHeld(c.pos[i], held, "fork") {
				return
			}
			if op.Jump > 0 {
				frames = append(frames, frame{start: i})
			}
		case OpForkEnd:
			if !c.nothingHeld(c.pos[i], held, "the end of the child") {
				return
			}
			frames = frames[:len(frames)-1]
		case OpHandle: // it may come at any time, so what it does is on its own
			frames = append(frames, frame{start: i, held: held})
			held = map[int]Pos{}
		case OpHandled:
			if !c.nothingHeld(c.pos[i], held, "the end of the handler") {
				return
			}
			held = frames[len(frames)-1].held
			frames = frames[:len(frames)-1]
		case OpLock, OpLockRead, OpUnlock:
			if !unsure[op.Res] && !c.locking(i, held) {
				return
			}
		case OpOnce:
			if !c.beginsOnce(i, frames) {
				return
			}
			frames = append(frames, frame{start: i, held: maps.Clone(held)})
		case OpOnceEnd:
			inner := frames[len(frames)-1]
			frames = frames[:len(frames)-1]
			if held = c.onced(&inner, held, &frames[len(frames)-1]); held == nil {
				return
			}
		case OpExit, OpExitThread, OpExec:
			if !c.nothingHeld(c.pos[i], held, map[OpCode]string{OpExit: "exit", OpExitThread: "exit_thread", OpExec: "exec"}[op.Code]) {
				return
			}
			top.time, top.least = saturate(top.time, op.Dur, 1), saturate(top.least, op.Dur, 1)
			top.ends = true
		case OpRepeat, OpIf, OpWhile:
			frames = append(frames, frame{start: i, held: maps.Clone(held)})
		case OpElse:
			then := *top
			*top = frame{start: then.start, held: then.held, then: &then, had: held}
			held = maps.Clone(then.held)
		case OpEndIf:
			inner := frames[len(frames)-1]
			frames = frames[:len(frames)-1]
			if held = c.joined(&inner, held, &frames[len(frames)-1]); held == nil {
				return
			}
		case OpWhileEnd:
			inner := frames[len(frames)-1]
			frames = frames[:len(frames)-1]
			if !c.whiled(&inner, held, &frames[len(frames)-1]) {
				return
			}
			held = inner.held
		case OpEnd:
			inner := frames[len(frames)-1]
			frames = frames[:len(frames)-1]
			if !c.turn(&inner, held, &frames[len(frames)-1]) {
				return
			}
		}
	}
	if len(c.pos) == 0 {
		return
	}
	last := c.pos[len(c.pos)-1]
	if c.nothingHeld(last, held, "the end of the program") && frames[0].time > MaxTime {
		c.failAt(last, "a program of more than 100 years", errTooLong.Error())
	}
}

// least returns the lowest of the keys.
func least[V any](m map[int]V) (lowest int, some bool) {
	for k := range m {
		if !some || k < lowest {
			lowest, some = k, true
		}
	}
	return lowest, some
}

// locking checks a lock or unlock.
func (c *compiler) locking(i int, held map[int]Pos) bool {
	op := &c.p.Ops[i]
	name := c.w.Resources[op.Res].Name
	where, has := held[op.Res]
	if op.Code != OpUnlock {
		if has {
			c.failAt(c.pos[i], fmt.Sprintf("lock: %s is held since line %d, so the task would wait for itself", quote(name), where.Line),
				fmt.Sprintf("unlock: %s first", name))
			return false
		}
		held[op.Res] = c.pos[i]
	} else {
		if !has {
			c.failAt(c.pos[i], fmt.Sprintf("unlock: %s isn't held here", quote(name)), fmt.Sprintf("lock: %s before", name))
			return false
		}
		delete(held, op.Res)
	}
	return true
}

// different returns the first lock that is held in one of two cases only.
func different(a, b map[int]Pos) (res int, some bool) {
	only := map[int]bool{}
	for k := range a {
		if _, too := b[k]; !too {
			only[k] = true
		}
	}
	for k := range b {
		if _, too := a[k]; !too {
			only[k] = true
		}
	}
	return least(only)
}

// joined checks that both parts of an if leave the same locks held, adds it to
// what is around it, and returns the locks held behind it, nil if it is wrong.
func (c *compiler) joined(inner *frame, held map[int]Pos, outer *frame) map[int]Pos {
	// Without an else, the other part does nothing.
	then, other, left := inner, &frame{}, inner.held
	if inner.then != nil {
		then, other, left, held = inner.then, inner, held, inner.had
	}
	// then leaves held, the other part leaves left.
	switch {
	case then.ends && other.ends:
		outer.ends = true
	case then.ends:
		held = left
	case other.ends:
	default:
		if res, some := different(held, left); some {
			name := quote(c.w.Resources[res].Name)
			c.failAt(c.pos[inner.start], fmt.Sprintf("an if after which %s is held in one case and not in the other", name),
				"lock and unlock it in the same part")
			return nil
		}
	}
	outer.time = saturate(outer.time, max(then.time, other.time), 1)
	outer.least = saturate(outer.least, min(then.least, other.least), 1)
	outer.idle += max(then.idle, other.idle)
	outer.acts = outer.acts || (then.acts || then.ends) && (other.acts || other.ends)
	return held
}

func (c *compiler) nothingHeld(at Pos, held map[int]Pos, what string) bool {
	res, some := least(held)
	if some {
		name := c.w.Resources[res].Name
		c.failAt(at, fmt.Sprintf("%s with %s held since line %d", what, quote(name), held[res].Line), fmt.Sprintf("unlock: %s before", name))
	}
	return !some
}

// turn checks a whole loop and adds it to what is around it.
func (c *compiler) turn(inner *frame, held map[int]Pos, outer *frame) bool {
	start, turns := c.pos[inner.start], c.p.Ops[inner.start].Value
	if res, some := different(inner.held, held); some && !inner.ends {
		c.failAt(start, fmt.Sprintf("a turn of the loop leaves %s otherwise than it found it", quote(c.w.Resources[res].Name)),
			"lock and unlock it in the same turn")
		return false
	}
	if turns < 0 {
		if !inner.acts {
			c.failAt(start, "forever around operations that take no time", "add a cpu, sleep or io of more than 0 to each turn")
			return false
		}
		outer.acts = true
		outer.time = saturate(outer.time, 1, 1) // what comes after is never reached
		outer.least = saturate(outer.least, 1, 1)
		return true
	}
	if turns == 0 {
		return true
	}
	outer.acts = outer.acts || inner.acts
	if outer.time = saturate(outer.time, inner.time, turns); outer.time > MaxTime {
		c.failAt(start, "a program that never ends: the repeats take more than 100 years", "fewer turns, or forever: [operations]")
		return false
	}
	outer.least = saturate(outer.least, inner.least, turns)
	// A loop that may take no time makes all its turns at one instant, and those
	// of the loops inside it each time.
	idle := inner.idle
	if inner.least == 0 {
		idle = turns * (1 + inner.idle)
	}
	if outer.idle += idle; outer.idle > maxIdleTurns {
		c.failAt(start, fmt.Sprintf("more than %d turns in which no time passes", maxIdleTurns),
			"fewer turns, or a cpu, sleep or io of more than 0 in each")
		return false
	}
	return true
}

// saturate returns a + b·turns, or something above MaxTime.
func saturate(a, b Time, turns int64) Time {
	if b > 0 && int64((MaxTime+1)/b) < turns {
		return MaxTime + 1
	}
	return min(a+b*Time(turns), MaxTime+1)
}

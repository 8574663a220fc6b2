package workload

import "fmt"

// maxIdleTurns is how many turns of loops a program may make in which no time
// passes: enough for any honest use, little enough to wait for.
const maxIdleTurns = 1_000_000

// frame is a loop around the operation being checked.
type frame struct {
	start   int
	time    Time         // of one turn so far, saturating
	idle    int64        // turns of loops inside that take no time, in one turn
	acts    bool         // a turn takes time or may wait for somebody
	changed map[int]bool // resources held differently than when the turn began
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
		case OpCPU, OpIO, OpSleep:
			top.time = saturate(top.time, op.Dur, 1)
			top.acts = top.acts || op.Dur > 0
		case OpYield, OpPut, OpGet, OpJoinQueue:
			top.acts = true
		case OpLock, OpUnlock:
			if !unsure[op.Res] && !c.locking(i, held, top) {
				return
			}
		case OpExit:
			if !c.nothingHeld(c.pos[i], held, "exit") {
				return
			}
		case OpRepeat:
			frames = append(frames, frame{start: i})
		case OpEnd:
			inner := frames[len(frames)-1]
			frames = frames[:len(frames)-1]
			if !c.turn(&inner, &frames[len(frames)-1]) {
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
func (c *compiler) locking(i int, held map[int]Pos, top *frame) bool {
	op := &c.p.Ops[i]
	name := c.w.Resources[op.Res].Name
	where, has := held[op.Res]
	if op.Code == OpLock {
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
	if top.changed == nil {
		top.changed = map[int]bool{}
	}
	if top.changed[op.Res] {
		delete(top.changed, op.Res)
	} else {
		top.changed[op.Res] = true
	}
	return true
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
func (c *compiler) turn(inner, outer *frame) bool {
	start, turns := c.pos[inner.start], c.p.Ops[inner.start].Value
	if res, some := least(inner.changed); some {
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
	// A loop that takes no time makes all its turns at one instant, and those
	// of the loops inside it each time.
	idle := inner.idle
	if inner.time == 0 {
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

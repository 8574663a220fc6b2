package trace

import "slices"

// LoopAt is the coroutines of a task at an instant, by their number in its loop.
type LoopAt struct {
	Start   int   // where their operations begin in the task's program
	Now     int   // which one goes on when the task runs; -1 = none
	Ready   []int // those that can go on, the next first
	Waiting int   // how many wait
}

// loop replays what happens to coroutines. A LoopAt is never changed once it is
// there, so that snapshots may keep it.
func (m *moment) loop(id TaskID, kind Kind, pc, co int) {
	at := LoopAt{Now: -1}
	if old := m.loops[id]; old != nil {
		at = LoopAt{old.Start, old.Now, slices.Clone(old.Ready), old.Waiting}
	}
	switch kind {
	case LoopBegin:
		at = LoopAt{Start: pc, Now: -1}
		for i := range co {
			at.Ready = append(at.Ready, i)
		}
	case Resume:
		at.Now = co
		at.Ready = slices.DeleteFunc(at.Ready, func(x int) bool { return x == co })
	case CoAwait:
		at.Now = -1
		at.Waiting++
	case CoDue:
		at.Waiting--
		at.Ready = append(at.Ready, co)
	case CoEnd:
		at.Now = -1
	case LoopEnd:
		delete(m.loops, id)
		return
	}
	if m.loops == nil {
		m.loops = map[TaskID]*LoopAt{}
	}
	m.loops[id] = &at
}

// copyLoops returns a copy of who runs coroutines; what they are at is shared.
func copyLoops(loops map[TaskID]*LoopAt) map[TaskID]*LoopAt {
	if loops == nil {
		return nil
	}
	c := make(map[TaskID]*LoopAt, len(loops))
	for id, at := range loops {
		c[id] = at
	}
	return c
}

// Coroutine returns the name of a coroutine of a task that runs a program.
func (h *Header) Coroutine(program int, at *LoopAt, co int) string {
	ops := h.Programs[program].Ops
	for pc := at.Start; pc < len(ops); pc++ {
		if ops[pc].Coroutine == "" {
			continue
		}
		if co == 0 {
			return ops[pc].Coroutine
		}
		co--
	}
	return ""
}

package trace

import "slices"

// LoopAt is the coroutines of a task at an instant, by their number in its loop.
type LoopAt struct {
	Start   int   // where their operations begin in the task's program
	Now     int   // which one goes on when the task runs; -1 = none
	Ready   []int // those that can go on, the next first
	Waiting []CoWait
}

// CoWait is a coroutine that waits.
type CoWait struct {
	Co int
	On *Op // what it waits for, see [Op].Awaits; nil if that isn't known
}

// Timed reports whether one of the coroutines waits for what comes by itself.
func (at *LoopAt) Timed() bool {
	return slices.ContainsFunc(at.Waiting, func(w CoWait) bool {
		return w.On == nil || w.On.Awaits == ForSleep || w.On.Awaits == ForIO
	})
}

// loop replays what happens to coroutines. A LoopAt is never changed once it is
// there, so that snapshots may keep it.
func (m *moment) loop(h *Header, id TaskID, kind Kind, pc, co int) {
	at := LoopAt{Now: -1}
	if old := m.loops[id]; old != nil {
		at = LoopAt{old.Start, old.Now, slices.Clone(old.Ready), slices.Clone(old.Waiting)}
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
		w := CoWait{Co: co}
		if ops := h.Programs[h.Tasks[id].Program].Ops; pc < len(ops) {
			w.On = &ops[pc]
		}
		at.Waiting = append(at.Waiting, w)
	case CoDue:
		at.Waiting = slices.DeleteFunc(at.Waiting, func(w CoWait) bool { return w.Co == co })
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

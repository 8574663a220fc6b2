package trace

import "slices"

// Graph is who waits for whom at an instant, as far as tasks hold what others
// wait for: the wait-for graph.
//
// R. C. Holt: Some Deadlock Properties of Computer Systems, Computing Surveys
// 4(3), 1972.
type Graph struct {
	Waits []Wait // by task
	// Circles are the deadlocks: in each, every task waits for the next and the
	// last for the first.
	Circles [][]TaskID
}

// Wait is a task that waits for what a resource gives, or for another task's end.
type Wait struct {
	Task     TaskID
	Resource int      // -1 if it waits for the end of a task
	For      []TaskID // who holds it, or must end; none if nobody does
	Gives    bool     // it gives up after a time
	Fate     Fate
	Unsafe   bool // it could have it, but then not all might be able to end
}

// Fate is what can be said of a wait.
type Fate uint8

// The fates.
const (
	MayEnd Fate = iota // it may end
	Circle             // it is part of a deadlock
	Behind             // it waits for somebody who waits for ever
	Gone               // who holds it has ended
	Nobody             // nothing is left that could end it
)

// String returns the fate's stable code.
func (f Fate) String() string { return [...]string{"may_end", "circle", "behind", "gone", "nobody"}[f] }

// Hopeless reports whether the wait never ends, unless somebody intervenes.
func (f Fate) Hopeless() bool { return f != MayEnd }

// WaitFor derives the wait-for graph of a run at the instant of a snapshot.
func WaitFor(h *Header, s *Snapshot) *Graph {
	g := &Graph{}
	of := make(map[TaskID]int)
	alive := false // something is still going to happen
	for id := range s.Tasks {
		at := &s.Tasks[id]
		blocked := at.State == Blocked || at.State == Stopped && at.Cause != 0
		switch at.State {
		case New, Ready, Running: // who is stopped does nothing until another lets it
			alive = alive || !at.Spinning
		case Blocked:
			alive = alive || at.Served || at.Cause == ForSleep || at.Cause == ForRelease || at.Cause == ForLoop || at.Cause == ForReply
		}
		joins := blocked && (at.Cause == ForTask || at.Cause == ForChild)
		if !joins && (at.Resource < 0 || at.Served || !blocked && !at.Spinning) {
			continue
		}
		w := Wait{Task: TaskID(id), Resource: at.Resource, For: holdersFor(h, s, at), Gives: givesUp(h, s, TaskID(id)), Unsafe: at.Cause == ForSafety}
		alive = alive || w.Gives
		of[w.Task] = len(g.Waits)
		g.Waits = append(g.Waits, w)
	}
	for i := range g.Waits {
		if w := &g.Waits[i]; w.Fate == MayEnd {
			circle := g.circle(of, w.Task, w.Task, nil, map[TaskID]bool{})
			if circle != nil {
				g.Circles = append(g.Circles, circle)
			}
			for _, id := range circle {
				g.Waits[of[id]].Fate = Circle
			}
		}
	}
	g.spread(s, of)
	for i := range g.Waits {
		if w := &g.Waits[i]; w.Fate == MayEnd && !alive {
			w.Fate = Nobody
		}
	}
	return g
}

// givesUp reports whether a task doesn't wait longer than its operation says.
func givesUp(h *Header, s *Snapshot, id TaskID) bool {
	ops, pc := h.Programs[s.Tasks[id].Program].Ops, s.Tasks[id].PC
	return pc < len(ops) && ops[pc].Limit > 0
}

// holdersFor returns who holds what a task waits for.
func holdersFor(h *Header, s *Snapshot, at *TaskAt) []TaskID {
	if at.Cause == ForTask || at.Cause == ForChild {
		if at.For == NoTask {
			return nil
		}
		return []TaskID{at.For}
	}
	r := &s.Resources[at.Resource]
	switch h.Resources[at.Resource].Kind {
	case Mutex, RLock, SpinLock, RWLock:
	default:
		return nil
	}
	switch {
	case r.Owner != NoTask:
		return []TaskID{r.Owner}
	case at.Cause == ForLock:
		return slices.Clone(r.Holders)
	}
	return nil
}

// circle returns the tasks from one on along which it waits for the first; nil if
// it doesn't.
func (g *Graph) circle(of map[TaskID]int, first, id TaskID, path []TaskID, met map[TaskID]bool) []TaskID {
	i, waits := of[id]
	if !waits || g.Waits[i].Gives || met[id] {
		return nil
	}
	met[id] = true
	path = append(path, id)
	for _, next := range g.Waits[i].For {
		if next == first {
			return path
		}
		if found := g.circle(of, first, next, path, met); found != nil {
			return found
		}
	}
	return nil
}

// spread finds who waits for somebody who is gone, or who waits for ever.
func (g *Graph) spread(s *Snapshot, of map[TaskID]int) {
	for changed := true; changed; {
		changed = false
		for i := range g.Waits {
			w := &g.Waits[i]
			if w.Fate != MayEnd || w.Gives {
				continue
			}
			for _, x := range w.For {
				if state := s.Tasks[x].State; (state == Terminated || state == Zombie) && w.Resource >= 0 {
					w.Fate = Gone
				} else if k, waits := of[x]; waits && g.Waits[k].Fate.Hopeless() {
					w.Fate = Behind
				}
			}
			changed = changed || w.Fate != MayEnd
		}
	}
}

// Hopeless returns the waits that never end.
func (g *Graph) Hopeless() []Wait {
	return slices.DeleteFunc(slices.Clone(g.Waits), func(w Wait) bool { return !w.Fate.Hopeless() })
}

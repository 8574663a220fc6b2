package trace

// Kinship is a process with its children: a node of the process tree.
type Kinship struct {
	Task     TaskID // its main thread
	Children []Kinship
}

// Family is the process tree after an instant.
type Family struct {
	Time Time
	// Roots are the children of init that live or are waited for, in the order
	// they came.
	Roots []Kinship
}

// Families calls yield for the process tree after each instant at which it
// changed, until that returns false. Children stand in the order they were made
// or adopted; zombies aren't shown unless they are asked for.
func (r *Recording) Families(zombies bool, yield func(Family) bool) {
	f := newFamilies(&r.Header)
	now, changed := Time(0), false
	for _, e := range r.Events(0) {
		if e.Time > now && changed {
			if !yield(Family{now, f.tree(NoTask, zombies)}) {
				return
			}
			changed = false
		}
		now = e.Time
		changed = f.take(e) || changed
	}
	if changed {
		yield(Family{now, f.tree(NoTask, zombies)})
	}
}

// families is who is whose child while events go by.
type families struct {
	h        *Header
	children map[TaskID][]TaskID // main threads, by main thread of the parent; NoTask for init
	parent   []TaskID
	threads  []int // of each process, by main thread: how many live
	zombie   []bool
}

func newFamilies(h *Header) *families {
	f := &families{h: h, children: map[TaskID][]TaskID{}}
	for id := range h.Tasks {
		f.parent = append(f.parent, h.parentOf(id))
		f.threads = append(f.threads, 0)
		f.zombie = append(f.zombie, false)
	}
	return f
}

// take applies an event and reports whether the tree changed.
func (f *families) take(e Event) bool {
	if e.Task == NoTask {
		return false
	}
	main := TaskID(f.h.Tasks[e.Task].Process)
	if int(main) >= len(f.parent) {
		main = e.Task
	}
	to, _ := e.Kind.To()
	switch {
	case e.Kind == Arrive:
		if f.threads[main]++; f.threads[main] > 1 {
			return false
		}
		f.children[f.parent[main]] = append(f.children[f.parent[main]], main)
	case e.Kind == Defunct:
		f.zombie[main] = true
	case e.Kind == Reap:
		f.zombie[main] = false
		f.leave(main)
	case e.Kind == Adopt:
		f.leave(main)
		f.parent[main] = taskOrNone(e.Arg)
		f.children[f.parent[main]] = append(f.children[f.parent[main]], main)
	case to == Terminated:
		if f.threads[main]--; f.threads[main] > 0 {
			return false
		}
		if f.parent[main] == NoTask {
			f.leave(main)
		}
	default:
		return false
	}
	return true
}

// leave takes a process from among its parent's children.
func (f *families) leave(main TaskID) {
	list := f.children[f.parent[main]]
	for i, id := range list {
		if id == main {
			f.children[f.parent[main]] = append(list[:i:i], list[i+1:]...)
			return
		}
	}
}

func (f *families) tree(parent TaskID, zombies bool) []Kinship {
	var list []Kinship
	for _, id := range f.children[parent] {
		if zombies || f.threads[id] > 0 {
			list = append(list, Kinship{id, f.tree(id, zombies)})
		}
	}
	return list
}

package host

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// kinship follows how tasks are related while a recording is written. Workers tell
// whom they made and whose end they learnt of; that a process which has ended is a
// zombie until its parent asks for it, and that its children become init's, follows
// from that, as it does in the kernel.
type kinship struct {
	c       *converter
	born    []bool // by task
	ended   []bool
	arrived []bool
	became  []bool         // another process, by exec
	parent  []trace.TaskID // main thread of the parent, by main thread
	zombie  []bool
	any     bool // tasks were made

	// news is how often an event was set, a barrier opened, and how many a condition
	// owes their going on, by resource; seen is that when a task began to wait, and
	// where it does.
	news []int64
	open []int64 // values put into a queue and not dealt with, by resource
	seen []int64
	at   []int

	ends    ends
	asked   [][]int           // devices that haven't answered, by task
	closed  []bool            // pools, by resource
	job     []int64           // that a task works on
	wants   []int64           // the result of which job a task waits for
	done    map[[2]int64]bool // jobs, by pool and number
	halted  []bool            // stopped by a signal
	ignores []uint64          // signals, as bits, by main thread
}

func newKinship(c *converter) kinship {
	n := len(c.log.tasks)
	k := kinship{
		c: c, born: make([]bool, n), ended: make([]bool, n), arrived: make([]bool, n), became: make([]bool, n), parent: make([]trace.TaskID, n), zombie: make([]bool, n),
		news: make([]int64, len(c.rec.Header.Resources)), open: make([]int64, len(c.rec.Header.Resources)), seen: make([]int64, n), at: make([]int, n),
		asked: make([][]int, n), closed: make([]bool, len(c.rec.Header.Resources)), job: make([]int64, n), wants: make([]int64, n), done: map[[2]int64]bool{},
		ends: newEnds(len(c.rec.Header.Resources), n), any: len(c.log.made) > 0, halted: make([]bool, n), ignores: make([]uint64, n),
	}
	for id := range n {
		made, ok := c.making(trace.TaskID(id))
		k.born[id], k.parent[id] = !ok, trace.NoTask
		if ok {
			k.parent[id] = made.parent
		}
	}
	return k
}

func (k *kinship) process(id trace.TaskID) trace.TaskID {
	return trace.TaskID(k.c.rec.Header.Tasks[id].Process)
}

// over reports whether all threads of a process have ended.
func (k *kinship) over(main trace.TaskID) bool {
	for id := range k.ended {
		if k.process(trace.TaskID(id)) == main && k.born[id] && !k.ended[id] {
			return false
		}
	}
	return true
}

// possible reports whether an event can be now: a task that was made does nothing
// before it was, and nobody learns of an end before that.
func (k *kinship) possible(e *trace.Event) bool {
	if !k.born[e.Task] {
		return false
	}
	switch e.Kind {
	case trace.Dispatch, trace.Pick:
		return !k.halted[e.Task]
	case trace.WakeAwait, trace.WakeBarrier, trace.WakeBroken, trace.WakeOnce, trace.WakeDone:
		return k.news[e.Object] > k.seen[e.Task]
	case trace.WakeClosed:
		return k.closed[e.Object]
	case trace.WakeResult:
		return k.done[[2]int64{int64(e.Object), k.wants[e.Task]}]
	case trace.WakeBytes:
		return k.ends.filled[e.Object] > k.seen[e.Task] || !k.ends.has(e.Object, workload.WriteEnd)
	case trace.WakeRoom:
		return k.ends.room[e.Object] > k.seen[e.Task] || !k.ends.has(e.Object, workload.ReadEnd)
	case trace.Requeue:
		return e.Arg > 0 || k.news[k.at[e.Task]] > 0
	case trace.EndWith:
		for id := range k.ended {
			if (k.ended[id] || k.became[id]) && k.process(trace.TaskID(id)) == k.process(e.Task) {
				return true
			}
		}
		return false
	case trace.WakeChild, trace.WaitChild, trace.WakeJoin, trace.Join:
		if e.Arg < 0 {
			return true
		}
		target := trace.TaskID(e.Arg)
		if k.process(target) == target {
			return k.over(target)
		}
		return k.ended[target]
	}
	return true
}

// before returns what happens just before an event, and because of it.
func (k *kinship) before(e trace.Event) []trace.Event {
	switch e.Kind {
	case trace.WakeChild, trace.WaitChild, trace.WakeJoin, trace.Join:
	default:
		return nil
	}
	target := trace.TaskID(e.Arg)
	if e.Arg < 0 || !k.zombie[target] || k.parent[target] != k.process(e.Task) {
		return nil
	}
	k.zombie[target] = false
	k.parent[target] = trace.NoTask
	return []trace.Event{{Kind: trace.Reap, Task: target, Arg: int64(e.Task)}}
}

// after returns what follows from an event at once.
func (k *kinship) after(e trace.Event, now trace.Time) (list []trace.Event) {
	switch e.Kind {
	case trace.Fork, trace.Spawn, trace.Thread:
		k.born[e.Arg] = true
		k.c.rec.Header.Tasks[e.Arg].Arrival = now
		return k.openEnds(e)
	case trace.BlockEmpty:
		k.seen[e.Task] = k.ends.filled[e.Object]
	case trace.BlockFull:
		k.seen[e.Task] = k.ends.room[e.Object]
	case trace.Write, trace.WriteSome:
		k.ends.changed(e.Object, workload.WriteEnd, int64(e.Task))
	case trace.Read:
		k.ends.changed(e.Object, workload.ReadEnd, int64(e.Task))
	case trace.CloseEnd:
		k.ends.open[e.Object][k.process(e.Task)] &^= e.Arg
		k.ends.changed(e.Object, e.Arg, int64(e.Task))
	case trace.Signal:
		return k.signal(e)
	case trace.Exec:
		k.became[e.Task] = true
		for _, res := range k.asked[e.Task] {
			list = append(list, trace.Event{Kind: trace.Forsake, Task: e.Task, Object: res})
		}
		k.asked[e.Task] = nil
		return list
	case trace.Arrive:
		k.arrived[e.Task] = true
	case trace.Stop: // itself
		k.halted[e.Task] = true
	case trace.Break:
		k.news[e.Object]++
	case trace.Set, trace.Trip, trace.OnceDone:
		k.news[e.Object]++
	case trace.TaskDone:
		k.done[[2]int64{int64(e.Object), k.job[e.Task]}] = true
		if k.open[e.Object]--; k.open[e.Object] == 0 {
			k.news[e.Object]++
		}
	case trace.Request:
		k.asked[e.Task] = append(k.asked[e.Task], e.Object)
	case trace.Answer, trace.Handler, trace.WakeReply:
		if i := slices.Index(k.asked[e.Task], e.Object); i >= 0 {
			k.asked[e.Task] = slices.Delete(k.asked[e.Task], i, i+1)
		}
	case trace.ClosePool:
		k.closed[e.Object] = true
	case trace.Get:
		k.job[e.Task] = e.Arg
	case trace.Put:
		k.open[e.Object]++
	case trace.BlockAwait, trace.BlockBarrier, trace.BlockOnce, trace.BlockDone:
		k.seen[e.Task] = k.news[e.Object]
	case trace.Notify:
		k.news[e.Object] += e.Arg
	case trace.BlockWait:
		k.at[e.Task] = e.Object
	case trace.Requeue:
		if e.Arg == 0 {
			k.news[k.at[e.Task]]--
		}
	case trace.Ignore:
		k.ignores[k.process(e.Task)] |= 1 << e.Object
	case trace.Heed:
		k.ignores[k.process(e.Task)] &^= 1 << e.Object
	}
	if to, ok := e.Kind.To(); !ok || to != trace.Terminated {
		return nil
	}
	k.ended[e.Task] = true
	for _, res := range k.asked[e.Task] {
		list = append(list, trace.Event{Kind: trace.Forsake, Task: e.Task, Object: res})
	}
	if !k.any && !k.pipes() {
		return list
	}
	main := k.process(e.Task)
	if !k.over(main) {
		return list
	}
	list = append(list, k.dropEnds(e.Task)...)
	if !k.any {
		return list
	}
	for child := range k.parent {
		if k.parent[child] != main || !k.born[child] {
			continue
		}
		k.parent[child] = trace.NoTask
		list = append(list, trace.Event{Kind: trace.Adopt, Task: trace.TaskID(child), Arg: -1})
		if k.zombie[child] {
			k.zombie[child] = false
			list = append(list, trace.Event{Kind: trace.Reap, Task: trace.TaskID(child), Arg: -1})
		}
	}
	if k.parent[main] != trace.NoTask {
		k.zombie[main] = true
		status := k.c.log.tasks[main].status()
		list = append(list, trace.Event{Kind: trace.Defunct, Task: main, Arg: int64(status)})
	}
	return list
}

// signal returns what a signal does but for ending somebody, which those ended tell
// of themselves.
func (k *kinship) signal(e trace.Event) (list []trace.Event) {
	group := ""
	if sent := k.c.groups[e.Task]; len(sent) > 0 {
		group, k.c.groups[e.Task] = sent[0], sent[1:]
	}
	if e.Arg >= 0 {
		return k.deliver(e, k.process(trace.TaskID(e.Arg)))
	}
	for id := range k.born {
		main := k.process(trace.TaskID(id))
		if group != "" && int(main) == id && k.arrived[id] && !k.over(main) && k.c.p.w.Tasks[id].Signals == group {
			list = append(list, k.deliver(e, main)...)
		}
	}
	return list
}

// deliver returns what a signal does to a process but for ending it. Who stops himself
// tells of that too.
func (k *kinship) deliver(e trace.Event, main trace.TaskID) (list []trace.Event) {
	signal := workload.Signal(e.Object)
	if k.over(main) { // it has ended since it was looked for
		return nil
	}
	if signal == workload.SigChld || k.ignores[main]>>e.Object&1 != 0 && signal != workload.SigKill {
		return []trace.Event{{Kind: trace.Ignored, Task: main, Object: e.Object}}
	}
	stops := signal == workload.SigStop
	if !stops && signal != workload.SigCont {
		return nil
	}
	kind := trace.Continue
	if stops {
		kind = trace.Stop
	}
	for id := range k.halted {
		if k.process(trace.TaskID(id)) == main && k.arrived[id] && !k.ended[id] && k.halted[id] != stops && trace.TaskID(id) != e.Task {
			k.halted[id] = stops
			list = append(list, trace.Event{Kind: kind, Task: trace.TaskID(id)})
		}
	}
	return list
}

// openEnds returns the ends of pipes that a task which is made has for its process: a
// copy of its parent's, or those its own program needs.
func (k *kinship) openEnds(e trace.Event) (list []trace.Event) {
	child := trace.TaskID(e.Arg)
	if e.Kind == trace.Thread || !k.pipes() {
		return nil
	}
	own := workload.Ends(k.c.p.w.Resources, k.c.p.w.Tasks[child].Program)
	for res, open := range k.ends.open {
		bits := own[res]
		if e.Kind == trace.Fork {
			bits = open[k.process(e.Task)]
		}
		if bits != 0 {
			open[child] = bits
			list = append(list, trace.Event{Kind: trace.OpenEnd, Task: child, Object: res, Arg: bits})
		}
	}
	return list
}

// pipes reports whether there are any.
func (k *kinship) pipes() bool {
	return slices.ContainsFunc(k.c.rec.Header.Resources, func(r trace.Resource) bool { return r.Kind == trace.Pipe })
}

// firstEnds returns the ends of pipes that are open from the beginning.
func (k *kinship) firstEnds() (list []trace.Event) {
	for id := range len(k.born) {
		if !k.born[id] || !k.pipes() {
			continue
		}
		main := k.process(trace.TaskID(id))
		for res, bits := range workload.Ends(k.c.p.w.Resources, k.c.p.w.Tasks[id].Program) {
			if bits &^= k.ends.open[res][main]; bits != 0 {
				k.ends.open[res][main] |= bits
				list = append(list, trace.Event{Kind: trace.OpenEnd, Task: trace.TaskID(id), Object: res, Arg: bits})
			}
		}
	}
	return list
}

// dropEnds returns the ends of pipes that are closed because the process of a task has
// ended.
func (k *kinship) dropEnds(id trace.TaskID) (list []trace.Event) {
	main := k.process(id)
	for res, open := range k.ends.open {
		if bits := open[main]; bits != 0 {
			open[main] = 0
			k.ends.changed(res, bits, int64(id))
			list = append(list, trace.Event{Kind: trace.DropEnd, Task: id, Object: res, Arg: bits})
		}
	}
	return list
}

// by says in an event that somebody can go on at a pipe who made that possible, and
// takes from one that somebody waits for a job which that is.
func (k *kinship) by(e *trace.Event) {
	switch e.Kind {
	case trace.WakeBytes:
		e.Arg = k.ends.filler[e.Object]
	case trace.WakeRoom:
		e.Arg = k.ends.maker[e.Object]
	case trace.BlockJob:
		k.wants[e.Task], e.Arg = e.Arg, 0
	}
}

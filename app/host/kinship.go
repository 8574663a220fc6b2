package host

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// kinship follows how tasks are related while a recording is written. Workers tell
// whom they made and whose end they learnt of; that a process which has ended is a
// zombie until its parent asks for it, and that its children become init's, follows
// from that, as it does in the kernel.
type kinship struct {
	c      *converter
	born   []bool // by task
	ended  []bool
	parent []trace.TaskID // main thread of the parent, by main thread
	zombie []bool
	any    bool // tasks were made

	// news is how often an event was set, a barrier opened, and how many a condition
	// owes their going on, by resource; seen is that when a task began to wait, and
	// where it does.
	news []int64
	open []int64 // values put into a queue and not dealt with, by resource
	seen []int64
	at   []int

	halted  []bool   // stopped by a signal
	ignores []uint64 // signals, as bits, by main thread
}

func newKinship(c *converter) kinship {
	n := len(c.log.tasks)
	k := kinship{
		c: c, born: make([]bool, n), ended: make([]bool, n), parent: make([]trace.TaskID, n), zombie: make([]bool, n),
		news: make([]int64, len(c.rec.Header.Resources)), open: make([]int64, len(c.rec.Header.Resources)), seen: make([]int64, n), at: make([]int, n),
		any: len(c.log.made) > 0, halted: make([]bool, n), ignores: make([]uint64, n),
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
	case trace.WakeAwait, trace.WakeBarrier, trace.WakeOnce, trace.WakeDone:
		return k.news[e.Object] > k.seen[e.Task]
	case trace.Requeue:
		return e.Arg > 0 || k.news[k.at[e.Task]] > 0
	case trace.EndWith:
		for id := range k.ended {
			if k.ended[id] && k.process(trace.TaskID(id)) == k.process(e.Task) {
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
		return nil
	case trace.Signal:
		return k.signal(e)
	case trace.Set, trace.Trip, trace.OnceDone:
		k.news[e.Object]++
	case trace.TaskDone:
		if k.open[e.Object]--; k.open[e.Object] == 0 {
			k.news[e.Object]++
		}
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
	if !k.any {
		return nil
	}
	main := k.process(e.Task)
	if !k.over(main) {
		return nil
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
	if e.Arg < 0 {
		return nil
	}
	main := k.process(trace.TaskID(e.Arg))
	signal := workload.Signal(e.Object)
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
		if k.process(trace.TaskID(id)) == main && k.born[id] && !k.ended[id] && k.halted[id] != stops {
			k.halted[id] = stops
			list = append(list, trace.Event{Kind: kind, Task: trace.TaskID(id)})
		}
	}
	return list
}

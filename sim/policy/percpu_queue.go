package policy

import (
	"slices"

	"timeslice/sim"
)

// cpuQueue is the ready queue of a CPU: a heap of tasks by key, or, of those that
// stand in line, by the order in which they came. Where each task stands in its
// heap is kept with the task, so that any can be taken out.
type cpuQueue struct {
	heap []sim.TaskID
	work int64 // of those in it
}

// queued is what the policy knows of a task.
type queued struct {
	key  int64
	work int64
	at   int32 // in the heap
	cpu  int16 // in whose queue it stands, or which it has or had; -1 if none
}

// mostWork is what a task's work counts as at most, so that any number of tasks
// can be added up.
const mostWork = 1 << 43

// before reports whether a task goes before another.
func (p *perCPU) before(a, b sim.TaskID) bool {
	if x, y := p.tasks[a].key, p.tasks[b].key; x != y {
		return x < y
	}
	return tieBefore(p.v, a, b)
}

func (p *perCPU) push(cpu int, task sim.TaskID) {
	q := &p.queues[cpu]
	q.heap = append(q.heap, task)
	p.rise(q, len(q.heap)-1, task)
}

func (p *perCPU) rise(q *cpuQueue, i int, task sim.TaskID) {
	for i > 0 {
		up := (i - 1) / 2
		if !p.before(task, q.heap[up]) {
			break
		}
		p.set(q, i, q.heap[up])
		i = up
	}
	p.set(q, i, task)
}

func (p *perCPU) set(q *cpuQueue, i int, task sim.TaskID) {
	q.heap[i] = task
	p.tasks[task].at = int32(i)
}

func (p *perCPU) drop(cpu int, task sim.TaskID) {
	q := &p.queues[cpu]
	i, n := int(p.tasks[task].at), len(q.heap)-1
	last := q.heap[n]
	q.heap = q.heap[:n]
	if i == n {
		return
	}
	for {
		down := 2*i + 1
		if down+1 < n && p.before(q.heap[down+1], q.heap[down]) {
			down++
		}
		if down >= n || !p.before(q.heap[down], last) {
			break
		}
		p.set(q, i, q.heap[down])
		i = down
	}
	p.rise(q, i, last)
}

// first returns who goes first in a CPU's queue of those that may run on
// another.
func (p *perCPU) first(of, cpu int) sim.TaskID {
	heap := p.queues[of].heap
	switch {
	case len(heap) == 0:
		return sim.NoTask
	case of == cpu || p.v.Allowed(heap[0], cpu):
		return heap[0]
	}
	best := sim.NoTask
	for _, task := range heap {
		if p.v.Allowed(task, cpu) && (best == sim.NoTask || p.before(task, best)) {
			best = task
		}
	}
	return best
}

// choose returns who runs next on a CPU: the first of its queue, or of the
// longest queue that has somebody for it.
func (p *perCPU) choose(cpu int) sim.TaskID {
	best, longest := p.first(cpu, cpu), 0
	if best != sim.NoTask || !p.steals {
		return best
	}
	for c := range p.queues {
		if n := len(p.queues[c].heap); n > longest {
			if task := p.first(c, cpu); task != sim.NoTask {
				best, longest = task, n
			}
		}
	}
	return best
}

func (p *perCPU) Charge(task sim.TaskID, _ sim.Time) { p.takers.back(task) }

// Victim returns a CPU whose task the first of its queue goes before.
func (p *perCPU) Victim() (int, bool) {
	p.settle()
	if !p.preempts {
		return 0, false
	}
	for c := range p.queues {
		task, runs := p.v.Running(c)
		best := p.first(c, c)
		if !runs || best == sim.NoTask {
			continue
		}
		key, ahead := min(p.key(task), maxKey), p.tasks[best].key
		if ahead < key || ahead == key && p.v.Ties() != sim.TiesRunningFirst && tieBefore(p.v, best, task) {
			return c, true
		}
	}
	return 0, false
}

// Explain lists those in the CPU's queue, or whom it would steal.
func (p *perCPU) Explain(cpu int) sim.Explanation {
	p.settle()
	x := sim.Explanation{Rule: sim.RuleHead, Chosen: p.choose(cpu)}
	if x.Chosen == sim.NoTask {
		return x
	}
	x.Queue = int(p.tasks[x.Chosen].cpu) + 1
	line := slices.Clone(p.queues[p.tasks[x.Chosen].cpu].heap)
	line = slices.DeleteFunc(line, func(task sim.TaskID) bool { return !p.v.Allowed(task, cpu) })
	slices.SortFunc(line, func(a, b sim.TaskID) int {
		if p.before(a, b) {
			return -1
		}
		return 1
	})
	for i, task := range line {
		key := int64(i)
		if p.key != nil {
			key = p.tasks[task].key
		}
		x.Candidates = append(x.Candidates, sim.Candidate{Task: task, Key: key})
	}
	if p.key != nil {
		x.Rule = sim.RuleLeast
		if len(x.Candidates) > 1 && x.Candidates[0].Key == x.Candidates[1].Key {
			x.Rule = sim.RuleTie
		}
	}
	return x
}

package policy

import (
	"cmp"
	"math/bits"
	"slices"

	"timeslice/sim"
)

// now moves the floor up to the least virtual runtime of those that are there.
func (p *cfs) now() int64 {
	least := int64(maxKey)
	if _, key, ok := p.queue.top(); ok {
		least = key
	}
	for c := p.from; c < p.to; c++ {
		if task, runs := p.v.Running(c); runs && p.tasks[task].weight > 0 {
			least = min(least, p.key(task))
		}
	}
	if least < maxKey {
		p.floor = max(p.floor, least)
	}
	return p.floor
}

// part is a task's part of the period in which everybody has a turn.
func (p *cfs) part(t *cfsTask) sim.Time {
	cpus := int64(p.to - p.from)
	period := p.latency
	if each := (p.n + cpus - 1) / cpus; each > int64(p.latency/p.least) {
		period = p.least * sim.Time(min(each, 1<<20))
	}
	high, low := bits.Mul64(uint64(period), uint64(t.weight*cpus))
	if t.weight*cpus >= p.weight || high >= uint64(p.weight) {
		return period
	}
	part, _ := bits.Div64(high, low, uint64(p.weight))
	return max(sim.Time(part), p.least)
}

func (p *cfs) Pick(cpu int) (sim.TaskID, bool) {
	task, ok := p.keyed.Pick(cpu)
	if ok {
		p.floor = max(p.floor, p.tasks[task].had)
		if lost := p.takers.take(cpu, task); lost != sim.NoTask {
			p.leave(lost)
		}
	}
	return task, ok
}

func (p *cfs) leave(task sim.TaskID) {
	p.weight -= p.tasks[task].weight
	p.n--
}

func (p *cfs) Remove(task sim.TaskID) {
	p.keyed.Remove(task)
	p.leave(task)
}

func (p *cfs) Slice(task sim.TaskID) sim.Time {
	if p.takers.on[task] < 0 {
		return p.latency // picked by another policy, before this one took over
	}
	p.tasks[task].began = p.v.Now()
	return p.part(&p.tasks[task])
}

func (p *cfs) Charge(task sim.TaskID, _ sim.Time) {
	if !p.takers.back(task) {
		return // as in Slice
	}
	t := &p.tasks[task]
	t.had, t.began = p.key(task), -1
	p.leave(task)
}

// Victim returns the CPU whose task is furthest behind a ready one that has
// come, if that is far enough.
func (p *cfs) Victim() (cpu int, ok bool) {
	if !p.fresh {
		return 0, false
	}
	furthest := int64(0)
	for c := p.from; c < p.to; c++ {
		task, runs := p.v.Running(c)
		best, key, some := p.queue.first(c)
		if !runs || !some || p.tasks[task].began < 0 {
			continue
		}
		ahead := p.key(task) - key - virtual(p.wakeup, niceZero, p.tasks[best].weight)
		if ahead > furthest {
			cpu, furthest, ok = c, ahead, true
		}
	}
	p.fresh = ok
	return cpu, ok
}

// Explain lists those that are ready by what they had, the leftmost of the tree
// first; if one of them takes the CPU from the task that runs, that one too, with
// what it has had up to now.
func (p *cfs) Explain(cpu int) sim.Explanation {
	x := p.queue.explain(cpu)
	task, runs := p.v.Running(cpu)
	if !runs || len(x.Candidates) == 0 || p.tasks[task].began < 0 {
		return x
	}
	running := sim.Candidate{Task: task, Key: p.key(task)}
	at, _ := slices.BinarySearchFunc(x.Candidates, running, func(a, b sim.Candidate) int { return cmp.Compare(a.Key, b.Key) })
	x.Candidates = slices.Insert(x.Candidates, at, running)
	x.Rule = sim.RuleAhead
	return x
}

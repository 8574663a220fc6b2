package policy

import (
	"slices"

	"timeslice/sim"
)

// next moves who has become eligible and returns who goes first on a CPU.
func (p *eevdf) next(cpu int) (sim.TaskID, bool) {
	now := p.clock.now(p.v.Now())
	for task, begins, ok := p.waiting.top(); ok && begins <= now; task, begins, ok = p.waiting.top() {
		p.move(task)
	}
	for {
		task, _, ok := p.standing.first(cpu)
		if !ok {
			task, _, ok = p.waiting.first(cpu) // nobody is eligible that may run here
			return task, ok
		}
		if p.tasks[task].begins <= now {
			return task, true
		}
		p.move(task)
	}
}

// move takes a ready task from one tree to the other.
func (p *eevdf) move(task sim.TaskID) {
	t := &p.tasks[task]
	if t.stands {
		p.standing.remove(task)
		p.waiting.add(task, t.begins)
	} else {
		p.waiting.remove(task)
		p.standing.add(task, t.deadline>>virtualShift)
	}
	t.stands = !t.stands
}

func (p *eevdf) drop(task sim.TaskID) {
	if p.tasks[task].stands {
		p.standing.remove(task)
	} else {
		p.waiting.remove(task)
	}
}

func (p *eevdf) Pick(cpu int) (sim.TaskID, bool) {
	task, ok := p.next(cpu)
	if ok {
		p.drop(task)
		if lost := p.takers.take(cpu, task); lost != sim.NoTask {
			p.clock.leave(&p.tasks[lost])
		}
	}
	return task, ok
}

func (p *eevdf) Remove(task sim.TaskID) {
	p.drop(task)
	p.clock.leave(&p.tasks[task])
}

// Victim returns the CPU whose task has the latest deadline, if somebody has
// come that goes before it.
func (p *eevdf) Victim() (cpu int, ok bool) {
	if !p.preempts || !p.fresh {
		return 0, false
	}
	best, worst, some := sim.NoTask, sim.NoTask, false
	var worstKey int64
	for c := p.from; c < p.to; c++ {
		task, runs := p.v.Running(c)
		if !runs {
			continue
		}
		if best == sim.NoTask || p.v.Bound() {
			best, some = p.next(c)
		}
		if !some || !p.tasks[best].stands {
			continue
		}
		bestKey, key := p.tasks[best].deadline>>virtualShift, p.tasks[task].deadline>>virtualShift
		if bestKey > key || bestKey == key && (p.v.Ties() == sim.TiesRunningFirst || !p.standing.before(best, bestKey, task, key)) {
			continue
		}
		if !ok || p.standing.before(worst, worstKey, task, key) {
			cpu, worst, worstKey, ok = c, task, key, true
		}
	}
	p.fresh = ok
	return cpu, ok
}

// Explain lists the eligible by deadline, then the others by when they will be.
// The keys are virtual times in nanoseconds of nice 0.
func (p *eevdf) Explain(cpu int) sim.Explanation {
	first, ok := p.next(cpu)
	for task := range p.tasks {
		if t := &p.tasks[task]; p.standing.has(sim.TaskID(task)) && t.begins > p.clock.last {
			p.move(sim.TaskID(task))
		}
	}
	x := p.standing.explain(cpu)
	late := p.waiting.explain(cpu)
	for i := range late.Candidates {
		late.Candidates[i].Key >>= virtualShift
	}
	if len(x.Candidates) == 0 {
		return late
	}
	x.Candidates = append(x.Candidates, late.Candidates...)
	x.Barred = len(late.Candidates)
	if i := slices.IndexFunc(x.Candidates, func(c sim.Candidate) bool { return c.Task == first }); ok && i > 0 {
		x.Candidates[0], x.Candidates[i] = x.Candidates[i], x.Candidates[0]
	}
	x.Chosen = first
	return x
}

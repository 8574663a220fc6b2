package policy

import "timeslice/sim"

// What a run queue of eevdf needs that serves one CPU of several; see fairEach.

func (p *eevdf) serve(cpu int) { p.from, p.to = cpu, cpu+1 }

func (p *eevdf) share(with fairQueue) {
	p.tasks, p.takers = with.(*eevdf).tasks, with.(*eevdf).takers
}

func (p *eevdf) peek(cpu int) (sim.TaskID, bool) {
	if p.standing.n+p.waiting.n == 0 {
		return sim.NoTask, false
	}
	return p.next(cpu)
}

func (p *eevdf) load() int64                { return int64(p.clock.weight) }
func (p *eevdf) heft(task sim.TaskID) int64 { return p.tasks[task].weight }
func (p *eevdf) due(task sim.TaskID) int64  { return p.tasks[task].deadline >> virtualShift }
func (p *eevdf) missing(cpu int) sim.TaskID { return p.takers.missing(cpu) }

func (p *eevdf) each(yield func(sim.TaskID)) {
	p.standing.each(yield)
	p.waiting.each(yield)
}

// follows: a task that waits takes its lag along, which Block has found.
func (p *eevdf) follows(sim.TaskID, fairQueue) {}

func (p *eevdf) gives(task sim.TaskID, q fairQueue) {
	t, to := &p.tasks[task], q.(*eevdf)
	lag := p.lagOf(t)
	p.Remove(task)
	to.place(t, lag)
	to.clock.join(t)
	to.fresh = true
	to.stand(task, t)
}

package policy

import "timeslice/sim"

// What a run queue of cfs needs that serves one CPU of several; see fairEach.

func (p *cfs) serve(cpu int) { p.from, p.to = cpu, cpu+1 }

func (p *cfs) share(with fairQueue) {
	p.tasks, p.takers = with.(*cfs).tasks, with.(*cfs).takers
}

func (p *cfs) peek(cpu int) (sim.TaskID, bool) {
	task, _, ok := p.queue.first(cpu)
	return task, ok
}

func (p *cfs) load() int64                       { return p.weight }
func (p *cfs) heft(task sim.TaskID) int64        { return p.tasks[task].weight }
func (p *cfs) due(task sim.TaskID) int64         { return p.tasks[task].had }
func (p *cfs) each(yield func(sim.TaskID))       { p.queue.each(yield) }
func (p *cfs) missing(cpu int) sim.TaskID        { return p.takers.missing(cpu) }
func (p *cfs) follows(t sim.TaskID, q fairQueue) { p.rebase(t, q.(*cfs)) }

// rebase makes a task's virtual runtime relative to the floor of this queue and
// absolute by that of another.
func (p *cfs) rebase(task sim.TaskID, to *cfs) {
	t := &p.tasks[task]
	if ahead := t.had - p.now(); ahead > 0 {
		t.had = addVirtual(to.now(), ahead)
	} else {
		t.had = to.now() + ahead
	}
}

func (p *cfs) gives(task sim.TaskID, q fairQueue) {
	to := q.(*cfs)
	p.rebase(task, to)
	p.Remove(task)
	to.weight += to.tasks[task].weight
	to.n++
	to.fresh = true
	to.keyed.Enqueue(task, sim.Preempted)
}

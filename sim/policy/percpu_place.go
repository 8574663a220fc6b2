package policy

import (
	"slices"

	"timeslice/sim"
)

// place puts a task into a CPU's queue.
func (p *perCPU) place(task sim.TaskID, cpu int) {
	t := &p.tasks[task]
	t.cpu = int16(cpu)
	p.v.SetHome(task, cpu)
	if p.key == nil {
		p.order++
		t.key, t.work = p.order, 1
	} else {
		t.key = min(p.key(task), maxKey)
		t.work = min(t.key, mostWork)
		p.v.SetKey(task, t.key)
	}
	p.queues[cpu].work += t.work
	p.push(cpu, task)
}

// take takes a task out of its queue.
func (p *perCPU) take(task sim.TaskID) {
	t := &p.tasks[task]
	p.queues[t.cpu].work -= t.work
	p.drop(int(t.cpu), task)
}

// settle places those that have come at this instant, the shortest first.
func (p *perCPU) settle() {
	if len(p.coming) == 0 {
		return
	}
	for _, task := range p.coming {
		p.tasks[task].key = min(p.key(task), maxKey)
	}
	slices.SortFunc(p.coming, func(a, b sim.TaskID) int {
		if p.before(a, b) {
			return -1
		}
		return 1
	})
	for _, task := range p.coming {
		p.place(task, p.idlest(task))
	}
	p.coming = p.coming[:0]
}

// load is how much there is to do on a CPU.
func (p *perCPU) load(cpu int) int64 {
	task := p.takers.by[cpu]
	switch {
	case task == sim.NoTask || p.takers.on[task] != int16(cpu):
		return p.queues[cpu].work
	case p.key == nil:
		return p.queues[cpu].work + 1
	}
	return p.queues[cpu].work + min(p.key(task), mostWork)
}

// idlest returns the CPU with the least to do of those on which a task may run,
// if possible the one it ran on.
func (p *perCPU) idlest(task sim.TaskID) int {
	best, least := -1, int64(0)
	if last := int(p.tasks[task].cpu); last >= 0 {
		best, least = last, p.load(last)
	}
	for c := range p.queues {
		if p.v.Allowed(task, c) && (best < 0 || p.load(c) < least) {
			best, least = c, p.load(c)
		}
	}
	return best
}

func (p *perCPU) Next() sim.Time { return min(p.next, p.peek.next) }

// Fire lets CPUs peek, and balances.
func (p *perCPU) Fire() {
	p.settle()
	if now := p.v.Now(); p.peek.next <= now {
		p.peekAround()
	}
	if p.next > p.v.Now() {
		return
	}
	p.next += p.balance
	p.level()
}

// level moves tasks from the longest queue to the shortest until they are equally
// long, or those in it may not go there.
func (p *perCPU) level() {
	for {
		long, short := 0, 0
		for c := range p.queues {
			switch n := len(p.queues[c].heap); {
			case n > len(p.queues[long].heap):
				long = c
			case n < len(p.queues[short].heap):
				short = c
			}
		}
		task := p.first(long, short)
		if len(p.queues[long].heap)-len(p.queues[short].heap) < 2 || task == sim.NoTask {
			return
		}
		p.take(task)
		p.place(task, short)
	}
}

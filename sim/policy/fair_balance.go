package policy

import (
	"slices"

	"timeslice/sim"
)

const (
	// mostMoves is how many tasks are moved at most when queues are balanced;
	// Linux, sysctl_sched_nr_migrate.
	mostMoves = 32
	// tolerated is how much heavier a queue may be than another, in percent of it,
	// before tasks are moved; Linux, imbalance_pct.
	tolerated = 117
)

// load is the weight on a CPU: what its queue counts, without who was killed
// while the CPU switched to it, and with who runs there since before this policy.
func (p *fairEach) load(cpu int) int64 {
	load := p.queues[cpu].load()
	if p.v.Idle(cpu) {
		if lost := p.queues[cpu].missing(cpu); lost != sim.NoTask {
			load -= p.queues[cpu].heft(lost)
		}
		return load
	}
	if task, runs := p.v.Running(cpu); runs && (int(task) >= len(p.cpu) || p.cpu[task] < 0) {
		load += weightOf(p.v, task)
	}
	return load
}

// idlest returns the CPU with the least load of those on which a task may run, if
// possible the one it ran on.
func (p *fairEach) idlest(task sim.TaskID) int {
	best, least := -1, int64(0)
	if last := int(p.cpu[task]); last >= 0 {
		best, least = last, p.load(last)
	}
	for c := range p.queues {
		if !p.v.Allowed(task, c) {
			continue
		}
		if load := p.load(c); best < 0 || load < least {
			best, least = c, load
		}
	}
	return best
}

// loot returns whom an idle CPU would steal: who is next on the CPU with the most
// load that has somebody for it. A CPU that is idle itself is left what it has.
func (p *fairEach) loot(cpu int) (sim.TaskID, bool) {
	best, most := sim.NoTask, int64(-1)
	for c, q := range p.queues {
		if !p.steals || c == cpu || p.v.Idle(c) {
			continue
		}
		if load := p.load(c); load > most {
			if task, ok := q.peek(cpu); ok {
				best, most = task, load
			}
		}
	}
	return best, best != sim.NoTask
}

// move moves a ready task to another CPU's queue.
func (p *fairEach) move(task sim.TaskID, to int) {
	from := p.queues[p.cpu[task]]
	p.cpu[task] = int16(to)
	p.v.SetHome(task, to)
	from.gives(task, p.queues[to])
}

func (p *fairEach) Next() sim.Time { return p.next }

// Fire balances.
func (p *fairEach) Fire() {
	if p.next > p.v.Now() {
		return
	}
	p.advance()
	for range mostMoves {
		if !p.level() {
			return
		}
	}
}

// level moves one task from a heavy queue to a light one, if that makes them more
// alike; heavy queues and light ones first.
func (p *fairEach) level() bool {
	slices.SortFunc(p.order, p.lighter)
	for i := len(p.order) - 1; i > 0; i-- {
		from := p.order[i]
		for _, to := range p.order[:i] {
			heavy, light := p.load(from), p.load(to)
			if heavy*100 <= light*tolerated {
				break // the others are heavier still
			}
			if task, ok := p.fit(from, to, heavy-light); ok {
				p.move(task, to)
				return true
			}
		}
	}
	return false
}

// fitting is the search for the task to move, kept so that balancing doesn't
// allocate.
type fitting struct {
	from, to   int
	difference int64
	best       sim.TaskID
	left, due  int64 // the difference that would be left, and what it is ordered by
	consider   func(sim.TaskID)
}

// fit returns the task that brings two queues closest together if it moves, of
// several the one that would wait longest where it is, and of those the first by
// the tie rule. One as heavy as the difference would only turn it round.
func (p *fairEach) fit(from, to int, difference int64) (sim.TaskID, bool) {
	f := &p.fitting
	f.from, f.to, f.difference, f.best, f.left, f.due = from, to, difference, sim.NoTask, difference, 0
	p.queues[from].each(f.consider)
	return f.best, f.best != sim.NoTask
}

func (p *fairEach) consider(task sim.TaskID) {
	f, q := &p.fitting, p.queues[p.fitting.from]
	left := f.difference - 2*q.heft(task)
	if left = max(left, -left); left >= f.difference || left > f.left || !p.v.Allowed(task, f.to) {
		return
	}
	due := q.due(task)
	if f.best == sim.NoTask || left < f.left || due > f.due || due == f.due && tieBefore(p.v, task, f.best) {
		f.best, f.left, f.due = task, left, due
	}
}

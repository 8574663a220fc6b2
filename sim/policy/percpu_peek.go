package policy

import "timeslice/sim"

// peeking is a CPU's looking from time to time into the queue of another, chosen
// by chance, which finds work almost as well as looking into all of them and
// costs less. It is done by each CPU whose own queue is empty, even if it runs a
// task; a task that is bound to some CPUs is left where it is.
//
// OSTEP, chapter 10 (multi-queue scheduling), and its simulator multi.py.
type peeking struct {
	every   sim.Time
	choices []int64 // CPUs, recorded elsewhere: used up before chance decides
	used    int
	next    sim.Time
}

func (k *peeking) attach(now sim.Time) {
	k.used, k.next = 0, sim.Never
	if k.every > 0 {
		k.next = (now/k.every + 1) * k.every
	}
}

// choose returns whose queue to look into.
func (k *peeking) choose(v *sim.View) int {
	if k.used < len(k.choices) {
		k.used++
		return int(uint64(k.choices[k.used-1]) % uint64(v.CPUs()))
	}
	return int(v.Random() % uint64(v.CPUs()))
}

// peekAround lets each CPU with an empty queue, by number, take the first of
// another's.
func (p *perCPU) peekAround() {
	p.peek.next += p.peek.every
	for c := range p.queues {
		if len(p.queues[c].heap) > 0 {
			continue
		}
		of, best := p.peek.choose(p.v), sim.NoTask
		for _, task := range p.queues[of].heap {
			if p.anywhere(task) && (best == sim.NoTask || p.before(task, best)) {
				best = task
			}
		}
		if best != sim.NoTask {
			p.take(best)
			p.place(best, c)
		}
	}
}

// anywhere reports whether a task may run on every CPU.
func (p *perCPU) anywhere(task sim.TaskID) bool {
	for c := range p.queues {
		if !p.v.Allowed(task, c) {
			return false
		}
	}
	return true
}

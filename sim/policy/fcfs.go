package policy

import "timeslice/sim"

// fcfs serves first come first: the oldest rule, and fair in the order of
// arrival. It is bad when a long task comes first, because every short one
// behind it waits (the convoy effect), and it never lets anyone interrupt.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.1;
// Arpaci-Dusseau: Operating Systems: Three Easy Pieces, chapter 7.
type fcfs struct {
	v     *sim.View
	queue fifo
}

var _ sim.Explainer = (*fcfs)(nil)

func newFCFS(a Args) sim.Policy {
	if p, yes := (perCPU{name: "fcfs"}).asked(a); yes {
		return p
	}
	return &fcfs{}
}

func (p *fcfs) Attach(v *sim.View) { p.v, p.queue = v, newFIFO(v) }

func (p *fcfs) Describe() sim.Description { return sim.Description{Name: "fcfs"} }

func (p *fcfs) Enqueue(task sim.TaskID, _ sim.Reason) { p.queue.push(task) }

func (p *fcfs) Pick(cpu int) (sim.TaskID, bool) { return p.queue.pop(p.v, cpu) }

func (p *fcfs) Remove(task sim.TaskID) { p.queue.remove(task) }

func (p *fcfs) Explain(cpu int) sim.Explanation { return p.queue.explain(p.v, cpu) }

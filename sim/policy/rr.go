package policy

import "timeslice/sim"

// rr lets tasks take turns: each runs for a quantum at most and then goes to the
// tail of the queue. Everybody is served soon, which makes it good for answering
// quickly; it is bad for turnaround, since tasks of equal length all end late,
// and a short quantum spends the CPU on switching. A task's own slice goes
// before the quantum.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.3;
// Tanenbaum, Bos: Modern Operating Systems, 4th edition, 2.4.3.
type rr struct {
	fcfs
	quantum sim.Time
}

func newRR(a Args) sim.Policy {
	if p, yes := (perCPU{name: "rr", slice: a.Time("quantum")}).asked(a); yes {
		return p
	}
	if p, yes := newShuffledRR(a); yes {
		return p
	}
	return &rr{quantum: a.Time("quantum")}
}

func (p *rr) Describe() sim.Description {
	return sim.Description{
		Name:   "rr",
		Params: []sim.Setting{{Name: "quantum", Value: p.v.Text(p.quantum)}},
		Slice:  p.quantum,
	}
}

func (p *rr) Enqueue(task sim.TaskID, why sim.Reason) {
	if why == sim.Admitted || why == sim.Adopted {
		p.v.SetSlice(task, p.v.OwnSlice(task))
	}
	p.queue.push(task)
}

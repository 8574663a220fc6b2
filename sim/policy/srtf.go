package policy

import "timeslice/sim"

// srtf runs the task with the shortest remaining time and takes the CPU away as
// soon as a shorter one comes: the preemptive twin of sjf, and the best average
// turnaround there can be on one CPU. It cheats just as sjf does, starves long
// tasks even more, and switches more often.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.2;
// Stallings: Operating Systems, 9th edition, 9.2 (SRT).
type srtf struct{ sjf }

func newSRTF(a Args) sim.Policy {
	each := perCPU{name: "srtf", lengths: newLengths(a), ordered: true, preempts: true}
	if p, yes := each.asked(a); yes {
		return p
	}
	return &srtf{sjf{lengths: newLengths(a)}}
}

func (p *srtf) Describe() sim.Description {
	return sim.Description{Name: "srtf", Params: p.lengths.settings()}
}

func (p *srtf) Victim() (int, bool) { return p.victim() }

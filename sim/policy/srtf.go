package policy

import "timeslice/sim"

// srtf runs the task with the shortest remaining time and takes the CPU away as
// soon as a shorter one comes: the preemptive twin of sjf, and the best average
// turnaround there can be on one CPU. It cheats just as sjf does, starves long
// tasks even more, and switches more often.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.2;
// Stallings: Operating Systems, 9th edition, 9.2 (SRT).
type srtf struct {
	keyed
	burst bool
}

func newSRTF(a Args) sim.Policy {
	burst := a.Int("length") == 1
	each := perCPU{
		name: "srtf", params: []sim.Setting{lengthSetting(burst)}, preempts: true,
		keyOf: func(v *sim.View) func(sim.TaskID) int64 { return length(v, burst) },
	}
	if p, yes := each.asked(a); yes {
		return p
	}
	return &srtf{burst: burst}
}

func (p *srtf) Attach(v *sim.View) { p.attach(v, length(v, p.burst)) }

func (p *srtf) Describe() sim.Description {
	return sim.Description{Name: "srtf", Params: []sim.Setting{lengthSetting(p.burst)}}
}

func (p *srtf) Victim() (int, bool) { return p.victim() }

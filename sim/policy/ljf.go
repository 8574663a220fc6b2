package policy

import "timeslice/sim"

// ljf runs the longest job first and to its end: the opposite of sjf, and about
// the worst average waiting time there can be. It shows how much the order
// alone matters; on several CPUs it has its use, since beginning with the long
// jobs leaves the short ones to fill the gaps at the end.
//
// Graham: Bounds on Multiprocessing Timing Anomalies, 1969 (longest processing
// time first).
type ljf struct {
	keyed
	burst bool
}

func newLJF(a Args) sim.Policy { return &ljf{burst: a.Int("length") == 1} }

func (p *ljf) Attach(v *sim.View) {
	long := length(v, p.burst)
	p.attach(v, func(task sim.TaskID) int64 { return -long(task) })
}

func (p *ljf) Describe() sim.Description {
	return sim.Description{Name: "ljf", Params: []sim.Setting{lengthSetting(p.burst)}}
}

package policy

import "timeslice/sim"

// sjf runs the shortest job first and to its end: no other order of jobs that
// are there together gives a smaller average waiting time. It cheats, since a
// real system doesn't know how long a job will take and has to guess; a short
// job that comes late still waits for the long one that runs; and a long job
// starves as long as shorter ones keep coming. With length: burst it looks at
// the time until a task blocks instead of at the whole job.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.2;
// Arpaci-Dusseau: Operating Systems: Three Easy Pieces, chapter 7.
type sjf struct {
	keyed
	burst bool
}

func newSJF(a Args) sim.Policy { return &sjf{burst: a.Int("length") == 1} }

func (p *sjf) Attach(v *sim.View) { p.attach(v, length(v, p.burst)) }

func (p *sjf) Describe() sim.Description {
	return sim.Description{Name: "sjf", Params: []sim.Setting{lengthSetting(p.burst)}}
}

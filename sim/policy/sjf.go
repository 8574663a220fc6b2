package policy

import "timeslice/sim"

// sjf runs the shortest job first and to its end: no other order of jobs that
// are there together gives a smaller average waiting time. It cheats, since a
// real system doesn't know how long a job will take and has to guess; a short
// job that comes late still waits for the long one that runs; and a long job
// starves as long as shorter ones keep coming. With length: burst it looks at
// the time until a task blocks instead of at the whole job, and with estimate:
// average it guesses.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.2;
// Arpaci-Dusseau: Operating Systems: Three Easy Pieces, chapter 7.
type sjf struct {
	keyed
	lengths lengths
}

func newSJF(a Args) sim.Policy { return &sjf{lengths: newLengths(a)} }

func (p *sjf) Attach(v *sim.View) { p.attach(v, p.lengths.of(v)) }

func (p *sjf) Describe() sim.Description {
	return sim.Description{Name: "sjf", Params: p.lengths.settings()}
}

func (p *sjf) Enqueue(task sim.TaskID, why sim.Reason) {
	if why == sim.Yielded {
		p.lengths.ended(task)
	}
	p.keyed.Enqueue(task, why)
}

func (p *sjf) Block(task sim.TaskID) { p.lengths.ended(task) }

package policy

import "timeslice/sim"

// lrtf runs the task with the longest remaining time, looking again after each
// quantum: the opposite of srtf. It keeps everybody about as far from the end,
// so that all finish together and late, and it switches all the time. It is
// asked for in exercises; no system does it.
type lrtf struct {
	keyed
	quantum sim.Time
}

func newLRTF(a Args) sim.Policy { return &lrtf{quantum: a.Time("quantum")} }

func (p *lrtf) Attach(v *sim.View) {
	oracle := v.Oracle()
	p.attach(v, func(task sim.TaskID) int64 { return -int64(oracle.Total(task)) })
}

func (p *lrtf) Describe() sim.Description {
	return sim.Description{
		Name:   "lrtf",
		Params: []sim.Setting{{Name: "quantum", Value: p.v.Text(p.quantum)}},
		Slice:  p.quantum,
	}
}

func (p *lrtf) Victim() (int, bool) { return p.victim() }

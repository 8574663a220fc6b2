package policy

import (
	"strconv"

	"timeslice/sim"
)

// aging is priority scheduling in which waiting counts: at each choice every
// ready task that isn't chosen becomes more important by a step, and the one
// that runs falls back to the priority it began with. So the unimportant wait
// long, but not for ever; important ones no longer have the CPU for certain, and
// all take turns in the end, which is what one wanted priorities against.
//
// A choice is made at the end of each quantum and when the CPU is free. The task
// that has just run doesn't gain at the next choice; one that comes does. Of
// equals the one that was passed over longest goes first.
//
// Comer: Operating System Design, The Xinu Approach, 2nd edition, chapter 5;
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.4.
type aging struct {
	keyed
	quantum sim.Time
	step    int64
	choices int64
	from    []int64 // choices at which a ready task began to gain
}

// A task's importance grows like that of all others, so their order doesn't
// change while they wait: by priority plus a step for each choice made before
// it came. Below that, in the same key, the less important of equals, who must
// have waited longer, goes first.
const (
	agingShift = 20
	agingMost  = 1<<(agingShift-1) - 1 // priorities beyond count as this
)

var agingParams = []ParamSpec{
	{Name: "quantum", Kind: Duration, Default: "1", Min: 1},
	{Name: "step", Kind: Int, Default: "1", Min: 1, Max: 1000},
}

func newAging(a Args) sim.Policy {
	return &aging{quantum: a.Time("quantum"), step: a.Int("step")}
}

func (p *aging) Attach(v *sim.View) {
	p.choices, p.from = 0, make([]int64, v.Tasks())
	p.attach(v, func(task sim.TaskID) int64 {
		own := p.own(task)
		return (own+p.step*p.from[task])<<agingShift - own
	})
}

// own is the priority a task begins with.
func (p *aging) own(task sim.TaskID) int64 {
	return min(max(p.v.Priority(task), -agingMost), agingMost)
}

func (p *aging) Describe() sim.Description {
	return sim.Description{Name: "aging", Slice: p.quantum, Params: []sim.Setting{
		{Name: "quantum", Value: p.v.Text(p.quantum)},
		{Name: "step", Value: strconv.FormatInt(p.step, 10)},
	}}
}

func (p *aging) Enqueue(task sim.TaskID, why sim.Reason) {
	for int(task) >= len(p.from) {
		p.from = append(p.from, 0)
	}
	p.from[task] = p.choices
	if why == sim.Expired || why == sim.Yielded {
		p.from[task]++
	}
	p.keyed.Enqueue(task, why)
}

func (p *aging) Pick(cpu int) (sim.TaskID, bool) {
	task, ok := p.keyed.Pick(cpu)
	if ok {
		p.choices++
	}
	return task, ok
}

// Explain gives what the priorities have become by now, the best smallest.
func (p *aging) Explain(cpu int) sim.Explanation {
	x := p.keyed.Explain(cpu)
	for i := range x.Candidates {
		c := &x.Candidates[i]
		c.Key = p.own(c.Task) - p.step*(p.choices+1-p.from[c.Task])
	}
	if len(x.Candidates) > 1 && x.Candidates[0].Key == x.Candidates[1].Key {
		x.Rule = sim.RuleTie
	}
	return x
}

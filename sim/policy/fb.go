package policy

import (
	"math/bits"
	"strconv"

	"timeslice/sim"
)

// fb is feedback scheduling as Stallings has it: everyone begins at level 0,
// who uses up a slice sinks a level, and the highest level that has tasks runs.
// Short tasks go first without anybody knowing how long they are; a long one
// sinks without end and starves as long as new ones come, since nothing lifts
// it again. With growth double, slices double from level to level, so that long
// tasks switch less.
//
// A task sinks only if it kept somebody waiting: whoever became ready until
// notice after its slice began counts, later ones come too late. Arrivals don't
// cut a slice. In a level tasks stand in line; with ties: index the first of the
// workload goes first.
//
// Stallings: Operating Systems, 9th edition, 9.2 (feedback).
type fb struct {
	v        *sim.View
	queue    ordered
	quantum  sim.Time
	notice   sim.Time
	doubling bool
	levels   int
	tasks    []fbTask
	order    int64 // of those who stand in line
}

type fbTask struct {
	level int
	began sim.Time // its slice
	kept  bool     // somebody waiting meanwhile
}

const (
	fbMost  = 256 // levels
	fbShift = 48  // key = level and, below it, the place in line
)

var fbParams = []ParamSpec{
	{Name: "quantum", Kind: Duration, Default: "1", Min: 1},
	{Name: "growth", Kind: Choice, Default: "same", Choices: []string{"same", "double"}},
	{Name: "notice", Kind: Duration, Default: "1"},
}

func newFB(a Args) sim.Policy {
	return &fb{quantum: a.Time("quantum"), notice: a.Time("notice"), doubling: a.Int("growth") == 1}
}

func (p *fb) Attach(v *sim.View) {
	p.v, p.queue, p.order = v, newOrdered(v), 0
	p.tasks = make([]fbTask, v.Tasks())
	p.levels = p.depth()
}

// depth is how many levels the longest task can sink, as far as there are any.
func (p *fb) depth() int {
	longest := sim.Time(0)
	for task := range p.v.Tasks() {
		longest = max(longest, p.v.Oracle().Total(sim.TaskID(task)))
	}
	n := longest / p.quantum
	if p.doubling {
		// A slice that would last for years is as good as none.
		return min(bits.Len64(uint64(n))+1, bits.Len64(uint64(sim.Never/2/p.quantum)))
	}
	return int(min(n+1, fbMost))
}

func (p *fb) Describe() sim.Description {
	growth := "same"
	if p.doubling {
		growth = "double"
	}
	return sim.Description{Name: "fb", Slice: p.quantum, Params: []sim.Setting{
		{Name: "quantum", Value: p.v.Text(p.quantum)},
		{Name: "growth", Value: growth},
		{Name: "notice", Value: p.v.Text(p.notice)},
	}}
}

func (p *fb) byIndex() bool { return p.v.Ties() == sim.TiesIndex }

func (p *fb) Queues() []sim.Queue {
	queues := make([]sim.Queue, p.levels)
	for i := range queues {
		queues[i] = sim.Queue{Name: strconv.Itoa(i), CPU: -1, Ordered: p.byIndex(), ByIndex: p.byIndex()}
	}
	return queues
}

func (p *fb) Enqueue(task sim.TaskID, why sim.Reason) {
	for int(task) >= len(p.tasks) {
		p.tasks = append(p.tasks, fbTask{})
	}
	for c := range p.v.CPUs() {
		if other, runs := p.v.Running(c); runs && p.v.Now() <= p.tasks[other].began+p.notice {
			p.tasks[other].kept = true
		}
	}
	t := &p.tasks[task]
	switch why {
	case sim.Admitted, sim.Adopted:
		*t = fbTask{}
	case sim.Expired:
		if t.kept {
			t.level = min(t.level+1, p.levels-1)
		}
	}
	key := int64(t.level) << fbShift
	if p.byIndex() {
		p.v.SetKey(task, 0) // all of a level are equal
	} else {
		p.order++
		key += p.order
	}
	p.v.SetHome(task, t.level)
	p.queue.add(task, key)
}

func (p *fb) Pick(cpu int) (sim.TaskID, bool) {
	task, _, ok := p.queue.first(cpu)
	if ok {
		p.queue.remove(task)
	}
	return task, ok
}

func (p *fb) Slice(task sim.TaskID) sim.Time {
	t := &p.tasks[task]
	t.began, t.kept = p.v.Now(), p.queue.n > 0
	if p.doubling {
		return p.quantum << t.level
	}
	return p.quantum
}

func (p *fb) Remove(task sim.TaskID) { p.queue.remove(task) }

// Explain lists the ready tasks; the keys are their levels.
func (p *fb) Explain(cpu int) sim.Explanation {
	x := p.queue.explain(cpu)
	for i := range x.Candidates {
		x.Candidates[i].Key >>= fbShift
	}
	if !p.byIndex() {
		x.Rule = sim.RuleHead
	}
	return x
}

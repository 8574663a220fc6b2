package policy

import "timeslice/sim"

// cfs shares the CPU as if all ran at once, each at a speed by its weight: it
// counts what a task had, divided by its weight (virtual runtime), and runs who
// had least. There are no fixed slices: within the latency everyone should have
// had a turn, so a slice is a task's part of it, but min_granularity at least.
// Shares are exact in the long run without anybody being asked; it is bad for
// those that need little CPU but soon, who can only be made heavier.
//
// A newcomer begins a slice behind the one that had least; who wakes is set at
// most half a latency before it, so that sleep is made up for, but not hoarded.
// It takes the CPU if it then is ahead by more than wakeup_granularity. Several
// CPUs share one queue, and a slice grows with their number, or have one each: see
// fairEach.
//
// Linux 5.15, kernel/sched/fair.c, with its defaults for one CPU.
type cfs struct {
	keyed
	latency sim.Time
	least   sim.Time // min_granularity
	wakeup  sim.Time // wakeup_granularity

	tasks  []cfsTask
	takers takers
	weight int64 // of those that are ready or have a CPU
	n      int64
	floor  int64 // the least virtual runtime so far
	fresh  bool  // somebody came since Victim was asked

	from, to int // the CPUs it serves, the second not included
}

type cfsTask struct {
	had    int64 // virtual runtime, in nanoseconds of nice 0
	weight int64
	began  sim.Time // to run; -1 if it doesn't
}

var cfsParams = []ParamSpec{
	{Name: "latency", Kind: Duration, Default: "6ms", Min: 1},
	{Name: "min_granularity", Kind: Duration, Default: "750us", Min: 1},
	{Name: "wakeup_granularity", Kind: Duration, Default: "1ms"},
}

func newCFS(a Args) sim.Policy {
	return fairQueues(a, func() fairQueue {
		return &cfs{latency: a.Time("latency"), least: a.Time("min_granularity"), wakeup: a.Time("wakeup_granularity")}
	})
}

func (p *cfs) Attach(v *sim.View) {
	p.tasks, p.takers = nil, newTakers(v)
	p.from, p.to = 0, v.CPUs()
	p.grow(v.Tasks())
	p.weight, p.n, p.floor, p.fresh = 0, 0, 0, false
	p.attach(v, func(task sim.TaskID) int64 {
		t := &p.tasks[task]
		if t.began < 0 {
			return t.had
		}
		return addVirtual(t.had, virtual(p.v.Now()-t.began, niceZero, t.weight))
	})
}

func (p *cfs) grow(tasks int) {
	p.takers.grow(tasks)
	for len(p.tasks) < tasks {
		p.tasks = append(p.tasks, cfsTask{began: -1})
	}
}

func (p *cfs) Describe() sim.Description {
	return sim.Description{Name: "cfs", Slice: p.latency, Params: []sim.Setting{
		{Name: "latency", Value: p.v.Text(p.latency)},
		{Name: "min_granularity", Value: p.v.Text(p.least)},
		{Name: "wakeup_granularity", Value: p.v.Text(p.wakeup)},
	}}
}

func (p *cfs) Enqueue(task sim.TaskID, why sim.Reason) {
	p.grow(p.v.Tasks())
	t := &p.tasks[task]
	if !p.takers.back(task) { // else it was about to run and is still counted
		t.weight = weightOf(p.v, task)
		p.weight += t.weight
		p.n++
	}
	switch why {
	case sim.Admitted, sim.Adopted:
		t.had = addVirtual(p.now(), virtual(p.part(t), niceZero, t.weight))
	case sim.Woken:
		t.had = max(t.had, p.now()-int64(p.latency/2))
	case sim.Yielded: // behind the next
		if _, key, ok := p.queue.top(); ok {
			t.had = max(t.had, addVirtual(key, 1))
		}
	}
	p.fresh = p.fresh || why == sim.Admitted || why == sim.Woken
	p.keyed.Enqueue(task, why)
}

// Block forgets a task that was about to run and is still counted.
func (p *cfs) Block(task sim.TaskID) {
	if int(task) < len(p.tasks) && p.takers.back(task) {
		p.leave(task)
	}
}

package policy

import (
	"strconv"

	"timeslice/sim"
)

// perCPU is fcfs, rr or srtf with a ready queue for each CPU instead of one for
// all: no CPU waits for another's queue, and tasks stay where their data is in
// the cache. It is bad at sharing: one queue may be long while another CPU
// idles. So there are remedies, each with its price: placement of who wakes on
// the CPU with the least to do (least) instead of the one it ran on (last); an
// idle CPU may steal from the longest queue; every balance the queues are made
// equally long; and every peek a CPU whose queue is empty looks into another's. Without any of them a task never changes its CPU.
//
// Newcomers go where there is least to do: by number of tasks, or, if the
// shortest goes first, by the work that is left; of several at one instant the
// shortest is placed first. Who loses its CPU stays in its queue.
//
// OSTEP, chapter 10 (multi-queue scheduling); Tanenbaum, Bos: Modern Operating
// Systems, 4th edition, 8.1.4 (affinity scheduling).
type perCPU struct {
	v        *sim.View
	name     string
	slice    sim.Time
	least    bool
	steals   bool
	balance  sim.Time
	ordered  bool // the shortest first, else in line
	lengths  lengths
	preempts bool

	key    func(sim.TaskID) int64
	queues []cpuQueue
	tasks  []queued
	takers takers
	coming []sim.TaskID // to be placed at this instant
	order  int64        // of those who stand in line
	next   sim.Time     // to balance
	peek   peeking
}

var perCPUParams = []ParamSpec{
	{Name: "queues", Kind: Choice, Default: "global", Choices: []string{"global", "per_cpu"}},
	{Name: "placement", Kind: Choice, Default: "last", Choices: []string{"last", "least"}},
	{Name: "steal", Kind: Bool, Default: "true"},
	{Name: "balance", Kind: Duration, Default: "0"},
	{Name: "peek", Kind: Duration, Default: "0"},
	{Name: "steal_choices", Kind: Int, List: true},
}

// asked reports whether the arguments ask for a queue for each CPU, and makes
// the policy.
func (p perCPU) asked(a Args) (sim.Policy, bool) {
	p.least, p.steals, p.balance = a.Int("placement") == 1, a.Bool("steal"), a.Time("balance")
	p.peek = peeking{every: a.Time("peek"), choices: a.List("steal_choices")}
	return &p, a.Int("queues") == 1
}

func (p *perCPU) Attach(v *sim.View) {
	p.v, p.order, p.coming, p.next = v, 0, nil, sim.Never
	p.queues, p.tasks, p.takers = make([]cpuQueue, v.CPUs()), nil, newTakers(v)
	p.key = nil
	if p.ordered {
		p.key = p.lengths.of(v)
	}
	p.grow()
	if p.balance > 0 {
		p.next = (v.Now()/p.balance + 1) * p.balance
	}
	p.peek.attach(v.Now())
}

func (p *perCPU) grow() {
	p.takers.grow(p.v.Tasks())
	for len(p.tasks) < p.v.Tasks() {
		p.tasks = append(p.tasks, queued{cpu: -1, at: -1})
	}
}

func (p *perCPU) Describe() sim.Description {
	placement := "last"
	if p.least {
		placement = "least"
	}
	var params []sim.Setting
	if p.ordered {
		params = p.lengths.settings()
	}
	if p.slice > 0 {
		params = append(params, sim.Setting{Name: "quantum", Value: p.v.Text(p.slice)})
	}
	return sim.Description{Name: p.name, Slice: p.slice, Params: append(params,
		sim.Setting{Name: "queues", Value: "per_cpu"},
		sim.Setting{Name: "placement", Value: placement},
		sim.Setting{Name: "steal", Value: strconv.FormatBool(p.steals)},
		sim.Setting{Name: "balance", Value: p.v.Text(p.balance)},
		sim.Setting{Name: "peek", Value: p.v.Text(p.peek.every)},
	)}
}

func (p *perCPU) Queues() []sim.Queue {
	queues := make([]sim.Queue, p.v.CPUs())
	for c := range queues {
		queues[c] = sim.Queue{
			Name: "cpu" + strconv.Itoa(c), CPU: c,
			Ordered: p.key != nil, ByIndex: p.key != nil && p.v.Ties() == sim.TiesIndex,
		}
	}
	return queues
}

func (p *perCPU) Enqueue(task sim.TaskID, why sim.Reason) {
	p.grow()
	p.takers.back(task)
	t := &p.tasks[task]
	if why == sim.Yielded {
		p.Block(task)
	}
	switch {
	case why == sim.Admitted || why == sim.Adopted:
		if p.slice > 0 {
			p.v.SetSlice(task, p.v.OwnSlice(task))
		}
		t.cpu = -1
		if p.key != nil {
			p.coming = append(p.coming, task)
			return
		}
		p.place(task, p.idlest(task))
	case t.cpu < 0 || why == sim.Woken && p.least:
		p.place(task, p.idlest(task))
	default:
		p.place(task, int(t.cpu))
	}
}

func (p *perCPU) Block(task sim.TaskID) {
	if p.ordered {
		p.lengths.ended(task)
	}
}

func (p *perCPU) Remove(task sim.TaskID) {
	p.settle()
	p.take(task)
}

func (p *perCPU) Pick(cpu int) (sim.TaskID, bool) {
	p.settle()
	task := p.choose(cpu)
	if task == sim.NoTask {
		return task, false
	}
	p.take(task)
	p.takers.take(cpu, task)
	p.tasks[task].cpu = int16(cpu)
	return task, true
}

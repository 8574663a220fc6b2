package policy

import (
	"cmp"
	"strconv"

	"timeslice/sim"
)

// fairEach is cfs or eevdf as real systems have it: a run queue for each CPU, with
// a virtual time of its own, which shares that CPU and knows nothing of the
// others. No lock is common to all and tasks stay where their data is in the
// cache. It is bad at sharing beyond a CPU: of three equal tasks on two CPUs one
// has a CPU to itself, whatever the queues do.
//
// So three things even out how heavy the queues are, the load of one being the
// sum of the weights of those that are ready or have the CPU. Who comes goes to
// the CPU with the least load of those it may run on, who wakes too (placement
// least), to the one it ran on if that is idle or no other has less; with last it
// always stays. A CPU that would idle steals from the CPU with the most load the
// one who would be next there. And every balance, tasks are moved from heavy
// queues to light ones. Who loses its CPU stays in its queue.
//
// Virtual times of two queues have nothing to do with each other. So a task takes
// along how far it is from that of its queue: under cfs how much more it had than
// the least there, under eevdf its lag, from which its next request begins.
//
// Linux 5.15 and 6.6, kernel/sched/fair.c: select_task_rq_fair,
// migrate_task_rq_fair, newidle_balance, load_balance. There loads are averages
// over time, and CPUs are in domains; here they are what they are now, and all
// CPUs are alike.
type fairEach struct {
	v       *sim.View
	make    func() fairQueue
	least   bool
	steals  bool
	balance sim.Time

	queues  []fairQueue
	cpu     []int16 // by task: in whose queue it stands, runs or was last; -1 if it hasn't been met
	next    sim.Time
	order   []int // of CPUs, while balancing
	lighter func(a, b int) int
	fitting fitting
}

// fairQueue is the run queue of a CPU: cfs or eevdf, told to serve one CPU only.
// All of a policy share what is known of tasks.
type fairQueue interface {
	sim.Policy
	sim.Describer
	sim.Slicer
	sim.Accountant
	sim.Preempter
	sim.Explainer

	// serve makes it, once attached, the queue of one CPU.
	serve(cpu int)
	// grow makes room for tasks; share takes what another knows of them.
	grow(tasks int)
	share(with fairQueue)
	// peek returns who goes first of those that may run on a CPU.
	peek(cpu int) (sim.TaskID, bool)
	// load is the weight of all that are ready or have the CPU.
	load() int64
	// heft is a task's weight, and due what it is ordered by.
	heft(task sim.TaskID) int64
	due(task sim.TaskID) int64
	// each names those that are ready.
	each(func(sim.TaskID))
	// follows lets a task that waits, and belonged here, belong to another queue.
	follows(task sim.TaskID, to fairQueue)
	// gives moves a ready task to another queue.
	gives(task sim.TaskID, to fairQueue)
	// missing returns who was picked and never came back.
	missing(cpu int) sim.TaskID
}

var fairEachParams = []ParamSpec{
	{Name: "queues", Kind: Choice, Default: "global", Choices: []string{"global", "per_cpu"}},
	{Name: "placement", Kind: Choice, Default: "least", Choices: []string{"last", "least"}},
	{Name: "steal", Kind: Bool, Default: "true"},
	{Name: "balance", Kind: Duration, Default: "8"},
}

// fairQueues returns the one queue that make makes, or, if the arguments ask for
// it, one for each CPU.
func fairQueues(a Args, make func() fairQueue) sim.Policy {
	if a.Int("queues") == 0 {
		return make()
	}
	return &fairEach{make: make, least: a.Int("placement") == 1, steals: a.Bool("steal"), balance: a.Time("balance")}
}

func (p *fairEach) Attach(v *sim.View) {
	p.v, p.cpu, p.next = v, nil, sim.Never
	p.queues = make([]fairQueue, v.CPUs())
	p.order = make([]int, v.CPUs())
	for c := range p.queues {
		p.queues[c], p.order[c] = p.make(), c
		p.queues[c].Attach(v)
		p.queues[c].serve(c)
	}
	p.lighter = func(a, b int) int { return cmp.Or(cmp.Compare(p.load(a), p.load(b)), cmp.Compare(a, b)) }
	p.fitting.consider = p.consider
	p.grow()
	if p.balance > 0 && v.CPUs() > 1 {
		p.next = v.Now() - v.Now()%p.balance
		p.advance()
	}
}

// advance sets the next time to balance.
func (p *fairEach) advance() {
	if p.next > sim.Never-p.balance {
		p.next = sim.Never
		return
	}
	p.next += p.balance
}

func (p *fairEach) grow() {
	if len(p.cpu) > 0 && len(p.cpu) >= p.v.Tasks() {
		return
	}
	for len(p.cpu) < p.v.Tasks() {
		p.cpu = append(p.cpu, -1)
	}
	p.queues[0].grow(p.v.Tasks())
	for _, q := range p.queues[1:] {
		q.share(p.queues[0])
	}
}

// home returns the queue a task belongs to; if it belongs to none, one that knows
// that it doesn't know it.
func (p *fairEach) home(task sim.TaskID) fairQueue {
	if int(task) >= len(p.cpu) || p.cpu[task] < 0 {
		p.grow()
		return p.queues[0]
	}
	return p.queues[p.cpu[task]]
}

func (p *fairEach) Describe() sim.Description {
	placement := "last"
	if p.least {
		placement = "least"
	}
	d := p.queues[0].Describe()
	d.Params = append(d.Params,
		sim.Setting{Name: "queues", Value: "per_cpu"},
		sim.Setting{Name: "placement", Value: placement},
		sim.Setting{Name: "steal", Value: strconv.FormatBool(p.steals)},
		sim.Setting{Name: "balance", Value: p.v.Text(p.balance)},
	)
	return d
}

func (p *fairEach) Queues() []sim.Queue {
	queues := make([]sim.Queue, p.v.CPUs())
	for c := range queues {
		queues[c] = sim.Queue{Name: "cpu" + strconv.Itoa(c), CPU: c, Ordered: true, ByIndex: p.v.Ties() == sim.TiesIndex}
	}
	return queues
}

func (p *fairEach) Enqueue(task sim.TaskID, why sim.Reason) {
	p.grow()
	was := int(p.cpu[task])
	switch {
	case was < 0 || why == sim.Admitted || why == sim.Adopted:
		p.cpu[task] = int16(p.idlest(task))
	case why == sim.Woken && p.least:
		if to := p.idlest(task); to != was {
			p.queues[was].follows(task, p.queues[to])
			p.cpu[task] = int16(to)
		}
	}
	p.v.SetHome(task, int(p.cpu[task]))
	p.queues[p.cpu[task]].Enqueue(task, why)
}

func (p *fairEach) Pick(cpu int) (sim.TaskID, bool) {
	if _, ok := p.queues[cpu].peek(cpu); !ok {
		task, some := p.loot(cpu)
		if !some {
			return sim.NoTask, false
		}
		p.move(task, cpu)
	}
	return p.queues[cpu].Pick(cpu)
}

func (p *fairEach) Remove(task sim.TaskID) { p.home(task).Remove(task) }

func (p *fairEach) Slice(task sim.TaskID) sim.Time { return p.home(task).Slice(task) }

func (p *fairEach) Charge(task sim.TaskID, ran sim.Time) { p.home(task).Charge(task, ran) }

// Block lets the queue of a task know, if it wants to.
func (p *fairEach) Block(task sim.TaskID) {
	if q, ok := p.home(task).(sim.Blocker); ok {
		q.Block(task)
	}
}

// Victim returns the first CPU whose own queue takes it from the task that runs.
func (p *fairEach) Victim() (cpu int, ok bool) {
	for _, q := range p.queues {
		if cpu, ok = q.Victim(); ok {
			return cpu, ok
		}
	}
	return 0, false
}

// Explain explains the choice of the CPU's queue, or, if that is empty, of the
// queue it steals from.
func (p *fairEach) Explain(cpu int) sim.Explanation {
	from := cpu
	if _, ok := p.queues[cpu].peek(cpu); !ok {
		task, some := p.loot(cpu)
		if !some {
			return sim.Explanation{Rule: sim.RuleLeast, Chosen: sim.NoTask}
		}
		from = int(p.cpu[task])
	}
	x := p.queues[from].Explain(cpu)
	x.Queue = from + 1
	return x
}

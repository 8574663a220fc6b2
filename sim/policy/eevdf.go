package policy

import (
	"strconv"

	"timeslice/sim"
)

// eevdf gives each task its share of the CPU and says when: a task asks for a
// slice; its request may begin when it has had no more than its share (it is
// eligible: its lag isn't negative), and should be served until its virtual
// deadline; of the eligible the one with the earliest deadline runs. Who asks
// for short slices is served sooner, without getting more. Nobody is ever more
// than a slice away from its share. It is bad for throughput if slices are
// short, and a task that sleeps has to be made up for somehow: with keep_lag it
// comes back as far from its share as it went, else even.
//
// Virtual time V goes at a rate of 1/(sum of weights): it is the mean of what
// the tasks had, each as a time divided by its weight, the mean taken by weight.
// A request of length r at virtual time e has the deadline e + r/weight; the
// next begins there. A quantum above 0 chooses anew within requests; with
// preempt a task that comes with an earlier deadline takes the CPU at once.
// Several CPUs share one queue, or have one each: see fairEach. One takes who isn't
// eligible rather than idle.
//
// Tasks stand in a tree by deadline. Who would be picked and isn't eligible moves
// to a tree of those who wait, by when they will be, and back as V goes on: where
// requests are as long as each other, hardly anybody ever does. That V goes back,
// since a task leaves or comes with a debt, makes no difference.
//
// Stoica, Abdel-Wahab: Earliest Eligible Virtual Deadline First, TR-95-22, 1995;
// Linux 6.6, kernel/sched/fair.c.
type eevdf struct {
	v        *sim.View
	quantum  sim.Time
	slice    sim.Time
	keepLag  bool
	preempts bool

	tasks    []eevdfTask
	waiting  ordered // by eligible time; isn't eligible
	standing ordered // by deadline
	takers   takers
	clock    virtualClock
	fresh    bool // somebody came since Victim was asked
	from, to int  // the CPUs it serves, the second not included
}

// eevdfTask is what the policy knows of a task.
type eevdfTask struct {
	weight   int64
	request  sim.Time
	length   int64    // of a request, in virtual time
	start    int64    // virtual time at which it came
	done     sim.Time // served since then, in requests before the present one
	used     sim.Time // of the present request
	begins   int64    // virtual time at which it is eligible
	deadline int64    // virtual
	lag      int64    // virtual, of a blocked task
	stands   bool     // in the tree by deadline
}

var eevdfParams = []ParamSpec{
	{Name: "slice", Kind: Duration, Default: "3", Min: 1},
	{Name: "quantum", Kind: Duration, Default: "0"},
	{Name: "keep_lag", Kind: Bool, Default: "true"},
	{Name: "preempt", Kind: Bool, Default: "true"},
}

func newEEVDF(a Args) sim.Policy {
	return fairQueues(a, func() fairQueue {
		return &eevdf{
			quantum: a.Time("quantum"), slice: a.Time("slice"), keepLag: a.Bool("keep_lag"), preempts: a.Bool("preempt"),
		}
	})
}

func (p *eevdf) Attach(v *sim.View) {
	p.v, p.tasks, p.fresh, p.clock = v, make([]eevdfTask, v.Tasks()), false, virtualClock{}
	p.from, p.to = 0, v.CPUs()
	p.waiting, p.standing, p.takers = newOrdered(v), newOrdered(v), newTakers(v)
}

func (p *eevdf) Describe() sim.Description {
	return sim.Description{Name: "eevdf", Slice: p.slice, Params: []sim.Setting{
		{Name: "slice", Value: p.v.Text(p.slice)},
		{Name: "quantum", Value: p.v.Text(p.quantum)},
		{Name: "keep_lag", Value: strconv.FormatBool(p.keepLag)},
		{Name: "preempt", Value: strconv.FormatBool(p.preempts)},
	}}
}

// Queues: one, by deadline; who isn't eligible is passed over.
func (p *eevdf) Queues() []sim.Queue {
	return []sim.Queue{{CPU: -1, Ordered: true, ByIndex: p.v.Ties() == sim.TiesIndex}}
}

func (p *eevdf) Enqueue(task sim.TaskID, why sim.Reason) {
	if int(task) >= len(p.tasks) {
		p.grow(p.v.Tasks())
	}
	t := &p.tasks[task]
	switch why {
	case sim.Admitted, sim.Adopted:
		p.admit(task, t)
	case sim.Woken:
		p.place(t, t.lag)
	case sim.Yielded: // as if it had asked for one slice more
		t.deadline = addVirtual(t.deadline, t.length)
	}
	p.fresh = p.fresh || why == sim.Admitted || why == sim.Woken
	if !p.takers.back(task) { // else it was about to run and is still counted
		p.clock.join(t)
	}
	p.stand(task, t)
}

func (p *eevdf) grow(tasks int) {
	if tasks > len(p.tasks) {
		p.tasks = append(p.tasks, make([]eevdfTask, tasks-len(p.tasks))...)
	}
	p.takers.grow(tasks)
}

// stand puts a ready task into the tree by deadline.
func (p *eevdf) stand(task sim.TaskID, t *eevdfTask) {
	key := t.deadline >> virtualShift
	p.v.SetKey(task, key)
	t.stands = true
	p.standing.add(task, key)
}

package policy

import (
	"slices"
	"strconv"

	"timeslice/sim"
)

// newPriority makes the policy that runs the most important task. Whether a
// small or a large number is important is a convention of the workload. It is
// bad for whoever isn't important: with enough others he never runs
// (starvation), and a lock he holds makes the important wait for him (priority
// inversion).
//
// With a quantum, tasks of equal priority take turns, and each priority has a
// queue of its own; without one, equals go by the tie rule. preemptive says
// whether a more important task takes the CPU or waits until it is free.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.4;
// Tanenbaum, Bos: Modern Operating Systems, 4th edition, 2.4.3.
func newPriority(a Args) sim.Policy {
	p := important{preemptive: a.Bool("preemptive"), quantum: a.Time("quantum")}
	switch {
	case p.quantum > 0 && p.preemptive:
		return &preemptiveLevels{levels{important: p}}
	case p.quantum > 0:
		return &levels{important: p}
	case p.preemptive:
		return &preemptivePriority{priority{important: p}}
	}
	return &priority{important: p}
}

// important is what all forms of the policy have in common.
type important struct {
	preemptive bool
	quantum    sim.Time
}

func (p *important) describe(v *sim.View) sim.Description {
	return sim.Description{Name: "priority", Slice: p.quantum, Params: []sim.Setting{
		{Name: "preemptive", Value: strconv.FormatBool(p.preemptive)},
		{Name: "quantum", Value: v.Text(p.quantum)},
	}}
}

// priority orders all tasks in one queue.
type priority struct {
	important
	keyed
}

func (p *priority) Attach(v *sim.View) { p.attach(v, lent(v, v.Priority)) }

func (p *priority) Describe() sim.Description { return p.describe(p.v) }

type preemptivePriority struct{ priority }

func (p *preemptivePriority) Victim() (int, bool) { return p.victim() }

// levels has a queue for each priority, in which tasks take turns.
type levels struct {
	important
	v      *sim.View
	of     []int64 // the priority of each level, best first
	queues []fifo
	best   int   // no level before it has tasks
	stands []int // by task, the level it stood in last; nil if levels don't change
}

func (p *levels) Attach(v *sim.View) {
	p.v, p.of, p.best, p.stands = v, v.Priorities(), 0, nil
	if v.Lends() {
		p.stands = make([]int, v.Tasks())
	}
	p.queues = make([]fifo, len(p.of))
}

func (p *levels) Describe() sim.Description { return p.describe(p.v) }

func (p *levels) Queues() []sim.Queue {
	queues := make([]sim.Queue, len(p.of))
	for i := range queues {
		queues[i] = sim.Queue{Name: strconv.FormatInt(p.v.AsWritten(p.of[i]), 10), CPU: -1}
	}
	if len(queues) == 0 {
		queues = []sim.Queue{{CPU: -1}}
	}
	return queues
}

func (p *levels) level(task sim.TaskID) int {
	priority := p.v.Priority(task)
	if p.stands != nil {
		if urgency, ok := p.v.Lent(task); ok {
			priority = min(priority, urgency)
		}
	}
	i, _ := slices.BinarySearch(p.of, priority)
	return i
}

func (p *levels) Enqueue(task sim.TaskID, why sim.Reason) {
	i := p.level(task)
	if why == sim.Admitted || why == sim.Adopted {
		p.v.SetHome(task, i)
		p.v.SetSlice(task, p.v.OwnSlice(task))
		if p.stands != nil {
			p.v.SetKey(task, p.of[i])
		}
	}
	p.push(i, task)
}

func (p *levels) push(i int, task sim.TaskID) {
	p.standsAt(i, task)
	p.queues[i].push(task)
	p.best = min(p.best, i)
}

// standsAt notes where a task stands, if levels change.
func (p *levels) standsAt(i int, task sim.TaskID) {
	if p.stands == nil {
		return
	}
	for int(task) >= len(p.stands) {
		p.stands = append(p.stands, 0)
	}
	p.stands[task] = i
}

func (p *levels) Pick(cpu int) (sim.TaskID, bool) {
	for i := p.best; i < len(p.queues); i++ {
		if task, ok := p.queues[i].pop(p.v, cpu); ok {
			return task, true
		}
		if i == p.best && p.queues[i].len() == 0 {
			p.best++
		}
	}
	return sim.NoTask, false
}

func (p *levels) Remove(task sim.TaskID) {
	i := p.level(task)
	if p.stands != nil { // the level may have changed since
		i = p.stands[task]
	}
	p.queues[i].remove(task)
}

// Explain lists the ready tasks by priority and place; the keys are the
// priorities as they are written.
func (p *levels) Explain(cpu int) sim.Explanation {
	all := sim.Explanation{Rule: sim.RuleHead, Chosen: sim.NoTask}
	for i := range p.queues {
		x := p.queues[i].explain(p.v, cpu)
		if all.Chosen == sim.NoTask {
			all.Chosen = x.Chosen
		}
		for _, c := range x.Candidates {
			all.Candidates = append(all.Candidates, sim.Candidate{Task: c.Task, Key: p.v.AsWritten(p.of[i])})
		}
	}
	return all
}

type preemptiveLevels struct{ levels }

// Victim returns the CPU that runs the least important task, if a ready one is
// more important.
func (p *preemptiveLevels) Victim() (cpu int, ok bool) {
	worst := -1
	for c := range p.v.CPUs() {
		task, runs := p.v.Running(c)
		if !runs {
			continue
		}
		level := p.level(task)
		if level > worst && p.waits(c, level) {
			cpu, worst, ok = c, level, true
		}
	}
	return cpu, ok
}

// waits reports whether a task for this CPU waits above a level.
func (p *preemptiveLevels) waits(cpu, level int) bool {
	for i := p.best; i < level; i++ {
		if _, ok := p.queues[i].first(p.v, cpu); ok {
			return true
		}
	}
	return false
}

package policy

import "timeslice/sim"

// keyed is what policies have in common that run the task with the smallest
// key. The policy that embeds it says what the key is.
type keyed struct {
	v     *sim.View
	queue ordered
	// key returns what a task, ready or running, is weighed by now.
	key func(task sim.TaskID) int64
}

func (p *keyed) attach(v *sim.View, key func(sim.TaskID) int64) {
	p.v, p.queue, p.key = v, newOrdered(v), key
}

// weigh returns the key of a task, as far as the queue can tell keys apart.
func (p *keyed) weigh(task sim.TaskID) int64 { return min(p.key(task), maxKey) }

func (p *keyed) Queues() []sim.Queue {
	return []sim.Queue{{CPU: -1, Ordered: true, ByIndex: p.v.Ties() == sim.TiesIndex}}
}

func (p *keyed) Enqueue(task sim.TaskID, _ sim.Reason) {
	key := p.weigh(task)
	p.v.SetKey(task, key)
	p.queue.add(task, key)
}

func (p *keyed) Pick(cpu int) (sim.TaskID, bool) {
	task, _, ok := p.queue.first(cpu)
	if ok {
		p.queue.remove(task)
	}
	return task, ok
}

func (p *keyed) Remove(task sim.TaskID) { p.queue.remove(task) }

func (p *keyed) Explain(cpu int) sim.Explanation { return p.queue.explain(cpu) }

// victim returns the CPU whose task goes last of those that a ready task goes
// before.
func (p *keyed) victim() (cpu int, ok bool) {
	var worst sim.TaskID
	var worstKey int64
	for c := range p.v.CPUs() {
		task, runs := p.v.Running(c)
		if !runs {
			continue
		}
		best, bestKey, some := p.queue.first(c)
		if !some {
			continue
		}
		key := p.weigh(task)
		if p.v.Ties() == sim.TiesRunningFirst {
			if bestKey >= key {
				continue
			}
		} else if !p.queue.before(best, bestKey, task, key) {
			continue
		}
		if !ok || p.queue.before(worst, worstKey, task, key) {
			cpu, worst, worstKey, ok = c, task, key, true
		}
	}
	return cpu, ok
}

// length returns how much CPU time a task needs, as the parameter of that name
// says: for all of its work or until it may block.
func length(v *sim.View, burst bool) func(sim.TaskID) int64 {
	oracle := v.Oracle()
	if burst {
		return func(task sim.TaskID) int64 { return int64(oracle.Burst(task)) }
	}
	return func(task sim.TaskID) int64 { return int64(oracle.Total(task)) }
}

var lengthParam = ParamSpec{Name: "length", Kind: Choice, Default: "job", Choices: []string{"job", "burst"}}

func lengthSetting(burst bool) sim.Setting {
	s := sim.Setting{Name: "length", Value: "job"}
	if burst {
		s.Value = "burst"
	}
	return s
}

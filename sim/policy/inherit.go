package policy

import "timeslice/sim"

// lent returns a key that heeds what tasks have of the urgency of others because
// of the locks they hold, if there are locks with a protocol at all.
func lent(v *sim.View, key func(sim.TaskID) int64) func(sim.TaskID) int64 {
	if !v.Lends() {
		return key
	}
	return func(task sim.TaskID) int64 {
		own := key(task)
		if urgency, ok := v.Lent(task); ok {
			return min(own, urgency)
		}
		return own
	}
}

// given is what a given ceiling means where priorities decide.
func given(v *sim.View, priority int64) (int64, bool) { return v.FromWritten(priority), true }

// inheriting is real-time scheduling in which jobs inherit urgency.
type inheriting struct {
	realTime
	own     func(task sim.TaskID) int64 // without what is lent
	ceiling func(user sim.TaskID) int64
}

// attachInheriting takes what jobs are weighed by, and what the ceiling of a
// lock is for one of its users, if that is something else.
func (p *inheriting) attachInheriting(v *sim.View, key, ceiling func(sim.TaskID) int64) {
	p.own, p.ceiling = key, ceiling
	if ceiling == nil {
		p.ceiling = key
	}
	p.attach(v, lent(v, key))
}

func (p *inheriting) Urgency(task sim.TaskID) int64 { return min(p.own(task), maxKey) }

func (p *inheriting) Ceiling(user sim.TaskID) int64 { return min(p.ceiling(user), maxKey) }

// Given: only fixed priorities know what a priority is worth.
func (p *inheriting) Given(int64) (int64, bool) { return 0, false }

func (p *inheriting) Reprioritised(task sim.TaskID, ready bool) {
	key := min(p.key(task), maxKey)
	p.v.SetKey(task, key)
	if ready {
		p.queue.remove(task)
		p.queue.add(task, key)
		return
	}
	for c := range p.onCPU {
		if on, _ := p.v.Running(c); on == task {
			p.onCPU[c], p.worst = card{p.queue.weigh(task, key), task}, -1
		}
	}
}

// The same for the policy priority.

func (p *priority) Urgency(task sim.TaskID) int64 { return min(p.v.Priority(task), maxKey) }

func (p *priority) Ceiling(user sim.TaskID) int64 { return p.Urgency(user) }

func (p *priority) Given(priority int64) (int64, bool) { return given(p.v, priority) }

func (p *priority) Reprioritised(task sim.TaskID, ready bool) {
	key := p.weigh(task)
	p.v.SetKey(task, key)
	if ready {
		p.queue.remove(task)
		p.queue.add(task, key)
	}
}

func (p *levels) Urgency(task sim.TaskID) int64 { return p.v.Priority(task) }

func (p *levels) Ceiling(user sim.TaskID) int64 { return p.Urgency(user) }

func (p *levels) Given(priority int64) (int64, bool) { return given(p.v, priority) }

// Reprioritised moves a task to the tail of another level.
func (p *levels) Reprioritised(task sim.TaskID, ready bool) {
	i := p.level(task)
	p.v.SetKey(task, p.of[i])
	if ready {
		p.Remove(task)
		p.push(i, task)
	}
	p.v.SetHome(task, i)
}

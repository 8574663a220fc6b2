package policy

import "timeslice/sim"

// llf runs the job that can least afford to wait: the one with the least laxity,
// deadline − now − what is left to do. As EDF it meets all deadlines on one CPU
// if any order does, and on several it meets some that EDF doesn't, since it
// sees that a long job must begin early. It cheats, as it has to know how long
// jobs take, and it is bad at equals: while one runs the other's laxity shrinks,
// so that they take the CPU from each other all the time.
//
// The laxity of who runs stays, that of who is ready shrinks; so what is
// compared is the latest instant at which a job may begin, which stays for who
// is ready. granularity says how often it is compared while nothing else
// happens: at multiples of it; 0 compares only when something happens.
//
// A. K. Mok: Fundamental Design Problems of Distributed Systems for the
// Hard-Real-Time Environment, 1983; M. L. Dertouzos, A. K. Mok: Multiprocessor
// On-Line Scheduling of Hard-Real-Time Tasks, IEEE Transactions on Software
// Engineering 15(12), 1989.
type llf struct {
	realTime
	granularity sim.Time
	at          sim.Time // of the next Fire, as Next told last
}

var llfParams = []ParamSpec{{Name: "granularity", Kind: Duration, Default: "1"}}

func newLLF(a Args) sim.Policy { return &llf{granularity: a.Time("granularity")} }

func (p *llf) Attach(v *sim.View) {
	oracle := v.Oracle()
	latest := func(task sim.TaskID) int64 {
		deadline, left := v.JobDeadline(task), oracle.Total(task)
		if deadline == sim.Never || left == sim.Never {
			return maxKey
		}
		return int64(deadline - left)
	}
	p.at = 0
	p.attach(v, latest)
	p.now = latest
}

func (p *llf) Describe() sim.Description {
	return sim.Description{Name: "llf", Params: []sim.Setting{{Name: "granularity", Value: p.v.Text(p.granularity)}}}
}

// Next returns the first multiple of the granularity at which a ready job will
// have less laxity than one that runs.
func (p *llf) Next() sim.Time {
	now := p.v.Now()
	if p.at == now && now > 0 {
		return p.at
	}
	p.at = sim.Never
	if p.granularity == 0 || p.queue.n == 0 {
		return p.at
	}
	for c := range p.onCPU {
		task, runs := p.v.Running(c)
		if !runs {
			continue
		}
		best, key, some := p.queue.first(c)
		its := p.queue.weigh(task, p.now(task))
		if !some || its.key == unsigned(maxKey) {
			continue
		}
		gap := sim.Time(0) // until their keys are equal
		if key.key > its.key {
			gap = sim.Time(min(key.key-its.key, uint64(sim.Never/2)))
		}
		its.key = key.key
		if !p.beats(best, key, task, its) {
			gap++
		}
		at := now + max(gap, 1)
		if over := at % p.granularity; over > 0 {
			at += p.granularity - over
		}
		if at > now {
			p.at = min(p.at, at)
		}
	}
	return p.at
}

// Fire lets the kernel ask for a victim.
func (p *llf) Fire() { p.at = 0 }

// Explain gives each job's laxity.
func (p *llf) Explain(cpu int) sim.Explanation {
	x := p.realTime.Explain(cpu)
	for i := range x.Candidates {
		if c := &x.Candidates[i]; c.Key < maxKey {
			c.Key -= int64(p.v.Now())
		}
	}
	return x
}

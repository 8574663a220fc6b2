package policy

import (
	"math/bits"
	"strconv"

	"timeslice/sim"
)

// realTime is what the policies of real time have in common: the job with the
// smallest key runs, and takes the CPU from one with a larger key. The policy
// that embeds it says what the key is.
//
// On several CPUs the jobs with the smallest keys run wherever one is free
// (global scheduling). With affinities that name one CPU each, every CPU has
// its own queue (partitioned scheduling).
type realTime struct {
	v      *sim.View
	queue  jobQueue
	queues []sim.Queue
	// key returns what the job a task is at is weighed by when it becomes ready.
	key func(task sim.TaskID) int64
	// onCPU is whom each CPU picked last and by what; noJob if another policy
	// picked whom it runs. Of an idle CPU it means nothing.
	onCPU []card
	// worst is the CPU whose card goes last; -1 if that isn't known.
	worst int
	// now, if set, returns what a running task is weighed by now, where that
	// changes while it runs.
	now func(task sim.TaskID) int64
}

func (p *realTime) attach(v *sim.View, key func(sim.TaskID) int64) {
	p.v, p.queue, p.key = v, newJobQueue(v), key
	p.onCPU = make([]card, v.CPUs())
	for c := range p.onCPU {
		p.onCPU[c] = card{noJob, sim.NoTask}
	}
	p.worst = -1
	p.queues = []sim.Queue{p.like("", -1)}
	if v.CPUs() == 1 {
		return
	}
	for id := range v.Tasks() {
		if len(v.Affinity(sim.TaskID(id))) != 1 {
			return
		}
	}
	p.queues = nil
	for cpu := range v.CPUs() {
		p.queues = append(p.queues, p.like("cpu"+strconv.Itoa(cpu), cpu))
	}
}

func (p *realTime) like(name string, cpu int) sim.Queue {
	return sim.Queue{Name: name, CPU: cpu, Ordered: true, ByIndex: p.v.Ties() == sim.TiesIndex, ByJob: true}
}

func (p *realTime) Queues() []sim.Queue { return p.queues }

func (p *realTime) Enqueue(task sim.TaskID, why sim.Reason) {
	key := p.key(task)
	p.v.SetKey(task, min(key, maxKey))
	if len(p.queues) > 1 && (why == sim.Admitted || why == sim.Adopted) {
		if on := p.v.Affinity(task); len(on) > 0 {
			p.v.SetHome(task, on[0])
		}
	}
	p.queue.add(task, key)
}

func (p *realTime) Pick(cpu int) (sim.TaskID, bool) {
	task, key, ok := p.queue.take(cpu)
	if ok {
		p.onCPU[cpu] = card{key, task}
		switch {
		case p.worst == cpu:
			p.worst = -1
		case p.worst >= 0 && p.onCPU[p.worst].before(&p.onCPU[cpu]):
			p.worst = cpu
		}
	}
	return task, ok
}

func (p *realTime) Remove(task sim.TaskID) { p.queue.remove(task) }

func (p *realTime) Explain(cpu int) sim.Explanation { return p.queue.explain(cpu) }

// Victim returns the CPU whose job goes last of those that a ready one goes
// before.
func (p *realTime) Victim() (cpu int, ok bool) {
	if p.queue.n == 0 {
		return 0, false
	}
	if p.queue.free && p.now == nil {
		if cpu, ok, known := p.last(); known {
			return cpu, ok
		}
	}
	var worst sim.TaskID
	var worstKey jobKey
	best, bestKey := sim.NoTask, noJob
	if p.queue.free {
		best, bestKey, _ = p.queue.first(0)
	}
	for c := range p.onCPU {
		task, runs := p.v.Running(c)
		if task == sim.NoTask {
			continue
		}
		if !runs {
			continue
		}
		key := p.onCPU[c].key
		switch {
		case key == noJob:
			key = p.queue.weigh(task, p.key(task))
			p.onCPU[c], p.worst = card{key, task}, -1
		case p.now != nil:
			key.key = unsigned(p.now(task))
		}
		if !p.queue.free {
			if best, bestKey, runs = p.queue.first(c); !runs {
				continue
			}
		}
		if p.beats(best, bestKey, task, key) && (!ok || before(worst, worstKey, task, key)) {
			cpu, worst, worstKey, ok = c, task, key, true
		}
	}
	return cpu, ok
}

// last does what Victim does where tasks may run everywhere and keep their keys:
// if the first of the ready doesn't go before the last that was picked, it goes
// before none that runs. It isn't known what to do if he doesn't run any more.
func (p *realTime) last() (cpu int, ok, known bool) {
	if p.worst < 0 {
		p.worst = 0
		for c := range p.onCPU {
			if p.onCPU[p.worst].before(&p.onCPU[c]) {
				p.worst = c
			}
		}
	}
	best, key, _ := p.queue.first(0)
	worst := &p.onCPU[p.worst]
	if !p.beats(best, key, worst.task, worst.key) {
		return 0, false, true
	}
	task, runs := p.v.Running(p.worst)
	return p.worst, true, runs && task == worst.task
}

// beats reports whether a ready task takes the CPU from one that runs.
func (p *realTime) beats(ready sim.TaskID, key jobKey, running sim.TaskID, its jobKey) bool {
	if p.v.Ties() == sim.TiesRunningFirst {
		return key.key < its.key
	}
	return before(ready, key, running, its)
}

// orNever returns a time, or if there is none a key that goes last.
func orNever(t sim.Time) int64 {
	if t == 0 {
		return maxKey
	}
	return int64(t)
}

// lessProduct reports whether a·b is less than c·d, of times that aren't
// negative.
func lessProduct(a, b, c, d sim.Time) bool {
	high, low := bits.Mul64(uint64(a), uint64(b))
	other, rest := bits.Mul64(uint64(c), uint64(d))
	return high < other || high == other && low < rest
}

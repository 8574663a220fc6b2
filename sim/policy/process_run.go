package policy

import "timeslice/sim"

// processRun is the scheduler of the first OSTEP simulator, made to show what a
// process does while its I/O is under way: switch says whether the CPU goes to
// another process meanwhile (io) or stands idle until this one ends (end), which
// wastes it; io_done whether a process whose I/O is over takes the CPU at once
// (immediate), which is good for those that do much I/O, or waits for a turn
// (later). Otherwise processes run until they block or end; the next is the
// first ready one after the last, round the list. That needs no queue, and is
// bad at order: who waits longest counts for nothing.
//
// What is ready again at the instant at which the CPU becomes free comes too
// late to be chosen, unless nothing else is ready or it takes the CPU anyway.
//
// Arpaci-Dusseau: Operating Systems: Three Easy Pieces, chapter 4, and its
// simulator process-run.py.
type processRun struct {
	v         *sim.View
	stays     bool // with who waits for I/O
	immediate bool

	ready  idset
	late   idset        // ready since this instant, after it waited
	now    sim.Time     // which instant that is
	urgent sim.TaskID   // takes a CPU at this instant
	last   []sim.TaskID // by CPU, who ran
	cpu    []uint8      // by task, where it ran
}

var processRunParams = []ParamSpec{
	{Name: "switch", Kind: Choice, Default: "io", Choices: []string{"io", "end"}},
	{Name: "io_done", Kind: Choice, Default: "later", Choices: []string{"later", "immediate"}},
}

func newProcessRun(a Args) sim.Policy {
	return &processRun{stays: a.Int("switch") == 1, immediate: a.Int("io_done") == 1}
}

func (p *processRun) Attach(v *sim.View) {
	*p = processRun{v: v, stays: p.stays, immediate: p.immediate, urgent: sim.NoTask}
	p.ready.grow(v.Tasks())
	p.late.grow(v.Tasks())
	p.last = make([]sim.TaskID, v.CPUs())
	for c := range p.last {
		p.last[c] = sim.NoTask
	}
	p.cpu = make([]uint8, v.Tasks())
}

func (p *processRun) Describe() sim.Description {
	params := []sim.Setting{{Name: "switch", Value: "io"}, {Name: "io_done", Value: "later"}}
	if p.stays {
		params[0].Value = "end"
	}
	if p.immediate {
		params[1].Value = "immediate"
	}
	return sim.Description{Name: "process_run", Params: params}
}

func (p *processRun) Enqueue(task sim.TaskID, why sim.Reason) {
	for int(task) >= len(p.cpu) {
		p.cpu = append(p.cpu, 0)
	}
	p.settle()
	if why != sim.Woken {
		p.ready.add(task)
		return
	}
	p.late.add(task)
	if p.immediate && (p.urgent == sim.NoTask || task > p.urgent) {
		p.urgent = task
	}
}

// settle makes those ready that have become it at an earlier instant.
func (p *processRun) settle() {
	if p.now == p.v.Now() {
		return
	}
	p.now, p.urgent = p.v.Now(), sim.NoTask
	for p.late.n > 0 {
		task := p.late.next(0)
		p.late.remove(task)
		p.ready.add(task)
	}
}

// waitsFor returns the task a CPU stands idle for; NoTask if it needn't.
func (p *processRun) waitsFor(cpu int) sim.TaskID {
	if p.stays && p.last[cpu] != sim.NoTask && p.v.Waits(p.last[cpu]) {
		return p.last[cpu]
	}
	return sim.NoTask
}

// choose returns who runs next on a CPU.
func (p *processRun) choose(cpu int) sim.TaskID {
	p.settle()
	if p.waitsFor(cpu) != sim.NoTask {
		return sim.NoTask
	}
	last := p.last[cpu]
	switch {
	case p.urgent != sim.NoTask && p.v.Allowed(p.urgent, cpu):
		return p.urgent
	case p.stays && last != sim.NoTask && p.late.has(last) && p.v.Allowed(last, cpu):
		return last
	}
	if task := p.after(&p.ready, last+1, cpu); task != sim.NoTask {
		return task
	}
	return p.after(&p.late, 0, cpu)
}

// after returns the first member from a number on, round the list.
func (p *processRun) after(set *idset, from sim.TaskID, cpu int) sim.TaskID {
	for task := set.next(from); task != sim.NoTask; task = set.next(task + 1) {
		if p.v.Allowed(task, cpu) {
			return task
		}
	}
	for task := set.next(0); task < from; task = set.next(task + 1) {
		if p.v.Allowed(task, cpu) {
			return task
		}
	}
	return sim.NoTask
}

func (p *processRun) Pick(cpu int) (sim.TaskID, bool) {
	task := p.choose(cpu)
	if task == sim.NoTask {
		return task, false
	}
	p.Remove(task)
	p.last[cpu], p.cpu[task] = task, uint8(cpu)
	return task, true
}

func (p *processRun) Remove(task sim.TaskID) {
	if p.late.has(task) {
		p.late.remove(task)
	} else {
		p.ready.remove(task)
	}
	if p.urgent == task {
		p.urgent = sim.NoTask
	}
}

// Victim is the CPU on which whose I/O is over ran before, or else any other.
func (p *processRun) Victim() (int, bool) {
	p.settle()
	if p.urgent == sim.NoTask {
		return 0, false
	}
	home := int(p.cpu[p.urgent])
	for i := range p.v.CPUs() {
		c := (home + i) % p.v.CPUs()
		if _, runs := p.v.Running(c); runs && p.v.Allowed(p.urgent, c) {
			return c, true
		}
	}
	return 0, false
}

// Explain lists the ready tasks round the list; the keys are how far it is to
// each.
func (p *processRun) Explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleHead, Chosen: p.choose(cpu)}
	n := p.v.Tasks()
	for i := range n {
		task := sim.TaskID((int(p.last[cpu]+1) + i) % n)
		if (p.ready.has(task) || p.late.has(task)) && p.v.Allowed(task, cpu) {
			x.Candidates = append(x.Candidates, sim.Candidate{Task: task, Key: int64(i)})
		}
	}
	return x
}

package script

import (
	"cmp"
	"slices"

	"go.starlark.net/starlark"

	"timeslice/sim"
)

// Name is the name of the policy in a workload and in a recording's header.
const Name = "script"

var (
	_ sim.Policy    = (*Policy)(nil)
	_ sim.Describer = (*Policy)(nil)
	_ sim.Queuer    = (*Policy)(nil)
	_ sim.Slicer    = (*Policy)(nil)
	_ sim.Preempter = (*Policy)(nil)
	_ sim.Periodic  = (*Policy)(nil)
	_ sim.Explainer = (*Policy)(nil)
)

var reasons = [...]starlark.Value{
	sim.Admitted:  starlark.String("arrived"),
	sim.Woken:     starlark.String("woken"),
	sim.Expired:   starlark.String("expired"),
	sim.Preempted: starlark.String("preempted"),
	sim.Yielded:   starlark.String("yielded"),
	sim.Adopted:   starlark.String("adopted"),
}

// Attach begins anew: the script's top runs again, then start.
func (p *Policy) Attach(v *sim.View) {
	p.v, p.dead, p.next = v, false, sim.Never
	p.tasks, p.ready, p.victims = nil, nil, 0
	p.giveWay = make([]sim.TaskID, v.CPUs())
	for c := range p.giveWay {
		p.giveWay[c] = sim.NoTask
	}
	if err := p.load(); err != nil {
		p.fail(err)
		return
	}
	if p.fn.tick != nil {
		p.next = p.after(v.Now())
	}
	if p.fn.start != nil {
		p.call(p.fn.start, nil)
	}
}

// Params returns the parameters of the script; values need an attached policy.
func (p *Policy) Params() []Param {
	var all []Param
	for _, x := range p.params {
		out := Param{Name: x.name, Default: x.fallback}
		if p.v != nil {
			out.Value = x.text()
		}
		all = append(all, out)
	}
	return all
}

// Describe names the script's file and its parameters.
func (p *Policy) Describe() sim.Description {
	d := sim.Description{Name: Name, Params: []sim.Setting{{Name: "file", Value: p.file}}, Slice: p.quantum}
	for _, x := range p.Params() {
		d.Params = append(d.Params, sim.Setting{Name: x.Name, Value: x.Value})
	}
	return d
}

// Queues names the queues of the script, or one.
func (p *Policy) Queues() []sim.Queue {
	queues := []sim.Queue{{CPU: -1}}
	if len(p.queues) > 0 {
		queues = nil
		for _, name := range p.queues {
			queues = append(queues, sim.Queue{Name: name, CPU: -1})
		}
	}
	for i := range queues {
		queues[i].Ordered = p.fn.key != nil
		queues[i].ByIndex = queues[i].Ordered && p.v.Ties() == sim.TiesIndex
	}
	return queues
}

// Enqueue calls enqueue, and then key.
func (p *Policy) Enqueue(id sim.TaskID, why sim.Reason) {
	if p.dead {
		return
	}
	t := p.task(id)
	t.since, t.ready = p.v.Now(), true
	p.ready = append(p.ready, id)
	if p.fn.enqueue != nil {
		p.call2(p.fn.enqueue, t, reasons[why])
	}
	if p.fn.key != nil {
		if key, ok := p.keyOf(t); ok {
			p.v.SetKey(id, key)
		}
	}
}

func (p *Policy) keyOf(t *task) (int64, bool) {
	v, ok := p.call1(p.fn.key, t)
	if !ok {
		return 0, false
	}
	if n, ok := v.(starlark.Int); ok {
		if key, ok := n.Int64(); ok {
			return key, true
		}
	}
	p.fail(p.at(p.fn.key, wrong("a whole number, smaller first", "key(%s) returned %s", t, brief(v))))
	return 0, false
}

// brief is a value in a message.
func brief(v starlark.Value) string {
	switch v := v.(type) {
	case *task:
		return v.String()
	case starlark.NoneType, starlark.Bool, starlark.Float:
		return v.String()
	case starlark.Int:
		if _, ok := v.Int64(); ok {
			return v.String()
		}
		return "an enormous number"
	case starlark.String:
		if len(v) <= 40 {
			return v.String()
		}
	}
	return "a " + v.Type()
}

// Pick calls pick, if there is anybody to choose.
func (p *Policy) Pick(cpu int) (sim.TaskID, bool) {
	if !p.anybody(cpu) {
		return sim.NoTask, false
	}
	v, ok := p.call1(p.fn.pick, starlark.MakeInt(cpu))
	if !ok || v == starlark.None {
		return sim.NoTask, false
	}
	t, ok := v.(*task)
	switch {
	case !ok:
		p.fail(p.at(p.fn.pick, wrong("return a task, or None", "pick(%d) returned %s", cpu, brief(v))))
	case !t.ready:
		remedy := "forget a task when it is picked, as in queue.remove(task)"
		if p.fn.remove == nil && p.fn.enqueue != nil {
			remedy += "; and define remove(task), for tasks that are killed"
		}
		p.fail(p.at(p.fn.pick, wrong(remedy, "pick(%d) returned %s, which isn't ready", cpu, t)))
	case !p.v.Allowed(t.id, cpu):
		p.fail(p.at(p.fn.pick, wrong("ask task.allowed(cpu), or choose from ready(cpu)", "pick(%d) returned %s, which may not run there", cpu, t)))
	default:
		p.taken(t.id)
		return t.id, true
	}
	return sim.NoTask, false
}

// anybody reports whether some ready task may run on a CPU.
func (p *Policy) anybody(cpu int) bool {
	if !p.v.Bound() {
		return len(p.ready) > 0
	}
	return slices.ContainsFunc(p.ready, func(id sim.TaskID) bool { return p.v.Allowed(id, cpu) })
}

// Remove calls remove.
func (p *Policy) Remove(id sim.TaskID) {
	p.taken(id)
	if p.fn.remove != nil {
		p.call1(p.fn.remove, p.task(id))
	}
}

// Slice calls slice. Without it, a policy that has a quantum gives a task the
// slice the workload says.
func (p *Policy) Slice(id sim.TaskID) sim.Time {
	if p.dead || p.fn.slice == nil {
		if p.quantum == 0 {
			return 0
		}
		return p.v.OwnSlice(id)
	}
	t := p.task(id)
	v, ok := p.call1(p.fn.slice, t)
	if !ok || v == starlark.None {
		return 0
	}
	if n, ok := v.(starlark.Int); ok {
		if ns, ok := n.Int64(); ok && ns >= 0 {
			return sim.Time(ns)
		}
	}
	p.fail(p.at(p.fn.slice, wrong(`a time in ns, as in time("4ms"), or None`, "slice(%s) returned %s", t, brief(v))))
	return 0
}

// Victim names who must give way: to tick, to victim, or to preempts.
func (p *Policy) Victim() (int, bool) {
	if p.dead {
		return 0, false
	}
	if p.fn.tick != nil {
		for c, id := range p.giveWay {
			p.giveWay[c] = sim.NoTask
			if now, runs := p.v.Running(c); runs && now == id {
				return c, true
			}
		}
	}
	if len(p.ready) == 0 {
		return 0, false
	}
	var cpu int
	var ok bool
	by := p.fn.victim
	if by != nil {
		cpu, ok = p.named()
	} else if by = p.fn.preempts; by != nil {
		cpu, ok = p.weakest()
	}
	return cpu, ok && p.progress(by)
}

// mostVictims is how many tasks may lose their CPUs at one instant, and as many
// again for each task: after that it would go on for ever.
const mostVictims = 1000

func (p *Policy) progress(by *starlark.Function) bool {
	if now := p.v.Now(); p.lastVictim != now {
		p.lastVictim, p.victims = now, 0
	}
	if p.victims++; p.victims <= mostVictims+p.v.Tasks() {
		return true
	}
	p.fail(p.at(by, wrong("pick must choose the task that the CPU was taken for", "tasks take the CPU from each other for ever")))
	return false
}

// named asks victim.
func (p *Policy) named() (int, bool) {
	v, ok := p.call(p.fn.victim, nil)
	if !ok || v == starlark.None {
		return 0, false
	}
	if n, ok := v.(starlark.Int); ok {
		if c, ok := n.Int64(); ok && c >= 0 && c < int64(p.v.CPUs()) {
			if _, runs := p.v.Running(int(c)); runs {
				return int(c), true
			}
		}
	}
	p.fail(p.at(p.fn.victim, wrong("the number of a CPU where running(cpu) is a task, or None", "victim() returned %s", brief(v))))
	return 0, false
}

// weakest finds, of the tasks that a ready one takes the CPU from, the one that
// the others would take it from.
func (p *Policy) weakest() (cpu int, found bool) {
	var worst *task
	for c := range p.v.CPUs() {
		id, runs := p.v.Running(c)
		if !runs {
			continue
		}
		old := p.task(id)
		if p.beaten(old, c) && (worst == nil || p.preempts(worst, old)) {
			cpu, worst, found = c, old, true
		}
	}
	return cpu, found && !p.dead
}

// beaten reports whether some ready task takes the CPU from a running one.
func (p *Policy) beaten(old *task, cpu int) bool {
	for _, id := range p.ready {
		if p.v.Allowed(id, cpu) && p.preempts(p.tasks[id], old) {
			return true
		}
	}
	return false
}

func (p *Policy) preempts(a, b *task) bool {
	v, ok := p.call2(p.fn.preempts, a, b)
	return ok && bool(v.Truth())
}

func (p *Policy) after(t sim.Time) sim.Time {
	return (t/p.period + 1) * p.period
}

// Next is when tick is called next.
func (p *Policy) Next() sim.Time {
	if p.dead {
		return sim.Never
	}
	return p.next
}

// Fire calls tick for every task that runs.
func (p *Policy) Fire() {
	p.next = p.after(p.v.Now())
	for c := range p.v.CPUs() {
		if id, runs := p.v.Running(c); runs {
			if v, ok := p.call2(p.fn.tick, starlark.MakeInt(c), p.task(id)); ok && bool(v.Truth()) {
				p.giveWay[c] = id
			}
		}
	}
}

// Explain lists who could be chosen, by key or in the order they became ready,
// and what explain says.
func (p *Policy) Explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleOwn, Chosen: sim.NoTask}
	if p.dead {
		return x
	}
	p.explaining = true
	defer func() { p.explaining = false }()
	for i, id := range p.ready {
		if !p.v.Allowed(id, cpu) {
			continue
		}
		key := int64(i)
		if p.fn.key != nil {
			key, _ = p.keyOf(p.tasks[id])
		}
		x.Candidates = append(x.Candidates, sim.Candidate{Task: id, Key: key})
	}
	slices.SortStableFunc(x.Candidates, func(a, b sim.Candidate) int { return cmp.Compare(a.Key, b.Key) })
	if p.fn.explain != nil && len(x.Candidates) > 0 {
		if v, ok := p.call1(p.fn.explain, starlark.MakeInt(cpu)); ok {
			x.Text, _ = starlark.AsString(v)
		}
	}
	return x
}

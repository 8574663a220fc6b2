package policy

import (
	"slices"

	"timeslice/sim"
)

// shuffledRR is rr in which the CPUs that are idle at one instant choose in an
// order that isn't that of their numbers: by chance, or as recorded elsewhere. On
// a real machine nobody knows which is quicker at the lock of the queue.
//
// OSTEP, chapter 10 (single-queue scheduling), and its simulator multi.py.
type shuffledRR struct {
	rr
	orders []int64 // recorded: for each unit of time all CPUs in their order
	at     sim.Time
	turns  []int        // the CPUs in this instant's order
	got    []sim.TaskID // by CPU: what it chose, if it hasn't been asked yet
}

var shuffleParams = []ParamSpec{
	{Name: "cpu_order", Kind: Choice, Default: "number", Choices: []string{"number", "random"}},
	{Name: "cpu_orders", Kind: Int, List: true},
}

func newShuffledRR(a Args) (sim.Policy, bool) {
	p := &shuffledRR{rr: rr{quantum: a.Time("quantum")}, orders: a.List("cpu_orders")}
	return p, len(p.orders) > 0 || a.Int("cpu_order") == 1
}

func (p *shuffledRR) Attach(v *sim.View) {
	p.rr.Attach(v)
	p.at, p.turns, p.got = -1, make([]int, v.CPUs()), slices.Repeat([]sim.TaskID{sim.NoTask}, v.CPUs())
}

func (p *shuffledRR) Describe() sim.Description {
	d := p.rr.Describe()
	d.Params = append(d.Params, sim.Setting{Name: "cpu_order", Value: "random"})
	return d
}

// shuffle finds the order of this instant.
func (p *shuffledRR) shuffle() {
	if p.at == p.v.Now() {
		return
	}
	p.at = p.v.Now()
	n := len(p.turns)
	for c := range p.turns {
		p.turns[c] = c
	}
	if at := int64(p.at/p.v.Unit()) * int64(n); at+int64(n) <= int64(len(p.orders)) {
		order := p.orders[at : at+int64(n)]
		slices.SortStableFunc(p.turns, func(a, b int) int {
			return slices.Index(order, int64(a)) - slices.Index(order, int64(b))
		})
		return
	}
	for i := n - 1; i > 0; i-- { // Fisher, Yates 1938
		k := int(p.v.Random() % uint64(i+1))
		p.turns[i], p.turns[k] = p.turns[k], p.turns[i]
	}
}

// Pick lets those go first that are before the CPU in the order and idle too.
func (p *shuffledRR) Pick(cpu int) (sim.TaskID, bool) {
	p.shuffle()
	for _, c := range p.turns {
		if p.got[c] != sim.NoTask || !p.v.Idle(c) {
			continue
		}
		if task, ok := p.queue.pop(p.v, c); ok {
			p.got[c] = task
		}
		if c == cpu {
			break
		}
	}
	task := p.got[cpu]
	p.got[cpu] = sim.NoTask
	if task != sim.NoTask && slices.ContainsFunc(p.got, func(other sim.TaskID) bool { return other != sim.NoTask }) {
		p.v.ToHead(task) // others have been before it in the line, and are still in it
	}
	return task, task != sim.NoTask
}

func (p *shuffledRR) Remove(task sim.TaskID) {
	if c := slices.Index(p.got, task); c >= 0 {
		p.got[c] = sim.NoTask
		return
	}
	p.rr.Remove(task)
}

// Explain says what is first in the line for the CPU; who is before it in the
// order of the CPUs may be quicker.
func (p *shuffledRR) Explain(cpu int) sim.Explanation {
	if p.got[cpu] != sim.NoTask {
		return sim.Explanation{Rule: sim.RuleHead, Chosen: p.got[cpu], Candidates: []sim.Candidate{{Task: p.got[cpu]}}}
	}
	return p.queue.explain(p.v, cpu)
}

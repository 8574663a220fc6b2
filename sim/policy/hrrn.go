package policy

import (
	"math/bits"
	"slices"

	"timeslice/sim"
)

// hrrn runs, to its end, the task with the highest response ratio: (waiting +
// length) / length. Short tasks go first, as with sjf, but whoever waits grows
// in importance, so nobody starves. Like sjf it has to know how long tasks take,
// and since all ratios change all the time it looks at every task at each
// choice.
//
// Stallings: Operating Systems, 9th edition, 9.2 (HRRN).
type hrrn struct {
	v      *sim.View
	ready  []waiting // in the order they became ready
	length func(sim.TaskID) int64
	burst  bool
}

type waiting struct {
	task  sim.TaskID
	since sim.Time
}

func newHRRN(a Args) sim.Policy { return &hrrn{burst: a.Int("length") == 1} }

func (p *hrrn) Attach(v *sim.View) {
	p.v, p.ready, p.length = v, p.ready[:0], length(v, p.burst)
}

func (p *hrrn) Describe() sim.Description {
	return sim.Description{Name: "hrrn", Params: []sim.Setting{lengthSetting(p.burst)}}
}

func (p *hrrn) Enqueue(task sim.TaskID, _ sim.Reason) {
	p.ready = append(p.ready, waiting{task, p.v.Now()})
}

func (p *hrrn) Pick(cpu int) (sim.TaskID, bool) {
	best := -1
	for i := range p.ready {
		if p.v.Allowed(p.ready[i].task, cpu) && (best < 0 || p.before(i, best)) {
			best = i
		}
	}
	if best < 0 {
		return sim.NoTask, false
	}
	task := p.ready[best].task
	p.ready = slices.Delete(p.ready, best, best+1)
	return task, true
}

// before compares waiting/length of two ready tasks as exact fractions, which
// orders them just as (waiting + length)/length does.
func (p *hrrn) before(i, j int) bool {
	a, b := p.ready[i], p.ready[j]
	aHigh, aLow := bits.Mul64(uint64(p.v.Now()-a.since), uint64(p.length(b.task)))
	bHigh, bLow := bits.Mul64(uint64(p.v.Now()-b.since), uint64(p.length(a.task)))
	if aHigh != bHigh {
		return aHigh > bHigh
	}
	if aLow != bLow {
		return aLow > bLow
	}
	return tieBefore(p.v, a.task, b.task)
}

// tieBefore reports whether the tie rule puts one ready task before another.
func tieBefore(v *sim.View, a, b sim.TaskID) bool {
	if x, y := v.Arrival(a), v.Arrival(b); v.Ties() != sim.TiesIndex && x != y {
		return x < y
	}
	return a < b
}

func (p *hrrn) Remove(task sim.TaskID) {
	p.ready = slices.DeleteFunc(p.ready, func(w waiting) bool { return w.task == task })
}

// Explain gives each task's ratio in thousandths, negative since the highest
// goes first.
func (p *hrrn) Explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleLeast, Chosen: sim.NoTask}
	var order []int
	for i := range p.ready {
		if p.v.Allowed(p.ready[i].task, cpu) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if p.before(i, j) {
			return -1
		}
		return 1
	})
	for _, i := range order {
		w := p.ready[i]
		long := max(1, p.length(w.task))
		high, low := bits.Mul64(uint64(p.v.Now()-w.since), 1000)
		ratio := uint64(1) << 62
		if high < uint64(long) {
			ratio, _ = bits.Div64(high, low, uint64(long))
		}
		x.Candidates = append(x.Candidates, sim.Candidate{Task: w.task, Key: -1000 - int64(min(ratio, 1<<62))})
	}
	if len(x.Candidates) > 0 {
		x.Chosen = x.Candidates[0].Task
	}
	return x
}

// Package explore runs every interleaving of a workload's instructions, or a
// stated sample where there are too many, and counts what comes of them.
//
// The workload runs on the real kernel with one CPU. Whenever an operation is
// over, and whenever the CPU is free, each of those that can run may do the next:
// all of these choices are tried. Only what concerns nobody else and takes no
// time, such as a question about acc, belongs to the operation before it. Runs
// that come to the same state go on in the same way, so each state is left only
// once; how many interleavings lead through it is added up, so that numbers are
// exact even where nobody could count.
package explore

import (
	"math/big"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Options say how far to go.
type Options struct {
	// States is how many states are looked at, at most; beyond it a sample is
	// drawn. 0 = [MostStates].
	States int
	// Samples is how many interleavings a sample has; 0 = [ManySamples].
	Samples int
	// Stop, if not nil, is asked now and then whether to give up.
	Stop func() bool
}

// What is looked at if nobody says.
const (
	MostStates  = 50_000
	ManySamples = 2_000
)

// mostChoices is how many choices a run of a sample makes before it counts as one
// that doesn't end.
const mostChoices = 20_000

// Result is what comes of the interleavings of a workload.
type Result struct {
	Outcomes []Outcome // most frequent first
	// Complete: every interleaving was followed, so there are no other outcomes.
	Complete bool
	// Total is how many interleavings there are; nil if their number isn't known:
	// they weren't all followed, or there is no end to them.
	Total *big.Int
	// Endless: some interleaving goes on for ever.
	Endless bool
	// Samples is how many interleavings the counts are of, drawn with equal chances
	// at each choice; 0 = all of them.
	Samples int
	States  int // that differ
}

// Outcome is one way in which runs end.
type Outcome struct {
	Values  []Value
	Printed []Line
	Stuck   []Waiting // who waits for ever
	Exits   []Exit    // that aren't 0
	Lost    int       // updates that were lost on the way
	Never   bool      // it doesn't end
	Fault   string    // code of what ended the run before its time, "" if nothing

	// Count is how many interleavings end so; 0 if the counts are of a sample that
	// didn't meet it.
	Count *big.Int
	// Order is one of them: who does each operation. The policy schedule follows it.
	Order []trace.TaskID
}

// Value is what a variable is at the end.
type Value struct {
	Variable int
	Task     trace.TaskID // one of those for whom it is that; [trace.NoTask] if everybody shares it
	Value    int64
}

// Line is something that was printed.
type Line struct {
	Task trace.TaskID
	Text string
}

// Waiting is a task that waits for what never comes.
type Waiting struct {
	Task     trace.TaskID
	Cause    trace.Cause
	Resource int // -1 if nothing one can name
}

// Exit is how a task ended.
type Exit struct {
	Task trace.TaskID
	Code int64
}

// Lost reports how many of the interleavings counted lose an update.
func (r *Result) Lost() *big.Int {
	sum := new(big.Int)
	for i := range r.Outcomes {
		if r.Outcomes[i].Lost > 0 {
			sum.Add(sum, r.Outcomes[i].Count)
		}
	}
	return sum
}

// Counted returns how many interleavings the counts are of.
func (r *Result) Counted() *big.Int {
	sum := new(big.Int)
	for i := range r.Outcomes {
		sum.Add(sum, r.Outcomes[i].Count)
	}
	return sum
}

// Setting returns the workload as it is explored: on one CPU on which switching
// is free, under the policy schedule with an order.
func Setting(w *workload.Workload, order []trace.TaskID) *workload.Workload {
	c := *w
	c.Machine.CPUs, c.Machine.Switch, c.Machine.Tick = 1, 0, 0
	c.Tasks = append([]workload.Task(nil), w.Tasks...)
	for i := range c.Tasks {
		c.Tasks[i].Affinity = nil
	}
	c.Interventions = nil
	for _, v := range w.Interventions {
		switch v.Kind {
		case workload.SetParams, workload.SetPolicy:
			continue // whoever chooses is who is asked here
		case workload.AddTask:
			add := *v.Add
			add.Affinity = nil
			v.Add = &add
		}
		c.Interventions = append(c.Interventions, v)
	}
	c.Policy = workload.Policy{Name: "schedule"}
	if len(order) > 0 {
		c.Policy.Params = []workload.Param{{Name: "order", Values: numbers(order), List: true}}
	}
	return &c
}

// Explore runs the interleavings of a workload. The interventions of its config
// are kept; its policy is replaced.
func Explore(cfg sim.Config, o Options) (*Result, error) {
	if o.States == 0 {
		o.States = MostStates
	}
	if o.Samples == 0 {
		o.Samples = ManySamples
	}
	x := &explorer{cfg: cfg, o: o, known: map[key]int{}, outcomes: map[string]int{}}
	if _, err := sim.New(x.config(&chooser{})); err != nil {
		return nil, err
	}
	x.search()
	r := &Result{States: len(x.known), Complete: x.complete}
	if x.complete {
		r.Total = x.count()
		r.Endless = r.Total == nil
		x.endless()
	}
	if r.Total == nil {
		r.Samples = x.sample()
	}
	r.Outcomes = x.result
	sortOutcomes(r.Outcomes)
	return r, nil
}

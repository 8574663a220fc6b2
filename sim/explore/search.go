package explore

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// explorer looks for all that can come of a workload.
type explorer struct {
	cfg      sim.Config
	o        Options
	known    map[key]int // states met, by number of their node
	nodes    []node
	open     []edge // not followed yet
	outcomes map[string]int
	result   []Outcome
	ends     []int // their nodes
	complete bool
	gaveUp   bool // before everything was looked at
	work     int  // choices made again to come back to states
}

// mostWork is how much of that there may be before a sample is drawn instead.
const mostWork = 5_000_000

// node is a state in which somebody has to choose, or an end.
type node struct {
	options []trace.TaskID
	next    []int32 // nodes behind the options
	from    edge    // the way it was first come by
	outcome int     // -1 if it isn't an end
}

// edge is an option in a state.
type edge struct {
	node, option int
}

// nowhere is before the first choice.
var nowhere = edge{-1, 0}

func (x *explorer) config(p sim.Policy) sim.Config {
	cfg := x.cfg
	cfg.Policy = p
	return cfg
}

// search follows every choice in every state once.
func (x *explorer) search() {
	x.follow(nowhere)
	for len(x.open) > 0 {
		if x.enough() {
			return
		}
		e := x.open[len(x.open)-1]
		x.open = x.open[:len(x.open)-1]
		x.follow(e)
	}
	x.complete = !x.gaveUp
}

// enough reports whether it is time to stop looking.
func (x *explorer) enough() bool {
	if len(x.nodes) > x.o.States || x.work > mostWork || x.o.Stop != nil && x.o.Stop() {
		x.gaveUp = true
	}
	return x.gaveUp
}

// path returns the choices that lead to an option being taken.
func (x *explorer) path(e edge) []trace.TaskID {
	var path []trace.TaskID
	for ; e != nowhere; e = x.nodes[e.node].from {
		path = append(path, x.nodes[e.node].options[e.option])
	}
	slices.Reverse(path)
	return path
}

// follow runs the workload with the choices that lead to an edge, and then with
// the first of each, until it comes to where it has been or to an end.
func (x *explorer) follow(at edge) {
	path, taken := x.path(at), 0
	x.work += len(path)
	p := &chooser{}
	m, err := sim.New(x.config(p))
	if err != nil {
		return // it was tried before
	}
	w := newWatcher(&m.Recording().Header)
	p.decide = func(options []sim.TaskID) sim.TaskID {
		if taken < len(path) {
			taken++
			return path[taken-1]
		}
		w.watch(m.Recording())
		k := keyOf(m, w, options)
		n, met := x.known[k]
		if !met && x.enough() {
			p.stop = true
			return options[0]
		}
		if !met {
			n = len(x.nodes)
			x.known[k] = n
			x.nodes = append(x.nodes, node{options: slices.Clone(options), next: make([]int32, len(options)), from: at, outcome: -1})
			for i := len(options) - 1; i > 0; i-- {
				x.open = append(x.open, edge{n, i})
			}
		}
		x.link(at, n)
		p.stop = met
		at = edge{n, 0}
		return options[0]
	}
	alone := alone{after: -1}
	for more := true; more && !p.stop; {
		more, err = x.step(m)
		if more && !p.stop && alone.goesRound(m, w, p) {
			p.account()
			x.link(at, x.never(p.order, at))
			return
		}
	}
	if !p.stop {
		p.account()
		x.link(at, x.end(m, w, p.order, err, at))
	}
}

// alone finds out whether a task that nobody can take turns with goes on for
// ever.
type alone struct {
	after int // operations done when somebody last chose
	steps int
	seen  map[key]bool
}

// patience is how many steps nobody need choose before it is looked at.
const patience = 256

func (a *alone) goesRound(m *sim.Machine, w *watcher, p *chooser) bool {
	if a.after != p.counted {
		*a = alone{after: p.counted}
	}
	if a.steps++; a.steps < patience {
		return false
	}
	if a.seen == nil {
		a.seen = map[key]bool{}
	}
	w.watch(m.Recording())
	k := keyOf(m, w, nil)
	round := a.seen[k] || a.steps > mostChoices
	a.seen[k] = true
	return round
}

func (x *explorer) link(from edge, to int) {
	if from != nowhere {
		x.nodes[from.node].next[from.option] = int32(to)
	}
}

// step takes a run one instant on; more is false at its end.
func (x *explorer) step(m *sim.Machine) (more bool, err error) {
	if until := sim.Time(x.cfg.Workload.Until); until > 0 {
		if err := m.Run(until, 1); err != nil {
			return false, err
		}
		return !m.Done() && m.Recording().End() < until, nil
	}
	return m.Step()
}

// end notes how a run ended and returns the node of that.
func (x *explorer) end(m *sim.Machine, w *watcher, order []trace.TaskID, err error, at edge) int {
	return x.endNode(x.outcome(m, w, order, err), at)
}

// never returns the node of not ending.
func (x *explorer) never(order []trace.TaskID, at edge) int {
	i, known := x.outcomes[neverName]
	if !known {
		i = len(x.result)
		x.outcomes[neverName] = i
		x.result = append(x.result, Outcome{Never: true, Count: new(big.Int), Order: order[:min(len(order), mostWritten)]})
	}
	return x.endNode(i, at)
}

// endNode returns the node of an outcome.
func (x *explorer) endNode(i int, at edge) int {
	for len(x.ends) <= i {
		x.ends = append(x.ends, -1)
	}
	if x.ends[i] < 0 {
		x.ends[i] = len(x.nodes)
		x.nodes = append(x.nodes, node{outcome: i, from: at})
	}
	return x.ends[i]
}

// outcome returns the number of the outcome a run ended with.
func (x *explorer) outcome(m *sim.Machine, w *watcher, order []trace.TaskID, err error) int {
	r := m.Recording()
	w.watch(r)
	var s trace.Snapshot
	r.SnapshotAt(&s, r.Len(), r.End())
	o := Outcome{Printed: w.printed, Lost: w.losses.Count, Values: x.values(&r.Header, &s), Count: new(big.Int), Order: slices.Clone(order)}
	if err != nil {
		o.Fault = fault(err)
	}
	for _, task := range m.Stuck() {
		o.Stuck = append(o.Stuck, Waiting{task, s.Tasks[task].Cause, s.Tasks[task].Resource})
	}
	for task, code := range w.exits {
		if code != 0 {
			o.Exits = append(o.Exits, Exit{trace.TaskID(task), code})
		}
	}
	name := fmt.Sprint(o.Values, o.Printed, o.Stuck, o.Exits, o.Lost, o.Fault)
	i, known := x.outcomes[name]
	if !known {
		i = len(x.result)
		x.outcomes[name] = i
		x.result = append(x.result, o)
	} else if old := &x.result[i]; turns(o.Order) < turns(old.Order) {
		old.Order = o.Order
	}
	return i
}

// fault is the code of what ended a run.
func fault(err error) string {
	var endless *sim.EndlessError
	var misuse *sim.MisuseError
	switch {
	case errors.As(err, &endless):
		return "endless"
	case errors.As(err, &misuse):
		return "misuse"
	}
	return "fault"
}

// turns is how often an order goes from one task to another.
func turns(order []trace.TaskID) (n int) {
	for i := 1; i < len(order); i++ {
		if order[i] != order[i-1] {
			n++
		}
	}
	return n
}

// values returns what the variables are at the end: one for everybody, or one for
// each process whose tasks know it, or for each task.
func (x *explorer) values(h *trace.Header, s *trace.Snapshot) (all []Value) {
	for v := range h.Variables {
		if x.cfg.Workload.Variables[v].Register {
			continue // they are gone with the task
		}
		if h.Variables[v].Scope == trace.Shared {
			all = append(all, Value{v, trace.NoTask, s.Value(v, 0)})
			continue
		}
		seen := map[int]bool{}
		for task := range h.Tasks {
			if cell := h.Cell(v, trace.TaskID(task)); !seen[cell] && x.names(task, v) {
				seen[cell] = true
				all = append(all, Value{v, trace.TaskID(task), s.Value(v, trace.TaskID(task))})
			}
		}
	}
	return all
}

// names reports whether the program of a task speaks of a variable; of one that
// came into being later it is taken for granted.
func (x *explorer) names(task, variable int) bool {
	if task >= len(x.cfg.Workload.Tasks) {
		return true
	}
	for i := range x.cfg.Workload.Tasks[task].Program.Ops {
		switch op := &x.cfg.Workload.Tasks[task].Program.Ops[i]; op.Code {
		case workload.OpExec: // what the other program speaks of may come
			return true
		case workload.OpLoad, workload.OpStore, workload.OpPrint, workload.OpIf, workload.OpWhile,
			workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd:
			if op.Var == variable || op.Swap != nil && (op.Swap.Old.Var == variable || op.Swap.New.Var == variable) {
				return true
			}
		case workload.OpAsm:
			if op.Asm.From.Var == variable || op.Asm.To.Var == variable {
				return true
			}
		}
	}
	return false
}

func sortOutcomes(all []Outcome) {
	slices.SortStableFunc(all, func(a, b Outcome) int {
		if c := b.Count.Cmp(a.Count); c != 0 {
			return c
		}
		return slices.Compare(a.Order, b.Order)
	})
}

func numbers(order []trace.TaskID) []string {
	texts := make([]string, len(order))
	for i, task := range order {
		texts[i] = strconv.FormatUint(uint64(task), 10)
	}
	return texts
}

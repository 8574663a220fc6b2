package workload

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

func scalarNode(text string, at Pos) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: at.Line, Column: at.Column}
}

// oracle reads a reference case, `sched-oracle/1`. Its policy keeps its own name
// unless this project has another word for it, and the settings that are
// conventions here become conventions. What a case says beyond a workload is
// passed over: cases of policies that need it are refused by the name of the
// policy.
func (r *reader) oracle(root *yaml.Node) {
	r.lenient = true
	w := r.w
	if v := lookup(root, "id"); v != nil {
		w.Name, _ = r.title(v, "id")
	}
	r.oracleUnit(lookup(root, "time_unit"))
	if v := lookup(root, "cpus"); v != nil {
		n, _ := r.int(v, "cpus", 0, MaxCPUs)
		w.Machine.CPUs = max(int(n), 1)
	}
	if v := lookup(root, "context_switch_cost"); v != nil {
		w.Machine.Switch, _ = r.time(v, "context_switch_cost", 0)
	}
	if v := lookup(root, "switch_rule"); v != nil {
		w.Conventions.BetweenTasksOnly = strings.Contains(v.Value, "after an idle period")
	}
	// All cases handle arrivals before completions at one instant.
	w.Conventions.CompletionsLast = true
	root = r.oracleTextbook(root)
	if v := lookup(root, "actions"); v != nil {
		r.oracleActions(root, v)
		return
	}
	partition := r.oraclePolicy(root)
	if name := w.Policy.Name; name == "banker" || name == bankDetect {
		r.bank(root, name)
		return
	}
	r.oracleLocks(lookup(root, "locks"))
	if v := lookup(root, "asm"); v != nil {
		r.oracleAsm(v, lookup(root, "threads"))
	} else if v := lookup(root, "processes"); v != nil {
		for _, p := range r.oracleOrder(lookup(root, "policy"), r.list(v, "processes", "a list of processes")) {
			if r.full() {
				return
			}
			r.oracleTask(p, partition)
		}
	} else {
		r.fail(root, "no processes", "processes: [{name: …, arrival: …, program: [{cpu: 5}]}]")
	}
	if v := lookup(root, "expect"); v != nil {
		r.oracleExpect(v, lookup(root, "cpu_significant"))
	}
}

func (r *reader) oracleUnit(n *yaml.Node) {
	r.w.Unit, r.w.UnitText = 1_000_000, TickUnit
	if n == nil || n.Value == "none" {
		return
	}
	i, ok := r.choice(n, "time_unit", "tick", "ns", "us", "ms", "s")
	if ok && i > 0 {
		r.w.UnitText = "1" + n.Value
		r.w.Unit, _ = parseUnit(n.Value)
	}
}

// oracleWhole makes computing last whole quanta where the case charges them
// whole: its program holds the CPU until the quantum ends, done or not.
func (r *reader) oracleWhole(program *yaml.Node) *yaml.Node {
	if !r.whole || program.Kind != yaml.SequenceNode {
		return program
	}
	quantum := r.oracleQuantum()
	out := *program
	out.Content = nil
	for _, op := range program.Content {
		out.Content = append(out.Content, mapValues(op, func(key string, v *yaml.Node) *yaml.Node {
			d, err := ParseTime(v.Value, r.w.Unit)
			if over := d % quantum; key == "cpu" && err == nil && over > 0 {
				return scalarNode(strconv.FormatInt(int64(d-over+quantum), 10)+"ns", pos(v))
			}
			return v
		}))
	}
	return &out
}

// oracleNames are the policies that go by another name here, with the
// parameters that make the difference.
var oracleNames = map[string]struct {
	name   string
	params []Param
}{
	"fifo":                   {name: "fcfs"},
	"instruction_interleave": {name: "interleave"},
	"priority_np":            {"priority", []Param{{Name: "preemptive", Values: []string{"false"}}}},
	"priority_p":             {"priority", []Param{{Name: "preemptive", Values: []string{"true"}}}},
	"fp_locks":               {name: "priority"},
	"aging_xinu":             {name: "aging"},
	"srtf_per_cpu": {"srtf", []Param{
		{Name: "queues", Values: []string{"per_cpu"}}, {Name: "placement", Values: []string{"least"}}, {Name: "steal", Values: []string{"false"}},
	}},
	"multi_rr":    {name: "rr"},
	"priority_rr": {"priority", []Param{{Name: "preemptive", Values: []string{"true"}}}},
}

// oracleParam says a parameter in the words of the policy here.
func oracleParam(policy string, p Param) Param {
	switch value := strings.Join(p.Values, " "); {
	case policy == "interleave":
		p.Name = map[string]string{"interrupt_every": "every", "schedule": "order"}[p.Name]
	case policy == "fb" && value == "2^level":
		p.Name, p.Values = "growth", []string{"double"}
	case policy == "process_run":
		_, value, _ = strings.Cut(value, "_") // SWITCH_ON_IO, IO_RUN_LATER
		_, value, _ = strings.Cut(value, "_")
		p.Values = []string{strings.ToLower(value)}
	}
	return p
}

// oraclePolicy reads the policy and returns which CPU each task is bound to, if
// the case is partitioned.
func (r *reader) oraclePolicy(root *yaml.Node) (partition *yaml.Node) {
	n := lookup(root, "policy")
	v := lookup(n, "name")
	if v == nil {
		r.fail(root, "no policy", `"policy": {"name": "rr", "params": {"quantum": 4}}`)
		return nil
	}
	p := &r.w.Policy
	p.Name, _ = r.name(v, "policy")
	p.Pos = pos(v)
	c := &r.w.Conventions
	switch p.Name {
	case "srtf", "lrtf", "priority_p":
		c.Ties = TiesRunningFirst
	}
	// Its simulator ends quanta at the end of a tick and looks at arrivals at
	// the beginning of the next.
	c.PreemptedFirst = p.Name == "mlfq"
	c.HigherIsBetter = p.Name == "aging_xinu"
	c.DispatchFirst = p.Name == "fp_locks"
	if here, ok := oracleNames[p.Name]; ok {
		p.Name = here.name
		p.Params = append(p.Params, here.params...)
	}
	params := lookup(n, "params")
	if params == nil {
		return nil
	}
	r.each(params, "params", nil, func(key string, k, v *yaml.Node) {
		switch key {
		case "tie":
			switch v.Value {
			case "index":
				c.Ties = TiesIndex
			case "running_first":
				c.Ties = TiesRunningFirst
			default:
				c.Ties = TiesArrival
			}
		case "higher_is_better":
			c.HigherIsBetter, _ = r.flag(v, key)
		case "expiry_order":
			c.PreemptedFirst = v.Value == "preempted_first"
		case "horizon":
			r.w.Until, _ = r.time(v, key, 1)
		case "partition":
			partition = v
		case "charge_full_quantum":
			r.whole, _ = r.flag(v, key)
		case "random_interrupts", "data_base", // the draws and the variables say it
			"io_time", "io_length", "tie_prefer": // programs say it, or can't be told
		case "lock_protocol":
			i, _ := r.choice(v, key, "none", "pi")
			r.protocol = Protocol(i)
		default:
			if key == "quanta" && p.Name == "stride" { // how many of them there are
				return
			}
			if isNull(v) || v.Kind == yaml.MappingNode {
				return
			}
			if param, ok := r.param(k, v); ok {
				param = oracleParam(p.Name, param)
				p.Params = append(p.Params, param)
			}
		}
	})
	r.oracleDraws(lookup(root, "rng"))
	if v.Value == "multi_rr" {
		r.oracleMulti()
	}
	if quanta := lookup(params, "quanta"); p.Name == "stride" && quanta != nil {
		n, _ := r.int(quanta, "quanta", 1, maxNumber)
		quantum := r.oracleQuantum()
		if limit := saturate(0, quantum, n); limit <= MaxTime {
			r.w.Until = limit
		}
	}
	return partition
}

func (r *reader) oracleQuantum() Time {
	for _, p := range r.w.Policy.Params {
		if p.Name == "quantum" && len(p.Values) == 1 {
			if t, err := ParseTime(p.Values[0], r.w.Unit); err == nil {
				return t
			}
		}
	}
	return r.w.Unit
}

// oracleDraws keeps recorded random decisions as parameters of the policy.
func (r *reader) oracleDraws(rng *yaml.Node) {
	if rng == nil {
		return
	}
	r.each(rng, "rng", nil, func(key string, k, v *yaml.Node) {
		if v.Kind != yaml.SequenceNode || key == "range" || len(v.Content) == 0 {
			return
		}
		p := Param{Name: key, List: true, Pos: pos(v)}
		for _, m := range v.Content {
			words := []string{m.Value}
			if m.Kind == yaml.SequenceNode { // the order of CPUs at an instant: "1 0"
				words = words[:0]
				for _, cpu := range m.Content {
					words = append(words, cpu.Value)
				}
			}
			p.Values = append(p.Values, strings.Join(words, " "))
		}
		r.w.Policy.Params = append(r.w.Policy.Params, p)
	})
}

func (r *reader) oracleLocks(n *yaml.Node) {
	if n == nil {
		return
	}
	for _, v := range r.list(n, "locks", "a list of names") {
		if name, ok := r.name(v, "locks"); ok && !r.isResource(name) {
			r.resources[name] = len(r.w.Resources)
			r.w.Resources = append(r.w.Resources, Resource{
				Name: name, Kind: Mutex, Protocol: r.protocol, ByPriority: r.protocol != NoProtocol, Pos: pos(v),
			})
		}
	}
}

// oracleTask reads a process of a reference case or of a recording.
func (r *reader) oracleTask(n *yaml.Node, partition *yaml.Node) {
	t := Task{Pos: pos(n)}
	var program, work, wcet *yaml.Node
	before := len(r.errs)
	r.each(n, "a process", nil, func(key string, _, v *yaml.Node) {
		switch key {
		case "name":
			t.Name, _ = r.name(v, key)
			t.Pos = pos(v)
		case "arrival":
			t.Arrival, _ = r.time(v, key, 0)
		case "program":
			program = v
		case "work":
			work = v
		case "wcet":
			wcet = v
		case "request": // the length of slice an eevdf client asks for
			t.Slice, _ = r.time(v, key, 1)
		case "scheduler":
			c, _ := r.choice(v, key, "SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE", "SCHED_FIFO", "SCHED_RR")
			t.Class = Class(c)
		case "affinity":
			if v.Kind != yaml.SequenceNode || len(v.Content) > 0 {
				t.Affinity = r.affinity(v)
			}
		case "nice", "priority", "tickets", "weight", "slice", "period", "deadline", "releases", "abort_on_miss", "working_set":
			if !isNull(v) {
				r.taskField(&t, key, v)
			}
		}
	})
	if v := lookup(partition, t.Name); v != nil {
		t.Affinity = r.affinity(v)
	}
	switch {
	case t.Name == "" && len(r.errs) == before:
		r.fail(n, "a process without a name", `"name": "P1"`)
	case program == nil && wcet == nil && len(r.errs) == before:
		r.fail(n, "process "+quote(t.Name)+" without a program", `"program": [{"cpu": 5}]`)
	case len(r.errs) == before:
		if program == nil {
			program = computing(wcet)
		}
		t.Program = r.program(r.oracleWhole(r.oracleProgram(program, work)), t.Name)
	}
	if len(t.Releases) > 0 {
		t.Arrival = t.Releases[0]
	}
	if len(r.errs) > before || !r.claim(t.Name, t.Pos) {
		return
	}
	if len(r.w.Tasks) == MaxTasks {
		r.fail(n, "more processes than fit", fmt.Sprintf("the most is %d", MaxTasks))
		r.stop = true
		return
	}
	r.w.Tasks = append(r.w.Tasks, t)
}

// oracleProgram fills in the program of a process that has none: its work, or
// CPU time without end where the case is cut at a horizon.
func (r *reader) oracleProgram(program, work *yaml.Node) *yaml.Node {
	if program.Kind != yaml.SequenceNode || len(program.Content) > 0 {
		return program
	}
	at := pos(program)
	list := func(members ...*yaml.Node) *yaml.Node {
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: members, Line: at.Line, Column: at.Column}
	}
	op := func(name string, value *yaml.Node) *yaml.Node {
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalarNode(name, at), value}, Line: at.Line, Column: at.Column}
	}
	if work != nil {
		if work.Value == "0" { // it computes for a tick all the same
			work = scalarNode("1", at)
		}
		return list(op("cpu", work))
	}
	if r.w.Until > 0 {
		quantum := r.oracleQuantum()
		return list(op("forever", list(op("cpu", scalarNode(strconv.FormatInt(int64(quantum), 10)+"ns", at)))))
	}
	return program
}

// measured reads the workload of a recording, `sched-measured/1`: what to run to
// compare with what a real kernel did. Its policy is the model of that kernel.
func (r *reader) measured(root *yaml.Node) {
	r.lenient = true
	w := r.w
	if v := lookup(root, "id"); v != nil {
		w.Name, _ = r.title(v, "id")
	}
	r.oracleUnit(lookup(root, "time_unit"))
	if v := lookup(root, "pinned_cpus"); v != nil {
		n, _ := r.int(v, "pinned_cpus", 1, MaxCPUs)
		w.Machine.CPUs = max(int(n), 1)
	}
	r.kernel(lookup(root, "kernel"))
	if v := lookup(root, "resources"); v != nil {
		r.resourceList(v)
	}
	v := lookup(root, "processes")
	if v == nil {
		r.fail(root, "no processes", "processes: [{name: …, arrival: …, program: [{cpu: 5}]}]")
		return
	}
	for _, p := range r.list(v, "processes", "a list of processes") {
		if r.full() {
			return
		}
		r.oracleTask(p, nil)
	}
}

// kernel reads what a model needs to know of the kernel that was measured.
func (r *reader) kernel(n *yaml.Node) {
	r.w.Policy.Name = "linux"
	if n == nil {
		return
	}
	r.w.Policy.Pos = pos(n)
	r.each(n, "kernel", nil, func(key string, k, v *yaml.Node) {
		if name, ok := strings.CutSuffix(key, "_ns"); ok {
			ns, good := r.int(v, key, 0, int64(MaxTime))
			if !good {
				return
			}
			if name == "switch_cost" {
				r.w.Machine.Switch = Time(ns)
				return
			}
			p := Param{Name: name, Values: []string{strconv.FormatInt(ns, 10) + "ns"}, Pos: pos(v)}
			r.w.Policy.Params = append(r.w.Policy.Params, p)
			return
		}
		switch key {
		case "hz":
			hz, good := r.int(v, key, 1, 1_000_000)
			if period := big.NewRat(1_000_000_000, max(hz, 1)); good && period.IsInt() {
				r.w.Machine.Tick = Time(period.Num().Int64())
			}
		case "delay_dequeue", "run_to_parity":
			if param, ok := r.param(k, v); ok {
				r.w.Policy.Params = append(r.w.Policy.Params, param)
			}
		}
	})
}

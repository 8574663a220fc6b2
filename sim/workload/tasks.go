package workload

import (
	"fmt"
	"sort"
	"strconv"

	"go.yaml.in/yaml/v3"
)

var taskKeys = []string{
	"name", "at", "count", "program", "wcet", "nice", "priority", "tickets", "weight", "slice", "period", "deadline",
	"releases", "abort_on_miss", "class", "affinity", "working_set", "process", "registers", "parent", "daemon", "group", "subreaper", "claims", "pages", "batch",
}

func (r *reader) taskList(n *yaml.Node) {
	for _, v := range r.list(n, "tasks", "a list: [{name: P1, program: [{cpu: 5}]}]") {
		if r.full() {
			return
		}
		r.task(v)
	}
}

// task reads a task and appends it, or its copies if it has a count.
func (r *reader) task(n *yaml.Node) {
	t, count, ok := r.readTask(n, taskKeys)
	if !ok {
		return
	}
	if len(r.w.Tasks)+count > MaxTasks {
		r.fail(n, "more tasks than fit", fmt.Sprintf("the most is %d", MaxTasks))
		r.stop = true
		return
	}
	if lookup(n, "count") == nil {
		if r.claim(t.Name, t.Pos) {
			r.w.Tasks = append(r.w.Tasks, t)
		}
		return
	}
	for i := range count {
		copied := t
		copied.Name = t.Name + strconv.Itoa(i+1)
		if !r.claim(copied.Name, t.Pos) {
			return
		}
		r.w.Tasks = append(r.w.Tasks, copied)
	}
}

// claim notes that a task has that name; no two may.
func (r *reader) claim(name string, at Pos) bool {
	if first, twice := r.tasks[name]; twice {
		r.failAt(at, "a second task named "+quote(name), fmt.Sprintf("another name; the first is in line %d", first.Line))
		return false
	}
	r.tasks[name] = at
	return true
}

// readTask reads the mapping of a task.
func (r *reader) readTask(n *yaml.Node, known []string) (t Task, count int, ok bool) {
	before := len(r.errs)
	count = 1
	t.Pos = pos(n)
	var program, wcet, at *yaml.Node
	r.each(n, "a task", known, func(key string, _, v *yaml.Node) {
		switch key {
		case "name":
			t.Name, _ = r.name(v, "name")
			t.Pos = pos(v)
		case "count":
			c, _ := r.int(v, key, 1, MaxTasks)
			count = int(c)
		case "program":
			program = v
		case "wcet":
			wcet = v
		default:
			if key == "at" {
				at = v
			}
			r.taskField(&t, key, v)
		}
	})
	if len(r.errs) > before {
		return t, 0, false
	}
	switch {
	case t.Name == "":
		r.fail(n, "a task without a name", "name: P1")
	case program == nil && wcet == nil:
		r.fail(n, "task "+quote(t.Name)+" without a program", "program: [{cpu: 5}]")
	case program != nil && wcet != nil:
		r.fail(wcet, "task "+quote(t.Name)+" with a program and a wcet", "one of them: wcet: 3 is short for program: [{cpu: 3}]")
	case at != nil && len(t.Releases) > 0 && t.Arrival != t.Releases[0]:
		r.fail(at, "at: found "+t.Arrival.In(r.w.Unit)+", but the first release is at "+t.Releases[0].In(r.w.Unit),
			"no at: a task arrives with its first release")
	case program == nil:
		program = computing(wcet)
		fallthrough
	default:
		t.Program = r.program(program, t.Name)
	}
	if t.Program != nil && (t.Period > 0 || t.Releases != nil) && endless(t.Program) {
		r.fail(program, "a periodic task whose job never ends", "a program without forever; the period repeats it")
	}
	if len(t.Releases) > 0 {
		t.Arrival = t.Releases[0]
	}
	return t, count, len(r.errs) == before
}

// computing is the program of a job of which only its length is given.
func computing(length *yaml.Node) *yaml.Node {
	at := pos(length)
	op := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalarNode("cpu", at), length}, Line: at.Line, Column: at.Column}
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{op}, Line: at.Line, Column: at.Column}
}

// endless says whether a program contains forever.
func endless(p *Program) bool {
	for i := range p.Ops {
		if p.Ops[i].Code == OpRepeat && p.Ops[i].Value < 0 {
			return true
		}
	}
	return false
}

// taskField reads one of the figures a policy may look at.
func (r *reader) taskField(t *Task, key string, v *yaml.Node) {
	switch key {
	case "at":
		t.Arrival, _ = r.time(v, key, 0)
	case "nice":
		n, _ := r.int(v, key, -20, 19)
		t.Nice = int(n)
	case "priority":
		t.Priority, _ = r.int(v, key, -maxNumber, maxNumber)
	case "tickets":
		t.Tickets, _ = r.int(v, key, 1, maxNumber)
	case "weight":
		t.Weight, _ = r.int(v, key, 1, maxNumber)
	case "registers":
		first := r.registers()
		t.Registers = make([]int64, len(registerNames))
		r.each(v, key, []string{"ax", "bx", "cx", "dx", "ex", "fx"}, func(key string, _, v *yaml.Node) {
			t.Registers[r.variables["%"+key]-first], _ = r.int(v, key, -mostValue, mostValue)
		})
	case "working_set":
		t.WorkingSet, _ = r.int(v, key, 0, maxNumber)
	case "slice":
		t.Slice, _ = r.time(v, key, 1)
	case "period":
		t.Period, _ = r.time(v, key, 1)
	case "deadline":
		t.Deadline, _ = r.time(v, key, 1)
	case "releases":
		t.Releases = r.releases(v)
	case "abort_on_miss":
		t.AbortOnMiss, _ = r.flag(v, key)
	case "class":
		c, _ := r.choice(v, key, classNames...)
		t.Class = Class(c)
	case "affinity":
		t.Affinity = r.affinity(v)
	case "process":
		t.Group, _ = r.name(v, key)
	case "parent":
		if t.Parent, _ = r.name(v, key); t.Parent != "" {
			r.kin.refs = append(r.kin.refs, kinRef{"parent", t.Parent, pos(v)})
		}
	case "group":
		t.Signals, _ = r.name(v, key)
	case "subreaper":
		t.Subreaper, _ = r.flag(v, key)
	case "claims":
		t.Claims = r.claims(v)
	case "pages":
		n, _ := r.int(v, key, 1, MaxPages)
		t.Pages = int(n)
	case "batch":
		t.Batch, _ = r.flag(v, key)
	case "daemon":
		t.Daemon, _ = r.flag(v, key)
	}
}

func (r *reader) releases(n *yaml.Node) []Time {
	var times []Time
	for _, v := range r.list(n, "releases", "a list of times: [0, 8, 12]") {
		t, ok := r.time(v, "releases", 0)
		if !ok {
			return nil
		}
		if last := len(times) - 1; last >= 0 && t <= times[last] {
			r.fail(v, "releases: found "+describe(v)+" after "+times[last].In(r.w.Unit), "times in ascending order")
			return nil
		}
		times = append(times, t)
	}
	if len(n.Content) == 0 && n.Kind == yaml.SequenceNode {
		r.fail(n, "releases: found an empty list", "a list of times: [0, 8, 12]")
	}
	return times
}

func (r *reader) affinity(n *yaml.Node) []int {
	members := []*yaml.Node{n}
	if n.Kind != yaml.ScalarNode {
		members = r.list(n, "affinity", "a list of CPU numbers: [0, 1]")
		if len(members) == 0 && n.Kind == yaml.SequenceNode {
			r.fail(n, "affinity: found an empty list", "the CPUs it may run on, or no affinity for all")
		}
	}
	on := map[int]bool{}
	var cpus []int
	for _, m := range members {
		c, ok := r.int(m, "affinity", 0, MaxCPUs-1)
		if ok && int(c) >= r.w.Machine.CPUs {
			r.fail(m, "affinity: found "+describe(m), fmt.Sprintf("CPUs are numbered from 0, and machine: {cpus: %d}", r.w.Machine.CPUs))
		}
		if ok && !on[int(c)] {
			on[int(c)] = true
			cpus = append(cpus, int(c))
		}
	}
	sort.Ints(cpus)
	return cpus
}

package workload

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// TaskFigures are the figures of a task, by the names files and outputs use.
// blocked is all the time it was blocked, the others with that prefix are parts
// of it.
var TaskFigures = []string{
	"arrival", "start", "finish", "turnaround", "response", "waiting", "blocked", "cpu",
	"voluntary", "involuntary", "migrations", "exit", "spun",
	"blocked_io", "blocked_sleep", "blocked_lock", "blocked_room", "blocked_value",
}

// JobFigures are the figures of a periodic task's job.
var JobFigures = []string{"release", "deadline", "start", "finish", "response", "missed", "aborted"}

// expectKeys may stand under expect beside the names of tasks. A task that is
// called like one of them is expected under processes.
var expectKeys = []string{"processes", "timeline", "any_cpu", "states", "totals", "jobs", "lock_events", "guesses", "lags",
	"memory", "lost_updates", "trace"}

// expect reads what must come out, either task by task, or with the parts a
// reference case has.
func (r *reader) expect(n *yaml.Node) {
	e := &Expect{}
	r.entries(n, "expect", "expect: {P1: {finish: 31}}", func(name string, k, v *yaml.Node) {
		switch {
		case name == "processes":
			r.entries(v, name, "processes: {P1: {finish: 31}}", func(_ string, k, v *yaml.Node) { r.expectTask(e, k, v) })
		case name == "timeline":
			r.expectTimeline(e, v)
		case name == "any_cpu":
			e.AnyCPU, _ = r.flag(v, name)
		case name == "states":
			r.expectStates(e, v)
		case name == "totals":
			r.expectTotals(e, v)
		case name == "jobs":
			r.expectJobs(e, v)
		case name == "trees":
			r.expectTrees(e, v)
		case name == "lock_events":
			r.expectLocks(e, v)
		case name == "memory":
			r.expectMemory(e, v)
		case name == "lost_updates":
			e.Lost, _ = r.number(v, name)
		case name == "trace":
			r.expectTrace(e, v)
		case name == "guesses", name == "lags":
			r.expectSums(e, name, v)
		default:
			r.expectTask(e, k, v)
		}
	})
	r.w.Expect = e
}

// number reads a figure as written.
func (r *reader) number(n *yaml.Node, what string) (Number, bool) {
	if isNull(n) {
		return "null", true
	}
	const want = "a number, true, false, null or a word"
	s, ok := r.scalar(n, what, want)
	if ok && (s == "" || len(s) > maxName || strings.ContainsAny(s, "\n\r")) {
		r.fail(n, what+": found "+quote(s), want)
		return "", false
	}
	return Number(s), ok
}

func (r *reader) expectTask(e *Expect, k, v *yaml.Node) {
	if !r.expectKnown(k) {
		return
	}
	figures := ExpectTask{}
	r.each(v, "what is expected of "+quote(k.Value), TaskFigures, func(key string, _, v *yaml.Node) {
		if key == "blocked" && r.w.Format == Oracle {
			key = "blocked_lock" // which is what reference cases mean
		}
		if number, ok := r.number(v, key); ok {
			figures[key] = number
		}
	})
	if e.Tasks == nil {
		e.Tasks = map[string]ExpectTask{}
	}
	e.Tasks[k.Value] = figures
}

// expectKnown reports whether a key names a task, and fails if not.
func (r *reader) expectKnown(k *yaml.Node) bool {
	if _, there := r.tasks[k.Value]; there || r.kin.made[k.Value] {
		return true
	}
	names := append([]string(nil), expectKeys...)
	for i := range r.w.Tasks {
		names = append(names, r.w.Tasks[i].Name)
	}
	want := "the name of a task"
	if near := Nearest(k.Value, names); near != "" {
		want = `did you mean "` + near + `"?`
	}
	r.fail(k, "expect: no task "+quote(k.Value), want)
	return false
}

// stateNames are the states a task may be expected in.
var stateNames = []string{"ready", "running", "blocked"}

func (r *reader) expectStates(e *Expect, n *yaml.Node) {
	const want = "a list of [start, end, state]"
	e.States = map[string][]ExpectState{}
	r.entries(n, "states", "states: {P1: [[0, 4, running]]}", func(_ string, k, v *yaml.Node) {
		if !r.expectKnown(k) {
			return
		}
		list := []ExpectState{}
		for _, v := range r.list(v, "states of "+quote(k.Value), want) {
			if v.Kind != yaml.SequenceNode || len(v.Content) != 3 {
				r.fail(v, "states: found "+describe(v), want)
				continue
			}
			start, ok := r.number(v.Content[0], "start")
			end, good := r.number(v.Content[1], "end")
			state, fine := r.choice(v.Content[2], "state", stateNames...)
			if ok && good && fine {
				list = append(list, ExpectState{start, end, stateNames[state]})
			}
		}
		e.States[k.Value] = list
	})
}

func (r *reader) expectTimeline(e *Expect, n *yaml.Node) {
	const want = "a list of [start, end, cpu, task]"
	e.Timeline = []ExpectRun{}
	for _, v := range r.list(n, "timeline", want) {
		if r.full() {
			return
		}
		if v.Kind != yaml.SequenceNode || len(v.Content) != 4 {
			r.fail(v, "timeline: found "+describe(v), want)
			continue
		}
		var run ExpectRun
		var ok [4]bool
		run.Start, ok[0] = r.number(v.Content[0], "start")
		run.End, ok[1] = r.number(v.Content[1], "end")
		cpu, good := r.int(v.Content[2], "cpu", 0, MaxCPUs-1)
		run.CPU, ok[2] = int(cpu), good
		run.Task, ok[3] = r.name(v.Content[3], "task")
		if ok == [4]bool{true, true, true, true} {
			e.Timeline = append(e.Timeline, run)
		}
	}
}

func (r *reader) expectTotals(e *Expect, n *yaml.Node) {
	r.entries(n, "totals", "totals: {makespan: 31}", func(name string, k, v *yaml.Node) {
		if _, ok := r.name(k, "totals"); !ok {
			return
		}
		switch {
		case name == "cpu_busy" && v.Kind == yaml.SequenceNode:
			e.CPUBusy = []Number{}
			for _, m := range v.Content {
				if number, ok := r.number(m, name); ok {
					e.CPUBusy = append(e.CPUBusy, number)
				}
			}
		case v.Kind == yaml.MappingNode: // missed: {P1: 2}
			r.entries(v, name, "", func(task string, k, v *yaml.Node) {
				if _, ok := r.name(k, name); ok {
					r.total(e, name+"."+task, v)
				}
			})
		default:
			r.total(e, name, v)
		}
	})
}

func (r *reader) total(e *Expect, name string, v *yaml.Node) {
	if e.Totals == nil {
		e.Totals = map[string]Number{}
	}
	if number, ok := r.number(v, name); ok {
		e.Totals[name] = number
	}
}

func (r *reader) expectJobs(e *Expect, n *yaml.Node) {
	e.Jobs = []ExpectJob{}
	known := append([]string{"task", "k"}, JobFigures...)
	for _, v := range r.list(n, "jobs", "a list of {task: P1, k: 1, finish: 5}") {
		if r.full() {
			return
		}
		before := len(r.errs)
		job := ExpectJob{Figures: map[string]Number{}}
		r.each(v, "a job", known, func(key string, _, v *yaml.Node) {
			switch key {
			case "task":
				job.Task, _ = r.name(v, key)
			case "k":
				job.K, _ = r.int(v, key, 1, maxNumber)
			default:
				if number, ok := r.number(v, key); ok {
					job.Figures[key] = number
				}
			}
		})
		if (job.Task == "" || job.K == 0) && len(r.errs) == before {
			r.fail(v, "a job without task and k", "{task: P1, k: 1, finish: 5}")
		}
		e.Jobs = append(e.Jobs, job)
	}
}

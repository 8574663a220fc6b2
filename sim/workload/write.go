package workload

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Write returns the workload as a file of this project. The bytes depend on
// nothing but what the workload says: equal workloads give equal bytes, and
// [Parse] of them gives an equal workload, but for positions and for the name
// of the file.
func Write(w *Workload) ([]byte, error) {
	out := writer{w: w}
	out.head()
	out.resources()
	out.variables()
	out.programs()
	out.bank()
	out.tasks()
	out.interventions()
	out.lesson()
	out.expect()
	if out.err != nil {
		return nil, out.err
	}
	return []byte(out.b.String()), nil
}

// writer writes canonical YAML.
type writer struct {
	w     *Workload
	b     strings.Builder
	named map[*Program]bool // those that stand under programs:
	err   error
}

func (o *writer) line(depth int, parts ...string) {
	for range depth {
		o.b.WriteString("  ")
	}
	for _, p := range parts {
		o.b.WriteString(p)
	}
	o.b.WriteByte('\n')
}

func (o *writer) time(t Time) string { return t.In(o.w.Unit) }

// conventions writes those that aren't the default.
func (o *writer) conventions() (parts []string) {
	for _, s := range o.w.Conventions.Settings(true) {
		if !s.Default {
			parts = append(parts, s.Name+": "+s.Value)
		}
	}
	for i := range o.w.Resources {
		if res := &o.w.Resources[i]; res.Implicit && res.Servers > 0 {
			parts = append(parts, fmt.Sprintf("io: {servers: %d}", res.Servers))
		}
	}
	return parts
}

// cache writes what a machine has of caches.
func (o *writer) cache(m *Machine) (text string) {
	if m.Migration > 0 {
		text = ", migration: " + o.time(m.Migration)
	}
	if c := &m.Cache; c.Size > 0 {
		text += fmt.Sprintf(", cache: {size: %d, warmup: %s, rate: %d", c.Size, o.time(c.Warmup), c.Rate)
		if c.Grain > 0 {
			text += ", grain: " + o.time(c.Grain)
		}
		text += "}"
	}
	return text
}

func (o *writer) head() {
	w := o.w
	o.line(0, "timeslice: ", strconv.Itoa(Version))
	if w.Title != nil {
		o.text(0, "name", w.Title)
	} else if w.Name != "" {
		o.line(0, "name: ", str(w.Name))
	}
	if w.About != nil {
		o.text(0, "about", w.About)
	}
	o.line(0, "unit: ", str(w.UnitText))
	if w.Seed != 0 {
		o.line(0, "seed: ", strconv.FormatUint(w.Seed, 10))
	}
	if w.Until != 0 {
		o.line(0, "until: ", o.time(w.Until))
	}
	instruction := ""
	if w.Machine.Instruction != w.Unit {
		instruction = ", instruction: " + o.time(w.Machine.Instruction)
	}
	if w.Machine.GIL > 0 {
		instruction += ", gil: " + o.time(w.Machine.GIL)
	}
	instruction += o.creation()
	o.line(0, fmt.Sprintf("machine: {cpus: %d, switch: %s, tick: %s%s%s}",
		w.Machine.CPUs, o.time(w.Machine.Switch), o.time(w.Machine.Tick), instruction, o.cache(&w.Machine)))
	if w.Policy.Name != "" {
		o.policyLines(&w.Policy)
	}
	if c := o.conventions(); len(c) > 0 {
		o.line(0, "conventions: {", strings.Join(c, ", "), "}")
	}
}

func (o *writer) resources() {
	first := true
	for i := range o.w.Resources {
		res := &o.w.Resources[i]
		if res.Implicit {
			continue
		}
		if first {
			o.line(0, "resources:")
			first = false
		}
		detail := ""
		switch res.Kind {
		case Queue:
			detail = queueDetail(res)
		case Pool:
			detail = poolDetail(res)
		case Pipe:
			detail = fmt.Sprintf(", capacity: %d", res.Capacity)
		case Device:
			detail = fmt.Sprintf(", servers: %d", res.Servers)
		default:
			detail = o.syncDetail(res)
		}
		o.line(1, str(res.Name), ": {kind: ", res.Kind.String(), detail, "}")
	}
}

func (o *writer) tasks() {
	if len(o.w.Tasks) == 0 {
		o.line(0, "tasks: []")
		return
	}
	o.line(0, "tasks:")
	for i := range o.w.Tasks {
		if !o.w.Tasks[i].Implicit {
			o.task(1, "- ", &o.w.Tasks[i], true)
		}
	}
}

func (o *writer) affinity(t *Task) string {
	return strings.Join(strings.Fields(fmt.Sprint(t.Affinity)), ", ")
}

// task writes the mapping of a task; dash begins its first line.
func (o *writer) task(depth int, dash string, t *Task, arrives bool) {
	o.line(depth, dash, "name: ", str(t.Name))
	depth += len(dash) / 2
	field := func(on bool, name, value string) {
		if on {
			o.line(depth, name, ": ", value)
		}
	}
	whole := func(name string, n int64) { field(n != 0, name, strconv.FormatInt(n, 10)) }
	field(arrives && t.Arrival != 0, "at", o.time(t.Arrival))
	field(t.Class != ClassOther, "class", t.Class.String())
	whole("nice", int64(t.Nice))
	whole("priority", t.Priority)
	whole("tickets", t.Tickets)
	whole("weight", t.Weight)
	field(t.Slice != 0, "slice", o.time(t.Slice))
	field(t.Period != 0, "period", o.time(t.Period))
	field(t.Deadline != 0, "deadline", o.time(t.Deadline))
	if t.Releases != nil {
		times := make([]string, len(t.Releases))
		for i, at := range t.Releases {
			times[i] = o.time(at)
		}
		field(true, "releases", "["+strings.Join(times, ", ")+"]")
	}
	field(t.AbortOnMiss, "abort_on_miss", "yes")
	whole("working_set", t.WorkingSet)
	if t.Affinity != nil {
		field(true, "affinity", o.affinity(t))
	}
	field(t.Group != "", "process", str(t.Group))
	field(t.Parent != "", "parent", str(t.Parent))
	field(t.Signals != "", "group", str(t.Signals))
	field(t.Subreaper, "subreaper", "yes")
	field(t.Daemon, "daemon", "yes")
	field(t.Claims != nil, "claims", o.claims(t))
	if t.Registers != nil {
		var parts []string
		for i, n := range t.Registers {
			if n != 0 {
				parts = append(parts, registerNames[i][1:]+": "+strconv.FormatInt(n, 10))
			}
		}
		field(true, "registers", "{"+strings.Join(parts, ", ")+"}")
	}
	if o.named[t.Program] {
		field(true, "program", str(t.Program.Name))
	} else if t.Program != nil {
		o.program(depth, "program", t.Program)
	} else {
		o.err = fmt.Errorf("workload: task %q has no program", t.Name)
	}
}

func (o *writer) interventions() {
	for i := range o.w.Interventions {
		if i == 0 {
			o.line(0, "interventions:")
		}
		iv := &o.w.Interventions[i]
		at := "at: " + o.time(iv.At)
		switch iv.Kind {
		case Kill:
			o.line(1, "- {", at, ", kill: ", str(iv.Task), "}")
		case Send:
			o.line(1, "- {", at, ", ", iv.sending(), "}")
		case SetParams:
			o.line(1, "- {", at, ", set: {", strings.Join(params(iv.Params), ", "), "}}")
		case SetPolicy:
			o.line(1, "- {", at, ", policy: ", o.policy(iv.Policy), "}")
		case AddTask:
			o.line(1, "- ", at)
			o.line(2, "add:")
			o.task(3, "", iv.Add, false)
		default:
			o.err = fmt.Errorf("workload: intervention %d can't be written", iv.Kind)
		}
	}
}

func (o *writer) lesson() {
	for i, c := range o.w.Captions {
		if i == 0 {
			o.line(0, "captions:")
		}
		o.line(1, "- at: ", o.time(c.At))
		o.text(2, "say", c.Say)
	}
	for i, a := range o.w.Asks {
		if i == 0 {
			o.line(0, "ask:")
		}
		o.line(1, "- at: ", o.time(a.At))
		o.text(2, "question", a.Question)
		o.text(2, "answer", a.Answer)
	}
}

func (o *writer) expect() {
	e := o.w.Expect
	if e == nil {
		return
	}
	if e.Tasks == nil && e.Timeline == nil && !e.AnyCPU && e.States == nil && e.Totals == nil && e.CPUBusy == nil && e.Jobs == nil && e.Trees == nil &&
		e.Memory == nil && e.Lost == "" && e.Trace == nil && e.LockEvents == nil && e.Guesses == nil && e.Lags == nil {
		o.line(0, "expect: {}")
		return
	}
	o.line(0, "expect:")
	if e.Tasks != nil {
		o.line(1, "processes:")
		for _, name := range keys(e.Tasks) {
			o.line(2, str(name), ": ", figures(e.Tasks[name]))
		}
	}
	if e.Timeline != nil {
		rows := make([]string, len(e.Timeline))
		for i, run := range e.Timeline {
			rows[i] = fmt.Sprintf("[%s, %s, %d, %s]", run.Start.str(), run.End.str(), run.CPU, str(run.Task))
		}
		o.rows("timeline", rows)
	}
	if e.AnyCPU {
		o.line(1, "any_cpu: yes")
	}
	if e.States != nil {
		o.line(1, "states:")
		for _, name := range keys(e.States) {
			rows := make([]string, len(e.States[name]))
			for i, s := range e.States[name] {
				rows[i] = fmt.Sprintf("[%s, %s, %s]", s.Start.str(), s.End.str(), str(s.State))
			}
			o.line(2, str(name), ": [", strings.Join(rows, ", "), "]")
		}
	}
	if e.Totals != nil || e.CPUBusy != nil {
		o.line(1, "totals:")
		for _, name := range keys(e.Totals) {
			o.line(2, str(name), ": ", e.Totals[name].str())
		}
		if e.CPUBusy != nil {
			values := make([]string, len(e.CPUBusy))
			for i, n := range e.CPUBusy {
				values[i] = n.str()
			}
			o.line(2, "cpu_busy: [", strings.Join(values, ", "), "]")
		}
	}
	if e.Jobs != nil {
		rows := make([]string, len(e.Jobs))
		for i, job := range e.Jobs {
			text := strings.TrimPrefix(figures(job.Figures), "{")
			if text != "}" {
				text = ", " + text
			}
			rows[i] = fmt.Sprintf("{task: %s, k: %d%s", str(job.Task), job.K, text)
		}
		o.rows("jobs", rows)
	}
	o.memory(e)
	if e.Trees != nil {
		o.rows("trees", treeRows(e.Trees))
	}
	if e.LockEvents != nil {
		o.rows("lock_events", lockRows(e.LockEvents))
	}
	o.sums(e)
}

func (o *writer) rows(key string, rows []string) {
	if len(rows) == 0 {
		o.line(1, key, ": []")
		return
	}
	o.line(1, key, ":")
	for _, row := range rows {
		o.line(2, "- ", row)
	}
}

func figures(m map[string]Number) string {
	parts := make([]string, 0, len(m))
	for _, name := range keys(m) {
		parts = append(parts, str(name)+": "+m[name].str())
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (n Number) str() string {
	switch n {
	case "null", "true", "false":
		return string(n)
	}
	return str(string(n))
}

func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

package widgets

import (
	"slices"
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// Row is a line of the inspector: what is told, and what it is.
type Row struct {
	ID           string // stable, of the label in the translations
	Label, Value string
	Live         bool // its figures change all the time
}

// ControlBlock is what the inspector shows of a task.
type ControlBlock struct {
	Name, Subtitle string
	Hue            int
	Rows           []Row
}

// InspectorRows tells a task's process control block at the instant of a
// snapshot, of which totals are the sums until then.
func InspectorRows(h *trace.Header, s *trace.Snapshot, id trace.TaskID, totals trace.Totals, words Words) ControlBlock {
	if int(id) >= len(s.Tasks) || int(id) >= len(h.Tasks) {
		return ControlBlock{}
	}
	t, at, unit := &h.Tasks[id], &s.Tasks[id], UnitOf(h)
	state := words.say("state." + at.State.String())
	c := ControlBlock{Name: t.Name, Hue: t.Process}
	c.Subtitle = kinship(h, id, words) + " · "
	if at.State == trace.Running {
		c.Subtitle += words.say("inspector.on", "Index", at.CPU)
	} else {
		c.Subtitle += state
	}
	add := func(label, value string, live bool) {
		c.Rows = append(c.Rows, Row{ID: label, Label: words.say(label), Value: value, Live: live})
	}
	add("inspector.ids", strconv.Itoa(t.Pid)+" / "+parent(h, t, at), false)
	add("inspector.state", state+"  "+words.say("inspector.since", "Time", unit.Format(at.Since)), false)
	add("inspector.counter", LineAt(h, at.Program, at.PC, words), false)
	switch at.State {
	case trace.Zombie, trace.Terminated: // nothing of it goes on
	case trace.Running:
		add("inspector.registers", registers(s.Context(id)), false)
	default:
		add("inspector.saved", registers(s.Context(id)), false)
	}
	if own := ownVariables(h, s, id); own != "" {
		add("inspector.variables", own, false)
	}
	if text, when, ok := s.Printed(id); ok {
		add("inspector.printed", text+"  "+words.say("inspector.since", "Time", unit.Format(when)), false)
	}
	if at.Loop != nil {
		add("inspector.loop", coroutines(h, at.Program, at.Loop, words), false)
	}
	if text := signals(s, id, words); text != "" {
		add("inspector.signals", text, false)
	}
	add("inspector.holds", holds(h, s, id, words), false)
	if files := openFiles(h, s, id, words); files != "" {
		add("inspector.files", files, false)
	}
	add("inspector.times", unit.Brief(totals.CPU)+" · "+unit.Brief(totals.Ready)+" · "+unit.named(unit.Brief(totals.Blocked)), true)
	add("inspector.switches", words.say("inspector.switches.value", "Voluntary", totals.Voluntary, "Involuntary", totals.Involuntary), false)
	if at.Left > 0 && at.State != trace.New && at.State != trace.Terminated {
		add("inspector.remaining", unit.named(unit.Brief(at.Left)), true)
	}
	add("figure.arrival", unit.FormatNamed(t.Arrival), false)
	if t.Priority != 0 || t.Nice != 0 {
		add("inspector.priority", strconv.FormatInt(t.Priority, 10)+" · "+strconv.Itoa(t.Nice), false)
	}
	if by := lender(h, s, id, words); by != "" {
		add("inspector.boosted", by+" · "+h.Resources[at.Boosted].Name, false)
	}
	if t.Period > 0 || t.Deadline > 0 {
		add("inspector.rhythm", unit.Format(t.Period)+" · "+unit.FormatNamed(t.Deadline), false)
	}
	if len(t.Affinity) > 0 {
		var cpus []string
		for _, cpu := range t.Affinity {
			cpus = append(cpus, words.say("stage.cpu", "Index", cpu))
		}
		add("inspector.affinity", strings.Join(cpus, ", "), false)
	}
	return c
}

// AddJob tells of the job the task is at, as it is known at the instant shown:
// directly below what it is doing.
func (c *ControlBlock) AddJob(h *trace.Header, j *trace.Job, words Words) {
	u := UnitOf(h)
	dash := func(t trace.Time) string {
		if t < 0 {
			return "–"
		}
		return u.Format(t)
	}
	end := dash(j.Response())
	switch {
	case j.Aborted:
		end = words.say("inspector.dropped")
	case j.Missed:
		end += "  " + words.say("inspector.missed")
	}
	c.Rows = slices.Insert(c.Rows, min(2, len(c.Rows)),
		Row{ID: "inspector.job", Label: words.say("inspector.job"), Value: strconv.FormatInt(j.K, 10) + " · " + dash(j.Release) + " · " + dash(j.Deadline)},
		Row{ID: "inspector.job.response", Label: words.say("inspector.job.response"), Value: end})
}

// registers writes a context but for the program counter. A line doesn't end between
// a register and what is in it.
func registers(c trace.Context) string {
	const space = "\u00a0"
	parts := []string{"sp" + space + strconv.FormatInt(c.SP, 16)}
	for _, r := range c.Registers {
		parts = append(parts, r.Name+space+strconv.FormatInt(r.Value, 10))
	}
	return strings.Join(parts, " · ")
}

// openFiles tells which ends of pipes the process of a task has open.
func openFiles(h *trace.Header, s *trace.Snapshot, id trace.TaskID, words Words) string {
	var parts []string
	for _, f := range s.OpenEnds(nil, id) {
		ends := "inspector.files.both"
		switch f.Ends {
		case trace.ReadEnd:
			ends = "inspector.files.read"
		case trace.WriteEnd:
			ends = "inspector.files.write"
		}
		parts = append(parts, h.Resources[f.Resource].Name+": "+words.say(ends))
	}
	return strings.Join(parts, ", ")
}

// ownVariables tells the variables that not everybody shares with a task: those in
// memory, since registers are part of its context.
func ownVariables(h *trace.Header, s *trace.Snapshot, id trace.TaskID) string {
	var parts []string
	for v := range h.Variables {
		if x := &h.Variables[v]; x.Scope != trace.Shared && !x.Hidden && !x.Register {
			parts = append(parts, x.Name+" = "+strconv.FormatInt(s.Value(v, id), 10))
		}
	}
	return strings.Join(parts, ", ")
}

// parent tells the pid of the parent a task's process has now, which an orphan's
// isn't the one it began with, and its name if it is part of the run.
func parent(h *trace.Header, t *trace.Task, at *trace.TaskAt) string {
	switch {
	case int(at.Parent) < len(h.Tasks):
		p := &h.Tasks[at.Parent]
		return strconv.Itoa(p.Pid) + "  " + p.Name
	case h.Origin == trace.Simulated && t.Parent >= trace.FirstPid:
		return strconv.Itoa(trace.InitPid)
	}
	return strconv.Itoa(t.Parent)
}

// kinship says whether a task is a process of its own or a thread of one.
func kinship(h *trace.Header, id trace.TaskID, words Words) string {
	group := h.Tasks[id].Group
	if group == "" {
		return words.say("inspector.process")
	}
	return words.say("inspector.thread", "Process", group)
}

// LineAt says which line of a program an operation is.
func LineAt(h *trace.Header, program, pc int, words Words) string {
	if program >= len(h.Programs) {
		return strconv.Itoa(pc)
	}
	ops := h.Programs[program].Ops
	if pc >= len(ops) {
		return words.say("inspector.counter.end")
	}
	return strconv.Itoa(lineOf(ops, pc)) + "  " + ops[pc].Text
}

// lineOf returns the number of an operation's line in its file, or its place in the
// program if it came from none or all of the program stands in one line.
func lineOf(ops []trace.Op, pc int) int {
	const enough = 64 // nobody writes that many in one line
	one := len(ops) > 1
	for i := 1; i < min(len(ops), enough) && one; i++ {
		one = ops[i].Line == ops[0].Line
	}
	if ops[pc].Line > 0 && !one {
		return ops[pc].Line
	}
	return pc + 1
}

// holds says what a task owns and what it waits for.
func holds(h *trace.Header, s *trace.Snapshot, id trace.TaskID, words Words) string {
	nothing := words.say("inspector.nothing")
	var owned []string
	for _, i := range s.Holds(nil, id) {
		owned = append(owned, h.Resources[i].Name)
	}
	if len(owned) == 0 {
		owned = append(owned, nothing)
	}
	waits := nothing
	if at := &s.Tasks[id]; at.State == trace.Blocked {
		switch {
		case at.Cause == trace.ForSleep:
			waits = words.say("stage.wait.sleep")
		case at.Resource >= 0 && at.Resource < len(h.Resources) && !h.Resources[at.Resource].Implicit:
			waits = h.Resources[at.Resource].Name
		default:
			waits = words.say("stage.wait." + at.Cause.String())
		}
	}
	return strings.Join(owned, ", ") + " · " + waits
}

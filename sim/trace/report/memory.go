package report

import (
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// Memory returns the variables that everybody shares as they are at the end, in
// the order of the header.
func (r *Report) Memory() []trace.Variable {
	var s trace.Snapshot
	var all []trace.Variable
	for i, v := range r.header.Variables {
		if v.Scope == trace.Shared {
			if s.Tasks == nil {
				r.rec.SnapshotAt(&s, r.rec.Len(), r.rec.End())
			}
			v.Value = s.Value(i, 0)
			all = append(all, v)
		}
	}
	return all
}

// LostUpdates returns how many updates were lost; see [trace.Losses].
func (r *Report) LostUpdates() int { return trace.LostUpdates(r.rec) }

// Step is an instruction of an assembly program that was done: the number of the
// task and that of the instruction, both from 0.
type Step struct{ Task, PC int }

// Trace returns the instructions of assembly programs in the order in which they
// were done.
func (r *Report) Trace() []Step {
	h := r.header
	var steps []Step
	pcs, runs := make([]int, len(h.Tasks)), make([]int, len(h.Tasks))
	for id := range h.Tasks {
		runs[id] = h.Tasks[id].Program
	}
	for _, e := range r.rec.Events(0) {
		if !e.Kind.OnTask() {
			continue
		}
		ops, pc := h.Programs[runs[e.Task]].Ops, pcs[e.Task]
		switch e.Kind {
		case trace.Computed, trace.Yield, trace.Exit:
			if pc < len(ops) && ops[pc].Step {
				steps = append(steps, Step{int(e.Task), pc})
			}
		case trace.Jump:
			pcs[e.Task] = e.PC()
		case trace.JobDone, trace.Abort:
			pcs[e.Task] = 0
		case trace.Exec:
			pcs[e.Task], runs[e.Task] = 0, int(e.Arg)
		}
		if e.Kind.Advances() {
			pcs[e.Task]++
		}
	}
	return steps
}

// memory writes variables, lost updates and instructions, if there are any.
func (r *Report) memory(o *writer) {
	if len(r.header.Variables) == 0 {
		return
	}
	var parts []string
	for _, v := range r.Memory() {
		parts = append(parts, Quote(v.Name)+": "+strconv.FormatInt(v.Value, 10))
	}
	o.key("memory", "{"+strings.Join(parts, ", ")+"}")
	o.key("lost_updates", strconv.Itoa(r.LostUpdates()))
	if steps := r.Trace(); len(steps) > 0 {
		parts = parts[:0]
		for _, s := range steps {
			parts = append(parts, "["+strconv.Itoa(s.Task)+", "+strconv.Itoa(s.PC)+"]")
		}
		o.key("trace", "["+strings.Join(parts, ", ")+"]")
	}
}

package explore

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// TaskName returns what the workload calls a task; one that came into being later
// is called by its number.
func TaskName(w *workload.Workload, task trace.TaskID) string {
	if int(task) < len(w.Tasks) {
		return w.Tasks[task].Name
	}
	return "#" + strconv.FormatUint(uint64(task), 10)
}

// ValueName returns the name of a variable, with whose it is if not everybody's.
func ValueName(w *workload.Workload, v Value) string {
	name := w.Variables[v.Variable].Name
	if v.Task == trace.NoTask {
		return name
	}
	of := TaskName(w, v.Task)
	if int(v.Task) < len(w.Tasks) && w.Tasks[v.Task].Group != "" && w.Variables[v.Variable].Scope == workload.ScopeProcess {
		of = w.Tasks[v.Task].Group
	}
	return of + "." + name
}

// Tell says in English what an outcome is, in parts.
func Tell(w *workload.Workload, o *Outcome) []string {
	var parts []string
	for _, v := range o.Values {
		parts = append(parts, fmt.Sprintf("%s = %d", ValueName(w, v), v.Value))
	}
	for _, l := range o.Printed {
		parts = append(parts, TaskName(w, l.Task)+" prints "+strconv.Quote(l.Text))
	}
	if len(o.Stuck) > 0 {
		var names []string
		for _, s := range o.Stuck {
			names = append(names, TaskName(w, s.Task))
		}
		parts = append(parts, "stuck: "+strings.Join(names, ", "))
	}
	for _, e := range o.Exits {
		parts = append(parts, fmt.Sprintf("%s exits with %d", TaskName(w, e.Task), e.Code))
	}
	switch o.Fault {
	case "":
	case "endless":
		parts = append(parts, "goes on for ever at one instant")
	default:
		parts = append(parts, "does what can't be done")
	}
	if o.Never {
		parts = append(parts, "never ends")
	}
	if o.Lost > 0 {
		parts = append(parts, fmt.Sprintf("lost updates: %d", o.Lost))
	}
	if len(parts) == 0 {
		parts = append(parts, "all end")
	}
	return parts
}

// Part returns what part of the interleavings counted end so, 0 to 1.
func (r *Result) Part(o *Outcome) float64 {
	all := r.Counted()
	if all.Sign() == 0 {
		return 0
	}
	part, _ := new(big.Rat).SetFrac(o.Count, all).Float64()
	return part
}

// Share returns what part of the interleavings counted end so, in percent with at
// most one place, "<0.1%" if that is too little to write.
func (r *Result) Share(o *Outcome) string {
	all := r.Counted()
	if all.Sign() == 0 || o.Count.Sign() == 0 {
		return "0%"
	}
	part := r.Part(o) * 100
	switch {
	case part < 0.05:
		return "<0.1%"
	case part > 99.95 && o.Count.Cmp(all) < 0:
		return ">99.9%"
	}
	return strconv.FormatFloat(float64(int64(part*10+0.5))/10, 'f', -1, 64) + "%"
}

// Runs writes an order so that it can be read: the tasks' names, each with how
// many operations it does in a row.
func Runs(w *workload.Workload, order []trace.TaskID) string {
	var parts []string
	for i := 0; i < len(order); {
		n := 1
		for i+n < len(order) && order[i+n] == order[i] {
			n++
		}
		name := TaskName(w, order[i])
		if n > 1 {
			name += "×" + strconv.Itoa(n)
		}
		parts = append(parts, name)
		i += n
	}
	return strings.Join(parts, " ")
}

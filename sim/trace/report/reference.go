package report

import (
	"math/big"
	"sort"
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// Reference says that the run is of a reference case, and what of it: then the
// keys of its JSON mean what such cases mean by them, so that the two can be
// compared key by key.
type Reference struct {
	Is bool // a reference case
	// Family is the name of its policy where that has keys of its own: "mlfq",
	// "process_run".
	Family string
	// Trees is how many process trees it has, one after each unit of time.
	Trees int
}

// mlfqEvents are the kinds of events of the family mlfq, as its cases call them.
var mlfqEvents = map[trace.Kind]string{
	trace.Arrive: "arrive", trace.BlockIO: "io_start", trace.WakeIO: "io_done", trace.Exit: "finish", trace.Boost: "boost",
}

// jsonReference writes what only reference cases have.
func (r *Report) jsonReference(out *writer) {
	if !r.Reference.Is {
		return
	}
	name := func(i int) string { return Quote(r.header.Tasks[i].Name) }
	out.key("slices", "[")
	for i, run := range r.slices(false) {
		out.row(i, "["+r.time(run.Start)+", "+r.time(run.End)+", "+strconv.Itoa(run.CPU)+", "+name(run.Task)+"]")
	}
	out.text("]")
	if r.Reference.Family != "mlfq" {
		return
	}
	out.key("levels", "[")
	for i, run := range r.slices(true) {
		out.row(i, "["+r.time(run.Start)+", "+r.time(run.End)+", "+name(run.Task)+", "+strconv.Itoa(run.CPU)+"]")
	}
	out.text("]")
}

// slices returns every stretch a task ran by order of start and CPU. By levels, CPU
// is the level, the lowest 0, and what abuts on one is one.
func (r *Report) slices(levels bool) (all []Run) {
	h := r.header
	open := make([]int, h.CPUs) // number in all, from 1
	home := make([]int, len(h.Tasks))
	for _, e := range r.rec.Events(0) {
		if e.Kind == trace.Home {
			home[e.Task] = e.Object
		}
		to, moves := e.Kind.To()
		switch {
		case !e.Kind.OnCPU() || !moves:
		case to == trace.Running:
			place := e.CPU
			if levels {
				place = len(h.Queues) - 1 - home[e.Task]
			}
			all = append(all, Run{Start: e.Time, End: -1, CPU: place, Task: int(e.Task)})
			open[e.CPU] = len(all)
		case open[e.CPU] > 0: // else it was only about to run
			all[open[e.CPU]-1].End = e.Time
			open[e.CPU] = 0
		}
	}
	kept := all[:0]
	for _, run := range all {
		if run.End < 0 {
			run.End = r.rec.End()
		}
		if last := len(kept) - 1; levels && last >= 0 && kept[last].End == run.Start && kept[last].Task == run.Task && kept[last].CPU == run.CPU {
			kept[last].End = run.End
		} else if run.End > run.Start {
			kept = append(kept, run)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool {
		if kept[i].Start != kept[j].Start {
			return kept[i].Start < kept[j].Start
		}
		return kept[i].CPU < kept[j].CPU
	})
	return kept
}

// referenceEvents returns the events as the family mlfq tells them: everyone is
// raised before what comes at the same instant, and not once all have finished.
func (r *Report) referenceEvents() (list []trace.Event) {
	left := len(r.header.Tasks)
	for _, e := range r.rec.Events(0) {
		if mlfqEvents[e.Kind] == "" || e.Kind == trace.Boost && left == 0 {
			continue
		}
		if e.Kind == trace.Exit {
			left--
		}
		list = append(list, e)
		for i := len(list) - 1; e.Kind == trace.Boost && i > 0 && list[i-1].Time == e.Time && (list[i-1].Kind == trace.Arrive || list[i-1].Kind == trace.WakeIO); i-- {
			list[i-1], list[i] = list[i], list[i-1]
		}
	}
	return list
}

// jsonEvents writes what happened.
func (r *Report) jsonEvents(out *writer) {
	if r.Reference.Is && r.Reference.Family == "mlfq" {
		for i, e := range r.referenceEvents() {
			who := "null"
			if e.Task != trace.NoTask {
				who = Quote(r.header.Tasks[e.Task].Name)
			}
			out.row(i, "["+r.time(e.Time)+", "+Quote(mlfqEvents[e.Kind])+", "+who+"]")
		}
		return
	}
	n := 0
	for _, e := range r.rec.Events(0) {
		if !e.Kind.Bookkeeping() {
			out.row(n, r.event(e))
			n++
		}
	}
}

// referenceStates returns the states of a task as the family process_run has them.
func (r *Report) referenceStates(task int) string {
	var parts []string
	end := trace.Time(0)
	for _, s := range r.States(task) {
		parts = append(parts, "["+r.time(s.Start)+", "+r.time(s.End)+", "+Quote(strings.ToUpper(s.State.String()))+"]")
		end = s.End
	}
	if end < r.rec.End() {
		parts = append(parts, "["+r.time(end)+", "+r.time(r.rec.End())+`, "DONE"]`)
	}
	return strings.Join(parts, ", ")
}

// referenceTrees writes the process tree after each unit of time.
func (r *Report) referenceTrees(out *writer) {
	var families []trace.Family
	r.rec.Families(false, func(f trace.Family) bool {
		families = append(families, f)
		return true
	})
	for i := range r.Reference.Trees {
		at := trace.Time(i) * r.header.Unit
		roots := "null"
		for _, f := range families {
			if f.Time <= at {
				roots = r.kinships(f.Roots)
			}
		}
		out.row(i, roots)
	}
}

// referenceTotals returns the totals that the family process_run has.
func (r *Report) referenceTotals() []string {
	sum := new(big.Rat)
	for cpu := range r.header.CPUs {
		if n, ok := new(big.Rat).SetString(r.Busy(cpu)); ok {
			sum.Add(sum, n)
		}
	}
	return []string{`"total_time": ` + r.time(r.rec.End()), `"cpu_busy": ` + Number(sum)}
}

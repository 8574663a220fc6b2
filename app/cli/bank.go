package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"timeslice/sim/deadlock"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// timesliceBank is what the JSON of a table calls itself.
const timesliceBank = "timeslice-bank/1"

// bankReport is what comes out of a table of who has how many units: the need, an
// order in which all can end, or who is deadlocked.
type bankReport struct {
	b      *workload.Bank
	result string
	need   [][]int64
	order  []int // as far as it goes
	all    bool  // all can end
	orders int64
	counts bool
	stuck  []int
	state  deadlock.State
}

func newBankReport(b *workload.Bank) *bankReport {
	r := &bankReport{b: b, state: deadlock.State{Available: b.Available, Allocation: b.Allocation, Need: b.Need}}
	if b.Asks >= 0 {
		verdict, then := r.state.Request(b.Asks, b.Amount)
		r.result, r.state = verdict.String(), then
	}
	r.need = r.state.Need
	order, left := r.state.Order()
	r.order, r.all = order, len(left) == 0
	r.orders, r.counts = r.state.Orders()
	switch {
	case b.Detect:
		r.stuck = r.state.Deadlocked()
		r.result = "no_deadlock"
		if len(r.stuck) > 0 {
			r.result = "deadlock"
		}
	case b.Asks < 0 && r.all:
		r.result = "safe"
	case b.Asks < 0:
		r.result = "unsafe"
	}
	return r
}

func (r *bankReport) names(list []int) []string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = r.b.Processes[p]
	}
	return names
}

// compare returns what differs from what the case expects.
func (r *bankReport) compare() []difference {
	var found []difference
	add := func(what, expected, got string) {
		if expected != got {
			found = append(found, difference{what, expected, got})
		}
	}
	e := &r.b.Expect
	list := func(names []string) string { return strings.Join(names, " ") }
	if e.Result != "" {
		add("result", e.Result, r.result)
	}
	if e.Orders != nil {
		add("sequences", strconv.FormatInt(*e.Orders, 10), strconv.FormatInt(r.orders, 10))
	}
	if e.Order != nil || e.NoOrder {
		got := "none"
		if r.all {
			got = list(r.names(r.order))
		}
		expected := "none"
		if !e.NoOrder {
			expected = list(e.Order)
		}
		add("first_fit_sequence", expected, got)
	}
	if e.Safe != nil {
		var order []int
		for _, name := range e.Safe {
			order = append(order, slices.Index(r.b.Processes, name))
		}
		if !r.state.Follows(order) {
			add("safe_sequence", list(e.Safe), "not possible")
		}
	}
	if e.Need != nil {
		add("need", fmt.Sprint(e.Need), fmt.Sprint(r.need))
	}
	if e.Stuck != nil {
		add("deadlocked", list(*e.Stuck), list(r.names(r.stuck)))
	}
	return found
}

// needWord is what the last table is called.
func (r *bankReport) needWord() string {
	if r.b.Detect {
		return "request"
	}
	return "need"
}

func (r *bankReport) text(w *workload.Workload, out *page) {
	out.line("workload     %s", w.Name)
	out.line("algorithm    %s", w.Policy.Name)
	out.line("result       %s", r.result)
	if r.b.Asks >= 0 {
		after := ""
		if r.result == deadlock.Granted.String() || r.result == deadlock.Unsafe.String() {
			after = "; the tables are as they would be after it"
		}
		out.line("asks         %s for %s%s", r.b.Processes[r.b.Asks], row(r.b.Amount), after)
	}
	out.line("available    %s", row(r.state.Available))
	switch {
	case r.all:
		out.line("sequence     %s", strings.Join(r.names(r.order), ", "))
	case len(r.order) > 0:
		out.line("sequence     %s, and then nobody", strings.Join(r.names(r.order), ", "))
	default:
		out.line("sequence     nobody can end")
	}
	if r.counts {
		out.line("sequences    %d", r.orders)
	}
	if len(r.stuck) > 0 {
		out.line("deadlocked   %s", strings.Join(r.names(r.stuck), ", "))
	}
	out.line("")
	out.line("%-12s %-16s %s", "process", "allocation", r.needWord())
	for i, name := range r.b.Processes {
		out.line("%-12s %-16s %s", name, row(r.state.Allocation[i]), row(r.need[i]))
	}
}

func row(units []int64) string {
	words := make([]string, len(units))
	for i, n := range units {
		words[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(words, " ")
}

// json writes the same with the keys that reference cases use.
func (r *bankReport) json(w *workload.Workload, out *page) {
	numbers := func(units []int64) string { return "[" + strings.ReplaceAll(row(units), " ", ", ") + "]" }
	list := func(names []string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = report.Quote(n)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	table := func(rows [][]int64) string {
		parts := make([]string, len(rows))
		for i, units := range rows {
			parts[i] = report.Quote(r.b.Processes[i]) + ": " + numbers(units)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	out.line(`{"format": %s, "workload": %s, "policy": %s,`, report.Quote(timesliceBank), report.Quote(w.Name), report.Quote(w.Policy.Name))
	out.line(`"result": %s,`, report.Quote(r.result))
	out.line(`"available": %s, "allocation": %s,`, numbers(r.state.Available), table(r.state.Allocation))
	out.line(`%s: %s,`, report.Quote(r.needWord()), table(r.need))
	if r.counts {
		out.line(`"sequences": %d,`, r.orders)
	}
	if r.b.Detect {
		out.line(`"deadlocked": %s,`, list(r.names(r.stuck)))
	}
	sequence := "null"
	if r.all {
		sequence = list(r.names(r.order))
	}
	out.line(`"first_fit_sequence": %s}`, sequence)
}

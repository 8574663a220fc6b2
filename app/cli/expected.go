package cli

import (
	"fmt"
	"math/big"
	"sort"
	"strings"

	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// compareExpected returns what differs from what a workload expects, in the
// order files write it.
func compareExpected(w *workload.Workload, r *report.Report) []difference {
	e := w.Expect
	var found []difference
	add := func(what string, expected workload.Number, got string) {
		if !agrees(expected, got) {
			found = append(found, difference{what, string(expected), got})
		}
	}
	for task, name := range r.Tasks() {
		for _, figure := range workload.TaskFigures {
			if expected, ok := e.Tasks[name][figure]; ok {
				got, _ := r.Figure(task, figure)
				add(name+" "+figure, expected, got)
			}
		}
	}
	if e.Timeline != nil {
		found = append(found, compareTimelines(w, r)...)
	}
	if e.States != nil {
		found = append(found, compareStates(w, r)...)
	}
	totals := make([]string, 0, len(e.Totals))
	for name := range e.Totals {
		totals = append(totals, name)
	}
	sort.Strings(totals)
	for _, name := range totals {
		value, ok := r.Total(name)
		switch {
		case !ok:
			add(name, e.Totals[name], "no such figure")
		case value == nil:
			add(name, e.Totals[name], "null")
		default:
			add(name, e.Totals[name], value.RatString())
		}
	}
	if e.CPUBusy != nil {
		found = append(found, compareBusy(w, r)...)
	}
	if e.Jobs != nil {
		found = append(found, compareJobs(w, r)...)
	}
	found = append(found, compareSums(w, r)...)
	found = append(found, compareMemory(w, r)...)
	if e.Trees != nil {
		found = append(found, compareTrees(w, r)...)
	}
	if e.LockEvents != nil {
		found = append(found, compareLocks(w, r)...)
	}
	return found
}

// compareJobs compares every job there is with every job that is expected.
func compareJobs(w *workload.Workload, r *report.Report) []difference {
	type key struct {
		task string
		k    int64
	}
	var found []difference
	names, jobs := r.Tasks(), r.Jobs()
	have := map[key]int{}
	for i := range jobs {
		have[key{names[jobs[i].Task], jobs[i].K}] = i
	}
	for _, expected := range w.Expect.Jobs {
		at := key{expected.Task, expected.K}
		what := fmt.Sprintf("%s job %d", at.task, at.k)
		i, ok := have[at]
		delete(have, at)
		if !ok {
			found = append(found, difference{what, "a job", "none"})
			continue
		}
		for _, figure := range workload.JobFigures {
			if want, ok := expected.Figures[figure]; ok {
				if got, _ := r.JobFigure(&jobs[i], figure); !agrees(want, got) {
					found = append(found, difference{what + " " + figure, string(want), got})
				}
			}
		}
	}
	for i := range jobs {
		at := key{names[jobs[i].Task], jobs[i].K}
		if _, more := have[at]; more {
			found = append(found, difference{fmt.Sprintf("%s job %d", at.task, at.k), "none", "a job"})
		}
	}
	return found
}

// agrees says whether a figure is what was expected: the same to as many places
// as were expected, or, where those are too many to have been rounded on
// purpose, nearly the same.
func agrees(expected workload.Number, got string) bool {
	if string(expected) == got {
		return true
	}
	want, ok := number(string(expected))
	have, good := number(got)
	if !ok || !good {
		return false
	}
	_, decimals, _ := strings.Cut(string(expected), ".")
	const mostPlaces = 9
	places := min(len(decimals), mostPlaces)
	half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	if len(decimals) == 0 {
		half.SetInt64(0) // a whole number is meant exactly
	} else {
		half.Quo(half, big.NewRat(2, 1))
	}
	off := want.Sub(want, have)
	return off.Abs(off).Cmp(half) <= 0
}

func number(s string) (*big.Rat, bool) {
	if s == "" || len(s) > 64 || strings.ContainsAny(s, "eEpPxX_") || s[len(s)-1] == '/' {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// piece is a stretch of a task on a CPU, in units.
type piece struct {
	start, end *big.Rat
	cpu        int
	task       string
}

func (p piece) String() string {
	text := fmt.Sprintf("%s from %s to %s", p.task, decimal(p.start), decimal(p.end))
	if p.cpu >= 0 {
		text += fmt.Sprintf(" on CPU %d", p.cpu)
	}
	return text
}

func decimal(r *big.Rat) string { return report.Decimal(r, 9) }

func compareTimelines(w *workload.Workload, r *report.Report) []difference {
	var want, have []piece
	for _, run := range w.Expect.Timeline {
		start, ok := number(string(run.Start))
		end, good := number(string(run.End))
		if !ok || !good {
			return []difference{{"timeline", string(run.Start) + " to " + string(run.End), "not numbers"}}
		}
		want = append(want, piece{start, end, run.CPU, run.Task})
	}
	names := r.Tasks()
	unit := int64(w.Unit)
	for _, run := range r.Timeline() {
		have = append(have, piece{big.NewRat(int64(run.Start), unit), big.NewRat(int64(run.End), unit), run.CPU, names[run.Task]})
	}
	want, have = normal(want, w.Expect.AnyCPU), normal(have, w.Expect.AnyCPU)
	const most = 3
	var found []difference
	for i := range max(len(want), len(have)) {
		expected, got := "nothing more", "nothing more"
		if i < len(want) {
			expected = want[i].String()
		}
		if i < len(have) {
			got = have[i].String()
		}
		if expected != got {
			found = append(found, difference{fmt.Sprintf("timeline %d", i+1), expected, got})
		}
		if len(found) == most {
			break
		}
	}
	return found
}

// compareStates compares the states of tasks from arrival to end.
func compareStates(w *workload.Workload, r *report.Report) []difference {
	unit := int64(w.Unit)
	var found []difference
	for task, name := range r.Tasks() {
		want, ok := w.Expect.States[name]
		if !ok {
			continue
		}
		have := r.States(task)
		for i := range max(len(want), len(have)) {
			expected, got := "nothing more", "nothing more"
			if i < len(have) {
				start, end := big.NewRat(int64(have[i].Start), unit), big.NewRat(int64(have[i].End), unit)
				got = fmt.Sprintf("%s from %s to %s", have[i].State, decimal(start), decimal(end))
			}
			if i < len(want) {
				expected = fmt.Sprintf("%s from %s to %s", want[i].State, want[i].Start, want[i].End)
				start, ok := number(string(want[i].Start))
				end, good := number(string(want[i].End))
				if ok && good {
					expected = fmt.Sprintf("%s from %s to %s", want[i].State, decimal(start), decimal(end))
				}
			}
			if expected != got {
				found = append(found, difference{fmt.Sprintf("%s states %d", name, i+1), expected, got})
				break
			}
		}
	}
	return found
}

// normal merges what abuts and sorts by start. If CPUs don't matter, a task that
// goes on elsewhere without a pause goes on.
func normal(pieces []piece, anyCPU bool) []piece {
	sort.SliceStable(pieces, func(i, j int) bool {
		a, b := pieces[i], pieces[j]
		if a.task != b.task {
			return a.task < b.task
		}
		return a.start.Cmp(b.start) < 0
	})
	var out []piece
	for _, p := range pieces {
		if anyCPU {
			p.cpu = -1
		}
		if last := len(out) - 1; last >= 0 && out[last].task == p.task && out[last].cpu == p.cpu && out[last].end.Cmp(p.start) == 0 {
			out[last].end = p.end
			continue
		}
		out = append(out, p)
	}
	sort.SliceStable(out, func(i, j int) bool {
		if c := out[i].start.Cmp(out[j].start); c != 0 {
			return c < 0
		}
		if out[i].cpu != out[j].cpu {
			return out[i].cpu < out[j].cpu
		}
		return out[i].task < out[j].task
	})
	return out
}

// compareBusy compares how long each CPU ran tasks; if CPUs don't matter, how
// long all of them did.
func compareBusy(w *workload.Workload, r *report.Report) []difference {
	var have []string
	for cpu := range w.Machine.CPUs {
		have = append(have, r.Busy(cpu))
	}
	want := make([]string, len(w.Expect.CPUBusy))
	for i, n := range w.Expect.CPUBusy {
		want[i] = string(n)
	}
	if w.Expect.AnyCPU {
		want, have = addUp(want), addUp(have)
	}
	same := len(want) == len(have)
	for i := range want {
		same = same && agrees(workload.Number(want[i]), have[i])
	}
	if same {
		return nil
	}
	return []difference{{"cpu_busy", strings.Join(want, " "), strings.Join(have, " ")}}
}

// addUp returns the sum of numbers, if they are all numbers.
func addUp(list []string) []string {
	sum := new(big.Rat)
	for _, text := range list {
		n, ok := number(text)
		if !ok {
			return list
		}
		sum.Add(sum, n)
	}
	return []string{sum.RatString()}
}

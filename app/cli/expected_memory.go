package cli

import (
	"fmt"
	"sort"
	"strconv"

	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// compareMemory compares what is in variables at the end, how many updates were
// lost on the way, and the instructions that were done.
func compareMemory(w *workload.Workload, r *report.Report) []difference {
	e := w.Expect
	var found []difference
	names := make([]string, 0, len(e.Memory))
	for name := range e.Memory {
		names = append(names, name)
	}
	sort.Strings(names)
	have := map[string]int64{}
	for _, v := range r.Memory() {
		have[v.Name] = v.Value
	}
	for _, name := range names {
		if got := strconv.FormatInt(have[name], 10); !agrees(e.Memory[name], got) {
			found = append(found, difference{name, string(e.Memory[name]), got})
		}
	}
	if e.Lost != "" {
		if got := strconv.Itoa(r.LostUpdates()); !agrees(e.Lost, got) {
			found = append(found, difference{"lost_updates", string(e.Lost), got})
		}
	}
	if e.Trace == nil {
		return found
	}
	tell := func(steps []report.Step, i int) string {
		if i >= len(steps) {
			return "nothing"
		}
		return fmt.Sprintf("instruction %d of task %d", steps[i].PC, steps[i].Task)
	}
	var want []report.Step
	for _, s := range e.Trace {
		want = append(want, report.Step(s))
	}
	got := r.Trace()
	for i := range max(len(want), len(got)) {
		if a, b := tell(want, i), tell(got, i); a != b {
			return append(found, difference{"trace " + strconv.Itoa(i), a, b})
		}
	}
	return found
}

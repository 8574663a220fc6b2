package cli

import (
	"fmt"

	"timeslice/sim/trace"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// compareTrees compares process trees with what was expected.
func compareTrees(w *workload.Workload, r *report.Report) []difference {
	var found []difference
	names := r.Tasks()
	var families []trace.Family
	r.Families(func(f trace.Family) bool {
		families = append(families, f)
		return true
	})
	for _, e := range w.Expect.Trees {
		at, err := workload.ParseTime(string(e.At), w.Unit)
		var have []trace.Kinship
		for _, f := range families {
			if err == nil && f.Time <= trace.Time(at) {
				have = f.Roots
			}
		}
		got := fmt.Sprintf("%d processes without a parent", len(have))
		if len(have) == 1 {
			got = named(have[0], names).String()
		}
		if expected := e.Tree.String(); expected != got {
			found = append(found, difference{fmt.Sprintf("tree at %s", e.At), expected, got})
		}
	}
	return found
}

// named returns a process tree with the names of its processes.
func named(k trace.Kinship, names []string) workload.Tree {
	t := workload.Tree{Name: names[k.Task]}
	for _, c := range k.Children {
		t.Children = append(t.Children, named(c, names))
	}
	return t
}

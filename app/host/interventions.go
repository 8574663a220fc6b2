package host

import (
	"slices"

	"timeslice/sim/workload"
)

// withAdded returns a workload in which the tasks that somebody adds are tasks like any
// other, which arrive then; nil if there are none.
func withAdded(w *workload.Workload) (*workload.Workload, error) {
	adds := func(iv workload.Intervention) bool { return iv.Kind == workload.AddTask }
	if !slices.ContainsFunc(w.Interventions, adds) {
		return nil, nil
	}
	all := *w
	all.Tasks = slices.Clone(w.Tasks)
	for _, iv := range w.Interventions {
		if adds(iv) && iv.Add != nil {
			t := *iv.Add
			t.Arrival = iv.At
			all.Tasks = append(all.Tasks, t)
		}
	}
	all.Interventions = slices.DeleteFunc(slices.Clone(w.Interventions), adds)
	return &all, nil
}

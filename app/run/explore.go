package run

import (
	"fmt"

	"timeslice/sim"
	"timeslice/sim/explore"
	"timeslice/sim/workload"
)

// Explore runs the interleavings of a workload; see package explore. The policy
// it names plays no part in it.
func Explore(w *workload.Workload, o explore.Options) (*explore.Result, error) {
	alone := explore.Setting(w, nil)
	config, err := configure(alone)
	if err != nil {
		return nil, err
	}
	r, err := explore.Explore(sim.Config{Workload: alone, Interventions: config.Interventions}, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name(w), err)
	}
	return r, nil
}

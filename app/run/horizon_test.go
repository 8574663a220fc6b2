package run_test

import (
	"fmt"
	"testing"

	"timeslice/app/run"
	"timeslice/sim/workload"
)

func TestHorizon(t *testing.T) {
	for _, x := range []struct {
		tasks   string
		until   workload.Time // in ms
		endless bool
	}{
		{"[{name: A, period: 4, wcet: 1}, {name: B, period: 6, wcet: 2}]", 24, true},
		{"[{name: A, period: 4, wcet: 1}, {name: B, at: 5, period: 6, wcet: 2}, {name: C, wcet: 3}]", 29, true},
		{"[{name: A, releases: [0, 4], deadline: 4, wcet: 1}]", 0, false},
		{"[{name: A, wcet: 1}]", 0, false},
		{"[{name: A, period: 99991, wcet: 1}, {name: B, period: 99989, wcet: 1}, {name: C, period: 3, wcet: 1}]", 0, true},
		{"[{name: A, period: 9007199254740881ns, wcet: 1}, {name: B, period: 9007199254740847ns, wcet: 1}]", 0, true},
	} {
		w, err := workload.Parse("x.yaml", fmt.Appendf(nil, "timeslice: 1\nunit: 1ms\npolicy: edf\ntasks: %s\n", x.tasks))
		if err != nil {
			t.Fatal(err)
		}
		if until, endless := run.Horizon(w); until != x.until*1_000_000 || endless != x.endless {
			t.Errorf("%s: %d, %v", x.tasks, until, endless)
		}
		w.Until = 5
		if until, endless := run.Horizon(w); until != 0 || endless {
			t.Errorf("cut: %d, %v", until, endless)
		}
	}
}

package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/assets"
	"timeslice/sim"
	"timeslice/sim/policy/script"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// scripted makes a policy of an example, as in "rr quantum=4".
func scripted(t fataler, text string) sim.Policy {
	t.Helper()
	words := strings.Fields(text)
	file := words[0] + ".star"
	source, err := assets.Policies.ReadFile("policies/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var given []sim.Param
	for _, w := range words[1:] {
		k, v, _ := strings.Cut(w, "=")
		given = append(given, sim.Param{Name: k, Values: strings.Split(v, ","), List: strings.Contains(v, ",")})
	}
	p, err := script.New(file, string(source), given, func(s string) (sim.Time, error) {
		d, err := workload.ParseTime(s, ms)
		return sim.Time(d), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// course is what happened in a run, all of it or without what only tells how the
// policy keeps its queues.
func course(r *trace.Recording, all bool) string {
	var b strings.Builder
	for _, e := range r.Events(0) {
		if all || !e.Kind.Bookkeeping() {
			fmt.Fprintln(&b, e)
		}
	}
	return b.String()
}

// The examples do what the built-in policies do, on any machine.
func TestScriptsDoAsThePoliciesDo(t *testing.T) {
	for _, c := range []struct {
		script, policy string
		all            bool // the queues are kept alike, too
		arrivalTies    bool // it knows no other convention
	}{
		{"rr quantum=1", "rr quantum=1", true, false},
		{"rr quantum=3", "rr quantum=3", true, false},
		{"srtf", "srtf", true, true},
		{"feedback quanta=2,8", "mlfq levels=2 quanta=2,8", false, false},
		{"feedback quanta=1,1", "mlfq levels=2 quanta=1,1", false, false},
		{"lottery quantum=2", "lottery quantum=2", false, false},
	} {
		t.Run(c.script, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				w.Seed = rapid.Uint64().Draw(t, "seed")
				for i := range w.Tasks {
					if strings.HasPrefix(c.script, "lottery") {
						w.Tasks[i].Slice = 0 // ours honours it, as all do that have a quantum
					}
					w.Tasks[i].Tickets = rapid.Int64Range(0, 5).Draw(t, "tickets")
				}
				if c.arrivalTies {
					w.Conventions.Ties = workload.TiesArrival
				}
				m, err := runChecked(w, func() sim.Policy { return scripted(tester{t}, c.script) }, noInterventions)
				if err != nil {
					t.Fatal(err)
				}
				own, err := runChecked(w, func() sim.Policy { return choose(tester{t}, c.policy) }, noInterventions)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := course(m.Recording(), c.all), course(own.Recording(), c.all); got != want {
					t.Fatalf("%v\n%+v\n%s\nnot\n%s", w.Tasks, w.Conventions, transcript(m.Recording()), transcript(own.Recording()))
				}
			})
		})
	}
}

func noInterventions() []sim.Intervention { return nil }

// A script runs the same each time, whatever is done to the run meanwhile.
func TestScriptsAreDeterministic(t *testing.T) {
	for _, name := range []string{"rr", "srtf", "feedback", "lottery"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				what := someInterventions(t, w)
				first, err := runChecked(w, func() sim.Policy { return scripted(tester{t}, name) }, what)
				if err != nil {
					t.Fatal(err)
				}
				second, err := runChecked(w, func() sim.Policy { return scripted(tester{t}, name) }, what)
				if err != nil {
					t.Fatal(err)
				}
				if first.Recording().Hash() != second.Recording().Hash() {
					t.Fatal("the second run differs")
				}
			})
		})
	}
}

func TestScriptsExplainThemselves(t *testing.T) {
	w := func() *workload.Workload { return computer(1, task(0, cpu(4)), task(1, cpu(2)), task(1, cpu(9))) }
	for name, want := range map[string]sim.Explanation{
		"rr": {Chosen: 1, Candidates: []sim.Candidate{{Task: 1, Key: 0}, {Task: 2, Key: 1}}},
		"srtf": {
			Chosen: 0, Candidates: []sim.Candidate{{Task: 0, Key: 3 * ms}, {Task: 2, Key: 9 * ms}},
			Text: "A needs the least CPU time until it ends",
		},
	} {
		r := run(t, w(), scripted(t, name)).Recording()
		var all []string
		for i, e := range r.Events(0) {
			if e.Kind == trace.Dispatch {
				why, ok, err := sim.Explain(sim.Config{Workload: w(), Policy: scripted(t, name)}, e.Time, i)
				if err != nil || !ok || why.Chosen != e.Task {
					t.Errorf("%s, event %d: %+v %v %v", name, i, why, ok, err)
				}
				all = append(all, fmt.Sprint(why))
			}
		}
		want.Rule = sim.RuleOwn
		if !slices.Contains(all, fmt.Sprint(want)) {
			t.Errorf("%s explains itself by %s, never by %v", name, all, want)
		}
	}
}

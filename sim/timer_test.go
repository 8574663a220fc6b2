package sim_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// What those find who wait for a timer: in time, too late, in vain.
func TestTimers(t *testing.T) {
	const head = "resources: {once: {kind: timer, after: 5}, beat: {kind: timer, after: 4, every: 3}}\n"
	for _, c := range []struct{ what, tasks, want string }{
		{"all who wait go on", "[{name: A, program: [{start: once}, {await: once}, {print: acc}, {cpu: 1}]}, {name: B, program: [{await: once}, {print: acc}]}]", "5 A: 1, 6 B: 1"},
		{"who comes late need not wait", "[{name: A, program: [{start: beat}, {cpu: 11}, {await: beat}, {print: acc}, {await: beat}, {print: acc}, {cancel: beat}]}]", "11 A: 3, 13 A: 1"},
		{"cancelled", "[{name: A, program: [{await: once}, {print: acc}]}, {name: B, program: [{start: once}, {cpu: 2}, {cancel: once}]}]", "2 A: 0"},
		{"started anew", "[{name: A, program: [{start: once}, {await: once}, {print: acc}]}, {name: B, program: [{cpu: 2}, {start: once}]}]", "7 A: 1"},
		{"given up before", "[{name: A, program: [{start: once}, {await: once, timeout: 4}, {print: acc}]}]", "4 A: 0"},
		{"at the instant it would give up", "[{name: A, program: [{start: once}, {await: once, timeout: 5}, {print: acc}]}]", "5 A: 1"},
		{"not waiting", "[{name: A, program: [{start: once}, {cpu: 6}, {await: once, try: yes}, {print: acc}, {await: once, try: yes}, {print: acc}]}]", "6 A: 1, 6 A: 0"},
		{"nobody waits, so it doesn't keep the run going", "[{name: A, program: [{start: beat}, {cpu: 1}]}]", ""},
		{"never started", "[{name: A, program: [{await: beat}, {print: acc}]}]", ""},
	} {
		w := parse(t, head+"tasks: "+c.tasks)
		m := run(t, w, choose(t, "fcfs"))
		r := m.Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
			t.Fatalf("%s: %v\n%s", c.what, err, transcript(r))
		}
		var got []string
		for _, e := range r.Events(0) {
			if e.Kind == trace.Print {
				got = append(got, r.Header.Number(e.Time)+" "+r.Header.Tasks[e.Task].Name+": "+r.Header.Texts[e.Object].With(e.Arg))
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, not %s\n%s", c.what, strings.Join(got, ", "), c.want, transcript(r))
		}
	}
}

// TestAnyTimers runs random programs that start, cancel and wait for timers, with
// what a person does to them. What each finds is what the definition says, whoever
// is killed.
func TestAnyTimers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := make([]workload.Task, rapid.IntRange(1, 4).Draw(t, "tasks"))
		for i := range tasks {
			var ops []workload.Op
			for range rapid.IntRange(1, 8).Draw(t, "ops") {
				d := workload.Time(rapid.IntRange(0, 4).Draw(t, "time"))
				res := rapid.IntRange(0, 1).Draw(t, "timer")
				switch rapid.IntRange(0, 5).Draw(t, "op") {
				case 0, 1:
					ops = append(ops, on(workload.OpStartTimer, res))
				case 2:
					ops = append(ops, on(workload.OpCancelTimer, res))
				case 3:
					ops = append(ops, cpu(d))
				case 4:
					ops = append(ops, sleep(d))
				case 5:
					wait := on(workload.OpAwaitTimer, res)
					if wait.Patience = workload.Patience(rapid.IntRange(0, 2).Draw(t, "patience")); wait.Patience == workload.AtMost {
						wait.Dur = (d + 1) * ms
					}
					ops = append(ops, wait)
				}
			}
			tasks[i] = task(workload.Time(rapid.IntRange(0, 4).Draw(t, "arrival")), ops...)
		}
		w := computer(rapid.IntRange(1, 2).Draw(t, "cpus"), tasks...)
		w.Conventions.CompletionsLast = rapid.Bool().Draw(t, "completions_last")
		w.Resources = []workload.Resource{
			{Name: "t", Kind: workload.Timer, After: workload.Time(rapid.IntRange(1, 5).Draw(t, "after")) * ms},
			{Name: "u", Kind: workload.Timer, After: workload.Time(rapid.IntRange(1, 5).Draw(t, "after")) * ms, Every: workload.Time(rapid.IntRange(1, 3).Draw(t, "every")) * ms},
		}
		kill := sim.Time(rapid.IntRange(0, 9).Draw(t, "kill")) * ms
		what := func() []sim.Intervention { return []sim.Intervention{sim.Kill{At: kill, Task: 0}} }
		policy := rapid.SampledFrom([]string{"fcfs", "rr quantum=1", "cfs"}).Draw(t, "policy")
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, policy) }, what)
		if err != nil {
			t.Fatal(err)
		}
		if err := hopeless(m); err != nil {
			t.Fatalf("%v\n%s", err, transcript(m.Recording()))
		}
	})
}

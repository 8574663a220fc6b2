package sim_test

import (
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// forever computes without end.
func forever() workload.Task {
	return task(0, repeat(-1), cpu(1_000_000), end())
}

// received returns the CPU time of each task.
func received(m *sim.Machine) []trace.Time {
	lanes := trace.NewLanes()
	lanes.Extend(m.Recording())
	var all []trace.Time
	for _, f := range lanes.Figures().Tasks {
		all = append(all, f.CPU)
	}
	return all
}

// TestLag: three equal tasks, slices of 30 ms. LWN, "An EEVDF CPU scheduler for
// Linux" (2023), tells how far each is from its share after the first two.
func TestLag(t *testing.T) {
	m := machine(t, computer(1, forever(), forever(), forever()), choose(t, "eevdf slice=30"))
	for run, want := range [][]trace.Time{{0, 0, 0}, {-20, 10, 10}, {-10, -10, 20}, {0, 0, 0}} {
		now := trace.Time(30*run) * ms
		if err := m.Run(now, 1<<20); err != nil {
			t.Fatal(err)
		}
		for i, got := range received(m) {
			if lag := (now/3 - got) / ms; lag != want[i] {
				t.Errorf("after %d runs the lag of %d is %d, not %d", run, i, lag, want[i])
			}
		}
	}
}

// TestShares: fair policies give CPU time in proportion to weights, on one CPU
// to within two slices at any instant.
func TestShares(t *testing.T) {
	for _, policy := range []string{"eevdf slice=3", "eevdf slice=3 quantum=1", "stride stride1=1000000000", "cfs latency=6 min_granularity=1"} {
		for _, weights := range [][]int64{{1, 1, 1}, {3, 2, 1}, {1024, 335, 88761, 15}} {
			var tasks []workload.Task
			var sum int64
			for _, w := range weights {
				x := forever()
				x.Weight, x.Tickets = w, w
				tasks = append(tasks, x)
				sum += w
			}
			m := machine(t, computer(1, tasks...), choose(t, policy))
			for _, until := range []trace.Time{100, 1_000, 30_000} {
				if err := m.Run(until*ms, 1<<30); err != nil {
					t.Fatal(err)
				}
				for i, got := range received(m) {
					due := float64(until) * float64(weights[i]) / float64(sum)
					if off := float64(got)/ms - due; off < -12 || off > 12 {
						t.Errorf("%s, weights %v: after %d ms, %d got %v ms, due %v", policy, weights, until, i, float64(got)/ms, due)
					}
				}
			}
		}
	}
}

// TestCFSSlices: a period of 6 ms is shared out by the weights of nice values, at
// least 1 ms to each.
func TestCFSSlices(t *testing.T) {
	for _, c := range []struct {
		nice []int
		want []trace.Time
	}{
		{[]int{0, 0}, []trace.Time{3_000_000, 3_000_000}},
		{[]int{0, 5}, []trace.Time{4_520_971, 1_479_028}},
		{[]int{-5, 0, 5}, []trace.Time{4_179_910, 1_371_428, 1_000_000}},
		{[]int{0, 1}, []trace.Time{3_331_887, 2_668_112}},
		{[]int{0, 0, 0, 0, 0, 0, 0}, []trace.Time{1_000_000, 1_000_000}},
	} {
		var tasks []workload.Task
		for _, nice := range c.nice {
			x := forever()
			x.Nice = nice
			tasks = append(tasks, x)
		}
		m := machine(t, computer(1, tasks...), choose(t, "cfs latency=6 min_granularity=1"))
		if err := m.Run(50*ms, 1<<20); err != nil {
			t.Fatal(err)
		}
		got := map[trace.TaskID]trace.Time{}
		for _, e := range m.Recording().Events(0) {
			if e.Kind == trace.Slice {
				got[e.Task] = trace.Time(e.Arg)
			}
		}
		for i, want := range c.want {
			if got[trace.TaskID(i)] != want {
				t.Errorf("nice %v: slice of %d is %d, not %d", c.nice, i, got[trace.TaskID(i)], want)
			}
		}
	}
}

// TestShortSlices: who asks for shorter slices is answered sooner and gets no
// more.
func TestShortSlices(t *testing.T) {
	tasks := []workload.Task{forever(), forever(), forever(), forever()}
	tasks[3].Slice = ms / 2
	m := machine(t, computer(1, tasks...), choose(t, "eevdf slice=4"))
	if err := m.Run(4_000*ms, 1<<30); err != nil {
		t.Fatal(err)
	}
	lanes := trace.NewLanes()
	lanes.Extend(m.Recording())
	longest := make([]trace.Time, 4)
	for i := range longest {
		lanes.Task(trace.TaskID(i)).Each(100*ms, lanes.End(), 0, func(s trace.Span) bool {
			if s.State == trace.Ready {
				longest[i] = max(longest[i], s.End-s.Start)
			}
			return true
		})
	}
	if longest[3] >= longest[0]/2 {
		t.Errorf("longest waits %v", longest)
	}
	for i, got := range received(m) {
		if got < 990*ms || got > 1_010*ms {
			t.Errorf("%d got %v of 1000 ms", i, got/ms)
		}
	}
}

// TestSleepersKeepTheirLag: a task that goes to sleep ahead of its share and
// wakes at once doesn't gain by it.
func TestSleepersKeepTheirLag(t *testing.T) {
	cheat := task(0, repeat(-1), cpu(3), sleep(1), end())
	for policy, most := range map[string]trace.Time{"eevdf slice=3": 520, "eevdf slice=3 keep_lag=false": 800} {
		m := machine(t, computer(1, cheat, forever()), choose(t, policy))
		if err := m.Run(1_000*ms, 1<<30); err != nil {
			t.Fatal(err)
		}
		if got := received(m)[0] / ms; got > most {
			t.Errorf("%s: it got %d of 1000 ms", policy, got)
		}
	}
}

// BenchmarkFair is a thousand tasks of different weights that compute for ever,
// on four CPUs.
func BenchmarkFair(b *testing.B) {
	w := endless(4, 1_000)
	for i := range w.Tasks {
		w.Tasks[i].Weight = int64(i*7919%1000 + 100)
	}
	for _, name := range []string{"rr quantum=1", "stride", "cfs min_granularity=1", "eevdf", "eevdf quantum=1"} {
		b.Run(strings.ReplaceAll(name, " ", ","), func(b *testing.B) {
			t, unit := inTurns(b, runner(b, w, name))
			reportC(b, "dispatch", t[0], unit, 4)
		})
	}
}

// CFS explains itself by what everybody had, and a wakeup preemption by how far
// who woke is ahead of the one that runs.
func TestCFSExplainsItself(t *testing.T) {
	w := computer(1, task(0, cpu(20)), task(0, cpu(1), io(4, 5), cpu(3)))
	w.Resources = resources()
	config := func() sim.Config {
		return sim.Config{Workload: w, Policy: choose(t, "cfs latency=6 min_granularity=1 wakeup_granularity=1")}
	}
	m, err := sim.New(config())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(sim.Never, 1<<20); err != nil {
		t.Fatal(err)
	}
	r, preempted, least := m.Recording(), 0, 0
	for i, e := range r.Events(0) {
		if e.Kind != trace.Preempt && e.Kind != trace.Dispatch {
			continue
		}
		why, ok, err := sim.Explain(config(), e.Time, i)
		if err != nil || !ok {
			t.Fatalf("event %d isn't explained: %v", i, err)
		}
		at := map[sim.TaskID]int64{}
		for _, c := range why.Candidates {
			at[c.Task] = c.Key
		}
		switch {
		case e.Kind == trace.Preempt:
			preempted++
			if why.Rule != sim.RuleAhead || why.Chosen == e.Task || at[e.Task]-at[why.Chosen] <= ms {
				t.Errorf("at %d: %+v", e.Time, why)
			}
		case why.Rule == sim.RuleLeast:
			least++
			for _, c := range why.Candidates {
				if c.Key < at[e.Task] {
					t.Errorf("at %d: %+v", e.Time, why)
				}
			}
		}
	}
	if preempted == 0 || least == 0 {
		t.Errorf("%d preemptions, %d of least\n%s", preempted, least, transcript(r))
	}
}

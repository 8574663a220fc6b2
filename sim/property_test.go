package sim_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// policies are the policies every property is tested with.
var policies = []string{
	"fcfs", "rr quantum=1", "rr quantum=3",
	"sjf", "sjf length=burst", "sjf estimate=average alpha=0.3 initial=2", "srtf estimate=average", "srtf estimate=average initial=0 queues=per_cpu", "srtf", "srtf length=burst", "ljf", "lrtf", "hrrn",
	"priority", "priority preemptive=false", "priority quantum=2", "priority preemptive=false quantum=1",
	"mlq", "mlq quanta=0,1", "mlq preemptive=false quanta=1", "aging", "aging step=3 quantum=2",
	"fb", "fb growth=double", "fb quantum=2 notice=0",
	"mlfq quanta=1,2,4", "mlfq levels=2 quanta=2 allotments=2,0 boost=5 iobump=true", "mlfq boost=3 quanta=1 stay=true",
	"lottery", "stride", "stride initial_pass=stride quantum=2",
	"process_run", "process_run io_done=immediate", "process_run switch=end", "process_run switch=end io_done=immediate",
	"fcfs queues=per_cpu", "rr quantum=1 queues=per_cpu placement=least balance=2", "rr quantum=2 queues=per_cpu steal=false balance=3",
	"srtf queues=per_cpu", "srtf queues=per_cpu steal=false placement=least", "srtf queues=per_cpu length=burst balance=2",
	"rr quantum=1 queues=per_cpu steal=false peek=2", "rr quantum=1 cpu_order=random",
	"cfs", "cfs latency=4 min_granularity=1 wakeup_granularity=0",
	"cfs queues=per_cpu balance=3 latency=4 min_granularity=1 wakeup_granularity=0", "cfs queues=per_cpu placement=last latency=4 min_granularity=1", "cfs queues=per_cpu steal=false balance=2 latency=6 min_granularity=1",
	"eevdf queues=per_cpu balance=2", "eevdf queues=per_cpu placement=last quantum=1 balance=0", "eevdf queues=per_cpu steal=false balance=3 keep_lag=false slice=2",
	"eevdf", "eevdf slice=2 quantum=1 keep_lag=false", "eevdf preempt=false quantum=2",
}

// someOps draws operations: structured, so that what is locked is unlocked.
func someOps(t *rapid.T, depth int, out []workload.Op) []workload.Op {
	for range rapid.IntRange(0, 4).Draw(t, "ops") {
		kind := rapid.IntRange(0, 17).Draw(t, "op")
		d := workload.Time(rapid.IntRange(0, 4).Draw(t, "time"))
		switch {
		case kind <= 2:
			out = append(out, cpu(d))
		case kind == 3:
			out = append(out, io(0, d))
		case kind == 4:
			out = append(out, io(4, d))
		case kind == 5:
			out = append(out, sleep(d))
		case kind == 6:
			out = append(out, yield())
		case kind == 7:
			out = append(out, anyPut(byte(rapid.IntRange(0, 127).Draw(t, "put"))))
		case kind == 8:
			out = append(out, anyGet(byte(rapid.IntRange(0, 127).Draw(t, "get"))))
		case kind == 9 && depth > 0:
			r := 1 + 2*rapid.IntRange(0, 1).Draw(t, "mutex")
			out = append(out, lock(r))
			out = append(someOps(t, depth-1, out), unlock(r))
		case kind == 10 && depth > 0:
			out = append(out, repeat(int64(rapid.IntRange(0, 3).Draw(t, "turns"))))
			out = append(someOps(t, depth-1, out), cpu(d), end())
		case kind == 11 && d == 4:
			out = append(out, exit(3))
		case kind >= 12:
			out = someKin(t, kind, depth, out)
		}
	}
	return out
}

func someTask(t *rapid.T, cpus int) workload.Task {
	x := task(workload.Time(rapid.IntRange(0, 8).Draw(t, "arrival")), someOps(t, 3, nil)...)
	x.Priority = int64(rapid.IntRange(0, 2).Draw(t, "priority"))
	if rapid.IntRange(0, 3).Draw(t, "grouped") == 0 {
		x.Signals, x.Subreaper = "g", true
	}
	x.Name = rapid.SampledFrom([]string{"K", "L"}).Draw(t, "called")
	x.Slice = workload.Time(rapid.IntRange(-4, 2).Draw(t, "slice")) * ms
	x.Slice = max(x.Slice, 0)
	x.WorkingSet = int64(rapid.IntRange(0, 5).Draw(t, "working set"))
	if rapid.IntRange(0, 4).Draw(t, "bound") == 0 {
		for c := range cpus {
			if rapid.Bool().Draw(t, "allowed") {
				x.Affinity = append(x.Affinity, c)
			}
		}
	}
	return x
}

func someWorkload(t *rapid.T) *workload.Workload {
	return someWorkloadOn(t, rapid.IntRange(1, 3).Draw(t, "cpus"))
}

func someWorkloadOn(t *rapid.T, cpus int) *workload.Workload {
	tasks := make([]workload.Task, rapid.IntRange(1, 6).Draw(t, "tasks"))
	for i := range tasks {
		tasks[i] = someTask(t, cpus)
	}
	w := computer(cpus, tasks...)
	w.Resources = append(resources(), queues()...)
	w.Resources[0].Servers = rapid.IntRange(1, 2).Draw(t, "servers")
	w.Resources[2].Capacity = rapid.IntRange(1, 3).Draw(t, "capacity")
	w.Machine.Switch = workload.Time(rapid.IntRange(-2, 2).Draw(t, "switch")) * ms / 2
	w.Machine.Tick = workload.Time(rapid.IntRange(-2, 3).Draw(t, "tick")) * ms
	w.Machine.Switch, w.Machine.Tick = max(0, w.Machine.Switch), max(0, w.Machine.Tick)
	w.Machine.Migration = max(0, workload.Time(rapid.IntRange(-3, 2).Draw(t, "migration"))*ms/2)
	if rapid.IntRange(0, 2).Draw(t, "cache") == 0 {
		w.Machine.Cache = workload.Cache{
			Size: int64(rapid.IntRange(1, 6).Draw(t, "size")), Warmup: workload.Time(rapid.IntRange(0, 3).Draw(t, "warmup")) * ms,
			Rate: int64(rapid.IntRange(1, 3).Draw(t, "rate")), Grain: workload.Time(rapid.IntRange(0, 1).Draw(t, "grain")) * ms,
		}
	}
	w.Conventions = workload.Conventions{
		PreemptedFirst:   rapid.Bool().Draw(t, "preempted_first"),
		Ties:             workload.Ties(rapid.IntRange(0, 2).Draw(t, "ties")),
		BetweenTasksOnly: rapid.Bool().Draw(t, "between_tasks"),
		KeepSlice:        rapid.Bool().Draw(t, "keep_slice"),
		HigherIsBetter:   rapid.Bool().Draw(t, "higher"),
		CompletionsLast:  rapid.Bool().Draw(t, "completions_last"),
		MainEnds:         rapid.Bool().Draw(t, "main_ends"),
		Orphans:          workload.Orphans(rapid.IntRange(0, 2).Draw(t, "orphans")),
	}
	return w
}

// someInterventions draws what a person does; the result makes new policies
// each time it is called.
func someInterventions(t *rapid.T, w *workload.Workload) func() []sim.Intervention {
	type plan func() sim.Intervention
	var plans []plan
	n := rapid.IntRange(-2, 4).Draw(t, "interventions")
	tasks := len(w.Tasks)
	for range n {
		at := sim.Time(rapid.IntRange(0, 25).Draw(t, "at")) * ms
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			id := sim.TaskID(rapid.IntRange(0, tasks-1).Draw(t, "victim"))
			plans = append(plans, func() sim.Intervention { return sim.Kill{At: at, Task: id} })
		case 1:
			q := sim.Time(rapid.IntRange(1, 4).Draw(t, "quantum")) * ms
			plans = append(plans, func() sim.Intervention { return sim.SetQuantum{At: at, Quantum: q} })
		case 2:
			name := rapid.SampledFrom(policies).Draw(t, "to")
			plans = append(plans, func() sim.Intervention { return sim.SetPolicy{At: at, Policy: choose(tester{t}, name)} })
		case 3:
			x := someTask(t, w.Machine.CPUs)
			x.Name = "new"
			plans = append(plans, func() sim.Intervention { return sim.AddTask{At: at, Task: x} })
			tasks++
		}
	}
	return func() []sim.Intervention {
		var list []sim.Intervention
		for _, p := range plans {
			list = append(list, p())
		}
		return list
	}
}

// tester makes a rapid.T do as a testing.TB for the helpers.
type tester struct{ *rapid.T }

func (tester) Helper() {}

// TestAnything runs random workloads on random machines under every policy with
// random interventions. The recording must be possible, complete, waste no CPU,
// say of every instant what the kernel knows, and be the same the second time.
func TestAnything(t *testing.T) {
	for _, name := range policies {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				what := someInterventions(t, w)
				t.Logf("%+v\n%+v\n%v", w.Machine, w.Conventions, w.Tasks)
				m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, name) }, what)
				if err != nil {
					t.Fatal(err)
				}
				if err := headsRun(w, m.Recording()); err != nil {
					t.Fatal(err)
				}
				again, err := sim.New(sim.Config{Workload: w, Policy: choose(tester{t}, name), Interventions: what()})
				if err != nil {
					t.Fatal(err)
				}
				if err := again.Run(sim.Never-1, 1<<30); err != nil {
					t.Fatal(err)
				}
				if again.Recording().Hash() != m.Recording().Hash() {
					t.Fatal("the second run differs")
				}
			})
		})
	}
}

func runChecked(w *workload.Workload, p func() sim.Policy, what func() []sim.Intervention) (*sim.Machine, error) {
	m, err := sim.New(sim.Config{Workload: w, Policy: p(), Interventions: what(), Patience: 100})
	if err != nil {
		return nil, err
	}
	var s trace.Snapshot
	for {
		more, err := m.Step()
		if err != nil {
			return m, fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
		}
		if err := m.Agree(&s); err != nil {
			return m, fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
		}
		if !more {
			break
		}
	}
	if len(m.Faults()) > 0 {
		return m, fmt.Errorf("%+v", m.Faults())
	}
	if err := (trace.Rules{Complete: true, WorkConserving: !idles(m.Recording())}).Check(m.Recording()); err != nil {
		return m, fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
	}
	return m, nil
}

// idles reports whether a policy of a run lets CPUs idle on purpose.
func idles(r *trace.Recording) bool {
	for _, p := range r.Header.Policies {
		if slices.Contains(p.Params, trace.Setting{Name: "switch", Value: "end"}) ||
			slices.Contains(p.Params, trace.Setting{Name: "steal", Value: "false"}) {
			return true
		}
	}
	return false
}

// headsRun checks that what stands in the queues of a recording is what the
// policy had in mind: a CPU takes the head of a queue, unless the policy draws
// lots, weighs everybody anew, or passes over who may not run there.
func headsRun(w *workload.Workload, r *trace.Recording) error {
	for _, t := range r.Header.Tasks {
		if t.Affinity != nil {
			return nil
		}
	}
	for _, p := range r.Header.Policies {
		switch p.Name {
		case "lottery", "hrrn", "eevdf", "process_run":
			return nil
		}
	}
	var s trace.Snapshot
	for i, e := range r.Events(0) {
		if e.Kind != trace.Pick && e.Kind != trace.Dispatch {
			continue
		}
		r.SnapshotAt(&s, i, e.Time)
		q := s.Tasks[e.Task].Queue
		if q >= 0 && s.Queues[q][0] != e.Task {
			return fmt.Errorf("event %d: task %d runs, but the queue is %v\n%s", i, e.Task, s.Queues[q], transcript(r))
		}
	}
	return nil
}

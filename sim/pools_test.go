package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Workers take jobs in the order they were given, each as soon as it is free: the
// same as giving each job to whoever is free first.
func TestPoolAndItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		workers := rapid.IntRange(1, 4).Draw(t, "workers")
		lengths := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 9).Draw(t, "jobs")
		of := rapid.SampledFrom([]string{"processes", "threads"}).Draw(t, "of")
		free := make([]int, workers)
		var ops []string
		sum, last := 0, 0
		for i, length := range lengths {
			first := 0
			for k := range free {
				if free[k] < free[first] {
					first = k
				}
			}
			free[first] += length
			last = max(last, free[first])
			sum += i + 1
			ops = append(ops, fmt.Sprintf("{apply_async: p, as: r%d, do: [{cpu: %d}, {add: %d, for: 0}]}", i, length, i+1))
		}
		for i := range lengths {
			ops = append(ops, fmt.Sprintf("{result: r%d}", i), fmt.Sprintf("{if: acc != %d, then: [{exit: 9}]}", i+1))
		}
		file := fmt.Sprintf("timeslice: 1\nmachine: {cpus: %d}\nresources: {p: {kind: pool, workers: %d, of: %s}}\ntasks: [{name: M, program: [%s, {close: p}, {join: p}]}]\n",
			workers+1, workers, of, strings.Join(ops, ", "))
		w, err := workload.Parse("pool.yaml", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		m := whole(t, w)
		r := m.Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
			t.Fatalf("%v\n%s", err, transcript(r))
		}
		ended := 0
		for _, e := range r.Events(0) {
			if e.Kind == trace.Exit {
				ended++
				if e.Arg != 0 {
					t.Fatalf("task %d ends with %d\n%s", e.Task, e.Arg, transcript(r))
				}
			}
		}
		if ended != workers+1 || int(r.End()/ms) != last {
			t.Fatalf("%d tasks end, the last at %d; the twin at %d\n%s", ended, r.End()/ms, last, transcript(r))
		}
	})
}

// A job that fails leaves its worker alive; a closed pool takes no more.
func TestPoolFailuresAndClose(t *testing.T) {
	w, err := workload.Parse("pool.yaml", []byte(`timeslice: 1
machine: {cpus: 2}
resources: {p: {kind: pool, workers: 1}}
tasks:
  - name: M
    program:
      - {apply_async: p, as: bad, do: [{cpu: 2}, {exit: 3}]}
      - {apply: p, do: [{cpu: 2}, {repeat: 2, do: [{cpu: 1}]}, {load: 5, for: 0}]}
      - {if: acc != 5, then: [{exit: 2}]}
      - result: {of: bad, what: ready}
      - {if: acc != 1, then: [{exit: 3}]}
      - result: {of: bad, what: successful}
      - {if: acc != 0, then: [{exit: 4}]}
      - close: p
      - {apply: p, do: [{cpu: 2}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, w, choose(t, "fcfs")).Recording()
	var codes []int64
	for _, e := range r.Events(0) {
		if e.Kind == trace.Exit {
			codes = append(codes, e.Arg)
		}
	}
	if !slices.Equal(codes, []int64{1, 0}) || r.End() != 6*ms {
		t.Errorf("they end with %v at %d\n%s", codes, r.End()/ms, transcript(r))
	}
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

// Who asks for the result of a job that has failed fails as it did, whether it had
// to wait for that or not.
func TestResultsOfFailedJobs(t *testing.T) {
	for _, wait := range []string{"", "{cpu: 9}, "} {
		w, err := workload.Parse("pool.yaml", []byte(`timeslice: 1
machine: {cpus: 2}
resources: {p: {kind: pool, workers: 1}}
tasks: [{name: M, program: [{apply_async: p, as: bad, do: [{cpu: 2}, {exit: 3}]}, `+wait+`{result: bad}, {cpu: 5}]}]
`))
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, w, choose(t, "fcfs")).Recording()
		var codes []int64
		for _, e := range r.Events(0) {
			if e.Kind == trace.Exit {
				codes = append(codes, e.Arg)
			}
		}
		if !slices.Equal(codes, []int64{3}) {
			t.Errorf("they end with %v\n%s", codes, transcript(r))
		}
		if err := trace.Validate(r); err != nil {
			t.Error(err)
		}
	}
}

// A mixed pool has processes of several threads each.
func TestMixedPools(t *testing.T) {
	w, err := workload.Parse("pool.yaml", []byte(`timeslice: 1
resources: {p: {kind: pool, workers: 5, of: mixed, threads: 2}}
tasks: [{name: M, program: [{apply: p, do: [{cpu: 2}]}]}]
`))
	if err != nil {
		t.Fatal(err)
	}
	h := &machine(t, w, choose(t, "fcfs")).Recording().Header
	var processes []int
	for _, task := range h.Tasks {
		processes = append(processes, task.Process)
	}
	if want := []int{0, 1, 1, 3, 3, 5}; !slices.Equal(processes, want) {
		t.Errorf("processes %v, want %v", processes, want)
	}
}

// whole runs a workload under first come first served to its end.
func whole(t fataler, w *workload.Workload) *sim.Machine {
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, "fcfs")})
	if err != nil {
		t.Fatal(err)
	}
	var s trace.Snapshot
	for more := true; more; {
		if more, err = m.Step(); err != nil {
			t.Fatal(err)
		}
		if err := m.Agree(&s); err != nil {
			t.Fatalf("%v\n%s", err, transcript(m.Recording()))
		}
	}
	return m
}

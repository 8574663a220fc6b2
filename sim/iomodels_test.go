package sim_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func request(r int, d, signal workload.Time) workload.Op {
	return workload.Op{Code: workload.OpRequest, Res: r, Dur: d * ms, Value: int64(signal * ms)}
}
func poll(d workload.Time) workload.Op    { return workload.Op{Code: workload.OpPoll, Dur: d * ms} }
func copying(d workload.Time) workload.Op { return workload.Op{Code: workload.OpCopy, Dur: d * ms} }
func selects() workload.Op                { return workload.Op{Code: workload.OpSelect} }

// The same data by each of the five models: 5 until it is there, 1 to copy it,
// and 4 to compute that doesn't need it, each on a CPU of its own.
func TestFiveModels(t *testing.T) {
	w := computer(5,
		task(0, io(4, 5), copying(1), cpu(4)),
		task(0, request(4, 5, 0), cpu(4), poll(1), copying(1)),
		task(0, request(4, 5, 0), request(4, 7, 0), selects(), copying(1), selects(), copying(1), cpu(4)),
		task(0, request(4, 5, 1), cpu(9), selects(), copying(1)),
		task(0, request(4, 6, 0), cpu(4), selects()),
	)
	w.Resources = resources()
	r := run(t, w, choose(t, "fcfs")).Recording()
	for i, want := range []trace.Time{10, 7, 12, 10, 6} {
		if at := happens(t, r, trace.Exit, trace.TaskID(i)); at != want {
			t.Errorf("task %d ends at %d, want %d\n%s", i, at, want, transcript(r))
		}
	}
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

// Who computes and is interrupted needs no copying later; who doesn't compute
// does.
func TestSignalHandler(t *testing.T) {
	w := computer(1,
		task(0, request(4, 3, 2), cpu(4), selects(), copying(2), cpu(1)),
		task(20, request(4, 3, 2), selects(), copying(2), cpu(1)),
		task(30, request(4, 3, 2), sleep(9), selects(), copying(2), cpu(1)),
		task(50, request(4, 9, 2), cpu(1)),
	)
	w.Resources = resources()
	r := run(t, w, choose(t, "fcfs")).Recording()
	for i, want := range []trace.Time{7, 26, 42, 51} {
		if at := happens(t, r, trace.Exit, trace.TaskID(i)); at != want {
			t.Errorf("task %d ends at %d, want %d\n%s", i, at, want, transcript(r))
		}
	}
	happens(t, r, trace.Forsake, 3)
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

// modelTwin runs a program alone on a CPU, a unit of time at a time; it returns
// when it ends. What is done without time after computing comes before what is
// answered at that instant, as the table of the order at one instant says.
func modelTwin(ops []workload.Op) (now int) {
	type asked struct{ due, copy int }
	var flying []asked
	ready, handled, owed, pc := 0, 0, 0, 0
	answers := func(computing bool) {
		for i := 0; i < len(flying); {
			a := flying[i]
			if a.due != now {
				i++
				continue
			}
			flying = append(flying[:i:i], flying[i+1:]...)
			if computing && a.copy > 0 {
				owed += a.copy
				handled++
			} else {
				ready++
			}
		}
	}
	next := func() bool { // the operation after this one computes
		return pc+1 < len(ops) && ops[pc+1].Computes()
	}
	dealtWith := func() {
		handled = max(handled-1, 0)
		if pc+1 < len(ops) && ops[pc+1].Code == workload.OpCopy {
			pc++
		}
	}
	compute := func(n int) {
		owed += n
		for answers(true); owed > 0; {
			owed--
			if now++; owed > 0 {
				answers(true)
			}
		}
	}
	for ; pc < len(ops); pc++ {
		op := &ops[pc]
		n := int(op.Dur / ms)
		switch op.Code {
		case workload.OpCPU, workload.OpCopy:
			compute(n)
		case workload.OpSleep:
			for answers(false); n > 0; n-- {
				if now++; n > 1 {
					answers(false)
				}
			}
			answers(next())
		case workload.OpRequest:
			flying = append(flying, asked{now + n, int(op.Value / ms)})
		case workload.OpPoll:
			for compute(n); ready == 0 && len(flying) > 0; {
				compute(n)
			}
			if ready > 0 {
				ready--
			} else {
				dealtWith()
			}
		case workload.OpSelect:
			switch {
			case ready > 0:
				ready--
			case handled > 0 || len(flying) == 0:
				dealtWith()
			default:
				first := -1
				for ; first < 0; now++ {
					first = slices.IndexFunc(flying, func(a asked) bool { return a.due == now })
				}
				now--
				flying = slices.Delete(flying, first, first+1)
				answers(next())
			}
		}
	}
	return now
}

func TestModelsAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ops []workload.Op
		signal := workload.Time(rapid.IntRange(0, 2).Draw(t, "signal"))
		for range rapid.IntRange(0, 8).Draw(t, "ops") {
			d := workload.Time(rapid.IntRange(1, 4).Draw(t, "time"))
			switch rapid.IntRange(0, 6).Draw(t, "op") {
			case 0:
				ops = append(ops, cpu(d))
			case 1, 2:
				ops = append(ops, request(4, d+workload.Time(rapid.IntRange(0, 5).Draw(t, "more")), signal))
			case 3:
				ops = append(ops, poll(d))
			case 4, 5:
				ops = append(ops, selects())
				if rapid.Bool().Draw(t, "copies") {
					ops = append(ops, copying(d))
				}
			case 6:
				ops = append(ops, sleep(d))
			}
		}
		want := modelTwin(ops)
		w := computer(1, task(0, ops...))
		w.Resources = resources()
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, "fcfs") }, func() []sim.Intervention { return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Recording().Events(0) {
			if e.Kind == trace.Exit && int(e.Time/ms) != want {
				t.Fatalf("ends at %d, the twin at %d\n%s", e.Time/ms, want, transcript(m.Recording()))
			}
		}
	})
}

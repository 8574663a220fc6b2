package sim_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// walk goes through a recording in the smallest steps and back. Every event must
// be passed once, every task that runs must have been chosen and loaded before, and
// what is loaded must be what was saved: all of it if the task was ready ever since,
// else with what the kernel did to it until it was.
func walk(r *trace.Recording) error {
	at := trace.Stand{Of: -1}
	told, loaded := 0, map[int]trace.Context{}
	saved := map[trace.TaskID]trace.Context{}
	for {
		next := r.After(at)
		if next == at {
			break
		}
		if back := r.Before(next); back != at {
			return fmt.Errorf("from %v on to %v, and back to %v", at, next, back)
		}
		x, near := r.Switching(next)
		if !near && next.Part != trace.NoPart {
			return fmt.Errorf("%v is about no CPU", next)
		}
		switch next.Part {
		case trace.SaveContext:
			if !x.Saved || !reflect.DeepEqual(x.Old, x.Registers) || x.Leaves != r.Event(next.Of).Task {
				return fmt.Errorf("%v: saved %+v", next, x)
			}
			saved[x.Leaves] = x.Old
		case trace.ChooseNext:
			if r.Event(next.Of).Kind == trace.Pick {
				told++
			}
		case trace.LoadContext:
			if x.Holds != x.Comes || !reflect.DeepEqual(x.New, x.Registers) || x.Comes != r.Event(next.Of).Task {
				return fmt.Errorf("%v: loaded %+v", next, x)
			}
			if was, ok := saved[x.Comes]; ok && !reflect.DeepEqual(was, x.New) {
				return fmt.Errorf("%v: loaded %+v, saved %+v", next, x.New, was)
			}
			loaded[x.CPU] = x.New
		case trace.NoPart:
			e := r.Event(next.Events - 1)
			if told++; e.Kind.Bookkeeping() {
				return fmt.Errorf("%v: stands at what isn't told", next)
			}
			if e.Kind == trace.Dispatch {
				if was, ok := loaded[e.CPU]; !ok || !reflect.DeepEqual(was, x.Registers) || x.Holds != e.Task {
					return fmt.Errorf("%v: runs with %+v, loaded %+v", next, x, was)
				}
				delete(loaded, e.CPU)
			}
			if to, changes := e.Kind.To(); changes && e.Kind.From(trace.Blocked) && to == trace.Ready { // it has what it waited for
				delete(saved, e.Task)
			}
		}
		at = next
	}
	for _, e := range r.Events(0) {
		if !e.Kind.Bookkeeping() {
			told--
		}
	}
	if told != 0 {
		return fmt.Errorf("it passed %d events too many", told)
	}
	return nil
}

func TestWhatIsLoadedIsWhatWasSaved(t *testing.T) {
	for _, name := range []string{"rr quantum=1", "priority", "lottery", "cfs latency=4 min_granularity=1 wakeup_granularity=0", "mlfq quanta=1,2,4"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, name) }, func() []sim.Intervention { return nil })
				if err != nil {
					t.Fatal(err)
				}
				r := m.Recording()
				if err := walk(r); err != nil {
					t.Fatalf("%v\n%s", err, transcript(r))
				}
			})
		})
	}
}

// counters are programs whose registers matter: two tasks that count in memory,
// one in assembly, and one that goes round in a loop of its own.
const counters = `
unit: 1ms
machine: {cpus: 1, switch: SWITCH}
variables: {count: {value: 0, scope: shared}}
programs:
  asm:
    asm: |
      mov $3, %bx
      .again
      mov count, %ax
      add $1, %ax
      mov %ax, count
      sub $1, %bx
      test $0, %bx
      jgt .again
  plain: [{repeat: 3, do: [{load: count}, {add: 1}, {if: acc > 1, then: [{cpu: 1}]}, {store: count}]}]
tasks: [{name: A, program: asm}, {name: B, program: plain}, {name: C, program: plain}]
`

func TestRegistersGoThroughSwitches(t *testing.T) {
	for _, cost := range []string{"0", "1", "0.5"} {
		for _, policy := range []string{"fcfs", "rr quantum=1", "rr quantum=2", "rr quantum=3"} {
			w := parse(t, strings.Replace(counters, "SWITCH", cost, 1))
			r := run(t, w, choose(t, policy)).Recording()
			if err := trace.Validate(r); err != nil {
				t.Errorf("%s, a switch costs %s: %v", policy, cost, err)
			}
			if err := walk(r); err != nil {
				t.Errorf("%s, a switch costs %s: %v", policy, cost, err)
			}
		}
	}
}

// altered returns a copy of a recording with some events changed.
func altered(r *trace.Recording, change func(i int, e *trace.Event)) *trace.Recording {
	out := trace.NewRecording(r.Header)
	for i, e := range r.Events(0) {
		change(i, &e)
		out.AppendArg(e.Time, e.Kind, e.Task, e.CPU, e.Object, e.Arg)
	}
	return out
}

func TestARecordingThatSpoilsAContextIsRefused(t *testing.T) {
	w := parse(t, strings.Replace(counters, "SWITCH", "0", 1))
	r := run(t, w, choose(t, "rr quantum=1")).Recording()
	if err := trace.Validate(altered(r, func(int, *trace.Event) {})); err != nil {
		t.Fatal(err)
	}
	sums := 0
	for i, e := range r.Events(0) {
		if e.Kind != trace.Added {
			continue
		}
		sums++
		spoilt := altered(r, func(k int, e *trace.Event) {
			if k == i {
				e.Arg++
			}
		})
		if err := trace.Validate(spoilt); err == nil || !strings.Contains(err.Error(), "should have") {
			t.Errorf("event %d: a sum that doesn't follow from the saved acc passes: %v", i, err)
		}
	}
	if sums == 0 {
		t.Fatal("nothing was added")
	}
	// The accumulator of C, which is ready, changes while A runs.
	var s trace.Snapshot
	r.Snapshot(&s, 1.5*ms)
	if s.Tasks[2].State != trace.Ready {
		t.Fatalf("C is %v", s.Tasks[2].State)
	}
	out := trace.NewRecording(r.Header)
	for i, e := range r.Events(0) {
		if i == s.Event {
			out.AppendArg(1.5*ms, trace.Result, 2, 0, 0, 99)
		}
		out.AppendArg(e.Time, e.Kind, e.Task, e.CPU, e.Object, e.Arg)
	}
	if err := trace.Validate(out); err == nil || !strings.Contains(err.Error(), "saved context") {
		t.Errorf("a saved context that changes passes: %v", err)
	}
}

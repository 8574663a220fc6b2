package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"timeslice/sim/workload"
)

const second = workload.Time(time.Second)

// busy is a task of one loop: n times so much CPU time.
func busy(name string, n int64, d workload.Time) workload.Task {
	return workload.Task{Name: name, Program: &workload.Program{
		Ops: []workload.Op{
			{Code: workload.OpRepeat, Res: -1, Value: n, Jump: 3},
			{Code: workload.OpCPU, Res: -1, Dur: d},
			{Code: workload.OpEnd, Res: -1, Jump: 1},
		}, Text: make([]string, 3),
	}}
}

// What can't run as real processes is refused before anything starts, in a
// sentence that says what was found, what is allowed and what to do.
func TestUnfit(t *testing.T) {
	crowd := make([]workload.Task, MaxWorkers+1)
	for i := range crowd {
		crowd[i] = busy(string(rune('A'+i)), 1, 1)
	}
	periodic := busy("A", 1, 1)
	periodic.Period = second
	odd := busy("A", 1, 1)
	odd.Program.Ops[1].Code = 200
	odd.Program.Text[1] = "fork"
	late := busy("A", 1, 1)
	late.Arrival = 21 * second
	for _, c := range []struct {
		code  string
		says  []string
		tasks []workload.Task
		o     Options
	}{
		{code: "tasks", says: []string{"17 tasks", "16", "simulated"}, tasks: crowd},
		{code: "tasks", says: []string{"0 tasks"}},
		{code: "time", says: []string{"21s", "20s", "shorter"}, tasks: []workload.Task{busy("A", 21, second)}},
		{code: "time", says: []string{"22s"}, tasks: []workload.Task{busy("A", 11, second), busy("B", 11, second)}},
		{code: "time", says: []string{"21s"}, tasks: []workload.Task{late}},
		{code: "time", says: []string{"1m0s"}, tasks: []workload.Task{busy("A", 1, 1)}, o: Options{Limit: time.Minute}},
		{code: "time", says: []string{"876000h"}, tasks: []workload.Task{busy("A", workload.MaxRepeat, workload.MaxTime)}},
		{code: "forever", says: []string{"task A", "for ever", "limit"}, tasks: []workload.Task{busy("A", -1, second)}},
		{code: "records", says: []string{"1000000000 operations", "repeat less"}, tasks: []workload.Task{busy("A", workload.MaxRepeat, 1)}},
		{code: "periodic", says: []string{"task A", "periodic"}, tasks: []workload.Task{periodic}},
		{code: "operation", says: []string{"fork"}, tasks: []workload.Task{odd}},
		{code: "realtime_time", says: []string{"1s", "900ms", "SCHED_RR"}, tasks: []workload.Task{busy("A", 1, second)}, o: Options{Realtime: true}},
	} {
		w := &workload.Workload{Name: "test", Unit: 1, UnitText: "1ns", Tasks: c.tasks, Policy: workload.Policy{Name: "rr"}}
		_, err := Record(context.Background(), w, c.o)
		var unfit *UnfitError
		if !errors.As(err, &unfit) {
			t.Errorf("%s: %v", c.code, err)
			continue
		}
		if unfit.Code != c.code {
			t.Errorf("%s: code %s: %v", c.code, unfit.Code, err)
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q doesn't say %q", c.code, err, s)
			}
		}
	}
}

func TestSixteenLongTasksFit(t *testing.T) {
	w := &workload.Workload{Name: "test"}
	for range MaxWorkers {
		w.Tasks = append(w.Tasks, busy("T", 100, second/100))
	}
	if _, err := newPlan(w, Options{}); err != nil {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	w := &workload.Workload{Name: "test", Tasks: []workload.Task{busy("A", 1, 1)}}
	_, err := Record(context.Background(), w, Options{CPU: 200, Quiet: -1})
	if !errors.Is(err, ErrRefused) {
		t.Errorf("on CPU 200: %v", err)
	}
}

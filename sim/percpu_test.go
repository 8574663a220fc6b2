package sim_test

import (
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// TestQueueOfEachCPU: four tasks on two CPUs, those of the second much shorter.
// Without a remedy the second CPU idles; stealing or balancing lets it help.
func TestQueueOfEachCPU(t *testing.T) {
	for policy, makespan := range map[string]trace.Time{
		"fcfs queues=global":                      11,
		"fcfs queues=per_cpu steal=false":         20,
		"fcfs queues=per_cpu":                     12,
		"rr quantum=2 queues=per_cpu steal=false": 20,
		"rr quantum=2 queues=per_cpu":             12,
		"srtf queues=per_cpu steal=false":         11, // placed by work, the shortest first
	} {
		w := computer(2, task(0, cpu(10)), task(0, cpu(1)), task(0, cpu(10)), task(0, cpu(1)))
		m := run(t, w, choose(t, policy))
		lanes := trace.NewLanes()
		lanes.Extend(m.Recording())
		if got := lanes.Figures().Makespan; got != makespan*ms {
			t.Errorf("%s: makespan %d, not %d", policy, got/ms, makespan)
		}
	}
}

// TestBalance: tasks that are bound keep one CPU's queue long; balancing moves
// who may go, and nobody else.
func TestBalance(t *testing.T) {
	bound := task(0, cpu(8))
	bound.Affinity = []int{0}
	tasks := []workload.Task{bound, task(0, cpu(1)), bound, task(0, cpu(1)), bound, task(2, cpu(9)), task(2, cpu(9)), task(2, cpu(9))}
	m := run(t, computer(2, tasks...), choose(t, "rr quantum=1 queues=per_cpu steal=false balance=4"))
	for i, q := range m.Recording().Header.Queues {
		if q.CPU != i {
			t.Errorf("queue %d is of CPU %d", i, q.CPU)
		}
	}
	if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
		t.Fatal(err)
	}
	lanes := trace.NewLanes()
	lanes.Extend(m.Recording())
	for id, f := range lanes.Figures().Tasks {
		if id < 5 && f.Migrations > 0 && tasks[id].Affinity != nil {
			t.Errorf("%d moved", id)
		}
	}
	if got := lanes.Figures().Makespan; got > 32*ms {
		t.Errorf("makespan %d: nothing was evened out", got/ms)
	}
}

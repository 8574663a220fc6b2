package sim_test

import (
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Who isn't important starves as long as more important tasks come.
func TestStarvationIsNoticed(t *testing.T) {
	low := task(0, cpu(5))
	low.Priority = 9
	tasks := []workload.Task{low}
	for i := range 30 {
		tasks = append(tasks, task(workload.Time(i), cpu(1)))
	}
	found := trace.Troubles(run(t, computer(1, tasks...), choose(t, "priority")).Recording())
	want := trace.Trouble{Kind: trace.Starvation, Task: 0, From: 0, To: 30 * ms, Times: 30, Noticed: 19 * ms}
	if len(found) == 1 {
		want.Event = found[0].Event
	}
	if len(found) != 1 || found[0] != want {
		t.Errorf("%+v", found)
	}
	if found := trace.Troubles(run(t, computer(1, tasks...), choose(t, "fcfs")).Recording()); found != nil {
		t.Errorf("first come first served: %+v", found)
	}
}

// Two who are polite for ever: each takes its lock, finds the other's taken, and
// gives its own back, in step.
func TestLivelockIsNoticed(t *testing.T) {
	polite := func(own, others int) workload.Task {
		try := lock(others)
		try.Patience = workload.NotAtAll
		return task(0, repeat(6), lock(own), cpu(1), try, cpu(1), unlock(own), cpu(1), end())
	}
	w := computer(2, polite(1, 3), polite(3, 1))
	w.Resources = resources()
	m := machine(t, w, choose(t, "fcfs"))
	if err := m.Run(sim.Never-1, 1<<20); err != nil {
		t.Fatal(err)
	}
	found := trace.Troubles(m.Recording())
	for _, x := range found {
		if x.Kind != trace.Livelock {
			t.Errorf("%+v", x)
		}
	}
	// Its own lock, which it gets each time, is no success.
	if len(found) != 2 || found[0].Times != 6 {
		t.Errorf("%+v", found)
	}
}

package sim_test

import (
	"slices"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// noticed runs a workload in steps and returns what is noticed on the way, asking
// after each step, and what is noticed by who sees all at once.
func noticed(t *testing.T, w *workload.Workload, policy string) (bySteps, atOnce []trace.Notice) {
	t.Helper()
	m := machine(t, w, choose(t, policy))
	r := m.Recording()
	n := trace.NewNotices(&r.Header)
	for r.Len() < 1<<16 && !m.Done() {
		if err := m.Run(sim.Never-1, r.Len()+7); err != nil {
			t.Fatal(err)
		}
		n.Watch(r)
		n.All(r.End())
	}
	whole := trace.NewNotices(&r.Header)
	whole.Watch(r)
	for _, x := range []*trace.Notices{n, whole} {
		x.Finish(r)
	}
	return n.All(r.End()), whole.All(r.End())
}

// What is noticed doesn't depend on how a recording grew, and is found where the
// reports find it.
func TestNotices(t *testing.T) {
	low := task(0, cpu(5))
	low.Priority = 9
	starving := []workload.Task{low}
	for i := range 30 {
		starving = append(starving, task(workload.Time(i), cpu(1)))
	}
	circle := computer(1, task(0, lock(1), cpu(2), lock(3), cpu(1), unlock(3), unlock(1)), task(1, lock(3), cpu(2), lock(1), cpu(1), unlock(1), unlock(3)))
	circle.Resources = resources()
	for _, c := range []struct {
		name, policy string
		w            *workload.Workload
		kinds        []trace.NoticeKind
	}{
		{"starvation", "priority", computer(1, starving...), []trace.NoticeKind{trace.NoticeStarvation}},
		{"fair", "fcfs", computer(1, starving...), nil},
		{"deadlock", "rr quantum=1ms", circle, []trace.NoticeKind{trace.NoticeDeadlock}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := noticed(t, c.w, c.policy)
			var kinds []trace.NoticeKind
			for _, x := range a {
				kinds = append(kinds, x.Kind)
				if x.At < x.From || x.To < x.At || len(x.Tasks) == 0 {
					t.Errorf("%+v", x)
				}
			}
			if !slices.Equal(kinds, c.kinds) {
				t.Errorf("noticed %+v, want %v", a, c.kinds)
			}
			if len(a) != len(b) {
				t.Fatalf("in steps %+v, at once %+v", a, b)
			}
			for i := range a {
				if a[i].At != b[i].At || a[i].Event != b[i].Event || a[i].To != b[i].To || a[i].Times != b[i].Times {
					t.Errorf("in steps %+v, at once %+v", a[i], b[i])
				}
			}
		})
	}
}

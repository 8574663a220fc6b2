package sim_test

import (
	"slices"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// withCache gives a test's workload caches, and its tasks working sets.
func withCache(w *workload.Workload, c workload.Cache, sets ...int64) *workload.Workload {
	w.Machine.Cache = c
	for i := range sets {
		w.Tasks[i].WorkingSet = sets[i]
	}
	return w
}

// OSTEP, homework of chapter 10, question 1 and 2: a job of 30 whose working set
// fits is warm after 10 and does the other 20 in half the time; one whose working
// set doesn't fit never is.
func TestWarmCacheIsFaster(t *testing.T) {
	for _, x := range []struct {
		set  int64
		ends sim.Time
		warm trace.Time
	}{{100, 20 * ms, 10 * ms}, {200, 30 * ms, 0}} {
		m := run(t, withCache(computer(1, task(0, cpu(30))), workload.Cache{Size: 100, Warmup: 10 * ms, Rate: 2}, x.set),
			choose(t, "rr quantum=4"))
		r := m.Recording()
		if warm := trace.WarmTimes(r); r.End() != x.ends || !slices.Equal(warm, []trace.Time{x.warm}) {
			t.Errorf("a working set of %d: ends at %d, warm for %d", x.set, r.End(), warm)
		}
	}
}

// What is kept is kept across preemption, and on one CPU only; what no longer
// fits must leave, the oldest first.
func TestCacheKeepsAndEvicts(t *testing.T) {
	w := withCache(computer(1, task(0, cpu(6)), task(0, cpu(6)), task(0, cpu(6))), workload.Cache{Size: 2, Warmup: 2 * ms, Rate: 2}, 1, 1, 1)
	m := run(t, w, choose(t, "rr quantum=1"))
	var got []string
	for _, e := range m.Recording().Events(0) {
		if e.Kind == trace.Warm || e.Kind == trace.Evict {
			got = append(got, inUnits(m.Recording(), e.Time)+" "+e.Kind.String()+" "+w.Tasks[e.Task].Name)
		}
	}
	// A is warm in its second turn, at 4; C drives it out in its, at 6; then it
	// warms up again, and drives out B in its fourth, and B then C.
	want := []string{"4 warm A", "5 warm B", "6 warm C", "6 evict A", "10 warm A", "10 evict B"}
	if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
		t.Errorf("%v\n%s", got, transcript(m.Recording()))
	}
}

// Moving costs only who moves.
func TestMigrationCosts(t *testing.T) {
	w := computer(2, task(0, cpu(2), io(4, 1), cpu(2)), task(0, cpu(6)), task(2, cpu(3)))
	w.Resources = resources()
	w.Machine.Migration = ms
	m := run(t, w, choose(t, "rr quantum=2"))
	switching := trace.Time(0)
	lanes := trace.NewLanes()
	lanes.Extend(m.Recording())
	f := lanes.Figures()
	moved := 0
	for c := range f.Switch {
		switching += f.Switch[c]
	}
	for i := range f.Tasks {
		moved += f.Tasks[i].Migrations
	}
	if moved == 0 || switching != trace.Time(moved)*ms {
		t.Errorf("%d moves cost %d\n%s", moved, switching, transcript(m.Recording()))
	}
	if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
		t.Error(err)
	}
}

// What a policy can know of the future counts work, not time.
func TestShortestKnowsOfWarmCaches(t *testing.T) {
	w := withCache(computer(1, task(0, cpu(10)), task(5, cpu(3))), workload.Cache{Size: 9, Warmup: 2 * ms, Rate: 4}, 1, 1)
	m := run(t, w, choose(t, "srtf"))
	// A: 2 cold, then 8 at four times the speed: done at 4, before B comes, which
	// does 2 cold and 1 in a quarter of the time.
	if f := ends(m.Recording()); !slices.Equal(f, []sim.Time{4 * ms, 7*ms + ms/4}) {
		t.Errorf("%v", f)
	}
}

func ends(r *trace.Recording) []sim.Time {
	lanes := trace.NewLanes()
	lanes.Extend(r)
	var all []sim.Time
	for _, t := range lanes.Figures().Tasks {
		all = append(all, t.Finish)
	}
	return all
}

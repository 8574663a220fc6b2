package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// hopeless compares who the graph of waits says never goes on, at the end of a
// run, with who is still there.
func hopeless(m *sim.Machine) error {
	r := m.Recording()
	var s trace.Snapshot
	r.Snapshot(&s, r.End())
	g := trace.WaitFor(&r.Header, &s)
	var found []sim.TaskID
	for _, w := range g.Hopeless() {
		found = append(found, w.Task)
	}
	if stuck := m.Stuck(); !slices.Equal(found, stuck) {
		return fmt.Errorf("the graph %+v, kernel has %v\n%s", g, stuck, transcript(r))
	}
	return nil
}

// philosophers dine: each takes the fork on its left, thinks of it, and takes the
// one on its right; the last the other way round if they are in order.
func philosophers(n int, ordered bool) *workload.Workload {
	var tasks []workload.Task
	w := &workload.Workload{}
	for i := range n {
		left, right := i, (i+1)%n
		if ordered && left > right {
			left, right = right, left
		}
		tasks = append(tasks, task(0, lock(left), cpu(2), lock(right), cpu(2), unlock(right), unlock(left)))
		w.Resources = append(w.Resources, workload.Resource{Name: fmt.Sprint("fork", i), Kind: workload.Mutex})
	}
	resources := w.Resources
	w = computer(1, tasks...)
	w.Resources = resources
	return w
}

// circle returns the first deadlock a recording tells of, and when.
func circle(r *trace.Recording) (at sim.Time, members []sim.TaskID) {
	for _, e := range r.Events(0) {
		if e.Kind == trace.Deadlock {
			at, members = e.Time, append(members, e.Task)
			if sim.TaskID(e.Arg) == members[0] {
				return at, members
			}
		}
	}
	return 0, nil
}

func TestPhilosophers(t *testing.T) {
	m := run(t, philosophers(5, false), choose(t, "rr quantum=1"))
	if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
		t.Fatal(err)
	}
	at, members := circle(m.Recording())
	if at != 10*ms || !slices.Equal(members, []sim.TaskID{4, 0, 1, 2, 3}) || len(m.Stuck()) != 5 {
		t.Errorf("at %d %v\n%s", at/ms, members, transcript(m.Recording()))
	}
	if err := hopeless(m); err != nil {
		t.Error(err)
	}
	m = run(t, philosophers(5, true), choose(t, "rr quantum=1"))
	if at, members = circle(m.Recording()); members != nil || len(m.Stuck()) > 0 {
		t.Errorf("in order: at %d %v", at, members)
	}
}

// A deadlock is broken by ending one of its tasks, and what that one held goes to
// the next.
func TestRecovery(t *testing.T) {
	for how, victim := range map[workload.Deadlock]int{
		workload.KillYoungest: 4, workload.KillCheapest: 4, workload.KillLast: 4, workload.KillLeastUrgent: 1,
	} {
		w := philosophers(5, false)
		w.Conventions.Deadlock = how
		w.Tasks[1].Priority = 9
		m := run(t, w, choose(t, "rr quantum=1"))
		if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
			t.Errorf("%d: %v\n%s", how, err, transcript(m.Recording()))
		}
		f := figures(m.Recording())
		if len(m.Stuck()) > 0 || f.Finished != 5 || !f.Tasks[victim].Killed {
			t.Errorf("%d: %+v\n%s", how, f.Tasks, transcript(m.Recording()))
		}
	}
}

// Waits that never end need no circle: who holds the lock may be gone, or nobody
// may be left to put something.
func TestHopelessWithoutACircle(t *testing.T) {
	w := computer(1, task(0, lock(1), cpu(1)), task(0, cpu(2), lock(1), unlock(1)), task(0, lock(3), cpu(3), lock(1), unlock(1), unlock(3)), task(0, cpu(9), lock(3), unlock(3)), task(0, get(2)))
	w.Resources = resources()
	m := run(t, w, choose(t, "fcfs"))
	if err := hopeless(m); err != nil {
		t.Fatal(err)
	}
	var s trace.Snapshot
	m.Recording().Snapshot(&s, m.Recording().End())
	g := trace.WaitFor(&m.Recording().Header, &s)
	text := ""
	for _, x := range g.Waits {
		text += fmt.Sprintf("%s %v, ", name(int(x.Task)), x.Fate)
	}
	if text != "B gone, C gone, D behind, E nobody, " || len(g.Circles) > 0 {
		t.Error(text)
	}
	w.Conventions.ReleaseOnDeath = true
	m = run(t, w, choose(t, "fcfs"))
	if err := trace.Validate(m.Recording()); err != nil || len(m.Stuck()) != 1 {
		t.Errorf("%v, stuck %v\n%s", err, m.Stuck(), transcript(m.Recording()))
	}
}

// Who wait for each other's end wait for ever, and that is told the instant the
// second begins to; so is a circle of a join and a lock.
func TestDeadlockOfJoins(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"tasks: [{name: A, program: [{cpu: 1}, {join: B}]}, {name: B, program: [{cpu: 1}, {join: A}]}]", "2: B for the end of A, A for the end of B"},
		{
			"resources: {m: mutex}\ntasks: [{name: A, program: [{lock: m}, {cpu: 1}, {join: B}, {unlock: m}]}, {name: B, program: [{cpu: 1}, {lock: m}, {unlock: m}]}]",
			"2: B for m of A, A for the end of B",
		},
		{"tasks: [{name: A, program: [{join: B, timeout: 9}]}, {name: B, program: [{cpu: 1}, {join: A}]}]", ""},
	} {
		r := run(t, parse(t, c.file), choose(t, "fcfs")).Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
			t.Fatalf("%v\n%s", err, transcript(r))
		}
		var told []string
		at := sim.Time(0)
		for _, e := range r.Events(0) {
			by := func() string { return r.Header.Tasks[e.Arg].Name }
			switch at = e.Time; e.Kind {
			case trace.Deadlock:
				told = append(told, r.Header.Tasks[e.Task].Name+" for "+r.Header.Resources[e.Object].Name+" of "+by())
			case trace.DeadlockJoin:
				told = append(told, r.Header.Tasks[e.Task].Name+" for the end of "+by())
			}
		}
		got := ""
		if told != nil {
			got = fmt.Sprintf("%d: %s", at/ms, strings.Join(told, ", "))
		}
		if got != c.want {
			t.Errorf("%q, not %q\n%s", got, c.want, transcript(r))
		}
	}
}

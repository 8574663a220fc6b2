package sim_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// bomb does as another policy until its so manieth call, in which it panics,
// before or after it has done what it should.
type bomb struct {
	of    sim.Policy
	left  int // calls until then
	calls int
	late  bool
}

func (p *bomb) call(do func()) {
	p.calls++
	bang := p.calls == p.left
	if bang && !p.late {
		panic("bang")
	}
	do()
	if bang {
		panic("bang, late")
	}
}

func (p *bomb) Attach(v *sim.View) {
	p.calls = 0
	p.call(func() { p.of.Attach(v) })
}

func (p *bomb) Enqueue(task sim.TaskID, why sim.Reason) { p.call(func() { p.of.Enqueue(task, why) }) }
func (p *bomb) Remove(task sim.TaskID)                  { p.call(func() { p.of.Remove(task) }) }

func (p *bomb) Pick(cpu int) (task sim.TaskID, ok bool) {
	p.call(func() { task, ok = p.of.Pick(cpu) })
	return task, ok
}

func (p *bomb) Victim() (cpu int, ok bool) {
	p.call(func() {
		if of, is := p.of.(sim.Preempter); is {
			cpu, ok = of.Victim()
		}
	})
	return cpu, ok
}

func (p *bomb) Slice(task sim.TaskID) (slice sim.Time) {
	p.call(func() {
		if of, is := p.of.(sim.Slicer); is {
			slice = of.Slice(task)
		}
	})
	return slice
}

func (p *bomb) Charge(task sim.TaskID, ran sim.Time) {
	p.call(func() {
		if of, is := p.of.(sim.Accountant); is {
			of.Charge(task, ran)
		}
	})
}

func (p *bomb) Block(task sim.TaskID) {
	p.call(func() {
		if of, is := p.of.(sim.Blocker); is {
			of.Block(task)
		}
	})
}

func (p *bomb) Next() (at sim.Time) {
	at = sim.Never
	p.call(func() {
		if of, is := p.of.(sim.Periodic); is {
			at = of.Next()
		}
	})
	return at
}

func (p *bomb) Fire() { p.call(func() { p.of.(sim.Periodic).Fire() }) }

func (p *bomb) Describe() (d sim.Description) {
	p.call(func() { d = p.of.(sim.Describer).Describe() })
	return d
}

func (p *bomb) Queues() (queues []sim.Queue) {
	p.call(func() {
		if of, is := p.of.(sim.Queuer); is {
			queues = of.Queues()
		}
	})
	return queues
}

// TestPanickingPolicies lets every policy panic in any call, in random runs, with
// whatever else a person does to them. The run must go on as if nothing had
// happened but a change of policy, and be the same the second time.
func TestPanickingPolicies(t *testing.T) {
	for _, name := range policies {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkload(t)
				what := someInterventions(t, w)
				late := rapid.Bool().Draw(t, "late")
				whole := &bomb{of: choose(tester{t}, name)}
				if _, err := runChecked(w, func() sim.Policy { return whole }, what); err != nil {
					t.Fatal(err)
				}
				left := rapid.IntRange(1, whole.calls).Draw(t, "left")
				p := func() sim.Policy { return &bomb{of: choose(tester{t}, name), left: left, late: late} }
				m, err := sim.New(sim.Config{Workload: w, Policy: p(), Interventions: what()})
				if err != nil {
					t.Fatal(err)
				}
				var s trace.Snapshot
				var seen *trace.Recording
				for more := true; more; {
					if err := m.Agree(&s); err != nil {
						t.Fatalf("%v\n%s", err, transcript(m.Recording()))
					}
					if len(m.Faults()) == 0 {
						seen = m.Recording().Prefix()
					}
					if more, err = m.Step(); err != nil {
						t.Fatal(err)
					}
				}
				if err := (trace.Rules{Complete: true, WorkConserving: !idles(m.Recording())}).Check(m.Recording()); err != nil {
					t.Fatalf("%v\n%s", err, transcript(m.Recording()))
				}
				checkPanic(t, m, len(w.Tasks))
				for i, e := range seen.Events(0) {
					if e != m.Recording().Event(i) {
						t.Fatalf("event %d was %+v before the fault and is %+v", i, e, m.Recording().Event(i))
					}
				}
				again, err := sim.New(sim.Config{Workload: w, Policy: p(), Interventions: what()})
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

// checkPanic checks that a run tells of a panic, and nothing else.
func checkPanic(t *rapid.T, m *sim.Machine, tasks int) {
	faults := m.Faults()
	if len(faults) == 0 && tasks == 0 {
		return // it would have come after everything
	}
	var why *sim.PanicError
	if len(faults) != 1 || faults[0].Fault != sim.FaultPanic || !errors.As(&faults[0], &why) {
		t.Fatalf("faults are %+v\n%s", faults, transcript(m.Recording()))
	}
	if !strings.HasPrefix(why.Text, "bang") {
		t.Fatal(why)
	}
	if !slices.ContainsFunc(m.Recording().Header.Policies, func(p trace.Policy) bool { return p.Fault != nil && p.Fault.Code == string(sim.FaultPanic) }) {
		t.Fatal("the recording doesn't say so")
	}
}

// misuser is first come first served, and does something wrong with its view, or
// by what it answers.
type misuser struct {
	liar
	does func(p *misuser, task sim.TaskID)
	n    int
}

func (p *misuser) Attach(v *sim.View) { p.liar.Attach(v); p.n = 0 }

func (p *misuser) Enqueue(task sim.TaskID, why sim.Reason) {
	p.liar.Enqueue(task, why)
	if p.n++; p.n == 4 {
		p.does(p, task)
	}
}

func (p *misuser) Slice(sim.TaskID) sim.Time {
	if p.n > 3 {
		p.does(p, sim.NoTask)
		return -5
	}
	return 0
}

func TestMisuseIsNamed(t *testing.T) {
	none := func(*misuser, sim.TaskID) {}
	other := func(p *misuser) sim.TaskID {
		for c := range p.v.CPUs() {
			if task, ok := p.v.Running(c); ok {
				return task
			}
		}
		return 0
	}
	on := func(does func(p *misuser, task sim.TaskID)) func(p *misuser, task sim.TaskID) {
		return func(p *misuser, task sim.TaskID) {
			if task != sim.NoTask {
				does(p, task)
			}
		}
	}
	for _, x := range []struct {
		want string
		does func(p *misuser, task sim.TaskID)
	}{
		{"SetHome: queue 3 of 1", on(func(p *misuser, task sim.TaskID) { p.v.SetHome(task, 3) })},
		{"SetHome: queue -1 of 1", on(func(p *misuser, task sim.TaskID) { p.v.SetHome(task, -1) })},
		{"ToHead of task", on(func(p *misuser, task sim.TaskID) { p.v.ToHead(other(p)) })},
		{"SetSlice: -1 ns", on(func(p *misuser, task sim.TaskID) { p.v.SetSlice(task, -1) })},
		{"index out of range", on(func(p *misuser, task sim.TaskID) { p.v.Ran(99) })},
		{"nil pointer", on(func(p *misuser, task sim.TaskID) { p.does = nil; p.does(p, task) })},
		{"a slice of -5 ns", none},
	} {
		var tasks []workload.Task
		for i := range 6 {
			tasks = append(tasks, task(workload.Time(i/2), cpu(2), sleep(1), cpu(3)))
		}
		m := run(t, computer(2, tasks...), &misuser{does: x.does})
		if len(m.Faults()) != 1 || !strings.Contains(m.Faults()[0].Error(), x.want) {
			t.Errorf("%q: faults are %v", x.want, m.Faults())
		}
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(m.Recording()); err != nil {
			t.Errorf("%q: %v", x.want, err)
		}
	}
}

// loser serves first come first, but loses a task.
type loser struct {
	liar
	loses sim.TaskID
	tick  sim.Time // does periodic work, so that something is always left to happen
	next  sim.Time
}

func (p *loser) Attach(v *sim.View) { p.liar.Attach(v); p.next = p.tick }
func (p *loser) Enqueue(task sim.TaskID, why sim.Reason) {
	if task != p.loses {
		p.liar.Enqueue(task, why)
	}
}
func (p *loser) Next() sim.Time {
	if p.tick == 0 {
		return sim.Never
	}
	return p.next
}
func (p *loser) Fire() { p.next += p.tick }

// A task that the policy never returns is found, though others come and go
// beside it for ever, or though the policy has something to do for ever; at once
// if nothing else is left to happen.
func TestLostTasksAreFound(t *testing.T) {
	for _, x := range []struct {
		name  string
		want  sim.Fault
		loser loser
		tasks []workload.Task
	}{
		{"others go on", sim.FaultStarved, loser{loses: 1}, []workload.Task{task(0, repeat(-1), cpu(1), sleep(1), end()), task(3, cpu(5))}},
		{"the policy goes on", sim.FaultStarved, loser{loses: 1, tick: 3 * ms}, []workload.Task{task(0, cpu(2)), task(3, cpu(5))}},
		{"nothing goes on", sim.FaultLost, loser{loses: 1}, []workload.Task{task(0, cpu(2)), task(3, cpu(5))}},
	} {
		w := computer(1, x.tasks...)
		m, err := sim.New(sim.Config{Workload: w, Policy: &x.loser, Patience: 100})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(2000*ms, 1<<20); err != nil {
			t.Fatal(err)
		}
		if len(m.Faults()) != 1 || m.Faults()[0].Fault != x.want || m.Faults()[0].At > 500*ms {
			t.Fatalf("%s: faults are %v", x.name, m.Faults())
		}
		if f := m.Faults()[0]; x.want == sim.FaultStarved && f.Task != 1 {
			t.Errorf("%s: task %d is starved", x.name, f.Task)
		}
		var s trace.Snapshot
		m.Recording().Snapshot(&s, 2000*ms)
		if s.Tasks[1].State != trace.Terminated {
			t.Errorf("%s: what was starved is %v at the end", x.name, s.Tasks[1].State)
		}
	}
}

// Who is never preferred isn't lost: that is what the policy is for. Nor is who
// waits for a CPU of its own.
func TestStarvationIsLegal(t *testing.T) {
	low := task(0, cpu(5))
	low.Priority = 9
	high := task(0, repeat(-1), cpu(3), end())
	for _, policy := range []string{"priority", "priority quantum=1", "sjf length=burst", "srtf length=burst"} {
		w := computer(1, high, low)
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, policy), Patience: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(sim.Never-1, 20_000); err != nil {
			t.Fatal(err)
		}
		if len(m.Faults()) > 0 {
			t.Errorf("%s: faults are %v", policy, m.Faults())
		}
	}
	for _, queues := range []bool{true, false} {
		w := computer(2, task(0, repeat(-1), cpu(1), sleep(1), end()), task(0, cpu(50_000)), task(0, cpu(5)))
		m, err := sim.New(sim.Config{Workload: w, Policy: &partitioned{queues: queues}, Patience: 100})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(10_000*ms, 1<<20); err != nil {
			t.Fatal(err)
		}
		if legal := len(m.Faults()) == 0; legal != queues {
			t.Errorf("queues told: %v, faults are %v", queues, m.Faults())
		}
	}
}

// partitioned keeps tasks to CPUs, and says so or doesn't.
type partitioned struct {
	v      *sim.View
	queue  [2][]sim.TaskID
	queues bool
}

func (p *partitioned) Attach(v *sim.View) { *p = partitioned{v: v, queues: p.queues} }
func (p *partitioned) Queues() []sim.Queue {
	if !p.queues {
		return nil
	}
	return []sim.Queue{{Name: "cpu0", CPU: 0}, {Name: "cpu1", CPU: 1}}
}

func (p *partitioned) Enqueue(task sim.TaskID, _ sim.Reason) {
	c := min(int(task), 1)
	if p.queues {
		p.v.SetHome(task, c)
	}
	p.queue[c] = append(p.queue[c], task)
}

func (p *partitioned) Pick(cpu int) (sim.TaskID, bool) {
	q := p.queue[cpu]
	if len(q) == 0 {
		return 0, false
	}
	p.queue[cpu] = q[1:]
	return q[0], true
}

func (p *partitioned) Remove(task sim.TaskID) {
	for c := range p.queue {
		p.queue[c] = slices.DeleteFunc(p.queue[c], func(t sim.TaskID) bool { return t == task })
	}
}

// An endless loop of preemptions at one instant ends soon.
func TestEndlessPreemptionEndsSoon(t *testing.T) {
	m := run(t, computer(2, task(0, cpu(5)), task(0, cpu(5)), task(0, cpu(5)), task(3, cpu(5))), &liar{fault: sim.FaultNeverDone})
	if len(m.Faults()) != 1 || m.Faults()[0].Fault != sim.FaultNeverDone || m.Recording().Len() > 10_000 {
		t.Errorf("%d events, faults are %v", m.Recording().Len(), m.Faults())
	}
}

// What the kernel itself does wrong isn't blamed on the policy.
func TestTheKernelsOwnPanicsAreNotCaught(t *testing.T) {
	defer func() {
		if text := fmt.Sprint(recover()); !strings.Contains(text, "nil pointer") {
			t.Errorf("recovered %s", text)
		}
	}()
	m := machine(t, computer(1, task(0, cpu(1))), choose(t, "fcfs"))
	m.Break()
	_, _ = m.Step()
	t.Error("nothing panicked")
}

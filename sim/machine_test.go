package sim_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func TestNewNamesTheField(t *testing.T) {
	good := func() *workload.Workload { return computer(2, task(0, cpu(1))) }
	p := choose(t, "fcfs")
	for _, x := range []struct {
		field string
		cfg   func(w *workload.Workload) sim.Config
	}{
		{"Workload", func(*workload.Workload) sim.Config { return sim.Config{Policy: p} }},
		{"Policy", func(w *workload.Workload) sim.Config { return sim.Config{Workload: w} }},
		{"Workload.Machine.CPUs", with(p, func(w *workload.Workload) { w.Machine.CPUs = 0 })},
		{"Workload.Machine.CPUs", with(p, func(w *workload.Workload) { w.Machine.CPUs = 257 })},
		{"Workload.Machine.Switch", with(p, func(w *workload.Workload) { w.Machine.Switch = -1 })},
		{"Workload.Machine.Tick", with(p, func(w *workload.Workload) { w.Machine.Tick = -1 })},
		{"Workload.Resources[1].Capacity", with(p, func(w *workload.Workload) {
			w.Resources = []workload.Resource{{Kind: workload.Mutex}, {Kind: workload.Queue, Capacity: -1}}
		})},
		{"Workload.Resources[0].Servers", with(p, func(w *workload.Workload) {
			w.Resources = []workload.Resource{{Kind: workload.Device, Servers: -1}}
		})},
		{"Workload.Resources[0].Kind", with(p, func(w *workload.Workload) { w.Resources = make([]workload.Resource, 1) })},
		{"Workload.Tasks[0].Program", with(p, func(w *workload.Workload) { w.Tasks[0].Program = nil })},
		{"Workload.Tasks[0].Arrival", with(p, func(w *workload.Workload) { w.Tasks[0].Arrival = -1 })},
		{"Workload.Tasks[0].Slice", with(p, func(w *workload.Workload) { w.Tasks[0].Slice = -1 })},
		{"Workload.Tasks[0].Affinity", with(p, func(w *workload.Workload) { w.Tasks[0].Affinity = []int{} })},
		{"Workload.Tasks[0].Affinity", with(p, func(w *workload.Workload) { w.Tasks[0].Affinity = []int{2} })},
		{"Workload.Tasks[0].Program.Ops[0].Code", with(p, runs(workload.Op{}))},
		{"Workload.Tasks[0].Program.Ops[0].Dur", with(p, runs(cpu(-1)))},
		{"Workload.Tasks[0].Program.Ops[1].Res", with(p, runs(cpu(1), lock(0)))},
		{"Workload.Tasks[0].Program.Ops[0].Value", with(p, runs(repeat(-2), cpu(1), end()))},
		{"Workload.Tasks[0].Program.Ops[0]", with(p, runs(repeat(-1), end()))},
		{"Workload.Tasks[0].Program.Ops[0]", with(p, runs(repeat(3_000_000), repeat(0), cpu(1), end(), end()))},
		{"Workload.Tasks[0].Program.Ops[0].Jump", with(p, func(w *workload.Workload) {
			w.Tasks[0].Program = &workload.Program{Ops: []workload.Op{repeat(1), cpu(1)}}
		})},
		{"Workload.Tasks[0].Program.Ops[1].Jump", with(p, func(w *workload.Workload) {
			w.Tasks[0].Program = &workload.Program{Ops: []workload.Op{cpu(1), end()}}
		})},
		{"Interventions[0].Task", with(p, nil, sim.Kill{Task: 1})},
		{"Interventions[0].At", with(p, nil, sim.Kill{At: -1})},
		{"Interventions[0].Quantum", with(p, nil, sim.SetQuantum{})},
		{"Interventions[1].Task.Program", with(p, nil, sim.Kill{Task: 1}, sim.AddTask{})},
		{"Interventions[0]", with(p, nil, nil)},
	} {
		_, err := sim.New(x.cfg(good()))
		var wrong *sim.FieldError
		if !errors.As(err, &wrong) || wrong.Field != x.field {
			t.Errorf("%v is not about %s", err, x.field)
		}
	}
}

func with(p sim.Policy, change func(*workload.Workload), what ...sim.Intervention) func(*workload.Workload) sim.Config {
	return func(w *workload.Workload) sim.Config {
		if change != nil {
			change(w)
		}
		return sim.Config{Workload: w, Policy: p, Interventions: what}
	}
}

func runs(ops ...workload.Op) func(*workload.Workload) {
	return func(w *workload.Workload) { w.Tasks[0].Program = program(ops...) }
}

func TestDeadlockIsStuck(t *testing.T) {
	w := computer(1,
		task(0, lock(1), cpu(2), lock(3), unlock(3), unlock(1)),
		task(1, lock(3), cpu(2), lock(1), unlock(1), unlock(3)),
		task(2, cpu(1)))
	w.Resources = resources()
	m := run(t, w, choose(t, "rr quantum=1"))
	if got := m.Stuck(); !slices.Equal(got, []sim.TaskID{0, 1}) {
		t.Errorf("stuck are %v", got)
	}
	if !m.Done() {
		t.Error("it isn't done")
	}
}

func TestLockOfAKilledTaskStaysHeld(t *testing.T) {
	w := computer(1, task(0, lock(1), cpu(5), unlock(1)), task(1, lock(1), unlock(1)))
	w.Resources = resources()
	m := run(t, w, choose(t, "rr quantum=1"), sim.Kill{At: 3 * ms, Task: 0})
	if got := m.Stuck(); !slices.Equal(got, []sim.TaskID{1}) {
		t.Errorf("stuck are %v", got)
	}
}

func TestEndlessInstantIsNamed(t *testing.T) {
	for _, ops := range [][]workload.Op{
		{cpu(1), repeat(-1), lock(1), unlock(1), end()},
		{repeat(-1), yield(), end()},
		{repeat(-1), cpu(0), end()},
		{repeat(-1), sleep(0), end()},
	} {
		w := computer(1, task(0, ops...))
		w.Resources = resources()
		m := machine(t, w, choose(t, "fcfs"))
		m.LimitOps(10_000)
		err := m.Run(sim.Never-1, math.MaxInt)
		var endless *sim.EndlessError
		if !errors.As(err, &endless) || endless.Task != 0 || !m.Done() {
			t.Errorf("%v: %v", program(ops...).Text, err)
		}
		if more, again := m.Step(); more || again != err {
			t.Errorf("it goes on after %v", err)
		}
	}
}

func TestUnlockingWhatOneDoesNotOwn(t *testing.T) {
	w := computer(1, task(2, cpu(3), unlock(1)))
	w.Resources = resources()
	err := machine(t, w, choose(t, "fcfs")).Run(sim.Never-1, math.MaxInt)
	var misuse *sim.MisuseError
	if !errors.As(err, &misuse) || *misuse != (sim.MisuseError{At: 5 * ms, Task: 0, PC: 1, Resource: 1, Misuse: sim.NotOwner}) {
		t.Error(err)
	}
}

func TestTimeEnds(t *testing.T) {
	long := cpu(1)
	long.Dur = workload.MaxTime
	err := machine(t, computer(1, task(0, repeat(-1), long, end())), choose(t, "fcfs")).Run(sim.Never-1, math.MaxInt)
	var overflow *sim.OverflowError
	if !errors.As(err, &overflow) {
		t.Error(err)
	}
}

func TestRunIsBounded(t *testing.T) {
	m := machine(t, endless(1, 3), choose(t, "rr quantum=2"))
	if err := m.Run(9*ms, math.MaxInt); err != nil || m.Now() != 8*ms || m.Recording().End() != 9*ms {
		t.Errorf("%v: now %d, recorded until %d", err, m.Now(), m.Recording().End())
	}
	n := m.Recording().Len()
	if err := m.Run(sim.Never-1, 5); err != nil || m.Recording().Len() != n+6 || m.Done() {
		t.Errorf("%v: %d events and then %d", err, n, m.Recording().Len())
	}
	done := run(t, computer(1, task(1, cpu(1))), choose(t, "fcfs"))
	if err := done.Run(9*ms, math.MaxInt); err != nil || done.Recording().End() != 2*ms {
		t.Errorf("%v: recorded until %d, though it ended at %d", err, done.Recording().End(), 2*ms)
	}
}

// liar is a policy with a fault; otherwise it serves first come first.
type liar struct {
	queue  []sim.TaskID
	v      *sim.View
	fault  sim.Fault
	picked int
}

func (p *liar) Attach(v *sim.View)                    { *p = liar{v: v, fault: p.fault} }
func (p *liar) Enqueue(task sim.TaskID, _ sim.Reason) { p.queue = append(p.queue, task) }
func (p *liar) Remove(task sim.TaskID) {
	p.queue = slices.DeleteFunc(p.queue, func(t sim.TaskID) bool { return t == task })
}

func (p *liar) Pick(cpu int) (sim.TaskID, bool) {
	if len(p.queue) == 0 {
		return 0, false
	}
	head := p.queue[0]
	if p.picked++; p.picked >= 3 {
		switch p.fault {
		case sim.FaultUnknown:
			return 99, true
		case sim.FaultNotReady:
			for c := range p.v.CPUs() {
				if task, ok := p.v.Running(c); ok {
					return task, true
				}
			}
		case sim.FaultLost:
			return 0, false
		}
	}
	if p.fault == sim.FaultAffinity {
		return head, true
	}
	for i, task := range p.queue {
		if p.v.Allowed(task, cpu) {
			p.queue = slices.Delete(p.queue, i, i+1)
			return task, true
		}
	}
	return 0, false
}

func (p *liar) Victim() (int, bool) {
	switch {
	case p.fault == sim.FaultVictim && p.picked >= 3:
		return 7, true
	case p.fault == sim.FaultNeverDone && p.v.Now() > 2*ms:
		_, ok := p.v.Running(1)
		return 1, ok
	}
	return 0, false
}

func (p *liar) Next() sim.Time {
	if p.fault == sim.FaultNoProgress {
		return 3 * ms
	}
	return sim.Never
}
func (p *liar) Fire() {}

func TestFaultyPoliciesAreReplaced(t *testing.T) {
	for _, fault := range []sim.Fault{
		sim.FaultUnknown, sim.FaultNotReady, sim.FaultLost, sim.FaultAffinity, sim.FaultVictim, sim.FaultNeverDone,
		sim.FaultNoProgress,
	} {
		t.Run(string(fault), func(t *testing.T) {
			var tasks []workload.Task
			for i := range 6 {
				tasks = append(tasks, task(workload.Time(i/2), cpu(2), sleep(1), cpu(3)))
			}
			tasks[0].Affinity = []int{1}
			m := run(t, computer(2, tasks...), &liar{fault: fault})
			if len(m.Faults()) != 1 || m.Faults()[0].Fault != fault {
				t.Errorf("faults are %v", m.Faults())
			}
			if !strings.Contains(transcript(m.Recording()), "switched    fcfs") {
				t.Error("the recording doesn't say so")
			}
			if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
				t.Error(err)
			}
			if n := len(m.Stuck()); n > 0 {
				t.Errorf("%d are stuck", n)
			}
		})
	}
}

func TestMissingPolicyIsReplaced(t *testing.T) {
	m := run(t, computer(1, task(0, cpu(4)), task(1, cpu(1))), choose(t, "sjf"), sim.SetPolicy{At: 2 * ms})
	if len(m.Faults()) != 1 || m.Faults()[0].Fault != sim.FaultMissing {
		t.Errorf("faults are %v", m.Faults())
	}
}

func TestExplain(t *testing.T) {
	w := func() *workload.Workload {
		return computer(1, task(0, cpu(4)), task(1, cpu(2)), task(1, cpu(2)), task(2, cpu(9)))
	}
	for _, x := range []struct {
		policy string
		at     sim.Time
		kind   trace.Kind
		want   sim.Explanation
	}{
		{"fcfs", 4, trace.Dispatch, sim.Explanation{Rule: sim.RuleHead, Chosen: 1, Candidates: []sim.Candidate{{1, 0}, {2, 1}, {3, 2}}}},
		{"sjf", 4, trace.Dispatch, sim.Explanation{Rule: sim.RuleTie, Chosen: 1, Candidates: []sim.Candidate{{1, 2 * ms}, {2, 2 * ms}, {3, 9 * ms}}}},
		{"sjf", 6, trace.Dispatch, sim.Explanation{Rule: sim.RuleLeast, Chosen: 2, Candidates: []sim.Candidate{{2, 2 * ms}, {3, 9 * ms}}}},
		{"srtf", 1, trace.Preempt, sim.Explanation{Rule: sim.RuleTie, Chosen: 1, Candidates: []sim.Candidate{{1, 2 * ms}, {2, 2 * ms}}}},
	} {
		r := run(t, w(), choose(t, x.policy)).Recording()
		event := -1
		for i, e := range r.Events(0) {
			if e.Time == x.at*ms && e.Kind == x.kind {
				event = i
			}
		}
		got, ok, err := sim.Explain(sim.Config{Workload: w(), Policy: choose(t, x.policy)}, x.at*ms, event)
		if err != nil || !ok || got.Rule != x.want.Rule || got.Chosen != x.want.Chosen || !slices.Equal(got.Candidates, x.want.Candidates) {
			t.Errorf("%s at %d: %+v %v %v", x.policy, x.at, got, ok, err)
		}
		if _, ok, err := sim.Explain(sim.Config{Workload: w(), Policy: choose(t, x.policy)}, 0, 0); ok || err != nil {
			t.Errorf("an arrival has a reason: %v", err)
		}
	}
}

func TestForesight(t *testing.T) {
	for _, x := range []struct {
		total, burst sim.Time
		ops          []workload.Op
	}{
		{0, 0, nil},
		{5, 5, []workload.Op{cpu(2), cpu(3)}},
		{5, 2, []workload.Op{cpu(2), io(0, 9), cpu(3)}},
		{5, 0, []workload.Op{io(0, 9), cpu(5)}},
		{9, 6, []workload.Op{lock(1), cpu(2), unlock(1), cpu(4), lock(1), cpu(3), unlock(1)}},
		{12, 3, []workload.Op{repeat(4), cpu(3), end()}},
		{13, 1, []workload.Op{repeat(3), cpu(1), repeat(0), cpu(9), end(), repeat(3), cpu(1), end(), end(), cpu(1)}},
		{4, 4, []workload.Op{cpu(4), exit(1), cpu(9)}},
		{7, 2, []workload.Op{repeat(5), cpu(2), sleep(1), cpu(5), exit(0), end(), cpu(9)}},
		{3, 3, []workload.Op{repeat(0), exit(0), end(), cpu(3)}},
	} {
		p := program(x.ops...)
		if total, burst := sim.Foresee(p); total != x.total*ms || burst != x.burst*ms {
			t.Errorf("%v: in all %d, first %d, not %d and %d", p.Text, total, burst, x.total*ms, x.burst*ms)
		}
	}
	if total, burst := sim.Foresee(program(cpu(1), repeat(-1), cpu(2), end())); total != sim.Never || burst != ms {
		t.Errorf("without end: in all %d, first %d", total, burst)
	}
}

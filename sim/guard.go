package sim

import (
	"fmt"
	"math"
)

// A policy that panics must not take the run with it, but watching each of its
// calls would make all of them a tenth slower. So only whole runs are watched.
// Should something panic in one, it is run again up to there, which gives the
// same, since a run is a pure function and a policy that is attached starts from
// nothing; and this time with a guard before the policy. If it wasn't the policy,
// the panic comes again.

// PanicError says with what a policy panicked.
type PanicError struct{ Text string }

func (e *PanicError) Error() string { return "panic: " + e.Text }

// survive does something, again if it panics the first time.
func (m *Machine) survive(do func()) {
	if !m.guarded {
		if m.watch(do) {
			return
		}
		m.startOver()
	}
	do()
}

// watch does something and reports whether it came to its end.
func (m *Machine) watch(do func()) (done bool) {
	defer func() {
		if !done {
			_ = recover() // it will come again, or it was the policy's
		}
	}()
	do()
	return true
}

// startOver runs all before the present instant again, with a guard.
func (m *Machine) startOver() {
	until, explain, most := m.now-1, m.explain.on, m.opsMost
	m.guarded = true
	m.reset()
	m.opsMost = most
	_ = m.extend(until, math.MaxInt) // an error stays in m.err
	m.explain.on = explain
}

// guard stands before a policy. A call that panics is as if the policy had
// answered nothing and told [View.Fail] why.
type guard struct {
	v *View
	Policy
	slicer     Slicer
	preempter  Preempter
	accountant Accountant
	blocker    Blocker
	periodic   Periodic
	pauser     Pauser
}

// guard puts a guard before the policy that was just attached.
func (m *Machine) guard() {
	g := &guard{&m.view, m.policy, m.slicer, m.preempter, m.accountant, m.blocker, m.periodic, m.pauser}
	m.policy = g
	if m.slicer != nil {
		m.slicer = g
	}
	if m.preempter != nil {
		m.preempter = g
	}
	if m.accountant != nil {
		m.accountant = g
	}
	if m.blocker != nil {
		m.blocker = g
	}
	if m.periodic != nil {
		m.periodic = g
	}
	if m.pauser != nil {
		m.pauser = g
	}
}

func (g *guard) Attach(v *View) {
	defer g.caught()
	g.Policy.Attach(v)
}

func (g *guard) Enqueue(task TaskID, why Reason) {
	defer g.caught()
	g.Policy.Enqueue(task, why)
}

func (g *guard) Pick(cpu int) (task TaskID, ok bool) {
	defer g.caught()
	return g.Policy.Pick(cpu)
}

func (g *guard) Remove(task TaskID) {
	defer g.caught()
	g.Policy.Remove(task)
}

func (g *guard) Slice(task TaskID) (slice Time) {
	defer g.caught()
	return g.slicer.Slice(task)
}

func (g *guard) Victim() (cpu int, ok bool) {
	defer g.caught()
	return g.preempter.Victim()
}

func (g *guard) Pause(task TaskID) bool {
	defer g.caught()
	return g.pauser.Pause(task)
}

func (g *guard) Charge(task TaskID, ran Time) {
	defer g.caught()
	g.accountant.Charge(task, ran)
}

func (g *guard) Block(task TaskID) {
	defer g.caught()
	g.blocker.Block(task)
}

func (g *guard) Next() (at Time) {
	at = Never
	defer g.caught()
	at = g.periodic.Next()
	return at
}

func (g *guard) Fire() {
	defer g.caught()
	g.periodic.Fire()
}

func (g *guard) Describe() (d Description) {
	d.Name = g.v.m.name
	defer g.caught()
	if p, ok := g.Policy.(Describer); ok {
		d = p.Describe()
	}
	return d
}

func (g *guard) Queues() (queues []Queue) {
	defer g.caught()
	if p, ok := g.Policy.(Queuer); ok {
		queues = p.Queues()
	}
	return queues
}

func (g *guard) Explain(cpu int) (x Explanation) {
	x.Chosen = NoTask
	defer g.caught()
	if p, ok := g.Policy.(Explainer); ok {
		x = p.Explain(cpu)
	}
	return x
}

func (g *guard) caught() {
	if what := recover(); what != nil {
		g.v.Fail(&PanicError{fmt.Sprint(what)})
	}
}

package policy

import "timeslice/sim"

// rm is rate monotonic scheduling: the task with the shortest period goes first,
// always. Of all fixed priorities these are the best for tasks whose deadlines
// are their periods: if any meet all deadlines on one CPU, these do. n tasks are
// safe up to a utilisation of n·(2^(1/n) − 1), 69 % for many; beyond it the
// slowest tasks may miss, and with harmonic periods they don't until 100 %. A
// task without a period runs when no other wants to.
//
// C. L. Liu, J. W. Layland: Scheduling Algorithms for Multiprogramming in a
// Hard-Real-Time Environment, Journal of the ACM 20(1), 1973.
type rm struct{ inheriting }

func newRM(Args) sim.Policy { return &rm{} }

func (p *rm) Attach(v *sim.View) {
	p.attachInheriting(v, func(task sim.TaskID) int64 { return orNever(v.Period(task)) }, nil)
}

func (p *rm) Describe() sim.Description { return sim.Description{Name: "rm"} }

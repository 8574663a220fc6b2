package policy

import "timeslice/sim"

// fp is fixed priority scheduling of real-time tasks: the priorities are those
// the workload gives, as those of rm and dm follow from periods and deadlines.
// It differs from the policy priority in what equal priorities mean: here the
// job goes first that could run first. What misses its deadline in an overload
// is always the same, the least important.
//
// G. C. Buttazzo: Hard Real-Time Computing Systems, 3rd edition, 4.1.
type fp struct{ inheriting }

func newFP(Args) sim.Policy { return &fp{} }

func (p *fp) Attach(v *sim.View) { p.attachInheriting(v, v.Priority, nil) }

func (p *fp) Given(priority int64) (int64, bool) { return given(p.v, priority) }

func (p *fp) Describe() sim.Description { return sim.Description{Name: "fp"} }

package policy

import "timeslice/sim"

// dm is deadline monotonic scheduling: the task whose jobs have the least time
// between release and deadline goes first, always. It is what rate monotonic
// becomes when deadlines may be shorter than periods, and then the best fixed
// priorities there are. A task without a deadline runs when no other wants to.
//
// J. Y.-T. Leung, J. Whitehead: On the Complexity of Fixed-Priority Scheduling
// of Periodic, Real-Time Tasks, Performance Evaluation 2(4), 1982.
type dm struct{ inheriting }

func newDM(Args) sim.Policy { return &dm{} }

func (p *dm) Attach(v *sim.View) {
	p.attachInheriting(v, func(task sim.TaskID) int64 { return orNever(v.Deadline(task)) }, nil)
}

func (p *dm) Describe() sim.Description { return sim.Description{Name: "dm"} }

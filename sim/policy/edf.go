package policy

import "timeslice/sim"

// edf runs the job whose deadline comes first. On one CPU nothing does better:
// if any order meets all deadlines this one does, and periodic tasks with
// deadlines at the ends of their periods meet them up to a utilisation of
// 100 %. It is bad at overload: there is no telling which task misses, and one
// miss makes others late (the domino effect). On several CPUs it isn't the best
// any more (Dhall's effect: short jobs take all CPUs while a long one waits).
//
// C. L. Liu, J. W. Layland: Scheduling Algorithms for Multiprogramming in a
// Hard-Real-Time Environment, Journal of the ACM 20(1), 1973; S. K. Dhall,
// C. L. Liu: On a Real-Time Scheduling Problem, Operations Research 26(1), 1978.
type edf struct{ inheriting }

func newEDF(Args) sim.Policy { return &edf{} }

func (p *edf) Attach(v *sim.View) {
	p.attachInheriting(v,
		func(task sim.TaskID) int64 { return int64(v.JobDeadline(task)) },
		func(user sim.TaskID) int64 { // the deadline floor
			if d := v.Deadline(user); d > 0 {
				return int64(v.Now() + d)
			}
			return maxKey
		})
}

func (p *edf) Describe() sim.Description { return sim.Description{Name: "edf", ByDeadline: true} }

package policy

import (
	"strings"

	"timeslice/sim"
)

// mlq has a queue for each class of tasks and serves a queue only if all before
// it are empty: system before interactive before batch. The classes are the
// priorities of the workload, the best first, and nobody ever changes class.
// Each queue has a rule of its own: tasks take turns if quanta has a time for
// it, or come first and are served first if that is 0. It is good if the classes
// are right; if the first ones are never empty the last starve, and a task that
// changes its ways stays where it is, which mlfq mends.
//
// A task that loses the CPU to a better class goes to the head of its queue and
// later has the rest of its quantum.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.5.
type mlq struct {
	preemptiveLevels
	quanta []int64 // by queue; of a shorter list the last goes on
}

var mlqParams = []ParamSpec{
	{Name: "quanta", Kind: Duration, List: true, Default: "2 4 0"},
	{Name: "preemptive", Kind: Bool, Default: "true"},
}

func newMLQ(a Args) sim.Policy {
	p := &mlq{quanta: a.List("quanta")}
	p.preemptive = a.Bool("preemptive")
	return p
}

func (p *mlq) Describe() sim.Description {
	d := p.preemptiveLevels.Describe()
	quanta := make([]string, len(p.quanta))
	for i, q := range p.quanta {
		quanta[i] = p.v.Text(sim.Time(q))
	}
	d.Name = "mlq"
	d.Params = []sim.Setting{{Name: "quanta", Value: strings.Join(quanta, " ")}, d.Params[0]}
	return d
}

func (p *mlq) Enqueue(task sim.TaskID, why sim.Reason) {
	switch why {
	case sim.Admitted, sim.Adopted:
		p.levels.Enqueue(task, why)
		p.v.SetSlice(task, sim.Time(fromTop(p.quanta, p.level(task), 0)))
	case sim.Preempted:
		i := p.level(task)
		p.standsAt(i, task)
		p.queues[i].pushHead(task)
		p.v.ToHead(task)
		p.v.KeepSlice(task)
		p.best = min(p.best, i)
	default:
		p.levels.Enqueue(task, why)
	}
}

func (p *mlq) Victim() (int, bool) {
	if !p.preemptive {
		return 0, false
	}
	return p.preemptiveLevels.Victim()
}

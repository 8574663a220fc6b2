package policy

import (
	"strings"

	"timeslice/sim"
)

// cbs runs the job whose deadline comes first, and gives deadlines to tasks that
// have none: each is served by a constant bandwidth server, which lets it have
// budget out of every period and no more. Whatever such a task asks for, it
// can't make others late as long as the shares of the servers and the
// utilisation of the tasks with deadlines are 1 together on one CPU. It is bad
// at finishing early what is urgent to somebody: a server knows shares, not
// deadlines, and one with too small a budget falls behind for ever.
//
// A server has a budget c and a deadline d, both 0 in the beginning. A task that
// becomes ready after having waited gets d = now + period and c = budget if
// c ≥ (d − now)·budget/period, and keeps both else. Running uses up c; when it
// is 0, it is filled up again and d put off by a period.
//
// budget and period are for every server, or lists with a value for each task
// without a deadline, in the order of the tasks; the last value is for all that
// follow. A budget is at most its period.
//
// L. Abeni, G. Buttazzo: Integrating Multimedia Applications in Hard Real-Time
// Systems, Proceedings of the 19th IEEE Real-Time Systems Symposium, 1998.
type cbs struct {
	realTime
	budgets, periods []int64
	servers          []server // by task
}

// server is the constant bandwidth server of a task.
type server struct {
	budget, period sim.Time // period 0: the task has deadlines of its own
	left           sim.Time // c
	deadline       sim.Time // d
	idle           sim.Time // since when, if the task waits
}

var cbsParams = []ParamSpec{
	{Name: "budget", Kind: Duration, List: true, Default: "2", Min: 1},
	{Name: "period", Kind: Duration, List: true, Default: "10", Min: 1},
}

func newCBS(a Args) sim.Policy {
	return &cbs{budgets: orDefault(a.List("budget"), 2), periods: orDefault(a.List("period"), 10)}
}

// orDefault replaces an empty list by one value, in milliseconds.
func orDefault(list []int64, ms int64) []int64 {
	if len(list) == 0 {
		return []int64{ms * 1_000_000}
	}
	return list
}

func (p *cbs) Attach(v *sim.View) {
	p.servers = nil
	p.attach(v, func(task sim.TaskID) int64 {
		if s := p.server(task); s.period > 0 {
			return int64(s.deadline)
		}
		return int64(v.JobDeadline(task))
	})
}

// server returns the server of a task, making those that are missing.
func (p *cbs) server(task sim.TaskID) *server {
	if int(task) >= len(p.servers) {
		n := 0
		for i := range p.servers {
			if p.servers[i].period > 0 {
				n++
			}
		}
		for id := len(p.servers); id < p.v.Tasks(); id++ {
			s := server{}
			if p.v.Deadline(sim.TaskID(id)) == 0 {
				s.period = sim.Time(p.periods[min(n, len(p.periods)-1)])
				s.budget = min(sim.Time(p.budgets[min(n, len(p.budgets)-1)]), s.period)
				n++
			}
			p.servers = append(p.servers, s)
		}
	}
	return &p.servers[task]
}

func (p *cbs) Describe() sim.Description {
	return sim.Description{Name: "cbs", Params: []sim.Setting{
		{Name: "budget", Value: p.texts(p.budgets)}, {Name: "period", Value: p.texts(p.periods)},
	}}
}

func (p *cbs) texts(list []int64) string {
	texts := make([]string, len(list))
	for i, t := range list {
		texts[i] = p.v.Text(sim.Time(t))
	}
	return strings.Join(texts, " ")
}

func (p *cbs) Enqueue(task sim.TaskID, why sim.Reason) {
	s := p.server(task)
	// A job that was released before, while the one before was at work, goes on
	// with what that left.
	waited := p.v.Now() > s.idle || p.v.Now() == p.v.JobRelease(task)
	fresh := why == sim.Admitted || why == sim.Adopted || why == sim.Woken && waited
	if s.period > 0 && fresh && s.late(p.v.Now()) {
		s.deadline, s.left = p.v.Now()+s.period, s.budget
	}
	p.realTime.Enqueue(task, why)
}

// late reports whether what is left of the budget is more than its share of the
// time until the deadline: c ≥ (d − now)·budget/period.
func (s *server) late(now sim.Time) bool {
	return s.deadline <= now || !lessProduct(s.left, s.period, s.deadline-now, s.budget)
}

// Slice is what is left of the budget.
func (p *cbs) Slice(task sim.TaskID) sim.Time {
	if s := p.server(task); s.period > 0 {
		return s.left
	}
	return 0
}

func (p *cbs) Charge(task sim.TaskID, ran sim.Time) {
	s := p.server(task)
	if s.period == 0 {
		return
	}
	if s.left -= ran; s.left <= 0 {
		n := -s.left/s.budget + 1
		s.left += n * s.budget
		s.deadline += min(n, (sim.Never/2-s.deadline)/s.period) * s.period
	}
}

func (p *cbs) Block(task sim.TaskID) { p.server(task).idle = p.v.Now() }

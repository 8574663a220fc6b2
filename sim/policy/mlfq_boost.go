package policy

import (
	"cmp"
	"slices"

	"timeslice/sim"
)

func (p *mlfq) Next() sim.Time { return p.next }

// Fire lifts everyone to the top level: the lower levels go to its tail, the
// lowest first. What has become ready at this very instant comes after them.
func (p *mlfq) Fire() {
	p.next += p.boost
	p.v.Boosted()
	for c := range p.v.CPUs() {
		if task, runs := p.v.Running(c); runs {
			p.tasks[task].anew = true
		}
	}
	p.moved = p.moved[:0]
	for id := range p.tasks {
		task := sim.TaskID(id)
		if t := &p.tasks[id]; (t.ready || t.anew) && (t.level > 0 || p.justCame(t)) {
			p.moved = append(p.moved, task)
		} else {
			p.renew(t, 0)
			p.v.SetSlice(task, t.left)
		}
	}
	slices.SortFunc(p.moved, p.lift)
	for _, task := range p.moved {
		if p.tasks[task].ready {
			p.Remove(task)
			p.tasks[task].ready = true
		}
	}
	for _, task := range p.moved {
		t := &p.tasks[task]
		p.renew(t, 0)
		p.place(t, p.iobump && t.came && p.justCame(t))
		if t.ready {
			p.v.SetHome(task, 0)
			p.v.ToTail(task)
			p.insert(task)
		}
	}
}

// justCame reports whether a ready task became ready at this very instant
// otherwise than by losing its CPU.
func (p *mlfq) justCame(t *mlfqTask) bool { return t.ready && t.came && t.since == p.v.Now() }

// lift is the order in which a boost moves two tasks.
func (p *mlfq) lift(a, b sim.TaskID) int {
	x, y := &p.tasks[a], &p.tasks[b]
	switch i, j := p.justCame(x), p.justCame(y); {
	case i && j:
		return cmp.Compare(x.order, y.order)
	case i:
		return 1
	case j:
		return -1
	}
	return cmp.Or(cmp.Compare(y.level, x.level), cmp.Compare(x.place, y.place))
}

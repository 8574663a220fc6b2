package policy

import (
	"slices"
	"strconv"
	"strings"

	"timeslice/sim"
)

// schedule follows a list that says who does each next operation, so that one
// interleaving of many can be looked at as often as one likes. The list names
// tasks by their numbers in the file, from 0, one for each operation that is done
// or tried (what begins and ends a loop, and else, are none). Where the one named
// can't run, the next named who can does it; behind the list it is first come
// first served. It is meant for one CPU: others serve who is left over.
//
// What explores the interleavings of a workload writes such lists; see package
// explore.
type schedule struct {
	v       *sim.View
	order   []int64
	ready   []sim.TaskID // in order of arrival
	pending sim.TaskID   // whom a CPU was taken away for
	asked   int          // operations done when the CPU was given or left to somebody
}

func newSchedule(a Args) sim.Policy { return &schedule{order: a.List("order")} }

func (p *schedule) Attach(v *sim.View) { p.v, p.ready, p.pending, p.asked = v, nil, sim.NoTask, -1 }

func (p *schedule) Describe() sim.Description {
	var all []string
	for _, task := range p.order {
		all = append(all, strconv.FormatInt(task, 10))
	}
	return sim.Description{Name: "schedule", Params: []sim.Setting{{Name: "order", Value: strings.Join(all, " ")}}}
}

func (p *schedule) Enqueue(task sim.TaskID, _ sim.Reason) { p.ready = append(p.ready, task) }

func (p *schedule) Remove(task sim.TaskID) {
	if i := slices.Index(p.ready, task); i >= 0 {
		p.ready = slices.Delete(p.ready, i, i+1)
	}
}

// called returns whose turn it is of those who can run, the running task among
// them if there is one; ok is false behind the end of the list.
func (p *schedule) called(running sim.TaskID) (task sim.TaskID, ok bool) {
	done, _ := p.v.Done()
	for p.asked = done; done < len(p.order); done++ {
		task := sim.TaskID(p.order[done])
		if task == running || slices.Contains(p.ready, task) {
			return task, true
		}
	}
	return sim.NoTask, false
}

func (p *schedule) Pick(cpu int) (sim.TaskID, bool) {
	task := p.pending
	p.pending = sim.NoTask
	if cpu == 0 && !slices.Contains(p.ready, task) {
		task, _ = p.called(sim.NoTask)
	}
	if slices.Contains(p.ready, task) && p.v.Allowed(task, cpu) {
		p.Remove(task)
		return task, true
	}
	for _, task := range p.ready {
		if p.v.Allowed(task, cpu) {
			p.Remove(task)
			return task, true
		}
	}
	return sim.NoTask, false
}

// Victim takes the CPU away between two operations of which the second takes
// time.
func (p *schedule) Victim() (int, bool) {
	running, ok := p.v.Running(0)
	if done, last := p.v.Done(); !ok || last != p.v.Now() || done == p.asked {
		return 0, false
	}
	return 0, p.away(running)
}

// Pause takes it away between two of which the second takes none.
func (p *schedule) Pause(task sim.TaskID) bool {
	running, ok := p.v.Running(0)
	return ok && running == task && p.away(task)
}

// away reports whether it is the turn of another than the running task.
func (p *schedule) away(running sim.TaskID) bool {
	task, ok := p.called(running)
	if !ok || task == running || !p.v.Allowed(task, 0) {
		return false
	}
	p.pending = task
	return true
}

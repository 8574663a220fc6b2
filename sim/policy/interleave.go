package policy

import (
	"slices"
	"strconv"
	"strings"

	"timeslice/sim"
)

// interleave lets threads take turns by instructions: after so many of them an
// interrupt comes, and the next in file order that can run has the CPU. It shows
// what may come between two instructions; it is nobody's scheduler. The lengths
// of the periods may be given, or instead a list that says, over and over, who
// does each next instruction. Who gives the CPU up makes the period begin anew;
// who ends doesn't, so that the next may be interrupted at once.
//
// Arpaci-Dusseau: Operating Systems: Three Easy Pieces, chapters 26 and 28 (the
// simulator x86.py). It is meant for one CPU.
type interleave struct {
	v         *sim.View
	every     int
	intervals []int64 // lengths of the first periods
	order     []int64
	ready     []sim.TaskID // by number
	last      sim.TaskID   // that ran
	pending   sim.TaskID   // whom the CPU was taken away for
	yielded   bool
	limit     int // operations done when the interrupt comes
	period    int
	turn      int // of order
	asked     int // operations done when the CPU was last given away
}

var interleaveParams = []ParamSpec{
	{Name: "every", Kind: Int, Default: "50", Min: 1, Max: 1 << 30},
	{Name: "intervals", Kind: Int, List: true, Min: 1, Max: 1 << 30},
	{Name: "order", Kind: Int, List: true},
}

func newInterleave(a Args) sim.Policy {
	return &interleave{every: int(a.Int("every")), intervals: a.List("intervals"), order: a.List("order")}
}

func (p *interleave) Attach(v *sim.View) {
	p.v, p.ready, p.last, p.pending, p.yielded = v, nil, sim.NoTask, sim.NoTask, false
	p.period, p.turn, p.asked = 0, 0, -1
	done, _ := v.Done()
	p.begin(done)
}

// begin begins a period.
func (p *interleave) begin(done int) {
	length := p.every
	if p.period < len(p.intervals) {
		length = int(p.intervals[p.period])
	}
	p.period++
	p.limit = done + length
}

func (p *interleave) Describe() sim.Description {
	list := func(numbers []int64) string {
		var all []string
		for _, n := range numbers {
			all = append(all, strconv.FormatInt(n, 10))
		}
		return strings.Join(all, " ")
	}
	params := []sim.Setting{{Name: "every", Value: strconv.Itoa(p.every)}}
	if len(p.intervals) > 0 {
		params = append(params, sim.Setting{Name: "intervals", Value: list(p.intervals)})
	}
	if len(p.order) > 0 {
		params = append(params, sim.Setting{Name: "order", Value: list(p.order)})
	}
	return sim.Description{Name: "interleave", Params: params}
}

func (p *interleave) Enqueue(task sim.TaskID, why sim.Reason) {
	at, _ := slices.BinarySearch(p.ready, task)
	p.ready = slices.Insert(p.ready, at, task)
	p.yielded = p.yielded || why == sim.Yielded
}

func (p *interleave) Remove(task sim.TaskID) {
	if at, ok := slices.BinarySearch(p.ready, task); ok {
		p.ready = slices.Delete(p.ready, at, at+1)
	}
}

// after returns the next that can run after a task, round and round; the running
// task counts as one that can.
func (p *interleave) after(task, running sim.TaskID) sim.TaskID {
	best, first := sim.NoTask, sim.NoTask
	consider := func(t sim.TaskID) {
		if first == sim.NoTask || t < first {
			first = t
		}
		if t > task && task != sim.NoTask && (best == sim.NoTask || t < best) {
			best = t
		}
	}
	for _, t := range p.ready {
		consider(t)
	}
	if running != sim.NoTask {
		consider(running)
	}
	if best == sim.NoTask {
		return first
	}
	return best
}

// listed returns whom the list names next of those who can run.
func (p *interleave) listed(running sim.TaskID) sim.TaskID {
	for range p.order {
		task := sim.TaskID(p.order[p.turn%len(p.order)])
		p.turn++
		if _, ready := slices.BinarySearch(p.ready, task); ready || task == running && running != sim.NoTask {
			return task
		}
	}
	return p.after(p.last, running)
}

func (p *interleave) Pick(cpu int) (sim.TaskID, bool) {
	task := p.pending
	p.pending = sim.NoTask
	done, _ := p.v.Done()
	if _, ready := slices.BinarySearch(p.ready, task); !ready {
		switch {
		case len(p.order) > 0:
			task = p.listed(sim.NoTask)
		default:
			task = p.after(p.last, sim.NoTask)
			if p.yielded {
				p.begin(done)
			} else if done >= p.limit {
				p.begin(done)
				task = p.after(task, sim.NoTask)
			}
		}
	}
	p.asked, p.yielded = done, false
	if !p.v.Allowed(task, cpu) {
		return sim.NoTask, false
	}
	p.Remove(task)
	p.last = task
	return task, true
}

func (p *interleave) Victim() (int, bool) {
	running, ok := p.v.Running(0)
	done, last := p.v.Done()
	if !ok || last != p.v.Now() || done == p.asked {
		return 0, false
	}
	p.asked = done
	task := running
	switch {
	case len(p.order) > 0:
		task = p.listed(running)
	case done >= p.limit:
		p.begin(done)
		task = p.after(running, running)
	}
	if task == running || !p.v.Allowed(task, 0) {
		return 0, false
	}
	p.pending = task
	return 0, true
}

package policy

import (
	"strconv"
	"strings"

	"timeslice/sim"
)

// lottery draws the winner of each quantum: a task's chance is its share of the
// tickets of those that are ready. Shares come out right in the long run and
// nobody starves; in the short run anything may happen, so it is bad for
// deadlines and for answering in time. The winner is the first task in file
// order at which the tickets so far exceed the number drawn; draws can be given,
// so that a run from a book can be repeated.
//
// Waldspurger, Weihl: Lottery Scheduling, OSDI 1994; OSTEP, chapter 9.
type lottery struct {
	v       *sim.View
	quantum sim.Time
	given   []int64 // draws to use before drawing
	next    int
	sum     []int64 // a Fenwick tree of the tickets of ready tasks
	total   int64
}

// tickets of a task that doesn't say.
const tickets = 100

func newLottery(a Args) sim.Policy {
	return &lottery{quantum: a.Time("quantum"), given: a.List("draws")}
}

func (p *lottery) Attach(v *sim.View) {
	p.v, p.next, p.total, p.sum = v, 0, 0, nil
	p.grow()
}

func (p *lottery) Describe() sim.Description {
	params := []sim.Setting{{Name: "quantum", Value: p.v.Text(p.quantum)}}
	if len(p.given) > 0 {
		var all []string
		for _, d := range p.given {
			all = append(all, strconv.FormatInt(d, 10))
		}
		params = append(params, sim.Setting{Name: "draws", Value: strings.Join(all, " ")})
	}
	return sim.Description{Name: "lottery", Params: params, Slice: p.quantum}
}

// grow makes room for tasks there are by now.
func (p *lottery) grow() {
	size := 1
	for size <= p.v.Tasks() {
		size <<= 1
	}
	old := p.sum
	p.sum = make([]int64, size+1)
	for i := 1; i < len(old); i++ {
		p.sum[i] = old[i]
	}
	if len(old) > 0 { // the upper half is empty, its root holds all
		for i := len(old) - 1; i <= size; i *= 2 {
			p.sum[i] = p.total
		}
	}
}

// add changes the tickets a task has in the drum.
func (p *lottery) add(task sim.TaskID, n int64) {
	if int(task)+1 >= len(p.sum)-1 {
		p.grow()
	}
	p.total += n
	for i := int(task) + 1; i < len(p.sum); i += i & -i {
		p.sum[i] += n
	}
}

func (p *lottery) tickets(task sim.TaskID) int64 {
	if n := p.v.Tickets(task); n > 0 {
		return n
	}
	return tickets
}

func (p *lottery) Enqueue(task sim.TaskID, _ sim.Reason) { p.add(task, p.tickets(task)) }

func (p *lottery) Remove(task sim.TaskID) { p.add(task, -p.tickets(task)) }

func (p *lottery) Pick(cpu int) (sim.TaskID, bool) {
	total := p.total
	if p.v.Bound() {
		total = p.allowed(cpu)
	}
	if total == 0 {
		return sim.NoTask, false
	}
	task := p.holder(cpu, p.draw()%total)
	p.Remove(task)
	return task, true
}

func (p *lottery) draw() int64 {
	if p.next < len(p.given) {
		p.next++
		return p.given[p.next-1]
	}
	return int64(p.v.Random() >> 1)
}

// allowed counts the tickets of tasks that may run on a CPU.
func (p *lottery) allowed(cpu int) (n int64) {
	for task := range p.v.Tasks() {
		if p.has(sim.TaskID(task)) && p.v.Allowed(sim.TaskID(task), cpu) {
			n += p.tickets(sim.TaskID(task))
		}
	}
	return n
}

// has reports whether a task's tickets are in the drum.
func (p *lottery) has(task sim.TaskID) bool { return p.until(int(task)+1) > p.until(int(task)) }

// until sums the tickets of the first tasks.
func (p *lottery) until(n int) (sum int64) {
	for i := min(n, len(p.sum)-1); i > 0; i -= i & -i {
		sum += p.sum[i]
	}
	return sum
}

// holder returns who holds the ticket of that number.
func (p *lottery) holder(cpu int, number int64) sim.TaskID {
	if p.v.Bound() {
		for task := range p.v.Tasks() {
			if id := sim.TaskID(task); p.has(id) && p.v.Allowed(id, cpu) {
				if number -= p.tickets(id); number < 0 {
					return id
				}
			}
		}
	}
	at := 0
	for step := len(p.sum) - 1; step > 0; step >>= 1 {
		if at+step < len(p.sum) && p.sum[at+step] <= number {
			at += step
			number -= p.sum[at]
		}
	}
	return sim.TaskID(at)
}

// Explain lists who takes part; the keys are their tickets, negative since more
// is better. Who will win isn't known before the draw.
func (p *lottery) Explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleDraw, Chosen: sim.NoTask}
	for task := range p.v.Tasks() {
		if id := sim.TaskID(task); p.has(id) && p.v.Allowed(id, cpu) {
			x.Candidates = append(x.Candidates, sim.Candidate{Task: id, Key: -p.tickets(id)})
		}
	}
	return x
}

package policy

import (
	"math/bits"
	"strconv"

	"timeslice/sim"
)

// stride gives tasks shares of the CPU like lottery, but without chance: each
// has a stride, the smaller the more tickets it has, and after each quantum it
// goes a stride further; who is least far runs. Shares are exact after every
// round. It is bad at newcomers: where they begin has to be decided, and here
// it is where the last that ran was; and a task that slept isn't made up for it.
//
// Waldspurger, Weihl: Stride Scheduling, 1995; OSTEP, chapter 9.
type stride struct {
	keyed
	quantum sim.Time
	one     int64 // the stride of a single ticket
	ahead   bool  // newcomers begin a stride ahead
	pass    []int64
	floor   int64 // how far the last that ran was
}

func newStride(a Args) sim.Policy {
	return &stride{quantum: a.Time("quantum"), one: a.Int("stride1"), ahead: a.Int("initial_pass") == 1}
}

func (p *stride) Attach(v *sim.View) {
	p.pass, p.floor = make([]int64, v.Tasks()), 0
	p.attach(v, func(task sim.TaskID) int64 { return p.pass[task] })
}

func (p *stride) Describe() sim.Description {
	initial := "zero"
	if p.ahead {
		initial = "stride"
	}
	return sim.Description{Name: "stride", Slice: p.quantum, Params: []sim.Setting{
		{Name: "quantum", Value: p.v.Text(p.quantum)},
		{Name: "stride1", Value: strconv.FormatInt(p.one, 10)},
		{Name: "initial_pass", Value: initial},
	}}
}

func (p *stride) step(task sim.TaskID) int64 {
	n := p.v.Tickets(task)
	if n == 0 {
		n = tickets
	}
	return max(1, p.one/n)
}

func (p *stride) Enqueue(task sim.TaskID, why sim.Reason) {
	for int(task) >= len(p.pass) {
		p.pass = append(p.pass, 0)
	}
	switch why {
	case sim.Admitted, sim.Adopted:
		p.pass[task] = p.floor
		if p.ahead {
			p.pass[task] += p.step(task)
		}
	case sim.Woken: // Block kept how far ahead of the others it was
		p.pass[task] += p.floor
	}
	p.keyed.Enqueue(task, why)
}

func (p *stride) Block(task sim.TaskID) { p.pass[task] -= p.floor }

func (p *stride) Pick(cpu int) (sim.TaskID, bool) {
	task, ok := p.keyed.Pick(cpu)
	if ok {
		p.floor = max(p.floor, p.pass[task])
	}
	return task, ok
}

// Charge moves a task on by the part of its stride that it used of the quantum.
func (p *stride) Charge(task sim.TaskID, ran sim.Time) {
	high, low := bits.Mul64(uint64(p.step(task)), uint64(ran))
	part := uint64(1) << 40
	if high < uint64(p.quantum) {
		part, _ = bits.Div64(high, low, uint64(p.quantum))
	}
	p.pass[task] += int64(min(part, 1<<40))
}

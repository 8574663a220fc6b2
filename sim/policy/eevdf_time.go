package policy

import (
	"math/bits"

	"timeslice/sim"
)

// Virtual time is counted in units of 2^-20 ns of a task of weight 1, so 2^-10
// ns at nice 0. Sums are exact; what a task had, divided by its weight, is
// rounded down. Deadlines are compared without the last ten bits, so that those
// that are equal but for the rounding are equal.
const (
	virtualUnits = 1 << 20
	virtualShift = 10
	virtualSlack = 8 // units by which rounding may make the eligible seem late
)

// virtualClock is V: the sum of weight times virtual time over all tasks that
// are ready or have a CPU, by the sum of their weights.
type virtualClock struct {
	high, low uint64 // the sum, without what those that run had since they began
	weight    uint64
	running   uint64
	began     uint64 // the sum of when those that run began
	stands    int64  // V while nobody is there
	last      int64  // V when it was last asked for, slack included
	at        sim.Time
	fresh     bool // last is V at the instant at
}

// product returns weight times virtual time of a task, exactly.
func (t *eevdfTask) product() (high, low uint64) {
	high, low = bits.Mul64(uint64(t.weight), uint64(t.start))
	h, l := bits.Mul64(uint64(t.done+t.used), virtualUnits)
	low, carry := bits.Add64(low, l, 0)
	return high + h + carry, low
}

func (c *virtualClock) join(t *eevdfTask) {
	high, low := t.product()
	var carry uint64
	c.low, carry = bits.Add64(c.low, low, 0)
	c.high += high + carry
	c.weight += uint64(t.weight)
	c.fresh = false
}

func (c *virtualClock) leave(t *eevdfTask) {
	high, low := t.product()
	var borrow uint64
	c.low, borrow = bits.Sub64(c.low, low, 0)
	c.high -= high + borrow
	c.weight -= uint64(t.weight)
	c.fresh = false
	if c.weight == 0 {
		c.stands = t.virtual()
	}
}

// virtual returns how much virtual time a task had, which is where it stands.
func (t *eevdfTask) virtual() int64 {
	return addVirtual(t.start, virtual(t.done+t.used, virtualUnits, t.weight))
}

// exact returns V; with nobody there it stands still.
func (c *virtualClock) exact(now sim.Time) int64 {
	if c.weight == 0 {
		return c.stands
	}
	h, l := bits.Mul64(c.running*uint64(now)-c.began, virtualUnits)
	low, carry := bits.Add64(c.low, l, 0)
	high := c.high + h + carry
	if high >= c.weight {
		return maxKey
	}
	q, _ := bits.Div64(high, low, c.weight)
	return int64(min(q, maxKey))
}

// now returns V with the slack rounding needs.
func (c *virtualClock) now(t sim.Time) int64 {
	if !c.fresh || c.at != t {
		c.last, c.at, c.fresh = addVirtual(c.exact(t), virtualSlack), t, true
	}
	return c.last
}

// admit prepares a task that the policy meets for the first time.
func (p *eevdf) admit(task sim.TaskID, t *eevdfTask) {
	*t = eevdfTask{weight: weightOf(p.v, task), request: p.v.OwnSlice(task)}
	if t.request == 0 {
		t.request = p.slice
	}
	t.length = virtual(t.request, virtualUnits, t.weight)
	p.place(t, 0)
}

// place lets a task come in with a lag: so far before V, once it is counted.
func (p *eevdf) place(t *eevdfTask, lag int64) {
	t.start, t.done, t.used = p.clock.exact(p.v.Now()), 0, 0
	if p.clock.weight > 0 && p.keepLag && lag != 0 {
		// It moves V towards itself, so it has to begin further away.
		size := uint64(max(lag, -lag))
		high, low := bits.Mul64(size, p.clock.weight+uint64(t.weight))
		far := maxKey / 2
		if high < p.clock.weight {
			q, _ := bits.Div64(high, low, p.clock.weight)
			far = int(min(q, maxKey/2))
		}
		if lag > 0 {
			t.start = max(0, t.start-int64(far))
		} else {
			t.start = addVirtual(t.start, int64(far))
		}
	}
	t.ask()
	p.clock.now(p.v.Now())
}

// ask sets when the present request may begin and when it is due.
func (t *eevdfTask) ask() {
	t.begins, t.deadline = t.start, addVirtual(t.start, t.length)
	if t.done > 0 {
		t.begins = addVirtual(t.start, virtual(t.done, virtualUnits, t.weight))
		t.deadline = addVirtual(t.start, virtual(t.done+t.request, virtualUnits, t.weight))
	}
	t.deadline = addVirtual(t.deadline, 1<<(virtualShift-1))
}

// Slice lets a task run until its request is served, or a quantum if that is
// shorter.
func (p *eevdf) Slice(task sim.TaskID) sim.Time {
	t := &p.tasks[task]
	if p.takers.on[task] < 0 {
		return p.slice // picked by another policy, before this one took over
	}
	p.clock.running++
	p.clock.began += uint64(p.v.Now())
	if left := t.request - t.used; p.quantum == 0 || left < p.quantum {
		return left
	}
	return p.quantum
}

func (p *eevdf) Charge(task sim.TaskID, ran sim.Time) {
	t := &p.tasks[task]
	if !p.takers.back(task) {
		return // as in Slice
	}
	p.clock.running--
	p.clock.began -= uint64(p.v.Now() - ran)
	p.clock.leave(t)
	t.used += ran
	if t.used >= t.request { // more than that only on a tick
		n := t.used / t.request
		t.done, t.used = t.done+n*t.request, t.used-n*t.request
		t.ask()
	}
	if p.clock.weight == 0 {
		p.clock.stands = t.virtual()
	}
}

// lagOf returns how far a task that is counted is behind V, two requests at most.
func (p *eevdf) lagOf(t *eevdfTask) int64 {
	most := addVirtual(t.length, t.length)
	return min(max(p.clock.exact(p.v.Now())-t.virtual(), -most), most)
}

// Block keeps the lag. Who was about to run is still counted.
func (p *eevdf) Block(task sim.TaskID) {
	t := &p.tasks[task]
	if t.weight == 0 {
		return // it hasn't been met
	}
	if !p.takers.back(task) {
		p.clock.join(t)
	}
	t.lag = p.lagOf(t)
	p.clock.leave(t)
}

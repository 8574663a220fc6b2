package explore

import (
	"math/big"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// count adds up how many interleavings lead to each outcome, and returns how many
// there are; nil if some go round in a circle.
func (x *explorer) count() *big.Int {
	into := make([]int, len(x.nodes))
	for n := range x.nodes {
		for _, to := range x.nodes[n].next {
			into[to]++
		}
	}
	ways := make([]*big.Int, len(x.nodes))
	for n := range ways {
		ways[n] = new(big.Int)
	}
	ways[0].SetInt64(1)
	free, done, total := []int{}, 0, new(big.Int)
	if into[0] == 0 {
		free = append(free, 0)
	}
	for len(free) > 0 {
		n := free[len(free)-1]
		free = free[:len(free)-1]
		done++
		for _, to := range x.nodes[n].next {
			ways[to].Add(ways[to], ways[n])
			if into[to]--; into[to] == 0 {
				free = append(free, int(to))
			}
		}
	}
	if done < len(x.nodes) {
		return nil
	}
	for n := range x.nodes {
		if i := x.nodes[n].outcome; i >= 0 {
			x.result[i].Count.Set(ways[n])
			total.Add(total, ways[n])
		}
	}
	return total
}

// endless adds the outcome of not ending, if some state leads to no end at all.
func (x *explorer) endless() {
	before := make([][]int, len(x.nodes))
	for n := range x.nodes {
		for _, to := range x.nodes[n].next {
			before[to] = append(before[to], n)
		}
	}
	ends := make([]bool, len(x.nodes))
	var todo []int
	for n := range x.nodes {
		if x.nodes[n].outcome >= 0 {
			ends[n] = true
			todo = append(todo, n)
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, b := range before[n] {
			if !ends[b] {
				ends[b] = true
				todo = append(todo, b)
			}
		}
	}
	for n := range ends {
		if !ends[n] {
			x.never(x.order(x.nodes[n].from), nowhere)
			return
		}
	}
}

// neverName is the name of the outcome of not ending.
const neverName = "never"

// order returns who runs each instruction on the way to an edge.
func (x *explorer) order(at edge) []trace.TaskID {
	path, taken := x.path(at), 0
	var order []trace.TaskID
	p := &chooser{}
	m, err := sim.New(x.config(p))
	if err != nil {
		return nil
	}
	p.decide = func(options []sim.TaskID) sim.TaskID {
		if taken == len(path) {
			p.stop = true
			order = append(order, p.order...)
			return options[0]
		}
		taken++
		return path[taken-1]
	}
	for more := true; more && !p.stop; {
		more, _ = x.step(m)
	}
	return order
}

// sample counts the outcomes of interleavings drawn at random, and returns how
// many it drew.
func (x *explorer) sample() int {
	random := x.cfg.Workload.Seed
	for i := range x.result {
		x.result[i].Count.SetInt64(0)
	}
	one := big.NewInt(1)
	n, drawn := 0, 0
	for ; n < x.o.Samples; n++ {
		if drawn > mostWork || n%16 == 0 && x.o.Stop != nil && x.o.Stop() {
			break
		}
		p := &chooser{}
		m, err := sim.New(x.config(p))
		if err != nil {
			break
		}
		w := newWatcher(&m.Recording().Header)
		choices := 0
		p.decide = func(options []sim.TaskID) sim.TaskID {
			drawn++
			if choices++; choices > mostChoices || choices%1024 == 0 && x.o.Stop != nil && x.o.Stop() {
				p.stop = true
			}
			// SplitMix64, as the kernel's.
			random += 0x9e3779b97f4a7c15
			z := random
			z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
			z = (z ^ z>>27) * 0x94d049bb133111eb
			return options[(z^z>>31)%uint64(len(options))]
		}
		alone := alone{after: -1}
		for more := true; more && !p.stop; {
			more, err = x.step(m)
			p.stop = p.stop || more && alone.goesRound(m, w, p)
		}
		if p.stop {
			p.account()
			x.never(p.order, nowhere)
			o := &x.result[x.outcomes[neverName]]
			o.Count.Add(o.Count, one)
			continue
		}
		p.account()
		o := &x.result[x.outcome(m, w, p.order, err)]
		o.Count.Add(o.Count, one)
	}
	return n
}

// mostWritten is how much of an order that doesn't end is written down.
const mostWritten = 1000

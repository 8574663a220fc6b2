package policy

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"timeslice/sim"
)

// ordered is a set of tasks by key, the smallest first; equal keys go as the
// tie rule says. It is a winner tree over all tasks: each node names the task
// that goes first below it. Adding costs a walk from a leaf up to where another
// goes first, which on average is not far; removing one up to where another did.
//
// Tasks have their places at the leaves in the order of the tie rule, so that of
// two equal keys the left one goes first.
type ordered struct {
	v      *sim.View
	leaves int
	node   []uint32
	key    []uint64     // by place; absent or the key, shifted to be unsigned
	place  []uint32     // of each task
	task   []sim.TaskID // at each place
	n      int
}

const (
	absent = ^uint64(0)
	maxKey = math.MaxInt64 - 1 // what is larger would be absent
)

func newOrdered(v *sim.View) ordered {
	q := ordered{v: v}
	q.rebuild()
	return q
}

// rebuild gives every task there is by now a place.
func (q *ordered) rebuild() {
	old := *q
	n := q.v.Tasks()
	q.task = make([]sim.TaskID, n)
	for i := range q.task {
		q.task[i] = sim.TaskID(i)
	}
	if q.v.Ties() != sim.TiesIndex {
		slices.SortStableFunc(q.task, func(a, b sim.TaskID) int {
			return cmp.Compare(q.v.Arrival(a), q.v.Arrival(b))
		})
	}
	q.leaves = 1
	for q.leaves < n {
		q.leaves <<= 1
	}
	q.node = make([]uint32, 2*q.leaves)
	q.key = make([]uint64, q.leaves)
	q.place = make([]uint32, n)
	for i := range q.key {
		q.key[i] = absent
		q.node[q.leaves+i] = uint32(i)
	}
	for i, task := range q.task {
		q.place[task] = uint32(i)
		if int(task) < len(old.place) {
			q.key[i] = old.key[old.place[task]]
		}
	}
	for i := q.leaves - 1; i > 0; i-- {
		a, b := q.node[2*i], q.node[2*i+1]
		if q.key[b] < q.key[a] {
			a = b
		}
		q.node[i] = a
	}
}

func unsigned(key int64) uint64 { return uint64(key) ^ 1<<63 }
func signed(key uint64) int64   { return int64(key ^ 1<<63) }

// add puts a task in, with a key of maxKey at most.
func (q *ordered) add(task sim.TaskID, key int64) {
	if int(task) >= len(q.place) {
		q.rebuild()
	}
	q.n++
	q.enter(q.place[task], unsigned(key))
}

// has reports whether a task is in.
func (q *ordered) has(task sim.TaskID) bool {
	return int(task) < len(q.place) && q.key[q.place[task]] != absent
}

// remove takes a task out.
func (q *ordered) remove(task sim.TaskID) {
	q.n--
	q.leave(q.place[task])
}

// enter takes a place up that was empty.
func (q *ordered) enter(place uint32, key uint64) {
	node, all := q.node, q.key
	all[place] = key
	for i := q.leaves + int(place); i > 1; {
		other := node[i^1]
		if first := all[other]; first < key || first == key && other < place {
			return
		}
		i >>= 1
		node[i] = place
	}
}

// leave puts others where a place was first that is empty now.
func (q *ordered) leave(place uint32) {
	node, all := q.node, q.key
	all[place] = absent
	key, winner := absent, uint64(place)
	for i := q.leaves + int(place); i > 1 && node[i>>1] == place; {
		other := uint64(node[i^1])
		otherKey := all[other]
		_, borrow := bits.Sub64(other, winner, 0)
		_, borrow = bits.Sub64(otherKey, key, borrow) // set if (otherKey, other) < (key, winner)
		take := -borrow
		key ^= (key ^ otherKey) & take
		winner ^= (winner ^ other) & take
		i >>= 1
		node[i] = uint32(winner)
	}
}

// first returns the first task that may run on the CPU, and its key.
func (q *ordered) first(cpu int) (task sim.TaskID, key int64, ok bool) {
	if q.n == 0 {
		return sim.NoTask, 0, false
	}
	place := q.node[1]
	if q.v.Bound() && !q.v.Allowed(q.task[place], cpu) {
		return q.firstAllowed(cpu)
	}
	return q.task[place], signed(q.key[place]), true
}

// top returns the first task, whatever CPU it may run on, and its key.
func (q *ordered) top() (task sim.TaskID, key int64, ok bool) {
	if q.n == 0 {
		return sim.NoTask, 0, false
	}
	place := q.node[1]
	return q.task[place], signed(q.key[place]), true
}

func (q *ordered) firstAllowed(cpu int) (task sim.TaskID, key int64, ok bool) {
	best := absent
	task = sim.NoTask
	for place, k := range q.key {
		if k < best && q.v.Allowed(q.task[place], cpu) {
			task, best = q.task[place], k
		}
	}
	return task, signed(best), best != absent
}

// before reports whether a task goes before another.
func (q *ordered) before(a sim.TaskID, keyA int64, b sim.TaskID, keyB int64) bool {
	return keyA < keyB || keyA == keyB && q.place[a] < q.place[b]
}

// each names all that are in, in the order of the tie rule.
func (q *ordered) each(yield func(sim.TaskID)) {
	for place, k := range q.key {
		if k != absent {
			yield(q.task[place])
		}
	}
}

// explain lists the tasks that may run on the CPU, the first one first.
func (q *ordered) explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleLeast, Chosen: sim.NoTask}
	for place, k := range q.key {
		if k != absent && q.v.Allowed(q.task[place], cpu) {
			x.Candidates = append(x.Candidates, sim.Candidate{Task: q.task[place], Key: signed(k)})
		}
	}
	slices.SortStableFunc(x.Candidates, func(a, b sim.Candidate) int { return cmp.Compare(a.Key, b.Key) })
	if len(x.Candidates) > 0 {
		x.Chosen = x.Candidates[0].Task
	}
	if len(x.Candidates) > 1 && x.Candidates[0].Key == x.Candidates[1].Key {
		x.Rule = sim.RuleTie
	}
	return x
}

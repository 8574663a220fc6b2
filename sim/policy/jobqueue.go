package policy

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"timeslice/sim"
)

// jobQueue is a set of tasks by key, the smallest first. Of equal keys the job
// goes first that could run first, then the task that comes first; with
// ties: index only the latter counts.
//
// Tasks that may run on the same CPUs share a winner tree as in [ordered], so
// that the first one for a CPU is the first among the roots of the trees it
// serves: one if tasks may run everywhere or are partitioned.
type jobQueue struct {
	v      *sim.View
	trees  []*jobTree
	tree   []uint32  // of each task
	place  []uint32  // of each task in its tree
	serves [][]int32 // by CPU: the trees whose tasks may run there
	n      int
	free   bool // tasks may run everywhere
	// hand is the first few that came and stand in no tree: most of the time no
	// more are ready. The first of them is the last here, so that it goes cheaply.
	hand   [8]card
	inHand int // how many there are
}

// card is a task in the hand.
type card struct {
	key  jobKey
	task sim.TaskID
}

// jobTree holds tasks that may run on the same CPUs.
type jobTree struct {
	cpus   []int // nil = all
	leaves int   // a power of two
	node   []uint32
	key    []jobKey
	task   []sim.TaskID // at each place
}

// jobKey is what tasks of a tree are ordered by, shifted to be unsigned.
type jobKey struct{ key, since uint64 }

var noJob = jobKey{absent, absent}

func newJobQueue(v *sim.View) jobQueue {
	q := jobQueue{v: v}
	q.rebuild()
	return q
}

// rebuild gives every task there is by now a place in a tree.
func (q *jobQueue) rebuild() {
	old := *q
	n := q.v.Tasks()
	q.trees, q.tree, q.place = nil, make([]uint32, n), make([]uint32, n)
	at := map[string]uint32{}
	for id := range n {
		cpus := q.v.Affinity(sim.TaskID(id))
		name := ""
		if cpus != nil {
			name = fmt.Sprint(cpus)
		}
		i, ok := at[name]
		if !ok {
			i = uint32(len(q.trees))
			at[name] = i
			q.trees = append(q.trees, &jobTree{cpus: cpus})
		}
		t := q.trees[i]
		q.tree[id], q.place[id] = i, uint32(len(t.task))
		t.task = append(t.task, sim.TaskID(id))
		key := noJob
		if id < len(old.place) {
			key = old.trees[old.tree[id]].key[old.place[id]]
		}
		t.key = append(t.key, key)
	}
	q.free = len(q.trees) == 1 && q.trees[0].cpus == nil
	if !q.free { // there may be tasks now that may not
		for _, x := range q.hand[:q.inHand] {
			q.trees[q.tree[x.task]].key[q.place[x.task]] = x.key
		}
		q.inHand = 0
	}
	q.serves = make([][]int32, q.v.CPUs())
	for i, t := range q.trees {
		t.build()
		for cpu := range q.serves {
			if t.cpus == nil || slices.Contains(t.cpus, cpu) {
				q.serves[cpu] = append(q.serves[cpu], int32(i))
			}
		}
	}
}

func (t *jobTree) build() {
	t.leaves = 1
	for t.leaves < len(t.task) {
		t.leaves <<= 1
	}
	for len(t.key) < t.leaves {
		t.key = append(t.key, noJob)
	}
	t.node = make([]uint32, 2*t.leaves)
	for i := range t.leaves {
		t.node[t.leaves+i] = uint32(i)
	}
	for i := t.leaves - 1; i > 0; i-- {
		a, b := t.node[2*i], t.node[2*i+1]
		if t.key[b].before(t.key[a]) {
			a = b
		}
		t.node[i] = a
	}
}

func (k jobKey) before(o jobKey) bool {
	return k.key < o.key || k.key == o.key && k.since < o.since
}

// enter takes a place up that was empty, as in [ordered].
func (t *jobTree) enter(place uint32, key jobKey) {
	node, all := t.node, t.key
	all[place] = key
	for i := t.leaves + int(place); i > 1; {
		other := node[i^1]
		if first := all[other]; first.before(key) || first == key && other < place {
			return
		}
		i >>= 1
		node[i] = place
	}
}

// leave puts others where a place was first that is empty now.
func (t *jobTree) leave(place uint32) {
	node, all := t.node, t.key
	all[place] = noJob
	key, winner := noJob, uint64(place)
	for i := t.leaves + int(place); i > 1 && node[i>>1] == place; {
		other := uint64(node[i^1])
		k := all[other]
		_, borrow := bits.Sub64(other, winner, 0)
		_, borrow = bits.Sub64(k.since, key.since, borrow)
		_, borrow = bits.Sub64(k.key, key.key, borrow) // set if (k, other) < (key, winner)
		take := -borrow
		key.key ^= (key.key ^ k.key) & take
		key.since ^= (key.since ^ k.since) & take
		winner ^= (winner ^ other) & take
		i >>= 1
		node[i] = uint32(winner)
	}
}

// weigh makes the key of a task, ready or running, of what the policy says.
func (q *jobQueue) weigh(task sim.TaskID, key int64) jobKey {
	k := jobKey{key: unsigned(min(key, maxKey))}
	if q.v.Ties() != sim.TiesIndex {
		k.since = uint64(q.v.JobActive(task))
	}
	return k
}

// add puts a task in.
func (q *jobQueue) add(task sim.TaskID, key int64) {
	if int(task) >= len(q.place) {
		q.rebuild()
	}
	k := q.weigh(task, key)
	q.n++
	if q.free && q.inHand < len(q.hand) {
		q.draw(card{k, task})
		return
	}
	q.trees[q.tree[task]].enter(q.place[task], k)
}

// draw takes a task into the hand.
func (q *jobQueue) draw(x card) {
	i := q.inHand
	for i > 0 && before(q.hand[i-1].task, q.hand[i-1].key, x.task, x.key) {
		q.hand[i] = q.hand[i-1]
		i--
	}
	q.hand[i] = x
	q.inHand++
}

// before reports whether a card goes before another.
func (c *card) before(o *card) bool { return before(c.task, c.key, o.task, o.key) }

// take takes the first task out that may run on the CPU.
func (q *jobQueue) take(cpu int) (task sim.TaskID, key jobKey, ok bool) {
	if q.n > 0 && q.n == q.inHand {
		q.n--
		q.inHand--
		x := &q.hand[q.inHand]
		return x.task, x.key, true
	}
	if task, key, ok = q.first(cpu); ok {
		q.remove(task)
	}
	return task, key, ok
}

// remove takes a task out.
func (q *jobQueue) remove(task sim.TaskID) {
	q.n--
	for i := q.inHand - 1; i >= 0; i-- {
		if q.hand[i].task == task {
			copy(q.hand[i:q.inHand], q.hand[i+1:q.inHand])
			q.inHand--
			return
		}
	}
	q.trees[q.tree[task]].leave(q.place[task])
}

// first returns the first task that may run on the CPU, and its key.
func (q *jobQueue) first(cpu int) (task sim.TaskID, key jobKey, ok bool) {
	task, key = sim.NoTask, noJob
	if q.inHand > 0 {
		x := &q.hand[q.inHand-1]
		task, key = x.task, x.key
	}
	if q.n > q.inHand {
		for _, i := range q.serves[cpu] {
			t := q.trees[i]
			place := t.node[1]
			if k := t.key[place]; k.key != absent && before(t.task[place], k, task, key) {
				task, key = t.task[place], k
			}
		}
	}
	return task, key, task != sim.NoTask
}

// before reports whether a task goes before another.
func before(a sim.TaskID, keyA jobKey, b sim.TaskID, keyB jobKey) bool {
	return keyA.before(keyB) || keyA == keyB && a < b
}

// explain lists the tasks that may run on the CPU, the first one first.
func (q *jobQueue) explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleLeast, Chosen: sim.NoTask}
	var keys []jobKey
	for _, in := range q.hand[:q.inHand] {
		x.Candidates = append(x.Candidates, sim.Candidate{Task: in.task, Key: signed(in.key.key)})
		keys = append(keys, in.key)
	}
	for _, i := range q.serves[cpu] {
		for place, k := range q.trees[i].key {
			if k.key != absent {
				x.Candidates = append(x.Candidates, sim.Candidate{Task: q.trees[i].task[place], Key: signed(k.key)})
				keys = append(keys, k)
			}
		}
	}
	of := map[sim.TaskID]jobKey{}
	for i, c := range x.Candidates {
		of[c.Task] = keys[i]
	}
	slices.SortFunc(x.Candidates, func(a, b sim.Candidate) int {
		ka, kb := of[a.Task], of[b.Task]
		return cmp.Or(cmp.Compare(ka.key, kb.key), cmp.Compare(ka.since, kb.since), cmp.Compare(a.Task, b.Task))
	})
	if len(x.Candidates) > 0 {
		x.Chosen = x.Candidates[0].Task
	}
	if len(x.Candidates) > 1 && x.Candidates[0].Key == x.Candidates[1].Key {
		x.Rule = sim.RuleTie
	}
	return x
}

package policy

import (
	"math/bits"

	"timeslice/sim"
)

// niceWeights are the weights of nice -20 to 19: a step of one is a factor of
// about 1.25, so that of two tasks one gets about a tenth of the CPU more.
//
// Linux, kernel/sched/core.c, sched_prio_to_weight; the same from 2.6.23 to 6.12.
var niceWeights = [40]int64{
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
	1024, 820, 655, 526, 423, 335, 272, 215, 172, 137,
	110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
}

const niceZero = 1024 // the weight of nice 0

// weightOf returns a task's weight: its own, or else that of its nice value.
func weightOf(v *sim.View, task sim.TaskID) int64 {
	if w := v.Weight(task); w > 0 {
		return w
	}
	return niceWeights[min(max(v.Nice(task), -20), 19)+20]
}

// virtual returns what running for a time costs a task of a weight, in units of
// so many to a nanosecond of a task of weight 1, rounded down.
func virtual(ran sim.Time, units uint64, weight int64) int64 {
	high, low := bits.Mul64(uint64(ran), units)
	if high >= uint64(weight) {
		return maxKey
	}
	q, _ := bits.Div64(high, low, uint64(weight))
	return int64(min(q, maxKey))
}

// addVirtual adds virtual times that are not negative.
func addVirtual(a, b int64) int64 {
	if a > maxKey-b {
		return maxKey
	}
	return a + b
}

// takers knows whom each CPU has picked, to notice those that were killed while
// it switched to them: nobody tells a policy.
type takers struct {
	by []sim.TaskID // by CPU
	on []int16      // by task: CPU that picked it, -1 if it came back
}

func newTakers(v *sim.View) takers {
	t := takers{by: make([]sim.TaskID, v.CPUs())}
	for c := range t.by {
		t.by[c] = sim.NoTask
	}
	t.grow(v.Tasks())
	return t
}

func (t *takers) grow(tasks int) {
	for len(t.on) < tasks {
		t.on = append(t.on, -1)
	}
}

// take notes that an idle CPU picked a task and returns whom it had picked
// before, if he never came back.
func (t *takers) take(cpu int, task sim.TaskID) (lost sim.TaskID) {
	lost = t.by[cpu]
	if lost != sim.NoTask && t.on[lost] == int16(cpu) {
		t.on[lost] = -1
	} else {
		lost = sim.NoTask
	}
	t.by[cpu], t.on[task] = task, int16(cpu)
	return lost
}

// missing returns whom a CPU picked that never came back, if it is idle.
func (t *takers) missing(cpu int) sim.TaskID {
	if task := t.by[cpu]; task != sim.NoTask && t.on[task] == int16(cpu) {
		return task
	}
	return sim.NoTask
}

// back notes that a task came back; it reports whether a CPU had it.
func (t *takers) back(task sim.TaskID) bool {
	had := t.on[task] >= 0
	t.on[task] = -1
	return had
}

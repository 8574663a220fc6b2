package sim

import (
	"fmt"
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// View is what a policy sees of the machine, and the little it may do: tell
// where tasks stand in its queues.
type View struct {
	m     *Machine
	bound bool
}

// Now returns the present instant.
func (v *View) Now() Time { return v.m.now }

// Tasks returns how many tasks there are, those included that haven't arrived
// yet; their ids are 0 to Tasks-1. It may grow.
func (v *View) Tasks() int { return len(v.m.hot) }

// CPUs returns how many CPUs there are.
func (v *View) CPUs() int { return len(v.m.cpus) }

// Running returns the task that runs on a CPU, or that runs as soon as this
// instant is over; ok is false if there is none or if the CPU is in the middle
// of a context switch.
func (v *View) Running(cpu int) (task TaskID, ok bool) {
	return v.m.cpus[cpu].task, v.runs(cpu)
}

// Idle reports whether a CPU has no task, not even one it is being switched to.
func (v *View) Idle(cpu int) bool { return v.m.cpus[cpu].task == NoTask }

func (v *View) runs(cpu int) bool {
	c := &v.m.cpus[cpu]
	return c.task != NoTask && (!c.switching || c.landed)
}

// Done returns how many operations tasks have done so far, or tried to and
// blocked, and when the last of them was.
func (v *View) Done() (operations int, last Time) { return v.m.done, v.m.doneAt }

// Name returns what the workload calls a task.
func (v *View) Name(task TaskID) string { return v.m.rec.Header.Tasks[task].Name }

// Ran returns how much CPU time a task has received since it began.
func (v *View) Ran(task TaskID) Time {
	p := &v.m.hot[task]
	if p.state == trace.Running {
		return p.ran + v.m.now - v.m.cpus[p.cpu].since
	}
	return p.ran
}

// Arrival returns when a task arrived or will arrive.
func (v *View) Arrival(task TaskID) Time { return Time(v.m.cold[task].task.Arrival) }

// Priority returns a task's priority so that smaller is better, whatever the
// workload's convention.
func (v *View) Priority(task TaskID) int64 {
	if v.m.conv.HigherIsBetter {
		return -v.m.cold[task].task.Priority
	}
	return v.m.cold[task].task.Priority
}

// AsWritten returns a priority of [View.Priority] as the workload writes it.
func (v *View) AsWritten(priority int64) int64 {
	if v.m.conv.HigherIsBetter {
		return -priority
	}
	return priority
}

// FromWritten returns a priority that the workload writes as [View.Priority]
// would.
func (v *View) FromWritten(priority int64) int64 { return v.AsWritten(priority) }

// Priorities returns every priority a task of this run has or will have, best
// first, as [View.Priority] tells them.
func (v *View) Priorities() []int64 {
	var all []int64
	for id := range v.m.cold {
		all = append(all, v.Priority(TaskID(id)))
	}
	seen := map[*workload.Program]bool{}
	made := func(k *workload.Kin) {
		if k.Own&workload.OwnPriority != 0 {
			p := k.Child.Priority
			if v.m.conv.HigherIsBetter {
				p = -p
			}
			all = append(all, p)
		}
	}
	for i := range v.m.programs {
		eachMade(v.m.programs[i].of, seen, made)
	}
	for _, i := range v.m.plan {
		if add, ok := i.(AddTask); ok {
			p := add.Task.Priority
			if v.m.conv.HigherIsBetter {
				p = -p
			}
			all = append(all, p)
			eachMade(add.Task.Program, seen, made)
		}
	}
	for i := range v.m.res {
		if ceiling := v.m.res[i].ceiling; ceiling != nil {
			all = append(all, v.FromWritten(*ceiling))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Nice returns a task's nice value, -20 to 19.
func (v *View) Nice(task TaskID) int { return v.m.cold[task].task.Nice }

// Tickets returns a task's tickets; 0 if the workload doesn't say.
func (v *View) Tickets(task TaskID) int64 { return v.m.cold[task].task.Tickets }

// Weight returns a task's weight; 0 if the workload doesn't say.
func (v *View) Weight(task TaskID) int64 { return v.m.cold[task].task.Weight }

// OwnSlice returns the slice the workload gives the task; 0 if it doesn't say.
func (v *View) OwnSlice(task TaskID) Time { return Time(v.m.cold[task].task.Slice) }

// Period returns the period of a periodic task, else 0.
func (v *View) Period(task TaskID) Time { return Time(v.m.cold[task].task.Period) }

// Deadline returns the deadline of a periodic task's jobs relative to their
// release; 0 if it isn't periodic.
func (v *View) Deadline(task TaskID) Time {
	t := v.m.cold[task].task
	if t.Deadline == 0 {
		return Time(t.Period)
	}
	return Time(t.Deadline)
}

// JobDeadline returns the instant by which the job a task is at must be done, or
// the task, if it is to arrive yet; Never if it has no deadline.
func (v *View) JobDeadline(task TaskID) Time {
	j := v.m.jobsOf(task)
	switch {
	case j == nil:
		return Never
	case j.k == 0:
		return addTimes(v.Arrival(task), j.deadline)
	}
	return addTimes(j.release, j.deadline)
}

// JobRelease returns when the job a task is at was released. Of a task that runs
// just once it is the arrival.
func (v *View) JobRelease(task TaskID) Time {
	if j := v.m.jobsOf(task); j != nil && j.k > 0 {
		return j.release
	}
	return v.Arrival(task)
}

// JobActive returns since when the job a task is at could run: it was released
// and the one before was done. Of a task that runs just once it is the arrival.
func (v *View) JobActive(task TaskID) Time {
	if j := v.m.jobsOf(task); j != nil && j.k > 0 {
		return j.active
	}
	return v.Arrival(task)
}

// Affinity returns the CPUs a task may run on, ascending; nil = all.
func (v *View) Affinity(task TaskID) []int { return v.m.cold[task].task.Affinity }

// Allowed reports whether a task may run on a CPU.
func (v *View) Allowed(task TaskID, cpu int) bool {
	return v.m.hot[task].flags&bound == 0 || slices.Contains(v.m.cold[task].task.Affinity, cpu)
}

// Bound reports whether some task may not run on every CPU. As long as it is
// false a policy need not ask [View.Allowed].
func (v *View) Bound() bool { return v.bound }

// Quantum returns the slice of tasks that have none of their own; 0 = no limit.
func (v *View) Quantum() Time { return v.m.quantum }

// Ties returns the rule for equal keys.
func (v *View) Ties() Ties { return v.m.conv.Ties }

// Unit returns what a bare number in the workload means.
func (v *View) Unit() Time { return v.m.rec.Header.Unit }

// Text returns a time as the workload would write it: in its unit, exactly.
func (v *View) Text(t Time) string { return v.m.rec.Header.Number(t) }

// Waits reports whether a task is blocked and comes back by itself: it waits for
// I/O or sleeps.
func (v *View) Waits(task TaskID) bool {
	p := &v.m.hot[task]
	return p.state == trace.Blocked && (p.cause == trace.ForIO || p.cause == trace.ForSleep)
}

// Random returns the next number of the run's one source of randomness.
func (v *View) Random() uint64 {
	// SplitMix64 (Steele, Lea, Flood 2014): every seed is a good one.
	v.m.random += 0x9e3779b97f4a7c15
	z := v.m.random
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Fail says that the policy can't go on, and why. It may be called at any time;
// when the instant comes to its dispatching, first come first served takes
// over. Until then the policy should do nothing more and let Pick and Victim
// answer false.
func (v *View) Fail(err error) {
	if v.m.failure == nil {
		v.m.failure = err
	}
}

// Oracle returns the view of what no real scheduler can know.
func (v *View) Oracle() Oracle { return Oracle{v.m} }

// may panics if a policy tells something of a task that isn't so.
func (v *View) may(ok bool, does string, task TaskID) {
	if !ok {
		panic(fmt.Sprintf("%s of task %d, which is %v", does, task, v.m.hot[task].state))
	}
}

// SetKey says by what a task is ordered in an ordered queue, smaller first.
func (v *View) SetKey(task TaskID, key int64) {
	if r := &v.m.cold[task]; r.key != key {
		v.may(v.m.hot[task].state != trace.Terminated, "SetKey", task)
		r.key = key
		v.m.rec.AppendArg(v.m.now, trace.Key, task, 0, 0, key)
	}
}

// SetHome says that a task stands in this queue of the policy from now on; a
// ready one moves to its tail.
func (v *View) SetHome(task TaskID, queue int) {
	if home := v.m.homeBase + uint16(queue); v.m.hot[task].home != home {
		if queue < 0 || queue >= v.m.queues {
			panic(fmt.Sprintf("SetHome: queue %d of %d", queue, v.m.queues))
		}
		v.may(v.m.hot[task].state != trace.Terminated, "SetHome", task)
		v.m.setHome(task, home)
	}
}

// ToTail moves a ready task to the tail of the queue it stands in.
func (v *View) ToTail(task TaskID) {
	v.may(v.m.hot[task].state != trace.Terminated, "ToTail", task)
	v.m.setHome(task, v.m.hot[task].home)
}

// ToHead moves a ready task to the head of the queue it stands in.
func (v *View) ToHead(task TaskID) {
	v.may(v.m.hot[task].state == trace.Ready, "ToHead", task)
	v.m.rec.Append(v.m.now, trace.ToHead, task, 0, 0)
}

// SetSlice gives a task a slice of its own from its next dispatch on; 0 = the
// policy's.
func (v *View) SetSlice(task TaskID, slice Time) {
	if slice < 0 {
		panic(fmt.Sprintf("SetSlice: %d ns", slice))
	}
	v.m.hot[task].own = slice
}

// KeepSlice lets a ready task go on with what was left of its slice when it
// lost its CPU. If nothing was left, it gets a new one.
func (v *View) KeepSlice(task TaskID) { v.m.hot[task].flags |= keep }

// Boosted records that the policy raised everybody.
func (v *View) Boosted() { v.m.rec.Append(v.m.now, trace.Boost, NoTask, 0, 0) }

// Oracle knows the future of tasks. A policy that uses it can't be built in a
// real system, which has to guess instead.
type Oracle struct{ m *Machine }

// Total returns the CPU time a task needs until it ends, or until the job it is
// at is done; Never if it has no end.
func (o Oracle) Total(task TaskID) Time {
	total := o.m.programs[o.m.cold[task].program].total
	if total == Never {
		return Never
	}
	total -= o.m.computed(task) + o.m.cold[task].lead
	if j := o.m.jobsOf(task); j != nil {
		total += j.base
	}
	return max(0, total)
}

// Burst returns the CPU time a task needs until it may block: until its next
// I/O, sleep, lock, put, get or yield, or until a loop turns.
func (o Oracle) Burst(task TaskID) Time {
	p, r := &o.m.hot[task], &o.m.cold[task]
	program := &o.m.programs[r.program]
	if p.left == 0 {
		return program.burst[r.cursor.PC]
	}
	left := p.left
	if p.state == trace.Running {
		left = max(0, left-(o.m.now-o.m.cpus[p.cpu].since)-o.m.gain(&o.m.cpus[p.cpu]))
	}
	return left + program.rest[r.cursor.PC+1]
}

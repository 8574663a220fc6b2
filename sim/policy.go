package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// TaskID numbers tasks in the order of the workload; added ones follow.
type TaskID = trace.TaskID

// NoTask is the id that is no task's.
const NoTask = trace.NoTask

// Time is an instant or a span of simulated time in nanoseconds.
type Time = trace.Time

// Never is later than anything that happens.
const Never = trace.Never

// Setting is a name and a value as text.
type Setting = trace.Setting

// Param is a parameter of a policy as the workload writes it.
type Param = workload.Param

// Queue describes a ready queue of a policy.
type Queue = trace.Queue

// Ties says who goes first among equal keys.
type Ties = workload.Ties

// The tie rules.
const (
	TiesArrival      = workload.TiesArrival
	TiesIndex        = workload.TiesIndex
	TiesRunningFirst = workload.TiesRunningFirst
)

// Policy decides which task a CPU runs next. It orders the tasks that are ready
// and nothing else: states, time, locks and queues of resources are the
// kernel's. A policy belongs to one machine. It may use no randomness but
// [View.Random] and must not depend on anything but what the view says.
//
// These four methods are all a policy needs; [Describer], [Queuer], [Slicer],
// [Preempter], [Pauser], [Accountant], [Blocker], [Inheriter], [Periodic] and
// [Explainer] are optional. Which of
// them a policy has is found out once, when it is attached.
type Policy interface {
	// Attach hands over the view before anything else is called. The policy
	// starts from nothing, whatever it did before.
	Attach(v *View)
	// Enqueue says that a task is ready and waits for a CPU from now on. It is
	// not called for a task that goes on running. After it, the task is the
	// policy's until Pick returns it or Remove takes it away. The first time the
	// reason is Admitted or Adopted.
	Enqueue(task TaskID, why Reason)
	// Pick chooses the task an idle CPU runs next and forgets it; ok is false
	// if there is none for this CPU. It is only called when some task is ready.
	// A task that isn't ready or may not run on this CPU is a fault: the policy
	// is replaced by first come first served.
	Pick(cpu int) (task TaskID, ok bool)
	// Remove forgets a ready task: it was killed.
	Remove(task TaskID)
}

// Reason is why a task became ready.
type Reason uint8

// The reasons.
const (
	Admitted  Reason = iota + 1 // it arrived
	Woken                       // what it waited for has happened
	Expired                     // its slice is used up
	Preempted                   // another task took its CPU
	Yielded                     // it gave its CPU up
	Adopted                     // this policy took over from another and hasn't met it yet
)

// Describer says what the policy is called and how it is set. Without it the
// policy is called what the workload calls it and has no slices.
type Describer interface {
	// Describe is called once, after Attach.
	Describe() Description
}

// Description is a policy as the header of the recording names it.
type Description struct {
	Name   string    // stable code: "rr"
	Params []Setting // all of them, defaults included
	// Slice is how long a task may run before it must go back to the queue,
	// unless it has a slice of its own; 0 = no limit.
	Slice Time
	// ByDeadline: [View.SetKey] gives tasks the deadlines of their jobs, so that
	// the recording knows them from the releases.
	ByDeadline bool
}

// Queuer names the ready queues of the policy, so that they can be seen.
// Without it there is one, in order of arrival. A task stands in queue 0 until
// [View.SetHome] moves it.
type Queuer interface {
	// Queues is called once, after Attach. There is at least one.
	Queues() []Queue
}

// Slicer gives each dispatch its own slice. Without it a task gets the slice
// [View.SetSlice] gave it, or else the policy's.
type Slicer interface {
	// Slice is called when the task is about to run; 0 = the policy's slice.
	Slice(task TaskID) Time
}

// Preempter takes CPUs away from running tasks. Without it a task keeps its
// CPU until it blocks, yields, ends or has used up its slice.
type Preempter interface {
	// Victim names a CPU whose task must give way to a ready one; that CPU is
	// then asked to Pick. It is called at the end of an instant, after idle
	// CPUs were filled, as long as it answers with a CPU and tasks are ready;
	// after Fire also if none are.
	// A CPU that is idle or in a context switch is a fault.
	Victim() (cpu int, ok bool)
}

// Pauser takes the CPU away between operations that take no time, where
// [Preempter] can't: at one instant a task goes through them on its own.
type Pauser interface {
	// Pause reports whether a running task must give way before its next
	// operation, which takes no time. It is asked if there is a ready task and
	// the operation concerns others, but not before the first after a dispatch.
	Pause(task TaskID) bool
}

// Accountant is told what tasks used.
type Accountant interface {
	// Charge says that a task ran for a time and leaves its CPU now. It comes
	// before Enqueue, if the task stays ready.
	Charge(task TaskID, ran Time)
}

// Blocker is told when a task stops to wait for something other than a CPU.
type Blocker interface {
	// Block says that a running task blocks now. It comes after Charge.
	Block(task TaskID)
}

// Inheriter knows an order of urgency, by which a task that holds a lock may be
// as urgent as who waits for it. Without it protocols of locks have no effect.
type Inheriter interface {
	// Urgency returns by what a task itself is weighed, smaller first: without
	// what [View.Lent] says. It stays while the task doesn't run.
	Urgency(task TaskID) int64
	// Ceiling returns what a task that locks now is weighed by at most if this
	// user of the lock is its most urgent one.
	Ceiling(user TaskID) int64
	// Given returns the urgency that a priority stands for which a workload
	// gives as a ceiling; ok is false if priorities don't count.
	Given(priority int64) (urgency int64, ok bool)
	// Reprioritised says that what [View.Lent] says of a task has changed. ready
	// says that the task stands in the policy's queue; else it runs, is being
	// switched to, or blocks.
	Reprioritised(task TaskID, ready bool)
}

// Periodic does something from time to time: raising everybody, balancing.
type Periodic interface {
	// Next is the instant of the next Fire, later than now; Never if there is
	// none. It is asked after each instant.
	Next() Time
	Fire()
}

// Explainer says why a CPU would pick as it does.
type Explainer interface {
	// Explain describes the choice Pick would make now for this CPU, without
	// making it. It is not called while a run is recorded; see [Explain].
	Explain(cpu int) Explanation
}

// Explanation is why a task was chosen, in codes; the window makes sentences.
type Explanation struct {
	Rule string // stable code of the rule that decided
	// Chosen is NoTask if there is none, or if the policy can't tell before it
	// picks; [Explain] then fills in whom it picked.
	Chosen     TaskID
	Candidates []Candidate // the ready tasks, in the order they would be chosen; with RuleAhead the one that runs too
	// Barred says how many of the last candidates aren't eligible: they had more
	// than their share, and their keys are until when.
	Barred int
	// Queue is the CPU whose queue it was chosen from, counted from 1; 0 = there
	// is none for each CPU. If it isn't the CPU that chooses, that one steals.
	Queue int
	Text  string // what a policy of the reader's own says of it; else ""
}

// Candidate is a ready task as the policy weighs it.
type Candidate struct {
	Task TaskID
	Key  int64 // what the rule compares, smaller first
}

// Rules a policy can decide by.
const (
	RuleHead  = "head"  // it stood at the head of the queue
	RuleLeast = "least" // it alone has the smallest key
	RuleTie   = "tie"   // several have the smallest key; the tie rule decided
	RuleDraw  = "draw"  // it was drawn
	RuleAhead = "ahead" // it has come, and is ahead of the one that runs by more than it must be
	RuleOwn   = "own"   // a policy of the reader's own chose it
)

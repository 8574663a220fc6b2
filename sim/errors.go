package sim

import (
	"fmt"

	"timeslice/sim/trace"
)

// EndlessError says that a run doesn't get past an instant: its tasks keep
// doing things that take no time. The run ends there.
type EndlessError struct {
	At   Time
	Task TaskID // the one that was at it
	PC   int    // the operation it stood at
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("sim: task %d goes on for ever at %d ns without taking time, at operation %d", e.Task, e.At, e.PC)
}

// Misuse is what a task can do wrong with a resource.
type Misuse string

// The misuses.
const (
	ExceedsClaim     Misuse = "exceeds_claim"     // it asks for more than it may, by its claims
	NotOwner         Misuse = "not_owner"         // it unlocks what it doesn't own
	OverRelease      Misuse = "over_release"      // it gives a semaphore more units than that may have
	WaitsWithoutLock Misuse = "wait_without_lock" // it waits on a condition without owning its lock
)

var misuses = map[Misuse]string{
	ExceedsClaim:     "asks for more of resource %d at %d ns than it claims",
	NotOwner:         "unlocks resource %d at %d ns without owning it",
	OverRelease:      "releases semaphore %d at %d ns, which has all its units",
	WaitsWithoutLock: "waits on condition %d at %d ns without owning its lock",
}

// MisuseError says that a task did what can't be done. The run ends there.
type MisuseError struct {
	At       Time
	Task     TaskID
	PC       int // the operation
	Resource int
	Misuse   Misuse
}

func (e *MisuseError) Error() string {
	return fmt.Sprintf("sim: task %d "+misuses[e.Misuse]+", at operation %d", e.Task, e.Resource, e.At, e.PC)
}

// OverflowError says that a run lasts longer than time can be counted.
type OverflowError struct{ At Time }

func (e *OverflowError) Error() string {
	return fmt.Sprintf("sim: something lasts beyond the end of time, seen at %d ns", e.At)
}

// Fault is what a policy did wrong.
type Fault string

// The faults.
const (
	FaultUnknown    Fault = "unknown"     // it picked a task that doesn't exist
	FaultNotReady   Fault = "not_ready"   // it picked a task that isn't ready
	FaultAffinity   Fault = "affinity"    // it picked a task that may not run on this CPU
	FaultVictim     Fault = "victim"      // it named a CPU that runs nothing
	FaultNeverDone  Fault = "never_done"  // it preempts at one instant for ever
	FaultLost       Fault = "lost"        // tasks are ready, CPUs idle, and it never picks
	FaultMissing    Fault = "missing"     // there was no policy to change to
	FaultNoProgress Fault = "no_progress" // its next periodic instant isn't later than now
	FaultPanic      Fault = "panic"       // it panicked, or did with its view what can't be done
	FaultStarved    Fault = "starved"     // CPUs that serve a ready task stand idle, and it never picks it
	FaultFailed     Fault = "failed"      // it said so itself; see [View.Fail]
)

// PolicyError says what a policy did wrong. The run goes on under first come
// first served; see [Machine.Faults].
type PolicyError struct {
	Policy string
	Fault  Fault
	At     Time
	Task   TaskID // NoTask if it isn't about one
	CPU    int    // -1 if it isn't about one
	Err    error  // of FaultFailed what the policy said, of FaultPanic a *PanicError; else nil
}

// Recorded returns what a recording keeps of it.
func (e *PolicyError) Recorded() *trace.Fault {
	f := &trace.Fault{Code: string(e.Fault), Task: e.Task, CPU: e.CPU}
	if e.Err != nil {
		f.Text = e.Err.Error()
	}
	return f
}

func (e *PolicyError) Unwrap() error { return e.Err }

func (e *PolicyError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("sim: policy %s: %v at %d ns", e.Policy, e.Err, e.At)
	}
	what := string(e.Fault)
	if e.Task != NoTask {
		what += fmt.Sprintf(", task %d", e.Task)
	}
	if e.CPU >= 0 {
		what += fmt.Sprintf(", CPU %d", e.CPU)
	}
	return fmt.Sprintf("sim: policy %s: %s at %d ns", e.Policy, what, e.At)
}

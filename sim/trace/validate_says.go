package trace

import (
	"fmt"
	"slices"
	"strings"
)

// plain are the kinds of events that say all there is to say without a number.
var plain = kindSet(
	Arrive, Pick, Dispatch, Expire, Preempt, Yield, Computed, BlockIO, BlockSleep, BlockLock, BlockPut, BlockGet, Serve, WakeIO, WakeSleep,
	TaskDone, AllDone, BlockDone, LoopEnd, BlockLoop, WakeLoop, AskResult, ClosePool, WakeClosed, BlockJob, Request, Answer, Forsake,
	PollNo, PollYes, Select, Handled, BlockReply, WakeReply, EndOfFile, BrokenPipe, BlockFull, BlockEmpty, Home, ToHead, Boost, Retire,
	TimedOut, Refused, Warm, Evict, IfTrue, IfFalse, LockRead, BlockRead, Spin, Acquire, GiveBack, BlockAcquire, Set, Clear, Passed,
	BlockAwait, BlockBarrier, Trip, Break, OnceBegin, OncePassed, BlockOnce, OnceDone, Restored, BlockUnsafe, Withheld, LetGo, Denied,
	JoinTimeout, EndWith, Stop, Continue, Ignored, Ignore, Heed, TakeGIL, DropGIL, BlockGIL,
	Handle, Interrupted, CutShort, Return,
)

// wakers are those whose number is the task that made it possible.
var wakers = kindSet(
	WakeLock, WakePut, WakeGet, WakeDone, WakeResult, WakeRoom, WakeBytes, WakeTry, WakeRead, WakeAcquire, WakeAwait, WakeBarrier,
	WakeBroken, WakeOnce, WakeGIL,
)

func kindSet(list ...Kind) (set [kinds]bool) {
	for _, k := range list {
		set[k] = true
	}
	return set
}

// says checks the number an event carries, by its kind alone: none where there is
// nothing to say, and of who woke another that something happened to it now.
func (v *validator) says(e Event, t *taskCheck) error {
	switch {
	case e.Kind >= kinds || !v.exact:
		return nil
	case e.Kind.AboutTask() && (e.Arg < -1 || e.Arg >= int64(len(v.tasks))):
		return fmt.Errorf("there is no task %d", e.Arg)
	case plain[e.Kind] && e.Arg != 0:
		return fmt.Errorf("%d means nothing", e.Arg)
	case wakers[e.Kind] && (e.Arg < 0 || e.Arg >= int64(len(v.tasks)) || v.tasks[e.Arg].acted != e.Time):
		return fmt.Errorf("task %d does nothing at this instant", e.Arg)
	case e.Kind.OnCPU() && e.Kind != Evict && t.state == Blocked && e.CPU != 0:
		return fmt.Errorf("it has no CPU, not %d", e.CPU)
	}
	return v.leaves(e, t)
}

// leaves checks that what an operation yields is in the accumulator of its task
// when that goes on.
func (v *validator) leaves(e Event, t *taskCheck) error {
	if e.Kind == Result || e.Kind == Jump {
		return nil
	}
	if err := t.hasWhatItGot(); err != nil {
		return err
	}
	code, limit := v.op(e.Task).Code, v.op(e.Task).Limit
	switch e.Kind {
	case Get:
		if code != "take_job" {
			t.owes = []int64{e.Arg, 1} // 1 if it would have done without
		}
	case Refused, TimedOut:
		if t.owes = []int64{0}; code == "read" { // 0 is the end
			t.owes = []int64{-1}
		}
	case Read:
		t.owes = []int64{e.Arg}
	case EndOfFile, JoinTimeout, WakeBroken:
		t.owes = []int64{0}
	case Denied:
		t.owes = []int64{-1}
	case Signal:
		t.owes = []int64{0, -1}
	case Alive:
		t.owes = []int64{0, 1}
	case Lock, LockRead, Acquire, Put, Passed, WakeAwait, Trip, WakeBarrier, AllDone, WakeDone:
		if limit > 0 && code != "wait" {
			t.owes = []int64{1}
		}
	case Fork, Spawn, Thread:
		t.owes = []int64{FirstPid + e.Arg}
	}
	return nil
}

// hasWhatItGot checks that what an operation has left in the accumulator is there.
func (t *taskCheck) hasWhatItGot() error {
	owes := t.owes
	t.owes = nil
	if owes == nil || t.state == Terminated || slices.Contains(owes, t.acc) {
		return nil
	}
	return fmt.Errorf("it has %d in its accumulator, its operation left %s", t.acc, strings.Trim(fmt.Sprint(owes), "[]"))
}

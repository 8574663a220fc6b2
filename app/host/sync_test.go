//go:build linux && (amd64 || arm64)

package host

import (
	"errors"
	"fmt"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func on(code workload.OpCode, res int) workload.Op { return op(code, res, 0, 0) }

// No more tasks than a semaphore has units are within at any time, and each waits
// when there is none.
func TestRealSemaphore(t *testing.T) {
	w := work([]workload.Resource{{Name: "S", Kind: workload.Semaphore, Value: 2, Capacity: 2}})
	for i := range 5 {
		w.Tasks = append(w.Tasks, task(fmt.Sprintf("T%d", i), workload.Time(i)*ms/2,
			repeat(3, on(workload.OpAcquire, 0), cpu(1*ms), pause(3*ms), on(workload.OpRelease, 0), cpu(ms/2))))
	}
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level}) // which checks that there always was a unit
		show(t, r)
		if got := count(r, -1, trace.Acquire); got != 15 {
			t.Errorf("%d units taken, want 15", got)
		}
		if count(r, -1, trace.BlockAcquire) == 0 {
			t.Error("five tasks with two units, and nobody waited")
		}
	}
}

// A semaphore that has all its units takes no more.
func TestRealOverRelease(t *testing.T) {
	w := work([]workload.Resource{{Name: "S", Kind: workload.Semaphore, Value: 1, Capacity: 1}},
		task("T", 0, cpu(1*ms), on(workload.OpRelease, 0)))
	_, err := Record(t.Context(), w, Options{Quiet: -1})
	if !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
}

// All who wait go on when an event is set, and nobody waits for one that is.
func TestRealEvent(t *testing.T) {
	w := work([]workload.Resource{{Name: "E", Kind: workload.Event}},
		task("setter", 0, cpu(5*ms), on(workload.OpSet, 0), pause(10*ms), on(workload.OpClear, 0)),
		task("A", 0, on(workload.OpAwait, 0), cpu(1*ms)),
		task("B", 1*ms, on(workload.OpAwait, 0), cpu(1*ms)),
		task("late", 12*ms, on(workload.OpAwait, 0)),
		task("never", 1*ms, within(on(workload.OpAwait, 0), 2*ms)),
		task("after", 60*ms, never(on(workload.OpAwait, 0))))
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			for task, want := range map[int]trace.Kind{1: trace.WakeAwait, 2: trace.WakeAwait, 3: trace.Passed, 4: trace.TimedOut, 5: trace.Refused} {
				if count(r, task, want) != 1 {
					return fmt.Sprintf("%s: no %v", w.Tasks[task].Name, want)
				}
			}
			return ""
		})
	}
}

// Nobody passes a barrier before all have come, every time.
func TestRealBarrier(t *testing.T) {
	const turns = 4
	w := work([]workload.Resource{{Name: "B", Kind: workload.Barrier, Capacity: 3}})
	for i := range 3 {
		w.Tasks = append(w.Tasks, task(fmt.Sprintf("T%d", i), 0,
			repeat(turns, cpu(workload.Time(i+1)*ms), on(workload.OpArrive, 0))))
	}
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		if trips, waits := count(r, -1, trace.Trip), count(r, -1, trace.WakeBarrier); trips != turns || waits != 2*turns {
			t.Errorf("the barrier opened %d times for %d who waited, want %d and %d", trips, waits, turns, 2*turns)
		}
	}
}

func within(op workload.Op, d workload.Time) workload.Op {
	op.Patience, op.Dur = workload.AtMost, d
	return op
}

func never(op workload.Op) workload.Op {
	op.Patience = workload.NotAtAll
	return op
}

// A bounded buffer with two conditions loses nothing, and whoever waits is notified.
func TestRealCondition(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
machine: {instruction: 0}
resources:
  m: {kind: mutex}
  some: {kind: condition, lock: m}
  room: {kind: condition, lock: m}
variables: {n: {scope: shared}}
tasks:
  - name: P
    program:
      - repeat: 8
        do:
          - lock: m
          - {if: n >= 2, then: [{wait: room}]}
          - {load: n}
          - {add: 1}
          - {store: n}
          - notify: some
          - unlock: m
          - cpu: 1
  - name: C
    program:
      - repeat: 8
        do:
          - lock: m
          - {if: n == 0, then: [{wait: some}]}
          - {load: n}
          - {add: -1}
          - {store: n}
          - notify: room
          - unlock: m
          - cpu: 2
`)
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		if n := final(r, 0, 0); n != 0 {
			t.Errorf("%d are left over", n)
		}
		if count(r, -1, trace.BlockWait) == 0 || count(r, -1, trace.BlockWait) != count(r, -1, trace.Requeue) {
			t.Errorf("waited %d times, notified %d times", count(r, -1, trace.BlockWait), count(r, -1, trace.Requeue))
		}
	}
}

// Who waits only so long has the lock again all the same.
func TestRealConditionGivenUp(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources:
  m: {kind: mutex}
  c: {kind: condition, lock: m}
tasks:
  - {name: T, program: [{lock: m}, {wait: c, timeout: 3}, {unlock: m}, {if: acc == 0, then: [{exit: 2}]}]}
  - {name: U, program: [{lock: m}, {wait: c, timeout: 500}, {unlock: m}, {if: acc == 1, then: [{exit: 3}]}]}
  - {name: N, at: 20, program: [{lock: m}, {notify_all: c}, {unlock: m}]}
`)
	inTime(t, func() string {
		r := runReal(t, w, Options{})
		show(t, r)
		if a, b := figures(r).Tasks[0].Exit, figures(r).Tasks[1].Exit; a != 2 || b != 3 {
			return fmt.Sprintf("they ended with %d and %d", a, b)
		}
		return ""
	})
}

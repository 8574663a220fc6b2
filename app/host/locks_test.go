//go:build linux && (amd64 || arm64)

package host

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

var levels = []string{LevelSelf, LevelBest}

// An rlock its owner takes again is free only when he has let it go as often, also
// where he lets it go to wait for notice.
func TestRealRLock(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {m: {kind: rlock}, c: {kind: condition, lock: m}}
tasks:
  - name: A
    program: [{lock: m}, {cpu: 1}, {lock: m}, {sleep: 20}, {unlock: m}, {sleep: 10}, {wait: c}, {lock: m}, {cpu: 1}, {unlock: m}, {unlock: m}]
  - name: B
    at: 5
    program: [{lock: m, try: yes}, {lock: m}, {lock: m}, {notify: c}, {cpu: 1}, {unlock: m}, {sleep: 5}, {unlock: m}]
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		if n := count(r, 1, trace.Refused); n != 1 {
			t.Errorf("level %s: refused %d times", level, n)
		}
		if n := count(r, 0, trace.Lock); n != 4 {
			t.Errorf("level %s: A had it %d times, want 4 with that after the notice", level, n)
		}
		if count(r, 1, trace.BlockLock) == 0 || count(r, 0, trace.BlockLock) == 0 {
			t.Errorf("level %s: nobody waited for it", level)
		}
	}
}

// Readers read at the same time, writers write alone, and who has it next is as the
// lock prefers.
func TestRealRWLock(t *testing.T) {
	for prefer, want := range map[string]string{"readers": "R1 R2 R3 W", "writers": "R1 W R2 R3", "fifo": "R1 W R2 R3"} {
		w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {book: {kind: rwlock, prefer: `+prefer+`}}
tasks:
  - {name: R1, program: [{lock: book, mode: read}, {sleep: 40}, {unlock: book}]}
  - {name: W, at: 10, program: [{lock: book}, {sleep: 20}, {unlock: book}]}
  - {name: R2, at: 20, program: [{lock: book, mode: read}, {sleep: 20}, {unlock: book}]}
  - {name: R3, at: 30, program: [{lock: book, mode: read}, {sleep: 20}, {unlock: book}]}
`)
		for _, level := range levels {
			inTime(t, func() string {
				r := runReal(t, w, Options{Level: level})
				got, reading, together := "", 0, 0
				for _, e := range r.Recording.Events(0) {
					switch e.Kind {
					case trace.Lock, trace.LockRead:
						if got != "" {
							got += " "
						}
						got += w.Tasks[e.Task].Name
						if e.Kind == trace.LockRead {
							reading++
							together = max(together, reading)
						}
					case trace.Unlock:
						if e.Task != 1 {
							reading--
						}
					}
				}
				got = strings.Replace(got, "R3 R2", "R2 R3", 1) // they are let on at one instant
				if got != want {
					return prefer + ": had it in the order " + got + ", want " + want
				}
				if together < 2 {
					t.Errorf("%s: %d read at the same time", prefer, together)
				}
				return ""
			})
		}
	}
}

// Who gives up waiting to write lets those go on who stood behind.
func TestRealRWLockGivenUp(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {book: {kind: rwlock, prefer: writers}}
tasks:
  - {name: R1, program: [{lock: book, mode: read}, {sleep: 80}, {unlock: book}]}
  - {name: W, at: 10, program: [{lock: book, timeout: 20}, {if: acc == 1, then: [{unlock: book}]}, {cpu: 1}]}
  - {name: R2, at: 20, program: [{lock: book, mode: read}, {cpu: 1}, {unlock: book}]}
`)
	for _, level := range levels {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			if count(r, 1, trace.TimedOut) != 1 || count(r, 2, trace.WakeRead) != 1 || figures(r).Tasks[2].Finish > figures(r).Tasks[0].Finish {
				show(t, r)
				return "W didn't give up, or R2 waited on"
			}
			return ""
		})
	}
}

// Who waits for a spin lock computes meanwhile, as long as his slices last.
func TestRealSpin(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {busy: {kind: spin}}
tasks:
  - {name: A, program: [{lock: busy}, {cpu: 20}, {unlock: busy}]}
  - {name: B, at: 2, program: [{lock: busy}, {cpu: 1}, {unlock: busy}]}
  - {name: C, at: 2, program: [{lock: busy, timeout: 3}, {if: acc == 1, then: [{unlock: busy}]}]}
`)
	for _, level := range levels {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			if count(r, 1, trace.Spin) != 1 {
				return "B didn't spin"
			}
			if got := r.Report.Tasks[1].CPU; got < 8*time.Millisecond {
				return "B waited with only " + got.String() + " of CPU time"
			}
			if n := count(r, 2, trace.Refused); n != 1 {
				return "C didn't give up"
			}
			return ""
		})
	}
}

// What is done once is done by one, and all others wait for it.
func TestRealOnce(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {setup: {kind: once}}
tasks:
  - {name: A, program: [{once: setup, do: [{cpu: 10}, {sleep: 10}]}, {cpu: 1}]}
  - {name: B, program: [{once: setup, do: [{cpu: 10}, {sleep: 10}]}, {cpu: 1}]}
  - {name: C, program: [{sleep: 200}, {once: setup, do: [{cpu: 10}, {sleep: 10}]}, {cpu: 1}]}
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		if b, p, d := count(r, -1, trace.OnceBegin), count(r, -1, trace.OncePassed), count(r, -1, trace.OnceDone); b != 1 || p != 2 || d != 1 {
			t.Errorf("level %s: begun %d times, done %d times, passed %d times", level, b, d, p)
		}
		if n := count(r, 0, trace.BlockOnce) + count(r, 1, trace.BlockOnce); n != 1 {
			t.Errorf("level %s: %d waited for it", level, n)
		}
	}
}

// A task that lets go what it doesn't hold is at fault.
func TestRealNotOwner(t *testing.T) {
	for _, kind := range []string{"mutex", "rlock", "rwlock", "spin"} {
		w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {m: {kind: `+kind+`}}
tasks:
  - {name: A, program: [{lock: m}, {sleep: 50}, {unlock: m}]}
  - {name: B, at: 10, program: [{lock: m, try: yes}, {unlock: m}]}
`)
		wantFault(t, w, "letting go a lock that it doesn't hold")
	}
}

// Values come out of a queue in its order, from either end, and join waits until
// all are dealt with.
func TestRealQueueOrders(t *testing.T) {
	for order, want := range map[string][]int64{"fifo": {1, 2, 3, 4}, "lifo": {4, 3, 2, 1}, "priority": {4, 2, 3, 1}} {
		put := func(v, rank string) string {
			if order == "priority" {
				return "{put: {into: q, value: " + v + ", priority: " + rank + "}}"
			}
			return "{put: {into: q, value: " + v + "}}"
		}
		w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {q: {kind: queue, order: `+order+`}}
tasks:
  - {name: P, program: [`+put("1", "9")+`, `+put("2", "5")+`, `+put("3", "5")+`, `+put("4", "1")+`, {join: q}, {cpu: 1}]}
  - {name: C, at: 20, program: [{repeat: 4, do: [{get: q}, {cpu: 1}, {task_done: q}]}, {get: q, nowait: yes}, {get: {from: q, raise: yes}, timeout: 5}]}
`)
		for _, level := range levels {
			r := runReal(t, w, Options{Level: level})
			var got []int64
			for _, e := range r.Recording.Events(0) {
				if e.Kind == trace.Get {
					got = append(got, e.Arg)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", order, got, want)
			}
			if count(r, 0, trace.BlockDone) != 1 || count(r, 0, trace.WakeDone) != 1 {
				t.Errorf("%s: it didn't wait until all was dealt with", order)
			}
			if x := figures(r).Tasks[1].Exit; x != 1 {
				t.Errorf("%s: who raises ended with %d", order, x)
			}
		}
	}
	ends := parsed(t, `
timeslice: 1
unit: 1ms
resources: {q: {kind: queue, capacity: 8}}
tasks:
  - name: A
    program:
      - {put: q, value: 1}
      - {put: q, value: 2, front: yes}
      - {load: 7, for: 0}
      - {put: q, value: acc}
      - {get: q}
      - {get: {from: q, back: yes}}
      - {get: q}
      - {task_done: q}
      - {task_done: q}
      - {task_done: q}
      - {task_done: q}
`)
	r := runReal(t, ends, Options{})
	var got []int64
	for _, e := range r.Recording.Events(0) {
		if e.Kind == trace.Get || e.Kind == trace.Put {
			got = append(got, e.Arg)
		}
	}
	if want := []int64{1, 2, 7, 2, 7, 1}; !slices.Equal(got, want) {
		t.Errorf("put and got %v, want %v", got, want)
	}
	if x := figures(r).Tasks[0].Exit; x != 1 {
		t.Errorf("one task_done too many ended with %d", x)
	}
}

// wantFault records a workload whose program is at fault.
func wantFault(t *testing.T, w *workload.Workload, want string) {
	t.Helper()
	_, err := Record(context.Background(), w, Options{Quiet: -1})
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Code != "fault" || !strings.Contains(refused.What, want) {
		t.Errorf("%v, want a fault: %s", err, want)
	}
}

//go:build linux && (amd64 || arm64)

package host

import (
	"fmt"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func load(v int, d workload.Time) workload.Op {
	return workload.Op{Code: workload.OpLoad, Res: -1, Var: v, Dur: d}
}
func add(n int64, d workload.Time) workload.Op {
	return workload.Op{Code: workload.OpAdd, Res: -1, Var: -1, Value: n, Dur: d}
}
func store(v int, d workload.Time) workload.Op {
	return workload.Op{Code: workload.OpStore, Res: -1, Var: v, Dur: d}
}

// final returns the value a variable has at the end to a task.
func final(r *Result, variable, task int) int64 {
	var s trace.Snapshot
	r.Recording.Snapshot(&s, r.Recording.End())
	return s.Value(variable, trace.TaskID(task))
}

// Two threads that add to one balance without a lock lose what the other stored
// meanwhile; with a lock they lose nothing. Both is of the real machine's doing.
func TestRealRace(t *testing.T) {
	const turns = 20
	balance := []workload.Variable{{Name: "balance", Value: 100}}
	deposit := []any{load(0, ms/2), add(10, ms/2), store(0, ms/2)}
	for _, guarded := range []bool{false, true} {
		body := deposit
		if guarded {
			body = append(append([]any{lock(0)}, deposit...), unlock(0))
		}
		w := work([]workload.Resource{{Name: "L", Kind: workload.Mutex}},
			task("T1", 0, repeat(turns, body...)), task("T2", 0, repeat(turns, body...)), task("P", 0, repeat(turns, deposit...)))
		w.Variables = balance
		w.Tasks[0].Group, w.Tasks[1].Group = "bank", "bank"
		for _, level := range []string{LevelSelf, LevelBest} {
			inTime(t, func() string {
				r := runReal(t, w, Options{Level: level}) // which checks that what is loaded was stored last
				show(t, r)
				if got := final(r, 0, 2); got != 100+10*turns {
					t.Errorf("a process of its own has %d on its balance, want %d", got, 100+10*turns)
				}
				const all = 100 + 2*10*turns
				switch got := final(r, 0, 0); {
				case guarded && got != all:
					t.Errorf("with a lock the balance is %d, want %d", got, all)
				case !guarded && got >= all: // 60 ms of computing in slices of 4 ms: nearly impossible
					return "no update was lost"
				default:
					t.Logf("guarded %v: balance %d of %d", guarded, got, all)
				}
				return ""
			})
		}
	}
}

// The program goes on as an if asks, whether it asks for the accumulator or for a
// variable, and what is printed is recorded.
func TestRealIf(t *testing.T) {
	shared := []workload.Variable{{Name: "flag", Scope: workload.ScopeShared}}
	ask := func(v int, cmp workload.Cmp, value int64, jump int) workload.Op {
		return workload.Op{Code: workload.OpIf, Res: -1, Var: v, Cmp: cmp, Value: value, Jump: jump}
	}
	try := lock(0)
	try.Patience = workload.NotAtAll
	w := work([]workload.Resource{{Name: "L", Kind: workload.Mutex}},
		task("owner", 0, lock(0), cpu(10*ms), add(7, 0), store(0, 0), unlock(0)),
		task("other", 0, pause(3*ms),
			try,                           // 1
			ask(-1, workload.Equal, 1, 4), // 2: if acc == 1
			exit(9),                       // 3
			workload.Op{Code: workload.OpEndIf, Res: -1},                             // 4
			workload.Op{Code: workload.OpPrint, Res: -1, Var: 0, Say: "flag {flag}"}, // 5
			pause(30*ms),                    // 6
			ask(0, workload.Greater, 5, 10), // 7: if flag > 5
			exit(4),                         // 8
			workload.Op{Code: workload.OpElse, Res: -1, Jump: 11}, // 9
			exit(5), // 10
			workload.Op{Code: workload.OpEndIf, Res: -1})) // 11
	w.Variables = shared
	inTime(t, func() string {
		r := runReal(t, w, Options{})
		show(t, r)
		if n := count(r, 1, trace.Print); n != 1 {
			t.Errorf("printed %d times", n)
		}
		if got := figures(r).Tasks[1].Exit; got != 4 {
			return fmt.Sprintf("other ended with %d, want 4: the lock was taken, then the flag up", got)
		}
		return ""
	})
}

// What reads and writes in one step loses nothing, and a lock made of it keeps what
// isn't one from being lost.
func TestRealAtomics(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
machine: {instruction: 0.2}
variables: {n: {scope: shared}, busy: {scope: shared}, m: {scope: shared}}
programs:
  add:
    - repeat: 15
      do:
        - {fetch_add: {of: n, value: 2}}
        - {test_and_set: busy}
        - {while: acc == 1, do: [{test_and_set: busy}]}
        - {load: m}
        - {add: 1}
        - {store: m}
        - {load: 0}
        - {exchange: busy}
    - {compare_and_swap: {of: n, old: 1, new: 5}}
    - {if: acc != 0, then: [{exit: 9}]}
tasks: [{name: A, program: add}, {name: B, program: add}]
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		if n, m := final(r, 0, 0), final(r, 2, 0); n != 60 || m != 30 {
			t.Errorf("level %s: n is %d, want 60, m is %d, want 30", level, n, m)
		}
		if a, no := count(r, -1, trace.Atomic), count(r, -1, trace.AtomicNo); a < 90 || no != 2 {
			t.Errorf("level %s: %d atomic steps, %d that found something else", level, a, no)
		}
	}
}

//go:build linux && (amd64 || arm64)

package host

import (
	"fmt"
	"testing"
	"time"

	"timeslice/sim/trace"
)

// A crash in a thread takes its process with all its threads; another process goes
// on.
func TestRealCrash(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: T1, process: app, program: [{cpu: 3}, {sleep: 2}, crash]}
  - {name: T2, process: app, program: [{cpu: 900}]}
  - {name: T3, process: app, program: [{sleep: 3000}]}
  - {name: P, program: [{cpu: 20}, {exit: 4}]}
`)
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		crashed := first(r, 0, trace.Crash)
		if crashed < 0 || first(r, 1, trace.EndWith) != crashed || first(r, 2, trace.EndWith) != crashed {
			t.Errorf("T1 crashed at %d, T2 and T3 ended at %d and %d", crashed, first(r, 1, trace.EndWith), first(r, 2, trace.EndWith))
		}
		if e := figures(r).Tasks[3].Exit; e != 4 {
			t.Errorf("the other process ended with %d", e)
		}
	}
}

// The parent of a process that crashes learns of it.
func TestRealCrashOfAChild(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - name: P
    program:
      - spawn: {name: C, do: [{cpu: 2}, crash]}
      - waitpid: C
      - if: acc == -11
        then: [{exit: 5}]
`)
	r := runReal(t, w, Options{})
	show(t, r)
	if e := figures(r).Tasks[0].Exit; e != 5 {
		t.Errorf("the parent ended with %d: it didn't learn of the signal", e)
	}
	if c := id(t, r, "C"); first(r, c, trace.Crash) < 0 || first(r, c, trace.Defunct) < 0 {
		t.Error("no crash, or no zombie")
	}
}

// A signal ends a process, or doesn't if that ignores it; KILL always does.
func TestRealKill(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: K, at: 6, program: [{kill: A}, {kill: B}, {cpu: 5}, {kill: B, signal: KILL}, {is_alive: A}, {if: acc == 0, then: [{exit: 2}]}]}
  - {name: A, program: [{cpu: 400}]}
  - {name: B, program: [{ignore: TERM}, {cpu: 2}, {sleep: 1000}]}
`)
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			if first(r, 1, trace.Kill) < 0 || first(r, 2, trace.Kill) < 0 {
				return "somebody was done before"
			}
			if first(r, 2, trace.Ignored) < 0 {
				return "B didn't ignore the first signal in time"
			}
			if e := figures(r).Tasks[0].Exit; e != 2 {
				t.Errorf("K ended with %d", e)
			}
			return ""
		})
	}
}

// A stopped process doesn't run until it may go on.
func TestRealStop(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: S, at: 5, program: [{stop: A}, {sleep: 30}, {cont: A}, {cpu: 1}]}
  - {name: A, program: [{cpu: 20}]}
  - {name: B, program: [{cpu: 10}]}
`)
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			stopped, on := first(r, 1, trace.Stop), first(r, 1, trace.Continue)
			if stopped < 0 || on < stopped+trace.Time(29*time.Millisecond) {
				t.Fatalf("stopped at %d, on at %d", stopped, on)
			}
			for _, e := range r.Recording.Events(0) {
				if e.Task == 1 && e.Kind == trace.Dispatch && e.Time > stopped && e.Time < on {
					t.Errorf("it ran at %d, stopped from %d to %d", e.Time, stopped, on)
				}
			}
			if f := figures(r).Tasks[1]; f.Finish < on {
				return fmt.Sprintf("A was done at %d", f.Finish)
			}
			return ""
		})
	}
}

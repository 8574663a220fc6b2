//go:build linux && (amd64 || arm64)

package host

import (
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A signal to a process group reaches all of it, also who was forked into it and the
// one that sends it, and nobody else.
func TestRealProcessGroup(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: A, group: job, program: [{fork: {name: C}, do: [{cpu: 2}, {sleep: 900}]}, {cpu: 2}, {sleep: 900}]}
  - {name: B, group: job, program: [{ignore: INT}, {cpu: 2}, {sleep: 400}, {kill: {group: job, signal: TERM}}, {cpu: 900}]}
  - {name: Other, program: [{sleep: 30}, {kill: {group: job, signal: STOP}}, {sleep: 10}, {kill: {group: job, signal: CONT}}, {kill: {group: job, signal: USR1}}, {sleep: 60}, {cpu: 1}]}
`)
	w.Tasks[1].Program.Ops[0].Kin.Signal, w.Tasks[2].Program.Ops[4].Kin.Signal = workload.SigInt, workload.SigChld
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		c := id(t, r, "C")
		if n := count(r, -1, trace.Stop); n != 3 {
			t.Errorf("level %s: stopped %d, want 3", level, n)
		}
		if n := count(r, -1, trace.Ignored); n != 3 {
			t.Errorf("level %s: %d ignored CHLD, want 3", level, n)
		}
		for task, killed := range map[int]bool{0: true, 1: true, 2: false, c: true} {
			if got := count(r, task, trace.Kill) == 1; got != killed {
				t.Errorf("level %s: %s was killed: %v, want %v", level, r.Recording.Header.Tasks[task].Name, got, killed)
			}
		}
	}
}

// Who stops himself stands still until somebody lets him go on.
func TestRealStopsItself(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: A, program: [{cpu: 2}, {stop: A}, {cpu: 2}]}
  - {name: B, program: [{sleep: 60}, {cont: A}, {cpu: 1}]}
`)
	for _, level := range levels {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			if s, c := count(r, 0, trace.Stop), count(r, 0, trace.Continue); s != 1 || c != 1 {
				t.Errorf("level %s: stopped %d times, went on %d times", level, s, c)
			}
			return off("stopped", figures(r).Tasks[0].Stopped, 58*time.Millisecond, 0.1, 20*time.Millisecond)
		})
	}
}

// Who gives up at a barrier breaks it for all, and nobody waits at it any more.
func TestRealBrokenBarrier(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {line: {kind: barrier, parties: 3}}
tasks:
  - {name: A, program: [{arrive: line, timeout: 20}, {if: acc == 0, then: [{exit: 3}]}]}
  - {name: B, program: [{arrive: line}, {cpu: 1}]}
  - {name: C, at: 80, program: [{arrive: line}, {cpu: 1}]}
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		if count(r, 0, trace.TimedOut) != 1 || count(r, 0, trace.Break) != 1 || count(r, 1, trace.WakeBroken) != 1 || count(r, 2, trace.Refused) != 1 || figures(r).Tasks[0].Exit != 3 {
			show(t, r)
			t.Errorf("level %s: the barrier didn't break as it should", level)
		}
	}
}

// Who waits only so long for a child goes on without, and can ask again.
func TestRealWaitSoLong(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - name: P
    program:
      - {fork: {name: C}, do: [{sleep: 60}, {exit: 4}]}
      - {waitpid: any, timeout: 10}
      - {if: acc != 0, then: [{exit: 9}]}
      - {join: C, timeout: 10}
      - {waitpid: C, timeout: 900}
      - {if: acc != 1, then: [{exit: 8}]}
`)
	for _, level := range levels {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			if n, x := count(r, 0, trace.JoinTimeout), figures(r).Tasks[0].Exit; n != 2 || x != 0 {
				return "gave up other than twice, or ended with something else than 0"
			}
			return ""
		})
	}
}

// An exit ends the process whichever of its threads says so, and exit_thread only that.
func TestRealExit(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - name: P
    program:
      - fork: {name: C}
        do: [{cpu: 1}]
      - waitpid: any
      - {thread: {name: T, do: [{cpu: 1}, {exit_thread: 4}]}}
      - join: T
      - {if: acc != 4, then: [{exit: 9}]}
      - {thread: {name: U, do: [{cpu: 1}, {exit: 5}]}}
      - sleep: 900
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		if n := count(r, 0, trace.EndWith); n != 1 || figures(r).Tasks[id(t, r, "U")].Exit != 5 {
			show(t, r)
			t.Errorf("level %s: P ended %d times with U", level, n)
		}
	}
}

// Daemons end with those of their process that aren't, or with their parent; a main
// thread ends its process where that is agreed; and somebody may kill a task.
func TestRealEndings(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - {name: M, program: [{thread: {name: D, daemon: yes, do: [{sleep: 5000}]}}, {spawn: {name: S, daemon: yes, do: [{sleep: 5000}]}}, {sleep: 20}, {cpu: 1}]}
  - {name: K, program: [{sleep: 5000}]}
  - {name: L, program: [{thread: {name: T, do: [{sleep: 200}]}}, {sleep: 5000}]}
interventions: [{at: 30, kill: K}, {at: 40, kill: L}, {at: 50, add: {name: Late, program: [{cpu: 2}]}}]
`)
	ends := parsed(t, `
timeslice: 1
unit: 1ms
conventions: {main_end: ends_process}
tasks:
  - {name: M, program: [{thread: {name: T, do: [{sleep: 5000}]}}, {sleep: 20}]}
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		for name, kind := range map[string]trace.Kind{"D": trace.EndWith, "S": trace.Kill, "K": trace.Kill, "L": trace.Kill, "T": trace.Kill, "Late": trace.Exit, "M": trace.Exit} {
			if n := count(r, id(t, r, name), kind); n != 1 {
				t.Errorf("level %s: %s ended %d times by %v", level, name, n, kind)
			}
		}
		if r.Recording.End() > 4*trace.Time(time.Second) {
			t.Errorf("level %s: it took %v", level, time.Duration(r.Recording.End()))
		}
		r = runReal(t, ends, Options{Level: level})
		if n := count(r, id(t, r, "T"), trace.EndWith); n != 1 {
			t.Errorf("level %s: T didn't end with its process", level)
		}
	}
}

//go:build linux && (amd64 || arm64)

package host

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// parsed reads a workload as a file gives it.
func parsed(t *testing.T, text string) *workload.Workload {
	t.Helper()
	w, err := workload.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// id returns the number of a task of a recording.
func id(t *testing.T, r *Result, name string) int {
	t.Helper()
	for i, x := range r.Recording.Header.Tasks {
		if x.Name == name {
			return i
		}
	}
	t.Fatalf("no task %q among %v", name, r.Recording.Header.Tasks)
	return -1
}

// first returns the instant of a task's first event of a kind, -1 if there is none.
func first(r *Result, task int, kind trace.Kind) trace.Time {
	for _, e := range r.Recording.Events(0) {
		if int(e.Task) == task && e.Kind == kind {
			return e.Time
		}
	}
	return -1
}

// A fork returns twice, the child has a copy of its parent's variables, and is a
// zombie until that asks for it.
func TestRealFork(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
variables: {x: 5}
tasks:
  - name: P
    program:
      - cpu: 2
      - {load: x, for: 0}
      - {add: 1, for: 0}
      - {store: x, for: 0}
      - fork: {name: C}
      - if: acc == 0
        then:
          - {load: x, for: 0}
          - {add: 10, for: 0}
          - {store: x, for: 0}
          - cpu: 3
          - exit: 7
      - cpu: 1
      - sleep: 20
      - waitpid
      - cpu: 1
`)
	inTime(t, func() string {
		r := runReal(t, w, Options{})
		show(t, r)
		child := id(t, r, "C")
		h := r.Recording.Header.Tasks
		if h[child].Parent != h[0].Pid || h[child].Pid == h[0].Pid {
			t.Errorf("the child has pid %d and parent %d, its parent pid %d", h[child].Pid, h[child].Parent, h[0].Pid)
		}
		if mine, its := final(r, 0, 0), final(r, 0, child); mine != 6 || its != 16 {
			t.Errorf("x is %d to the parent and %d to the child, want 6 and 16", mine, its)
		}
		dead, reaped := first(r, child, trace.Defunct), first(r, child, trace.Reap)
		if dead < 0 || reaped < dead+trace.Time(5*ms) {
			return "the child was hardly a zombie"
		}
		if e := figures(r).Tasks[child].Exit; e != 7 {
			t.Errorf("the child ended with %d", e)
		}
		return ""
	})
}

// A parent that doesn't wait leaves its child to another.
func TestRealOrphan(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
tasks:
  - name: P
    program:
      - cpu: 1
      - fork: {name: C}
        do: [{cpu: 1}, {sleep: 30}, {cpu: 2}, {exit: 3}]
      - cpu: 2
  - {name: other, program: [{cpu: 5}]}
`)
	r := runReal(t, w, Options{})
	show(t, r)
	child := id(t, r, "C")
	gone, adopted, ended := first(r, 0, trace.Exit), first(r, child, trace.Adopt), first(r, child, trace.Exit)
	if adopted != gone || ended < adopted {
		t.Errorf("its parent ended at %d, it was adopted at %d and ended at %d", gone, adopted, ended)
	}
	if e := figures(r).Tasks[child].Exit; e != 3 {
		t.Errorf("the orphan ended with %d", e)
	}
	pid := r.Recording.Header.Tasks[child].Pid
	if _, err := os.Stat("/proc/" + strconv.Itoa(pid)); err == nil {
		t.Errorf("process %d is still there", pid)
	}
}

// A thread shares its process's variables, a spawned process has fresh ones, and
// both can be joined.
func TestRealSpawnAndThread(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
variables: {x: 5}
tasks:
  - name: M
    program:
      - {load: 9, for: 0}
      - {store: x, for: 0}
      - thread: {name: W, do: [{cpu: 4}, {load: x, for: 0}, {add: 1, for: 0}, {store: x, for: 0}, {exit_thread: 2}]}
      - spawn: {name: S, do: [{cpu: 2}, {load: x, for: 0}, {add: 1, for: 0}, {store: x, for: 0}, {sleep: 5}]}
      - cpu: 1
      - join: W
      - {join: S, timeout: 200}
      - join: S
      - cpu: 1
`)
	w.Tasks[0].Program.Ops[5].Patience = workload.Patient // of a child nobody waits so long in reality
	r := runReal(t, w, Options{})
	show(t, r)
	h := r.Recording.Header.Tasks
	thread, spawned := id(t, r, "W"), id(t, r, "S")
	if h[thread].Pid != h[0].Pid || h[thread].Process != 0 || h[spawned].Pid == h[0].Pid || h[spawned].Parent != h[0].Pid {
		t.Errorf("the thread is %+v, the process %+v", h[thread], h[spawned])
	}
	if mine, its := final(r, 0, 0), final(r, 0, spawned); mine != 10 || its != 6 {
		t.Errorf("x is %d to the threads and %d to the process, want 10 and 6", mine, its)
	}
	near(t, "the thread's CPU time", r.Report.Tasks[thread].CPU, 4*time.Millisecond, 0.05, 200*time.Microsecond)
	if n := count(r, 0, trace.Join) + count(r, 0, trace.WakeJoin); n != 3 {
		t.Errorf("joined %d times", n)
	}
	if !strings.Contains(h[thread].Group, "M") {
		t.Errorf("the thread is of process %q", h[thread].Group)
	}
}

// A process that execs is the same to everybody and begins anew: fresh variables, what
// was open stays so, its other threads are gone.
func TestRealExec(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {p: {kind: pipe}}
variables: {x: 5}
programs:
  ls: [{load: x, for: 0}, {if: acc != 5, then: [{exit: 9}]}, {cpu: 3}, {write: {to: p, bytes: 7}}, {fork: {name: G}, do: [{cpu: 1}, {exit: 4}]}, {waitpid: any}, {exit: 6}]
tasks:
  - name: shell
    program:
      - fork: {name: C}
        do:
          - {load: 8, for: 0}
          - {store: x, for: 0}
          - {thread: {name: T, do: [{sleep: 5000}]}}
          - {ignore: USR1}
          - {cpu: 1}
          - {exec: {name: lister, program: ls}}
      - {close: {pipe: p, end: write}}
      - {read: {from: p, bytes: 100}}
      - {if: acc != 7, then: [{exit: 8}]}
      - {waitpid: any}
      - {if: acc != 6, then: [{exit: 7}]}
  - {name: alone, program: [{store: x, for: 0}, {cpu: 2}, {exec: {do: [{load: x, for: 0}, {thread: {name: U, do: [{cpu: 2}]}}, {join: U}, {exit: 3}]}}]}
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		if n := count(r, -1, trace.Exec); n != 2 {
			t.Errorf("level %s: %d processes became others", level, n)
		}
		if x, c, a := figures(r).Tasks[0].Exit, figures(r).Tasks[id(t, r, "C")].Exit, figures(r).Tasks[1].Exit; x != 0 || c != 6 || a != 3 {
			t.Errorf("level %s: the shell ended with %d, its child with %d, the other with %d", level, x, c, a)
		}
	}
}

//go:build linux && (amd64 || arm64)

package host

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// The test binary is the program the workers are started from.
func TestMain(m *testing.M) {
	if IsWorker(os.Args) {
		WorkerMain()
	}
	if os.Getenv(guestEnv) != "" {
		recordForever()
	}
	os.Exit(m.Run())
}

const ms = workload.Time(time.Millisecond)

// op is shorthand for an operation.
func op(code workload.OpCode, res int, dur workload.Time, value int64) workload.Op {
	return workload.Op{Code: code, Res: res, Dur: dur, Value: value}
}

func cpu(d workload.Time) workload.Op       { return op(workload.OpCPU, -1, d, 0) }
func pause(d workload.Time) workload.Op     { return op(workload.OpSleep, -1, d, 0) }
func lock(r int) workload.Op                { return op(workload.OpLock, r, 0, 0) }
func unlock(r int) workload.Op              { return op(workload.OpUnlock, r, 0, 0) }
func io(r int, d workload.Time) workload.Op { return op(workload.OpIO, r, d, 0) }
func put(r int, v int64) workload.Op        { return op(workload.OpPut, r, 0, v) }
func get(r int) workload.Op                 { return op(workload.OpGet, r, 0, 0) }
func yield() workload.Op                    { return op(workload.OpYield, -1, 0, 0) }
func exit(code int64) workload.Op           { return op(workload.OpExit, -1, 0, code) }

// repeat is a loop around operations and slices of them.
func repeat(n int64, parts ...any) []workload.Op {
	body := append([]workload.Op{op(workload.OpRepeat, -1, 0, n)}, flatten(parts)...)
	return append(body, op(workload.OpEnd, -1, 0, 0))
}

func flatten(parts []any) (ops []workload.Op) {
	for _, part := range parts {
		switch part := part.(type) {
		case workload.Op:
			ops = append(ops, part)
		case []workload.Op:
			ops = append(ops, part...)
		}
	}
	return ops
}

// program makes a program of operations and slices of them, and sets the jumps.
func program(parts ...any) *workload.Program {
	p := &workload.Program{Ops: flatten(parts)}
	var open []int
	for i := range p.Ops {
		p.Ops[i].Depth = len(open)
		switch p.Ops[i].Code {
		case workload.OpRepeat:
			open = append(open, i)
		case workload.OpEnd:
			begin := open[len(open)-1]
			open = open[:len(open)-1]
			p.Ops[begin].Jump, p.Ops[i].Jump = i+1, begin+1
		}
	}
	p.Text = make([]string, len(p.Ops))
	return p
}

func task(name string, at workload.Time, parts ...any) workload.Task {
	return workload.Task{Name: name, Arrival: at, Program: program(parts...)}
}

func work(resources []workload.Resource, tasks ...workload.Task) *workload.Workload {
	return &workload.Workload{
		Name: "test", Unit: ms, UnitText: "1ms", Machine: workload.Machine{CPUs: 1},
		Policy: workload.Policy{Name: "rr"}, Resources: resources, Tasks: tasks,
	}
}

// runReal records or ends the test; what a machine can't do skips it.
func runReal(t *testing.T, w *workload.Workload, o Options) *Result {
	t.Helper()
	if o.Quiet == 0 {
		o.Quiet = -1 // what holds of every recording holds of one on a busy machine
	}
	if o.Limit == 0 {
		o.Limit = MaxTime // which may be very busy
	}
	r, err := Record(context.Background(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	return r
}

// check tests what holds of every recording: events are legal, the CPU belongs
// to one task at a time, a task's states add up to its life, and mutexes and
// queues keep their promises.
func check(t *testing.T, r *Result) {
	t.Helper()
	rec := r.Recording
	if err := trace.Validate(rec); err != nil {
		t.Errorf("not a possible recording: %v", err)
	}
	state := make([]trace.State, len(rec.Header.Tasks))
	for i := range state {
		state[i] = trace.New
	}
	owner := make([]trace.TaskID, len(rec.Header.Resources))
	for i := range owner {
		owner[i] = trace.NoTask
	}
	items := make([][]int64, len(rec.Header.Resources))
	running := trace.NoTask
	var last trace.Time
	for i, e := range rec.Events(0) {
		if e.Time < last {
			t.Fatalf("event %d goes back in time: %+v", i, e)
		}
		last = e.Time
		if e.Kind != trace.Continue && !e.Kind.From(state[e.Task]) { // who is stopped is whatever it is beside that
			t.Fatalf("event %d, %v of task %d at %d, can't happen while it is %v", i, e.Kind, e.Task, e.Time, state[e.Task])
		}
		if to, ok := e.Kind.To(); ok {
			if state[e.Task] == trace.Running {
				running = trace.NoTask
			}
			state[e.Task] = to
			if to == trace.Running {
				if running != trace.NoTask {
					t.Fatalf("event %d: task %d gets the CPU from task %d", i, e.Task, running)
				}
				running = e.Task
			}
		}
		if e.Kind == trace.Stop && state[e.Task] == trace.Running { // itself
			running, state[e.Task] = trace.NoTask, trace.Ready
		}
		switch e.Kind {
		case trace.Lock:
			if again := rec.Header.Resources[e.Object].Kind == trace.RLock && e.Arg > 1; owner[e.Object] != trace.NoTask && !again {
				t.Fatalf("event %d: task %d locks what task %d holds", i, e.Task, owner[e.Object])
			}
			owner[e.Object] = e.Task
		case trace.Unlock:
			if owner[e.Object] != e.Task && rec.Header.Resources[e.Object].Kind != trace.RWLock {
				t.Fatalf("event %d: task %d unlocks what task %d holds", i, e.Task, owner[e.Object])
			}
			if owner[e.Object] == e.Task && e.Arg == 0 {
				owner[e.Object] = trace.NoTask
			}
		case trace.BlockWait:
			owner[rec.Header.Resources[e.Object].Lock] = trace.NoTask
		case trace.Put:
			items[e.Object] = append(items[e.Object], e.Arg)
			if n := rec.Header.Resources[e.Object].Capacity; n > 0 && len(items[e.Object]) > n {
				t.Fatalf("event %d: %d values in %d slots", i, len(items[e.Object]), n)
			}
		case trace.Get:
			if at := slices.Index(items[e.Object], e.Arg); !plain(rec, e.Object) && at >= 0 {
				items[e.Object] = slices.Delete(items[e.Object], at, at+1)
				break
			}
			q := items[e.Object]
			if len(q) == 0 || q[0] != e.Arg {
				t.Fatalf("event %d: task %d got %d from %v", i, e.Task, e.Arg, q)
			}
			items[e.Object] = q[1:]
		}
	}
	lanes := trace.NewLanes()
	lanes.Extend(rec)
	for i, f := range lanes.Figures().Tasks {
		if state[i] != trace.Terminated {
			t.Errorf("task %d ends as %v", i, state[i])
		}
		if life := f.Finish - f.Arrival; life > 0 && f.CPU+f.Ready+f.Blocked+f.Stopped != life {
			t.Errorf("task %d lived %v: %v running, %v ready, %v blocked", i, time.Duration(life), time.Duration(f.CPU), time.Duration(f.Ready), time.Duration(f.Blocked))
		}
		if !f.Killed {
			var s trace.Snapshot
			rec.Snapshot(&s, rec.End())
			ops := rec.Header.Programs[rec.Header.Tasks[i].Program].Ops
			if pc := s.Tasks[i].PC; pc != len(ops) && !f.Killed && f.Exit == 0 && !ops[pc].Silent && !ops[pc].Step {
				t.Errorf("task %d exits at operation %d of %d", i, pc, len(ops))
			}
		}
	}
	var s trace.Snapshot
	rec.Snapshot(&s, rec.End())
	if rec.Header.ID == "" || rec.Header.Origin != trace.Real || rec.Header.Recorded == nil {
		t.Errorf("header lacks an id, its origin or how it was recorded: %+v", rec.Header)
	}
}

// plain reports whether what goes into a queue first always comes out first.
func plain(r *trace.Recording, queue int) bool {
	for _, p := range r.Header.Programs {
		for _, op := range p.Ops {
			if op.Far {
				return false
			}
		}
	}
	return r.Header.Resources[queue].Order == trace.FIFO && r.Header.Resources[queue].Workers == 0
}

// near fails unless got is within a part of want, or slack.
func near[A, B ~int64](t *testing.T, what string, gotNs A, wantNs B, part float64, slack time.Duration) {
	t.Helper()
	if complaint := off(what, gotNs, wantNs, part, slack); complaint != "" {
		t.Error(complaint)
	}
}

// inTime tries what a busy machine may spoil up to three times, and says why. It
// is for times only: what is wrong at any speed isn't tried again.
func inTime(t *testing.T, try func() (complaint string)) {
	t.Helper()
	for range 3 {
		complaint := try()
		if complaint == "" {
			return
		}
		t.Log("once more: ", complaint)
	}
	t.Error("three times not in time")
}

// off says by how much got is off from want, unless that is within a part of
// want, or slack.
func off[A, B ~int64](what string, gotNs A, wantNs B, part float64, slack time.Duration) string {
	got, want := time.Duration(gotNs), time.Duration(wantNs)
	d := max(got-want, want-got)
	if float64(d) > part*float64(want) && d > slack {
		return fmt.Sprintf("%s is %v, want %v ± %v", what, got, want, max(slack, time.Duration(part*float64(want))))
	}
	return ""
}

// show logs a report.
func show(t *testing.T, r *Result) {
	t.Helper()
	rep := &r.Report
	t.Logf("%s, level %s, CPU %d, tick %v, slice %v, interference %.2f %%, overhead %.2f %%, %d events, warnings %v",
		rep.System, rep.Level, rep.CPU, rep.Tick, rep.Slice, 100*rep.Interference, 100*rep.Overhead, r.Recording.Len(), rep.Warnings)
	if a := rep.Agreement; a != nil {
		t.Logf("agreement: kernel %d, workers %d, missed %d, false %d; leave p50 %v p95 %v, return p50 %v p95 %v",
			a.Kernel, a.Workers, a.Missed, a.False, a.LeaveP50, a.LeaveP95, a.ReturnP50, a.ReturnP95)
	}
	for _, x := range rep.Tasks {
		t.Logf("%-6s cpu %v, turnaround %v, response %v, runs %d, voluntary %d, involuntary %d, stolen %v, exit %d, killed %v",
			x.Name, x.CPU, x.Turnaround, x.Response, x.Runs, x.Voluntary, x.Involuntary, x.Stolen, x.Exit, x.Killed)
	}
}

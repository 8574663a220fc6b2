package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Programs that make, end, wait for and signal processes and threads do what a
// slow and obvious twin says that they do. It knows none of the kernel's tables:
// it looks at all tasks again whenever it wants to know something, and a task's
// place in its program is a stack of blocks, so that a handler is one more, a fork
// copies it, and exec throws it away. There are CPUs for all.
func TestProcessesAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			likeItsTwin(t)
		}
	})
}

// likeItsTwin runs programs in the kernel and in its twin.
func likeItsTwin(t *rapid.T) {
	w := &world{}
	tasks := make([]workload.Task, rapid.IntRange(1, 3).Draw(t, "tasks"))
	for i := range tasks {
		steps := someSteps(t, 3)
		tasks[i] = workload.Task{Program: program(compiled(steps, nil)...)}
		w.add(&being{name: string(rune('A' + i)), stack: []block{{steps: steps}}}, nil, -1)
	}
	m, err := sim.New(sim.Config{Workload: computer(twinCPUs, tasks...), Policy: choose(tester{t}, "fcfs")})
	if err != nil {
		t.Fatal(err)
	}
	m.LimitOps(2000)
	if err := m.Run(sim.Never-1, 3000); err != nil || !m.Done() || len(m.Recording().Header.Tasks) > twinCPUs {
		return // too much of it
	}
	r := m.Recording()
	if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
		t.Fatalf("%v\n%s", err, transcript(r))
	}
	w.live()
	if got, want := told(r), strings.Join(w.said, "\n"); got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Fatalf("after\n%s\nthe kernel says\n%.300s\nits twin\n%.300s\n\n%s", got[:at], got[at:], want[at:], transcript(r))
	}
}

const twinCPUs = 60

// told is what a recording says of processes.
func told(r *trace.Recording) string {
	h := &r.Header
	var lines []string
	for _, e := range r.Events(0) {
		line := ""
		other := func() string {
			if e.Arg < 0 {
				return "-"
			}
			return h.Tasks[e.Arg].Name
		}
		switch e.Kind {
		case trace.Print, trace.Exit, trace.Kill, trace.Defunct:
			line = fmt.Sprint(e.Arg)
		case trace.Reap, trace.Adopt:
			line = other()
		case trace.Catch, trace.Return:
			line = fmt.Sprint(e.Object)
		case trace.EndWith, trace.Crash, trace.Exec, trace.Stop, trace.Continue, trace.Interrupted, trace.CutShort:
		default:
			continue
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %v %s %s", e.Time, e.Kind, h.Tasks[e.Task].Name, line)))
	}
	return strings.Join(lines, "\n")
}

// step is an operation of a twin's program.
type step struct {
	what   workload.OpCode
	name   string
	n      int64 // a time, an exit code, how often
	signal workload.Signal
	nohang bool
	body   []step
}

// costs reports whether a step takes some CPU time before it is taken.
func (s *step) costs() bool {
	return s.what == workload.OpFork || s.what == workload.OpSpawn || s.what == workload.OpThread || s.what == workload.OpExec
}

// someSteps draws a program.
func someSteps(t *rapid.T, depth int) (list []step) {
	for range rapid.IntRange(1, 5).Draw(t, "steps") {
		s := step{name: rapid.SampledFrom([]string{"K", "L", "A"}).Draw(t, "name"), n: rapid.Int64Range(1, 40).Draw(t, "n")}
		kinds := []workload.OpCode{
			workload.OpCPU, workload.OpCPU, workload.OpSleep, workload.OpPrint, workload.OpJoin, workload.OpWaitChild, workload.OpWaitChild,
			workload.OpExit, workload.OpExitThread, workload.OpSignal, workload.OpSignal, workload.OpSignal, workload.OpIgnore, workload.OpCrash,
		}
		if depth > 0 {
			kinds = append(kinds, workload.OpFork, workload.OpFork, workload.OpSpawn, workload.OpThread, workload.OpThread, workload.OpExec,
				workload.OpHandle, workload.OpHandle, workload.OpHandle, workload.OpRepeat)
		}
		s.what = rapid.SampledFrom(kinds).Draw(t, "what")
		switch s.what {
		case workload.OpFork:
			if rapid.Bool().Draw(t, "both") && depth == 3 {
				break // both go on
			}
			s.body = someSteps(t, depth-1)
		case workload.OpSpawn, workload.OpThread, workload.OpExec, workload.OpRepeat:
			s.body, s.n = someSteps(t, depth-1), s.n%3+1
		case workload.OpHandle:
			s.body = someSteps(t, depth-1)
			s.signal = rapid.SampledFrom([]workload.Signal{workload.SigTerm, workload.SigUsr1, workload.SigChld, workload.SigChld}).Draw(t, "signal")
		case workload.OpIgnore:
			s.signal = rapid.SampledFrom([]workload.Signal{workload.SigTerm, workload.SigUsr1, workload.SigChld}).Draw(t, "signal")
			s.n %= 2
		case workload.OpSignal:
			s.signal = rapid.SampledFrom([]workload.Signal{
				workload.SigTerm, workload.SigUsr1, workload.SigUsr1, workload.SigKill, workload.SigStop, workload.SigCont, workload.SigCont, workload.SigChld,
			}).Draw(t, "signal")
		case workload.OpJoin, workload.OpWaitChild:
			s.nohang = rapid.IntRange(0, 2).Draw(t, "nohang") == 0
			if s.what == workload.OpWaitChild && rapid.Bool().Draw(t, "any") {
				s.name = ""
			}
		}
		list = append(list, s)
	}
	return list
}

// compiled makes the kernel's operations of a twin's.
func compiled(list []step, out []workload.Op) []workload.Op {
	for _, s := range list {
		op := workload.Op{Code: s.what, Res: -1, Var: -1}
		end := workload.OpCode(0)
		switch s.what {
		case workload.OpCPU, workload.OpSleep:
			op.Dur = workload.Time(s.n) * ms
		case workload.OpPrint:
			op.Say = "{acc}"
		case workload.OpExit, workload.OpExitThread, workload.OpRepeat:
			op.Value = s.n
			end = workload.OpEnd
		case workload.OpJoin, workload.OpWaitChild:
			op.Kin = &workload.Kin{Name: s.name}
			if s.nohang {
				op.Patience = workload.NotAtAll
			}
		case workload.OpSignal:
			op.Kin = &workload.Kin{Name: s.name, Signal: s.signal}
		case workload.OpIgnore:
			op.Kin, op.Value = &workload.Kin{Signal: s.signal}, s.n
		case workload.OpCrash:
			op.Kin = &workload.Kin{}
		case workload.OpHandle:
			op.Kin, end = &workload.Kin{Signal: s.signal}, workload.OpHandled
		case workload.OpFork:
			op.Kin, end = &workload.Kin{Child: &workload.Task{Name: s.name}}, workload.OpForkEnd
		case workload.OpSpawn, workload.OpThread, workload.OpExec:
			op.Kin = &workload.Kin{Child: &workload.Task{Name: s.name, Program: program(compiled(s.body, nil)...)}}
			if s.what == workload.OpExec {
				op.Kin.Child.Name = ""
			}
		}
		if s.costs() {
			op.Dur = ms // else forks may go on for ever at one instant
		}
		at := len(out)
		out = append(out, op)
		if s.body != nil && end != 0 {
			out = append(compiled(s.body, out), workload.Op{Code: end, Res: -1, Var: -1})
			if end == workload.OpForkEnd { // so that program knows it has one
				out[at].Jump = len(out)
			}
		}
	}
	return slices.Clip(out)
}

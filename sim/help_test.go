package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// ms is the unit of the tests.
const ms = 1_000_000

func cpu(d workload.Time) workload.Op   { return workload.Op{Code: workload.OpCPU, Dur: d * ms} }
func sleep(d workload.Time) workload.Op { return workload.Op{Code: workload.OpSleep, Dur: d * ms} }
func io(r int, d workload.Time) workload.Op {
	return workload.Op{Code: workload.OpIO, Res: r, Dur: d * ms}
}
func lock(r int) workload.Op         { return workload.Op{Code: workload.OpLock, Res: r} }
func unlock(r int) workload.Op       { return workload.Op{Code: workload.OpUnlock, Res: r} }
func put(r int, v int64) workload.Op { return workload.Op{Code: workload.OpPut, Res: r, Value: v} }
func get(r int) workload.Op          { return workload.Op{Code: workload.OpGet, Res: r} }
func yield() workload.Op             { return workload.Op{Code: workload.OpYield} }
func exit(code int64) workload.Op    { return workload.Op{Code: workload.OpExit, Value: code} }
func repeat(turns int64) workload.Op { return workload.Op{Code: workload.OpRepeat, Value: turns} }
func end() workload.Op               { return workload.Op{Code: workload.OpEnd} }

// program closes loops: it fills in the jumps.
func program(ops ...workload.Op) *workload.Program {
	var open []int
	p := &workload.Program{Ops: ops}
	for i := range ops {
		op := &ops[i]
		op.Depth = len(open)
		text := ""
		switch op.Code {
		case workload.OpCPU:
			text = fmt.Sprintf("cpu %d", op.Dur/ms)
		case workload.OpIO:
			text = fmt.Sprintf("io %d %d", op.Res, op.Dur/ms)
		case workload.OpSleep:
			text = fmt.Sprintf("sleep %d", op.Dur/ms)
		case workload.OpYield:
			text = "yield"
		case workload.OpLock:
			text = fmt.Sprintf("lock %d", op.Res)
		case workload.OpUnlock:
			text = fmt.Sprintf("unlock %d", op.Res)
		case workload.OpPut:
			text = fmt.Sprintf("put %d %d", op.Res, op.Value)
		case workload.OpGet:
			text = fmt.Sprintf("get %d", op.Res)
		case workload.OpRequest:
			text = fmt.Sprintf("request %d %d %d", op.Res, op.Dur/ms, op.Value/ms)
		case workload.OpPoll:
			text = fmt.Sprintf("poll %d", op.Dur/ms)
		case workload.OpSelect:
			text = "select"
		case workload.OpCopy:
			text = fmt.Sprintf("copy %d", op.Dur/ms)
		case workload.OpWrite:
			text = fmt.Sprintf("write %d %d", op.Res, op.Value)
		case workload.OpRead:
			text = fmt.Sprintf("read %d %d", op.Res, op.Value)
		case workload.OpClose:
			text = fmt.Sprintf("close %d %d", op.Res, op.Value)
		case workload.OpTaskDone:
			text = fmt.Sprintf("task_done %d", op.Res)
		case workload.OpJoinQueue:
			text = fmt.Sprintf("join %d", op.Res)
		case workload.OpExit:
			text = fmt.Sprintf("exit %d", op.Value)
		case workload.OpRepeat:
			text = fmt.Sprintf("repeat %d", op.Value)
			open = append(open, i)
		case workload.OpOnce:
			text = fmt.Sprintf("once %d", op.Res)
			open = append(open, i)
		case workload.OpIf:
			text = fmt.Sprintf("if %v", op.Cmp)
			open = append(open, i)
		case workload.OpFork:
			if text = "fork"; op.Jump != 0 {
				open = append(open, i)
			}
		case workload.OpHandle:
			text = "handle " + op.Kin.Signal.String()
			open = append(open, i)
		case workload.OpForkEnd, workload.OpHandled:
			top := len(open) - 1
			ops[open[top]].Jump = i + 1
			open = open[:top]
		case workload.OpEndIf, workload.OpOnceEnd:
			top := len(open) - 1
			op.Depth--
			ops[open[top]].Jump = i
			if op.Code == workload.OpOnceEnd {
				ops[open[top]].Jump++
			}
			open = open[:top]
		case workload.OpEnd:
			top := len(open) - 1
			op.Jump = open[top] + 1
			op.Depth--
			ops[open[top]].Jump = i + 1
			open = open[:top]
		}
		p.Text = append(p.Text, text)
	}
	return p
}

// task is a task of a test's workload.
func task(at workload.Time, ops ...workload.Op) workload.Task {
	return workload.Task{Arrival: at * ms, Program: program(ops...)}
}

// computer is a workload of a test, with tasks named A, B, C, …
func computer(cpus int, tasks ...workload.Task) *workload.Workload {
	w := &workload.Workload{Unit: ms, UnitText: "1ms", Machine: workload.Machine{CPUs: cpus}, Tasks: tasks}
	for i := range tasks {
		if tasks[i].Name == "" {
			tasks[i].Name = name(i)
		}
		w.Programs = append(w.Programs, tasks[i].Program)
	}
	return w
}

func name(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprintf("T%d", i)
}

// choose makes a policy from text like "rr quantum=4".
func choose(t fataler, text string) sim.Policy {
	t.Helper()
	words := strings.Fields(text)
	info, ok := policy.Find(words[0])
	if !ok {
		t.Fatalf("there is no policy %s", words[0])
	}
	var given []sim.Param
	for _, w := range words[1:] {
		k, v, _ := strings.Cut(w, "=")
		given = append(given, sim.Param{Name: k, Values: strings.Split(v, ","), List: strings.Contains(v, ",")})
	}
	args, err := info.Args(given, duration)
	if err != nil {
		t.Fatal(err)
	}
	return info.New(args)
}

func duration(s string) (sim.Time, error) {
	var n int64
	_, err := fmt.Sscanf(s, "%d", &n)
	return sim.Time(n * ms), err
}

// machine makes a machine or fails.
func machine(t testing.TB, w *workload.Workload, p sim.Policy, what ...sim.Intervention) *sim.Machine {
	t.Helper()
	m, err := sim.New(sim.Config{Workload: w, Policy: p, Interventions: what})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run runs a workload to its end, comparing recording and kernel at each step.
func run(t testing.TB, w *workload.Workload, p sim.Policy, what ...sim.Intervention) *sim.Machine {
	t.Helper()
	m := machine(t, w, p, what...)
	var s trace.Snapshot
	for {
		more, err := m.Step()
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Agree(&s); err != nil {
			t.Fatalf("%v\n%s", err, transcript(m.Recording()))
		}
		if !more {
			break
		}
	}
	return m
}

// transcript is a recording as text, a line an event.
func transcript(r *trace.Recording) string {
	var b strings.Builder
	for _, e := range r.Events(0) {
		fmt.Fprintf(&b, "%6s %-11s", inUnits(r, e.Time), e.Kind)
		if e.Task != trace.NoTask {
			fmt.Fprintf(&b, " %s", r.Header.Tasks[e.Task].Name)
		}
		if e.Kind.OnCPU() && r.Header.CPUs > 1 {
			fmt.Fprintf(&b, " cpu%d", e.CPU)
		}
		switch {
		case e.Kind == trace.Jump:
			fmt.Fprintf(&b, " to %d", e.PC())
		case e.Kind == trace.Switched:
			fmt.Fprintf(&b, " %s", r.Header.Policies[e.Object].Name)
		case e.Kind == trace.Home:
			fmt.Fprintf(&b, " %d", e.Object)
		case e.Kind.OnResource():
			fmt.Fprintf(&b, " %s", r.Header.Resources[e.Object].Name)
		}
		if e.Kind.AboutTask() {
			if e.Arg >= 0 {
				fmt.Fprintf(&b, " %s", r.Header.Tasks[e.Arg].Name)
			} else {
				b.WriteString(" -")
			}
		}
		if n, ok := e.OfSignal(); ok && n > 0 {
			b.WriteString(" " + trace.SignalName(n))
		}
		switch e.Kind {
		case trace.WakeLock, trace.WakePut, trace.WakeGet, trace.WakeDone, trace.WakeRoom, trace.WakeBytes, trace.WakeResult:
			fmt.Fprintf(&b, " by %s", r.Header.Tasks[e.Arg].Name)
		case trace.Slice, trace.Quantum:
			fmt.Fprintf(&b, " %s", inUnits(r, trace.Time(e.Arg)))
		case trace.Load, trace.Store:
			fmt.Fprintf(&b, " %s %d", r.Header.Variables[e.Object].Name, e.Arg)
		case trace.Print:
			fmt.Fprintf(&b, " %s", r.Header.Texts[e.Object].With(e.Arg))
		case trace.WriteSome, trace.Write, trace.Read, trace.OpenEnd, trace.CloseEnd, trace.DropEnd, trace.Put, trace.Get, trace.Key, trace.Exit, trace.Acc, trace.Added, trace.Defunct, trace.Result:
			fmt.Fprintf(&b, " %d", e.Arg)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%6s end\n", inUnits(r, r.End()))
	return b.String()
}

func inUnits(r *trace.Recording, t trace.Time) string {
	unit := r.Header.Unit
	s := fmt.Sprint(int64(t / unit))
	if rest := t % unit; rest != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%06d", rest), "0")
	}
	return s
}

// resources are a device with one server, a mutex, a queue of two, a second
// mutex and a device that serves all at once.
func resources() []workload.Resource {
	return []workload.Resource{
		{Name: "disk", Kind: workload.Device, Servers: 1},
		{Name: "lock", Kind: workload.Mutex},
		{Name: "pipe", Kind: workload.Queue, Capacity: 2},
		{Name: "lock2", Kind: workload.Mutex},
		{Name: "timer", Kind: workload.Device},
	}
}

// fataler is what a test can fail with.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

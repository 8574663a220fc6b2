package workload_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"timeslice/sim/workload"
)

// FuzzParse: nothing makes the reader panic, what it refuses it refuses whole
// and with a place, and what it reads keeps every promise and writes back.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/refusals.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, part := range strings.Split(string(data), "\n== ")[1:] {
		head, _, _ := strings.Cut(part, "\n----\n")
		_, file, _ := strings.Cut(head, "\n")
		if !strings.Contains(file, "6553") { // many tasks make every step slow
			f.Add([]byte(file))
		}
	}
	files, _ := filepath.Glob("testdata/*.*")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil && filepath.Base(name) != "refusals.txt" {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := workload.Parse("fuzz", data)
		if err != nil {
			errs, ok := err.(workload.Errors)
			if !ok || w != nil || len(errs) == 0 || len(errs) > workload.MaxErrors {
				t.Fatalf("refused badly: %#v", err)
			}
			lines := 1 // YAML has more line breaks than most editors
			for _, br := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
				lines += bytes.Count(data, []byte(br))
			}
			for _, e := range errs {
				if e.Found == "" || e.Want == "" || e.Line < 1 || e.Line > lines+1 || e.Column < 1 {
					t.Fatalf("an error without place or remedy: %q", e)
				}
			}
			return
		}
		keepsPromises(t, w)
		writesBack(t, w)
	})
}

// keepsPromises checks what the package says about every workload it returns.
func keepsPromises(t failer, w *workload.Workload) {
	t.Helper()
	span := func(what string, d workload.Time) {
		if d < 0 || d > workload.MaxTime {
			t.Fatalf("%s is %d", what, d)
		}
	}
	if w.Unit < 1 || w.Unit > workload.MaxUnit || w.Machine.CPUs < 1 || w.Machine.CPUs > workload.MaxCPUs || len(w.Tasks) > workload.MaxTasks {
		t.Fatalf("beyond the limits: unit %d, %d CPUs, %d tasks", w.Unit, w.Machine.CPUs, len(w.Tasks))
	}
	span("switch", w.Machine.Switch)
	span("tick", w.Machine.Tick)
	names := map[string]bool{}
	known := map[*workload.Program]bool{}
	for _, p := range w.Programs {
		known[p] = true
	}
	for _, task := range w.Tasks {
		if names[task.Name] || task.Name == "" {
			t.Fatalf("task name %q", task.Name)
		}
		names[task.Name] = true
		span("arrival", task.Arrival)
		span("slice", task.Slice)
		if !known[task.Program] {
			t.Fatalf("task %q runs a program that isn't listed", task.Name)
		}
		for i, cpu := range task.Affinity {
			if cpu < 0 || cpu >= w.Machine.CPUs || i > 0 && task.Affinity[i-1] >= cpu {
				t.Fatalf("affinity %v", task.Affinity)
			}
		}
	}
	for _, p := range w.Programs {
		if len(p.Ops) != len(p.Text) || len(p.Ops) > workload.MaxOps {
			t.Fatalf("%d operations, %d texts", len(p.Ops), len(p.Text))
		}
		walk(t, w, p)
	}
}

// walk goes through a program as a task would, over its first operations.
func walk(t failer, w *workload.Workload, p *workload.Program) {
	t.Helper()
	held, unsure := map[int]bool{}, map[int]bool{}
	for i := range p.Ops {
		if op := &p.Ops[i]; (op.Code == workload.OpLock || op.Code == workload.OpLockRead) && (op.Patience != workload.Patient || w.Resources[op.Res].Kind == workload.RLock) {
			unsure[op.Res] = true
		}
	}
	c := workload.Cursor{Program: p}
	for range 5000 {
		c.Settle()
		op, ok := c.Op()
		if !ok {
			if len(held) > 0 {
				t.Fatalf("ends holding %v", held)
			}
			return
		}
		if op.Dur < 0 || op.Dur > workload.MaxTime {
			t.Fatalf("a time of %d", op.Dur)
		}
		kinds := map[workload.OpCode][]workload.ResourceKind{
			workload.OpIO:       {workload.Device},
			workload.OpLock:     {workload.Mutex, workload.RLock, workload.Spin, workload.RWLock},
			workload.OpUnlock:   {workload.Mutex, workload.RLock, workload.Spin, workload.RWLock},
			workload.OpLockRead: {workload.RWLock},
			workload.OpPut:      {workload.Queue}, workload.OpGet: {workload.Queue},
			workload.OpRequest: {workload.Device},
			workload.OpApply:   {workload.Pool}, workload.OpTakeJob: {workload.Pool}, workload.OpJobEnd: {workload.Pool},
			workload.OpResult: {workload.Pool}, workload.OpClosePool: {workload.Pool},
			workload.OpListen: {workload.Socket}, workload.OpConnect: {workload.Socket}, workload.OpAccept: {workload.Socket},
			workload.OpSend: {workload.Socket}, workload.OpReceive: {workload.Socket}, workload.OpCloseSocket: {workload.Socket},
			workload.OpTakeRequest: {workload.Manager}, workload.OpAnswer: {workload.Manager}, workload.OpCloseManager: {workload.Manager},
			workload.OpWrite: {workload.Pipe}, workload.OpRead: {workload.Pipe}, workload.OpClose: {workload.Pipe},
			workload.OpTaskDone: {workload.Queue}, workload.OpJoinQueue: {workload.Queue, workload.Pool},
			workload.OpAcquire: {workload.Semaphore}, workload.OpRelease: {workload.Semaphore},
			workload.OpWait: {workload.Condition}, workload.OpNotify: {workload.Condition},
			workload.OpSet: {workload.Event}, workload.OpClear: {workload.Event}, workload.OpAwait: {workload.Event}, workload.OpStartTimer: {workload.Timer}, workload.OpCancelTimer: {workload.Timer}, workload.OpAwaitTimer: {workload.Timer},
			workload.OpArrive: {workload.Barrier}, workload.OpOnce: {workload.Once}, workload.OpOnceEnd: {workload.Once},
		}[op.Code]
		if op.Code == workload.OpCoAwait && op.Res >= 0 {
			kinds = []workload.ResourceKind{workload.Queue, workload.Device}
		}
		if kinds != nil && !slices.Contains(kinds, w.Resources[op.Res].Kind) || kinds == nil && op.Res != -1 {
			t.Fatalf("operation %d of resource %d", op.Code, op.Res)
		}
		switch op.Code {
		case workload.OpLock, workload.OpLockRead, workload.OpUnlock:
			if unsure[op.Res] {
				break
			}
			if held[op.Res] == (op.Code != workload.OpUnlock) {
				t.Fatalf("lock or unlock in the wrong state")
			}
			if held[op.Res] = op.Code != workload.OpUnlock; !held[op.Res] {
				delete(held, op.Res)
			}
		case workload.OpExit:
			if len(held) > 0 {
				t.Fatalf("exits holding %v", held)
			}
			return
		}
		c.Advance()
	}
}

//go:build linux && (amd64 || arm64)

package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A workload without an end is ended, and so is one that can't go on.
func TestLimit(t *testing.T) {
	locks := []workload.Resource{{Name: "m", Kind: workload.Mutex}, {Name: "n", Kind: workload.Mutex}}
	for name, w := range map[string]*workload.Workload{
		"forever": work(nil, task("A", 0, repeat(-1, cpu(3*ms))), task("B", 0, repeat(-1, cpu(1*ms), pause(2*ms))), task("C", 500*ms, cpu(1*ms))),
		"deadlock": work(locks, task("A", 0, lock(0), pause(10*ms), lock(1), unlock(1), unlock(0)),
			task("B", 0, lock(1), pause(10*ms), lock(0), unlock(0), unlock(1))),
	} {
		for _, level := range []string{LevelSelf, LevelBest} {
			inTime(t, func() string {
				r := runReal(t, w, Options{Limit: 100 * time.Millisecond, Level: level})
				if n := count(r, -1, trace.Kill); n != len(w.Tasks) {
					t.Errorf("%s: killed %d tasks, want %d", name, n, len(w.Tasks))
				}
				if !warned(r, WarnLimit) {
					t.Errorf("%s: no word of the limit: %v", name, r.Report.Warnings)
				}
				return off(name+": the end", r.Recording.End(), 100*ms, 0, 400*time.Millisecond)
			})
		}
	}
}

func TestCancel(t *testing.T) {
	w := work(nil, task("A", 0, cpu(5000*ms)), task("B", 0, pause(5000*ms)), task("C", 4000*ms, cpu(1*ms)))
	for _, after := range []time.Duration{0, 10 * time.Millisecond, 40 * time.Millisecond, 150 * time.Millisecond} {
		fastest := time.Hour
		for range 3 { // who is killed needs a CPU to die, and may have to wait for one
			ctx, cancel := context.WithCancel(context.Background())
			var canceled atomic.Int64
			start := time.Now()
			time.AfterFunc(after, func() { canceled.Store(int64(time.Since(start))); cancel() })
			_, err := Record(ctx, w, Options{Quiet: -1})
			fastest = min(fastest, time.Since(start)-time.Duration(canceled.Load()))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("canceled after %v: %v", after, err)
			}
			if left := workersOf(t, os.Getpid()); len(left) > 0 {
				t.Errorf("canceled after %v, left: %v", after, left)
			}
			if fastest <= 100*time.Millisecond {
				break
			}
		}
		if fastest > 100*time.Millisecond {
			t.Errorf("canceled after %v, gone %v later", after, fastest)
		}
	}
}

// workersOf lists the children of a process that are workers.
func workersOf(t *testing.T, parent int) (pids []string) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		line, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		if err != nil || !strings.Contains(string(line), "\x00"+WorkerArg+"\x00") {
			continue
		}
		if f := statFields(e.Name()); len(f) > 1 && f[1] == itoa(parent) {
			pids = append(pids, e.Name())
		}
	}
	return pids
}

func TestRepeat(t *testing.T) {
	w := work(nil, task("A", 0, cpu(30*ms)), task("B", 0, cpu(30*ms)))
	var stages []string
	r := runReal(t, w, Options{Repeat: 3, Quiet: 300 * time.Millisecond, Progress: func(s string, f float64) {
		if f < 0 || f > 1 {
			t.Errorf("%s is at %v", s, f)
		}
		if !slices.Contains(stages, s) {
			stages = append(stages, s)
		}
	}})
	show(t, r)
	if len(r.Report.Repeats) != 3 {
		t.Fatalf("ran %d times", len(r.Report.Repeats))
	}
	for i, x := range r.Report.Tasks {
		if got := r.Report.Repeats[r.Report.Kept].Turnaround[i]; got != x.Turnaround {
			t.Errorf("%s: kept a run with turnaround %v, reports %v", x.Name, got, x.Turnaround)
		}
	}
	if want := []string{StageQuiet, StageStart, StageRun, StageRead}; !slices.Equal(stages, want) {
		t.Errorf("stages %v, want %v", stages, want)
	}
}

// The program's own threads are kept off the CPU during a run only.
func TestThreadsComeBack(t *testing.T) {
	affinities := func() map[int]unix.CPUSet {
		m := map[int]unix.CPUSet{}
		for _, tid := range threads(os.Getpid()) {
			var s unix.CPUSet
			if unix.SchedGetaffinity(tid, &s) == nil {
				m[tid] = s
			}
		}
		return m
	}
	before := affinities()
	var during map[int]unix.CPUSet
	r := runReal(t, work(nil, task("A", 0, cpu(100*ms))), Options{Progress: func(s string, _ float64) {
		if s == StageRun && during == nil {
			during = affinities()
		}
	}})
	if len(before) > 0 && r.Report.CPU > 0 {
		for tid, s := range during {
			if s.IsSet(r.Report.CPU) {
				t.Errorf("thread %d may use CPU %d during the run", tid, r.Report.CPU)
			}
		}
	}
	for tid, s := range affinities() {
		if !s.IsSet(r.Report.CPU) {
			t.Errorf("thread %d may not use CPU %d after the run", tid, r.Report.CPU)
		}
	}
}

// A burst costs as much CPU time as asked, whoever takes the CPU meanwhile.
func TestBurstLengths(t *testing.T) {
	for _, d := range []workload.Time{ms / 5, ms, 5 * ms, 20 * ms, 100 * ms} {
		inTime(t, func() (complaint string) {
			r := runReal(t, work(nil, task("A", 0, cpu(d)), task("B", 0, cpu(d))), Options{Quiet: -1})
			for _, x := range r.Report.Tasks {
				t.Logf("asked for %v, received %v (%+.3f %%)", time.Duration(d), x.CPU, 100*(float64(x.CPU)/float64(d)-1))
				if x.CPU < time.Duration(d) {
					t.Errorf("received %v of %v", x.CPU, time.Duration(d))
				}
				if c := off("CPU time", x.CPU, d, 0.02, 20*time.Microsecond); c != "" { // an interrupt, or the hypervisor
					complaint = c
				}
			}
			return complaint
		})
	}
}

// A run that others interfere with is made again, but not for ever, and the
// cleanest is kept.
func TestRetry(t *testing.T) {
	var may unix.CPUSet
	if err := unix.SchedGetaffinity(0, &may); err != nil || may.Count() < 2 {
		t.Skip("on one CPU it would interfere with itself")
	}
	first := runReal(t, work(nil, task("A", 0, cpu(ms))), Options{})
	if !may.IsSet(first.Report.CPU) || first.Report.CPU == 0 {
		t.Skip("no CPU to disturb")
	}
	hog := exec.Command("sh", "-c", "while :; do :; done")
	if err := hog.Start(); err != nil {
		t.Skip(err)
	}
	defer func() {
		_ = hog.Process.Kill()
		_ = hog.Wait() // it was killed
	}()
	var only unix.CPUSet
	only.Set(first.Report.CPU)
	if err := unix.SchedSetaffinity(hog.Process.Pid, &only); err != nil {
		t.Skip(err)
	}
	again := 0
	r := runReal(t, work(nil, task("A", 0, cpu(40*ms))), Options{CPU: first.Report.CPU, Retry: 2, Progress: func(s string, _ float64) {
		if s == StageAgain {
			again++
		}
	}})
	if len(r.Report.Repeats) != 3 || again != 2 || !warned(r, WarnInterference) {
		t.Errorf("ran %d times, said %d times that it does it again, warnings %v", len(r.Report.Repeats), again, r.Report.Warnings)
	}
	for _, x := range r.Report.Repeats {
		if x.Interference < r.Report.Interference {
			t.Errorf("kept a run with interference %v, there was one with %v", r.Report.Interference, x.Interference)
		}
	}
}

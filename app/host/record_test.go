//go:build linux && (amd64 || arm64)

package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func TestComputing(t *testing.T) {
	w := work(nil, task("A", 0, cpu(300*ms)), task("B", 0, cpu(300*ms)), task("C", 0, cpu(300*ms)))
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			for i, x := range r.Report.Tasks {
				near(t, x.Name+"'s CPU time", x.CPU, 300*time.Millisecond, 0.02, 0)
				if x.Turnaround < 600*time.Millisecond {
					t.Errorf("%s had a third of the CPU and was done after %v", x.Name, x.Turnaround)
				}
				if x.Voluntary > 5 { // a busy machine may have to fetch its pages
					return fmt.Sprintf("%s gave up the CPU %d times though it only computes", x.Name, x.Voluntary)
				}
				if c := off(x.Name+"'s time running", figures(r).Tasks[i].CPU, x.CPU, 0.02, x.Stolen); c != "" { // by the hypervisor, say
					return c
				}
			}
			return ""
		})
	}
}

// figures sums a recording up.
func figures(r *Result) *trace.Figures {
	l := trace.NewLanes()
	l.Extend(r.Recording)
	return l.Figures()
}

func warned(r *Result, code string) bool {
	return slices.ContainsFunc(r.Report.Warnings, func(w Warning) bool { return w.Code == code })
}

// count returns how many events of a kind a task has; any task's if it is -1.
func count(r *Result, task int, k trace.Kind) (n int) {
	for _, e := range r.Recording.Events(0) {
		if e.Kind == k && (task < 0 || e.Task == trace.TaskID(task)) {
			n++
		}
	}
	return n
}

// Both recorders must tell the same of every switch.
func TestAgreement(t *testing.T) {
	w := work([]workload.Resource{{Name: "m", Kind: workload.Mutex}},
		task("hog", 0, cpu(150*ms)),
		task("naps", 0, repeat(20, cpu(1*ms), pause(4*ms))),
		task("locks", 0, repeat(20, lock(0), cpu(2*ms), unlock(0), yield())))
	inTime(t, func() string {
		r := runReal(t, w, Options{})
		show(t, r)
		a := r.Report.Agreement
		if a == nil {
			t.Skipf("the kernel doesn't let us record switches: %v", r.Report.Warnings)
		}
		if a.Kernel < 40 {
			t.Errorf("the kernel saw %d absences, there must be more", a.Kernel)
		}
		// Two switches in one instant of the worker's time are one to it.
		if a.Missed > a.Kernel/100 || a.False > a.Kernel/100 {
			return fmt.Sprintf("of %d absences the workers missed %d and made up %d", a.Kernel, a.Missed, a.False)
		}
		for what, d := range map[string]time.Duration{"leaving": a.LeaveP95, "returning": a.ReturnP95} {
			if d < 0 || d > 100*time.Microsecond {
				return fmt.Sprintf("%s differs by %v (95th percentile)", what, d)
			}
		}
		return ""
	})
}

func TestArrivalSleepExit(t *testing.T) {
	w := work(nil,
		task("late", 25*ms, cpu(5*ms), pause(20*ms), cpu(5*ms), exit(7)),
		task("none", 0, cpu(0), pause(0), repeat(0, cpu(50*ms)), repeat(3, repeat(2, cpu(1*ms)))))
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			f := figures(r).Tasks
			if f[0].Arrival != 25*trace.Time(ms) || f[0].Exit != 7 || r.Report.Tasks[0].Exit != 7 {
				t.Errorf("late: %+v", f[0])
			}
			near(t, "none's CPU time", r.Report.Tasks[1].CPU, 6*time.Millisecond, 0.02, 200*time.Microsecond)
			if n := count(r, 1, trace.Computed); n != 7 {
				t.Errorf("none computed %d times, want 7", n)
			}
			if slept := f[0].ByCause[trace.ForSleep]; slept < trace.Time(20*ms) {
				t.Errorf("late slept for %v, wanted 20 ms", time.Duration(slept))
			}
			if f[1].Blocked > trace.Time(ms) {
				return fmt.Sprintf("none slept for %v, want 0", time.Duration(f[1].Blocked))
			}
			return off("late's sleep", f[0].ByCause[trace.ForSleep], 20*ms, 0.02, time.Millisecond)
		})
	}
}

func TestYield(t *testing.T) {
	w := work(nil, task("A", 0, repeat(10, cpu(1*ms), yield())), task("B", 0, repeat(10, cpu(1*ms), yield())))
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		for i := range w.Tasks {
			if n := count(r, i, trace.Yield); n != 10 {
				t.Errorf("%s yielded %d times, want 10", w.Tasks[i].Name, n)
			}
		}
	}
}

func TestMutex(t *testing.T) {
	body := repeat(10, lock(0), cpu(2*ms), unlock(0), cpu(1*ms))
	w := work([]workload.Resource{{Name: "m", Kind: workload.Mutex}}, task("A", 0, body), task("B", 0, body), task("C", 0, body))
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level}) // which checks that no two hold it
		show(t, r)
		if n := count(r, -1, trace.Lock); n != 30 {
			t.Errorf("locked %d times, want 30", n)
		}
		if n := count(r, -1, trace.BlockLock); n == 0 {
			t.Error("nobody ever waited")
		}
	}
}

func TestDevice(t *testing.T) {
	for servers, want := range map[int]workload.Time{0: 20 * ms, 1: 60 * ms, 2: 40 * ms} {
		use := []any{cpu(ms / 5), io(0, 20*ms)}
		w := work([]workload.Resource{{Name: "disk", Kind: workload.Device, Servers: servers}},
			task("A", 0, use...), task("B", 0, use...), task("C", 0, use...))
		inTime(t, func() string {
			r := runReal(t, w, Options{})
			var end trace.Time
			for _, f := range figures(r).Tasks {
				end = max(end, f.Finish)
			}
			if end < trace.Time(want) {
				t.Errorf("%d servers were done with three requests at %v, want %v", servers, time.Duration(end), time.Duration(want))
			}
			if n := count(r, -1, trace.Serve); servers > 0 && n != 3 {
				t.Errorf("%d servers served %d requests, want 3", servers, n)
			}
			if others := trace.Time(r.Report.Interference * float64(r.Recording.End())); end > trace.Time(want+6*ms)+others {
				return fmt.Sprintf("%d servers were done with three requests at %v, want %v, others had %v", servers, time.Duration(end), time.Duration(want), time.Duration(others))
			}
			return ""
		})
	}
}

func TestNice(t *testing.T) {
	w := work(nil, task("A", 0, cpu(100*ms)), task("B", 0, cpu(100*ms)))
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := min(10, 19-(20-own)) // nice values count from this test's own
	if want < 4 {
		t.Skipf("this test runs at nice %d, so weak that little is left below it", 20-own)
	}
	w.Tasks[1].Nice = 10
	r := runReal(t, w, Options{})
	show(t, r)
	if r.Recording.Header.Tasks[1].Nice != want {
		t.Errorf("B's nice value is %d: %v", r.Recording.Header.Tasks[1].Nice, r.Report.Warnings)
	}
	// The kernel's weights give B a tenth of what A gets while both run, however
	// little the two get together.
	lanes := trace.NewLanes()
	lanes.Extend(r.Recording)
	a := figures(r).Tasks[0]
	if b := lanes.Totals(1, a.Finish).CPU; float64(b) > 0.5*float64(a.CPU) {
		t.Errorf("while A had %v, B had %v: the nice value had no effect", time.Duration(a.CPU), time.Duration(b))
	}
}

func TestRealtime(t *testing.T) {
	w := work(nil, task("A", 0, cpu(50*ms)), task("B", 1*ms, cpu(50*ms)))
	w.Policy.Name = "fcfs"
	r, err := Record(context.Background(), w, Options{Realtime: true, Quiet: -1})
	if errors.Is(err, ErrRefused) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	show(t, r)
	if p := r.Recording.Header.Recorded.Policy; p != "SCHED_FIFO" {
		t.Errorf("recorded under %s", p)
	}
	if f := figures(r); f.Tasks[1].Start < f.Tasks[0].Finish && !warned(r, WarnUnexplained) {
		t.Errorf("B ran at %v, before A was done at %v", f.Tasks[1].Start, f.Tasks[0].Finish)
	}
}

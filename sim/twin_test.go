package sim_test

import (
	"fmt"
	"slices"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A twin is the kernel once more: slow, obvious, a tick at a time, for one CPU
// and tasks that compute and perhaps do I/O once. It shares nothing with the
// kernel, so where both agree on everything small, the kernel is right.
type twin struct {
	policy     string
	preemptive bool
	quantum    int
	conv       workload.Conventions
	tasks      []twinTask
	ready      []int // in the order they became ready
	running    int
	used       int   // of the slice
	io         []int // in the order they began
}

type twinTask struct {
	arrival, priority int
	ops               []int // cpu, io, cpu
	at                int   // in ops
	left              int   // of ops[at]
	ioEnd             int
	finish            int
}

// run returns who ran in each tick; -1 is nobody.
func (w *twin) run() (ticks []int) {
	w.running = -1
	for i := range w.tasks {
		w.tasks[i].left = w.tasks[i].ops[0]
	}
	for t, ended := 0, 0; ended < len(w.tasks); t++ {
		if r := w.running; r >= 0 && w.tasks[r].left == 0 { // the operation is done
			x := &w.tasks[r]
			w.running = -1
			if x.at++; x.at == len(x.ops) {
				x.finish = t
				ended++
			} else {
				x.ioEnd = t + x.ops[x.at]
				w.io = append(w.io, r)
			}
		}
		completions := func() {
			for _, i := range slices.Clone(w.io) {
				if x := &w.tasks[i]; x.ioEnd == t {
					x.at++
					x.left = x.ops[x.at]
					w.ready = append(w.ready, i)
					w.io = slices.DeleteFunc(w.io, func(j int) bool { return i == j })
				}
			}
		}
		expire := func() {
			if w.running >= 0 && w.quantum > 0 && w.used == w.quantum {
				w.ready = append(w.ready, w.running)
				w.running = -1
			}
		}
		if w.conv.PreemptedFirst {
			expire()
		}
		if !w.conv.CompletionsLast {
			completions()
		}
		for i := range w.tasks {
			if w.tasks[i].arrival == t {
				w.ready = append(w.ready, i)
			}
		}
		if w.conv.CompletionsLast {
			completions()
		}
		expire()
		if w.preemptive && w.running >= 0 && len(w.ready) > 0 && w.beats(w.best(), w.running) {
			w.ready = append(w.ready, w.running)
			w.running = -1
		}
		if w.running < 0 && len(w.ready) > 0 {
			w.running = w.best()
			w.used = 0
			w.ready = slices.DeleteFunc(w.ready, func(i int) bool { return i == w.running })
		}
		ticks = append(ticks, w.running)
		if w.running >= 0 {
			w.tasks[w.running].left--
			w.used++
		}
	}
	return ticks[:len(ticks)-1]
}

// key is what the policy compares.
func (w *twin) key(i int) int {
	x := &w.tasks[i]
	switch w.policy {
	case "job":
		sum := x.left
		for k := x.at + 2; k < len(x.ops); k += 2 {
			sum += x.ops[k]
		}
		return sum
	case "burst":
		return x.left
	case "priority", "levels":
		if w.conv.HigherIsBetter {
			return -x.priority
		}
		return x.priority
	}
	return 0
}

// before reports whether equal keys stand in this order by the tie rule.
func (w *twin) before(a, b int) bool {
	if w.conv.Ties == workload.TiesIndex || w.tasks[a].arrival == w.tasks[b].arrival {
		return a < b
	}
	return w.tasks[a].arrival < w.tasks[b].arrival
}

func (w *twin) best() int {
	best := w.ready[0]
	for _, i := range w.ready[1:] {
		switch {
		case w.policy == "":
		case w.key(i) < w.key(best):
			best = i
		case w.key(i) == w.key(best) && w.policy != "levels" && w.before(i, best):
			best = i
		}
	}
	return best
}

func (w *twin) beats(a, running int) bool {
	if w.key(a) != w.key(running) {
		return w.key(a) < w.key(running)
	}
	return w.policy != "levels" && w.conv.Ties != workload.TiesRunningFirst && w.before(a, running)
}

var twins = []struct {
	policy string
	twin   twin
}{
	{"fcfs", twin{}},
	{"rr quantum=1", twin{quantum: 1}},
	{"rr quantum=2", twin{quantum: 2}},
	{"sjf", twin{policy: "job"}},
	{"sjf length=burst", twin{policy: "burst"}},
	{"srtf", twin{policy: "job", preemptive: true}},
	{"srtf length=burst", twin{policy: "burst", preemptive: true}},
	{"priority preemptive=false", twin{policy: "priority"}},
	{"priority", twin{policy: "priority", preemptive: true}},
	{"priority quantum=2", twin{policy: "levels", preemptive: true, quantum: 2}},
	{"priority preemptive=false quantum=1", twin{policy: "levels", quantum: 1}},
}

// TestEverythingSmall runs all workloads of three tasks with a few arrivals,
// bursts, I/O and priorities, under every policy and convention that matters.
func TestEverythingSmall(t *testing.T) {
	for _, x := range twins {
		t.Run(x.policy, func(t *testing.T) {
			var kinds []twinTask
			for _, priority := range []int{0, 1} {
				if priority > 0 && x.twin.policy != "priority" && x.twin.policy != "levels" {
					continue
				}
				for arrival := range 3 - priority {
					for burst := 1; burst <= 3; burst++ {
						kinds = append(kinds, twinTask{arrival: arrival, priority: priority, ops: []int{burst}})
						if burst < 3 {
							kinds = append(kinds, twinTask{arrival: arrival, priority: priority, ops: []int{burst, burst, 1}})
						}
					}
				}
			}
			p := choose(t, x.policy)
			n := 0
			for a := range kinds {
				for b := range kinds {
					for c := range kinds {
						n++
						if testing.Short() && n%11 != 0 {
							continue
						}
						conv := workload.Conventions{
							Ties:            workload.Ties(n % 3),
							PreemptedFirst:  n/3%2 == 1,
							CompletionsLast: n/5%2 == 1,
							HigherIsBetter:  n/7%2 == 1,
						}
						w := x.twin
						w.conv = conv
						w.tasks = []twinTask{kinds[a], kinds[b], kinds[c]}
						compareTwin(t, &w, func(r *workload.Workload) *trace.Recording {
							m := machine(t, r, p)
							if err := m.Run(1<<50, 1<<20); err != nil {
								t.Fatal(err)
							}
							return m.Recording()
						})
					}
				}
			}
			t.Logf("%d workloads", n)
		})
	}
}

func compareTwin(t *testing.T, w *twin, runs func(*workload.Workload) *trace.Recording) {
	var tasks []workload.Task
	for _, x := range w.tasks {
		ops := []workload.Op{cpu(workload.Time(x.ops[0]))}
		if len(x.ops) > 1 {
			ops = append(ops, io(0, workload.Time(x.ops[1])), cpu(workload.Time(x.ops[2])))
		}
		one := task(workload.Time(x.arrival), ops...)
		one.Priority = int64(x.priority)
		tasks = append(tasks, one)
	}
	what := fmt.Sprintf("%+v\n%+v", w.conv, w.tasks)
	want := w.run()
	load := computer(1, tasks...)
	load.Resources = []workload.Resource{{Name: "io", Kind: workload.Device}}
	load.Conventions = w.conv
	r := runs(load)
	got := make([]int, r.End()/ms)
	for i := range got {
		got[i] = -1
	}
	var since trace.Time
	for _, e := range r.Events(0) {
		if to, ok := e.Kind.To(); ok && e.Kind.OnCPU() {
			if to == trace.Running {
				since = e.Time
			} else {
				for at := since / ms; at < e.Time/ms; at++ {
					got[at] = int(e.Task)
				}
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s\nruns  %v\ntwin  %v\n%s", what, got, want, transcript(r))
	}
}

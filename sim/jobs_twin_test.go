package sim_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// jobTwin is the kernel once more for tasks that run in jobs of plain computing:
// a tick at a time, looking at everything at each. It shares nothing with the
// kernel and the policies.
type jobTwin struct {
	policy         string
	cpus, until    int
	ties           workload.Ties
	budget, period int // of every server
	tasks          []jobTwinTask
}

type jobTwinTask struct {
	releases         []int
	period, deadline int // deadline 0 = none
	length, priority int
	abort            bool
	cpu              int // -1 = any

	queue []twinJob // released and not done
	k     int
	runs  bool
	c, d  int // of its server
	idle  bool
}

type twinJob struct{ k, release, active, start, left int }

// run returns the jobs and who runs in each tick, sorted.
func (w *jobTwin) run() (jobs []trace.Job, ticks [][]int) {
	record := func(id int, j twinJob, finish int, aborted, missed bool) {
		one := trace.Job{Task: trace.TaskID(id), K: int64(j.k), Release: sim.Time(j.release), Deadline: -1,
			Start: sim.Time(j.start), Finish: sim.Time(finish), Aborted: aborted, Missed: missed}
		if d := w.tasks[id].deadline; d > 0 {
			one.Deadline = sim.Time(j.release + d)
		}
		jobs = append(jobs, one)
	}
	for now := 0; ; now++ {
		for id := range w.tasks {
			t := &w.tasks[id]
			if len(t.queue) > 0 && t.queue[0].left == 0 {
				j := t.queue[0]
				t.queue, t.runs = t.queue[1:], false
				record(id, j, now, false, t.deadline > 0 && now > j.release+t.deadline)
				t.idle = len(t.queue) == 0
			} else if len(t.queue) > 0 && t.abort && t.deadline > 0 && now == t.queue[0].release+t.deadline {
				j := t.queue[0]
				t.queue, t.runs = t.queue[1:], false
				record(id, j, now, true, true)
			} else {
				continue
			}
			if len(t.queue) > 0 {
				t.queue[0].active = now
			}
		}
		if now == w.until {
			break
		}
		for id := range w.tasks {
			t := &w.tasks[id]
			if slices.Contains(t.releases, now) {
				t.k++
				t.queue = append(t.queue, twinJob{k: t.k, release: now, active: now, start: -1, left: t.length})
				if len(t.queue) == 1 && t.idle && t.c*w.period >= (t.d-now)*w.budget {
					t.c, t.d = w.budget, now+w.period
				}
				t.idle = false
			}
		}
		w.choose(now)
		var who []int
		for id := range w.tasks {
			if t := &w.tasks[id]; t.runs {
				who = append(who, id)
				j := &t.queue[0]
				if j.start < 0 {
					j.start = now
				}
				j.left--
				if t.c--; t.c == 0 && t.deadline == 0 && w.policy == "cbs" {
					t.c, t.d = w.budget, t.d+w.period
					t.runs = false // it stands in line again
				}
			}
		}
		ticks = append(ticks, who)
	}
	for id := range w.tasks {
		for _, j := range w.tasks[id].queue {
			d := w.tasks[id].deadline
			record(id, j, -1, false, d > 0 && j.release+d < w.until)
		}
	}
	slices.SortFunc(jobs, func(a, b trace.Job) int {
		return cmp.Or(cmp.Compare(a.Release, b.Release), cmp.Compare(a.Task, b.Task))
	})
	return jobs, ticks
}

// choose lets those run that go first.
func (w *jobTwin) choose(now int) {
	const never = 1 << 40
	var active []int
	for id := range w.tasks {
		if len(w.tasks[id].queue) > 0 {
			active = append(active, id)
		}
	}
	key := func(id int) int {
		t := &w.tasks[id]
		due := never
		if t.deadline > 0 {
			due = t.queue[0].release + t.deadline
		}
		switch w.policy {
		case "rm":
			return cmp.Or(t.period, never)
		case "dm":
			return cmp.Or(t.deadline, never)
		case "fp":
			return t.priority
		case "llf":
			if t.deadline > 0 {
				return due - now - t.queue[0].left
			}
		case "cbs":
			if t.deadline == 0 {
				return t.d
			}
		}
		return due
	}
	slices.SortFunc(active, func(a, b int) int {
		if c := cmp.Compare(key(a), key(b)); c != 0 {
			return c
		}
		x, y := &w.tasks[a], &w.tasks[b]
		if w.ties == workload.TiesRunningFirst && x.runs != y.runs {
			if x.runs {
				return -1
			}
			return 1
		}
		if w.ties != workload.TiesIndex && x.queue[0].active != y.queue[0].active {
			return cmp.Compare(x.queue[0].active, y.queue[0].active)
		}
		return cmp.Compare(a, b)
	})
	free := make([]int, w.cpus) // how many tasks each CPU, or all together, can take
	all := w.cpus
	for c := range free {
		free[c] = 1
	}
	for _, id := range active {
		t := &w.tasks[id]
		t.runs = all > 0 && (t.cpu < 0 || free[t.cpu] > 0)
		if t.runs {
			all--
			if t.cpu >= 0 {
				free[t.cpu]--
			}
		}
	}
}

// TestJobsAgainstTwin compares random sets of tasks, global or partitioned, with
// the twin: every job and who runs in each tick.
func TestJobsAgainstTwin(t *testing.T) {
	for _, name := range []string{"rm", "dm", "edf", "fp", "llf", "cbs"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				draw := func(what string, low, high int) int { return rapid.IntRange(low, high).Draw(t, what) }
				w := jobTwin{policy: name, until: draw("until", 1, 60), cpus: draw("cpus", 1, 3), ties: workload.Ties(draw("ties", 0, 2))}
				w.budget = draw("budget", 1, 4)
				w.period = w.budget + draw("rest", 0, 6)
				partitioned := rapid.Bool().Draw(t, "partitioned")
				var tasks []workload.Task
				for range draw("tasks", 1, 6) * draw("times", 1, 4) { // more than jobQueue has in its hand, too
					x := jobTwinTask{length: draw("length", 1, 5), priority: draw("priority", 0, 3), abort: rapid.Bool().Draw(t, "abort"), cpu: -1, idle: true}
					at, sort := draw("at", 0, 5), draw("sort", 0, 3)
					one := task(workload.Time(at), cpu(workload.Time(x.length)))
					one.Priority, one.AbortOnMiss = int64(x.priority), x.abort
					switch sort {
					case 0: // releases without deadlines
						for range draw("releases", 1, 8) {
							x.releases = append(x.releases, at)
							one.Releases = append(one.Releases, workload.Time(at)*ms)
							at += draw("gap", 1, 9)
						}
					default:
						x.period = draw("period", 1, 12)
						x.deadline = x.period
						if sort == 1 {
							x.deadline = draw("deadline", 1, 15)
							one.Deadline = workload.Time(x.deadline) * ms
						}
						one.Period = workload.Time(x.period) * ms
						for ; at < w.until; at += x.period {
							x.releases = append(x.releases, at)
						}
					}
					if partitioned {
						x.cpu = draw("cpu", 0, w.cpus-1)
						one.Affinity = []int{x.cpu}
					}
					w.tasks, tasks = append(w.tasks, x), append(tasks, one)
				}
				load := computer(w.cpus, tasks...)
				load.Conventions.Ties = w.ties
				policy := name
				if name == "cbs" {
					policy = fmt.Sprintf("cbs budget=%d period=%d", w.budget, w.period)
				}
				t.Logf("%+v", w)
				wantJobs, wantTicks := w.run()
				m, err := sim.New(sim.Config{Workload: load, Policy: choose(tester{t}, policy)})
				if err != nil {
					t.Fatal(err)
				}
				until := sim.Time(w.until) * ms
				if err := m.Run(until, 1<<30); err != nil {
					t.Fatal(err)
				}
				r := m.Recording()
				r.Finish(until)
				jobs := trace.Jobs(r)
				for i := range jobs {
					for _, x := range []*trace.Time{&jobs[i].Release, &jobs[i].Deadline, &jobs[i].Start, &jobs[i].Finish} {
						if *x > 0 {
							*x /= ms
						}
					}
				}
				if !slices.Equal(jobs, wantJobs) {
					t.Fatalf("jobs\n%+v\ntwin\n%+v\n%s", jobs, wantJobs, transcript(r))
				}
				lanes := trace.NewLanes()
				lanes.Extend(r)
				ticks := make([][]int, w.until)
				for id := range tasks {
					lanes.Task(trace.TaskID(id)).Each(0, until, 0, func(s trace.Span) bool {
						for at := s.Start; at < s.End && s.State == trace.Running; at += ms {
							ticks[at/ms] = append(ticks[at/ms], id)
						}
						return true
					})
				}
				if fmt.Sprint(ticks) != fmt.Sprint(wantTicks) {
					t.Fatalf("runs\n%v\ntwin\n%v\n%s", ticks, wantTicks, transcript(r))
				}
			})
		})
	}
}

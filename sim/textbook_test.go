package sim_test

import (
	"fmt"
	"slices"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// job is a row of a textbook's table.
type job struct {
	arrival, burst workload.Time
	priority       int64
}

// The examples of textbooks: what they print must come out.
var examples = []struct {
	source string
	policy string
	jobs   []job
	figure string // which of the figures the book prints
	want   []trace.Time
}{
	{"Silberschatz 5.3.1, P1 P2 P3", "fcfs", []job{{0, 24, 0}, {0, 3, 0}, {0, 3, 0}}, "waiting", []trace.Time{0, 24, 27}},
	{"Silberschatz 5.3.1, P2 P3 P1", "fcfs", []job{{0, 3, 0}, {0, 3, 0}, {0, 24, 0}}, "waiting", []trace.Time{0, 3, 6}},
	{"Silberschatz 5.3.2, SJF", "sjf", []job{{0, 6, 0}, {0, 8, 0}, {0, 7, 0}, {0, 3, 0}}, "waiting", []trace.Time{3, 16, 9, 0}},
	{"Silberschatz 5.3.2, shortest remaining time first", "srtf", []job{{0, 8, 0}, {1, 4, 0}, {2, 9, 0}, {3, 5, 0}}, "waiting", []trace.Time{9, 0, 15, 2}},
	{"Silberschatz 5.3.2, the same without preemption", "sjf", []job{{0, 8, 0}, {1, 4, 0}, {2, 9, 0}, {3, 5, 0}}, "waiting", []trace.Time{0, 7, 15, 9}},
	{"Silberschatz 5.3.3", "rr quantum=4", []job{{0, 24, 0}, {0, 3, 0}, {0, 3, 0}}, "waiting", []trace.Time{6, 4, 7}},
	{"Silberschatz 5.3.4", "priority", []job{{0, 10, 3}, {0, 1, 1}, {0, 2, 4}, {0, 1, 5}, {0, 5, 2}}, "waiting", []trace.Time{6, 0, 16, 18, 1}},
	{"Silberschatz 5.3.4, priority with round robin", "priority quantum=2", []job{{0, 4, 3}, {0, 5, 2}, {0, 8, 2}, {0, 7, 1}, {0, 3, 3}}, "finish", []trace.Time{26, 16, 20, 7, 27}},
	{"Stallings 9.2, FCFS", "fcfs", stallings, "finish", []trace.Time{3, 9, 13, 18, 20}},
	{"Stallings 9.2, RR q = 1", "rr quantum=1", stallings, "finish", []trace.Time{4, 18, 17, 20, 15}},
	{"Stallings 9.2, RR q = 4", "rr quantum=4", stallings, "finish", []trace.Time{3, 17, 11, 20, 19}},
	{"Stallings 9.2, SPN", "sjf", stallings, "finish", []trace.Time{3, 9, 15, 20, 11}},
	{"Stallings 9.2, SRT", "srtf", stallings, "finish", []trace.Time{3, 15, 8, 20, 10}},
	{"Tanenbaum 2.4.2, in the order they come", "fcfs", []job{{0, 8, 0}, {0, 4, 0}, {0, 4, 0}, {0, 4, 0}}, "turnaround", []trace.Time{8, 12, 16, 20}},
	{"Tanenbaum 2.4.2, shortest first", "sjf", []job{{0, 8, 0}, {0, 4, 0}, {0, 4, 0}, {0, 4, 0}}, "turnaround", []trace.Time{20, 4, 8, 12}},
	{"Tanenbaum 2.4.2, not all there at once", "sjf", []job{{0, 2, 0}, {0, 4, 0}, {3, 1, 0}, {3, 1, 0}, {3, 1, 0}}, "turnaround", []trace.Time{2, 6, 4, 5, 6}},
	{"OSTEP 7.3", "fcfs", []job{{0, 10, 0}, {0, 10, 0}, {0, 10, 0}}, "turnaround", []trace.Time{10, 20, 30}},
	{"OSTEP 7.3, the convoy", "fcfs", []job{{0, 100, 0}, {0, 10, 0}, {0, 10, 0}}, "turnaround", []trace.Time{100, 110, 120}},
	{"OSTEP 7.4", "sjf", []job{{0, 100, 0}, {0, 10, 0}, {0, 10, 0}}, "turnaround", []trace.Time{120, 10, 20}},
	{"OSTEP 7.4, late arrivals", "sjf", []job{{0, 100, 0}, {10, 10, 0}, {10, 10, 0}}, "turnaround", []trace.Time{100, 100, 110}},
	{"OSTEP 7.5", "srtf", []job{{0, 100, 0}, {10, 10, 0}, {10, 10, 0}}, "turnaround", []trace.Time{120, 10, 20}},
	{"OSTEP 7.7, SJF", "sjf", []job{{0, 5, 0}, {0, 5, 0}, {0, 5, 0}}, "response", []trace.Time{0, 5, 10}},
	{"OSTEP 7.7, round robin", "rr quantum=1", []job{{0, 5, 0}, {0, 5, 0}, {0, 5, 0}}, "response", []trace.Time{0, 1, 2}},
	{"OSTEP 7.7, round robin", "rr quantum=1", []job{{0, 5, 0}, {0, 5, 0}, {0, 5, 0}}, "turnaround", []trace.Time{13, 14, 15}},
}

// stallings is the table of processes A to E, 9th edition, table 9.4.
var stallings = []job{{0, 3, 0}, {2, 6, 0}, {4, 4, 0}, {6, 5, 0}, {8, 2, 0}}

func TestTextbooks(t *testing.T) {
	for _, x := range examples {
		t.Run(x.source, func(t *testing.T) {
			var tasks []workload.Task
			for _, j := range x.jobs {
				one := task(j.arrival, cpu(j.burst))
				one.Priority = j.priority
				tasks = append(tasks, one)
			}
			m := run(t, computer(1, tasks...), choose(t, x.policy))
			if got := figure(m.Recording(), x.figure); !slices.Equal(got, x.want) {
				t.Errorf("%s: %s is %v, not %v\n%s", x.policy, x.figure, got, x.want, transcript(m.Recording()))
			}
		})
	}
}

// figure returns a figure of each task, in units.
func figure(r *trace.Recording, name string) []trace.Time {
	lanes := trace.NewLanes()
	lanes.Extend(r)
	var all []trace.Time
	for _, f := range lanes.Figures().Tasks {
		v := map[string]trace.Time{
			"waiting": f.Ready, "finish": f.Finish, "turnaround": f.Turnaround, "response": f.Response,
		}[name]
		if v%r.Header.Unit != 0 {
			panic(fmt.Sprint(name, " is not in whole units"))
		}
		all = append(all, v/r.Header.Unit)
	}
	return all
}

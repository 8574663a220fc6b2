package sim_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// What textbooks claim of policies, a test for each claim.

// figuresOf runs a workload up to an instant, or to its end if that is 0, and
// returns its figures.
func figuresOf(t fataler, w *workload.Workload, policy string, until sim.Time) (*trace.Figures, *trace.Recording) {
	t.Helper()
	m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, policy)})
	if err != nil {
		t.Fatal(err)
	}
	if until == 0 {
		until = sim.Never
	}
	if err := m.Run(until, 1<<22); err != nil {
		t.Fatal(err)
	}
	if err := (trace.Rules{}).Check(m.Recording()); err != nil {
		t.Fatal(err)
	}
	lanes := trace.NewLanes()
	lanes.Extend(m.Recording())
	return lanes.Figures(), m.Recording()
}

// someJobs draws jobs that only compute.
func someJobs(t *rapid.T, most, latest, longest int) []workload.Task {
	var tasks []workload.Task
	for range rapid.IntRange(1, most).Draw(t, "jobs") {
		at := workload.Time(rapid.IntRange(0, latest).Draw(t, "arrival"))
		tasks = append(tasks, task(at, cpu(workload.Time(rapid.IntRange(1, longest).Draw(t, "length")))))
	}
	return tasks
}

// Silberschatz 5.3.2, OSTEP 7.4: of all orders of jobs that are there together,
// the shortest first gives the least average waiting time.
func TestShortestFirstIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := someJobs(t, 6, 0, 9)
		f, _ := figuresOf(t, computer(1, tasks...), "sjf", 0)
		lengths := make([]trace.Time, len(tasks))
		for i := range tasks {
			lengths[i] = trace.Time(tasks[i].Program.Ops[0].Dur)
		}
		least := trace.Never
		permute(lengths, 0, func() {
			now, sum := trace.Time(0), trace.Time(0)
			for _, d := range lengths {
				sum += now
				now += d
			}
			least = min(least, sum)
		})
		if f.SumWaiting != least {
			t.Fatalf("they wait for %d, and could for %d", f.SumWaiting, least)
		}
	})
}

func permute[T any](list []T, from int, each func()) {
	if from == len(list) {
		each()
		return
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		permute(list, from+1, each)
		list[from], list[i] = list[i], list[from]
	}
}

// Silberschatz 5.3.2, OSTEP 7.5 (Schrage 1968): with arrivals at any time the
// shortest remaining time first gives the least average turnaround of all
// schedules there are, found here by trying each in steps of a unit, and so also
// of all policies.
func TestShortestRemainingIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := someJobs(t, 3, 5, 4)
		f, _ := figuresOf(t, computer(1, tasks...), "srtf", 0)
		type state struct {
			now  int
			left [3]int
		}
		known := map[state]int{}
		var best func(s state) int // sum of the instants at which they end
		best = func(s state) int {
			if sum, ok := known[s]; ok {
				return sum
			}
			sum, next, done := math.MaxInt, 0, true
			for i := range tasks {
				if s.left[i] == 0 {
					continue
				}
				done = false
				if int(tasks[i].Arrival/ms) > s.now {
					next = 1
					continue
				}
				then := s
				then.now++
				then.left[i]--
				ends := best(then)
				if then.left[i] == 0 {
					ends += then.now
				}
				sum = min(sum, ends)
			}
			switch {
			case done:
				sum = 0
			case sum == math.MaxInt && next > 0:
				sum = best(state{s.now + 1, s.left})
			}
			known[s] = sum
			return sum
		}
		s, arrivals := state{}, 0
		for i := range tasks {
			s.left[i] = int(tasks[i].Program.Ops[0].Dur / ms)
			arrivals += int(tasks[i].Arrival / ms)
		}
		if want := trace.Time(best(s)-arrivals) * ms; f.SumTurnaround != want {
			t.Fatalf("turnarounds add up to %d, and could to %d", f.SumTurnaround, want)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		tasks := someJobs(t, 6, 12, 9)
		best, _ := figuresOf(t, computer(1, tasks...), "srtf", 0)
		for _, policy := range policies {
			if f, _ := figuresOf(t, computer(1, tasks...), policy, 0); f.SumTurnaround < best.SumTurnaround {
				t.Fatalf("%s: %d, less than %d", policy, f.SumTurnaround, best.SumTurnaround)
			}
		}
	})
}

// Silberschatz 5.3.3: with a quantum longer than any burst round robin is first
// come, first served, and with n tasks and a quantum of q nobody waits longer
// than (n − 1) q for the next turn.
func TestRoundRobinBetweenItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := someJobs(t, 6, 12, 9)
		_, rr := figuresOf(t, computer(1, tasks...), "rr quantum=10", 0)
		_, fcfs := figuresOf(t, computer(1, tasks...), "fcfs", 0)
		if a, b := transcript(rr), transcript(fcfs); a != b {
			t.Fatalf("%s\n%s", a, b)
		}
		q := rapid.IntRange(1, 4).Draw(t, "quantum")
		w := computer(1, tasks...)
		_, r := figuresOf(t, w, fmt.Sprint("rr quantum=", q), 0)
		lanes := trace.NewLanes()
		lanes.Extend(r)
		for id := range tasks {
			lanes.Task(trace.TaskID(id)).Each(0, r.End(), 0, func(s trace.Span) bool {
				if s.State == trace.Ready && s.End-s.Start > trace.Time((len(tasks)-1)*q)*ms {
					t.Fatalf("task %d waits from %d to %d", id, s.Start, s.End)
				}
				return true
			})
		}
	})
}

// Silberschatz 5.3.1, the convoy effect: one task that computes long and many that
// do I/O. First come first served makes those who do I/O stand behind it while
// the disk idles; when it does I/O itself, the CPU idles. Round robin doesn't.
func TestConvoyEffect(t *testing.T) {
	tasks := []workload.Task{task(0, repeat(10), cpu(100), io(0, 1), end())}
	for range 5 {
		tasks = append(tasks, task(0, repeat(10), cpu(1), io(4, 10), end()))
	}
	convoy := func(policy string) (last trace.Time) {
		w := computer(1, tasks...)
		w.Resources = resources()
		f, _ := figuresOf(t, w, policy, 0)
		for i := range f.Tasks[1:] {
			last = max(last, f.Tasks[1+i].Finish)
		}
		return last
	}
	if fcfs, rr := convoy("fcfs"), convoy("rr quantum=1"); fcfs < 5*rr {
		t.Errorf("those with I/O end at %d under fcfs and at %d under rr", fcfs, rr)
	}
}

// Silberschatz 5.3.4: under priorities a task may wait for ever as long as more
// urgent ones come; ageing, and a response ratio (Stallings 9.2), see to it that
// it doesn't, while shortest first doesn't either. Nothing of this is a fault.
func TestAgeingEndsStarvation(t *testing.T) {
	stream := func() *workload.Workload {
		tasks := []workload.Task{task(0, cpu(6))}
		tasks[0].Priority = 9
		for i := range 200 {
			one := task(workload.Time(2*i), cpu(2))
			one.Priority = 1
			tasks = append(tasks, one)
		}
		return computer(1, tasks...)
	}
	for _, x := range []struct {
		policy  string
		starves bool
	}{
		{"priority", true}, {"priority preemptive=false", true}, {"sjf", true}, {"srtf", true}, {"mlq", true},
		{"fcfs", false}, {"rr quantum=1", false}, {"hrrn", false}, {"stride", false}, {"cfs", false}, {"eevdf", false},
	} {
		f, _ := figuresOf(t, stream(), x.policy, 0)
		// The others come until 398 and leave no time in between.
		if starved := f.Tasks[0].Finish >= 400*ms; starved != x.starves {
			t.Errorf("%s: it ends at %d", x.policy, f.Tasks[0].Finish)
		}
	}
	aged := stream()
	aged.Conventions.HigherIsBetter = true
	for i := range aged.Tasks {
		aged.Tasks[i].Priority = 10 - aged.Tasks[i].Priority
	}
	if f, _ := figuresOf(t, aged, "priority", 0); f.Tasks[0].Finish < 400*ms {
		t.Errorf("without ageing it ends at %d", f.Tasks[0].Finish)
	}
	if f, _ := figuresOf(t, aged, "aging quantum=1", 0); f.Tasks[0].Finish >= 400*ms {
		t.Errorf("aged, it ends at %d", f.Tasks[0].Finish)
	}
}

// Waldspurger, Weihl: Lottery Scheduling, 1994: the wins of a client are binomial:
// of n draws it wins n p on average, with a variance of n p (1 − p), so its share
// gets as exact as one likes, with the square root of n.
func TestLotteryIsBinomial(t *testing.T) {
	const n, p = 10_000, 0.75
	deviation := math.Sqrt(n * p * (1 - p))
	within := 0
	const seeds = 40
	for seed := range uint64(seeds) {
		w := endless(1, 2)
		w.Seed = seed
		w.Tasks[0].Tickets, w.Tasks[1].Tickets = 75, 25
		f, _ := figuresOf(t, w, "lottery quantum=1", n*ms)
		off := math.Abs(float64(f.Tasks[0].CPU)/ms - n*p)
		if off > 4.5*deviation {
			t.Errorf("seed %d: off by %.0f, the deviation is %.0f", seed, off, deviation)
		}
		if off <= deviation {
			within++
		}
	}
	if share := float64(within) / seeds; share < 0.45 || share > 0.9 { // 0.68 is expected
		t.Errorf("%.2f of the seeds are within one deviation", share)
	}
}

// Waldspurger, Weihl: Stride Scheduling, 1995: of two clients none is ever off its
// share by more than a quantum, of n by no more than n; a lottery is, by far.
func TestStrideErrorIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "clients")
		w := endless(1, n)
		all := int64(0)
		for i := range w.Tasks {
			w.Tasks[i].Tickets = rapid.SampledFrom([]int64{1, 2, 4, 5, 8, 10, 20, 25}).Draw(t, "tickets")
			all += w.Tasks[i].Tickets
		}
		_, r := figuresOf(t, w, "stride quantum=1", 300*ms)
		had := make([]float64, n)
		at := 0
		for _, e := range r.Events(0) {
			if e.Kind != trace.Dispatch || e.Time >= 300*ms {
				continue
			}
			for i := range had {
				bound := 1.0
				if n > 2 {
					bound = float64(n)
				}
				if off := math.Abs(had[i] - float64(at)*float64(w.Tasks[i].Tickets)/float64(all)); off > bound+1e-9 {
					t.Fatalf("after %d quanta client %d is off by %.2f", at, i, off)
				}
			}
			had[e.Task]++
			at++
		}
		if at < 300 {
			t.Fatalf("only %d quanta", at)
		}
	})
}

// OSTEP, chapter 8, the rules of MLFQ, one after the other.
func TestRulesOfMLFQ(t *testing.T) {
	dispatches := func(r *trace.Recording) (who string) {
		for _, e := range r.Events(0) {
			if e.Kind == trace.Dispatch {
				who += r.Header.Tasks[e.Task].Name
			}
		}
		return who
	}
	// 3: a new task is at the top; 1: so it takes the CPU from one that has sunk;
	// 4: which it had because its allotment was used up.
	_, r := figuresOf(t, computer(1, task(0, cpu(9)), task(5, cpu(1))), "mlfq quanta=1 levels=3", 0)
	if got, want := ends(r), []sim.Time{10 * ms, 6 * ms}; !slices.Equal(got, want) {
		t.Errorf("ends at %v, not %v", got, want)
	}
	// 2: those on one level take turns.
	if _, r = figuresOf(t, computer(1, task(0, cpu(3)), task(0, cpu(3))), "mlfq quanta=1 levels=1 allotments=0", 0); dispatches(r) != "ABABAB" {
		t.Errorf("%s", dispatches(r))
	}
	// 5: without a boost a task that computes is starved by ones that don't; with
	// it, it isn't.
	starved := func(policy string) sim.Time {
		tasks := []workload.Task{task(0, repeat(-1), cpu(100), end())}
		for range 2 {
			tasks = append(tasks, task(20, repeat(-1), cpu(1), io(4, 1), end()))
		}
		w := computer(1, tasks...)
		w.Resources = resources()
		f, _ := figuresOf(t, w, policy, 400*ms)
		return f.Tasks[0].CPU - 20*ms
	}
	if got := starved("mlfq quanta=10 levels=3 stay=true"); got > 20*ms {
		t.Errorf("without a boost it gets %d", got)
	}
	if got := starved("mlfq quanta=10 levels=3 stay=true boost=50"); got < 40*ms {
		t.Errorf("with a boost it gets %d", got)
	}
	// 4 again: who gives up the CPU just before its quantum ends keeps its level
	// under the old rule (stay), and nearly all of the CPU with it, while the new
	// one counts what it had in all.
	gamed := func(policy string) sim.Time {
		w := computer(1, task(0, repeat(-1), cpu(100), end()), task(0, repeat(-1), cpu(9), io(4, 1), end()))
		w.Resources = resources()
		f, _ := figuresOf(t, w, policy, 1000*ms)
		return f.Tasks[1].CPU
	}
	if got := gamed("mlfq quanta=10 levels=3 stay=true"); got < 850*ms {
		t.Errorf("the player gets %d", got)
	}
	if got := gamed("mlfq quanta=10 levels=3"); got > 600*ms {
		t.Errorf("the player still gets %d", got)
	}
}

package sim_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// boundTo lets a task run on one CPU only.
func boundTo(cpu int, x workload.Task) workload.Task {
	x.Affinity = []int{cpu}
	return x
}

func heavy(weight int64, x workload.Task) workload.Task {
	x.Weight = weight
	return x
}

// TestQueueOfTheOnlyCPU: on one CPU, a queue for each is the one queue, event by
// event.
func TestQueueOfTheOnlyCPU(t *testing.T) {
	for _, name := range []string{
		"cfs", "cfs latency=4 min_granularity=1 wakeup_granularity=0",
		"eevdf", "eevdf slice=2 quantum=1 keep_lag=false", "eevdf preempt=false quantum=2",
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := someWorkloadOn(t, 1)
				what := someInterventions(t, w)
				var events [2][]trace.Event
				for i, text := range []string{name, name + " queues=per_cpu balance=3"} {
					m, err := sim.New(sim.Config{Workload: w, Policy: choose(tester{t}, text), Interventions: what()})
					if err != nil {
						t.Fatal(err)
					}
					if err := m.Run(sim.Never-1, 1<<30); err != nil {
						t.Fatal(err)
					}
					for _, e := range m.Recording().Events(0) {
						events[i] = append(events[i], e)
					}
				}
				if !slices.Equal(events[0], events[1]) {
					t.Fatal("they differ")
				}
			})
		})
	}
}

// TestSharesOfEachCPU: the tasks bound to a CPU share it by their weights,
// whatever those of another weigh.
func TestSharesOfEachCPU(t *testing.T) {
	weights := []int64{3, 1024, 2, 335, 1, 88761}
	var tasks []workload.Task
	var sum [2]int64
	for i, weight := range weights {
		tasks = append(tasks, heavy(weight, boundTo(i%2, forever())))
		sum[i%2] += weight
	}
	for _, policy := range []string{"eevdf queues=per_cpu", "eevdf quantum=1 queues=per_cpu", "cfs latency=6 min_granularity=1 queues=per_cpu"} {
		m := machine(t, computer(2, tasks...), choose(t, policy))
		for _, until := range []trace.Time{100, 1_000, 10_000} {
			if err := m.Run(until*ms, 1<<30); err != nil {
				t.Fatal(err)
			}
			for i, got := range received(m) {
				due := float64(until) * float64(weights[i]) / float64(sum[i%2])
				if off := float64(got)/ms - due; off < -12 || off > 12 {
					t.Errorf("%s: after %d ms, %d got %v ms, due %v", policy, until, i, float64(got)/ms, due)
				}
			}
		}
	}
}

// TestQueuesShareBadly: of three equal tasks on two CPUs one has a CPU to itself.
// One queue for both gives each two thirds.
func TestQueuesShareBadly(t *testing.T) {
	for policy, want := range map[string][]trace.Time{
		"eevdf":                           {600, 600, 600},
		"eevdf queues=per_cpu":            {450, 450, 900},
		"cfs latency=6 min_granularity=1": {600, 600, 600},
		"cfs latency=6 min_granularity=1 queues=per_cpu":                {450, 450, 900},
		"cfs latency=6 min_granularity=1 queues=per_cpu placement=last": {450, 450, 900},
	} {
		m := machine(t, computer(2, forever(), forever(), forever()), choose(t, policy))
		if err := m.Run(900*ms, 1<<30); err != nil {
			t.Fatal(err)
		}
		got := received(m)
		slices.Sort(got)
		for i := range got {
			if off := got[i]/ms - want[i]; off < -6 || off > 6 {
				t.Errorf("%s: %v", policy, got)
			}
		}
	}
}

// TestRelativeToTheQueue: virtual time goes slowly on a CPU with a heavy task.
// When that ends, a task is moved there from a queue whose virtual time is far
// ahead. From then on it has half of the CPU, neither starved until the others
// have come after it nor the other way round.
func TestRelativeToTheQueue(t *testing.T) {
	for _, policy := range []string{"cfs latency=6 min_granularity=1 queues=per_cpu", "eevdf queues=per_cpu"} {
		end := heavy(88761, boundTo(1, task(0, cpu(989))))
		m := machine(t, computer(2, boundTo(0, forever()), boundTo(0, forever()), end, boundTo(1, forever()), forever()),
			choose(t, policy+" balance=10"))
		var got [2][]trace.Time
		for i, until := range []trace.Time{1_020, 1_220} {
			if err := m.Run(until*ms, 1<<30); err != nil {
				t.Fatal(err)
			}
			got[i] = received(m)
		}
		for i, want := range []trace.Time{100, 100, 0, 100, 100} {
			if off := (got[1][i]-got[0][i])/ms - want; off < -6 || off > 6 {
				t.Errorf("%s: %d got %d ms more", policy, i, (got[1][i]-got[0][i])/ms)
			}
		}
		if got[1][3] < 90*ms || got[0][3] > 40*ms {
			t.Errorf("%s: the virtual times weren't apart: %v", policy, got)
		}
	}
}

// TestWakesWhereItRan: who wakes gets back the CPU it ran on if that is idle,
// though another is as idle; if it isn't, the idle one, but not with last.
func TestWakesWhereItRan(t *testing.T) {
	sleeper := task(0, cpu(1), sleep(2), cpu(1), sleep(2), cpu(1))
	short := boundTo(1, task(0, cpu(1)))
	late := boundTo(1, task(5, cpu(4)))
	for _, c := range []struct {
		policy string
		want   []int
	}{
		{"placement=least", []int{1, 1, 0}},
		{"placement=least steal=false", []int{1, 1, 0}},
		{"placement=last steal=false", []int{1, 1, 1}},
	} {
		for _, name := range []string{"cfs", "eevdf"} {
			first := boundTo(0, task(0, cpu(1)))
			m := run(t, computer(2, first, sleeper, short, late), choose(t, name+" queues=per_cpu balance=0 "+c.policy))
			var on []int
			for _, e := range m.Recording().Events(0) {
				if e.Kind == trace.Dispatch && e.Task == 1 && (len(on) == 0 || e.Time >= trace.Time(3*len(on))*ms) {
					on = append(on, e.CPU)
				}
			}
			if !slices.Equal(on, c.want) {
				t.Errorf("%s %s: %v\n%s", name, c.policy, on, transcript(m.Recording()))
			}
		}
	}
}

// TestExplainsTheQueue: a decision says from which CPU's queue it was, and a stolen
// task is explained by the queue it was in.
func TestExplainsTheQueue(t *testing.T) {
	for _, policy := range []string{"eevdf queues=per_cpu", "cfs queues=per_cpu latency=6", "fcfs queues=per_cpu", "eevdf"} {
		w := computer(2, task(0, cpu(9)), task(0, cpu(2)), task(0, cpu(9)), task(0, cpu(2)), task(0, cpu(9)), task(0, cpu(2)))
		m := run(t, w, choose(t, policy))
		own, stolen := 0, 0
		for i, e := range m.Recording().Events(0) {
			if e.Kind != trace.Dispatch {
				continue
			}
			why, ok, err := sim.Explain(sim.Config{Workload: w, Policy: choose(t, policy)}, e.Time, i)
			if err != nil || !ok {
				t.Fatalf("%s: event %d isn't explained: %v", policy, i, err)
			}
			if !strings.Contains(policy, "per_cpu") {
				if why.Queue != 0 {
					t.Errorf("%s: queue %d", policy, why.Queue)
				}
				continue
			}
			switch why.Queue - 1 {
			case e.CPU:
				own++
			case 1 - e.CPU:
				stolen++
			default:
				t.Errorf("%s: queue %d", policy, why.Queue)
			}
		}
		if strings.Contains(policy, "per_cpu") && (own == 0 || stolen == 0) {
			t.Errorf("%s: %d of its own, %d stolen\n%s", policy, own, stolen, transcript(m.Recording()))
		}
	}
}

package sim_test

import (
	"cmp"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// eachTwin is EEVDF with a queue for each CPU, by its definition, slowly: in exact
// fractions, a quantum of 1 at a time, everything summed up anew each time.
type eachTwin struct {
	tasks   []eachTask
	queues  [][]int    // who is ready or runs, by CPU
	stands  []*big.Rat // virtual time of a queue, while it is empty
	runs    []int      // by CPU, -1 = idle
	balance int
	moved   int  // tasks that went from one queue to another
	unclear bool // a decision was so close that rounding may decide otherwise
}

type eachTask struct {
	arrival, request int
	weight           int64
	on               []bool // CPUs it may run on
	parts            []int  // time to compute, to sleep, to compute, …
	cpu, part, done  int    // done of the present part
	wakes, slept     int    // when it wakes, and as the how many-th it fell asleep
	begins, lag      *big.Rat
	used             int64 // of its request
}

func (t *eachTask) per(n int64) *big.Rat    { return big.NewRat(n, t.weight) }
func (t *eachTask) stands() *big.Rat        { return new(big.Rat).Add(t.begins, t.per(t.used)) }
func (t *eachTask) deadline() *big.Rat      { return new(big.Rat).Add(t.begins, t.per(int64(t.request))) }
func times(a *big.Rat, n, d int64) *big.Rat { return new(big.Rat).Mul(a, big.NewRat(n, d)) }

func (w *eachTwin) load(c int) (sum int64) {
	for _, i := range w.queues[c] {
		sum += w.tasks[i].weight
	}
	return sum
}

// now is the virtual time of a queue: the mean of where its tasks stand.
func (w *eachTwin) now(c int) *big.Rat {
	if len(w.queues[c]) == 0 {
		return w.stands[c]
	}
	sum := new(big.Rat)
	for _, i := range w.queues[c] {
		sum.Add(sum, times(w.tasks[i].stands(), w.tasks[i].weight, w.load(c)))
	}
	return sum
}

// leave takes a task out of its queue with its lag, two requests at most.
func (w *eachTwin) leave(i int) {
	t := &w.tasks[i]
	t.lag = new(big.Rat).Sub(w.now(t.cpu), t.stands())
	if most := t.per(2 * int64(t.request)); t.lag.Cmp(most) > 0 {
		t.lag = most
	} else if least := new(big.Rat).Neg(most); t.lag.Cmp(least) < 0 {
		t.lag = least
	}
	q := &w.queues[t.cpu]
	*q = slices.DeleteFunc(*q, func(x int) bool { return x == i })
	if len(*q) == 0 {
		w.stands[t.cpu] = t.stands()
	}
}

// enter lets a task into a queue, so that it has its lag once it is in.
func (w *eachTwin) enter(i, c int) {
	t := &w.tasks[i]
	if t.cpu >= 0 && t.cpu != c {
		w.moved++
	}
	t.begins, t.used, t.cpu = w.now(c), 0, c
	if sum := w.load(c); sum > 0 {
		t.begins = new(big.Rat).Sub(t.begins, times(t.lag, sum+t.weight, sum))
	}
	if t.begins.Sign() < 0 {
		t.begins = new(big.Rat)
	}
	w.queues[c] = append(w.queues[c], i)
}

func (w *eachTwin) idlest(i int) int {
	t := &w.tasks[i]
	best := t.cpu
	for c := range w.queues {
		if t.on[c] && (best < 0 || w.load(c) < w.load(best)) {
			best = c
		}
	}
	return best
}

// before compares virtual times in a queue exactly, and notes what is too close:
// nearly the same, or the same while a task of the queue stands where the units of
// the policy, 2^-20 ns, can't say.
func (w *eachTwin) before(c int, a, b *big.Rat) int {
	off, _ := new(big.Rat).Sub(a, b).Float64()
	if off == 0 {
		for _, i := range w.queues[c] {
			w.unclear = w.unclear || !times(w.tasks[i].begins, int64(ms)<<20, 1).IsInt()
		}
	}
	w.unclear = w.unclear || off != 0 && off < 1e-7 && off > -1e-7
	return a.Cmp(b)
}

// next is who goes first in a queue of those that may run on a CPU.
func (w *eachTwin) next(of, cpu int) int {
	now := w.now(of)
	eligible, waiting := -1, -1
	for i := range w.tasks {
		t := &w.tasks[i]
		if !slices.Contains(w.queues[of], i) || w.runs[of] == i || !t.on[cpu] {
			continue
		}
		if w.before(of, t.begins, now) > 0 {
			if waiting < 0 || w.before(of, t.begins, w.tasks[waiting].begins) < 0 {
				waiting = i
			}
		} else if eligible < 0 || w.before(of, t.deadline(), w.tasks[eligible].deadline()) < 0 {
			eligible = i
		}
	}
	if eligible < 0 {
		return waiting
	}
	return eligible
}

func (w *eachTwin) move(i, to int) {
	w.leave(i)
	w.enter(i, to)
}

// even moves one task so that the heaviest queue and the lightest for which that
// is possible come as close as can be.
func (w *eachTwin) even() bool {
	var order []int
	for c := range w.queues {
		order = append(order, c)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.load(a), w.load(b)) })
	for i := len(order) - 1; i > 0; i-- {
		for _, to := range order[:i] {
			from := order[i]
			apart := w.load(from) - w.load(to)
			if 100*w.load(from) <= 117*w.load(to) {
				continue
			}
			best, least := -1, apart
			for i := range w.tasks {
				t := &w.tasks[i]
				if !slices.Contains(w.queues[from], i) || w.runs[from] == i || !t.on[to] {
					continue
				}
				left := apart - 2*t.weight
				left = max(left, -left)
				if left < least || best >= 0 && left == least && w.before(from, t.deadline(), w.tasks[best].deadline()) > 0 {
					best, least = i, left
				}
			}
			if best >= 0 {
				w.move(best, to)
				return true
			}
		}
	}
	return false
}

// instant does what is due, up to who runs next.
func (w *eachTwin) instant(now int) {
	for c, i := range w.runs {
		if i < 0 {
			continue
		}
		if t := &w.tasks[i]; t.done == t.parts[t.part] {
			w.leave(i)
			t.part, t.done, t.wakes = t.part+1, 0, -1
			if t.part < len(t.parts) {
				t.wakes, t.slept = now+t.parts[t.part], now*len(w.runs)+c
				t.part++
			}
			w.runs[c] = -1
		}
	}
	var woken []int
	for i := range w.tasks {
		if t := &w.tasks[i]; t.wakes == now && t.cpu >= 0 {
			woken = append(woken, i)
		}
	}
	slices.SortFunc(woken, func(a, b int) int { return cmp.Compare(w.tasks[a].slept, w.tasks[b].slept) })
	for _, i := range woken {
		w.enter(i, w.idlest(i))
	}
	for i := range w.tasks {
		if t := &w.tasks[i]; t.arrival == now {
			w.enter(i, w.idlest(i))
		}
	}
	for c := range w.runs {
		w.runs[c] = -1 // the quantum is over
	}
	if now > 0 && now%w.balance == 0 {
		for w.even() {
		}
	}
	for again := true; again; {
		again = false
		for c := range w.runs {
			if w.runs[c] >= 0 {
				continue
			}
			best := w.next(c, c)
			if best < 0 {
				for of, most := 0, int64(-1); of < len(w.runs); of++ {
					if w.runs[of] >= 0 && w.load(of) > most {
						if i := w.next(of, c); i >= 0 {
							best, most = i, w.load(of)
						}
					}
				}
				if best >= 0 {
					w.move(best, c)
				}
			}
			if best >= 0 {
				w.runs[c], again = best, true
			}
		}
	}
}

// pass lets those that run compute for 1.
func (w *eachTwin) pass() {
	for _, i := range w.runs {
		if i < 0 {
			continue
		}
		t := &w.tasks[i]
		t.done++
		if t.used++; t.used == int64(t.request) {
			t.begins, t.used = t.deadline(), 0
		}
	}
}

// TestEEVDFEachTwin compares runs on several CPUs with exact fractions: wake
// placement, lags taken along, stealing and balancing.
func TestEEVDFEachTwin(t *testing.T) {
	compared, moved, clear := 0, 0, 0
	check := func(t *rapid.T) {
		cpus := rapid.IntRange(1, 3).Draw(t, "cpus")
		twin := eachTwin{queues: make([][]int, cpus), balance: rapid.IntRange(1, 5).Draw(t, "balance")}
		for range cpus {
			twin.stands, twin.runs = append(twin.stands, new(big.Rat)), append(twin.runs, -1)
		}
		var tasks []workload.Task
		for range rapid.IntRange(1, 8).Draw(t, "tasks") {
			x := eachTask{cpu: -1, wakes: -1, on: make([]bool, cpus), lag: new(big.Rat)}
			x.arrival = rapid.IntRange(0, 12).Draw(t, "arrival")
			x.weight = rapid.SampledFrom([]int64{1, 1, 2, 2, 4, 4, 3, 5}).Draw(t, "weight")
			x.request = rapid.IntRange(1, 5).Draw(t, "request")
			var ops []workload.Op
			for i := range 2*rapid.IntRange(0, 3).Draw(t, "sleeps") + 1 {
				d := rapid.IntRange(1, 9).Draw(t, "part")
				x.parts = append(x.parts, d)
				if i%2 == 0 {
					ops = append(ops, cpu(workload.Time(d)))
				} else {
					ops = append(ops, sleep(workload.Time(d)))
				}
			}
			real := heavy(x.weight, task(workload.Time(x.arrival), ops...))
			real.Slice = workload.Time(x.request) * ms
			only := rapid.IntRange(0, 2*cpus).Draw(t, "only on")
			for c := range x.on {
				x.on[c] = only >= cpus || only == c
			}
			if only < cpus {
				real.Affinity = []int{only}
			}
			twin.tasks, tasks = append(twin.tasks, x), append(tasks, real)
		}
		w := computer(cpus, tasks...)
		w.Conventions.Ties = workload.TiesIndex
		config := sim.Config{Workload: w, Policy: choose(tester{t}, "eevdf quantum=1 preempt=false queues=per_cpu balance="+string(rune('0'+twin.balance)))}
		m, err := sim.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(sim.Never-1, 1<<20); err != nil {
			t.Fatal(err)
		}
		var s trace.Snapshot
		for now := range int(m.Now() / ms) {
			twin.instant(now)
			if twin.unclear {
				return
			}
			m.Recording().Snapshot(&s, trace.Time(now)*ms)
			for c, want := range twin.runs {
				if got := int(int32(s.CPUs[c].Task)); got != want {
					t.Fatalf("at %d CPU %d runs %d, not %d\n%s", now, c, got, want, transcript(m.Recording()))
				}
				compared++
			}
			moved += twin.moved
			twin.moved = 0
			twin.pass()
		}
		clear++
	}
	for range 20 {
		rapid.Check(t, check)
	}
	if compared == 0 || moved == 0 {
		t.Errorf("%d choices compared, %d moves", compared, moved)
	}
	t.Logf("%d choices compared, %d moves, %d runs to their end", compared, moved, clear)
}

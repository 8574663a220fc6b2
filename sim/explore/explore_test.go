package explore_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/explore"
	"timeslice/sim/policy"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func parse(t testing.TB, text string) *workload.Workload {
	t.Helper()
	w, err := workload.Parse("test.yaml", []byte("timeslice: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func explored(t testing.TB, w *workload.Workload, o explore.Options) *explore.Result {
	t.Helper()
	r, err := explore.Explore(sim.Config{Workload: explore.Setting(w, nil)}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told tells outcomes as "values; printed; …: count".
func told(w *workload.Workload, r *explore.Result) []string {
	var all []string
	for _, o := range r.Outcomes {
		all = append(all, tell(w, &o)+": "+o.Count.String())
	}
	sort.Strings(all)
	return all
}

func tell(w *workload.Workload, o *explore.Outcome) string {
	var parts []string
	for _, v := range o.Values {
		parts = append(parts, fmt.Sprintf("%s=%d", w.Variables[v.Variable].Name, v.Value))
	}
	for _, l := range o.Printed {
		parts = append(parts, w.Tasks[l.Task].Name+" prints "+l.Text)
	}
	for _, s := range o.Stuck {
		parts = append(parts, w.Tasks[s.Task].Name+" stuck")
	}
	if o.Lost > 0 {
		parts = append(parts, fmt.Sprintf("%d lost", o.Lost))
	}
	if o.Never {
		parts = append(parts, "never ends")
	}
	return strings.Join(parts, " ")
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

const deposits = `
variables: {balance: {value: 100, scope: shared}}
programs: {deposit: [{load: balance}, {add: 50}, {store: balance}]}
tasks: [{name: A, program: deposit}, {name: B, program: deposit}]
`

// Three instructions each: C(6,3) = 20 interleavings. Only the two in which one
// deposit is over before the other begins are right.
func TestTwoDeposits(t *testing.T) {
	w := parse(t, deposits)
	r := explored(t, w, explore.Options{})
	expect(t, told(w, r), "balance=150 1 lost: 18", "balance=200: 2")
	if r.Total.String() != "20" || !r.Complete || r.Lost().String() != "18" {
		t.Errorf("%v interleavings, %v lost", r.Total, r.Lost())
	}
}

func TestALockLeavesOneOutcome(t *testing.T) {
	w := parse(t, `
resources: {m: mutex}
variables: {balance: {value: 100, scope: shared}}
programs: {deposit: [{lock: m}, {load: balance}, {add: 50}, {store: balance}, {unlock: m}]}
tasks: [{name: A, program: deposit}, {name: B, program: deposit}]
`)
	r := explored(t, w, explore.Options{})
	if len(r.Outcomes) != 1 || tell(w, &r.Outcomes[0]) != "balance=200" {
		t.Error(told(w, r))
	}
}

// A known puzzle (Ben-Ari, Principles of Concurrent and Distributed Programming,
// chapter 2): two processes add 1 to a variable n times each; at least 2 comes of
// it, however large n is, and every number from there to 2n.
func TestCountingPuzzle(t *testing.T) {
	most := 6
	if testing.Short() {
		most = 4
	}
	for n := 1; n <= most; n++ {
		w := parse(t, fmt.Sprintf(`
variables: {x: {scope: shared}}
programs: {count: [{repeat: %d, do: [{load: x}, {add: 1}, {store: x}]}]}
tasks: [{name: A, program: count}, {name: B, program: count}]
`, n))
		r := explored(t, w, explore.Options{})
		found := map[int64]bool{}
		for _, o := range r.Outcomes {
			found[o.Values[0].Value] = true
			if o.Values[0].Value != int64(2*n-o.Lost) {
				t.Errorf("n = %d: %d comes of it with %d updates lost", n, o.Values[0].Value, o.Lost)
			}
		}
		least := int64(min(n, 2))
		for v := int64(0); v <= int64(2*n)+1; v++ {
			if found[v] != (v >= least && v <= int64(2*n)) {
				t.Errorf("n = %d: %d comes of it: %v", n, v, found[v])
			}
		}
		if want := new(big.Int).Binomial(int64(6*n), int64(3*n)); r.Total.Cmp(want) != 0 {
			t.Errorf("n = %d: %v interleavings, not %v", n, r.Total, want)
		}
	}
}

func TestDeadlockIsAnOutcome(t *testing.T) {
	w := parse(t, `
resources: {a: mutex, b: mutex}
tasks:
  - {name: A, program: [{lock: a}, {cpu: 1}, {lock: b}, {cpu: 1}, {unlock: b}, {unlock: a}]}
  - {name: B, program: [{lock: b}, {cpu: 1}, {lock: a}, {cpu: 1}, {unlock: a}, {unlock: b}]}
`)
	r := explored(t, w, explore.Options{})
	stuck := 0
	for _, o := range r.Outcomes {
		if len(o.Stuck) == 2 {
			stuck++
			if o.Count.Sign() == 0 {
				t.Error("a deadlock nobody comes to")
			}
		}
	}
	if stuck != 1 || len(r.Outcomes) != 2 {
		t.Error(told(w, r))
	}
}

// Who waits by asking again and again may do so for ever, or never get on.
func TestEndless(t *testing.T) {
	w := parse(t, `
variables: {go: {scope: shared}}
tasks:
  - {name: A, program: [{forever: [{load: go}, {if: acc == 1, then: [exit]}]}]}
  - {name: B, program: [{load: 1}, {store: go}]}
`)
	r := explored(t, w, explore.Options{})
	if !r.Endless || !r.Complete || r.Total != nil || r.Samples == 0 || len(r.Outcomes) != 1 {
		t.Errorf("%+v", r)
	}
	w.Tasks = w.Tasks[:1]
	r = explored(t, w, explore.Options{Samples: 3})
	if len(r.Outcomes) != 1 || !r.Outcomes[0].Never {
		t.Errorf("%+v", r)
	}
}

func TestTooManyIsASample(t *testing.T) {
	w := parse(t, deposits)
	r := explored(t, w, explore.Options{States: 5, Samples: 500})
	if r.Complete || r.Samples != 500 || r.Counted().String() != "500" || len(r.Outcomes) != 2 {
		t.Errorf("%+v", r)
	}
}

// machine is a twin of what programs of load, add and store do, run in every
// interleaving one by one, without states that meet.
type twin struct {
	programs [][]workload.Op
	found    map[string]int64
}

func (m *twin) run(pc []int, acc, from []int64, values, updates []int64, lost int) {
	ended := true
	for i, ops := range m.programs {
		if pc[i] == len(ops) {
			continue
		}
		ended = false
		pc, acc, from := slices.Clone(pc), slices.Clone(acc), slices.Clone(from)
		values, updates, lost := slices.Clone(values), slices.Clone(updates), lost
		op := ops[pc[i]]
		pc[i]++
		switch op.Code {
		case workload.OpLoad:
			acc[i], from[i] = values[op.Var], int64(op.Var)<<32|updates[op.Var]
		case workload.OpAdd:
			acc[i] += op.Value
		case workload.OpStore:
			if from[i] >= 0 && from[i]>>32 == int64(op.Var) {
				had := from[i] & 0xffffffff
				lost += int(updates[op.Var] - had)
				updates[op.Var] = had
			}
			updates[op.Var]++
			values[op.Var], from[i] = acc[i], int64(op.Var)<<32|updates[op.Var]
		}
		m.run(pc, acc, from, values, updates, lost)
	}
	if ended {
		text := fmt.Sprintf("x=%d y=%d", values[0], values[1])
		if lost > 0 {
			text += fmt.Sprintf(" %d lost", lost)
		}
		m.found[text]++
	}
}

// TestCountsAgreeWithATwin compares random programs with every interleaving of
// them run one by one.
func TestCountsAgreeWithATwin(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		var file strings.Builder
		file.WriteString("variables: {x: {value: 1, scope: shared}, y: {value: 5, scope: shared}}\ntasks:\n")
		tasks := 2 + random.IntN(2)
		for i := range tasks {
			fmt.Fprintf(&file, "  - name: T%d\n    program: [", i)
			for range 2 + random.IntN(5-tasks+1) {
				fmt.Fprintf(&file, "%s, ", []string{"{load: x}", "{load: y}", "{add: 1}", "{add: -3}", "{store: x}", "{store: y}"}[random.IntN(6)])
			}
			file.WriteString("]\n")
		}
		w := parse(t, file.String())
		m := &twin{found: map[string]int64{}}
		var none []int64
		for _, task := range w.Tasks {
			m.programs = append(m.programs, task.Program.Ops)
			none = append(none, -1)
		}
		m.run(make([]int, tasks), make([]int64, tasks), none, []int64{1, 5}, []int64{0, 0}, 0)
		var want []string
		for text, n := range m.found {
			want = append(want, fmt.Sprintf("%s: %d", text, n))
		}
		sort.Strings(want)
		r := explored(t, w, explore.Options{})
		if got := told(w, r); !slices.Equal(got, want) {
			t.Fatalf("%s\ngot  %v\nwant %v", file.String(), got, want)
		}
		replays(t, w, r)
	}
}

// replays checks that the policy schedule leads to each outcome with its order.
func replays(t *testing.T, w *workload.Workload, r *explore.Result) {
	t.Helper()
	for _, o := range r.Outcomes {
		again := explore.Setting(w, o.Order)
		info, _ := policy.Find("schedule")
		args, err := info.Args(again.Policy.Params, nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := sim.New(sim.Config{Workload: again, Policy: info.New(args)})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Run(trace.Never, 1<<30); err != nil {
			t.Fatal(err)
		}
		rec := m.Recording()
		if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(rec); err != nil {
			t.Fatal(err)
		}
		var s trace.Snapshot
		rec.SnapshotAt(&s, rec.Len(), rec.End())
		for _, v := range o.Values {
			task := v.Task
			if task == trace.NoTask {
				task = 0
			}
			if got := s.Value(v.Variable, task); got != v.Value {
				t.Fatalf("%v leads to %s = %d, not %d", o.Order, w.Variables[v.Variable].Name, got, v.Value)
			}
		}
		if len(m.Stuck()) != len(o.Stuck) {
			t.Fatalf("%v: stuck are %v, not %v", o.Order, m.Stuck(), o.Stuck)
		}
	}
}

// Random programs with locks, queues and sleeps: a run that follows the order of an
// outcome comes to that outcome.
func TestReplayWithLocksAndSleeps(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	programs := 60
	if testing.Short() {
		programs = 10
	}
	for range programs {
		var file strings.Builder
		file.WriteString("resources: {m: mutex, n: mutex, q: {kind: queue, capacity: 1}}\nvariables: {x: {scope: shared}}\ntasks:\n")
		for i := range 2 + random.IntN(2) {
			fmt.Fprintf(&file, "  - name: T%d\n    at: %d\n    program:\n", i, random.IntN(2))
			for range 1 + random.IntN(3) {
				lock := "mn"[random.IntN(2)]
				fmt.Fprintf(&file, "      - %s\n", []string{
					"load: x", "add: 1", "store: x", "{sleep: 1}", "{put: q}", "{get: q}", "{cpu: 2}", "yield",
				}[random.IntN(8)])
				if random.IntN(2) == 0 {
					fmt.Fprintf(&file, "      - lock: %c\n      - cpu: 1\n      - {get: q, nowait: yes}\n      - unlock: %c\n", lock, lock)
				}
			}
		}
		w := parse(t, file.String())
		r := explored(t, w, explore.Options{})
		if !r.Complete {
			t.Fatalf("not complete: %s", file.String())
		}
		replays(t, w, r)
	}
}

// Every name of a field that is left out is that of one.
func TestFieldsLeftOutExist(t *testing.T) {
	for _, name := range explore.NamedFields() {
		if !explore.HasField(name) {
			t.Errorf("there is no field %s", name)
		}
	}
}

// A lock that is asked for again and again has no end of interleavings, but few
// states: what each task has in its registers tells them apart, not how often it
// has asked.
func TestSpinningHasFewStates(t *testing.T) {
	w := parse(t, `
variables: {lock: {scope: shared}, count: {scope: shared}}
programs:
  p:
    asm: |
      .try
      mov $1, %ax
      xchg %ax, lock
      test $0, %ax
      jne .try
      mov count, %cx
      add $1, %cx
      mov %cx, count
      mov $0, lock
      halt
tasks: [{name: A, program: p}, {name: B, program: p}]
`)
	r := explored(t, w, explore.Options{Samples: 50})
	if !r.Complete || !r.Endless || r.States > 500 || len(r.Outcomes) != 1 || tell(w, &r.Outcomes[0]) != "lock=0 count=2" {
		t.Errorf("%d states: %v", r.States, told(w, r))
	}
}

// What grows for ever has no end of states: one run alone would never end.
func TestGrowingForEverIsASample(t *testing.T) {
	w := parse(t, `
variables: {x: {scope: shared}}
programs: {p: [{forever: [{load: x}, {add: 1}, {store: x}]}]}
tasks: [{name: A, program: p}, {name: B, program: p}]
`)
	r := explored(t, w, explore.Options{States: 2000, Samples: 2})
	if r.Complete || r.Samples != 2 || len(r.Outcomes) != 1 || !r.Outcomes[0].Never {
		t.Errorf("%+v", r)
	}
}

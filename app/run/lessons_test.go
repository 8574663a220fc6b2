package run_test

import (
	"io/fs"
	"math/big"
	"path"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"unicode/utf8"

	"timeslice/app/run"
	"timeslice/assets"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// lesson reads a lesson that comes with the program.
func lesson(t *testing.T, file string) *workload.Workload {
	t.Helper()
	data, err := fs.ReadFile(assets.Lessons, file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := workload.Parse(path.Base(file), data)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func whole(t *testing.T, w *workload.Workload) *trace.Recording {
	t.Helper()
	r, err := run.Whole(w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func figures(r *trace.Recording) *trace.Figures {
	l := trace.NewLanes()
	l.Extend(r)
	return l.Figures()
}

// What a class can follow: short, few tasks, captions that the last row can
// read, in every language, at instants that are part of the run.
func TestLessons(t *testing.T) {
	files, err := fs.Glob(assets.Lessons, "lessons/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for i, file := range files {
		t.Run(path.Base(file), func(t *testing.T) {
			if ok, _ := regexp.MatchString(`^lessons/[0-9]{2}-[a-z-]+\.yaml$`, file); !ok || i > 0 && file[:len("lessons/00")] == files[i-1][:len("lessons/00")] {
				t.Error("it has no number of its own")
			}
			w := lesson(t, file)
			r := whole(t, w)
			if other, twice := titles[w.Name]; twice {
				t.Errorf("is called %q as %s is", w.Name, other)
			}
			titles[w.Name] = file
			if n := len(r.Header.Tasks); n < 2 || n > 5 {
				t.Errorf("%d tasks", n)
			}
			if r.End() > 60_000_000 {
				t.Errorf("lasts until %s", r.Header.WithUnit(r.End()))
			}
			taught(t, w, r)
			expected(t, w, r)
		})
	}
}

func taught(t *testing.T, w *workload.Workload, r *trace.Recording) {
	inEveryLanguage(t, "name", w.Title)
	inEveryLanguage(t, "about", w.About)
	if n := len(w.Captions); n < 4 || n > 8 {
		t.Errorf("%d captions", n)
	}
	last := workload.Time(-1)
	for _, c := range w.Captions {
		at := "the caption at " + c.At.In(w.Unit)
		inEveryLanguage(t, at, c.Say)
		if c.At <= last || trace.Time(c.At) > r.End() {
			t.Errorf("%s is out of order or after the end", at)
		}
		last = c.At
		if n := utf8.RuneCountInString(c.Say["en"]); n > 110 {
			t.Errorf("%s has %d letters", at, n)
		}
	}
	if len(w.Captions) > 0 && w.Captions[0].At != 0 {
		t.Error("it begins without a caption")
	}
	if len(w.Asks) == 0 {
		t.Error("nothing is asked")
	}
	last = -1
	for _, a := range w.Asks {
		at := "the question at " + a.At.In(w.Unit)
		inEveryLanguage(t, at, a.Question)
		inEveryLanguage(t, at, a.Answer)
		if a.At <= last || trace.Time(a.At) >= r.End() {
			t.Errorf("%s is out of order or after the end", at)
		}
		last = a.At
	}
}

func inEveryLanguage(t *testing.T, what string, text workload.Text) {
	t.Helper()
	for _, lang := range []string{"en", "zh-Hans", "zh-Hant"} {
		if text[lang] == "" {
			t.Errorf("%s: nothing in %s", what, lang)
		}
	}
	if len(text) > 3 {
		t.Errorf("%s: more languages than the program has", what)
	}
}

// expected compares what a lesson promises with what comes out.
func expected(t *testing.T, w *workload.Workload, r *trace.Recording) {
	t.Helper()
	f := figures(r)
	if w.Expect == nil || len(w.Expect.Tasks) != len(f.Tasks) || len(w.Expect.Totals) == 0 || w.Expect.CPUBusy == nil {
		t.Fatal("it doesn't say what comes out for every task and in total")
	}
	for i := range f.Tasks {
		task := &f.Tasks[i]
		got := map[string]*big.Rat{
			"arrival": units(w, task.Arrival, 1), "start": units(w, task.Start, 1), "finish": units(w, task.Finish, 1),
			"turnaround": units(w, task.Turnaround, 1), "response": units(w, task.Response, 1),
			"waiting": units(w, task.Ready, 1), "blocked": units(w, task.Blocked, 1), "cpu": units(w, task.CPU, 1),
			"voluntary": count(task.Voluntary), "involuntary": count(task.Involuntary), "migrations": count(task.Migrations), "spun": units(w, task.Spun, 1),
		}
		name := r.Header.Tasks[i].Name
		for figure, want := range w.Expect.Tasks[name] {
			same(t, name+"."+figure, got[figure], want)
		}
	}
	got := map[string]*big.Rat{
		"makespan":       units(w, f.Makespan, 1),
		"avg_turnaround": units(w, f.SumTurnaround, f.Finished),
		"avg_response":   units(w, f.SumResponse, f.Finished),
		"avg_waiting":    units(w, f.SumWaiting, f.Finished),
	}
	for figure, want := range w.Expect.Totals {
		same(t, figure, got[figure], want)
	}
	if len(w.Expect.CPUBusy) != len(f.Busy) {
		t.Fatalf("cpu_busy has %d CPUs, not %d", len(w.Expect.CPUBusy), len(f.Busy))
	}
	for c, want := range w.Expect.CPUBusy {
		same(t, "cpu_busy "+strconv.Itoa(c), units(w, f.Busy[c], 1), want)
	}
}

// units returns a time, or an average of n, in the unit of the file; nil if it
// never came.
func units(w *workload.Workload, sum trace.Time, n int) *big.Rat {
	if sum < 0 || n == 0 {
		return nil
	}
	return big.NewRat(int64(sum), int64(w.Unit)*int64(n))
}

func count(n int) *big.Rat { return big.NewRat(int64(n), 1) }

func same(t *testing.T, what string, got *big.Rat, want workload.Number) {
	t.Helper()
	if want == "null" {
		if got != nil {
			t.Errorf("%s is %s, not null", what, got.RatString())
		}
		return
	}
	if number, ok := new(big.Rat).SetString(string(want)); !ok || got == nil || number.Cmp(got) != 0 {
		t.Errorf("%s is %v, not %s", what, got, want)
	}
}

// Whoever opens the program for the first time sees both processes in all three
// states within seven seconds: eight events of 0.9 s.
func TestFirstLessonShowsTheStates(t *testing.T) {
	w := lesson(t, "lessons/01-first-minute.yaml")
	r := whole(t, w)
	seen := make([]map[trace.State]bool, len(w.Tasks))
	for i := range seen {
		seen[i] = map[trace.State]bool{}
	}
	var s trace.Snapshot
	shown := 0
	for i, e := range r.Events(0) {
		if e.Kind.Bookkeeping() {
			continue
		}
		if shown++; shown > 8 {
			break
		}
		r.SnapshotAt(&s, i+1, e.Time)
		for id := range seen {
			seen[id][s.Tasks[id].State] = true
		}
	}
	for id, states := range seen {
		for _, state := range []trace.State{trace.Ready, trace.Running, trace.Blocked} {
			if !states[state] {
				t.Errorf("%s isn't seen %v", w.Tasks[id].Name, state)
			}
		}
	}
}

// What a lesson says of other policies, quanta and machines is true as well.
func TestLessonsSayTheTruthOfOtherSettings(t *testing.T) {
	under := func(file, name string, params ...workload.Param) (*workload.Workload, *trace.Figures) {
		w := lesson(t, "lessons/"+file)
		w.Policy = workload.Policy{Name: name, Params: params}
		return w, figures(whole(t, w))
	}
	quantum := func(ms string) workload.Param { return workload.Param{Name: "quantum", Values: []string{ms}} }

	jobs, shortest := lesson(t, "lessons/02-fcfs.yaml"), lesson(t, "lessons/03-shortest-first.yaml")
	for i := range jobs.Tasks {
		a, b := jobs.Tasks[i], shortest.Tasks[i]
		if a.Name != b.Name || a.Arrival != b.Arrival || !slices.Equal(a.Program.Text, b.Program.Text) {
			t.Errorf("%s isn't the same job in both lessons", a.Name)
		}
	}
	w, f := under("03-shortest-first.yaml", "sjf")
	same(t, "average waiting under SJF", units(w, f.SumWaiting, f.Finished), "14.5")

	for _, c := range []struct {
		quantum     string
		start, cost workload.Number // of P3, and of all switches
		switches    int
	}{{"1", "2.6", "3.6", 18}, {"3", "6.6", "1.2", 6}, {"20", "15.6", "0.6", 3}} {
		w, f := under("04-round-robin.yaml", "rr", quantum(c.quantum))
		same(t, "start of P3 with a quantum of "+c.quantum, units(w, f.Tasks[2].Start, 1), c.start)
		same(t, "cost of switching with a quantum of "+c.quantum, units(w, f.Switch[0], 1), c.cost)
		dispatches := 0
		for _, e := range whole(t, w).Events(0) {
			if e.Kind == trace.Dispatch {
				dispatches++
			}
		}
		if dispatches != c.switches {
			t.Errorf("%d switches with a quantum of %s, not %d", dispatches, c.quantum, c.switches)
		}
	}
	_, turns := under("04-round-robin.yaml", "rr", quantum("9"))
	_, order := under("04-round-robin.yaml", "fcfs")
	if turns.SumWaiting != order.SumWaiting || turns.SumTurnaround != order.SumTurnaround {
		t.Error("with a quantum of 9 round robin isn't first come, first served")
	}

	missed := func(policy string) (n int) {
		w := lesson(t, "lessons/10-deadlines.yaml")
		w.Policy = workload.Policy{Name: policy}
		for _, j := range trace.Jobs(whole(t, w)) {
			if j.Missed {
				n++
			}
		}
		return n
	}
	if rm, edf := missed("rm"), missed("edf"); rm != 1 || edf != 0 {
		t.Errorf("rate monotonic misses %d deadlines, EDF %d, not 1 and 0", rm, edf)
	}
	w, f = under("09-lottery.yaml", "stride", quantum("1"))
	same(t, "response of C under stride", units(w, f.Tasks[2].Response, 1), "2")
	w, f = under("13-queue-each.yaml", "rr", quantum("3"), workload.Param{Name: "queues", Values: []string{"per_cpu"}},
		workload.Param{Name: "steal", Values: []string{"false"}})
	same(t, "makespan without stealing", units(w, f.Makespan, 1), "18")
	same(t, "time CPU 1 is busy without stealing", units(w, f.Busy[1], 1), "6")

	w = lesson(t, "lessons/12-two-cpus.yaml")
	w.Machine.CPUs = 1
	same(t, "makespan on one CPU", units(w, figures(whole(t, w)).Makespan, 1), "21")
}

// The lesson on deadlocks ends stuck, and the order of locks is what makes it so.
func TestDeadlockLesson(t *testing.T) {
	const file = "lessons/18-deadlock.yaml"
	stuck := func(w *workload.Workload) int {
		r, err := run.Start(w)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Extend(trace.Never, run.MaxEvents); err != nil || !r.Done() {
			t.Fatalf("it isn't done: %v", err)
		}
		return len(r.Stuck())
	}
	w := lesson(t, file)
	if n := stuck(w); n != 2 {
		t.Errorf("%d tasks are stuck, not 2", n)
	}
	w.Tasks[1].Program = w.Tasks[0].Program
	if n := stuck(w); n != 0 {
		t.Errorf("with the locks in the same order %d tasks are stuck", n)
	}
}

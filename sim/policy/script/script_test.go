package script_test

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"timeslice/assets"
	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/policy/script"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

var rewrite = flag.Bool("rewrite", false, "write what comes out into testdata; read the difference before you commit it")

// ground is a workload with something of everything: two CPUs, tasks that block,
// are preempted, killed while ready, and bound to a CPU.
const ground = `timeslice: 1
unit: 1ms
seed: 7
machine: {cpus: 2}
tasks:
  - {name: A, program: [{cpu: 6}, {sleep: 2}, {cpu: 3}]}
  - {name: B, tickets: 3, program: [{cpu: 4}, {yield: }, {cpu: 3}]}
  - {name: C, at: 1, affinity: [1], program: [{cpu: 5}]}
  - {name: D, at: 2, program: [{cpu: 9}]}
interventions:
  - {at: 3, kill: D}
`

func parse(t testing.TB, text string) *workload.Workload {
	t.Helper()
	w, err := workload.Parse("ground.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func duration(s string) (sim.Time, error) {
	d, err := workload.ParseTime(s, 1_000_000)
	return sim.Time(d), err
}

// attempt runs a script on a workload. What is wrong with it is an error, be it
// found at once or on the way.
func attempt(t testing.TB, w *workload.Workload, file, source string, set ...sim.Param) (*trace.Recording, error) {
	t.Helper()
	p, err := script.New(file, source, set, duration)
	if err != nil {
		return nil, err
	}
	config := sim.Config{Workload: w, Policy: p}
	for _, v := range w.Interventions {
		config.Interventions = append(config.Interventions, sim.Kill{At: sim.Time(v.At), Task: 3})
	}
	m, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(sim.Never-1, 1<<30); err != nil {
		t.Fatal(err)
	}
	if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
		t.Fatal(err)
	}
	for i := range m.Faults() {
		return m.Recording(), &m.Faults()[i]
	}
	return m.Recording(), nil
}

// TestErrors checks every message of testdata/errors.txt: what it is about after
// ==, the script, and after ---- what is said of it.
func TestErrors(t *testing.T) {
	const path = "testdata/errors.txt"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	parts := strings.Split(string(data), "\n== ")
	out.WriteString(parts[0])
	for _, part := range parts[1:] {
		head, want, _ := strings.Cut(part, "\n----")
		name, source, _ := strings.Cut(head, "\n")
		got := "runs"
		var fault *sim.PolicyError
		var placed *script.Error
		_, err := attempt(t, parse(t, ground), "my.star", source+"\n")
		switch {
		case errors.As(err, &fault) && fault.Err != nil:
			got = "at " + trace.Number(fault.At, 1_000_000) + " ms: " + fault.Err.Error()
		case errors.As(err, &fault):
			got = "at " + trace.Number(fault.At, 1_000_000) + " ms: " + string(fault.Fault)
		case err != nil:
			got = err.Error()
		}
		if err != nil && (fault == nil || fault.Err != nil) && !errors.As(err, &placed) {
			t.Errorf("%s: no place: %T", name, err)
		}
		if want = strings.TrimSpace(want); got != want && !*rewrite {
			t.Errorf("%s\n%s\ngot:  %s\nwant: %s", name, source, got, want)
		}
		out.WriteString("\n== " + name + "\n" + source + "\n----\n" + got + "\n")
	}
	if *rewrite {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func example(t testing.TB, name string) string {
	t.Helper()
	source, err := assets.Policies.ReadFile("policies/" + name + ".star")
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func param(name string, values ...string) sim.Param {
	return sim.Param{Name: name, Values: values, List: len(values) > 1}
}

func TestParams(t *testing.T) {
	const source = `
params = {"quantum": 4, "tick": "2ms", "levels": 3, "boost": True, "order": "fifo", "quanta": ["1", "2500us"]}
def pick(cpu):
    return ready(cpu)[0]
`
	p, err := script.New("my.star", source, []sim.Param{param("levels", "5"), param("quanta", "3")}, duration)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.New(sim.Config{Workload: parse(t, ground), Policy: p})
	if err != nil {
		t.Fatal(err)
	}
	h := m.Recording().Header.Policies[0]
	var got []string
	for _, s := range h.Params {
		got = append(got, s.Name+"="+s.Value)
	}
	const want = "file=my.star quantum=4 tick=2 levels=5 boost=true order=fifo quanta=3"
	if s := strings.Join(got, " "); s != want || h.Name != script.Name || h.Slice != 4_000_000 {
		t.Errorf("%s, slice %d", s, h.Slice)
	}
	if x := p.Params()[5]; x.Default != "1 2500us" || x.Value != "3" {
		t.Errorf("%+v", x)
	}
	for _, c := range []struct {
		set  sim.Param
		want string
	}{
		{param("qantum", "1"), "policy script: qantum: is no parameter of this script; there is quantum, tick, levels, boost, order, quanta"},
		{param("quantum", "0"), `policy script: quantum: found "0"; a time above 0`},
		{param("quantum", "1", "2"), "policy script: quantum: must be one value"},
		{param("levels", "many"), `policy script: levels: found "many"; a whole number`},
		{param("boost", "2"), `policy script: boost: found "2"; true or false`},
	} {
		_, err := script.New("my.star", source, []sim.Param{c.set}, duration)
		var wrong *script.ParamError
		if !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%v: %v", c.set, err)
		}
	}
}

// What the policy sees of tasks is what the workload says and what is so now.
func TestTasks(t *testing.T) {
	const source = `
def check(what, ok):
    if not ok:
        fail(what)

def start():
    check("nobody runs", running(0) == None and running(1) == None and ready() == [] and cpus() == 2 and now() == 0)

seen = {}

def enqueue(task, why):
    check("ready", task in ready() and task == ready()[-1] and task.waiting_since == now())
    check("the same", seen.setdefault(task.id, task) == task)
    if task.name == "C":
        check("C", not task.allowed(0) and task.allowed(1) and task.remaining == time("5") and task.arrival == time("1ms"))
        check("C waits for CPU 1", task not in ready(0) and task in ready(1))
    if task.name == "B" and why == "yielded":
        check("B", task.cpu_used == time("4") and task.burst == time("3") and task.tickets == 3 and str(task) == "B")

def pick(cpu):
    return ready(cpu)[0]

def victim():
    for cpu in range(cpus()):
        if running(cpu) and ready(cpu) and ready(cpu)[0].id < running(cpu).id:
            return cpu
`
	if _, err := attempt(t, parse(t, ground), "my.star", source); err != nil {
		t.Error(err)
	}
}

// tick takes the CPU away, as a slice does.
func TestTick(t *testing.T) {
	const ticks = `
params = {"tick": "3ms"}
def pick(cpu):
    return ready(cpu)[0]
def tick(cpu, task):
    return len(ready(cpu)) > 0
`
	w := parse(t, "timeslice: 1\nunit: 1ms\ntasks:\n  - {name: A, program: [{cpu: 7}]}\n  - {name: B, program: [{cpu: 4}]}\n")
	r, err := attempt(t, w, "my.star", ticks)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range r.Events(0) {
		if e.Kind == trace.Dispatch {
			got = append(got, trace.Number(e.Time, 1_000_000)+r.Header.Tasks[e.Task].Name)
		}
	}
	if s := strings.Join(got, " "); s != "0A 3B 6A 9B 10A" {
		t.Error(s)
	}
}

// A script is a text of bounded size.
func TestSource(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{strings.Repeat("# much\n", 10_000), "my.star: a script of 70000 bytes; at most 65536"},
		{"\xff", "my.star: is not text; save it as UTF-8"},
		{"\ufeffx = 1\r\ny = \r\n", "my.star:2:4: got newline, want primary expression"},
	} {
		if _, err := script.New("my.star", c.source, nil, duration); err == nil || err.Error() != c.want {
			t.Errorf("%v", err)
		}
	}
}

// Whatever a script says, it comes to an end and breaks nothing.
func FuzzScript(f *testing.F) {
	for _, name := range []string{"rr", "srtf", "feedback", "lottery"} {
		f.Add(example(f, name))
	}
	data, err := os.ReadFile("testdata/errors.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, part := range strings.Split(string(data), "\n== ")[1:] {
		head, _, _ := strings.Cut(part, "\n----")
		_, source, _ := strings.Cut(head, "\n")
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		first, err := attempt(t, parse(t, ground), "my.star", source)
		second, again := attempt(t, parse(t, ground), "my.star", source)
		switch {
		case (err == nil) != (again == nil) || err != nil && err.Error() != again.Error():
			t.Fatalf("first %v, then %v", err, again)
		case (first == nil) != (second == nil) || first != nil && first.Hash() != second.Hash():
			t.Fatal("the second run differs")
		}
	})
}

// BenchmarkRoundRobin says what a dispatch costs under a script and under the
// built-in policy.
func BenchmarkRoundRobin(b *testing.B) {
	var text strings.Builder
	text.WriteString("timeslice: 1\nunit: 1ms\ntasks:\n")
	for i := range 16 {
		text.WriteString("  - {name: T" + string(rune('a'+i)) + ", program: [{cpu: 4000}]}\n")
	}
	info, _ := policy.Find("rr")
	args, err := info.Args([]sim.Param{param("quantum", "1")}, duration)
	if err != nil {
		b.Fatal(err)
	}
	scripted := func(name string) func() sim.Policy {
		return func() sim.Policy {
			p, err := script.New(name+".star", example(b, name), []sim.Param{param("quantum", "1")}, duration)
			if err != nil {
				b.Fatal(err)
			}
			return p
		}
	}
	for name, make := range map[string]func() sim.Policy{
		"built-in": func() sim.Policy { return info.New(args) }, "script": scripted("rr"), "lottery script": scripted("lottery"),
	} {
		b.Run(name, func(b *testing.B) {
			w := parse(b, text.String())
			dispatches := 0
			for b.Loop() {
				m, err := sim.New(sim.Config{Workload: w, Policy: make()})
				if err != nil {
					b.Fatal(err)
				}
				if err := m.Run(sim.Never-1, 1<<30); err != nil || len(m.Faults()) > 0 {
					b.Fatal(err, m.Faults())
				}
				dispatches += 16 * 4000
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(dispatches), "ns/dispatch")
		})
	}
}

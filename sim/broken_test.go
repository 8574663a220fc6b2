package sim_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/assets"
	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// kept is a run that can have happened, to be broken.
type kept struct {
	name   string
	r      *trace.Recording
	rules  trace.Rules
	events []trace.Event
}

// corpus is runs in which everything happens that can: the lessons, the manual, the
// transcripts, what testdata/rules adds, and some drawn by chance.
func corpus(t *testing.T) (all []kept) {
	t.Helper()
	add := func(name, text string) {
		w, err := workload.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p := sim.Policy(nil)
		if w.Policy.Name != "script" {
			p = named(t, w, &w.Policy)
		}
		all = append(all, keep(t, name, w, p, interventions(t, w)...))
	}
	lessons, _ := fs.Glob(assets.Lessons, "lessons/*.yaml")
	for _, name := range lessons {
		text, err := fs.ReadFile(assets.Lessons, name)
		if err != nil {
			t.Fatal(err)
		}
		add(name, string(text))
	}
	add("manual", workload.Manual)
	files, _ := filepath.Glob("testdata/*.txt")
	more, _ := filepath.Glob("testdata/rules/*.yaml")
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source, _, _ := strings.Cut(string(text), "\n----\n")
		add(name, source)
	}
	// Real runs don't say what each operation is: the other rules must do without.
	for _, k := range slices.Clone(all) {
		header := k.r.Header
		header.Programs = slices.Clone(header.Programs)
		for i := range header.Programs {
			p := &header.Programs[i]
			p.Ops = slices.Clone(p.Ops)
			for n := range p.Ops {
				p.Ops[n].Code = ""
			}
		}
		r := trace.NewRecording(header)
		r.Finish(k.r.End())
		all = append(all, kept{k.name + " without codes", r, k.rules, k.events})
	}
	for seed := range 12 {
		w := rapid.Custom(syncWorkload).Example(seed)
		all = append(all, keep(t, fmt.Sprint("sync ", seed), w, choose(t, "rr quantum=2")))
		w = rapid.Custom(someWorkload).Example(seed)
		all = append(all, keep(t, fmt.Sprint("some ", seed), w, choose(t, "priority quantum=2")))
	}
	return all
}

func keep(t *testing.T, name string, w *workload.Workload, p sim.Policy, what ...sim.Intervention) kept {
	t.Helper()
	m := machine(t, w, p, what...)
	until := sim.Time(w.Until)
	if until == 0 {
		until = 200 * ms
	}
	if err := m.Run(until, 1000); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	k := kept{name: name, r: m.Recording(), rules: trace.Rules{Complete: m.Done()}}
	for _, e := range k.r.Events(0) {
		k.events = append(k.events, e)
	}
	if err := k.rules.Check(k.with(k.events)); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, transcript(k.r))
	}
	busy := trace.Rules{Complete: m.Done(), WorkConserving: true}
	if busy.Check(k.r) == nil {
		k.rules = busy
	}
	return k
}

// with returns the run with other events.
func (k *kept) with(events []trace.Event) *trace.Recording {
	r := trace.NewRecording(k.r.Header)
	for _, e := range events {
		if e.Kind == trace.Jump {
			r.Append(e.Time, e.Kind, e.Task, e.CPU, e.Object)
		} else {
			r.AppendArg(e.Time, e.Kind, e.Task, e.CPU, e.Object, e.Arg)
		}
	}
	r.Finish(k.r.End())
	return r
}

func (k *kept) but(i int, change func(*trace.Event)) []trace.Event {
	list := slices.Clone(k.events)
	change(&list[i])
	return list
}

// validate returns why a broken run is refused; nil if it isn't. Nothing may make
// the validator panic.
func (k *kept) validate(events []trace.Event) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("PANIC %v", x)
		}
	}()
	return k.rules.Check(k.with(events))
}

// decided are the kinds that tell what a policy or a person decides, or what only
// the twins can compute: nothing else in a run says that they should be otherwise.
var decided = []trace.Kind{
	trace.Key, trace.Home, trace.ToHead, trace.Slice, trace.Boost, trace.Quantum, trace.Switched, trace.Kill, trace.Stop, trace.Ignored,
	trace.Assign, trace.Result,
}

// seldom are the ways to break an event after which most runs still can have
// happened.
var seldom = []string{"of one more", "of one less", "before the one before", "too late", "too early", "twice", "of another object", "of nothing", "and nothing more of its task"}

// saidBefore are rules that never are the first to be broken, and why they are kept.
var saidBefore = map[string]string{
	"task %d is of process %d and has the pid of":       "it is about the header, and here events are broken",
	"there is no such kind of event":                    "a recording can't hold one",
	"it ends at %d, before its last event":              "a recording can't",
	"CPU %d was busy for %d, idle for %d and switching": "the sums of what was checked before",
	"it compares with nothing":                          "what compares says with what",
	"it has no job":                                     "it must go on elsewhere first",
	"task %d writes under resource %d while %v read":    "neither is let in",
}

// TestBrokenRunsAreRefused takes runs that can have happened, breaks each at each
// event in many ways, and asks the validator. Nothing makes it panic, most of what
// is broken is found, and every rule there is says so of something: a rule that
// can't fail is none. What a new rule needs to fail comes into testdata/rules.
func TestBrokenRunsAreRefused(t *testing.T) {
	if underRace {
		t.Skip("one goroutine validates: nothing can race, and it takes minutes")
	}
	type way struct{ kind, how string }
	refused, passed, example := map[way]int{}, map[way]int{}, map[way]string{}
	said := map[string]bool{}
	for _, k := range corpus(t) {
		for i := range k.events {
			for how, broken := range breaks {
				events := broken(&k, i)
				if events == nil {
					continue
				}
				at := way{k.events[i].Kind.String(), how}
				err := k.validate(events)
				if err == nil {
					passed[at]++
					example[at] = fmt.Sprintf("%s, event %d: %+v", k.name, i, k.events[i])
					continue
				}
				refused[at]++
				said[err.Error()] = true
				if strings.Contains(err.Error(), "PANIC") {
					t.Errorf("%s, event %d, %v %s: %v", k.name, i, k.events[i].Kind, how, err)
				}
			}
		}
	}
	total, found := 0, 0
	for _, n := range refused {
		total, found = total+n, found+n
	}
	for at, n := range passed {
		kind, _ := trace.KindOf(at.kind)
		total += n
		if !slices.Contains(decided, kind) && !slices.Contains(seldom, at.how) && 3*refused[at] < 2*n {
			t.Errorf("%v %s: passes %d of %d times, as in %s", at.kind, at.how, n, n+refused[at], example[at])
		}
	}
	t.Logf("%d broken runs, %d refused; %d messages", total, found, len(said))
	for _, k := range wrongOnes {
		for message := range k.refused(t) {
			said[message] = true
		}
	}
	for _, rule := range unreached(t, said) {
		t.Errorf("nothing breaks the rule %s", rule)
	}
}

type wrongOne struct {
	name, file string
	broken     func(*kept) []trace.Event
	want       string
}

// at returns the number of an event of a kind, the first or one after it.
func (k *kept) at(kind trace.Kind, after int) int {
	for i, e := range k.events {
		if e.Kind == kind {
			if after == 0 {
				return i
			}
			after--
		}
	}
	return -1
}

// refused checks that a run broken by hand is refused as it should be, and returns
// what is said of it.
func (x *wrongOne) refused(t *testing.T) map[string]bool {
	t.Helper()
	w := parse(t, x.file)
	k := keep(t, x.name, w, named(t, w, &w.Policy), interventions(t, w)...)
	err := k.validate(x.broken(&k))
	if err == nil || !strings.Contains(err.Error(), x.want) {
		t.Errorf("%s: %v, not %q\n%s", x.name, err, x.want, transcript(k.with(x.broken(&k))))
		return nil
	}
	return map[string]bool{err.Error(): true}
}

// unreached returns the rules, as places in the source of the validator, of which
// nothing was said.
func unreached(t *testing.T, said map[string]bool) (list []string) {
	t.Helper()
	verb := regexp.MustCompile(`%[-+# 0-9.]*[a-z]`)
	files, _ := filepath.Glob("trace/validate*.go")
	for _, name := range files {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Errorf" {
				return true
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			parts := verb.Split(text, -1)
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			is := regexp.MustCompile(strings.Join(parts, ".*"))
			for message := range said {
				if is.MatchString(message) {
					return true
				}
			}
			for known := range saidBefore {
				if strings.HasPrefix(text, known) {
					return true
				}
			}
			list = append(list, fmt.Sprintf("%s: %s", set.Position(lit.Pos()), text))
			return true
		})
	}
	return list
}

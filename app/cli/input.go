package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"timeslice/app/run"
	"timeslice/assets"
	"timeslice/sim/workload"
)

// lessonPrefix marks the name of a lesson where a file is asked for.
const lessonPrefix = "lesson:"

// read reads a workload from a file, from standard input ("-") or from the
// lessons.
func (c *command) read(name string) (*workload.Workload, error) {
	data, err := c.bytes(name)
	if err != nil {
		return nil, err
	}
	if name == "-" {
		name = "<stdin>"
	}
	w, err := workload.Parse(name, data)
	if err != nil {
		return nil, err
	}
	return w, run.Fetch(w, readScript)
}

func (c *command) bytes(name string) ([]byte, error) {
	if lesson, ok := strings.CutPrefix(name, lessonPrefix); ok {
		return lessonBytes(lesson)
	}
	from := c.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, notThere(name, err)
		}
		defer file.Close()
		from = file
	}
	// One byte more than allowed, so that the reader can say it is too much.
	data, err := io.ReadAll(io.LimitReader(from, workload.MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	return data, nil
}

// notThere says that a file can't be opened, and which may have been meant.
func notThere(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		var near []string
		entries, _ := os.ReadDir(filepath.Dir(name))
		for _, e := range entries {
			near = append(near, e.Name())
		}
		if n := workload.Nearest(filepath.Base(name), near); n != "" {
			return fmt.Errorf("%s: no such file; did you mean %q?", name, filepath.Join(filepath.Dir(name), n))
		}
		return fmt.Errorf("%s: no such file", name)
	}
	return fmt.Errorf("%s: %w", name, reason(err))
}

// reason is what the system said, without the path it repeats.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func lessonNames() []string {
	entries, err := assets.Lessons.ReadDir("lessons")
	if err != nil { // they are part of the program
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

func lessonBytes(name string) ([]byte, error) {
	names := lessonNames()
	for _, n := range names {
		// "07-two-threads" goes by its whole name, its number, or what follows it.
		number, title, _ := strings.Cut(n, "-")
		if name == n || name == number || name == strings.TrimLeft(number, "0") || name == title {
			return assets.Lessons.ReadFile("lessons/" + n + ".yaml")
		}
	}
	if near := workload.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("no lesson %q; did you mean %q?", name, near)
	}
	return nil, fmt.Errorf("no lesson %q; timeslice lessons says what there is", name)
}

// changes are what flags change about a workload.
type changes struct {
	policy      string
	script      string
	set         []string
	cpus        string
	seed        string
	until       string
	switchCost  string
	tick        string
	conventions []string
	flags       *pflag.FlagSet
}

// addPolicy adds the flags that choose a policy.
func (ch *changes) addPolicy(flags *pflag.FlagSet) {
	ch.flags = flags
	flags.StringVar(&ch.policy, "policy", "", "another `policy`, as in rr, rr:quantum=4 or my.star")
	flags.StringVar(&ch.script, "script", "", "a policy of your own, the name of a `file` that ends in .star")
	flags.StringArrayVar(&ch.set, "set", nil, "a `parameter` of the policy, as in quantum=4")
}

// addMachine adds the flags that change what a simulated run depends on beside
// its policy.
func (ch *changes) addMachine(flags *pflag.FlagSet) {
	ch.flags = flags
	flags.StringVar(&ch.cpus, "cpus", "", "another `number` of CPUs")
	flags.StringVar(&ch.seed, "seed", "", "another seed, a whole `number`")
	flags.StringVar(&ch.until, "until", "", "cut the run at this `time`, as in 100ms")
	flags.StringVar(&ch.switchCost, "switch", "", "what a context switch costs, a `time`")
	flags.StringVar(&ch.tick, "tick", "", "period of the timer tick, a `time`; 0 is none")
	flags.StringArrayVar(&ch.conventions, "convention", nil, "a `convention`, as in ties=index")
}

// apply changes a workload.
func (ch *changes) apply(w *workload.Workload) error {
	given := ch.flags.Changed
	if given("policy") && given("script") {
		return errors.New("--policy and --script at once; choose one")
	}
	if given("policy") {
		p, err := parsePolicy(ch.policy)
		if err != nil {
			return fmt.Errorf("--policy %w", err)
		}
		w.Policy = under(w, p)
	}
	if given("script") {
		p, err := scriptPolicy(ch.script)
		if err != nil {
			return fmt.Errorf("--script %w", err)
		}
		w.Policy = p
	}
	for _, s := range ch.set {
		p, err := parseParam(s)
		if err != nil {
			return fmt.Errorf("--set %w", err)
		}
		w.Policy.Params = merge(w.Policy.Params, []workload.Param{p})
		w.Policy.Pos = workload.Pos{} // what is wrong now isn't in the file
	}
	if given("cpus") {
		if err := ch.setCPUs(w); err != nil {
			return err
		}
	}
	if given("seed") {
		seed, err := strconv.ParseUint(ch.seed, 10, 64)
		if err != nil {
			return fmt.Errorf("--seed %q: a whole number from 0 to %d", ch.seed, uint64(math.MaxUint64))
		}
		w.Seed = seed
	}
	for _, s := range ch.conventions {
		name, value, _ := strings.Cut(s, "=")
		if err := w.Conventions.Set(name, value); err != nil {
			return fmt.Errorf("--convention %s: %w", s, err)
		}
	}
	return errors.Join(
		ch.time(w, "until", ch.until, 1, &w.Until),
		ch.time(w, "switch", ch.switchCost, 0, &w.Machine.Switch),
		ch.time(w, "tick", ch.tick, 0, &w.Machine.Tick),
	)
}

func (ch *changes) setCPUs(w *workload.Workload) error {
	cpus, err := strconv.Atoi(ch.cpus)
	if err != nil || cpus < 1 || cpus > workload.MaxCPUs {
		return fmt.Errorf("--cpus %q: a whole number from 1 to %d", ch.cpus, workload.MaxCPUs)
	}
	w.Machine.CPUs = cpus
	check := func(t *workload.Task) error {
		if a := t.Affinity; len(a) > 0 && a[len(a)-1] >= cpus {
			return fmt.Errorf("--cpus %d: task %s may run on CPU %d; CPUs are numbered from 0", cpus, t.Name, a[len(a)-1])
		}
		return nil
	}
	for i := range w.Tasks {
		if err := check(&w.Tasks[i]); err != nil {
			return err
		}
	}
	for _, v := range w.Interventions {
		if v.Add != nil {
			if err := check(v.Add); err != nil {
				return err
			}
		}
	}
	return nil
}

func (ch *changes) time(w *workload.Workload, flag, text string, least workload.Time, to *workload.Time) error {
	if !ch.flags.Changed(flag) {
		return nil
	}
	t, err := workload.ParseTime(text, w.Unit)
	if err == nil && t < least {
		err = errors.New("a time above 0")
	}
	if err != nil {
		return fmt.Errorf("--%s %q: %w", flag, text, err)
	}
	*to = t
	return nil
}

// under returns a policy with what the workload sets for it. A script is a
// policy of its own.
func under(w *workload.Workload, p workload.Policy) workload.Policy {
	if p.Name == w.Policy.Name && (p.Name != run.Script || len(p.Params) == 0) {
		p.Params = merge(w.Policy.Params, p.Params)
	}
	return p
}

// parsePolicy reads a policy as the command line writes it:
// "rr:quantum=4:other=x", or "my.star:quantum=4" for one of one's own.
func parsePolicy(s string) (workload.Policy, error) {
	parts := strings.Split(s, ":")
	p := workload.Policy{Name: parts[0]}
	if p.Name == "" {
		return p, fmt.Errorf("%q: a policy's name, as in rr or rr:quantum=4", s)
	}
	if strings.HasSuffix(p.Name, run.ScriptEnding) {
		var err error
		if p, err = scriptPolicy(p.Name); err != nil {
			return p, err
		}
	}
	for _, part := range parts[1:] {
		param, err := parseParam(part)
		if err != nil {
			return p, err
		}
		p.Params = merge(p.Params, []workload.Param{param})
	}
	return p, nil
}

// parseParam reads "quantum=4", or a list "quanta=1/2/4"; "quanta=" is one
// without members.
func parseParam(s string) (workload.Param, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return workload.Param{}, fmt.Errorf("%q: a name and a value, as in quantum=4", s)
	}
	if value == "" {
		return workload.Param{Name: name, List: true}, nil
	}
	values := strings.Split(value, "/")
	return workload.Param{Name: name, Values: values, List: len(values) > 1}, nil
}

// merge returns params with some of them changed.
func merge(params, changed []workload.Param) []workload.Param {
	out := append([]workload.Param(nil), params...)
next:
	for _, p := range changed {
		for i := range out {
			if out[i].Name == p.Name {
				out[i] = p
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

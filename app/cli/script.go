package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"timeslice/app/run"
	"timeslice/assets"
	"timeslice/sim/workload"
)

// readScript reads a file with a script, a byte more than it may have so that
// who runs it can say so.
func readScript(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, notThere(name, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, run.MaxScript+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	return data, nil
}

// scriptPolicy is the policy that a file named on the command line holds.
func scriptPolicy(name string) (workload.Policy, error) {
	p := workload.Policy{Name: run.Script, Params: []workload.Param{{Name: "file", Values: []string{filepath.Base(name)}}}}
	// As if a workload beside it named it.
	w := workload.Workload{Policy: p, File: name}
	err := run.Fetch(&w, readScript)
	return w.Policy, err
}

// examples returns the names of the scripts that come with the program.
func examples() []string {
	entries, err := assets.Policies.ReadDir("policies")
	if err != nil { // they are part of the program
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), run.ScriptEnding))
	}
	return names
}

func exampleText(name string) ([]byte, error) {
	name = strings.TrimSuffix(name, run.ScriptEnding)
	for _, n := range examples() {
		if n == name {
			return assets.Policies.ReadFile("policies/" + n + run.ScriptEnding)
		}
	}
	if near := workload.Nearest(name, examples()); near != "" {
		return nil, fmt.Errorf("--example: no example %q; did you mean %q?", name, near)
	}
	return nil, fmt.Errorf("--example: no example %q; there are %s", name, strings.Join(examples(), ", "))
}

// scriptHelp says how to write a policy of one's own.
func scriptHelp(out *page) {
	out.line("")
	out.line("%-10s %s", run.Script, "Your own, a few lines of Python's kin Starlark")
	out.line("           timeslice policies --example rr > my.star")
	out.line("           timeslice run FILE --script my.star --set quantum=2")
	out.line("           or, in the workload, policy: {name: script, file: my.star}")
	out.line("           examples: %s", strings.Join(examples(), ", "))
	out.line("           A script defines pick(cpu), which returns one of ready(cpu), and if it wants")
	out.line("           enqueue(task, why), remove(task), slice(task), preempts(new, old), victim(),")
	out.line("           tick(cpu, task), key(task), explain(cpu), start(), params and queues. It can ask")
	out.line("           now(), cpus(), running(cpu), ready(cpu), random(n), time(\"4ms\") and place(task, queue).")
	out.line("           A task has name, id, arrival, priority, nice, tickets, weight, period, deadline,")
	out.line("           slice, cpu_used, waiting_since, allowed(cpu), and, which no real system knows,")
	out.line("           remaining and burst. Times are whole numbers of ns.")
}

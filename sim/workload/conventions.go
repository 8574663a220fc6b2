package workload

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Conventions settle what textbooks leave open. The zero value is the default
// of every setting.
type Conventions struct {
	// PreemptedFirst queues a task whose slice ends before what became ready at
	// that same instant (`expiry: preempted_first`); the default queues it after.
	PreemptedFirst bool
	Ties           Ties
	// BetweenTasksOnly charges a switch only when the CPU changes from one task
	// to another, not when the same task goes on or an idle CPU starts
	// (`switch: between_tasks`); the default charges every dispatch.
	BetweenTasksOnly bool
	// KeepSlice lets a task that blocks resume its unfinished slice
	// (`block_resets_slice: no`); by default it gets a fresh one.
	KeepSlice bool
	// HigherIsBetter reverses priorities (`priority_order: higher_first`).
	HigherIsBetter bool
	// Deadlock says what becomes of a deadlock (`deadlock: …`).
	Deadlock Deadlock
	// ReleaseOnDeath frees the locks of a task that ends or is killed
	// (`owner_death: release`); by default they stay locked, and others wait for
	// ever.
	ReleaseOnDeath bool
	// DispatchFirst lets a task that wakes another go on with its operations only
	// after the dispatch, if it still has its CPU (`wake: dispatch_first`); by
	// default it first goes through all those that take no time.
	DispatchFirst bool
	// CompletionsLast handles completions after arrivals at one instant
	// (`completions: after_arrivals`); the default handles them before.
	CompletionsLast bool
	// MainEnds ends a process with its main thread (`main_end: ends_process`), as
	// returning from main does in C; by default the others go on.
	MainEnds bool
	// Orphans says who adopts the children of a process that ends (`orphans:`).
	Orphans Orphans
}

// Ties says who goes first among equal keys.
type Ties uint8

// The tie rules.
const (
	TiesArrival      Ties = iota // earlier arrival, then file order
	TiesIndex                    // file order, even against the running task
	TiesRunningFirst             // the running task stays, then as TiesArrival
)

// Deadlock says what is done when a deadlock closes: nothing, or one of its tasks
// is killed and what it holds let go; or that none closes.
type Deadlock uint8

// What becomes of deadlocks.
const (
	DeadlockStays   Deadlock = iota // stays
	KillYoungest                    // kill_youngest: who arrived last
	KillCheapest                    // kill_cheapest: who has had the least CPU time
	KillLeastUrgent                 // kill_least_urgent: by what the policy or the priorities say
	KillLast                        // kill_last: who closed the circle
	AvoidDeadlock                   // avoid: by the banker's algorithm, so that none closes
)

// conventions are the settings by name, each with its values; the first is the
// default. Those of kin make a difference only where there are processes.
var conventions = []struct {
	name   string
	values []string
	kin    bool
	get    func(c *Conventions) int
	set    func(c *Conventions, value int)
}{
	{"expiry", []string{"arrivals_first", "preempted_first"}, false,
		func(c *Conventions) int { return second(c.PreemptedFirst) },
		func(c *Conventions, v int) { c.PreemptedFirst = v == 1 }},
	{"completions", []string{"before_arrivals", "after_arrivals"}, false,
		func(c *Conventions) int { return second(c.CompletionsLast) },
		func(c *Conventions, v int) { c.CompletionsLast = v == 1 }},
	{"ties", []string{"arrival", "index", "running_first"}, false,
		func(c *Conventions) int { return int(c.Ties) },
		func(c *Conventions, v int) { c.Ties = Ties(v) }},
	{"switch", []string{"every_dispatch", "between_tasks"}, false,
		func(c *Conventions) int { return second(c.BetweenTasksOnly) },
		func(c *Conventions, v int) { c.BetweenTasksOnly = v == 1 }},
	{"block_resets_slice", []string{"yes", "no"}, false,
		func(c *Conventions) int { return second(c.KeepSlice) },
		func(c *Conventions, v int) { c.KeepSlice = v == 1 }},
	{"wake", []string{"runs_on", "dispatch_first"}, false,
		func(c *Conventions) int { return second(c.DispatchFirst) },
		func(c *Conventions, v int) { c.DispatchFirst = v == 1 }},
	{"deadlock", []string{"stays", "kill_youngest", "kill_cheapest", "kill_least_urgent", "kill_last", "avoid"}, false,
		func(c *Conventions) int { return int(c.Deadlock) },
		func(c *Conventions, v int) { c.Deadlock = Deadlock(v) }},
	{"owner_death", []string{"keep", "release"}, false,
		func(c *Conventions) int { return second(c.ReleaseOnDeath) },
		func(c *Conventions, v int) { c.ReleaseOnDeath = v == 1 }},
	{"priority_order", []string{"lower_first", "higher_first"}, false,
		func(c *Conventions) int { return second(c.HigherIsBetter) },
		func(c *Conventions, v int) { c.HigherIsBetter = v == 1 }},
	{"main_end", []string{"leaves_threads", "ends_process"}, true,
		func(c *Conventions) int { return second(c.MainEnds) },
		func(c *Conventions, v int) { c.MainEnds = v == 1 }},
	{"orphans", []string{"init", "parent", "root"}, true,
		func(c *Conventions) int { return int(c.Orphans) },
		func(c *Conventions, v int) { c.Orphans = Orphans(v) }},
}

// second is the place of a convention's second value, if it holds, or else that of
// its first.
func second(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

// Setting is a convention by the words the file format uses.
type Setting struct {
	Name, Value string
	Default     bool
}

// Settings returns all conventions, in the order of the documentation; those that
// make a difference only where there are processes just with kin.
func (c *Conventions) Settings(kin bool) []Setting {
	var list []Setting
	for _, known := range conventions {
		if v := known.get(c); kin || !known.kin {
			list = append(list, Setting{known.name, known.values[v], v == 0})
		}
	}
	return list
}

// Set sets a convention by the words the file format uses. The error says what
// would be right.
func (c *Conventions) Set(name, value string) error {
	var names []string
	for _, known := range conventions {
		names = append(names, known.name)
		if known.name != name {
			continue
		}
		switch value {
		case "true":
			value = "yes"
		case "false":
			value = "no"
		}
		for i, v := range known.values {
			if v == value {
				known.set(c, i)
				return nil
			}
		}
		return errors.New(name + ": found " + quote(value) + "; " + suggest(value, known.values))
	}
	return errors.New("unknown convention " + quote(name) + "; " + suggest(name, names))
}

func (r *reader) conventions(n *yaml.Node) {
	keys := []string{"io"}
	for _, c := range conventions {
		keys = append(keys, c.name)
	}
	r.each(n, "conventions", sorted(keys), func(key string, _, v *yaml.Node) {
		if key == "io" {
			r.implicitIO(v)
			return
		}
		value, ok := r.scalar(v, key, "a word")
		if !ok {
			return
		}
		if err := r.w.Conventions.Set(key, value); err != nil {
			found, want, _ := strings.Cut(err.Error(), "; ")
			r.fail(v, found, want)
		}
	})
}

// implicitIO reads how the device of `io: 3` serves: all at once, or with
// servers and a queue.
func (r *reader) implicitIO(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		const want = "io: parallel, or io: {servers: 1}"
		if s, ok := r.scalar(n, "io", want); ok && s != "parallel" {
			r.fail(n, "io: found "+quote(s), want)
		}
		return
	}
	r.each(n, "io", []string{"servers"}, func(_ string, _, v *yaml.Node) {
		if n, ok := r.int(v, "servers", 1, MaxCapacity); ok {
			r.servers = int(n)
		}
	})
}

package sim_test

import (
	"slices"

	"timeslice/sim/trace"
)

// breaks are ways to break a run at an event; they return nil where they make no
// difference.
var breaks = map[string]func(k *kept, i int) []trace.Event{
	"left out": func(k *kept, i int) []trace.Event { return slices.Delete(slices.Clone(k.events), i, i+1) },
	"twice":    func(k *kept, i int) []trace.Event { return slices.Insert(slices.Clone(k.events), i, k.events[i]) },
	"of another task": func(k *kept, i int) []trace.Event {
		n := trace.TaskID(len(k.r.Header.Tasks))
		if n < 2 || k.events[i].Task == trace.NoTask {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Task = (e.Task + 1) % n })
	},
	"of another resource": func(k *kept, i int) []trace.Event {
		n := len(k.r.Header.Resources)
		if n < 2 || !k.events[i].Kind.OnResource() {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Object = (e.Object + 1) % n })
	},
	"on another CPU": func(k *kept, i int) []trace.Event {
		if !k.events[i].Kind.OnCPU() {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.CPU++ })
	},
	"of one more": func(k *kept, i int) []trace.Event {
		if k.events[i].Kind == trace.Jump {
			return k.but(i, func(e *trace.Event) { e.Object++ })
		}
		return k.but(i, func(e *trace.Event) { e.Arg++ })
	},
	"of one less": func(k *kept, i int) []trace.Event {
		if k.events[i].Kind == trace.Jump {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Arg-- })
	},
	"too late": func(k *kept, i int) []trace.Event {
		if i+1 == len(k.events) || k.events[i+1].Time == k.events[i].Time {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Time = k.events[i+1].Time })
	},
	"too early": func(k *kept, i int) []trace.Event {
		if i == 0 || k.events[i-1].Time == k.events[i].Time {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Time = k.events[i-1].Time })
	},
	"before the one before": func(k *kept, i int) []trace.Event {
		if i == 0 || k.events[i-1].Time != k.events[i].Time || k.events[i-1].Task != k.events[i].Task {
			return nil
		}
		list := slices.Clone(k.events)
		list[i-1], list[i] = list[i], list[i-1]
		return list
	},
	"another kind": func(k *kept, i int) []trace.Event {
		return k.but(i, func(e *trace.Event) { e.Kind = trace.Kinds()[(int(e.Kind)*7+i)%len(trace.Kinds())] })
	},
	"left out with the next": func(k *kept, i int) []trace.Event {
		if i+1 == len(k.events) {
			return nil
		}
		return slices.Delete(slices.Clone(k.events), i, i+2)
	},
	"and nothing more of its task": func(k *kept, i int) []trace.Event {
		n := 0
		return slices.DeleteFunc(slices.Clone(k.events), func(e trace.Event) bool {
			n++
			return n > i && e.Task == k.events[i].Task && e.Task != trace.NoTask
		})
	},
	"of another object": func(k *kept, i int) []trace.Event {
		return k.but(i, func(e *trace.Event) { e.Object += 7 })
	},
	"in another order of time": func(k *kept, i int) []trace.Event {
		if i%9 > 0 || k.events[i].Time == 0 {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Time = 0 })
	},
	"of nothing": func(k *kept, i int) []trace.Event {
		if k.events[i].Kind == trace.Jump || k.events[i].Arg == 0 {
			return nil
		}
		return k.but(i, func(e *trace.Event) { e.Arg = 0 })
	},
	"in the place of the next of its kind": func(k *kept, i int) []trace.Event {
		for n := i + 1; n < len(k.events) && k.events[n].Time == k.events[i].Time; n++ {
			if x := k.events[n]; x.Kind == k.events[i].Kind && x.Task != k.events[i].Task {
				return k.but(i, func(e *trace.Event) { e.Task = x.Task })
			}
		}
		return nil
	},
	"of nobody": func(k *kept, i int) []trace.Event {
		return k.but(i, func(e *trace.Event) { e.Task = trace.TaskID(len(k.r.Header.Tasks)) })
	},
}

// wrongOnes are runs broken by hand, where chance doesn't get.
var wrongOnes = []wrongOne{
	{"a lock goes free that stays with the dead", `
resources: {m: mutex}
tasks: [{name: A, program: [{lock: m}, {cpu: 9}, {unlock: m}]}, {name: B, at: 1, program: [{lock: m}, {unlock: m}]}]
interventions: [{at: 3, kill: A}]`, func(k *kept) []trace.Event {
		i := k.at(trace.Kill, 0)
		return slices.Insert(slices.Clone(k.events), i+1, trace.Event{Time: k.events[i].Time, Kind: trace.LetGo, Task: k.events[i].Task})
	}, "what it holds stays with it"},
	{"a writer goes before readers who are preferred", `
machine: {cpus: 3}
resources: {rw: {kind: rwlock, prefer: readers}}
tasks:
  - {name: A, program: [{lock: rw}, {cpu: 3}, {unlock: rw}]}
  - {name: B, at: 1, program: [{lock: rw, mode: read}, {cpu: 3}, {unlock: rw}]}
  - {name: C, at: 2, program: [{lock: rw}, {cpu: 3}, {unlock: rw}]}`, func(k *kept) []trace.Event {
		return k.but(k.at(trace.LockRead, 0), func(e *trace.Event) { e.Kind, e.Task = trace.Lock, 2 })
	}, "others go first"},
	{"who waits for a circle is said to be of it", `
machine: {cpus: 3}
resources: {m: mutex, n: mutex}
tasks:
  - {name: A, at: 1, program: [{lock: m}, {unlock: m}]}
  - {name: B, program: [{lock: m}, {cpu: 2}, {lock: n}, {unlock: n}, {unlock: m}]}
  - {name: C, program: [{lock: n}, {cpu: 3}, {lock: m}, {unlock: m}, {unlock: n}]}`, func(k *kept) []trace.Event {
		i := k.at(trace.Deadlock, 0)
		first := k.events[i]
		first.Task, first.Object, first.Arg = 0, 0, 1
		list := slices.Insert(slices.Clone(k.events), i, first)
		for n := i + 1; n < len(list); n++ {
			if list[n].Kind == trace.Deadlock && list[n].Task == 1 {
				list[i+1], list[n] = list[n], list[i+1]
			}
		}
		return slices.Insert(list, i+3, list[i+1])
	}, "it stands in the circle twice"},
	{"a barrier opens and is broken", `
machine: {cpus: 2}
resources: {b: {kind: barrier, parties: 2}}
tasks: [{name: A, program: [{arrive: b}]}, {name: B, at: 1, program: [{arrive: b}]}]`, func(k *kept) []trace.Event {
		return k.but(k.at(trace.WakeBarrier, 0), func(e *trace.Event) { e.Kind = trace.WakeBroken })
	}, "the barrier has opened 1 times"},
	{"a periodic task ends with its job", `
until: 20
resources: {m: mutex}
tasks: [{name: A, period: 5, program: [{lock: m}, {cpu: 1}, {unlock: m}]}]`, func(k *kept) []trace.Event {
		return k.but(k.at(trace.JobDone, 0), func(e *trace.Event) { e.Kind, e.Arg = trace.Exit, 0 })
	}, "its job is done, not the task"},
	{"a job is done while its task spins", `
machine: {cpus: 2}
until: 20
resources: {s: spin}
tasks: [{name: A, program: [{lock: s}, {cpu: 3}, {unlock: s}]}, {name: B, at: 1, period: 9, program: [{lock: s}, {unlock: s}]}]`, func(k *kept) []trace.Event {
		i := k.at(trace.Spin, 0)
		e := k.events[i]
		e.Kind, e.Object, e.Arg = trace.JobDone, 0, 1
		return slices.Insert(slices.Clone(k.events), i+1, e)
	}, "it spins"},
	{"who is handed a lock is said to try for it", `
resources: {m: mutex}
tasks: [{name: A, program: [{lock: m}, {cpu: 3}, {unlock: m}]}, {name: B, program: [{lock: m}, {unlock: m}]}]
policy: {name: rr, quantum: 1}`, func(k *kept) []trace.Event {
		i := k.at(trace.Lock, 1)
		list := k.but(i+1, func(e *trace.Event) { e.Kind = trace.WakeTry })
		return slices.Delete(list, i, i+1)
	}, "it is handed to whoever waits for it"},
}

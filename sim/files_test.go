package sim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// author writes workload files by chance, in which everything is said that can be.
// What it writes must be read: a program unlocks what it has locked, and says
// forever if it never ends.
type author struct {
	*rapid.T
	left  int // operations it may still write
	names int // of jobs and coroutines
}

func (a *author) n(from, to int) int { return rapid.IntRange(from, to).Draw(a.T, "n") }

func (a *author) pick(list ...string) string { return rapid.SampledFrom(list).Draw(a.T, "word") }

// seldom is true one time in so many.
func (a *author) seldom(times int) bool { return a.n(1, times) == 1 }

// time writes a length.
func (a *author) time() string { return a.pick("0", "0.5", "1", "1", "2", "3") }

// spot is where an operation stands: what may be said there.
type spot struct {
	depth    int
	lock     int  // locks of this number and above may be taken
	inside   bool // of a coroutine or a job: no copies of a process there
	awaiting bool // a coroutine
}

// locks are what is locked, in the order in which it may be taken.
var locksInOrder = []string{"m", "inherits", "topped", "barging", "again", "busy", "book"}

// ops writes operations in flow style.
func (a *author) ops(p spot) string { return "[" + strings.Join(a.list(p), ", ") + "]" }

// list writes operations.
func (a *author) list(p spot) (list []string) {
	for range a.n(1, 4) {
		if a.left--; a.left < 0 {
			break
		}
		list = append(list, a.op(p)...)
	}
	if len(list) == 0 {
		list = append(list, "cpu: 1")
	}
	for i, op := range list {
		if strings.Contains(op, ": ") && !strings.HasPrefix(op, "{") {
			list[i] = "{" + op + "}"
		}
	}
	return list
}

// patience is how long something waits.
func (a *author) patience(no string) string {
	return a.pick("", "", "", ", timeout: 2", ", timeout: 0.5", ", "+no+": yes")
}

func (a *author) op(p spot) []string {
	if p.depth > 0 && a.seldom(2) {
		return a.block(p)
	}
	one := func(format string, values ...any) []string { return []string{fmt.Sprintf(format, values...)} }
	variable := a.pick("shared", "own", "mine")
	queue := a.pick("fifo", "lifo", "heap", "all")
	switch a.n(0, 27) {
	default:
		return one("cpu: %s", a.time())
	case 0:
		return one("io: %s", a.time())
	case 1:
		return one("io: disk, for: %s", a.time())
	case 2:
		if p.awaiting {
			return one("await: {sleep: %s}", a.time())
		}
		return one("sleep: %s", a.time())
	case 3:
		return one("yield")
	case 4:
		return one("load: %s", a.pick(variable, variable, "3"))
	case 5:
		return one("add: %d", a.n(-3, 3))
	case 6:
		return one("store: %s", variable)
	case 7:
		return one("print: \"it is {%s}\"", variable)
	case 8:
		return one("%s: %s", a.pick("test_and_set", "exchange", "fetch_add"), variable)
	case 9:
		return one("compare_and_swap: {of: %s, old: %d, new: %d}", variable, a.n(0, 1), a.n(0, 2))
	case 10:
		where := ""
		if queue == "fifo" || queue == "all" {
			where = a.pick("", "", ", front: yes")
		} else if queue == "heap" {
			where = a.pick("", ", priority: 1")
		}
		return one("put: %s, value: %s%s%s", queue, a.pick("acc", "7", "9"), where, a.patience("nowait"))
	case 11:
		where := ""
		if queue == "fifo" || queue == "all" {
			where = a.pick("", "", ", back: yes")
		}
		return one("get: %s%s%s", queue, where, a.patience("nowait"))
	case 12:
		return one("task_done: %s", queue)
	case 13:
		return one("join: %s, timeout: 3", queue)
	case 14:
		return one("write: {to: pipe, bytes: %d}", a.n(1, 9))
	case 15:
		return one("read: {from: pipe, bytes: %d}%s", a.n(1, 9), "")
	case 16:
		return one("close: %s", a.pick("{pipe: pipe, end: write}", "{pipe: pipe, end: read}"))
	case 17:
		return one("%s: go", a.pick("set", "clear"))
	case 18:
		return one("await: go%s", a.patience("try"))
	case 19:
		return one("arrive: line%s", a.pick("", ", timeout: 3"))
	case 20:
		return one("%s: filled", a.pick("notify", "notify_all"))
	case 21:
		return one("release: rooms")
	case 22:
		return one("acquire: rooms%s", a.patience("try"))
	case 23:
		return a.signal()
	case 24:
		if p.inside || p.lock > 0 {
			return one("cpu: 1")
		}
		return one("%s", a.pick("waitpid: any", "waitpid: any, nohang: yes", "waitpid: Child", "join: Child", "join: T1, timeout: 3", "is_alive: T1", "fork"))
	case 25:
		return []string{"request: {device: net, for: " + a.time() + "}", a.pick("select", "poll: 0.5", "cpu: 1")}
	case 26:
		return one("io: {device: net, for: %s, copy: 0.5, model: %s}", a.pick("1", "2.5"), a.pick("blocking", "nonblocking, poll: 0.5", "multiplexed", "signal", "async"))
	case 27:
		if a.seldom(6) && p.lock == 0 {
			return one("%s", a.pick("exit: 3", "crash"))
		}
		return one("cpu: 0.5")
	}
}

func (a *author) signal() []string {
	name := a.pick("T1", "T2", "Child")
	return []string{a.pick(
		"stop: "+name, "cont: "+name, "cont: "+name, "terminate: "+name, "ignore: USR1", "heed: USR1", "ignore: TERM",
		"kill: {group: g, signal: USR1}", "kill: {group: g, signal: CHLD}", "kill: "+name,
	)}
}

// block writes an operation that holds others.
func (a *author) block(p spot) []string {
	in := p
	in.depth--
	one := func(format string, values ...any) []string { return []string{fmt.Sprintf(format, values...)} }
	switch a.n(0, 11) {
	default:
		return a.locked(p)
	case 0:
		return one("repeat: %d, do: %s", a.n(0, 3), a.ops(in))
	case 1:
		return one("if: %s, then: %s%s", a.condition(), a.ops(in), a.pick("", ", else: "+a.ops(in)))
	case 2:
		return one("while: %s, do: %s", a.condition(), strings.Replace(a.ops(in), "[", "[{cpu: 1}, ", 1))
	case 3:
		return one("once: setup, do: [{cpu: %s}]", a.time())
	case 4, 5:
		if p.inside || p.lock > 0 {
			return one("cpu: 1")
		}
		child := fmt.Sprintf("%sdo: %s", a.pick("name: Child, ", "name: Child, ", "", "name: Child, priority: 1, "), a.ops(spot{depth: in.depth}))
		return one("%s: {%s}", a.pick("fork", "spawn", "thread"), child)
	case 6:
		if p.inside || p.lock > 0 {
			return one("cpu: 1")
		}
		a.names++
		name := fmt.Sprint("r", a.names)
		ops := []string{fmt.Sprintf("apply_async: crew, as: %s, do: %s", name, a.ops(spot{depth: in.depth, inside: true}))}
		if a.seldom(3) {
			ops = append(ops, fmt.Sprintf("result: {of: %s, what: %s}", name, a.pick("ready", "successful")))
		}
		if a.seldom(2) {
			ops = append(ops, "result: "+name)
		}
		return ops
	case 7:
		if p.inside || p.lock > 0 {
			return one("cpu: 1")
		}
		var cos []string
		for range a.n(1, 3) {
			a.names++
			cos = append(cos, fmt.Sprintf("{name: c%d, do: %s}", a.names, a.ops(spot{depth: in.depth, inside: true, awaiting: true})))
		}
		return one("loop: [%s]", strings.Join(cos, ", "))
	}
}

func (a *author) condition() string {
	return fmt.Sprintf("%s %s %d", a.pick("acc", "shared", "own", "mine"), a.pick("==", "!=", "<", "<=", ">", ">="), a.n(-1, 2))
}

// locked writes operations under a lock, or waiting on its condition.
func (a *author) locked(p spot) []string {
	if p.lock >= len(locksInOrder) {
		return []string{"cpu: 1"}
	}
	i := a.n(p.lock, len(locksInOrder)-1)
	name := locksInOrder[i]
	in := spot{depth: p.depth - 1, lock: i + 1, inside: p.inside, awaiting: false}
	body := a.list(in)
	mode, how := "", ""
	if name == "book" {
		mode = a.pick("", ", mode: read")
	}
	if name == "m" && a.seldom(3) {
		body = append([]string{"{wait: filled" + a.pick("", ", timeout: 3") + "}"}, body...)
	}
	if name == "again" && a.seldom(3) {
		body = append(append([]string{"{lock: again}"}, body...), "{unlock: again}")
	}
	if how = a.patience("try"); how != "" {
		return []string{fmt.Sprintf("lock: %s%s%s", name, mode, how), fmt.Sprintf("if: acc == 1, then: [%s, {unlock: %s}]", strings.Join(body, ", "), name)}
	}
	return append(append([]string{fmt.Sprintf("lock: %s%s", name, mode)}, body...), "unlock: "+name)
}

// file writes a workload.
func (a *author) file() string {
	var b strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	cpus := a.n(1, 3)
	say("timeslice: 1")
	say("until: 120")
	say("machine: {cpus: %d, switch: %s, instruction: %s, gil: %s, fork: %s, thread: %s}", cpus, a.pick("0", "0", "0.5"), a.pick("1", "0", "0.5"),
		a.pick("0", "0", "0", "2"), a.pick("0", "0.5"), a.pick("0", "0.5"))
	say("conventions: {deadlock: %s, owner_death: %s, main_end: %s, orphans: %s, wake: %s, block_resets_slice: %s, switch: %s}",
		a.pick("stays", "stays", "kill_youngest", "kill_last"), a.pick("keep", "release"), a.pick("leaves_threads", "ends_process"),
		a.pick("init", "parent", "root"), a.pick("runs_on", "dispatch_first"), a.pick("yes", "no"), a.pick("every_dispatch", "between_tasks"))
	say("resources:")
	say("  disk: {kind: device, servers: %d}", a.n(0, 2))
	say("  net: {kind: device, servers: 0}")
	say("  m: {kind: mutex, order: %s}", a.pick("fifo", "priority"))
	say("  barging: {kind: mutex, handoff: no}")
	say("  inherits: {kind: mutex, protocol: inherit, order: priority}")
	say("  topped: {kind: mutex, protocol: ceiling}")
	say("  again: {kind: rlock, order: %s}", a.pick("fifo", "priority"))
	say("  busy: spin")
	say("  book: {kind: rwlock, prefer: %s}", a.pick("readers", "writers", "fifo"))
	say("  rooms: {kind: semaphore, value: %d, order: %s}", a.n(0, 2), a.pick("fifo", "priority"))
	say("  filled: {kind: condition, lock: m}")
	say("  go: {kind: event, set: %s}", a.pick("no", "yes"))
	say("  line: {kind: barrier, parties: %d}", a.n(1, 3))
	say("  setup: once")
	say("  fifo: {kind: queue, capacity: %d}", a.n(1, 2))
	say("  lifo: {kind: queue, capacity: 2, order: lifo}")
	say("  heap: {kind: queue, capacity: 2, order: priority}")
	say("  all: {kind: queue, capacity: 0}")
	say("  pipe: {kind: pipe, capacity: %d}", a.n(1, 8))
	say("  crew: {kind: pool, workers: %d, of: %s}", a.n(1, 2), a.pick("processes", "threads"))
	say("variables: {shared: {value: 1, scope: shared}, own: 2, mine: {scope: thread}}")
	say("tasks:")
	say("  - {name: Maker, at: 1, program: [{fork: {name: Child, do: [{cpu: 4}]}}, {sleep: 5}]}")
	for i := range a.n(2, 5) {
		a.left = 14
		say("  - name: T%d", i+1)
		say("    at: %s", a.pick("0", "0", "1", "2.5"))
		say("    priority: %d", a.n(0, 3))
		if a.seldom(3) {
			say("    process: P")
		}
		if a.seldom(4) {
			say("    group: g\n    subreaper: yes")
		}
		if a.seldom(5) {
			say("    affinity: [%d]", a.n(0, cpus-1))
		}
		program := a.ops(spot{depth: 3})
		if a.seldom(6) {
			program = "[{forever: " + strings.Replace(program, "[", "[{cpu: 1}, ", 1) + "}]"
		}
		say("    program: %s", program)
	}
	return b.String()
}

// TestFiles runs random files in which everything may be said, under many policies.
// They are read, written back, and run: the recording must be possible, say of every
// instant what the kernel knows, and be the same the second time.
func TestFiles(t *testing.T) {
	for _, name := range []string{"fcfs", "rr quantum=1", "rr quantum=3", "priority quantum=2", "srtf", "mlfq quanta=1,2", "cfs", "eevdf queues=per_cpu", "lottery"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a := author{T: t}
				file := a.file()
				if err := runsWell(t, file, name); err != nil {
					t.Fatalf("%v\n%s", err, file)
				}
			})
		})
	}
}

// runsWell runs a file and reports what is wrong.
func runsWell(t *rapid.T, file, policy string) error {
	w, err := workload.Parse("drawn.yaml", []byte(file))
	if err != nil {
		return err
	}
	run := func(step func(*sim.Machine) error) (*sim.Machine, error) {
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(tester{t}, policy), Patience: 100})
		if err != nil {
			return nil, err
		}
		m.LimitOps(2000)
		for more := true; more && m.Now() < sim.Time(w.Until); {
			if more, err = m.Step(); err == nil {
				err = step(m)
			}
			var endless *sim.EndlessError
			var misuse *sim.MisuseError
			if errors.As(err, &endless) || errors.As(err, &misuse) {
				return m, nil
			}
			if err != nil {
				return m, err
			}
		}
		return m, nil
	}
	var s trace.Snapshot
	m, err := run(func(m *sim.Machine) error { return m.Agree(&s) })
	if err != nil {
		if m == nil {
			return err
		}
		return fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
	}
	if len(m.Faults()) > 0 {
		return fmt.Errorf("%+v\n%s", m.Faults(), transcript(m.Recording()))
	}
	if err := (trace.Rules{}).Check(m.Recording()); err != nil {
		return fmt.Errorf("%w\n%s", err, transcript(m.Recording()))
	}
	again, err := run(func(*sim.Machine) error { return nil })
	if err != nil || again.Recording().Hash() != m.Recording().Hash() {
		return fmt.Errorf("the second run differs: %v", err)
	}
	return nil
}

// FuzzFiles is TestFiles under one policy with choices made of any bytes.
func FuzzFiles(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		a := author{T: t}
		file := a.file()
		if err := runsWell(t, file, a.pick("rr quantum=1", "priority quantum=2", "srtf", "cfs", "mlfq quanta=1,2")); err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
	}))
}

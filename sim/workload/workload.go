// Package workload says what to run: processes and their programs, the machine
// they run on, the policy that schedules them, and the lesson told around them.
//
// A [Workload] comes from a file (see [Parse]); it is plain data, complete and
// checked, so whoever receives one may rely on every index and every range
// stated here. The simulated kernel and the real machine both run it.
package workload

import "time"

// Time is a span or an instant of simulated time in nanoseconds. Instants count
// from the start of the run. Values in a checked workload are never negative
// and never above [MaxTime].
type Time int64

// Limits of a workload; a file beyond any of them is refused whole.
const (
	MaxTasks    = 65_536                                  // tasks in the file
	MaxCPUs     = 256                                     // processors of the machine
	MaxFile     = 16 << 20                                // bytes of a file
	MaxNesting  = 64                                      // repeats inside repeats, and YAML inside YAML
	MaxOps      = 1 << 20                                 // operations of one program
	MaxRepeat   = 1_000_000_000                           // turns of one repeat
	MaxPipe     = 1 << 20                                 // bytes a pipe holds
	MaxBytes    = 1 << 30                                 // bytes of one read or write
	MaxCapacity = 65_536                                  // slots of a queue, servers of a device
	MaxVars     = 1024                                    // variables of a file
	MaxTexts    = 65_536                                  // different texts that programs print
	MaxTime     = Time(100 * 365 * 24 * int64(time.Hour)) // any one time in a file
)

// Workload is one thing to run: who, on what, under which policy.
type Workload struct {
	Name string
	// Title is the name in several languages; nil if the file gives just one
	// name. Name is then the English one, or else the first of them.
	Title Text
	About Text
	// Unit is what a bare number in the file means, at least 1 ns; UnitText is
	// how the file writes it ("1ms"), the unit every output uses.
	Unit     Time
	UnitText string
	Seed     uint64

	Machine     Machine
	Policy      Policy
	Conventions Conventions

	Resources []Resource
	Variables []Variable
	Tasks     []Task
	// Programs holds each distinct program once; tasks refer to it by pointer.
	Programs []*Program

	// Until cuts the run at that instant; 0 = it runs until nothing is left to
	// do.
	Until Time
	// Interventions are what somebody does to the run while it goes on, by
	// time, then in file order.
	Interventions []Intervention

	// Bank is what a case of the banker's algorithm or of detecting deadlocks has
	// instead of tasks; nil of all others.
	Bank *Bank

	Captions []Caption
	Asks     []Ask
	Expect   *Expect

	// File is the name the workload was read under, for messages; "" if it was
	// built in memory. Format is what the file was: [Oracle], [Measured],
	// [Table], or "" for one of this project.
	File, Format string
}

// Text is a text in several languages, keyed by BCP 47 tag ("en", "zh-Hans",
// "zh-Hant"). A file that gives one plain text stores it under "".
type Text map[string]string

// In returns the text in the language asked for, or else the plain text, or
// else English, or else "".
func (t Text) In(lang string) string {
	for _, k := range []string{lang, "", "en"} {
		if s, ok := t[k]; ok {
			return s
		}
	}
	return ""
}

// Machine is the hardware of a simulated run.
type Machine struct {
	CPUs   int  // 1 to MaxCPUs
	Switch Time // cost of a context switch
	// Tick is the period of the timer interrupt. 0 ends slices exactly; above 0
	// a slice ends at the first tick at or after its end.
	Tick Time
	// Migration is what it costs beside Switch to give a task to another CPU than
	// it ran on.
	Migration Time
	Cache     Cache
	// Instruction is the CPU time of a load, an add or a store that doesn't say;
	// one unit if the file doesn't either.
	Instruction Time
	// GIL is the switch interval of the interpreter locks that processes with
	// several threads have, one each; 0 = they have none.
	GIL Time
	// Fork, Spawn and Thread are the CPU time it takes to make a copy of a
	// process, a process and a thread, and Exec to begin a process anew.
	Fork, Spawn, Thread, Exec Time
}

// Cache is what each CPU keeps close of the tasks it runs. A task that has
// computed for Warmup on a CPU is warm there, and from then on computes Rate times
// as fast. The working sets of those who are warm take room; when there isn't
// enough, who has been warm the longest is cold again.
//
// OSTEP, chapter 10 (cache affinity), and its simulator multi.py.
type Cache struct {
	Size   int64 // the working sets that fit, in whatever unit these are; 0 = there is no cache
	Warmup Time
	Rate   int64 // at least 1, at most MaxRate
	// Grain: the faster a task computes, the finer its operations end; here they
	// end after a whole number of grains, and what is left of one is lost. 0 is
	// as fine as time is.
	Grain Time
}

// MaxRate is how many times as fast a warm cache may make a task.
const MaxRate = 1000

// Policy names a scheduling policy and its parameters, still as written: which
// parameters exist and what they mean is the policy's business. A file that
// names none gets [DefaultPolicy].
type Policy struct {
	Name   string
	Params []Param
	Pos    Pos
}

// Param is one parameter of a policy as the file writes it: one value, or the
// members of a list.
type Param struct {
	Name   string
	Values []string
	List   bool // written as a list, even of one
	Pos    Pos
}

// Pos is a place in a file; line and column count from 1, 0 means unknown.
type Pos struct{ Line, Column int }

// DefaultPolicy is the policy of a workload that names none.
const DefaultPolicy = "fcfs"

// ResourceKind is the sort of thing tasks share or wait for.
type ResourceKind uint8

// The kinds of resources.
const (
	Mutex     ResourceKind = iota + 1 // one owner, others wait in order of arrival
	Queue                             // of values, bounded or not
	Device                            // serves I/O requests, some at a time
	RLock                             // a mutex that its owner may take again
	Spin                              // a mutex for which one waits by asking again and again
	RWLock                            // several may read, or one write
	Semaphore                         // so many may have a unit each
	Condition                         // those who hold its lock wait to be notified
	Event                             // all wait until it is set
	Barrier                           // all wait until so many have come
	Once                              // what the first does, the others wait for
	Pipe                              // a stream of bytes with two ends
	Pool                              // workers that do what they are given
)

// String returns the word the file format uses: "mutex", "queue", "device", ….
func (k ResourceKind) String() string {
	if k >= 1 && int(k) <= len(resourceKinds) {
		return resourceKinds[k-1]
	}
	return "?"
}

// Prefer is who has a reader-writer lock next.
type Prefer uint8

// The preferences.
const (
	PreferReaders Prefer = iota // who reads never waits for who waits to write
	PreferWriters               // nobody begins to read while somebody waits to write
	PreferFIFO                  // in the order they came
)

// String returns the word the file format uses.
func (p Prefer) String() string {
	if int(p) < len(preferNames) {
		return preferNames[p]
	}
	return "?"
}

var preferNames = []string{"readers", "writers", "fifo"}

// Resource is a lock, queue or device that programs name.
type Resource struct {
	Name string
	Kind ResourceKind
	// Capacity is the number of values a Queue holds, up to MaxCapacity, 0 = no
	// limit; the bytes a Pipe holds, 1 to MaxPipe; the most units a Semaphore has, 0 = no limit; or the parties of a Barrier.
	Capacity int
	// Workers is how many tasks a Pool has, which are Threads of the first task that
	// uses it, or processes of their own.
	Workers int
	Threads bool
	// Order is in which order values come out of a Queue.
	Order QueueOrder
	// Servers is how many requests a Device serves at once, up to MaxCapacity;
	// 0 serves all at once, without a queue (the convention io: parallel).
	Servers int
	// Value is how many units a Semaphore has at first, and 1 of an Event that is
	// set at first.
	Value int64
	// Lock is the lock of a Condition, an index into Workload.Resources.
	Lock   int
	Prefer Prefer // of an RWLock
	// ByPriority lets the most urgent waiting task have a lock next, the one that
	// came first among equals; else the one that came first has it.
	ByPriority bool
	// Barging frees a lock when it is unlocked and wakes the next who waits,
	// who must compete with whoever comes by (`handoff: no`); else the lock is
	// handed to the next at once.
	Barging bool
	// Protocol is what a mutex does against priority inversion.
	Protocol Protocol
	// Ceiling is the priority to which the protocol Ceiling raises whoever locks
	// the mutex; nil = that of the most urgent task that may lock it.
	Ceiling *int64
	// Implicit marks the device that `io: 3` uses when it names none.
	Implicit bool
	Pos      Pos
}

// Task is one task of the file: an independent process with a program.
type Task struct {
	Name    string
	Arrival Time
	Program *Program

	Priority int64 // meaning of small and large: Conventions.HigherIsBetter
	Nice     int   // -20 (favoured) to 19
	Tickets  int64 // share under lottery and stride policies, at least 1; 0 = the policy's default
	Weight   int64 // share under fair policies, at least 1; 0 = from Nice
	Slice    Time  // a slice of its own; 0 = the policy's
	Period   Time  // a new job each period; 0 = not periodic
	Deadline Time  // of each job, relative to its release; 0 = the period
	Affinity []int // CPUs it may run on, ascending; nil = all

	Class       Class  // of real-time and fair classes side by side
	Releases    []Time // when jobs are released, ascending, if not each period
	AbortOnMiss bool   // a job is dropped at its deadline instead of finished late
	// Registers are what its registers hold at the start, in their order; nil = 0.
	Registers  []int64
	WorkingSet int64 // what it keeps in a cache, for policies that model one

	// Implicit marks a worker of a pool, which the file doesn't list.
	Implicit bool
	// Claims is how much of each resource it holds at once at most, by index, for
	// who avoids deadlocks; nil = what [Workload.MostHeld] says of its program.
	Claims []int64

	// Group names the process a task is a thread of; "" = a process of its own.
	Group string
	// Parent names the task whose process starts this one's; "" = init does.
	Parent    string
	Subreaper bool // it adopts the orphans among its descendants
	// Signals names the process group of its process, for signals to all of it;
	// a child has its parent's. "" = none.
	Signals string
	Daemon  bool // it ends when all of its process that aren't have ended
	Pos     Pos
}

// Class is the scheduling class of a task, for policies that have several.
type Class uint8

// The classes, by the names Linux gives them.
const (
	ClassOther Class = iota // SCHED_OTHER, the default
	ClassBatch              // SCHED_BATCH: never preempts on waking
	ClassIdle               // SCHED_IDLE: only when nobody else wants the CPU
	ClassFIFO               // SCHED_FIFO: real-time, runs until it blocks
	ClassRR                 // SCHED_RR: real-time, in turns among equals
)

var classNames = []string{"other", "batch", "idle", "fifo", "rr"}

// String returns the word the file format uses.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "?"
}

// Caption is a sentence of the lesson shown from an instant on.
type Caption struct {
	At  Time
	Say Text
}

// Ask is a prediction the reader is asked to make at an instant.
type Ask struct {
	At       Time
	Question Text
	Answer   Text
}

// Expect is what the file says must come out; only what is set is compared.
type Expect struct {
	Tasks map[string]ExpectTask
	// Timeline, if not nil, is every run segment, merged, by start then CPU.
	Timeline []ExpectRun
	// AnyCPU compares who runs when, not on which CPU.
	AnyCPU bool
	// States, if not nil, are the states of some tasks from arrival to end.
	States map[string][]ExpectState
	Totals map[string]Number
	// CPUBusy, if not nil, is the time each CPU runs tasks.
	CPUBusy []Number
	// Jobs, if not nil, is every job of the periodic tasks, in any order.
	Jobs []ExpectJob
	// Memory, if not nil, is what variables that everybody shares are at the end.
	Memory map[string]Number
	Lost   Number // updates lost; "" = nothing is expected of that
	// Trace, if not nil, is every instruction of assembly programs, in order.
	Trace []ExpectStep
	// LockEvents, if not nil, is everything that happens to mutexes, in order.
	LockEvents []ExpectLock
	// Trees, if not nil, are the process trees after instants.
	Trees []ExpectTree
	// Guesses, if not nil, is how long the first task's bursts were believed to
	// last, one after the other.
	Guesses []Number
	// Lags, if not nil, is by how much each task has had less than its share at
	// the beginning and after each stretch that one ran.
	Lags [][]Number
}

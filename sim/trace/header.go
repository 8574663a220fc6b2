package trace

import "slices"

// Time is an instant of a run in nanoseconds since its start, or a span of it.
// Simulated and real runs use the same scale, so they share an axis.
type Time int64

// Never is later than any instant of a run.
const Never Time = 1<<63 - 1

// TaskID numbers tasks from 0 in the order of the header.
type TaskID uint32

// NoTask is the id that is no task's.
const NoTask TaskID = 1<<32 - 1

// Limits of what a recording can express.
const (
	MaxCPUs      = 256
	MaxResources = 1 << 16
	MaxPC        = 1<<24 - 1
)

// Origin is what made a recording.
type Origin string

// The origins.
const (
	Simulated Origin = "simulated"
	Real      Origin = "real"
)

// Header is what a reader must know of a run beside its events. Tasks, Resources,
// Programs, Queues and Policies may grow while the run goes on (a task added, the policy
// changed); nothing else changes.
type Header struct {
	ID       string // UUID: of the inputs if simulated, time-ordered if real
	Origin   Origin
	Workload string // its name

	Unit     Time   // what a bare number means in every output
	UnitText string // how that unit is written: "1ms"
	Seed     uint64

	CPUs   int
	Switch Time // cost of a context switch
	Tick   Time // timer period, 0 = exact

	Migration Time   `json:",omitempty"` // cost beside Switch of a switch to a task that ran elsewhere
	Cache     *Cache `json:",omitempty"` // what each CPU has; nil if none matters
	// Policies holds the policy of the run and after it every one it was
	// changed to by an intervention.
	Policies []Policy
	// Conventions are the settings textbooks differ on, in a fixed order.
	Conventions []Setting

	Queues    []Queue
	Resources []Resource
	Variables []Variable `json:",omitempty"`
	Texts     []Text     `json:",omitempty"` // that programs print; may grow
	Programs  []Program
	Tasks     []Task

	// Recorded says how a real run was recorded; nil if simulated.
	Recorded *Recorded
}

// Cache is what each CPU keeps close of the tasks it ran.
type Cache struct {
	Size   int64 // of the working sets that fit
	Warmup Time  // how long a task computes on a CPU before it is warm there
	Rate   int64 // how many times as fast it computes then
	Grain  Time  // how fine its operations end
}

// Policy is a policy as it was set for a run.
type Policy struct {
	Name   string    // stable code: "rr"
	Params []Setting // all of them, defaults included
	Slice  Time      // slice of tasks without one of their own; 0 = no limit
	// Inherits: it knows an order of urgency, so that the protocols of mutexes
	// have an effect.
	Inherits bool `json:",omitempty"`
	// ByDeadline: a job that is released, the first by an [Arrive], has its
	// deadline for a key, if there is one, without a [Key] that says so.
	ByDeadline bool `json:",omitempty"`
	// Fault is what the policy before this one did wrong, if that is why it was
	// replaced.
	Fault *Fault `json:",omitempty"`
}

// Fault is what a policy did wrong.
type Fault struct {
	Code string // stable: "lost"
	Task TaskID // NoTask if it isn't about one
	CPU  int    // -1 if it isn't about one
	Text string // what the policy, or what it panicked with, says of it; else ""
}

// Setting is a name and a value as text, both as the workload format writes them.
type Setting struct{ Name, Value string }

// Queue is a ready queue of the policy.
type Queue struct {
	// Name tells several apart: a level ("2"), a CPU ("cpu0"), "" if it is the only one.
	Name string
	CPU  int // the only CPU that serves it; -1 if all do
	// Ordered queues stand by key, smallest first; others in order of arrival.
	Ordered bool
	// ByIndex breaks ties of an ordered queue by task id; otherwise the earlier
	// Task.Arrival goes first, then task id.
	ByIndex bool
	// ByJob breaks them by the instant at which the tasks' jobs could run, then
	// by task id: an arrival is that of a job.
	ByJob bool `json:",omitempty"`
}

// ResourceKind is the sort of a resource.
type ResourceKind uint8

// The kinds of resources.
const (
	Mutex ResourceKind = iota + 1
	BoundedQueue
	Device
	RLock     // a mutex its owner may take again
	SpinLock  // a mutex one waits for by asking again and again
	RWLock    // several may read, or one write
	Semaphore // hands out units
	Condition // those who wait let go its lock meanwhile
	EventFlag // all wait until it is set
	Barrier   // all wait until so many have come
	Once      // what the first does, the others wait for
	Pipe      // a stream of bytes with two ends
	GIL       // an interpreter lock: of the threads of a process only its owner goes on

	resourceKinds // one more than there are
)

var resourceCodes = [resourceKinds]string{
	Mutex: "mutex", BoundedQueue: "queue", Device: "device", RLock: "rlock", SpinLock: "spin", RWLock: "rwlock",
	Semaphore: "semaphore", Condition: "condition", EventFlag: "event", Barrier: "barrier", Once: "once",
	Pipe: "pipe", GIL: "gil",
}

// String returns the kind's stable code: "mutex", "queue", "device", ….
func (k ResourceKind) String() string {
	if k > 0 && k < resourceKinds {
		return resourceCodes[k]
	}
	return "unknown"
}

// Owned reports whether a resource of the kind has an owner, one at most.
func (k ResourceKind) Owned() bool {
	switch k {
	case Mutex, RLock, SpinLock, RWLock, Once, GIL:
		return true
	}
	return false
}

// Resource is something tasks share or wait for.
type Resource struct {
	Name string
	Kind ResourceKind
	// Capacity is the slots of a queue (0 = no limit), the most units of a semaphore (0 = no
	// limit), or the parties of a barrier.
	Capacity int
	Value    int64 `json:",omitempty"` // units a semaphore has at first; 1 of an event set at first
	Lock     int   `json:",omitempty"` // of a condition, an index into Header.Resources
	// Process is whose interpreter lock a GIL is, and Interval how long a thread
	// waits for it before its owner must let it go.
	Process  int    `json:",omitempty"`
	Interval Time   `json:",omitempty"`
	Prefer   string `json:",omitempty"` // who has an rwlock next: "readers", "writers", "fifo"
	// Workers is how many a queue of jobs has: then it is a pool.
	Workers int `json:",omitempty"`
	// Order is in which order values come out of a queue.
	Order QueueOrder `json:",omitempty"`
	// Servers of a device work at the same time; 0 means it has one for
	// everybody, so requests never queue and there are no [Serve] events.
	Servers int
	// ByPriority: the most urgent of those who wait for it has it next, and only
	// among equals who came first.
	ByPriority bool `json:",omitempty"`
	// Barging: a mutex is free once it is released, and whoever comes first has
	// it; the one that is woken for it must try again.
	Barging bool `json:",omitempty"`
	// Protocol says what a mutex does against priority inversion: [Inherit],
	// [Ceiling] or "".
	Protocol string `json:",omitempty"`
	// Ceiling is the priority of the protocol of that name if the workload gives
	// one; else it is that of the most urgent task that may lock the mutex.
	Ceiling *int64 `json:",omitempty"`
	// Implicit marks the device of operations that name none.
	Implicit bool
	// Made says, as a code, of what a queue was made in a real run: "pipe" or
	// "ring"; "" if simulated.
	Made string
}

// The protocols of mutexes.
const (
	Inherit = "inherit" // the owner is as urgent as who waits
	Ceiling = "ceiling" // the owner is as urgent as whoever may lock it
)

// Protocols reports whether some mutex has a protocol.
func (h *Header) Protocols() bool {
	return slices.ContainsFunc(h.Resources, func(r Resource) bool { return r.Protocol != "" })
}

// HigherFirst reports whether a higher priority is a better one.
func (h *Header) HigherFirst() bool {
	return slices.Contains(h.Conventions, Setting{"priority_order", "higher_first"})
}

// Task is what never changes about a task.
type Task struct {
	Name    string
	Pid     int    // of its process, as shown; of a real run the real one
	Parent  int    // pid of the parent, 0 if none
	Process int    // tasks of one process share this number and a hue
	Group   string // name of the process it is a thread of; "" = a process of its own
	Arrival Time
	Program int // index into Header.Programs

	Priority int64
	Nice     int
	Tickets  int64
	Weight   int64
	// Period, Releases and Deadline are of a task that runs in jobs: released
	// each period from its arrival on, or when Releases says, each to be done
	// so long after its release; see [Task.InJobs].
	Period      Time
	Deadline    Time
	Releases    []Time `json:",omitempty"`
	AbortOnMiss bool   `json:",omitempty"` // a job is dropped at its deadline
	Affinity    []int  // CPUs it may run on; nil = all
	Daemon      bool   `json:",omitempty"` // it ends with the last of its process that isn't one
	WorkingSet  int64  `json:",omitempty"` // what it keeps in a cache
	// Claims is how much of each resource it may hold at once, where deadlocks
	// are avoided.
	Claims []int64 `json:",omitempty"`
	Added  bool    `json:",omitempty"` // it joined the run while it went on
}

// Program is what a task does, for showing.
type Program struct {
	Name string
	Ops  []Op
}

// Op is one operation of a program.
type Op struct {
	Text  string // as the reader sees it, without indentation
	Depth int    // indentation
	Line  int    // in the workload file, from 1; 0 = unknown
	// Length of computing (of a load, add and store too), I/O and sleep; 0 for what takes no time.
	Length Time
	// Limit is how long it waits at most if it has to; 0 = for ever or not at all.
	Limit Time `json:",omitempty"`
	// Priority is that of what it puts into a priority queue. Far: it puts at the
	// front of a queue, or gets from its back.
	Priority int64 `json:",omitempty"`
	Far      bool  `json:",omitempty"`
	// Coroutine is the name of the coroutine that begins behind it.
	Coroutine string `json:",omitempty"`
	// Asks is how long a device takes to answer the request it makes and doesn't
	// wait for.
	Asks Time `json:",omitempty"`
	// Bytes is how many it writes into a pipe, or, if it Reads, reads at most.
	Bytes  int64 `json:",omitempty"`
	Reads  bool  `json:",omitempty"`
	Silent bool  // the end of a loop: nothing to show
	// Flow is what it does with values, from variable From (-1 = a number) to To.
	Flow     Flow `json:",omitempty"`
	From, To int  `json:",omitempty"`
	// Old and New are what it Compares with and stores then.
	Old, New *Operand `json:",omitempty"`
	Spins    int      `json:",omitempty"` // 1 more than the variable it only asks about until its condition doesn't hold; 0 = none
	Step     bool     `json:",omitempty"` // an instruction of an assembly program
	Locks    int      `json:",omitempty"` // 1 more than the mutex it asks for; 0 = none
	// Number is what it loads into the accumulator if that is a number, or adds to
	// it, or to variable To if it Fetches.
	Number int64 `json:",omitempty"`
	// Code is the stable name of what it does ("lock"), "" if that isn't said; On is
	// 1 more than the resource it does it to, 0 = none; and Next 1 more than the
	// operation at which it may go on in place of the next, 0 = none.
	Code string `json:",omitempty"`
	On   int    `json:",omitempty"`
	Next int    `json:",omitempty"`
}

// Operand is a number, or a variable.
type Operand struct {
	Variable int // -1 = a number
	Value    int64
}

// Recorded says how real processes were recorded.
type Recorded struct {
	Level  string // stable code of the recorder: "self", "perf"
	System string // kernel name and release
	Policy string // what the system was asked for: "SCHED_OTHER"
	CPU    int    // the CPU everything was pinned to
	// Interference is the part of the run, 0 to 1, in which a task was ready
	// and somebody else had the CPU.
	Interference float64
}

// clone returns a copy whose growing lists are cut off from the original.
func (h *Header) clone() Header {
	c := *h
	c.Tasks = slices.Clip(h.Tasks)
	c.Queues = slices.Clip(h.Queues)
	c.Resources = slices.Clip(h.Resources)
	c.Policies = slices.Clip(h.Policies)
	c.Programs = slices.Clip(h.Programs)
	c.Texts = slices.Clip(h.Texts)
	return c
}

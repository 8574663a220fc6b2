package host

import (
	"time"

	"timeslice/sim/trace"
)

// Report says how a recording came about and how far to trust it.
type Report struct {
	Level  string // how it was recorded: LevelSelf or LevelPerf
	System string // kernel name and release
	Policy string // asked of the kernel: "SCHED_OTHER", "SCHED_FIFO", "SCHED_RR"
	CPU    int    // everything was pinned to

	Tick  time.Duration // the kernel's timer period
	Slice time.Duration // the kernel's base time slice; 0 if it doesn't say

	// Interference is the part of the run, 0 to 1, in which a task was ready and
	// somebody else had the CPU. Above MaxInterference a run isn't worth much.
	Interference float64
	// Overhead is the part of the run between two tasks of ours that followed
	// each other at once: context switches and interrupts.
	Overhead float64

	Tasks     []TaskReport
	Queues    []QueueReport
	Agreement *Agreement // of both recorders; nil if there was one only
	Repeats   []Repeat   // every run, in order
	Kept      int        // index of the one that is the recording
	Warnings  []Warning
}

// MaxInterference is how much interference a run is accepted with.
const MaxInterference = 0.01

// TaskReport is what became of one task.
type TaskReport struct {
	Name                   string
	Pid                    int
	CPU                    time.Duration // received, as the kernel charged it
	Runs                   int           // stretches of running
	Turnaround             time.Duration // 0 if it was killed
	Response               time.Duration // from arrival to its first run
	Voluntary, Involuntary int           // switches, as the kernel counted them
	Stolen                 time.Duration // interrupts and the hypervisor, while it ran
	Exit                   int
	Killed                 bool
	// Spread is the difference between its longest and its shortest turnaround
	// over all accepted repeats, or all if none was, as a part of their median.
	Spread float64
}

// QueueReport says of what a queue was made.
type QueueReport struct {
	Name string
	Made string // MadePipe or MadeRing
}

// What queues are made of.
const (
	MadePipe = "pipe" // a pipe of so many pages, each value in a page
	MadeRing = "ring" // slots in shared memory, with futexes to wait in
)

// Repeat is one run of several.
type Repeat struct {
	Turnaround   []time.Duration // by task, 0 if it was killed
	Interference float64
	Accepted     bool // interference was low enough
}

// Warning is something a reader of the recording should know, as a stable code
// with a number for the sentence.
type Warning struct {
	Code   string
	Task   string // "" if it concerns the whole run
	Number float64
}

// The codes of warnings. What the number is stands behind each.
const (
	WarnOneCPU       = "one_cpu"           // CPUs of the workload's machine; one was used
	WarnSingleCPU    = "single_cpu"        // this machine has one CPU: the program itself interferes
	WarnAffinity     = "affinity_ignored"  // –
	WarnGIL          = "gil_ignored"       // –
	WarnBytes        = "pipe_bytes"        // real bytes for each of the workload's; Task is the pipe
	WarnPolicy       = "policy_stays"      // –; somebody was to change the policy
	WarnConvention   = "convention"        // –; Task is the convention that isn't the system's
	WarnLine         = "line_ignored"      // –; Task is the lock
	WarnNice         = "nice_refused"      // the nice value asked for; 0 was used
	WarnNiceEnd      = "nice_end"          // the nice value it got, the weakest there is, counted from this program's own
	WarnSlice        = "slice_refused"     // the slice asked for, ns
	WarnBusy         = "busy_before"       // part of the CPU others used just before, 0 to 1
	WarnInterference = "interference"      // part of the run, 0 to 1
	WarnLate         = "late_start"        // ns it started after its arrival because it wasn't at the gate
	WarnPerfRefused  = "perf_refused"      // errno of perf_event_open; the workers' own records were used
	WarnPerfLost     = "perf_lost"         // records the kernel dropped; the workers' own were used
	WarnUnexplained  = "unexplained"       // switches that no operation and no preemption explains
	WarnDisorder     = "clock_disorder"    // ns by which two clocks disagreed about who had the CPU
	WarnLimit        = "limit_reached"     // the limit, ns; who was left was killed
	WarnPipe         = "pipe_refused"      // errno, or 0 if the accounts of it contradicted each other; a ring in shared memory was the queue
	WarnThreads      = "threads_not_moved" // threads of the program that couldn't be kept off the CPU
)

// Agreement compares the kernel's record of switches with the workers' own.
type Agreement struct {
	Kernel  int // stretches away from the CPU the kernel recorded
	Workers int // that the workers recorded; several in a row may be one to a worker
	Missed  int // of the kernel's that no worker noticed
	False   int // of the workers' that the kernel doesn't know
	// LeaveP50 and the rest are by how much earlier a worker thinks it left, and
	// by how much later it thinks it came back: medians and 95th percentiles.
	LeaveP50, LeaveP95   time.Duration
	ReturnP50, ReturnP95 time.Duration
}

// taskReport sums up a task of a run.
func taskReport(name string, t *taskLog, lane trace.TaskFigures) TaskReport {
	r := TaskReport{
		Name: name, Pid: t.pid, CPU: t.cpu, Runs: lane.Runs,
		Voluntary: t.voluntary, Involuntary: t.involuntary,
		Stolen: t.stolen, Exit: t.exit, Killed: t.killed > 0,
	}
	if lane.Start >= 0 {
		r.Response = time.Duration(lane.Response)
	}
	if !r.Killed {
		r.Turnaround = time.Duration(lane.Turnaround)
	} else {
		r.CPU = time.Duration(lane.CPU)
		r.Voluntary, r.Involuntary = lane.Voluntary, lane.Involuntary
	}
	return r
}

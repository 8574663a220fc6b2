package host

import (
	"context"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// WorkerArg is the first argument of a worker.
const WorkerArg = "__worker"

// IsWorker reports whether a program started with these arguments is a worker
// and has to call [WorkerMain] instead of everything else.
func IsWorker(args []string) bool { return len(args) > 1 && args[1] == WorkerArg }

// The limits of a run of real processes.
const (
	MaxWorkers  = 16
	MaxTime     = 20 * time.Second       // of the whole run
	MaxRealtime = 900 * time.Millisecond // CPU time of all tasks together under a real-time policy
	MaxRecords  = 1 << 22                // what all workers together may write down
)

// Levels of recording, as in trace.Recorded.Level.
const (
	LevelBest = ""     // the best this machine allows
	LevelSelf = "self" // each worker records itself
	LevelPerf = "perf" // the kernel records switches, workers the rest
)

// Stages of a recording, as Options.Progress gets them.
const (
	StageQuiet = "quiet" // looking whether the CPU is idle
	StageStart = "start" // starting the workers
	StageRun   = "run"   // they run
	StageAgain = "again" // others interfered with every run so far: once more
	StageRead  = "read"  // reading what was recorded
)

// Options say how to record. The zero value is right for most.
type Options struct {
	// CPU to pin the workers to; 0 chooses. CPU 0 itself can't be chosen where
	// there is another, since it serves most interrupts.
	CPU int
	// Repeat is how often to run the workload; the run closest to the median is
	// kept. 0 means once.
	Repeat int
	// Retry is how often at most to run it once more while others interfered with
	// every run so far, within MaxTime for all runs; the cleanest is kept then.
	Retry int
	Level string
	// Realtime asks for SCHED_FIFO if the workload's policy is fcfs and for
	// SCHED_RR if it is rr; that takes privilege and a run below MaxRealtime.
	// Otherwise every run is under SCHED_OTHER.
	Realtime bool
	// Limit ends the run and kills whoever is left; 0 derives it from the
	// workload. A workload that runs for ever needs one.
	Limit time.Duration
	// Quiet is how long to wait for an idle CPU at most; 0 is a second, a
	// negative one doesn't look at all.
	Quiet time.Duration
	// Progress, if not nil, hears about the stages: fraction goes from 0 to 1
	// within each, over all repeats; StageAgain announces one more. It is called in the goroutine of Record.
	Progress func(stage string, fraction float64)
}

func (o *Options) progress(stage string, fraction float64) {
	if o.Progress != nil {
		o.Progress(stage, min(max(fraction, 0), 1))
	}
}

// Result is a recording and what to think of it.
type Result struct {
	Recording *trace.Recording
	Report    Report
}

// Record runs a workload as real processes and records them. If ctx ends, the
// processes are killed and gone before Record returns ctx's error. Recordings
// take turns: two at a time would disturb each other.
//
// Errors are an [*UnfitError] if the workload can't run this way and a
// [*RefusedError] if the machine doesn't let it.
func Record(ctx context.Context, w *workload.Workload, o Options) (*Result, error) {
	p, err := newPlan(w, o)
	if err != nil {
		return nil, err
	}
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return recordAll(ctx, p, o)
}

var turn = make(chan struct{}, 1)

// Package report writes what came out of a run for people and programs: JSON
// ("timeslice-run/1"), CSV and a text to read. All three say the same figures,
// and say them exactly: times are decimal numbers of the workload's unit, and
// averages are fractions until they are printed.
package report

import (
	"math/big"
	"slices"
	"sort"
	"strconv"

	"timeslice/sim/trace"
)

// Report is a finished run with its figures at hand.
type Report struct {
	rec     *trace.Recording
	header  *trace.Header
	lanes   *trace.Lanes
	figures *trace.Figures
	jobs    []trace.Job
	warm    []trace.Time // by task; nil without caches

	// LocksOnly makes "blocked" mean what reference cases mean by it: waiting
	// for locks, without I/O and sleep.
	LocksOnly bool
	// Remarks are said beside what the recording says: lines under the head of
	// the text, members of the JSON object.
	Remarks []Remark
}

// Remark is something a recording doesn't know about itself.
type Remark struct {
	Key  string   // of the JSON object
	JSON string   // its value there
	Text []string // the same to read, a line each
}

// New takes in a recording.
func New(r *trace.Recording) *Report {
	lanes := trace.NewLanes()
	lanes.Extend(r)
	return &Report{rec: r, header: &r.Header, lanes: lanes, figures: lanes.Figures(), jobs: trace.Jobs(r), warm: trace.WarmTimes(r)}
}

// Recording returns the run.
func (r *Report) Recording() *trace.Recording { return r.rec }

// Tasks returns the names of the tasks, in the order of the run.
func (r *Report) Tasks() []string {
	names := make([]string, len(r.header.Tasks))
	for i := range names {
		names[i] = r.header.Tasks[i].Name
	}
	return names
}

// Figures are the figures of a task that [Report.Figure] knows, in the order
// they are printed.
var Figures = []string{
	"arrival", "start", "finish", "turnaround", "response", "waiting", "blocked", "cpu",
	"voluntary", "involuntary", "migrations", "exit",
}

// taskFigures are the figures of a task that are printed: Figures, and with caches
// that matter warm, how long it ran in a warm one; if any spun, for how long.
func (r *Report) taskFigures() []string {
	figures := Figures
	if r.warm != nil {
		figures = append(slices.Clone(figures), "warm")
	}
	for i := range r.figures.Tasks {
		if r.figures.Tasks[i].Spun > 0 {
			return append(slices.Clone(figures), "spun")
		}
	}
	return figures
}

// Figure returns a figure of a task as text: a number, or "null" for what never
// happened; ok is false if there is no such figure. Beside [Figures] there is
// the time blocked by each cause: blocked_io, blocked_sleep, ….
func (r *Report) Figure(task int, name string) (text string, ok bool) {
	f := &r.figures.Tasks[task]
	switch name {
	case "arrival":
		return r.time(f.Arrival), true
	case "start":
		return r.time(f.Start), true
	case "finish":
		return r.time(f.Finish), true
	case "turnaround":
		return r.time(f.Turnaround), true
	case "response":
		return r.time(f.Response), true
	case "waiting":
		return r.time(f.Ready), true
	case "blocked":
		if r.LocksOnly {
			return r.time(f.ByCause[trace.ForLock]), true
		}
		return r.time(f.Blocked), true
	case "cpu":
		return r.time(f.CPU), true
	case "voluntary":
		return strconv.Itoa(f.Voluntary), true
	case "involuntary":
		return strconv.Itoa(f.Involuntary), true
	case "migrations":
		return strconv.Itoa(f.Migrations), true
	case "spun":
		return r.time(f.Spun), true
	case "warm":
		if r.warm == nil {
			return "", false
		}
		return r.time(r.warm[task]), true
	case "exit":
		switch {
		case f.Killed && f.Exit > 0:
			return trace.SignalName(int(f.Exit)), true
		case f.Killed:
			return "killed", true
		case f.Finish < 0:
			return "null", true
		}
		return strconv.FormatInt(f.Exit, 10), true
	}
	for _, cause := range trace.Causes() {
		if name == "blocked_"+cause.String() {
			return r.time(f.ByCause[cause]), true
		}
	}
	return "", false
}

// time writes a time; one that never came is null.
func (r *Report) time(t trace.Time) string {
	if t < 0 {
		return "null"
	}
	return r.header.Number(t)
}

// Totals are the figures of the whole run that [Report.Total] knows, in the
// order they are printed.
var Totals = []string{
	"makespan", "avg_turnaround", "avg_response", "avg_waiting",
	"p50_turnaround", "p90_turnaround", "p99_turnaround", "p50_response", "p90_response", "p99_response",
	"p50_waiting", "p90_waiting", "p99_waiting",
	"finished", "throughput", "utilisation", "fairness", "switches", "switch_overhead", "idle", "io_busy",
}

// Total returns a figure of the whole run, exactly; nil if there is none, such
// as an average over no task. ok is false for a name it doesn't know.
//
// Averages and percentiles are over the tasks that ended. Percentiles are by
// nearest rank: the least figure that at least so many in a hundred don't
// exceed. Throughput is tasks per unit of time, utilisation the part of the
// CPUs' time until the makespan in which they ran tasks, fairness Jain's index
// to six places, io_busy the time in which at least one task waited for I/O.
// Beside [Totals] there are aborted, missed and missed.T1 for
// the jobs dropped and late, of all tasks and of one.
func (r *Report) Total(name string) (value *big.Rat, ok bool) {
	f := r.figures
	wall := f.Makespan * trace.Time(r.header.CPUs)
	switch name {
	case "makespan":
		return r.rat(f.Makespan), true
	case "avg_turnaround":
		return r.average(f.SumTurnaround), true
	case "avg_response":
		return r.average(f.SumResponse), true
	case "avg_waiting":
		return r.average(f.SumWaiting), true
	case "finished":
		return big.NewRat(int64(f.Finished), 1), true
	case "throughput":
		return over(big.NewRat(int64(f.Finished), 1), r.rat(f.Makespan)), true
	case "utilisation":
		return over(r.rat(sum(f.Busy)), r.rat(wall)), true
	case "fairness":
		six, _ := new(big.Rat).SetString(strconv.FormatFloat(f.Jain(), 'f', 6, 64))
		return six, true
	case "switches":
		return big.NewRat(int64(f.Switches), 1), true
	case "switch_overhead":
		return r.rat(sum(f.Switch)), true
	case "idle":
		return r.rat(max(0, wall-sum(f.Busy)-sum(f.Switch))), true
	}
	if name == "io_busy" {
		return r.rat(r.ioBusy()), true
	}
	if n, ok := r.jobTotal(name); ok {
		return big.NewRat(int64(n), 1), true
	}
	for _, p := range []int{50, 90, 99} {
		prefix := "p" + strconv.Itoa(p) + "_"
		for _, figure := range []string{"turnaround", "response", "waiting"} {
			if name == prefix+figure {
				return r.percentile(figure, p), true
			}
		}
	}
	return nil, false
}

// Busy returns the time a CPU ran tasks, as text.
func (r *Report) Busy(cpu int) string { return r.time(r.figures.Busy[cpu]) }

func (r *Report) rat(t trace.Time) *big.Rat { return big.NewRat(int64(t), int64(r.header.Unit)) }

func (r *Report) average(sum trace.Time) *big.Rat {
	return over(r.rat(sum), big.NewRat(int64(r.figures.Finished), 1))
}

// over divides; nothing comes of dividing by nothing.
func over(a, b *big.Rat) *big.Rat {
	if b.Sign() == 0 {
		return nil
	}
	return a.Quo(a, b)
}

func sum(times []trace.Time) (all trace.Time) {
	for _, t := range times {
		all += t
	}
	return all
}

func (r *Report) percentile(figure string, p int) *big.Rat {
	var all []trace.Time
	for i := range r.figures.Tasks {
		f := &r.figures.Tasks[i]
		if f.Finish < 0 {
			continue
		}
		switch figure {
		case "turnaround":
			all = append(all, f.Turnaround)
		case "response":
			all = append(all, max(f.Response, 0))
		case "waiting":
			all = append(all, f.Ready)
		}
	}
	if len(all) == 0 {
		return nil
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return r.rat(all[(len(all)*p+99)/100-1])
}

// ioBusy returns how long at least one task waited for I/O.
func (r *Report) ioBusy() (total trace.Time) {
	type span struct{ start, end trace.Time }
	var all []span
	for i := range r.header.Tasks {
		r.lanes.Task(trace.TaskID(i)).Each(0, r.lanes.End(), 0, func(s trace.Span) bool {
			if s.State == trace.Blocked && s.Cause == trace.ForIO {
				all = append(all, span{s.Start, s.End})
			}
			return true
		})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].start < all[j].start })
	until := trace.Time(0)
	for _, s := range all {
		total += max(0, s.end-max(s.start, until))
		until = max(until, s.end)
	}
	return total
}

// Run is a stretch of a task on a CPU.
type Run struct {
	Start, End trace.Time
	CPU        int
	Task       int
}

// Timeline returns every stretch a task ran, abutting ones of one task on one
// CPU merged, in order of start, then CPU.
func (r *Report) Timeline() []Run {
	var runs []Run
	for cpu := range r.header.CPUs {
		r.lanes.CPU(cpu).Each(0, r.lanes.End(), 0, func(s trace.Span) bool {
			if s.Switching {
				return true
			}
			if last := len(runs) - 1; last >= 0 && runs[last].CPU == cpu && runs[last].End == s.Start && runs[last].Task == int(s.Task) {
				runs[last].End = s.End
				return true
			}
			runs = append(runs, Run{s.Start, s.End, cpu, int(s.Task)})
			return true
		})
	}
	sort.SliceStable(runs, func(i, j int) bool { return runs[i].Start < runs[j].Start })
	return runs
}

// States returns the spans of a task from arrival to end, those that abut in one
// state merged.
func (r *Report) States(task int) []trace.Span {
	var all []trace.Span
	r.lanes.Task(trace.TaskID(task)).Each(0, r.lanes.End(), 0, func(s trace.Span) bool {
		if s.State == trace.New || s.State == trace.Terminated {
			return true
		}
		if last := len(all) - 1; last >= 0 && all[last].State == s.State && all[last].End == s.Start {
			all[last].End = s.End
		} else if s.End > s.Start {
			all = append(all, s)
		}
		return true
	})
	return all
}

package host

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"timeslice/sim/trace"
)

// take is one run with its recording and figures.
type take struct {
	log          *runLog
	rec          *trace.Recording
	figures      *trace.Figures
	warns        []Warning
	interference float64
	overhead     float64
}

// newTake makes a recording of a run and measures what interfered.
func newTake(p *plan, log *runLog) (*take, error) {
	rec, warns, err := convert(p, log)
	if err != nil {
		return nil, err
	}
	lanes := trace.NewLanes()
	lanes.Extend(rec)
	t := &take{log: log, rec: rec, figures: lanes.Figures(), warns: append(slices.Clone(log.warns), warns...)}
	other, overhead := idleWhileReady(rec, log.level)
	if span := rec.End(); span > 0 {
		t.interference = float64(other) / float64(span)
		t.overhead = float64(overhead) / float64(span)
	}
	return t, nil
}

func (t *take) accepted() bool { return t.interference <= MaxInterference }

// turnaround of a task in this take; 0 if it was killed.
func (t *take) turnaround(task int) time.Duration {
	f := &t.figures.Tasks[task]
	if f.Killed || f.Finish < 0 {
		return 0
	}
	return time.Duration(f.Turnaround)
}

// choose keeps the take closest to the median of those without interference, or
// the cleanest if there is none, and reports on all of them.
func choose(takes []*take) (*Result, error) {
	pool := make([]*take, 0, len(takes))
	for _, t := range takes {
		if t.accepted() {
			pool = append(pool, t)
		}
	}
	medians, spreads := typical(pool)
	if len(pool) == 0 {
		_, spreads = typical(takes)
		pool = []*take{slices.MinFunc(takes, func(a, b *take) int { return cmp.Compare(a.interference, b.interference) })}
	}
	kept, best := pool[0], math.Inf(1)
	for _, t := range pool {
		if d := t.distance(medians); d < best {
			kept, best = t, d
		}
	}
	r := Report{Level: kept.log.level, Interference: kept.interference, Overhead: kept.overhead, Warnings: kept.warns}
	if kept.log.level == LevelPerf {
		r.Agreement = agreement(kept.log.tasks)
	}
	if !kept.accepted() {
		r.Warnings = append(r.Warnings, Warning{Code: WarnInterference, Number: kept.interference})
	}
	for i, t := range takes {
		if t == kept {
			r.Kept = i
		}
		rep := Repeat{Interference: t.interference, Accepted: t.accepted()}
		for task := range t.log.tasks {
			rep.Turnaround = append(rep.Turnaround, t.turnaround(task))
		}
		r.Repeats = append(r.Repeats, rep)
	}
	for i := range kept.log.tasks {
		task := taskReport(kept.rec.Header.Tasks[i].Name, &kept.log.tasks[i], kept.figures.Tasks[i])
		if i < len(spreads) {
			task.Spread = spreads[i]
		}
		r.Tasks = append(r.Tasks, task)
	}
	for _, q := range kept.rec.Header.Resources {
		if q.Made != "" {
			r.Queues = append(r.Queues, QueueReport{q.Name, q.Made})
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("making an id for the recording: %w", err)
	}
	kept.rec.Header.ID = id.String()
	return &Result{Recording: kept.rec, Report: r}, nil
}

// typical returns each task's median turnaround and how far the takes spread
// around it. They may differ in how many tasks they made; those that all have count.
func typical(takes []*take) (medians []time.Duration, spreads []float64) {
	tasks := 0
	for i, t := range takes {
		if n := len(t.log.tasks); i == 0 || n < tasks {
			tasks = n
		}
	}
	for task := range tasks {
		var v []time.Duration
		for _, t := range takes {
			if d := t.turnaround(task); d > 0 {
				v = append(v, d)
			}
		}
		if len(v) == 0 {
			medians, spreads = append(medians, 0), append(spreads, 0)
			continue
		}
		slices.Sort(v)
		m := (v[(len(v)-1)/2] + v[len(v)/2]) / 2
		medians = append(medians, m)
		spreads = append(spreads, float64(v[len(v)-1]-v[0])/float64(max(m, 1)))
	}
	return medians, spreads
}

// distance is how far a take is from the medians, all tasks together.
func (t *take) distance(medians []time.Duration) (sum float64) {
	for task, m := range medians {
		if m > 0 {
			sum += math.Abs(float64(t.turnaround(task)-m)) / float64(m)
		}
	}
	return sum
}

// finishHeader writes into a recording's header how it was recorded.
func finishHeader(h *trace.Header, r *Report) {
	var params []trace.Setting
	if r.Slice > 0 {
		params = append(params, trace.Setting{Name: "slice", Value: fmt.Sprintf("%dus", r.Slice.Microseconds())})
	}
	name := map[string]string{"SCHED_FIFO": "sched_fifo", "SCHED_RR": "sched_rr"}[r.Policy]
	if name == "" {
		name = "sched_other"
	}
	h.Policies = []trace.Policy{{Name: name, Params: params}}
	h.Recorded = &trace.Recorded{Level: r.Level, System: r.System, Policy: r.Policy, CPU: r.CPU, Interference: r.Interference}
}

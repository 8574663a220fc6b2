package shell

import (
	"math"

	"timeslice/app/host"
	"timeslice/app/words"
	"timeslice/sim/trace"
)

// A second is the run shown under the first on the same axis: another policy
// over the same workload, or real processes.
type second struct {
	session   *session // of another policy, or on another machine; nil if real
	policy    string
	variant   string         // of the machine, if that is different instead
	recording *recording     // of real processes, while it is being made
	result    *host.Result   // of real processes, when it is there
	found     []trace.Notice // of real processes, what the reader should know of
	progress  stage          // what the recording is at
	lanes     *trace.Lanes   // nil until there is something to show
}

func (s *second) seen() *trace.Recording {
	switch {
	case s.session != nil:
		return s.session.seen
	case s.result != nil:
		return s.result.Recording
	}
	return nil
}

// difference is how a second run compares with the first, over the tasks that
// ended in both.
type difference struct {
	tasks      int
	turnaround float64 // mean of |second − first| / first, in percent
	first      int     // context switches
	second     int
}

// compare lines two runs up task by task, by name.
func compare(a, b *trace.Lanes, ha, hb *trace.Header) difference {
	fa, fb := a.Figures(), b.Figures()
	byName := map[string]int{}
	for i, t := range hb.Tasks {
		byName[t.Name] = i
	}
	var d difference
	for i, t := range ha.Tasks {
		k, ok := byName[t.Name]
		if !ok {
			continue
		}
		x, y := fa.Tasks[i], fb.Tasks[k]
		d.first += x.Voluntary + x.Involuntary
		d.second += y.Voluntary + y.Involuntary
		if x.Turnaround > 0 && y.Turnaround >= 0 {
			d.tasks++
			d.turnaround += 100 * math.Abs(float64(y.Turnaround-x.Turnaround)) / float64(x.Turnaround)
		}
	}
	if d.tasks > 0 {
		d.turnaround /= float64(d.tasks)
	}
	return d
}

// say puts a difference in words.
func (d difference) say(w *words.Words) string {
	switches := w.T("timeline.switches", "Left", d.first, "Right", d.second)
	if d.tasks == 0 {
		return switches
	}
	return w.T("timeline.turnaround.differs", "Percent", percent(d.turnaround)) + "  ·  " + switches
}

// percent writes a percentage with one place, or two below one.
func percent(x float64) string {
	if x < 1 {
		return trace.Number(trace.Time(math.Round(x*100)), 100)
	}
	return trace.Number(trace.Time(math.Round(x*10)), 10)
}

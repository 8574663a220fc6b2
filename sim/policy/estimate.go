package policy

import (
	"math/bits"
	"strconv"

	"timeslice/sim"
)

// lengths says how much CPU time tasks need: as the oracle knows it, for all of
// their work or until they may block; or, with estimate: average, as a real system
// has to guess it. Then the next burst of a task is believed to last as long as
// the ones before, the latest counting most: after a burst of t that was believed
// to last e, the next is believed to last alpha·t + (1 − alpha)·e. The first is
// believed to last initial. A burst ends when the task blocks or yields.
//
// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 5.3.2.
type lengths struct {
	burst   bool
	average bool
	alpha   uint64 // in parts of whole
	initial sim.Time

	v     *sim.View
	tasks []believed
}

// believed is what is believed of a task.
type believed struct {
	burst sim.Time // how long the present one lasts
	began sim.Time // CPU time it had when that began
}

var estimateParams = []ParamSpec{
	lengthParam,
	{Name: "estimate", Kind: Choice, Default: "exact", Choices: []string{"exact", "average"}},
	{Name: "alpha", Kind: Fraction, Default: "0.5", Max: whole},
	{Name: "initial", Kind: Duration, Default: "10"},
}

func newLengths(a Args) lengths {
	return lengths{
		burst: a.Int("length") == 1, average: a.Int("estimate") == 1,
		alpha: uint64(a.Int("alpha")), initial: a.Time("initial"),
	}
}

// of returns how much a task, ready or running, needs from now on.
func (l *lengths) of(v *sim.View) func(sim.TaskID) int64 {
	if !l.average {
		return length(v, l.burst)
	}
	l.v, l.tasks = v, nil
	return func(task sim.TaskID) int64 {
		t := l.task(task)
		return int64(max(0, t.burst-(v.Ran(task)-t.began)))
	}
}

func (l *lengths) task(task sim.TaskID) *believed {
	for int(task) >= len(l.tasks) {
		l.tasks = append(l.tasks, believed{l.initial, l.v.Ran(sim.TaskID(len(l.tasks)))})
	}
	return &l.tasks[task]
}

// ended learns from a burst that has ended.
func (l *lengths) ended(task sim.TaskID) {
	if !l.average {
		return
	}
	t, ran := l.task(task), l.v.Ran(task)
	t.burst = average(l.alpha, ran-t.began, t.burst)
	t.began = ran
}

// average returns alpha·a + (1 − alpha)·b, rounded down.
func average(alpha uint64, a, b sim.Time) sim.Time {
	high, low := bits.Mul64(alpha, uint64(a))
	high2, low2 := bits.Mul64(whole-alpha, uint64(b))
	low, carry := bits.Add64(low, low2, 0)
	quotient, _ := bits.Div64(high+high2+carry, low, whole)
	return sim.Time(quotient)
}

func (l *lengths) settings() []sim.Setting {
	if !l.average {
		return []sim.Setting{lengthSetting(l.burst)}
	}
	return []sim.Setting{
		{Name: "estimate", Value: "average"},
		{Name: "alpha", Value: strconv.FormatFloat(float64(l.alpha)/whole, 'f', -1, 64)},
		{Name: "initial", Value: l.v.Text(l.initial)},
	}
}

package host

import (
	"slices"
	"sort"
	"time"

	"timeslice/sim/trace"
)

// edgeSlack is how far a worker's account of an absence may be inside the
// kernel's and still be of the same one.
const edgeSlack = 200

// agreement compares both accounts of every absence from a task's first instant
// to its last, as far as it lived to give one. It is nil if there is one account
// only.
func agreement(tasks []taskLog) *Agreement {
	a := &Agreement{}
	var leave, back []trace.Time
	for i := range tasks {
		t := &tasks[i]
		if t.switches == nil {
			return nil
		}
		if t.ended == 0 {
			continue
		}
		_, away := t.absences()
		l, b := a.compare(t, away)
		leave, back = append(leave, l...), append(back, b...)
	}
	a.LeaveP50, a.LeaveP95 = percentile(leave, 50), percentile(leave, 95)
	a.ReturnP50, a.ReturnP95 = percentile(back, 50), percentile(back, 95)
	return a
}

// compare adds one task to the comparison and returns by how much each pair of
// edges differs.
func (a *Agreement) compare(t *taskLog, kernel []absence) (leave, back []trace.Time) {
	var own []span
	for i := range t.marks {
		if m := &t.marks[i]; m.kind.waits() && m.voluntary+m.involuntary > 0 {
			own = append(own, span{m.from, m.to})
		}
	}
	a.Workers += len(own)
	seen := make([]int, len(own))
	last := make([]absence, len(own))
	for _, k := range kernel {
		if k.to <= t.started || k.from >= t.ended {
			continue
		}
		a.Kernel++
		i := sort.Search(len(own), func(i int) bool { return own[i].to+edgeSlack >= k.to })
		if i == len(own) || own[i].from-edgeSlack > k.from {
			a.Missed++
			continue
		}
		if seen[i] == 0 {
			leave = append(leave, k.from-own[i].from)
		}
		seen[i]++
		last[i] = k
	}
	for i, n := range seen {
		if n == 0 {
			a.False++
			continue
		}
		back = append(back, own[i].to-last[i].to)
	}
	return leave, back
}

// percentile returns the smallest value that p of 100 values don't exceed.
func percentile(v []trace.Time, p int) time.Duration {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return time.Duration(v[max((len(v)*p+99)/100, 1)-1])
}

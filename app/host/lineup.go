package host

import (
	"cmp"
	"fmt"
	"slices"

	"timeslice/sim/trace"
)

// transits is the values of a pipe, being brought into the order in which they
// went through it.
type transits struct {
	tasks []taskSteps
	taken []span
	room  int
	puts  [][]*passage // of each producer, still to be lined up
	gets  [][]*passage // of each consumer; the last are those left in the pipe
	byID  map[token]*passage
	line  []transit
}

// lineUp returns the values that went through a pipe in the order in which they
// did. Each consumer knows the order of what it took, each producer that of what
// it put; among several it is told by who was done before another began.
func lineUp(tasks []taskSteps, queue, room int, left []token, cut bool, taken []span) ([]transit, error) {
	l := &transits{tasks: tasks, taken: taken, room: room, byID: map[token]*passage{},
		puts: make([][]*passage, len(tasks)), gets: make([][]*passage, len(tasks)+1)}
	total := 0
	for i := range tasks {
		for _, x := range tasks[i].passages {
			switch {
			case x.queue != queue:
			case x.put:
				l.puts[i] = append(l.puts[i], x)
				l.byID[x.token] = x
				total++
			default:
				l.gets[i] = append(l.gets[i], x)
			}
		}
	}
	for _, t := range l.missing(left, cut) {
		l.gets[len(tasks)] = append(l.gets[len(tasks)], &passage{token: t, from: trace.Never, to: trace.Never, by: trace.Never})
	}
	for len(l.line) < total {
		i, err := l.next()
		if err != nil {
			return nil, err
		}
		v, put, get := l.try(i)
		v.put.at = put
		if v.get != nil {
			v.get.at = get
		}
		l.line = append(l.line, v)
		l.gets[i] = l.gets[i][1:]
		l.puts[v.put.task] = l.puts[v.put.task][1:]
	}
	for _, g := range l.gets {
		if len(g) > 0 {
			return nil, fmt.Errorf("a value was taken twice, or nobody put it (%#x)", uint64(g[0].token))
		}
	}
	return l.line, nil
}

// missing returns what was left in a pipe, oldest first. If the run was cut, that
// is also what was taken later.
func (l *transits) missing(left []token, cut bool) []token {
	if !cut {
		return left
	}
	seen := map[token]bool{}
	for _, t := range left {
		seen[t] = true
	}
	for _, gets := range l.gets {
		for _, x := range gets {
			seen[x.token] = true
		}
	}
	var later []*passage
	for _, puts := range l.puts {
		for _, x := range puts {
			if !seen[x.token] {
				later = append(later, x)
			}
		}
	}
	slices.SortFunc(later, func(a, b *passage) int { return cmp.Compare(a.from, b.from) })
	var all []token
	for _, x := range later {
		all = append(all, x.token)
	}
	return append(all, left...)
}

// try says when the next value of a consumer would be put and taken at the
// earliest if it were the next of all.
func (l *transits) try(i int) (v transit, put, get trace.Time) {
	return l.after(i, l.last())
}

// last is when the last value that was lined up was put and when the last was
// taken.
func (l *transits) last() (t transitTimes) {
	t = transitTimes{-1, -1}
	if n := len(l.line); n > 0 {
		t.put = l.line[n-1].put.at
		for k := n - 1; k >= 0; k-- {
			if get := l.line[k].get; get != nil {
				t.get = get.at
				break
			}
		}
	}
	if k := len(l.line) - l.room; k >= 0 && l.line[k].get != nil {
		t.put = max(t.put, l.line[k].get.at)
	}
	return t
}

func (l *transits) after(i int, last transitTimes) (v transit, put, get trace.Time) {
	v = transit{put: l.byID[l.gets[i][0].token], get: l.gets[i][0]}
	put = v.put.snap(max(last.put+1, v.put.from), l.tasks[v.put.task].list, l.taken)
	if i == len(l.tasks) {
		v.get = nil
		return v, put, trace.Never
	}
	get = v.get.snap(max(last.get+1, put+1, v.get.from), l.tasks[v.get.task].list, l.taken)
	return v, put, get
}

// next chooses whose value is the next in line: one that nothing went before,
// that comes in time itself and lets the others come in time, and of these the
// one that should be gone first.
func (l *transits) next() (int, error) {
	putBy, gotBy := trace.Never, trace.Never // whatever begins after these isn't next
	for _, puts := range l.puts {
		if len(puts) > 0 {
			putBy = min(putBy, puts[0].to)
		}
	}
	for _, gets := range l.gets {
		if len(gets) == 0 {
			continue
		}
		gotBy = min(gotBy, gets[0].to)
		if l.byID[gets[0].token] == nil {
			return 0, fmt.Errorf("a value that nobody put (%#x)", uint64(gets[0].token))
		}
	}
	best, least, soonest := -1, 0, trace.Never
	last := l.last()
	for i, gets := range l.gets {
		if len(gets) == 0 {
			continue
		}
		g := gets[0]
		p := l.byID[g.token]
		if own := l.puts[p.task]; len(own) == 0 || own[0] != p {
			continue // what its producer put before isn't there yet
		}
		wrong := 0
		if p.from > putBy || p.from > gotBy || g.from > gotBy {
			wrong += 1000
		}
		v, put, get := l.after(i, last)
		if put > p.to || get > g.to {
			wrong += 100
		}
		then := transitTimes{put, max(get, last.get)}
		if v.get == nil {
			then.get = trace.Never // nothing is taken after what stayed
		}
		if k := len(l.line) + 1 - l.room; k == len(l.line) {
			then.put = then.get
		} else if k >= 0 && l.line[k].get != nil {
			then.put = max(then.put, l.line[k].get.at)
		}
		for j, others := range l.gets {
			if j == i || len(others) == 0 || l.misses(j, last) || !l.misses(j, then) {
				continue
			}
			wrong++
		}
		soon := min(g.by, g.to)
		if best < 0 || wrong < least || wrong == least && soon < soonest {
			best, least, soonest = i, wrong, soon
		}
	}
	if best < 0 {
		return 0, fmt.Errorf("values went through it in an impossible order or got lost")
	}
	return best, nil
}

// misses reports whether a consumer's next value comes too late after others.
func (l *transits) misses(i int, last transitTimes) bool {
	if last.get == trace.Never {
		return i < len(l.tasks)
	}
	v, put, get := l.after(i, last)
	return put > v.put.to || v.get != nil && get > v.get.to
}

package trace

import (
	"math/rand/v2"
	"testing"
)

// lanesOf makes lanes of one task that changes its state at random, after at
// least and at most so much time.
func lanesOf(seed uint64, spans int, least, most int) *Lanes {
	rnd := rand.New(rand.NewPCG(seed, 1))
	r := NewRecording(Header{CPUs: 1, Tasks: make([]Task, 1), Programs: make([]Program, 1), Resources: []Resource{{Kind: Device}}})
	at := Time(rnd.IntN(most))
	r.Append(at, Arrive, 0, 0, 0)
	state := Ready
	for range spans {
		at += Time(least + rnd.IntN(most-least+1))
		kind := Dispatch
		switch {
		case state == Ready:
			state = Running
		case state == Blocked:
			kind, state = WakeIO, Ready
		case rnd.IntN(2) == 0:
			kind, state = Preempt, Ready
		default:
			kind, state = BlockIO, Blocked
		}
		r.Append(at, kind, 0, 0, 0)
	}
	r.Finish(at + 10)
	l := NewLanes()
	l.Extend(r)
	return l
}

// Where every span is as long as a part or longer, each part shows the span in
// its middle.
func TestSampleShowsTheMiddle(t *testing.T) {
	for seed := range uint64(30) {
		l := lanesOf(seed, 300, 20, 400)
		lane := l.Task(0)
		from := Time(seed * 100)
		out := make([]Cell, 700)
		to := from + Time(len(out))*16
		lane.Sample(out, from, to)
		for x, cell := range out {
			at := from + Time(x)*16 + 8
			want, ok := lane.At(at)
			got, has := lane.Span(cell.Span)
			if ok != has || ok && (got != want || cell.Look.State() != want.State) {
				t.Fatalf("seed %d: at %d is %+v, shown %+v", seed, at, want, got)
			}
		}
	}
}

// From afar, every long span is seen, at its place, and states have their share.
func TestSampleFromAfar(t *testing.T) {
	l := lanesOf(7, 200_000, 1, 40)
	lane := l.Task(0)
	share := [Terminated + 1]Time{}
	for i := range uint32(lane.Len()) {
		if s, ok := lane.Span(i); ok {
			share[s.State] += s.End - s.Start
		}
	}
	for _, n := range []int{400, 1600, 30_000} {
		out := make([]Cell, n)
		lane.Sample(out, 0, l.End())
		var seen [Terminated + 1]int
		for _, c := range out {
			seen[c.Look.State()]++
		}
		for _, s := range []State{Ready, Running, Blocked} {
			want, got := float64(share[s])/float64(l.End()), float64(seen[s])/float64(n)
			if got < want*0.8-0.02 || got > want*1.2+0.02 {
				t.Errorf("%d parts: %s has %.3f of the time and is shown in %.3f", n, s, want, got)
			}
		}
	}
}

// What is shown of a lane doesn't depend on how it grew.
func TestSampleOfAGrowingLane(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	r := NewRecording(Header{CPUs: 1, Tasks: make([]Task, 1), Programs: make([]Program, 1)})
	r.Append(5, Arrive, 0, 0, 0)
	grown := NewLanes()
	at := Time(5)
	for i := range 30_000 {
		at += Time(1 + rnd.IntN(30+i/200))
		r.Append(at, []Kind{Dispatch, Preempt}[i%2], 0, 0, 0)
		if rnd.IntN(700) == 0 {
			grown.Extend(r)
		}
	}
	grown.Extend(r)
	once := NewLanes()
	once.Extend(r)
	a, b := make([]Cell, 900), make([]Cell, 900)
	for _, zoom := range []Time{1, 7, 100} {
		grown.Task(0).Sample(a, at/3, at/3+at/zoom)
		once.Task(0).Sample(b, at/3, at/3+at/zoom)
		differ := 0
		for x := range a {
			if a[x].Look.State() != b[x].Look.State() {
				differ++
			}
		}
		if differ > len(a)/2 { // bins may be of another length, what they say not another thing
			t.Errorf("1/%d: %d of %d parts differ", zoom, differ, len(a))
		}
	}
	for _, lanes := range []*Lanes{grown, once} {
		for _, level := range lanes.Task(0).bins.level {
			for i := range level.cell {
				c := lanes.Task(0).unpack(level.cell[i])
				if c.Span != noSpan && c.Look != lanes.Task(0).look(c.Span) {
					t.Fatalf("bin %d looks like %d, its span like %d", i, c.Look, lanes.Task(0).look(c.Span))
				}
			}
		}
	}
}

// Before a lane begins and after it ends there is nothing.
func TestSampleBeyond(t *testing.T) {
	l := lanesOf(1, 20, 5, 9)
	out := make([]Cell, 50)
	for _, view := range [][2]Time{{-500, -100}, {l.End() + 1, l.End() + 1000}} {
		l.Task(0).Sample(out, view[0], view[1])
		for _, c := range out {
			if c.Look != 0 {
				t.Fatalf("%v: %+v", view, c)
			}
		}
	}
	l.Task(0).Sample(nil, 0, 1)
}

// A short span beside long ones is seen.
func TestSampleSparesOne(t *testing.T) {
	r := NewRecording(Header{CPUs: 1, Tasks: make([]Task, 1), Programs: make([]Program, 1)})
	r.Append(0, Arrive, 0, 0, 0)
	r.Append(1000, Pick, 0, 0, 0)
	r.Append(1003, Dispatch, 0, 0, 0)
	r.Append(2000, Exit, 0, 0, 0)
	l := NewLanes()
	l.Extend(r)
	out := make([]Cell, 200)
	l.Task(0).Sample(out, 0, 2000)
	seen := 0
	for _, c := range out {
		if c.Look.Switching() {
			seen++
		}
	}
	if seen != 1 {
		t.Errorf("the switch is shown %d times", seen)
	}
	if at, ok := l.Ended(0); !ok || at != 2000 {
		t.Errorf("ended at %d, %v", at, ok)
	}
}

// The way without branches finds the same as the obvious one.
func TestShownOfFew(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	compared := 0
	for seed := range uint64(20) {
		l := lanesOf(seed, 400, 1, 30)
		for i := range 3 { // gaps, which a lane of one task has none of
			lane := l.Task(0)
			for k := i; k < lane.Len(); k += 7 {
				lane.info[k].flags |= spanGap
			}
		}
		lane := l.Task(0)
		for range 4_000 {
			begin := lane.start[0] + Time(rnd.IntN(int(lane.start[lane.Len()-1])))
			end := begin + 1 + Time(rnd.IntN(40))
			k := 0
			for k+1 < lane.Len() && lane.start[k+1] <= begin {
				k++
			}
			if k+crowd+1 >= lane.Len() {
				continue
			}
			best, next := lane.shown(k, begin, end)
			if few, last := lane.shownOfFew(k, begin, end); last < 0 && next-k <= crowd || last >= 0 && (few != best || last != next) {
				t.Fatalf("seed %d: from %d to %d it is %d up to %d, not %d up to %d", seed, begin, end, best, next, few, last)
			} else if last >= 0 {
				compared++
			}
		}
	}
	if compared < 10_000 {
		t.Errorf("%d compared", compared)
	}
}

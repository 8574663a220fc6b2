package trace

import (
	"math"
	"math/bits"
	"sort"
)

// Cell is what to show of a lane in one of many equal parts of time.
type Cell struct {
	Span uint32 // its number, for [Lane.Span]; neighbours with the same are one span
	Look Look
}

// Look is what a span looks like from afar; 0 is nothing.
type Look uint32

// State returns the state, 0 for nothing.
func (l Look) State() State {
	if l.Copying() {
		return Running
	}
	return State(l & 7)
}

// copies is a look that no state has: of a running task in the second phase of I/O.
const copies = Look(8)

// Switching says whether it is a context switch.
func (l Look) Switching() bool { return l&15 == Look(Ready)|8 }

// Spinning says whether it runs and only asks again and again.
func (l Look) Spinning() bool { return l&15 == Look(Running)|8 }

// Suspended says whether the task's process isn't in memory, on a task's lane.
func (l Look) Suspended() bool { return l&16 != 0 }

// Copying says whether it runs in the second phase of I/O.
func (l Look) Copying() bool { return l&15 == copies }

// Task returns whom a CPU ran, of the first 2^28 tasks.
func (l Look) Task() TaskID { return TaskID(l >> 4) }

func (l *Lane) look(i uint32) Look {
	info := l.info[i]
	if info.flags&spanGap != 0 {
		return 0
	}
	look := Look(info.state)
	if info.flags&spanCopy != 0 {
		look = copies
	}
	if info.flags&(spanSwitch|spanSpins) != 0 {
		look |= 8
	}
	if l.cpu >= 0 {
		look |= Look(info.what << 4)
	} else if info.flags&spanAway != 0 {
		look |= 16
	}
	return look
}

const noSpan = ^uint32(0)

// bins are levels of detail of a lane: time is cut into bins, each twice as long
// on every level, and for each bin it is known which span takes up most of it.
// A picture of a lane is read from the level whose bins are about as long as its
// pixels are, whatever is recorded. They cost two bytes a span at most.
type bins struct {
	shift uint // a bin of the lowest level is 1<<shift nanoseconds long
	level []binLevel
	span  int // where the next bin of the lowest level begins to look
}

type binLevel struct {
	cell  []packedCell // who takes up most, gaps included
	cover []uint8      // how much, see coverOf
}

// packedCell is the number of a span and, in the lowest four bits, what of its
// look fits there: the task of a CPU's span is looked up.
type packedCell uint32

const (
	spansPerBin = 5         // on the lowest level, on average, at least
	fewSpans    = 512       // lanes with fewer are looked at as they are
	mostSpans   = 1<<28 - 1 // what a cell can number; lanes with more aren't binned on
	noCell      = mostSpans << 4
)

func (l *Lane) pack(span uint32) packedCell {
	if span == noSpan {
		return noCell
	}
	return packedCell(span<<4) | packedCell(l.look(span)&15)
}

func (l *Lane) unpack(p packedCell) Cell {
	if p == noCell {
		return Cell{Span: noSpan}
	}
	c := Cell{uint32(p >> 4), Look(p & 15)}
	if l.cpu >= 0 && c.Look != 0 {
		c.Look |= Look(l.info[c.Span].what << 4)
	} else if c.Look != 0 && l.info[c.Span].flags&spanAway != 0 {
		c.Look |= 16
	}
	return c
}

// coverOf is a time on a scale of quarter octaves, so that it fits a byte.
func coverOf(t Time) uint8 {
	if t <= 0 {
		return 0
	}
	n := bits.Len64(uint64(t)) // 1 to 63
	return uint8(4*n + int(uint64(t)<<(64-n)>>61&3))
}

// together adds two covers.
func together(a, b uint8) uint8 {
	more := [...]uint8{4, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1}
	a, b = max(a, b), min(a, b)
	if b == 0 || int(a-b) >= len(more) {
		return a
	}
	return min(a, 255-4) + more[a-b]
}

// addBins brings the bins up to the last span that has ended.
func (l *Lane) addBins() {
	n := min(len(l.start), mostSpans)
	if n < fewSpans {
		return
	}
	b := &l.bins
	if b.level == nil {
		mean := (l.start[n-1] - l.start[0]) / Time(n)
		b.shift = uint(bits.Len64(uint64(mean * spansPerBin)))
		b.level = make([]binLevel, 1)
	}
	low := &b.level[0]
	for k := b.span; ; {
		from := Time(len(low.cell)) << b.shift
		to := from + 1<<b.shift
		if to > l.start[n-1] {
			b.span = k
			break
		}
		for k+1 < n && l.start[k+1] <= from {
			k++
		}
		best, most := noSpan, min(max(l.start[k]-from, 0), 1<<b.shift)
		for j := k; j < n-1 && l.start[j] < to; j++ {
			if c := min(l.start[j+1], to) - max(l.start[j], from); c > most {
				best, most = uint32(j), c
			}
		}
		low.cell = append(low.cell, l.pack(best))
		low.cover = append(low.cover, coverOf(most))
	}
	for len(b.level[0].cell) > n/spansPerBin && len(b.level) > 1 { // long spans: no need for so fine ones
		b.level = append([]binLevel(nil), b.level[1:]...)
		b.shift++
	}
	for i := 0; len(b.level[i].cell) > 1; i++ {
		if i+1 == len(b.level) {
			b.level = append(b.level, binLevel{})
		}
		b.level[i+1].pair(&b.level[i])
	}
}

// pair makes the bins that are missing out of those of the level below.
func (up *binLevel) pair(down *binLevel) {
	for i := 2 * len(up.cell); i+1 < len(down.cell); i += 2 {
		cell, cover := down.cell[i], down.cover[i]
		switch {
		case cell == down.cell[i+1]:
			cover = together(cover, down.cover[i+1])
		case down.cover[i+1] > cover:
			cell, cover = down.cell[i+1], down.cover[i+1]
		}
		up.cell = append(up.cell, cell)
		up.cover = append(up.cover, cover)
	}
}

func (l *Lane) cell(span uint32) Cell {
	if span == noSpan {
		return Cell{Span: noSpan}
	}
	return Cell{span, l.look(span)}
}

// Sample tells which span to show in each of the equal parts of [from, to) that
// out has members for, pixels usually. A span longer than a part is shown where it covers the middle of one, and so has
// its length; of shorter ones the longest is shown, beside a long one too if that
// can spare a part. What this costs follows from the number of parts, not of
// spans.
func (l *Lane) Sample(out []Cell, from, to Time) {
	if len(out) == 0 {
		return
	}
	step := float64(to-from) / float64(len(out))
	x := 0
	for x < len(out) && from+Time(float64(x+1)*step) <= 0 {
		out[x] = Cell{Span: noSpan}
		x++
	}
	if i := l.levelFor(step); i >= 0 {
		x = l.sampleBins(out, x, from, step, i)
	}
	if x < len(out) {
		l.sampleSpans(out, x, from, step)
	}
}

// levelFor returns the level with the longest bins not longer than step, -1 if
// the spans themselves must be looked at.
func (l *Lane) levelFor(step float64) int {
	if step < 1 || len(l.bins.level) == 0 {
		return -1
	}
	i := bits.Len64(uint64(min(step, math.MaxInt64/2))) - 1 - int(l.bins.shift)
	return min(i, len(l.bins.level)-1)
}

func (l *Lane) sampleBins(out []Cell, x int, from Time, step float64, level int) int {
	shift := l.bins.shift + uint(level)
	cells, cover := l.bins.level[level].cell, l.bins.level[level].cover
	k := max(int((from+Time(float64(x)*step))>>shift), 0)
	for ; x < len(out); x++ {
		end := int((from + Time(float64(x+1)*step)) >> shift)
		if end >= len(cells) {
			return x
		}
		best, most := k, uint8(0)
		for ; k <= end; k++ { // a bin across an edge counts for both sides
			if c := cover[k]; c > most {
				best, most = k, c
			}
		}
		k = end
		out[x] = l.unpack(cells[best])
	}
	return x
}

func (l *Lane) sampleSpans(out []Cell, x int, from Time, step float64) {
	start := l.start
	begin := from + Time(float64(x)*step)
	k := max(sort.Search(len(start), func(k int) bool { return start[k] > begin })-1, 0)
	for ; x < len(out); x++ { // k is the span at begin, or the first one
		end := from + Time(float64(x+1)*step)
		best, next := uint32(k), k
		if k+crowd+1 >= len(start) || start[k] > begin {
			best, next = l.shown(k, begin, end)
		} else if start[k+1] < end {
			best, next = l.shownOfFew(k, begin, end)
		}
		if next < 0 {
			best, next = l.shown(k, begin, end)
		}
		out[x] = l.cell(best)
		if k = next; k+1 < len(start) && start[k+1] == end {
			k++
		}
		begin = end
	}
}

// shown returns which span to show in a part of time and the last that begins in
// it; k is the span at its beginning, or the first one.
func (l *Lane) shown(k int, begin, end Time) (best uint32, next int) {
	start, at := l.start, k
	for middle := begin + (end-begin)/2; at+1 < len(start) && start[at+1] <= middle; at++ {
	}
	next = at
	for next+1 < len(start) && start[next+1] < end {
		next++
	}
	if next-k > crowd {
		return uint32(at), next
	}
	return l.oneOf(k, next, at, begin, end), next
}

// shownOfFew is shown if at most crowd spans begin after k and before end, next
// is -1 if more do. How many is anybody's guess where spans are about as long as
// parts, so it has no branches that would have to guess. It needs crowd+1 spans
// after k, which is at begin.
func (l *Lane) shownOfFew(k int, begin, end Time) (best uint32, next int) {
	start, info := l.start[k:k+crowd+2], l.info[k:k+crowd+1]
	middle, least := begin+(end-begin)/2, end-begin
	more, at := 0, 0
	for _, s := range start[1:] {
		more += negative(s - end)
		at += negative(s - middle - 1)
	}
	if more > crowd {
		return 0, -1
	}
	long := start[at+1] - start[at]
	// What is as long as the part is, or up to four times as long, stands, and so
	// does what is alone; longer ones can spare a part for what is short, and
	// nothing can, too.
	stands := 1 - negative(long-least)
	alone := negative(Time(more)-1) | stands&negative(long-4*least)
	nothing := int(info[at].flags>>spanGapBit) & 1
	most := long & Time((stands|nothing)-1)
	best = uint32(at)
	for i := range info {
		d := start[i+1] - start[i]
		is := (alone | int(info[i].flags>>spanGapBit)&1 | negative(Time(more-i)) | (1 - negative(d-least))) ^ 1
		if d &= Time(-(is & 1)); d > most {
			best, most = uint32(i), d
		}
	}
	return uint32(k) + best, k + more
}

// negative is 1 for negative times.
func negative(t Time) int { return int(uint64(t) >> 63) }

// crowd is how many spans in a part are too many to look at each: whoever has
// the middle stands for all, which is fair to all in the end.
const crowd = 3

// oneOf chooses among the spans from first to last, which are all in a part of
// time, the one to show. At has its middle, unless that is before the first or
// after the last.
func (l *Lane) oneOf(first, last, at int, begin, end Time) uint32 {
	long := func(i int) Time { return l.endOf(i) - l.start[i] }
	best, most, least := noSpan, Time(0), end-begin
	middle := begin + (end-begin)/2
	if l.start[at] <= middle && middle < l.endOf(at) {
		best, most = uint32(at), long(at)
	}
	if first == last && best != noSpan || most >= least && most < 4*least {
		return best
	}
	if most >= least { // it can spare one for what is short, but not for nothing
		most = 0
	} else if best != noSpan && l.info[at].flags&spanGap != 0 {
		most = 0
	}
	for i := first; i <= last; i++ {
		if d := long(i); d > most && d < least && l.info[i].flags&spanGap == 0 && l.endOf(i) > begin && l.start[i] < end {
			best, most = uint32(i), d
		}
	}
	return best
}

// Span returns a span by its number; ok is false if there is nothing.
func (l *Lane) Span(i uint32) (s Span, ok bool) {
	if int(i) >= len(l.start) {
		return Span{}, false
	}
	return l.span(int(i))
}

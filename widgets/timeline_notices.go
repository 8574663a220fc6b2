package widgets

import (
	"math"
	"slices"

	"timeslice/sim/trace"
)

// SetNotices marks what a reader should know of, such as a deadlock, on the lanes
// of whom it is about: a triangle with an exclamation mark where it has come to
// that, and a line below the lane for as long as it lasts. Notices are in the
// order of their instants.
func (t *Timeline) SetNotices(all []trace.Notice) {
	if len(all) == 0 && len(t.notices) == 0 {
		return
	}
	t.notices = all
	t.noticesOf = map[trace.TaskID][]int{}
	t.noticed = t.noticed[:0]
	for i := range all {
		for _, id := range all[i].Tasks {
			t.noticesOf[id] = append(t.noticesOf[id], i)
		}
		if !slices.Contains(t.noticed, all[i].Kind) {
			t.noticed = append(t.noticed, all[i].Kind)
		}
	}
	slices.Sort(t.noticed)
	t.version++
	t.Refresh()
}

// marked reports whether anything lies on the lanes.
func (t *Timeline) marked() bool { return (t.jobs || len(t.notices) > 0) && !t.byCPU }

// noticeSize is how high the triangle is, in lanes.
const noticeSize = 0.62

// notices draws the notices on the lane of a task with its top at y, as far as
// they are in a stretch of time.
func (p *spanPainter) notices(t *Timeline, id trace.TaskID, y int, from, to trace.Time) {
	size := max(6, float64(p.shape.pitch)*noticeSize)
	line := max(2, p.shape.pitch/12)
	middle := float64(y) + float64(p.shape.pitch)/2
	last := math.Inf(-1)
	for _, i := range t.noticesOf[id] {
		n := &t.notices[i]
		if n.From > to || n.To < from {
			continue
		}
		if n.To > n.From {
			x0, x1 := p.x(max(n.From, from)), p.x(min(n.To, to, t.lanes.End()))
			for row := y + p.shape.pitch - line; row < y+p.shape.pitch; row++ {
				for x := x0; x < x1; x++ {
					p.blend(x, row, p.ink.missed, 255)
				}
			}
		}
		if x := float64(p.x(n.At)); n.At >= from && n.At <= to && x-last >= size*0.6 { // closer ones would be one blot
			p.warning(x, middle, size)
			last = x
		}
	}
}

// warning draws a triangle with an exclamation mark around a point.
func (p *spanPainter) warning(cx, cy, size float64) {
	half, air := size*0.58, max(1, size*0.09)
	// How far inside of the triangle a point is, measured from its sides.
	inside := func(x, y float64) float64 {
		slope := half / size
		side := (slope*(size/2+y) - math.Abs(x)) / math.Hypot(1, slope)
		return min(side, size/2-y)
	}
	part := func(d float64) uint8 { return uint8(255 * min(max(d+0.5, 0), 1)) }
	reach := int(size) + 2
	for y := int(cy) - reach; y <= int(cy)+reach; y++ {
		for x := int(cx) - reach; x <= int(cx)+reach; x++ {
			dx, dy := float64(x)+0.5-cx, float64(y)+0.5-cy
			d := inside(dx, dy)
			p.blend(x, y, p.ink.inside, part(d+air))
			p.blend(x, y, p.ink.missed, part(d))
			bar := size*0.075 - math.Abs(dx)
			if dy > -size*0.2 && dy < size*0.17 || dy > size*0.26 && dy < size*0.38 {
				p.blend(x, y, p.ink.inside, part(bar))
			}
		}
	}
}

package widgets

import (
	"image"
	"math"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// What real-time textbooks draw on the lane of a task that runs in jobs: an arrow
// up where a job is released, an arrow down where its deadline is, and both heads
// on one stem where the deadline is the next release. A missed deadline is a
// filled circle with a cross, a job dropped at its deadline a filled square with
// one: shapes, so that none depends on its colour.
const (
	markRelease = iota
	markDeadline
	markMissed
	markDropped
	markNotice // a triangle with an exclamation mark
	jobMarks
)

// jobShape is the sizes of those marks in pixels.
type jobShape struct {
	stem int     // width of an arrow's stem
	head int     // height of an arrow's head
	half float64 // half the head's width
	mark float64 // half the size of circle and square
	// close is how near arrows may stand on average; where they are closer only
	// what was missed is drawn.
	close float64
}

// forJobs makes room for arrows in the lanes: lower bars, with the heads above
// and below them.
func (s barShape) forJobs(px float64) barShape {
	pitch := s.pitch
	s = shapeWith(pitch, max(3, int(math.Round(float64(pitch)*0.52))), px)
	j := &s.job
	j.stem = max(1, int(math.Round(max(1.5*px, float64(pitch)/24))))
	j.head = max(3, (pitch-s.bar)/2-1)
	j.half = max(float64(j.stem)/2+1.5, float64(j.head)*0.72)
	j.mark = max(3, float64(pitch)*0.27)
	j.close = 2*j.half + 1
	return s
}

// beside is how far the marks reach beyond the lanes on both sides, so that an
// arrow at the very start is whole.
func (r *timelineRenderer) beside() float32 {
	if !r.t.marked() {
		return 0
	}
	return float32(math.Round(float64(r.f.em) * 0.5))
}

// paintMarks is the generator of the marks, which lie on the lanes: w and h are
// in pixels of the screen.
func (r *timelineRenderer) paintMarks(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	t, f := r.t, &r.f
	if t.lanes == nil || !t.marked() || f.lanesH <= 0 {
		return img
	}
	px := float64(w) / float64(f.plotW+2*r.beside())
	pitch := max(1, int(math.Round(float64(f.pitch)*px)))
	around := trace.Time(float64(r.beside()) / float64(f.plotW) * float64(t.view.Span()))
	p := spanPainter{ink: r.inks(), img: img, w: w, shape: shapeFor(pitch, px)}
	if t.jobs {
		p.shape = p.shape.forJobs(px)
	}
	p.view = View{From: t.view.From - around, To: t.view.To + around}
	p.scale = float64(w) / float64(p.view.Span())
	first, end := f.visible(t.scroll)
	y := first*pitch - int(math.Round(float64(t.scroll)*px))
	for i := first; i < end; i++ {
		if row := t.row(i); row.jobs != nil {
			p.jobs(row.jobs, row.id, y, t.view.From, t.view.To)
		}
		if row := t.row(i); len(t.notices) > 0 {
			p.notices(t, row.id, y, t.view.From, t.view.To)
		}
		y += pitch
	}
	return img
}

// jobs draws the marks on the lane of a task with its top at y, as far as they
// are in a stretch of time.
func (p *spanPainter) jobs(lanes *trace.Lanes, id trace.TaskID, y int, from, to trace.Time) {
	jobs := lanes.Jobs(id)
	if len(jobs) == 0 {
		return
	}
	relative := trace.Time(0)
	if jobs[0].Deadline >= 0 {
		relative = jobs[0].Deadline - jobs[0].Release
	}
	first := sort.Search(len(jobs), func(i int) bool { return jobs[i].Release >= from-relative })
	last := sort.Search(len(jobs), func(i int) bool { return jobs[i].Release > to })
	if float64(last-first)*p.shape.job.close <= float64(p.w) {
		for _, j := range jobs[first:last] {
			if j.Release >= from {
				p.arrow(p.x(j.Release), y, p.shape.pitch, true)
			}
			if j.Deadline >= from && j.Deadline <= to {
				p.arrow(p.x(j.Deadline), y, p.shape.pitch, false)
			}
		}
	}
	middle := float64(y) + float64(p.shape.pitch)/2
	apart := trace.Time(1 / p.scale) // misses closer than a pixel are one
	lanes.Missed(id, from, to+1, apart, func(j trace.Job) {
		at := j.Deadline
		if at < 0 {
			at = j.Finish
		}
		p.cross(float64(p.x(at)), middle, j.Aborted)
	})
}

// arrow draws an arrow as high as a lane whose top is y, up or down.
func (p *spanPainter) arrow(cx, y, high int, up bool) {
	j := &p.shape.job
	x0 := cx - j.stem/2
	middle := float64(x0) + float64(j.stem)/2
	for i := range high {
		row := i
		if !up {
			row = high - 1 - i
		}
		for x := x0; x < x0+j.stem; x++ {
			p.blend(x, y+row, p.ink.mark, 255)
		}
		if i >= j.head {
			continue
		}
		half := j.half * (float64(i) + 0.7) / float64(j.head)
		for x := int(middle - half - 1); x <= int(middle+half+1); x++ {
			covered := min(max(half+0.5-math.Abs(float64(x)+0.5-middle), 0), 1)
			p.blend(x, y+row, p.ink.mark, uint8(255*covered))
		}
	}
}

// cross draws the mark of a missed deadline, or of a dropped job, with its
// middle at a point.
func (p *spanPainter) cross(cx, cy float64, dropped bool) {
	size := p.shape.job.mark
	arm := max(0.8, size*0.17)
	reach := int(size) + 3
	inside := func(x, y, by float64) float64 { // distance within the outline of a mark so much larger
		if dropped {
			return size + by - max(math.Abs(x), math.Abs(y))
		}
		return size + by - math.Hypot(x, y)
	}
	part := func(d float64) uint8 { return uint8(255 * min(max(d+0.5, 0), 1)) }
	for y := int(cy) - reach; y <= int(cy)+reach; y++ {
		for x := int(cx) - reach; x <= int(cx)+reach; x++ {
			dx, dy := float64(x)+0.5-cx, float64(y)+0.5-cy
			p.blend(x, y, p.ink.inside, part(inside(dx, dy, max(1, size*0.16))))
			p.blend(x, y, p.ink.missed, part(inside(dx, dy, 0)))
			if math.Max(math.Abs(dx), math.Abs(dy)) > size*0.52 {
				continue
			}
			slant := min(math.Abs(dx-dy), math.Abs(dx+dy)) / math.Sqrt2
			p.blend(x, y, p.ink.inside, part(arm-slant))
		}
	}
}

// blend lays a colour over a pixel, as far as it covers it.
func (p *spanPainter) blend(x, y int, c pixel, covered uint8) {
	if x < 0 || y < 0 || x >= p.w || y >= p.img.Rect.Dy() || covered == 0 {
		return
	}
	p.set(x, y, c.times(covered).over(p.get(x, y)))
}

// legend says beside the title what the marks of jobs mean. It gives way to what
// is said of the pointer's place, and to a title that needs the room.
type legend struct {
	marks [jobMarks]*canvas.Raster
	words [jobMarks]canvas.Text
	ink   inks
}

var legendIDs = [jobMarks]string{"timeline.release", "timeline.deadline", "timeline.missed", "timeline.dropped"}

// said is what the legend says of a mark; nothing if there is none.
func (r *timelineRenderer) said(i int) string {
	t := r.t
	switch {
	case i == markNotice:
		text := ""
		for _, kind := range t.noticed {
			name := t.words.say("notice." + kind.String())
			if text != "" {
				name = t.words.say("notice.and", "First", text, "Then", name)
			}
			text = name
		}
		return text
	case !t.jobs || i == markDropped && !t.drops:
		return ""
	}
	return t.words.say(legendIDs[i])
}

func (r *timelineRenderer) makeLegend() {
	for i := range r.legend.marks {
		r.legend.marks[i] = canvas.NewRaster(func(w, h int) image.Image {
			p := spanPainter{ink: r.legend.ink, img: image.NewRGBA(image.Rect(0, 0, w, h)), w: w}
			p.shape = barShape{pitch: h}.forJobs(float64(h) / 18)
			p.shape.job.mark = float64(min(w, h)) * 0.4
			switch i {
			case markRelease, markDeadline:
				p.arrow(w/2, 0, h, i == markRelease)
			case markNotice:
				p.warning(float64(w)/2, float64(h)/2, float64(min(w, h))*0.86)
			default:
				p.cross(float64(w)/2, float64(h)/2, i == markDropped)
			}
			return p.img
		})
		r.objects = append(r.objects, r.legend.marks[i], &r.legend.words[i])
	}
}

// placeLegend writes from the right end of the title's line to the left.
func (r *timelineRenderer) placeLegend(hidden bool) {
	t, f := r.t, &r.f
	shown := t.marked() && f.titled && !hidden
	if ink := r.inks(); shown && ink != r.legend.ink {
		r.legend.ink = ink
		for _, m := range r.legend.marks {
			m.Refresh()
		}
	}
	size := fyne.NewSize(f.small, f.small*1.15)
	all := float32(0)
	for i := range r.legend.words {
		w := &r.legend.words[i]
		write(w, r.said(i), f.small, r.color(ColorMuted))
		if w.Text != "" {
			all += size.Width + f.em*0.3 + w.MinSize().Width + f.em
		}
	}
	x := f.plotX + f.plotW + f.em - all
	if x < r.titleEnd {
		shown = false
	}
	for i, m := range r.legend.marks {
		w := &r.legend.words[i]
		there := w.Text != ""
		show(m, shown && there)
		show(w, shown && there)
		if !there {
			continue
		}
		text := w.MinSize()
		line := r.title.Position().Y + lineHeight(f.em)/2
		m.Resize(size)
		m.Move(fyne.NewPos(x, line-size.Height/2))
		w.Resize(text)
		w.Move(fyne.NewPos(x+size.Width+f.em*0.3, line-text.Height/2))
		x += size.Width + f.em*1.3 + text.Width
	}
}

// missedColor is the colour of what went wrong.
const missedColor = theme.ColorNameError

// jobText says what a job's release, deadline and response are, as far as they
// are known.
func jobText(j *trace.Job, unit Unit, words Words) string {
	text := words.say("timeline.job", "Number", j.K, "Time", unit.Format(j.Release))
	if j.Deadline >= 0 {
		text += words.say("timeline.job.deadline", "Time", unit.Format(j.Deadline))
	}
	if r := j.Response(); r >= 0 {
		text += words.say("timeline.job.response", "Time", unit.Format(r))
	}
	switch {
	case j.Aborted:
		text += words.say("timeline.job.dropped")
	case j.Missed:
		text += words.say("timeline.job.missed")
	}
	return text
}

// JobText says in words what is known of a job.
func JobText(h *trace.Header, j *trace.Job, words Words) string {
	return jobText(j, UnitOf(h), words)
}

// jobAt returns the job a task is at, with all that is known of it at the end of
// what is recorded; in a projection at the play-head.
func (t *Timeline) jobAt(id trace.TaskID, at trace.Time) (trace.Job, bool) {
	j, ok := t.lanes.JobAt(id, at)
	if !ok {
		return j, false
	}
	known := t.lanes.End()
	if t.projection {
		known = t.at
	}
	return t.lanes.Jobs(id)[j.K-1].Known(known), true
}

package widgets

import (
	"encoding/binary"
	"image"
	"math"

	"timeslice/sim/trace"
)

// pixel is a colour as image.RGBA holds it, premultiplied.
type pixel uint32

// inks are the colours a timeline is painted in.
type inks struct {
	states    [trace.Terminated + 1]pixel
	change    pixel // a context switch
	tint      pixel // between the stripes of what is blocked
	ring      pixel // around what has ended
	inside    pixel // of that ring, and of the marks of jobs
	mark      pixel // releases and deadlines
	missed    pixel
	processes [Hues]pixel
}

// barShape is how high the bars of a lane are and how they look, in pixels.
// Bars stand in the middle of their lane.
type barShape struct {
	pitch  int // from lane to lane
	bar    int // running, switching
	hatch  int // blocked
	thin   int // ready
	radius int // of corners
	gap    int // between a wide bar and the next
	line   int // around hatched bars
	period int // from stripe to stripe
	ring   float64
	job    jobShape // where tasks run in jobs
}

// shapeFor returns the shape of bars in lanes of a pitch, where px is one unit
// of Fyne's in pixels.
func shapeFor(pitch int, px float64) barShape {
	return shapeWith(pitch, max(3, int(math.Round(float64(pitch)*0.64))), px)
}

// shapeWith returns the shape for bars of a height.
func shapeWith(pitch, bar int, px float64) barShape {
	s := barShape{pitch: pitch, bar: bar}
	alike := func(share float64, least int) int { // as even or odd as the bar, so that both have one middle
		n := max(least, int(math.Round(float64(s.bar)*share)))
		return max(1, n-(s.bar-n)%2)
	}
	s.hatch = alike(0.78, 2)
	s.thin = alike(0.34, 1)
	s.radius = max(1, int(math.Round(min(float64(s.bar)*0.14, 5*px))))
	s.gap = max(1, int(math.Round(px)))
	s.line = max(1, int(math.Round(max(px, float64(s.bar)/24))))
	s.period = max(5, int(math.Round(max(8*px, float64(s.bar)*0.22))))
	s.ring = max(3.5*px, float64(s.bar)*0.26)
	return s
}

// laneRow is a lane to be painted.
type laneRow struct {
	lane  *trace.Lane
	ended trace.Time // -1 if it hasn't
	// killed: it didn't end by itself.
	killed bool
	byCPU  bool

	id   trace.TaskID // of a lane of a task
	jobs *trace.Lanes // if it runs in jobs
}

// spanPainter paints lanes into a picture, at a cost that follows the picture's
// size and not how much was recorded. A lane is made of three rows of pixels,
// of which the others are copies: where only high bars reach, where hatched ones
// reach too, and where all do. Stripes and round corners come afterwards, to the
// few bars wide enough for them. It keeps what it needs for the next time.
type spanPainter struct {
	ink    inks
	hues   func(trace.TaskID) int // process of a task, for CPU lanes
	img    *image.RGBA
	shape  barShape
	view   View
	scale  float64 // pixels per nanosecond
	w      int
	shift  int // of the stripes, so that they move with what they fill
	tall   []byte
	middle []byte
	low    []byte
	stripe []byte // one row of stripes, a period longer than the picture
	corner []uint8
	wide   []wideBar
	cells  []trace.Cell
	byCPU  bool    // the lane is a CPU's
	looks  [16]ink // by trace.Look without its task
	rails  [16]ink // of who is suspended, by state
	runs   [Hues]ink
	made   struct { // what stripe and corner were made for
		w      int
		shape  barShape
		ink    inks
		filled bool
	}
}

// wideBar is a bar that gets round corners, and stripes if it is blocked.
type wideBar struct {
	x0, x1      int
	height      int
	hatched     bool
	left, right bool // ends here, not beyond the picture
}

func (p *spanPainter) begin(img *image.RGBA, view View, shape barShape) {
	p.img, p.view, p.shape, p.w = img, view, shape, img.Rect.Dx()
	p.scale = float64(p.w) / float64(view.Span())
	p.tall = sized(p.tall, p.w*4)
	p.middle = sized(p.middle, p.w*4)
	p.low = sized(p.low, p.w*4)
	if cap(p.cells) < p.w {
		p.cells = make([]trace.Cell, p.w)
	}
	p.cells = p.cells[:p.w]
	p.shift = int(math.Mod(math.Round(float64(view.From)*p.scale), float64(shape.period)))
	if m := &p.made; !m.filled || m.w != p.w || m.shape != shape || m.ink != p.ink {
		p.mix()
		p.makeStripe()
		p.makeCorner()
		m.w, m.shape, m.ink, m.filled = p.w, shape, p.ink, true
	}
}

// paint paints the lanes, the first of them with its top at y. Every pixel of
// the picture is written.
func (p *spanPainter) paint(rows []laneRow, y int) {
	h := p.img.Rect.Dy()
	p.blank(0, y)
	for _, r := range rows {
		if y < h && y+p.shape.pitch > 0 {
			p.lane(r, y)
		}
		y += p.shape.pitch
	}
	p.blank(y, h)
}

func (p *spanPainter) blank(from, to int) {
	from, to = max(from, 0), min(to, p.img.Rect.Dy())
	if from < to {
		clear(p.img.Pix[from*p.img.Stride : to*p.img.Stride])
	}
}

func (p *spanPainter) lane(r laneRow, y int) {
	p.byCPU = r.byCPU
	p.wide = p.wide[:0]
	r.lane.Sample(p.cells, p.view.From, p.view.To)
	many := 5 * p.shape.gap
	for x := 0; x < p.w; {
		cell, end := p.cells[x], x+1
		for end < p.w && p.cells[end].Span == cell.Span {
			end++
		}
		ink := &p.looks[cell.Look&15]
		if !r.byCPU && cell.Look.Suspended() {
			ink = &p.rails[cell.Look.State()]
		}
		if r.byCPU && cell.Look.State() == trace.Running {
			ink = &p.runs[p.hues(cell.Look.Task())]
			if cell.Look.Copying() {
				hollow := *ink
				hollow.low = p.ink.inside
				ink = &hollow
			}
		}
		if end-x < many || cell.Look == 0 {
			p.fill(x, end, ink)
		} else {
			p.bar(r.lane, cell, x, end, ink)
		}
		x = end
	}

	s := &p.shape
	top := y + (s.pitch-s.bar)/2
	end := top + s.bar
	hatchTop, thinTop := top+(s.bar-s.hatch)/2, top+(s.bar-s.thin)/2
	p.blank(y, top)
	p.copies(p.tall, top, hatchTop)
	p.copies(p.middle, hatchTop, thinTop)
	p.copies(p.low, thinTop, thinTop+s.thin)
	p.copies(p.middle, thinTop+s.thin, hatchTop+s.hatch)
	p.copies(p.tall, hatchTop+s.hatch, end)
	p.blank(end, y+s.pitch)
	for i := range p.wide {
		b := &p.wide[i]
		at := top + (s.bar-b.height)/2
		if b.hatched {
			p.stripes(b, at)
		}
		p.round(b, at)
	}
	if r.ended >= p.view.From && r.ended <= p.view.To && r.ended >= 0 {
		if middle := float64(top) + float64(s.bar)/2; r.killed {
			p.crossOut(p.x(r.ended), middle)
		} else {
			p.circle(p.x(r.ended), middle)
		}
	}
}

func (p *spanPainter) copies(from []byte, top, end int) {
	for y := max(top, 0); y < min(end, p.img.Rect.Dy()); y++ {
		copy(p.img.Pix[y*p.img.Stride:], from)
	}
}

// x returns the pixel at which t is.
func (p *spanPainter) x(t trace.Time) int {
	return int(math.Floor(float64(t-p.view.From)*p.scale + 0.5))
}

// bar takes a bar that is wide enough to see its shape into the rows of pixels.
func (p *spanPainter) bar(lane *trace.Lane, cell trace.Cell, x0, x1 int, ink *ink) {
	shape, look := &p.shape, cell.Look
	b := wideBar{x0: x0, x1: x1, left: x0 > 0, right: x1 < p.w}
	if !b.left || !b.right {
		s, _ := lane.Span(cell.Span)
		b.left, b.right = b.left || s.Start >= p.view.From, b.right || s.End <= p.view.To
	}
	if b.right && !look.Switching() {
		b.x1 -= shape.gap
		p.fill(b.x1, x1, &p.looks[0])
	}
	switch s := look.State(); {
	case look.Suspended() && !p.byCPU:
		p.dots(b.x0, b.x1, s, ink)
		return
	case s == trace.Stopped || s == trace.New || s == trace.Zombie:
		p.dots(b.x0, b.x1, s, ink)
		return
	case look.Switching():
		p.fill(b.x0, b.x1, ink)
		return
	case look.Spinning():
		p.teeth(b.x0, b.x1, ink)
		return
	case s == trace.Ready:
		b.height = shape.thin
	case s == trace.Blocked:
		b.height, b.hatched = shape.hatch, true
	default:
		b.height = shape.bar
	}
	p.fill(b.x0, b.x1, ink)
	p.wide = append(p.wide, b)
}

// fill colours part of the three rows.
func (p *spanPainter) fill(x0, x1 int, ink *ink) {
	for x := x0 * 4; x < x1*4; x += 4 {
		binary.LittleEndian.PutUint32(p.tall[x:], uint32(ink.tall))
		binary.LittleEndian.PutUint32(p.middle[x:], uint32(ink.middle))
		binary.LittleEndian.PutUint32(p.low[x:], uint32(ink.low))
	}
}

// dots colours part of the rows with the dots of a stopped task or of one in the
// batch queue, with the dashes of a zombie, or with the rails of a suspended one,
// which have gaps if it is blocked.
func (p *spanPainter) dots(x0, x1 int, s trace.State, ink *ink) {
	on := p.shape.thin
	every := 2 * on
	switch {
	case s == trace.Zombie:
		on, every = 2*on, 3*on
	case s == trace.New:
		every = 4 * on
	case s == trace.Blocked:
		on, every = 2*on, 3*on
	case s == trace.Ready:
		on, every = x1-x0, x1-x0
	}
	p.fill(x0, x1, &p.looks[0])
	for x := x0; x < x1; x += every {
		p.fill(x, min(x+on, x1), ink)
	}
}

// teeth colours part of the rows with the teeth of a task that only spins.
func (p *spanPainter) teeth(x0, x1 int, c *ink) {
	on := max(2, p.shape.period/2)
	p.fill(x0, x1, &ink{low: c.low})
	for x := x0; x < x1; x += on + max(1, on/2) {
		p.fill(x, min(x+on, x1), c)
	}
}

// ink is the colour of a span in each of the three rows; 0 is none.
type ink struct{ tall, middle, low pixel }

func full(c pixel) ink { return ink{c, c, c} }

// mix makes the inks of what there is to show.
func (p *spanPainter) mix() {
	k := &p.ink
	p.looks = [16]ink{
		trace.Ready:       {low: k.states[trace.Ready]},
		trace.Ready | 8:   full(k.change),
		trace.Running:     full(k.states[trace.Running]),
		trace.Running | 8: full(k.states[trace.Running]), // spinning
		trace.Blocked:     {middle: k.states[trace.Blocked], low: k.states[trace.Blocked]},
		trace.Stopped:     {low: k.states[trace.Stopped]},
		trace.Zombie:      {low: k.states[trace.Zombie]},
		trace.New:         {low: k.states[trace.New]},
		8:                 {k.states[trace.Running], k.states[trace.Running], k.inside}, // it copies
	}
	for _, s := range []trace.State{trace.Ready, trace.Blocked} {
		p.rails[s] = ink{middle: k.states[s]}
	}
	for i := range p.runs {
		p.runs[i] = full(k.processes[i])
	}
}

func sized(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// mostRows is how many registers stand below each other.
const mostRows = 3

type switchingRenderer struct {
	s       *Switching
	cards   [3]canvas.Rectangle
	strips  [3]canvas.Rectangle
	texts   fyne.Container
	arrows  [3]*arrowShape // save, choose, load
	flying  fyne.Container
	objects []fyne.CanvasObject

	size   fyne.Size
	n      int // texts written
	areas  [3]area
	choice area      // where one asks why
	values [3][]spot // where they stand
}

// arrowShape is a straight arrow.
type arrowShape struct {
	line canvas.Line
	head canvas.ArbitraryPolygon
}

func newSwitchingRenderer(s *Switching) *switchingRenderer {
	r := &switchingRenderer{s: s}
	for i := range r.cards {
		r.objects = append(r.objects, &r.cards[i], &r.strips[i])
	}
	for i := range r.arrows {
		a := &arrowShape{}
		a.head.Points = make([]fyne.Position, 3)
		r.arrows[i] = a
		r.objects = append(r.objects, &a.line, &a.head)
	}
	r.objects = append(r.objects, &r.texts, &r.flying)
	return r
}

func (r *switchingRenderer) Destroy()                     {}
func (r *switchingRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *switchingRenderer) em() float32                  { return r.s.Theme().Size(theme.SizeNameText) }
func (r *switchingRenderer) pitch() float32               { return lineHeight(r.em()) + 0.1*r.em() }
func (r *switchingRenderer) pad() float32                 { return 0.45 * r.em() }

func (r *switchingRenderer) MinSize() fyne.Size {
	return fyne.NewSize(30*r.em(), (1+mostRows)*r.pitch()+2*r.pad()+0.6*r.em())
}

func (r *switchingRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

// text writes a text with its middle at a height.
func (r *switchingRenderer) text(said string, at spot, room float32, size float32, style fyne.TextStyle, c color.Color) (width float32) {
	t := pooled(&r.texts, r.n, newText)
	r.n++
	if t.TextStyle != style {
		t.TextStyle = style
		t.Refresh()
	}
	write(t, fit(said, size, style, room), size, c)
	least := t.MinSize()
	t.Resize(least)
	t.Move(fyne.NewPos(at.X, at.Y-least.Height/2))
	return least.Width
}

func (r *switchingRenderer) Refresh() {
	em := r.em()
	r.n = 0
	lane := min(max(8.5*em, 0.13*r.size.Width), 12*em)
	for i := range r.s.boxes {
		if len(r.s.boxes[i].rows) > 2*mostRows { // they need the room
			lane = min(lane, 7*em)
		}
	}
	wide := (r.size.Width - 2*lane) / 3
	for i := range r.areas {
		r.areas[i] = area{float32(i) * (wide + lane), 0.6 * em, wide, r.size.Height - 0.6*em}
		r.box(i)
	}
	r.lanes(lane)
	hideFrom(&r.texts, r.n)
	r.fly()
}

// box draws a box with its title and registers.
func (r *switchingRenderer) box(i int) {
	b, a, em := &r.s.boxes[i], r.areas[i], r.em()
	w := r.s
	line := w.Theme().Size(SizeLine)
	edge, width := themed(w, ColorCardBorder), line/2
	switch {
	case b.lit:
		edge, width = themed(w, ColorSwitch), 1.5*line
	case i == boxCPU:
		edge, width = themed(w, ColorTrack), line
	}
	card := &r.cards[i]
	border(card, themed(w, ColorToken), edge, width, 0.6*em)
	card.Move(fyne.NewPos(a.X, a.Y))
	card.Resize(fyne.NewSize(a.W, a.H))

	strip := &r.strips[i]
	show(strip, b.hue >= 0)
	if b.hue >= 0 {
		recolor(strip, themed(w, Hue(b.hue)))
		strip.CornerRadius = 0.15 * em
		strip.Move(fyne.NewPos(a.X+0.5*em, a.Y+r.pad()+0.1*em))
		strip.Resize(fyne.NewSize(0.35*em, r.pitch()-0.2*em))
	}
	x, y := a.X+1.2*em, a.Y+r.pad()+r.pitch()/2
	x += r.text(b.title, spot{x, y}, a.right()-x-0.5*em, em, bold, themed(w, ColorText)) + 0.6*em
	r.text(b.says, spot{x, y}, a.right()-x-0.5*em, 0.9*em, plain, themed(w, ColorMuted))
	r.rows(i, y)
}

// rows writes the registers of a box below its title, in as many columns as it takes.
func (r *switchingRenderer) rows(i int, y float32) {
	b, a, em := &r.s.boxes[i], r.areas[i], r.em()
	r.values[i] = r.values[i][:0]
	_, to := r.s.way()
	coming := r.s.moving && i == to // its values are still under way
	c := themed(r.s, ColorText)
	if b.faint {
		c = themed(r.s, ColorMuted)
	}
	columns := max((len(b.rows)+mostRows-1)/mostRows, 1)
	size := em
	if columns > 2 {
		size = 0.82 * em
	}
	x := a.X + 0.6*em
	for first := 0; first < len(b.rows); first += mostRows {
		part := b.rows[first:min(first+mostRows, len(b.rows))]
		names, values := float32(0), float32(0)
		for _, row := range part {
			names = max(names, fyne.MeasureText(row.name, size, mono).Width+0.45*size)
			values = max(values, fyne.MeasureText(row.value, size, mono).Width)
		}
		for k, row := range part {
			at := y + float32(k+1)*r.pitch()
			r.text(row.name, spot{x, at}, names, size, mono, themed(r.s, ColorMuted))
			style := mono
			style.Bold = b.lit
			r.values[i] = append(r.values[i], spot{x + names, at})
			if coming {
				continue
			}
			done := r.text(row.value, spot{x + names, at}, a.right()-x-names-0.15*em, size, style, c)
			if row.more != "" && columns == 1 { // else it would run into the next column
				from := x + names + done + 0.7*em
				r.text(row.more, spot{from, at}, a.right()-from-0.5*em, 0.9*size, styleFor(row.more), themed(r.s, ColorMuted))
			}
		}
		x += names + values + 0.9*size
	}
}

// lanes draws what happens between the boxes: the part there is is lit.
func (r *switchingRenderer) lanes(width float32) {
	em, w := r.em(), r.s
	say := w.words.say
	put := func(i int, part trace.Part, box int, row float32, left bool) {
		c, stroke, style := themed(w, ColorArrow), w.Theme().Size(SizeLine), plain
		ink := themed(w, ColorMuted)
		if lit := w.part == part; lit {
			c, stroke, style, ink = themed(w, ColorSwitch), 2*stroke, bold, themed(w, ColorText)
		}
		a := r.areas[box]
		from, to := spot{a.right() + 0.6*em, 0}, spot{a.right() + width - 0.6*em, 0}
		y := a.Y + r.pad() + (row+0.5)*r.pitch()
		label := string(rune('0'+part)) + "  " + say("switch."+part.String())
		wide := fyne.MeasureText(fit(label, em, style, width-0.4*em), em, style).Width
		r.text(label, spot{a.right() + (width-wide)/2, y}, width-0.4*em, em, style, ink)
		from.Y, to.Y = y+0.75*r.pitch(), y+0.75*r.pitch()
		if left {
			from, to = to, from
		}
		r.arrows[i].draw(from, to, stroke, c, em)
	}
	put(0, trace.SaveContext, boxLeaves, 0.9, true)
	put(1, trace.ChooseNext, boxCPU, 0, false)
	put(2, trace.LoadContext, boxCPU, 2, true)
	a := r.areas[boxCPU]
	r.choice = area{a.right(), a.Y, width, 2 * r.pitch()}
}

// draw places the arrow.
func (a *arrowShape) draw(from, to spot, stroke float32, c color.Color, em float32) {
	long, high := 0.7*em, 0.36*em
	neck := to.X - long
	if to.X < from.X {
		neck = to.X + long
	}
	a.line.Position1, a.line.Position2 = fyne.NewPos(from.X, from.Y), fyne.NewPos(neck, to.Y)
	a.line.StrokeColor, a.line.StrokeWidth = c, stroke
	a.line.Refresh()
	left := min(neck, to.X)
	a.head.Points[0] = fyne.NewPos(to.X-left, high)
	a.head.Points[1] = fyne.NewPos(neck-left, 0)
	a.head.Points[2] = fyne.NewPos(neck-left, 2*high)
	a.head.Move(fyne.NewPos(left, to.Y-high))
	a.head.Resize(fyne.NewSize(long, 2*high))
	a.head.FillColor = c
	a.head.Refresh()
}

// fly draws the values that are under way, on grounds of their own.
func (r *switchingRenderer) fly() {
	s, em := r.s, r.em()
	from, to := s.way()
	n := 0
	if s.moving && s.lasts > 0 {
		share := float32(s.gone) / float32(s.lasts)
		share = share * share * (3 - 2*share)
		for k := range min(len(r.values[from]), len(r.values[to])) {
			p, q := r.values[from][k], r.values[to][k]
			at := spot{between(p.X, q.X, share), between(p.Y, q.Y, share)}
			ground := pooled(&r.flying, 2*n, newGround)
			t := pooled(&r.flying, 2*n+1, newFlying)
			write(t, s.boxes[to].rows[k].value, em, themed(s, ColorText))
			least := t.MinSize()
			border(ground, themed(s, ColorCard), themed(s, ColorSwitch), s.Theme().Size(SizeLine), 0.3*em)
			ground.Resize(fyne.NewSize(least.Width+0.8*em, least.Height+0.1*em))
			ground.Move(fyne.NewPos(at.X-0.4*em, at.Y-least.Height/2-0.05*em))
			t.Resize(least)
			t.Move(fyne.NewPos(at.X, at.Y-least.Height/2))
			n++
		}
	}
	hideFrom(&r.flying, 2*n)
}

// What flies stands in one container, a ground and a text by turns.
func newGround() *canvas.Rectangle { return &canvas.Rectangle{} }

func newFlying() *canvas.Text {
	t := newText()
	t.TextStyle = fyne.TextStyle{Monospace: true, Bold: true}
	return t
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// stageView holds everything drawn on a stage, made when it is first needed and
// kept.
type stageView struct {
	style   *stageStyle
	objects []fyne.CanvasObject // layers, from the back

	arrowLayer, boxLayer, wordLayer, tokens, countLayer *fyne.Container

	boxes   [boxes]boxView
	arrows  [arrows]*arrowView
	lanes   []*arrowView
	detours []*arrowView   // of those under way where no arrow leads
	rules   []*canvas.Line // between rows
	words   []*canvas.Text // that change with the layout only
	cpus    []*cpuView
	places  []*placeView
	counts  []*countView // of what has no place
	note    []*canvas.Text

	used struct{ rules, words, counts int }

	idle, switching, free string
	cache                 string
	spins, writes, ends   string
	copies                string
	back                  [3]string // labels of the way back, by cause
	fits                  map[fitKey]string
}

type fitKey struct {
	text  string
	width int
	size  float32
	style fyne.TextStyle
}

// boxView draws a state: outline, square with its letter, title, count.
type boxView struct {
	outline canvas.Rectangle
	inner   canvas.Rectangle // of the stopped: the outline is double
	dashes  *dashed
	square  canvas.Rectangle
	letter  canvas.Text
	title   canvas.Text
	count   canvas.Text
}

// countView says how many more there are.
type countView struct {
	all  *fyne.Container
	back canvas.Rectangle
	text canvas.Text
}

func newStageView(style *stageStyle) *stageView {
	v := &stageView{style: style}
	layer := func() *fyne.Container {
		c := &fyne.Container{}
		v.objects = append(v.objects, c)
		return c
	}
	v.boxLayer, v.arrowLayer, v.wordLayer, v.countLayer, v.tokens = layer(), layer(), layer(), layer(), layer()
	for i := range v.boxes {
		b := &v.boxes[i]
		b.dashes = newDashed()
		b.letter.Alignment, b.letter.TextStyle = fyne.TextAlignCenter, bold
		b.title.TextStyle = bold
		v.boxLayer.Objects = append(v.boxLayer.Objects, &b.outline, &b.inner, b.dashes.Raster, &b.square, &b.letter, &b.title, &b.count)
	}
	for i := range v.arrows {
		v.arrows[i] = newArrowView(style)
		v.arrowLayer.Objects = append(v.arrowLayer.Objects, v.arrows[i].all)
	}
	return v
}

// fit returns as much of a text as fits into a width.
func (v *stageView) fit(text string, w, size float32, style fyne.TextStyle) string {
	return v.fitted(text, w, size, style, shorten)
}

func (v *stageView) fitted(text string, w, size float32, style fyne.TextStyle, by func(string, float32, func(string) float32) string) string {
	key := fitKey{text, int(w), size, style}
	if s, ok := v.fits[key]; ok {
		return s
	}
	if v.fits == nil || len(v.fits) > 4096 {
		v.fits = make(map[fitKey]string)
	}
	s := by(text, w, func(t string) float32 { return width(t, size, style) })
	v.fits[key] = s
	return s
}

// forget lets words be said anew.
func (v *stageView) forget() { v.fits = nil }

// word draws a text that changes only with the layout.
func (v *stageView) word(text string, a area, size float32, c color.Color, style fyne.TextStyle, align fyne.TextAlign) {
	if text == "" || a.empty() {
		return
	}
	if v.used.words == len(v.words) {
		t := &canvas.Text{}
		v.words = append(v.words, t)
		v.wordLayer.Objects = append(v.wordLayer.Objects, t)
	}
	t := v.words[v.used.words]
	v.used.words++
	t.Alignment, t.TextStyle = align, style
	setArea(t, a)
	t.Text, t.TextSize, t.Color = v.fit(text, a.W+1, size, style), size, c
	t.Refresh()
}

func (v *stageView) rule(from, to spot, c color.Color) {
	if v.used.rules == len(v.rules) {
		r := canvas.NewLine(color.Transparent)
		v.rules = append(v.rules, r)
		v.wordLayer.Objects = append(v.wordLayer.Objects, r)
	}
	r := v.rules[v.used.rules]
	v.used.rules++
	r.Position1, r.Position2 = fyne.NewPos(from.X, from.Y), fyne.NewPos(to.X, to.Y)
	r.StrokeColor, r.StrokeWidth = c, max(v.style.stroke/2, 1)
	r.Show()
	r.Refresh()
}

// count says that there are n more, in the place of a token.
func (v *stageView) count(text string, a area, chosen bool) {
	if v.used.counts == len(v.counts) {
		c := &countView{}
		c.text.Alignment, c.text.TextStyle = fyne.TextAlignCenter, bold
		c.all = &fyne.Container{Objects: []fyne.CanvasObject{&c.back, &c.text}}
		v.counts = append(v.counts, c)
		v.countLayer.Objects = append(v.countLayer.Objects, c.all)
	}
	c := v.counts[v.used.counts]
	v.used.counts++
	s := v.style
	stroke, width := s.track, max(s.stroke/2, 1)
	if chosen {
		stroke, width = s.accent, s.stroke
	}
	setArea(&c.back, a)
	setFill(&c.back, s.card, stroke, width, 0.45*s.unit)
	setArea(&c.text, a)
	size := s.small
	if len(text) > 3 && a.W < 4*s.unit {
		size *= 0.85
	}
	setText(&c.text, v.fit(text, a.W, size, bold), size, s.muted)
	setHidden(c.all, false)
}

func (v *stageView) hideUnused() {
	for _, t := range v.words[v.used.words:] {
		t.Hide()
	}
	for _, r := range v.rules[v.used.rules:] {
		r.Hide()
	}
}

// place puts a state's box and title where they belong.
func (b *boxView) place(f boxFrame, s *stageStyle, st trace.State, title string, outlined bool) {
	all := []fyne.CanvasObject{&b.outline, &b.inner, b.dashes.Raster, &b.square, &b.letter, &b.title, &b.count}
	if !f.Shown {
		for _, o := range all {
			o.Hide()
		}
		return
	}
	if outlined {
		b.dashes.Hide()
		setArea(&b.outline, f.Box)
		setFill(&b.outline, s.card, s.states[st], s.stroke, 0.75*s.unit)
		if b.inner.Hide(); st == trace.Stopped {
			in := 2 * s.stroke
			setArea(&b.inner, f.Box.inset(in, in))
			setFill(&b.inner, color.Transparent, s.states[st], s.stroke*0.75, 0.75*s.unit-in)
		}
	} else {
		b.outline.Hide()
		b.inner.Hide()
		b.dashes.show(f.Box, s.track, 0.75*s.unit, max(s.stroke*0.75, 1.5), 0.42*s.unit)
	}
	side := 1.2 * s.unit
	y := f.Title.center().Y
	square := area{f.Title.X, y - side/2, side, side}
	setArea(&b.square, square)
	setFill(&b.square, s.states[st], color.Transparent, 0, 0.25*s.unit)
	setArea(&b.letter, square)
	setText(&b.letter, s.letters[st], 0.88*s.unit, s.onState)
	x := square.right() + 0.5*s.unit
	w := width(title, s.title, bold)
	setArea(&b.title, area{x, f.Title.Y, w, f.Title.H})
	setText(&b.title, title, s.title, s.text)
	setArea(&b.count, area{x + w + 0.55*s.unit, f.Title.Y, max(f.Title.right()-x-w, 1), f.Title.H})
}

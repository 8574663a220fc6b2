package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// tokenLook is what a token shows.
type tokenLook struct {
	state     trace.State
	switching bool // on its way to a CPU
	selected  bool
	trouble   bool // marked as one that gets nowhere
	hue       int
	name      string
	second    string
}

// tokenView draws a task's token: outline and edge say its state, the strip its
// process, the text its name and what it is at. It is placed and moved as one.
type tokenView struct {
	all    *fyne.Container
	ring   canvas.Rectangle // of the selected
	body   canvas.Rectangle
	inner  canvas.Rectangle // of the stopped: the outline is double
	strip  canvas.Rectangle
	edge   *canvas.Raster // dashes of the new, hatching of the blocked
	name   canvas.Text
	second canvas.Text
	letter canvas.Text
	warn   *canvas.Raster // of one in trouble

	look  tokenLook
	size  fyne.Size
	style *stageStyle
	age   int // of the style it was drawn with
	pix   *image.RGBA
}

func newTokenView(style *stageStyle) *tokenView {
	t := &tokenView{style: style}
	t.edge = canvas.NewRaster(t.drawEdge)
	t.warn = canvas.NewRaster(t.drawWarning)
	t.name.Alignment = fyne.TextAlignCenter
	t.name.TextStyle.Bold = true
	t.second.Alignment = fyne.TextAlignCenter
	t.letter.Alignment = fyne.TextAlignTrailing
	t.letter.TextStyle.Bold = true
	t.all = &fyne.Container{Hidden: true, Objects: []fyne.CanvasObject{
		&t.ring, &t.body, &t.inner, t.edge, &t.strip, &t.name, &t.second, &t.letter, t.warn,
	}}
	return t
}

// stateColor is the colour of a token's outline.
func (l *tokenLook) stateColor(s *stageStyle) color.Color {
	if l.switching {
		return s.switching
	}
	return s.states[l.state]
}

// show sets what the token shows and how large it is.
func (t *tokenView) show(look tokenLook, a area) {
	size := fyne.NewSize(a.W, a.H)
	if t.look != look || t.age != t.style.age {
		old := t.look
		t.look = look
		t.dress(old)
		t.arrange(size)
	} else if t.size != size {
		t.arrange(size)
	}
	t.move(a)
}

func (t *tokenView) move(a area) {
	t.all.Move(fyne.NewPos(a.X, a.Y))
}

// dress sets colours and words.
func (t *tokenView) dress(old tokenLook) {
	s, l := t.style, &t.look
	restyled := t.age != s.age
	t.age = s.age
	hue := s.hues[((l.hue%Hues)+Hues)%Hues]
	c := l.stateColor(s)
	text, stroke := s.text, s.stroke*1.25
	fill := s.token
	switch l.state {
	case trace.Zombie:
		text, stroke, hue, fill = s.muted, 0, fade(hue, s.card), color.Transparent
	case trace.Terminated:
		text, stroke, hue = s.muted, s.stroke*0.75, fade(hue, s.card)
		c = fade(c, s.card)
	case trace.New:
		stroke = 0
	}
	radius := 0.45 * s.unit
	if restyled || old != *l {
		t.body.FillColor, t.body.StrokeColor, t.body.StrokeWidth, t.body.CornerRadius = fill, c, stroke, radius
		t.body.Refresh()
		t.inner.FillColor, t.inner.StrokeColor, t.inner.StrokeWidth = color.Transparent, c, s.stroke*0.75
		t.inner.CornerRadius = max(radius-2*s.stroke, 0)
		t.inner.Refresh()
		t.strip.FillColor = hue
		t.strip.TopLeftCornerRadius, t.strip.BottomLeftCornerRadius = radius, radius
		t.strip.Refresh()
	}
	if restyled || old.state != l.state {
		t.edge.Refresh()
	}
	setHidden(&t.ring, !l.selected)
	if l.selected && (restyled || !old.selected) {
		t.ring.FillColor, t.ring.StrokeColor, t.ring.StrokeWidth, t.ring.CornerRadius = color.Transparent, s.accent, s.stroke, radius+1.5*s.stroke
		t.ring.Refresh()
	}
	setText(&t.name, l.name, s.name, text)
	t.second.TextStyle.Monospace = ascii(l.second)
	setText(&t.second, l.second, s.small, s.muted)
	setHidden(t.warn, !l.trouble)
	if l.trouble && (restyled || !old.trouble) {
		t.warn.Refresh()
	}
	letter := s.letters[l.state]
	if l.switching {
		letter = s.switchLetter
	}
	setText(&t.letter, letter, s.corner, s.muted)
}

// arrange puts the parts where they belong in a token of a size.
func (t *tokenView) arrange(size fyne.Size) {
	t.size = size
	s, l := t.style, &t.look
	t.all.Resize(size)
	t.body.Resize(size)
	strip := 0.5 * s.unit
	t.strip.Resize(fyne.NewSize(strip, size.Height))
	out := 1.75 * s.stroke
	t.ring.Move(fyne.NewPos(-out, -out))
	t.ring.Resize(size.AddWidthHeight(2*out, 2*out))
	setHidden(&t.inner, l.state != trace.Stopped)
	if l.state == trace.Stopped {
		in := 2 * s.stroke
		t.inner.Move(fyne.NewPos(strip+0.5*s.stroke, in))
		t.inner.Resize(fyne.NewSize(size.Width-in-strip-0.5*s.stroke, size.Height-2*in))
	}
	if l.state == trace.New || l.state == trace.Blocked || l.state == trace.Zombie {
		if t.edge.Size() != size {
			t.edge.Resize(size)
		}
		t.edge.Show()
	} else {
		t.edge.Hide()
	}
	if side := 1.15 * s.unit; l.trouble { // on the corner, half outside
		t.warn.Move(fyne.NewPos(-0.35*side, -0.35*side))
		t.warn.Resize(fyne.NewSize(side, side))
	}
	inner := fyne.NewSize(size.Width-strip, size.Height)
	right := float32(0)
	if l.state == trace.Blocked {
		right = 0.45 * s.unit
	}
	two := l.second != "" && size.Height >= s.twoLines
	setHidden(&t.second, !two)
	setHidden(&t.letter, !two || !s.corners || t.crowded(inner.Width-right))
	y := float32(0)
	if two {
		nameH, secondH := s.line*s.name, s.line*s.small
		y = (size.Height - nameH - secondH) / 2
		t.second.Move(fyne.NewPos(strip, y+nameH-0.1*s.unit))
		t.second.Resize(fyne.NewSize(inner.Width-right, secondH))
		t.letter.Move(fyne.NewPos(strip, 0.12*s.unit))
		t.letter.Resize(fyne.NewSize(inner.Width-0.4*s.unit-right, s.line*s.corner))
		inner.Height = nameH
	}
	t.name.Move(fyne.NewPos(strip, y))
	t.name.Resize(fyne.NewSize(inner.Width-right, inner.Height))
}

// crowded reports whether the name leaves no room for the letter beside it.
func (t *tokenView) crowded(room float32) bool {
	s := t.style
	return width(t.look.name, s.name, bold)+2*(width("X", s.corner, bold)+0.4*s.unit) > room
}

// drawWarning paints the mark of one in trouble.
func (t *tokenView) drawWarning(w, h int) image.Image {
	p := spanPainter{img: image.NewRGBA(image.Rect(0, 0, w, h)), w: w}
	if t.style != nil && t.style.trouble != nil {
		p.ink.missed, p.ink.inside = toPixel(t.style.trouble), toPixel(t.style.card)
		p.warning(float64(w)/2, float64(h)/2, float64(min(w, h))*0.84)
	}
	return p.img
}

// drawEdge paints the dashes or the hatching.
func (t *tokenView) drawEdge(w, h int) image.Image {
	t.pix = blank(t.pix, w, h)
	if t.size.Width <= 0 || t.style == nil {
		return t.pix
	}
	s := t.style
	scale := float32(w) / t.size.Width
	c := toNRGBA(t.look.stateColor(s))
	switch t.look.state {
	case trace.New, trace.Zombie:
		drawDashes(t.pix, c, 0.45*s.unit*scale, s.stroke*scale, 0.42*s.unit*scale)
	case trace.Blocked:
		drawHatch(t.pix, c, 0.45*s.unit*scale, s.stroke*scale, 0.62*s.unit*scale)
	}
	return t.pix
}

package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Button is a button as a card is a ground: white, with a thin edge. The tab key
// reaches it, a click doesn't make it keep the keyboard.
type Button struct {
	widget.DisableableWidget

	OnTapped func()
	// OnKey gets the keys a focused button has no use for.
	OnKey func(*fyne.KeyEvent)
	// OnRune gets the characters typed while it has the focus.
	OnRune func(rune)
	// OnHover is told when the pointer comes and goes.
	OnHover func(*Button, bool)
	// Name says what it does to those who don't see its glyph.
	Name string
	// Least is how wide it is at least, as a multiple of the size of text, so
	// that it keeps its width when its text changes.
	Least float32
	// Most is how wide its text is at most, as a multiple of the size of text; the
	// rest is cut off. 0 sets no limit.
	Most float32

	text    string
	glyph   Glyph
	after   bool // the glyph comes after the text
	primary bool
	hovered bool
	focused bool
}

var (
	_ fyne.Focusable    = (*Button)(nil)
	_ fyne.Tappable     = (*Button)(nil)
	_ desktop.Hoverable = (*Button)(nil)
)

// NewButton makes a button. A primary one is filled: there is one of them in a
// place at most.
func NewButton(text string, primary bool, tapped func()) *Button {
	b := &Button{text: text, primary: primary, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// SetText changes what it says.
func (b *Button) SetText(text string) {
	if b.text != text {
		b.text = text
		b.Refresh()
	}
}

// Text returns what it says.
func (b *Button) Text() string { return b.text }

// SetGlyph changes its sign, which stands before the text or after it.
func (b *Button) SetGlyph(g Glyph, after bool) {
	if b.glyph != g || b.after != after {
		b.glyph, b.after = g, after
		b.Refresh()
	}
}

// Tapped does what the button is for.
func (b *Button) Tapped(*fyne.PointEvent) {
	if b.OnTapped != nil && !b.Disabled() {
		b.OnTapped()
	}
}

// TypedKey presses it with space or return.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		if b.OnKey != nil {
			b.OnKey(e)
		}
	}
}

// TypedRune hands characters on.
func (b *Button) TypedRune(r rune) {
	if b.OnRune != nil {
		b.OnRune(r)
	}
}

// FocusGained shows that keys go to it.
func (b *Button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost shows that they don't any more.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// MouseIn shows that it can be pressed.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hover(true) }

func (b *Button) hover(in bool) {
	b.hovered = in
	b.Refresh()
	if b.OnHover != nil {
		b.OnHover(b, in)
	}
}

// MouseMoved is for Fyne.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes that back.
func (b *Button) MouseOut() { b.hover(false) }

// AccessibilityLabel says what it does.
func (b *Button) AccessibilityLabel() string {
	if b.Name != "" {
		return b.Name
	}
	return b.text
}

// CreateRenderer is for Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &buttonRenderer{b: b}
	r.label.TextStyle.Bold = b.primary
	r.objects = append([]fyne.CanvasObject{&r.ground, &r.over, &r.label}, r.sign.objects()...)
	r.Refresh()
	return r
}

type buttonRenderer struct {
	b       *Button
	ground  canvas.Rectangle
	over    canvas.Rectangle // hover
	label   canvas.Text
	sign    glyphShape
	objects []fyne.CanvasObject
}

func (r *buttonRenderer) Destroy()                     {}
func (r *buttonRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (b *Button) measure(said string, most float32) (em, sign, gap, text float32) {
	em = b.Theme().Size(theme.SizeNameText)
	if b.glyph != NoGlyph {
		sign = em * 0.72
	}
	if said != "" {
		text = fyne.MeasureText(said, em, fyne.TextStyle{Bold: b.primary}).Width
		if most > 0 {
			text = min(text, most*em)
		}
		if sign > 0 {
			gap = em * 0.45
		}
	}
	return em, sign, gap, text
}

// WidthFor returns how wide it would be with another text, cut off at most.
func (b *Button) WidthFor(text string, most float32) float32 {
	em, sign, gap, wide := b.measure(text, most)
	return max(sign+gap+wide+em*1.7, em*b.Least)
}

func (r *buttonRenderer) MinSize() fyne.Size {
	em := r.b.Theme().Size(theme.SizeNameText)
	return fyne.NewSize(r.b.WidthFor(r.b.text, r.b.Most), buttonHeight(em))
}

func buttonHeight(em float32) float32 { return lineHeight(em) + em*0.9 }

func (r *buttonRenderer) Layout(size fyne.Size) {
	em, sign, gap, text := r.b.measure(r.b.text, r.b.Most)
	r.ground.Resize(size)
	r.over.Resize(size)
	x := (size.Width - sign - gap - text) / 2
	color := r.label.Color
	signX, textX := x, x+sign+gap
	if r.b.after {
		signX, textX = x+text+gap, x
	}
	r.sign.place(r.b.glyph, fyne.NewPos(signX, (size.Height-em*0.72)/2), em*0.72, color)
	high := r.label.MinSize().Height
	r.label.Move(fyne.NewPos(textX, (size.Height-high)/2))
	r.label.Resize(fyne.NewSize(text, high))
}

func (r *buttonRenderer) Refresh() {
	b, th := r.b, r.b.Theme()
	fill, edge, text := ColorCard, ColorCardBorder, ColorText
	if b.primary {
		fill, edge, text = ColorAccent, ColorAccent, ColorOnAccent
	}
	if b.Disabled() {
		text = theme.ColorNameDisabled
	}
	width := th.Size(theme.SizeNameInputBorder)
	if b.focused {
		edge, width = ColorAccent, width*2
		if b.primary {
			edge = ColorText
		}
	}
	radius := th.Size(theme.SizeNameButtonRadius)
	border(&r.ground, themed(b, fill), themed(b, edge), width, radius)
	r.over.CornerRadius = radius
	recolor(&r.over, themed(b, theme.ColorNameHover))
	show(&r.over, b.hovered && !b.Disabled())
	em, said := th.Size(theme.SizeNameText), b.text
	if b.Most > 0 {
		said = fit(said, em, r.label.TextStyle, b.Most*em)
	}
	write(&r.label, said, em, themed(b, text))
	r.Layout(b.Size())
}

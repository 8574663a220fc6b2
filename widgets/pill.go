package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Pill is a button as the top bar has them: an outlined rounded rectangle with
// a short text, filled with the accent colour if it is the one to press, with a
// small triangle if it opens a choice.
type Pill struct {
	widget.BaseWidget
	Text    string
	Accent  bool // filled
	Choice  bool // opens a choice
	MaxText float32
	// OnTapped is called when it is pressed with the mouse, or with Enter or
	// Space while it has the focus.
	OnTapped func()
	// OnKey gets the keys it has no use for itself while it has the focus.
	OnKey func(*fyne.KeyEvent)
	// OnRune gets the characters typed while it has the focus.
	OnRune func(rune)

	hovered, focused, disabled bool
}

var (
	_ fyne.Tappable     = (*Pill)(nil)
	_ fyne.Focusable    = (*Pill)(nil)
	_ fyne.Disableable  = (*Pill)(nil)
	_ desktop.Hoverable = (*Pill)(nil)
)

// NewPill returns a pill with a text that does something when pressed.
func NewPill(text string, tapped func()) *Pill {
	p := &Pill{Text: text, OnTapped: tapped}
	p.ExtendBaseWidget(p)
	return p
}

// SetText changes the text.
func (p *Pill) SetText(text string) {
	if p.Text == text {
		return
	}
	p.Text = text
	p.Refresh()
}

// Tapped presses it.
func (p *Pill) Tapped(*fyne.PointEvent) {
	if p.OnTapped != nil && !p.disabled {
		p.OnTapped()
	}
}

// MouseIn, MouseMoved and MouseOut follow the pointer.
func (p *Pill) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved does nothing.
func (p *Pill) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends what MouseIn began.
func (p *Pill) MouseOut() { p.hovered = false; p.Refresh() }

// FocusGained shows the focus ring.
func (p *Pill) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost hides it.
func (p *Pill) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune hands characters on.
func (p *Pill) TypedRune(r rune) {
	if p.OnRune != nil {
		p.OnRune(r)
	}
}

// TypedKey presses the pill with Enter or Space and hands other keys on.
func (p *Pill) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.Tapped(nil)
	default:
		if p.OnKey != nil {
			p.OnKey(e)
		}
	}
}

// Enable lets it be pressed.
func (p *Pill) Enable() { p.disabled = false; p.Refresh() }

// Disable greys it out.
func (p *Pill) Disable() { p.disabled = true; p.Refresh() }

// Disabled reports whether it can't be pressed.
func (p *Pill) Disabled() bool { return p.disabled }

// CreateRenderer draws it.
func (p *Pill) CreateRenderer() fyne.WidgetRenderer {
	r := &pillRenderer{pill: p, mark: canvas.NewArbitraryPolygon([]fyne.Position{{}, {X: 1}, {X: 0.5, Y: 1}}, color.Transparent)}
	r.mark.NormalizedPoints = true
	r.text.TextStyle.Bold = p.Accent
	r.objects = []fyne.CanvasObject{&r.box, &r.text, r.mark}
	r.Refresh()
	return r
}

type pillRenderer struct {
	pill    *Pill
	box     canvas.Rectangle
	text    canvas.Text
	mark    *canvas.ArbitraryPolygon
	objects []fyne.CanvasObject
}

const (
	pillMark = 9 // width of the triangle at scale 1
)

func (r *pillRenderer) markSize() float32 {
	if !r.pill.Choice {
		return 0
	}
	return pillMark * r.pill.scale()
}

// scale returns the theme's, measured by its text.
func (p *Pill) scale() float32 { return p.Theme().Size(theme.SizeNameText) / 14 }

func (r *pillRenderer) MinSize() fyne.Size {
	pad := 12 * r.pill.scale()
	text := fyne.MeasureText(r.pill.Text, r.text.TextSize, r.text.TextStyle)
	if r.pill.MaxText > 0 {
		text.Width = min(text.Width, r.pill.MaxText*r.pill.scale())
	}
	width := text.Width + 2*pad
	if m := r.markSize(); m > 0 {
		width += m + pad/2
	}
	return fyne.NewSize(width, text.Height+pad)
}

func (r *pillRenderer) Layout(size fyne.Size) {
	pad := 12 * r.pill.scale()
	r.box.Resize(size)
	mark := r.markSize()
	room := size.Width - 2*pad
	if mark > 0 {
		room -= mark + pad/2
		r.mark.Resize(fyne.NewSize(mark, mark*0.6))
		r.mark.Move(fyne.NewPos(size.Width-pad-mark, (size.Height-mark*0.6)/2))
	}
	r.text.Text = Ellipsize(r.pill.Text, room, r.text.TextSize, r.text.TextStyle)
	text := r.text.MinSize()
	left := pad
	if mark == 0 {
		left = (size.Width - text.Width) / 2
	}
	r.text.Move(fyne.NewPos(left, (size.Height-text.Height)/2))
	r.text.Resize(text)
}

func (r *pillRenderer) Refresh() {
	p := r.pill
	th := p.Theme()
	look := func(name fyne.ThemeColorName) color.Color {
		return th.Color(name, fyne.CurrentApp().Settings().ThemeVariant())
	}
	fill, border, text := ColorCard, ColorCardBorder, ColorText
	if p.Accent {
		fill, border, text = ColorAccent, ColorAccent, ColorOnAccent
	}
	if p.disabled {
		text = theme.ColorNameDisabled
	}
	r.box.FillColor, r.box.StrokeColor, r.box.StrokeWidth = look(fill), look(border), 1
	if p.hovered && !p.disabled {
		r.box.StrokeColor = look(ColorMuted)
		if p.Accent {
			r.box.StrokeColor = look(ColorText)
		}
	}
	if p.focused {
		r.box.StrokeColor, r.box.StrokeWidth = look(ColorAccent), 2
		if p.Accent {
			r.box.StrokeColor = look(ColorText)
		}
	}
	r.box.CornerRadius = th.Size(theme.SizeNameButtonRadius)
	r.text.Color = look(text)
	r.text.TextSize = th.Size(theme.SizeNameText)
	r.mark.FillColor = look(text)
	r.mark.Hidden = !p.Choice
	r.Layout(p.Size())
	for _, o := range r.objects {
		o.Refresh()
	}
}

func (r *pillRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *pillRenderer) Destroy()                     {}

// Ellipsize returns text, cut with "…" so that it is no wider than width.
func Ellipsize(text string, width, size float32, style fyne.TextStyle) string {
	if fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes)
	for low < high {
		middle := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:middle])+"…", size, style).Width <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	if low == 0 {
		return ""
	}
	return string(runes[:low]) + "…"
}

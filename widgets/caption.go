package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Caption is a card with a sentence that a whole room is to read, and under it
// what belongs to it: the answers to choose from, a reason.
type Caption struct {
	widget.BaseWidget
	headline, detail string
	lines            int // of the headline, at the width it has
}

const captionLines = 3 // a headline has at most

// NewCaption makes an empty caption.
func NewCaption() *Caption {
	c := &Caption{lines: 1}
	c.ExtendBaseWidget(c)
	return c
}

// SetText changes what it says; the detail may be empty.
func (c *Caption) SetText(headline, detail string) {
	if c.headline == headline && c.detail == detail {
		return
	}
	c.headline, c.detail = headline, detail
	c.lines = len(c.wrapped(c.Size().Width))
	c.Refresh()
}

// Text returns what it says.
func (c *Caption) Text() (headline, detail string) { return c.headline, c.detail }

func (c *Caption) em() float32  { return c.Theme().Size(theme.SizeNameText) }
func (c *Caption) big() float32 { return c.em() * 1.15 }
func (c *Caption) pad() float32 { return c.em() * 1.1 }

func (c *Caption) wrapped(width float32) []string {
	if width <= 0 {
		return []string{c.headline}
	}
	return wrap(c.headline, c.big(), bold, width-2*c.pad(), captionLines)
}

// Describe says what it says.
func (c *Caption) Describe() string {
	if c.detail == "" {
		return c.headline
	}
	return c.headline + "\n" + c.detail
}

// CreateRenderer is for Fyne.
func (c *Caption) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &captionRenderer{c: c}
	r.objects = []fyne.CanvasObject{&r.ground, &r.lines[0], &r.lines[1], &r.lines[2], &r.detail}
	return r
}

type captionRenderer struct {
	c       *Caption
	ground  canvas.Rectangle
	lines   [captionLines]canvas.Text
	detail  canvas.Text
	objects []fyne.CanvasObject
	size    fyne.Size
}

func (r *captionRenderer) Destroy()                     {}
func (r *captionRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *captionRenderer) MinSize() fyne.Size {
	c := r.c
	high := float32(max(c.lines, 1)) * lineHeight(c.big())
	if c.detail != "" {
		high += lineHeight(c.em())
	}
	return fyne.NewSize(c.em()*20, high+c.pad()*1.2)
}

func (r *captionRenderer) Layout(size fyne.Size) {
	r.size = size
	r.c.lines = max(len(r.c.wrapped(size.Width)), 1)
	r.Refresh()
}

func (r *captionRenderer) Refresh() {
	c, th := r.c, r.c.Theme()
	r.ground.Resize(r.size)
	border(&r.ground, themed(c, ColorCard), themed(c, ColorAccent), th.Size(SizeLine), th.Size(theme.SizeNameCardRadius))
	lines := c.wrapped(r.size.Width)
	high := float32(len(lines)) * lineHeight(c.big())
	detail := fit(c.detail, c.em(), styleFor(c.detail), r.size.Width-2*c.pad())
	if detail != "" {
		high += lineHeight(c.em())
	}
	y := (r.size.Height - high) / 2
	for i := range r.lines {
		text := &r.lines[i]
		show(text, i < len(lines))
		if i < len(lines) {
			text.TextStyle = bold
			write(text, lines[i], c.big(), themed(c, ColorText))
			r.put(text, y, lineHeight(c.big()))
			y += lineHeight(c.big())
		}
	}
	show(&r.detail, detail != "")
	if r.detail.TextStyle != styleFor(detail) {
		r.detail.TextStyle = styleFor(detail)
		r.detail.Refresh()
	}
	write(&r.detail, detail, c.em(), themed(c, ColorMuted))
	r.put(&r.detail, y, lineHeight(c.em()))
}

func (r *captionRenderer) put(t *canvas.Text, y, high float32) {
	size := t.MinSize()
	t.Resize(size)
	t.Move(fyne.NewPos(r.c.pad(), y+(high-size.Height)/2))
}

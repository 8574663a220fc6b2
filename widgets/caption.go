package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Caption is a card with a sentence that a whole room is to read, and under it
// what belongs to it: the answers to choose from, a reason. It keeps the height
// of the longest of the texts it is told of, so that what is around it stands
// still while they come and go.
type Caption struct {
	widget.BaseWidget
	headline, detail string
	texts            []string
	width            float32 // that high was found for
	textSize         float32 // and the size of text
	high             int     // lines of the longest text
}

// The lines a headline has at most, those it has in small type within the room that
// is kept, and those in large type that room is kept for. What needs more, such as
// what a lesson is about, takes room from what is around it.
const (
	captionLines = 6
	captionSmall = 3
	captionKept  = 2
	detailLines  = 2
)

// NewCaption makes an empty caption.
func NewCaption() *Caption {
	c := &Caption{}
	c.ExtendBaseWidget(c)
	return c
}

// SetText changes what it says; the detail may be empty.
func (c *Caption) SetText(headline, detail string) {
	if c.headline == headline && c.detail == detail {
		return
	}
	c.headline, c.detail = headline, detail
	c.Refresh()
}

// SetTexts tells it all it is going to say.
func (c *Caption) SetTexts(texts []string) {
	c.texts, c.width = texts, 0
	c.Refresh()
}

// Text returns what it says.
func (c *Caption) Text() (headline, detail string) { return c.headline, c.detail }

// HeightFor returns how high it is at a width, whatever it says.
func (c *Caption) HeightFor(width float32) float32 {
	if em := c.em(); c.width != width || c.textSize != em {
		c.width, c.textSize, c.high = width, em, 1
		for _, t := range c.texts {
			c.high = max(c.high, len(wrap(t, c.big(), bold, width-2*c.pad(), captionKept)))
		}
	}
	return c.edge() + max(float32(c.high)*lineHeight(c.big()), c.needs(width))
}

// needs is how high its text is. What it says of captions has the room that is
// kept for them; a question with its answers may take more.
func (c *Caption) needs(width float32) float32 {
	lines, size := c.wrapped(width)
	high := float32(len(lines)) * lineHeight(size)
	if c.detail == "" && size < c.em() {
		return min(high, captionKept*lineHeight(c.big()))
	}
	return high + float32(len(c.details(width)))*lineHeight(c.em())
}

// details returns the lines of the detail. Answers to choose from are one line.
func (c *Caption) details(width float32) []string {
	if c.detail == "" || width <= 0 {
		return nil
	}
	return wrap(c.detail, c.em(), styleFor(c.detail), width-2*c.pad(), detailLines)
}

func (c *Caption) em() float32   { return c.Theme().Size(theme.SizeNameText) }
func (c *Caption) big() float32  { return c.em() * 1.15 }
func (c *Caption) pad() float32  { return c.em() * 1.1 }
func (c *Caption) edge() float32 { return c.em() * 1.2 }

// wrapped returns the lines of the headline and the size of their type: large,
// or smaller if the text is too long for the room that is kept.
func (c *Caption) wrapped(width float32) ([]string, float32) {
	room := width - 2*c.pad()
	const kept = captionKept
	if width <= 0 || c.headline == "" {
		return []string{c.headline}, c.big()
	}
	if lines := wrap(c.headline, c.big(), bold, room, kept+1); len(lines) <= kept {
		return lines, c.big()
	}
	size := c.em()
	if lines := wrap(c.headline, size, bold, room, kept+1); len(lines) <= kept {
		return lines, size
	}
	small := size * 0.86
	th, ours := c.Theme().(*Theme)
	distant := ours && th.Projection() // nothing is smaller there than the last row can read
	if lines := wrap(c.headline, small, bold, room, captionSmall+1); len(lines) <= captionSmall && !distant {
		return lines, small
	}
	return wrap(c.headline, size, bold, room, captionLines), size
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
	r.objects = []fyne.CanvasObject{&r.ground}
	for i := range r.lines {
		r.objects = append(r.objects, &r.lines[i])
	}
	for i := range r.details {
		r.objects = append(r.objects, &r.details[i])
	}
	return r
}

type captionRenderer struct {
	c       *Caption
	ground  canvas.Rectangle
	lines   [captionLines]canvas.Text
	details [detailLines]canvas.Text
	objects []fyne.CanvasObject
	size    fyne.Size
}

func (r *captionRenderer) Destroy()                     {}
func (r *captionRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *captionRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.c.em()*20, r.c.HeightFor(r.c.Size().Width))
}

func (r *captionRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

func (r *captionRenderer) Refresh() {
	c, th := r.c, r.c.Theme()
	r.ground.Resize(r.size)
	border(&r.ground, themed(c, ColorCard), themed(c, ColorAccent), th.Size(SizeLine), th.Size(theme.SizeNameCardRadius))
	lines, size := c.wrapped(r.size.Width)
	line := lineHeight(size)
	high := float32(len(lines)) * line
	details := c.details(r.size.Width)
	high += float32(len(details)) * lineHeight(c.em())
	y := (r.size.Height - high) / 2
	for i := range r.lines {
		text := &r.lines[i]
		show(text, i < len(lines))
		if i < len(lines) {
			text.TextStyle = bold
			write(text, lines[i], size, themed(c, ColorText))
			r.put(text, y, line)
			y += line
		}
	}
	style := styleFor(c.detail)
	for i := range r.details {
		text := &r.details[i]
		show(text, i < len(details))
		if i < len(details) {
			if text.TextStyle != style {
				text.TextStyle = style
				text.Refresh()
			}
			write(text, details[i], c.em(), themed(c, ColorMuted))
			r.put(text, y, lineHeight(c.em()))
			y += lineHeight(c.em())
		}
	}
}

func (r *captionRenderer) put(t *canvas.Text, y, high float32) {
	size := t.MinSize()
	t.Resize(size)
	t.Move(fyne.NewPos(r.c.pad(), y+(high-size.Height)/2))
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Card is the rounded ground a pane lies on.
type Card struct {
	widget.BaseWidget
	// Content lies on the card, as far from its edge as the theme says.
	Content fyne.CanvasObject
	// Pad is how far, as a part of the size of text; 0 is the usual.
	Pad float32
}

const cardPad = 0.9 // of the size of text

// NewCard puts something on a card.
func NewCard(content fyne.CanvasObject) *Card {
	c := &Card{Content: content}
	c.ExtendBaseWidget(c)
	return c
}

// SetContent puts something else on the card.
func (c *Card) SetContent(content fyne.CanvasObject) {
	c.Content = content
	c.Refresh()
}

func (c *Card) pad() float32 {
	share := c.Pad
	if share == 0 {
		share = cardPad
	}
	return c.Theme().Size(theme.SizeNameText) * share
}

// CreateRenderer is for Fyne.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &cardRenderer{card: c}
	r.look()
	return r
}

type cardRenderer struct {
	card    *Card
	ground  canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *cardRenderer) Destroy()                     {}
func (r *cardRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *cardRenderer) MinSize() fyne.Size {
	pad := 2 * r.card.pad()
	size := fyne.NewSize(pad, pad)
	if o := r.card.Content; o != nil && o.Visible() {
		size = size.Add(o.MinSize())
	}
	return size
}

func (r *cardRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	if o := r.card.Content; o != nil {
		pad := r.card.pad()
		o.Move(fyne.NewPos(pad, pad))
		o.Resize(fyne.NewSize(max(size.Width-2*pad, 0), max(size.Height-2*pad, 0)))
	}
}

func (r *cardRenderer) look() {
	c := r.card
	r.objects = append(r.objects[:0], &r.ground)
	if c.Content != nil {
		r.objects = append(r.objects, c.Content)
	}
	th := c.Theme()
	border(&r.ground, themed(c, ColorCard), themed(c, ColorCardBorder), th.Size(theme.SizeNameInputBorder), th.Size(theme.SizeNameCardRadius))
}

func (r *cardRenderer) Refresh() {
	r.look()
	r.Layout(r.card.Size())
}

// themed looks a colour up in the theme a widget is shown in.
func themed(w interface{ Theme() fyne.Theme }, name fyne.ThemeColorName) color.Color {
	return w.Theme().Color(name, fyne.CurrentApp().Settings().ThemeVariant())
}

// border makes a rectangle look like a card's ground.
func border(r *canvas.Rectangle, fill, edge color.Color, width, radius float32) {
	if r.FillColor != fill || r.StrokeColor != edge || r.StrokeWidth != width || r.CornerRadius != radius {
		r.FillColor, r.StrokeColor, r.StrokeWidth, r.CornerRadius = fill, edge, width, radius
		r.Refresh()
	}
}

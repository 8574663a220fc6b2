package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Tip is a small card with a few words about what is under the pointer.
type Tip struct {
	widget.BaseWidget
	text string
}

// NewTip makes a tip that isn't shown yet.
func NewTip() *Tip {
	t := &Tip{}
	t.ExtendBaseWidget(t)
	t.Hide()
	return t
}

// Say shows a text below something, inside a window of that width.
func (t *Tip) Say(text string, below fyne.Position, wide float32) {
	t.text = text
	t.Refresh()
	size := t.MinSize()
	t.Resize(size)
	t.Move(fyne.NewPos(max(min(below.X, wide-size.Width-4), 4), below.Y))
	t.Show()
}

// CreateRenderer is for Fyne.
func (t *Tip) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &tipRenderer{t: t}
	r.objects = []fyne.CanvasObject{&r.ground, &r.label}
	r.Refresh()
	return r
}

type tipRenderer struct {
	t       *Tip
	ground  canvas.Rectangle
	label   canvas.Text
	objects []fyne.CanvasObject
}

func (r *tipRenderer) Destroy()                     {}
func (r *tipRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *tipRenderer) size() float32 { return r.t.Theme().Size(theme.SizeNameText) * 0.93 }

func (r *tipRenderer) MinSize() fyne.Size {
	s := r.size()
	return fyne.MeasureText(r.t.text, s, plain).AddWidthHeight(s*1.2, s*0.6)
}

func (r *tipRenderer) Layout(size fyne.Size) {
	s := r.size()
	r.ground.Resize(size)
	r.label.Move(fyne.NewPos(s*0.6, s*0.3))
	r.label.Resize(r.label.MinSize())
}

func (r *tipRenderer) Refresh() {
	s := r.size()
	border(&r.ground, themed(r.t, ColorText), themed(r.t, ColorText), 0, s*0.35)
	write(&r.label, r.t.text, s, themed(r.t, ColorCard))
	r.Layout(r.t.Size())
}

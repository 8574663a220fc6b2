package widgets

import (
	"image"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// BarGroup is a heading and the bars below it, which are drawn to one scale.
type BarGroup struct {
	Title string
	Bars  []Bar
}

// Bar is a figure, or several one after the other, drawn as a length.
type Bar struct {
	Label string
	Hue   int // of the strip beside the label; -1 = none
	Parts []BarPart
	Text  string // the figure in words, at the bar's end
	Mark  bool   // stands out: the best of its group
}

// BarPart is part of a bar, drawn as that state is on a timeline.
type BarPart struct {
	Value float64
	State trace.State
}

// Bars shows figures as lengths: high what ran, thin what was ready, hatched what
// was blocked, so that it can be told apart without its colour.
type Bars struct {
	widget.BaseWidget
	groups []BarGroup
}

// NewBars makes an empty one.
func NewBars() *Bars {
	b := &Bars{}
	b.ExtendBaseWidget(b)
	return b
}

// SetGroups shows figures.
func (b *Bars) SetGroups(groups []BarGroup) {
	b.groups = groups
	b.Refresh()
}

// Describe says in words what is shown.
func (b *Bars) Describe() string {
	var lines []string
	for _, g := range b.groups {
		lines = append(lines, g.Title)
		for _, bar := range g.Bars {
			lines = append(lines, bar.Label+": "+bar.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// CreateRenderer is for Fyne.
func (b *Bars) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &barsRenderer{b: b}
	r.raster = canvas.NewRaster(r.paint)
	r.raster.ScaleMode = canvas.ImageScalePixels
	r.objects = []fyne.CanvasObject{&r.strips, r.raster, &r.texts}
	return r
}

type barsRenderer struct {
	b             *Bars
	strips, texts fyne.Container
	raster        *canvas.Raster
	objects       []fyne.CanvasObject
	size          fyne.Size
	left, wide    float32 // where bars begin, and how long the longest is
}

func (r *barsRenderer) Destroy()                     {}
func (r *barsRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *barsRenderer) em() float32                  { return r.b.Theme().Size(theme.SizeNameText) }
func (r *barsRenderer) pitch() float32               { return lineHeight(r.em()) + r.em()*0.35 }
func (r *barsRenderer) head() float32                { return lineHeight(r.em()*1.1) + r.em()*0.5 }

func (r *barsRenderer) MinSize() fyne.Size {
	high := float32(0)
	for _, g := range r.b.groups {
		high += r.head() + float32(len(g.Bars))*r.pitch() + r.em()*0.5
	}
	return fyne.NewSize(r.em()*16, high)
}

func (r *barsRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

func (r *barsRenderer) Refresh() {
	em := r.em()
	label, text := em*4, em*3
	for _, g := range r.b.groups {
		for _, b := range g.Bars {
			label = max(label, fyne.MeasureText(b.Label, em, bold).Width+em*0.8)
			text = max(text, fyne.MeasureText(b.Text, em, bold).Width)
		}
	}
	label, text = min(label, r.size.Width*0.4), min(text, r.size.Width*0.42)
	r.left = label + em*0.8
	r.wide = max(r.size.Width-r.left-text-em*1.2, em)
	y, n, strips := float32(0), 0, 0
	write1 := func(s string, x, mid, size float32, style fyne.TextStyle, name fyne.ThemeColorName) {
		t := pooled(&r.texts, n, newText)
		n++
		if t.TextStyle != style {
			t.TextStyle = style
			t.Refresh()
		}
		write(t, s, size, themed(r.b, name))
		least := t.MinSize()
		t.Resize(least)
		t.Move(fyne.NewPos(x, mid-least.Height/2))
	}
	for _, g := range r.b.groups {
		write1(fit(g.Title, em*1.1, bold, r.size.Width), 0, y+r.head()/2, em*1.1, bold, ColorText)
		y += r.head()
		longest := g.longest()
		for _, b := range g.Bars {
			x, mid := float32(0), y+r.pitch()/2
			if b.Hue >= 0 {
				s := pooled(&r.strips, strips, func() *canvas.Rectangle { return &canvas.Rectangle{} })
				strips++
				s.CornerRadius = em * 0.14
				s.Move(fyne.NewPos(0, y+r.pitch()*0.2))
				s.Resize(fyne.NewSize(max(3, em*0.36), r.pitch()*0.6))
				recolor(s, themed(r.b, Hue(b.Hue)))
				x = em * 0.8
			}
			style, ink := plain, ColorText
			if b.Mark {
				style = bold
			}
			write1(fit(b.Label, em, bold, label-x), x, mid, em, style, ink)
			end := r.left
			if longest > 0 {
				end += float32(b.sum()/longest) * r.wide
			}
			write1(fit(b.Text, em, style, r.size.Width-end-em*0.6), end+em*0.6, mid, em, style, ink)
			y += r.pitch()
		}
		y += em * 0.5
	}
	hideFrom(&r.texts, n)
	hideFrom(&r.strips, strips)
	r.raster.Move(fyne.NewPos(r.left, 0))
	r.raster.Resize(fyne.NewSize(r.wide+1, r.size.Height))
	r.raster.Refresh()
}

func (b *Bar) sum() (all float64) {
	for _, p := range b.Parts {
		all += p.Value
	}
	return all
}

func (g *BarGroup) longest() (most float64) {
	for i := range g.Bars {
		most = max(most, g.Bars[i].sum())
	}
	return most
}

// paint is the raster's generator: w and h are in pixels of the screen.
func (r *barsRenderer) paint(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if r.wide <= 0 {
		return img
	}
	px := float32(w) / (r.wide + 1)
	p := spanPainter{img: img, w: w}
	tint := toPixel(themed(r.b, ColorLineWaiting))
	period := max(5, int(7*px))
	y := float32(0)
	for _, g := range r.b.groups {
		y += r.head()
		longest := g.longest()
		for _, b := range g.Bars {
			at := float64(0)
			for _, part := range b.Parts {
				if longest <= 0 {
					break
				}
				x0 := int(float64(r.wide*px) * at / longest)
				at += part.Value
				x1 := int(float64(r.wide*px) * at / longest)
				share := float32(0.62)
				switch part.State {
				case trace.Ready:
					share = 0.24
				case trace.Blocked:
					share = 0.5
				}
				high := int(r.pitch() * px * share)
				top := int((y+r.pitch()/2)*px) - high/2
				c := toPixel(themed(r.b, StateColor(part.State)))
				for j := top; j < top+high; j++ {
					for x := x0; x < x1; x++ {
						ink := c
						edge := j == top || j == top+high-1 || x == x0 || x == x1-1
						if part.State == trace.Blocked && !edge && (x+j)%period >= period/2 {
							ink = tint
						}
						p.blend(x, j, ink, 255)
					}
				}
			}
			y += r.pitch()
		}
		y += r.em() * 0.5
	}
	return img
}

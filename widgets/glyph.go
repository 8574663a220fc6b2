package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Glyph is a sign on a button, drawn so that no font has to have it.
type Glyph uint8

// The signs.
const (
	NoGlyph    Glyph = iota
	ToStart          // a bar and a triangle to the left
	Backward         // a triangle to the left
	Forward          // a triangle to the right
	PauseGlyph       // two bars
	ToEnd            // a triangle to the right and a bar
	Choices          // a small triangle down: there is something to choose from
	Plus             // one more
	Record           // a dot, as on what records
	Contrast         // a ring, half of it filled: light or dark
	Warning          // a triangle with an exclamation mark
)

// glyphShape draws a glyph: a triangle and up to two bars.
type glyphShape struct {
	triangle canvas.ArbitraryPolygon
	bars     [2]canvas.Rectangle
}

func (g *glyphShape) objects() []fyne.CanvasObject {
	g.triangle.NormalizedPoints = true
	return []fyne.CanvasObject{&g.triangle, &g.bars[0], &g.bars[1]}
}

// place draws a glyph into a square.
func (g *glyphShape) place(what Glyph, at fyne.Position, size float32, c color.Color) {
	bar := size * 0.2
	rect := func(i int, x, y, width, height, radius float32) *canvas.Rectangle {
		b := &g.bars[i]
		b.CornerRadius, b.StrokeWidth = radius, 0
		b.TopLeftCornerRadius, b.BottomLeftCornerRadius = 0, 0
		b.Move(at.AddXY(x, y))
		b.Resize(fyne.NewSize(width, height))
		b.FillColor = c
		b.Refresh()
		return b
	}
	put := func(i int, x, width float32) { rect(i, x, 0, width, size, width*0.25) }
	point := func(x, width float32, left bool) {
		points := []fyne.Position{{X: 0, Y: 0}, {X: 1, Y: 0.5}, {X: 0, Y: 1}}
		if left {
			points = []fyne.Position{{X: 1, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 0.5}}
		}
		g.triangle.Points, g.triangle.FillColor = points, c
		g.triangle.Move(at.AddXY(x, 0))
		g.triangle.Resize(fyne.NewSize(width, size))
		g.triangle.Refresh()
	}
	show(&g.triangle, what != NoGlyph && what != PauseGlyph && what < Plus || what == Warning)
	show(&g.bars[0], what == PauseGlyph || what == ToStart || what == ToEnd || what >= Plus)
	show(&g.bars[1], what == PauseGlyph || what == Plus || what == Contrast || what == Warning)
	switch what {
	case ToStart:
		put(0, 0, bar)
		point(bar, size-bar, true)
	case ToEnd:
		point(0, size-bar, false)
		put(0, size-bar, bar)
	case Backward:
		point(0, size*0.9, true)
	case Choices:
		g.triangle.Points, g.triangle.FillColor = []fyne.Position{{}, {X: 1}, {X: 0.5, Y: 1}}, c
		g.triangle.Move(at.AddXY(size*0.05, size*0.25))
		g.triangle.Resize(fyne.NewSize(size*0.9, size*0.55))
		g.triangle.Refresh()
	case Forward:
		point(size*0.1, size*0.9, false)
	case Plus:
		rect(0, 0, (size-bar*0.8)/2, size, bar*0.8, 0)
		rect(1, (size-bar*0.8)/2, 0, bar*0.8, size, 0)
	case Warning:
		g.triangle.Points, g.triangle.FillColor = []fyne.Position{{X: 0.5}, {X: 1, Y: 1}, {Y: 1}}, c
		g.triangle.Move(at.AddXY(-size*0.1, 0))
		g.triangle.Resize(fyne.NewSize(size*1.2, size*1.05))
		g.triangle.Refresh()
		for i, bar := range [2][2]float32{{0.36, 0.34}, {0.8, 0.12}} {
			b := rect(i, size*0.44, size*bar[0], size*0.12, size*bar[1], 0)
			b.FillColor = legible(c)
		}
	case Record:
		rect(0, 0, 0, size, size, size/2)
	case Contrast:
		ring := rect(0, 0, 0, size, size, size/2)
		ring.FillColor, ring.StrokeColor, ring.StrokeWidth = color.Transparent, c, size*0.11
		half := rect(1, 0, 0, size/2, size, 0)
		half.TopLeftCornerRadius, half.BottomLeftCornerRadius = size/2, size/2
	case PauseGlyph:
		put(0, size*0.08, size*0.3)
		put(1, size*0.62, size*0.3)
	}
}

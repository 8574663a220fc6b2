package widgets

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// arrowView draws an arrow with its label.
type arrowView struct {
	all   *fyne.Container
	line  canvas.Line
	curve canvas.BezierCurve
	head  canvas.ArbitraryPolygon
	label canvas.Text
	frame arrowFrame
	style *stageStyle
	lit   bool
}

func newArrowView(style *stageStyle) *arrowView {
	a := &arrowView{style: style}
	a.curve.ControlPoints = make([]fyne.Position, 2)
	a.head.Points = make([]fyne.Position, 3)
	a.label.Alignment = fyne.TextAlignCenter
	a.all = &fyne.Container{Objects: []fyne.CanvasObject{&a.line, &a.curve, &a.head, &a.label}}
	return a
}

// nowhere reports whether an arrow leads nowhere, since there is no place for it.
func (f *arrowFrame) nowhere() bool { return f.Line[0] == f.Line[3] }

// samples is how many points of a curve a token goes through.
const samples = 8

// way appends an arrow's points to a way, backwards if it is gone back.
func (f *arrowFrame) way(m *motion, back bool) {
	if f.nowhere() {
		return
	}
	if !f.Curved {
		from, to := f.Line[0], f.Line[3]
		if back {
			from, to = to, from
		}
		m.add(from)
		m.add(to)
		return
	}
	for i := range samples + 1 {
		g := float32(i) / samples
		if back {
			g = 1 - g
		}
		m.add(bezier(f.Line, g))
	}
}

// show places the arrow; said is its label.
func (a *arrowView) show(f arrowFrame, said string) {
	a.frame = f
	a.all.Hidden = !f.Shown
	if f.nowhere() {
		return
	}
	a.draw()
	setArea(&a.label, f.Label)
	a.say(said)
}

func (a *arrowView) say(said string) {
	c, bold := a.style.muted, false
	if a.lit {
		c, bold = a.style.text, true
	}
	if a.label.TextStyle.Bold != bold {
		a.label.TextStyle.Bold = bold
		a.label.Refresh()
	}
	setText(&a.label, said, a.style.small, c)
}

// light lets the arrow stand out in a colour, or no more.
func (a *arrowView) light(lit bool, c color.Color) {
	if a.lit == lit && !lit {
		return
	}
	a.lit = lit
	a.all.Hidden = !a.frame.Shown && !lit
	a.paint(c)
	a.say(a.label.Text)
}

func (a *arrowView) draw() {
	f := &a.frame
	s := a.style
	size := 0.95*s.unit + s.stroke
	tip := f.Line[3]
	dir := math.Atan2(float64(tip.Y-f.Line[2].Y), float64(tip.X-f.Line[2].X))
	if !f.Curved {
		dir = math.Atan2(float64(tip.Y-f.Line[0].Y), float64(tip.X-f.Line[0].X))
	}
	sin, cos := math.Sincos(dir)
	back := func(along, aside float64) spot {
		return spot{tip.X - float32(cos*along-sin*aside), tip.Y - float32(sin*along+cos*aside)}
	}
	neck := back(float64(size)*0.8, 0)
	left, right := back(float64(size), float64(size)*0.42), back(float64(size), -float64(size)*0.42)
	a.placeHead(tip, left, right)

	a.line.Hidden, a.curve.Hidden = f.Curved, !f.Curved
	if f.Curved {
		a.bend([4]spot{f.Line[0], f.Line[1], f.Line[2], neck})
	} else {
		a.line.Position1 = fyne.NewPos(f.Line[0].X, f.Line[0].Y)
		a.line.Position2 = fyne.NewPos(neck.X, neck.Y)
	}
	a.paint(a.style.arrow)
}

// placeHead sets the triangle; its points count from the object's corner.
func (a *arrowView) placeHead(p ...spot) {
	minX, minY, maxX, maxY := bounds(p)
	for i, q := range p {
		a.head.Points[i] = fyne.NewPos(q.X-minX, q.Y-minY)
	}
	a.head.Move(fyne.NewPos(minX, minY))
	a.head.Resize(fyne.NewSize(maxX-minX, maxY-minY))
}

// bend sets the curve, in an object large enough for its control points.
func (a *arrowView) bend(c [4]spot) {
	const air = 4
	minX, minY, maxX, maxY := bounds(c[:])
	pos := func(p spot) fyne.Position { return fyne.NewPos(p.X-minX+air, p.Y-minY+air) }
	a.curve.StartPoint, a.curve.EndPoint = pos(c[0]), pos(c[3])
	a.curve.ControlPoints[0], a.curve.ControlPoints[1] = pos(c[1]), pos(c[2])
	a.curve.Move(fyne.NewPos(minX-air, minY-air))
	a.curve.Resize(fyne.NewSize(maxX-minX+2*air, maxY-minY+2*air))
}

func bounds(p []spot) (minX, minY, maxX, maxY float32) {
	minX, minY, maxX, maxY = p[0].X, p[0].Y, p[0].X, p[0].Y
	for _, q := range p[1:] {
		minX, maxX = min(minX, q.X), max(maxX, q.X)
		minY, maxY = min(minY, q.Y), max(maxY, q.Y)
	}
	return minX, minY, maxX, maxY
}

// paint sets colour and width.
func (a *arrowView) paint(c color.Color) {
	width := a.style.stroke
	if a.lit {
		width *= 1.6
	} else {
		c = a.style.arrow
	}
	a.line.StrokeColor, a.line.StrokeWidth = c, width
	a.curve.StrokeColor, a.curve.StrokeWidth = c, width
	a.head.FillColor = c
	a.line.Refresh()
	a.curve.Refresh()
	a.head.Refresh()
}

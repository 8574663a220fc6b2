package widgets

import (
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// waitForRenderer draws the graph on an ellipse, whose beginning is at the top.
type waitForRenderer struct {
	w     *WaitFor
	style stageStyle
	said  *fyne.Container // lines of the sentence
	edges *fyne.Container
	nodes *fyne.Container
	more  canvas.Text
	all   []fyne.CanvasObject

	arrows []*arrowView
	boxes  []*waitBox
}

// waitBox is a node as it is drawn.
type waitBox struct {
	all          *fyne.Container
	outer, inner canvas.Rectangle
	strip        canvas.Rectangle
	name, second canvas.Text
}

func newWaitBox() *waitBox {
	b := &waitBox{}
	b.name.Alignment, b.second.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
	b.name.TextStyle.Bold = true
	b.all = &fyne.Container{Objects: []fyne.CanvasObject{&b.outer, &b.inner, &b.strip, &b.name, &b.second}}
	return b
}

// CreateRenderer makes what draws it.
func (w *WaitFor) CreateRenderer() fyne.WidgetRenderer {
	r := &waitForRenderer{w: w, said: &fyne.Container{}, edges: &fyne.Container{}, nodes: &fyne.Container{}}
	w.live = r
	r.all = []fyne.CanvasObject{r.edges, r.nodes, r.said, &r.more}
	return r
}

func (r *waitForRenderer) Destroy()                     {}
func (r *waitForRenderer) MinSize() fyne.Size           { return r.w.MinSize() }
func (r *waitForRenderer) Objects() []fyne.CanvasObject { return r.all }
func (r *waitForRenderer) Layout(size fyne.Size)        { r.draw(size) }

func (r *waitForRenderer) Refresh() {
	r.draw(r.w.Size())
	canvas.Refresh(r.w)
}

func (r *waitForRenderer) draw(size fyne.Size) {
	th := r.w.Theme()
	r.style.read(th, fyne.CurrentApp().Settings().ThemeVariant(), r.w.words)
	em := th.Size(theme.SizeNameText)
	s := &r.style
	s.unit, s.name, s.small = em, em*1.1, em*0.85
	top := r.say(size.Width, em)
	scene := &r.w.scene
	n := len(scene.nodes)
	box := area{0, top, size.Width, size.Height - top - 1.6*em}
	tight := n > 0 && box.H < 8*em
	if tight { // no room to say what arrows mean
		box.H = size.Height - top - 0.3*em
	}
	w, h := r.boxSize(em, box, n)
	places := onEllipse(box, w, h, n, em)
	for i := range places {
		if j := (i + 1) % n; j != i && places[i].inset(-0.9*em, -0.9*em).overlaps(places[j]) {
			places = inRows(box, w, lineHeight(s.name)+0.3*em, scene.inCircle(), n, em)
			break
		}
	}
	for i := range scene.nodes {
		if i == len(r.boxes) {
			r.boxes = append(r.boxes, newWaitBox())
			r.nodes.Objects = append(r.nodes.Objects, r.boxes[i].all)
		}
		r.node(r.boxes[i], &scene.nodes[i], places[i], em)
	}
	hideFrom(r.nodes, n)
	for i := range scene.edges {
		if i == len(r.arrows) {
			r.arrows = append(r.arrows, newArrowView(s))
			r.edges.Objects = append(r.edges.Objects, r.arrows[i].all)
		}
		show(r.arrows[i].all, true)
		e := &scene.edges[i]
		r.arrow(r.arrows[i], e, places, em)
	}
	hideFrom(r.edges, len(scene.edges))
	text := ""
	if n > 0 && !tight {
		text = r.w.words.say("waitfor.legend")
	}
	if scene.more > 0 {
		text += "   " + r.w.words.say("waitfor.more", "N", scene.more)
	}
	r.more.Alignment = fyne.TextAlignCenter
	setText(&r.more, fit(text, s.small, fyne.TextStyle{}, size.Width), s.small, s.muted)
	setArea(&r.more, area{0, size.Height - 1.5*em, size.Width, lineHeight(s.small)})
}

// inCircle returns how many nodes stand first that are part of a deadlock.
func (c *waitScene) inCircle() (n int) {
	for n < len(c.nodes) && c.nodes[n].number > 0 {
		n++
	}
	return n
}

// onEllipse places nodes around an ellipse, from the top on.
func onEllipse(box area, w, h float32, n int, em float32) []area {
	places := make([]area, n)
	for i := range places {
		angle := 2*math.Pi*float64(i)/float64(n) - math.Pi/2
		x := box.X + box.W/2 + float32(math.Cos(angle))*(box.W-w-2*em)/2
		y := box.Y + box.H/2 + float32(math.Sin(angle))*(box.H-h-em)/2
		places[i] = area{x - w/2, y - h/2, w, h}
	}
	return places
}

// inRows places nodes in two rows, there and back, where it is too flat for an
// ellipse: those of the circle first, so that its end is under its beginning, and
// the others beside them.
func inRows(box area, w, h float32, circle, n int, em float32) []area {
	places := make([]area, 0, n)
	half := func(n int) int { return (n + 1) / 2 }
	pitch := (box.W - em) / float32(half(circle)+half(n-circle))
	w = min(w, pitch-2.2*em)
	first := 0
	for _, group := range []int{circle, n - circle} {
		cols := half(group)
		for i := range group {
			col, y := i, box.Y+max(0.2*box.H, h/2+0.4*em)
			if i >= cols {
				col, y = 2*cols-1-i, box.bottom()-max(0.2*box.H, h/2+0.4*em)
			}
			places = append(places, area{box.X + em/2 + (float32(first+col)+0.5)*pitch - w/2, y - h/2, w, h})
		}
		first += cols
	}
	return places
}

// say writes the sentence and returns where it ends.
func (r *waitForRenderer) say(width, em float32) (bottom float32) {
	size, c := em*1.15, r.style.text
	lines := wrap(r.w.scene.said, size, fyne.TextStyle{Bold: true}, width-1.6*em, 4)
	if len(lines) > 2 { // a long story in smaller type
		size = em * 0.95
		lines = wrap(r.w.scene.said, size, fyne.TextStyle{Bold: true}, width-1.6*em, 4)
	}
	for i, line := range lines {
		t := pooled(r.said, i, func() *canvas.Text { return canvas.NewText("", c) })
		t.TextStyle.Bold = true
		setText(t, line, size, c)
		setArea(t, area{0.8 * em, 0.4*em + float32(i)*lineHeight(size), width - 1.6*em, lineHeight(size)})
	}
	hideFrom(r.said, len(lines))
	return 0.8*em + float32(len(lines))*lineHeight(size)
}

// boxSize is how large the nodes are drawn.
func (r *waitForRenderer) boxSize(em float32, box area, n int) (w, h float32) {
	for i := range r.w.scene.nodes {
		node := &r.w.scene.nodes[i]
		w = max(w, fyne.MeasureText(node.tag(), r.style.name, fyne.TextStyle{Bold: true}).Width)
		w = max(w, fyne.MeasureText(r.second(node), r.style.small, fyne.TextStyle{}).Width)
	}
	h = lineHeight(r.style.name) + lineHeight(r.style.small) + 0.5*em
	if most := box.H / (float32(n)/2 + 1); h > most {
		h = max(most, lineHeight(r.style.name))
	}
	return min(w+2.2*em, box.W/3), h
}

// second is what stands under the name of a node.
func (r *waitForRenderer) second(n *waitNode) string {
	switch {
	case !n.task:
		return r.w.words.say("waitfor.resource")
	case n.fate.Hopeless():
		return r.w.words.say("waitfor.forever")
	case n.lender != "":
		return r.w.words.say("waitfor.boosted", "By", n.lender)
	}
	return r.w.words.say("state." + n.state.String())
}

func (r *waitForRenderer) node(b *waitBox, n *waitNode, a area, em float32) {
	s := &r.style
	show(b.all, true)
	outline, stroke := s.arrow, s.theme*1.25
	if n.task {
		outline = s.states[n.state]
	}
	radius := a.H * 0.18
	if !n.task {
		radius = 0
	}
	rect := func(o *canvas.Rectangle, a area, fill, c color.Color, stroke float32) {
		o.FillColor, o.StrokeColor, o.StrokeWidth, o.CornerRadius = fill, c, stroke, radius
		setArea(o, a)
		o.Refresh()
	}
	setHidden(&b.outer, n.number == 0)
	if n.number > 0 {
		outline, stroke = s.states[trace.Blocked], s.theme*2
		rect(&b.outer, a.inset(-0.32*em, -0.32*em), color.Transparent, outline, s.theme*1.5)
	}
	rect(&b.inner, a, s.token, outline, stroke)
	setHidden(&b.strip, !n.task)
	if n.task {
		b.strip.FillColor = s.hues[((n.hue%Hues)+Hues)%Hues]
		setArea(&b.strip, area{a.X, a.Y + radius, 0.35 * em, a.H - 2*radius})
		b.strip.Refresh()
	}
	setText(&b.name, fit(n.tag(), s.name, b.name.TextStyle, a.W-0.8*em), s.name, s.text)
	name := lineHeight(s.name)
	two := a.H >= name+lineHeight(s.small)
	setHidden(&b.second, !two)
	y := a.Y + (a.H-name)/2
	if two {
		y = a.Y + (a.H-name-lineHeight(s.small))/2
		setText(&b.second, fit(r.second(n), s.small, b.second.TextStyle, a.W-0.8*em), s.small, s.muted)
		setArea(&b.second, area{a.X, y + name, a.W, lineHeight(s.small)})
	}
	setArea(&b.name, area{a.X, y, a.W, name})
}

// arrow draws an arrow from the edge of a node to that of another.
func (r *waitForRenderer) arrow(v *arrowView, e *waitEdge, places []area, em float32) {
	s, from, to := &r.style, places[e.from], places[e.to]
	a, z := from.center(), to.center()
	dx, dy := float64(z.X-a.X), float64(z.Y-a.Y)
	length := math.Hypot(dx, dy)
	if length < 1 {
		show(v.all, false)
		return
	}
	ux, uy := float32(dx/length), float32(dy/length)
	air := 0.5 * em
	out := func(box area, air float32) float32 { // how far the edge of a box is from its middle
		far := float32(math.Inf(1))
		if ux != 0 {
			far = min(far, box.W/2/abs32(ux))
		}
		if uy != 0 {
			far = min(far, box.H/2/abs32(uy))
		}
		return far + air
	}
	p, q := out(from, air), out(to, air)
	f := straight(spot{a.X + ux*p, a.Y + uy*p}, spot{z.X - ux*q, z.Y - uy*q})
	said := r.w.words.say("waitfor.waits")
	if e.holds {
		said = r.w.words.say("waitfor.held")
	}
	width := fyne.MeasureText(said, s.small, fyne.TextStyle{Bold: e.circle}).Width
	mid := spot{(f.Line[0].X + f.Line[3].X) / 2, (f.Line[0].Y + f.Line[3].Y) / 2}
	away := 0.8*em + abs32(uy)*width/2 // to the side of the arrow, outwards
	beside := func(side float32) area {
		return area{mid.X + side*uy*away - width/2, mid.Y - side*ux*away*0.9 - lineHeight(s.small)/2, width, lineHeight(s.small)}
	}
	covered := func(label area) bool {
		return label.X < 0 || label.right() > r.w.Size().Width ||
			slices.ContainsFunc(places, func(node area) bool { return node.inset(-0.4*em, -0.4*em).overlaps(label) })
	}
	if f.Label = beside(1); covered(f.Label) {
		f.Label = beside(-1)
	}
	if gap := float32(length) - p - q; gap < 1.2*em || abs32(ux) > 0.8 && gap < width || covered(f.Label) {
		f.Label = area{}
	}
	v.show(f, said)
	v.lit = !e.circle // so that light sets it
	v.light(e.circle, s.states[trace.Blocked])
	if e.circle {
		v.line.StrokeWidth = s.theme * 3
		v.line.Refresh()
	}
}

func abs32(x float32) float32 { return float32(math.Abs(float64(x))) }

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// processTreeRenderer draws a row for each process and thread, children under
// and right of their parent.
type processTreeRenderer struct {
	p      *ProcessTree
	style  stageStyle
	lines  *fyne.Container
	boxes  *fyne.Container
	texts  *fyne.Container
	places []area // of the rows
	rows   []*familyRow
	all    []fyne.CanvasObject
}

// familyRow is a row as it is drawn.
type familyRow struct {
	all          *fyne.Container
	box, strip   canvas.Rectangle
	name, second canvas.Text
}

func newFamilyRow() *familyRow {
	r := &familyRow{}
	r.name.TextStyle.Bold = true
	r.all = &fyne.Container{Objects: []fyne.CanvasObject{&r.box, &r.strip, &r.name, &r.second}}
	return r
}

// CreateRenderer makes what draws it.
func (p *ProcessTree) CreateRenderer() fyne.WidgetRenderer {
	r := &processTreeRenderer{p: p, lines: &fyne.Container{}, boxes: &fyne.Container{}, texts: &fyne.Container{}}
	p.live = r
	r.all = []fyne.CanvasObject{r.lines, r.boxes, r.texts}
	return r
}

func (r *processTreeRenderer) Destroy()                     {}
func (r *processTreeRenderer) MinSize() fyne.Size           { return r.p.MinSize() }
func (r *processTreeRenderer) Objects() []fyne.CanvasObject { return r.all }
func (r *processTreeRenderer) Layout(size fyne.Size)        { r.draw(size) }

func (r *processTreeRenderer) Refresh() {
	r.draw(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *processTreeRenderer) draw(size fyne.Size) {
	th := r.p.Theme()
	r.style.read(th, variantOf(), r.p.words)
	em := th.Size(theme.SizeNameText)
	s := &r.style
	s.unit, s.name, s.small = em, em, em*0.85
	scene := &r.p.scene
	split := size.Width * 0.64
	texts := 0
	write := func(text string, a area, size float32, c color.Color, strong bool) {
		t := pooled(r.texts, texts, func() *canvas.Text { return canvas.NewText("", c) })
		t.TextStyle.Bold = strong
		setText(t, fit(text, size, t.TextStyle, a.W), size, c)
		setArea(t, a)
		texts++
	}
	title := lineHeight(s.name)
	write(r.p.words.say("tree.unix"), area{0, 0, split - em, title}, s.name, s.text, true)
	write(r.p.words.say("tree.windows"), area{split + em, 0, size.Width - split - em, title}, s.name, s.text, true)
	bottom := size.Height
	if scene.ended != "" {
		bottom -= lineHeight(s.small) + 0.2*em
		write(scene.ended, area{0, size.Height - lineHeight(s.small), split - em, lineHeight(s.small)}, s.small, s.muted, false)
	}
	r.drawRows(area{0, title + 0.5*em, split - em, bottom - title - 0.7*em}, em, write)
	y := title + 0.5*em
	for i, text := range scene.handles {
		lines := wrap(text, s.small, fyne.TextStyle{}, size.Width-split-em, 3)
		if y+float32(len(lines))*lineHeight(s.small) > size.Height {
			write(r.p.words.say("stage.more", "N", len(scene.handles)-i), area{split + em, size.Height - lineHeight(s.small), size.Width - split - em, lineHeight(s.small)}, s.small, s.muted, false)
			break
		}
		for _, line := range lines {
			write(line, area{split + em, y, size.Width - split - em, lineHeight(s.small)}, s.small, s.text, false)
			y += lineHeight(s.small)
		}
		y += 0.25 * em
	}
	hideFrom(r.texts, texts)
}

// drawRows draws as many rows as there is room for.
func (r *processTreeRenderer) drawRows(room area, em float32, write func(string, area, float32, color.Color, bool)) {
	s, nodes := &r.style, r.p.scene.nodes
	high := lineHeight(s.name) + lineHeight(s.small) + 0.6*em
	gap := 0.35 * em
	if need := float32(len(nodes)) * (high + gap); need > room.H { // one line each
		high, gap = lineHeight(s.name)+0.3*em, 0.25*em
	}
	most := max(int((room.H+gap)/(high+gap)), 1)
	n := len(nodes)
	if n > most {
		n = most - 1
		write(r.p.words.say("stage.more", "N", len(nodes)-n), area{room.X, room.Y + float32(n)*(high+gap), room.W, lineHeight(s.small)}, s.small, s.muted, false)
	}
	indent, deepest := 2.2*em, 0
	for _, x := range nodes {
		deepest = max(deepest, x.depth)
	}
	if wide := 12 * em; float32(deepest)*indent > room.W-wide && deepest > 0 {
		indent = max((room.W-wide)/float32(deepest), 0.5*em)
	}
	r.places = r.places[:0]
	lines := 0
	line := func(a, b fyne.Position, c color.Color, width float32) {
		l := pooled(r.lines, lines, func() *canvas.Line { return canvas.NewLine(c) })
		l.StrokeColor, l.StrokeWidth, l.Position1, l.Position2 = c, width, a, b
		show(l, true)
		l.Refresh()
		lines++
	}
	for i := range n {
		x := &nodes[i]
		a := area{room.X + float32(x.depth)*indent, room.Y + float32(i)*(high+gap), 0, high}
		a.W = r.width(x, high, em, room.X+room.W-a.X)
		r.places = append(r.places, a)
		if x.parent >= 0 {
			p := r.places[x.parent]
			c, width := s.arrow, s.theme
			if x.adopted {
				c, width = s.accent, 2*s.theme
			}
			left, mid := p.X+0.9*em, a.Y+a.H/2
			line(fyne.NewPos(left, p.Y+p.H), fyne.NewPos(left, mid), c, width)
			line(fyne.NewPos(left, mid), fyne.NewPos(a.X, mid), c, width)
		}
		if i == len(r.rows) {
			r.rows = append(r.rows, newFamilyRow())
			r.boxes.Objects = append(r.boxes.Objects, r.rows[i].all)
		}
		r.row(r.rows[i], x, a, em)
	}
	hideFrom(r.lines, lines)
	hideFrom(r.boxes, n)
}

// width is how wide the box of a row is.
func (r *processTreeRenderer) width(x *familyNode, high, em, most float32) float32 {
	s := &r.style
	name := fyne.MeasureText(x.name, s.name, fyne.TextStyle{Bold: true}).Width
	second := fyne.MeasureText(x.second, s.small, fyne.TextStyle{}).Width
	w := max(name, second)
	if high < lineHeight(s.name)+lineHeight(s.small) {
		w = name + em + second
	}
	return min(w+2*em, most)
}

func (r *processTreeRenderer) row(v *familyRow, x *familyNode, a area, em float32) {
	s := &r.style
	show(v.all, true)
	outline, stroke := s.arrow, s.theme*1.25
	if x.task != trace.NoTask {
		outline = s.states[x.state]
		if x.state == trace.Zombie {
			stroke = s.theme * 2.5
		}
		if x.task == r.p.selected {
			outline, stroke = s.accent, s.theme*2.5
		}
	}
	radius := 0.35 * em
	if x.thread {
		radius = a.H / 2
	}
	setFill(&v.box, s.token, outline, stroke, radius)
	setArea(&v.box, a)
	setHidden(&v.strip, x.task == trace.NoTask || x.thread)
	if v.strip.Visible() {
		setFill(&v.strip, s.hues[((x.hue%Hues)+Hues)%Hues], color.Transparent, 0, 0)
		setArea(&v.strip, area{a.X, a.Y + radius, 0.35 * em, a.H - 2*radius})
	}
	name := s.text
	if x.state == trace.Zombie {
		name = s.muted
	}
	inner := a.W - 1.6*em
	setText(&v.name, fit(x.name, s.name, v.name.TextStyle, inner), s.name, name)
	high := lineHeight(s.name)
	if a.H >= high+lineHeight(s.small) {
		setArea(&v.name, area{a.X + 0.9*em, a.Y + 0.3*em, inner, high})
		setText(&v.second, fit(x.second, s.small, v.second.TextStyle, inner), s.small, s.muted)
		setArea(&v.second, area{a.X + 0.9*em, a.Y + 0.3*em + high, inner, lineHeight(s.small)})
		return
	}
	w := fyne.MeasureText(v.name.Text, s.name, v.name.TextStyle).Width
	setArea(&v.name, area{a.X + 0.9*em, a.Y + (a.H-high)/2, w, high})
	setText(&v.second, fit(x.second, s.small, v.second.TextStyle, inner-w-0.8*em), s.small, s.muted)
	setArea(&v.second, area{a.X + 1.7*em + w, a.Y + (a.H-lineHeight(s.small))/2, max(inner-w-0.8*em, 0), lineHeight(s.small)})
}

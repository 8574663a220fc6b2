package widgets

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// maxBars is how many hues are shown at a line.
const maxBars = 3

type programRenderer struct {
	p                    *Program
	title                canvas.Text
	grounds, hues, amber fyne.Container
	numbers, texts, said fyne.Container
	bar                  canvas.Rectangle
	objects              []fyne.CanvasObject
	size                 fyne.Size
}

// CreateRenderer is for Fyne.
func (p *Program) CreateRenderer() fyne.WidgetRenderer {
	p.ExtendBaseWidget(p)
	r := &programRenderer{p: p}
	r.title.TextStyle = bold
	r.objects = []fyne.CanvasObject{&r.title, &r.grounds, &r.hues, &r.amber, &r.numbers, &r.texts, &r.said, &r.bar}
	p.inSight = r.room
	return r
}

func (r *programRenderer) Destroy()                     {}
func (r *programRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *programRenderer) em() float32                  { return r.p.Theme().Size(theme.SizeNameText) }
func (r *programRenderer) pitch() float32               { return lineHeight(r.em()) + r.em()*0.4 }
func (r *programRenderer) top() float32                 { return lineHeight(r.em()) + r.em()*0.35 }

// room is how many lines can be seen.
func (r *programRenderer) room() int {
	return max(int((r.size.Height-r.top()+1)/r.pitch()), 0)
}

func (r *programRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.em()*18, r.top()+3*r.pitch())
}

func (r *programRenderer) Layout(size fyne.Size) {
	r.size = size
	r.p.follow()
	r.Refresh()
}

func (r *programRenderer) Refresh() {
	p, em := r.p, r.em()
	write(&r.title, fit(p.title, em, bold, r.size.Width), em, themed(p, ColorMuted))
	r.title.Resize(r.title.MinSize())
	room := r.room()
	p.first = max(0, min(p.first, len(p.lines)-room))
	d := programLines{r: r, em: em, number: fyne.MeasureText(strconv.Itoa(r.last()), em, mono).Width}
	for i := p.first; i < min(p.first+room, len(p.lines)); i++ {
		d.line(i, r.top()+float32(i-p.first)*r.pitch())
	}
	hideFrom(&r.grounds, d.grounds)
	hideFrom(&r.hues, d.hues)
	hideFrom(&r.amber, d.amber)
	hideFrom(&r.numbers, d.lines)
	hideFrom(&r.texts, d.lines)
	hideFrom(&r.said, d.said)

	show(&r.bar, room > 0 && room < len(p.lines))
	if !r.bar.Hidden {
		all, width := r.pitch()*float32(room), em*0.3
		long := max(all*float32(room)/float32(len(p.lines)), em)
		r.bar.CornerRadius = width / 2
		r.bar.Resize(fyne.NewSize(width, long))
		r.bar.Move(fyne.NewPos(r.size.Width-width+em*0.5, r.top()+(all-long)*float32(p.first)/float32(len(p.lines)-room)))
		recolor(&r.bar, themed(p, theme.ColorNameScrollBar))
	}
}

// last is the highest line number.
func (r *programRenderer) last() int {
	n := 0
	if k := len(r.p.ops); k > 0 {
		n = max(lineOf(r.p.ops, k-1), k)
	}
	return n
}

// programLines draws lines one after the other.
type programLines struct {
	r                                 *programRenderer
	em, number                        float32
	grounds, hues, amber, lines, said int
}

func (d *programLines) line(i int, y float32) {
	r, p, em := d.r, d.r.p, d.em
	m, op := &p.marks[i], &p.ops[p.lines[i]]
	high := r.pitch() - em*0.1
	width := max(3, em*0.26)

	if ground := groundOf(m); ground != "" {
		g := pooled(&r.grounds, d.grounds, newRectangle)
		g.CornerRadius = em * 0.25
		g.Move(fyne.NewPos(0, y))
		g.Resize(fyne.NewSize(r.size.Width, high))
		recolor(g, themed(p, ground))
		d.grounds++
	}
	x := float32(0)
	for _, h := range [...]*here{&m.runs, &m.waits, &m.ready} {
		for k := range min(h.n, len(h.tasks)) {
			if x >= maxBars*width {
				break
			}
			bar := pooled(&r.hues, d.hues, newRectangle)
			bar.Move(fyne.NewPos(x, y))
			bar.Resize(fyne.NewSize(width, high))
			recolor(bar, themed(p, Hue(p.tasks[h.tasks[k]].Process)))
			x += width
			d.hues++
		}
	}
	if m.ready.n > 0 && m.runs.n+m.waits.n == 0 { // as on the timeline: a thin bar
		amber := pooled(&r.amber, d.amber, newRectangle)
		amber.CornerRadius = em * 0.1
		amber.Move(fyne.NewPos(maxBars*width+em*0.25, y+high*0.4))
		amber.Resize(fyne.NewSize(em*0.55, high*0.2))
		recolor(amber, themed(p, ColorReady))
		d.amber++
	}
	x = maxBars*width + em*1.2
	put := func(c *fyne.Container, n int, s string, x float32, size float32, style fyne.TextStyle, ink color.Color, right bool) float32 {
		t := pooled(c, n, newText)
		if t.TextStyle != style {
			t.TextStyle = style
			t.Refresh()
		}
		write(t, s, size, ink)
		box := t.MinSize()
		if right {
			x -= box.Width
		}
		t.Resize(box)
		t.Move(fyne.NewPos(x, y+(high-box.Height)/2))
		return x
	}
	put(&r.numbers, d.lines, strconv.Itoa(lineOf(p.ops, int(p.lines[i]))), x+d.number, em, mono, themed(p, ColorMuted), true)
	x += d.number + em*1.2 + float32(op.Depth)*fyne.MeasureText("    ", em, mono).Width
	end := r.size.Width - em*0.8
	style := styleFor(op.Text)
	if says := p.says(m); says != "" {
		small := p.Theme().Size(theme.SizeNameCaptionText)
		need := min(fyne.MeasureText(op.Text, em, style).Width, (end-x)*0.6)
		if says = fit(says, small, bold, end-x-need-em); says != "" {
			ink := ColorMuted
			if m.waits.n > 0 {
				ink = ColorTextWaiting
			} else if m.runs.n > 0 && m.selected != trace.Running {
				ink = ColorTextRunning
			}
			end = put(&r.said, d.said, says, end, small, bold, themed(p, ink), true) - em
			d.said++
		}
	}
	put(&r.texts, d.lines, fit(op.Text, em, style, end-x), x, em, style, themed(p, ColorText), false)
	d.lines++
}

// groundOf is the colour behind a line, that of the selected task's state
// before all others'.
func groundOf(m *lineMark) fyne.ThemeColorName {
	switch {
	case m.selected == trace.Running:
		return ColorLineRunning
	case m.selected == trace.Blocked:
		return ColorLineWaiting
	case m.selected != 0:
		return ColorGrid
	case m.runs.n > 0:
		return ColorLineRunning
	case m.waits.n > 0:
		return ColorLineWaiting
	}
	return ""
}

func newRectangle() *canvas.Rectangle { return &canvas.Rectangle{} }

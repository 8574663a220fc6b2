package widgets

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

var (
	plain = fyne.TextStyle{}
	bold  = fyne.TextStyle{Bold: true}
	mono  = fyne.TextStyle{Monospace: true}
)

func (r *timelineRenderer) placeTitle() {
	t, f := r.t, &r.f
	y := float32(0)
	x, end := float32(0), f.plotX+f.plotW
	put := func(text *canvas.Text, s string, style fyne.TextStyle, name fyne.ThemeColorName, gap float32) {
		text.TextStyle = style
		s = fit(s, f.em, style, end-x)
		write(text, s, f.em, r.color(name))
		text.Move(fyne.NewPos(x, y))
		text.Resize(text.MinSize())
		show(text, s != "")
		if s != "" {
			x += text.MinSize().Width + gap
		}
	}
	put(&r.title, t.title, bold, ColorText, f.em*0.8)
	put(&r.subtitle, t.subtitle, plain, ColorMuted, f.em*2)
	put(&r.note, t.note, bold, ColorMuted, f.em)
	r.titleEnd = x
}

func (r *timelineRenderer) placeTicks() {
	t, f := r.t, &r.f
	n := 0
	if t.lanes != nil {
		widest := fyne.MeasureText(t.unit.Format(t.view.To-t.view.To%max(t.unit.Size/10, 1)), f.small, mono).Width
		least := max(widest*2, f.em*7)
		if f.projection {
			least = max(widest*2, f.em*4)
		}
		per := float64(t.view.Span()) / float64(f.plotW)
		t.view.ticks(t.unit.Size, trace.Time(per*float64(least)), func(at trace.Time) {
			x := f.plotX + t.view.x(at, f.plotW)
			tick := pooled(&r.ticks, n, func() *canvas.Rectangle { return &canvas.Rectangle{} })
			tick.Move(fyne.NewPos(x-0.5, f.lanesY))
			tick.Resize(fyne.NewSize(1, f.lanesH+f.em*0.15))
			recolor(tick, r.color(ColorGrid))
			text := pooled(&r.tickLabels, n, func() *canvas.Text { return &canvas.Text{TextStyle: mono} })
			write(text, t.unit.Format(at), f.small, r.color(ColorMuted))
			size := text.MinSize()
			text.Move(fyne.NewPos(min(x-size.Width/2, r.size.Width-size.Width), f.axisY+f.em*0.2))
			text.Resize(size)
			n++
		})
	}
	hideFrom(&r.ticks, n)
	hideFrom(&r.tickLabels, n)
	show(&r.ticks, !f.projection)

	r.unit.TextStyle = mono
	write(&r.unit, t.unit.Name, f.small, r.color(ColorMuted))
	size := r.unit.MinSize()
	r.unit.Resize(size)
	r.unit.Move(fyne.NewPos(f.name(t.byCPU), f.axisY+f.em*0.2))
	show(&r.unit, t.lanes != nil && size.Width < f.plotX-f.em*2-f.name(t.byCPU))
}

// placeNames writes the lanes' names beside their process's hue. Lanes that are
// only half in sight have none, so that nothing is cut off.
func (r *timelineRenderer) placeNames() {
	t, f := r.t, &r.f
	n := 0
	show(&r.selected, false)
	first, end := f.visible(t.scroll)
	for i := first; i < end; i++ {
		y := f.lanesY + float32(i)*f.pitch - t.scroll
		if y < f.lanesY-f.pitch*0.15 || y+f.pitch > f.lanesY+f.lanesH+f.pitch*0.15 {
			continue
		}
		strip := pooled(&r.strips, n, func() *canvas.Rectangle { return &canvas.Rectangle{} })
		x := f.name(t.byCPU)
		show(strip, !t.byCPU)
		if !t.byCPU {
			width := f.strip()
			strip.CornerRadius = width * 0.4
			strip.Move(fyne.NewPos(0, y+f.pitch*0.19))
			strip.Resize(fyne.NewSize(width, f.pitch*0.62))
			recolor(strip, r.color(Hue(r.hue(trace.TaskID(i)))))
		}
		name := pooled(&r.names, n, func() *canvas.Text { return &canvas.Text{TextStyle: bold} })
		text := fitName(t.name(i), f.plotX-x-f.em*0.5, func(s string) float32 { return fyne.MeasureText(s, f.em, bold).Width })
		write(name, text, f.em, r.color(ColorText))
		size := name.MinSize()
		name.Resize(size)
		name.Move(fyne.NewPos(x, y+(f.pitch-size.Height)/2))
		if !t.byCPU && trace.TaskID(i) == t.selected {
			show(&r.selected, true)
			r.selected.CornerRadius = f.em * 0.3
			r.selected.Move(fyne.NewPos(-f.em*0.3, y+f.pitch*0.06))
			r.selected.Resize(fyne.NewSize(f.plotX, f.pitch*0.88))
			recolor(&r.selected, r.color(theme.ColorNameSelection))
		}
		n++
	}
	hideFrom(&r.strips, n)
	hideFrom(&r.names, n)
}

// maxInBars is how many names are written inside bars at most.
const maxInBars = 250

// placeInBars writes whom a CPU ran into the bars wide enough for it.
func (r *timelineRenderer) placeInBars() {
	t, f := r.t, &r.f
	n := 0
	if t.byCPU && t.lanes != nil {
		// A bar wide enough for a name covers two of these in a row.
		parts := max(int(f.plotW/f.em*2), 1)
		r.cells = slices.Grow(r.cells[:0], parts)[:parts]
		first, end := f.visible(t.scroll)
		for i := first; i < end && n < maxInBars; i++ {
			y := f.lanesY + float32(i)*f.pitch - t.scroll
			if y < f.lanesY-f.pitch*0.15 || y+f.pitch > f.lanesY+f.lanesH+f.pitch*0.15 {
				continue
			}
			lane, last := t.lanes.CPU(i), uint32(0)
			lane.Sample(r.cells, t.view.From, t.view.To)
			for x := 1; x < len(r.cells) && n < maxInBars; x++ {
				c := r.cells[x]
				if c.Span != r.cells[x-1].Span || c.Look.State() != trace.Running || c.Look.Spinning() || c.Span+1 == last {
					continue
				}
				last = c.Span + 1
				if s, ok := lane.Span(c.Span); ok && int(s.Task) < len(t.header.Tasks) && r.inBar(n, s, y) {
					n++
				}
			}
		}
	}
	hideFrom(&r.inBars, n)
}

func (r *timelineRenderer) inBar(n int, s trace.Span, y float32) bool {
	t, f := r.t, &r.f
	x0 := max(t.view.x(s.Start, f.plotW), 0)
	x1 := min(t.view.x(s.End, f.plotW), f.plotW)
	name := t.header.Tasks[s.Task].Name
	size := fyne.MeasureText(name, f.small, bold)
	if size.Width+f.em*0.4 > x1-x0 {
		return false
	}
	text := pooled(&r.inBars, n, func() *canvas.Text { return &canvas.Text{TextStyle: bold} })
	write(text, name, f.small, legible(r.color(Hue(r.hue(s.Task)))))
	text.Resize(size)
	text.Move(fyne.NewPos(f.plotX+(x0+x1-size.Width)/2, y+(f.pitch-size.Height)/2))
	return true
}

// legible returns black or white, whichever is easier to read on a colour.
func legible(on color.Color) color.Color {
	r, g, b, _ := on.RGBA()
	linear := func(v uint32) float64 { x := float64(v) / 0xFFFF; return x * x * (0.7 + 0.3*x) }
	if 0.2126*linear(r)+0.7152*linear(g)+0.0722*linear(b) > 0.19 {
		return color.Black
	}
	return color.White
}

package widgets

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// timelineRenderer draws the spans into one raster, which it paints anew only
// if what it shows has changed, and everything else as objects that are kept
// and moved about.
type timelineRenderer struct {
	t       *Timeline
	objects []fyne.CanvasObject
	f       laneFrame
	size    fyne.Size

	title, subtitle, note, hoverText, unit canvas.Text
	ticks, tickLabels                      fyne.Container
	strips, names, inBars                  fyne.Container
	selected, curtain, bar                 canvas.Rectangle
	raster                                 *canvas.Raster
	hoverLine, head                        canvas.Rectangle
	arrow                                  canvas.ArbitraryPolygon
	legend                                 legend
	marks                                  *canvas.Raster // of jobs
	titleEnd                               float32

	painter spanPainter
	image   *image.RGBA
	rows    []laneRow
	cells   []trace.Cell // for the names in bars
	shown   painted
	drawn   painted // what image holds
}

// painted is what a picture of spans shows; the same is never painted twice.
type painted struct {
	view    View
	f       laneFrame
	scroll  float32
	version int
	ink     inks
	lanes   *trace.Lanes
	w, h    int
}

// CreateRenderer is for Fyne.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &timelineRenderer{t: t}
	r.raster = canvas.NewRaster(r.paint)
	r.raster.ScaleMode = canvas.ImageScalePixels
	r.marks = canvas.NewRaster(r.paintMarks)
	r.marks.ScaleMode = canvas.ImageScalePixels
	r.arrow.NormalizedPoints = true
	r.arrow.Points = []fyne.Position{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 0.5, Y: 1}}
	r.objects = []fyne.CanvasObject{
		&r.selected, &r.ticks, r.raster, &r.inBars, r.marks, &r.curtain, &r.tickLabels, &r.unit, &r.strips, &r.names,
		&r.title, &r.subtitle, &r.note, &r.hoverText, &r.hoverLine, &r.head, &r.arrow, &r.bar,
	}
	r.makeLegend()
	r.painter.hues = r.hue
	t.live = r
	r.update()
	return r
}

// renderer returns what draws the timeline, nil before it is shown.
func (t *Timeline) renderer() *timelineRenderer { return t.live }

func (r *timelineRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *timelineRenderer) MinSize() fyne.Size           { return r.t.MinSize() }
func (r *timelineRenderer) Destroy()                     {}

func (r *timelineRenderer) Layout(size fyne.Size) {
	if size != r.size {
		r.size = size
		r.update()
	}
}

func (r *timelineRenderer) Refresh() { r.update() }

func (r *timelineRenderer) hue(id trace.TaskID) int {
	tasks := r.t.header.Tasks
	if int(id) >= len(tasks) {
		return 0
	}
	return ((tasks[id].Process % Hues) + Hues) % Hues
}

// color looks a colour up in the theme of the moment.
func (r *timelineRenderer) color(name fyne.ThemeColorName) color.Color {
	return themed(r.t, name)
}

func (r *timelineRenderer) inks() (k inks) {
	for _, s := range trace.States() {
		k.states[s] = toPixel(r.color(StateColor(s)))
	}
	k.change = toPixel(r.color(ColorSwitch))
	k.tint = toPixel(r.color(ColorLineWaiting))
	k.ring = toPixel(r.color(ColorArrow))
	k.inside = toPixel(r.color(ColorCard))
	k.mark = toPixel(r.color(ColorText))
	k.missed = toPixel(r.color(missedColor))
	for i := range k.processes {
		k.processes[i] = toPixel(r.color(Hue(i)))
	}
	return k
}

// update brings everything up to date.
func (r *timelineRenderer) update() {
	t := r.t
	r.f = t.frameIn(r.size)
	t.scroll = r.f.within(t.scroll)
	f := &r.f
	r.placeTitle()
	r.placeTicks()
	r.placeNames()
	r.placeInBars()
	r.placeBar()

	r.raster.Move(fyne.NewPos(f.plotX, f.lanesY))
	r.raster.Resize(fyne.NewSize(f.plotW, f.lanesH))
	now := painted{view: t.view, f: *f, scroll: t.scroll, version: t.version, ink: r.inks(), lanes: t.lanes}
	if now != r.shown {
		r.shown = now
		r.raster.Refresh()
		r.marks.Refresh()
	}
	beside := r.beside()
	r.marks.Move(fyne.NewPos(f.plotX-beside, f.lanesY))
	r.marks.Resize(fyne.NewSize(f.plotW+2*beside, f.lanesH))
	show(r.marks, t.marked())
	r.placeHover()
	r.placeHead()
}

// paint is the raster's generator: w and h are in pixels of the screen.
func (r *timelineRenderer) paint(w, h int) image.Image {
	want := r.shown
	want.w, want.h = w, h
	if r.image != nil && want == r.drawn {
		return r.image
	}
	if r.image == nil || r.image.Rect.Dx() != w || r.image.Rect.Dy() != h {
		r.image = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	r.drawn = want
	if r.t.lanes == nil || w == 0 || h == 0 || r.f.lanesH <= 0 {
		clear(r.image.Pix)
		return r.image
	}
	px := float64(w) / float64(r.f.plotW)
	pitch := max(1, int(math.Round(float64(r.f.pitch)*px)))
	first, end := r.f.visible(want.scroll)
	r.rows = r.rows[:0]
	for i := first; i < end; i++ {
		r.rows = append(r.rows, r.t.row(i))
	}
	r.painter.ink = want.ink
	shape := shapeFor(pitch, px)
	if r.t.jobs && !r.t.byCPU {
		shape = shape.forJobs(px)
	}
	r.painter.begin(r.image, want.view, shape)
	r.painter.paint(r.rows, first*pitch-int(math.Round(float64(want.scroll)*px)))
	return r.image
}

// placeHead moves the play-head, and in a projection the curtain before the
// future.
func (r *timelineRenderer) placeHead() {
	t, f := r.t, &r.f
	x := f.plotX + t.view.x(t.at, f.plotW)
	out := t.at < t.view.From || t.at > t.view.To || t.lanes == nil
	width := max(2, f.em/7)
	if f.projection {
		width = max(3, f.em/7)
	}
	top := f.lanesY
	if f.projection {
		top -= f.triangle()
	}
	r.head.Move(fyne.NewPos(x-width/2, top))
	r.head.Resize(fyne.NewSize(width, f.axisY-top+f.em*0.15))
	show(&r.head, !out)
	size := fyne.NewSize(f.triangle()*1.4, f.triangle())
	r.arrow.Move(fyne.NewPos(x-size.Width/2, f.lanesY-size.Height))
	r.arrow.Resize(size)
	show(&r.arrow, !out && !f.projection)
	recolor(&r.head, r.color(ColorPlayhead))
	if c := r.color(ColorPlayhead); r.arrow.FillColor != c {
		r.arrow.FillColor = c
		r.arrow.Refresh()
	}

	from := max(0, min(x-f.plotX, f.plotW))
	r.curtain.Move(fyne.NewPos(f.plotX+from, f.lanesY))
	r.curtain.Resize(fyne.NewSize(f.plotW-from+max(f.em*0.1, r.beside()), f.lanesH))
	backing := t.Backing
	if backing == "" {
		backing = ColorPage
	}
	recolor(&r.curtain, r.color(backing))
	show(&r.curtain, f.projection)
}

// placeHover shows the thin line under the pointer and what is said about it.
func (r *timelineRenderer) placeHover() {
	t, f := r.t, &r.f
	r.hoverLine.Move(fyne.NewPos(t.hoverAt, f.lanesY))
	r.hoverLine.Resize(fyne.NewSize(1, f.lanesH))
	recolor(&r.hoverLine, r.color(ColorMuted))
	show(&r.hoverLine, t.hoverAt >= 0)
	said := t.hoverSay != "" && f.titled
	show(&r.note, t.note != "" && !said)
	show(&r.hoverText, said)
	r.placeLegend(said)
	if said {
		from := r.subtitle.Position().X + r.subtitle.Size().Width + f.em
		write(&r.hoverText, fit(t.hoverSay, f.em, fyne.TextStyle{}, f.plotX+f.plotW-from), f.em, r.color(ColorText))
		r.hoverText.Resize(r.hoverText.MinSize())
		r.hoverText.Move(fyne.NewPos(f.plotX+f.plotW-r.hoverText.MinSize().Width, r.title.Position().Y))
	}
}

// placeBar shows how far the lanes are scrolled.
func (r *timelineRenderer) placeBar() {
	f := &r.f
	all := f.pitch * float32(f.lanes)
	show(&r.bar, all > f.lanesH+0.5 && f.lanesH > 0)
	if r.bar.Hidden {
		return
	}
	width := f.em * 0.4
	long := max(f.lanesH*f.lanesH/all, f.em)
	r.bar.CornerRadius = width / 2
	r.bar.Resize(fyne.NewSize(width, long))
	r.bar.Move(fyne.NewPos(r.size.Width-width, f.lanesY+(f.lanesH-long)*r.t.scroll/(all-f.lanesH)))
	recolor(&r.bar, r.color(theme.ColorNameScrollBar))
}

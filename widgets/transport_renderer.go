package widgets

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

type transportRenderer struct {
	t       *Transport
	objects []fyne.CanvasObject
	clock   counter
	count   counter
	factor  canvas.Text
	lines   [2]canvas.Text
	room    [2]float32 // from, to: of the sentence
	size    fyne.Size
	number  []byte

	countX             float32
	withCount, hasMode bool
}

// CreateRenderer is for Fyne.
func (t *Transport) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &transportRenderer{t: t}
	for _, b := range t.Buttons() {
		r.objects = append(r.objects, b)
	}
	r.objects = append(r.objects, t.slider, &r.factor, &r.lines[0], &r.lines[1])
	r.objects = append(r.objects, r.clock.objects()...)
	r.objects = append(r.objects, r.count.objects()...)
	t.live = r
	return r
}

func (r *transportRenderer) Destroy()                     {}
func (r *transportRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *transportRenderer) em() float32     { return r.t.Theme().Size(theme.SizeNameText) }
func (r *transportRenderer) figure() float32 { return r.t.Theme().Size(SizeClockText) }

var boldMono = fyne.TextStyle{Bold: true, Monospace: true}

// clockWidth is how wide the instant gets: that of the last one.
func (r *transportRenderer) clockWidth() float32 {
	before, after := r.t.clock()
	number := r.t.unit.AppendClock(nil, max(r.t.last, r.t.at))
	digit := fyne.MeasureText("0", r.figure(), boldMono).Width
	return fyne.MeasureText(before, r.figure(), boldMono).Width + digit*float32(len(number)) + fyne.MeasureText(after, r.figure(), boldMono).Width
}

func (r *transportRenderer) countWidth() float32 {
	before, after := r.t.count()
	return fyne.MeasureText(before+strconv.Itoa(r.t.events)+after, r.em(), plain).Width
}

func (r *transportRenderer) factorWidth() float32 {
	return fyne.MeasureText("0.55×", r.em(), plain).Width
}

// least is how much room a sentence gets before other things give way to it.
func (r *transportRenderer) least() float32 { return r.em() * 16 }

// sum adds up what there is beside the sentence. It only measures: whatever
// changed here would have the window drawn again and again.
func (r *transportRenderer) sum(withCount, withMode, bare bool) float32 {
	t, em, gap := r.t, r.em(), r.em()*0.5
	w := float32(0)
	back, step := t.stepping()
	for _, b := range t.Buttons()[:5] {
		said := b.Text()
		switch {
		case bare && (b == t.back || b == t.step):
			said = ""
		case b == t.back:
			said = back
		case b == t.step:
			said = step
		}
		w += b.WidthFor(said, b.Most) + gap
	}
	w += em + r.clockWidth() + em*1.6
	if withCount {
		w += r.countWidth() + em*1.6
	}
	if withMode {
		w += t.mode.MinSize().Width + em
	}
	return w + em*1.4 + r.factorWidth() + em*0.7 + t.slider.MinSize().Width
}

func (r *transportRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.sum(false, false, true)+r.em()*8, buttonHeight(r.em()))
}

func (r *transportRenderer) Layout(size fyne.Size) {
	r.size = size
	r.place()
}

func (r *transportRenderer) Refresh() {
	r.place()
	r.t.slider.Refresh()
}

// place gives everything its place. Where there is little room, first how it
// plays and which event it is, then the words on the step buttons make way for
// the sentence.
func (r *transportRenderer) place() {
	t, size := r.t, r.size
	em, gap := r.em(), r.em()*0.5
	room := size.Width - r.least()
	bare := false
	r.withCount, r.hasMode = r.sum(true, true, false) <= room, true
	if !r.withCount {
		r.withCount, r.hasMode = r.sum(true, false, false) <= room, false
	}
	if !r.withCount && r.sum(false, false, false) > room {
		bare = true
		r.withCount = r.sum(true, false, true) <= room
	}
	t.bare = bare
	t.speak()
	high := buttonHeight(em)
	y := (size.Height - high) / 2
	x := float32(0)
	put := func(o fyne.CanvasObject) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(o.MinSize().Width, high))
		x += o.MinSize().Width
	}
	for _, b := range t.Buttons()[:5] {
		put(b)
		x += gap
	}
	r.countX = x + em + r.clockWidth() + em*1.6
	r.room[0] = r.countX
	if r.withCount {
		r.room[0] += r.countWidth() + em*1.6
	}
	x = size.Width - t.slider.MinSize().Width
	put(t.slider)
	x = size.Width - t.slider.MinSize().Width - em*0.7 - r.factorWidth()
	show(t.mode, r.hasMode)
	if r.hasMode {
		x -= em + t.mode.MinSize().Width
		at := x
		put(t.mode)
		x = at
	}
	r.room[1] = x - em*1.4
	r.speed()
	r.figures()
	r.say()
}

// figures shows the instant and the event.
func (r *transportRenderer) figures() {
	t, em := r.t, r.em()
	if r.size.Width == 0 {
		return
	}
	mid := func(size float32, style fyne.TextStyle) float32 {
		return (r.size.Height - fyne.MeasureText("0", size, style).Height) / 2
	}
	before, after := t.clock()
	r.number = t.unit.AppendClock(r.number[:0], t.at)
	width := r.clockWidth()
	end := r.countX - em*1.6
	r.clock.place(fyne.NewPos(end-width, mid(r.figure(), boldMono)), before, r.number, after, r.figure(), boldMono, themed(t, ColorText))
	r.count.show(r.withCount)
	if r.withCount {
		before, after = t.count()
		r.number = strconv.AppendInt(r.number[:0], int64(t.event), 10)
		r.count.place(fyne.NewPos(r.countX, mid(em, plain)), before, r.number, after, em, plain, themed(t, ColorMuted))
	}
}

// speed shows the speed as a number.
func (r *transportRenderer) speed() {
	t, em := r.t, r.em()
	s := t.words.say("transport.speed", "Factor", SpeedText(t.slider.speed))
	write(&r.factor, s, em, themed(t, ColorMuted))
	size := r.factor.MinSize()
	r.factor.Resize(size)
	r.factor.Move(fyne.NewPos(t.slider.Position().X-em*0.7-size.Width, (r.size.Height-size.Height)/2))
}

// say shows the sentence, in two lines if it must be.
func (r *transportRenderer) say() {
	em := r.em()
	lines := wrap(r.t.sentence, em, plain, r.room[1]-r.room[0], len(r.lines))
	high := fyne.MeasureText("X", em, plain).Height
	apart := min(high, r.size.Height/2)
	for i := range r.lines {
		text := &r.lines[i]
		show(text, i < len(lines))
		if i >= len(lines) {
			continue
		}
		write(text, lines[i], em, themed(r.t, ColorText))
		text.Resize(text.MinSize())
		y := (r.size.Height-apart*float32(len(lines)))/2 + apart*float32(i) - (high-apart)/2
		text.Move(fyne.NewPos(r.room[0], y))
	}
}

package widgets

import (
	"image"
	"testing"

	"timeslice/sim/trace"
)

var testInks = inks{states: [8]pixel{0, 0x11111111, 0x22222222, 0xFF333333, 0xFF444444, 0x55555555, 0x66666666, 0x77777777},
	change: 0xFF888888, tint: 0xFF999999}

// slow is what the painter means, said the plain way: pixel by pixel, the span
// at the pixel's middle, its height, its gap. Corners and stripes are left out.
func slow(l *trace.Lane, v View, s barShape, w, x, y int) pixel {
	at := func(x int) trace.Time { return v.From + v.Span()*trace.Time(2*x+1)/trace.Time(2*w) }
	span, ok := l.At(at(x))
	if !ok {
		return 0
	}
	first, end := x, x+1
	same := func(x int) bool { o, ok := l.At(at(x)); return ok && o == span }
	for first > 0 && same(first-1) {
		first--
	}
	for end < w && same(end) {
		end++
	}
	if end-first >= 5*s.gap && !span.Switching && (end < w || span.End <= v.To) && x >= end-s.gap {
		return 0
	}
	high, ink := 0, testInks.states[span.State]
	switch {
	case span.Switching:
		high, ink = s.bar, testInks.change
	case span.State == trace.Running:
		high = s.bar
	case span.State == trace.Blocked:
		high = s.hatch
	case span.State == trace.Ready:
		high = s.thin
	}
	if from := (s.pitch-s.bar)/2 + (s.bar-high)/2; y < from || y >= from+high {
		return 0
	}
	return ink
}

// The fast painter paints what the slow one says, wherever nothing is too short
// to show.
func TestPainterIsTheSlowOne(t *testing.T) {
	for seed := range uint64(8) {
		l := crowdedBy(seed, 3, 400, 3)
		v := View{l.End() / 5, l.End()/5 + 900}
		if seed%2 == 1 {
			v = View{l.End() - 500, l.End() + 400} // one nanosecond a pixel, too
		}
		shape := shapeFor(24, 1)
		shape.radius = 0
		img := image.NewRGBA(image.Rect(0, 0, 900, 3*24+10))
		for i := range img.Pix {
			img.Pix[i] = 0xAB // what was there before
		}
		p := &spanPainter{ink: testInks}
		p.begin(img, v, shape)
		p.paint(rowsOf(l), 0)
		for i := range 3 {
			lane := l.Task(trace.TaskID(i))
			for y := range 24 {
				for x := range 900 {
					want, got := slow(lane, v, shape, 900, x, y), p.get(x, i*24+y)
					if striped := want == testInks.states[trace.Blocked] && got>>24 == 0xFF; got != want && !striped {
						t.Fatalf("seed %d, lane %d: pixel %d,%d is %x, want %x", seed, i, x, y, got, want)
					}
				}
			}
		}
		for y := 72; y < 82; y++ {
			if p.get(5, y) != 0 {
				t.Fatal("below the lanes is something")
			}
		}
	}
}

func TestPainterAllocatesNothing(t *testing.T) {
	l := crowdedBy(1, 8, 5000, 1)
	rows := rowsOf(l)
	img := image.NewRGBA(image.Rect(0, 0, 800, 160))
	p := &spanPainter{ink: testInks}
	at := trace.Time(0)
	if n := testing.AllocsPerRun(50, func() {
		at += 7
		p.begin(img, View{at, at + l.End()/3}, shapeFor(20, 1))
		p.paint(rows, -3)
	}); n > 0 {
		t.Errorf("a frame allocates %v times", n)
	}
}

// Lanes half out of the picture don't reach beyond it, whatever the size.
func TestPainterStaysInside(t *testing.T) {
	l := crowdedBy(2, 4, 300, 5)
	for _, size := range [][2]int{{1, 1}, {3, 50}, {700, 5}, {200, 33}} {
		for _, y := range []int{-500, -13, -1, 0, 4, 60} {
			for _, px := range []float64{1, 1.5, 2} {
				p := &spanPainter{ink: testInks, hues: func(trace.TaskID) int { return 3 }}
				p.begin(image.NewRGBA(image.Rect(0, 0, size[0], size[1])), View{10, 500}, shapeFor(int(20*px), px))
				rows := rowsOf(l)
				for i := range rows {
					rows[i].ended = 20
				}
				p.paint(append(rows, laneRow{lane: l.CPU(0), byCPU: true, ended: -1}), y)
			}
		}
	}
}

func TestPixel(t *testing.T) {
	if got := pixel(0xFF804020).times(128); got != 0x80402010 {
		t.Errorf("half is %x", got)
	}
	if got := pixel(0x80800000).over(0xFF0000FF); got>>24 != 0xFF {
		t.Errorf("over what is opaque is %x", got)
	}
	for pitch := 12; pitch < 120; pitch++ {
		s := shapeFor(pitch, 1)
		if s.bar > pitch || (s.bar-s.hatch)%2 != 0 || (s.bar-s.thin)%2 != 0 || s.thin > s.hatch || s.thin < 1 {
			t.Errorf("pitch %d: %+v", pitch, s)
		}
	}
}

package widgets

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// The slowest and the fastest a run is played, as a multiple of the usual.
const (
	MinSpeed = 0.05
	MaxSpeed = 64
)

// RoundSpeed returns a speed nearby that is easily said: a power of two if one
// is close, else two digits.
func RoundSpeed(x float64) float64 {
	x = min(max(x, MinSpeed), MaxSpeed)
	if p := math.Exp2(math.Round(math.Log2(x))); math.Abs(x-p) < 0.06*p && p >= 0.25 {
		return p
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	x = math.Round(x/unit) * unit
	return min(max(math.Round(x*1000)/1000, MinSpeed), MaxSpeed)
}

// SpeedText writes a speed without a sign: "0.5", "12".
func SpeedText(x float64) string { return strconv.FormatFloat(RoundSpeed(x), 'f', -1, 64) }

// speedSlider chooses a speed; equal ways double it. It never takes the
// keyboard: the keys + and − do the same.
type speedSlider struct {
	widget.BaseWidget
	speed   float64
	changed func(float64)
	hovered bool
}

var (
	_ fyne.Draggable    = (*speedSlider)(nil)
	_ fyne.Tappable     = (*speedSlider)(nil)
	_ fyne.Scrollable   = (*speedSlider)(nil)
	_ desktop.Hoverable = (*speedSlider)(nil)
)

func newSpeedSlider(changed func(float64)) *speedSlider {
	s := &speedSlider{speed: 1, changed: changed}
	s.ExtendBaseWidget(s)
	return s
}

// part returns where a speed is on the slider, 0 to 1.
func (s *speedSlider) part() float32 {
	return float32(math.Log(s.speed/MinSpeed) / math.Log(MaxSpeed/MinSpeed))
}

func (s *speedSlider) inset() float32 { return s.Theme().Size(theme.SizeNameText) * 0.55 }

func (s *speedSlider) choose(x float32) {
	inset := s.inset()
	part := float64((x - inset) / max(s.Size().Width-2*inset, 1))
	s.set(RoundSpeed(MinSpeed * math.Pow(MaxSpeed/MinSpeed, min(max(part, 0), 1))))
}

func (s *speedSlider) set(speed float64) {
	if speed == s.speed {
		return
	}
	s.speed = speed
	s.Refresh()
	if s.changed != nil {
		s.changed(speed)
	}
}

func (s *speedSlider) Tapped(e *fyne.PointEvent) { s.choose(e.Position.X) }
func (s *speedSlider) Dragged(e *fyne.DragEvent) { s.choose(e.Position.X) }
func (s *speedSlider) DragEnd()                  {}
func (s *speedSlider) Scrolled(e *fyne.ScrollEvent) {
	s.set(RoundSpeed(s.speed * math.Exp2(float64(e.Scrolled.DY)/50)))
}
func (s *speedSlider) MouseIn(*desktop.MouseEvent)    { s.hovered = true; s.Refresh() }
func (s *speedSlider) MouseMoved(*desktop.MouseEvent) {}
func (s *speedSlider) MouseOut()                      { s.hovered = false; s.Refresh() }

func (s *speedSlider) CreateRenderer() fyne.WidgetRenderer {
	r := &sliderRenderer{s: s}
	r.objects = []fyne.CanvasObject{&r.track, &r.halo, &r.knob}
	r.Refresh()
	return r
}

type sliderRenderer struct {
	s           *speedSlider
	track, halo canvas.Rectangle
	knob        canvas.Rectangle
	objects     []fyne.CanvasObject
}

func (r *sliderRenderer) Destroy()                     {}
func (r *sliderRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *sliderRenderer) MinSize() fyne.Size {
	em := r.s.Theme().Size(theme.SizeNameText)
	return fyne.NewSize(em*7.5, buttonHeight(em))
}

func (r *sliderRenderer) Layout(size fyne.Size) {
	em := r.s.Theme().Size(theme.SizeNameText)
	inset := r.s.inset()
	disc := func(o *canvas.Rectangle, d float32) {
		o.CornerRadius = d / 2
		o.Resize(fyne.NewSize(d, d))
		o.Move(fyne.NewPos(inset+r.s.part()*(size.Width-2*inset)-d/2, (size.Height-d)/2))
	}
	disc(&r.knob, em*1.1)
	disc(&r.halo, em*1.8)
	thick := em * 0.3
	r.track.CornerRadius = thick / 2
	r.track.Resize(fyne.NewSize(size.Width, thick))
	r.track.Move(fyne.NewPos(0, (size.Height-thick)/2))
}

func (r *sliderRenderer) Refresh() {
	recolor(&r.track, themed(r.s, ColorTrack))
	recolor(&r.knob, themed(r.s, ColorAccent))
	recolor(&r.halo, themed(r.s, theme.ColorNameHover))
	show(&r.halo, r.s.hovered)
	r.Layout(r.s.Size())
}

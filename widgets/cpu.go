package widgets

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// cpuLook is what a CPU's box shows.
type cpuLook struct {
	label           string
	said            string // instead of a task: idle; beside one: switch
	busy, switching bool
	ring            bool
	limited         bool // there is a slice
	left            int  // of the slice or switch, in 1/ringSteps
	number          string
	cache           cacheLook
}

// ringSteps is into how many steps a ring is divided, so that it is redrawn
// only when one sees it.
const ringSteps = 180

// cpuView draws a CPU: its box, what it is called, and the ring that empties.
type cpuView struct {
	all    *fyne.Container
	box    canvas.Rectangle
	label  canvas.Text
	chip   canvas.Rectangle
	state  canvas.Text
	track  canvas.Arc
	rest   canvas.Arc
	number canvas.Text
	cache  cacheView

	frame cpuFrame
	look  cpuLook
	style *stageStyle
	age   int
}

func newCPUView(style *stageStyle) *cpuView {
	v := &cpuView{style: style}
	v.number.Alignment = fyne.TextAlignCenter
	v.number.TextStyle.Bold = true
	v.track.StartAngle, v.track.EndAngle = 0, 360
	v.all = &fyne.Container{Objects: []fyne.CanvasObject{
		&v.box, &v.label, &v.chip, &v.state, &v.track, &v.rest, &v.number,
	}}
	v.all.Objects = append(v.all.Objects, v.cache.objects()...)
	return v
}

func (v *cpuView) place(f cpuFrame) {
	v.frame = f
	setArea(&v.box, f.Box)
	setArea(&v.label, f.Label)
	setArea(&v.track, f.Ring)
	setArea(&v.rest, f.Ring)
	setArea(&v.number, f.Ring)
	v.age = -1
}

func (v *cpuView) show(l cpuLook) {
	s := v.style
	if v.look == l && v.age == s.age {
		return
	}
	old, restyled := v.look, v.age != s.age
	v.look, v.age = l, s.age
	c, width := s.track, s.stroke
	switch {
	case l.switching:
		c, width = s.switching, 1.5*s.stroke
	case l.busy:
		c, width = s.states[3], 1.5*s.stroke
	}
	setFill(&v.box, s.card, c, width, 0.75*s.unit)
	setText(&v.label, l.label, s.small, s.muted)
	v.cache.show(&l.cache, v.frame.Cache, s)
	v.showState(l)
	ring := !v.frame.Ring.empty() && l.ring
	setHidden(&v.track, !ring)
	setHidden(&v.rest, !ring || l.left == 0)
	big := v.frame.Ring.H >= 2.4*s.unit
	setHidden(&v.number, !ring || !big)
	if !ring {
		return
	}
	if restyled || old.left != l.left || old.switching != l.switching || old.busy != l.busy {
		v.drawRing(l, c)
	}
	setText(&v.number, l.number, s.small, s.text)
}

func (v *cpuView) drawRing(l cpuLook, c color.Color) {
	v.track.FillColor, v.rest.FillColor = v.style.track, c
	v.track.CutoutRatio, v.rest.CutoutRatio = 0.76, 0.76
	if v.frame.Ring.H < 2.4*v.style.unit {
		v.track.CutoutRatio, v.rest.CutoutRatio = 0.55, 0.55
	}
	v.rest.StartAngle, v.rest.EndAngle = 0, float32(l.left)*360/ringSteps
	v.track.Refresh()
	v.rest.Refresh()
}

// showState says idle where the token would be, or switch beside the label.
func (v *cpuView) showState(l cpuLook) {
	s := v.style
	setHidden(&v.state, l.said == "")
	setHidden(&v.chip, !l.switching || l.said == "")
	if l.said == "" {
		return
	}
	if !l.switching {
		v.state.Alignment = fyne.TextAlignCenter
		setArea(&v.state, v.frame.Token)
		setText(&v.state, l.said, s.small, s.muted)
		return
	}
	v.state.Alignment = fyne.TextAlignLeading
	width := fyne.MeasureText(l.label, s.small, fyne.TextStyle{}).Width
	chip := 0.7 * s.unit
	at := area{v.frame.Label.X + width + 0.7*s.unit, v.frame.Label.center().Y - chip/2, chip, chip}
	words := area{at.right() + 0.35*s.unit, v.frame.Label.Y, v.frame.Label.right() - at.right(), v.frame.Label.H}
	said := fyne.MeasureText(l.said, s.small, fyne.TextStyle{}).Width
	if words.X+said > v.frame.Box.right() || v.frame.Label.W < 2*width+chip {
		setHidden(&v.state, true)
		setHidden(&v.chip, true)
		return
	}
	setArea(&v.chip, at)
	setFill(&v.chip, s.switching, color.Transparent, 0, 0.15*s.unit)
	setArea(&v.state, words)
	setText(&v.state, l.said, s.small, s.text)
}

// ringPart divides what is left by the whole.
func ringPart(left, whole int64) int {
	if whole <= 0 || left <= 0 {
		return 0
	}
	return int(math.Ceil(float64(min(left, whole)) / float64(whole) * ringSteps))
}

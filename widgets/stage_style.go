package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

// stageStyle is what the theme says, looked up once for each refresh. Whoever
// draws with it remembers its age, to know when to draw anew.
type stageStyle struct {
	age int

	card, border, text, muted, faint, accent, arrow, token, track, grid color.Color
	switching, onState                                                  color.Color
	states                                                              [trace.Terminated + 1]color.Color
	hues                                                                [Hues]color.Color
	trouble                                                             color.Color // of marks on those who get nowhere
	letters                                                             [trace.Terminated + 1]string
	switchLetter                                                        string

	theme, stroke            float32 // width of lines, as the theme has it and as drawn
	unit, title, name, small float32 // type sizes; unit is that of ordinary type
	corner                   float32 // of the letter in a token's corner
	corners                  bool    // there is room for them
	line                     float32 // height of a line for each unit of type size
	twoLines                 float32 // least height of a token with two lines
}

var lettered = [...]trace.State{trace.New, trace.Ready, trace.Running, trace.Blocked, trace.Terminated, trace.Stopped, trace.Zombie}

// read takes the colours from a theme.
func (s *stageStyle) read(th fyne.Theme, variant fyne.ThemeVariant, words Words) {
	s.age++
	get := func(name fyne.ThemeColorName) color.Color {
		return color.Color(toNRGBA(th.Color(name, variant)))
	}
	s.card, s.border, s.text, s.muted = get(ColorCard), get(ColorCardBorder), get(ColorText), get(ColorMuted)
	s.accent, s.arrow, s.token, s.track, s.grid = get(ColorAccent), get(ColorArrow), get(ColorToken), get(ColorTrack), get(ColorGrid)
	s.faint = fade(s.muted, s.card)
	s.switching = get(ColorSwitch)
	s.onState = color.NRGBA{0x10, 0x13, 0x18, 0xFF} // all states are light enough for it
	for st := trace.New; st <= trace.Terminated; st++ {
		s.states[st] = get(StateColor(st))
	}
	s.trouble = get(missedColor)
	for i := range s.hues {
		s.hues[i] = get(Hue(i))
	}
	for _, st := range lettered {
		s.letters[st] = words.say("state." + st.String() + ".letter")
	}
	s.switchLetter = words.say("state.switch.letter")
	s.theme = th.Size(SizeLine)
	s.stroke = s.theme
}

// resize takes the sizes from a layout.
func (s *stageStyle) resize(l *stageLayout, line float32, project bool) {
	s.unit, s.title, s.name, s.small = l.Type.unit(), l.Type.title(), l.Type.name(), l.Small
	s.line = line
	if !project {
		s.stroke = max(1.5, s.theme*l.Type.K)
	}
	s.corner = 0.72 * s.unit
	s.corners = !project
	s.twoLines = 0.98 * l.Size.FullH
	s.age++
}

// variantOf returns the variant the settings ask for.
func variantOf() fyne.ThemeVariant {
	if app := fyne.CurrentApp(); app != nil {
		return app.Settings().ThemeVariant()
	}
	return theme.VariantLight
}

func setHidden(o fyne.CanvasObject, hidden bool) {
	if o.Visible() == hidden {
		if hidden {
			o.Hide()
		} else {
			o.Show()
		}
	}
}

// setText changes a text if it has to.
func setText(t *canvas.Text, s string, size float32, c color.Color) {
	if t.Text != s || t.TextSize != size || t.Color != c {
		t.Text, t.TextSize, t.Color = s, size, c
		t.Refresh()
	}
}

// setFill changes a rectangle if it has to.
func setFill(r *canvas.Rectangle, fill, stroke color.Color, width, radius float32) {
	if r.FillColor != fill || r.StrokeColor != stroke || r.StrokeWidth != width || r.CornerRadius != radius {
		r.FillColor, r.StrokeColor, r.StrokeWidth, r.CornerRadius = fill, stroke, width, radius
		r.Refresh()
	}
}

// setArea moves and sizes an object; an empty area hides it.
func setArea(o fyne.CanvasObject, a area) {
	if a.empty() {
		setHidden(o, true)
		return
	}
	o.Move(fyne.NewPos(a.X, a.Y))
	o.Resize(fyne.NewSize(a.W, a.H))
	setHidden(o, false)
}

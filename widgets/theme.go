package widgets

import (
	"image/color"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The colours of the stage and everything beside it, by name, for
// [Theme.Color]. A widget asks for them whenever it refreshes, since the theme
// may change while it is shown. What else Fyne's widgets need follows from them.
const (
	// ColorPage is what the cards lie on, ColorCard what they are made of.
	ColorPage       fyne.ThemeColorName = "timeslice.page"
	ColorCard       fyne.ThemeColorName = "timeslice.card"
	ColorCardBorder fyne.ThemeColorName = "timeslice.cardBorder"

	// ColorText is for what must be read, ColorMuted for what explains it. Both
	// may stand on page, card, token and the lines of a program.
	ColorText  fyne.ThemeColorName = "timeslice.text"
	ColorMuted fyne.ThemeColorName = "timeslice.muted"

	// ColorAccent is for what is chosen or can be done, ColorOnAccent for text on it.
	ColorAccent   fyne.ThemeColorName = "timeslice.accent"
	ColorOnAccent fyne.ThemeColorName = "timeslice.onAccent"

	ColorArrow    fyne.ThemeColorName = "timeslice.arrow"    // arrows of the state diagram
	ColorGrid     fyne.ThemeColorName = "timeslice.grid"     // lines behind a timeline, between rows
	ColorPlayhead fyne.ThemeColorName = "timeslice.playhead" // the instant shown
	ColorToken    fyne.ThemeColorName = "timeslice.token"    // inside of a token
	ColorTrack    fyne.ThemeColorName = "timeslice.track"    // the part of a slice ring that is used up

	// ColorLineRunning and ColorLineWaiting lie behind a program's line at which
	// a task runs or waits; the text colours are for what is said there about
	// it, on those or on a card.
	ColorLineRunning fyne.ThemeColorName = "timeslice.lineRunning"
	ColorLineWaiting fyne.ThemeColorName = "timeslice.lineWaiting"
	ColorTextRunning fyne.ThemeColorName = "timeslice.textRunning"
	ColorTextWaiting fyne.ThemeColorName = "timeslice.textWaiting"
)

// The colours of the states, the same in all themes. They are for shapes, never
// for text, and no shape says what it says by its colour alone.
const (
	ColorNew        fyne.ThemeColorName = "timeslice.state.new"
	ColorReady      fyne.ThemeColorName = "timeslice.state.ready"
	ColorRunning    fyne.ThemeColorName = "timeslice.state.running"
	ColorBlocked    fyne.ThemeColorName = "timeslice.state.blocked"
	ColorStopped    fyne.ThemeColorName = "timeslice.state.stopped"
	ColorSwitch     fyne.ThemeColorName = "timeslice.state.switch"
	ColorZombie     fyne.ThemeColorName = "timeslice.state.zombie"
	ColorTerminated fyne.ThemeColorName = "timeslice.state.terminated"
)

// The sizes that Fyne has no name for, for [Theme.Size].
const (
	SizeLine      fyne.ThemeSizeName = "timeslice.line"      // width of outlines and arrows
	SizeTokenText fyne.ThemeSizeName = "timeslice.tokenText" // a task's name on its token
	SizeClockText fyne.ThemeSizeName = "timeslice.clockText" // the instant
)

// Hues is how many hues processes have of their own; after them they come again.
const Hues = 12

const huePrefix = "timeslice.hue."

var hueNames = func() (names [Hues]fyne.ThemeColorName) {
	for i := range names {
		names[i] = fyne.ThemeColorName(huePrefix + strconv.Itoa(i))
	}
	return names
}()

// Hue returns the name of the colour of the i-th process, from 0.
func Hue(i int) fyne.ThemeColorName {
	return hueNames[((i%Hues)+Hues)%Hues]
}

// Theme is how Timeslice looks. It never changes; for another type size, or for
// the light instead of the dark, make another and hand it to Fyne.
type Theme struct {
	dark, projection bool
	scale            float32
	cjk, cjkBold     fyne.Resource
	colors           map[fyne.ThemeColorName]color.NRGBA
}

var _ fyne.Theme = (*Theme)(nil)

// NewTheme makes a theme. A projection theme has more contrast and wider lines,
// for a room; the scale multiplies every size, 1 is for a desk. The fonts are for
// Chinese characters only and may be nil, which leaves them to the system.
func NewTheme(dark, projection bool, scale float32, cjk, cjkBold fyne.Resource) *Theme {
	if !(scale > 0) {
		scale = 1
	}
	if cjkBold == nil {
		cjkBold = cjk
	}
	t := &Theme{dark: dark, projection: projection, scale: scale, cjk: cjk, cjkBold: cjkBold}
	t.colors = paletteOf(dark, projection)
	return t
}

// ProjectionScale returns the scale at which text has the height that the last
// row of a room can read, 1/34 of the picture's, in a window of this height.
func ProjectionScale(height float32) float32 {
	return max(1, height/34/theme.DefaultTheme().Size(theme.SizeNameText))
}

// Dark says whether the theme is dark.
func (t *Theme) Dark() bool { return t.dark }

// Projection says whether the theme is meant for a room.
func (t *Theme) Projection() bool { return t.projection }

// Scale returns what every size is multiplied by.
func (t *Theme) Scale() float32 { return t.scale }

// Color returns a colour of ours or one of Fyne's by its name. The theme knows by
// itself whether it is dark, whatever the system prefers.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.colors[name]; ok {
		return c
	}
	variant := theme.VariantLight
	if t.dark {
		variant = theme.VariantDark
	}
	return theme.DefaultTheme().Color(name, variant)
}

// Font returns the Chinese font for running text; Fyne takes what that lacks,
// such as all Latin letters, from its own. Fixed-width text and symbols are Fyne's.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Monospace || style.Symbol || t.cjk == nil:
		return theme.DefaultTheme().Font(style)
	case style.Bold:
		return t.cjkBold
	}
	return t.cjk
}

// Icon returns an icon of Fyne's.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Size returns a size of ours or one of Fyne's by its name.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	scale := t.scale
	var size float32
	switch name {
	case SizeLine:
		size = 2
		if t.projection {
			return max(3, quarters(size*scale))
		}
	case SizeTokenText:
		size = 18
	case SizeClockText:
		size = 20
	case theme.SizeNameCaptionText:
		size = 12 // Fyne's 11 is too small for labels that must be read
	case theme.SizeNameButtonRadius, theme.SizeNameInputRadius:
		size = 8
	case theme.SizeNameCardRadius, theme.SizeNameDialogRadius:
		size = 12
	case theme.SizeNameSeparatorThickness, theme.SizeNameInputBorder:
		// Hairlines stay hairlines, or rows of them turn into bars.
		size, scale = theme.DefaultTheme().Size(name), min(scale, 2)
	default:
		size = theme.DefaultTheme().Size(name)
		if size > math.MaxFloat32/2 { // "as round as can be"
			return size
		}
	}
	return quarters(size * scale)
}

// quarters rounds a size to a quarter of a unit. Sums of such sizes are exact,
// in whatever order layouts add them up; of others they differ in the last bit,
// and what is to hold an entry's text is then too small for it and shows
// scroll bars.
func quarters(size float32) float32 {
	return float32(math.Round(float64(size)*4)) / 4
}

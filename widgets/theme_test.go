package widgets

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

func everyTheme(t *testing.T, f func(*testing.T, *Theme)) {
	for _, projection := range []bool{false, true} {
		for _, dark := range []bool{false, true} {
			name := fmt.Sprintf("dark=%t projection=%t", dark, projection)
			t.Run(name, func(t *testing.T) { f(t, NewTheme(dark, projection, 1, nil, nil)) })
		}
	}
}

// contrast is the ratio of WCAG 2 between two colours, of which the first may
// be seen through.
func contrast(t *Theme, over, under fyne.ThemeColorName) float64 {
	luminance := func(c color.NRGBA) float64 {
		linear := func(v uint8) float64 {
			s := float64(v) / 255
			if s <= 0.04045 {
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	a := luminance(t.Color(over, 0).(color.NRGBA))
	b := luminance(t.Color(under, 0).(color.NRGBA))
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// Text meets WCAG AA at a desk, and AAA in a room.
func TestContrastOfText(t *testing.T) {
	pairs := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		ColorText:                          {ColorPage, ColorCard, ColorToken, ColorLineRunning, ColorLineWaiting, theme.ColorNameButton},
		ColorMuted:                         {ColorPage, ColorCard, ColorToken, ColorLineRunning, ColorLineWaiting},
		ColorAccent:                        {ColorPage, ColorCard},
		ColorOnAccent:                      {ColorAccent},
		ColorTextRunning:                   {ColorCard, ColorLineRunning},
		ColorTextWaiting:                   {ColorCard, ColorLineWaiting},
		theme.ColorNameForeground:          {theme.ColorNameBackground, theme.ColorNameInputBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground},
		theme.ColorNamePlaceHolder:         {theme.ColorNameInputBackground},
		theme.ColorNameHyperlink:           {theme.ColorNameBackground, ColorCard},
		theme.ColorNameForegroundOnPrimary: {theme.ColorNamePrimary},
		theme.ColorNameForegroundOnError:   {theme.ColorNameError},
		theme.ColorNameForegroundOnSuccess: {theme.ColorNameSuccess},
		theme.ColorNameForegroundOnWarning: {theme.ColorNameWarning},
		theme.ColorNameError:               {ColorCard, ColorPage},
	}
	everyTheme(t, func(t *testing.T, th *Theme) {
		want := 4.5
		if th.Projection() {
			want = 7
		}
		for over, unders := range pairs {
			for _, under := range unders {
				if got := contrast(th, over, under); got < want {
					t.Errorf("%s on %s: %.2f, want %.1f", over, under, got, want)
				}
			}
		}
	})
}

// Shapes stand out from what they lie on, 3 to 1.
func TestContrastOfShapes(t *testing.T) {
	// The hues of Okabe and Ito are light where they have to be, to be told
	// apart. These two don't reach 3 on a light card; a ready task is also a thin
	// bar or has its name in a token, and a switch is the narrow bar between two.
	excused := map[fyne.ThemeColorName]bool{ColorReady: true, ColorSwitch: true}
	states := []fyne.ThemeColorName{ColorNew, ColorReady, ColorRunning, ColorBlocked, ColorStopped,
		ColorSwitch, ColorZombie, ColorTerminated}
	shapes := append(states, ColorArrow, ColorPlayhead, ColorAccent, theme.ColorNameInputBorder)
	for i := range Hues {
		shapes = append(shapes, Hue(i))
	}
	everyTheme(t, func(t *testing.T, th *Theme) {
		for _, shape := range shapes {
			if excused[shape] && !th.Dark() {
				if got := contrast(th, shape, ColorCard); got < 2.2 {
					t.Errorf("%s on a card: %.2f, excused down to 2.2", shape, got)
				}
				continue
			}
			if got := contrast(th, shape, ColorCard); got < 3 {
				t.Errorf("%s on a card: %.2f, want 3", shape, got)
			}
		}
	})
}

// Every name has a colour of ours, and no two processes or states that must be
// told apart have one.
func TestColors(t *testing.T) {
	everyTheme(t, func(t *testing.T, th *Theme) {
		for name := range light {
			if _, ok := dark[name]; !ok {
				t.Errorf("%s is light and not dark", name)
			}
		}
		for name := range dark {
			if _, ok := light[name]; !ok {
				t.Errorf("%s is dark and not light", name)
			}
		}
		seen := map[color.Color]fyne.ThemeColorName{}
		names := []fyne.ThemeColorName{ColorNew, ColorReady, ColorRunning, ColorBlocked, ColorStopped, ColorSwitch}
		for i := range Hues {
			names = append(names, Hue(i))
		}
		for _, name := range names {
			c := th.Color(name, 0)
			if other, ok := seen[c]; ok {
				t.Errorf("%s looks like %s", name, other)
			}
			seen[c] = name
		}
	})
	if Hue(-1) != Hue(Hues-1) || Hue(Hues) != Hue(0) {
		t.Error("hues do not come round")
	}
}

func TestStateColor(t *testing.T) {
	seen := map[fyne.ThemeColorName]bool{}
	for _, s := range trace.States() {
		name := StateColor(s)
		if seen[name] {
			t.Errorf("%s has another state's colour, %s", s, name)
		}
		seen[name] = true
	}
	if StateColor(0) != ColorNew || StateColor(99) != ColorNew {
		t.Error("a state that isn't one has no colour")
	}
}

func TestSizes(t *testing.T) {
	desk, room := NewTheme(false, false, 1, nil, nil), NewTheme(false, true, 2, nil, nil)
	if got := desk.Size(theme.SizeNameText); got != 14 {
		t.Errorf("text is %v", got)
	}
	if got := room.Size(theme.SizeNameText); got != 28 {
		t.Errorf("text at scale 2 is %v", got)
	}
	for _, name := range []fyne.ThemeSizeName{theme.SizeNameText, theme.SizeNamePadding, theme.SizeNameInputBorder, SizeLine} {
		if got := NewTheme(false, true, 1.37, nil, nil).Size(name) * 4; got != float32(math.Round(float64(got))) {
			t.Errorf("%s is not a multiple of a quarter", name)
		}
	}
	if got := NewTheme(true, true, 1, nil, nil).Size(SizeLine); got < 3 {
		t.Errorf("lines in a room are %v, want 3 or more", got)
	}
	if got := room.Size(theme.SizeNameWindowButtonRadius); math.IsInf(float64(got), 0) {
		t.Error("a radius is infinite")
	}
	for _, scale := range []float32{0, -1, float32(math.NaN())} {
		if got := NewTheme(false, false, scale, nil, nil).Scale(); got != 1 {
			t.Errorf("scale %v became %v", scale, got)
		}
	}
	if got := NewTheme(false, true, ProjectionScale(1080), nil, nil).Size(theme.SizeNameText); got < 1080/34 {
		t.Errorf("text of a 1080 high picture is %v", got)
	}
}

func TestFonts(t *testing.T) {
	cjk, bold := fyne.NewStaticResource("cjk", nil), fyne.NewStaticResource("bold", nil)
	for _, c := range []struct {
		theme *Theme
		style fyne.TextStyle
		want  fyne.Resource
	}{
		{NewTheme(false, false, 1, cjk, bold), fyne.TextStyle{}, cjk},
		{NewTheme(false, false, 1, cjk, bold), fyne.TextStyle{Italic: true}, cjk},
		{NewTheme(false, false, 1, cjk, bold), fyne.TextStyle{Bold: true}, bold},
		{NewTheme(false, false, 1, cjk, nil), fyne.TextStyle{Bold: true}, cjk},
		{NewTheme(false, false, 1, cjk, bold), fyne.TextStyle{Monospace: true}, theme.DefaultTextMonospaceFont()},
		{NewTheme(false, false, 1, cjk, bold), fyne.TextStyle{Symbol: true}, theme.DefaultSymbolFont()},
		{NewTheme(false, false, 1, nil, nil), fyne.TextStyle{Bold: true}, theme.DefaultTextBoldFont()},
	} {
		if got := c.theme.Font(c.style); got != c.want {
			t.Errorf("%+v: %s, want %s", c.style, got.Name(), c.want.Name())
		}
	}
}

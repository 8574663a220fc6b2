package widgets

import (
	"image/color"
	"maps"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

type palette = map[fyne.ThemeColorName]color.NRGBA

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xFF}
}

func faint(hex uint32, alpha uint8) color.NRGBA {
	c := rgb(hex)
	c.A = alpha
	return c
}

// shared holds what is the same in every theme: the states' hues, which are
// those of Okabe and Ito and told apart with every common colour vision, and
// the processes'. The latter stand apart from the states' and from one another,
// neighbours most, and out against light and dark alike.
var shared = palette{
	ColorNew:        rgb(0x8A93A3),
	ColorReady:      rgb(0xE69F00),
	ColorRunning:    rgb(0x009E73),
	ColorBlocked:    rgb(0xD55E00),
	ColorStopped:    rgb(0xB565A7),
	ColorSwitch:     rgb(0x56B4E9),
	ColorZombie:     rgb(0x8A93A3),
	ColorTerminated: rgb(0x8A93A3),

	Hue(0):  rgb(0x0A9BB5), // teal
	Hue(1):  rgb(0xC23B8E), // magenta
	Hue(2):  rgb(0x7A5AE0), // violet
	Hue(3):  rgb(0xB8860B), // gold
	Hue(4):  rgb(0x4C6FFF), // blue
	Hue(5):  rgb(0x926043), // brown
	Hue(6):  rgb(0x5F7F14), // olive
	Hue(7):  rgb(0x1272A8), // steel
	Hue(8):  rgb(0xE02B55), // crimson
	Hue(9):  rgb(0xA93BD6), // purple
	Hue(10): rgb(0x3F7F78), // sea
	Hue(11): rgb(0xE45A9C), // pink
}

var light = palette{
	ColorPage:        rgb(0xF6F7F9),
	ColorCard:        rgb(0xFFFFFF),
	ColorCardBorder:  rgb(0xE3E6EB),
	ColorText:        rgb(0x14181F),
	ColorMuted:       rgb(0x5B6472),
	ColorAccent:      rgb(0x2457D6),
	ColorOnAccent:    rgb(0xFFFFFF),
	ColorArrow:       rgb(0x5B6472),
	ColorGrid:        rgb(0xE7EAEE),
	ColorPlayhead:    rgb(0x14181F),
	ColorToken:       rgb(0xFFFFFF),
	ColorTrack:       rgb(0xD7DBE2),
	ColorLineRunning: rgb(0xCCEBE3),
	ColorLineWaiting: rgb(0xF8E7D9),
	ColorTextRunning: rgb(0x00664A),
	ColorTextWaiting: rgb(0xA24700),

	theme.ColorNameButton:           rgb(0xECEEF2),
	theme.ColorNameDisabledButton:   rgb(0xF1F2F5),
	theme.ColorNameDisabled:         rgb(0x8A93A3),
	theme.ColorNameInputBackground:  rgb(0xE7EAEE), // of entries, and the track of sliders on a card
	theme.ColorNameInputBorder:      rgb(0x7A838F),
	theme.ColorNameHover:            faint(0x14181F, 0x12),
	theme.ColorNamePressed:          faint(0x14181F, 0x24),
	theme.ColorNameScrollBar:        faint(0x14181F, 0x66),
	theme.ColorNameShadow:           faint(0x14181F, 0x26),
	theme.ColorNameError:            rgb(0xB42318),
	theme.ColorNameWarning:          rgb(0x8A5A00),
	theme.ColorNameSuccess:          rgb(0x00664A),
	theme.ColorNameHeaderBackground: rgb(0xF1F2F5),
}

var dark = palette{
	ColorPage:        rgb(0x0F1218),
	ColorCard:        rgb(0x171C25),
	ColorCardBorder:  rgb(0x252C38),
	ColorText:        rgb(0xF2F5FA),
	ColorMuted:       rgb(0xA7B1C2),
	ColorAccent:      rgb(0x7DA6FF),
	ColorOnAccent:    rgb(0x0F1218),
	ColorArrow:       rgb(0xA7B1C2),
	ColorGrid:        rgb(0x222834),
	ColorPlayhead:    rgb(0xFFFFFF),
	ColorToken:       rgb(0x171C25),
	ColorTrack:       rgb(0x2B3341),
	ColorLineRunning: rgb(0x123535),
	ColorLineWaiting: rgb(0x33261F),
	ColorTextRunning: rgb(0x4FD1A9),
	ColorTextWaiting: rgb(0xFF9A57),

	theme.ColorNameButton:           rgb(0x252C38),
	theme.ColorNameDisabledButton:   rgb(0x1C222C),
	theme.ColorNameDisabled:         rgb(0x6B7587),
	theme.ColorNameInputBackground:  rgb(0x252C38),
	theme.ColorNameInputBorder:      rgb(0x7D8799),
	theme.ColorNameHover:            faint(0xFFFFFF, 0x14),
	theme.ColorNamePressed:          faint(0xFFFFFF, 0x28),
	theme.ColorNameScrollBar:        faint(0xFFFFFF, 0x66),
	theme.ColorNameShadow:           faint(0x000000, 0x80),
	theme.ColorNameError:            rgb(0xFF8A75),
	theme.ColorNameWarning:          rgb(0xE69F00),
	theme.ColorNameSuccess:          rgb(0x4FD1A9),
	theme.ColorNameHeaderBackground: rgb(0x1C222C),
}

// What a room needs more contrast for.
var (
	lightProjection = palette{
		ColorCardBorder:  rgb(0x8A93A3),
		ColorMuted:       rgb(0x3D4551),
		ColorAccent:      rgb(0x1D49BD),
		ColorArrow:       rgb(0x3D4551),
		ColorGrid:        rgb(0xD7DBE2),
		ColorTextRunning: rgb(0x004D38),
		ColorTextWaiting: rgb(0x7A3500),

		theme.ColorNameError:   rgb(0x8F1A11),
		theme.ColorNameWarning: rgb(0x5F3D00),
		theme.ColorNameSuccess: rgb(0x004D38),
	}
	darkProjection = palette{
		ColorCardBorder:  rgb(0x6B7587),
		ColorMuted:       rgb(0xC6CEDB),
		ColorArrow:       rgb(0xC6CEDB),
		ColorGrid:        rgb(0x2B3341),
		ColorTextRunning: rgb(0x6FE0BD),
		ColorTextWaiting: rgb(0xFFB27F),

		theme.ColorNameError: rgb(0xFFA899),
	}
)

// paletteOf puts a theme's colours together, ours and those of Fyne's that
// follow from ours.
func paletteOf(isDark, projection bool) palette {
	base, more := light, lightProjection
	if isDark {
		base, more = dark, darkProjection
	}
	p := maps.Clone(shared)
	maps.Copy(p, base)
	if projection {
		maps.Copy(p, more)
	}

	for name, ours := range map[fyne.ThemeColorName]fyne.ThemeColorName{
		theme.ColorNameBackground:          ColorPage,
		theme.ColorNameForeground:          ColorText,
		theme.ColorNamePlaceHolder:         ColorMuted,
		theme.ColorNamePrimary:             ColorAccent,
		theme.ColorNameForegroundOnPrimary: ColorOnAccent,
		theme.ColorNameHyperlink:           ColorAccent,
		theme.ColorNameMenuBackground:      ColorCard,
		theme.ColorNameOverlayBackground:   ColorCard,
		theme.ColorNameSeparator:           ColorCardBorder,
		theme.ColorNameForegroundOnError:   ColorCard,
		theme.ColorNameForegroundOnSuccess: ColorCard,
		theme.ColorNameForegroundOnWarning: ColorCard,
		theme.ColorNameInnerWindowBorder:   ColorCardBorder,
	} {
		p[name] = p[ours]
	}
	for name, alpha := range map[fyne.ThemeColorName]uint8{
		theme.ColorNameFocus:     0x73,
		theme.ColorNameSelection: 0x4D,
	} {
		c := p[ColorAccent]
		c.A = alpha
		p[name] = c
	}
	return p
}

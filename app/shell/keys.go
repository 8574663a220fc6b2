package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// A command is something the reader can do. This one table makes the keys, the
// menu behind the name of the program and the sheet of keys (F1).
type command struct {
	id   string // its label is "keys." + id in the translations
	keys []stroke
	do   func(*Shell)
	// anywhere also works while a text is being typed.
	anywhere bool
	// look only changes how the window looks, so it may while a dialog is open.
	look bool
}

// A stroke is one way to give a command with the keyboard: a named key, with or
// without Shift or Control, or a character wherever it is on the keyboard.
type stroke struct {
	key     fyne.KeyName
	char    rune
	shift   bool
	control bool
	show    string // on the sheet of keys; "" hides an alias
}

func key(k fyne.KeyName, show string) stroke { return stroke{key: k, show: show} }
func char(r rune, show string) stroke        { return stroke{char: r, show: show} }
func shift(k fyne.KeyName, show string) stroke {
	return stroke{key: k, shift: true, show: show}
}
func control(k fyne.KeyName, show string) stroke {
	return stroke{key: k, control: true, show: show}
}

func commands() []command {
	list := []command{
		{id: "play", keys: []stroke{key(fyne.KeySpace, "Space")}, do: (*Shell).togglePlay},
		{id: "step", keys: []stroke{key(fyne.KeyRight, "→"), key(fyne.KeyPageDown, "")}, do: (*Shell).stepOn},
		{id: "back", keys: []stroke{key(fyne.KeyLeft, "←"), key(fyne.KeyPageUp, "")}, do: (*Shell).stepBack},
		{id: "decision", keys: []stroke{shift(fyne.KeyRight, "Shift →")}, do: (*Shell).decisionOn},
		{id: "decision_back", keys: []stroke{shift(fyne.KeyLeft, "Shift ←")}, do: (*Shell).decisionBack},
		{id: "switching", keys: []stroke{char('s', "S")}, do: (*Shell).toggleSwitching},
		{id: "part", keys: []stroke{char(']', "]")}, do: (*Shell).partOn},
		{id: "part_back", keys: []stroke{char('[', "[")}, do: (*Shell).partBack},
		{id: "tick", keys: []stroke{char('.', ".")}, do: (*Shell).tickOn},
		{id: "tick_back", keys: []stroke{char(',', ",")}, do: (*Shell).tickBack},
		{id: "until", keys: []stroke{char('u', "U")}, do: (*Shell).untilSelectedChanges},
		{id: "halt", keys: []stroke{key(fyne.KeyF8, "F8")}, do: (*Shell).toBreakpoint, anywhere: true},
		{id: "halt_back", keys: []stroke{shift(fyne.KeyF8, "Shift F8")}, do: (*Shell).backToBreakpoint},
		{id: "breakpoints", keys: []stroke{key(fyne.KeyF9, "F9")}, do: (*Shell).chooseBreakpoints},
		{id: "notice", keys: []stroke{char('j', "J")}, do: (*Shell).nextNotice},
		{id: "start", keys: []stroke{key(fyne.KeyHome, "Home")}, do: (*Shell).toStart},
		{id: "end", keys: []stroke{key(fyne.KeyEnd, "End")}, do: (*Shell).toEnd},
		{id: "faster", keys: []stroke{char('+', "+"), char('=', "")}, do: (*Shell).faster},
		{id: "slower", keys: []stroke{char('-', "−")}, do: (*Shell).slower},
		{id: "by_event", keys: []stroke{char('e', "E")}, do: (*Shell).toggleByEvent},
		{id: "lanes", keys: []stroke{char('l', "L")}, do: (*Shell).toggleLanes},
		{id: "zoom_in", keys: []stroke{key(fyne.KeyUp, "↑")}, do: (*Shell).zoomIn},
		{id: "zoom_out", keys: []stroke{key(fyne.KeyDown, "↓")}, do: (*Shell).zoomOut},
		{id: "zoom_all", keys: []stroke{char('0', "0")}, do: (*Shell).zoomAll},
		{id: "lanes_up", keys: []stroke{shift(fyne.KeyUp, "Shift ↑")}, do: (*Shell).lanesUp},
		{id: "lanes_down", keys: []stroke{shift(fyne.KeyDown, "Shift ↓")}, do: (*Shell).lanesDown},
		{id: "larger", keys: []stroke{control(fyne.KeyEqual, "Ctrl +"), control(fyne.KeyPlus, "")}, do: (*Shell).largerType, look: true},
		{id: "smaller", keys: []stroke{control(fyne.KeyMinus, "Ctrl −")}, do: (*Shell).smallerType, look: true},
		{id: "usual", keys: []stroke{control(fyne.Key0, "Ctrl 0")}, do: (*Shell).usualType, look: true},
		{id: "kill", keys: []stroke{char('k', "K")}, do: (*Shell).killSelected},
		{id: "stop", keys: []stroke{char('z', "Z")}, do: (*Shell).stopSelected},
		{id: "signal", keys: []stroke{char('h', "H")}, do: (*Shell).chooseSignal},
		{id: "undo", keys: []stroke{control(fyne.KeyZ, "Ctrl Z")}, do: (*Shell).undo},
		{id: "compare", keys: []stroke{char('c', "C")}, do: (*Shell).chooseComparison},
		{id: "real", keys: []stroke{char('r', "R")}, do: (*Shell).runForReal},
		{id: "filter", keys: []stroke{char('f', "F")}, do: (*Shell).showLog},
		{id: "explore", keys: []stroke{char('x', "X")}, do: (*Shell).showExplorer},
		{id: "figures", keys: []stroke{char('m', "M")}, do: (*Shell).nextFigures},
		{id: "why", keys: []stroke{char('y', "Y")}, do: (*Shell).toggleWhy},
		{id: "inspect", keys: []stroke{char('i', "I")}, do: (*Shell).toggleInspector},
		{id: "waits", keys: []stroke{char('w', "W")}, do: (*Shell).showWaits},
		{id: "states", keys: []stroke{char('v', "V")}, do: (*Shell).nextStates},
		{id: "tree", keys: []stroke{char('t', "T")}, do: (*Shell).showTree},
		{id: "glossary", keys: []stroke{char('g', "G")}, do: (*Shell).showGlossary},
		{id: "theme", keys: []stroke{char('d', "D")}, do: (*Shell).toggleDark},
		{id: "project", keys: []stroke{key(fyne.KeyF5, "F5")}, do: (*Shell).toggleProjection, anywhere: true},
		{id: "blank", keys: []stroke{char('b', "B")}, do: (*Shell).toggleBlank},
		{id: "predict", keys: []stroke{char('p', "P")}, do: (*Shell).togglePrediction},
		{id: "leave", keys: []stroke{key(fyne.KeyEscape, "Esc")}, do: (*Shell).leave, anywhere: true},
		{id: "help", keys: []stroke{key(fyne.KeyF1, "F1")}, do: (*Shell).showKeys, anywhere: true},
		{id: "open", keys: []stroke{control(fyne.KeyO, "Ctrl O")}, do: (*Shell).openFile},
		{id: "save", keys: []stroke{control(fyne.KeyS, "Ctrl S")}, do: (*Shell).saveFile},
		{id: "export", keys: []stroke{control(fyne.KeyE, "Ctrl E")}, do: (*Shell).exportFile},
	}
	for i := range 9 {
		r := rune('1' + i)
		show := ""
		if i == 0 {
			show = "1 … 9"
		}
		list = append(list, command{id: "select", keys: []stroke{char(r, show)}, do: func(s *Shell) { s.number(i) }})
	}
	return list
}

// bindKeys makes the window obey the commands' keys. While a dialog lies over it
// only Esc and the size of the type count; a popup makes way.
func (s *Shell) bindKeys() {
	canvas := s.window.Canvas()
	named := map[stroke]command{}
	for _, c := range s.commands {
		for _, k := range c.keys {
			k.show = ""
			named[k] = c
			if !k.control {
				continue
			}
			for _, with := range []fyne.KeyModifier{fyne.KeyModifierControl, fyne.KeyModifierControl | fyne.KeyModifierShift} {
				shortcut := &desktop.CustomShortcut{KeyName: k.key, Modifier: with}
				do := func(fyne.Shortcut) {
					if c.look || s.allows(c) && s.uncover() {
						c.do(s)
					}
				}
				canvas.AddShortcut(shortcut, do)
				s.shortcuts.AddShortcut(shortcut, do)
				if k.key == fyne.KeyZ && with == fyne.KeyModifierControl { // which Fyne has a name of its own for
					canvas.AddShortcut(&fyne.ShortcutUndo{}, do)
				}
			}
		}
	}
	s.onKey = func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape && s.closePopup() {
			return
		}
		c, ok := named[stroke{key: e.Name, shift: s.shiftHeld()}]
		if !ok {
			c, ok = named[stroke{key: e.Name}]
		}
		if ok && s.allows(c) && s.uncover() {
			c.do(s)
		}
	}
	s.onRune = func(r rune) {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		if c, ok := named[stroke{char: r}]; ok && s.allows(c) && s.uncover() {
			c.do(s)
		}
	}
	s.anywhere = func(k fyne.KeyName) bool { return named[stroke{key: k}].anywhere }
	canvas.SetOnTypedKey(s.onKey)
	canvas.SetOnTypedRune(s.onRune)
}

// uncover closes a popup of ours and reports whether nothing lies over the
// window any more.
func (s *Shell) uncover() bool {
	if s.covered() {
		return false
	}
	s.closePopup()
	return true
}

// shiftHeld reports whether a Shift key is down, where the system can tell.
func (s *Shell) shiftHeld() bool {
	d, ok := s.app.Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

package shell

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Fields are Fyne's own, but for one thing: they keep the keyboard only for what
// they have a use for. Esc, F1, F5 and the like, and every shortcut, go on to
// the window.

// entry is a line or a page of text.
type entry struct {
	widget.Entry
	shell *Shell
	// escape is what Esc does; nil is what it does everywhere else.
	escape func()
	// submit is what Ctrl and Return do where Return begins a line; nil is nothing.
	submit func()
	// left is told when the keyboard goes elsewhere.
	left func()
}

func (s *Shell) newEntry(lines bool) *entry {
	e := &entry{shell: s}
	e.MultiLine = lines
	e.Wrapping = fyne.TextWrapOff
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey is for Fyne.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyEscape && e.escape != nil:
		e.escape()
	case e.shell.anywhere(k.Name):
		e.shell.onKey(k)
	default:
		e.Entry.TypedKey(k)
		if e.MultiLine && (k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter) {
			e.indent()
		}
	}
}

// indent begins a line as far in as the one before.
func (e *entry) indent() {
	lines := strings.Split(e.Text, "\n")
	if at := e.CursorRow - 1; at >= 0 && at < len(lines) {
		before := lines[at]
		for range len(before) - len(strings.TrimLeft(before, " ")) {
			e.TypedRune(' ')
		}
	}
}

// TypedShortcut is for Fyne.
func (e *entry) TypedShortcut(k fyne.Shortcut) {
	if c, ours := k.(*desktop.CustomShortcut); ours {
		if e.submit != nil && (c.KeyName == fyne.KeyReturn || c.KeyName == fyne.KeyEnter) {
			e.submit()
			return
		}
		e.shell.shortcuts.TypedShortcut(k)
	}
	e.Entry.TypedShortcut(k)
}

// FocusLost is for Fyne.
func (e *entry) FocusLost() {
	e.Entry.FocusLost()
	if e.left != nil {
		e.left()
	}
}

// choice is a field to choose from.
type choice struct {
	widget.Select
	shell *Shell
}

func (s *Shell) newChoice(options []string) *choice {
	c := &choice{shell: s}
	c.Options = options
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey is for Fyne.
func (c *choice) TypedKey(k *fyne.KeyEvent) {
	if c.shell.anywhere(k.Name) {
		c.shell.onKey(k)
		return
	}
	c.Select.TypedKey(k)
}

// check is a field that is on or off.
type check struct {
	widget.Check
	shell *Shell
}

func (s *Shell) newCheck(on bool, changed func(bool)) *check {
	c := &check{shell: s}
	c.Checked = on
	c.OnChanged = changed
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey is for Fyne.
func (c *check) TypedKey(k *fyne.KeyEvent) {
	if c.shell.anywhere(k.Name) {
		c.shell.onKey(k)
		return
	}
	c.Check.TypedKey(k)
}

// list is a list that one may click in and go on stepping.
type list struct {
	widget.List
	shell *Shell
}

// TypedKey is for Fyne.
func (l *list) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyUp, fyne.KeyDown:
		l.List.TypedKey(k)
	default:
		l.shell.onKey(k)
	}
}

// TypedRune is for Fyne.
func (l *list) TypedRune(r rune) { l.shell.onRune(r) }

// table is a table that one may click in and go on stepping.
type table struct {
	widget.Table
	shell *Shell
}

// TypedKey is for Fyne.
func (t *table) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyUp, fyne.KeyDown:
		t.Table.TypedKey(k)
	default:
		t.shell.onKey(k)
	}
}

// TypedRune is for Fyne.
func (t *table) TypedRune(r rune) { t.shell.onRune(r) }

// closePopup takes away what lies over the window and reports whether there was
// something.
func (s *Shell) closePopup() bool {
	overlays := s.window.Canvas().Overlays()
	switch {
	case overlays.Top() == nil:
		return false
	case s.leaveDialog != nil:
		s.leaveDialog()
	case s.covered():
		overlays.Remove(overlays.Top())
	default:
		s.popup.Hide()
	}
	return true
}

// covered reports whether something lies over the window that isn't just a
// popup of ours, so that keys are none of the window's business.
func (s *Shell) covered() bool {
	overlays := s.window.Canvas().Overlays()
	ours := s.popup != nil && s.popup.Visible()
	return len(overlays.List()) > 1 || overlays.Top() != nil && !ours
}

package shell

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/words"
)

// A view is what takes the stage's place; transport and timelines stay.
type view uint8

const (
	stageView view = iota
	logView
	figuresView
	keysView
	glossaryView
	waitsView
	exploreView
	treeView
	bankView // a table of the banker's algorithm, which no run belongs to
)

func (s *Shell) showKeys()     { s.setView(keysView) }
func (s *Shell) showGlossary() { s.setView(glossaryView) }
func (s *Shell) showWaits()    { s.setView(waitsView) }
func (s *Shell) showTree()     { s.setView(treeView) }

// showLog shows the event log and gives its filter the keyboard, until one
// presses Return or Esc.
func (s *Shell) showLog() {
	if s.view != logView {
		s.setView(logView)
	}
	s.window.Canvas().Focus(s.parts.log.filter)
}

// showView brings a view up to date whose run has changed.
func (s *Shell) showView() {
	switch s.view {
	case logView:
		s.parts.log.fill()
	case figuresView:
		s.arrange()
	case waitsView:
		s.tellWaits()
	case treeView:
		s.tellTree()
	}
}

// instead reports whether a view has nothing to do with the run, so that it may
// have the whole window.
func (v view) instead() bool { return v == keysView || v == glossaryView || v == bankView }

// inRoom reports whether a view goes with the time, as the stage does, and takes
// its place in a projection.
func (v view) inRoom() bool { return v == waitsView || v == treeView }

// setView puts a view where the stage is; asked for again, the stage comes back.
func (s *Shell) setView(v view) {
	if v == s.view && v != stageView {
		v = stageView
	}
	left := s.view == bankView
	s.view = v
	if left {
		s.showBar()
	}
	s.arrange()
	if v == logView {
		s.parts.log.follow() // now that it has a size
	}
}

// content makes the view's widgets; nil means the stage.
func (s *Shell) content() fyne.CanvasObject {
	switch s.view {
	case logView:
		return s.logContent()
	case figuresView:
		return s.figuresContent()
	case exploreView:
		return s.exploreContent()
	case keysView:
		return s.keysContent()
	case glossaryView:
		return s.glossaryContent()
	case waitsView:
		return s.waitsContent()
	case treeView:
		return s.treeContent()
	case bankView:
		return s.bankContent()
	}
	return nil
}

// heading is a line over a view.
func heading(text string) *widget.Label {
	l := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	l.SizeName = theme.SizeNameSubHeadingText
	return l
}

// keysContent is the sheet of keys, made from the table of commands: column by
// column, as many of them as there is room for.
func (s *Shell) keysContent() fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, c := range s.commands {
		var keys []string
		for _, k := range c.keys {
			if k.show != "" {
				keys = append(keys, k.show)
			}
		}
		if len(keys) == 0 {
			continue
		}
		name := widget.NewLabelWithStyle(strings.Join(keys, "  "), fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
		does := widget.NewLabel(s.words.T("keys." + c.id))
		does.Truncation = fyne.TextTruncateEllipsis
		rows = append(rows, container.New(pair(0.2), name, does))
	}
	const wide = 27 // sizes of text that a column needs
	columns := min(max(int(s.window.Canvas().Size().Width/(wide*theme.TextSize())), 1), 3)
	grid := container.NewGridWithColumns(columns)
	each := (len(rows) + columns - 1) / columns
	for part := range slices.Chunk(rows, each) {
		grid.Add(container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()/2), part...))
	}
	return container.NewBorder(heading(s.words.T("keys.title")), nil, nil, nil, container.NewVScroll(grid))
}

// glossaryContent says what the field's words mean, in the reader's language
// with the English word beside it.
func (s *Shell) glossaryContent() fyne.CanvasObject {
	english := words.New("en")
	rows := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for _, id := range s.words.IDs() {
		term, ok := strings.CutSuffix(id, ".about")
		if !ok || !strings.HasPrefix(id, "word.") && !strings.HasPrefix(id, "state.") && !strings.HasPrefix(id, "policy.") {
			continue
		}
		if !s.words.Has(term) {
			term += ".name"
		}
		text := s.words.T(term)
		if e := english.T(term); e != text {
			text += "  ·  " + e
		}
		name := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		name.Wrapping = fyne.TextWrapWord
		about := widget.NewLabel(s.words.T(id))
		about.Wrapping = fyne.TextWrapWord
		rows.Add(container.New(pair(0.28), name, about))
	}
	return container.NewBorder(heading(s.words.T("glossary.title")), nil, nil, nil, container.NewVScroll(rows))
}

// pair puts two things side by side, the first of which gets a part of the width.
type pair float32

func (p pair) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(a.Width+b.Width, max(a.Height, b.Height))
}

func (p pair) Layout(o []fyne.CanvasObject, size fyne.Size) {
	left := size.Width * float32(p)
	o[0].Resize(fyne.NewSize(left, size.Height))
	o[1].Resize(fyne.NewSize(size.Width-left, size.Height))
	o[1].Move(fyne.NewPos(left, 0))
}

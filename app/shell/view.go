package shell

import (
	"fmt"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/words"
	"timeslice/sim/trace"
)

// A view is what takes the stage's place; transport and timelines stay.
type view uint8

const (
	stageView view = iota
	logView
	figuresView
	keysView
	glossaryView
)

func (s *Shell) showLog()     { s.setView(logView) }
func (s *Shell) showFigures() { s.setView(figuresView) }
func (s *Shell) showKeys()    { s.setView(keysView) }

func (s *Shell) showGlossary() { s.setView(glossaryView) }

// setView puts a view where the stage is; asked for again, the stage comes back.
func (s *Shell) setView(v view) {
	if v == s.view && v != stageView {
		v = stageView
	}
	s.view = v
	s.arrange()
}

// content makes the view's widgets; nil means the stage.
func (s *Shell) content() fyne.CanvasObject {
	switch s.view {
	case logView:
		return s.logContent()
	case figuresView:
		return s.figuresContent()
	case keysView:
		return s.keysContent()
	case glossaryView:
		return s.glossaryContent()
	}
	return nil
}

// logContent is the list of events with a filter: words that must all be in the
// line, each a regular expression if it can be read as one.
func (s *Shell) logContent() fyne.CanvasObject {
	r, h := s.session.seen, &s.session.seen.Header
	shown := filterLog(r, s.logLine, "")
	list := widget.NewList(
		func() int { return len(shown) },
		func() fyne.CanvasObject {
			l := widget.NewLabel("")
			l.Truncation = fyne.TextTruncateEllipsis
			return l
		},
		func(i int, o fyne.CanvasObject) {
			o.(*widget.Label).SetText(s.logLine(h, shown[i], r.Event(shown[i])))
		},
	)
	list.OnSelected = func(i int) {
		e := r.Event(shown[i])
		s.step(func() { s.player.stand(shown[i]+1, e.Time) }, false)
	}
	found := widget.NewLabel("")
	say := func() { found.SetText(s.words.T("log.shown", "N", len(shown))) }
	say()
	filter := widget.NewEntry()
	filter.SetPlaceHolder(s.words.T("log.filter"))
	filter.OnChanged = func(text string) {
		shown = filterLog(r, s.logLine, text)
		say()
		list.UnselectAll()
		list.Refresh()
	}
	filter.OnSubmitted = func(string) { s.window.Canvas().Unfocus() }
	s.parts.filter = filter
	return container.NewBorder(container.NewBorder(nil, nil, nil, found, filter), nil, nil, nil, list)
}

func (s *Shell) logLine(h *trace.Header, i int, e trace.Event) string {
	return fmt.Sprintf("%6d   %10s   %s", i+1, h.WithUnit(e.Time), s.words.Event(h, e))
}

// mostLog bounds how many events are searched through for one letter typed.
const mostLog = 200_000

// filterLog returns the numbers of the events whose line has every word of the
// filter in it.
func filterLog(r *trace.Recording, line func(*trace.Header, int, trace.Event) string, filter string) []int {
	var parts []*regexp.Regexp
	for _, w := range strings.Fields(filter) {
		x, err := regexp.Compile("(?i)" + w)
		if err != nil {
			x = regexp.MustCompile("(?i)" + regexp.QuoteMeta(w))
		}
		parts = append(parts, x)
	}
	var shown []int
next:
	for i, e := range r.Events(0) {
		if i >= mostLog {
			break
		}
		if e.Kind.Bookkeeping() {
			continue
		}
		if len(parts) > 0 {
			text := line(&r.Header, i, e) + " " + e.Kind.String()
			for _, w := range parts {
				if !w.MatchString(text) {
					continue next
				}
			}
		}
		shown = append(shown, i)
	}
	return shown
}

// keysContent is the sheet of keys, made from the table of commands.
func (s *Shell) keysContent() fyne.CanvasObject {
	grid := container.NewGridWithColumns(2)
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
		grid.Add(container.NewGridWithColumns(2, name, widget.NewLabel(s.words.T("keys."+c.id))))
	}
	title := widget.NewLabelWithStyle(s.words.T("keys.title"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	return container.NewBorder(title, nil, nil, nil, container.NewVScroll(grid))
}

// glossaryContent says what the field's words mean, in the reader's language
// with the English word beside it.
func (s *Shell) glossaryContent() fyne.CanvasObject {
	english := words.New("en")
	rows := container.NewVBox()
	for _, id := range s.words.IDs() {
		term, ok := strings.CutSuffix(id, ".about")
		if !ok || !strings.HasPrefix(id, "word.") && !strings.HasPrefix(id, "state.") && !strings.HasPrefix(id, "policy.") {
			continue
		}
		if !s.words.Has(term) {
			term += ".name"
		}
		name := s.words.T(term)
		if e := english.T(term); e != name {
			name += "  ·  " + e
		}
		about := widget.NewLabel(s.words.T(id))
		about.Wrapping = fyne.TextWrapWord
		rows.Add(container.NewBorder(widget.NewLabelWithStyle(name, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), nil, nil, nil, about))
	}
	return container.NewVScroll(rows)
}

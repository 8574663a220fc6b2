package shell

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// eventLog is the list of events while it is shown. The event that happened last
// is marked and kept in sight; a click on another goes there.
type eventLog struct {
	shell  *Shell
	list   *list
	filter *entry
	found  *widget.Label
	shown  []int // numbers of the events that pass the filter
	moving bool  // the mark follows the play-head rather than the reader
}

// logContent makes the list of events with a filter: words that must all be in
// the line, each a regular expression if it can be read as one.
func (s *Shell) logContent() fyne.CanvasObject {
	text := ""
	if s.parts.log != nil {
		text = s.parts.log.filter.Text
	}
	l := &eventLog{shell: s, list: &list{shell: s}, filter: s.newEntry(false), found: widget.NewLabel("")}
	s.parts.log = l
	l.list.Length = func() int { return len(l.shown) }
	l.list.CreateItem = func() fyne.CanvasObject { return container.New(&logRow{}, s.text(), s.text(), s.text()) }
	l.list.UpdateItem = func(i int, o fyne.CanvasObject) { l.write(l.shown[i], o.(*fyne.Container)) }
	l.list.OnSelected = l.goTo
	l.list.HideSeparators = true
	l.list.ExtendBaseWidget(l.list)
	l.filter.SetPlaceHolder(s.words.T("log.filter"))
	l.filter.Text = text
	l.filter.OnChanged = func(string) { l.fill() }
	back := func() { s.window.Canvas().Unfocus() }
	l.filter.OnSubmitted = func(string) { back() }
	l.filter.escape = back
	l.fill()
	return container.NewBorder(container.NewBorder(nil, nil, nil, l.found, l.filter), nil, nil, nil, l.list)
}

// text is a line of text that a list writes again and again.
func (s *Shell) text() *canvas.Text { return canvas.NewText("", s.color(widgets.ColorText)) }

// fill finds the events anew: the filter or the run has changed.
func (l *eventLog) fill() {
	s := l.shell
	l.shown = filterLog(s.session.seen, s.logLine, l.filter.Text)
	l.found.SetText(s.words.T("log.shown", "N", len(l.shown)))
	l.list.UnselectAll()
	l.list.Refresh()
	l.follow()
}

// follow marks the event that happened last.
func (l *eventLog) follow() {
	happened := l.shell.player.events
	i := sort.SearchInts(l.shown, happened) - 1
	l.moving = true
	defer func() { l.moving = false }()
	if i < 0 {
		l.list.UnselectAll()
		l.list.ScrollToTop()
		return
	}
	l.list.Select(i)
	l.list.ScrollTo(min(i+logMargin, len(l.shown)-1))
	l.list.ScrollTo(max(i-logMargin, 0))
}

// logMargin is how many lines before and after the mark are kept in sight.
const logMargin = 2

// goTo goes to the event the reader has clicked.
func (l *eventLog) goTo(i int) {
	if l.moving || i >= len(l.shown) {
		return
	}
	s, event := l.shell, l.shown[i]
	s.step(func() { s.player.stand(event+1, s.session.seen.Event(event).Time) }, false)
}

// write writes a line: number, time, what happened.
func (l *eventLog) write(event int, row *fyne.Container) {
	s := l.shell
	h, e := &s.session.seen.Header, s.session.seen.Event(event)
	parts := [3]string{strconv.Itoa(event + 1), h.WithUnit(e.Time), s.eventSaid(h, e)}
	for i, o := range row.Objects {
		t := o.(*canvas.Text)
		color := s.color(widgets.ColorText)
		if i < 2 {
			color = s.color(widgets.ColorMuted)
		}
		if size := theme.TextSize(); t.Text != parts[i] || t.Color != color || t.TextSize != size {
			t.Text, t.Color, t.TextSize = parts[i], color, size
			t.Refresh()
		}
	}
	row.Layout.Layout(row.Objects, row.Size())
}

// logRow puts the parts of a line into columns: two that end where they should,
// one that begins there.
type logRow struct{}

func (*logRow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, fyne.MeasureText("X", theme.TextSize(), fyne.TextStyle{}).Height*1.25)
}

func (*logRow) Layout(o []fyne.CanvasObject, size fyne.Size) {
	em := theme.TextSize()
	ends := []float32{em * 4, em * 10}
	for i, part := range o {
		least := part.MinSize()
		x := em * 11
		if i < len(ends) {
			x = ends[i] - least.Width
		}
		part.Move(fyne.NewPos(x, (size.Height-least.Height)/2))
		part.Resize(least)
	}
}

func (s *Shell) logLine(h *trace.Header, i int, e trace.Event) string {
	return fmt.Sprintf("%d %s %s", i+1, h.WithUnit(e.Time), s.eventSaid(h, e))
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

package shell

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// parts are the widgets the window is made of. Each is made once and put where
// the desk or the room wants it.
type parts struct {
	bar       *bar
	stage     *widgets.Stage
	memory    *widgets.Memory
	switching *widgets.Switching
	pane      *fyne.Container // stage, memory and switching
	inspector *widgets.Inspector
	program   *widgets.Program
	transport *widgets.Transport
	caption   *widgets.Caption
	first     *widgets.Timeline
	second    *widgets.Timeline
	reasons   *widgets.Reasons
	log       *eventLog            // once it has been shown
	waits     *widgets.WaitFor     // once it has been shown
	tree      *widgets.ProcessTree // once it has been shown

	room       *fyne.Container // title of the projection
	roomPolicy *canvas.Text
	roomTime   *canvas.Text
}

var blackout = color.Black

// build makes the widgets and joins them.
func (s *Shell) build() {
	p := &s.parts
	p.bar = s.newBar()
	p.stage = widgets.NewStage()
	p.stage.SetWords(s.words.T)
	p.stage.OnSelect = s.selectTask
	p.stage.ExitCode = func(id trace.TaskID) (int64, bool) { return s.session.lanes.ExitCode(id) }
	p.stage.OnNote = s.toggleWhy
	p.stage.InTrouble = s.inTrouble
	p.memory = widgets.NewMemory()
	p.memory.Hide()
	p.switching = widgets.NewSwitching(s.words.T)
	p.switching.OnWhy = s.toggleWhy
	p.switching.Hide()
	p.reasons = widgets.NewReasons()
	p.inspector = widgets.NewInspector()
	p.program = widgets.NewProgram(s.words.T)
	p.caption = widgets.NewCaption()
	p.transport = s.newTransport()
	p.first, p.second = s.newTimeline(), s.newTimeline()
	p.first.OnView = func(v widgets.View) { p.second.SetView(v) }
	p.second.OnView = func(v widgets.View) { p.first.SetView(v) }
	p.roomPolicy = canvas.NewText("", nil)
	p.roomPolicy.TextStyle.Bold = true
	p.roomTime = canvas.NewText("", nil)
	p.roomTime.TextStyle = fyne.TextStyle{Bold: true, Monospace: true}
	p.room = container.NewHBox(p.roomPolicy, layout.NewSpacer(), p.roomTime)
	s.newTips()
	s.arrange()
}

func (s *Shell) newTimeline() *widgets.Timeline {
	t := widgets.NewTimeline(s.words.T)
	t.OnSeek = func(at trace.Time) { s.seek(at) }
	t.OnSelect = s.selectTask
	t.OnHover = s.spanText
	t.Backing = widgets.ColorCard
	return t
}

// spanText says what is under the pointer on a timeline.
func (s *Shell) spanText(at widgets.Hover) string {
	h := &s.session.seen.Header
	if !at.OK || !at.InSpan || at.Task == trace.NoTask || int(at.Task) >= len(h.Tasks) {
		return ""
	}
	state := s.words.T("state." + at.Span.State.String())
	if at.Span.Switching {
		state = s.words.T("state.switch")
	}
	if at.Span.Copying {
		state = s.words.T("state.copying")
	}
	u := widgets.UnitOf(h)
	clock := func(t trace.Time) string { return string(u.AppendClock(nil, t)) }
	said := s.words.T("timeline.span", "Task", h.Tasks[at.Task].Name, "State", state, "Start", clock(at.Span.Start), "End", clock(at.Span.End))
	if at.InJob {
		said += "  ·  " + widgets.JobText(h, &at.Job, s.words.T)
	}
	for _, n := range s.session.found {
		if n.From <= at.Time && at.Time < n.To && slices.Contains(n.Tasks, at.Task) {
			return said + "  ·  " + s.words.T("notice."+n.Kind.String())
		}
	}
	return said
}

func (s *Shell) newTransport() *widgets.Transport {
	t := widgets.NewTransport(s.words.T)
	t.OnStart, t.OnBack, t.OnPlay, t.OnStep, t.OnEnd = s.toStart, s.stepBack, s.togglePlay, s.stepOn, s.toEnd
	t.OnSpeed = func(speed float64) {
		s.setSpeed(speed)
		s.window.Canvas().Unfocus()
	}
	t.OnByEvent = func(byEvent bool) {
		if byEvent != s.player.byEvent {
			s.toggleByEvent()
		}
	}
	return t
}

// gap is the space between the cards, less where the type is large for the window.
func (s *Shell) gap() float32 {
	gap := min(14*s.textScale(), 20)
	if s.window != nil && !s.projecting {
		const roomy = 46 // sizes of text high
		gap *= min(max(s.window.Canvas().Size().Height/(roomy*theme.TextSize()), 0.4), 1)
	}
	return gap
}

// textScale is how much larger than usual the type is.
func (s *Shell) textScale() float32 { return theme.TextSize() / 14 }

// arrange puts the parts where they belong: for the desk, or for the room.
func (s *Shell) arrange() {
	if s.window == nil {
		return
	}
	s.window.SetContent(s.whole())
	s.focusExplorer()
	s.parts.refresh()
}

// refresh makes the parts look as the theme says: what wasn't in the window when
// it changed doesn't know yet.
func (p *parts) refresh() {
	for _, w := range []fyne.Widget{p.stage, p.memory, p.switching, p.inspector, p.program, p.transport, p.caption, p.first, p.second, p.reasons} {
		w.Refresh()
	}
	for _, b := range append(p.bar.buttons(), p.transport.Buttons()...) {
		b.Refresh()
	}
}

// whole is everything in the window.
func (s *Shell) whole() fyne.CanvasObject {
	content := s.deskContent
	if s.projecting {
		content = s.roomContent
	}
	page := canvas.NewRectangle(s.color(widgets.ColorPage))
	s.tips.leave()
	s.tips.layer = container.NewWithoutLayout(s.tips.tip)
	return container.NewStack(page, content(), s.tips.layer)
}

func (s *Shell) color(name fyne.ThemeColorName) color.Color {
	settings := s.app.Settings()
	return settings.Theme().Color(name, settings.ThemeVariant())
}

// deskContent is the window as one sits before it.
func (s *Shell) deskContent() fyne.CanvasObject {
	p := &s.parts
	main := s.stagePane()
	if view := s.content(); view != nil {
		main = container.NewPadded(view)
	}
	var l *deskLayout
	l = &deskLayout{
		p: places{
			bar:       container.NewStack(canvas.NewRectangle(s.color(widgets.ColorCard)), s.barRow()),
			main:      widgets.NewCard(main),
			inspector: widgets.NewCard(p.inspector),
			program:   widgets.NewCard(p.program),
			transport: widgets.NewCard(p.transport),
			caption:   p.caption,
			first:     widgets.NewCard(p.first),
		},
		gap: s.gap,
		em:  theme.TextSize,
		least: func() (float32, float32) {
			em := theme.TextSize()
			return cardEdge(l.p.first, p.first) + p.first.MinSize().Height, 5.5 * em
		},
		panel: func() float32 {
			if !s.switching || s.view != stageView {
				return 0
			}
			return p.switching.MinSize().Height
		},
		inspector: func() float32 { return cardEdge(l.p.inspector, p.inspector) + p.inspector.PreferredHeight() },
		heights: func() (float32, float32) {
			edge := cardEdge(l.p.first, p.first)
			return edge + p.first.PreferredHeight(p.first.Lanes()), edge + p.second.PreferredHeight(p.second.Lanes())
		},
	}
	switch {
	case s.inspecting:
		l.p.program = nil
	case s.reasons.shown:
		l.p.reasons = widgets.NewCard(p.reasons)
	}
	if s.view.instead() {
		l.p = places{bar: l.p.bar, main: l.p.main}
		return container.New(l, l.p.bar, l.p.main)
	}
	objects := []fyne.CanvasObject{l.p.bar, l.p.main, l.p.transport, l.p.caption, l.p.first}
	if s.view != stageView && s.view != logView && s.view != waitsView && s.view != treeView {
		l.p.inspector, l.p.program = nil, nil // a table wants the whole width
		l.p.reasons = nil
	} else if l.p.reasons != nil {
		l.p.program = nil
		objects = append(objects, l.p.reasons)
	}
	if l.p.inspector != nil {
		objects = append(objects, l.p.inspector)
	}
	if l.p.program != nil {
		objects = append(objects, l.p.program)
	}
	if s.second != nil {
		l.p.second = widgets.NewCard(p.second)
		objects = append(objects, l.p.second)
	}
	return container.New(l, objects...)
}

// cardEdge is how much higher a card is than what is on it.
func cardEdge(card, content fyne.CanvasObject) float32 {
	return card.MinSize().Height - content.MinSize().Height
}

// showTimelines hands the timelines their runs and titles.
func (s *Shell) showTimelines() {
	p := &s.parts
	s.showView()
	r := s.session.seen
	p.first.SetByCPU(s.byCPU)
	if s.projecting && s.second == nil { // the title of the room says it
		p.first.SetTitle("", "", "")
	} else {
		p.first.SetTitle(s.words.T("timeline.simulated"), s.policiesWhole(s.session), "")
	}
	end := r.End()
	if s.second != nil && s.second.lanes != nil {
		end = max(end, s.second.seen().End())
	}
	p.first.SetRecording(&r.Header, s.session.lanes, end)
	if s.second == nil {
		return
	}
	p.second.SetByCPU(s.byCPU)
	p.second.SetTitle(s.secondTitle())
	found := s.second.found
	if s.second.session != nil {
		found = s.second.session.found
	}
	p.second.SetNotices(found)
	if s.second.lanes != nil {
		p.second.SetRecording(&s.second.seen().Header, s.second.lanes, end)
		p.second.SetView(p.first.View())
	} else {
		p.second.SetRecording(nil, nil, end)
	}
	p.second.SetTime(s.player.now)
}

// secondTitle is what stands over the second timeline: what it is, under what
// it ran, and how it differs from the first.
func (s *Shell) secondTitle() (title, subtitle, note string) {
	x := s.second
	if x.session != nil {
		h := &x.session.seen.Header
		d := compare(s.session.lanes, x.lanes, &s.session.seen.Header, h)
		how := s.policiesWhole(x.session)
		if x.variant != "" {
			how = s.words.T("compare." + x.variant)
		}
		return s.words.T("timeline.simulated"), how, d.say(s.words)
	}
	title = s.words.T("timeline.real")
	if x.result == nil {
		return title, s.words.T("timeline.machine"), s.realProgress(x.progress)
	}
	h := &x.result.Recording.Header
	d := compare(s.session.lanes, x.lanes, &s.session.seen.Header, h)
	return title, s.realSubtitle(h), d.say(s.words) + s.realNote(h, &x.result.Report)
}

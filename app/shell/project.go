package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"timeslice/widgets"
)

// roomLanes is how many lanes are in sight in a room, if there are so many.
const roomLanes = 6

// toggleProjection fills the screen with what the last row must see, or goes
// back to the desk.
func (s *Shell) toggleProjection() {
	if !s.projecting {
		s.deskSize = s.window.Canvas().Size()
	}
	s.projecting = !s.projecting
	s.blank = false
	if !s.view.inRoom() && s.view != bankView {
		s.view = stageView
	}
	s.window.SetFullScreen(s.projecting)
	s.parts.stage.SetProjection(s.projecting)
	s.parts.first.SetProjection(s.projecting)
	s.parts.second.SetProjection(s.projecting)
	backing := widgets.ColorCard
	if s.projecting {
		backing = widgets.ColorPage
	}
	s.parts.first.Backing, s.parts.second.Backing = backing, backing
	s.dress()
	s.told = told{events: -1}
	s.showTimelines()
	s.arrange()
	s.refresh(false)
}

// toggleBlank makes the screen black, so that a class looks at its teacher.
func (s *Shell) toggleBlank() {
	if !s.projecting {
		return
	}
	s.blank = !s.blank
	s.player.playing = false
	s.arrange()
}

// roomContent is what is projected.
func (s *Shell) roomContent() fyne.CanvasObject {
	if s.blank {
		return canvas.NewRectangle(blackout)
	}
	view := s.content()
	if view != nil && !s.view.inRoom() {
		return container.New(layout.NewCustomPaddedLayout(s.gap(), s.gap(), s.gap(), s.gap()), widgets.NewCard(view))
	}
	p := &s.parts
	pane := s.stagePane()
	if view != nil {
		pane = widgets.NewCard(view)
	}
	l := &roomLayout{title: p.room, stage: pane, caption: p.caption, first: p.first, gap: s.gap}
	l.lanes = func() float32 { return p.first.ReadableHeight(roomLanes) }
	if s.reasons.shown { // the reasons take the place of the timelines
		l.first, l.lanes = widgets.NewCard(p.reasons), nil
		return container.New(l, p.room, pane, p.caption, l.first)
	}
	if s.switching && s.second == nil { // so does the panel of context switches
		l.first = nil
		return container.New(l, p.room, pane, p.caption)
	}
	objects := []fyne.CanvasObject{p.room, pane, p.caption, p.first}
	if s.second != nil {
		l.second = p.second
		objects = append(objects, p.second)
	}
	return container.New(l, objects...)
}

// rescale fits the type to the window once the window has its new size, which
// the system gives it some time after it was asked to fill the screen.
func (s *Shell) rescale() {
	height := s.window.Canvas().Size().Height
	if height == s.dressed || !s.projecting && s.settings.scale() <= 1 {
		return
	}
	s.dress()
	s.arrange()
	s.refresh(false)
}

// dressRoom gives the title of the projection the colours and sizes of the theme.
func (s *Shell) dressRoom() {
	for _, t := range []*canvas.Text{s.parts.roomPolicy, s.parts.roomTime} {
		t.Color = s.color(widgets.ColorText)
		t.TextSize = theme.TextSize() * 1.25
		t.Refresh()
	}
}

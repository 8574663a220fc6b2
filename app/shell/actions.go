package shell

import (
	"math"

	"timeslice/sim/trace"
)

// What the keys and buttons of the transport do.

func (s *Shell) togglePlay() {
	if s.moveBank(1) {
		return
	}
	s.endPrediction()
	s.player.toggle()
	s.refresh(false)
}

// step moves the play-head by hand, which stops it playing.
func (s *Shell) step(move func(), animate bool) {
	s.endPrediction()
	s.player.playing = false
	move()
	s.refresh(animate)
}

// stepOn and stepBack go by an event or, while context switches are shown in
// their parts, by one of those; in a table, by a step of its algorithm.
func (s *Shell) stepOn() {
	switch {
	case s.moveBank(1):
	case s.switching:
		s.partOn()
	default:
		s.step(func() { s.player.forward(everyEvent) }, true)
	}
}

func (s *Shell) stepBack() {
	switch {
	case s.moveBank(-1):
	case s.switching:
		s.partBack()
	default:
		s.step(func() { s.player.back(everyEvent) }, true)
	}
}

func (s *Shell) toStart() {
	if !s.moveBank(-math.MaxInt32) {
		s.step(s.player.home, false)
	}
}

func (s *Shell) toEnd() {
	if !s.moveBank(math.MaxInt32) {
		s.step(s.player.end, false)
	}
}

func (s *Shell) decisionOn()   { s.step(func() { s.player.forward(everyDecision) }, true) }
func (s *Shell) decisionBack() { s.step(func() { s.player.back(everyDecision) }, true) }
func (s *Shell) tickOn()       { s.step(func() { s.player.forwardBy(s.unit()) }, true) }
func (s *Shell) tickBack()     { s.step(func() { s.player.forwardBy(-s.unit()) }, true) }

func (s *Shell) unit() trace.Time { return s.session.seen.Header.Unit }

func (s *Shell) untilSelectedChanges() {
	if s.selected != trace.NoTask {
		s.step(func() { s.player.forward(changesOf(s.selected)) }, true)
	}
}

// seek goes to an instant, while playing or not. What the timelines show stays:
// that is where one has clicked.
func (s *Shell) seek(t trace.Time) {
	s.endPrediction()
	s.player.seek(t)
	s.still = true
	s.refresh(false)
	s.still = false
}

func (s *Shell) faster() { s.setSpeed(s.player.speed * 1.5) }
func (s *Shell) slower() { s.setSpeed(s.player.speed / 1.5) }

func (s *Shell) setSpeed(speed float64) {
	s.player.speed = 1
	s.player.faster(speed)
	s.settings.setSpeed(s.player.speed)
	s.showTransport()
}

func (s *Shell) toggleByEvent() {
	s.player.byEvent = !s.player.byEvent
	s.player.stand(s.player.events, s.player.now)
	s.settings.setByEvent(s.player.byEvent)
	s.showTransport()
}

// number is what a digit does: it answers a prediction, or selects a task.
func (s *Shell) number(i int) {
	if s.answer(i) {
		return
	}
	if i < len(s.session.seen.Header.Tasks) {
		s.selectTask(trace.TaskID(i))
	}
}

func (s *Shell) selectTask(id trace.TaskID) {
	s.selected = id
	s.parts.stage.Select(id)
	s.parts.first.SetSelected(id)
	s.parts.second.SetSelected(id)
	s.told.events = -1
	s.tell()
}

func (s *Shell) toggleLanes() {
	s.byCPU = !s.byCPU
	s.showTimelines()
}

const zoomStep = 1.5

func (s *Shell) zoomIn()  { s.parts.first.ZoomBy(1 / zoomStep) }
func (s *Shell) zoomOut() { s.parts.first.ZoomBy(zoomStep) }
func (s *Shell) zoomAll() { s.parts.first.ShowAll() }

func (s *Shell) lanesUp()   { s.scrollLanes(-1) }
func (s *Shell) lanesDown() { s.scrollLanes(1) }

func (s *Shell) scrollLanes(by int) {
	s.parts.first.ScrollBy(by)
	s.parts.second.ScrollBy(by)
}

// How it looks.

// toggleInspector gives the inspector the whole side, or takes it back.
func (s *Shell) toggleInspector() {
	s.inspecting = !s.inspecting
	s.arrange()
}

func (s *Shell) largerType()  { s.setScale(s.settings.scale() * scaleStep) }
func (s *Shell) smallerType() { s.setScale(s.settings.scale() / scaleStep) }
func (s *Shell) usualType()   { s.setScale(1) }

func (s *Shell) setScale(scale float32) {
	s.settings.setScale(clampScale(float64(scale)))
	s.dress()
	s.arrange()
}

func (s *Shell) toggleDark() {
	s.dark = !s.dark
	s.settings.setDark(s.dark)
	s.dress()
	s.arrange()
}

// leave goes back one step: out of a prediction, a view, the projection.
func (s *Shell) leave() {
	switch {
	case s.blank:
		s.toggleBlank()
	case s.prediction.open:
		s.endPrediction()
	case s.view != stageView:
		s.setView(stageView)
	case s.projecting:
		s.toggleProjection()
	}
}

package shell

import (
	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// stateChoice is how many states the reader wants told apart, if chosen.
type stateChoice struct {
	view   widgets.StateView
	chosen bool
}

// statesNow is how many states are told apart: as the reader has chosen, or else
// seven in a run whose processes may be swapped out, and five in others.
func (s *Shell) statesNow() widgets.StateView {
	if s.states.chosen {
		return s.states.view
	}
	if m := s.session.seen.Header.Memory; m != nil && m.Frames > 0 {
		return widgets.SevenStates
	}
	return widgets.FiveStates
}

// nextStates goes on to the next view of the states.
func (s *Shell) nextStates() {
	all := widgets.StateViews()
	s.setStates(all[(int(s.statesNow())+1)%len(all)])
}

func (s *Shell) setStates(v widgets.StateView) {
	s.states = stateChoice{v, true}
	if s.view != stageView && s.view != logView {
		s.setView(stageView)
	}
	s.showStates()
	s.told.events = -1
	s.tell()
	if s.view == logView {
		s.parts.log.fill()
	}
}

// showStates tells the stage.
func (s *Shell) showStates() { s.parts.stage.SetStates(s.statesNow()) }

// chooseStates lets the reader choose among the views.
func (s *Shell) chooseStates() {
	var items []*fyne.MenuItem
	for _, v := range widgets.StateViews() {
		item := fyne.NewMenuItem(s.words.T("states."+v.String()), func() { s.setStates(v) })
		item.Checked = v == s.statesNow()
		items = append(items, item)
	}
	s.drop(s.parts.bar.workload, items...)
}

// eventSaid says what an event did and, if the letters of Linux are shown, which
// one the task has from then on.
func (s *Shell) eventSaid(h *trace.Header, e trace.Event) string {
	said := s.words.Event(h, e)
	to, changes := e.Kind.To()
	if s.statesNow() != widgets.LinuxStates || !changes || e.Task == trace.NoTask {
		return said
	}
	at := trace.TaskAt{State: to, Cause: e.Kind.Cause()}
	return said + "  → " + string(at.LinuxLetter())
}

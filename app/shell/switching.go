package shell

import (
	"time"

	"timeslice/sim/trace"
)

// Stepping through context switches in their parts: with the panel of the switch
// open, the transport goes through saving, choosing and loading too.

// toggleSwitching opens the panel that shows context switches, or closes it.
func (s *Shell) toggleSwitching() {
	s.switching = !s.switching
	s.view = stageView
	s.player.byPart = s.switching
	if !s.switching && s.player.part != trace.NoPart {
		s.player.standAfter(s.player.events)
	}
	s.told.events = -1
	s.arrange()
	s.refresh(false)
}

// partOn and partBack go by the smallest step there is, which needs the panel.
func (s *Shell) partOn()   { s.stepPart((*player).forwardPart) }
func (s *Shell) partBack() { s.stepPart((*player).backPart) }

func (s *Shell) stepPart(move func(*player)) {
	if !s.switching {
		s.toggleSwitching()
	}
	s.step(func() { move(s.player) }, true)
}

// showSwitching shows the CPU that the instant shown is about, between the control
// blocks of who leaves it and who comes.
func (s *Shell) showSwitching(watch time.Duration) {
	p := s.parts.switching
	if p.Visible() != s.switching {
		if s.switching {
			p.Show()
		} else {
			p.Hide()
		}
		if s.parts.pane != nil {
			s.parts.pane.Refresh()
		}
	}
	if !s.switching {
		return
	}
	at := s.player.place()
	if s.told.events == s.player.events && s.told.place == at && s.told.run == s.player.run {
		return
	}
	animate := watch > 0 && s.told.place != at
	s.told.place, s.told.run = at, s.player.run
	x, ok := s.player.run.Switching(at)
	if !ok {
		x = trace.Switching{Leaves: trace.NoTask, Holds: trace.NoTask, Comes: trace.NoTask, Decision: -1}
	}
	p.SetMotion(watch)
	p.SetSwitch(&s.player.run.Header, x, animate)
}

// partSentence says what the part of a context switch is that is shown; ok is false
// if none is.
func (s *Shell) partSentence() (said string, ok bool) {
	p := s.player
	if p.part == trace.NoPart {
		return "", false
	}
	x, ok := p.run.Switching(p.place())
	if !ok {
		return "", false
	}
	id := x.Comes
	if p.part == trace.SaveContext {
		id = x.Leaves
	}
	return s.words.T("part."+p.part.String(), "CPU", x.CPU, "Task", p.run.Header.Tasks[id].Name, "Policy", s.policyOf(s.policyNow())), true
}

// decided returns the event with which the task was chosen that the instant shown
// is about, if that is a part of a context switch; else -1.
func (s *Shell) decided() int {
	if s.player.part == trace.ChooseNext || s.player.part == trace.LoadContext {
		return s.player.of
	}
	return -1
}

// chosen is the task that is chosen at the instant shown and runs only with the next
// step, since the switch to it takes no time.
func (s *Shell) chosen() trace.TaskID {
	if i := s.decided(); i >= s.player.events {
		return s.player.run.Event(i).Task
	}
	return trace.NoTask
}

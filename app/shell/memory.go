package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// stagePane is the stage, with the memory over it if the run has variables, and
// context switches under it if the reader steps through them.
func (s *Shell) stagePane() fyne.CanvasObject {
	p := &s.parts
	p.pane = container.NewBorder(p.memory, p.switching, nil, nil, p.stage)
	return p.pane
}

// showMemory shows the variables at the instant shown, or takes them away.
func (s *Shell) showMemory() {
	p, h := &s.parts, &s.session.seen.Header
	if has := widgets.HasMemory(h); has != p.memory.Visible() {
		if has {
			p.memory.Show()
		} else {
			p.memory.Hide()
		}
		if p.pane != nil {
			p.pane.Refresh()
		}
	}
	if !p.memory.Visible() {
		return
	}
	var last trace.Event
	if s.player.events > 0 {
		last = s.session.seen.Event(s.player.events - 1)
	}
	p.memory.SetCells(widgets.MemoryCells(h, &s.snapshot, last, s.words.T))
}

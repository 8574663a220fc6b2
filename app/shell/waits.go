package shell

import (
	"fyne.io/fyne/v2"

	"timeslice/widgets"
)

// waitsContent is the graph of who waits for whom at the instant shown.
func (s *Shell) waitsContent() fyne.CanvasObject {
	s.parts.waits = widgets.NewWaitFor(s.words.T)
	s.tellWaits()
	return s.parts.waits
}

// tellWaits shows the waits of the instant.
func (s *Shell) tellWaits() {
	if s.parts.waits != nil && len(s.snapshot.Tasks) > 0 {
		s.parts.waits.SetSnapshot(&s.session.seen.Header, &s.snapshot)
	}
}

package shell

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Picture draws the window as it would look, without a screen: for a machine
// that has none, and for a picture in a document. The app needs no display. The
// picture shows the workload at an instant; a negative one stands for the
// middle of the run.
func Picture(app fyne.App, w *workload.Workload, size fyne.Size, at trace.Time) (image.Image, error) {
	s := newShell(app)
	s.dress()
	s.build()
	if err := s.show(w); err != nil {
		return nil, err
	}
	if at < 0 {
		at = s.session.seen.End() / 2
	}
	s.seek(at)
	canvas := software.NewCanvas()
	canvas.SetPadded(false)
	canvas.SetContent(s.whole())
	canvas.Resize(size)
	s.refresh(false)
	return canvas.Capture(), nil
}

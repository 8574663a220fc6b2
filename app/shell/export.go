package shell

import (
	"bytes"
	"image/png"
	"io"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
	"timeslice/sim/trace/chrome"
	"timeslice/sim/trace/report"
	"timeslice/sim/trace/svg"
)

// exportFile offers the run for taking away: as it is seen, and as data.
func (s *Shell) exportFile() {
	as := func(suffix string, write func(io.Writer, *trace.Recording) error) func() {
		return func() {
			var data bytes.Buffer
			if err := write(&data, s.session.seen); err != nil {
				s.fail(err)
				return
			}
			s.write(fileName(s.session.work.Name)+suffix, data.Bytes())
		}
	}
	table := func(form func(*report.Report, io.Writer) error) func(io.Writer, *trace.Recording) error {
		return func(to io.Writer, r *trace.Recording) error { return form(report.New(r), to) }
	}
	s.drop(s.parts.bar.workload,
		fyne.NewMenuItem(s.words.T("export.picture"), s.exportPicture),
		fyne.NewMenuItem(s.words.T("export.svg"), as(".svg", svg.Write)),
		fyne.NewMenuItem(s.words.T("export.chrome"), as(".trace.json", chrome.Write)),
		fyne.NewMenuItem(s.words.T("export.json"), as(".json", table((*report.Report).JSON))),
		fyne.NewMenuItem(s.words.T("export.csv"), as(".csv", table((*report.Report).CSV))),
		fyne.NewMenuItem(s.words.T("export.text"), as(".txt", table((*report.Report).Text))),
	)
}

// exportPicture saves the window at this instant as a PNG.
func (s *Shell) exportPicture() {
	picture, err := Picture(s.app, s.session.work, s.window.Canvas().Size(), s.player.now)
	if err != nil {
		s.fail(err)
		return
	}
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		s.fail(err)
		return
	}
	s.write(fileName(s.session.work.Name)+".png", data.Bytes())
}

package shell

import (
	"bytes"
	"image/png"

	"fyne.io/fyne/v2"
)

// exportFile offers the run for taking away.
func (s *Shell) exportFile() {
	s.drop(s.parts.bar.workload,
		fyne.NewMenuItem(s.words.T("export.picture"), s.exportPicture),
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

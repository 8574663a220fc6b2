package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/workload"
)

// template is what a new workload begins with: small, complete, and with one of
// each thing a newcomer will look for.
const template = `timeslice: 1
name: My workload
unit: 1ms
machine: {cpus: 1, switch: 0}
policy: {name: rr, quantum: 4}
resources:
  disk: {kind: device, servers: 1}
  lock: {kind: mutex}
tasks:
  - name: P1
    at: 0
    program:
      - cpu: 5
      - {io: disk, for: 3}
      - cpu: 2
  - name: P2
    at: 1
    program:
      - lock: lock
      - cpu: 4
      - unlock: lock
`

func (s *Shell) newWorkload() { s.edit(template) }

// editWorkload opens the workload as it runs now, with every change made to it.
func (s *Shell) editWorkload() {
	data, err := workload.Write(s.session.work)
	if err != nil {
		s.fail(err)
		return
	}
	s.edit(string(data))
}

// edit shows a workload file to be changed and run. A file that is refused is
// not lost: the message stands under it and it can be mended.
func (s *Shell) edit(text string) {
	entry := widget.NewMultiLineEntry()
	entry.TextStyle.Monospace = true
	entry.Wrapping = fyne.TextWrapOff
	entry.SetText(text)
	message := widget.NewLabel("")
	message.Wrapping = fyne.TextWrapWord
	message.SizeName = theme.SizeNameCaptionText
	message.Importance = widget.DangerImportance

	var d *dialog.CustomDialog
	run := widget.NewButton(s.words.T("editor.run"), func() {
		w, err := workload.Parse(s.words.T("editor.file"), []byte(entry.Text))
		if err == nil {
			err = s.show(w)
		}
		if err != nil {
			message.SetText(err.Error())
			return
		}
		d.Hide()
	})
	run.Importance = widget.HighImportance
	cancel := widget.NewButton(s.words.T("dialog.cancel"), func() { d.Hide() })
	d = dialog.NewCustomWithoutButtons(s.words.T("editor.title"), container.NewBorder(nil, message, nil, nil, entry), s.window)
	d.SetButtons([]fyne.CanvasObject{cancel, run})
	size := s.window.Canvas().Size()
	d.Resize(fyne.NewSize(size.Width*0.7, size.Height*0.85))
	d.Show()
	s.window.Canvas().Focus(entry)
}

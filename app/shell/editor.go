package shell

import (
	"errors"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
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

// edit shows a workload file to be changed and run.
func (s *Shell) edit(text string) { s.editAs(s.words.T("editor.file"), text, nil) }

// mostMended bounds the file that is shown to be mended: nobody mends more than
// that by hand, and a text field shows it slowly.
const mostMended = 100_000

// mend shows a file that was refused, with what is wrong with it.
func (s *Shell) mend(name string, data []byte, err error) {
	if len(data) > mostMended || !utf8.Valid(data) {
		s.fail(err)
		return
	}
	s.editAs(name, string(data), err)
}

// editAs shows a text to be changed and run. A text that is refused is not lost:
// what is wrong stands under it, the cursor where it is wrong. Esc leaves, but
// not what has been written before one was told.
func (s *Shell) editAs(name, text string, wrong error) {
	entry := s.newEntry(true)
	entry.TextStyle.Monospace = true
	entry.SetText(text)
	message := s.small("")
	message.Importance = widget.DangerImportance
	complain := func(err error) {
		message.SetText(err.Error())
		var faults workload.Errors
		if errors.As(err, &faults) && len(faults) > 0 && faults[0].Line > 0 {
			entry.CursorRow, entry.CursorColumn = faults[0].Line-1, max(faults[0].Column-1, 0)
			entry.Refresh()
		}
		s.window.Canvas().Focus(entry)
	}

	var d *dialog.CustomDialog
	run := func() {
		w, err := workload.Parse(name, []byte(entry.Text))
		if err == nil {
			err = s.show(w)
		}
		if err != nil {
			complain(err)
			return
		}
		d.Hide()
	}
	warned := ""
	s.leaveDialog = func() {
		if entry.Text == text || entry.Text == warned {
			d.Hide()
			return
		}
		warned = entry.Text
		message.SetText(s.words.T("editor.unsaved"))
	}
	entry.escape, entry.submit = s.leaveDialog, run
	do := widget.NewButton(s.words.T("editor.run")+"  (Ctrl ⏎)", run)
	do.Importance = widget.HighImportance
	cancel := widget.NewButton(s.words.T("dialog.cancel"), func() { d.Hide() })
	size := s.window.Canvas().Size()
	room := container.NewVScroll(message)
	room.SetMinSize(fyne.NewSize(0, size.Height*0.1))
	d = dialog.NewCustomWithoutButtons(s.words.T("editor.title"), container.NewBorder(nil, room, nil, nil, entry), s.window)
	d.SetOnClosed(func() { s.leaveDialog = nil })
	d.SetButtons([]fyne.CanvasObject{cancel, do})
	d.Resize(fyne.NewSize(size.Width*0.7, size.Height*0.9))
	d.Show()
	s.window.Canvas().Focus(entry)
	if wrong != nil {
		complain(wrong)
	}
}

package shell

import (
	"errors"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
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

// editAs shows a workload to be changed and run.
func (s *Shell) editAs(name, text string, wrong error) {
	s.editText(editing{title: s.words.T("editor.title"), text: text, wrong: wrong, run: func(text string) error {
		w, err := workload.Parse(name, []byte(text))
		if err == nil {
			err = run.Fetch(w, readScript)
		}
		if err == nil {
			err = s.show(w)
		}
		return err
	}})
}

// editing is what an editor is opened with.
type editing struct {
	title string
	text  string
	wrong error // with the text, as it is; nil = nothing yet
	run   func(text string) error
	// above stands over the text, with a function that replaces the text; nil =
	// nothing does.
	above func(set func(text string)) fyne.CanvasObject
	// more are buttons beside the others; each is given the text.
	more []editButton
}

type editButton struct {
	label string
	do    func(text string)
}

// editText shows a text to be changed and run. A text that is refused is not
// lost: what is wrong stands under it, the cursor where it is wrong. Esc leaves,
// but not what has been written before one was told.
func (s *Shell) editText(e editing) {
	text := e.text
	entry := s.newEntry(true)
	entry.TextStyle.Monospace = true
	entry.SetText(text)
	message := s.small("")
	message.Importance = widget.DangerImportance
	complain := func(err error) {
		message.SetText(err.Error())
		if line, column := place(err); line > 0 {
			entry.CursorRow, entry.CursorColumn = line-1, max(column-1, 0)
			entry.Refresh()
		}
		s.window.Canvas().Focus(entry)
	}

	var d *dialog.CustomDialog
	run := func() {
		if err := e.run(entry.Text); err != nil {
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
	var above fyne.CanvasObject
	if e.above != nil {
		above = e.above(func(other string) {
			text = other
			message.SetText("")
			entry.SetText(other)
		})
	}
	d = dialog.NewCustomWithoutButtons(e.title, container.NewBorder(above, room, nil, nil, entry), s.window)
	d.SetOnClosed(func() { s.leaveDialog = nil })
	buttons := []fyne.CanvasObject{cancel}
	for _, b := range e.more {
		buttons = append(buttons, widget.NewButton(b.label, func() { b.do(entry.Text) }))
	}
	d.SetButtons(append(buttons, do))
	d.Resize(fyne.NewSize(size.Width*0.7, size.Height*0.9))
	d.Show()
	s.window.Canvas().Focus(entry)
	if e.wrong != nil {
		complain(e.wrong)
	}
}

// place returns where in a text an error is; 0 if that isn't known.
func place(err error) (line, column int) {
	var faults workload.Errors
	var script *run.ScriptError
	switch {
	case errors.As(err, &faults) && len(faults) > 0:
		return faults[0].Line, faults[0].Column
	case errors.As(err, &script):
		return script.Line, script.Column
	}
	return 0, 0
}

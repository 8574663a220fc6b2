package shell

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"
)

// write asks where to and writes data there: a path to be typed, or looked for.
// Return writes, Esc leaves. A file that is there already is replaced only if
// one says so twice.
func (s *Shell) write(name string, data []byte) {
	path := s.newEntry(false)
	path.SetText(filepath.Join(s.saveFolder(), name))
	message := s.small("")
	message.Importance = widget.DangerImportance
	var d *dialog.CustomDialog
	warned := ""
	save := func() {
		file := path.Text
		_, err := os.Stat(file)
		switch {
		case err == nil && warned != file:
			warned = file
			message.SetText(s.words.T("dialog.exists"))
			return
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			message.SetText(err.Error())
			return
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			message.SetText(err.Error())
			return
		}
		d.Hide()
		s.settings.setFolder(filepath.Dir(file))
		s.say(s.words.T("dialog.saved", "File", file))
	}
	path.OnSubmitted = func(string) { save() }
	path.OnChanged = func(string) { message.SetText("") }
	path.escape = func() { d.Hide() }
	do := widget.NewButton(s.words.T("top.save"), save)
	do.Importance = widget.HighImportance
	look := widget.NewButton(s.words.T("dialog.browse"), func() {
		d.Hide()
		s.browse(filepath.Base(path.Text), data)
	})
	label := widget.NewLabel(s.words.T("dialog.where"))
	d = dialog.NewCustomWithoutButtons(s.words.T("top.save"), container.NewVBox(label, path, message), s.window)
	d.SetOnClosed(func() { s.leaveDialog = nil })
	d.SetButtons([]fyne.CanvasObject{widget.NewButton(s.words.T("dialog.cancel"), func() { d.Hide() }), look, do})
	size := s.window.Canvas().Size()
	d.Resize(fyne.NewSize(min(size.Width*0.9, 760), d.MinSize().Height))
	d.Show()
	s.leaveDialog = d.Hide
	s.window.Canvas().Focus(path)
	path.CursorColumn = len([]rune(path.Text))
	path.Refresh()
}

// saveFolder is where one saved last, else where one is at home.
func (s *Shell) saveFolder() string {
	if folder := s.settings.folder(); folder != "" {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		return home
	}
	return "."
}

// browse lets one look for a folder to write data to.
func (s *Shell) browse(name string, data []byte) {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if err != nil {
			s.fail(err)
		}
		if err != nil || file == nil {
			return
		}
		_, err = file.Write(data)
		if err = errors.Join(err, file.Close()); err != nil {
			s.fail(err)
			return
		}
		s.settings.setFolder(filepath.Dir(file.URI().Path()))
		s.say(s.words.T("dialog.saved", "File", file.URI().Path()))
	}, s.window)
	d.SetFileName(name)
	if folder, err := storage.ListerForURI(storage.NewFileURI(s.saveFolder())); err == nil {
		d.SetLocation(folder)
	}
	d.Show()
	d.Resize(fyne.NewSize(900, 600))
	s.window.Canvas().Unfocus() // so that Esc is the window's, which closes it
}

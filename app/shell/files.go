package shell

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/assets"
	"timeslice/sim/workload"
)

// lessons are the workloads the program carries with it, in the order they are
// taught. They are tested, so a lesson that can't be read is a broken build.
var lessons = sync.OnceValue(func() []*workload.Workload {
	var all []*workload.Workload
	files, err := fs.Glob(assets.Lessons, "lessons/*.yaml")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		data, err := assets.Lessons.ReadFile(name)
		if err != nil {
			panic(err)
		}
		w, err := workload.Parse(filepath.Base(name), data)
		if err != nil {
			panic(err)
		}
		all = append(all, w)
	}
	return all
})

// FirstLesson returns the workload the window opens with.
func FirstLesson() (*workload.Workload, error) {
	if all := lessons(); len(all) > 0 {
		return all[0], nil
	}
	return nil, errors.New("the program was built without lessons")
}

// open shows a workload; if it can't be run, what is on the screen stays.
func (s *Shell) open(w *workload.Workload) {
	if err := s.show(w); err != nil {
		s.fail(err)
	}
}

// read opens a workload from a file's name and contents.
func (s *Shell) read(name string, from io.Reader) {
	data, err := io.ReadAll(io.LimitReader(from, workload.MaxFile+1))
	if err != nil {
		s.fail(fmt.Errorf("%s: %w", name, err))
		return
	}
	w, err := workload.Parse(name, data)
	if err == nil {
		err = run.Fetch(w, readScript)
	}
	if err == nil {
		err = s.show(w)
	}
	if err != nil {
		s.mend(name, data, err)
	}
}

// readScript reads the file of a script.
func readScript(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, run.MaxScript+1))
}

var workloadFiles = storage.NewExtensionFileFilter([]string{".yaml", ".yml", ".json", ".csv"})

func (s *Shell) openFile() {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil {
			s.fail(err)
		}
		if err != nil || file == nil {
			return
		}
		defer file.Close()
		s.read(file.URI().Path(), file)
	}, s.window)
	d.SetFilter(workloadFiles)
	d.Show()
	d.Resize(fyne.NewSize(900, 600))
}

// dropped opens the first file dropped onto the window.
func (s *Shell) dropped(_ fyne.Position, files []fyne.URI) {
	if len(files) == 0 {
		return
	}
	file, err := os.Open(files[0].Path())
	if err != nil {
		s.fail(err)
		return
	}
	defer file.Close()
	s.read(files[0].Path(), file)
}

// saveFile writes the workload with every change made to it in the window.
func (s *Shell) saveFile() {
	data, err := workload.Write(s.session.work)
	if err != nil {
		s.fail(err)
		return
	}
	s.write(fileName(s.session.work.Name)+".yaml", data)
}

// fileName makes a workload's name fit to name a file.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|,;`, r) || r < ' ' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToLower(name), " ", "-"))
	if name == "" {
		return "workload"
	}
	return name
}

// fail tells the reader what went wrong; nothing else changes.
func (s *Shell) fail(err error) {
	label := widget.NewLabel(s.explain(err))
	label.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustom(s.words.T("dialog.error"), s.words.T("dialog.close"), label, s.window)
	d.Resize(fyne.NewSize(640, 260))
	d.Show()
}

// say tells the reader something where the sentence of the event stands.
func (s *Shell) say(text string) {
	s.parts.transport.SetSentence(text)
}

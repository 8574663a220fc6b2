package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"timeslice/app/run"
	"timeslice/app/shell"
	"timeslice/app/words"
	"timeslice/sim/trace"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// pictureFile is what the window is drawn into where there is no screen.
const pictureFile = "timeslice.png"

// pictureSize is how large a window is drawn that nobody has sized.
var pictureSize = fyne.NewSize(1600, 900)

// openWindow opens the window; without a screen it says so, and shows what it
// would have shown as a text and in a picture.
func openWindow(w *workload.Workload) error {
	if !hasDisplay(runtime.GOOS, os.Getenv) {
		return showWithoutScreen(w)
	}
	s, err := shell.New(newApp(), shell.Options{Workload: w})
	if err != nil {
		return err
	}
	leaveWhenTold()
	s.Run()
	return nil
}

// patience is how long a window that was told to go may take.
const patience = 2 * time.Second

// leaveWhenTold ends the program when the system says so, with whatever is open
// in the window, and even if the window is stuck: real processes go with it.
func leaveWhenTold() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-told
		time.AfterFunc(patience, func() { os.Exit(1) })
		fyne.Do(fyne.CurrentApp().Quit)
	}()
}

func newApp() fyne.App {
	app.SetMetadata(metadata())
	return app.NewWithID(metadata().ID)
}

func showWithoutScreen(w *workload.Workload) error {
	say := words.New(words.FromSystem(os.Getenv))
	fmt.Fprintln(os.Stderr, say.T("app.no_display"))
	if w == nil {
		var err error
		if w, err = shell.FirstLesson(); err != nil {
			return err
		}
	}
	recording, err := run.Whole(w)
	if err != nil {
		return err
	}
	if err := report.New(recording).Text(os.Stdout); err != nil {
		return err
	}
	data, err := drawPicture(w, recording, "png")
	if err != nil {
		return err
	}
	if err := os.WriteFile(pictureFile, data, 0o644); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, say.T("app.picture", "File", pictureFile))
	return nil
}

// drawPicture draws the window in the middle of the run.
func drawPicture(w *workload.Workload, _ *trace.Recording, kind string) ([]byte, error) {
	if kind != "png" {
		return nil, fmt.Errorf("no pictures of kind %s in this version; there is png", kind)
	}
	picture, err := shell.Picture(newApp(), w, pictureSize, -1)
	if err != nil {
		return nil, err
	}
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// Timeslice makes scheduling visible: a window, and a command line.
package main

import (
	"fmt"
	"os"
	"runtime"

	"fyne.io/fyne/v2/app"

	"timeslice/app/host"
	"timeslice/app/shell"
	"timeslice/app/words"
	"timeslice/sim/workload"
)

func main() {
	if host.IsWorker(os.Args) {
		host.WorkerMain()
		return
	}
	say := words.New(words.FromSystem(os.Getenv))
	if !hasDisplay(runtime.GOOS, os.Getenv) {
		fmt.Fprintln(os.Stderr, say.T("app.no_display"))
		return
	}
	var w *workload.Workload
	if len(os.Args) > 1 {
		data, err := os.ReadFile(os.Args[1])
		if err == nil {
			w, err = workload.Parse(os.Args[1], data)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	app.SetMetadata(metadata())
	s, err := shell.New(app.NewWithID(metadata().ID), shell.Options{Workload: w})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s.Run()
}

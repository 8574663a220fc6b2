// Timeslice makes scheduling visible: a window, and a command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"timeslice/app/cli"
	"timeslice/app/host"
)

func main() {
	if host.IsWorker(os.Args) { // a real process of a run: nothing else counts
		host.WorkerMain()
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	program := cli.Program{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Version: metadata().Version,
		Window:  openWindow,
		Picture: drawPicture,
	}
	status := program.Execute(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

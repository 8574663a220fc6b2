package main

import (
	"fyne.io/fyne/v2"

	"timeslice/assets"
)

// metadata is what FyneApp.toml says, for every way the program may have been
// built: Fyne itself finds that file only when started from beside it.
func metadata() fyne.AppMetadata {
	return fyne.AppMetadata{
		ID:         "io.github.timeslice.Timeslice",
		Name:       "Timeslice",
		Version:    "0.1.0",
		Build:      1,
		Icon:       fyne.NewStaticResource("icon.png", assets.Icon),
		Migrations: map[string]bool{"fyneDo": true}, // all of the program keeps to Fyne's thread
	}
}

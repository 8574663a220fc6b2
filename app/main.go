// Timeslice makes scheduling visible: a window, and a command line.
package main

import (
	"fmt"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/words"
	"timeslice/assets"
	"timeslice/widgets"
)

func main() {
	say := words.New(words.FromSystem(os.Getenv))
	if !hasDisplay(runtime.GOOS, os.Getenv) {
		fmt.Fprintln(os.Stderr, say.T("app.no_display"))
		return
	}

	app.SetMetadata(metadata())
	a := app.NewWithID(metadata().ID)

	a.Settings().SetTheme(widgets.NewTheme(
		a.Settings().ThemeVariant() == theme.VariantDark, false, 1,
		fyne.NewStaticResource("CJK-Regular.otf", assets.CJK),
		fyne.NewStaticResource("CJK-Bold.otf", assets.CJKBold),
	))
	w := a.NewWindow(say.T("app.name"))
	w.SetContent(widget.NewLabel(say.T("app.about")))
	w.ShowAndRun()
}

// Timeslice makes scheduling visible: a window, and a command line.
package main

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/words"
	"timeslice/assets"
	"timeslice/widgets"
)

func main() {
	app.SetMetadata(metadata())
	a := app.NewWithID(metadata().ID)
	say := words.New(words.FromSystem(os.Getenv))

	a.Settings().SetTheme(widgets.NewTheme(
		a.Settings().ThemeVariant() == theme.VariantDark, false, 1,
		fyne.NewStaticResource("CJK-Regular.otf", assets.CJK),
		fyne.NewStaticResource("CJK-Bold.otf", assets.CJKBold),
	))
	w := a.NewWindow(say.T("app.name"))
	w.SetContent(widget.NewLabel(say.T("app.about")))
	w.ShowAndRun()
}

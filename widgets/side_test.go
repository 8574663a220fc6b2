package widgets

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"timeslice/sim/trace"
)

// side is the right of the window: inspector over program.
func side(at trace.Time, selected trace.TaskID, words Words) (fyne.CanvasObject, *Inspector, *Program) {
	r, l := pictured()
	var s trace.Snapshot
	r.Snapshot(&s, at)
	i, p := NewInspector(), NewProgram(words)
	i.SetRows(InspectorRows(&r.Header, &s, selected, l.Totals(selected, at), words))
	p.SetSnapshot(&r.Header, &s, selected)
	return container.New(layout.NewGridLayoutWithRows(2), NewCard(i), NewCard(p)), i, p
}

func TestSideLooks(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, scale := range []float32{1, 1.5} {
			look{dark: dark, scale: scale}.open(t)
			for _, at := range []trace.Time{230, 300} {
				o, _, _ := side(at*tenth, 1, nil)
				win := shown(t, o, 440*scale, 460*scale)
				save(t, fmt.Sprintf("side-%v-%v-%v", dark, scale, int(at)), win.Canvas().Capture())
			}
		}
		look{dark: dark, projection: true, scale: ProjectionScale(900)}.open(t)
		c := NewCaption()
		c.SetText("Which process runs next, and when?", "1  P1        2  P3        3  T5        4  nobody")
		win := shown(t, c, 1500, c.MinSize().Height)
		save(t, fmt.Sprintf("caption-%v", dark), win.Canvas().Capture())
	}
}

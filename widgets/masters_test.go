package widgets

import (
	"image"
	"image/draw"
	"testing"

	"fyne.io/fyne/v2/test"
)

// The spans as they are painted, without any text: two pictures to be looked at
// when they change.
func TestTimelineMasters(t *testing.T) {
	for name, dark := range map[string]bool{"light": false, "dark": true} {
		look{dark: dark}.open(t)
		tl := newPictured()
		shown(t, tl, 640, 150)
		r := tl.live
		w, h := int(r.f.plotW), int(r.f.lanesH)
		spans := r.paint(w, h)
		onCard := image.NewRGBA(spans.Bounds())
		draw.Draw(onCard, onCard.Rect, image.NewUniform(r.color(ColorCard)), image.Point{}, draw.Src)
		draw.Draw(onCard, onCard.Rect, spans, image.Point{}, draw.Over)
		test.AssertImageMatches(t, "timeline/"+name+".png", onCard)
	}
}

// Where everything is, and in which colour.
func TestMarkupMasters(t *testing.T) {
	look{}.open(t)
	win := shown(t, newPicturedTransport(), 1280, 40)
	test.AssertRendersToMarkup(t, "transport/desk.xml", win.Canvas())
	o, _, _ := side(300*tenth, 1, nil)
	win = shown(t, o, 420, 460)
	test.AssertRendersToMarkup(t, "inspector/side.xml", win.Canvas())
	win = shown(t, newPictured(), 900, 150)
	test.AssertRendersToMarkup(t, "timeline/desk.xml", win.Canvas())
}

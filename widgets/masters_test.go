package widgets

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
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
		assertLooksLike(t, "timeline/"+name+".png", onCard)
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

var rewrite = flag.Bool("rewrite", false, "write the pictures into testdata; look at them before you commit them")

// How much a picture may differ from its master: in every pixel a little, since
// processors round differently, and in a few at edges as much as it likes. A bar
// that is a pixel longer is more than that.
const (
	littleOff = 20 // of 255, in any channel
	fewPixels = 8
)

// assertLooksLike compares a picture with its master in testdata.
func assertLooksLike(t *testing.T, master string, got image.Image) {
	t.Helper()
	name := filepath.Join("testdata", master)
	if *rewrite {
		writePNG(t, name, got)
		return
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	off := unlike(got, want)
	if off < 0 {
		t.Errorf("%s is %v, the picture %v", name, want.Bounds(), got.Bounds())
	}
	if off > fewPixels {
		t.Errorf("%d pixels aren't as in %s; go test ./widgets -run Masters -rewrite, and look at it", off, name)
	}
}

// unlike counts the pixels of two pictures that are more than a little off; -1 if
// their sizes differ.
func unlike(a, b image.Image) (off int) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return -1
	}
	from, to := a.Bounds().Min, b.Bounds().Min
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.NRGBAModel.Convert(a.At(from.X+x, from.Y+y)).(color.NRGBA)
			q := color.NRGBAModel.Convert(b.At(to.X+x, to.Y+y)).(color.NRGBA)
			for _, c := range [4][2]uint8{{p.R, q.R}, {p.G, q.G}, {p.B, q.B}, {p.A, q.A}} {
				if max(c[0], c[1])-min(c[0], c[1]) > littleOff {
					off++
					break
				}
			}
		}
	}
	return off
}

func writePNG(t *testing.T, name string, picture image.Image) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
}

// The comparison forgives what another processor's rounding does, and nothing
// that can be seen: a bar a pixel longer, another colour.
func TestMastersAreComparedByLooks(t *testing.T) {
	base := image.NewRGBA(image.Rect(0, 0, 200, 100))
	draw.Draw(base, base.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	bar := func(to int, c color.Color) *image.RGBA {
		img := image.NewRGBA(base.Rect)
		draw.Draw(img, img.Rect, base, image.Point{}, draw.Src)
		draw.Draw(img, image.Rect(20, 40, to, 58), image.NewUniform(c), image.Point{}, draw.Src)
		return img
	}
	green := color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	master := bar(120, green)
	rounded := bar(120, color.NRGBA{0x02, 0x9C, 0x74, 0xFF})
	rounded.Set(20, 40, color.White)
	rounded.Set(119, 57, color.White)
	if off := unlike(rounded, master); off > fewPixels {
		t.Errorf("rounding counts as %d pixels", off)
	}
	for name, other := range map[string]image.Image{"longer": bar(121, green), "orange": bar(120, color.NRGBA{0xE6, 0x9F, 0, 0xFF})} {
		if off := unlike(other, master); off <= fewPixels {
			t.Errorf("a bar that is %s passes with %d pixels", name, off)
		}
	}
}

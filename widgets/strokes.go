package widgets

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Dashed outlines and hatching, which Fyne has no objects for.

// dashed is a rounded rectangle with a dashed outline.
type dashed struct {
	*canvas.Raster
	color          color.Color
	radius, stroke float32
	dash           float32
	pix            *image.RGBA
}

func newDashed() *dashed {
	d := &dashed{}
	d.Raster = canvas.NewRaster(func(w, h int) image.Image {
		d.pix = blank(d.pix, w, h)
		if width := d.Size().Width; width > 0 && d.color != nil {
			scale := float32(w) / width
			drawDashes(d.pix, toNRGBA(d.color), d.radius*scale, d.stroke*scale, d.dash*scale)
		}
		return d.pix
	})
	return d
}

// show places the outline.
func (d *dashed) show(a area, c color.Color, radius, stroke, dash float32) {
	changed := d.color != c || d.radius != radius || d.stroke != stroke || d.dash != dash
	d.color, d.radius, d.stroke, d.dash = c, radius, stroke, dash
	d.Move(fyne.NewPos(a.X, a.Y))
	d.Resize(fyne.NewSize(a.W, a.H))
	d.Show()
	if changed {
		d.Refresh()
	}
}

// blank returns a clear picture of a size, in the memory of pix if it fits.
func blank(pix *image.RGBA, w, h int) *image.RGBA {
	if pix == nil || pix.Rect.Dx() != w || pix.Rect.Dy() != h {
		return image.NewRGBA(image.Rect(0, 0, max(w, 0), max(h, 0)))
	}
	clear(pix.Pix)
	return pix
}

// roundedDistance returns how far a point is outside of a rounded rectangle
// around the origin, negative within.
func roundedDistance(x, y, halfW, halfH, radius float64) float64 {
	dx, dy := math.Abs(x)-halfW+radius, math.Abs(y)-halfH+radius
	return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius
}

func dot(pix *image.RGBA, x, y int, c color.NRGBA, cover float64) {
	if cover <= 0 {
		return
	}
	a := min(cover, 1) * float64(c.A) / 255
	pix.SetRGBA(x, y, color.RGBA{
		uint8(float64(c.R)*a + 0.5), uint8(float64(c.G)*a + 0.5), uint8(float64(c.B)*a + 0.5), uint8(255*a + 0.5),
	})
}

// drawDashes outlines the picture with dashes, evenly spread along each side.
func drawDashes(pix *image.RGBA, c color.NRGBA, radius, stroke, dash float32) {
	w, h := float64(pix.Rect.Dx()), float64(pix.Rect.Dy())
	half := float64(stroke) / 2
	if w < 4 || h < 4 || dash <= 0 {
		return
	}
	on := func(pos, length float64) float64 { // how much of a dash is at pos along a side
		n := max(math.Round((length-float64(dash))/(2*float64(dash))), 1)
		period := (length - float64(dash)) / n
		p := math.Mod(pos+period, period)
		return min(max(min(p, float64(dash)-p)+0.5, 0), 1)
	}
	for y := range pix.Rect.Dy() {
		for x := range pix.Rect.Dx() {
			px, py := float64(x)+0.5-w/2, float64(y)+0.5-h/2
			d := math.Abs(roundedDistance(px, py, w/2-half, h/2-half, float64(radius))) - half
			if d > 1 {
				continue
			}
			cover := 0.0
			if h/2-math.Abs(py) < w/2-math.Abs(px) {
				cover = on(float64(x), w)
			} else {
				cover = on(float64(y), h)
			}
			dot(pix, x, y, c, min(0.5-d, 1)*cover)
		}
	}
}

// drawHatch fills a band at the right edge of the picture with slanting lines.
func drawHatch(pix *image.RGBA, c color.NRGBA, radius, stroke, band float32) {
	w, h := float64(pix.Rect.Dx()), float64(pix.Rect.Dy())
	period := float64(band) * 0.8
	for y := range pix.Rect.Dy() {
		for x := max(int(w-float64(band+stroke)), 0); x < pix.Rect.Dx(); x++ {
			px, py := float64(x)+0.5-w/2, float64(y)+0.5-h/2
			inside := -roundedDistance(px, py, w/2-float64(stroke)/2, h/2-float64(stroke)/2, float64(radius))
			p := math.Mod(float64(x+y), period)
			line := min(max(period*0.27-math.Abs(p-period/2)+0.5, 0), 1)
			dot(pix, x, y, c, min(inside+0.5, 1)*line)
		}
	}
}

// drawTeeth fills a band at the right end of a rounded rectangle with bars, as a
// timeline does where a task only spins.
func drawTeeth(pix *image.RGBA, c color.NRGBA, radius, stroke, band float32) {
	w, h := float64(pix.Rect.Dx()), float64(pix.Rect.Dy())
	period := float64(band) * 0.5
	for y := range pix.Rect.Dy() {
		for x := max(int(w-float64(band+stroke)), 0); x < pix.Rect.Dx(); x++ {
			px, py := float64(x)+0.5-w/2, float64(y)+0.5-h/2
			inside := -roundedDistance(px, py, w/2-float64(stroke)/2, h/2-float64(stroke)/2, float64(radius))
			p := math.Mod(float64(y), period)
			line := min(max(period*0.3-math.Abs(p-period/2)+0.5, 0), 1)
			dot(pix, x, y, c, min(inside+0.5, 1)*line)
		}
	}
}

// drawRails draws a line at the top and one at the bottom of the picture.
func drawRails(pix *image.RGBA, c color.NRGBA, stroke float32) {
	h := float64(pix.Rect.Dy())
	for y := range pix.Rect.Dy() {
		edge := min(float64(y)+0.5, h-float64(y)-0.5)
		cover := float64(stroke)/2 + 0.5 - math.Abs(edge-float64(stroke)/2)
		for x := range pix.Rect.Dx() {
			dot(pix, x, y, c, cover)
		}
	}
}

func toNRGBA(c color.Color) color.NRGBA {
	if n, ok := c.(color.NRGBA); ok {
		return n
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// fade mixes a colour half and half with what is behind it.
func fade(c, behind color.Color) color.Color {
	a, b := toNRGBA(c), toNRGBA(behind)
	mix := func(x, y uint8) uint8 { return uint8((int(x)*11 + int(y)*9) / 20) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xFF}
}

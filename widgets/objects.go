package widgets

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// What renderers do to objects that they keep: change one only if it looks
// different then, since Fyne draws every change anew.

func show(o fyne.CanvasObject, visible bool) {
	if o.Visible() == visible {
		return
	}
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

func recolor(r *canvas.Rectangle, c color.Color) {
	if r.FillColor != c {
		r.FillColor = c
		r.Refresh()
	}
}

func write(t *canvas.Text, s string, size float32, c color.Color) {
	if t.Text != s || t.TextSize != size || t.Color != c {
		t.Text, t.TextSize, t.Color = s, size, c
		t.Refresh()
	}
}

// pooled returns the n-th object of a container, which has no layout, making
// those that are missing, and shows it.
func pooled[T fyne.CanvasObject](c *fyne.Container, n int, make func() T) T {
	for len(c.Objects) <= n {
		c.Objects = append(c.Objects, make())
	}
	o := c.Objects[n].(T)
	show(o, true)
	return o
}

// hideFrom hides what a container holds from the n-th object on.
func hideFrom(c *fyne.Container, n int) {
	for _, o := range c.Objects[min(n, len(c.Objects)):] {
		show(o, false)
	}
}

// fit returns as much of a text as a width has room for, with an ellipsis if
// that isn't all of it.
func fit(s string, size float32, style fyne.TextStyle, width float32) string {
	if s == "" || width <= 0 {
		return ""
	}
	if fyne.MeasureText(s, size, style).Width <= width {
		return s
	}
	letters := []rune(s)
	low, high := 0, len(letters)
	for low < high { // the most letters that fit
		mid := (low + high + 1) / 2
		if fyne.MeasureText(short(letters[:mid]), size, style).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return ""
	}
	return short(letters[:low])
}

// fitName returns a name as far as a width has room for it. Names that begin the
// same mostly end differently (worker-1, worker-2), so it is the middle that is
// left out.
func fitName(s string, most float32, measure func(string) float32) string {
	const tail, least = 3, 3 // letters kept at the end, and at the start
	letters := []rune(s)
	if measure(s) <= most || len(letters) <= tail+least {
		return shorten(s, most, measure)
	}
	end := string(letters[len(letters)-tail:])
	for n := len(letters) - tail - 1; n >= least; n-- {
		if t := strings.TrimRight(string(letters[:n]), " -_.") + "…" + end; measure(t) <= most {
			return t
		}
	}
	return shorten(s, most, measure)
}

func short(letters []rune) string {
	return strings.TrimRight(string(letters), " ·,") + "…"
}

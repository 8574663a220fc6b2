package widgets

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// counter is a text with a number in it that changes all the time. Each digit is
// an object of its own, since Fyne keeps a picture of every string it ever drew
// for a minute: ten digits are ten pictures, every instant of a run would be
// thousands.
type counter struct {
	before, after canvas.Text
	digits        fyne.Container
	width         float32
}

func (c *counter) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{&c.before, &c.digits, &c.after}
}

// characters are the strings of what numbers are written with.
var characters = func() (list [128]string) {
	for i := range list {
		list[i] = string(rune(i))
	}
	return list
}()

// place writes the text with its left end at a position and returns how wide it is.
func (c *counter) place(at fyne.Position, before string, number []byte, after string, size float32, style fyne.TextStyle, ink color.Color) float32 {
	x := at.X
	c.before.TextStyle, c.after.TextStyle = style, style
	// Spaces are measured and not drawn: another font may have them, and then
	// the line would stand at another height.
	space := fyne.MeasureText("0 0", size, style).Width - fyne.MeasureText("00", size, style).Width
	put := func(t *canvas.Text, s string) {
		bare := strings.TrimLeft(s, " ")
		x += space * float32(len(s)-len(bare))
		s = strings.TrimRight(bare, " ")
		defer func(n int) { x += space * float32(n) }(len(bare) - len(s))
		write(t, s, size, ink)
		room := fyne.MeasureText(s, size, style)
		t.Move(fyne.NewPos(x, at.Y))
		t.Resize(room)
		if s != "" {
			x += room.Width
		}
	}
	put(&c.before, before)
	for i, b := range number {
		t := pooled(&c.digits, i, func() *canvas.Text { return &canvas.Text{TextStyle: style} })
		if t.TextStyle != style {
			t.TextStyle = style
			t.Refresh()
		}
		put(t, characters[b&127])
	}
	hideFrom(&c.digits, len(number))
	put(&c.after, after)
	c.width = x - at.X
	return c.width
}

func (c *counter) show(visible bool) {
	show(&c.before, visible)
	show(&c.digits, visible)
	show(&c.after, visible)
}

// around returns what a sentence says before and after the value of a field.
func around(say func(value string) string) (before, after string) {
	const mark = "\x00"
	before, after, _ = strings.Cut(say(mark), mark)
	return before, after
}

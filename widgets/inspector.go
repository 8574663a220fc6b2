package widgets

import (
	"reflect"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Inspector shows the process control block of one task: its name beside its
// hue, and a line for each thing there is to tell. Lines that have no room are
// reached with the wheel.
type Inspector struct {
	widget.BaseWidget
	block ControlBlock
	first int // line at the top
}

var _ fyne.Scrollable = (*Inspector)(nil)

// NewInspector makes an empty inspector.
func NewInspector() *Inspector {
	i := &Inspector{}
	i.ExtendBaseWidget(i)
	return i
}

// SetRows shows a control block, as [InspectorRows] tells it.
func (i *Inspector) SetRows(block ControlBlock) {
	if reflect.DeepEqual(block, i.block) {
		return
	}
	i.block = block
	i.Refresh()
}

// Scrolled shows other lines.
func (i *Inspector) Scrolled(e *fyne.ScrollEvent) {
	by := 1
	if e.Scrolled.DY > 0 {
		by = -1
	}
	i.first += by
	i.Refresh()
}

// Describe says in words what is shown.
func (i *Inspector) Describe() string {
	var b strings.Builder
	b.WriteString(i.block.Name + " (" + i.block.Subtitle + ")")
	for _, r := range i.block.Rows {
		b.WriteString("\n" + r.Label + ": " + r.Value)
	}
	return b.String()
}

// CreateRenderer is for Fyne.
func (i *Inspector) CreateRenderer() fyne.WidgetRenderer {
	i.ExtendBaseWidget(i)
	r := &inspectorRenderer{i: i}
	r.objects = []fyne.CanvasObject{&r.strip, &r.name, &r.subtitle, &r.labels, &r.values, &r.figures, &r.bar}
	return r
}

type inspectorRenderer struct {
	i              *Inspector
	strip, bar     canvas.Rectangle
	name, subtitle canvas.Text
	labels, values fyne.Container
	figures        fyne.Container // letters of what changes all the time
	objects        []fyne.CanvasObject
	size           fyne.Size
}

// PreferredHeight is how high it has to be to show every line.
func (i *Inspector) PreferredHeight() float32 {
	em := i.Theme().Size(theme.SizeNameText)
	lines, _ := i.lines(i.Size().Width)
	return inspectorTop(em) + float32(max(len(lines), len(i.block.Rows)))*inspectorPitch(em)
}

// valueLines is how many lines a value is broken into at most.
const valueLines = 3

// lines are the rows as they are written at a width: a value that is too long
// goes on in the next line, without a label. column is where the values begin.
func (i *Inspector) lines(width float32) (lines []Row, column float32) {
	em := i.Theme().Size(theme.SizeNameText)
	for _, row := range i.block.Rows {
		column = max(column, fyne.MeasureText(row.Label, em, plain).Width+em*2)
	}
	column = min(column, width*0.5)
	for _, row := range i.block.Rows {
		var parts []string
		if !row.Live && width > column {
			parts = wrap(row.Value, em, styleFor(row.Value), width-column, valueLines)
		}
		if len(parts) < 2 {
			lines = append(lines, row)
			continue
		}
		for n, part := range parts {
			row.Value = part
			if n > 0 {
				row.Label = ""
			}
			lines = append(lines, row)
		}
	}
	return lines, column
}

func inspectorPitch(em float32) float32 { return lineHeight(em) + em*0.2 }

// inspectorTop is where the first line is.
func inspectorTop(em float32) float32 { return lineHeight(em*1.35) + em*0.35 }

func (r *inspectorRenderer) Destroy()                     {}
func (r *inspectorRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *inspectorRenderer) em() float32                  { return r.i.Theme().Size(theme.SizeNameText) }
func (r *inspectorRenderer) pitch() float32               { return inspectorPitch(r.em()) }
func (r *inspectorRenderer) top() float32                 { return inspectorTop(r.em()) }

func (r *inspectorRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.em()*20, r.top()+4*r.pitch())
}

func (r *inspectorRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

func (r *inspectorRenderer) Refresh() {
	b, em := &r.i.block, r.em()
	big := em * 1.35
	high := fyne.MeasureText(b.Name, big, bold).Height
	width := max(4, em*0.42)
	r.strip.CornerRadius = width * 0.4
	r.strip.Move(fyne.NewPos(0, em*0.1))
	r.strip.Resize(fyne.NewSize(width, high-em*0.2))
	recolor(&r.strip, themed(r.i, Hue(b.Hue)))
	show(&r.strip, b.Name != "")
	r.name.TextStyle = bold
	x := width + em*0.5
	write(&r.name, fit(b.Name, big, bold, r.size.Width-x), big, themed(r.i, ColorText))
	r.name.Move(fyne.NewPos(x, 0))
	r.name.Resize(r.name.MinSize())
	x += r.name.MinSize().Width + em*0.9
	write(&r.subtitle, fit(b.Subtitle, em, plain, r.size.Width-x), em, themed(r.i, ColorMuted))
	r.subtitle.Resize(r.subtitle.MinSize())
	r.subtitle.Move(fyne.NewPos(x, (high-r.subtitle.MinSize().Height)*0.62))
	show(&r.subtitle, r.subtitle.Text != "")
	r.rows()
}

func (r *inspectorRenderer) rows() {
	em := r.em()
	all, column := r.i.lines(r.size.Width)
	room := max(int((r.size.Height-r.top()+em*0.2)/r.pitch()), 0)
	r.i.first = max(0, min(r.i.first, len(all)-room))
	n, letters := 0, 0
	for _, row := range all[min(r.i.first, len(all)):] {
		if n == room {
			break
		}
		mid := r.top() + r.pitch()*(float32(n)+0.5)
		label := pooled(&r.labels, n, newText)
		write(label, fit(row.Label, em, plain, column-em*0.5), em, themed(r.i, ColorMuted))
		value := pooled(&r.values, n, newText)
		if style := styleFor(row.Value); value.TextStyle != style {
			value.TextStyle = style
			value.Refresh()
		}
		said := fit(row.Value, em, value.TextStyle, r.size.Width-column)
		if row.Live {
			letters = r.letters(letters, said, column, mid)
			said = ""
		}
		write(value, said, em, themed(r.i, ColorText))
		put := func(text *canvas.Text, x float32) {
			size := text.MinSize()
			text.Resize(size)
			text.Move(fyne.NewPos(x, mid-size.Height/2))
		}
		put(label, 0)
		put(value, column)
		n++
	}
	hideFrom(&r.labels, n)
	hideFrom(&r.values, n)
	hideFrom(&r.figures, letters)

	width := em * 0.3
	show(&r.bar, room < len(all))
	if room < len(all) {
		high := r.pitch() * float32(room)
		r.bar.CornerRadius = width / 2
		r.bar.Resize(fyne.NewSize(width, high*float32(room)/float32(len(all))))
		r.bar.Move(fyne.NewPos(r.size.Width-width+em*0.5, r.top()+high*float32(r.i.first)/float32(len(all))))
		recolor(&r.bar, themed(r.i, theme.ColorNameScrollBar))
	}
}

// letters writes a text letter by letter, for the reason a counter does.
func (r *inspectorRenderer) letters(n int, s string, x, mid float32) int {
	em := r.em()
	size := fyne.MeasureText("0", em, mono)
	for _, c := range s {
		if c != ' ' {
			t := pooled(&r.figures, n, newText)
			if t.TextStyle != mono {
				t.TextStyle = mono
			}
			letter := string(c)
			if int(c) < len(characters) {
				letter = characters[c]
			}
			write(t, letter, em, themed(r.i, ColorText))
			t.Resize(size)
			t.Move(fyne.NewPos(x, mid-size.Height/2))
			n++
		}
		x += size.Width
	}
	return n
}

// styleFor returns fixed width for what can be written so: Chinese can't.
func styleFor(s string) fyne.TextStyle {
	for _, c := range s {
		if c >= 0x2E80 && !unicode.IsSymbol(c) {
			return plain
		}
	}
	return mono
}

package widgets

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Verdict is why a task was chosen, in the reader's words.
type Verdict struct {
	Title string // "Why B at 8 ms?"
	Rule  string // the rule that decided
	Heads [3]string
	Rows  []Reason // who was ready, the chosen one first
	Empty string   // said instead if there is nothing to explain
}

// Reason is a candidate: what it has of what the rule compares, and what it
// lacked.
type Reason struct {
	Task   string
	Hue    int
	Key    string
	Lacks  string
	Chosen bool
}

// Reasons shows a verdict: the rule, and below it a table of the candidates.
type Reasons struct {
	widget.BaseWidget
	v Verdict
}

// NewReasons makes an empty one.
func NewReasons() *Reasons {
	r := &Reasons{}
	r.ExtendBaseWidget(r)
	return r
}

// SetVerdict shows a verdict.
func (r *Reasons) SetVerdict(v Verdict) {
	r.v = v
	r.Refresh()
}

// Describe says in words what is shown.
func (r *Reasons) Describe() string {
	if len(r.v.Rows) == 0 {
		return strings.TrimSpace(r.v.Title + "\n" + r.v.Empty)
	}
	var b strings.Builder
	b.WriteString(r.v.Title + "\n" + r.v.Rule)
	for _, row := range r.v.Rows {
		b.WriteString("\n" + strings.Join([]string{row.Task, row.Key, row.Lacks}, "  "))
	}
	return b.String()
}

// CreateRenderer is for Fyne.
func (r *Reasons) CreateRenderer() fyne.WidgetRenderer {
	r.ExtendBaseWidget(r)
	x := &reasonsRenderer{r: r}
	x.objects = []fyne.CanvasObject{&x.chosen, &x.line, &x.strips, &x.texts}
	return x
}

type reasonsRenderer struct {
	r             *Reasons
	chosen, line  canvas.Rectangle
	strips, texts fyne.Container
	objects       []fyne.CanvasObject
	size          fyne.Size
	n             int // texts written
}

func (x *reasonsRenderer) Destroy()                     {}
func (x *reasonsRenderer) Objects() []fyne.CanvasObject { return x.objects }
func (x *reasonsRenderer) em() float32                  { return x.r.Theme().Size(theme.SizeNameText) }
func (x *reasonsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(x.em()*20, 6*lineHeight(x.em()))
}

func (x *reasonsRenderer) Layout(size fyne.Size) {
	x.size = size
	x.Refresh()
}

// text writes one text with the middle of its line at mid, and returns how wide
// it is.
func (x *reasonsRenderer) text(s string, left, mid, size float32, style fyne.TextStyle, name fyne.ThemeColorName) float32 {
	t := pooled(&x.texts, x.n, newText)
	x.n++
	if t.TextStyle != style {
		t.TextStyle = style
		t.Refresh()
	}
	write(t, s, size, themed(x.r, name))
	least := t.MinSize()
	t.Resize(least)
	t.Move(fyne.NewPos(left, mid-least.Height/2))
	return least.Width
}

func (x *reasonsRenderer) Refresh() {
	v, em := &x.r.v, x.em()
	x.n = 0
	line, y := lineHeight(em), float32(0)
	paragraph := func(s string, size float32, style fyne.TextStyle, most int, name fyne.ThemeColorName) {
		high := lineHeight(size)
		for _, part := range wrap(s, size, style, x.size.Width, most) {
			x.text(part, 0, y+high/2, size, style, name)
			y += high
		}
	}
	paragraph(v.Title, em*1.2, bold, 2, ColorText)
	rows := v.Rows
	if len(rows) == 0 {
		paragraph(v.Empty, em, plain, 4, ColorMuted)
	} else {
		y += em * 0.1
		paragraph(v.Rule, em, plain, 4, ColorText)
		y += em * 0.4
	}
	show(&x.line, len(rows) > 0)
	show(&x.chosen, len(rows) > 0)
	pitch := line + em*0.25
	strips := 0
	if len(rows) > 0 {
		strips = x.table(rows, y, pitch)
	}
	hideFrom(&x.strips, strips)
	hideFrom(&x.texts, x.n)
}

// table writes the candidates from y on, as many as there is room for, and
// returns how many strips of hue it used.
func (x *reasonsRenderer) table(rows []Reason, y, pitch float32) int {
	v, em := &x.r.v, x.em()
	small := em * 0.92
	strip := max(3, em*0.36)
	names, keys := fyne.MeasureText(v.Heads[0], small, bold).Width, fyne.MeasureText(v.Heads[1], small, bold).Width
	for _, row := range rows {
		names = max(names, strip+em*0.5+fyne.MeasureText(row.Task, em, bold).Width)
		keys = max(keys, fyne.MeasureText(row.Key, em, styleFor(row.Key)).Width)
	}
	names, keys = min(names, x.size.Width*0.34), min(keys, x.size.Width*0.4)
	first, second, third := em*0.3, em*0.3+names+em, em*0.3+names+em+keys+em
	if v.Heads[1] == "" { // nothing is compared but places
		third = second
	}
	head := func(s string, x0, end float32) {
		x.text(fit(s, small, bold, end-x0-em*0.4), x0, y+pitch/2, small, bold, ColorMuted)
	}
	head(v.Heads[0], first, second)
	head(v.Heads[1], second, third)
	head(v.Heads[2], third, x.size.Width+em*0.4)
	y += pitch
	x.line.Move(fyne.NewPos(0, y-1))
	x.line.Resize(fyne.NewSize(x.size.Width, 1))
	recolor(&x.line, themed(x.r, ColorCardBorder))
	room := max(int((x.size.Height-y+em*0.2)/pitch), 1)
	left := len(rows) - room
	if left > 0 {
		rows = rows[:max(room-1, 1)]
		left = len(v.Rows) - len(rows)
	}
	show(&x.chosen, rows[0].Chosen)
	x.chosen.CornerRadius = em * 0.3
	x.chosen.Move(fyne.NewPos(0, y+em*0.05))
	x.chosen.Resize(fyne.NewSize(x.size.Width, pitch-em*0.1))
	recolor(&x.chosen, themed(x.r, ColorLineRunning))
	for i, row := range rows {
		s := pooled(&x.strips, i, func() *canvas.Rectangle { return &canvas.Rectangle{} })
		s.CornerRadius = strip * 0.4
		s.Move(fyne.NewPos(first, y+pitch*0.18))
		s.Resize(fyne.NewSize(strip, pitch*0.64))
		recolor(s, themed(x.r, Hue(row.Hue)))
		name := first + strip + em*0.5
		x.text(fit(row.Task, em, bold, second-name-em*0.3), name, y+pitch/2, em, bold, ColorText)
		if v.Heads[1] != "" {
			x.text(fit(row.Key, em, styleFor(row.Key), third-second-em*0.4), second, y+pitch/2, em, styleFor(row.Key), ColorText)
		}
		style, ink := plain, ColorMuted
		if row.Chosen {
			style, ink = bold, ColorText
		}
		x.text(fit(row.Lacks, em, style, x.size.Width-third), third, y+pitch/2, em, style, ink)
		y += pitch
	}
	if left > 0 {
		x.text("… +"+strconv.Itoa(left), first, y+pitch/2, em, plain, ColorMuted)
	}
	return len(rows)
}

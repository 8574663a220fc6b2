package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Outcome is one way in which runs end, in the reader's words.
type Outcome struct {
	Text  string // what it is
	Mark  string // what is wrong with it; "" if nothing
	Order string // an interleaving that leads to it
	Count string // how many do, and their share
	Share float64
}

// Outcomes is a table of outcomes: how often each comes about as a bar and in
// figures, what it is, and who takes turns how. One of them is chosen with the
// arrow keys or a click, and played with Return or a click on its mark.
type Outcomes struct {
	widget.BaseWidget
	// OnPlay is told which outcome is to be played.
	OnPlay func(i int)
	// OnKey and OnRune are told of keys it has no use for.
	OnKey  func(*fyne.KeyEvent)
	OnRune func(rune)

	play    string // the words on the mark
	list    []Outcome
	chosen  int
	first   int // row at the top
	focused bool
}

var (
	_ fyne.Focusable     = (*Outcomes)(nil)
	_ fyne.Scrollable    = (*Outcomes)(nil)
	_ fyne.Tappable      = (*Outcomes)(nil)
	_ desktop.Cursorable = (*Outcomes)(nil)
)

// NewOutcomes makes an empty table; play is what its marks say.
func NewOutcomes(play string) *Outcomes {
	o := &Outcomes{play: play}
	o.ExtendBaseWidget(o)
	return o
}

// SetOutcomes shows outcomes, the first chosen.
func (o *Outcomes) SetOutcomes(list []Outcome) {
	o.list, o.chosen, o.first = list, 0, 0
	o.Refresh()
}

// Chosen returns the number of the outcome that is chosen.
func (o *Outcomes) Chosen() int { return o.chosen }

// Choose chooses an outcome.
func (o *Outcomes) Choose(i int) {
	if o.chosen = max(0, min(i, len(o.list)-1)); o.chosen >= 0 {
		o.Refresh()
	}
}

// Describe says in words what is shown.
func (o *Outcomes) Describe() string {
	text := ""
	for _, x := range o.list {
		text += x.Count + "  " + x.Text
		if x.Mark != "" {
			text += "  " + x.Mark
		}
		text += "  " + x.Order + "\n"
	}
	return text
}

func (o *Outcomes) em() float32  { return o.Theme().Size(theme.SizeNameText) }
func (o *Outcomes) row() float32 { return lineHeight(o.em()*1.1) + lineHeight(o.em()) + o.em()*0.9 }

// shown is how many rows there is room for.
func (o *Outcomes) shown() int { return max(int(o.Size().Height/o.row()), 1) }

// markWidth is how wide the mark to play one is.
func (o *Outcomes) markWidth() float32 {
	return fyne.MeasureText(o.play, o.em(), bold).Width + o.em()*2.1
}

// Tapped chooses a row, or plays it.
func (o *Outcomes) Tapped(e *fyne.PointEvent) {
	i := o.first + int(e.Position.Y/o.row())
	if i >= len(o.list) {
		return
	}
	o.Choose(i)
	if e.Position.X >= o.Size().Width-o.markWidth() && o.OnPlay != nil {
		o.OnPlay(i)
	}
}

// Cursor is for Fyne.
func (o *Outcomes) Cursor() desktop.Cursor { return desktop.PointerCursor }

// Scrolled shows other rows.
func (o *Outcomes) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DY > 0 {
		o.first--
	} else {
		o.first++
	}
	o.first = max(0, min(o.first, len(o.list)-o.shown()))
	o.Refresh()
}

// FocusGained is for Fyne.
func (o *Outcomes) FocusGained() { o.focused = true; o.Refresh() }

// FocusLost is for Fyne.
func (o *Outcomes) FocusLost() { o.focused = false; o.Refresh() }

// TypedRune is for Fyne.
func (o *Outcomes) TypedRune(r rune) {
	if o.OnRune != nil {
		o.OnRune(r)
	}
}

// TypedKey moves the choice, or plays what is chosen.
func (o *Outcomes) TypedKey(k *fyne.KeyEvent) {
	to := o.chosen
	switch k.Name {
	case fyne.KeyUp:
		to--
	case fyne.KeyDown:
		to++
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = len(o.list) - 1
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if o.OnPlay != nil && len(o.list) > 0 {
			o.OnPlay(o.chosen)
		}
		return
	default:
		if o.OnKey != nil {
			o.OnKey(k)
		}
		return
	}
	o.chosen = max(0, min(to, len(o.list)-1))
	o.first = max(min(o.first, o.chosen), o.chosen-o.shown()+1, 0)
	o.Refresh()
}

// CreateRenderer is for Fyne.
func (o *Outcomes) CreateRenderer() fyne.WidgetRenderer {
	o.ExtendBaseWidget(o)
	r := &outcomesRenderer{o: o}
	r.objects = []fyne.CanvasObject{&r.grounds, &r.texts, &r.bar}
	return r
}

type outcomesRenderer struct {
	o                *Outcomes
	grounds, texts   fyne.Container
	bar              canvas.Rectangle
	objects          []fyne.CanvasObject
	nGrounds, nTexts int
}

func (r *outcomesRenderer) Destroy()                     {}
func (r *outcomesRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *outcomesRenderer) Layout(fyne.Size)             { r.Refresh() }

func (r *outcomesRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.o.em()*24, r.o.row()*2)
}

func (r *outcomesRenderer) ground(a area, fill fyne.ThemeColorName, radius float32) *canvas.Rectangle {
	g := pooled(&r.grounds, r.nGrounds, newRectangle)
	r.nGrounds++
	if g.StrokeWidth != 0 {
		g.StrokeWidth = 0
	}
	g.CornerRadius = radius
	recolor(g, themed(r.o, fill))
	g.Move(fyne.NewPos(a.X, a.Y))
	g.Resize(fyne.NewSize(a.W, a.H))
	return g
}

// say writes a text from x on, around a height, and returns where it ends.
func (r *outcomesRenderer) say(text string, x, mid, size float32, style fyne.TextStyle, color fyne.ThemeColorName, width float32) float32 {
	t := pooled(&r.texts, r.nTexts, newText)
	r.nTexts++
	if t.TextStyle != style {
		t.TextStyle = style
		t.Refresh()
	}
	write(t, fit(text, size, style, width), size, themed(r.o, color))
	least := t.MinSize()
	t.Resize(least)
	t.Move(fyne.NewPos(x, mid-least.Height/2))
	return x + least.Width
}

func (r *outcomesRenderer) Refresh() {
	o, em := r.o, r.o.em()
	size, row, mark := o.Size(), o.row(), o.markWidth()
	r.nGrounds, r.nTexts = 0, 0
	column := min(max(size.Width*0.3, em*13), em*24)
	figures := float32(0)
	for _, x := range o.list {
		figures = max(figures, fyne.MeasureText(x.Count, em, mono).Width)
	}
	figures = min(figures, column*0.7)
	shown := min(o.shown(), len(o.list)-o.first)
	for k := range max(shown, 0) {
		x := &o.list[o.first+k]
		y := float32(k) * row
		if o.first+k == o.chosen {
			g := r.ground(area{0, y, size.Width, row - em*0.15}, ColorCard, em*0.4)
			g.StrokeWidth, g.StrokeColor = o.Theme().Size(SizeLine), themed(o, ColorCardBorder)
			if o.focused {
				g.StrokeColor = themed(o, ColorAccent)
			}
			g.Refresh()
		}
		top, low := y+em*0.4+lineHeight(em*1.1)/2, y+em*0.4+lineHeight(em*1.1)+lineHeight(em)/2
		width := column - figures - em*2.2
		high := em * 0.9
		r.ground(area{em * 0.7, top - high/2, width, high}, ColorTrack, em*0.2)
		color := ColorRunning
		if x.Mark != "" {
			color = ColorBlocked
		}
		if x.Share > 0 {
			r.ground(area{em * 0.7, top - high/2, max(width*float32(x.Share), em*0.25), high}, color, em*0.2)
		}
		count := fyne.MeasureText(x.Count, em, mono).Width
		r.say(x.Count, column-em*0.7-min(count, figures), top, em, mono, ColorText, figures)
		room := size.Width - column - mark - em
		said := r.say(x.Text, column+em*0.3, top, em*1.1, bold, ColorText, room)
		if x.Mark != "" {
			r.say(x.Mark, said+em, top, em, bold, ColorTextWaiting, max(size.Width-mark-said-em*1.5, 0))
		}
		r.say(x.Order, column+em*0.3, low, em, plain, ColorMuted, room)
		r.ground(area{size.Width - mark, y + (row-em*2)/2, mark - em*0.6, em * 1.9}, ColorAccent, em*0.4)
		r.say(o.play, size.Width-mark+em*0.75, y+row/2-em*0.05, em, bold, ColorOnAccent, mark)
	}
	hideFrom(&r.grounds, r.nGrounds)
	hideFrom(&r.texts, r.nTexts)
	all := len(o.list)
	show(&r.bar, all > o.shown())
	if all > o.shown() {
		width := em * 0.3
		r.bar.CornerRadius = width / 2
		recolor(&r.bar, themed(o, theme.ColorNameScrollBar))
		r.bar.Resize(fyne.NewSize(width, size.Height*float32(o.shown())/float32(all)))
		r.bar.Move(fyne.NewPos(size.Width-width+em*0.4, size.Height*float32(o.first)/float32(all)))
	}
}

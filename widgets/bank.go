package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// BankLook is a table of who has how many units of which resource, as it stands
// at a step of an algorithm that goes through it.
type BankLook struct {
	Resources  []string // names of the columns, the same in each group
	Has, Needs string   // titles of the groups
	Rows       []BankRow
	FreeTitle  string
	Free       []string // by resource
}

// BankRow is a process in it.
type BankRow struct {
	Name       string
	Has, Needs []string // by resource
	Mark       BankMark
	Said       string // in words, what the mark means
}

// BankMark is what the algorithm has found out of a process.
type BankMark uint8

// The marks.
const (
	NoBankMark BankMark = iota
	BankLooked          // it is being looked at, and there isn't enough for it
	BankEnds            // it is being looked at, and can end
	BankEnded
	BankStuck // it never ends
)

// Bank shows such a table.
type Bank struct {
	widget.BaseWidget
	look BankLook
}

// NewBank makes an empty table.
func NewBank() *Bank {
	b := &Bank{}
	b.ExtendBaseWidget(b)
	return b
}

// SetLook shows a table.
func (b *Bank) SetLook(l BankLook) {
	b.look = l
	b.Refresh()
}

// Describe says in words what is shown.
func (b *Bank) Describe() string {
	join := func(list []string) string {
		text := ""
		for _, x := range list {
			text += " " + x
		}
		return text
	}
	text := ""
	for _, r := range b.look.Rows {
		text += r.Name + ": " + b.look.Has + join(r.Has) + ", " + b.look.Needs + join(r.Needs)
		if r.Said != "" {
			text += ", " + r.Said
		}
		text += "\n"
	}
	return text + b.look.FreeTitle + join(b.look.Free) + "\n"
}

// CreateRenderer is for Fyne.
func (b *Bank) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &bankRenderer{b: b}
	r.objects = []fyne.CanvasObject{&r.grounds, &r.texts}
	return r
}

type bankRenderer struct {
	b              *Bank
	grounds, texts fyne.Container
	objects        []fyne.CanvasObject
	size           fyne.Size
	used           int // texts
}

func (r *bankRenderer) Destroy()                     {}
func (r *bankRenderer) Objects() []fyne.CanvasObject { return r.objects }

// lines is how many rows there are, with two of titles and what is free.
func (r *bankRenderer) lines() int { return len(r.b.look.Rows) + 3 }

// em is the size of type: as large as the rows have room for, up to half as large
// again as usual.
func (r *bankRenderer) em() float32 {
	em := r.b.Theme().Size(theme.SizeNameText)
	if r.size.Height > 0 {
		em = min(em*1.5, max(em*0.8, r.size.Height/(float32(r.lines())*1.9)))
	}
	wide := r.wide(em)
	if r.size.Width > 0 && wide > r.size.Width {
		em = max(em*r.size.Width/wide, em*0.5)
	}
	return em
}

func (r *bankRenderer) MinSize() fyne.Size {
	em := r.b.Theme().Size(theme.SizeNameText)
	return fyne.NewSize(em*20, em*1.5*float32(min(r.lines(), 12)))
}

func (r *bankRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

func (r *bankRenderer) width(text string, em float32) float32 {
	return fyne.MeasureText(text, em, bold).Width
}

// columns returns how wide names and numbers are.
func (r *bankRenderer) columns(em float32) (name, cell float32) {
	l := &r.b.look
	name, cell = r.width(l.FreeTitle, em), em*2
	for _, x := range l.Rows {
		name = max(name, r.width(x.Name, em))
		for _, list := range [...][]string{x.Has, x.Needs} {
			for _, n := range list {
				cell = max(cell, r.width(n, em)+em)
			}
		}
	}
	for _, n := range l.Resources {
		cell = max(cell, r.width(n, em)+em)
	}
	if n := float32(len(l.Resources)); n > 0 {
		cell = max(cell, r.width(l.Has, em)/n, r.width(l.Needs, em)/n)
	}
	return name + em*1.6, cell
}

// wide is how wide the table is, with what is said of its rows.
func (r *bankRenderer) wide(em float32) float32 {
	name, cell := r.columns(em)
	said := float32(0)
	for _, x := range r.b.look.Rows {
		said = max(said, r.width(x.Said, em))
	}
	return em + name + 2*cell*float32(len(r.b.look.Resources)) + em*2 + em*1.5 + said + em
}

func (r *bankRenderer) Refresh() {
	l, em := &r.b.look, r.em()
	high := em * 1.9
	name, cell := r.columns(em)
	has := em + name
	needs := has + cell*float32(len(l.Resources)) + em*2
	said := needs + cell*float32(len(l.Resources)) + em*1.5
	r.used = 0
	put := func(text string, x, y, w float32, style fyne.TextStyle, align fyne.TextAlign, c fyne.ThemeColorName) {
		t := pooled(&r.texts, r.used, newText)
		r.used++
		t.TextStyle, t.Alignment = style, align
		write(t, text, em, themed(r.b, c))
		t.Move(fyne.NewPos(x, y+(high-t.MinSize().Height)/2))
		t.Resize(fyne.NewSize(w, t.MinSize().Height))
	}
	numbers := func(list []string, x, y float32, style fyne.TextStyle, c fyne.ThemeColorName) {
		for i, n := range list {
			put(n, x+float32(i)*cell, y, cell, style, fyne.TextAlignCenter, c)
		}
	}
	put(l.Has, has, 0, cell*float32(len(l.Resources)), bold, fyne.TextAlignCenter, ColorText)
	put(l.Needs, needs, 0, cell*float32(len(l.Resources)), bold, fyne.TextAlignCenter, ColorText)
	numbers(l.Resources, has, high*0.9, plain, ColorMuted)
	numbers(l.Resources, needs, high*0.9, plain, ColorMuted)
	line := r.b.Theme().Size(SizeLine)
	n := 0
	ground := func(y float32, fill, edge fyne.ThemeColorName) *canvas.Rectangle {
		g := pooled(&r.grounds, n, newRectangle)
		n++
		border(g, themed(r.b, fill), themed(r.b, edge), line, em*0.35)
		g.Move(fyne.NewPos(0, y+high*0.06))
		g.Resize(fyne.NewSize(min(r.size.Width, r.wide(em)), high*0.88))
		return g
	}
	y := high * 1.9
	for _, x := range l.Rows {
		text, mark, weight := ColorText, ColorMuted, bold
		switch x.Mark {
		case BankLooked:
			ground(y, ColorToken, ColorAccent)
		case BankEnds:
			ground(y, ColorLineRunning, ColorAccent)
			mark = ColorText
		case BankEnded:
			text, weight = ColorMuted, plain
		case BankStuck:
			ground(y, ColorToken, missedColor)
			mark = missedColor
		}
		put(x.Name, em, y, name, weight, fyne.TextAlignLeading, text)
		numbers(x.Has, has, y, fyne.TextStyle{Monospace: true}, text)
		numbers(x.Needs, needs, y, fyne.TextStyle{Monospace: true}, text)
		put(x.Said, said, y, max(r.size.Width-said, 1), bold, fyne.TextAlignLeading, mark)
		y += high
	}
	put(l.FreeTitle, em, y, name, bold, fyne.TextAlignLeading, ColorText)
	numbers(l.Free, has, y, fyne.TextStyle{Monospace: true, Bold: true}, ColorText)
	hideFrom(&r.texts, r.used)
	hideFrom(&r.grounds, n)
}

package widgets

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Cell is something that holds a number: a variable in memory, or the
// accumulator of a task.
type Cell struct {
	Name, Value string
	Hue         int  // of the process it belongs to; -1 if everybody's
	Lit         bool // the last event was about it
}

// Memory shows the variables and accumulators of a run in one line, as cells
// with a name and a number.
type Memory struct {
	widget.BaseWidget
	cells []Cell
}

// NewMemory makes an empty one.
func NewMemory() *Memory {
	m := &Memory{}
	m.ExtendBaseWidget(m)
	return m
}

// mostAccs is how many tasks may have their accumulators shown.
const mostAccs = 4

// HasMemory reports whether a run has anything to show there.
func HasMemory(h *trace.Header) bool { return len(h.Variables) > 0 }

// MemoryCells tells the variables at the instant of a snapshot, those everybody
// shares first, then each process's and each thread's, then the accumulators. The
// last event is lit if it read or changed one.
func MemoryCells(h *trace.Header, s *trace.Snapshot, last trace.Event, words Words) []Cell {
	var cells []Cell
	about := func(v int, id trace.TaskID) bool {
		return last.Kind.OnVariable() && last.Object == v && h.Cell(v, last.Task) == h.Cell(v, id)
	}
	copied := slices.ContainsFunc(h.Variables, func(x trace.Variable) bool { return x.Scope != trace.Shared && !x.Hidden })
	for v := range h.Variables {
		x := &h.Variables[v]
		if x.Scope == trace.Shared {
			name := x.Name
			if copied { // beside those of which there are several
				name = words.say("memory.shared", "Name", name)
			}
			cells = append(cells, Cell{name, strconv.FormatInt(s.Value(v, 0), 10), -1, about(v, 0)})
		}
	}
	registers := false // instead of the accumulators
	for v := range h.Variables {
		x := &h.Variables[v]
		registers = registers || strings.HasPrefix(x.Name, "%")
		seen := map[int]bool{}
		for id := range s.Tasks {
			cell := h.Cell(v, trace.TaskID(id))
			if x.Scope == trace.Shared || x.Hidden || seen[cell] {
				continue
			}
			seen[cell] = true
			t := &h.Tasks[id]
			of := t.Name
			if x.Scope == trace.PerProcess && t.Group != "" {
				of = t.Group
			}
			cells = append(cells, Cell{of + "." + x.Name, strconv.FormatInt(s.Value(v, trace.TaskID(id)), 10), t.Process, about(v, trace.TaskID(id))})
			if len(cells) > mostCells {
				return cells
			}
		}
	}
	if len(s.Tasks) <= mostAccs && !registers {
		for id := range s.Tasks {
			lit := false
			switch last.Kind {
			case trace.Load, trace.Acc, trace.Added, trace.Store, trace.Result, trace.Atomic, trace.AtomicNo:
				lit = last.Task == trace.TaskID(id)
			}
			name := words.say("memory.acc", "Task", h.Tasks[id].Name)
			cells = append(cells, Cell{name, strconv.FormatInt(s.Tasks[id].Acc, 10), h.Tasks[id].Process, lit})
		}
	}
	return cells
}

// mostCells is more than any window has room for.
const mostCells = 64

// SetCells shows cells.
func (m *Memory) SetCells(cells []Cell) {
	same := len(cells) == len(m.cells)
	for i := 0; same && i < len(cells); i++ {
		same = cells[i] == m.cells[i]
	}
	if !same {
		m.cells = cells
		m.Refresh()
	}
}

// Describe says in words what is shown.
func (m *Memory) Describe() string {
	text := ""
	for _, c := range m.cells {
		text += c.Name + " = " + c.Value + "\n"
	}
	return text
}

// CreateRenderer is for Fyne.
func (m *Memory) CreateRenderer() fyne.WidgetRenderer {
	m.ExtendBaseWidget(m)
	r := &memoryRenderer{m: m}
	r.objects = []fyne.CanvasObject{&r.grounds, &r.strips, &r.names, &r.values, &r.more}
	return r
}

type memoryRenderer struct {
	m                              *Memory
	grounds, strips, names, values fyne.Container
	more                           canvas.Text
	objects                        []fyne.CanvasObject
	size                           fyne.Size
}

func (r *memoryRenderer) Destroy()                     {}
func (r *memoryRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *memoryRenderer) em() float32                  { return r.m.Theme().Size(theme.SizeNameText) }

func (r *memoryRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.em()*8, lineHeight(r.em()*1.1)+r.em()*0.9)
}

func (r *memoryRenderer) Layout(size fyne.Size) {
	r.size = size
	r.Refresh()
}

func (r *memoryRenderer) Refresh() {
	em, th := r.em(), r.m.Theme()
	high := lineHeight(em*1.1) + em*0.5
	line := th.Size(SizeLine)
	x, n := float32(0), 0
	show(&r.more, false)
	for i, c := range r.m.cells {
		style := fyne.TextStyle{Bold: true, Monospace: ascii(c.Value)}
		name := fyne.MeasureText(c.Name, em, plain).Width
		// Room for a few digits, so that cells stand still while they count.
		value := max(fyne.MeasureText(c.Value, em*1.1, style).Width, fyne.MeasureText("0000", em*1.1, style).Width)
		strip := float32(0)
		if c.Hue >= 0 {
			strip = em * 0.6
		}
		width := strip + em*0.6 + name + em*0.6 + value + em*0.7
		reserve := float32(0)
		if i < len(r.m.cells)-1 {
			reserve = em * 3
		}
		if x+width+reserve > r.size.Width && n > 0 {
			write(&r.more, "+"+strconv.Itoa(len(r.m.cells)-i), em, themed(r.m, ColorMuted))
			r.more.Move(fyne.NewPos(x, (high-r.more.MinSize().Height)/2))
			r.more.Resize(r.more.MinSize())
			show(&r.more, true)
			break
		}
		ground := pooled(&r.grounds, n, newRectangle)
		edge, fill := themed(r.m, ColorCardBorder), themed(r.m, ColorToken)
		if c.Lit {
			edge = themed(r.m, ColorAccent)
		}
		border(ground, fill, edge, line, em*0.35)
		ground.Move(fyne.NewPos(x, 0))
		ground.Resize(fyne.NewSize(width, high))
		mark := pooled(&r.strips, n, newRectangle)
		show(mark, c.Hue >= 0)
		if c.Hue >= 0 {
			mark.CornerRadius = em * 0.15
			recolor(mark, themed(r.m, Hue(c.Hue)))
			mark.Move(fyne.NewPos(x+em*0.4, em*0.35))
			mark.Resize(fyne.NewSize(em*0.32, high-em*0.7))
		}
		put := func(t *canvas.Text, at float32) {
			t.Resize(t.MinSize())
			t.Move(fyne.NewPos(at, (high-t.MinSize().Height)/2))
		}
		label := pooled(&r.names, n, newText)
		write(label, c.Name, em, themed(r.m, ColorMuted))
		put(label, x+strip+em*0.6)
		number := pooled(&r.values, n, newText)
		number.TextStyle = style
		write(number, c.Value, em*1.1, themed(r.m, ColorText))
		put(number, x+width-em*0.7-number.MinSize().Width)
		x += width + em*0.6
		n++
	}
	hideFrom(&r.grounds, n)
	hideFrom(&r.strips, n)
	hideFrom(&r.names, n)
	hideFrom(&r.values, n)
}

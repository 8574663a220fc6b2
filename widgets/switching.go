package widgets

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Switching shows a context switch in its parts: the registers of a CPU between
// the process control blocks of the task that leaves it and of the one that comes.
// What is saved travels from the middle to the left, what is loaded from the right
// to the middle; in between stands who was chosen.
type Switching struct {
	widget.BaseWidget

	// OnWhy is called when somebody asks why that task was chosen.
	OnWhy func() `json:"-"`

	words  Words
	boxes  [3]contextBox // who leaves, the CPU, who comes
	part   trace.Part
	lasts  time.Duration // of a motion
	gone   time.Duration
	moving bool
	live   *switchingRenderer
}

var _ fyne.Tappable = (*Switching)(nil)

// The boxes, from left to right.
const (
	boxLeaves = iota
	boxCPU
	boxComes
)

// contextBox is what one of the boxes shows.
type contextBox struct {
	title, says string
	hue         int // of whose context it is; -1 if nobody's
	rows        []contextRow
	faint       bool // what it shows isn't up to date
	lit         bool // it was just written
}

// contextRow is a register.
type contextRow struct {
	name, value, more string // more may be left out
}

// NewSwitching makes an empty one.
func NewSwitching(words Words) *Switching {
	s := &Switching{words: words, lasts: 320 * time.Millisecond}
	s.ExtendBaseWidget(s)
	return s
}

// SetWords changes the language of what is shown next.
func (s *Switching) SetWords(words Words) { s.words = words }

// SetMotion sets how long values that set out from now on are under way.
func (s *Switching) SetMotion(d time.Duration) { s.lasts = max(d, 0) }

// SetSwitch shows a CPU as a context switch sees it. If animate is set, values that
// are saved or loaded travel.
func (s *Switching) SetSwitch(h *trace.Header, x trace.Switching, animate bool) {
	say := s.words.say
	name := func(id trace.TaskID) string { return h.Tasks[id].Name }
	none := contextBox{title: say("switch.nobody"), hue: -1}
	leaves, comes := none, none
	cpu := contextBox{title: say("stage.cpu", "Index", x.CPU), hue: -1, says: say("switch.empty")}
	if x.Leaves != trace.NoTask {
		leaves = contextBox{title: say("switch.block", "Task", name(x.Leaves)), hue: h.Tasks[x.Leaves].Process}
		switch {
		case x.Ended:
			leaves.says, leaves.faint = say("switch.ended"), true
		case x.Saved:
			leaves.says, leaves.rows = say("switch.saved"), contextRows(h, x.Old, s.words)
		default:
			leaves.says, leaves.rows, leaves.faint = say("switch.unsaved"), contextRows(h, x.Old, s.words), true
		}
	}
	if x.Holds != trace.NoTask {
		cpu.hue, cpu.rows = h.Tasks[x.Holds].Process, contextRows(h, x.Registers, s.words)
		cpu.says = say("switch.holds", "Task", name(x.Holds))
		cpu.faint = x.Holds != x.Comes && x.Part != trace.SaveContext && x.Saved
	}
	if x.Comes != trace.NoTask {
		comes = contextBox{title: say("switch.block", "Task", name(x.Comes)), hue: h.Tasks[x.Comes].Process, rows: contextRows(h, x.New, s.words)}
		switch {
		case x.Part == trace.ChooseNext:
			comes.says, comes.lit = say("switch.chosen"), true
		case x.Part == trace.LoadContext:
			comes.says = say("switch.loads")
		default:
			comes.says, comes.faint = say("switch.old"), true
		}
	}
	switch x.Part {
	case trace.SaveContext:
		leaves.lit = true
	case trace.LoadContext:
		cpu.lit = true
	}
	s.gone, s.part = 0, x.Part
	s.boxes = [3]contextBox{leaves, cpu, comes}
	s.moving = animate && s.lasts > 0 && (x.Part == trace.SaveContext || x.Part == trace.LoadContext)
	s.Refresh()
}

// contextRows writes a context: the line it goes on with, the stack pointer in
// hexadecimal, and the registers but for those that no program uses.
func contextRows(h *trace.Header, c trace.Context, words Words) []contextRow {
	rows := []contextRow{{"pc", "", ""}, {"sp", strconv.FormatInt(c.SP, 16), ""}}
	ops := h.Programs[c.Program].Ops
	if c.PC < len(ops) {
		rows[0].value, rows[0].more = strconv.Itoa(lineOf(ops, c.PC)), ops[c.PC].Text
		if c.Left > 0 && c.Left < ops[c.PC].Length {
			rows[0].more += " · " + words.say("stage.left", "Time", UnitOf(h).Brief(c.Left))
		}
	} else {
		rows[0].value = "–"
	}
	for _, r := range c.Registers {
		if r.Hidden && r.Value == 0 {
			continue
		}
		rows = append(rows, contextRow{r.Name, strconv.FormatInt(r.Value, 10), ""})
	}
	return rows
}

// way is between which boxes values travel.
func (s *Switching) way() (from, to int) {
	if s.part == trace.LoadContext {
		return boxComes, boxCPU
	}
	return boxCPU, boxLeaves
}

// Advance lets time go by for values under way and reports whether any still is.
func (s *Switching) Advance(dt time.Duration) (moving bool) {
	if !s.moving {
		return false
	}
	s.gone += dt
	s.moving = s.gone < s.lasts
	switch {
	case !s.moving:
		s.Refresh()
	case s.live != nil:
		s.live.fly()
	}
	return s.moving
}

// Tapped asks why, if it is between the CPU and who comes.
func (s *Switching) Tapped(e *fyne.PointEvent) {
	if s.OnWhy != nil && s.live != nil && s.live.choice.has(spot{e.Position.X, e.Position.Y}) {
		s.OnWhy()
	}
}

// Describe says in words what is shown.
func (s *Switching) Describe() string {
	var b strings.Builder
	if s.part != trace.NoPart {
		b.WriteString(s.words.say("switch."+s.part.String()) + ": ")
	}
	for i, box := range s.boxes {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(box.title)
		if box.says != "" {
			b.WriteString(" (" + box.says + ")")
		}
		for _, r := range box.rows {
			b.WriteString(" " + r.name + " " + r.value)
		}
	}
	return b.String()
}

// CreateRenderer is for Fyne.
func (s *Switching) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	s.live = newSwitchingRenderer(s)
	return s.live
}

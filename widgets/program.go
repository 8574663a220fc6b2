package widgets

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Program lists the program of the selected task. The line each task is at that
// runs the same program is marked with the task's hue, and it is said who waits
// there. The line of the selected task is kept in sight. Only lines in sight are
// objects, however long the program is.
type Program struct {
	widget.BaseWidget
	words Words

	title  string
	ops    []trace.Op
	lines  []int32 // operations that are shown
	lineAt []int32 // by operation, the line it is on
	marks  []lineMark
	tasks  []trace.Task
	h      *trace.Header
	number int // of the program
	now    int // line of the selected task, -1 if none
	first  int // line at the top

	inSight func() int // how many lines there is room for; nil before it is shown
}

var _ fyne.Scrollable = (*Program)(nil)

// lineMark is who is at a line.
type lineMark struct {
	selected trace.State // state of the selected task if it is there
	name     string      // of the selected task
	waits    here
	runs     here
	ready    here
}

// here is how many tasks are at a line for one reason, and the first two.
type here struct {
	n     int
	tasks [2]trace.TaskID
}

func (h *here) add(id trace.TaskID) {
	if h.n < len(h.tasks) {
		h.tasks[h.n] = id
	}
	h.n++
}

// NewProgram makes an empty listing.
func NewProgram(words Words) *Program {
	p := &Program{words: words, now: -1, number: -1}
	p.ExtendBaseWidget(p)
	return p
}

// SetWords changes the language.
func (p *Program) SetWords(words Words) {
	p.words = words
	p.Refresh()
}

// SetSnapshot shows the program of a task with where everyone is in it.
func (p *Program) SetSnapshot(h *trace.Header, s *trace.Snapshot, selected trace.TaskID) {
	if int(selected) >= len(s.Tasks) || int(selected) >= len(h.Tasks) {
		return
	}
	number := s.Tasks[selected].Program
	changed := p.h != h && (p.h == nil || p.number >= len(p.h.Programs) || number >= len(h.Programs) ||
		!slices.Equal(p.h.Programs[p.number].Ops, h.Programs[number].Ops)) || p.number != number
	p.h, p.tasks, p.number = h, h.Tasks, number
	if changed {
		p.list(&h.Programs[number])
	}
	now := p.mark(s, selected)
	if changed || now != p.now {
		p.now = now
		p.follow()
	}
	p.Refresh()
}

// list takes a program's lines.
func (p *Program) list(program *trace.Program) {
	p.title, p.ops, p.first, p.now = program.Name, program.Ops, 0, -1
	p.lines, p.lineAt = p.lines[:0], p.lineAt[:0]
	for i := range p.ops {
		if !p.ops[i].Silent {
			p.lines = append(p.lines, int32(i))
		}
		p.lineAt = append(p.lineAt, int32(max(len(p.lines)-1, 0)))
	}
	p.marks = make([]lineMark, len(p.lines))
}

// mark notes who is where and returns the line of the selected task.
func (p *Program) mark(s *trace.Snapshot, selected trace.TaskID) int {
	clear(p.marks)
	now := -1
	for i := range s.Tasks {
		at := &s.Tasks[i]
		if at.Program != p.number || at.PC >= len(p.ops) || at.State == trace.New || at.State >= trace.Zombie || len(p.lines) == 0 {
			continue
		}
		line := int(p.lineAt[at.PC])
		m, id := &p.marks[line], trace.TaskID(i)
		if id == selected {
			now = line
			m.selected, m.name = at.State, p.tasks[i].Name
		}
		switch at.State {
		case trace.Blocked, trace.Stopped:
			m.waits.add(id)
		case trace.Running:
			m.runs.add(id)
		default:
			m.ready.add(id)
		}
	}
	return now
}

// follow scrolls so that the line of the selected task is in sight, with one
// before and after it where there are.
func (p *Program) follow() {
	if p.inSight == nil || p.now < 0 {
		return
	}
	room := p.inSight()
	margin := min(1, (room-1)/2)
	if p.now-margin < p.first {
		p.first = p.now - margin
	}
	if p.now+margin >= p.first+room {
		p.first = p.now + margin - room + 1
	}
	p.first = max(0, min(p.first, len(p.lines)-room))
}

// Scrolled shows other lines.
func (p *Program) Scrolled(e *fyne.ScrollEvent) {
	if p.inSight == nil {
		return
	}
	by := 3
	if e.Scrolled.DY > 0 {
		by = -3
	}
	first := max(0, min(p.first+by, len(p.lines)-p.inSight()))
	if first != p.first {
		p.first = first
		p.Refresh()
	}
}

// names lists who is at a line, two by name.
func (p *Program) names(h *here) string {
	var b strings.Builder
	for i := range min(h.n, len(h.tasks)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.tasks[h.tasks[i]].Name)
	}
	if more := h.n - len(h.tasks); more > 0 {
		b.WriteString(" +" + strconv.Itoa(more))
	}
	return b.String()
}

// says returns what is said at the right of a line: who waits there and who
// else is there. That the selected task runs is seen.
func (p *Program) says(m *lineMark) string {
	switch {
	case m.waits.n > 0:
		return p.words.say("program.waits", "Task", p.names(&m.waits))
	case m.runs.n > 0 && m.selected != trace.Running:
		return p.words.say("program.runs", "Task", p.names(&m.runs))
	case m.ready.n > 0:
		return p.words.say("program.ready", "Task", p.names(&m.ready))
	}
	return ""
}

// Describe says in words where everyone is.
func (p *Program) Describe() string {
	var b strings.Builder
	b.WriteString(p.title)
	for i := range p.marks {
		m := &p.marks[i]
		if m.waits.n+m.runs.n+m.ready.n == 0 {
			continue
		}
		op := p.lines[i]
		b.WriteString("\n" + strconv.Itoa(lineOf(p.ops, int(op))) + " " + p.ops[op].Text)
		for _, who := range []struct {
			id string
			h  *here
		}{{"program.runs", &m.runs}, {"program.waits", &m.waits}, {"program.ready", &m.ready}} {
			if who.h.n > 0 {
				b.WriteString("; " + p.words.say(who.id, "Task", p.names(who.h)))
			}
		}
	}
	return b.String()
}

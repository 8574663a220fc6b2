package report

import (
	"bufio"
	"fmt"
	"io"
	"math/big"
	"strings"

	"timeslice/sim/trace"
)

// chartColumns is how wide the charts are at most.
const chartColumns = 80

// Marks are how states look in a chart of letters: each a shape, so that none
// depends on a colour.
var marks = []struct {
	mark string
	word string
}{
	{"█", "running"}, {"▁", "ready"}, {"▒", "blocked"}, {"C", "context switch"}, {"■", "stopped"}, {"z", "zombie"}, {"▚", "spinning"}, {"▓", "copying"},
	{"r", "ready, suspended"}, {"b", "blocked, suspended"}, {"q", "in the batch queue"}, {"○", "ended"},
}

// Text writes a transcript to read: what was run and how, a chart of every task
// and CPU, and the figures.
func (r *Report) Text(to io.Writer) error {
	out := bufio.NewWriter(to)
	r.textHead(out)
	r.textCharts(out)
	r.textDeadlocks(out)
	r.textFigures(out)
	return out.Flush()
}

func (r *Report) textHead(out *bufio.Writer) {
	h := r.header
	line := func(name, format string, args ...any) {
		fmt.Fprintf(out, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	if h.Workload != "" {
		line("workload", "%s", h.Workload)
	}
	for i, p := range h.Policies {
		name := "policy"
		if i > 0 {
			name = "then"
		}
		line(name, "%s", PolicyText(p.Name, p.Params)+r.faultText(p.Fault))
	}
	cpus := "1 CPU"
	if h.CPUs != 1 {
		cpus = fmt.Sprint(h.CPUs, " CPUs")
	}
	line("machine", "%s, a switch costs %s, tick %s", cpus, h.Number(h.Switch), h.Number(h.Tick))
	if h.Migration > 0 {
		line("", "moving to another CPU costs %s", h.Number(h.Migration))
	}
	if c := h.Cache; c != nil {
		line("", "caches of %d, warm after %s, then %d times as fast", c.Size, h.Number(c.Warmup), c.Rate)
	}
	r.memoryText(line)
	line("unit", "%s, seed %d", h.UnitText, h.Seed)
	for i, s := range h.Conventions {
		name := ""
		if i == 0 {
			name = "conventions"
		}
		line(name, "%s: %s", s.Name, s.Value)
	}
	if x := h.Recorded; x != nil {
		line("recorded", "%s, %s on CPU %d of %s; others had the CPU %.2f%% of the time", x.Policy, x.Level, x.CPU, x.System, 100*x.Interference)
	}
	for _, remark := range r.Remarks {
		for i, text := range remark.Text {
			name := ""
			if i == 0 {
				name = remark.Key
			}
			line(name, "%s", text)
		}
	}
	line("run", "%s", h.ID)
	line("trace", "%s", r.rec.Hash())
}

// PolicyText writes a policy in one line: "rr, quantum 4".
func PolicyText(name string, params []trace.Setting) string {
	for _, p := range params {
		name += ", " + p.Name + " " + p.Value
	}
	return name
}

// faultText says why a policy is there, if the one before it did wrong.
func (r *Report) faultText(f *trace.Fault) string {
	if f == nil {
		return ""
	}
	text := ", because of a fault of the policy: " + f.Code
	if f.Task != trace.NoTask && int(f.Task) < len(r.header.Tasks) {
		text += ", " + r.header.Tasks[f.Task].Name
	}
	if f.CPU >= 0 {
		text += fmt.Sprint(", CPU ", f.CPU)
	}
	if f.Text != "" {
		text += ", " + f.Text
	}
	return text
}

// chart is the scale of the charts: how much time a column stands for.
type chart struct {
	step    trace.Time
	columns int
	label   int // columns of the names
}

// scale chooses 1, 2 or 5 times a power of ten units for a column, or less than
// a unit if the run is that short.
func (r *Report) scale() chart {
	end := r.lanes.End()
	c := chart{step: r.header.Unit, label: len("CPU 0")}
	for n := 0; (end+c.step-1)/c.step > chartColumns; n++ {
		if n%3 == 1 {
			c.step = c.step / 2 * 5
		} else {
			c.step *= 2
		}
	}
	c.columns = int((end + c.step - 1) / c.step)
	for _, t := range r.header.Tasks {
		c.label = min(max(c.label, width(t.Name)), 24)
	}
	return c
}

func (r *Report) textCharts(out *bufio.Writer) {
	const mostTasks = 64
	c := r.scale()
	if c.columns == 0 {
		return
	}
	fmt.Fprintln(out)
	rare := "" // marks that only some charts have
	for i := range min(len(r.header.Tasks), mostTasks) {
		row := strings.TrimRight(r.taskRow(c, i), " ")
		rare += row
		fmt.Fprintf(out, "%s  %s\n", pad(r.header.Tasks[i].Name, c.label), row)
		if row := r.jobRow(c, i); row != "" {
			fmt.Fprintf(out, "%s  %s\n", pad("", c.label), row)
		}
	}
	if more := len(r.header.Tasks) - mostTasks; more > 0 {
		fmt.Fprintf(out, "… and %d more tasks\n", more)
	}
	for cpu := range r.header.CPUs {
		fmt.Fprintf(out, "%s  %s\n", pad(fmt.Sprint("CPU ", cpu), c.label), strings.TrimRight(r.cpuRow(c, cpu), " "))
	}
	fmt.Fprintf(out, "%s  %s\n", pad("", c.label), r.axis(c))
	words := []string{}
	for i, m := range marks {
		if i >= 4 && i < len(marks)-1 && !strings.Contains(rare, m.mark) {
			continue
		}
		words = append(words, m.mark+" "+m.word)
	}
	if r.header.InJobs() {
		words = append(words, "↑ release  ↓ deadline  ↕ both  ✗ missed")
	}
	fmt.Fprintf(out, "%s  %s; a column is %s\n", pad("", c.label), strings.Join(words, "  "), r.header.WithUnit(c.step))
}

// taskRow draws a task: in each column the state it spends most of it in.
func (r *Report) taskRow(c chart, task int) string {
	cells := make([][11]trace.Time, c.columns) // time spent in each of the first marks
	r.lanes.Task(trace.TaskID(task)).Each(0, r.lanes.End(), 0, func(s trace.Span) bool {
		kind := -1
		switch {
		case s.Switching:
			kind = 3
		case s.Suspended && s.State == trace.Ready:
			kind = 7
		case s.Suspended:
			kind = 8
		case s.State == trace.New:
			kind = 9
		case s.Spinning:
			kind = 6
		case s.Copying:
			kind = 7
		case s.State == trace.Running:
			kind = 0
		case s.State == trace.Ready:
			kind = 1
		case s.State == trace.Blocked:
			kind = 2
		case s.State == trace.Stopped:
			kind = 4
		case s.State == trace.Zombie:
			kind = 5
		}
		if kind >= 0 {
			c.spread(s, func(column int, d trace.Time) { cells[column][kind] += d })
		}
		return true
	})
	var b strings.Builder
	for _, cell := range cells {
		best := -1
		for kind, d := range cell {
			if d > 0 && (best < 0 || d > cell[best]) {
				best = kind
			}
		}
		if best < 0 {
			b.WriteByte(' ')
		} else {
			b.WriteString(marks[best].mark)
		}
	}
	row := b.String()
	if f := &r.figures.Tasks[task]; f.Finish >= 0 {
		end := min(int((f.Finish+c.step-1)/c.step), c.columns)
		cut := []rune(row)
		row = string(cut[:end]) + marks[len(marks)-1].mark + string(cut[min(end+1, len(cut)):]) // a zombie goes on
	}
	return row
}

// spread tells how much of a span falls into each column.
func (c chart) spread(s trace.Span, add func(column int, d trace.Time)) {
	for t := s.Start; t < s.End; {
		column := t / c.step
		next := min((column+1)*c.step, s.End)
		add(int(column), next-t)
		t = next
	}
}

// cpuRow draws a CPU: between bars the names of the tasks it runs, as far as
// they fit.
func (r *Report) cpuRow(c chart, cpu int) string {
	row := make([]rune, c.columns+1)
	for i := range row {
		row[i] = ' '
	}
	var last trace.Span
	r.lanes.CPU(cpu).Each(0, r.lanes.End(), 0, func(s trace.Span) bool {
		if last.End == s.Start && last.Task == s.Task && last.Copying != s.Copying && !last.Switching && !s.Switching {
			s.Start = last.Start // it only goes on to copy, or to compute
		}
		last = s
		from, to := int(s.Start/c.step), int((s.End-1)/c.step)
		for i := from; i <= to; i++ {
			row[i] = '·'
		}
		name := []rune(r.header.Tasks[s.Task].Name)
		if s.Switching {
			name = []rune("C")
		}
		if width(string(name)) == len(name) {
			copy(row[from:to+1], name)
		}
		return true
	})
	return string(row)
}

// axis marks every tenth column with its instant.
func (r *Report) axis(c chart) string {
	var b strings.Builder
	for column := 0; column <= c.columns; column += 10 {
		for b.Len() < column {
			b.WriteByte(' ')
		}
		if b.Len() == column {
			b.WriteString(r.header.Number(trace.Time(column) * c.step))
		}
	}
	return b.String()
}

func (r *Report) textFigures(out *bufio.Writer) {
	rows := [][]string{append([]string{"task"}, r.taskFigures()...)}
	for i, name := range r.Tasks() {
		row := []string{name}
		for _, figure := range r.taskFigures() {
			text, _ := r.Figure(i, figure)
			if text == "null" {
				text = "–"
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	fmt.Fprintln(out)
	Table(out, rows)
	r.textJobs(out)
	r.textEachJob(out)
	fmt.Fprintln(out)
	rows = nil
	for _, name := range Totals {
		value, _ := r.Total(name)
		rows = append(rows, []string{name, Decimal(value, 4)})
	}
	for _, name := range r.memoryTotals() {
		value, _ := r.Total(name)
		rows = append(rows, []string{name, Decimal(value, 4)})
	}
	busy := make([]string, r.header.CPUs)
	for cpu := range busy {
		busy[cpu] = r.Busy(cpu)
	}
	Table(out, append(rows, []string{"cpu_busy", strings.Join(busy, " ")}))
}

// Decimal writes an exact value rounded to so many places, without needless
// zeros; "–" if there is none.
func Decimal(value *big.Rat, places int) string {
	if value == nil {
		return "–"
	}
	text := value.FloatString(places)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Table writes rows in columns: the first to the left, the others to the right.
func Table(out io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, text := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(text))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, text := range row {
			switch {
			case i == 0:
				b.WriteString(pad(text, widths[0]))
			default:
				b.WriteString("  " + strings.Repeat(" ", widths[i]-width(text)) + text)
			}
		}
		fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
	}
}

// pad fills a text up to a width, or cuts it.
func pad(s string, columns int) string {
	for width(s) > columns {
		r := []rune(s)
		s = string(r[:len(r)-2]) + "…"
	}
	return s + strings.Repeat(" ", columns-width(s))
}

// width is how many columns of a terminal a text takes: two for the characters
// of East Asia.
func width(s string) int {
	n := 0
	for _, c := range s {
		n++
		if c >= 0x1100 && (c <= 0x115F || c >= 0x2E80 && c <= 0xA4CF || c >= 0xAC00 && c <= 0xD7A3 ||
			c >= 0xF900 && c <= 0xFAFF || c >= 0xFE30 && c <= 0xFE6F || c >= 0xFF00 && c <= 0xFF60 ||
			c >= 0xFFE0 && c <= 0xFFE6 || c >= 0x1F300 && c <= 0x1F64F || c >= 0x20000 && c <= 0x3FFFD) {
			n += 2 - 1
		}
	}
	return n
}

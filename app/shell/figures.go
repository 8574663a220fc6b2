package shell

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// column is one figure of a table of tasks.
type column struct {
	id    string
	value func(h *trace.Header, t *trace.TaskFigures) string
}

// orNever writes a time, or a dash if it never came.
func orNever(h *trace.Header, t trace.Time) string {
	if t < 0 {
		return "–"
	}
	return widgets.UnitOf(h).Format(t)
}

var columns = []column{
	{"figure.arrival", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Arrival) }},
	{"figure.start", func(h *trace.Header, t *trace.TaskFigures) string { return orNever(h, t.Start) }},
	{"figure.finish", func(h *trace.Header, t *trace.TaskFigures) string { return orNever(h, t.Finish) }},
	{"figure.turnaround", func(h *trace.Header, t *trace.TaskFigures) string { return orNever(h, t.Turnaround) }},
	{"figure.response", func(h *trace.Header, t *trace.TaskFigures) string { return orNever(h, t.Response) }},
	{"figure.waiting", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Ready) }},
	{"figure.blocked", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Blocked) }},
	{"figure.cpu", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.CPU) }},
	{"figure.voluntary", func(_ *trace.Header, t *trace.TaskFigures) string { return strconv.Itoa(t.Voluntary) }},
	{"figure.involuntary", func(_ *trace.Header, t *trace.TaskFigures) string { return strconv.Itoa(t.Involuntary) }},
	{"figure.migrations", func(_ *trace.Header, t *trace.TaskFigures) string { return strconv.Itoa(t.Migrations) }},
	{"figure.suspended", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Suspended) }},
	{"figure.queued", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Queued) }},
	{"figure.spun", func(h *trace.Header, t *trace.TaskFigures) string { return widgets.UnitOf(h).Format(t.Spun) }},
}

// The columns that only some runs have, from 1.
const suspendedColumn, queuedColumn, spunColumn = 12, 13, 14

// figuresTable is the table of figures of the run, and of the second run
// under it if there is one.
func (s *Shell) figuresTable() fyne.CanvasObject {
	rows := s.figureRows(s.session.lanes, &s.session.seen.Header)
	if s.second != nil && s.second.lanes != nil {
		rows = append(rows, nil)
		rows = append(rows, s.figureRows(s.second.lanes, &s.second.seen().Header)...)
	}
	rows = append(rows, s.jobRows(s.session.seen)...)
	if s.second != nil && s.second.lanes != nil {
		rows = append(rows, s.jobRows(s.second.seen())...)
	}
	table := &table{shell: s}
	shown := s.columnsThatFit(rows)
	table.HideSeparators = true
	table.Length = func() (int, int) { return len(rows), len(shown) }
	table.CreateCell = func() fyne.CanvasObject {
		l := widget.NewLabel("")
		l.Truncation = fyne.TextTruncateEllipsis
		return l
	}
	table.UpdateCell = func(id widget.TableCellID, o fyne.CanvasObject) {
		l, text, bold := o.(*widget.Label), "", false
		if row := rows[id.Row]; shown[id.Col] < len(row) {
			text = row[shown[id.Col]]
		}
		if id.Row == 0 || id.Row > 0 && rows[id.Row-1] == nil {
			bold = true
		}
		l.Alignment = fyne.TextAlignTrailing
		if id.Col == 0 {
			l.Alignment = fyne.TextAlignLeading
		}
		l.TextStyle.Bold = bold
		l.SetText(text)
	}
	table.ExtendBaseWidget(table)
	widths := columnWidths(rows)
	for i, c := range shown {
		table.SetColumnWidth(i, widths[c]+4)
	}
	for i := range rows {
		switch {
		case rows[i] == nil:
			table.SetRowHeight(i, theme.TextSize()*0.5)
		case (i == 0 || rows[i-1] == nil) && strings.Contains(strings.Join(rows[i], ""), "\n") && shown[len(shown)-1] >= 9:
			table.SetRowHeight(i, widget.NewLabel("A\nA").MinSize().Height)
		default:
			table.SetRowHeight(i, lineOfTable())
		}
	}
	table.StickyColumnCount = 1
	if s.second == nil || s.second.result == nil {
		return container.NewStack(table)
	}
	r := s.second.result
	remarks := widget.NewLabel(strings.Join(s.realRemarks(&r.Recording.Header, &r.Report), "\n"))
	remarks.Wrapping = fyne.TextWrapWord
	return container.NewBorder(nil, remarks, nil, nil, table)
}

// figureRows are the lines of the table of one run: its head, a line a task,
// the averages.
func (s *Shell) figureRows(lanes *trace.Lanes, h *trace.Header) [][]string {
	f := lanes.Figures()
	head := []string{s.runTitle(h)}
	for _, c := range columns {
		head = append(head, inTwoLines(s.words.T(c.id)))
	}
	rows := [][]string{head}
	for i := range f.Tasks {
		row := []string{h.Tasks[i].Name}
		for _, c := range columns {
			row = append(row, c.value(h, &f.Tasks[i]))
		}
		rows = append(rows, row)
	}
	if f.Finished == 0 {
		return rows
	}
	average := make([]string, len(columns)+1)
	average[0] = s.words.T("figure.average")
	for i, c := range columns {
		for id, sum := range map[string]trace.Time{"figure.turnaround": f.SumTurnaround, "figure.response": f.SumResponse, "figure.waiting": f.SumWaiting} {
			if c.id == id {
				average[i+1] = strconv.FormatFloat(float64(sum)/float64(f.Finished)/float64(widgets.UnitOf(h).Size), 'f', 2, 64)
			}
		}
	}
	return append(rows, average)
}

// runTitle names a run in a few words: the policy, or the real machine.
func (s *Shell) runTitle(h *trace.Header) string {
	if h.Origin == trace.Real {
		return s.words.T("timeline.real")
	}
	return s.policyText(&h.Policies[0], h)
}

// lineOfTable is how high a line of figures is: a little less than a label.
func lineOfTable() float32 { return widget.NewLabel("A").MinSize().Height - theme.InnerPadding()*0.75 }

// inTwoLines breaks the long name of a column.
func inTwoLines(name string) string {
	const long = 11
	if len(name) <= long {
		return name
	}
	return strings.Replace(name, " ", "\n", 1)
}

func columnWidths(rows [][]string) []float32 {
	widths := make([]float32, len(columns)+1)
	for _, row := range rows {
		for c, text := range row {
			widths[c] = max(widths[c], widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}).MinSize().Width)
		}
	}
	return widths
}

// leastTold are the columns that are left out where there is no room for all, as
// in a projection: the one that says least to a class first.
var leastTold = []int{11, 10, 9, 1, 2, 7, 3}

// somebodySpun reports whether a task of the runs shown has burnt time.
func (s *Shell) somebodySpun() bool {
	spun := func(l *trace.Lanes) bool {
		for i := range l.Tasks() {
			if l.Totals(trace.TaskID(i), l.End()).Spun > 0 {
				return true
			}
		}
		return false
	}
	return spun(s.session.lanes) || s.second != nil && s.second.lanes != nil && spun(s.second.lanes)
}

// columnsThatFit returns the columns the window has room for. Jobs have fewer
// columns but need all of theirs.
func (s *Shell) columnsThatFit(rows [][]string) []int {
	widths := columnWidths(rows)
	all := float32(0)
	for _, w := range widths {
		all += w + 4 + theme.Padding()
	}
	room := s.window.Canvas().Size().Width - 2*s.gap() - 3*theme.TextSize()
	left := map[int]bool{}
	memory := s.session.seen.Header.Memory
	for c, matters := range map[int]bool{
		suspendedColumn: memory != nil && memory.Frames > 0, queuedColumn: memory != nil && memory.Degree > 0, spunColumn: s.somebodySpun(),
	} {
		if !matters {
			left[c] = true
			all -= widths[c] + 4 + theme.Padding()
		}
	}
	for _, c := range leastTold {
		if all <= room || s.session.seen.Header.InJobs() && c < 8 {
			break
		}
		left[c] = true
		all -= widths[c] + 4 + theme.Padding()
	}
	var shown []int
	for c := range widths {
		if !left[c] {
			shown = append(shown, c)
		}
	}
	return shown
}

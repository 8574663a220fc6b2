package shell

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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
}

// figuresContent is the table of figures of the run, and of the second run
// under it if there is one.
func (s *Shell) figuresContent() fyne.CanvasObject {
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
	table.Length = func() (int, int) { return len(rows), len(columns) + 1 }
	table.CreateCell = func() fyne.CanvasObject {
		l := widget.NewLabel("")
		l.Truncation = fyne.TextTruncateEllipsis
		return l
	}
	table.UpdateCell = func(id widget.TableCellID, o fyne.CanvasObject) {
		l, text, bold := o.(*widget.Label), "", false
		if row := rows[id.Row]; id.Col < len(row) {
			text = row[id.Col]
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
	widths := make([]float32, len(columns)+1)
	for _, row := range rows {
		for c, text := range row {
			widths[c] = max(widths[c], widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}).MinSize().Width)
		}
	}
	for c, w := range widths {
		table.SetColumnWidth(c, w+4)
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
		head = append(head, s.words.T(c.id))
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

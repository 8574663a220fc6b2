package shell

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// The figures are told in three ways, one after the other with M.
type figuresTab uint8

const (
	tableTab figuresTab = iota
	barsTab
	compareTab
	figuresTabs
)

// nextFigures shows the figures, then in the next way, at last the stage again.
func (s *Shell) nextFigures() {
	switch {
	case s.view != figuresView:
		s.figures.tab = tableTab
	case s.figures.tab+1 < figuresTabs:
		s.figures.tab++
	default:
		s.setView(stageView)
		return
	}
	s.view = figuresView
	s.arrange()
}

// figuresContent is what the view of figures shows: its ways to choose from, and
// the one chosen.
func (s *Shell) figuresContent() fyne.CanvasObject {
	row := container.NewHBox()
	for tab, id := range []string{"figures.table", "figures.bars", "figures.compare"} {
		b := widget.NewButton(s.words.T(id), func() {
			s.figures.tab = figuresTab(tab)
			s.arrange()
		})
		if figuresTab(tab) == s.figures.tab {
			b.Importance = widget.HighImportance
		}
		row.Add(b)
	}
	var content fyne.CanvasObject
	switch s.figures.tab {
	case barsTab:
		content = container.NewVScroll(s.taskBars())
	case compareTab:
		content = s.compareContent()
	default:
		content = s.figuresTable()
	}
	return container.NewBorder(row, nil, nil, nil, content)
}

// mostBars is how many tasks have bars.
const mostBars = 200

// taskBars shows for each task what its time from arrival to end went to, in one
// scale for the first and the second run.
func (s *Shell) taskBars() fyne.CanvasObject {
	bars := widgets.NewBars()
	groups := []widgets.BarGroup{s.taskGroup(s.session.lanes, &s.session.seen.Header)}
	if s.second != nil && s.second.lanes != nil {
		groups = append(groups, s.taskGroup(s.second.lanes, &s.second.seen().Header))
	}
	bars.SetGroups(groups)
	return bars
}

func (s *Shell) taskGroup(lanes *trace.Lanes, h *trace.Header) widgets.BarGroup {
	u := widgets.UnitOf(h)
	g := widgets.BarGroup{Title: s.runTitle(h) + "  ·  " + s.words.T("figures.spent")}
	for i, t := range lanes.Figures().Tasks[:min(len(h.Tasks), mostBars)] {
		g.Bars = append(g.Bars, widgets.Bar{
			Label: h.Tasks[i].Name, Hue: h.Tasks[i].Process,
			Parts: []widgets.BarPart{{Value: float64(t.CPU), State: trace.Running}, {Value: float64(t.Ready), State: trace.Ready}, {Value: float64(t.Blocked), State: trace.Blocked}},
			Text:  s.words.T("figures.parts", "CPU", u.Format(t.CPU), "Ready", u.Format(t.Ready), "Blocked", u.FormatNamed(t.Blocked)),
		})
	}
	return g
}

// mostCompared is how many policies are compared.
const mostCompared = 4

// compared is a run of the same workload under one policy.
type compared struct {
	title   string
	header  *trace.Header
	figures *trace.Figures
	missed  int // deadlines
	err     error
}

// figures is what the view of figures remembers.
type figures struct {
	tab      figuresTab
	policies []string // to compare with, beside the one that runs; "" = none
	of       *workload.Workload
	runs     map[string]compared
}

// usualPolicies are those compared with until the reader chooses others.
func (s *Shell) usualPolicies() []string {
	usual := []string{"fcfs", "srtf", "rr", "mlfq"}
	if s.session.seen.Header.InJobs() {
		usual = []string{"rm", "edf", "llf", "rr"}
	}
	if s.second != nil && s.second.session != nil && s.second.variant == "" && s.second.policy != run.Script {
		usual = append([]string{s.second.policy}, slices.DeleteFunc(usual, func(p string) bool { return p == s.second.policy })...)
	}
	usual = slices.DeleteFunc(usual, func(p string) bool { return p == s.session.work.Policy.Name })
	return usual[:mostCompared-1]
}

// underPolicy returns the figures of the workload under another policy, as far as
// it is simulated at once.
func (s *Shell) underPolicy(name string) compared {
	f := &s.figures
	if f.of != s.session.work {
		f.of, f.runs = s.session.work, map[string]compared{}
	}
	if c, ok := f.runs[name]; ok {
		return c
	}
	w := *s.session.work
	under(&w, name)
	c := compared{title: s.policyName(name)}
	session, err := begin(&w)
	if err == nil && !session.whole() {
		err = session.run.Extend(trace.Never, aheadEvents)
		session.take(session.notice())
	}
	if err != nil {
		c.err = err
	} else {
		c = s.comparedRun(session.seen, session.lanes)
	}
	f.runs[name] = c
	return c
}

func (s *Shell) comparedRun(r *trace.Recording, lanes *trace.Lanes) compared {
	c := compared{title: s.runTitle(&r.Header), header: &r.Header, figures: lanes.Figures()}
	if r.Header.InJobs() {
		for _, j := range trace.Jobs(r) {
			if j.Missed {
				c.missed++
			}
		}
	}
	return c
}

// compareContent compares up to four policies: fields to choose them, and bars
// for what one compares.
func (s *Shell) compareContent() fyne.CanvasObject {
	f := &s.figures
	if f.policies == nil {
		f.policies = s.usualPolicies()
	}
	all := policies()
	names := []string{"–"}
	for _, p := range all {
		names = append(names, s.policyLong(p.Name))
	}
	runs := []compared{s.comparedRun(s.session.seen, s.session.lanes)}
	now := widget.NewLabelWithStyle(runs[0].title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	now.Truncation = fyne.TextTruncateEllipsis
	fields := container.NewGridWithColumns(mostCompared, now)
	var wrong string
	for i, name := range f.policies {
		c := s.newChoice(names)
		c.SetSelectedIndex(1 + slices.IndexFunc(all, func(p run.Policy) bool { return p.Name == name }))
		c.OnChanged = func(string) {
			f.policies[i] = ""
			if n := c.SelectedIndex(); n > 0 {
				f.policies[i] = all[n-1].Name
			}
			s.arrange()
		}
		fields.Add(c)
		if name == "" {
			continue
		}
		if x := s.underPolicy(name); x.err != nil {
			wrong = x.err.Error()
		} else {
			runs = append(runs, x)
		}
	}
	u := widgets.UnitOf(runs[0].header)
	time := func(id string, sum func(*trace.Figures) trace.Time) widgets.BarGroup {
		return group(s.words.T("figures.average", "What", s.words.T(id)), runs, func(c *compared) (float64, string) {
			if c.figures.Finished == 0 {
				return math.NaN(), "–"
			}
			x := float64(sum(c.figures)) / float64(c.figures.Finished) / float64(u.Size)
			return x, strconv.FormatFloat(x, 'f', 2, 64) + " " + u.Name
		})
	}
	count := func(id string, n func(*compared) int) widgets.BarGroup {
		return group(s.words.T(id), runs, func(c *compared) (float64, string) { return float64(n(c)), strconv.Itoa(n(c)) })
	}
	var groups []widgets.BarGroup
	switches := count("figures.switches", func(c *compared) int { return c.figures.Switches })
	if runs[0].header.InJobs() {
		groups = []widgets.BarGroup{count("figures.missed", func(c *compared) int { return c.missed }), switches}
	} else {
		groups = []widgets.BarGroup{time("figure.turnaround", func(f *trace.Figures) trace.Time { return f.SumTurnaround }),
			time("figure.response", func(f *trace.Figures) trace.Time { return f.SumResponse }),
			time("figure.waiting", func(f *trace.Figures) trace.Time { return f.SumWaiting }), switches}
	}
	across := 2
	if size := s.window.Canvas().Size(); !s.projecting && size.Height < flat*theme.TextSize() {
		across = 4
	}
	bars := container.NewGridWithColumns(across)
	for _, g := range groups {
		b := widgets.NewBars()
		b.SetGroups([]widgets.BarGroup{g})
		bars.Add(b)
	}
	if wrong == "" {
		return container.NewBorder(fields, nil, nil, nil, container.NewVScroll(bars))
	}
	return container.NewBorder(fields, s.small(wrong), nil, nil, container.NewVScroll(bars))
}

// flat is the height of a window, in sizes of text, below which what is compared
// stands side by side.
const flat = 62

// group is one figure of every run, the smallest marked as the best.
func group(title string, runs []compared, of func(*compared) (float64, string)) widgets.BarGroup {
	g := widgets.BarGroup{Title: title}
	best := math.Inf(1)
	for i := range runs {
		x, text := of(&runs[i])
		if math.IsNaN(x) {
			x = 0
		} else {
			best = min(best, x)
		}
		g.Bars = append(g.Bars, widgets.Bar{Label: runs[i].title, Hue: -1, Parts: []widgets.BarPart{{Value: x, State: trace.Running}}, Text: text})
	}
	for i := range g.Bars {
		if b := &g.Bars[i]; b.Parts[0].Value == best && len(runs) > 1 {
			b.Mark, b.Text = true, fmt.Sprint(b.Text, "  ✓")
		}
	}
	return g
}

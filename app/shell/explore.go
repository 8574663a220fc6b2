package shell

import (
	"slices"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/sim/explore"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// exploration is the search through the interleavings of a workload.
type exploration struct {
	of     *workload.Workload
	played []*workload.Workload // what was made of it by playing an outcome
	done   atomic.Pointer[explored]
	ended  atomic.Bool // nobody wants to know any more
	shown  bool
	table  *widgets.Outcomes // nil until there is something to show
	chosen int
}

// explored is what came of it.
type explored struct {
	result *explore.Result
	err    error
}

// showExplorer shows the outcomes of all interleavings, looking for them first.
func (s *Shell) showExplorer() {
	if x := s.exploring; x == nil || x.of != s.session.work && !slices.Contains(x.played, s.session.work) {
		s.stopExploring()
		x := &exploration{of: s.session.work}
		s.exploring = x
		go func() {
			r, err := run.Explore(x.of, explore.Options{Stop: x.ended.Load})
			x.done.Store(&explored{r, err})
		}()
	}
	s.setView(exploreView)
}

// stopExploring ends a search nobody waits for.
func (s *Shell) stopExploring() {
	if s.exploring != nil {
		s.exploring.ended.Store(true)
		s.exploring = nil
	}
}

// followExploring shows what the search has found, once it is over.
func (s *Shell) followExploring() {
	if x := s.exploring; s.view == exploreView && x != nil && !x.shown && x.done.Load() != nil {
		s.arrange()
	}
}

// exploreContent is the table of outcomes.
func (s *Shell) exploreContent() fyne.CanvasObject {
	x := s.exploring
	found := x.done.Load()
	x.shown = found != nil
	if found == nil {
		return container.NewCenter(widget.NewLabel(s.words.T("explore.busy")))
	}
	if found.err != nil {
		told := widget.NewLabel(found.err.Error())
		told.Wrapping = fyne.TextWrapWord
		return container.NewBorder(heading(s.words.T("explore.title")), nil, nil, nil, told)
	}
	r := found.result
	table := widgets.NewOutcomes(s.words.T("explore.play"))
	table.OnKey, table.OnRune = s.onKey, s.onRune
	table.OnPlay = func(i int) { s.playOutcome(x, i) }
	table.SetOutcomes(s.outcomeRows(x.of, r))
	table.Choose(x.chosen)
	x.table = table
	summary := widget.NewLabel(s.exploreSummary(x.of, r))
	summary.Wrapping = fyne.TextWrapWord
	top := container.NewVBox(heading(s.words.T("explore.title")), summary)
	hint := widget.NewLabel(s.words.T("explore.hint"))
	hint.Importance = widget.LowImportance
	hint.Wrapping = fyne.TextWrapWord
	return container.NewBorder(top, hint, nil, nil, table)
}

// focusExplorer gives the table the keyboard, if it is shown.
func (s *Shell) focusExplorer() {
	if x := s.exploring; s.view == exploreView && x != nil && x.table != nil && !s.blank {
		s.window.Canvas().Focus(x.table)
	}
}

// exploreSummary says how many interleavings there are and what comes of them.
func (s *Shell) exploreSummary(w *workload.Workload, r *explore.Result) string {
	said := ""
	switch {
	case r.Total != nil:
		said = s.words.T("explore.all", "N", r.Total)
	case r.Endless:
		said = s.words.T("explore.endless", "N", r.Samples)
	default:
		said = s.words.T("explore.sample", "N", r.Samples, "Seed", w.Seed)
	}
	said = s.then(said, s.words.T("explore.outcomes", "N", len(r.Outcomes)))
	if lost := r.Lost(); lost.Sign() > 0 {
		said = s.then(said, s.words.T("explore.lost", "N", lost))
	}
	return said
}

// outcomeRows tells the outcomes.
func (s *Shell) outcomeRows(w *workload.Workload, r *explore.Result) []widgets.Outcome {
	rows := make([]widgets.Outcome, len(r.Outcomes))
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		row := widgets.Outcome{
			Text:  strings.Join(s.outcomeParts(w, o), s.words.T("explore.and")),
			Order: s.words.T("explore.order", "Order", explore.Runs(w, o.Order)),
			Count: o.Count.String() + "  " + r.Share(o),
			Share: r.Part(o),
		}
		var marks []string
		if o.Lost > 0 {
			marks = append(marks, s.words.T("explore.mark.lost", "N", o.Lost))
		}
		if len(o.Stuck) > 0 {
			marks = append(marks, s.words.T("explore.mark.stuck"))
		}
		if o.Never || o.Fault != "" {
			marks = append(marks, s.words.T("explore.mark.never"))
		}
		row.Mark = strings.Join(marks, " · ")
		rows[i] = row
	}
	return rows
}

// outcomeParts says what an outcome is, but for what is wrong with it.
func (s *Shell) outcomeParts(w *workload.Workload, o *explore.Outcome) []string {
	var parts []string
	for _, v := range o.Values {
		parts = append(parts, s.words.T("explore.value", "Name", explore.ValueName(w, v), "Value", v.Value))
	}
	for _, l := range o.Printed {
		parts = append(parts, s.words.T("explore.printed", "Task", explore.TaskName(w, l.Task), "Text", l.Text))
	}
	var stuck []string
	for _, t := range o.Stuck {
		stuck = append(stuck, explore.TaskName(w, t.Task))
	}
	if len(stuck) > 0 {
		parts = append(parts, s.words.T("explore.stuck", "Tasks", strings.Join(stuck, ", ")))
	}
	for _, e := range o.Exits {
		parts = append(parts, s.words.T("explore.exit", "Task", explore.TaskName(w, e.Task), "Code", e.Code))
	}
	if len(parts) == 0 {
		parts = append(parts, s.words.T("explore.ends"))
	}
	return parts
}

// playOutcome puts an interleaving that leads to an outcome on the stage and
// plays it from its start.
func (s *Shell) playOutcome(x *exploration, i int) {
	found := x.done.Load()
	if found == nil || found.result == nil || i >= len(found.result.Outcomes) {
		return
	}
	x.chosen = i
	w := explore.Setting(x.of, found.result.Outcomes[i].Order)
	session, err := begin(w)
	if err != nil {
		s.fail(err)
		return
	}
	x.played = append(x.played, w)
	s.remember()
	s.take(session)
	s.setView(stageView)
	s.player.home()
	s.showStart()
	s.player.playing = true
	s.refresh(false)
}

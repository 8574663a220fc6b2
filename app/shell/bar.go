package shell

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/app/words"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// bar is the row of choices on top: what runs, how, on what; what to do with
// it; how it looks.
type bar struct {
	title                                  *widget.Label
	workload, policy, cpus, switches       *widgets.Button
	compare, real, language, dark, project *widgets.Button
	notices                                *widgets.Button // hidden if there is nothing to notice
	barWidth                               float32         // of the window it is written for
}

func (s *Shell) newBar() *bar {
	b := &bar{title: widget.NewLabelWithStyle(s.words.T("app.name"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})}
	b.title.SizeName = theme.SizeNameSubHeadingText
	choice := func(do func()) *widgets.Button {
		p := widgets.NewButton("", false, do)
		p.SetGlyph(widgets.Choices, true)
		return p
	}
	b.workload = choice(s.chooseWorkload)
	b.policy = choice(s.choosePolicy)
	b.cpus = choice(s.chooseCPUs)
	b.switches = choice(s.chooseSwitch)
	b.compare = widgets.NewButton("", false, s.chooseComparison)
	b.real = widgets.NewButton("", false, s.runForReal)
	b.notices = widgets.NewButton("", false, s.chooseNotice)
	b.notices.SetGlyph(widgets.Warning, false)
	b.notices.Hide()
	b.language = choice(s.chooseLanguage)
	b.dark = widgets.NewButton("", false, s.toggleDark)
	b.compare.SetGlyph(widgets.Plus, false)
	b.real.SetGlyph(widgets.Record, false)
	b.dark.SetGlyph(widgets.Contrast, false)
	b.project = widgets.NewButton("", true, s.toggleProjection)
	for _, p := range b.buttons() {
		p.OnKey = func(e *fyne.KeyEvent) { s.onKey(e) }
		p.OnRune = func(r rune) { s.onRune(r) }
	}
	return b
}

func (b *bar) buttons() []*widgets.Button {
	return []*widgets.Button{b.workload, b.policy, b.cpus, b.switches, b.compare, b.real, b.notices, b.language, b.dark, b.project}
}

// said is what the buttons say, from the most to the least there is room for.
type said struct {
	title                              bool
	workload, policy                   float32 // how much of their texts at most, in sizes of text
	compare, real, project, cpus, cost string
}

// said returns the ways to write the bar, the fullest first.
func (s *Shell) said() []said {
	h := &s.session.seen.Header
	full := said{
		title: true, workload: 16, policy: 14,
		cpus: s.words.T("top.cpus", "N", h.CPUs), cost: s.words.T("top.switch", "Time", h.WithUnit(h.Switch)),
		compare: s.words.T("top.compare"), real: s.words.T("top.real"), project: s.words.T("top.project") + "  F5",
	}
	ways := []said{full}
	less := func(change func(*said)) {
		next := ways[len(ways)-1]
		change(&next)
		ways = append(ways, next)
	}
	less(func(x *said) { x.title = false })
	less(func(x *said) { x.workload, x.policy = 10, 9 })
	less(func(x *said) { x.project = "F5" })
	less(func(x *said) { x.real = "" })
	less(func(x *said) { x.compare = "" })
	less(func(x *said) { x.workload, x.policy = 6, 7 })
	return ways
}

// barRow lays the bar out. Where there is little room it says less; what still
// doesn't fit can be scrolled to, but the last three always stay.
func (s *Shell) barRow() fyne.CanvasObject {
	b, gap := s.parts.bar, s.gap()
	s.fitBar()
	left := container.New(layout.NewCustomPaddedHBoxLayout(gap*0.6), b.title, b.workload, b.policy, b.cpus, b.switches, b.compare, b.real, b.notices)
	right := container.New(layout.NewCustomPaddedHBoxLayout(gap*0.6), b.language, b.dark, b.project)
	row := container.NewBorder(nil, nil, nil, right, left)
	if s.window != nil { // in a picture nobody scrolls, and Fyne's painter of pictures moves outlines that a scroller cuts
		row = container.NewBorder(nil, nil, nil, right, container.NewHScroll(left))
	}
	return container.New(layout.NewCustomPaddedLayout(gap*0.6, gap*0.6, gap, gap), row)
}

// fitBar writes the bar as fully as the window has room for.
func (s *Shell) fitBar() {
	b := s.parts.bar
	if b == nil || s.session == nil {
		return
	}
	wide := float32(1 << 16)
	if s.window != nil {
		if w := s.window.Canvas().Size().Width; w > 0 {
			wide = w
		}
	}
	ways, gap := s.said(), s.gap()
	way := ways[len(ways)-1]
	for _, x := range ways {
		sum := 2*gap + 8*0.6*gap
		if x.title {
			sum += b.title.MinSize().Width + 0.6*gap
		}
		sum += b.workload.WidthFor(b.workload.Text(), x.workload) + b.policy.WidthFor(b.policy.Text(), x.policy)
		sum += b.cpus.WidthFor(x.cpus, 0) + b.switches.WidthFor(x.cost, 0) + b.compare.WidthFor(x.compare, 0) + b.real.WidthFor(x.real, 0)
		if b.notices.Visible() {
			sum += 0.6*gap + b.notices.WidthFor(b.notices.Text(), 0)
		}
		sum += b.language.WidthFor(b.language.Text(), 0) + b.dark.WidthFor("", 0) + b.project.WidthFor(x.project, 0)
		if sum <= wide {
			way = x
			break
		}
	}
	if way.title {
		b.title.Show()
	} else {
		b.title.Hide()
	}
	b.workload.Most, b.policy.Most = way.workload, way.policy
	b.cpus.SetText(way.cpus)
	b.switches.SetText(way.cost)
	b.compare.SetText(way.compare)
	b.real.SetText(way.real)
	b.project.SetText(way.project)
	b.barWidth = wide
}

// showBar writes what is set on the choices.
func (s *Shell) showBar() {
	b := s.parts.bar
	if b == nil || s.session == nil {
		return
	}
	h := &s.session.seen.Header
	name := s.name(s.session.work)
	if s.view == bankView {
		name = s.name(s.bank.work)
	}
	for _, o := range []*widgets.Button{b.policy, b.cpus, b.switches, b.compare, b.real} {
		showIf(o, s.view != bankView)
	}
	showIf(b.notices, s.view != bankView && len(s.session.found) > 0)
	if s.window != nil {
		s.window.SetTitle(name + " – " + s.words.T("app.name"))
	}
	b.workload.SetText(name)
	b.policy.SetText(s.policyText(s.policyNow(), h))
	b.language.SetText(s.words.Language().Short)
	s.fitBar()
}

// name is the title of a workload in the reader's language.
func (s *Shell) name(w *workload.Workload) string {
	if n := w.Title.In(s.words.Lang()); n != "" {
		return n
	}
	return w.Name
}

// policyText is a policy in short: "RR  q = 4 ms".
func (s *Shell) policyText(p *trace.Policy, h *trace.Header) string {
	text := s.policyName(p.Name)
	if p.Name == run.Script {
		text = s.policyOf(p)
	}
	if p.Slice > 0 {
		text += "  " + s.words.T("policy.param.quantum", "Value", h.WithUnit(p.Slice))
	}
	return text
}

// policyName is a policy's short name, or its code if there is none.
func (s *Shell) policyName(code string) string {
	if id := "policy." + code + ".short"; s.words.Has(id) {
		return s.words.T(id)
	}
	return code
}

// policyLong is a policy's whole name.
func (s *Shell) policyLong(code string) string {
	if id := "policy." + code + ".name"; s.words.Has(id) {
		return s.words.T(id)
	}
	return code
}

// drop opens a menu under a button.
func (s *Shell) drop(under *widgets.Button, items ...*fyne.MenuItem) {
	at := s.app.Driver().AbsolutePositionForObject(under)
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), s.window.Canvas())
	menu.ShowAtPosition(at.AddXY(0, under.Size().Height+4))
}

// mostInColumn is how many lessons stand below each other at most.
const mostInColumn = 20

// chooseWorkload opens the lessons and what else there is to do with a workload,
// side by side, so that all of it is in sight at once.
func (s *Shell) chooseWorkload() {
	var pop *widget.PopUp
	entry := func(text string, do func()) *widget.Button {
		b := widget.NewButton(text, func() {
			pop.Hide()
			do()
		})
		b.Alignment = widget.ButtonAlignLeading
		b.Importance = widget.LowImportance
		return b
	}
	title := func(id string) fyne.CanvasObject {
		l := widget.NewLabel("")
		if id != "" {
			l.SetText(s.words.T(id))
		}
		l.SizeName, l.Importance = theme.SizeNameCaptionText, widget.LowImportance
		return l
	}
	close := layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding() * 0.6)
	all := lessons()
	high := entry("", nil).MinSize().Height - theme.InnerPadding()*0.6
	most := min(max(int(s.window.Canvas().Size().Height/high)-4, 8), mostInColumn)
	lists := make([]*fyne.Container, (len(all)+most-1)/most)
	for i := range lists {
		lists[i] = container.New(close, title([]string{"top.lessons", ""}[min(i, 1)]))
	}
	for i, l := range all {
		b := entry(strconv.Itoa(i+1)+"  "+s.name(l), func() { s.open(l) })
		if l.Name == s.work.Name {
			b.Importance = widget.MediumImportance
		}
		each := (len(all) + len(lists) - 1) / len(lists)
		lists[i/each].Add(b)
	}
	right := container.New(close,
		title("top.workload"),
		entry(s.words.T("top.new"), s.newWorkload),
		entry(s.words.T("top.edit"), s.editWorkload),
		entry(s.words.T("top.open"), s.openFile),
		entry(s.words.T("top.save"), s.saveFile),
		entry(s.words.T("top.export"), s.exportFile),
		title("top.steps"),
		entry(s.words.T("switch.title"), s.toggleSwitching),
		entry(s.words.T("break.title"), s.chooseBreakpoints),
		title("top.views"),
		entry(s.words.T("view.metrics"), s.nextFigures),
		entry(s.words.T("view.log"), s.showLog),
		entry(s.words.T("view.waits"), s.showWaits),
		entry(s.words.T("view.tree"), s.showTree),
		entry(s.words.T("explore.title"), s.showExplorer),
		entry(s.words.T("glossary.title"), s.showGlossary),
		entry(s.words.T("keys.title"), s.showKeys),
	)
	columns := container.NewHBox()
	for _, list := range lists {
		columns.Add(container.New(tight{}, list))
	}
	columns.Add(widget.NewSeparator())
	columns.Add(container.New(tight{}, right))
	pop = s.popUnder(s.parts.bar.workload, columns, fyne.Size{})
}

// tight lets a list of buttons keep its own height instead of spreading.
type tight struct{}

func (tight) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (tight) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(fyne.NewSize(size.Width, o[0].MinSize().Height))
}

func (s *Shell) chooseCPUs() {
	var items []*fyne.MenuItem
	for _, n := range []int{1, 2, 3, 4, 6, 8} {
		item := fyne.NewMenuItem(s.words.T("top.cpus", "N", n), func() {
			s.rerun(func(w *workload.Workload) { w.Machine.CPUs = n })
		})
		item.Checked = n == s.session.seen.Header.CPUs
		items = append(items, item)
	}
	s.drop(s.parts.bar.cpus, items...)
}

func (s *Shell) chooseSwitch() {
	h := &s.session.seen.Header
	var items []*fyne.MenuItem
	costs := []trace.Time{0, h.Unit / 20, h.Unit / 10, h.Unit / 5, h.Unit / 2, h.Unit}
	if !slices.Contains(costs, h.Switch) {
		costs = append(costs, h.Switch)
	}
	slices.Sort(costs)
	for _, cost := range slices.Compact(costs) {
		item := fyne.NewMenuItem(h.WithUnit(cost), func() {
			s.rerun(func(w *workload.Workload) { w.Machine.Switch = workload.Time(cost) })
		})
		item.Checked = cost == h.Switch
		items = append(items, item)
	}
	s.drop(s.parts.bar.switches, items...)
}

func (s *Shell) chooseLanguage() {
	var items []*fyne.MenuItem
	for _, l := range words.Languages() {
		item := fyne.NewMenuItem(l.Name, func() { s.speak(l.Tag) })
		item.Checked = l.Tag == s.words.Lang()
		items = append(items, item)
	}
	s.drop(s.parts.bar.language, items...)
}

// speak changes the language while everything goes on.
func (s *Shell) speak(tag string) {
	s.settings.setLanguage(tag)
	s.words = words.New(tag)
	s.parts.stage.SetWords(s.words.T)
	s.parts.switching.SetWords(s.words.T)
	s.showBar()
	s.showRun()
	s.showTexts()
	s.showTransport()
	s.told = told{events: -1}
	s.reasons.ok = false
	s.refresh(false)
	s.arrange()
}

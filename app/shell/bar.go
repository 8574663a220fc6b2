package shell

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

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
	b.workload.Most = 16
	b.policy = choice(s.choosePolicy)
	b.policy.Most = 14
	b.cpus = choice(s.chooseCPUs)
	b.switches = choice(s.chooseSwitch)
	b.compare = widgets.NewButton("", false, s.chooseComparison)
	b.real = widgets.NewButton("", false, s.runForReal)
	b.language = choice(s.chooseLanguage)
	b.dark = widgets.NewButton("", false, s.toggleDark)
	b.project = widgets.NewButton("", true, s.toggleProjection)
	for _, p := range b.buttons() {
		p.OnKey = func(e *fyne.KeyEvent) { s.onKey(e) }
		p.OnRune = func(r rune) { s.onRune(r) }
	}
	return b
}

func (b *bar) buttons() []*widgets.Button {
	return []*widgets.Button{b.workload, b.policy, b.cpus, b.switches, b.compare, b.real, b.language, b.dark, b.project}
}

// row lays the bar out; what doesn't fit can be scrolled to, but the last three
// always stay.
func (b *bar) row(gap float32) fyne.CanvasObject {
	left := container.New(layout.NewCustomPaddedHBoxLayout(gap*0.6), b.title, b.workload, b.policy, b.cpus, b.switches, b.compare, b.real)
	right := container.New(layout.NewCustomPaddedHBoxLayout(gap*0.6), b.language, b.dark, b.project)
	return container.New(layout.NewCustomPaddedLayout(gap*0.6, gap*0.6, gap, gap),
		container.NewBorder(nil, nil, nil, right, container.NewHScroll(left)))
}

// showBar writes what is set on the choices.
func (s *Shell) showBar() {
	b := s.parts.bar
	if b == nil || s.session == nil {
		return
	}
	w, h := s.session.work, &s.session.seen.Header
	b.workload.SetText(s.name(w))
	b.policy.SetText(s.policyText(&h.Policies[0], h))
	b.cpus.SetText(s.words.T("top.cpus", "N", h.CPUs))
	b.switches.SetText(s.words.T("top.switch", "Time", h.WithUnit(h.Switch)))
	b.compare.SetText("＋ " + s.words.T("top.compare"))
	b.real.SetText("● " + s.words.T("top.real"))
	b.language.SetText(s.words.Language().Short)
	b.dark.SetText("◐")
	b.project.SetText(s.words.T("top.project") + "  F5")
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
		return widget.NewLabelWithStyle(s.words.T(id), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	}
	left := container.NewVBox(title("top.lessons"))
	for i, l := range lessons() {
		b := entry(strconv.Itoa(i+1)+"  "+s.name(l), func() { s.open(l) })
		if l.Name == s.work.Name {
			b.Importance = widget.MediumImportance
		}
		left.Add(b)
	}
	right := container.NewVBox(
		title("top.workload"),
		entry(s.words.T("top.new"), s.newWorkload),
		entry(s.words.T("top.edit"), s.editWorkload),
		entry(s.words.T("top.open"), s.openFile),
		entry(s.words.T("top.save"), s.saveFile),
		entry(s.words.T("top.export"), s.exportFile),
		title("top.views"),
		entry(s.words.T("view.metrics"), s.showFigures),
		entry(s.words.T("view.log"), s.showLog),
		entry(s.words.T("glossary.title"), s.showGlossary),
		entry(s.words.T("keys.title"), s.showKeys),
	)
	columns := container.NewHBox(container.New(tight{}, left), widget.NewSeparator(), container.New(tight{}, right))
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
	s.window.SetTitle(s.words.T("app.name"))
	s.parts.stage.SetWords(s.words.T)
	s.showBar()
	s.showRun()
	s.showTexts()
	s.showTransport()
	s.told = told{events: -1}
	s.refresh(false)
	s.arrange()
}

// chooseComparison offers the policies to compare with, under the button.
func (s *Shell) chooseComparison() {
	var items []*fyne.MenuItem
	for _, p := range policies() {
		if p.Name == s.session.seen.Header.Policies[0].Name {
			continue
		}
		item := fyne.NewMenuItem(s.policyLong(p.Name), func() { s.comparePolicy(p.Name) })
		item.Checked = s.second != nil && s.second.policy == p.Name
		items = append(items, item)
	}
	if s.second != nil {
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(s.words.T("compare.none"), s.closeSecond))
	}
	s.drop(s.parts.bar.compare, items...)
}

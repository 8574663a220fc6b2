package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/sim/trace"
)

// chooseComparison offers the policies to compare with, under the button.
func (s *Shell) chooseComparison() {
	list := comparable(policies(), &s.session.seen.Header)
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = s.policyLong(p.Name)
	}
	menu := s.newPolicyMenu(list, names)
	var pop *widget.PopUp
	menu.chosen = func(i int) {
		pop.Hide()
		s.comparePolicy(list[i].Name)
	}
	rows := container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()/2), menu.box)
	add := func(text string, chosen bool, do func()) {
		b := widget.NewButton(text, func() {
			pop.Hide()
			do()
		})
		b.Alignment, b.Importance = widget.ButtonAlignLeading, widget.LowImportance
		if chosen {
			b.Importance = widget.HighImportance
		}
		rows.Add(b)
	}
	now := ""
	if s.second != nil {
		now = s.second.policy
	}
	menu.mark(slices.IndexFunc(list, func(p run.Policy) bool { return p.Name == now }))
	for _, v := range variantsOf(s.session.work) {
		add(s.words.T("compare."+v.id), s.second != nil && s.second.variant == v.id, func() { s.compareVariant(v) })
	}
	if s.script.Name != "" && s.session.work.Policy.Name != run.Script {
		file, _, _ := run.ScriptOf(&s.script)
		add(file, now == run.Script, func() { s.comparePolicy(run.Script) })
	}
	if s.second != nil {
		add(s.words.T("compare.none"), false, s.closeSecond)
	}
	pop = s.popUnder(s.parts.bar.compare, rows, fyne.Size{})
}

// comparable returns the policies that mean something for a run beside its own:
// none that only replays what somebody has written down, and those for deadlines
// if there are any.
func comparable(all []run.Policy, h *trace.Header) []run.Policy {
	jobs := slices.ContainsFunc(h.Tasks, func(t trace.Task) bool { return t.InJobs() || t.Deadline > 0 })
	return slices.DeleteFunc(slices.Clone(all), func(p run.Policy) bool {
		switch p.Name {
		case h.Policies[0].Name, "schedule", "interleave":
			return true
		}
		return !jobs && slices.Contains(policyGroups[deadlines].policies, p.Name)
	})
}

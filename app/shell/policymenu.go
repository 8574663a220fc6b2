package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
)

// policyGroups are the policies as they are listed, under headings. What is in
// none of them comes last, under no heading.
var policyGroups = []struct {
	id       string
	policies []string
}{
	{"policies.order", []string{"fcfs", "sjf", "srtf", "ljf", "lrtf", "hrrn"}},
	{"policies.turns", []string{"rr", "process_run", "priority", "aging", "mlq", "fb", "mlfq", "schedule", "interleave"}},
	{"policies.shares", []string{"lottery", "stride", "cfs", "eevdf"}},
	{"policies.deadlines", []string{"rm", "dm", "edf", "fp", "llf", "cbs"}},
}

// deadlines is the number of the group for them.
const deadlines = 3

// policyMenu is a list of all policies in sight at once, in two columns.
type policyMenu struct {
	box     *fyne.Container
	entries []*widget.Button // by policy
	chosen  func(i int)
}

func (s *Shell) newPolicyMenu(all []run.Policy, names []string) *policyMenu {
	m := &policyMenu{entries: make([]*widget.Button, len(all))}
	for i := range all {
		b := widget.NewButton(names[i], func() { m.chosen(i) })
		b.Alignment, b.Importance = widget.ButtonAlignLeading, widget.LowImportance
		m.entries[i] = b
	}
	close := func(o ...fyne.CanvasObject) *fyne.Container {
		return container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()), o...)
	}
	columns := [2]*fyne.Container{close(), close()}
	listed := map[int]bool{}
	for n, g := range policyGroups {
		if !slices.ContainsFunc(all, func(p run.Policy) bool { return slices.Contains(g.policies, p.Name) }) {
			continue
		}
		column := columns[n/2]
		title := widget.NewLabel(s.words.T(g.id))
		title.SizeName, title.Importance = theme.SizeNameCaptionText, widget.LowImportance
		column.Add(title)
		for _, name := range g.policies {
			if i := slices.IndexFunc(all, func(p run.Policy) bool { return p.Name == name }); i >= 0 {
				column.Add(m.entries[i])
				listed[i] = true
			}
		}
	}
	for i := range all {
		if !listed[i] {
			columns[1].Add(m.entries[i])
		}
	}
	m.box = container.NewHBox(container.New(tight{}, columns[0]), container.New(tight{}, columns[1]))
	return m
}

// mark shows which policy runs.
func (m *policyMenu) mark(i int) {
	for n, b := range m.entries {
		want := widget.LowImportance
		if n == i {
			want = widget.HighImportance
		}
		if b.Importance != want {
			b.Importance = want
			b.Refresh()
		}
	}
}

package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/sim/workload"
)

// policies are the ones there are, in the order they are taught.
func policies() []run.Policy { return run.Policies() }

// choosePolicy opens a form made from the policies' own descriptions: which
// one, and a field for each of its parameters. Every change counts at once.
func (s *Shell) choosePolicy() {
	all := policies()
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = s.policyLong(p.Name)
	}
	now := s.session.work.Policy.Name
	chosen := slices.IndexFunc(all, func(p run.Policy) bool { return p.Name == now })

	about := widget.NewLabel("")
	about.Wrapping = fyne.TextWrapWord
	about.SizeName = theme.SizeNameCaptionText
	fields := container.NewVBox()
	fill := func(i int) {
		if id := "policy." + all[i].Name + ".about"; s.words.Has(id) {
			about.SetText(s.words.T(id))
		}
		fields.Objects = s.policyFields(all[i])
		fields.Refresh()
	}
	which := widget.NewSelect(names, nil)
	if chosen >= 0 {
		which.SetSelectedIndex(chosen)
		fill(chosen)
	}
	which.OnChanged = func(string) {
		i := which.SelectedIndex()
		s.rerun(func(w *workload.Workload) { w.Policy = workload.Policy{Name: all[i].Name} })
		fill(i)
	}
	form := container.NewVBox(which, about, fields)
	s.popUnder(s.parts.bar.policy, form, fyne.NewSize(340, 0))
}

// policyFields makes a field for each parameter, with the value in force.
func (s *Shell) policyFields(p run.Policy) []fyne.CanvasObject {
	h := &s.session.seen.Header
	value := map[string]string{}
	for _, v := range h.Policies[0].Params {
		value[v.Name] = v.Value
	}
	var rows []fyne.CanvasObject
	for _, param := range p.Params {
		set := func(text string) {
			s.rerun(func(w *workload.Workload) { setParam(&w.Policy, param.Name, text) })
		}
		label := widget.NewLabel(s.paramName(param.Name))
		var field fyne.CanvasObject
		switch {
		case len(param.Choices) > 0:
			choice := widget.NewSelect(param.Choices, nil)
			choice.SetSelected(value[param.Name])
			choice.OnChanged = set
			field = choice
		case param.Kind == run.ParamBool:
			check := widget.NewCheck("", nil)
			check.SetChecked(value[param.Name] == "true")
			check.OnChanged = func(on bool) {
				if on {
					set("true")
				} else {
					set("false")
				}
			}
			field = check
		default:
			entry := widget.NewEntry()
			entry.SetText(value[param.Name])
			entry.OnSubmitted = set
			field = entry
		}
		rows = append(rows, container.NewGridWithColumns(2, label, field))
	}
	return rows
}

func (s *Shell) paramName(name string) string {
	if id := "param." + name; s.words.Has(id) {
		return s.words.T(id)
	}
	return name
}

// setParam sets one parameter and leaves the others.
func setParam(p *workload.Policy, name, value string) {
	p.Params = slices.DeleteFunc(slices.Clone(p.Params), func(x workload.Param) bool { return x.Name == name })
	p.Params = append(p.Params, workload.Param{Name: name, Values: []string{value}})
}

// popUnder shows something under a button until one taps beside it or presses Esc.
func (s *Shell) popUnder(under fyne.CanvasObject, content fyne.CanvasObject, least fyne.Size) *widget.PopUp {
	pop := widget.NewPopUp(container.NewPadded(content), s.window.Canvas())
	size := pop.MinSize()
	pop.Resize(fyne.NewSize(max(size.Width, least.Width), max(size.Height, least.Height)))
	at := s.app.Driver().AbsolutePositionForObject(under)
	pop.ShowAtPosition(at.AddXY(0, under.Size().Height+4))
	return pop
}

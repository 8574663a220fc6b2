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
	"timeslice/sim/workload"
)

// policies are the ones there are, in the order they are taught.
func policies() []run.Policy { return run.Policies() }

// policyForm is how wide the form of the policies is, in sizes of text.
const policyForm = 26

// choosePolicy opens a form made from the policies' own descriptions: which
// one, beside a list of all, and a field for each of its parameters. Every change counts at once; one
// that can't be is refused where it was made. The form is as high as the
// longest policy needs, so that it stands still while one tries them.
func (s *Shell) choosePolicy() {
	all := append(slices.Clone(policies()), s.ownPolicy())
	own := len(all) - 1
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = s.policyLong(p.Name)
	}
	names[own] += "…"
	width := theme.TextSize() * policyForm
	about, refused := s.small(""), s.small("")
	refused.Importance = widget.DangerImportance
	fields := container.NewVBox()
	rerun := func(change func(*workload.Workload)) {
		refused.SetText("")
		if err := s.tryRerun(change); err != nil {
			refused.SetText(err.Error())
		}
	}
	say := func(i int) {
		text := ""
		if id := "policy." + all[i].Name + ".about"; s.words.Has(id) {
			text = s.words.T(id)
		}
		about.SetText(text)
		about.Resize(fyne.NewSize(width, about.MinSize().Height))
		fields.Objects = s.policyFields(all[i], rerun)
		if i == own {
			fields.Objects = append(fields.Objects, widget.NewButton(s.words.T("script.edit"), func() {
				s.popup.Hide()
				s.editScript()
			}))
		}
		fields.Refresh()
	}
	which := s.newPolicyMenu(all, names)
	form := container.NewVBox(about, fields, refused)
	high := float32(0)
	for i := range all {
		say(i)
		high = max(high, form.MinSize().Height)
	}
	now := s.session.work.Policy.Name
	if i := slices.IndexFunc(all, func(p run.Policy) bool { return p.Name == now }); i >= 0 {
		which.mark(i)
		say(i)
	}
	which.chosen = func(i int) {
		if i == own && s.session.work.Policy.Name != run.Script {
			s.popup.Hide()
			s.editScript()
			return
		}
		which.mark(i)
		if i == own {
			say(i)
			return
		}
		rerun(func(w *workload.Workload) { under(w, all[i].Name) })
		say(i)
	}
	room := container.New(layout.NewGridWrapLayout(fyne.NewSize(width, max(high+about.MinSize().Height, which.box.MinSize().Height))), container.New(tight{}, form))
	s.popUnder(s.parts.bar.policy, container.NewHBox(container.New(tight{}, which.box), widget.NewSeparator(), room), fyne.Size{})
}

// under puts a workload under another policy. What was done to the old one in
// the course of the run means nothing to the new one.
func under(w *workload.Workload, policy string) {
	if w.Policy.Name == policy {
		return
	}
	w.Policy = workload.Policy{Name: policy}
	w.Interventions = slices.DeleteFunc(slices.Clone(w.Interventions), func(i workload.Intervention) bool {
		return i.Kind == workload.SetParams || i.Kind == workload.SetPolicy
	})
}

// small is a text in small type that is broken into lines.
func (s *Shell) small(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	l.SizeName = theme.SizeNameCaptionText
	return l
}

// policyFields makes a field for each parameter, with the value in force.
func (s *Shell) policyFields(p run.Policy, rerun func(func(*workload.Workload))) []fyne.CanvasObject {
	h := &s.session.seen.Header
	value := map[string]string{}
	for _, v := range h.Policies[0].Params {
		value[v.Name] = v.Value
	}
	var rows []fyne.CanvasObject
	for _, param := range p.Params {
		if _, told := value[param.Name]; !told {
			value[param.Name] = param.Default
		}
		set := func(text string) {
			if text != value[param.Name] {
				value[param.Name] = text
				rerun(func(w *workload.Workload) { setParam(&w.Policy, param.Name, text) })
			}
		}
		label := widget.NewLabel(s.paramName(param.Name))
		var field fyne.CanvasObject
		switch {
		case len(param.Choices) > 0:
			choice := s.newChoice(param.Choices)
			choice.SetSelected(value[param.Name])
			choice.OnChanged = set
			field = choice
		case param.Kind == run.ParamBool:
			field = s.newCheck(value[param.Name] == "true", func(on bool) { set(strconv.FormatBool(on)) })
		default:
			entry := s.newEntry(false)
			entry.SetText(value[param.Name])
			entry.OnSubmitted = set
			entry.left = func() { set(entry.Text) }
			field = entry
		}
		rows = append(rows, container.New(pair(0.62), label, field))
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
	s.popup = pop
	return pop
}

package shell

import (
	"io/fs"
	"path"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/assets"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// ownName is what a script is called that has no file yet.
const ownName = "my" + run.ScriptEnding

// scriptExamples returns the names of the scripts that come with the program.
func scriptExamples() (names []string) {
	files, err := fs.Glob(assets.Policies, "policies/*"+run.ScriptEnding)
	if err != nil { // they are part of the program
		panic(err)
	}
	for _, f := range files {
		names = append(names, path.Base(f))
	}
	return names
}

func scriptExample(name string) string {
	text, err := assets.Policies.ReadFile("policies/" + name)
	if err != nil { // as above
		panic(err)
	}
	return string(text)
}

// ownPolicy describes the reader's own policy as others are described: the
// parameters are those of the script that runs.
func (s *Shell) ownPolicy() run.Policy {
	p := run.Policy{Name: run.Script}
	h := &s.session.seen.Header.Policies[0]
	if h.Name != run.Script {
		return p
	}
	for _, x := range h.Params[1:] { // the first is the file
		p.Params = append(p.Params, run.PolicyParam{Name: x.Name, Default: x.Value})
	}
	return p
}

// policyOf is a policy's whole name; the reader's own is called as its file.
func (s *Shell) policyOf(p *trace.Policy) string {
	if p.Name == run.Script && len(p.Params) > 0 {
		return p.Params[0].Value
	}
	return s.policyLong(p.Name)
}

// editScript shows the reader's own policy to be changed and run, or an example
// to begin with.
func (s *Shell) editScript() {
	const first = "rr" + run.ScriptEnding
	file, text, ok := run.ScriptOf(&s.session.work.Policy)
	if !ok {
		if file, text, ok = run.ScriptOf(&s.script); !ok {
			file, text = first, scriptExample(first)
		}
	}
	s.editText(editing{
		title: s.words.T("script.title"), text: text,
		above: func(set func(string)) fyne.CanvasObject {
			examples := s.newChoice(scriptExamples())
			examples.PlaceHolder = s.words.T("script.example")
			examples.OnChanged = func(name string) {
				file = name
				set(scriptExample(name))
			}
			return container.NewBorder(nil, nil, nil, examples, s.small(s.words.T("script.hint")))
		},
		more: []editButton{{s.words.T("top.save"), func(text string) { s.write(ownFile(file, text), []byte(text)) }}},
		run: func(text string) error {
			p := run.ScriptPolicy(ownFile(file, text), text)
			return s.tryRerun(func(w *workload.Workload) { w.Policy = p })
		},
	})
}

// ownFile is what a script is called: an example that was changed is none any
// more.
func ownFile(file, text string) string {
	for _, name := range scriptExamples() {
		if file == name && strings.TrimSpace(text) != strings.TrimSpace(scriptExample(name)) {
			return ownName
		}
	}
	return file
}

// tellFault says, once, that the policy did wrong and that the run goes on
// without it.
func (s *Shell) tellFault() {
	fault := s.session.faults.Swap(nil)
	if fault == nil || s.window == nil {
		return
	}
	h := &s.session.seen.Header
	label := widget.NewLabel(s.words.T("script.fault", "Time", h.WithUnit(fault.At), "What", s.words.Fault(h, fault.Policy, fault.Recorded())))
	label.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustom(s.words.T("script.fault.title"), s.words.T("dialog.close"), label, s.window)
	d.Resize(fyne.NewSize(640, 260))
	d.Show()
}

package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// mostPast bounds how many changes can be taken back.
const mostPast = 100

// killSelected ends the selected task at the instant shown: an intervention,
// with which the workload is run again.
func (s *Shell) killSelected() {
	name, ok := s.alive()
	if !ok {
		return
	}
	s.intervene(workload.Intervention{Kind: workload.Kill, Task: name}, func(v workload.Intervention) bool {
		return v.Kind == workload.Kill && v.Task == name // it has no sense of a task that is gone
	})
}

// stopSelected stops the process of the selected task at the instant shown, or
// lets it go on if it is stopped.
func (s *Shell) stopSelected() {
	if name, ok := s.alive(); ok {
		signal := workload.SigStop
		if s.snapshot.Tasks[s.selected].State == trace.Stopped {
			signal = workload.SigCont
		}
		s.intervene(workload.Intervention{Kind: workload.Send, Task: name, Signal: signal}, nil)
	}
}

// alive returns the name of the selected task if it can be sent a signal.
func (s *Shell) alive() (name string, ok bool) {
	id := s.selected
	if int(id) >= len(s.snapshot.Tasks) {
		return "", false
	}
	switch s.snapshot.Tasks[id].State {
	case trace.New, trace.Zombie, trace.Terminated:
		return "", false
	}
	return s.session.seen.Header.Tasks[id].Name, true
}

// chooseSignal lists the signals that the selected task's process can be sent, and
// Ctrl-C for its process group if it has one.
func (s *Shell) chooseSignal() {
	name, ok := s.alive()
	if !ok {
		return
	}
	var items []*fyne.MenuItem
	send := func(label string, iv workload.Intervention) {
		iv.Kind = workload.Send
		items = append(items, fyne.NewMenuItem(label, func() { s.intervene(iv, nil) }))
	}
	if group := s.groupOf(s.selected); group != "" {
		send(s.words.T("signal.group", "Group", group), workload.Intervention{Group: group, Signal: workload.SigInt})
	}
	for _, signal := range []workload.Signal{
		workload.SigInt, workload.SigTerm, workload.SigKill, workload.SigStop, workload.SigCont, workload.SigUsr1, workload.SigUsr2, workload.SigChld,
	} {
		send(s.words.T("signal.to", "Signal", trace.SignalName(int(signal)), "Task", name), workload.Intervention{Task: name, Signal: signal})
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), s.window.Canvas())
	at := s.app.Driver().AbsolutePositionForObject(s.parts.inspector)
	if s.projecting {
		at = fyne.NewPos(40, 80)
	}
	menu.ShowAtPosition(at.AddXY(0, 40))
}

// groupOf returns the process group of a task: its own, or that of the first of its
// ancestors that has one.
func (s *Shell) groupOf(id trace.TaskID) string {
	h := &s.session.seen.Header
	for n := 0; id != trace.NoTask && n < len(h.Tasks); n++ {
		main := h.Tasks[id].Process
		for _, t := range s.session.work.Tasks {
			if t.Name == h.Tasks[main].Name && t.Signals != "" {
				return t.Signals
			}
		}
		id = h.Maker(trace.TaskID(main))
	}
	return ""
}

// intervene runs the workload again with something done to it at the instant shown,
// and without what was to be done that has no sense any more.
func (s *Shell) intervene(iv workload.Intervention, without func(workload.Intervention) bool) {
	iv.At = workload.Time(s.player.now)
	s.rerun(func(w *workload.Workload) {
		w.Interventions = slices.Clone(w.Interventions)
		if without != nil {
			w.Interventions = slices.DeleteFunc(w.Interventions, without)
		}
		w.Interventions = append(w.Interventions, iv)
		slices.SortStableFunc(w.Interventions, func(a, b workload.Intervention) int { return int(min(max(a.At-b.At, -1), 1)) })
	})
}

// remember keeps the workload as it runs now, before it is changed.
func (s *Shell) remember() {
	if len(s.past) == mostPast {
		s.past = slices.Delete(s.past, 0, 1)
	}
	s.past = append(s.past, s.session.work)
}

// undo takes the last change to the workload back; the instant is kept.
func (s *Shell) undo() {
	if len(s.past) == 0 {
		return
	}
	last := s.past[len(s.past)-1]
	session, err := begin(last)
	if err != nil {
		s.fail(err)
		return
	}
	s.past = s.past[:len(s.past)-1]
	s.take(session)
	s.refresh(false)
}

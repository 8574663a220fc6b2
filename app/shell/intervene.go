package shell

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// mostPast bounds how many changes can be taken back.
const mostPast = 100

// killSelected ends the selected task at the instant shown: an intervention,
// with which the workload is run again.
func (s *Shell) killSelected() {
	id := s.selected
	if int(id) >= len(s.snapshot.Tasks) || s.snapshot.Tasks[id].State == trace.Terminated {
		return
	}
	name := s.session.seen.Header.Tasks[id].Name
	at := s.player.now
	s.rerun(func(w *workload.Workload) {
		// What was to happen from here on to a task that is gone has no sense.
		w.Interventions = slices.DeleteFunc(slices.Clone(w.Interventions), func(v workload.Intervention) bool {
			return v.Kind == workload.Kill && v.Task == name
		})
		w.Interventions = append(w.Interventions, workload.Intervention{At: workload.Time(at), Kind: workload.Kill, Task: name})
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

package shell

import (
	"strings"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A prediction asks the reader who runs next, and tells once they have said.
type prediction struct {
	open    bool
	asked   int            // number of events when it was asked
	choices []trace.TaskID // NoTask stands for nobody
	answer  trace.TaskID   // who really runs next
	at      trace.Time     // when
	chosen  int            // -1 until answered
	ask     *workload.Ask  // the lesson's own question here, which is open; else nil
}

// mostChoices is how many keys a class can keep apart.
const mostChoices = 4

// togglePrediction asks what the lesson asks at the instant shown, else who runs
// next; a lesson's question is then answered; at last it is taken away.
func (s *Shell) togglePrediction() {
	switch p := &s.prediction; {
	case p.open && p.ask != nil && p.chosen < 0:
		p.chosen = 0
		s.showPrediction()
		return
	case p.open:
		s.endPrediction()
		return
	}
	s.player.playing = false
	s.refresh(false)
	p, ok := predict(s.session.seen, &s.snapshot)
	if ask := s.askedHere(); ask != nil {
		p, ok = prediction{open: true, ask: ask, chosen: -1}, true
	}
	if !ok {
		return
	}
	s.prediction = p
	s.showPrediction()
}

// askedHere returns the lesson's question for the stretch of time between the
// event shown last and the next one; nil if it has none.
func (s *Shell) askedHere() *workload.Ask {
	r, next := s.session.seen, trace.Never
	if s.player.events < r.Len() {
		next = r.Event(s.player.events).Time
	}
	if s.session.work != s.work { // it speaks of another run
		return nil
	}
	for i := range s.work.Asks {
		a := &s.work.Asks[i]
		if at := trace.Time(a.At); at >= s.snapshotSince() && at <= next {
			return a
		}
	}
	return nil
}

// snapshotSince is when the event shown last happened.
func (s *Shell) snapshotSince() trace.Time {
	if s.player.events == 0 {
		return 0
	}
	return s.session.seen.Event(s.player.events - 1).Time
}

// predict makes the question for an instant: who is dispatched next? The
// choices are those who could be, in the order of the ready queues, the right
// one among them; ok is false if nobody is dispatched any more.
func predict(r *trace.Recording, s *trace.Snapshot) (p prediction, ok bool) {
	p = prediction{open: true, asked: s.Event, answer: trace.NoTask, chosen: -1}
	for _, e := range r.Events(s.Event) {
		if e.Kind == trace.Dispatch {
			p.answer, p.at = e.Task, e.Time
			break
		}
	}
	if p.answer == trace.NoTask {
		return prediction{}, false
	}
	add := func(id trace.TaskID) {
		for _, c := range p.choices {
			if c == id {
				return
			}
		}
		if len(p.choices) < mostChoices-1 {
			p.choices = append(p.choices, id)
		}
	}
	for _, q := range s.Queues {
		for _, id := range q {
			add(id)
		}
	}
	for id, t := range s.Tasks {
		if t.State == trace.Running || t.State == trace.Blocked {
			add(trace.TaskID(id))
		}
	}
	for id, t := range s.Tasks {
		if t.State == trace.New {
			add(trace.TaskID(id))
		}
	}
	there := false
	for _, c := range p.choices {
		there = there || c == p.answer
	}
	if !there {
		p.choices[len(p.choices)-1] = p.answer
	}
	p.choices = append(p.choices, trace.NoTask)
	return p, true
}

// answer takes a choice, from 0, and tells whether it was right; it reports
// whether a question was open at all.
func (s *Shell) answer(choice int) bool {
	if !s.prediction.open || s.prediction.chosen >= 0 {
		return s.prediction.open
	}
	if s.prediction.ask != nil || choice < len(s.prediction.choices) {
		s.prediction.chosen = choice
		s.showPrediction()
	}
	return true
}

func (s *Shell) endPrediction() {
	if s.prediction.open {
		s.prediction = prediction{}
		s.told.caption = ""
		s.told.events = -1
		s.tell()
	}
}

// showPrediction puts the question, or what came of it, where captions are.
func (s *Shell) showPrediction() {
	h := &s.session.seen.Header
	name := func(id trace.TaskID) string {
		if id == trace.NoTask {
			return s.words.T("project.nobody")
		}
		return h.Tasks[id].Name
	}
	p := &s.prediction
	if p.ask != nil {
		question := p.ask.Question.In(s.words.Lang())
		if p.chosen < 0 {
			s.setCaption(question, s.words.T("project.reveal"))
		} else {
			s.setCaption(p.ask.Answer.In(s.words.Lang()), question)
		}
		return
	}
	if p.chosen < 0 {
		var b strings.Builder
		for i, c := range p.choices {
			if i > 0 {
				b.WriteString("        ")
			}
			b.WriteString(string(rune('1'+i)) + "  " + name(c))
		}
		s.setCaption(s.words.T("project.predict"), b.String())
		return
	}
	verdict := "project.wrong"
	if p.choices[p.chosen] == p.answer {
		verdict = "project.right"
	}
	reason := s.words.T("project.when", "Task", name(p.answer), "Time", h.WithUnit(p.at))
	s.setCaption(s.words.T(verdict, "Task", name(p.answer)), reason)
}

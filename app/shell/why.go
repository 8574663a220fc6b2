package shell

import (
	"timeslice/app/run"
	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/widgets"
)

// mostWhy is how far into a run a decision is explained while the drawing
// thread waits: explaining makes the run anew up to there.
const mostWhy = 20_000

// reasons is the decision that is explained at present.
type reasons struct {
	run     *trace.Recording
	event   int // the dispatch; -1 if there is none
	verdict widgets.Verdict
	ok      bool
	notes   []string // for the note on the stage, the longest first
	shown   bool     // the table of candidates is shown
}

// toggleWhy shows the table of candidates, or takes it away.
func (s *Shell) toggleWhy() {
	s.reasons.shown = !s.reasons.shown
	s.inspecting = false
	s.view = stageView
	if s.reasons.shown && !s.projecting {
		s.player.playing = false
	}
	s.told.events = -1
	s.arrange()
	s.refresh(false)
}

// showWhy says on the stage why the task that was dispatched last was chosen, and
// shows all candidates where the reader wants them.
func (s *Shell) showWhy() {
	last := s.lastDispatch()
	ok := last >= 0 && s.explainChoice(last)
	if !ok {
		s.parts.stage.Note("")
		s.parts.reasons.SetVerdict(widgets.Verdict{Title: s.words.T("keys.why"), Empty: s.words.T("why.nothing")})
		return
	}
	x := &s.reasons
	s.parts.reasons.SetVerdict(x.verdict)
	e := x.run.Event(last)
	if s.decided() < 0 && s.snapshot.Tasks[e.Task].State != trace.Running { // it is over: nothing on the stage shows it any more
		s.parts.stage.Note("")
		return
	}
	title := s.words.T("why.title", "Task", x.run.Header.Tasks[e.Task].Name)
	if !x.shown {
		title += "  [Y]" // the key that tells more
	}
	s.parts.stage.Note(title, x.notes...)
}

// lastDispatch returns the number of the last dispatch before the instant shown,
// -1 if there is none worth explaining.
func (s *Shell) lastDispatch() int {
	r := s.session.seen
	if i := s.decided(); i >= 0 && i <= mostWhy {
		return i
	}
	for i := s.player.events - 1; i >= 0; i-- {
		switch e := r.Event(i); {
		case e.Kind == trace.Dispatch && i > mostWhy, s.player.playing && s.player.speed > 4:
			return -1
		case e.Kind == trace.Dispatch:
			return i
		case e.Time < s.player.now && s.player.events-i > 64:
			return -1
		}
	}
	return -1
}

// explainChoice makes the verdict on a dispatch, unless it is the one at hand.
func (s *Shell) explainChoice(dispatch int) bool {
	r, x := s.session.seen, &s.reasons
	if x.run == r && x.event == dispatch && x.ok {
		return true
	}
	x.run, x.event, x.ok = r, dispatch, false
	e := r.Event(dispatch)
	decided := dispatch
	for i := dispatch - 1; i >= 0 && e.Kind == trace.Dispatch && r.Event(i).Time >= e.Time-r.Header.Switch; i-- {
		if y := r.Event(i); y.Kind == trace.Pick && y.Task == e.Task && y.CPU == e.CPU {
			decided = i
			break
		}
	}
	why, ok, err := run.Why(s.session.work, r, decided)
	if err != nil || !ok {
		return false
	}
	x.ok = true
	x.verdict, x.notes = s.judge(why, r.Event(decided))
	return true
}

// judge makes the reader's words of an explanation: the table of candidates, and
// what the note on the stage says, at length and briefly.
func (s *Shell) judge(why sim.Explanation, decided trace.Event) (v widgets.Verdict, notes []string) {
	h := &s.session.seen.Header
	j := judge{s: s, h: h, why: &why, policy: h.Policies[s.snapshot.Policy].Name}
	j.keyed = j.comparesKeys()
	v.Title = s.words.T("why.at", "Task", h.Tasks[why.Chosen].Name, "Time", h.WithUnit(decided.Time))
	v.Rule = j.rule()
	if from := j.queue(decided.CPU); from != "" {
		v.Rule = s.then(from, v.Rule)
	}
	v.Heads = [3]string{s.words.T("why.ready"), "", s.words.T("why.lacked")}
	if j.keyed {
		v.Heads[1] = j.keyName()
	}
	v.Rows = j.rows()
	switch {
	case why.Text != "":
		return v, []string{why.Text}
	case len(v.Rows) < 2:
		only := s.words.T("why.only")
		return v, []string{s.then(v.Rule, only), only}
	}
	best, next := &v.Rows[0], &v.Rows[1]
	switch {
	case j.keyed:
		keys := s.words.T("why.keys", "Task", best.Task, "Key", best.Key, "Other", next.Task, "OtherKey", next.Key)
		brief := s.words.T("why.brief", "Key", v.Heads[1], "Task", best.Task, "A", best.Key, "Other", next.Task, "B", next.Key)
		return v, []string{s.then(v.Rule, keys), brief}
	case why.Rule == sim.RuleOwn:
		return v, []string{v.Rule}
	}
	behind := s.words.T("why.behind", "Other", next.Task)
	return v, []string{s.then(v.Rule, behind), behind}
}

package shell

import (
	"math"
	"strconv"

	"timeslice/app/run"
	"timeslice/sim"
	"timeslice/sim/trace"
)

// mostWhy is how far into a run a decision is explained while the drawing
// thread waits: explaining makes the run anew up to there.
const mostWhy = 20_000

// showWhy says on the stage why the task that was dispatched last was chosen.
func (s *Shell) showWhy() {
	r := s.session.seen
	last := -1
	for i := s.player.events - 1; i >= 0; i-- {
		if e := r.Event(i); e.Kind == trace.Dispatch {
			last = i
			break
		} else if e.Time < s.player.now && s.player.events-i > 64 {
			break
		}
	}
	if last < 0 || last > mostWhy || s.player.playing && s.player.speed > 4 {
		s.parts.stage.Note("", "")
		return
	}
	e := r.Event(last)
	if s.snapshot.Tasks[e.Task].State != trace.Running { // it is over, there is no decision to explain
		s.parts.stage.Note("", "")
		return
	}
	decided := last
	for i := last - 1; i >= 0 && r.Event(i).Time >= e.Time-r.Header.Switch; i-- {
		if x := r.Event(i); x.Kind == trace.Pick && x.Task == e.Task && x.CPU == e.CPU {
			decided = i
			break
		}
	}
	why, ok, err := run.Why(s.session.work, r, decided)
	if err != nil || !ok {
		s.parts.stage.Note("", "")
		return
	}
	s.parts.stage.Note(s.words.T("why.title", "Task", r.Header.Tasks[e.Task].Name), s.because(why))
}

// because makes sentences of an explanation.
func (s *Shell) because(why sim.Explanation) string {
	h := &s.session.seen.Header
	policy := s.policyOf(&h.Policies[s.snapshot.Policy])
	if why.Text != "" {
		return why.Text
	}
	id := "why." + why.Rule
	if own := id + "." + h.Policies[s.snapshot.Policy].Name; s.words.Has(own) {
		id = own
	}
	text := s.words.T(id, "Policy", policy)
	name := func(c sim.Candidate) string { return h.Tasks[c.Task].Name }
	key := func(c sim.Candidate) string {
		switch h.Policies[s.snapshot.Policy].Name {
		case "rm", "dm", "edf", "llf", "cbs":
			if c.Key >= math.MaxInt64-1 {
				return "–"
			}
			return h.WithUnit(trace.Time(c.Key))
		case "sjf", "srtf", "ljf", "lrtf":
			return h.WithUnit(trace.Time(c.Key))
		}
		return strconv.FormatInt(c.Key, 10)
	}
	var chosen, next *sim.Candidate
	for i := range why.Candidates {
		c := &why.Candidates[i]
		switch {
		case c.Task == why.Chosen:
			chosen = c
		case next == nil:
			next = c
		}
	}
	switch {
	case next == nil:
		return s.then(text, s.words.T("why.only"))
	case chosen != nil && why.Rule != sim.RuleHead && (why.Rule != sim.RuleOwn || h.Queues[0].Ordered):
		return s.then(text, s.words.T("why.keys", "Task", name(*chosen), "Key", key(*chosen), "Other", name(*next), "OtherKey", key(*next)))
	}
	if why.Rule == sim.RuleOwn {
		return text
	}
	return s.then(text, s.words.T("why.behind", "Other", name(*next)))
}

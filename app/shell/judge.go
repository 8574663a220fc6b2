package shell

import (
	"math"
	"slices"
	"strconv"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/widgets"
)

// A judge makes words of one explanation.
type judge struct {
	s      *Shell
	h      *trace.Header
	why    *sim.Explanation
	policy string // its code
	keyed  bool   // keys were compared, not only places in a queue
}

// comparesKeys reports whether the candidates' keys say anything.
func (j *judge) comparesKeys() bool {
	switch j.policy {
	case "mlfq", "fb", "priority", "mlq", "lottery":
		return true
	}
	switch j.why.Rule {
	case sim.RuleHead, sim.RuleDraw:
		return false
	case sim.RuleOwn:
		return len(j.h.Queues) > 0 && j.h.Queues[0].Ordered
	}
	return true
}

// rule is the sentence that says by which rule it was decided: what a policy of
// the reader's own says, else that of the policy, else that of the rule.
func (j *judge) rule() string {
	if j.why.Text != "" {
		return j.why.Text
	}
	id := "why." + j.why.Rule
	if own := id + "." + j.policy; j.s.words.Has(own) {
		id = own
	}
	return j.s.words.T(id, "Policy", j.s.policyOf(&j.h.Policies[j.s.snapshot.Policy]))
}

// queue says from which CPU's queue a CPU chose, if each has its own.
func (j *judge) queue(cpu int) string {
	switch from := j.why.Queue - 1; from {
	case -1:
		return ""
	case cpu:
		return j.s.words.T("why.queue", "CPU", cpu)
	default:
		return j.s.words.T("why.steals", "CPU", cpu, "Other", from)
	}
}

// keyName says what is compared: "deadline", "what is left".
func (j *judge) keyName() string {
	if id := "why.key." + j.policy; j.s.words.Has(id) {
		return j.s.words.T(id)
	}
	return j.s.words.T("why.key")
}

// isTime reports whether keys are times.
func (j *judge) isTime() bool {
	switch j.policy {
	case "rm", "dm", "edf", "llf", "cbs", "sjf", "srtf", "ljf", "lrtf", "cfs", "eevdf":
		return true
	}
	return false
}

// key writes a key as it is meant.
func (j *judge) key(k int64) string {
	switch j.policy {
	case "ljf", "lrtf", "lottery":
		k = -k
	case "hrrn":
		return decimals(-k)
	case "mlfq":
		k = int64(len(j.h.Queues)) - 1 - k // as the queues are called
	}
	if !j.isTime() {
		return inThousands(k)
	}
	if k >= math.MaxInt64-1 {
		return "–"
	}
	return j.time(trace.Time(k))
}

// time writes a time with a unit, to a thousandth of it: virtual times are rarely
// round.
func (j *judge) time(t trace.Time) string {
	if part := j.h.Unit / 1000; part > 0 {
		t = (t + part/2) / part * part
	}
	return j.h.WithUnit(t)
}

// inThousands writes a number with its digits in groups, as a script's keys may
// be times in nanoseconds.
func inThousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

// decimals writes thousandths with two places.
func decimals(thousandths int64) string {
	return strconv.FormatFloat(float64(thousandths)/1000, 'f', 2, 64)
}

// rows are the candidates, the chosen one first.
func (j *judge) rows() []widgets.Reason {
	list := j.why.Candidates
	barred := len(list) - j.why.Barred
	var rows []widgets.Reason
	chosen := slices.IndexFunc(list, func(c sim.Candidate) bool { return c.Task == j.why.Chosen })
	row := func(c sim.Candidate, key, lacks string) {
		t := &j.h.Tasks[c.Task]
		rows = append(rows, widgets.Reason{Task: t.Name, Hue: t.Process, Key: key, Lacks: lacks, Chosen: c.Task == j.why.Chosen})
	}
	if chosen >= 0 {
		row(list[chosen], j.key(list[chosen].Key), j.s.words.T("why.chosen"))
	} else {
		t := &j.h.Tasks[j.why.Chosen]
		rows = append(rows, widgets.Reason{Task: t.Name, Hue: t.Process, Key: "–", Lacks: j.s.words.T("why.chosen"), Chosen: true})
	}
	for i, c := range list {
		if i == chosen {
			continue
		}
		var best *sim.Candidate
		if chosen >= 0 {
			best = &list[chosen]
		}
		before := rows[len(rows)-1].Task
		key := j.key(c.Key)
		if i >= barred { // that says until when
			key = "–"
		}
		row(c, key, j.lacks(c, best, before, i >= barred))
	}
	return rows
}

// lacks says what a candidate that wasn't chosen lacked, as against the one that
// was, and who stood before it.
func (j *judge) lacks(c sim.Candidate, best *sim.Candidate, before string, barred bool) string {
	say := j.s.words.T
	switch {
	case barred:
		return say("why.lacks.eligible")
	case j.why.Rule == sim.RuleDraw:
		return say("why.lacks.draw")
	case best == nil:
		return ""
	case !j.keyed && j.why.Rule == sim.RuleOwn:
		return say("why.lacks.own")
	case !j.keyed || j.why.Rule == sim.RuleHead && c.Key == best.Key:
		return say("why.lacks.behind", "Other", before)
	case c.Key == best.Key:
		return say("why.lacks.tie")
	}
	id := "why.lacks.more"
	if own := "why.lacks." + j.policy; j.s.words.Has(own) {
		id = own
	}
	d := c.Key - best.Key
	if d < 0 { // a rule that looks at more than keys
		return say("why.lacks.own")
	}
	text := inThousands(d)
	switch {
	case c.Key >= math.MaxInt64-1:
		return say("why.lacks.none")
	case j.policy == "hrrn":
		text = decimals(d)
	case j.isTime():
		text = j.time(trace.Time(d))
	}
	return say(id, "Difference", text)
}

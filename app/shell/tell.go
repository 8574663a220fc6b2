package shell

import (
	"regexp"
	"strings"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// tellEvery is how often texts that change all the time are written anew while
// playing; the eye can't follow them faster, and every new text costs.
const tellEvery = 100 * time.Millisecond

// tell writes what the window says in words about the instant shown.
func (s *Shell) tell() {
	s.showClock()
	changed := s.told.events != s.player.events || s.told.part != s.player.part
	if !changed && time.Since(s.told.at) < tellEvery && s.player.playing {
		return
	}
	s.told.at = time.Now()
	s.showInspector()
	if !changed {
		return
	}
	s.told.events, s.told.part = s.player.events, s.player.part
	s.parts.transport.SetSentence(s.sentence())
	s.showCaption()
	s.showWhy()
	if p := s.policyNow(); s.told.policy != p.Name || s.told.slice != p.Slice {
		s.told.policy, s.told.slice = p.Name, p.Slice
		s.showBar()
	}
	switch s.view {
	case logView:
		s.parts.log.follow()
	case waitsView:
		s.tellWaits()
	case treeView:
		s.tellTree()
	}
}

// showClock writes the instant and the number of the event.
func (s *Shell) showClock() {
	s.showTransport()
	if s.projecting {
		h := &s.session.seen.Header
		s.parts.roomPolicy.Text = s.policyWhole(s.policyNow(), h)
		s.parts.roomTime.Text = s.words.T("transport.time", "Time", s.clock())
		s.dressRoom()
	}
}

func (s *Shell) clock() string {
	h := &s.session.seen.Header
	u := widgets.UnitOf(h)
	text := string(u.AppendClock(nil, s.player.now))
	if u.Name != "" {
		text += " " + u.Name
	}
	return text
}

func (s *Shell) showTransport() {
	t, r := s.parts.transport, s.session.seen
	t.SetRange(widgets.UnitOf(&r.Header), r.End(), r.Len())
	t.SetTime(s.player.now, s.player.events)
	t.SetPlaying(s.player.playing)
	t.SetSpeed(s.player.speed)
	t.SetByEvent(s.player.byEvent)
	t.SetByPart(s.switching)
}

// sentence says what happened last, and what comes next.
func (s *Shell) sentence() string {
	r, h := s.session.seen, &s.session.seen.Header
	last := s.player.events - 1
	for last >= 0 && !everyEvent(r.Event(last)) {
		last--
	}
	if said, within := s.partSentence(); within {
		return said
	}
	said := s.words.T("transport.before")
	if last >= 0 {
		said = s.happened(last)
	}
	if halt, stopped := s.haltSentence(); stopped {
		return s.then(halt, said)
	}
	if n, ok := s.justNoticed(); ok {
		return s.then(said, s.noticeText(n))
	}
	for _, e := range r.Events(s.player.events) {
		switch {
		case !everyEvent(e):
			continue
		case e.Task == trace.NoTask:
			return s.then(said, s.words.T("transport.next.all", "Kind", s.words.Kind(e.Kind), "Time", h.WithUnit(e.Time)))
		default:
			return s.then(said, s.words.T("transport.next", "Kind", s.words.Kind(e.Kind), "Task", h.Tasks[e.Task].Name, "Time", h.WithUnit(e.Time)))
		}
	}
	over := s.words.T("transport.over")
	if rest := s.whatRemains(); rest != "" {
		over = s.then(over, rest)
	}
	return s.then(said, over)
}

// happened says what an event did.
func (s *Shell) happened(event int) string {
	h := &s.session.seen.Header
	e := s.session.seen.Event(event)
	said := s.words.Event(h, e)
	if e.Kind == trace.Dispatch {
		if slice := s.snapshot.CPUs[e.CPU].Slice; slice > 0 {
			said = s.then(said, s.words.T("transport.slice", "Time", h.WithUnit(slice)))
		}
	}
	return said
}

// then puts one sentence after another, as the language does.
func (s *Shell) then(first, next string) string {
	return s.words.T("sentence.then", "First", first, "Then", next)
}

// showInspector fills the side with the selected task.
func (s *Shell) showInspector() {
	if int(s.selected) >= len(s.snapshot.Tasks) {
		return
	}
	h := &s.session.seen.Header
	totals := s.session.lanes.Totals(s.selected, s.player.now)
	block := widgets.InspectorRows(h, &s.snapshot, s.selected, totals, s.words.T)
	if j, ok := s.session.lanes.JobAt(s.selected, s.player.now); ok {
		block.AddJob(h, &j, s.words.T)
	}
	s.parts.inspector.SetRows(block)
	s.parts.program.SetSnapshot(h, &s.snapshot, s.selected)
}

// showCaption shows what the lesson says at this instant, unless a question is
// being asked.
func (s *Shell) showCaption() {
	if s.prediction.open {
		return
	}
	said := s.captionAt(s.player.events, s.player.now)
	if n := len(s.noticed); said == "" && s.projecting && n > 0 {
		said = s.noticeText(s.noticed[n-1])
	}
	if part, within := s.partSentence(); within && s.projecting { // there is no transport that says it
		said = part
	}
	if s.player.playing && said+"\n" != s.told.caption {
		s.player.rest(readingTime(said))
	}
	s.setCaption(said, "")
}

// captions are what the lesson says and when. It speaks of the run it was written
// for; of a run that was changed it says nothing.
func (s *Shell) captions() []workload.Caption {
	if s.session.work != s.work {
		return nil
	}
	return s.work.Captions
}

// readingTime is how much longer than usual the play-head stays where there is
// something new to read. It is short, since the first lesson has ten seconds to
// show the three states; who wants longer pauses it.
func readingTime(text string) time.Duration {
	const letter, character, most = 8 * time.Millisecond, 27 * time.Millisecond, 900 * time.Millisecond
	d := time.Duration(0)
	for _, r := range text {
		if r < 0x2E80 {
			d += letter
		} else {
			d += character
		}
	}
	return min(d, most)
}

// captionAt is what the lesson says once so many events have happened: what it
// is about until the first caption is due. A caption is due when everything at
// its instant has happened; when switches are stepped through in parts, it is due with the first of them.
func (s *Shell) captionAt(events int, now trace.Time) string {
	said := plain(s.session.work.About.In(s.words.Lang()))
	if events == 0 {
		return said
	}
	for _, c := range s.captions() {
		at := trace.Time(c.At)
		due := s.session.seen.Until(at)
		if s.switching {
			due = switchBegins(s.session.seen, at, due)
		}
		if at > now || due > events {
			break
		}
		said = c.Say.In(s.words.Lang())
	}
	return said
}

// switchBegins returns how many events have happened when the first context switch
// of an instant begins: a task leaves its CPU, or a CPU takes one. Without a switch it
// returns whole.
func switchBegins(r *trace.Recording, at trace.Time, whole int) int {
	for i, e := range r.Events(r.Until(at - 1)) {
		if e.Time > at {
			break
		}
		_, changes := e.Kind.To()
		if e.Kind == trace.Pick || changes && e.Kind.OnCPU() {
			return i + 1
		}
	}
	return whole
}

// showTexts tells the caption what it is going to say in this workload, so that
// it can keep the room for it.
func (s *Shell) showTexts() {
	var texts []string
	if about := s.captionAt(0, 0); about != "" {
		texts = append(texts, about)
	}
	for _, c := range s.captions() {
		texts = append(texts, c.Say.In(s.words.Lang()))
	}
	s.parts.caption.SetTexts(texts)
}

// plain takes the marks of Markdown out of a short text.
func plain(markdown string) string {
	text := strings.NewReplacer("**", "", "__", "", "`", "", "\n\n", " ", "\n", " ").Replace(markdown)
	return strings.TrimSpace(emphasis.ReplaceAllString(text, "$1"))
}

// emphasis is a word between single stars.
var emphasis = regexp.MustCompile(`\*([\pL\pN][^*]*)\*`)

// setCaption shows a text in large type, or takes it away.
func (s *Shell) setCaption(headline, detail string) {
	text := headline + "\n" + detail
	if s.told.caption == text {
		return
	}
	c := s.parts.caption
	width := c.Size().Width
	high, was := c.HeightFor(width), c.Visible()
	s.told.caption = text
	c.SetText(headline, detail)
	if headline == "" {
		c.Hide()
	} else {
		c.Show()
	}
	if was != c.Visible() || high != c.HeightFor(width) {
		s.arrange()
	}
}

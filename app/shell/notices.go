package shell

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// What a reader should know of in a run, and how one gets there: a deadlock,
// starvation, a livelock, an update that is lost, a wait that never ends.

// showNotices keeps those that hold at the instant shown.
func (s *Shell) showNotices() {
	s.noticed = s.noticed[:0]
	for _, n := range s.session.found {
		if n.Event > s.player.events {
			break
		}
		if s.player.now < n.To || s.player.events == n.Event {
			s.noticed = append(s.noticed, n)
		}
	}
}

// inTrouble reports whether one of those is about a task.
func (s *Shell) inTrouble(id trace.TaskID) bool {
	return slices.ContainsFunc(s.noticed, func(n trace.Notice) bool { return slices.Contains(n.Tasks, id) })
}

// nextNotice goes to where the next one is noticed; after the last one, to the
// first.
func (s *Shell) nextNotice() {
	found := s.session.found
	if len(found) == 0 {
		return
	}
	next := found[0]
	for _, n := range found {
		if n.Event > s.player.events {
			next = n
			break
		}
	}
	s.goTo(next)
}

// goTo shows the instant at which something is noticed, and whom it is about.
func (s *Shell) goTo(n trace.Notice) {
	s.selectTask(n.Tasks[0])
	s.step(func() { s.player.stand(n.Event, n.At) }, false)
	s.parts.first.Follow()
}

// noticeText says what is noticed.
func (s *Shell) noticeText(n trace.Notice) string {
	h := &s.session.seen.Header
	tasks := ""
	for i, id := range n.Tasks[:min(len(n.Tasks), namesNoticed)] {
		name := h.Tasks[id].Name
		if i > 0 {
			name = s.words.T("notice.and", "First", tasks, "Then", name)
		}
		tasks = name
	}
	if more := len(n.Tasks) - namesNoticed; more > 0 {
		tasks = s.words.T("notice.and", "First", tasks, "Then", s.words.T("waitfor.more", "N", more))
	}
	object := ""
	if n.Kind == trace.NoticeLost {
		object = h.Variables[n.Object].Name
	}
	return s.words.T("notice."+n.Kind.String()+".say", "Tasks", tasks, "N", n.Times, "Object", object)
}

// namesNoticed is how many tasks a notice names.
const namesNoticed = 4

// justNoticed is what the last event has brought to light; false if nothing.
func (s *Shell) justNoticed() (trace.Notice, bool) {
	last := -1
	for i, n := range s.noticed {
		if n.Event > s.lastTold() && n.Kind != trace.NoticeDeadlock { // the event itself tells that
			last = i
		}
	}
	if last < 0 {
		return trace.Notice{}, false
	}
	return s.noticed[last], true
}

// lastTold is after how many events the last one that is told begins.
func (s *Shell) lastTold() int {
	last := s.player.events - 1
	for last >= 0 && !everyEvent(s.session.seen.Event(last)) {
		last--
	}
	return last
}

// whatRemains says what holds at the end of a run and ought not to.
func (s *Shell) whatRemains() string {
	for _, n := range s.noticed {
		if n.To == trace.Never {
			return s.noticeText(n)
		}
	}
	return ""
}

// showNoticeButton shows the button of the bar if there is something to notice.
func (s *Shell) showNoticeButton() {
	b, n := s.parts.bar.notices, len(s.session.found)
	b.SetText(strconv.Itoa(n))
	showIf(b, n > 0 && s.view != bankView)
}

// mostListed is how many notices the menu lists.
const mostListed = 12

// chooseNotice lists what is to be noticed, under the button.
func (s *Shell) chooseNotice() {
	h := &s.session.seen.Header
	u := widgets.UnitOf(h)
	found := s.session.found
	var items []*fyne.MenuItem
	for _, n := range found[:min(len(found), mostListed)] {
		text := s.words.T("notice.at", "Time", string(u.AppendClock(nil, n.At))+" "+u.Name, "Text", s.noticeText(n))
		items = append(items, fyne.NewMenuItem(text, func() { s.goTo(n) }))
	}
	if more := len(found) - mostListed; more > 0 {
		items = append(items, fyne.NewMenuItem(s.words.T("waitfor.more", "N", more), s.nextNotice))
	}
	s.drop(s.parts.bar.notices, items...)
}

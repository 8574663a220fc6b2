package shell

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// What goes wrong in a lesson is found, said, marked on who it happens to, and
// gone to with a key.
func TestNoticesInTheWindow(t *testing.T) {
	for lesson, want := range map[string]struct {
		kind trace.NoticeKind
		says string
		who  string
	}{
		"18-deadlock":    {trace.NoticeDeadlock, "Deadlock", "T2"},
		"15-lost-update": {trace.NoticeLost, "Lost update: T2", "T2"},
	} {
		t.Run(lesson, func(t *testing.T) {
			s := newWindow(t, parsed(t, "lessons/"+lesson+".yaml"), "en", false, fyne.NewSize(1280, 720))
			if found := s.session.found; len(found) != 1 || found[0].Kind != want.kind {
				t.Fatalf("noticed: %+v", found)
			}
			if !s.parts.bar.notices.Visible() {
				t.Error("no button leads there")
			}
			s.toStart()
			if len(s.noticed) > 0 {
				t.Error("it is noticed before it has happened")
			}
			s.nextNotice()
			who := s.session.seen.Header.Tasks[s.selected].Name
			if who != want.who || !s.inTrouble(s.selected) || s.player.events != s.session.found[0].Event {
				t.Errorf("it went to %d events and selected %s", s.player.events, who)
			}
			if said := s.sentence(); !strings.Contains(said, want.says) {
				t.Errorf("it says %q", said)
			}
			if !strings.Contains(s.parts.stage.Describe(), who+" (!)") {
				t.Errorf("the stage says\n%s", s.parts.stage.Describe())
			}
			s.toEnd()
			if said := s.sentence(); want.kind == trace.NoticeDeadlock && !strings.Contains(said, want.says) {
				t.Errorf("at the end it says %q", said)
			}
		})
	}
	s := newWindow(t, parsed(t, "lessons/02-fcfs.yaml"), "en", false, fyne.NewSize(1280, 720))
	if s.parts.bar.notices.Visible() || len(s.session.found) > 0 {
		t.Errorf("nothing is wrong with it, but: %+v", s.session.found)
	}
}

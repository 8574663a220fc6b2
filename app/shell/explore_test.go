package shell

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
)

// explored opens the explorer and waits for what it finds.
func exploredIn(t *testing.T, s *Shell) *exploration {
	t.Helper()
	s.showExplorer()
	for range 500 {
		if s.exploring.done.Load() != nil {
			s.followExploring()
			return s.exploring
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it hasn't found anything in five seconds")
	return nil
}

// The explorer counts the interleavings of a lesson; the outcome one chooses is
// played on the stage and comes about there; undo brings the run before back.
func TestExplorerInTheWindow(t *testing.T) {
	for _, language := range []string{"en", "zh-Hans", "zh-Hant"} {
		s := newWindow(t, parsed(t, "lessons/15-lost-update.yaml"), language, false, fyne.NewSize(1280, 720))
		before := s.session.work
		x := exploredIn(t, s)
		if s.view != exploreView || x.table == nil {
			t.Fatal("the table of outcomes isn't shown")
		}
		r := x.done.Load().result
		said := s.exploreSummary(before, r)
		for _, n := range []string{"20", "18", "2"} {
			if !strings.Contains(said, n) {
				t.Errorf("%s: the summary doesn't tell %s: %s", language, n, said)
			}
		}
		table := x.table.Describe()
		for i, o := range r.Outcomes {
			value := ""
			for _, v := range o.Values {
				value = s.words.T("explore.value", "Name", "balance", "Value", v.Value)
			}
			if !strings.Contains(table, value) {
				t.Errorf("%s: outcome %d, %q, isn't in the table\n%s", language, i, value, table)
			}
			x.table.Choose(i)
			x.table.OnPlay(x.table.Chosen())
			if s.view != stageView || !s.player.playing || s.player.events != 0 || s.session.work == before {
				t.Fatalf("%s: outcome %d isn't played from its start", language, i)
			}
			s.toEnd()
			for _, v := range o.Values {
				if got := s.snapshot.Value(0, 0); got != v.Value {
					t.Errorf("%s: the run of outcome %d ends with %d, the table says %d", language, i, got, v.Value)
				}
			}
			if lost := len(s.session.found); lost != o.Lost {
				t.Errorf("%s: %d lost updates are marked in a run that loses %d", language, lost, o.Lost)
			}
			s.undo()
			if s.session.work != before && s.session.work.Policy.Name != before.Policy.Name {
				t.Errorf("%s: undo doesn't bring the run before back", language)
			}
			s.showExplorer()
			if s.exploring != x || s.view != exploreView {
				t.Errorf("%s: the explorer looks for the same again", language)
			}
		}
		s.window.Close()
	}
}

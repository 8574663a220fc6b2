package shell

import (
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// The same workload on another machine stands below the first run: Mars with and
// without inheritance, threads with and without the interpreter lock.
func TestVariants(t *testing.T) {
	for _, c := range []struct {
		lesson, variant string
		first, then     trace.Time // ends of what matters
		task            int
	}{
		{"21-inversion", "inherit", 16, 8, 2},
		{"22-inheritance", "unprotected", 8, 16, 2},
		{"29-interpreter-lock", "no_gil", 20, 12, 1},
		{"29-interpreter-lock", "processes", 20, 12, 1},
	} {
		t.Run(c.lesson+" "+c.variant, func(t *testing.T) {
			s := newWindow(t, parsed(t, "lessons/"+c.lesson+".yaml"), "en", false, fyne.NewSize(1280, 720))
			there := false
			for _, v := range variantsOf(s.session.work) {
				if v.id == c.variant {
					s.compareVariant(v)
					there = true
				}
			}
			if !there || s.second == nil {
				t.Fatal("it isn't offered")
			}
			unit := s.session.seen.Header.Unit
			a, b := s.session.lanes.Figures().Tasks[c.task].Finish, s.second.lanes.Figures().Tasks[c.task].Finish
			if a != c.first*unit || b != c.then*unit {
				t.Errorf("it ends at %v, and then at %v", a/unit, b/unit)
			}
			if _, how, _ := s.secondTitle(); how != s.words.T("compare."+c.variant) {
				t.Errorf("the second run is called %q", how)
			}
			s.compareAgain()
			if s.second == nil || s.second.variant != c.variant {
				t.Error("it isn't the same after the run has changed")
			}
			if before := s.session.work; before != s.work {
				t.Error("the first run has changed")
			}
		})
	}
}

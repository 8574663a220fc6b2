package shell

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/sim/workload"
)

// find returns the objects of a kind that are in a window and what lies over it.
func find[T fyne.CanvasObject](w fyne.Window) (found []T) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if x, ok := o.(T); ok {
			found = append(found, x)
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child)
			}
		}
	}
	if top := w.Canvas().Overlays().Top(); top != nil {
		walk(top)
	}
	return found
}

func tap(t *testing.T, w fyne.Window, label string) {
	t.Helper()
	for _, b := range find[*widget.Button](w) {
		if strings.HasPrefix(b.Text, label) {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("there is no button %q", label)
}

// says reports whether a label in what lies over the window says something.
func says(w fyne.Window, text string) bool {
	for _, l := range find[*widget.Label](w) {
		if strings.Contains(l.Text, text) {
			return true
		}
	}
	return false
}

// A policy is written in the window: an example, a mistake, and a fault on the way.
func TestWritingAPolicy(t *testing.T) {
	w, err := workload.Parse("two.yaml", []byte("timeslice: 1\nunit: 1ms\ntasks:\n  - {name: P1, program: [{cpu: 5}]}\n  - {name: P2, at: 1, program: [{cpu: 5}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewApp()
	defer app.Quit()
	s, err := New(app, Options{Workload: w})
	if err != nil {
		t.Fatal(err)
	}
	window := s.window
	window.Resize(fyne.NewSize(1280, 720))

	s.editScript()
	tap(t, window, s.words.T("editor.run"))
	if p := &s.session.seen.Header.Policies[0]; p.Name != run.Script || s.policyOf(p) != "rr.star" || p.Slice != 4_000_000 {
		t.Fatalf("%+v", p)
	}
	if len(window.Canvas().Overlays().List()) > 0 {
		t.Fatal("the editor stays open")
	}

	s.editScript()
	text := find[*entry](window)[0]
	text.SetText("def pick(cpu):\n    return redy(cpu)[0]\n")
	tap(t, window, s.words.T("editor.run"))
	if !says(window, "my.star:2:12: undefined: redy") || text.CursorRow != 1 || text.CursorColumn != 11 {
		t.Errorf("cursor at %d:%d", text.CursorRow, text.CursorColumn)
	}
	text.SetText("def pick(cpu):\n    if now() == 0:\n        return ready(cpu)[0]\n    return 7\n")
	tap(t, window, s.words.T("editor.run"))
	s.frame(time.Now())
	if !says(window, "my.star:1:1: pick(0) returned 7") {
		t.Error("nobody says that the policy failed")
	}
	tap(t, window, s.words.T("dialog.close"))
	h := &s.session.seen.Header
	if len(h.Policies) != 2 || s.policyOf(&h.Policies[0]) != "my.star" || h.Policies[1].Name != "fcfs" {
		t.Errorf("policies are %+v", h.Policies)
	}
	s.frame(time.Now())
	if len(window.Canvas().Overlays().List()) > 0 {
		t.Error("the fault is told twice")
	}

	// What was written is there to compare with, and to go on with.
	s.rerun(func(w *workload.Workload) { w.Policy = workload.Policy{Name: "fcfs"} })
	s.comparePolicy(run.Script)
	if s.second == nil || s.policyOf(&s.second.seen().Header.Policies[0]) != "my.star" {
		t.Error("it can't be compared with")
	}
}

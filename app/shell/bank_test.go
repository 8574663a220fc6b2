package shell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"timeslice/sim/workload"
)

// Silberschatz, Galvin, Gagne: Operating System Concepts, 10th edition, 8.6.3.3.
const textbookBank = `{
 "format": "sched-oracle/1", "id": "bank", "family": "textbook", "split": "public", "source": {"kind": "textbook", "title": "a table"},
 "time_unit": "none", "policy": {"name": "banker", "params": {}}, "cpus": 0, "context_switch_cost": 0, "tie_rule": "", "processes": [],
 "state": {
  "processes": ["P0", "P1", "P2", "P3", "P4"], "available": [3, 3, 2],
  "allocation": {"P0": [0, 1, 0], "P1": [2, 0, 0], "P2": [3, 0, 2], "P3": [2, 1, 1], "P4": [0, 0, 2]},
  "max": {"P0": [7, 5, 3], "P1": [3, 2, 2], "P2": [9, 0, 2], "P3": [2, 2, 2], "P4": [4, 3, 3]}
  REQUEST
 },
 "expect": {"result": "RESULT"}, "notes": []
}`

func bankOf(request, result string) string {
	return strings.NewReplacer("REQUEST", request, "RESULT", result).Replace(textbookBank)
}

// A table is gone through to what the algorithm says of it.
func TestBankSteps(t *testing.T) {
	for _, c := range []struct{ request, result, say, last string }{
		{"", "safe", "bank.safe", "P1, P3, P4, P0, P2"},
		{`, "new_request": {"process": "P1", "amount": [1, 0, 2]}`, "granted", "bank.granted", "P1, P3, P4, P0, P2"},
		{`, "new_request": {"process": "P4", "amount": [3, 3, 0]}`, "denied_unsafe", "bank.denied", "P0, P1, P2, P3, P4"},
		{`, "new_request": {"process": "P0", "amount": [4, 0, 0]}`, "wait", "bank.asks.wait", "(4, 0, 0)"},
		{`, "new_request": {"process": "P1", "amount": [2, 0, 0]}`, "exceeds_claim", "bank.asks.exceeds", "(2, 0, 0)"},
	} {
		t.Run(c.result, func(t *testing.T) {
			w, err := workload.Parse("bank.json", []byte(bankOf(c.request, c.result)))
			if err != nil {
				t.Fatal(err)
			}
			s := newWindow(t, w, "en", false, fyne.NewSize(1280, 720))
			if s.view != bankView {
				t.Fatal("the table isn't shown")
			}
			for range s.bank.steps {
				s.stepOn()
			}
			x := s.bank.steps[s.bank.at]
			if x.say != c.say || !strings.Contains(s.bank.say.Text, c.last) {
				t.Errorf("at the end it says %s: %q", x.say, s.bank.say.Text)
			}
			s.onKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
			for _, r := range "kjlu3" { // what is done to a run
				s.onRune(r)
			}
			if s.bank.at != len(s.bank.steps)-2 || s.session.work != s.work {
				t.Errorf("keys of a run lead to step %d", s.bank.at)
			}
			s.toStart()
			if s.bank.at != 0 || s.player.events != 0 {
				t.Errorf("it is at step %d", s.bank.at)
			}
			s.leave()
			if s.view != stageView {
				t.Error("one can't leave")
			}
		})
	}
}

// What is dropped onto the window is opened, and what can't be is put right in
// the editor; what ran goes on.
func TestDrop(t *testing.T) {
	s := newWindow(t, nil, "en", false, fyne.NewSize(1280, 720))
	before := s.session
	drop := func(name, text string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.dropped(fyne.NewPos(10, 10), []fyne.URI{storage.NewFileURI(file)})
	}
	drop("bank.json", bankOf("", "safe"))
	if s.view != bankView || s.session != before {
		t.Error("a table isn't shown beside what ran")
	}
	drop("one.yaml", "timeslice: 1\nname: one\ntasks: [{name: A, program: [{cpu: 3}]}]\n")
	if s.view != stageView || s.session.work.Name != "one" {
		t.Errorf("it shows %s", s.session.work.Name)
	}
	now := s.session
	drop("bad.yaml", "timeslice: 1\ntasks: [{name: A, program: [{cpu: much}]}]\n")
	if s.session != now || s.window.Canvas().Overlays().Top() == nil {
		t.Error("nothing is said of a file that can't be read")
	}
	s.dropped(fyne.NewPos(10, 10), nil)
	s.dropped(fyne.NewPos(10, 10), []fyne.URI{storage.NewFileURI(filepath.Join(t.TempDir(), "none.yaml"))})
	if s.session != now {
		t.Error("a file that isn't there changed something")
	}
}

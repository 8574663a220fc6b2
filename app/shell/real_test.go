package shell

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"timeslice/app/host"
	"timeslice/app/words"
	"timeslice/sim/trace"
)

// Whatever the real machine has to say, there is a sentence for it in every
// language, and no field of it stays open.
func TestRealIsSaid(t *testing.T) {
	codes := map[string]*regexp.Regexp{
		"real.warn.":    regexp.MustCompile(`\bWarn\w+\s*= "(\w+)"`),
		"real.stage.":   regexp.MustCompile(`\bStage\w+\s*= "(\w+)"`),
		"real.unfit.":   regexp.MustCompile(`UnfitError\{Code: "(\w+)"`),
		"real.refused.": regexp.MustCompile(`RefusedError\{Code: "(\w+)"`),
	}
	// The window asks for no real-time policy and for no recorder, so nobody
	// refuses it these.
	never := map[string]bool{"realtime_policy": true, "realtime_time": true, "realtime": true, "perf": true}
	files, err := filepath.Glob("../host/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for prefix, code := range codes {
			for _, m := range code.FindAllStringSubmatch(string(text), -1) {
				found[prefix]++
				for _, l := range words.Languages() {
					if w := words.New(l.Tag); !never[m[1]] && !w.Has(prefix+m[1]) {
						t.Errorf("%s: no words for %s%s", l.Tag, prefix, m[1])
					}
				}
			}
		}
	}
	for prefix := range codes {
		if found[prefix] < 4 {
			t.Errorf("found %d codes for %s in %d files", found[prefix], prefix, len(files))
		}
	}
	for _, l := range words.Languages() {
		s := &Shell{words: words.New(l.Tag)}
		h := &trace.Header{Unit: 1e6, UnitText: "1ms", Recorded: &trace.Recorded{Level: host.LevelSelf, Interference: 0.02}}
		var said []string
		r := &host.Report{Repeats: make([]host.Repeat, 3)}
		for _, id := range s.words.IDs() {
			if code, ok := strings.CutPrefix(id, "real.warn."); ok {
				r.Warnings = append(r.Warnings, host.Warning{Code: code, Task: "P1", Number: 0.05})
			}
			if code, ok := strings.CutPrefix(id, "real.unfit."); ok {
				said = append(said, s.explain(&host.UnfitError{Code: code, Task: "P1", Found: "x"}))
			}
			if code, ok := strings.CutPrefix(id, "real.refused."); ok {
				said = append(said, s.explain(&host.RefusedError{Code: code, What: "x", Err: errors.New("y")}))
			}
			if code, ok := strings.CutPrefix(id, "real.stage."); ok {
				said = append(said, s.realProgress(stage{code, 40, 2}))
			}
		}
		said = append(append(said, s.realNote(h, r)), s.realRemarks(h, r)...)
		for _, text := range said {
			if strings.ContainsAny(text, "{}") || strings.HasPrefix(text, "real.") || text == "" {
				t.Errorf("%s: %q", l.Tag, text)
			}
		}
		if l.Tag == "en" {
			t.Log(strings.Join(said, "\n"))
		}
	}
	if got := (&Shell{words: words.New("en")}).explain(errors.New("odd")); got != "odd" {
		t.Errorf("another error is explained as %q", got)
	}
}

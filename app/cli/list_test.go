package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestLists: what there is can be asked for, to read and as JSON, and every
// lesson runs.
func TestLists(t *testing.T) {
	var policies struct {
		Policies []struct {
			Name, Title string
			Params      []struct{ Name, Kind, Default string }
		}
	}
	s := execute("", "policies", "--json")
	if err := json.Unmarshal(s.out.Bytes(), &policies); err != nil || s.status != 0 || len(policies.Policies) < 2 {
		t.Fatal(err, s.status, s.out.String())
	}
	text := execute("", "policies").out.String()
	for _, p := range policies.Policies {
		if !strings.Contains(text, "\n"+p.Name+" ") && !strings.HasPrefix(text, p.Name+" ") {
			t.Errorf("%s isn't in the text", p.Name)
		}
		args := []string{"run", "testdata/two.yaml", "--policy", p.Name, "--json"}
		for _, param := range p.Params {
			args = append(args, "--set", param.Name+"="+param.Default)
		}
		if s := execute("", args...); s.status != 0 {
			t.Errorf("%v: %s", args, s.err.String())
		}
	}
	var lessons struct {
		Lessons []struct{ Name, Title string }
	}
	s = execute("", "lessons", "--json")
	if err := json.Unmarshal(s.out.Bytes(), &lessons); err != nil || s.status != 0 {
		t.Fatal(err, s.out.String())
	}
	entries, _ := os.ReadDir("../../assets/lessons")
	if len(lessons.Lessons) != len(entries) || strings.Count(execute("", "lessons").out.String(), "\n") != len(entries) {
		t.Errorf("%d lessons told of %d", len(lessons.Lessons), len(entries))
	}
	for _, l := range lessons.Lessons {
		if s := execute("", "run", "lesson:"+l.Name); s.status != 0 || l.Title == "" {
			t.Errorf("lesson %s: %s", l.Name, s.err.String())
		}
	}
}

// TestFormat: the page that says how a workload is written is one, and what it
// expects comes out.
func TestFormat(t *testing.T) {
	page := execute("", "format").out.String()
	if s := execute(page, "check", "-"); s.status != 0 {
		t.Error(s.out.String(), s.err.String())
	}
}

// TestRecord: a recording is told in the same form as a run, or the machine
// refuses and says why.
func TestRecord(t *testing.T) {
	const file = "timeslice: 1\nunit: 1ms\ntasks:\n  - {name: A, program: [cpu: 3, sleep: 2, cpu: 1]}\n  - {name: B, at: 1, program: [cpu: 2]}\n"
	s := execute(file, "record", "-", "--json")
	if s.status == 3 {
		if s.out.Len() > 0 || s.err.Len() == 0 {
			t.Errorf("refused with %q on standard output and %q beside it", s.out.String(), s.err.String())
		}
		t.Skip(s.err.String())
	}
	var run struct {
		Format, Origin string
		Recorded       struct{ Level, System string }
		Processes      map[string]map[string]any
	}
	if err := json.Unmarshal(s.out.Bytes(), &run); err != nil || s.status != 0 {
		t.Fatal(err, s.status, s.err.String())
	}
	if run.Format != "timeslice-run/1" || run.Origin != "real" || run.Recorded.Level == "" || len(run.Processes) != 2 {
		t.Errorf("%+v", run)
	}
	if cpu, _ := run.Processes["A"]["cpu"].(float64); cpu < 3.9 {
		t.Errorf("A computed for %v ms, not 4", cpu)
	}
}

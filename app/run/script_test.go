package run_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"timeslice/app/run"
	"timeslice/sim/workload"
)

const withScript = `timeslice: 1
unit: 1ms
policy: {name: script, file: own/my.star, quantum: 2}
tasks:
  - {name: P1, program: [{cpu: 5}]}
  - {name: P2, program: [{cpu: 5}]}
interventions:
  - {at: 3, quantum: 1}
  - {at: 5, policy: {name: script, file: other.star}}
`

func TestScript(t *testing.T) {
	files := map[string]string{
		filepath.Join("dir", "own", "my.star"): "params = {\"quantum\": \"4\"}\r\ndef pick(cpu):\r\n    return ready(cpu)[0]   \r\n\r\n",
		filepath.Join("dir", "other.star"):     "def pick(cpu):\n    return ready(cpu)[-1]\n",
	}
	parse := func() *workload.Workload {
		w, err := workload.Parse(filepath.Join("dir", "load.yaml"), []byte(withScript))
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	fetched := func(change string) *workload.Workload {
		w := parse()
		err := run.Fetch(w, func(name string) ([]byte, error) {
			text, ok := files[name]
			if !ok {
				return nil, fmt.Errorf("%s: no such file", name)
			}
			return []byte(text + change), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	r := whole(t, fetched(""))
	if p := r.Header.Policies; len(p) != 2 || p[0].Name != run.Script || p[0].Params[0].Value != "own/my.star" || p[1].Params[0].Value != "other.star" {
		t.Errorf("policies are %+v", p)
	}
	file, source, ok := run.ScriptOf(&fetched("").Policy)
	if !ok || file != "own/my.star" || strings.ContainsAny(source, "\r") || !strings.HasSuffix(source, "[0]\n") {
		t.Errorf("%q %q", file, source)
	}
	if r.Header.ID == whole(t, fetched("# another")).Header.ID {
		t.Error("another script, and the same id")
	}
	if _, err := run.Start(parse()); err == nil || !strings.Contains(err.Error(), "load.yaml:3:16: policy script: there is no script") {
		t.Error(err)
	}
	// What was written is whole: it needs no other file.
	data, err := workload.Write(fetched(""))
	if err != nil {
		t.Fatal(err)
	}
	again, err := workload.Parse("load.yaml", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if x := whole(t, again); x.Header.ID != r.Header.ID || x.Len() != r.Len() {
		t.Errorf("written and read, it runs otherwise:\n%s", data)
	}

	delete(files, filepath.Join("dir", "other.star"))
	if err := run.Fetch(parse(), func(name string) ([]byte, error) { return []byte(files[name]), errIf(files[name] == "") }); err == nil ||
		!strings.Contains(err.Error(), "load.yaml:9:42: policy script: not there") {
		t.Error(err)
	}
}

func errIf(yes bool) error {
	if yes {
		return errors.New("not there")
	}
	return nil
}

// A script that fails is named with its line, and everybody is served all the same.
func TestScriptThatFails(t *testing.T) {
	w, err := workload.Parse("load.yaml", []byte("timeslice: 1\nunit: 1ms\ntasks:\n  - {name: P1, program: [{cpu: 5}]}\n  - {name: P2, at: 2, program: [{cpu: 5}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	w.Policy = run.ScriptPolicy("my.star", "def enqueue(task, why):\n    if now() > 0:\n        task.level = 1\ndef pick(cpu):\n    return ready(cpu)[0]\n")
	r, err := run.Start(w)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Extend(1<<40, run.MaxEvents); err != nil || !r.Done() || len(r.Stuck()) > 0 {
		t.Fatal(err)
	}
	faults := r.Faults()
	const want = "my.star:3:13: can't assign to .level field of task; tasks can't be changed; keep what belongs to one in a dict, as in level[task] = 1"
	if len(faults) != 1 || faults[0].At != 2e6 || faults[0].Recorded().Text != want {
		t.Errorf("%v", faults)
	}
	var placed *run.ScriptError
	if !errors.As(&faults[0], &placed) || placed.Line != 3 {
		t.Errorf("%v", placed)
	}
}

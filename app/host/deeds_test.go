package host

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"timeslice/sim/workload"
)

var rewrite = flag.Bool("readme", false, "write the table of what runs for real into the README")

const tableHead = "| In a program | For real |\n| --- | --- |\n"

// table is what the README says of what runs for real.
func table() string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, d := range Deeds() {
		how := d.How
		if how == "" {
			how = "not at all: " + d.Why
		}
		b.WriteString("| `" + d.Words + "` | " + how + " |\n")
	}
	return b.String()
}

// Every operation there is runs for real or is refused with a reason, and the README
// says the same.
func TestDeeds(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(text), tableHead)
	if !found {
		t.Fatal("the README has no table of what runs for real")
	}
	_, after, _ = strings.Cut(after, "\n\n")
	if want := before + table() + "\n" + after; want != string(text) {
		if !*rewrite {
			t.Error("the README says something else of what runs for real; go test ./app/host -run TestDeeds -readme")
		} else if err := os.WriteFile("../../README.md", []byte(want), 0o644); err != nil {
			t.Error(err)
		}
	}
	seen := map[workload.OpCode]int{}
	for _, d := range Deeds() {
		if (d.How == "") == (d.Why == "") {
			t.Errorf("%s: done %q, not done %q", d.Words, d.How, d.Why)
		}
		for _, c := range d.codes {
			seen[c]++
		}
	}
	for c := range 256 {
		if code := workload.OpCode(c); code.Valid() != (seen[code] == 1) {
			t.Errorf("operation %d is told of %d times; there is one: %v", c, seen[code], code.Valid())
		}
	}
}

// What can't be done is refused by name, with its line and the reason.
func TestUnfitSaysWhere(t *testing.T) {
	const head = "timeslice: 1\nunit: 1ms\n"
	for text, want := range map[string]string{
		head + "tasks:\n  - name: A\n    program:\n      - loop: [{name: a, do: [{cpu: 1}]}]\n":                            "w.yaml:6: can't run as real processes: task A: operation \"loop\"; coroutines take turns within one thread",
		head + "resources:\n  p: {kind: pipe, capacity: 10}\ntasks: [{name: A, program: [{read: {from: p, bytes: 1}}]}]\n": "w.yaml:4: can't run as real processes: task p: a pipe of 10 bytes; a real one holds a power of two",
		head + "tasks:\n  - {name: A, program: [{cpu: 1}]}\n  - {name: B, parent: A, program: [{cpu: 1}]}\n":               "w.yaml:5: can't run as real processes: task B: parent: A; a real process is the child of who forks it",
		head + "tasks:\n  - {name: A, subreaper: yes, program: [{cpu: 1}]}\n":                                              "w.yaml:4: can't run as real processes: task A: subreaper: yes",
		head + "tasks:\n  - {name: A, period: 5, program: [{cpu: 1}]}\nuntil: 20\n":                                        "w.yaml:4: can't run as real processes: task A: it is periodic",
	} {
		w, err := workload.Parse("w.yaml", []byte(text))
		if err != nil {
			t.Error(err)
			continue
		}
		_, err = newPlan(w, Options{})
		var unfit *UnfitError
		if !errors.As(err, &unfit) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

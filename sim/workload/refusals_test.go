package workload_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"timeslice/sim/workload"
)

var rewrite = flag.Bool("rewrite", false, "write what comes out into testdata; read the difference before you commit it")

// TestRefusals checks every message of testdata/refusals.txt: a file's name
// after ==, the file, and after ---- the messages it is refused with. A file
// that is read after all gives "read".
func TestRefusals(t *testing.T) {
	const path = "testdata/refusals.txt"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	parts := strings.Split(string(data), "\n== ")
	out.WriteString(parts[0])
	for _, part := range parts[1:] {
		head, want, _ := strings.Cut(part, "\n----\n")
		name, file, _ := strings.Cut(head, "\n")
		got := "read\n"
		w, err := workload.Parse(name, []byte(file+"\n"))
		if err != nil {
			got = err.Error() + "\n"
			if _, ok := err.(workload.Errors); !ok || w != nil {
				t.Errorf("%s: refused by halves: %T", name, err)
			}
		} else {
			writesBack(t, w)
		}
		if want = strings.TrimRight(want, "\n") + "\n"; got != want && !*rewrite {
			t.Errorf("%s\n%s\ngot:  %swant: %s", name, file, got, want)
		}
		out.WriteString("\n== " + name + "\n" + file + "\n----\n" + got)
	}
	if *rewrite {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

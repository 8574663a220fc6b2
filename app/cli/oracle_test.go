package cli_test

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// TestOracle checks every reference case whose policy this version has. The
// cases stand outside the repository.
func TestOracle(t *testing.T) {
	files := oracleFiles(t)
	type tally struct{ right, run, all int }
	families := map[string]*tally{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), `"sched-oracle/1"`) {
			continue
		}
		family := filepath.Base(filepath.Dir(file))
		if families[family] == nil {
			families[family] = &tally{}
		}
		n := families[family]
		n.all++
		s := execute("", "check", file)
		switch {
		case s.status == 0:
			n.right++
			n.run++
		case s.status == 1:
			n.run++
			t.Errorf("%s", s.out.String())
		case !notYet(s.err.String()):
			t.Errorf("%s", s.err.String())
		}
	}
	names := make([]string, 0, len(families))
	for name := range families {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		n := families[name]
		t.Logf("%-18s %3d of %3d as expected, %3d of other policies", name, n.right, n.run, n.all-n.run)
	}
}

// notYet says whether a case was refused because its policy, or a parameter of
// it, isn't there yet.
func notYet(message string) bool {
	return strings.Contains(message, "there is no policy") || strings.Contains(message, "is no parameter of this policy") ||
		strings.Contains(message, "expects nothing")
}

// TestBadInputLeavesOutputEmpty: whatever is wrong, standard output stays empty
// and a message says what and where.
func TestBadInputLeavesOutputEmpty(t *testing.T) {
	data, err := os.ReadFile("../../sim/workload/testdata/refusals.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(data), "\n== ")[1:] {
		head, want, _ := strings.Cut(part, "\n----\n")
		name, file, _ := strings.Cut(head, "\n")
		if strings.TrimSpace(want) == "read" || strings.HasSuffix(name, "sv") {
			continue // a table without a name may read otherwise
		}
		s := execute(file+"\n", "run", "-", "--json")
		if s.status != 2 || s.out.Len() > 0 || !strings.HasPrefix(s.err.String(), "<stdin>:") {
			t.Errorf("%s: status %d, %d bytes out, message %q", name, s.status, s.out.Len(), s.err.String())
		}
	}
}

// TestSameBytes: two runs of the same file are the same bytes.
func TestSameBytes(t *testing.T) {
	for _, args := range [][]string{
		{"run", "testdata/two.yaml", "--json"},
		{"run", "testdata/forever.yaml", "--until", "500", "--json"},
		{"run", "testdata/table.csv", "--policy", "srtf", "--text"},
	} {
		if a, b := execute("", args...), execute("", args...); a.status != 0 || a.out.String() != b.out.String() {
			t.Errorf("%v: status %d, two different answers", args, a.status)
		}
	}
}

package workload_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"timeslice/sim/workload"
)

// refused parses a file that must be refused and returns the messages.
func refused(t *testing.T, data []byte) string {
	t.Helper()
	w, err := workload.Parse("big.yaml", data)
	if err == nil || w != nil {
		t.Fatal("read")
	}
	return err.Error()
}

func wants(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatIsNoText(t *testing.T) {
	wants(t, refused(t, []byte("timeslice: 1\nname: caf\xe9\n")), "big.yaml:2:10: a byte that is no text (0xE9); save the file as UTF-8")
	wants(t, refused(t, []byte("timeslice: 1\nname: é\x00\n")), "big.yaml:2:8: a byte that is no text (0x00); save the file as UTF-8")
	wants(t, refused(t, []byte("\xff\xfet\x00i\x00")), "big.yaml:1:1: a byte that is no text (0xFF); save the file as UTF-8")
	if _, err := workload.Parse("bom.yaml", []byte("\xef\xbb\xbftimeslice: 1\ntasks: []\n")); err != nil {
		t.Error("a byte order mark is refused:", err)
	}
}

// large skips what reads a file as large as one may be, in a short run.
func large(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a large file")
	}
}

func TestFileLimit(t *testing.T) {
	large(t)
	file := append([]byte("timeslice: 1\ntasks: []\n"), bytes.Repeat([]byte("#\n"), workload.MaxFile/2)...)
	if _, err := workload.Parse("big.yaml", file[:workload.MaxFile]); err != nil {
		t.Error(err)
	}
	wants(t, refused(t, file[:workload.MaxFile+1]), "big.yaml: a file of 16777217 bytes; the most is 16 MiB")
}

// nested returns a program of so many repeats inside each other.
func nested(depth int) []byte {
	return []byte("timeslice: 1\ntasks:\n  - {name: P1, program: [" +
		strings.Repeat("{repeat: 1, do: [", depth) + "cpu: 1" + strings.Repeat("]}", depth) + "]}\n")
}

func TestNestingLimit(t *testing.T) {
	if _, err := workload.Parse("deep.yaml", nested(workload.MaxNesting)); err != nil {
		t.Error(err)
	}
	wants(t, refused(t, nested(workload.MaxNesting+1)),
		"big.yaml:3:1114: repeats nested too deep; the most repeats inside each other is 64")
	for _, file := range []string{
		string(nested(2000)),
		"timeslice: 1\ntasks: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		`{"timeslice": 1, "tasks": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}",
		"timeslice: 1\na: " + strings.Repeat("[", 20000),
	} {
		if got := refused(t, []byte(file)); !strings.Contains(got, "nested too deep") && !strings.Contains(got, "exceeded max depth") {
			t.Error(got)
		}
	}
}

func TestTaskLimit(t *testing.T) {
	large(t)
	file := []byte("timeslice: 1\nprograms: {p: [cpu: 1]}\ntasks:\n")
	for i := range workload.MaxTasks {
		file = fmt.Appendf(file, "- {name: T%d, at: %d, program: p}\n", i, i)
	}
	w, err := workload.Parse("many.yaml", file)
	if err != nil || len(w.Tasks) != workload.MaxTasks || len(w.Programs) != 1 {
		t.Fatal(err)
	}
	file = append(file, "- {name: X, program: p}\n"...)
	wants(t, refused(t, file), "big.yaml:65540:3: more tasks than fit; the most is 65536")
}

func TestOperationLimit(t *testing.T) {
	large(t)
	head := "timeslice: 1\ntasks: [{name: P, program: ["
	w, err := workload.Parse("long.yaml", []byte(head+strings.Repeat("yield,", workload.MaxOps)+"]}]"))
	if err != nil || len(w.Programs[0].Ops) != workload.MaxOps {
		t.Fatal(err)
	}
	got := refused(t, []byte(head+strings.Repeat("yield,", workload.MaxOps+1)+"]}]"))
	if !strings.HasSuffix(got, "a program of more operations than fit; the most is 1048576; repeat what recurs") || strings.Contains(got, "\n") {
		t.Error(got)
	}
}

// TestManyLocks: checking stays quick where a program holds and gives back many
// locks in many loops.
func TestManyLocks(t *testing.T) {
	large(t)
	var b strings.Builder
	b.WriteString("timeslice: 1\nresources:\n")
	const locks = 3000
	for i := range locks {
		fmt.Fprintf(&b, "  l%d: mutex\n", i)
	}
	b.WriteString("tasks:\n- name: P\n  program:\n")
	for i := range locks {
		fmt.Fprintf(&b, "  - lock: l%d\n  - {repeat: 2, do: [cpu: 1]}\n", i)
	}
	for i := range locks {
		fmt.Fprintf(&b, "  - unlock: l%d\n  - {repeat: 2, do: [cpu: 1]}\n", i)
	}
	if _, err := workload.Parse("locks.yaml", []byte(b.String())); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkParse(b *testing.B) {
	file := []byte("timeslice: 1\ntasks:\n")
	for i := range 10_000 {
		file = fmt.Appendf(file, "- {name: T%d, at: %d, program: [cpu: %d, io: 3, repeat: 3, do: [cpu: 1]]}\n", i, i, i)
	}
	file = bytes.ReplaceAll(file, []byte("io: 3, repeat: 3, do: [cpu: 1]"), []byte("io: 3, {repeat: 3, do: [cpu: 1]}"))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := workload.Parse("bench.yaml", file); err != nil {
			b.Fatal(err)
		}
	}
}

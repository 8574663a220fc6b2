package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"timeslice/app/cli"
	"timeslice/app/host"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

var rewrite = flag.Bool("rewrite", false, "write what comes out into testdata; read the difference before you commit it")

func TestMain(m *testing.M) {
	if host.IsWorker(os.Args) { // of a recording
		host.WorkerMain()
		return
	}
	os.Exit(m.Run())
}

// session is one way to start the program and what it answered.
type session struct {
	out, err bytes.Buffer
	status   int
}

func execute(in string, args ...string) *session {
	var s session
	p := cli.Program{
		In: strings.NewReader(in), Out: &s.out, Err: &s.err, Version: "1.2.3",
		Window: func(w *workload.Workload) error {
			name := "nothing"
			if w != nil {
				name = w.Name
			}
			_, err := fmt.Fprintf(&s.out, "(the window opens with %s)\n", name)
			return err
		},
		Picture: func(w *workload.Workload, r *trace.Recording, kind string) ([]byte, error) {
			if w.Name == "" {
				return nil, errors.New("no painter")
			}
			return fmt.Appendf(nil, "(a %s of %s with %d events)\n", kind, w.Name, r.Len()), nil
		},
	}
	s.status = p.Execute(context.Background(), args)
	return &s
}

// TestTranscripts plays the sessions of testdata/*.txt: lines with $ are
// commands, what follows is what they answer. "< FILE" is standard input, OUT a
// folder of the test's own, and cat shows a file. Lines of standard error begin
// with "! ", and a status that isn't 0 stands in brackets at the end.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { transcript(t, file) })
	}
}

func transcript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	var all strings.Builder
	parts := strings.Split("\n"+string(data), "\n$ ")
	all.WriteString(strings.TrimPrefix(parts[0], "\n"))
	for i, part := range parts[1:] {
		line, want, _ := strings.Cut(part, "\n")
		got := play(t, folder, line)
		if want = strings.TrimRight(want, "\n"); want != strings.TrimRight(got, "\n") && !*rewrite {
			t.Errorf("$ %s\ngot:\n%s\nwant:\n%s", line, got, want)
		}
		if i > 0 || parts[0] != "" {
			all.WriteString("\n")
		}
		all.WriteString("$ " + line + "\n" + got)
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func play(t *testing.T, folder, line string) string {
	t.Helper()
	line, input, hasInput := strings.Cut(line, " < ")
	var in string
	if hasInput {
		data, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		in = string(data)
	}
	words := strings.Fields(strings.ReplaceAll(line, "OUT", folder))
	if words[0] == "cat" {
		data, err := os.ReadFile(words[1])
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, words[1], data)
		return hash.ReplaceAllString(string(data), "sha256:…")
	}
	s := execute(in, words[1:]...)
	var b strings.Builder
	b.WriteString(s.out.String())
	if text := s.out.String(); text != "" && !strings.HasSuffix(text, "\n") {
		b.WriteString("(no line break)\n")
	}
	for _, l := range strings.SplitAfter(s.err.String(), "\n") {
		if l != "" {
			b.WriteString("! " + l)
		}
	}
	if s.status != 0 {
		fmt.Fprintf(&b, "(%d)\n", s.status)
	}
	if strings.Contains(line, "--json") && s.status < 2 && !json.Valid(s.out.Bytes()) {
		t.Errorf("$ %s: not JSON", line)
	}
	if s.status == 2 && s.out.Len() > 0 {
		t.Errorf("$ %s: wrong use, and yet something on standard output", line)
	}
	return hash.ReplaceAllString(strings.ReplaceAll(b.String(), folder, "OUT"), "sha256:…")
}

// hash is of a trace: it changes with everything a trace says, which other tests
// look after.
var hash = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// wellFormed checks that a file is what its ending says.
func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	var err error
	switch filepath.Ext(name) {
	case ".json":
		if !json.Valid(data) {
			err = errors.New("not JSON")
		}
	case ".svg":
		d := xml.NewDecoder(bytes.NewReader(data))
		for err == nil {
			_, err = d.Token()
		}
		if err == io.EOF {
			err = nil
		}
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

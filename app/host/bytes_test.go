//go:build linux && (amd64 || arm64)

package host

import (
	"os"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// The lesson about pipes does for real what it does simulated: a write that doesn't
// fit waits, the end of the file comes when the last writer is gone, and who writes
// where nobody reads ends with 141.
func TestRealPipe(t *testing.T) {
	text, err := os.ReadFile("../../assets/lessons/34-pipe.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w, err := workload.Parse("34-pipe.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		writer, reader, talker := id(t, r, "Writer"), id(t, r, "Reader"), id(t, r, "Talker")
		if count(r, writer, trace.BlockFull) == 0 || count(r, writer, trace.WriteSome) == 0 {
			t.Errorf("level %s: 10 bytes fit into 4", level)
		}
		wrote, read := int64(0), int64(0)
		for _, e := range r.Recording.Events(0) {
			switch {
			case e.Task == trace.TaskID(writer) && (e.Kind == trace.Write || e.Kind == trace.WriteSome):
				wrote += e.Arg
			case e.Task == trace.TaskID(reader) && e.Kind == trace.Read:
				read += e.Arg
			}
		}
		reads, ends := count(r, reader, trace.Read), count(r, reader, trace.EndOfFile)
		if wrote != 10 || read != 10 || reads+ends != 5 { // real reads may be of less
			t.Errorf("level %s: wrote %d, read %d in %d reads, %d times the end", level, wrote, read, reads, ends)
		}
		if x := figures(r).Tasks[talker].Exit; count(r, talker, trace.BrokenPipe) != 1 || x != 141 {
			t.Errorf("level %s: Talker's pipe broke %d times, it ended with %d", level, count(r, talker, trace.BrokenPipe), x)
		}
		if !warned(r, WarnBytes) {
			t.Error("nobody says that its bytes are pages")
		}
	}
}

// A forked child has copies of its parent's ends, a spawned one its own, and a shell's
// pipeline ends when all who write are gone.
func TestRealPipeOfAFamily(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {p: {kind: pipe}, back: {kind: pipe}}
tasks:
  - name: Shell
    program:
      - fork: {name: Left}
        do:
          - {close: {pipe: p, end: read}}
          - {repeat: 3, do: [{cpu: 2}, {write: {to: p, bytes: 3000}}]}
      - fork: {name: Right}
        do:
          - {close: {pipe: p, end: write}}
          - {repeat: 4, do: [{read: {from: p, bytes: 3000}}, {cpu: 1}]}
      - close: p
      - spawn: {name: Other, do: [{sleep: 5}, {write: {to: back, bytes: 5}}, {cpu: 1}]}
      - {read: {from: back, bytes: 10}, timeout: 1}
      - {read: {from: back, bytes: 10}}
      - close: {pipe: back, end: write}
      - {read: {from: back, bytes: 10}}
      - waitpid: any
      - waitpid: any
      - waitpid: any
`)
	for _, level := range levels {
		r := runReal(t, w, Options{Level: level})
		right := id(t, r, "Right")
		if n := count(r, right, trace.EndOfFile); n != 1 {
			t.Errorf("level %s: Right read %d times the end, want once", level, n)
		}
		if n := count(r, 0, trace.EndOfFile) + count(r, 0, trace.TimedOut); n != 2 {
			show(t, r)
			t.Errorf("level %s: the shell gave up or found the end %d times, want each once", level, n)
		}
	}
}

// Who doesn't wait writes what fits, and closed ends are at fault.
func TestRealPipeNoWait(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {p: {kind: pipe, capacity: 4}}
tasks:
  - name: A
    program:
      - {read: {from: p, bytes: 1}, nowait: yes}
      - {write: {to: p, bytes: 6}, nowait: yes}
      - {if: acc != 4, then: [{exit: 9}]}
      - {write: {to: p, bytes: 1}, nowait: yes}
      - {if: acc != 0, then: [{exit: 8}]}
      - {read: {from: p, bytes: 9}}
      - {if: acc != 4, then: [{exit: 7}]}
      - {close: p}
      - {read: {from: p, bytes: 1}}
`)
	r := runReal(t, w, Options{})
	if x := figures(r).Tasks[0].Exit; x != 1 {
		t.Errorf("ended with %d, want 1 for reading from what it closed", x)
	}
}

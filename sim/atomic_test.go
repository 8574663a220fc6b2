package sim_test

import (
	"strings"
	"testing"

	"timeslice/sim/trace"
)

// What each atomic operation finds, stores and leaves in acc.
func TestAtomicOperations(t *testing.T) {
	const file = `
variables: {x: {value: 5, scope: shared}, seen: {value: 5, scope: thread}, next: {value: 8, scope: thread}}
tasks:
  - name: A
    program:
      - {load: 2}
      - {exchange: x}
      - {print: "{acc}"}
      - {print: "{x}"}
      - {test_and_set: x}
      - {print: "{acc}"}
      - {fetch_add: {of: x, value: -4}}
      - {print: "{acc}"}
      - {fetch_add: x}
      - {print: "{x}"}
      - {compare_and_swap: {of: x, old: 5, new: 7}}
      - {print: "{acc}"}
      - {compare_and_swap: {of: x, old: -2, new: seen}}
      - {print: "{acc}"}
      - {compare_and_swap: {of: x, old: seen, new: next}, for: 3}
      - {print: "{x}"}
`
	want := "5 2 2 1 -2 0 1 8"
	for _, policy := range []string{"fcfs", "rr quantum=1"} {
		got := strings.Join(printed(t, file, policy), " ")
		if got = strings.ReplaceAll(got, "A: ", ""); got != want {
			t.Errorf("%s: %s, not %s", policy, got, want)
		}
	}
}

// A while asks before each turn, in the middle of a program and without a body.
func TestWhile(t *testing.T) {
	const file = `
variables: {x: {value: 3, scope: shared}, go: {scope: shared}}
tasks:
  - name: A
    program:
      - while: x > 0
        do:
          - {print: "{x}"}
          - {load: x}
          - while: acc == 2
            do: [{print: two}, {add: -1}]
          - {fetch_add: {of: x, value: -1}}
      - {while: x != 0, for: 2}
      - {load: 1}
      - {store: go}
  - name: B
    program: [{while: go == 0}, {print: gone}]
`
	for _, policy := range []string{"rr quantum=1", "rr quantum=3"} {
		if got := strings.Join(printed(t, file, policy), " "); got != "A: 3 A: 2 A: two A: 1 B: gone" {
			t.Errorf("%s: %s", policy, got)
		}
	}
}

// Adding in one step loses nothing, however often it is interrupted; a loop around
// compare-and-swap neither.
func TestCountingInOneStep(t *testing.T) {
	for _, add := range []string{
		"{fetch_add: x}",
		"{load: 0}, {while: acc == 0, do: [{load: x}, {store: seen}, {add: 1}, {store: next}, {compare_and_swap: {of: x, old: seen, new: next}}]}",
	} {
		file := "variables: {x: {scope: shared}, seen: {scope: thread}, next: {scope: thread}}\n" +
			"programs: {p: [{repeat: 3, do: [" + add + "]}, {print: x}]}\ntasks: [{name: A, program: p}, {name: B, program: p}, {name: C, program: p}]\n"
		for _, policy := range []string{"rr quantum=1", "rr quantum=2", "rr quantum=3"} {
			r := run(t, parse(t, file), choose(t, policy)).Recording()
			if err := trace.Validate(r); err != nil {
				t.Fatal(err)
			}
			if lost := trace.LostUpdates(r); lost != 0 || !strings.Contains(strings.Join(printed(t, file, policy), " "), ": 9") {
				t.Errorf("%s, %s: %d lost", add, policy, lost)
			}
		}
	}
}

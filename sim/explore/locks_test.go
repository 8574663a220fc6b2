package explore_test

import (
	"strings"
	"testing"

	"timeslice/sim/explore"
)

// A lock that waits for a variable to be 0 and then stores 1 lets two in; one that
// tests and sets at once doesn't, and Peterson's algorithm needs neither.
func TestLocksMadeOfInstructions(t *testing.T) {
	const head = "variables: {lock: {scope: shared}, x: {scope: shared}, f1: {scope: shared}, f2: {scope: shared}, turn: {scope: shared}}\n"
	const update = ", {load: x}, {add: 1}, {store: x}"
	both := func(enter, leave string) string {
		return head + "programs: {p: [" + enter + update + ", " + leave + "]}\ntasks: [{name: A, program: p}, {name: B, program: p}]\n"
	}
	peterson := func(me, other, mine, notMine string) string {
		return "[{load: 1}, {store: " + me + "}, {load: " + notMine + "}, {store: turn}, {load: " + other + "}, " +
			"{while: acc == 1, do: [{load: turn}, {if: acc == " + notMine + ", then: [{load: " + other + "}], else: [{load: 0}]}]}" +
			update + ", {load: 0}, {store: " + me + "}]"
	}
	for _, c := range []struct {
		what, file string
		safe       bool
	}{
		{"load and store", both("{while: lock == 1}, {load: 1}, {store: lock}", "{load: 0}, {store: lock}"), false},
		{"test_and_set", both("{test_and_set: lock}, {while: acc == 1, do: [{test_and_set: lock}]}", "{load: 0}, {store: lock}"), true},
		{"exchange", both("{load: 1}, {exchange: lock}, {while: acc == 1, do: [{exchange: lock}]}", "{load: 0}, {store: lock}"), true},
		{"compare_and_swap", both("{while: acc == 0, do: [{compare_and_swap: {of: lock, old: 0, new: 1}}]}", "{load: 0}, {store: lock}"), true},
		{"peterson", head + "tasks: [{name: A, program: " + peterson("f1", "f2", "1", "2") + "}, {name: B, program: " + peterson("f2", "f1", "2", "1") + "}]\n", true},
		{"peterson, the turn first", head + "tasks: [{name: A, program: " + strings.Replace(peterson("f1", "f2", "1", "2"), "{load: 1}, {store: f1}, {load: 2}, {store: turn}", "{load: 2}, {store: turn}, {load: 1}, {store: f1}", 1) +
			"}, {name: B, program: " + strings.Replace(peterson("f2", "f1", "2", "1"), "{load: 1}, {store: f2}, {load: 1}, {store: turn}", "{load: 1}, {store: turn}, {load: 1}, {store: f2}", 1) + "}]\n", false},
	} {
		w := parse(t, c.file)
		r := explored(t, w, explore.Options{})
		if !r.Complete {
			t.Fatalf("%s: %d states weren't enough", c.what, r.States)
		}
		safe := true
		for _, o := range r.Outcomes {
			safe = safe && o.Lost == 0 && !o.Never && len(o.Stuck) == 0
		}
		if safe != c.safe {
			t.Errorf("%s: safe is %v, %d outcomes, %d states", c.what, safe, len(r.Outcomes), r.States)
		}
	}
}

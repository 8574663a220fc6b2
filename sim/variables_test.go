package sim_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// parse reads a workload of a test.
func parse(t testing.TB, text string) *workload.Workload {
	t.Helper()
	w, err := workload.Parse("test.yaml", []byte("timeslice: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// printed runs a workload, checks that it can have happened, and returns what was
// printed.
func printed(t testing.TB, text, policy string) []string {
	t.Helper()
	m := run(t, parse(t, text), choose(t, policy))
	r := m.Recording()
	if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
		t.Fatalf("%v\n%s", err, transcript(r))
	}
	var out []string
	for _, e := range r.Events(0) {
		if e.Kind == trace.Print {
			out = append(out, r.Header.Tasks[e.Task].Name+": "+r.Header.Texts[e.Object].With(e.Arg))
		}
	}
	return out
}

const deposit = `
variables: {balance: {value: 100, scope: shared}}
programs: {deposit: [{load: balance}, {add: 50}, {store: balance}, {print: "it is {balance}"}]}
tasks: [{name: A, program: deposit}, {name: B, program: deposit}]
`

func TestSlicesBetweenLoadAndStoreLoseAnUpdate(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"fcfs", "A: it is 150, B: it is 200"},
		{"rr quantum=1", "A: it is 150, B: it is 150"},
		{"rr quantum=2", "A: it is 150, B: it is 150"},
		{"rr quantum=3", "A: it is 150, B: it is 200"},
	} {
		if got := strings.Join(printed(t, deposit, c.policy), ", "); got != c.want {
			t.Errorf("%s: %s, not %s", c.policy, got, c.want)
		}
	}
}

func TestScopesOfVariables(t *testing.T) {
	const file = `
variables: {everybody: {value: 1, scope: shared}, process: 1, thread: {value: 1, scope: thread}}
programs:
  p: [{load: everybody}, {add: 1}, {store: everybody}, {load: process}, {add: 1}, {store: process},
    {load: thread}, {add: 1}, {store: thread}, {print: everybody}, {print: process}, {print: thread}]
tasks: [{name: A, process: P, program: p}, {name: B, process: P, program: p}, {name: C, program: p}]
`
	want := "A: 2 A: 2 A: 2 B: 3 B: 3 B: 2 C: 4 C: 2 C: 2"
	if got := strings.Join(printed(t, file, "fcfs"), " "); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestIfAsksWhenTheTaskRuns(t *testing.T) {
	const file = `
resources: {m: mutex}
variables: {open: {value: 0, scope: shared}}
tasks:
  - name: A
    program: [{lock: m}, {cpu: 2}, {unlock: m}, {load: 1}, {store: open}, {cpu: 1}]
  - name: B
    program: [{lock: m}, {if: open, then: [{print: "yes, {open}"}], else: [{print: "no"}]}, {unlock: m}, {if: acc < 0, then: [{print: never}]}]
`
	// B is handed the lock when open is 0 and comes to the question when it is 1.
	if got := strings.Join(printed(t, file, "fcfs"), " "); got != "B: yes, 1" {
		t.Error(got)
	}
}

func TestLoopsAroundIfs(t *testing.T) {
	const file = `
tasks:
  - name: A
    program:
      - forever:
          - {add: 1}
          - if: acc >= 3
            then: [{if: acc == 5, then: [{print: out}, exit: 7], else: [{print: "{acc}"}]}]
            else: [{repeat: 2, do: [{if: acc == 1, else: [{print: "two"}]}]}]
`
	want := "A: two A: two A: 3 A: 4 A: out"
	if got := strings.Join(printed(t, file, "rr quantum=1"), " "); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestProgramsAgreeWithATwin runs random programs on their own and compares what
// they print with a plain interpreter of the text.
func TestProgramsAgreeWithATwin(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		var lines []string
		left := 60
		var block func(depth int)
		block = func(depth int) {
			for range 1 + random.IntN(4) {
				if left--; left < 0 {
					break
				}
				pad := strings.Repeat("    ", depth)
				add := func(s string, values ...any) { lines = append(lines, pad+fmt.Sprintf(s, values...)) }
				x := string(rune('x' + random.IntN(3)))
				switch n := random.IntN(12); {
				case n == 0:
					add("- load: %s", x)
				case n == 1:
					add("- {load: %d, for: 0}", random.IntN(9)-4)
				case n == 2:
					add("- add: %d", random.IntN(9)-4)
				case n == 3:
					add("- {store: %s, for: 0.5}", x)
				case n == 4:
					add("- print: \"%s {%s}\"", x, x)
				case n == 5:
					add("- print: acc")
				case n == 8:
					add("- {exchange: %s, for: 0}", x)
				case n == 9:
					add("- compare_and_swap: {of: %s, old: %d, new: %s}", x, random.IntN(3), string(rune('x'+random.IntN(3))))
				case n == 10:
					add("- fetch_add: {of: %s, value: %d}", x, random.IntN(5)-2)
				case depth > 3:
				case n == 11: // once at most
					add("- load: %d", random.IntN(2))
					add("- while: acc > 0")
					add("  do:")
					block(depth + 1)
					lines = append(lines, pad+"    - load: 0")
				case n == 6:
					add("- repeat: %d", random.IntN(3))
					add("  do:")
					block(depth + 1)
				default:
					add("- if: %s %s %d", []string{"acc", x}[random.IntN(2)], []string{"==", "!=", "<", "<=", ">", ">="}[random.IntN(6)], random.IntN(5)-2)
					add("  then:")
					block(depth + 1)
					if random.IntN(2) == 0 {
						add("  else:")
						block(depth + 1)
					}
				}
			}
			lines = append(lines, strings.Repeat("    ", depth)+"- {cpu: 1}")
		}
		block(1)
		file := "variables: {x: 1, y: {value: 2, scope: shared}, z: {scope: thread}}\ntasks:\n  - name: A\n    program:\n" + strings.Join(lines, "\n") + "\n"
		got := printed(t, file, "rr quantum=1")
		w := &interpreter{lines: lines, vars: map[string]int64{"x": 1, "y": 2}}
		w.block(0, 1, true)
		if want := strings.Join(w.out, "\n"); strings.Join(got, "\n") != want {
			t.Fatalf("%s\ngot\n%s\nwant\n%s", file, strings.Join(got, "\n"), want)
		}
	}
}

// interpreter does the lines of a program.
type interpreter struct {
	lines []string
	vars  map[string]int64
	acc   int64
	out   []string
}

// block does the operations of a depth from a line on, or only skips them, and
// returns the line behind them.
func (w *interpreter) block(at, depth int, do bool) int {
	pad := strings.Repeat("    ", depth)
	for at < len(w.lines) && strings.HasPrefix(w.lines[at], pad+"- ") {
		s := strings.Trim(strings.TrimPrefix(w.lines[at], pad+"- "), "{}")
		s, _, _ = strings.Cut(s, ", for")
		op, arg, _ := strings.Cut(s, ": ")
		at++
		var n int64
		fmt.Sscan(arg, &n)
		switch op {
		case "repeat":
			behind := w.block(at+1, depth+1, false)
			for range n {
				if do {
					w.block(at+1, depth+1, true)
				}
			}
			at = behind
			continue
		case "while":
			behind := w.block(at+1, depth+1, false)
			for do && w.acc > 0 {
				w.block(at+1, depth+1, true)
			}
			at = behind
			continue
		case "if":
			var name, sign string
			fmt.Sscan(arg, &name, &sign, &n)
			a := w.acc
			if name != "acc" {
				a = w.vars[name]
			}
			holds := map[string]bool{"==": a == n, "!=": a != n, "<": a < n, "<=": a <= n, ">": a > n, ">=": a >= n}[sign]
			at = w.block(at+1, depth+1, do && holds)
			if at < len(w.lines) && w.lines[at] == pad+"  else:" {
				at = w.block(at+1, depth+1, do && !holds)
			}
			continue
		}
		if !do {
			continue
		}
		switch op {
		case "load":
			if w.acc = n; arg >= "x" && arg <= "z" {
				w.acc = w.vars[arg]
			}
		case "add":
			w.acc += n
		case "store":
			w.vars[arg] = w.acc
		case "exchange":
			w.acc, w.vars[arg] = w.vars[arg], w.acc
		case "fetch_add":
			var x string
			fmt.Sscanf(strings.ReplaceAll(arg, ",", ""), "{of: %s value: %d", &x, &n)
			w.acc = w.vars[x]
			w.vars[x] += n
		case "compare_and_swap":
			var x, y string
			fmt.Sscanf(strings.ReplaceAll(arg, ",", ""), "{of: %s old: %d new: %s", &x, &n, &y)
			if w.acc = 0; w.vars[x] == n {
				w.acc, w.vars[x] = 1, w.vars[y]
			}
		case "print":
			text := fmt.Sprint(w.acc)
			if x := strings.Trim(arg, `"}`); x != "acc" {
				text = fmt.Sprint(x[:1], " ", w.vars[x[:1]])
			}
			w.out = append(w.out, "A: "+text)
		}
	}
	return at
}

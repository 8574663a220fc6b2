package sim_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"timeslice/sim/trace"
)

// ended runs a workload of assembly programs to its end and returns the variables
// that are shared and how many updates were lost.
func ended(t testing.TB, text, policy string) (string, int) {
	t.Helper()
	m := run(t, parse(t, text), choose(t, policy))
	r := m.Recording()
	if err := (trace.Rules{Complete: true, WorkConserving: true}).Check(r); err != nil {
		t.Fatalf("%v\n%s", err, transcript(r))
	}
	var s trace.Snapshot
	r.SnapshotAt(&s, r.Len(), r.End())
	said := ""
	for v, x := range r.Header.Variables {
		if x.Scope == trace.Shared {
			said += fmt.Sprintf("%s=%d ", x.Name, s.Value(v, 0))
		}
	}
	return strings.TrimSpace(said), trace.LostUpdates(r)
}

func asmFile(variables, asm string, tasks ...string) string {
	text := "variables: {" + variables + "}\nprograms:\n  p:\n    asm: |\n"
	for _, line := range strings.Split(asm, "\n") {
		text += "      " + strings.TrimSpace(line) + "\n"
	}
	text += "tasks:\n"
	for i, registers := range tasks {
		text += fmt.Sprintf("  - {name: T%d, registers: {%s}, program: p}\n", i, registers)
	}
	return text
}

const counting = `.loop
	mov x, %ax
	add $1, %ax
	mov %ax, x
	sub $1, %bx
	test $0, %bx
	jgt .loop
	halt`

// Who counts in three steps loses what came between; the updates that are lost
// are those that are missing.
func TestAssemblyLosesUpdates(t *testing.T) {
	for _, c := range []struct {
		every int
		want  string
		lost  int
	}{{2, "x=3", 3}, {3, "x=6", 0}, {50, "x=6", 0}} {
		got, lost := ended(t, asmFile("x: {scope: shared}", counting, "bx: 3", "bx: 3"), fmt.Sprintf("interleave every=%d", c.every))
		if got != c.want || lost != c.lost {
			t.Errorf("every %d: %s and %d lost, not %s and %d", c.every, got, lost, c.want, c.lost)
		}
	}
}

// A lock of one instruction that swaps holds whatever comes between.
func TestASwapMakesALock(t *testing.T) {
	const spin = `.loop
		mov $1, %ax
		.spin
		mov $1, %ax
		xchg %ax, lock
		test $0, %ax
		jne .spin
		mov x, %cx
		add $1, %cx
		mov %cx, x
		mov $0, lock
		sub $1, %bx
		test $0, %bx
		jgt .loop
		halt`
	for every := 1; every < 12; every++ {
		got, lost := ended(t, asmFile("lock: {scope: shared}, x: {scope: shared}", spin, "bx: 3", "bx: 2", "bx: 1"), fmt.Sprintf("interleave every=%d", every))
		if got != "lock=0 x=6" || lost != 0 {
			t.Errorf("every %d: %s, %d lost", every, got, lost)
		}
	}
}

// TestAssemblyAgreesWithATwin runs random programs on their own and compares with
// a plain interpreter of their text.
func TestAssemblyAgreesWithATwin(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for range 300 {
		place := func() string { return []string{"%ax", "%bx", "%cx", "x", "y"}[random.IntN(5)] }
		value := func() string {
			if random.IntN(3) == 0 {
				return fmt.Sprintf("$%d", random.IntN(9)-4)
			}
			return place()
		}
		var lines []string
		for i := range 3 + random.IntN(20) {
			lines = append(lines, fmt.Sprintf(".l%d", i))
			switch random.IntN(8) {
			case 0, 1:
				lines = append(lines, "mov "+value()+", "+place())
			case 2:
				lines = append(lines, "add "+value()+", "+place())
			case 3:
				lines = append(lines, "sub "+value()+", "+place())
			case 4:
				lines = append(lines, "test "+value()+", "+value())
			case 5:
				lines = append(lines, "xchg "+place()+", "+place())
			case 6:
				lines = append(lines, "fetchadd "+place()+", "+place())
			default: // only forward, so that it ends
				name := []string{"jmp", "je", "jne", "jlt", "jle", "jgt", "jge"}[random.IntN(7)]
				lines = append(lines, fmt.Sprintf("%s .l%d", name, i+1+random.IntN(2)))
			}
		}
		n := (len(lines) + 1) / 2
		lines = append(lines, fmt.Sprintf(".l%d", n), "yield", fmt.Sprintf(".l%d", n+1), "halt")
		got, _ := ended(t, asmFile("x: {value: 1, scope: shared}, y: {scope: shared}", strings.Join(lines, "\n"), "bx: 2"), "interleave every=3")
		if want := interpret(lines); got != want {
			t.Fatalf("%s\ngot %s, want %s", strings.Join(lines, "\n"), got, want)
		}
	}
}

// interpret does an assembly program line by line.
func interpret(lines []string) string {
	at := map[string]int{}
	for i, l := range lines {
		at[l] = i
	}
	place := map[string]int64{"%bx": 2, "x": 1}
	var flag int64
	of := func(s string) (v int64) {
		if !strings.HasPrefix(s, "$") {
			return place[s]
		}
		fmt.Sscan(s[1:], &v)
		return v
	}
	for i := 0; i < len(lines) && lines[i] != "halt"; i++ {
		name, rest, _ := strings.Cut(lines[i], " ")
		from, to, _ := strings.Cut(rest, ", ")
		a, b := of(from), of(to)
		jump := false
		switch name {
		case "mov":
			place[to] = a
		case "add":
			place[to] = b + a
		case "sub":
			place[to] = b - a
		case "test":
			flag = b - a
		case "xchg":
			place[to], place[from] = a, b
		case "fetchadd":
			place[to] = a + b
			place[from] = b
		default:
			jump = map[string]bool{"jmp": true, "je": flag == 0, "jne": flag != 0, "jlt": flag < 0, "jle": flag <= 0, "jgt": flag > 0, "jge": flag >= 0}[name]
		}
		if jump {
			i = at[rest]
		}
	}
	return fmt.Sprintf("x=%d y=%d", place["x"], place["y"])
}

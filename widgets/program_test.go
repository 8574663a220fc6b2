package widgets

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// Lines have the numbers they have in the file, unless that would be one number.
func TestLineNumbers(t *testing.T) {
	for _, c := range []struct {
		lines []int
		want  []int
	}{
		{[]int{7, 8, 10}, []int{7, 8, 10}},
		{[]int{7, 8, 7}, []int{7, 8, 7}}, // a loop ends where it begins
		{[]int{7, 7, 7}, []int{1, 2, 3}},
		{[]int{7}, []int{7}},
		{[]int{0, 0}, []int{1, 2}},
	} {
		ops := make([]trace.Op, len(c.lines))
		for i, line := range c.lines {
			ops[i].Line = line
		}
		for pc, want := range c.want {
			if got := lineOf(ops, pc); got != want {
				t.Errorf("lines %v: operation %d has number %d, not %d", c.lines, pc, got, want)
			}
		}
	}
}

func TestProgramSays(t *testing.T) {
	look{}.open(t)
	_, _, p := side(300*tenth, 1, nil)
	want := "bank.py\n12 def run(n):; P3 waits here; P2 goes on here\n13 for i in range(3):; P1 runs here"
	if got := p.Describe(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if p.now != 0 {
		t.Errorf("the selected task is at line %d", p.now)
	}
}

// long is a snapshot of tasks at lines of a program of n lines, of which each
// tenth isn't shown.
func long(n int, at ...int) (*trace.Header, *trace.Snapshot) {
	h := &trace.Header{Unit: 1, Programs: []trace.Program{{Name: "long"}}}
	for i := range n {
		h.Programs[0].Ops = append(h.Programs[0].Ops, trace.Op{Text: fmt.Sprintf("line %d", i), Silent: i%10 == 9})
	}
	s := &trace.Snapshot{}
	for i, pc := range at {
		h.Tasks = append(h.Tasks, trace.Task{Name: fmt.Sprintf("T%d", i)})
		s.Tasks = append(s.Tasks, trace.TaskAt{State: trace.Blocked, PC: pc})
	}
	return h, s
}

// However long a program is, the line that counts is in sight and few others
// are objects.
func TestProgramFollows(t *testing.T) {
	look{}.open(t)
	p := NewProgram(nil)
	shown(t, p, 300, 200)
	h, s := long(10_000, 0, 5000, 5000, 5000, 5000)
	for _, pc := range []int{0, 1, 50, 49, 9998, 5000, 9999, 3} {
		s.Tasks[0].PC = pc
		p.SetSnapshot(h, s, 0)
		room := p.inSight()
		if p.now < p.first || p.now >= p.first+room {
			t.Errorf("operation %d is line %d, shown are %d to %d", pc, p.now, p.first, p.first+room)
		}
		if op := p.ops[p.lines[p.now]]; op.Silent || pc%10 != 9 && op.Text != fmt.Sprintf("line %d", pc) {
			t.Errorf("operation %d is said to be at %q", pc, op.Text)
		}
	}
	first := p.first
	p.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -25)})
	if p.first != first+3 {
		t.Errorf("scrolled from %d to %d", first, p.first)
	}
	if got := p.Describe(); !strings.Contains(got, "T1, T2 +2 waits here") {
		t.Errorf("%s", got)
	}
	s.Tasks[0].PC = 10_000
	p.SetSnapshot(h, s, 0)
	if p.now != -1 {
		t.Errorf("past the end is line %d", p.now)
	}
	p.SetSnapshot(h, s, 77)
}

func TestInspectorTells(t *testing.T) {
	look{}.open(t)
	_, i, _ := side(230*tenth, 1, nil)
	want := `P2 (process · running on CPU 0)
pid / ppid: 1042 / 1040
state: Running  since 21
program counter: 12  def run(n):
on the CPU: sp 7fff0000 · acc 0
holds · waits: – · –
cpu · ready · blocked: 8.9 · 12.1 · 0 ms
switches: 0 voluntary · 2 forced
arrival: 2 ms`
	if got := i.Describe(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	_, i, _ = side(300*tenth, 2, nil)
	if got := i.Describe(); !strings.Contains(got, "holds · waits: – · balance\n") || !strings.Contains(got, "1 voluntary · 1 forced") {
		t.Errorf("%s", got)
	}
	r, l := pictured()
	var s trace.Snapshot
	r.Snapshot(&s, 0)
	if got := InspectorRows(&r.Header, &s, 99, trace.Totals{}, nil); got.Name != "" {
		t.Errorf("nobody is told as %+v", got)
	}
	h := r.Header
	h.Tasks[1].Group, h.Tasks[1].Priority, h.Tasks[1].Affinity, h.Tasks[1].Deadline = "bank", 3, []int{0, 2}, 50*tenth
	got := InspectorRows(&h, &s, 1, l.Totals(1, 0), nil)
	all := fmt.Sprint(got)
	for _, want := range []string{"thread of bank · New", "CPU 0, CPU 2", "3 · 0", "0 · 5 ms"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q isn't told in %s", want, all)
		}
	}
}

// What doesn't fit is reached with the wheel, never cut in half.
func TestInspectorScrolls(t *testing.T) {
	look{}.open(t)
	r, l := pictured()
	var s trace.Snapshot
	r.Snapshot(&s, 300*tenth)
	i := NewInspector()
	i.SetRows(InspectorRows(&r.Header, &s, 1, l.Totals(1, 300*tenth), nil))
	shown(t, i, 300, i.MinSize().Height)
	for range 50 {
		i.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -25)})
	}
	lines, _ := i.lines(300)
	if want := len(lines) - 4; i.first != want {
		t.Errorf("the first line is %d, want %d", i.first, want)
	}
	i.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 25)})
	if want := len(lines) - 5; i.first != want {
		t.Errorf("the first line is %d, want %d", i.first, want)
	}
}

// A long value goes on in the next line rather than be cut off, at the width the
// inspector has in a small window.
func TestInspectorTellsLongValues(t *testing.T) {
	look{}.open(t)
	i := NewInspector()
	value := "17  accounts: withdraw 100 from savings"
	i.SetRows(ControlBlock{Name: "P1", Rows: []Row{{Label: "cpu · ready · blocked", Value: "0"}, {Label: "program counter", Value: value}}})
	shown(t, i, 380, 200)
	lines, column := i.lines(380)
	told := ""
	for _, l := range lines[1:] {
		if w := fyne.MeasureText(l.Value, 14, mono).Width; w > 380-column {
			t.Errorf("%q is %v wide, there is room for %v", l.Value, w, 380-column)
		}
		told += l.Value + " "
	}
	if strings.TrimSpace(told) != value || len(lines) < 3 {
		t.Errorf("tells %q in %d lines", told, len(lines))
	}
}

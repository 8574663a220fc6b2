package widgets

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

func TestOutcomesByKeyAndClick(t *testing.T) {
	look{}.open(t)
	o := NewOutcomes("Play")
	played, passed := -1, 0
	o.OnPlay = func(i int) { played = i }
	o.OnKey = func(*fyne.KeyEvent) { passed++ }
	o.SetOutcomes([]Outcome{
		{Text: "x = 1", Mark: "lost", Order: "A B A B", Count: "18  90%", Share: 0.9},
		{Text: "x = 2", Order: "A A B B", Count: "2  10%", Share: 0.1},
		{Text: "x = 3", Count: "0  0%"},
	})
	shown(t, o, 900, 2*o.row()+4) // room for two
	press := func(keys ...fyne.KeyName) {
		for _, k := range keys {
			o.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	press(fyne.KeyUp, fyne.KeyReturn)
	if played != 0 {
		t.Errorf("played %d", played)
	}
	press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if played != 2 || o.first != 1 {
		t.Errorf("played %d, %d at the top", played, o.first)
	}
	press(fyne.KeyHome, fyne.KeyEscape)
	if o.Chosen() != 0 || o.first != 0 || passed != 1 {
		t.Errorf("chosen %d, %d at the top, %d keys passed on", o.Chosen(), o.first, passed)
	}
	played = -1
	o.Tapped(&fyne.PointEvent{Position: fyne.NewPos(30, o.row()*1.5)})
	if o.Chosen() != 1 || played != -1 {
		t.Errorf("a click chose %d and played %d", o.Chosen(), played)
	}
	o.Tapped(&fyne.PointEvent{Position: fyne.NewPos(o.Size().Width-20, o.row()*0.5)})
	if played != 0 {
		t.Errorf("a click on the mark played %d", played)
	}
	if said := o.Describe(); !strings.Contains(said, "18  90%  x = 1  lost  A B A B\n") {
		t.Error(said)
	}
	o.SetOutcomes(nil)
	press(fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnd)
}

func TestMemoryTellsWhatAnEventTouched(t *testing.T) {
	look{}.open(t)
	r := trace.NewRecording(trace.Header{
		Unit: 1, CPUs: 1, Policies: []trace.Policy{{}}, Queues: []trace.Queue{{CPU: -1}},
		Variables: []trace.Variable{{Name: "x", Scope: trace.Shared, Value: 7}, {Name: "y", Value: 1}, {Name: "z", Scope: trace.PerThread}},
		Programs:  []trace.Program{{Ops: make([]trace.Op, 9)}},
		Tasks:     []trace.Task{{Name: "A", Group: "P"}, {Name: "B", Group: "P"}},
	})
	r.Append(0, trace.Arrive, 0, 0, 0)
	r.Append(0, trace.Dispatch, 0, 0, 0)
	r.AppendArg(1, trace.Load, 0, 0, 0, 7)
	r.AppendArg(2, trace.Added, 0, 0, 0, 9)
	r.AppendArg(3, trace.Store, 0, 0, 1, 9)
	tell := func(events int) string {
		var s trace.Snapshot
		r.SnapshotAt(&s, events, trace.Never)
		m := NewMemory()
		m.SetCells(MemoryCells(&r.Header, &s, r.Event(events-1), nil))
		shown(t, m, 700, 40)
		said := ""
		for _, c := range m.cells {
			said += c.Name + "=" + c.Value
			if c.Lit {
				said += "!"
			}
			said += " "
		}
		return said
	}
	for events, want := range map[int]string{
		2: "memory.shared=7 P.y=1 A.z=0 B.z=0 memory.acc=0 memory.acc=0 ",
		3: "memory.shared=7! P.y=1 A.z=0 B.z=0 memory.acc=7! memory.acc=0 ",
		4: "memory.shared=7 P.y=1 A.z=0 B.z=0 memory.acc=9! memory.acc=0 ",
		5: "memory.shared=7 P.y=9! A.z=0 B.z=0 memory.acc=9! memory.acc=0 ",
	} {
		if got := tell(events); got != want {
			t.Errorf("after %d: %s, not %s", events, got, want)
		}
	}
}

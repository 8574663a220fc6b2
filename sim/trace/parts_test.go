package trace_test

import (
	"reflect"
	"testing"

	"timeslice/sim/trace"
)

func place(events int, part trace.Part, of int) trace.Stand {
	return trace.Stand{Events: events, Part: part, Of: of}
}

// stands walks through a recording and back, and returns where it stood.
func stands(t *testing.T, r *trace.Recording) []trace.Stand {
	t.Helper()
	at := place(0, trace.NoPart, -1)
	list := []trace.Stand{at}
	for at.Events < r.Len() || at.Part != trace.NoPart {
		next := r.After(at)
		if next == at {
			break
		}
		if len(list) > 10*r.Len()+10 {
			t.Fatalf("it never ends: %v", next)
		}
		if back := r.Before(next); back != at {
			t.Fatalf("from %v on to %v, and back to %v", at, next, back)
		}
		at = next
		list = append(list, at)
	}
	return list
}

func TestPartsOfSwitchesByHand(t *testing.T) {
	const plain, save, choose, load = trace.NoPart, trace.SaveContext, trace.ChooseNext, trace.LoadContext
	want := []trace.Stand{
		place(0, plain, -1),
		place(1, plain, -1),                                         // A arrives
		place(1, choose, 1), place(1, load, 1), place(2, plain, -1), // and runs at once
		place(3, plain, -1), place(4, plain, -1), // it locks, B arrives
		place(5, plain, -1), place(5, save, 4), // its slice is used up
		place(5, choose, 5), place(5, load, 5), place(6, plain, -1), // B
		place(7, plain, -1), place(7, save, 6), // blocks
		place(8, choose, 7), place(8, load, 7), place(9, plain, -1), // A is picked, and runs a while later
		place(10, plain, -1), place(11, plain, -1), place(12, plain, -1), place(13, plain, -1),
		place(14, plain, -1), // A ends: nothing of it is saved
		place(14, choose, 14), place(14, load, 14), place(15, plain, -1),
		place(16, plain, -1), place(16, save, 15),
		place(17, plain, -1), place(18, plain, -1),
		place(18, choose, 18), place(18, load, 18), place(19, plain, -1),
		place(20, plain, -1), place(21, plain, -1),
	}
	r := twoTasks()
	r.Header.Switch = 1
	if got := stands(t, r); !reflect.DeepEqual(got, want) {
		t.Errorf("stood at\n%v, want\n%v", got, want)
	}
}

func TestWhereContextsAreInASwitch(t *testing.T) {
	r := twoTasks()
	r.Header.Switch = 1
	acc := func(pc int, left trace.Time) trace.Context {
		return trace.Context{PC: pc, Left: left, SP: trace.StackTop, Registers: []trace.Register{{Name: "acc"}}}
	}
	const a, b = 0, 1
	for _, c := range []struct {
		at   trace.Stand
		want trace.Switching
	}{
		{place(1, trace.ChooseNext, 1), trace.Switching{Part: trace.ChooseNext, Leaves: trace.NoTask, Holds: trace.NoTask, Comes: a, New: acc(0, 0), Decision: 1}},
		{place(1, trace.LoadContext, 1), trace.Switching{Part: trace.LoadContext, Leaves: trace.NoTask, Holds: a, Registers: acc(0, 0), Comes: a, New: acc(0, 0), Decision: 1}},
		{place(3, trace.NoPart, -1), trace.Switching{Leaves: trace.NoTask, Holds: a, Registers: acc(1, 6), Comes: a, New: acc(0, 0), Decision: 1}},
		{place(5, trace.NoPart, -1), trace.Switching{Leaves: a, Old: acc(0, 0), Holds: a, Registers: acc(1, 2), Comes: trace.NoTask, Decision: -1}},
		{place(5, trace.SaveContext, 4), trace.Switching{Part: trace.SaveContext, Leaves: a, Old: acc(1, 2), Saved: true, Holds: a, Registers: acc(1, 2), Comes: trace.NoTask, Decision: -1}},
		{place(5, trace.ChooseNext, 5), trace.Switching{Part: trace.ChooseNext, Leaves: a, Old: acc(1, 2), Saved: true, Holds: a, Registers: acc(1, 2), Comes: b, New: acc(0, 0), Decision: 5}},
		{place(5, trace.LoadContext, 5), trace.Switching{Part: trace.LoadContext, Leaves: a, Old: acc(1, 2), Saved: true, Holds: b, Registers: acc(0, 0), Comes: b, New: acc(0, 0), Decision: 5}},
		{place(6, trace.NoPart, -1), trace.Switching{Leaves: a, Old: acc(1, 2), Saved: true, Holds: b, Registers: acc(0, 0), Comes: b, New: acc(0, 0), Decision: 5}},
		{place(8, trace.ChooseNext, 7), trace.Switching{Part: trace.ChooseNext, Leaves: b, Old: acc(0, 0), Saved: true, Holds: b, Registers: acc(0, 0), Comes: a, New: acc(1, 2), Decision: 7}},
		{place(8, trace.LoadContext, 7), trace.Switching{Part: trace.LoadContext, Leaves: b, Old: acc(0, 0), Saved: true, Holds: a, Registers: acc(1, 2), Comes: a, New: acc(1, 2), Decision: 7}},
		{place(14, trace.ChooseNext, 14), trace.Switching{Part: trace.ChooseNext, Leaves: a, Old: acc(3, 0), Ended: true, Holds: a, Registers: acc(3, 0), Comes: b, New: acc(1, 3), Decision: 14}},
	} {
		got, ok := r.Switching(c.at)
		held := []*trace.Context{&got.Old, &got.Registers, &got.New}
		for i, id := range []trace.TaskID{got.Leaves, got.Holds, got.Comes} {
			if id != trace.NoTask && held[i].Program != r.Header.Tasks[id].Program {
				t.Errorf("%v: task %d in program %d", c.at, id, held[i].Program)
			}
			held[i].Program = 0
		}
		if !ok || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v:\n%+v, want\n%+v", c.at, got, c.want)
		}
	}
}

// The stacks of the threads of a process don't meet; those of processes have
// addresses of their own. What an operation is within takes room on the stack.
func TestStackPointers(t *testing.T) {
	h := &trace.Header{
		Programs: []trace.Program{{Ops: []trace.Op{{}, {Depth: 1}, {Depth: 2}}}},
		Tasks:    []trace.Task{{Name: "A"}, {Name: "T", Group: "A"}, {Name: "B", Process: 2}},
	}
	for _, c := range []struct {
		id   trace.TaskID
		pc   int
		want int64
	}{
		{0, 0, 0x7fff0000}, {0, 1, 0x7ffefff0}, {0, 2, 0x7ffeffe0}, {0, 3, 0x7fff0000},
		{1, 0, 0x7ffe0000}, {1, 2, 0x7ffdffe0}, {2, 0, 0x7fff0000},
	} {
		if got := h.StackPointer(c.id, 0, c.pc); got != c.want {
			t.Errorf("task %d at operation %d: %x, not %x", c.id, c.pc, got, c.want)
		}
	}
}

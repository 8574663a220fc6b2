package trace_test

import (
	"testing"

	"timeslice/sim/trace"
)

// What is recorded comes back, wherever it is kept.
func TestEventsComeBack(t *testing.T) {
	r := trace.NewRecording(trace.Header{})
	var want []trace.Event
	args := []int64{0, 1, -1, 0xfffe, 0xffff, 0x10000, 0x1ffff, 0xfffffe, 0xffffff, 0x1000000, 1 << 40, -1 << 62}
	for n := range 3 * 400 {
		for i, kind := range trace.Kinds() {
			if kind == trace.Jump {
				continue
			}
			e := trace.Event{Time: trace.Time(n), Kind: kind, Task: trace.TaskID(i), Arg: args[(n+i)%len(args)]}
			if kind.OnCPU() {
				e.CPU = (n + i) % 256
			}
			if kind.OnResource() {
				e.Object = (n * 977) % 0x10000
			}
			r.AppendArg(e.Time, e.Kind, e.Task, e.CPU, e.Object, e.Arg)
			want = append(want, e)
		}
	}
	for i, e := range r.Events(0) {
		if e != want[i] {
			t.Fatalf("event %d is %+v, was %+v", i, e, want[i])
		}
		if i%97 == 0 && r.Event(i) != want[i] {
			t.Fatalf("event %d is %+v, was %+v", i, r.Event(i), want[i])
		}
	}
}

package trace_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"timeslice/sim/trace"
)

// twoTasks is a small run written by hand: A holds a lock B wants, B asks a
// disk, A's slice runs out once.
func twoTasks() *trace.Recording {
	r := trace.NewRecording(trace.Header{
		Origin: trace.Simulated, Unit: 1, UnitText: "1ns", CPUs: 1,
		Policies:  []trace.Policy{{Name: "rr", Slice: 4}},
		Queues:    []trace.Queue{{CPU: -1}},
		Resources: []trace.Resource{{Name: "lock", Kind: trace.Mutex}, {Name: "disk", Kind: trace.Device, Servers: 1}},
		Programs: []trace.Program{
			{Ops: []trace.Op{{Text: "lock lock"}, {Text: "cpu 6", Length: 6}, {Text: "unlock lock"}}},
			{Ops: []trace.Op{{Text: "lock lock"}, {Text: "io disk 3", Length: 3}, {Text: "unlock lock"}}},
		},
		Tasks: []trace.Task{{Name: "A"}, {Name: "B", Process: 1, Arrival: 1, Program: 1}},
	})
	const a, b, lock, disk = 0, 1, 0, 1
	r.Append(0, trace.Arrive, a, 0, 0)
	r.Append(0, trace.Dispatch, a, 0, 0)
	r.Append(0, trace.Lock, a, 0, lock)
	r.Append(1, trace.Arrive, b, 0, 0)
	r.Append(4, trace.Expire, a, 0, 0)
	r.Append(4, trace.Dispatch, b, 0, 0)
	r.Append(4, trace.BlockLock, b, 0, lock)
	r.Append(4, trace.Pick, a, 0, 0)
	r.Append(5, trace.Dispatch, a, 0, 0)
	r.Append(7, trace.Computed, a, 0, 0)
	r.Append(7, trace.Unlock, a, 0, lock)
	r.Append(7, trace.Lock, b, 0, lock)
	r.AppendArg(7, trace.WakeLock, b, 0, lock, a)
	r.Append(7, trace.Exit, a, 0, 0)
	r.Append(7, trace.Dispatch, b, 0, 0)
	r.Append(7, trace.BlockIO, b, 0, disk)
	r.Append(7, trace.Serve, b, 0, disk)
	r.Append(10, trace.WakeIO, b, 0, disk)
	r.Append(10, trace.Dispatch, b, 0, 0)
	r.Append(10, trace.Unlock, b, 0, lock)
	r.AppendArg(10, trace.Exit, b, 0, 0, 3)
	return r
}

func TestSnapshotTellsWhereEveryoneStands(t *testing.T) {
	r := twoTasks()
	var s trace.Snapshot

	r.Snapshot(&s, 3)
	if got := s.Tasks[0]; got.State != trace.Running || got.PC != 1 || got.Left != 3 || got.CPU != 0 {
		t.Errorf("A at 3: %+v", got)
	}
	if s.Resources[0].Owner != 0 || !reflect.DeepEqual(s.Queues[0], []trace.TaskID{1}) {
		t.Errorf("at 3: lock owned by %d, ready %v", s.Resources[0].Owner, s.Queues[0])
	}
	if c := s.CPUs[0]; c.Task != 0 || c.Slice != 4 || c.SliceLeft != 1 {
		t.Errorf("CPU at 3: %+v", c)
	}

	r.Snapshot(&s, 4) // B came to the CPU, found the lock taken, A is being switched in
	if c := s.CPUs[0]; !c.Switching || c.Task != 0 {
		t.Errorf("CPU at 4: %+v", c)
	}
	if got := s.Tasks[0]; got.State != trace.Ready || got.Queue != -1 || got.Left != 2 {
		t.Errorf("A at 4: %+v", got)
	}
	if w := s.Resources[0].Waiting; !reflect.DeepEqual(w, []trace.TaskID{1}) || s.Tasks[1].Cause != trace.ForLock {
		t.Errorf("at 4 the lock is waited for by %v", w)
	}

	r.Snapshot(&s, 8)
	if got := s.Tasks[1]; !got.Served || got.Left != 2 || got.Resource != 1 || len(s.Resources[1].Waiting) != 0 {
		t.Errorf("B at 8: %+v, disk %+v", got, s.Resources[1])
	}
	if held := s.Holds(nil, 1); !reflect.DeepEqual(held, []int{0}) {
		t.Errorf("B holds %v at 8", held)
	}

	r.Snapshot(&s, 10)
	if !reflect.DeepEqual(s.Ended, []trace.TaskID{0, 1}) || s.CPUs[0].Task != trace.NoTask {
		t.Errorf("at the end: ended %v, CPU %+v", s.Ended, s.CPUs[0])
	}
}

func TestFiguresAreSumsOfLanes(t *testing.T) {
	l := trace.NewLanes()
	l.Extend(twoTasks())
	f := l.Figures()
	a, b := f.Tasks[0], f.Tasks[1]
	if a.CPU != 6 || a.Ready != 1 || a.Turnaround != 7 || a.Involuntary != 1 || a.Runs != 2 {
		t.Errorf("A: %+v", a)
	}
	if b.Turnaround != 9 || b.Response != 3 || b.Ready != 3 || b.ByCause[trace.ForLock] != 3 || b.ByCause[trace.ForIO] != 3 || b.Voluntary != 2 || b.Exit != 3 {
		t.Errorf("B: %+v", b)
	}
	if f.Makespan != 10 || f.Busy[0] != 6 || f.Switch[0] != 1 {
		t.Errorf("run: %+v", f)
	}
}

func TestEveryWayToAnInstantShowsTheSame(t *testing.T) {
	r := twoTasks()
	random := rand.New(rand.NewPCG(1, 2))
	var reused trace.Snapshot
	for range 500 {
		i := random.IntN(r.Len() + 1)
		var fresh trace.Snapshot
		r.SnapshotAt(&fresh, i, 0)
		r.SnapshotAt(&reused, i, 0)
		if !reflect.DeepEqual(fresh.Tasks, reused.Tasks) || !reflect.DeepEqual(fresh.CPUs, reused.CPUs) || fresh.Time != reused.Time {
			t.Fatalf("event %d:\n%+v\n%+v", i, fresh.Tasks, reused.Tasks)
		}
	}
}

// ticker makes a long recording: one task dispatched and made to wait over and
// over, for lengths drawn by random.
func ticker(events int, random *rand.Rand, longest int) *trace.Recording {
	r := trace.NewRecording(trace.Header{CPUs: 1, Queues: []trace.Queue{{CPU: -1}}, Policies: []trace.Policy{{}},
		Programs: []trace.Program{{}}, Tasks: []trace.Task{{Name: "A"}}})
	var now trace.Time
	r.Append(0, trace.Arrive, 0, 0, 0)
	for i := range events {
		now += trace.Time(1 + random.IntN(longest))
		k := trace.Dispatch
		if i%2 == 1 {
			k = trace.Expire
		}
		r.Append(now, k, 0, 0, 0)
	}
	return r
}

func TestPrefixDoesNotChange(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	r := ticker(100_000, random, 3)
	p := r.Prefix()
	before, n := p.Hash(), p.Len()
	for i := range 70_000 {
		r.Append(r.End()+1, []trace.Kind{trace.Dispatch, trace.Expire}[i%2], 0, 0, 0)
	}
	if p.Len() != n || p.Hash() != before {
		t.Fatal("the prefix changed when the recording grew")
	}
	var s, twin trace.Snapshot
	r.SnapshotAt(&s, n, 0)
	p.SnapshotAt(&twin, n, 0)
	if !reflect.DeepEqual(s.Tasks, twin.Tasks) {
		t.Fatal("prefix and recording disagree about the same event")
	}
}

func TestUntilAndEventsAgree(t *testing.T) {
	r := ticker(40_000, rand.New(rand.NewPCG(5, 6)), 2)
	n := 0
	for i, e := range r.Events(0) {
		if e != r.Event(i) {
			t.Fatalf("event %d: %+v, %+v", i, e, r.Event(i))
		}
		if u := r.Until(e.Time); u <= i || r.Event(u-1).Time != e.Time {
			t.Fatalf("Until(%d) = %d at event %d", e.Time, u, i)
		}
		n++
	}
	if n != r.Len() {
		t.Fatalf("%d of %d events", n, r.Len())
	}
}

// Merged spans must cover exactly what the single ones cover, and long spans
// must never be swallowed.
func TestMergedSpansCoverTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	l := trace.NewLanes()
	l.Extend(ticker(20_000, random, 40))
	end := l.End()
	for range 200 {
		from := trace.Time(random.Int64N(int64(end)))
		to := from + trace.Time(random.Int64N(5000))
		step := trace.Time(1 + random.IntN(100))
		var exact, merged trace.Time
		single := map[trace.Time]trace.Span{}
		l.Task(0).Each(from, to, 0, func(s trace.Span) bool {
			exact += min(s.End, to) - max(s.Start, from)
			single[s.Start] = s
			return true
		})
		calls := 0
		l.Task(0).Each(from, to, step, func(s trace.Span) bool {
			merged += min(s.End, to) - max(s.Start, from)
			if s.Count == 1 && single[s.Start] != s && s.End-s.Start >= step {
				t.Fatalf("span %+v is not one of the lane's", s)
			}
			calls++
			return true
		})
		if exact != merged {
			t.Fatalf("[%d, %d) step %d: %d covered instead of %d", from, to, step, merged, exact)
		}
		if limit := int(2*(to-from)/step) + 3; calls > limit {
			t.Fatalf("[%d, %d) step %d: %d spans told, at most %d can be seen", from, to, step, calls, limit)
		}
	}
}

func TestKindsHaveDistinctCodes(t *testing.T) {
	seen := map[string]trace.Kind{}
	for _, k := range trace.Kinds() {
		if other, ok := seen[k.String()]; ok || k.String() == "" {
			t.Errorf("kind %d has the code %q of kind %d", k, k, other)
		}
		seen[k.String()] = k
		if back, ok := trace.KindOf(k.String()); !ok || back != k {
			t.Errorf("KindOf(%q) = %v", k, back)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	r := trace.NewRecording(trace.Header{})
	b.ReportAllocs()
	for i := range b.N {
		r.Append(trace.Time(i), trace.Dispatch, 0, 0, 0)
	}
}

func BenchmarkSeek(b *testing.B) {
	random := rand.New(rand.NewPCG(9, 10))
	r := ticker(2_000_000, random, 3)
	var s trace.Snapshot
	r.SnapshotAt(&s, r.Len(), 0)
	b.ReportAllocs()
	for b.Loop() {
		r.SnapshotAt(&s, random.IntN(r.Len()), 0)
	}
}

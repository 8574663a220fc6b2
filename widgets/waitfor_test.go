package widgets

import (
	"fmt"
	"strings"
	"testing"

	"timeslice/sim/trace"
)

// waiting is a run in which A and B wait for each other's locks, C for one of
// them, and D has ended with a lock that E waits for.
func waiting() *trace.Recording {
	h := trace.Header{CPUs: 1, Unit: 1000, UnitText: "1us", Programs: []trace.Program{{Ops: make([]trace.Op, 4)}}, Queues: []trace.Queue{{CPU: -1}}}
	for _, name := range []string{"a", "b", "d"} {
		h.Resources = append(h.Resources, trace.Resource{Name: name, Kind: trace.Mutex})
	}
	for i, name := range []string{"A", "B", "C", "D", "E"} {
		h.Tasks = append(h.Tasks, trace.Task{Name: name, Process: i})
	}
	r := trace.NewRecording(h)
	for id := range trace.TaskID(5) {
		r.Append(0, trace.Arrive, id, 0, 0)
	}
	run := func(id trace.TaskID, kind trace.Kind, res int) {
		r.Append(0, trace.Dispatch, id, 0, 0)
		r.Append(0, kind, id, 0, res)
		if kind == trace.Lock {
			r.Append(0, trace.Preempt, id, 0, 0)
		}
	}
	run(0, trace.Lock, 0)
	run(1, trace.Lock, 1)
	run(3, trace.Lock, 2)
	run(3, trace.Exit, 0)
	run(4, trace.BlockLock, 2)
	run(0, trace.BlockLock, 1)
	run(2, trace.BlockLock, 0)
	run(1, trace.BlockLock, 0)
	r.Finish(10)
	return r
}

func TestWaitFor(t *testing.T) {
	r := waiting()
	var s trace.Snapshot
	said := []string{}
	for event := 5; event <= r.Len(); event++ {
		r.SnapshotAt(&s, event, 0)
		scene := newWaitScene(&r.Header, &s, nil)
		if len(said) == 0 || said[len(said)-1] != scene.said {
			said = append(said, scene.said)
		}
	}
	want := []string{
		"Nobody waits for what another holds.",
		"E waits for d for ever: D, who holds it, has ended.",
		"Deadlock: A waits for b, which B holds; B waits for a, which A holds. None of them ever goes on.",
	}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(said, "\n"))
	}
	scene := newWaitScene(&r.Header, &s, nil)
	text := ""
	for _, e := range scene.edges {
		mark := ""
		if e.circle {
			mark = "!"
		}
		text += fmt.Sprintf("%s>%s%s ", scene.nodes[e.from].name, scene.nodes[e.to].name, mark)
	}
	if text != "A>b! b>B! B>a! a>A! C>a E>d d>D " {
		t.Error(text)
	}
	tags := ""
	for i := range scene.nodes {
		tags += scene.nodes[i].tag() + " "
	}
	if tags != "1  A 2  b 3  B 4  a C E d D " {
		t.Error(tags)
	}
}

// However large it is and whatever the theme, no two nodes lie on each other and
// every node is within the card.
func TestWaitForHasRoom(t *testing.T) {
	r := waiting()
	var s trace.Snapshot
	r.SnapshotAt(&s, r.Len(), 0)
	for _, l := range []look{{}, {dark: true}, {projection: true, scale: ProjectionScale(720)}, {scale: 1.5}} {
		l.open(t)
		for _, size := range [][2]float32{{830, 290}, {1220, 330}, {1300, 640}, {600, 500}} {
			w := NewWaitFor(nil)
			w.SetSnapshot(&r.Header, &s)
			win := shown(t, w, size[0], size[1])
			save(t, fmt.Sprintf("waitfor-%v-%v-%v-%v", l.dark, l.projection, l.scale, size[0]), win.Canvas().Capture())
			for i, b := range w.live.boxes {
				a := boxOf(b)
				if a.X < 0 || a.Y < 0 || a.right() > w.Size().Width || a.bottom() > w.Size().Height {
					t.Errorf("%+v %v: node %d at %v", l, size, i, a)
				}
				for k, c := range w.live.boxes[:i] {
					if a.overlaps(boxOf(c)) {
						t.Errorf("%+v %v: nodes %d and %d lie on each other", l, size, k, i)
					}
				}
			}
		}
	}
}

func boxOf(b *waitBox) area {
	p, s := b.inner.Position(), b.inner.Size()
	return area{p.X, p.Y, s.Width, s.Height}
}

// Two tasks that wait for each other's end are a circle without a resource, and
// what is waited for is called what it is.
func TestWaitForJoinsAndKinds(t *testing.T) {
	r := trace.NewRecording(trace.Header{
		Unit: 1, CPUs: 1, Programs: []trace.Program{{}},
		Tasks:     []trace.Task{{Name: "A"}, {Name: "B"}, {Name: "C"}, {Name: "D"}},
		Resources: []trace.Resource{{Name: "s", Kind: trace.Semaphore}, {Name: "crew", Kind: trace.BoundedQueue, Workers: 2}},
		Queues:    []trace.Queue{{CPU: -1}},
	})
	for id := range trace.TaskID(4) {
		r.Append(0, trace.Arrive, id, 0, 0)
	}
	run := func(id trace.TaskID, kind trace.Kind, res int, arg int64) {
		r.Append(0, trace.Dispatch, id, 0, 0)
		r.AppendArg(0, kind, id, 0, res, arg)
	}
	run(0, trace.BlockJoin, 0, 1)
	run(1, trace.BlockJoin, 0, 0)
	run(2, trace.BlockAcquire, 0, 0)
	run(3, trace.BlockJob, 1, 0)
	r.Finish(1)
	var s trace.Snapshot
	r.SnapshotAt(&s, r.Len(), 1)
	scene := newWaitScene(&r.Header, &s, nil)
	if want := "Deadlock: A waits for the end of B; B waits for the end of A. None of them ever goes on."; scene.said != want {
		t.Errorf("%q", scene.said)
	}
	kinds := map[string]string{}
	for _, n := range scene.nodes {
		if !n.task {
			kinds[n.name] = n.kind
		}
	}
	if kinds["s"] != "semaphore" || kinds["crew"] != "pool" {
		t.Errorf("%v", kinds)
	}
}

package widgets

import (
	"image"
	"image/png"
	"os"
	"sort"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

// life is what a task did: pairs of a letter and the time until which it lasted,
// in tenths of a millisecond. R ready, X running, B blocked by the disk, L
// blocked by a lock, C a context switch to it, E the end.
type life struct {
	name    string
	process int
	cpu     int
	from    int
	parts   []part
}

type part struct {
	what  byte
	until int
}

const tenth = 100_000 // nanoseconds

// record makes a recording of lives.
func record(cpus int, lives []life) *trace.Recording {
	h := trace.Header{Unit: 10 * tenth, UnitText: "1ms", CPUs: cpus, Switch: 2 * tenth, Queues: []trace.Queue{{CPU: -1}},
		Policies:  []trace.Policy{{Name: "rr", Slice: 40 * tenth}},
		Resources: []trace.Resource{{Name: "disk", Kind: trace.Device, Servers: 1}, {Name: "balance", Kind: trace.Mutex}},
		Programs: []trace.Program{{Name: "bank.py", Ops: []trace.Op{
			{Text: "def run(n):", Line: 12}, {Text: "for i in range(3):", Depth: 1, Line: 13},
			{Text: "lock.acquire()", Depth: 2, Line: 14}, {Text: "change_it(n)", Depth: 2, Line: 15, Length: 40 * tenth},
			{Text: "lock.release()", Depth: 2, Line: 16}}}}}
	type event struct {
		at   int
		rank int
		kind trace.Kind
		task trace.TaskID
		cpu  int
		obj  int
	}
	var events []event
	for id, l := range lives {
		h.Tasks = append(h.Tasks, trace.Task{Name: l.name, Pid: 1041 + id, Parent: 1040, Process: l.process, Arrival: trace.Time(l.from * tenth)})
		task := trace.TaskID(id)
		add := func(at, rank int, k trace.Kind, obj int) {
			events = append(events, event{at, rank, k, task, l.cpu, obj})
		}
		at, last := l.from, byte('N')
		for _, p := range l.parts {
			switch {
			case last == 'N':
				add(at, 1, trace.Arrive, 0)
			case last == 'X' && (p.what == 'R' || p.what == 'C'):
				add(at, 0, trace.Preempt, 0)
			case last == 'X' && p.what == 'B':
				add(at, 0, trace.BlockIO, 0)
			case last == 'X' && p.what == 'L':
				add(at, 0, trace.BlockLock, 1)
			case last == 'X' && p.what == 'E':
				add(at, 0, trace.Exit, 0)
			case last == 'B':
				add(at, 1, trace.WakeIO, 0)
			case last == 'L':
				add(at, 1, trace.WakeLock, 1)
			}
			switch p.what {
			case 'C':
				add(at, 2, trace.Pick, 0)
			case 'X':
				add(at, 3, trace.Dispatch, 0)
			}
			at, last = p.until, p.what
		}
	}
	sort.SliceStable(events, func(i, j int) bool {
		a, b := events[i], events[j]
		return a.at < b.at || a.at == b.at && a.rank < b.rank
	})
	r := trace.NewRecording(h)
	for _, e := range events {
		r.Append(trace.Time(e.at*tenth), e.kind, e.task, e.cpu, e.obj)
	}
	return r
}

// pictured is the run of the pictures: three processes, round robin.
func pictured() (*trace.Recording, *trace.Lanes) {
	r := record(1, []life{
		{"P1", 0, 0, 0, []part{{'X', 40}, {'R', 120}, {'X', 150}, {'B', 190}, {'R', 285}, {'X', 320}, {'E', 0}}},
		{"P2", 1, 0, 20, []part{{'R', 40}, {'C', 42}, {'X', 82}, {'R', 150}, {'X', 179}, {'R', 210}, {'X', 245}, {'R', 330}, {'X', 360}, {'E', 0}}},
		{"P3", 2, 0, 30, []part{{'R', 82}, {'C', 84}, {'X', 120}, {'R', 245}, {'C', 247}, {'X', 285}, {'L', 360}, {'X', 390}, {'E', 0}}},
	})
	l := trace.NewLanes()
	l.Extend(r)
	return r, l
}

// look is how pictures of widgets are taken.
type look struct {
	dark, projection bool
	scale            float32
}

// open starts an app that looks so.
func (k look) open(t testing.TB) fyne.App {
	font := func(name string) fyne.Resource {
		b, err := os.ReadFile("../assets/fonts/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return fyne.NewStaticResource(name, b)
	}
	if k.scale == 0 {
		k.scale = 1
	}
	a := test.NewTempApp(t)
	a.Settings().SetTheme(NewTheme(k.dark, k.projection, k.scale, font("CJK-Regular.otf"), font("CJK-Bold.otf")))
	return a
}

// shown puts an object in a window of a size.
func shown(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	win := test.NewTempWindow(t, o)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

// save keeps a picture where TIMESLICE_LOOK says, for looking at.
func save(t testing.TB, name string, img image.Image) {
	dir := os.Getenv("TIMESLICE_LOOK")
	if dir == "" {
		return
	}
	f, err := os.Create(dir + "/" + name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

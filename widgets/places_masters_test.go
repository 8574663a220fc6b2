package widgets

import (
	"testing"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// meeting is a scene with a place of each sort: a lock and its condition, both
// with somebody in line, a barrier, a semaphore, a lock for readers and writers,
// a pool and a pipe; and a CPU that has a cache.
func meeting() act {
	h := header(1, "A", "B", "C", "D", "E", "F", "G", "H", "I")
	h.Switch = 0
	h.Cache = &trace.Cache{Size: 100, Warmup: 3 * ms, Rate: 2}
	h.Resources = []trace.Resource{
		{Name: "m", Kind: trace.Mutex}, {Name: "full", Kind: trace.Condition, Lock: 0},
		{Name: "gate", Kind: trace.Barrier, Capacity: 3}, {Name: "printers", Kind: trace.Semaphore, Capacity: 2},
		{Name: "table", Kind: trace.RWLock}, {Name: "crew", Kind: trace.BoundedQueue, Workers: 2},
		{Name: "data", Kind: trace.Pipe, Capacity: 8},
	}
	h.Tasks[0].WorkingSet, h.Tasks[8].WorkingSet = 40, 30
	a := act{trace.NewRecording(h)}
	for i := range 9 {
		a.do(0, trace.Arrive, i, 0, 0)
	}
	run := func(task int, kinds ...func()) {
		a.do(1, trace.Dispatch, task, 0, 0)
		for _, k := range kinds {
			k()
		}
	}
	happens := func(task int, k trace.Kind, object int, arg ...int64) func() {
		return func() { a.do(1, k, task, 0, object, arg...) }
	}
	run(1, happens(1, trace.Lock, 0), happens(1, trace.BlockWait, 1, 1))
	run(2, happens(2, trace.BlockBarrier, 2))
	run(3, happens(3, trace.BlockBarrier, 2))
	run(4, happens(4, trace.LockRead, 4), happens(4, trace.Preempt, 0))
	run(5, happens(5, trace.BlockLock, 4))
	run(6, happens(6, trace.BlockGet, 5))
	run(7, happens(7, trace.OpenEnd, 6, 3), happens(7, trace.Write, 6, 5), happens(7, trace.BlockAcquire, 3))
	run(0, happens(0, trace.Lock, 0), happens(0, trace.Preempt, 0))
	run(8, happens(8, trace.BlockLock, 0))
	a.do(1, trace.Warm, 8, 0, 0)
	run(0)
	a.do(4, trace.Warm, 0, 0, 0)
	a.Finish(10 * ms)
	return a
}

// The places, and what is drawn of processes, waits and memory: pictures to be
// looked at when they change.
func TestPlaceMasters(t *testing.T) {
	words := wordsIn(t, "en")
	stage := func(name string, a act, at float64, w, h float32, l look) {
		t.Helper()
		if l.projection {
			l.scale = ProjectionScale(720)
		}
		l.open(t)
		s := NewStage()
		s.SetWords(words)
		s.height = 720
		s.InTrouble = func(id trace.TaskID) bool { return id == 1 }
		s.SetProjection(l.projection)
		win := shown(t, s, w, h)
		head := a.Header
		s.SetRun(&head)
		s.SetSnapshot(a.at(at), false)
		s.Select(0)
		assertLooksLike(t, "stage/"+name+".png", win.Canvas().Capture())
	}
	stage("places", meeting(), 5, 1050, 405, look{})
	stage("places-room", meeting(), 5, 1240, 400, look{projection: true, dark: true})
	stage("processes", household(), 5.5, 830, 300, look{})
	stage("processes-room", household(), 5.5, 1240, 370, look{projection: true})
	words = wordsIn(t, "zh_Hans")
	stage("places-zh", meeting(), 5, 1050, 405, look{dark: true})
	words = wordsIn(t, "en")

	small := func(name string, w, h float32, o fyne.CanvasObject) {
		win := shown(t, o, w, h)
		assertLooksLike(t, name+".png", win.Canvas().Capture())
	}
	look{}.open(t)
	var s trace.Snapshot
	tree := NewProcessTree(words)
	r := family()
	r.Snapshot(&s, 9)
	tree.SetSnapshot(&r.Header, &s, 0)
	small("views/tree", 760, 260, tree)
	graph := NewWaitFor(words)
	r = waiting()
	r.Snapshot(&s, 10)
	graph.SetSnapshot(&r.Header, &s)
	small("views/waits", 760, 340, graph)
	table := NewOutcomes("Play")
	table.SetOutcomes([]Outcome{
		{Text: "balance = 150", Mark: "1 update is lost", Order: "such as T1×2 T2×3 T1", Count: "18  90%", Share: 0.9},
		{Text: "balance = 200", Order: "such as T1×3 T2×3", Count: "2  10%", Share: 0.1},
	})
	small("views/outcomes", 760, 130, table)
	memory := NewMemory()
	memory.SetCells([]Cell{{"balance", "150", -1, true}, {"T1 acc", "150", 0, false}, {"T2 acc", "-7", 1, true}, {"worker.count", "1234567", 1, false}})
	small("views/memory", 760, 40, memory)
	bank := NewBank()
	bank.SetLook(BankLook{
		Resources: []string{"A", "B"}, Has: "has", Needs: "may still ask for", FreeTitle: "free", Free: []string{"5", "3"},
		Rows: []BankRow{
			{Name: "P0", Has: []string{"0", "1"}, Needs: []string{"7", "4"}, Mark: BankLooked, Said: "not enough"},
			{Name: "P1", Has: []string{"2", "0"}, Needs: []string{"1", "2"}, Mark: BankEnded, Said: "ends as number 1"},
			{Name: "P2", Has: []string{"3", "12"}, Needs: []string{"0", "1"}, Mark: BankEnds, Said: "ends as number 2"},
			{Name: "P3", Has: []string{"3", "1"}, Needs: []string{"9", "9"}, Mark: BankStuck, Said: "never ends"},
			{Name: "P4", Has: []string{"3", "1"}, Needs: []string{"2", "9"}},
		},
	})
	small("views/bank", 760, 260, bank)
	lanes := newPictured()
	lanes.SetWords(words)
	lanes.SetNotices([]trace.Notice{
		{Kind: trace.NoticeStarvation, At: lanes.end / 3, From: 0, To: lanes.end / 2, Tasks: []trace.TaskID{0}, Times: 20},
		{Kind: trace.NoticeDeadlock, At: lanes.end / 2, From: lanes.end / 2, To: trace.Never, Tasks: []trace.TaskID{1, 2}},
	})
	small("timeline/notices", 760, 180, lanes)
}

package explore

import (
	"slices"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// chooser is the policy under which a run is explored: whenever the CPU is free,
// and between any two operations of a task, it asks who does the next of those
// who can. The policy called schedule follows what it has written down.
type chooser struct {
	v       *sim.View
	ready   []sim.TaskID // by number
	pending sim.TaskID   // whom the CPU was taken away for
	asked   bool
	counted int // operations done when it last asked

	// decide chooses; the running task, if there is one, is the first of the
	// options.
	decide func(options []sim.TaskID) sim.TaskID
	order  []sim.TaskID // who did each operation
	now    sim.TaskID   // who was chosen last
	stop   bool         // no need to go on
}

func (p *chooser) Attach(v *sim.View) { p.v, p.pending, p.now = v, sim.NoTask, sim.NoTask }

func (p *chooser) Describe() sim.Description { return sim.Description{Name: "schedule"} }

func (p *chooser) Enqueue(task sim.TaskID, _ sim.Reason) {
	at, _ := slices.BinarySearch(p.ready, task)
	p.ready = slices.Insert(p.ready, at, task)
}

func (p *chooser) Remove(task sim.TaskID) {
	if at, ok := slices.BinarySearch(p.ready, task); ok {
		p.ready = slices.Delete(p.ready, at, at+1)
	}
}

func (p *chooser) Pick(cpu int) (sim.TaskID, bool) {
	task := p.pending
	p.pending = sim.NoTask
	if _, ready := slices.BinarySearch(p.ready, task); !ready {
		task = p.ask(sim.NoTask)
	}
	p.Remove(task)
	return task, true
}

// Victim asks between two operations of which the second takes time.
func (p *chooser) Victim() (int, bool) {
	running, ok := p.v.Running(0)
	done, last := p.v.Done()
	if !ok || last != p.v.Now() || p.asked && done == p.counted {
		return 0, false
	}
	return 0, p.away(running)
}

// Pause asks between two operations of which the second takes none.
func (p *chooser) Pause(task sim.TaskID) bool { return p.away(task) }

// away asks whether another is to have the CPU.
func (p *chooser) away(running sim.TaskID) bool {
	if task := p.ask(running); task != running {
		p.pending = task
		return true
	}
	return false
}

// ask chooses among those who can run, the running task among them, and writes
// down who did what was done since it last asked.
func (p *chooser) ask(running sim.TaskID) sim.TaskID {
	p.account()
	p.asked = true
	options := p.ready
	if running != sim.NoTask {
		options = append([]sim.TaskID{running}, options...)
	}
	if p.now = options[0]; !p.stop {
		p.now = p.decide(options)
	}
	return p.now
}

func (p *chooser) account() {
	done, _ := p.v.Done()
	for ; p.counted < done; p.counted++ {
		p.order = append(p.order, p.now)
	}
}

// watcher notes what the events of a run say that its state doesn't: what was
// printed, how tasks ended, and which updates were lost.
type watcher struct {
	seen    int // events
	printed []Line
	exits   []int64 // by task
	losses  *trace.Losses
}

func newWatcher(h *trace.Header) *watcher { return &watcher{losses: trace.NewLosses(h)} }

// watch takes in the events that are new.
func (w *watcher) watch(r *trace.Recording) {
	h := &r.Header
	for len(w.exits) < len(h.Tasks) {
		w.exits = append(w.exits, 0)
	}
	w.losses.Watch(r)
	for i, e := range r.Events(w.seen) {
		w.seen = i + 1
		switch e.Kind {
		case trace.Print:
			w.printed = append(w.printed, Line{e.Task, h.Texts[e.Object].With(e.Arg)})
		case trace.Exit:
			w.exits[e.Task] = e.Arg
		}
	}
}

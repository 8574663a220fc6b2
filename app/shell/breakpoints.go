package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// A breakpoint is something at which playing stops by itself, and to which one may
// go at once.
type breakpoint uint8

const (
	breakContended breakpoint = iota // a lock is asked for that another has
	breakDeadlock
	breakMissed // a deadline
	breakLost   // an update
	breakCrash
	breakTask // one task changes its state

	breakpointsThere
)

// breakpointIDs are the keys of their names in the translations.
var breakpointIDs = [breakpointsThere]string{"break.contended", "break.deadlock", "break.missed", "break.lost", "break.crash", "break.task"}

// breakpoints are those that are set.
type breakpoints struct {
	set    [breakpointsThere]bool
	task   string // whose states breakTask is about, by name: it outlives a rerun
	run    *trace.Recording
	id     trace.TaskID // of task in run
	losses *trace.Losses
}

// any reports whether there is one at all.
func (b *breakpoints) any() bool { return slices.Contains(b.set[:], true) }

// watch makes the breakpoints ready for a run, which may have grown.
func (b *breakpoints) watch(r *trace.Recording) {
	if b.run == r {
		return
	}
	if b.run == nil || b.losses == nil || b.run.Header.ID != r.Header.ID || r.Len() < b.run.Len() {
		b.losses = trace.NewLosses(&r.Header)
		b.losses.Keep = true
	}
	b.run, b.id = r, trace.NoTask
	for i := range r.Header.Tasks {
		if r.Header.Tasks[i].Name == b.task {
			b.id = trace.TaskID(i)
			break
		}
	}
	if b.set[breakLost] {
		b.losses.Watch(r)
	}
}

// at returns the first breakpoint that an event of the run meets; ok is false if it
// meets none.
func (b *breakpoints) at(i int, e trace.Event) (at breakpoint, ok bool) {
	switch e.Kind {
	case trace.BlockLock, trace.BlockRead, trace.Spin:
		at, ok = breakContended, true
	case trace.Deadlock, trace.DeadlockJoin:
		at, ok = breakDeadlock, true
	case trace.Miss:
		at, ok = breakMissed, true
	case trace.Crash:
		at, ok = breakCrash, true
	}
	if ok && b.set[at] {
		return at, true
	}
	if b.set[breakLost] {
		after := func(l trace.Loss, event int) int { return l.Event - event }
		if _, lost := slices.BinarySearchFunc(b.losses.Found, i+1, after); lost {
			return breakLost, true
		}
	}
	if b.set[breakTask] && e.Task == b.id && b.id != trace.NoTask {
		if _, changes := e.Kind.To(); changes {
			return breakTask, true
		}
	}
	return 0, false
}

// watchBreakpoints lets the player stop where the breakpoints that are set say.
func (s *Shell) watchBreakpoints() {
	b := &s.breakpoints
	if !b.any() {
		s.player.halts = nil
		return
	}
	b.watch(s.player.run)
	s.player.halts = func(i int, e trace.Event) bool {
		_, meets := b.at(i, e)
		return meets
	}
}

// toBreakpoint goes on to the next event that meets a breakpoint, or to the end;
// without breakpoints it offers them.
func (s *Shell) toBreakpoint() {
	if !s.breakpoints.any() {
		s.chooseBreakpoints()
		return
	}
	s.watchBreakpoints()
	s.step(func() { s.player.forwardToHalt() }, false)
}

// backToBreakpoint goes back to the last one before, or to the start.
func (s *Shell) backToBreakpoint() {
	if !s.breakpoints.any() {
		s.chooseBreakpoints()
		return
	}
	s.watchBreakpoints()
	s.step(func() { s.player.backToHalt() }, false)
}

// haltSentence says at which breakpoint the play-head stopped; ok is false if it
// didn't.
func (s *Shell) haltSentence() (said string, ok bool) {
	i := s.player.halted
	if i < 0 || i >= s.player.run.Len() {
		return "", false
	}
	at, ok := s.breakpoints.at(i, s.player.run.Event(i))
	if !ok {
		return "", false
	}
	return s.words.T("break.at", "What", s.words.T(breakpointIDs[at], "Task", s.breakpoints.task)), true
}

// chooseBreakpoints opens the list of what one may stop at.
func (s *Shell) chooseBreakpoints() {
	b := &s.breakpoints
	title := widget.NewLabel(s.words.T("break.title"))
	title.SizeName, title.Importance = theme.SizeNameCaptionText, widget.LowImportance
	list := container.NewVBox(title)
	for i := range breakTask {
		check := s.newCheck(b.set[i], func(on bool) {
			b.set[i] = on
			s.breakpointsChanged()
		})
		check.Text = s.words.T(breakpointIDs[i])
		list.Add(check)
	}
	none := s.words.T("break.none")
	names := []string{none}
	h := &s.session.seen.Header
	for i := range min(len(h.Tasks), mostBreakTasks) {
		names = append(names, h.Tasks[i].Name)
	}
	task := s.newChoice(names)
	task.Selected = none
	if b.set[breakTask] {
		task.Selected = b.task
	}
	task.OnChanged = func(name string) {
		b.set[breakTask] = name != none
		b.task = name
		s.breakpointsChanged()
	}
	list.Add(container.NewBorder(nil, nil, widget.NewLabel(s.words.T("break.task.choose")), nil, task))
	s.popUnder(s.parts.bar.workload, list, fyne.Size{})
}

// mostBreakTasks is how many tasks the list offers.
const mostBreakTasks = 200

func (s *Shell) breakpointsChanged() {
	s.breakpoints.run = nil
	s.watchBreakpoints()
}

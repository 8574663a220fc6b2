package widgets

import (
	"strconv"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"timeslice/sim/trace"
)

func width(s string, size float32, style fyne.TextStyle) float32 {
	return fyne.MeasureText(s, size, style).Width
}

// secondStyle is the style of a token's second line.
func secondStyle(s string) fyne.TextStyle {
	if ascii(s) {
		return mono
	}
	return plain
}

// specNow returns what the layout depends on as it is now, except for the widths
// of words, which change only with the run, the words and the theme.
func (s *Stage) specNow() stageSpec {
	spec := s.spec
	size := s.Size()
	spec.W, spec.H, spec.Project = size.Width, size.Height, s.project
	spec.Tasks = min((len(s.header.Tasks)+5)/6*6, manyTasks) // in steps, so that one more changes little
	spec.Queues, spec.CPUs, spec.Places = len(s.header.Queues), s.header.CPUs, s.places()
	spec.Stopped, spec.Zombies = s.scene.stops, s.scene.zombies
	spec.Away, spec.Three = s.states == SevenStates, s.states == ThreeStates
	spec.Zombies = spec.Zombies && !spec.Three
	spec.PerCPU = perCPU(s.header)
	spec.Ring, spec.Cache = s.ringed(), s.header.Cache != nil
	return spec
}

// perCPU reports whether each CPU has a queue of its own and there are no others.
func perCPU(h *trace.Header) bool {
	for i, q := range h.Queues {
		if q.CPU != i {
			return false
		}
	}
	return h.CPUs > 1 && len(h.Queues) == h.CPUs
}

// ringed reports whether slices matter in this run.
func (s *Stage) ringed() bool {
	if s.spec.Ring && s.scene.header == s.header {
		return true
	}
	for _, p := range s.header.Policies {
		if p.Slice > 0 {
			return true
		}
	}
	if s.shot != nil {
		for i := range s.shot.CPUs {
			if s.shot.CPUs[i].Slice > 0 {
				return true
			}
		}
	}
	return s.header.Switch > 0
}

// runsInJobs reports whether one of the first tasks waits for releases.
func runsInJobs(h *trace.Header) bool {
	for i := range min(len(h.Tasks), 10000) {
		if h.Tasks[i].InJobs() {
			return true
		}
	}
	return false
}

// arrange measures the words and lays everything out.
func (s *Stage) arrange() {
	if s.header == nil || s.Size().Width < 40 || s.style.age == 0 {
		return
	}
	if s.scene.header != s.header {
		s.scene.header = s.header
		s.furniture()
		s.spec.Ring = false
		u := unitOf(s.header.Unit, s.header.UnitText)
		s.texts.measure(u.Size, u.Name)
	}
	t := s.Theme().Size(theme.SizeNameText)
	s.spec.T = t
	s.spec.Line = fyne.MeasureText("Ag", 100, bold).Height / 100
	s.spec.Least = min(1, 11/t)
	if s.project {
		t = max(t, s.pictureHeight()/34)
		s.spec.T, s.spec.Least = t, min(1, s.pictureHeight()/34/t)
	}
	s.spec.Stroke = s.Theme().Size(SizeLine)
	s.spec.Widths = s.widths(t)
	s.spec = s.specNow()
	s.layout = layoutStage(s.spec)
	s.style.resize(&s.layout, s.spec.Line, s.project)
	s.view.fits = nil
	s.furnish()
}

// pictureHeight is that of the window, if the stage is in one.
func (s *Stage) pictureHeight() float32 {
	if s.height > 0 {
		return s.height
	}
	if app := fyne.CurrentApp(); app != nil {
		if c := app.Driver().CanvasForObject(s); c != nil {
			return max(c.Size().Height, s.Size().Height)
		}
	}
	return s.Size().Height
}

// widths measures the words.
func (s *Stage) widths(t float32) (w stageWidths) {
	typ := stageType{t, 1}
	small := typ.small(s.project)
	count := width(strconv.Itoa(max(len(s.header.Tasks), 10)), typ.text(), plain)
	for i := range w.Title {
		w.Title[i] = 1.2*typ.title() + width(s.boxTitle(i), typ.title(), bold) + 0.6*t + count
	}
	for i := range w.Arrow {
		w.Arrow[i] = width(s.arrowText(i, false), small, bold)
		w.Short[i] = width(s.arrowText(i, true), small, bold)
	}
	longest := s.longestName()
	w.Name = width(longest, typ.name(), bold)
	if s.states == LinuxStates {
		w.Name += width(" D", typ.name(), bold)
	}
	for _, c := range trace.Causes() {
		text := s.texts.get(phraseCause, int64(c))
		w.Second = max(w.Second, width(text, small, secondStyle(text)))
	}
	for _, text := range []string{s.texts.make(phraseLeft, 88), s.texts.make(phraseAt, 880), s.texts.make(phrasePC, 88)} {
		w.Second = max(w.Second, width(text, small, secondStyle(text)))
	}
	w.CPU = width(s.texts.make(phraseCPU, int64(max(s.header.CPUs-1, 0))), small, plain) + 0.1*t
	w.CPUNumber = width(s.texts.get(phrasePlain, int64(max(s.header.CPUs-1, 0))), small, plain) + 0.1*t
	for i := range min(len(s.header.Queues), 64) {
		w.Queue = max(w.Queue, width(s.queueName(i), small, plain))
	}
	for i := range min(len(s.header.Resources), 64) {
		r := &s.header.Resources[i]
		name := width(s.placeName(i), t, bold) + 0.3*t
		w.Place, w.Line = max(w.Place, name), max(w.Line, name+2.5*t)
		if r.Kind == trace.Pipe {
			full := width(s.texts.filled(s.placeName(i), i, r.Capacity, r.Capacity), t, bold) + 0.5*t
			w.Place = max(w.Place, full, 5*t+width(s.texts.ends(8, 8), small, plain))
			w.Line = max(w.Line, full)
		}
		if r.Network != nil {
			filled := width(s.placeName(i)+"  8/8", t, bold) + 0.5*t
			w.Place, w.Line = max(w.Place, filled), max(w.Line, filled)
		}
		if r.Kind == trace.BoundedQueue {
			n := float32(min(r.Capacity, 6))
			if r.Capacity == 0 {
				n = 5
			}
			filled := width(s.placeName(i)+"  8/8", t, bold) + 0.5*t // small type runs wider
			w.Place, w.Line = max(w.Place, filled, n*1.9*t), max(w.Line, filled)
		}
		if r.Kind.Owned() || r.Kind == trace.Semaphore {
			w.Line = max(w.Line, name+1.8*t+min(width(longest, small, plain), 4*t))
			w.Place = max(w.Place, width(s.words.say("stage.lock.held", "Task", longest), small, plain)+1.3*t)
		}
	}
	for i := range min(len(s.header.Resources), 64) {
		if s.header.Resources[i].Kind == trace.RWLock { // two who read
			w.Place = max(w.Place, width(s.words.say("stage.rwlock.read", "Task", longest+", "+longest), small, plain)+1.3*t)
		}
	}
	for i := range s.scene.extras {
		name := width(s.placeName(len(s.header.Resources)+i), t, bold)
		w.Place, w.Line = max(w.Place, name), max(w.Line, name)
		if s.scene.extras[i] == extraJoin {
			w.Place = max(w.Place, width(s.words.say("stage.join.end"), small, plain)+0.2*t)
		}
	}
	w.Place, w.Line = min(w.Place, 14*t), min(w.Line, 16*t)
	return w
}

// namesAt is at what size names are compared.
const namesAt = 20

// longestName returns the name that takes most room, or one of that many letters.
func (s *Stage) longestName() string {
	longest, most, wide := "P1", 0, float32(0)
	for i := range s.header.Tasks {
		name := s.header.Tasks[i].Name
		n := utf8.RuneCountInString(name)
		if n < most || n == most && i >= namesMeasured {
			continue
		}
		if w := width(name, namesAt, bold); n > most || w > wide {
			longest, most, wide = name, n, w
		}
	}
	return longest
}

// arrowText says an arrow's name; its short form may be the same or nothing.
func (s *Stage) arrowText(arrow int, short bool) string {
	id := [arrows]string{"arrow.admit", "arrow.dispatch", "arrow.preempt", "arrow.block", "arrow.wake", "arrow.exit",
		"arrow.stop", "arrow.continue", arrowSuspend: "arrow.suspend", arrowActivate: "arrow.activate"}[arrow]
	switch {
	case id == "":
		return ""
	case arrow == arrowPreempt && !s.sliced():
		id = "arrow.preempt.any"
	case short && (arrow == arrowPreempt || arrow == arrowBlock):
		id += ".short"
	}
	return s.words.say(id)
}

// sliced reports whether tasks have a slice to use up.
func (s *Stage) sliced() bool {
	for _, p := range s.header.Policies {
		if p.Slice > 0 {
			return true
		}
	}
	return false
}

func (s *Stage) queueName(i int) string {
	q := &s.header.Queues[i]
	switch {
	case q.CPU >= 0:
		return s.words.say("stage.cpu", "Index", q.CPU)
	case q.Name == "":
		return ""
	}
	if _, err := strconv.Atoi(q.Name); err == nil {
		return s.words.say("stage.level", "Index", q.Name)
	}
	return q.Name
}

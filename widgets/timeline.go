package widgets

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Timeline shows when each task, or each CPU, did what: a lane for each, an axis
// below, the instant shown as a line through all. What is long shows as it was;
// what is too short to be told apart is merged, so that drawing costs the same
// for ten spans and for ten million.
//
// A click or a drag seeks, the wheel zooms about the pointer, a drag with another
// button or a wheel turned sideways pans. The wheel over the names scrolls.
type Timeline struct {
	widget.BaseWidget

	OnSeek   func(trace.Time)
	OnView   func(View)         // the reader zoomed or panned
	OnSelect func(trace.TaskID) // the reader clicked a task's name
	// OnHover is told what is under the pointer and returns what to say about it
	// beside the title.
	OnHover func(Hover) string
	// Backing is the colour of what the timeline lies on; a projection covers the
	// future with it. "" is the page.
	Backing fyne.ThemeColorName

	words                 Words
	title, subtitle, note string

	header  *trace.Header
	lanes   *trace.Lanes
	end     trace.Time
	unit    Unit
	longest float32 // widest name, as a multiple of the size of text
	jobs    bool    // some task runs in jobs
	drops   bool    // some task's jobs are dropped at their deadlines

	notices   []trace.Notice
	noticesOf map[trace.TaskID][]int // of each task
	noticed   []trace.NoticeKind     // that there are

	at trace.Time

	view       View
	fitted     bool // the view follows the run's end
	scroll     float32
	byCPU      bool
	projection bool
	selected   trace.TaskID

	hover    Hover
	hoverAt  float32 // x, where the thin line is; <0 if nowhere
	hoverSay string
	drag     timelineDrag
	live     *timelineRenderer
	version  int // of what is painted, but for view, size and colours
}

// Hover is what is under the pointer. Without OK there is nothing.
type Hover struct {
	OK     bool
	Time   trace.Time
	Task   trace.TaskID // of the lane, or whom the CPU ran; NoTask if none
	CPU    int          // of a CPU's lane, else -1
	InSpan bool
	Span   trace.Span // if InSpan
	InJob  bool
	Job    trace.Job // if InJob: the one the task is at, as it is known at the end of what is recorded
}

// NewTimeline makes an empty timeline.
func NewTimeline(words Words) *Timeline {
	t := &Timeline{words: words, fitted: true, hoverAt: -1, selected: trace.NoTask, unit: Unit{Size: 1}, view: View{To: 1}}
	t.ExtendBaseWidget(t)
	return t
}

// SetWords changes the language.
func (t *Timeline) SetWords(words Words) {
	t.words = words
	t.Refresh()
}

// SetTitle says what is shown: "Simulated", "Round robin, q = 4 ms", and a note
// such as how it differs from the timeline above. Without all three there is no
// title line.
func (t *Timeline) SetTitle(title, subtitle, note string) {
	if t.title == title && t.subtitle == subtitle && t.note == note {
		return
	}
	t.title, t.subtitle, t.note = title, subtitle, note
	t.Refresh()
}

// SetRecording shows a run from 0 to end, which may be later than what lanes
// hold: timelines one below the other are given the end of the longest. It is
// called again whenever the lanes have grown.
func (t *Timeline) SetRecording(h *trace.Header, lanes *trace.Lanes, end trace.Time) {
	if h != t.header && h != nil {
		t.unit = UnitOf(h)
	}
	t.header, t.lanes, t.end = h, lanes, end
	t.jobs, t.drops = false, false
	if h != nil {
		for i := range h.Tasks {
			t.jobs = t.jobs || h.Tasks[i].InJobs()
			t.drops = t.drops || h.Tasks[i].AbortOnMiss
		}
	}
	if t.fitted {
		t.view = Fit(end, t.unit.Size)
	}
	t.measureNames()
	t.version++
	t.Refresh()
}

// namesMeasured is how many names decide how much room names get.
const namesMeasured = 64

// measureNames finds out how wide the longest name is, as a multiple of the size
// of text.
func (t *Timeline) measureNames() {
	const size = 20
	t.longest = 0
	if t.header == nil {
		return
	}
	for _, task := range t.header.Tasks[:min(len(t.header.Tasks), namesMeasured)] {
		t.longest = max(t.longest, fyne.MeasureText(task.Name, size, bold).Width/size)
	}
}

// SetTime moves the play-head. It costs next to nothing.
func (t *Timeline) SetTime(at trace.Time) {
	if at == t.at {
		return
	}
	t.at = at
	if r := t.renderer(); r != nil {
		r.placeHead()
	}
}

// Time returns where the play-head is.
func (t *Timeline) Time() trace.Time { return t.at }

// InSight reports whether an instant is shown.
func (t *Timeline) InSight(at trace.Time) bool { return at >= t.view.From && at <= t.view.To }

// Follow shows the play-head again if it has left what is shown. It turns pages.
func (t *Timeline) Follow() {
	if !t.fitted {
		t.changeView(t.view.Follow(t.at, t.end))
	}
}

// SetView shows a stretch of time; OnView isn't called.
func (t *Timeline) SetView(v View) {
	t.fitted = false
	if v == t.view {
		return
	}
	t.view = v
	t.Refresh()
}

// View returns the stretch of time shown.
func (t *Timeline) View() View { return t.view }

// ShowAll shows the whole run, and goes on doing so while it grows.
func (t *Timeline) ShowAll() {
	t.changeView(Fit(t.end, t.unit.Size))
	t.fitted = true
}

// ZoomBy multiplies the length of time shown, about the play-head if it is in
// sight, else about the middle.
func (t *Timeline) ZoomBy(factor float64) {
	about := t.at
	if about < t.view.From || about > t.view.To {
		about = t.view.From + t.view.Span()/2
	}
	t.changeView(t.view.Zoom(about, factor, t.end))
}

// PanBy moves the view by a part of its length, to later if positive.
func (t *Timeline) PanBy(part float64) {
	t.changeView(t.view.Pan(trace.Time(math.Round(float64(t.view.Span())*part)), t.end))
}

// ScrollBy scrolls by a number of lanes, down if positive.
func (t *Timeline) ScrollBy(lanes int) { t.scrollTo(t.scroll + float32(lanes)*t.frame().pitch) }

// SetByCPU shows a lane for each CPU instead of each task.
func (t *Timeline) SetByCPU(byCPU bool) {
	if t.byCPU == byCPU {
		return
	}
	t.byCPU, t.scroll = byCPU, 0
	t.version++
	t.Refresh()
}

// ByCPU says whether there is a lane for each CPU.
func (t *Timeline) ByCPU() bool { return t.byCPU }

// SetProjection shows the timeline for a room: large lanes, and nothing of what
// comes after the play-head.
func (t *Timeline) SetProjection(projection bool) {
	if t.projection == projection {
		return
	}
	t.projection = projection
	t.version++
	t.MouseOut()
	t.Refresh()
}

// SetSelected marks a task's lane; NoTask marks none.
func (t *Timeline) SetSelected(id trace.TaskID) {
	if t.selected == id {
		return
	}
	t.selected = id
	t.reveal(int(id))
	t.Refresh()
}

// reveal scrolls as far as is needed to show the lane of a task.
func (t *Timeline) reveal(lane int) {
	f := t.frame()
	if t.byCPU || lane < 0 || lane >= t.Lanes() || f.pitch <= 0 {
		return
	}
	top := float32(lane) * f.pitch
	t.scroll = f.within(min(max(t.scroll, top+f.pitch-f.lanesH), top))
}

// Lanes returns how many lanes there are.
func (t *Timeline) Lanes() int {
	switch {
	case t.lanes == nil:
		return 0
	case t.byCPU:
		return t.header.CPUs
	}
	return min(t.lanes.Tasks(), len(t.header.Tasks))
}

// row returns a lane for painting.
func (t *Timeline) row(i int) laneRow {
	if t.byCPU {
		return laneRow{lane: t.lanes.CPU(i), ended: -1, byCPU: true}
	}
	id := trace.TaskID(i)
	r := laneRow{lane: t.lanes.Task(id), ended: -1, id: id}
	if t.jobs && t.header.Tasks[i].InJobs() {
		r.jobs = t.lanes
	}
	if at, ok := t.lanes.Ended(id); ok {
		r.ended, r.killed = at, t.lanes.Killed(id)
	}
	return r
}

// name returns what a lane is called.
func (t *Timeline) name(i int) string {
	if t.byCPU {
		return t.words.say("stage.cpu", "Index", i)
	}
	return t.header.Tasks[i].Name
}

// frame returns where everything is at the present size.
func (t *Timeline) frame() laneFrame {
	return t.frameIn(t.Size())
}

func (t *Timeline) frameIn(size fyne.Size) laneFrame {
	th := t.Theme()
	f := laneFrame{
		em: th.Size(theme.SizeNameText), small: th.Size(theme.SizeNameCaptionText),
		titled: t.title != "" || t.subtitle != "" || t.note != "" || t.jobs && !t.byCPU, projection: t.projection, lanes: t.Lanes(),
	}
	f.longest = t.longest * f.em
	f.place(size.Width, size.Height)
	return f
}

// MinSize has room for three lanes.
func (t *Timeline) MinSize() fyne.Size {
	t.ExtendBaseWidget(t)
	f := t.frameIn(fyne.Size{})
	return fyne.NewSize(f.em*22, f.heightFor(min(max(f.lanes, 1), 3), false))
}

// PreferredHeight returns the height at which that many lanes, or all if there
// are fewer, have all the room they can use.
func (t *Timeline) PreferredHeight(lanes int) float32 {
	f := t.frameIn(fyne.Size{})
	return f.heightFor(min(max(f.lanes, 1), lanes), true)
}

// ReadableHeight returns the height at which all lanes, but no more than that many,
// are in sight.
func (t *Timeline) ReadableHeight(lanes int) float32 {
	f := t.frameIn(fyne.Size{})
	return f.heightFor(min(max(f.lanes, 1), lanes), false)
}

func (t *Timeline) changeView(v View) {
	t.fitted = false
	if v == t.view {
		return
	}
	t.view = v
	t.Refresh()
	if t.OnView != nil {
		t.OnView(v)
	}
}

func (t *Timeline) scrollTo(y float32) {
	f := t.frame()
	y = f.within(y)
	if y == t.scroll {
		return
	}
	t.scroll = y
	t.Refresh()
}

// Describe says in words what every lane does at the play-head.
func (t *Timeline) Describe() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(t.title + " " + t.subtitle))
	for i := range t.Lanes() {
		s, ok := t.row(i).lane.At(t.at)
		switch {
		case !ok && t.byCPU:
			b.WriteString("\n" + t.name(i) + ": " + t.words.say("state.idle"))
			continue
		case !ok:
			state := trace.New
			if at, over := t.lanes.Ended(trace.TaskID(i)); over && at <= t.at {
				state = trace.Terminated
			}
			b.WriteString("\n" + t.name(i) + ": " + t.words.say("state."+state.String()))
			continue
		}
		name := t.name(i)
		if t.byCPU && int(s.Task) < len(t.header.Tasks) {
			name += ": " + t.header.Tasks[s.Task].Name
		}
		state := t.words.say("state." + s.State.String())
		if t.projection || s.End > t.at && s.End >= t.lanes.End() {
			b.WriteString("\n" + name + ": " + state)
		} else {
			b.WriteString("\n" + t.words.say("timeline.text", "Task", name, "State", state, "Time", t.unit.Format(s.End)))
		}
		if j, ok := t.lanes.JobAt(trace.TaskID(i), t.at); ok && !t.byCPU {
			b.WriteString("  ·  " + jobText(&j, t.unit, t.words))
		}
	}
	return b.String()
}

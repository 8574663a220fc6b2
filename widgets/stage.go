package widgets

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Stage shows a run at an instant as the state diagram that every textbook
// draws, with the tasks as tokens in it: new, the ready queues with their heads
// next to the CPUs, the CPUs with the slice that empties, the places to wait at,
// and those that ended. Tokens travel along the arrows.
//
// It is fed from one goroutine, the one that draws.
type Stage struct {
	widget.BaseWidget

	// OnNote is called when somebody asks to be told more than the note says.
	OnNote func() `json:"-"`
	// OnSelect is called when somebody chooses a task.
	OnSelect func(trace.TaskID) `json:"-"`
	// ExitCode says how a task ended, which a snapshot doesn't; may be nil.
	ExitCode func(trace.TaskID) (code int64, ok bool) `json:"-"`
	// InTrouble says whether a task is in a deadlock, starves or the like at the
	// instant shown; may be nil.
	InTrouble func(trace.TaskID) bool `json:"-"`

	header   *trace.Header
	shot     *trace.Snapshot
	words    Words
	project  bool
	lasts    time.Duration // of a motion
	selected trace.TaskID
	chosen   trace.TaskID // to run next, while it still is ready
	note     struct {
		title string
		texts []string
	}
	height float32 // of the picture, in projection; 0 = that of the window

	texts  phrases
	style  stageStyle
	spec   stageSpec
	layout stageLayout
	scene  scene
	view   *stageView
}

var _ fyne.Tappable = (*Stage)(nil)

// NewStage returns an empty stage.
func NewStage() *Stage {
	s := &Stage{selected: trace.NoTask, chosen: trace.NoTask, lasts: 320 * time.Millisecond}
	s.texts.name = s.taskName
	s.view = newStageView(&s.style)
	s.ExtendBaseWidget(s)
	return s
}

// SetRun sets what the next snapshots are of. The header of the same run, grown,
// changes nothing else; that of another clears the stage.
func (s *Stage) SetRun(h *trace.Header) {
	if s.sameRun(h) {
		if len(h.Resources) > len(s.header.Resources) { // places are numbered anew
			s.shot = nil
			s.clearScene()
		}
		s.header, s.scene.header = h, h
		return
	}
	s.header, s.shot = h, nil
	s.selected = trace.NoTask
	s.texts.reset()
	s.clearScene()
	s.Refresh()
}

// sameRun reports whether a header is that of the run shown, perhaps grown.
func (s *Stage) sameRun(h *trace.Header) bool {
	old := s.header
	return h != nil && old != nil && s.scene.header == old && h.ID == old.ID && h.ID != "" &&
		h.CPUs == old.CPUs && len(h.Resources) >= len(old.Resources) &&
		len(h.Tasks) >= len(old.Tasks) && len(h.Queues) >= len(old.Queues)
}

// SetSnapshot shows a snapshot of the run. The stage keeps it to draw itself anew when
// its size or the theme changes, until the next one. If animate is set, tokens
// travel from where they are; for a jump in time it isn't.
func (s *Stage) SetSnapshot(shot *trace.Snapshot, animate bool) {
	s.shot = shot
	if s.header == nil || shot == nil {
		return
	}
	if s.specNow() != s.spec {
		s.arrange()
		animate = false
	}
	s.update(animate)
}

// Advance lets time go by for tokens under way and reports whether any still
// is. It is called from the one animation of the window.
func (s *Stage) Advance(dt time.Duration) (moving bool) { return s.advance(dt) }

// Select marks a task; trace.NoTask marks none.
func (s *Stage) Select(id trace.TaskID) {
	if s.selected == id {
		return
	}
	s.selected = id
	s.update(true)
}

// SetChosen marks the task that a CPU has chosen and that is still ready, as if the
// switch to it were under way; trace.NoTask marks none. It is seen with the next
// snapshot.
func (s *Stage) SetChosen(id trace.TaskID) { s.chosen = id }

// Selected returns the task that is marked.
func (s *Stage) Selected() trace.TaskID { return s.selected }

// SetWords sets the language.
func (s *Stage) SetWords(w Words) {
	s.words = w
	s.texts.words = w
	s.texts.reset()
	s.view.forget()
	s.Refresh()
}

// SetProjection arranges the stage for a room instead of a desk.
func (s *Stage) SetProjection(on bool) {
	if s.project == on {
		return
	}
	s.project = on
	s.Refresh()
}

// SetMotion sets how long tokens that set out from now on are under way; with 0
// they are there at once.
func (s *Stage) SetMotion(d time.Duration) {
	s.lasts = max(d, 0)
}

// Note sets the text beside the blocked: why this task is next. Of several texts
// it takes the first that there is room for, else the last.
func (s *Stage) Note(title string, texts ...string) {
	if s.note.title == title && slices.Equal(s.note.texts, texts) {
		return
	}
	s.note.title, s.note.texts = title, texts
	s.showNote()
}

// Tapped chooses the task whose token is there.
func (s *Stage) Tapped(e *fyne.PointEvent) {
	id := s.TaskAt(e.Position)
	if id == trace.NoTask {
		if n := s.layout.Note; s.OnNote != nil && s.note.title != "" && n.has(spot{e.Position.X, e.Position.Y}) {
			s.OnNote()
		}
		return
	}
	s.Select(id)
	if s.OnSelect != nil {
		s.OnSelect(id)
	}
}

// TaskAt returns the task whose token is at a position, or trace.NoTask.
func (s *Stage) TaskAt(p fyne.Position) trace.TaskID {
	for i := len(s.scene.order) - 1; i >= 0; i-- {
		if t := s.scene.order[i]; t.used && t.now.has(spot{p.X, p.Y}) {
			return t.id
		}
	}
	return trace.NoTask
}

// MinSize is small: the stage takes what it gets and leaves out what has no room.
func (s *Stage) MinSize() fyne.Size {
	s.ExtendBaseWidget(s)
	return fyne.NewSize(480, 240)
}

// CreateRenderer is called by Fyne.
func (s *Stage) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	return &stageRenderer{s}
}

// stageRenderer hands the objects over, which live as long as the stage.
type stageRenderer struct{ stage *Stage }

func (r *stageRenderer) Destroy()                     {}
func (r *stageRenderer) MinSize() fyne.Size           { return r.stage.MinSize() }
func (r *stageRenderer) Objects() []fyne.CanvasObject { return r.stage.view.objects }
func (r *stageRenderer) Refresh()                     { r.stage.restyle() }
func (r *stageRenderer) Layout(fyne.Size)             { r.stage.restyle() }

// restyle takes colours and sizes from the theme and arranges everything anew.
func (s *Stage) restyle() {
	s.style.read(s.Theme(), variantOf(), s.words)
	s.advance(time.Hour)
	s.arrange()
	s.update(false)
}

func (s *Stage) taskName(id trace.TaskID) string {
	if s.header == nil || int(id) >= len(s.header.Tasks) {
		return ""
	}
	return s.header.Tasks[id].Name
}

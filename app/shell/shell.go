// Package shell is the main window: it holds the widgets together, moves the
// play-head, and turns keys, clicks and files into what the rest of the program
// does. It draws nothing itself.
package shell

import (
	"os"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/app/run"
	"timeslice/app/words"
	"timeslice/assets"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// Shell is the window and what it shows.
type Shell struct {
	app       fyne.App
	window    fyne.Window // nil for a picture without one
	settings  settings
	words     *words.Words
	commands  []command
	onKey     func(*fyne.KeyEvent)
	onRune    func(rune)
	anywhere  func(fyne.KeyName) bool // whether a key counts while a text is typed
	shortcuts fyne.ShortcutHandler    // the same as the window's, for a field that has the keyboard
	popup     *widget.PopUp           // under a button; nil or hidden if there is none
	// leaveDialog is what Esc does while a dialog is open; nil just closes it.
	leaveDialog func()

	work     *workload.Workload // as it was opened, before changes
	session  *session
	past     []*workload.Workload // as it ran before each change, latest last
	player   *player
	second   *second
	script   workload.Policy // the last of the reader's own that ran; no name if none did
	snapshot trace.Snapshot
	selected trace.TaskID
	noticed  []trace.Notice // that hold at the instant shown
	byCPU    bool           // lanes of CPUs rather than tasks

	parts       parts
	view        view
	prediction  prediction
	reasons     reasons
	exploring   *exploration // nil if nobody has asked
	bank        *bankRun     // nil if no table was opened
	figures     figures
	breakpoints breakpoints
	inspecting  bool // the inspector has the whole side
	switching   bool // the panel of context switches is open
	projecting  bool
	blank       bool
	dark        bool
	deskSize    fyne.Size // of the window when it isn't a projection
	dressed     float32   // height of the window the theme was made for
	tips        tips
	told        told
	still       bool          // the timelines don't follow the play-head
	last        time.Time     // of the last frame
	since       time.Duration // the window was drawn last
}

// told is what the texts on the screen were made for, so that they are made
// anew only when something changed.
type told struct {
	events  int
	at      time.Time
	caption string
	policy  string
	slice   trace.Time
	place   trace.Stand // of the panel of context switches
	part    trace.Part
	run     *trace.Recording
}

// Options say how a window is to open.
type Options struct {
	// Workload to open; nil opens the first lesson, playing.
	Workload *workload.Workload
}

// New returns a window, ready to be shown.
func New(app fyne.App, o Options) (*Shell, error) {
	s := newShell(app)
	s.window = app.NewWindow(s.words.T("app.name"))
	s.window.SetMaster()
	s.window.SetPadded(false)
	s.dress()
	s.build()
	s.bindKeys()
	s.window.SetOnDropped(s.dropped)
	s.window.Resize(s.settings.size())
	s.window.CenterOnScreen()
	lesson := o.Workload == nil
	var table *workload.Workload
	if !lesson && o.Workload.Bank != nil {
		table, o.Workload = o.Workload, nil
	}
	if o.Workload == nil {
		w, err := FirstLesson()
		if err != nil {
			return nil, err
		}
		o.Workload = w
	}
	if err := s.show(o.Workload); err != nil {
		return nil, err
	}
	if table != nil {
		s.showBank(table)
	}
	if lesson {
		s.player.home()
		s.player.playing = true
		s.player.rest(readingTime(s.captionAt(0, 0)))
		s.refresh(false)
	}
	return s, nil
}

func newShell(app fyne.App) *Shell {
	s := &Shell{app: app, settings: settings{app.Preferences()}, selected: trace.NoTask}
	s.words = words.New(s.settings.language(os.Getenv))
	s.dark = s.settings.dark()
	s.player = newPlayer(s.motionTime())
	s.player.speed = s.settings.speed()
	s.player.byEvent = s.settings.byEvent()
	s.commands = commands()
	return s
}

// Run shows the window and returns when it is closed.
func (s *Shell) Run() {
	s.last = time.Now()
	frames := fyne.NewAnimation(time.Hour, func(float32) { s.frame(time.Now()) })
	frames.RepeatCount = fyne.AnimationRepeatForever
	frames.Curve = fyne.AnimationLinear
	frames.Start()
	s.window.SetCloseIntercept(func() {
		s.stopSecond()
		s.stopExploring()
		if !s.projecting {
			s.deskSize = s.window.Canvas().Size()
		}
		s.settings.setSize(s.deskSize)
		s.window.Close()
	})
	s.window.ShowAndRun()
	s.stopSecond()
}

// frame is one tick of the display: it moves the play-head by the time that has
// passed and shows what changed.
func (s *Shell) frame(now time.Time) {
	dt := min(now.Sub(s.last), 250*time.Millisecond)
	s.last = now
	s.rescale()
	s.showTip(now)
	if !s.projecting && s.window.Canvas().Size().Width != s.parts.bar.barWidth {
		s.arrange()
	}
	grew := s.session.keepAhead(s.player.events)
	if grew {
		s.player.extend(s.session.seen)
		s.showRun()
	}
	s.tellFault()
	s.player.more = !s.session.whole()
	if s.player.playing {
		s.watchBreakpoints()
	}
	before := s.player.place()
	moved := s.player.advance(dt)
	happened := s.player.place() != before
	s.since += dt
	if happened || grew || s.since >= glide {
		if moved || grew {
			s.refresh(happened)
		}
		s.parts.stage.Advance(s.since)
		s.parts.switching.Advance(s.since)
		s.since = 0
	}
	s.followSecond()
	s.followExploring()
}

// glide is how long the window stays as it is at least unless something happens:
// what is under way is drawn some thirty times a second. Every drawing is one of
// the whole window, which costs a machine without graphics hardware 10 to 20 ms.
const glide = 30 * time.Millisecond

// show opens a workload from its start.
func (s *Shell) show(w *workload.Workload) error {
	if w.Bank != nil {
		s.showBank(w)
		return nil
	}
	session, err := begin(w)
	if err != nil {
		return err
	}
	s.stopSecond()
	s.second = nil
	s.work, s.past = w, nil
	s.player.playing = false
	s.player.now = 0
	if s.view == bankView {
		s.setView(stageView)
	}
	s.take(session)
	s.player.home()
	s.selectTask(0)
	s.showStart()
	s.refresh(false)
	return nil
}

// rerun runs the workload again after a change to it and keeps the instant. If
// it can't be run, the run on the screen stays.
func (s *Shell) rerun(change func(*workload.Workload)) {
	if err := s.tryRerun(change); err != nil {
		s.fail(err)
	}
}

func (s *Shell) tryRerun(change func(*workload.Workload)) error {
	w := *s.session.work
	w.Policy.Params = slices.Clone(w.Policy.Params)
	change(&w)
	session, err := begin(&w)
	if err != nil {
		return err
	}
	s.remember()
	s.take(session)
	if s.second != nil && s.second.session != nil {
		s.compareAgain()
	}
	s.refresh(false)
	return nil
}

// showStart lets the timelines show the run, or its start if it is long.
func (s *Shell) showStart() {
	r := s.session.seen
	s.parts.first.ShowAll()
	if end := readableEnd(r); end < r.End() {
		s.parts.first.SetView(widgets.Fit(end, r.Header.Unit))
	}
}

func (s *Shell) take(session *session) {
	s.session = session
	s.player.load(session.seen)
	s.snapshot = trace.Snapshot{}
	if int(s.selected) >= len(session.seen.Header.Tasks) {
		s.selected = 0
	}
	if session.work.Policy.Name == run.Script {
		s.script = session.work.Policy
	}
	s.showRun()
	s.showTexts()
	s.showBar()
}

// showRun hands the widgets the recording, after it was replaced or has grown.
func (s *Shell) showRun() {
	h := &s.session.seen.Header
	s.parts.stage.SetRun(h)
	s.parts.first.SetNotices(s.session.found)
	s.showNoticeButton()
	s.showTimelines()
}

// refresh shows the instant the play-head is at; animate lets tokens travel to
// where they belong rather than stand there at once.
func (s *Shell) refresh(animate bool) {
	p := s.player
	p.run.SnapshotAt(&s.snapshot, p.events, p.now)
	s.showNotices()
	watch := time.Duration(0)
	if animate {
		watch = p.watch()
	}
	s.parts.stage.SetMotion(watch)
	s.parts.stage.SetChosen(s.chosen())
	s.parts.stage.SetSnapshot(&s.snapshot, animate)
	s.showMemory()
	s.showSwitching(watch)
	first := s.parts.first
	follow := !s.still && (!p.playing || first.InSight(first.Time()))
	first.SetTime(p.now)
	if s.second != nil {
		s.parts.second.SetTime(p.now)
	}
	if follow {
		first.Follow()
	}
	s.tell()
}

var (
	cjk     = fyne.NewStaticResource("CJK-Regular.otf", assets.CJK)
	cjkBold = fyne.NewStaticResource("CJK-Bold.otf", assets.CJKBold)
)

// motionTime is how long a move takes at speed 1, or nothing if the reader
// wants none.
func (s *Shell) motionTime() time.Duration {
	if !s.settings.motion() {
		return 0
	}
	return 350 * time.Millisecond
}

// leastLines is how high a window has to be, in units of Fyne's, for each size
// of type times the usual one: with larger type its parts would not fit.
const leastLines = 600

// dress gives the window its theme, by the reader's wishes and the room's.
func (s *Shell) dress() {
	scale := s.settings.scale()
	if s.window != nil {
		s.dressed = s.window.Canvas().Size().Height
		if s.projecting {
			scale *= widgets.ProjectionScale(s.dressed)
		} else if s.dressed > 0 {
			scale = min(scale, max(1, s.dressed/leastLines))
		}
	}
	s.app.Settings().SetTheme(widgets.NewTheme(s.dark, s.projecting, scale, cjk, cjkBold))
}

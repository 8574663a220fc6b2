package shell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/deadlock"
	"timeslice/sim/workload"
	"timeslice/widgets"
)

// bankRun is the banker's algorithm, or the detection of deadlocks, on a table of
// who has how many units of which resource: nothing runs, so it is looked at
// step by step instead of at instants.
type bankRun struct {
	work  *workload.Workload
	steps []bankStep
	at    int

	table *widgets.Bank
	say   *widget.Label
	count *widget.Label
}

// bankStep is the table at a step, and what is said of it.
type bankStep struct {
	state deadlock.State
	free  []int64
	ended []int // in order
	look  int   // at whom; -1 if at nobody
	ends  bool
	stuck []int
	say   string // id
	with  []any
}

// showBank shows a table instead of a run; what ran before is there again when
// one leaves it.
func (s *Shell) showBank(w *workload.Workload) {
	s.player.playing = false
	s.bank = &bankRun{work: w, steps: bankSteps(w.Bank)}
	s.view = bankView
	s.showBar()
	s.arrange()
}

// bankSteps goes through the algorithm.
func bankSteps(b *workload.Bank) []bankStep {
	state := deadlock.State{Available: b.Available, Allocation: b.Allocation, Need: b.Need}
	begin := "bank.start"
	if b.Detect {
		begin = "bank.start.detect"
	}
	steps := []bankStep{{state: state, free: b.Available, look: -1, say: begin}}
	tell := func(x bankStep) {
		x.free, x.ended = slices.Clone(x.free), slices.Clone(x.ended)
		steps = append(steps, x)
	}
	asks := b.Asks >= 0
	var verdict deadlock.Verdict
	if asks {
		verdict, state = state.Request(b.Asks, b.Amount)
		say := map[deadlock.Verdict]string{deadlock.Exceeds: "bank.asks.exceeds", deadlock.Wait: "bank.asks.wait"}[verdict]
		with := []any{"Task", b.Processes[b.Asks], "Units", units(b.Amount)}
		if say != "" {
			tell(bankStep{state: state, free: state.Available, look: b.Asks, say: say, with: append(with, "Free", units(b.Available), "Need", units(b.Need[b.Asks]))})
			return steps
		}
		tell(bankStep{state: state, free: state.Available, look: b.Asks, say: "bank.asks.trial", with: with})
	}
	free := state.Available
	var ended []int
	for look := range state.Looks() {
		i := look.Process
		with := []any{"Task", b.Processes[i], "Need", units(state.Need[i]), "Free", units(look.Free)}
		x := bankStep{state: state, free: look.Free, ended: ended, look: i, ends: look.Enough, say: "bank.short", with: with}
		if look.Enough {
			ended = append(slices.Clone(ended), i)
			free = slices.Clone(look.Free)
			for k, n := range state.Allocation[i] {
				free[k] += n
			}
			x.free, x.ended, x.say = free, ended, "bank.ends"
			x.with = append(with, "Has", units(state.Allocation[i]), "Then", units(free))
		}
		tell(x)
	}
	_, left := state.Order()
	names := func(list []int) string {
		var all []string
		for _, i := range list {
			all = append(all, b.Processes[i])
		}
		return strings.Join(all, ", ")
	}
	end := bankStep{state: state, free: free, ended: ended, look: -1, stuck: left, say: "bank.safe", with: []any{"Order", names(ended)}}
	switch {
	case b.Detect && len(left) == 0:
		end.say = "bank.free"
	case b.Detect:
		end.stuck = state.Deadlocked()
		end.say, end.with = "bank.deadlock", []any{"Tasks", names(end.stuck)}
	case asks && verdict == deadlock.Granted:
		end.say, end.with = "bank.granted", append(end.with, "Task", b.Processes[b.Asks])
	case asks:
		end.say, end.with = "bank.denied", []any{"Task", b.Processes[b.Asks], "Tasks", names(left)}
	case len(left) > 0:
		end.say, end.with = "bank.unsafe", []any{"Tasks", names(left)}
	}
	tell(end)
	return steps
}

func units(row []int64) string {
	words := make([]string, len(row))
	for i, n := range row {
		words[i] = strconv.FormatInt(n, 10)
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// bankContent is the table with what is said of the step, and buttons to go from
// step to step.
func (s *Shell) bankContent() fyne.CanvasObject {
	b := s.bank
	b.table = widgets.NewBank()
	b.say, b.count = widget.NewLabel(""), widget.NewLabel("")
	b.say.Wrapping = fyne.TextWrapWord
	b.say.TextStyle.Bold = true
	b.say.SizeName = theme.SizeNameSubHeadingText
	about := widget.NewLabel(plain(b.work.About.In(s.words.Lang())))
	about.Wrapping = fyne.TextWrapWord
	if about.Text == "" {
		about.Hide()
	}
	button := func(g widgets.Glyph, do func()) fyne.CanvasObject {
		p := widgets.NewButton("", false, do)
		p.SetGlyph(g, false)
		p.OnKey, p.OnRune = s.onKey, s.onRune
		return p
	}
	buttons := container.NewHBox(
		button(widgets.ToStart, s.toStart), button(widgets.Backward, s.stepBack),
		button(widgets.Forward, s.stepOn), button(widgets.ToEnd, s.toEnd), b.count)
	top := container.NewVBox(heading(s.name(b.work)), about)
	s.tellBank()
	return container.NewBorder(top, container.NewVBox(b.say, buttons), nil, nil, container.NewPadded(b.table))
}

// tellBank shows the step.
func (s *Shell) tellBank() {
	b := s.bank
	x := &b.steps[b.at]
	table := b.work.Bank
	l := widgets.BankLook{Has: s.words.T("bank.has"), Needs: s.words.T("bank.needs"), FreeTitle: s.words.T("bank.available"), Free: numbers(x.free)}
	if table.Detect {
		l.Needs = s.words.T("bank.requests")
	}
	for k := range table.Available {
		name := fmt.Sprint("R", k)
		if k < 26 {
			name = string(rune('A' + k))
		}
		l.Resources = append(l.Resources, name)
	}
	for i, name := range table.Processes {
		row := widgets.BankRow{Name: name, Has: numbers(x.state.Allocation[i]), Needs: numbers(x.state.Need[i])}
		place := slices.Index(x.ended, i)
		if place >= 0 {
			row.Mark, row.Said = widgets.BankEnded, s.words.T("bank.row.ended", "N", place+1)
		}
		switch {
		case slices.Contains(x.stuck, i):
			row.Mark, row.Said = widgets.BankStuck, s.words.T("bank.row.stuck")
		case x.look == i && x.ends:
			row.Mark = widgets.BankEnds
		case x.look == i:
			row.Mark = widgets.BankLooked
			if x.say == "bank.short" {
				row.Said = s.words.T("bank.row.short")
			}
		}
		l.Rows = append(l.Rows, row)
	}
	b.table.SetLook(l)
	b.say.SetText(s.words.T(x.say, x.with...))
	b.count.SetText(s.words.T("bank.step", "N", b.at, "Of", len(b.steps)-1))
}

func numbers(row []int64) []string {
	words := make([]string, len(row))
	for i, n := range row {
		words[i] = strconv.FormatInt(n, 10)
	}
	return words
}

// moveBank goes by so many steps, if there is a table.
func (s *Shell) moveBank(by int) bool {
	if s.view != bankView {
		return false
	}
	b := s.bank
	b.at = max(0, min(b.at+by, len(b.steps)-1))
	s.tellBank()
	return true
}

// tableCommands are the commands that mean something where a table is shown.
var tableCommands = []string{
	"play", "step", "back", "start", "end", "larger", "smaller", "usual", "theme", "project", "blank",
	"leave", "help", "glossary", "open",
}

// allows reports whether a command means something in the view that is shown.
func (s *Shell) allows(c command) bool {
	return s.view != bankView || slices.Contains(tableCommands, c.id)
}

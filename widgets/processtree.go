package widgets

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// ProcessTree draws the processes of a run at an instant as the tree they are on
// UNIX, from init on: each with its threads, zombies and whoever was adopted
// marked; and beside it the same as Windows has it, where there is no tree, only
// handles of processes in the processes that made them.
type ProcessTree struct {
	widget.BaseWidget
	OnSelect func(trace.TaskID) // somebody clicked on a task

	words    Words
	scene    familyScene
	selected trace.TaskID
	live     *processTreeRenderer // once it is drawn
}

// familyScene is all that is shown.
type familyScene struct {
	nodes   []familyNode // parents before children, init first
	handles []string
	ended   string // who is gone, with exit codes
}

// familyNode is a row: a process, or a thread that isn't the main one.
type familyNode struct {
	task    trace.TaskID // NoTask is init
	parent  int          // row; -1 of init
	depth   int
	thread  bool
	adopted bool
	name    string
	second  string
	state   trace.State
	hue     int
}

// NewProcessTree makes an empty tree.
func NewProcessTree(words Words) *ProcessTree {
	p := &ProcessTree{words: words, selected: trace.NoTask}
	p.ExtendBaseWidget(p)
	return p
}

// SetSnapshot shows the processes of an instant, one of whose tasks is selected.
func (p *ProcessTree) SetSnapshot(h *trace.Header, s *trace.Snapshot, selected trace.TaskID) {
	scene := newFamilyScene(h, s, p.words)
	if same := p.selected == selected && scene.ended == p.scene.ended &&
		slices.Equal(scene.nodes, p.scene.nodes) && slices.Equal(scene.handles, p.scene.handles); !same {
		p.scene, p.selected = scene, selected
		p.Refresh()
	}
}

// Describe says in words what is shown.
func (p *ProcessTree) Describe() string {
	var b strings.Builder
	for _, n := range p.scene.nodes {
		b.WriteString(strings.Repeat("  ", n.depth) + n.name + " (" + n.second + ")\n")
	}
	return b.String() + strings.Join(p.scene.handles, "\n")
}

// Tapped selects the task of a row.
func (p *ProcessTree) Tapped(e *fyne.PointEvent) {
	if p.live == nil || p.OnSelect == nil {
		return
	}
	for i, a := range p.live.places {
		if i < len(p.scene.nodes) && p.scene.nodes[i].task != trace.NoTask && a.has(spot{e.Position.X, e.Position.Y}) {
			p.OnSelect(p.scene.nodes[i].task)
			return
		}
	}
}

// MinSize is small: the tree takes what room there is.
func (p *ProcessTree) MinSize() fyne.Size {
	p.ExtendBaseWidget(p)
	return fyne.NewSize(200, 120)
}

// newFamilyScene takes from a snapshot what is to be shown.
func newFamilyScene(h *trace.Header, s *trace.Snapshot, words Words) familyScene {
	b := familyBuilder{h: h, s: s, words: words, children: map[trace.TaskID][]trace.TaskID{}, threads: map[int][]trace.TaskID{}}
	var gone []string
	for id := range s.Tasks {
		at, t := &s.Tasks[id], &h.Tasks[id]
		switch {
		case at.State == trace.New:
		case t.Process != id:
			if at.State != trace.Terminated {
				b.threads[t.Process] = append(b.threads[t.Process], trace.TaskID(id))
			}
		case b.over(id):
			gone = append(gone, t.Name+" "+b.status(b.ended(id)))
		default:
			b.children[at.Parent] = append(b.children[at.Parent], trace.TaskID(id))
		}
	}
	b.scene.nodes = append(b.scene.nodes, familyNode{
		task: trace.NoTask, parent: -1, name: words.say("task.init"), second: "pid 1",
	})
	b.below(trace.NoTask, 0, 1)
	if len(gone) > 0 {
		b.scene.ended = words.say("tree.ended", "Tasks", strings.Join(gone, ", "))
	}
	b.handles()
	return b.scene
}

type familyBuilder struct {
	h        *trace.Header
	s        *trace.Snapshot
	words    Words
	children map[trace.TaskID][]trace.TaskID
	threads  map[int][]trace.TaskID
	scene    familyScene
}

// over reports whether nothing is left of a process, given by its main thread.
func (b *familyBuilder) over(main int) bool {
	if b.s.Tasks[main].State != trace.Terminated {
		return false
	}
	for id := range b.s.Tasks {
		if b.h.Tasks[id].Process == main && b.s.Tasks[id].State != trace.Terminated {
			return false
		}
	}
	return true
}

// ended returns with what a process ended: if a thread of it took all others with
// it, as the one that crashed does, with what that one ended.
func (b *familyBuilder) ended(main int) int64 {
	if own := b.s.Tasks[main].Status; own != 0 {
		return own
	}
	for id := range b.s.Tasks {
		if b.h.Tasks[id].Process == main && b.s.Tasks[id].Status < 0 {
			return b.s.Tasks[id].Status
		}
	}
	return 0
}

func (b *familyBuilder) status(status int64) string {
	if status < 0 {
		return trace.SignalName(int(-status))
	}
	return b.words.say("stage.exit", "Code", status)
}

// below adds the children of a process, each with its threads and its own.
func (b *familyBuilder) below(parent trace.TaskID, row, depth int) {
	for _, id := range b.children[parent] {
		at, t := &b.s.Tasks[id], &b.h.Tasks[id]
		n := familyNode{task: id, parent: row, depth: depth, name: b.called(id), state: at.State, hue: t.Process}
		born := trace.NoTask
		if main := t.Parent - trace.FirstPid; main >= 0 && main < len(b.h.Tasks) {
			born = trace.TaskID(main)
		}
		n.adopted = born != at.Parent
		n.second = b.second(id)
		if n.adopted {
			n.second += " · " + b.words.say("tree.adopted")
		}
		own := len(b.scene.nodes)
		b.scene.nodes = append(b.scene.nodes, n)
		for _, thread := range b.threads[int(id)] {
			b.scene.nodes = append(b.scene.nodes, familyNode{
				task: thread, parent: own, depth: depth + 1, thread: true, name: b.called(thread),
				second: b.words.say("tree.thread") + " · " + b.stateWord(thread), state: b.s.Tasks[thread].State, hue: t.Process,
			})
		}
		b.below(id, own, depth+1)
	}
}

// called names a task, and the program it began anew with if it did.
func (b *familyBuilder) called(id trace.TaskID) string {
	t, at := &b.h.Tasks[id], &b.s.Tasks[id]
	if at.Image == t.Program || at.Image >= len(b.h.Programs) || b.h.Programs[at.Image].Name == "" {
		return t.Name
	}
	return t.Name + ": " + b.h.Programs[at.Image].Name
}

// second is what is written under the name of a process.
func (b *familyBuilder) second(id trace.TaskID) string {
	text := "pid " + strconv.Itoa(b.h.Tasks[id].Pid) + " · " + b.stateWord(id)
	if b.s.Tasks[id].State == trace.Zombie {
		text += " · " + b.status(b.s.Tasks[id].Status)
	}
	return text
}

// stateWord names a task's state, with the letter ps has for it on Linux.
func (b *familyBuilder) stateWord(id trace.TaskID) string {
	at := &b.s.Tasks[id]
	return b.words.say("state."+at.State.String()) + " " + string(at.LinuxLetter())
}

// handles lists who has a handle of whom on Windows: who makes a process has one
// until it closes it, which it does when it has asked for the exit code, or ends.
// Nobody is anybody's child, so nobody is adopted.
func (b *familyBuilder) handles() {
	made := false
	for id := range b.s.Tasks {
		at, t := &b.s.Tasks[id], &b.h.Tasks[id]
		maker := t.Parent - trace.FirstPid
		if at.State == trace.New || t.Process != id || maker < 0 || maker >= len(b.s.Tasks) || maker == id {
			continue
		}
		made = true
		if b.over(maker) && b.over(id) { // nothing is left of either
			continue
		}
		what := "tree.handle.open"
		switch {
		case b.over(maker) || b.s.Tasks[maker].State == trace.Zombie:
			what = "tree.handle.gone"
		case at.State == trace.Terminated:
			what = "tree.handle.closed"
		case at.State == trace.Zombie:
			what = "tree.handle.signalled"
		}
		b.scene.handles = append(b.scene.handles,
			b.words.say(what, "Maker", b.h.Tasks[maker].Name, "Task", t.Name, "Status", b.status(b.ended(id))))
	}
	if !made {
		b.scene.handles = []string{b.words.say("tree.handle.none")}
	}
}

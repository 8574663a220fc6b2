package widgets

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// WaitFor draws who waits for whom: tasks and what they hold or wait for, an
// arrow from who waits to what it waits for, and one from what is held to who
// holds it. A deadlock is a circle of arrows; it is drawn thick, its tasks and
// locks twice outlined and numbered, and a sentence tells it.
type WaitFor struct {
	widget.BaseWidget
	words Words
	scene waitScene
	live  *waitForRenderer // once it is drawn
}

// waitScene is all that is shown.
type waitScene struct {
	said  string
	alarm bool // somebody waits for ever
	nodes []waitNode
	edges []waitEdge
	more  int // tasks there is no room for
}

type waitNode struct {
	task   bool
	id     int    // of the task, or of the resource
	kind   string // of the resource, as its word
	name   string
	state  trace.State // of a task
	hue    int
	fate   trace.Fate
	lender string // as whom a task is urgent because of a lock; "" if as itself
	number int    // in the circle, from 1; 0 = not in one
}

type waitEdge struct {
	from, to int // nodes
	holds    bool
	circle   bool
}

// mostWaiting is how many tasks and resources are drawn at most.
const mostWaiting = 18

// NewWaitFor makes an empty graph.
func NewWaitFor(words Words) *WaitFor {
	w := &WaitFor{words: words}
	w.ExtendBaseWidget(w)
	return w
}

// SetSnapshot shows the waits of an instant.
func (w *WaitFor) SetSnapshot(h *trace.Header, s *trace.Snapshot) {
	scene := newWaitScene(h, s, w.words)
	if same := scene.said == w.scene.said && scene.more == w.scene.more && scene.alarm == w.scene.alarm &&
		slices.Equal(scene.nodes, w.scene.nodes) && slices.Equal(scene.edges, w.scene.edges); !same {
		w.scene = scene
		w.Refresh()
	}
}

// Describe says in words what is shown.
func (w *WaitFor) Describe() string { return w.scene.said }

// newWaitScene takes from a snapshot what is to be shown.
func newWaitScene(h *trace.Header, s *trace.Snapshot, words Words) waitScene {
	g := trace.WaitFor(h, s)
	b := waitBuilder{words: words, h: h, s: s, of: map[[2]int]int{}}
	for _, circle := range g.Circles {
		for _, id := range circle {
			b.wait(g, id)
		}
	}
	for i := range g.Waits {
		b.wait(g, g.Waits[i].Task)
	}
	for res := range s.Resources { // what is held, though nobody waits for it
		if owner := s.Resources[res].Owner; owner != trace.NoTask && s.Tasks[owner].State != trace.Terminated {
			b.hold(res, owner)
		}
	}
	for _, circle := range g.Circles {
		b.mark(g, circle)
	}
	b.scene.said, b.scene.alarm = sayWaits(h, g, words), len(g.Hopeless()) > 0
	return b.scene
}

// lender names the task as urgent as which another is because of a lock.
func lender(h *trace.Header, s *trace.Snapshot, id trace.TaskID, words Words) string {
	switch at := &s.Tasks[id]; {
	case at.Boosted < 0:
		return ""
	case at.Lender == trace.NoTask:
		return words.say("boosted.ceiling")
	default:
		return h.Tasks[at.Lender].Name
	}
}

type waitBuilder struct {
	words Words
	h     *trace.Header
	s     *trace.Snapshot
	of    map[[2]int]int // node of a task (0, id) or a resource (1, id)
	scene waitScene
}

func (b *waitBuilder) task(id trace.TaskID) (node int, ok bool) {
	key := [2]int{0, int(id)}
	if n, there := b.of[key]; there {
		return n, true
	}
	if len(b.scene.nodes) >= mostWaiting {
		b.scene.more++
		b.of[key] = -1
		return -1, false
	}
	t := &b.h.Tasks[id]
	return b.add(key, waitNode{
		task: true, id: int(id), name: t.Name, state: b.s.Tasks[id].State, hue: t.Process, lender: lender(b.h, b.s, id, b.words),
	}), true
}

func (b *waitBuilder) resource(res int) (node int, ok bool) {
	key := [2]int{1, res}
	if n, there := b.of[key]; there {
		return n, n >= 0
	}
	if len(b.scene.nodes) >= mostWaiting {
		b.of[key] = -1
		return -1, false
	}
	return b.add(key, waitNode{id: res, name: b.h.Resources[res].Name, kind: b.words.say("waitfor.kind." + kindOf(&b.h.Resources[res]))}), true
}

// kindOf returns the code of a resource's kind; a pool is one though its jobs wait
// in a queue.
func kindOf(r *trace.Resource) string {
	if r.Workers > 0 {
		return "pool"
	}
	return r.Kind.String()
}

func (b *waitBuilder) add(key [2]int, n waitNode) int {
	b.of[key] = len(b.scene.nodes)
	b.scene.nodes = append(b.scene.nodes, n)
	return len(b.scene.nodes) - 1
}

// join adds an arrow, once.
func (b *waitBuilder) join(from, to int, holds bool) {
	if e := (waitEdge{from: from, to: to, holds: holds}); from >= 0 && to >= 0 && !slices.Contains(b.scene.edges, e) {
		b.scene.edges = append(b.scene.edges, e)
	}
}

// wait adds a task with what it waits for and who holds that.
func (b *waitBuilder) wait(g *trace.Graph, id trace.TaskID) {
	i := slices.IndexFunc(g.Waits, func(w trace.Wait) bool { return w.Task == id })
	w := &g.Waits[i]
	from, ok := b.task(id)
	if !ok || from < 0 {
		return
	}
	b.scene.nodes[from].fate = w.Fate
	if w.Resource < 0 {
		for _, x := range w.For {
			if to, ok := b.task(x); ok {
				b.join(from, to, false)
			}
		}
		return
	}
	res, ok := b.resource(w.Resource)
	if !ok {
		return
	}
	b.join(from, res, false)
	for _, x := range w.For {
		b.hold(w.Resource, x)
	}
}

func (b *waitBuilder) hold(res int, owner trace.TaskID) {
	from, ok := b.resource(res)
	if !ok {
		return
	}
	if to, ok := b.task(owner); ok {
		b.join(from, to, true)
	}
}

// mark marks a deadlock.
func (b *waitBuilder) mark(g *trace.Graph, circle []trace.TaskID) {
	n := 0
	in := map[int]bool{}
	number := func(node int) {
		if node >= 0 && !in[node] {
			n++
			in[node] = true
			b.scene.nodes[node].number = n
		}
	}
	for _, id := range circle {
		number(b.of[[2]int{0, int(id)}])
		i := slices.IndexFunc(g.Waits, func(w trace.Wait) bool { return w.Task == id })
		if res := g.Waits[i].Resource; res >= 0 {
			number(b.of[[2]int{1, res}])
		}
	}
	for i := range b.scene.edges {
		e := &b.scene.edges[i]
		e.circle = e.circle || in[e.from] && in[e.to]
	}
}

// sayWaits tells the most important of who waits for whom.
func sayWaits(h *trace.Header, g *trace.Graph, words Words) string {
	name := func(id trace.TaskID) string { return h.Tasks[id].Name }
	what := func(w *trace.Wait) string {
		if w.Resource < 0 {
			return ""
		}
		return h.Resources[w.Resource].Name
	}
	first := func(w *trace.Wait) string {
		if len(w.For) == 0 {
			return ""
		}
		return name(w.For[0])
	}
	if len(g.Circles) > 0 {
		said := ""
		circle := g.Circles[0]
		for k, id := range circle {
			i := slices.IndexFunc(g.Waits, func(w trace.Wait) bool { return w.Task == id })
			link := words.say("waitfor.link", "Task", name(id), "Object", what(&g.Waits[i]), "By", name(circle[(k+1)%len(circle)]))
			if g.Waits[i].Resource < 0 {
				link = words.say("waitfor.link.join", "Task", name(id), "By", first(&g.Waits[i]))
			}
			if said != "" {
				link = words.say("waitfor.and", "First", said, "Then", link)
			}
			said = link
		}
		return words.say("waitfor.deadlock", "Links", said)
	}
	if hopeless := g.Hopeless(); len(hopeless) > 0 {
		for _, fate := range []trace.Fate{trace.Gone, trace.Nobody} {
			if i := slices.IndexFunc(hopeless, func(w trace.Wait) bool { return w.Fate == fate }); i >= 0 {
				w := &hopeless[i]
				return words.say("waitfor."+fate.String(), "Task", name(w.Task), "Object", what(w), "By", first(w), "N", len(hopeless))
			}
		}
	}
	if i := slices.IndexFunc(g.Waits, func(w trace.Wait) bool { return w.Unsafe && len(w.For) == 0 }); i >= 0 {
		return words.say("waitfor.unsafe", "Task", name(g.Waits[i].Task), "Object", what(&g.Waits[i]))
	}
	waiting := 0
	for i := range g.Waits {
		if len(g.Waits[i].For) > 0 {
			waiting++
		}
	}
	if waiting == 0 {
		return words.say("waitfor.none")
	}
	return words.say("waitfor.some", "N", waiting)
}

// tag is what is written on a node.
func (n *waitNode) tag() string {
	if n.number > 0 {
		return strconv.Itoa(n.number) + "  " + n.name
	}
	return n.name
}

// MinSize is small: the graph takes what room there is.
func (w *WaitFor) MinSize() fyne.Size {
	w.ExtendBaseWidget(w)
	return fyne.NewSize(200, 120)
}

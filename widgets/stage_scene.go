package widgets

import (
	"time"

	"timeslice/sim/trace"
)

// listKind is where a token stands.
type listKind uint8

const (
	inNew listKind = iota
	inReady
	inCPU
	inPlace
	inEnded
	inStopped
	inZombie
	inReadySuspend
	inBlockedSuspend
)

// listID names one list of tokens: a ready queue, a CPU, a place to wait at, by
// its number in the run.
type listID struct {
	kind listKind
	i    int
}

// backCause is why a task went back to ready.
type backCause uint8

const (
	usedUp backCause = iota
	preempted
	yielded
)

// token is a task on the stage.
type token struct {
	view    *tokenView
	used    bool
	leaving bool // to be counted only, once it is there
	id      trace.TaskID
	list    listID
	at, now area // where it belongs, where it is
	seen    uint
	moving  bool
	route   arrowSet
	lane    int        // the arrow to a CPU of its own
	own     arrowFrame // its way, if no arrow leads there: drawn while it is under way
	motion  motion
	order   int // its place in the drawing order

	// While it runs: what it is at and when its slice is used up, to tell why it
	// goes back to ready.
	pc    int
	until trace.Time
}

// arrowSet is a set of arrows, a bit for each.
type arrowSet uint16

// maxTokens is how many tokens are drawn at most; the others are counted.
const maxTokens = 400

// scene is who stands where.
type scene struct {
	header   *trace.Header // that it is of
	extras   []extra       // the places to wait at beside the resources
	releases bool          // all who sleep wait for their next release
	stops    bool          // there is a place for who is stopped
	zombies  bool          // there is one for zombies

	queues, cpus, places []int // numbers of those shown, by frame
	mark                 []bool

	order  []*token // in drawing order; those in use are mixed with those free
	free   []*token
	of     []int32  // by task: 1 + order of its token, 0 if it has none
	was    []listID // by task: where it was, token or not, if there aren't too many
	pass   uint
	event  int
	fresh  bool // nothing was shown before
	single bool // the last change was a single event
	back   bool // it was a step back

	newSlots, endedSlots slots
	stoppedSlots         slots
	zombieSlots          slots
	awaySlots            [2]slots          // of the suspended: ready, blocked
	away                 [2][]trace.TaskID // who they are
	rowSlots, placeSlots []slots
	flash                arrowSet     // arrows gone along without motion
	flashed              []arrowFrame // and ways that no arrow leads
	flashing             bool
	cause                backCause
	litLanes             []bool
	scratch              []trace.TaskID
}

// clearScene takes every token away.
func (s *Stage) clearScene() {
	for _, t := range s.scene.order {
		if t.used {
			s.release(t)
		}
	}
	s.scene.of = s.scene.of[:0]
	s.scene.queues, s.scene.cpus, s.scene.places = nil, nil, nil
	s.scene.was = s.scene.was[:0]
	s.scene.fresh = true
}

// update brings everything that changes to the state of the snapshot.
func (s *Stage) update(animate bool) {
	if s.shot == nil || s.header == nil || !s.layout.Boxes[boxReady].Shown {
		return
	}
	c, shot := &s.scene, s.shot
	if shot.Event != c.event {
		c.back, c.single = shot.Event < c.event, shot.Event == c.event+1
		c.event = shot.Event
		c.flash, c.flashed, c.cause = 0, c.flashed[:0], usedUp
	}
	c.flashing = animate && !c.fresh && s.lasts == 0
	animate = animate && !c.fresh && s.lasts > 0
	c.fresh = false
	c.pass++
	for len(c.of) < len(shot.Tasks) {
		c.of = append(c.of, 0)
	}
	s.choose()
	s.showLists(animate)
	s.showCPUs(animate)
	s.leave(animate)
	s.showCounts()
	s.showPlaces()
	s.light()
	s.remember()
}

// remember keeps where every task is, so that one that was only counted knows
// where it comes from.
func (s *Stage) remember() {
	const most = 20_000
	c := &s.scene
	c.was = c.was[:0]
	if len(s.shot.Tasks) > most {
		return
	}
	for id := range s.shot.Tasks {
		list, ok := s.listOf(trace.TaskID(id))
		if !ok {
			list.i = -1
		}
		c.was = append(c.was, list)
	}
}

// choose decides which queues, CPUs and places are shown if not all are.
func (s *Stage) choose() {
	c, shot, l := &s.scene, s.shot, &s.layout
	before := len(c.cpus) + len(c.queues) + len(c.places)
	busyCPU := func(i int) bool {
		return i < len(shot.CPUs) && shot.CPUs[i].Task != trace.NoTask ||
			s.spec.PerCPU && i < len(shot.Queues) && len(shot.Queues[i]) > 0
	}
	changed := c.stay(&c.cpus, len(l.CPUs), s.header.CPUs, busyCPU)
	if s.spec.PerCPU {
		c.queues = append(c.queues[:0], c.cpus...)
	} else {
		changed = c.stay(&c.queues, len(l.Rows), len(s.header.Queues), func(i int) bool {
			return i < len(shot.Queues) && len(shot.Queues[i]) > 0
		}) || changed
	}
	changed = c.stay(&c.places, len(l.Places), s.spec.Places, func(i int) bool { return s.waiting(i) > 0 }) || changed
	if changed || before != len(c.cpus)+len(c.queues)+len(c.places) {
		s.nameFrames()
	}
}

// stay keeps those shown that were, and shows those that have become busy in
// place of others that aren't. If there are more than frames, the last frame is
// left for their count.
func (c *scene) stay(shown *[]int, frames, n int, busy func(int) bool) (changed bool) {
	if n > frames && frames > 1 {
		frames--
	}
	list := *shown
	if len(list) != min(frames, n) {
		list = list[:0]
		for i := range min(frames, n) {
			list = append(list, i)
		}
		*shown, changed = list, true
	}
	if n <= len(list) {
		return changed
	}
	if len(c.mark) < n {
		c.mark = make([]bool, n)
	}
	mark := c.mark[:n]
	clear(mark)
	for _, i := range list {
		mark[i] = true
	}
	at := 0
	for i := range n {
		if mark[i] || !busy(i) {
			continue
		}
		for at < len(list) && busy(list[at]) {
			at++
		}
		if at == len(list) {
			break
		}
		list[at], changed = i, true
		at++
	}
	return changed
}

// showLists puts the tokens of every list but the CPUs'.
func (s *Stage) showLists(animate bool) {
	c, l, shot := &s.scene, &s.layout, s.shot
	flowOf := fromTop
	if s.spec.Project {
		flowOf = fromLeft
	}
	c.newSlots, c.endedSlots, c.stoppedSlots, c.zombieSlots = slots{}, slots{}, slots{}, slots{}
	if b := &l.Boxes[boxNew]; b.Shown {
		c.newSlots = layoutSlots(b.List, len(shot.New), l.Size, flowOf)
		s.putAll(listID{inNew, 0}, shot.New, &c.newSlots, animate)
	}
	if b := &l.Boxes[boxEnded]; b.Shown {
		c.endedSlots = layoutSlots(b.List, len(shot.Ended), l.Size, flowOf)
		s.putAll(listID{inEnded, 0}, s.newestFirst(shot.Ended, c.endedSlots.shown), &c.endedSlots, animate)
	}
	if b := &l.Boxes[boxZombie]; b.Shown {
		c.zombieSlots = layoutSlots(b.List, len(shot.Zombies), l.Size, flowOf)
		s.putAll(listID{inZombie, 0}, s.newestFirst(shot.Zombies, c.zombieSlots.shown), &c.zombieSlots, animate)
	}
	if b := &l.Boxes[boxStopped]; b.Shown {
		c.stoppedSlots = layoutSlots(b.List, len(shot.Halted), l.Size, flowOf)
		s.putAll(listID{inStopped, 0}, shot.Halted, &c.stoppedSlots, animate)
	}
	s.showAway(flowOf, animate)
	c.rowSlots = grow(c.rowSlots, len(c.queues))
	for f, q := range c.queues {
		if q < len(shot.Queues) {
			list := s.readyIn(q)
			c.rowSlots[f] = layoutSlots(l.Rows[f].List, len(list), l.Size, fromRight)
			s.putAll(listID{inReady, q}, list, &c.rowSlots[f], animate)
		}
	}
	c.placeSlots = grow(c.placeSlots, len(c.places))
	for f, p := range c.places {
		list := s.waiters(p)
		room := l.Places[f].List
		if len(list) > 0 && s.hasContents(p) {
			room, _ = l.Places[f].split(l.Size.SlimW)
		}
		c.placeSlots[f] = layoutSlots(room, len(list), l.Size, fromLeft)
		s.putAll(listID{inPlace, p}, list, &c.placeSlots[f], animate)
	}
}

// showAway puts the tokens of those whose processes aren't in memory.
func (s *Stage) showAway(flowOf flow, animate bool) {
	c, l := &s.scene, &s.layout
	c.away[0], c.away[1] = c.away[0][:0], c.away[1][:0]
	for _, id := range s.shot.Suspended {
		switch s.shot.Tasks[id].State {
		case trace.Ready:
			c.away[0] = append(c.away[0], id)
		case trace.Blocked:
			c.away[1] = append(c.away[1], id)
		}
	}
	for i, list := range [2]listID{{inReadySuspend, 0}, {inBlockedSuspend, 0}} {
		c.awaySlots[i] = slots{}
		if b := &l.Boxes[boxReadySuspend+i]; b.Shown {
			c.awaySlots[i] = layoutSlots(b.List, len(c.away[i]), l.Size, flowOf)
			s.putAll(list, c.away[i], &c.awaySlots[i], animate)
		}
	}
}

// readyIn returns who stands in a ready queue. Where the suspended have no place of
// their own, those who are ready stand at the tail of the first. It holds until it
// is called again.
func (s *Stage) readyIn(q int) []trace.TaskID {
	c, list := &s.scene, s.shot.Queues[q]
	if q > 0 || s.states == SevenStates || len(c.away[0]) == 0 {
		return list
	}
	c.scratch = append(append(c.scratch[:0], list...), c.away[0]...)
	return c.scratch
}

// newestFirst returns the last n of those who ended, the last first.
func (s *Stage) newestFirst(ended []trace.TaskID, n int) []trace.TaskID {
	c := &s.scene
	c.scratch = c.scratch[:0]
	for i := range min(n, len(ended)) {
		c.scratch = append(c.scratch, ended[len(ended)-1-i])
	}
	return c.scratch
}

func (s *Stage) putAll(list listID, ids []trace.TaskID, at *slots, animate bool) {
	at.shown = min(at.shown, maxTokens/4)
	for i := range min(at.shown, len(ids)) {
		s.put(ids[i], list, at.at(i), false, animate)
	}
}

// showCPUs puts the tokens that run or are about to.
func (s *Stage) showCPUs(animate bool) {
	for f, i := range s.scene.cpus {
		if i >= len(s.shot.CPUs) {
			continue
		}
		cpu := &s.shot.CPUs[i]
		if cpu.Task != trace.NoTask {
			s.put(cpu.Task, listID{inCPU, i}, s.layout.CPUs[f].Token, cpu.Switching, animate)
		}
		look := s.cpuLook(i)
		if s.layout.CPUs[f].Number {
			look.label = s.texts.get(phrasePlain, int64(i))
		}
		s.view.cpus[f].show(look)
	}
}

// cpuLook returns what CPU i shows.
func (s *Stage) cpuLook(i int) cpuLook {
	at := &s.shot.CPUs[i]
	l := cpuLook{label: s.texts.get(phraseCPU, int64(i)), busy: at.Task != trace.NoTask, switching: at.Switching, cache: s.cacheOf(i)}
	switch {
	case !l.busy:
		l.said = s.view.idle
		l.ring = false
	case at.Switching:
		l.said = s.view.switching
		if cost := s.header.Switch; cost > 0 {
			left := max(cost-(s.shot.Time-at.Since), 0)
			l.ring, l.limited = true, true
			l.left, l.number = ringPart(int64(left), int64(cost)), s.texts.get(phraseNumber, s.texts.amount(left))
		}
	case at.Slice > 0:
		l.ring, l.limited = true, true
		l.left, l.number = ringPart(int64(at.SliceLeft), int64(at.Slice)), s.texts.get(phraseNumber, s.texts.amount(at.SliceLeft))
	}
	return l
}

func grow[T any](list []T, n int) []T {
	for len(list) < n {
		var zero T
		list = append(list, zero)
	}
	return list[:n]
}

// settle is how long a token that only moves up in its list is under way.
func (s *Stage) settle() time.Duration { return s.lasts * 3 / 4 }

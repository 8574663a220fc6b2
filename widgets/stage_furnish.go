package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// boxStates are the states the boxes stand for.
var boxStates = [boxes]trace.State{trace.New, trace.Ready, trace.Running, trace.Blocked, trace.Terminated, trace.Stopped, trace.Zombie, readySuspend, blockedSuspend}

// boxTitle says what a box stands for, in the view of states chosen.
func (s *Stage) boxTitle(i int) string {
	if s.states == LinuxStates && boxStates[i] <= trace.Terminated {
		return s.words.say("states.linux." + boxStates[i].String())
	}
	return s.words.say(stateID(boxStates[i]))
}

// furnish draws what changes with the layout only.
func (s *Stage) furnish() {
	v, l, c := s.view, &s.layout, &s.scene
	v.used.words, v.used.rules = 0, 0
	v.idle, v.switching = s.words.say("state.idle"), s.words.say("stage.switch")
	v.free, v.cache = s.words.say("stage.lock.free"), s.words.say("stage.cache")
	v.copies = s.words.say("stage.copies")
	v.spins, v.writes = s.words.say("stage.spins"), s.words.say("stage.writes")
	v.ends = s.words.say("stage.join.end")
	c.queues, c.cpus, c.places = c.queues[:0], c.cpus[:0], c.places[:0]
	for i := range l.Boxes {
		outlined := i == boxReady || i == boxBlocked || i == boxStopped && !s.project // new and those that have ended are dashed
		title := s.boxTitle(i)
		v.boxes[i].place(l.Boxes[i], &s.style, boxStates[i], title, outlined)
		if i == boxRunning || s.project && !outlined { // CPUs have boxes of their own
			v.boxes[i].dashes.Hide()
		}
	}
	for i, a := range v.arrows {
		a.lit = false
		a.show(l.Arrows[i], s.arrowText(i, l.Arrows[i].Short))
	}
	for len(v.lanes) < len(l.Lanes) {
		a := newArrowView(&s.style)
		v.lanes = append(v.lanes, a)
		v.arrowLayer.Objects = append(v.arrowLayer.Objects, a.all)
	}
	for i, a := range v.lanes {
		a.lit = false
		if i < len(l.Lanes) {
			a.show(l.Lanes[i], "")
		} else {
			a.all.Hide()
		}
	}
	v.back = [...]string{s.arrowText(arrowPreempt, l.Arrows[arrowPreempt].Short), s.words.say("arrow.preempt.any"), s.words.say("arrow.yield")}
	c.litLanes = grow(c.litLanes[:0], len(l.Lanes))
	for len(v.cpus) < len(l.CPUs) {
		cpu := newCPUView(&s.style)
		v.cpus = append(v.cpus, cpu)
		v.boxLayer.Objects = append(v.boxLayer.Objects, cpu.all)
	}
	for len(v.places) < len(l.Places) {
		p := newPlaceView(&s.style)
		v.places = append(v.places, p)
		v.wordLayer.Objects = append(v.wordLayer.Objects, p.all)
	}
	if s.shot != nil {
		s.choose()
	}
	s.nameFrames()
	s.showNote()
}

// nameFrames says what each frame is for.
func (s *Stage) nameFrames() {
	v, l, c := s.view, &s.layout, &s.scene
	st := &s.style
	v.used.words, v.used.rules = 0, 0
	for i, cpu := range v.cpus {
		setHidden(cpu.all, i >= len(c.cpus))
		if i < len(c.cpus) {
			cpu.place(l.CPUs[i])
		}
	}
	for f, q := range c.queues {
		row := &l.Rows[f]
		v.word(s.queueName(q), row.Label, st.small, st.muted, plain, fyne.TextAlignLeading)
		if f > 0 {
			y := row.Row.Y
			if s.spec.PerCPU {
				y -= 0.25 * st.unit
			}
			v.rule(spot{row.Row.X + 0.6*st.unit, y}, spot{row.Row.right() - 0.6*st.unit, y}, st.grid)
		}
	}
	if l.Ends {
		box := l.Boxes[boxReady].Box
		a := area{box.X + 0.7*st.unit, box.bottom() - 0.25*st.unit - st.line*st.small, box.W - 1.4*st.unit, st.line * st.small}
		v.word(s.words.say("stage.tail"), a, st.small, st.muted, plain, fyne.TextAlignLeading)
		v.word(s.words.say("stage.head"), a, st.small, st.muted, plain, fyne.TextAlignTrailing)
	}
	s.nameMore(len(c.cpus), len(l.CPUs), s.header.CPUs, func(f int) area { return l.CPUs[f].Box })
	if !s.spec.PerCPU {
		s.nameMore(len(c.queues), len(l.Rows), len(s.header.Queues), func(f int) area { return l.Rows[f].Row })
	}
	s.nameMore(len(c.places), len(l.Places), s.spec.Places, func(f int) area { return l.Places[f].Cell })
	for f, p := range v.places {
		setHidden(p.all, f >= len(c.places))
		if f < len(c.places) {
			p.place(l.Places[f], s.placeName(c.places[f]), s.extraAt(c.places[f]) == extraSleep, v)
			s.separate(f)
		}
	}
	v.hideUnused()
}

// separate draws a rule above a place that stands below another.
func (s *Stage) separate(f int) {
	cell := s.layout.Places[f].Cell
	if f > 0 && s.layout.Places[f-1].Cell.X == cell.X {
		in := 0.6 * s.style.unit
		s.view.rule(spot{cell.X + in, cell.Y}, spot{cell.right() - in, cell.Y}, s.style.grid)
	} else if f > 0 {
		box := s.layout.Boxes[boxBlocked].Box
		in := 0.8 * s.style.unit
		s.view.rule(spot{cell.X, box.Y + in}, spot{cell.X, box.bottom() - in}, s.style.grid)
	}
}

// nameMore says in the last frame how many have none. A single frame is no
// room for that.
func (s *Stage) nameMore(shown, frames, n int, frame func(int) area) {
	if n > shown && frames > shown {
		a := frame(shown).inset(0.7*s.style.unit, 0)
		s.view.word(s.texts.get(phraseMore, int64(n-shown)), a, s.style.small, s.style.muted, plain, fyne.TextAlignLeading)
	}
}

// showCounts says how many tasks are in each state and how many have no place.
func (s *Stage) showCounts() {
	v, c := s.view, &s.scene
	n := s.tally()
	for i := range v.boxes {
		setText(&v.boxes[i].count, s.texts.get(phraseNumber, int64(n[i])*10), 0.95*s.style.unit, s.style.muted)
	}
	v.used.counts = 0
	chosen, ok := listID{}, false
	if s.selected != trace.NoTask && s.tokenOf(s.selected) == nil {
		chosen, ok = s.listOf(s.selected)
	}
	more := func(list listID, at *slots) {
		if at.n > at.shown && !at.silent && !at.region.empty() {
			v.count(s.texts.get(phrasePlus, int64(at.n-at.shown)), at.at(at.shown), ok && chosen == list)
		}
	}
	more(listID{inNew, 0}, &c.newSlots)
	more(listID{inEnded, 0}, &c.endedSlots)
	more(listID{inStopped, 0}, &c.stoppedSlots)
	more(listID{inZombie, 0}, &c.zombieSlots)
	more(listID{inReadySuspend, 0}, &c.awaySlots[0])
	more(listID{inBlockedSuspend, 0}, &c.awaySlots[1])
	for f, q := range c.queues {
		more(listID{inReady, q}, &c.rowSlots[f])
	}
	for f, p := range c.places {
		more(listID{inPlace, p}, &c.placeSlots[f])
	}
	for _, view := range v.counts[v.used.counts:] {
		setHidden(view.all, true)
	}
}

// tally counts the tasks in each state. A task that a CPU is switching to is
// still ready.
func (s *Stage) tally() (n [boxes]int) {
	shot := s.shot
	n[boxNew], n[boxEnded], n[boxStopped], n[boxZombie] = len(shot.New), len(shot.Ended), len(shot.Halted), len(shot.Zombies)
	for _, q := range shot.Queues {
		n[boxReady] += len(q)
	}
	for i := range shot.CPUs {
		if shot.CPUs[i].Task != trace.NoTask {
			if shot.CPUs[i].Switching {
				n[boxReady]++
			} else {
				n[boxRunning]++
			}
		}
	}
	n[boxBlocked] = len(shot.Sleeping) + len(shot.Joining)
	for i := range shot.Resources {
		n[boxBlocked] += len(shot.Resources[i].Waiting) + len(shot.Resources[i].Serving)
	}
	for _, id := range shot.Suspended {
		seven := s.states == SevenStates
		switch at := &shot.Tasks[id]; {
		case at.State == trace.Ready && seven:
			n[boxReadySuspend]++
		case at.State == trace.Ready:
			n[boxReady]++
		case at.State == trace.Blocked && seven:
			n[boxBlockedSuspend]++
			n[boxBlocked]--
		}
	}
	for _, id := range shot.Halted { // stands where it waits, too
		if shot.Tasks[id].Cause != 0 {
			n[boxBlocked]--
		}
	}
	return n
}

// light lets the arrows stand out that a token travels along.
func (s *Stage) light() {
	v, c := s.view, &s.scene
	lit := c.flash
	clear(c.litLanes)
	for _, t := range c.order {
		if t.used && t.moving {
			lit |= t.route
			if t.lane >= 0 && t.lane < len(c.litLanes) && t.route != 0 {
				c.litLanes[t.lane] = true
			}
		}
	}
	for i, a := range v.arrows {
		if i == arrowDispatch && len(s.layout.Lanes) > 0 { // each CPU has one of its own
			continue
		}
		if on := lit>>i&1 == 1; on != a.lit && !a.frame.nowhere() {
			a.light(on, s.arrowColor(i))
			if i == arrowPreempt && on {
				a.say(v.back[c.cause])
			} else if i == arrowPreempt {
				a.say(v.back[usedUp])
			}
		}
	}
	s.showDetours()
	for i, on := range c.litLanes {
		if a := v.lanes[i]; on != a.lit {
			a.light(on, s.arrowColor(arrowDispatch))
		}
	}
}

// arrowColor is that of the state an arrow leads to.
func (s *Stage) arrowColor(i int) color.Color {
	switch i {
	case arrowDispatch:
		return s.style.states[trace.Running]
	case arrowBlock:
		return s.style.states[trace.Blocked]
	case arrowExit, arrowReap:
		return s.style.text
	case arrowStop, arrowStopBlocked:
		return s.style.states[trace.Stopped]
	case arrowContBlocked, arrowSuspendBlocked:
		return s.style.states[trace.Blocked]
	case arrowZombie:
		return s.style.states[trace.Zombie]
	}
	return s.style.states[trace.Ready]
}

// showDetours draws the ways of those under way where no arrow leads.
func (s *Stage) showDetours() {
	v := s.view
	n := 0
	draw := func(f arrowFrame) {
		if n == len(v.detours) {
			a := newArrowView(&s.style)
			v.detours = append(v.detours, a)
			v.arrowLayer.Objects = append(v.arrowLayer.Objects, a.all)
		}
		a := v.detours[n]
		n++
		if a.frame != f || !a.lit {
			a.show(f, "")
			a.light(true, s.style.text)
		}
	}
	for _, f := range s.scene.flashed {
		draw(f)
	}
	for _, t := range s.scene.order {
		if t.used && t.moving && t.own.Shown {
			draw(t.own)
		}
	}
	for _, a := range v.detours[n:] {
		a.frame.Shown = false
		a.light(false, nil)
		a.all.Hide()
	}
}

// showNote says why.
func (s *Stage) showNote() {
	v, a, st := s.view, s.layout.Note, &s.style
	for _, t := range v.note {
		t.Hide()
	}
	if s.project || a.W < 8*st.unit || st.unit == 0 {
		return
	}
	line := st.line * st.unit * 1.12
	most := int(a.H / line)
	var lines []string
	title := 0
	if s.note.title != "" {
		lines = wrapMeasured(s.note.title, a.W, min(2, most), func(t string) float32 { return width(t, st.unit, bold) })
		title = len(lines)
	}
	room := min(most-title, 7)
	for n, text := range s.note.texts {
		last := n == len(s.note.texts)-1
		wrapped := wrapMeasured(text, a.W, room+1, func(t string) float32 { return width(t, st.unit, plain) })
		if len(wrapped) > room && last {
			wrapped = wrapMeasured(text, a.W, room, func(t string) float32 { return width(t, st.unit, plain) })
		}
		if len(wrapped) <= room {
			lines = append(lines, wrapped...)
			break
		}
	}
	for i, text := range lines {
		if i == len(v.note) {
			t := newText()
			v.note = append(v.note, t)
			v.wordLayer.Objects = append(v.wordLayer.Objects, t)
		}
		t := v.note[i]
		c := st.muted
		if t.TextStyle = plain; i < title {
			t.TextStyle, c = bold, st.text
		}
		setArea(t, area{a.X, a.Y + float32(i)*line, a.W, line})
		t.Text, t.TextSize, t.Color = text, st.unit, c
		t.Refresh()
	}
}

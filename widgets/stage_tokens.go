package widgets

import (
	"time"

	"timeslice/sim/trace"
)

// put makes a task's token belong somewhere, and lets it travel there.
func (s *Stage) put(id trace.TaskID, list listID, a area, switching, animate bool) {
	t := s.tokenOf(id)
	if t == nil {
		if t = s.take(id); t == nil {
			return
		}
		t.list, t.at, t.now = list, a, a
		if animate {
			s.emerge(t)
		}
	}
	t.seen, t.leaving = s.scene.pass, false
	s.send(t, list, a, animate)
	if list.kind == inCPU && !switching {
		cpu := &s.shot.CPUs[list.i]
		t.pc, t.until = s.shot.Tasks[id].PC, trace.Never
		if cpu.Slice > 0 {
			t.until = cpu.Since + cpu.Slice
		}
	}
	t.view.show(s.look(t, switching), t.now)
	setHidden(t.view.all, false)
}

// emerge puts the token of a task that was only counted to where that was.
func (s *Stage) emerge(t *token) {
	to := t.list
	if int(t.id) < len(s.scene.was) && s.scene.was[t.id].i >= 0 {
		t.list = s.scene.was[t.id]
	}
	from := s.countArea(t.list)
	if from.empty() {
		if t.list == to { // where it was counted it now stands
			return
		}
		if at := s.slotsOf(t.list); at != nil && at.region.empty() { // its box has no room
			t.list = to
			return
		}
		from = centered(s.boxOf(t.list).center(), t.at.W, t.at.H)
		if at := s.slotsOf(t.list); at != nil {
			from = centered(at.region.center(), t.at.W, t.at.H)
		}
	}
	t.at, t.now = from, from
}

// boxOf returns the box of the state a list belongs to.
func (s *Stage) boxOf(list listID) area {
	return s.layout.Boxes[[...]int{boxNew, boxReady, boxRunning, boxBlocked, boxEnded, boxStopped, boxZombie}[list.kind]].Box
}

// send lets a token travel to where it belongs from now on.
func (s *Stage) send(t *token, list listID, a area, animate bool) {
	if t.list == list && t.at == a {
		return // there, or on its way there
	}
	if !animate {
		if s.scene.flashing && t.list != list {
			t.motion.begin(t.now, 0)
			t.route = 0
			s.plan(t, t.list, list)
			s.scene.flash |= t.route
			if t.own.Shown {
				s.scene.flashed = append(s.scene.flashed, t.own)
			}
		}
		t.moving, t.route, t.own.Shown = false, 0, false
		t.list, t.at, t.now = list, a, a
		return
	}
	if t.list == list && t.moving {
		t.motion.turn(a)
	} else {
		lasts := s.lasts
		if t.list == list {
			lasts = s.settle()
		}
		t.motion.begin(t.now, lasts)
		t.route, t.lane, t.own.Shown = 0, -1, false
		if t.list != list {
			s.plan(t, t.list, list)
			s.raise(t)
		}
		t.motion.end(a)
	}
	t.list, t.at, t.moving = list, a, true
}

// advance lets time go by.
func (s *Stage) advance(dt time.Duration) (moving bool) {
	was := false
	for _, t := range s.scene.order {
		if !t.used || !t.moving {
			continue
		}
		was = true
		t.moving = t.motion.advance(dt)
		moving = moving || t.moving
		t.now = s.within(t.motion.at(t.motion.gone))
		t.view.show(t.view.look, t.now)
		if !t.moving {
			t.route, t.own.Shown = 0, false
			if t.leaving {
				s.release(t)
			}
		}
	}
	if was {
		s.light()
	}
	return moving
}

// within keeps a token on its way from leaving the stage.
func (s *Stage) within(a area) area {
	b := s.layout.Bounds
	a.X = min(max(a.X, 1), max(b.W-a.W-1, 1))
	a.Y = min(max(a.Y, 1), max(b.H-a.H-1, 1))
	return a
}

// leave deals with tokens that have no place any more: they go to where the
// others of their list are counted.
func (s *Stage) leave(animate bool) {
	c := &s.scene
	for i := len(c.order) - 1; i >= 0; i-- { // backwards, since sending raises
		t := c.order[i]
		if !t.used || t.seen == c.pass {
			continue
		}
		list, ok := s.listOf(t.id)
		to := s.countArea(list)
		if !animate || !ok || to.empty() {
			s.release(t)
			continue
		}
		if s.send(t, list, to, true); !t.moving {
			s.release(t)
			continue
		}
		t.leaving = true
		look := s.look(t, false)
		t.view.show(look, t.now)
	}
}

// listOf returns where a task is now.
func (s *Stage) listOf(id trace.TaskID) (listID, bool) {
	if int(id) >= len(s.shot.Tasks) {
		return listID{}, false
	}
	at := &s.shot.Tasks[id]
	switch at.State {
	case trace.New:
		return listID{inNew, 0}, true
	case trace.Ready:
		if at.Queue >= 0 {
			return listID{inReady, at.Queue}, true
		}
		return listID{inCPU, at.CPU}, true
	case trace.Running:
		return listID{inCPU, at.CPU}, true
	case trace.Blocked:
		if at.Resource >= 0 {
			return listID{inPlace, at.Resource}, true
		}
		kind := extraSleep
		if at.Cause == trace.ForTask || at.Cause == trace.ForChild {
			kind = extraJoin
		}
		return listID{inPlace, s.extraPlace(kind)}, true
	case trace.Stopped:
		return listID{inStopped, 0}, true
	case trace.Zombie:
		return listID{inZombie, 0}, true
	case trace.Terminated:
		return listID{inEnded, 0}, true
	}
	return listID{}, false
}

// countArea returns where the tokens of a list without a place are counted;
// empty if there are none.
func (s *Stage) countArea(list listID) area {
	at := s.slotsOf(list)
	if at != nil && at.n > at.shown && !at.region.empty() {
		return at.at(at.shown)
	}
	if at == nil && s.frameOf(list) < 0 { // the list itself isn't shown
		if box := s.boxOf(list); !box.empty() {
			return centered(spot{box.center().X, box.bottom() - 1}, 2, 2)
		}
	}
	return area{}
}

// slotsOf returns where the tokens of a list stand; nil if it isn't shown.
func (s *Stage) slotsOf(list listID) *slots {
	c := &s.scene
	switch list.kind {
	case inNew:
		return &c.newSlots
	case inEnded:
		return &c.endedSlots
	case inStopped:
		return &c.stoppedSlots
	case inZombie:
		return &c.zombieSlots
	case inReady:
		return find(c.queues, c.rowSlots, list.i)
	case inPlace:
		return find(c.places, c.placeSlots, list.i)
	}
	return nil
}

func find(shown []int, at []slots, i int) *slots {
	for f, n := range shown {
		if n == i && f < len(at) {
			return &at[f]
		}
	}
	return nil
}

// frameOf returns the number of the frame a list is shown in, -1 if in none.
func (s *Stage) frameOf(list listID) int {
	var shown []int
	switch list.kind {
	case inReady:
		shown = s.scene.queues
	case inCPU:
		shown = s.scene.cpus
	case inPlace:
		shown = s.scene.places
	default:
		return 0
	}
	for f, i := range shown {
		if i == list.i {
			return f
		}
	}
	return -1
}

func (s *Stage) tokenOf(id trace.TaskID) *token {
	if int(id) < len(s.scene.of) && s.scene.of[id] > 0 {
		return s.scene.order[s.scene.of[id]-1]
	}
	return nil
}

// take returns a token for a task, a free one or a new one.
func (s *Stage) take(id trace.TaskID) *token {
	c := &s.scene
	if int(id) >= len(c.of) {
		return nil
	}
	var t *token
	if n := len(c.free); n > 0 {
		t, c.free = c.free[n-1], c.free[:n-1]
	} else {
		if len(c.order) >= maxTokens {
			return nil
		}
		t = &token{view: newTokenView(&s.style), order: len(c.order)}
		c.order = append(c.order, t)
		s.view.tokens.Objects = append(s.view.tokens.Objects, t.view.all)
	}
	t.used, t.leaving, t.moving, t.route, t.id = true, false, false, 0, id
	c.of[id] = int32(t.order + 1)
	return t
}

func (s *Stage) release(t *token) {
	c := &s.scene
	if int(t.id) < len(c.of) {
		c.of[t.id] = 0
	}
	t.used, t.moving, t.leaving, t.route = false, false, false, 0
	setHidden(t.view.all, true)
	c.free = append(c.free, t)
}

// raise draws a token over all others.
func (s *Stage) raise(t *token) {
	c, objects := &s.scene, s.view.tokens.Objects
	last := len(c.order) - 1
	if t.order == last {
		return
	}
	o := c.order[last]
	i := t.order
	c.order[i], c.order[last] = o, t
	objects[i], objects[last] = objects[last], objects[i]
	o.order, t.order = i, last
	if o.used {
		c.of[o.id] = int32(o.order + 1)
	}
	c.of[t.id] = int32(t.order + 1)
}

// look returns what a task's token shows.
func (s *Stage) look(t *token, switching bool) tokenLook {
	task, at := &s.header.Tasks[t.id], &s.shot.Tasks[t.id]
	l := tokenLook{state: at.State, switching: switching || t.id == s.chosen, selected: t.id == s.selected, hue: task.Process, name: s.shortName(t)}
	l.trouble = s.InTrouble != nil && s.InTrouble(t.id)
	p := &s.texts
	switch {
	case switching:
		l.second = s.view.switching
	case at.State == trace.New:
		l.second = p.get(phraseAt, p.amount(task.Arrival))
	case at.Spinning:
		l.second = s.view.spins
	case at.Loop != nil && at.Loop.Now >= 0:
		l.second = s.header.Coroutine(at.Program, at.Loop, at.Loop.Now)
	case at.Handling > 0 && (at.State == trace.Running || at.State == trace.Ready):
		l.second = trace.SignalName(at.Handling)
	case at.State == trace.Running, at.State == trace.Ready && at.Left == 0:
		l.second = p.get(phrasePC, int64(at.PC))
	case at.State == trace.Ready:
		l.second = p.get(phraseLeft, p.amount(at.Left))
	case at.State == trace.Blocked:
		l.second = p.get(phraseCause, int64(at.Cause))
		if at.Cause == trace.ForLock && at.Resource >= 0 && s.header.Resources[at.Resource].Kind == trace.RWLock {
			l.second = s.view.writes
		}
		if at.For != trace.NoTask {
			l.second = s.view.fit(p.get(phraseEnd, int64(at.For)), t.at.W-1.2*s.style.unit, s.style.small, plain)
		}
		if at.Cause == trace.ForSleep || at.Served && s.crowded(at.Resource) {
			l.second = p.get(phraseLeft, p.amount(at.Left))
		}
	case at.State == trace.Stopped && at.Cause != 0:
		l.second = p.get(phraseCause, int64(at.Cause))
	case at.State == trace.Stopped:
		l.second = p.get(phrasePC, int64(at.PC))
	case at.State == trace.Zombie:
		l.second = p.get(phraseExit, at.Status)
	case at.State == trace.Terminated && s.ExitCode != nil:
		if code, ok := s.ExitCode(t.id); ok {
			l.second = p.get(phraseExit, code)
		}
	}
	return l
}

// crowded reports whether a device serves several at once, so that each of them
// says for how long.
func (s *Stage) crowded(resource int) bool {
	return resource >= 0 && resource < len(s.shot.Resources) && len(s.shot.Resources[resource].Serving) > 1
}

// shortName returns a task's name as far as it fits on a token.
func (s *Stage) shortName(t *token) string {
	w := t.at.W - 0.5*s.style.unit - 0.5*s.style.unit
	if st := s.shot.Tasks[t.id].State; st == trace.Blocked || st == trace.Stopped { // the hatching, the second line
		w -= 0.45 * s.style.unit
	}
	status := ""
	if at := &s.shot.Tasks[t.id]; at.State == trace.Zombie && t.at.H < s.style.twoLines { // no second line for it
		status = s.texts.get(phraseStatus, at.Status)
		w -= width(status, s.style.name, bold)
	}
	return s.view.fitted(s.header.Tasks[t.id].Name, w, s.style.name, bold, fitName) + status
}

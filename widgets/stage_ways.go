package widgets

// plan adds to a token's way the arrows that lead from one list to another.
// Going back in time goes them backwards.
func (s *Stage) plan(t *token, from, to listID) {
	back := s.scene.back
	a, b := from, to
	if back {
		a, b = to, from
	}
	var path [2]int
	n := 0
	t.own.Shown = false
	add := func(arrow int) { path[n] = arrow; n++ }
	switch {
	case a.kind == inNew && b.kind == inReady:
		add(arrowAdmit)
	case a.kind == inNew && b.kind == inCPU:
		add(arrowAdmit)
		add(arrowDispatch)
	case a.kind == inReady && b.kind == inCPU:
		add(arrowDispatch)
	case a.kind == inReady && b.kind == inPlace:
		add(arrowDispatch)
		add(arrowBlock)
	case a.kind == inReady && b.kind == inEnded && !s.scene.single:
		add(arrowDispatch)
		add(arrowExit)
	case a.kind == inReady && b.kind == inZombie && !s.scene.single:
		add(arrowDispatch)
		add(arrowZombie)
	case a.kind == inReady && b.kind == inStopped:
		add(arrowStop)
	case a.kind == inStopped && b.kind == inReady:
		add(arrowContinue)
	case a.kind == inStopped && b.kind == inCPU:
		add(arrowContinue)
		add(arrowDispatch)
	case a.kind == inPlace && b.kind == inStopped:
		add(arrowStopBlocked)
	case a.kind == inStopped && b.kind == inPlace:
		add(arrowContBlocked)
	case a.kind == inCPU && b.kind == inZombie:
		add(arrowZombie)
	case a.kind == inZombie && b.kind == inEnded:
		add(arrowReap)
	case a.kind == inCPU && b.kind == inReady:
		add(arrowPreempt)
		s.scene.cause = s.whyBack(t)
	case a.kind == inCPU && b.kind == inPlace:
		add(arrowBlock)
	case a.kind == inCPU && b.kind == inEnded:
		add(arrowExit)
	case a.kind == inCPU && b.kind == inCPU:
		add(arrowPreempt)
		add(arrowDispatch)
	case a.kind == inPlace && b.kind == inReady:
		add(arrowWake)
	case a.kind == inPlace && b.kind == inCPU:
		add(arrowWake)
		add(arrowDispatch)
	case a.kind != b.kind: // such as somebody killed while it waits
		t.own = s.detour(a, b)
		t.own.way(&t.motion, back)
	}
	for i := range n {
		arrow := path[i]
		if back {
			arrow = path[n-1-i]
		}
		frame := &s.layout.Arrows[arrow]
		if arrow == arrowDispatch && len(s.layout.Lanes) > 0 {
			if t.lane = s.laneOf(a, b); t.lane >= 0 {
				frame = &s.layout.Lanes[t.lane]
			}
		}
		frame.way(&t.motion, back)
		t.route |= 1 << arrow
	}
}

// detour is the way from one list to another where no arrow leads: straight, or
// below what lies between boxes that stand side by side.
func (s *Stage) detour(a, b listID) arrowFrame {
	from, to := s.boxOf(a), s.boxOf(b)
	if from.empty() || to.empty() {
		return arrowFrame{}
	}
	air := 0.15*s.style.unit + s.style.stroke
	if f := s.frameOf(a); a.kind == inCPU && f >= 0 {
		from = s.layout.CPUs[f].Box
	} else if a.kind == inPlace && f >= 0 {
		from = s.layout.Places[f].Cell
	}
	apart := max(to.X-from.right(), from.X-to.right())
	if from.bottom() < to.Y || to.bottom() < from.Y || apart < 6*s.style.unit {
		return direct(from, to, air)
	}
	x1, x2 := from.center().X, to.center().X
	y1, y2 := from.bottom()+air, to.bottom()+air
	deep := max(y1, y2) + 3*s.style.unit
	return arrowFrame{Curved: true, Shown: true, Line: [4]spot{{x1, y1}, {between(x1, x2, 0.1), deep}, {between(x1, x2, 0.9), deep}, {x2, y2}}}
}

// whyBack tells why a task that ran is ready again: if only one event lies
// between, what it was at and its slice say it.
func (s *Stage) whyBack(t *token) backCause {
	c := &s.scene
	switch {
	case c.back || !c.single:
		return usedUp
	case s.shot.Tasks[t.id].PC != t.pc:
		return yielded
	case s.shot.Time < t.until:
		return preempted
	}
	return usedUp
}

// laneOf returns the number of the arrow to the CPU that one of two lists is.
func (s *Stage) laneOf(a, b listID) int {
	for _, list := range []listID{b, a} {
		if list.kind != inCPU && list.kind != inReady {
			continue
		}
		for f, i := range s.scene.cpus {
			if i == list.i {
				return f
			}
		}
	}
	return -1
}

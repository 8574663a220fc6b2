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

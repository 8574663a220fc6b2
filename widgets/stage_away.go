package widgets

// Where those stand whose processes aren't in memory, in the view of seven states:
// below the ready, beside the blocked.

// awayGap is what lies between their boxes and the next, in sizes of type.
const awayGap = 2.4

// awayWidth returns how wide the boxes of the suspended are.
func (m *measures) awayWidth() float32 {
	w := max(m.width.Title[boxReadySuspend], m.width.Title[boxBlockedSuspend], m.size.SlimW+1.6*m.u)
	if full := m.size.FullW + 1.6*m.u; full <= 0.16*m.W {
		w = max(w, full)
	}
	return w
}

// suspendedLeft returns where the first of their boxes begins and ends. It ends so
// far below that of the ready that two arrows have room between them.
func (m *measures) suspendedLeft(columns [7]area) (left, right float32) {
	left = m.pad
	if m.Stopped {
		left = m.stoppedRight(columns) + stoppedGap*m.u
	}
	return left, max(left+m.awayWidth(), left+m.width.Title[boxReadySuspend]+3.8*m.u, columns[2].X+3.4*m.u)
}

// blockedLeft returns where the box of the blocked begins.
func (m *measures) blockedLeft(columns [7]area) float32 {
	switch {
	case m.Away:
		_, right := m.suspendedLeft(columns)
		return right + 2*awayGap*m.u + m.awayWidth()
	case m.Stopped:
		return m.stoppedRight(columns) + stoppedGap*m.u
	}
	return m.pad
}

// roomForAway lets ready be so wide that it ends above the blocked, and running so
// that an arrow leads down beside the title of these.
func (m *measures) roomForAway(least *[7]float32) {
	left := m.pad
	if m.Stopped {
		left += m.width.Title[boxStopped] + stoppedGap*m.u
	}
	ready := m.pad + least[0] + least[1]
	first := max(left+m.width.Title[boxReadySuspend]+3.8*m.u, left+m.awayWidth(), ready+3.4*m.u)
	blocked := first + 2*awayGap*m.u + m.awayWidth()
	least[2] = max(least[2], blocked+2.4*m.u-ready)
	least[4] = max(least[4], m.width.Title[boxBlocked]+1.6*m.u)
}

// blockedTitle makes room for the arrow from blocked to ready beside the title. It
// returns where the arrow stands.
func (m *measures) blockedTitle(l *stageLayout) (x float32) {
	b := &l.Boxes[boxBlocked]
	x = min(b.Box.X+1.2*m.u, l.Boxes[boxReady].Box.right()-m.u)
	b.Title.X = max(b.Title.X, x+0.7*m.u)
	return x
}

// suspended places their boxes for a desk.
func (m *measures) suspended(l *stageLayout, columns [7]area, y, h float32) {
	if !m.Away {
		return
	}
	left, right := m.suspendedLeft(columns)
	l.Boxes[boxReadySuspend] = boxFrame{Box: area{left, y, right - left, h}, Shown: true}
	l.Boxes[boxBlockedSuspend] = boxFrame{Box: area{right + awayGap*m.u, y, m.awayWidth(), h}, Shown: true}
}

// swaps joins the suspended with the ready above them and the blocked beside them.
func (m *measures) swaps(l *stageLayout, air, labelY, h float32) {
	u := m.u
	ready, blocked := l.Boxes[boxReady].Box, l.Boxes[boxBlocked].Box
	r, b := l.Boxes[boxReadySuspend].Box, l.Boxes[boxBlockedSuspend].Box
	left, right := r.right()-2.6*u, r.right()-0.8*u
	top, bottom := ready.bottom()+air, r.Y-air
	f := straight(spot{left, top}, spot{left, bottom})
	if w := m.width.Arrow[arrowSuspend]; l.Boxes[boxReadySuspend].Title.X+m.width.Title[boxReadySuspend]+0.6*u+w <= left-0.4*u {
		f.Label = area{left - 0.5*u - w, labelY, w, h}
	}
	l.Arrows[arrowSuspend] = f
	f = straight(spot{right, bottom}, spot{right, top})
	if w := m.width.Arrow[arrowActivate]; right+0.5*u+w <= l.Boxes[boxBlockedSuspend].Title.X-0.3*u {
		f.Label = area{right + 0.5*u, labelY, w, h}
	}
	l.Arrows[arrowActivate] = f
	y := r.center().Y
	l.Arrows[arrowSuspendBlocked] = straight(spot{blocked.X - air, y}, spot{b.right() + air, y})
	l.Arrows[arrowEvent] = straight(spot{b.X - air, y}, spot{r.right() + air, y})
}

// lowRow reports whether boxes stand below the others in a room that the run is
// about.
func (m *measures) lowRow() bool { return m.Stopped || m.Zombies || m.Away }

// lowBoxes returns how many of them there have to be.
func (m *measures) lowBoxes() (n int) {
	for box, there := range map[int]bool{boxStopped: m.Stopped, boxZombie: m.Zombies, boxReadySuspend: m.Away, boxBlockedSuspend: m.Away} {
		if there && box > 0 {
			n++
		}
	}
	if !m.Three && !m.Away {
		n = max(n, 3)
	}
	return n
}

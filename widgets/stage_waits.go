package widgets

// placeShape is how much a place to wait at shows.
type placeShape uint8

const (
	placeTall placeShape = iota // two lines, full tokens
	placeMid                    // two lines, compact tokens
	placeFlat                   // one line, compact tokens
)

// placeCells is how the places stand.
type placeCells struct {
	shape      placeShape
	cols, rows int
	shown      int
	tokens     float32 // each has room for
}

// placeRow returns the least height of a place in a shape.
func (m *measures) placeRow(shape placeShape) float32 {
	switch shape {
	case placeTall:
		return m.size.FullH + 0.6*m.u
	case placeMid:
		return max(m.size.SlimH, m.line(m.u)+m.line(m.small)) + 0.3*m.u
	}
	return max(m.size.SlimH, m.line(m.u)) + 0.35*m.u
}

// labelWidth is what the words of a place take.
func (m *measures) labelWidth(shape placeShape) float32 {
	if shape == placeFlat {
		return max(m.width.Line, 5*m.u)
	}
	return max(m.width.Place, 5*m.u)
}

// placeGrid chooses how the places stand in a box: as roomy as the height it
// would like allows, else as the height it can have allows.
func (m *measures) placeGrid(w, want, most float32) placeCells {
	n := m.Places
	if n == 0 {
		return placeCells{shape: placeFlat, cols: 1} // as low as can be: nobody ever waits
	}
	widths := func(shape placeShape, tokens float32) int {
		return max(int((w+0.01)/m.cellWidth(shape, tokens)), 1)
	}
	type option struct {
		shape  placeShape
		tokens float32
		height float32
	}
	options := []option{
		{placeTall, 2, want}, {placeMid, 2, want}, {placeTall, 2, most}, {placeMid, 2, most},
		{placeMid, 1, most}, {placeFlat, 2, most}, {placeFlat, 1, most},
	}
	if m.Tasks >= manyTasks {
		options[4], options[5] = options[5], options[4]
	}
	for _, o := range options {
		rows := int((o.height + 0.01) / m.placeRow(o.shape))
		if rows <= 0 {
			continue
		}
		if c := (n + rows - 1) / rows; c <= widths(o.shape, o.tokens) {
			return placeCells{o.shape, c, (n + c - 1) / c, n, o.tokens}
		}
	}
	cols := widths(placeFlat, 2)
	rows := max(int((most+0.01)/m.placeRow(placeFlat)), 1)
	return placeCells{placeFlat, cols, rows, min(n, cols*rows), 2}
}

// cellWidth returns how wide a place has to be that has room for two tokens, or
// for one and a count.
func (m *measures) cellWidth(shape placeShape, tokens float32) float32 {
	w := m.labelWidth(shape) + tokens*(m.size.SlimW+m.size.Gap) + 1.6*m.u
	if tokens == 1 {
		w += m.size.Count
	}
	return w
}

// placesWidth returns how wide the box has to be for places that stand like that.
func (m *measures) placesWidth(g placeCells) float32 {
	return float32(g.cols)*m.cellWidth(g.shape, g.tokens) + 0.8*m.u
}

// places divides the blocked box among the places to wait at.
func (m *measures) places(l *stageLayout, g placeCells) {
	u := m.u
	box := l.Boxes[boxBlocked].Box.inset(0.4*u, 0.3*u)
	l.Places = make([]placeFrame, g.shown)
	if g.shown == 0 {
		return
	}
	w, h := box.W/float32(g.cols), box.H/float32(g.rows)
	name, detail := m.line(u), m.line(m.small)
	for i := range l.Places {
		col, row := i/g.rows, i%g.rows // down first, so that few stand in one column
		c := area{box.X + float32(col)*w, box.Y + float32(row)*h, w, h}
		f := placeFrame{Cell: c}
		inner := c.inset(0.6*u, 0.1*u)
		label := min(m.labelWidth(g.shape), 0.5*w)
		f.List = area{inner.X + label + 0.8*u, inner.Y, inner.W - label - 0.8*u, inner.H}
		y := inner.Y + inner.H/2
		if inner.H+0.2*u >= name+detail {
			y -= (name + detail) / 2
			f.Name = area{inner.X, y, label, name}
			f.Detail = area{inner.X, y + name, label, detail}
		} else {
			f.Name = area{inner.X, y - name/2, label, name}
		}
		l.Places[i] = f
	}
}

// plainArrows joins the boxes for a desk.
func (m *measures) plainArrows(l *stageLayout, blockX float32) {
	u := m.u
	b := &l.Boxes
	air := 0.15*u + m.Stroke
	across := func(arrow, from, to int) {
		a, z := b[from].Box, b[to].Box
		y := a.center().Y
		f := straight(spot{a.right() + air, y}, spot{z.X - air, y})
		gap := z.X - a.right()
		if w := m.width.Arrow[arrow]; w+0.3*u <= gap {
			h := m.line(m.small)
			f.Label = area{a.right() + (gap-w)/2, y - h - 0.45*u, w, h}
		}
		l.Arrows[arrow] = f
	}
	across(arrowAdmit, boxNew, boxReady)
	across(arrowDispatch, boxReady, boxRunning)
	across(arrowExit, boxRunning, boxEnded)
	m.lanes(l, air)
	m.preempt(l, air)

	blocked := b[boxBlocked]
	gapTop, gapBottom := b[boxReady].Box.bottom(), blocked.Box.Y
	h := m.line(m.small)
	labelY := gapTop + (gapBottom-gapTop-h)/2
	f := straight(spot{blockX, gapTop + air}, spot{blockX, gapBottom - air})
	right := m.W - m.pad
	if z := b[boxZombie].Box; m.Zombies {
		right = b[boxRunning].Box.right()
		m.afterlife(l, z, air)
	}
	m.label(&f, arrowBlock, blockX+0.8*u, labelY, right)
	l.Arrows[arrowBlock] = f

	ready := b[boxReady].Box
	beside := blocked.Title.X + m.width.Title[boxBlocked] + u
	x := min(max(ready.X+2.2*u, beside), ready.right()-u, blockX-2*u)
	f = straight(spot{x, gapBottom - air}, spot{x, gapTop + air})
	if x >= beside {
		m.label(&f, arrowWake, x+0.8*u, labelY, blockX-0.5*u)
	}
	l.Arrows[arrowWake] = f
	if m.Stopped {
		m.halts(l, air, labelY, h)
	}
}

// halts joins the stopped with the ready above them and the blocked beside them,
// one arrow each way.
func (m *measures) halts(l *stageLayout, air, labelY, h float32) {
	u := m.u
	ready, stopped, blocked := l.Boxes[boxReady].Box, l.Boxes[boxStopped].Box, l.Boxes[boxBlocked]
	left, right := stopped.right()-2.6*u, stopped.right()-0.8*u
	top, bottom := ready.bottom()+air, stopped.Y-air
	f := straight(spot{left, top}, spot{left, bottom})
	if w := m.width.Arrow[arrowStop]; l.Boxes[boxStopped].Title.X+m.width.Title[boxStopped]+0.6*u+w <= left-0.4*u {
		f.Label = area{left - 0.5*u - w, labelY, w, h}
	}
	l.Arrows[arrowStop] = f
	f = straight(spot{right, bottom}, spot{right, top})
	if w := m.width.Arrow[arrowContinue]; right+0.5*u+w <= blocked.Title.X-0.3*u {
		f.Label = area{right + 0.5*u, labelY, w, h}
	}
	l.Arrows[arrowContinue] = f
	middle := stopped.center().Y
	apart := min(0.7*u, 0.2*stopped.H)
	l.Arrows[arrowStopBlocked] = straight(spot{blocked.Box.X - air, middle - apart}, spot{stopped.right() + air, middle - apart})
	l.Arrows[arrowContBlocked] = straight(spot{stopped.right() + air, middle + apart}, spot{blocked.Box.X - air, middle + apart})
}

// afterlife joins the zombies with the running, whom they come from, and the
// ended above them, where they go once somebody has asked for them.
func (m *measures) afterlife(l *stageLayout, zombies area, air float32) {
	run, ended := l.Boxes[boxRunning].Box, l.Boxes[boxEnded].Box
	from := spot{run.right() + air, run.bottom() - min(0.9*m.u, 0.25*run.H)}
	to := spot{zombies.X - air, zombies.center().Y}
	across := to.X - from.X
	l.Arrows[arrowZombie] = arrowFrame{Curved: true, Shown: true, Line: [4]spot{
		from, {from.X + 0.75*across, from.Y}, {from.X, to.Y}, to,
	}}
	x := zombies.right() - 0.9*m.u
	l.Arrows[arrowReap] = straight(spot{x, zombies.Y - air}, spot{x, ended.bottom() + air})
}

// label says an arrow's name to the right of a point, in its short form or not
// at all if there is no room.
func (m *measures) label(f *arrowFrame, arrow int, x, y, right float32) {
	h := m.line(m.small)
	w := m.width.Arrow[arrow]
	if f.Short = x+w > right; f.Short {
		w = m.width.Short[arrow]
	}
	if w > 0 && x+w <= right {
		f.Label = area{x, y, w, h}
	}
}

// lanes draws an arrow from each queue to its CPU, if each has one.
func (m *measures) lanes(l *stageLayout, air float32) {
	if !m.PerCPU || m.Queues <= 1 {
		return
	}
	n := len(l.CPUs)
	if n < m.CPUs && n > 1 { // the last says how many more there are
		n--
	}
	l.Lanes = make([]arrowFrame, n)
	for i := range l.Lanes {
		y := l.CPUs[i].Box.center().Y
		l.Lanes[i] = straight(spot{l.Boxes[boxReady].Box.right() + air, y}, spot{l.CPUs[i].Box.X - air, y})
	}
	l.Arrows[arrowDispatch].Shown = false
	if f := &l.Arrows[arrowDispatch]; f.Label.H > 0 {
		f.Label.Y = max(l.Boxes[boxReady].Box.Y, l.Lanes[0].Line[0].Y-f.Label.H-0.3*m.u)
	}
}

// preempt bends over the titles, from running back to ready.
func (m *measures) preempt(l *stageLayout, air float32) {
	u := m.u
	ready, run := l.Boxes[boxReady], l.Boxes[boxRunning]
	sx := min(max(run.Box.X+m.width.Title[boxRunning]+2.4*u, run.Box.right()-1.3*u), run.Box.right()-0.5*u)
	ex := ready.Box.X + max(m.width.Title[boxReady]+1.6*u, 0.45*ready.Box.W)
	ex = min(ex, ready.Box.right()-u)
	y := ready.Box.Y - air
	if len(l.CPUs) > 0 {
		y = min(y, run.Box.Y-air)
	}
	apex := ready.Title.Y - 0.55*u
	rise := (y - apex) * 4 / 3
	f := arrowFrame{Curved: true, Shown: true, Line: [4]spot{
		{sx, y}, {sx + 0.03*(sx-ex), y - rise}, {ex + 0.12*(sx-ex), y - rise}, {ex, y},
	}}
	h := m.line(m.small)
	w := m.width.Arrow[arrowPreempt]
	if f.Short = w > 1.6*(sx-ex); f.Short {
		w = m.width.Short[arrowPreempt]
	}
	f.Label = area{(sx+ex)/2 - w/2, apex - 0.3*u - h, w, h}
	l.Arrows[arrowPreempt] = f
}

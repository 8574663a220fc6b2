package widgets

// project lays the stage out for a room: ready, running and blocked side by
// side, as large as they can be; new and ended below, if there is room.
func (m *measures) project(l *stageLayout) bool {
	u, pad := m.u, m.pad
	title := m.line(1.2 * u)
	top := 0.3*u + m.line(m.small) + 0.6*u + title + 0.35*u
	lane := m.line(m.small) + 1.1*u
	chips := m.size.SlimH + 0.3*u + title
	room := m.H - top - 0.5*u

	least := max(m.size.SlimH+u, m.placeRow(placeFlat)+0.6*u)
	label := float32(0)
	if m.Queues > 1 {
		label = m.width.Queue + 0.8*u
	}
	need := [3]float32{
		max(m.width.Title[boxReady]+3*u, label+2*(m.size.SlimW+m.size.Gap)+u),
		m.width.Title[boxRunning] + 3.4*u,
		max(m.width.Title[boxBlocked], m.labelWidth(placeFlat)+max(m.size.FullW, m.size.SlimW+m.size.Gap+m.size.Count)+3*u),
	}
	across := m.W - 2*pad
	high := room - lane
	if m.Stopped || m.Zombies { // have to stand below
		high -= chips
	}
	most := max(across-need[0]-need[2]-4.8*u, need[1])
	grid := m.grid(min(0.3*m.W, most), high)
	if grid.shown < m.CPUs { // better those than roomy queues
		slim := max(m.width.Title[boxReady]+3*u, label+m.size.SlimW+m.size.Gap+m.size.Count+u)
		if all := m.grid(most+need[0]-slim, high); all.shown > grid.shown {
			grid, need[0] = all, slim
		}
	}
	need[1] = max(need[1], grid.w)
	readyWant, readyLeast, queues := m.readyHeights(room - lane)
	if m.PerCPU {
		queues, readyWant, readyLeast = grid.shown, grid.h, grid.h
	}
	topLeast := max(least, max(readyLeast, grid.h))
	if m.strict() && (topLeast > room-lane || grid.shown < m.CPUs || queues < m.Queues) {
		return false
	}
	topH := min(max(1.15*max(readyWant, grid.h), topLeast), room-lane)
	withChips := room-lane-topH >= chips
	roomy := max(m.size.FullH+1.2*u, grid.h)
	if m.Stopped || m.Zombies { // better compact than out of sight
		roomy = 0
	}
	if !withChips && room-lane-chips >= max(topLeast, roomy) {
		withChips, topH = true, room-lane-chips
	}

	gap := 2.6 * u
	spare := across - need[0] - need[1] - need[2] - 2*gap
	if spare < -0.5 {
		return false
	}
	give := func(part *float32, want float32) {
		d := min(max(want-*part, 0), max(spare, 0))
		*part += d
		spare -= d
	}
	gaps := [2]float32{gap, gap}
	var cells placeCells
	if all := m.placeGrid(across-need[0]-need[1]-2*gap-0.8*u, room, room); all.shown > m.placeGrid(need[2]-0.8*u, room, room).shown {
		give(&need[2], m.placesWidth(all)) // better all places than roomy queues
	}
	give(&need[0], label+2*m.size.FullW+m.size.Gap+1.6*u)
	give(&gaps[0], m.width.Arrow[arrowDispatch]+1.2*u)
	give(&gaps[1], m.width.Short[arrowBlock]+1.2*u)
	give(&need[0], label+float32(min(m.Tasks, 4)-1)*(m.size.SlimW+m.size.Gap)+1.6*u)
	give(&need[2], need[2]+m.size.SlimW)
	give(&need[0], need[0]+0.6*spare)
	ready := area{pad, top, need[0], topH}
	run := area{ready.right() + gaps[0], top, need[1] + 0.3*spare, topH}
	blocked := area{X: run.right() + gaps[1], Y: top}
	blocked.W = m.W - pad - blocked.X
	cells = m.placeGrid(blocked.W-0.8*u, room, room)
	if m.strict() && cells.shown < min(m.Places, m.few) {
		return false
	}
	blocked.H = min(room, max(topH, float32(cells.rows)*m.placeRow(cells.shape)*1.2+0.6*u))

	l.Boxes[boxReady] = boxFrame{Box: ready, Shown: true}
	l.Boxes[boxRunning] = boxFrame{Box: run, Shown: true}
	l.Boxes[boxBlocked] = boxFrame{Box: blocked, Shown: true}
	y := m.H - 0.5*u - chips + title + 0.2*u
	below := m.below(l, area{pad, y, blocked.X - gaps[1] - pad, m.size.SlimH}, withChips)
	if m.strict() && (m.Stopped || m.Zombies) && (!withChips || len(below) < 3) {
		return false
	}
	m.titles(l)
	for _, i := range below {
		b := &l.Boxes[i]
		b.Title.Y = b.Box.Y - 0.2*u - title
		b.List = b.Box
	}
	m.cpus(l, grid)
	m.queues(l, queues)
	m.places(l, cells)
	m.projectArrows(l, lane)
	return true
}

// withTitle is where a box stands, with its title if it stands below the others.
func (m *measures) withTitle(b boxFrame) area {
	if b.Box.Y < m.H/2 {
		return b.Box
	}
	return area{b.Box.X, b.Title.Y, b.Box.W, b.Box.bottom() - b.Title.Y}
}

// projectArrows joins the boxes for a room.
func (m *measures) projectArrows(l *stageLayout, lane float32) {
	u := m.u
	b := &l.Boxes
	air := 0.15*u + m.Stroke
	h := m.line(m.small)
	across := func(arrow, from, to int, w float32) {
		a, z := b[from].Box, b[to].Box
		y := a.center().Y
		f := straight(spot{a.right() + air, y}, spot{z.X - air, y})
		if gap := z.X - a.right(); w > 0 && w+0.4*u <= gap {
			f.Label = area{a.right() + (gap-w)/2, y - h - 0.5*u, w, h}
			f.Short = arrow == arrowBlock
		}
		l.Arrows[arrow] = f
	}
	across(arrowDispatch, boxReady, boxRunning, m.width.Arrow[arrowDispatch])
	across(arrowBlock, boxRunning, boxBlocked, m.width.Short[arrowBlock])
	m.lanes(l, air)
	m.preempt(l, air)
	if f := &l.Arrows[arrowPreempt]; !f.Short && m.width.Short[arrowPreempt] > 0 {
		f.Short = true
		c := f.Label.center().X
		f.Label.X, f.Label.W = c-m.width.Short[arrowPreempt]/2, m.width.Short[arrowPreempt]
	}

	ready, run, blocked := b[boxReady].Box, b[boxRunning].Box, b[boxBlocked].Box
	low := run.bottom() + lane - 0.4*u
	start := spot{blocked.X - air, min(blocked.bottom()-u, run.bottom()+0.45*lane)}
	end := spot{ready.X + 0.5*ready.W, ready.bottom() + air}
	deep := low + (low-run.bottom())*0.3
	f := arrowFrame{Curved: true, Shown: true, Line: [4]spot{
		start, {run.X + 0.4*run.W, deep}, {ready.right() - 0.1*ready.W, deep}, end,
	}}
	if start.Y < run.bottom() { // blocked ends above: go below running all the same
		f.Line[0].Y = blocked.bottom() - 0.6*u
	}
	w := m.width.Arrow[arrowWake]
	f.Label = area{run.X + 0.25*run.W - w/2, run.bottom() + 0.15*u, w, h}
	l.Arrows[arrowWake] = f

	// The boxes below have arrows only while somebody goes along them.
	for arrow, ends := range map[int][2]int{
		arrowAdmit: {boxNew, boxReady}, arrowExit: {boxRunning, boxEnded}, arrowZombie: {boxRunning, boxZombie},
		arrowStop: {boxReady, boxStopped}, arrowContinue: {boxStopped, boxReady}, arrowReap: {boxZombie, boxEnded},
		arrowStopBlocked: {boxBlocked, boxStopped}, arrowContBlocked: {boxStopped, boxBlocked},
	} {
		l.Arrows[arrow] = direct(m.withTitle(b[ends[0]]), m.withTitle(b[ends[1]]), air)
		l.Arrows[arrow].Shown = false
	}
}

package widgets

// plain lays the stage out for a desk: new, ready, running and ended in a row,
// below them blocked and the note. It reports whether everything has room.
func (m *measures) plain(l *stageLayout) bool {
	u, pad := m.u, m.pad
	top := 0.6*u + m.line(m.small) + 0.75*u + m.line(1.2*u) + 0.35*u
	gapLeast, gapWant := m.line(1.2*u)+1.3*u, 4.2*u
	bottomLeast := m.placeRow(placeFlat) + 0.6*u
	room := m.H - top - pad

	// All places are worth more than roomy CPUs, if there aren't too many, and more
	// than the note.
	var grid cpuGrid
	var cells placeCells
	var blockX float32
	var columns [7]area
	var blocked area
	ok := false
	shares := [...]float32{1.8, 2.6, float32(min(m.Places, 4)), 1}
	for i := range 2 * len(shares) {
		rows, wide := shares[i%len(shares)], i >= len(shares)
		g := m.grid(0.44*m.W, room-gapLeast-rows*m.placeRow(placeFlat)-0.6*u)
		cols, fits := m.columns(g)
		x := cols[4].X + min(2.2*u, cols[4].W/3)
		ready, least, _ := m.readyHeights(room - gapLeast - bottomLeast)
		if m.PerCPU {
			ready, least = g.h, g.h
		}
		want, most := room-gapWant-max(ready, g.h)-0.6*u, room-gapLeast-max(g.h, least)-0.6*u
		box := m.between(cols, x, wide)
		c := m.placeGrid(box.W-0.8*u, want, most)
		if i == 0 || c.shown > cells.shown && g.shown >= grid.shown && fits {
			grid, cells, blockX, columns, blocked, ok = g, c, x, cols, box, fits
		}
	}
	readyWant, readyLeast, queues := m.readyHeights(room - gapLeast - bottomLeast)
	if m.PerCPU {
		queues = grid.shown
		readyWant, readyLeast = grid.h, grid.h
	}
	topWant, topLeast := max(readyWant, grid.h), max(readyLeast, grid.h)
	fits := topLeast+gapLeast+bottomLeast <= room
	if m.strict() && (grid.shown < m.CPUs || queues < m.Queues) {
		return false
	}

	few := min(m.Places, m.few)
	if m.k > 1 {
		few = m.Places
	}
	if !ok || m.strict() && (!fits || cells.shown < few) {
		return false
	}
	bottomLeast = float32(max(cells.rows, 1))*m.placeRow(cells.shape) + 0.6*u
	bottomWant := max(bottomLeast, float32(cells.rows)*m.placeRow(placeTall)+0.6*u)

	// What is left over goes to the gap first, then to the two rows.
	topH, gap, bottomH := topLeast, gapLeast, bottomLeast
	spare := room - topH - gap - bottomH
	give := func(part *float32, want, share float32) {
		d := min(max(want-*part, 0), max(spare*share, 0))
		*part += d
		spare -= d
	}
	give(&topH, topWant, 0.6)
	give(&bottomH, bottomWant, 1)
	give(&topH, topWant, 1)
	give(&gap, gapWant, 1)
	give(&topH, 1.35*topWant, 0.45)
	give(&bottomH, 1.3*bottomWant, 0.6)
	give(&gap, 1.5*gapWant, 1)
	give(&topH, 1.7*topWant, 0.45)
	give(&bottomH, 1.8*bottomWant, 1)
	give(&gap, 2*gapWant, 1)
	top += max(spare, 0) * 0.4 // a box larger than that would only be empty

	for i, column := range []int{boxNew, boxReady, boxRunning, boxEnded} {
		c := columns[2*i]
		l.Boxes[column] = boxFrame{Box: area{c.X, top, c.W, topH}, Shown: true}
	}
	blocked.Y, blocked.H = top+topH+gap, bottomH
	l.Boxes[boxBlocked] = boxFrame{Box: blocked, Shown: true}
	if m.Stopped {
		l.Boxes[boxStopped] = boxFrame{Box: area{pad, blocked.Y, m.stoppedRight(columns) - pad, bottomH}, Shown: true}
	}
	if m.Zombies {
		l.Boxes[boxZombie] = boxFrame{Box: area{columns[6].X, blocked.Y, columns[6].W, bottomH}, Shown: true}
	}
	m.titles(l)
	m.plainLists(l, grid, queues)
	m.places(l, cells)
	m.plainArrows(l, blockX)
	noteX := blocked.right() + 1.6*u
	noteY := blocked.Y - 0.3*u
	noteRight := m.W - pad
	if m.Zombies {
		noteRight = min(columns[6].X-zombieGap*u, columns[4].X+columns[4].W-0.6*u) // beside the arrow there
	}
	if noteX < noteRight && noteY < m.H-pad {
		l.Note = area{noteX, noteY, noteRight - noteX, m.H - pad - noteY}
	}
	return fits
}

// columns returns new, admit, ready, dispatch, running, exit, ended from left
// to right; only X and W count.
func (m *measures) columns(grid cpuGrid) (c [7]area, ok bool) {
	u := m.u
	token := m.size.FullW + 1.4*u
	slim := m.size.SlimW + 1.2*u
	row := float32(0)
	if m.Queues > 1 {
		row = m.width.Queue + 0.8*u
	}
	zombies := float32(0)
	if m.Zombies {
		zombies = m.width.Title[boxZombie] + 2.4*u // and the arrow beside it
	}
	want := [7]float32{
		max(m.width.Title[boxNew], token), max(m.width.Arrow[arrowAdmit]+1.6*u, 2.4*u),
		max(m.width.Title[boxReady]+4*u, row+3*(m.size.FullW+m.size.Gap)+u), m.width.Arrow[arrowDispatch] + 1.8*u,
		max(grid.w*1.08, m.width.Title[boxRunning]+4*u), m.width.Arrow[arrowExit] + 1.8*u,
		max(m.width.Title[boxEnded], token, zombies),
	}
	least := [7]float32{
		max(m.width.Title[boxNew], slim), 1.8 * u,
		max(m.width.Title[boxReady]+3*u, row+3*(m.size.SlimW+m.size.Gap)+u), 2.2 * u,
		max(grid.w, m.width.Title[boxRunning]+3.4*u), 2 * u,
		max(m.width.Title[boxEnded], slim, zombies),
	}
	share := [7]float32{0.03, 0.05, 0.52, 0.08, 0.14, 0.08, 0.10}
	var sumWant, sumLeast float32
	for i := range want {
		want[i] = max(want[i], least[i])
		sumWant += want[i]
		sumLeast += least[i]
	}
	room := m.W - 2*m.pad
	x := m.pad
	for i := range c {
		w := want[i]
		switch {
		case sumWant <= room:
			w += (room - sumWant) * share[i]
		case sumLeast <= room:
			w = between(least[i], want[i], (room-sumLeast)/max(sumWant-sumLeast, 1))
		default:
			w = least[i] * room / sumLeast
		}
		c[i] = area{X: x, W: w}
		x += w
	}
	return c, sumLeast <= room
}

// titles puts the title of each state above its box.
func (m *measures) titles(l *stageLayout) {
	h := m.line(1.2 * m.u)
	for i := range l.Boxes {
		b := &l.Boxes[i]
		w := max(b.Box.W, m.width.Title[i])
		b.Title = area{b.Box.X + 0.1*m.u, b.Box.Y - 0.35*m.u - h, w, h}
	}
}

// plainLists fills the boxes of the upper row.
func (m *measures) plainLists(l *stageLayout, grid cpuGrid, queues int) {
	u := m.u
	for _, i := range []int{boxNew, boxEnded, boxStopped, boxZombie} {
		b := &l.Boxes[i]
		b.List = b.Box.inset(0.5*u, 0.55*u)
		if b.List.H < m.size.SlimH {
			b.List = b.Box.inset(0.5*u, min(0.3*u, max(b.Box.H-m.size.SlimH, 0)/2))
		}
	}
	m.cpus(l, grid)
	m.queues(l, queues)
}

// queues fills the ready box with its rows.
func (m *measures) queues(l *stageLayout, n int) {
	u, box := m.u, l.Boxes[boxReady].Box
	l.Rows = make([]rowFrame, n)
	if m.Queues <= 1 {
		for i := range l.Rows {
			list := box.inset(0.7*u, 0.4*u)
			ends := m.line(m.small)
			needed := m.size.FullH
			if m.Tasks > 6 {
				needed = max(needed, 2*m.size.SlimH+m.size.Gap)
			}
			if two := 2*m.size.SlimH + m.size.Gap; m.Project && list.H >= two && list.W < 4*(m.size.SlimW+m.size.Gap) {
				needed = max(needed, two) // better two rows than what the ends are called
			}
			if l.Ends = list.H >= needed+ends; l.Ends {
				list.H -= ends
			}
			l.Rows[i] = rowFrame{Row: box, List: list}
		}
		return
	}
	inner := box.inset(0, 0.2*u)
	for i := range l.Rows {
		h := inner.H / float32(n)
		row := area{box.X, inner.Y + float32(i)*h, box.W, h}
		if m.PerCPU {
			row.Y, row.H = l.CPUs[i].Box.Y, l.CPUs[i].Box.H
		}
		label := area{row.X + 0.7*u, row.Y, min(m.width.Queue, 0.45*row.W), row.H}
		x := label.right() + 0.6*u
		l.Rows[i] = rowFrame{Row: row, Label: label, List: area{x, row.Y + 0.1*u, row.right() - 0.6*u - x, row.H - 0.2*u}}
	}
}

// cpus divides the place of running among the CPUs.
func (m *measures) cpus(l *stageLayout, g cpuGrid) {
	box := l.Boxes[boxRunning].Box
	gap := m.cpuGap()
	w := (box.W - float32(g.cols-1)*gap) / float32(g.cols)
	h := (box.H - float32(g.rows-1)*gap) / float32(g.rows)
	_, least := m.cell(g.shape)
	if g.rows > 1 {
		h = min(h, 1.5*least)
	}
	y := box.Y + (box.H-float32(g.rows)*(h+gap)+gap)/2
	l.CPUs = make([]cpuFrame, g.shown)
	for i := range l.CPUs {
		b := area{box.X + float32(i%g.cols)*(w+gap), y + float32(i/g.cols)*(h+gap), w, h}
		l.CPUs[i] = m.cpu(b, g.shape)
	}
}

// cpu arranges what is inside of a CPU's box.
func (m *measures) cpu(b area, shape cpuShape) cpuFrame {
	u := m.u
	f := cpuFrame{Box: b, Full: shape < cpuSlim, Number: shape == cpuTiny}
	size := area{W: m.size.FullW, H: m.size.FullH}
	if h := m.cacheHeight(shape); h > 0 {
		air := min(0.3*u, 0.3*h)
		f.Cache = area{b.X + 0.7*u, b.bottom() - h, b.W - 1.4*u, h - air}
		b.H -= h
	}
	ring := float32(3.4)
	inner := b.inset(0.8*u, 0.4*u)
	apart := 0.6 * u
	switch shape {
	case cpuTall:
		f.Label = area{inner.X, inner.Y, inner.W, m.line(m.small)}
		inner.Y, inner.H = f.Label.bottom(), inner.H-f.Label.H
		size.W = min(size.W*1.12, max(size.W, inner.W-ring*u-u))
	case cpuRow:
		ring = 3
		f.Label = area{inner.X, inner.Y, m.width.CPU, inner.H}
	case cpuSlim, cpuTiny:
		ring = 1.7
		inner = b.inset(0.6*u, min(0.15*u, m.slimAir()/2))
		size = area{W: m.size.SlimW, H: m.size.SlimH}
		f.Label = area{inner.X, inner.Y, m.width.CPU, inner.H}
		if shape == cpuTiny {
			apart = 0.3 * u
			inner = b.inset(0.4*u, m.slimAir()/2)
			f.Label = area{inner.X, inner.Y, m.width.CPUNumber, inner.H}
		}
	}
	if shape != cpuTall {
		inner.X, inner.W = f.Label.right()+apart, inner.right()-f.Label.right()-apart
	}
	gap := float32(0)
	if m.Ring {
		ring *= u
		gap = min(max((inner.W-size.W-ring)/2, 0.5*u), 1.6*u)
	} else {
		ring = 0
	}
	x := inner.X + max((inner.W-size.W-ring-gap)/2, 0)
	f.Token = area{x, inner.Y + (inner.H-size.H)/2, size.W, size.H}
	if m.Ring {
		f.Ring = area{f.Token.right() + gap, inner.Y + (inner.H-ring)/2, ring, ring}
	}
	return f
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// maxCells is how many slots of a bounded queue are drawn one by one.
const maxCells = 12

// placeView draws what is known of a place to wait at: its name, and who owns
// the lock, how long the device still serves, what is in the queue.
type placeView struct {
	all    *fyne.Container
	name   canvas.Text
	detail canvas.Text
	dot    canvas.Circle // of the owner's process
	cells  []*slotView
	net    *wireView // of a socket or a manager

	said    syncSaid
	frame   placeFrame
	slim    float32 // width of a compact token
	crowded bool    // somebody waits there
	style   *stageStyle
	view    *stageView
	title   string
}

// slotView is one slot of a bounded queue.
type slotView struct {
	box   canvas.Rectangle
	value canvas.Text
}

func newText() *canvas.Text { return &canvas.Text{} }

func newPlaceView(style *stageStyle) *placeView {
	p := &placeView{style: style}
	p.name.TextStyle = bold
	p.all = &fyne.Container{Objects: []fyne.CanvasObject{&p.name, &p.detail, &p.dot}}
	return p
}

func (p *placeView) place(f placeFrame, title string, alone bool, v *stageView) {
	p.frame, p.title, p.view, p.said = f, title, v, syncSaid{}
	if alone && !f.Detail.empty() { // the name stands in the middle
		f.Name.Y += f.Detail.H / 2
	}
	setArea(&p.name, f.Name)
	p.dot.Hide()
	p.detail.Hide()
	p.showCells(0, nil, nil, nil)
	if p.net != nil { // another place may stand here now
		p.net.line[0].Hide()
		p.net.line[1].Hide()
		for _, c := range p.net.packets {
			c.Hide()
		}
	}
	p.call(title)
}

// call says the name.
func (p *placeView) call(title string) {
	s := p.style
	setText(&p.name, p.view.fit(title, p.frame.Name.W+1, s.unit, bold), s.unit, s.text)
}

// tell says the line below the name, or its short form beside it, with a dot of
// a hue before it if dotted.
func (p *placeView) tell(text, short string, hue color.Color, dotted bool) {
	s, a := p.style, p.frame.Detail
	if a.empty() { // beside the name, if there is room
		text = short
		a = p.frame.Name
		used := width(p.title, s.unit, bold) + 0.5*s.unit
		a.X, a.W = a.X+used, a.W-used
	}
	setHidden(&p.dot, !dotted)
	if dotted {
		side := 0.8 * s.unit
		setArea(&p.dot, area{a.X, a.center().Y - side/2, side, side})
		if p.dot.FillColor != hue {
			p.dot.FillColor = hue
			p.dot.Refresh()
		}
		a.X += side + 0.4*s.unit
		a.W -= side + 0.4*s.unit
	}
	if short != "" && width(text, s.small, plain) > a.W+1 {
		text = short
	}
	if text == "" || p.frame.Detail.empty() && width(text, s.small, plain) > a.W {
		setHidden(&p.detail, true)
		return
	}
	if width(text, s.small, plain) > a.W && !p.crowded { // in the place of those who wait, since nobody does
		a.W = p.frame.List.right() - a.X
	}
	if short != "" && width(text, s.small, plain) > a.W+1 && width(short, s.small, plain) <= a.W {
		text = short // rather than a part of it
	}
	setArea(&p.detail, a)
	setText(&p.detail, p.view.fit(text, a.W+1, s.small, plain), s.small, s.muted)
}

// room returns where the contents of a queue are drawn: below its name, or, where
// there is one line only, behind those who wait, or in their place.
func (p *placeView) room() area {
	if a := p.frame.Detail; !a.empty() {
		return a
	}
	a := p.frame.List
	if a.W *= 0.7; p.crowded {
		_, a = p.frame.split(p.slim)
	}
	h := min(a.H, p.style.line*p.style.small)
	return area{a.X, a.center().Y - 0.57*h, a.W, h}
}

// split divides the room of a place with one line between those who wait and what
// is in it. Who waits has room for one at least.
func (f *placeFrame) split(slim float32) (waiting, contents area) {
	waiting = f.List
	if !f.Detail.empty() {
		return waiting, area{}
	}
	waiting.W = max(0.6*f.List.W, min(1.1*slim, f.List.W))
	contents = area{waiting.right() + 0.1*slim, f.List.Y, f.List.W - waiting.W - 0.1*slim, f.List.H}
	if contents.W < 0.4*slim {
		return f.List, area{}
	}
	return waiting, contents
}

// hasContents reports whether a place shows more than who waits.
func (s *Stage) hasContents(i int) bool {
	if i >= len(s.header.Resources) {
		return false
	}
	switch s.header.Resources[i].Kind {
	case trace.BoundedQueue, trace.Pipe, trace.Socket, trace.Manager:
		return true
	}
	return false
}

// level says how full a pipe is, in a bar and in bytes, and how many have its ends
// open.
func (p *placeView) level(s *Stage, i, capacity int, at *trace.ResourceAt) {
	p.showCells(0, nil, nil, nil)
	whole := s.texts.filled(p.title, i, int(at.Count), capacity)
	if width(whole, p.style.unit, bold) > p.frame.Name.W+1 {
		whole = p.title
	}
	p.call(whole)
	a, st := p.room(), p.style
	bar := area{a.X, a.Y + 0.2*a.H, min(7*st.unit, 0.5*a.W), 0.66 * a.H}
	ends := s.texts.ends(at.Writers, at.Readers)
	said := area{bar.right() + 0.6*st.unit, a.Y + 0.07*a.H, a.right() - bar.right() - 0.6*st.unit, a.H}
	setHidden(&p.detail, a.empty() || width(ends, st.small, plain) > said.W)
	if a.empty() {
		return
	}
	p.bar(bar, float32(at.Count)/float32(max(capacity, 1)))
	if p.detail.Visible() {
		setArea(&p.detail, said)
		setText(&p.detail, ends, st.small, st.muted)
	}
}

// bar draws how full something is in the place of slots.
func (p *placeView) bar(a area, part float32) {
	st := p.style
	for len(p.cells) < 2 {
		p.newCell()
	}
	setArea(&p.cells[0].box, a)
	setFill(&p.cells[0].box, st.card, st.faint, max(st.stroke/2, 1), 0.25*st.unit)
	full := a
	full.W *= part
	setArea(&p.cells[1].box, full)
	setFill(&p.cells[1].box, st.accent, st.accent, 0, 0.25*st.unit)
	setHidden(&p.cells[0].box, false)
	setHidden(&p.cells[1].box, part <= 0)
	for i, c := range p.cells {
		setHidden(&c.value, true)
		setHidden(&c.box, i > 1 || i == 1 && part <= 0)
	}
}

func (p *placeView) newCell() {
	c := &slotView{}
	c.value.Alignment, c.value.TextStyle = fyne.TextAlignCenter, mono
	p.cells = append(p.cells, c)
	p.all.Objects = append(p.all.Objects, &c.box, &c.value)
}

// showCells draws the slots of a bounded queue: what is next to be taken stands
// at the right, next to those who wait. In a priority queue each says its priority
// before it.
func (p *placeView) showCells(capacity int, items, ranks []int64, texts *phrases) {
	a, s := p.room(), p.style
	n, least, cell := 0, 0.4*s.unit, 1.75*s.unit
	switch {
	case a.empty():
	case texts != nil && capacity == 0: // no limit: what is in it, and room for more
		n = min(len(items)+1, maxCells)
	case capacity <= maxCells:
		n = capacity
	}
	if len(ranks) > 0 {
		cell = 2.6 * s.unit
	}
	gap := 0.2 * s.unit
	h := 0.86 * a.H
	a.Y += 0.14 * a.H
	w := min(cell, (a.W+gap)/float32(max(n, 1))-gap)
	if w < least {
		if n = 0; capacity > 0 && texts != nil && !a.empty() {
			p.bar(a, float32(len(items))/float32(capacity))
			return
		}
	}
	for len(p.cells) < n {
		p.newCell()
	}
	for i, c := range p.cells {
		full := i < len(items)
		setHidden(&c.box, i >= n)
		setHidden(&c.value, i >= n || !full || w < 1.3*s.unit)
		if i >= n {
			continue
		}
		at := area{a.X + float32(n-1-i)*(w+gap), a.Y, w, h}
		setArea(&c.box, at)
		stroke, width, fill := s.faint, max(s.stroke/2, 1), s.card
		if full {
			stroke, width, fill = s.accent, s.stroke*0.75, s.token
		}
		setFill(&c.box, fill, stroke, width, 0.25*s.unit)
		if c.value.Visible() {
			setArea(&c.value, at)
			text := texts.get(phrasePlain, items[i])
			if i < len(ranks) && w >= 2*s.unit {
				text = texts.get(phraseRank, ranks[i]) + text
			}
			setText(&c.value, p.view.fit(text, w-2, 0.9*s.small, mono), 0.9*s.small, s.text)
		}
	}
}

// fill says what is in a bounded queue: in its slots below the name, and as a
// count beside the name or, where that would cut the name off, below it.
func (p *placeView) fill(s *Stage, i, capacity int, items, ranks []int64) {
	p.showCells(capacity, items, ranks, &s.texts)
	count := s.texts.filled("", i, len(items), capacity)
	whole := s.texts.filled(p.title, i, len(items), capacity)
	if width(whole, p.style.unit, bold) <= p.frame.Name.W+1 {
		p.call(whole)
		p.tell("", "", nil, false)
		return
	}
	p.call(p.title)
	if capacity <= maxCells && !p.frame.Detail.empty() {
		count = ""
	}
	p.tell(count, count, nil, false)
}

// showPlaces says what is known of each place now.
func (s *Stage) showPlaces() {
	for f, i := range s.scene.places {
		p := s.view.places[f]
		if i >= len(s.header.Resources) || i >= len(s.shot.Resources) {
			text := ""
			if s.extraAt(i) == extraJoin {
				text = s.view.ends
			}
			p.tell(text, "", nil, false)
			continue
		}
		r, at := &s.header.Resources[i], &s.shot.Resources[i]
		p.slim, p.crowded = s.layout.Size.SlimW, len(at.Waiting)+len(at.Serving) > 0
		switch r.Kind {
		case trace.BoundedQueue:
			p.fill(s, i, r.Capacity, at.Items, at.Ranks)
		case trace.Socket, trace.Manager:
			p.wire(s, i)
		case trace.Pipe:
			p.level(s, i, r.Capacity, at)
		case trace.Device:
			text, short := s.view.idle, ""
			if len(at.Serving) > 1 {
				text = ""
			}
			if at.Count > 0 { // that nobody waits for
				text = s.texts.get(phraseRequests, at.Count)
			} else if len(at.Serving) == 1 {
				left := s.texts.amount(s.shot.Tasks[at.Serving[0]].Left)
				text, short = s.texts.get(phraseLeftUnit, left), s.texts.get(phraseNumber, left)
			}
			p.tell(text, short, nil, false)
		default:
			p.tellSync(s, i)
		}
	}
}

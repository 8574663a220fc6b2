package widgets

import (
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// maxFlying is how many packets of a place are drawn.
const maxFlying = 24

// wireView is the way to a socket or a manager and back, with what is on it: what
// goes there in the upper half, to the right, what comes from there in the lower,
// to the left.
type wireView struct {
	line    [2]canvas.Line
	packets []*canvas.Circle
	used    int
}

// wire draws what is under way to and from the place, and says how much waits
// there.
func (p *placeView) wire(s *Stage, i int) {
	p.showCells(0, nil, nil, nil)
	st, at := p.style, s.shot.Resources[i].Net
	n, most := s.netCount(i)
	whole := s.texts.filled(p.title, i, n, most)
	if width(whole, st.unit, bold) > p.frame.Name.W+1 {
		whole = p.title
	}
	p.call(whole)
	p.detail.Hide()
	track := p.room()
	if p.net == nil {
		p.net = &wireView{}
		p.all.Objects = append(p.all.Objects, &p.net.line[0], &p.net.line[1])
	}
	w := p.net
	track.W = min(track.W, 12*st.unit)
	hidden := track.empty() || at == nil
	for k := range w.line {
		setHidden(&w.line[k], hidden)
		if hidden {
			continue
		}
		y := track.Y + track.H*(0.25+0.5*float32(k))
		l := &w.line[k]
		if c := st.faint; l.StrokeColor != c || l.StrokeWidth != max(st.stroke/2, 1) {
			l.StrokeColor, l.StrokeWidth = c, max(st.stroke/2, 1)
		}
		l.Position1.X, l.Position1.Y, l.Position2.X, l.Position2.Y = track.X, y, track.right(), y
		l.Refresh()
	}
	w.used = 0
	if !hidden {
		for k := range at.Flying[:min(len(at.Flying), maxFlying)] {
			p.packet(s, &at.Flying[k], track)
		}
	}
	for _, c := range w.packets[w.used:] {
		setHidden(c, true)
	}
}

// packet draws a packet where it is: a dot of its process' hue, hollow from half way
// on if it doesn't get there.
func (p *placeView) packet(s *Stage, x *trace.Packet, track area) {
	w, st := p.net, p.style
	gone := float32(1)
	if x.Due > x.Left {
		gone = min(float32(s.shot.Time-x.Left)/float32(x.Due-x.Left), 1)
	}
	if w.used == len(w.packets) {
		c := &canvas.Circle{}
		w.packets = append(w.packets, c)
		p.all.Objects = append(p.all.Objects, c)
	}
	c := w.packets[w.used]
	w.used++
	side := 0.46 * track.H
	at := spot{track.X + gone*track.W, track.Y + 0.25*track.H}
	if x.Server {
		at = spot{track.right() - gone*track.W, track.Y + 0.75*track.H}
	}
	setArea(c, centered(at, side, side))
	hue := st.hues[0]
	if int(x.Task) < len(s.header.Tasks) {
		hue = st.hues[((s.header.Tasks[x.Task].Process%Hues)+Hues)%Hues]
	}
	fill := hue
	if x.Lost && gone > 0.5 {
		fill = st.card
	}
	if c.FillColor != fill || c.StrokeColor != hue {
		c.FillColor, c.StrokeColor, c.StrokeWidth = fill, hue, max(st.stroke/2, 1)
		c.Refresh()
	}
}

// netCount returns what waits at a socket or a manager: connections to be accepted
// and how many may, datagrams and how many it keeps, or requests.
func (s *Stage) netCount(i int) (n, most int) {
	r, at := &s.header.Resources[i], &s.shot.Resources[i]
	switch {
	case at.Net == nil:
		return 0, 0
	case r.Kind == trace.Manager:
		return at.Net.Requests, 0
	case r.Network.UDP:
		return len(at.Items), r.Capacity
	}
	return len(at.Net.Backlog), r.Network.Backlog
}

// netSaid says what is known of a socket or a manager.
func (s *Stage) netSaid(i int) string {
	r, at := &s.header.Resources[i], &s.shot.Resources[i]
	switch net := at.Net; {
	case net == nil:
		return ""
	case r.Kind == trace.Manager:
		return s.texts.get(phraseAsked, int64(net.Requests))
	case r.Network.UDP:
		return s.texts.get(phraseDatagrams, int64(len(at.Items)))
	case !net.Listening && len(net.Conns) == 0:
		return s.words.say("stage.socket.deaf")
	default:
		n, most := s.netCount(i)
		return s.texts.get(phraseSocket, int64(n)<<32|int64(most))
	}
}

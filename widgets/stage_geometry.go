package widgets

// spot is a point of the stage, area a rectangle on it. The geometry of the
// stage is plain numbers, so that it can be tried without a window.
type (
	spot struct{ X, Y float32 }
	area struct{ X, Y, W, H float32 }
)

func (a area) right() float32  { return a.X + a.W }
func (a area) bottom() float32 { return a.Y + a.H }
func (a area) center() spot    { return spot{a.X + a.W/2, a.Y + a.H/2} }
func (a area) empty() bool     { return a.W <= 0 || a.H <= 0 }

// inset returns the area without a margin on every side.
func (a area) inset(x, y float32) area {
	return area{a.X + x, a.Y + y, max(a.W-2*x, 0), max(a.H-2*y, 0)}
}

// contains reports whether b lies within a, give or take a hair.
func (a area) contains(b area) bool {
	const hair = 0.5
	return b.X >= a.X-hair && b.Y >= a.Y-hair && b.right() <= a.right()+hair && b.bottom() <= a.bottom()+hair
}

// overlaps reports whether a and b share more than a hair.
func (a area) overlaps(b area) bool {
	const hair = 0.5
	return a.X+hair < b.right() && b.X+hair < a.right() && a.Y+hair < b.bottom() && b.Y+hair < a.bottom()
}

func (a area) has(p spot) bool {
	return p.X >= a.X && p.X <= a.right() && p.Y >= a.Y && p.Y <= a.bottom()
}

// centered returns an area of a size around a point.
func centered(c spot, w, h float32) area { return area{c.X - w/2, c.Y - h/2, w, h} }

// edge returns where the line from the middle of an area to a point leaves it.
func (a area) edge(to spot) spot {
	c := a.center()
	f := float32(1)
	for _, d := range [2][2]float32{{to.X - c.X, a.W / 2}, {to.Y - c.Y, a.H / 2}} {
		if way := max(d[0], -d[0]); way > d[1] {
			f = min(f, d[1]/way)
		}
	}
	return spot{between(c.X, to.X, f), between(c.Y, to.Y, f)}
}

// direct returns a straight arrow from one area to another.
func direct(from, to area, air float32) arrowFrame {
	return straight(from.inset(-air, -air).edge(to.center()), to.inset(-air, -air).edge(from.center()))
}

func between(a, b, f float32) float32 { return a + (b-a)*f }

// bezier returns the point of a cubic curve at f, 0 to 1.
func bezier(c [4]spot, f float32) spot {
	g := 1 - f
	a, b, d, e := g*g*g, 3*g*g*f, 3*g*f*f, f*f*f
	return spot{
		a*c[0].X + b*c[1].X + d*c[2].X + e*c[3].X,
		a*c[0].Y + b*c[1].Y + d*c[2].Y + e*c[3].Y,
	}
}

// tokenSize is how large tokens are: full with a second line, or compact with
// the name only; Count is the least width of the count of those without a place.
type tokenSize struct{ FullW, FullH, SlimW, SlimH, Gap, Count float32 }

// flow is the side from which a list of tokens is filled.
type flow uint8

const (
	fromLeft  flow = iota
	fromRight      // the head of a ready queue is next to the CPUs
	fromTop
)

// slots is where the tokens of one list stand. Of n tokens the first shown have
// a place; the others are counted in the place after them.
type slots struct {
	region     area
	n          int // tokens in the list
	shown      int // tokens that have a place
	w, h, gap  float32
	cols, rows int
	flow       flow
	full       bool
	beside     bool // the count is narrower than a token, beside the only one
	silent     bool // only the title counts: there is room for one
}

// layoutSlots arranges n tokens in a region: full if there is room for all of
// them, else compact, else as many as leave room for a count.
func layoutSlots(region area, n int, size tokenSize, f flow) slots {
	s := slots{region: region, n: n, gap: size.Gap, flow: f}
	s.w, s.h, s.full = size.FullW, size.FullH, true
	s.grid()
	if s.cols*s.rows < max(n, 1) {
		s.w, s.h, s.full = size.SlimW, size.SlimH, false
		s.grid()
	}
	capacity := s.cols * s.rows
	s.shown = min(n, capacity)
	if n > capacity {
		s.shown = max(capacity-1, 0)
		if capacity == 1 && f != fromTop && region.W >= s.w+s.gap+size.Count {
			s.shown, s.beside = 1, true
		}
		if capacity == 1 && f == fromTop {
			s.shown, s.silent = 1, true
		}
	}
	return s
}

func (s *slots) grid() {
	s.cols = int((s.region.W + s.gap + 0.01) / (s.w + s.gap))
	s.rows = int((s.region.H + s.gap + 0.01) / (s.h + s.gap))
}

// at returns the place of the token with number i; that of the count if i is
// the number of tokens shown.
func (s *slots) at(i int) area {
	if s.cols == 0 || s.rows == 0 {
		return area{s.region.X, s.region.Y, min(s.w, s.region.W), min(s.h, s.region.H)}
	}
	if s.beside {
		y, w := s.region.Y+(s.region.H-s.h)/2, s.region.W-s.w-s.gap
		token, count := area{s.region.X, y, s.w, s.h}, area{s.region.X + s.w + s.gap, y, min(w, s.w), s.h}
		if s.flow == fromRight {
			token.X, count.X = s.region.right()-s.w, s.region.right()-s.w-s.gap-count.W
		}
		if i == 0 {
			return token
		}
		return count
	}
	used := s.shown
	if s.n > s.shown && !s.silent {
		used++
	}
	if s.silent {
		i = 0
	}
	across, down := s.cols, s.rows
	row, col := 0, 0
	if s.flow == fromTop {
		across = min((used+down-1)/down, across)
		down = min(used, down)
		row, col = i%max(down, 1), i/max(down, 1)
	} else {
		down = min((used+across-1)/across, down)
		row, col = i/across, i%across
	}
	w, h := s.w+s.gap, s.h+s.gap
	y := s.region.Y + (s.region.H-float32(max(down, 1))*h+s.gap)/2 + float32(row)*h
	x := s.region.X + float32(col)*w
	switch s.flow {
	case fromRight:
		x = s.region.right() - float32(col+1)*w + s.gap
	case fromTop:
		x = s.region.X + (s.region.W-float32(max(across, 1))*w+s.gap)/2 + float32(col)*w
	}
	return area{x, y, s.w, s.h}
}

package widgets

import (
	"math"
	"time"
)

// maxWay is how many points a way may have: three arrows, a curve among them.
const maxWay = 24

// motion is a token on its way along arrows. It is a pure function of the time
// gone by, so that a test, a pause or a step can look at any instant of it.
type motion struct {
	way  [maxWay]spot
	far  [maxWay]float32 // length of the way up to each point
	n    int
	from area // only its size counts: the token grows or shrinks on the way
	to   area
	last time.Duration
	gone time.Duration
}

// begin starts anew at the middle of an area.
func (m *motion) begin(from area, last time.Duration) {
	m.from, m.n, m.gone, m.last = from, 0, 0, last
	m.add(from.center())
}

// add appends a point to the way; points that don't fit are left out.
func (m *motion) add(p spot) {
	if m.n == maxWay {
		m.n--
	}
	m.way[m.n], m.far[m.n] = p, 0
	if m.n > 0 {
		q := m.way[m.n-1]
		m.far[m.n] = m.far[m.n-1] + float32(math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)))
	}
	m.n++
}

// end adds the place where the way ends.
func (m *motion) end(to area) {
	m.to = to
	m.add(to.center())
}

// turn sets another end and goes on from where the token is.
func (m *motion) turn(to area) {
	now, ahead := m.at(m.gone), m.ahead()
	last := max(m.last-m.gone, m.last/2)
	var rest [maxWay]spot
	n := copy(rest[:], m.way[ahead:max(m.n-1, ahead)])
	m.begin(now, last)
	for _, p := range rest[:n] {
		m.add(p)
	}
	m.end(to)
}

// ahead returns the number of the next point on the way.
func (m *motion) ahead() int {
	done := m.far[m.n-1] * m.share(m.gone)
	i := 0
	for i < m.n-1 && m.far[i] <= done {
		i++
	}
	return i
}

// share returns which part of the way is behind the token after t: slow at both
// ends, never back.
func (m *motion) share(t time.Duration) float32 {
	if t >= m.last {
		return 1
	}
	f := float32(max(t, 0)) / float32(m.last)
	return f * f * (3 - 2*f)
}

// at returns where the token is after t.
func (m *motion) at(t time.Duration) area {
	f := m.share(t)
	if f >= 1 {
		return m.to
	}
	done := m.far[m.n-1] * f
	i := 1
	for i < m.n-1 && m.far[i] < done {
		i++
	}
	c := m.way[m.n-1]
	if length := m.far[i] - m.far[i-1]; length > 0 {
		g := (done - m.far[i-1]) / length
		c = spot{between(m.way[i-1].X, m.way[i].X, g), between(m.way[i-1].Y, m.way[i].Y, g)}
	}
	return centered(c, between(m.from.W, m.to.W, f), between(m.from.H, m.to.H, f))
}

// advance lets time go by and reports whether the token is still on its way.
func (m *motion) advance(dt time.Duration) bool {
	m.gone = min(m.gone+max(dt, 0), m.last)
	return m.gone < m.last
}

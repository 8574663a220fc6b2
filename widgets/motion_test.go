package widgets

import (
	"math"
	"testing"
	"time"
)

func distance(a, b spot) float64 {
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y))
}

// TestMotion goes along every arrow of a layout, both ways.
func TestMotion(t *testing.T) {
	s := runs["own"]
	s.W, s.H, s.T, s.Least, s.Line, s.Stroke, s.Widths = 1050, 405, 14, 0.8, 1.362, 2, wide
	l := layoutStage(s)
	for arrow := range l.Arrows {
		for _, back := range []bool{false, true} {
			f := l.Arrows[arrow]
			start, end := f.Line[0], f.Line[3]
			if back {
				start, end = end, start
			}
			from, to := centered(spot{start.X - 30, start.Y + 5}, 90, 50), centered(spot{end.X + 20, end.Y + 10}, 40, 25)
			var m motion
			m.begin(from, 300*time.Millisecond)
			f.way(&m, back)
			m.end(to)

			room := cover(from, to, f)
			last, gone := m.at(0), float64(0)
			if last != from {
				t.Fatalf("arrow %d starts at %v, not at %v", arrow, last, from)
			}
			for at := time.Duration(0); at <= 300*time.Millisecond; at += 5 * time.Millisecond {
				p := m.at(at)
				if !room.has(p.center()) {
					t.Errorf("arrow %d: %v is off the way after %v", arrow, p, at)
				}
				step := distance(last.center(), p.center())
				if gone += step; step > 0.06*float64(m.far[m.n-1]) {
					t.Errorf("arrow %d: a leap of %v after %v", arrow, step, at)
				}
				if m.share(at) < m.share(at-5*time.Millisecond) {
					t.Errorf("arrow %d: back after %v", arrow, at)
				}
				last = p
			}
			if m.at(300*time.Millisecond) != to || m.at(time.Hour) != to {
				t.Errorf("arrow %d ends at %v, not at %v", arrow, m.at(time.Hour), to)
			}
			if total := float64(m.far[m.n-1]); gone > total*1.001 || gone < total*0.9 {
				t.Errorf("arrow %d: gone %v of %v", arrow, gone, total)
			}
		}
	}
}

// cover is the least area around an arrow and both ends.
func cover(from, to area, f arrowFrame) area {
	points := append([]spot{from.center(), to.center()}, f.Line[:]...)
	x, y, right, bottom := bounds(points)
	return area{x - 0.01, y - 0.01, right - x + 0.02, bottom - y + 0.02}
}

// TestMotionTurn gives a token another end while it is under way: it goes on
// from where it is.
func TestMotionTurn(t *testing.T) {
	for at := time.Duration(0); at <= 200*time.Millisecond; at += 10 * time.Millisecond {
		var m motion
		m.begin(area{0, 0, 40, 20}, 200*time.Millisecond)
		m.add(spot{100, 10})
		m.add(spot{100, 200})
		m.end(area{200, 190, 40, 20})
		m.advance(at)
		was := m.at(m.gone)
		m.turn(area{300, 190, 60, 30})
		if now := m.at(m.gone); distance(was.center(), now.center()) > 0.01 {
			t.Errorf("after %v it leapt from %v to %v", at, was, now)
		}
		for m.advance(10 * time.Millisecond) {
		}
		if now := m.at(m.gone); now != (area{300, 190, 60, 30}) {
			t.Errorf("after %v it ended at %v", at, now)
		}
	}
}

func TestMotionWithoutLength(t *testing.T) {
	var m motion
	m.begin(area{10, 10, 40, 20}, 100*time.Millisecond)
	m.end(area{10, 10, 40, 20})
	for m.advance(30 * time.Millisecond) {
		if now := m.at(m.gone); math.IsNaN(float64(now.X)) || now != (area{10, 10, 40, 20}) {
			t.Fatal(now)
		}
	}
}

package widgets

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim/trace"
)

func TestRoundStep(t *testing.T) {
	const ms = 1_000_000
	for _, c := range []struct{ long, unit, want trace.Time }{
		{1 * ms, ms, 1 * ms}, {ms + 1, ms, 2 * ms}, {3 * ms, ms, 5 * ms}, {7 * ms, ms, 10 * ms}, {4999 * ms, ms, 5000 * ms},
		{ms / 2, ms, ms / 2}, {ms / 3, ms, ms / 2}, {ms / 6, ms, ms / 5}, {ms / 9, ms, ms / 5}, {ms / 10, ms, ms / 10},
		{1, ms, 1}, {0, ms, 1}, {1, 3, 3}, {1, 1, 1}, {12, 60, 60}, {3_000_000_000_000, 1, 5_000_000_000_000},
	} {
		if got := roundStep(c.long, c.unit); got != c.want && c.unit != 60 {
			t.Errorf("at least %d of %d: %d, want %d", c.long, c.unit, got, c.want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		view        View
		unit, least trace.Time
		want        string
	}{
		{View{0, 45}, 1, 4, "[0 5 10 15 20 25 30 35 40 45]"},
		{View{3, 9}, 1, 2, "[4 6 8]"},
		{View{0, 32}, 4, 4, "[0 4 8 12 16 20 24 28 32]"},
		{View{995, 1011}, 1, 5, "[995 1000 1005 1010]"},
		{View{0, 1}, 10, 1, "[0 1]"},
	} {
		var got []trace.Time
		c.view.ticks(c.unit, c.least, func(at trace.Time) { got = append(got, at) })
		if fmt.Sprint(got) != c.want {
			t.Errorf("%+v: %v, want %s", c.view, got, c.want)
		}
	}
}

func TestFit(t *testing.T) {
	for end, want := range map[trace.Time]trace.Time{39: 40, 40: 45, 100: 120, 450: 500} {
		if got := Fit(end*1000, 1000); got.To != want*1000 || got.From != 0 {
			t.Errorf("a run of %d is shown to %d, want %d", end, got.To, want)
		}
	}
}

// However it is moved, a view shows something of the run, and zooming keeps the
// instant under the pointer where it is unless the run's start is in the way.
func TestViewMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end := trace.Time(rapid.Int64Range(0, 1e12).Draw(t, "end"))
		v := Fit(end, 1000)
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			at := v.From + trace.Time(rapid.Float64Range(0, 1).Draw(t, "at")*float64(v.Span()))
			before := v
			switch rapid.IntRange(0, 2).Draw(t, "move") {
			case 0:
				v = v.Zoom(at, rapid.Float64Range(0.1, 10).Draw(t, "factor"), end)
				was, is := float64(at-before.From)/float64(before.Span()), float64(at-v.From)/float64(v.Span())
				if v.From > 0 && v.From < end-v.Span() && (is-was > 0.05 || was-is > 0.05) {
					t.Fatalf("%+v about %d became %+v", before, at, v)
				}
			case 1:
				v = v.Pan(trace.Time(rapid.Int64Range(-1e12, 1e12).Draw(t, "by")), end)
				if v.Span() != before.Span() {
					t.Fatalf("panning %+v made it %+v", before, v)
				}
			case 2:
				to := min(at, end)
				v = v.Follow(to, end)
				if to < v.From || to > v.To {
					t.Fatalf("%+v doesn't show %d", v, to)
				}
			}
			if v.From < 0 || v.From > end || v.Span() < 1 {
				t.Fatalf("%+v of a run of %d", v, end)
			}
		}
	})
}

func TestFrame(t *testing.T) {
	for _, em := range []float32{14, 21, 27} {
		for lanes := range 200 {
			for _, h := range []float32{0, 50, 156, 400, 1000} {
				f := laneFrame{em: em, small: em * 0.86, titled: true, lanes: lanes}
				f.place(1600, h)
				if f.pitch < f.narrowest() || f.pitch > f.widest() {
					t.Fatalf("%d lanes in %v: pitch %v", lanes, h, f.pitch)
				}
				if need := f.heightFor(1, false); h >= need && f.axisY+f.axis() > h+0.5 {
					t.Fatalf("%d lanes in %v: the axis ends at %v", lanes, h, f.axisY+f.axis())
				}
				for i := range lanes { // what is in sight is hit
					y := f.lanesY + (float32(i)+0.5)*f.pitch
					if want := i; y < f.lanesY+f.lanesH && f.laneAt(y, 0) != want {
						t.Fatalf("lane %d of %d in %v: hit %d", i, lanes, h, f.laneAt(y, 0))
					}
				}
				if f.laneAt(f.lanesY-1, 0) != -1 || f.laneAt(f.axisY, 0) != -1 {
					t.Fatal("what is no lane is one")
				}
			}
		}
	}
}

package widgets

import (
	"math"

	"timeslice/sim/trace"
)

// View is the stretch of time that a timeline shows. Timelines one below the
// other share one, so that an instant is at the same place in all.
type View struct{ From, To trace.Time }

// The limits of a view: nothing is shown narrower than minView, and nothing
// wider than maxView times the run.
const (
	minView = 64 // nanoseconds
	maxView = 4
)

// Span returns how long the view is, at least a nanosecond.
func (v View) Span() trace.Time { return max(v.To-v.From, 1) }

// Fit returns the view that shows a run from its start to its end, with an end
// that is a round number of units, so that it doesn't change at every event
// of a growing run.
func Fit(end, unit trace.Time) View {
	end, unit = max(end, minView), max(unit, 1)
	room := end + end/50
	step := roundStep(room/9, unit)
	return View{From: 0, To: (room + step - 1) / step * step}
}

// Zoom returns the view with its length multiplied by factor, in which the
// instant at stays where it is.
func (v View) Zoom(at trace.Time, factor float64, end trace.Time) View {
	span := float64(v.Span())
	longest := float64(max(end, minView)) * maxView
	wanted := min(max(span*factor, minView), longest)
	if factor > 1 {
		wanted = max(wanted, span) // wider than allowed stays as it is
	}
	left := float64(at-v.From) / span
	from := float64(at) - left*wanted
	return View{From: trace.Time(math.Round(from)), To: trace.Time(math.Round(from + wanted))}.Within(end)
}

// Pan returns the view moved by a time, as far as there is something to see.
func (v View) Pan(by, end trace.Time) View {
	return View{From: v.From + by, To: v.To + by}.Within(end)
}

// Within returns the view moved so that it begins in the run.
func (v View) Within(end trace.Time) View {
	span := v.Span()
	v.From = max(0, min(v.From, end-min(span/8, end)))
	v.To = v.From + span
	return v
}

// Follow returns the view moved so that it shows t, or itself if it does. It
// turns pages rather than glide, so that what is drawn stays where it is.
func (v View) Follow(t, end trace.Time) View {
	span := v.Span()
	switch {
	case t < v.From:
		return View{From: t - span*3/4, To: t - span*3/4 + span}.Within(end)
	case t > v.To-span/50:
		return View{From: t - span/8, To: t - span/8 + span}.Within(end)
	}
	return v
}

// x returns where t is in a width.
func (v View) x(t trace.Time, width float32) float32 {
	return float32(float64(t-v.From) / float64(v.Span()) * float64(width))
}

// at returns the instant at x of a width.
func (v View) at(x, width float32) trace.Time {
	if width <= 0 {
		return v.From
	}
	return v.From + trace.Time(math.Round(float64(x)/float64(width)*float64(v.Span())))
}

// roundStep returns the shortest of 1, 2, 5, 10, 20, 50, … units and, where
// the unit can be divided so, 0.5, 0.2, 0.1, … units, that is at least long.
func roundStep(long, unit trace.Time) trace.Time {
	long, unit = max(long, 1), max(unit, 1)
	best := unit
	if long > unit {
		for power := unit; ; power *= 10 {
			for _, m := range []trace.Time{1, 2, 5} {
				if power > trace.Never/100 || power*m >= long {
					return power * m
				}
			}
		}
	}
	for part := unit; ; part /= 10 {
		for _, m := range []trace.Time{2, 5, 10} { // halves, fifths, tenths
			if part%m != 0 || part/m < long {
				return best
			}
			best = part / m
		}
	}
}

// ticks calls yield with the round instants of a view, far enough apart for
// their labels: no closer than least.
func (v View) ticks(unit, least trace.Time, yield func(trace.Time)) {
	step := roundStep(least, unit)
	for t := (max(v.From, 0) + step - 1) / step * step; t <= v.To; t += step {
		yield(t)
	}
}

package widgets

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"timeslice/sim/trace"
)

var (
	_ fyne.Tappable     = (*Timeline)(nil)
	_ fyne.Draggable    = (*Timeline)(nil)
	_ fyne.Scrollable   = (*Timeline)(nil)
	_ desktop.Hoverable = (*Timeline)(nil)
	_ desktop.Mouseable = (*Timeline)(nil)
)

// timelineDrag is what a pressed button does.
type timelineDrag struct {
	button desktop.MouseButton
	from   View // when it was pressed
	x      float32
	names  bool // pressed on the names
	seeks  trace.Time
}

// near is how close, in Fyne's units, a click must be to a change to mean it.
const near = 4

// instant returns the instant a click at a position means: that of a change
// nearby in the lane, or one that is round at this zoom.
func (t *Timeline) instant(pos fyne.Position) trace.Time {
	f := t.frame()
	at := t.view.at(pos.X-f.plotX, f.plotW)
	perUnit := float64(t.view.Span()) / float64(f.plotW)
	if i := f.laneAt(pos.Y, t.scroll); i >= 0 {
		if s, ok := t.row(i).lane.At(at); ok {
			close := trace.Time(perUnit * near)
			if at-s.Start <= close {
				return min(s.Start, t.end)
			}
			if s.End-at <= close {
				return min(s.End, t.end)
			}
		}
	}
	step := max(roundStep(trace.Time(perUnit), t.unit.Size), 1)
	return max(0, min((at+step/2)/step*step, t.end))
}

func (t *Timeline) seek(pos fyne.Position) {
	if t.lanes == nil {
		return
	}
	at := t.instant(pos)
	if at == t.drag.seeks {
		return
	}
	t.drag.seeks = at
	t.SetTime(at)
	if t.OnSeek != nil {
		t.OnSeek(at)
	}
}

// MouseDown seeks or begins to pan.
func (t *Timeline) MouseDown(e *desktop.MouseEvent) {
	f := t.frame()
	t.drag = timelineDrag{button: e.Button, from: t.view, x: e.Position.X, names: e.Position.X < f.plotX-f.em/2, seeks: -1}
	if e.Button == desktop.MouseButtonPrimary && !t.drag.names {
		t.seek(e.Position)
	}
}

// MouseUp ends a drag.
func (t *Timeline) MouseUp(*desktop.MouseEvent) { t.drag.button = 0 }

// Tapped seeks, or selects the task whose name is clicked.
func (t *Timeline) Tapped(e *fyne.PointEvent) {
	f := t.frame()
	if e.Position.X >= f.plotX-f.em/2 {
		t.seek(e.Position)
		t.drag.seeks = -1
		return
	}
	if i := f.laneAt(e.Position.Y, t.scroll); i >= 0 && !t.byCPU && t.OnSelect != nil {
		t.OnSelect(trace.TaskID(i))
	}
}

// Dragged seeks, or pans if it isn't with the primary button. On the names it
// scrolls.
func (t *Timeline) Dragged(e *fyne.DragEvent) {
	t.MouseOut() // Fyne says nothing of where the pointer is until the drag ends
	switch {
	case t.drag.names:
		t.scrollTo(t.scroll - e.Dragged.DY)
	case t.drag.button > desktop.MouseButtonPrimary:
		t.panTo(e.Position.X)
	default:
		t.seek(e.Position)
	}
}

// DragEnd ends a drag.
func (t *Timeline) DragEnd() { t.drag = timelineDrag{seeks: -1} }

// panTo moves the view so that what was under the pointer when the button was
// pressed is under it now.
func (t *Timeline) panTo(x float32) {
	f := t.frame()
	by := float64(t.drag.x-x) / float64(f.plotW) * float64(t.drag.from.Span())
	t.changeView(t.drag.from.Pan(trace.Time(math.Round(by)), t.end))
}

// perNotch is how much one notch of a wheel, 25 of Fyne's units for most,
// multiplies the time shown by.
const perNotch = 1.2

// Scrolled zooms about the pointer, pans or scrolls.
func (t *Timeline) Scrolled(e *fyne.ScrollEvent) {
	if t.lanes == nil {
		return
	}
	f := t.frame()
	if e.Position.X < f.plotX-f.em/2 && e.Position != (fyne.Position{}) {
		t.scrollTo(t.scroll - e.Scrolled.DY*f.pitch/25)
		return
	}
	dx, dy := float64(e.Scrolled.DX), float64(e.Scrolled.DY)
	if math.Abs(dx) > math.Abs(dy) {
		t.changeView(t.view.Pan(trace.Time(-dx/float64(f.plotW)*2*float64(t.view.Span())), t.end))
		return
	}
	about := t.view.at(max(0, min(e.Position.X-f.plotX, f.plotW)), f.plotW)
	t.changeView(t.view.Zoom(about, math.Pow(perNotch, -dy/25), t.end))
}

// MouseIn shows what is under the pointer.
func (t *Timeline) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved shows what is under the pointer, or pans with the secondary button,
// which Fyne doesn't take for a drag.
func (t *Timeline) MouseMoved(e *desktop.MouseEvent) {
	if e.Button&desktop.MouseButtonSecondary != 0 && t.drag.button == desktop.MouseButtonSecondary {
		t.panTo(e.Position.X)
	}
	t.setHover(t.hit(e.Position), e.Position.X)
}

// MouseOut shows nothing any more.
func (t *Timeline) MouseOut() { t.setHover(Hover{}, -1) }

// hit returns what is at a position.
func (t *Timeline) hit(pos fyne.Position) Hover {
	f := t.frame()
	if t.lanes == nil || pos.X < f.plotX || pos.X > f.plotX+f.plotW {
		return Hover{}
	}
	h := Hover{OK: true, Time: t.view.at(pos.X-f.plotX, f.plotW), Task: trace.NoTask, CPU: -1}
	if t.projection && h.Time > t.at || h.Time > t.end {
		return Hover{}
	}
	i := f.laneAt(pos.Y, t.scroll)
	if i < 0 {
		return h
	}
	h.Span, h.InSpan = t.row(i).lane.At(h.Time)
	if t.byCPU {
		h.CPU = i
		if h.InSpan {
			h.Task = h.Span.Task
		}
	} else {
		h.Task = trace.TaskID(i)
		h.Span.Task = h.Task
	}
	if h.Task != trace.NoTask && t.jobs {
		h.Job, h.InJob = t.jobAt(h.Task, h.Time)
	}
	return h
}

func (t *Timeline) setHover(h Hover, x float32) {
	if h == t.hover && (x == t.hoverAt || !h.OK) {
		return
	}
	t.hover, t.hoverAt = h, x
	if !h.OK {
		t.hoverAt = -1
	}
	t.hoverSay = ""
	if t.OnHover != nil {
		t.hoverSay = t.OnHover(h)
	}
	if r := t.renderer(); r != nil {
		r.placeHover()
	}
}

package widgets

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

// atDesk shows the pictured timeline with the plot's edges and the middle of
// the first lane.
func atDesk(t *testing.T) (tl *Timeline, win fyne.Window, f laneFrame) {
	look{}.open(t)
	tl = newPictured()
	win = shown(t, tl, 1000, 160)
	return tl, win, tl.frame()
}

func (f *laneFrame) pos(part float32, lane int) fyne.Position {
	return fyne.NewPos(f.plotX+part*f.plotW, f.lanesY+(float32(lane)+0.5)*f.pitch)
}

func mouse(pos fyne.Position, b desktop.MouseButton) *desktop.MouseEvent {
	e := &desktop.MouseEvent{Button: b}
	e.Position = pos
	return e
}

func TestTimelineSeeks(t *testing.T) {
	tl, win, f := atDesk(t)
	var got []trace.Time
	tl.OnSeek = func(at trace.Time) { got = append(got, at) }
	test.TapCanvas(win.Canvas(), f.pos(0.25, 1)) // 10 ms
	if len(got) == 0 || got[len(got)-1] != 100*tenth || tl.Time() != 100*tenth {
		t.Fatalf("a click at 10 ms seeks %v", got)
	}
	test.TapCanvas(win.Canvas(), f.pos(150.0/400, 0).AddXY(3, 0))
	if tl.Time() != 150*tenth {
		t.Errorf("a click beside the end of a span seeks %d", tl.Time())
	}
	tl.MouseDown(mouse(f.pos(0.5, 1), desktop.MouseButtonPrimary))
	test.Drag(win.Canvas(), f.pos(0.75, 1), 10, 0)
	tl.MouseUp(mouse(f.pos(0.75, 1), desktop.MouseButtonPrimary))
	if at := tl.Time(); at < 290*tenth || at > 310*tenth {
		t.Errorf("a drag to 30 ms seeks %d", at)
	}
	test.TapCanvas(win.Canvas(), f.pos(1, 1))
	if tl.Time() != 390*tenth {
		t.Errorf("a click beyond the end seeks %d", tl.Time())
	}
	if view := tl.View(); view != Fit(390*tenth, 10*tenth) {
		t.Errorf("seeking changed the view to %+v", view)
	}
}

func TestTimelineZoomsAndPans(t *testing.T) {
	tl, _, f := atDesk(t)
	var views []View
	tl.OnView = func(v View) { views = append(views, v) }
	pos := f.pos(0.25, 1)
	wheel := func(dx, dy float32) {
		e := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(dx, dy)}
		e.Position = pos
		tl.Scrolled(e)
	}
	before := tl.View()
	wheel(0, 25)
	v := tl.View()
	if v.Span() >= before.Span() || v.From <= 0 {
		t.Errorf("the wheel made %+v of %+v", v, before)
	}
	if at := v.at(pos.X-f.plotX, f.plotW); at < 99*tenth || at > 101*tenth {
		t.Errorf("zooming moved 10 ms to %d", at)
	}
	wheel(-25, 0)
	if tl.View().From <= v.From || tl.View().Span() != v.Span() {
		t.Errorf("the wheel turned sideways made %+v of %+v", tl.View(), v)
	}
	for _, b := range []desktop.MouseButton{desktop.MouseButtonSecondary, desktop.MouseButtonTertiary} {
		v = tl.View()
		at, was := tl.Time(), v.at(pos.X-f.plotX, f.plotW)
		tl.MouseDown(mouse(pos, b))
		moved := pos.AddXY(-40, 0)
		if b == desktop.MouseButtonSecondary {
			tl.MouseMoved(mouse(moved, b))
		} else {
			e := &fyne.DragEvent{Dragged: fyne.NewDelta(-40, 0)}
			e.Position = moved
			tl.Dragged(e)
			tl.DragEnd()
		}
		tl.MouseUp(mouse(moved, b))
		if is := tl.View().at(moved.X-f.plotX, f.plotW); is-was > tenth || was-is > tenth {
			t.Errorf("button %d: what was under the pointer, %d, is not: %d", b, was, is)
		}
		if tl.Time() != at {
			t.Errorf("button %d seeks", b)
		}
	}
	if len(views) != 4 || views[3] != tl.View() {
		t.Errorf("told %d views", len(views))
	}
	tl.SetView(View{0, 100 * tenth})
	if len(views) != 4 {
		t.Error("SetView tells what it was told")
	}
	tl.ShowAll()
	if tl.View() != Fit(390*tenth, 10*tenth) || len(views) != 5 {
		t.Errorf("all is %+v", tl.View())
	}
	tl.ZoomBy(0.5)
	tl.PanBy(-1)
	if tl.View().From != 0 {
		t.Errorf("panned to %+v", tl.View())
	}
}

func TestTimelineHovers(t *testing.T) {
	tl, win, f := atDesk(t)
	var last Hover
	tl.OnHover = func(h Hover) string { last = h; return "here" }
	test.MoveMouse(win.Canvas(), f.pos(0.42, 0))
	if !last.OK || last.Task != 0 || !last.InSpan || last.Span.State != trace.Blocked || last.Span.Start != 150*tenth {
		t.Errorf("over P1's wait: %+v", last)
	}
	tl.SetByCPU(true)
	test.MoveMouse(win.Canvas(), f.pos(0.05, 0))
	if last.CPU != 0 || last.Task != 0 || last.Span.State != trace.Running {
		t.Errorf("over CPU 0: %+v", last)
	}
	tl.SetByCPU(false)
	tl.SetProjection(true)
	f = tl.frame()
	test.MoveMouse(win.Canvas(), f.pos(0.9, 0))
	if last.OK {
		t.Errorf("the future is told: %+v", last)
	}
	tl.MouseOut()
	if last.OK {
		t.Error("the pointer left and something is under it")
	}
}

func TestTimelineSelectsAndScrolls(t *testing.T) {
	look{}.open(t)
	l := crowded(40, 2000)
	tl := NewTimeline(nil)
	tl.SetRecording(headerOf(40), l, l.End())
	shown(t, tl, 900, 200)
	f := tl.frame()
	var got trace.TaskID
	tl.OnSelect = func(id trace.TaskID) { got = id }
	tl.Tapped(&fyne.PointEvent{Position: fyne.NewPos(20, f.lanesY+f.pitch*1.5)})
	if got != 1 {
		t.Errorf("selected %d", got)
	}
	e := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -50)}
	e.Position = fyne.NewPos(20, 50)
	tl.Scrolled(e)
	tl.Tapped(&fyne.PointEvent{Position: fyne.NewPos(20, f.lanesY+f.pitch*1.5)})
	if got != 3 {
		t.Errorf("two lanes down, selected %d", got)
	}
	tl.ScrollBy(1000)
	if _, end := f.visible(tl.scroll); end != 40 {
		t.Errorf("scrolled to the end the last lane is %d", end)
	}
	tl.ScrollBy(-1000)
	if tl.scroll != 0 {
		t.Error("not back at the top")
	}
}

// Before there is anything to show, nothing happens.
func TestTimelineOfNothing(t *testing.T) {
	look{}.open(t)
	tl := NewTimeline(nil)
	tl.SetRecording(nil, nil, 0)
	win := shown(t, tl, 600, 150)
	test.TapCanvas(win.Canvas(), fyne.NewPos(300, 70))
	tl.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 25)})
	test.MoveMouse(win.Canvas(), fyne.NewPos(300, 70))
	win.Canvas().Capture()
	if tl.Describe() != "" || tl.Lanes() != 0 {
		t.Errorf("it says %q", tl.Describe())
	}
}

// Moving the play-head or the pointer paints no span anew; a change of what is
// shown does.
func TestTimelinePaintsOnce(t *testing.T) {
	tl, win, f := atDesk(t)
	win.Canvas().Capture()
	mark := func() { tl.live.image.Pix[0] = 99 }
	kept := func() bool { win.Canvas().Capture(); return tl.live.image.Pix[0] == 99 }
	mark()
	tl.SetTime(50 * tenth)
	test.MoveMouse(win.Canvas(), f.pos(0.3, 1))
	tl.SetTitle("a", "b", "c")
	if !kept() {
		t.Error("the play-head, the pointer or the title paints the spans")
	}
	for what, change := range map[string]func(){
		"the view":       func() { tl.ZoomBy(0.5) },
		"the lanes":      func() { tl.SetByCPU(!tl.ByCPU()) },
		"the projection": func() { tl.SetProjection(true) },
		"the theme": func() {
			fyne.CurrentApp().Settings().SetTheme(NewTheme(true, false, 1, nil, nil))
			tl.Refresh()
		},
	} {
		mark()
		if change(); kept() {
			t.Error(what + " doesn't")
		}
	}
}

func TestTimelineDescribes(t *testing.T) {
	tl, _, _ := atDesk(t)
	want := "Simulated Round robin, q = 4 ms\nP1: Ready until 28.5\nP2: Running until 24.5\nP3: Ready until 24.5"
	if got := tl.Describe(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	tl.SetTime(370 * tenth)
	if got := tl.Describe(); !strings.Contains(got, "P1: Terminated") {
		t.Errorf("%s", got)
	}
	tl.SetTime(200 * tenth)
	tl.SetByCPU(true)
	if got := tl.Describe(); !strings.HasSuffix(got, "CPU 0: Idle") {
		t.Errorf("%s", got)
	}
}

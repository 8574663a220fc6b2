package widgets

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

func newPicturedTransport() *Transport {
	tr := NewTransport(nil)
	tr.SetRange(Unit{Size: 10 * tenth, Name: "ms", Decimals: 1}, 390*tenth, 312)
	tr.SetTime(230*tenth, 41)
	tr.SetSpeed(0.5)
	tr.SetSentence("P2 took lock balance at 21.0; its slice has 1.5 ms left. Next event: preempt at 24.5.")
	return tr
}

func TestTransportLooks(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, w := range []float32{1280, 1600, 1920} {
			for _, scale := range []float32{1, 1.5} {
				look{dark: dark, scale: scale}.open(t)
				tr, tl := newPicturedTransport(), newPictured()
				tr.SetPlaying(w == 1920)
				card, card2 := NewCard(tr), NewCard(tl)
				win := shown(t, container.NewBorder(card, nil, nil, nil, card2), w, 240*scale)
				save(t, fmt.Sprintf("transport-%v-%v-%v", dark, w, scale), win.Canvas().Capture())
			}
		}
	}

}

func TestTransportCalls(t *testing.T) {
	look{}.open(t)
	tr := newPicturedTransport()
	var got []string
	note := func(s string) func() { return func() { got = append(got, s) } }
	tr.OnStart, tr.OnBack, tr.OnPlay, tr.OnStep, tr.OnEnd = note("start"), note("back"), note("play"), note("step"), note("end")
	tr.OnByEvent = func(by bool) { got = append(got, fmt.Sprint(by)) }
	tr.OnSpeed = func(x float64) { got = append(got, SpeedText(x)) }
	win := shown(t, tr, 1400, 50)
	for _, b := range tr.Buttons() {
		test.Tap(b)
		if b.AccessibilityLabel() == "" {
			t.Error("a button has no name")
		}
	}
	slider := tr.slider
	test.TapCanvas(win.Canvas(), slider.Position().AddXY(slider.Size().Width-1, 10))
	test.TapCanvas(win.Canvas(), slider.Position().AddXY(0, 10))
	slider.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 50)})
	if want := "[start back play step end false 64 0.05 0.1]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	tr.SetSpeed(8)
	tr.SetByEvent(true)
	if len(got) != 9 || tr.Speed() != 8 {
		t.Error("it tells what it was told")
	}
	if win.Canvas().Focused() != nil {
		t.Error("a click took the keyboard")
	}
}

func TestButtonKeys(t *testing.T) {
	look{}.open(t)
	pressed, other := 0, ""
	b := NewButton("Run", true, func() { pressed++ })
	b.OnKey = func(e *fyne.KeyEvent) { other = string(e.Name) }
	win := shown(t, b, 100, 40)
	win.Canvas().Focus(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if pressed != 1 || other != "Right" {
		t.Errorf("pressed %d times, handed on %q", pressed, other)
	}
	b.Disable()
	test.Tap(b)
	if pressed != 1 {
		t.Error("disabled, it can be pressed")
	}
}

// A running clock makes no new pictures of text.
func TestTransportClock(t *testing.T) {
	look{}.open(t)
	tr := newPicturedTransport()
	shown(t, tr, 1400, 50)
	for at := trace.Time(0); at < 390*tenth; at += 12_345 {
		tr.SetTime(at, int(at/100_000))
	}
	for _, o := range append(tr.live.clock.digits.Objects, tr.live.count.digits.Objects...) {
		if s := o.(*canvas.Text).Text; len(s) != 1 {
			t.Errorf("%q is more than a digit", s)
		}
	}
	tr.SetTime(230*tenth, 41)
	want := "t = 23.0 ms, event 41 / 312: P2 took lock balance at 21.0; its slice has 1.5 ms left. Next event: preempt at 24.5."
	if got := tr.Describe(); got != want {
		t.Errorf("%s", got)
	}
}

// Whatever the width, the language and the size of type, nothing lies on
// something else or is cut off.
func TestTransportHasRoom(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2} {
		for _, language := range []string{"en", "zh_Hans", "zh_Hant"} {
			look{scale: scale}.open(t)
			tr := newPicturedTransport()
			tr.SetWords(wordsIn(t, language))
			least := tr.MinSize().Width
			for w := least; w < least*2.5; w += 37 {
				shown(t, tr, w, 50*scale)
				r, end := tr.live, float32(0)
				for _, b := range tr.Buttons()[:5] {
					if b.Position().X < end {
						t.Fatalf("%s, %v wide: buttons overlap", language, w)
					}
					if b.Size().Width < b.MinSize().Width {
						t.Fatalf("%s, %v wide: %q is cut off", language, w, b.Text())
					}
					end = b.Position().X + b.Size().Width
				}
				if r.room[0] < end || r.room[1]-r.room[0] < r.em()*7 || tr.slider.Position().X+tr.slider.Size().Width > w+0.5 {
					t.Fatalf("%s, scale %v, %v wide: the sentence has %v", language, scale, w, r.room)
				}
			}
		}
	}
}

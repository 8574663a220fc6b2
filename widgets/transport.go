package widgets

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"timeslice/sim/trace"
)

// Transport is what moves the play-head: buttons, the instant in large figures,
// which event that is, a sentence about what just happened, and the speed. It
// decides nothing: it says what was pressed and shows what it is told.
type Transport struct {
	widget.BaseWidget

	OnStart, OnBack, OnPlay, OnStep, OnEnd func()
	OnSpeed                                func(float64)
	OnByEvent                              func(bool)

	words Words

	start, back, play, step, end, mode *Button
	slider                             *speedSlider

	unit     Unit
	last     trace.Time
	at       trace.Time
	event    int
	events   int
	sentence string
	playing  bool
	byEvent  bool
	byPart   bool
	bare     bool // buttons without words, where there is little room
	live     *transportRenderer
}

// NewTransport makes a transport at instant 0, paused.
func NewTransport(words Words) *Transport {
	t := &Transport{words: words, unit: Unit{Size: 1}, byEvent: true}
	button := func(primary bool, tapped func()) *Button { return NewButton("", primary, tapped) }
	call := func(f *func()) func() {
		return func() {
			if *f != nil {
				(*f)()
			}
		}
	}
	t.start = button(false, call(&t.OnStart))
	t.back = button(false, call(&t.OnBack))
	t.play = button(true, call(&t.OnPlay))
	t.step = button(false, call(&t.OnStep))
	t.end = button(false, call(&t.OnEnd))
	t.mode = button(false, func() {
		t.SetByEvent(!t.byEvent)
		if t.OnByEvent != nil {
			t.OnByEvent(t.byEvent)
		}
	})
	t.start.SetGlyph(ToStart, false)
	t.back.SetGlyph(Backward, false)
	t.step.SetGlyph(Forward, true)
	t.end.SetGlyph(ToEnd, false)
	t.slider = newSpeedSlider(func(x float64) {
		if t.live != nil {
			t.live.speed()
		}
		if t.OnSpeed != nil {
			t.OnSpeed(x)
		}
	})
	t.ExtendBaseWidget(t)
	t.speak()
	return t
}

// speak writes the words on the buttons.
func (t *Transport) speak() {
	say := t.words.say
	t.start.Name = say("transport.start")
	t.back.Name = say("transport.back.name")
	t.step.Name = say("transport.step.name")
	if t.byPart {
		t.back.Name, t.step.Name = say("keys.part_back"), say("keys.part")
	}
	t.end.Name = say("transport.end")
	back, step := t.stepping()
	play, pause := say("transport.play"), say("transport.pause")
	if t.bare {
		back, step = "", ""
	}
	t.back.SetText(back)
	t.step.SetText(step)
	if t.playing {
		t.play.SetText(pause)
		t.play.SetGlyph(PauseGlyph, false)
	} else {
		t.play.SetText(play)
		t.play.SetGlyph(Forward, false)
	}
	em := t.Theme().Size(theme.SizeNameText)
	widest := max(fyne.MeasureText(play, em, bold).Width, fyne.MeasureText(pause, em, bold).Width)
	t.play.Least = widest/em + 3.9
	byEvent, byTime := say("transport.mode.event"), say("transport.mode.time")
	widest = max(fyne.MeasureText(byEvent, em, plain).Width, fyne.MeasureText(byTime, em, plain).Width)
	t.mode.Least = widest/em + 1.7
	if t.byEvent {
		t.mode.SetText(byEvent)
		t.mode.Name = say("transport.by_event")
	} else {
		t.mode.SetText(byTime)
		t.mode.Name = say("transport.by_time")
	}
}

// stepping is what the buttons say that step back and on.
func (t *Transport) stepping() (back, step string) {
	if t.byPart {
		return t.words.say("transport.part"), t.words.say("transport.part")
	}
	return t.words.say("transport.back"), t.words.say("transport.step")
}

// Buttons returns the buttons, from left to right, so that a window can hand on
// the keys they have no use for.
func (t *Transport) Buttons() []*Button {
	return []*Button{t.start, t.back, t.play, t.step, t.end, t.mode}
}

// SetWords changes the language.
func (t *Transport) SetWords(words Words) {
	t.words = words
	t.Refresh()
}

// SetRange says how times are written, how long the run is and how many events
// it has.
func (t *Transport) SetRange(unit Unit, end trace.Time, events int) {
	if t.unit == unit && t.last == end && t.events == events {
		return
	}
	t.unit, t.last, t.events = unit, end, events
	t.Refresh()
}

// SetTime shows an instant and how many events have happened by then.
func (t *Transport) SetTime(at trace.Time, event int) {
	if t.at == at && t.event == event {
		return
	}
	t.at, t.event = at, event
	if t.live != nil {
		t.live.figures()
	}
}

// SetSentence says what just happened.
func (t *Transport) SetSentence(s string) {
	if t.sentence == s {
		return
	}
	t.sentence = s
	if t.live != nil {
		t.live.say()
	}
}

// SetPlaying shows whether the run is played.
func (t *Transport) SetPlaying(playing bool) {
	if t.playing != playing {
		t.playing = playing
		t.Refresh()
	}
}

// SetSpeed shows a speed, between MinSpeed and MaxSpeed; OnSpeed isn't called.
func (t *Transport) SetSpeed(x float64) {
	x = RoundSpeed(x)
	if t.slider.speed == x {
		return
	}
	t.slider.speed = x
	t.slider.Refresh()
	if t.live != nil {
		t.live.speed()
	}
}

// Speed returns the speed shown.
func (t *Transport) Speed() float64 { return t.slider.speed }

// SetByEvent shows whether every event is given the same time, or the run goes
// on in proportion to time; OnByEvent isn't called.
func (t *Transport) SetByEvent(byEvent bool) {
	if t.byEvent != byEvent {
		t.byEvent = byEvent
		t.Refresh()
	}
}

// SetByPart shows whether a step goes through the parts of context switches too.
func (t *Transport) SetByPart(byPart bool) {
	if t.byPart != byPart {
		t.byPart = byPart
		t.Refresh()
	}
}

// clock returns what stands around the instant.
func (t *Transport) clock() (before, after string) {
	before, after = around(func(v string) string { return t.words.say("transport.time", "Time", v) })
	if t.unit.Name != "" {
		after = " " + t.unit.Name + after
	}
	return before, after
}

// count returns what stands around the number of the event.
func (t *Transport) count() (before, after string) {
	all := strconv.Itoa(t.events)
	return around(func(v string) string {
		return t.words.say("transport.event", "Index", v, "Count", all)
	})
}

// Describe says in words what the transport shows.
func (t *Transport) Describe() string {
	b, a := t.clock()
	cb, ca := t.count()
	s := b + string(t.unit.AppendClock(nil, t.at)) + a + ", " + cb + strconv.Itoa(t.event) + ca
	if t.sentence != "" {
		s += ": " + t.sentence
	}
	return s
}

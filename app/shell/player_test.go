package shell

import (
	"slices"
	"testing"
	"time"

	"timeslice/sim/trace"
)

// shortRun is one task that runs from 2 to 5 and from 5 to 9, its slice renewed
// between, with bookkeeping in it.
func shortRun() *trace.Recording {
	r := trace.NewRecording(trace.Header{CPUs: 1, Queues: []trace.Queue{{CPU: -1}}, Policies: []trace.Policy{{}},
		Programs: []trace.Program{{}}, Tasks: []trace.Task{{Name: "A"}}})
	r.Append(2, trace.Arrive, 0, 0, 0)
	r.AppendArg(2, trace.Key, 0, 0, 0, 7)
	r.Append(2, trace.Dispatch, 0, 0, 0)
	r.Append(5, trace.Expire, 0, 0, 0)
	r.Append(5, trace.Dispatch, 0, 0, 0)
	r.Append(9, trace.Exit, 0, 0, 0)
	return r
}

func loaded() *player {
	p := newPlayer(300 * time.Millisecond)
	p.load(shortRun())
	p.home()
	return p
}

func TestStepsPassOverBookkeeping(t *testing.T) {
	p := loaded()
	var forth []int
	for !p.atEnd() {
		p.forward(everyEvent)
		forth = append(forth, p.events)
	}
	want := []int{1, 3, 4, 5, 6}
	if len(forth) != len(want) {
		t.Fatalf("stepped through %v, want %v", forth, want)
	}
	for i := len(want) - 1; i >= 0; i-- {
		if p.events != want[i] {
			t.Fatalf("stepping back stands at %d, want %d", p.events, want[i])
		}
		p.back(everyEvent)
	}
	if p.events != 0 || p.now != 0 {
		t.Fatalf("before everything: %d events at %d", p.events, p.now)
	}
}

func TestStepsByDecision(t *testing.T) {
	p := loaded()
	p.forward(everyDecision)
	p.forward(everyDecision)
	if p.events != 5 || p.now != 5 {
		t.Fatalf("after two decisions: %d events at %d", p.events, p.now)
	}
	p.back(everyDecision)
	if p.events != 3 || p.now != 2 {
		t.Fatalf("one decision back: %d events at %d", p.events, p.now)
	}
}

func TestLoadingAnotherRunKeepsTheInstant(t *testing.T) {
	p := loaded()
	p.seek(6)
	p.load(shortRun())
	if p.now != 6 || p.events != 5 {
		t.Fatalf("stands at %d after %d events", p.now, p.events)
	}
}

// However the wall's time is cut into frames, playing passes through every
// event, never goes back, and ends at the end.
func TestPlayingNeverSkipsNorGoesBack(t *testing.T) {
	for _, byEvent := range []bool{true, false} {
		for _, speed := range []float64{minSpeed, 1, 3, maxSpeed} {
			for _, frame := range []time.Duration{time.Millisecond, 16 * time.Millisecond, 700 * time.Millisecond} {
				p := loaded()
				p.byEvent, p.speed = byEvent, speed
				p.toggle()
				last := p.now
				frames := 0
				for p.advance(frame) {
					if p.now < last || p.events > 0 && p.now < p.run.Event(p.events-1).Time {
						t.Fatalf("went back from %d to %d", last, p.now)
					}
					if p.events < p.run.Len() && p.now > p.run.Event(p.events).Time {
						t.Fatalf("at %d event %d was skipped", p.now, p.events)
					}
					last = p.now
					if frames++; frames > 2_000_000 {
						t.Fatalf("never ends: byEvent %v speed %v frame %v at %d", byEvent, speed, frame, p.now)
					}
				}
				if !p.atEnd() {
					t.Fatalf("stopped at %d", p.now)
				}
			}
		}
	}
}

func TestRestsBeforeItGoesOn(t *testing.T) {
	for _, byEvent := range []bool{true, false} {
		p := loaded()
		p.byEvent, p.playing, p.speed = byEvent, true, 2
		p.rest(2 * time.Second)
		p.advance(990 * time.Millisecond)
		if p.events != 0 || p.now != 0 {
			t.Errorf("by event %v: after half the rest %d events at %d", byEvent, p.events, p.now)
		}
		p.advance(30 * time.Second)
		if p.now == 0 {
			t.Errorf("by event %v: after the rest it still stands", byEvent)
		}
	}
}

func TestWaitsForWhatIsStillSimulated(t *testing.T) {
	p := loaded()
	p.end()
	p.playing, p.more = true, true
	if p.advance(time.Second); !p.playing {
		t.Error("stopped although the run goes on")
	}
	p.more = false
	if p.advance(time.Second); p.playing {
		t.Error("plays on after the end")
	}
}

func TestStepsThroughPartsOfSwitches(t *testing.T) {
	p := loaded()
	var forth []trace.Stand
	for !p.atEnd() {
		forth = append(forth, p.place())
		p.forwardPart()
	}
	const save, choose, load = trace.SaveContext, trace.ChooseNext, trace.LoadContext
	var parts []trace.Part
	for _, at := range forth {
		if at.Part != trace.NoPart {
			parts = append(parts, at.Part)
		}
	}
	if want := []trace.Part{choose, load, save, choose, load}; !slices.Equal(parts, want) {
		t.Fatalf("went through %v", parts)
	}
	for i := len(forth) - 1; i >= 0; i-- {
		if p.backPart(); p.place() != forth[i] {
			t.Fatalf("back at %v, not %v", p.place(), forth[i])
		}
	}
	for _, at := range forth {
		if p.standAt(at); p.events != at.Events || at.Events < p.run.Len() && p.now > p.run.Event(at.Events).Time {
			t.Errorf("at %v it is %d", at, p.now)
		}
	}
}

// Playing by event goes through the parts of switches too if it should, each as
// long as an event.
func TestPlayingThroughPartsOfSwitches(t *testing.T) {
	p := loaded()
	p.byEvent, p.byPart, p.playing = true, true, true
	seen := map[trace.Stand]bool{}
	for range 20 {
		p.advance(eventSlot)
		seen[p.place()] = true
	}
	for at := (trace.Stand{Events: 1, Of: -1}); at.Events < p.run.Len(); at = p.run.After(at) {
		if !seen[at] {
			t.Errorf("it never stood at %v", at)
		}
	}
	if !p.atEnd() || p.playing {
		t.Errorf("after all it stands at %v, playing %v", p.place(), p.playing)
	}
}

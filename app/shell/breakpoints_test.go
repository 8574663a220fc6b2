package shell

import (
	"strings"
	"testing"
	"time"

	"timeslice/app/words"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// paused is a window's innards at the start of a workload.
func paused(t *testing.T, file string) *Shell {
	t.Helper()
	w, err := workload.Parse("test.yaml", []byte("timeslice: 1\n"+file))
	if err != nil {
		t.Fatal(err)
	}
	session, err := begin(w)
	if err != nil {
		t.Fatal(err)
	}
	s := &Shell{work: w, session: session, player: newPlayer(300 * time.Millisecond), words: words.New("en")}
	s.player.load(session.seen)
	s.player.home()
	return s
}

// everything has each thing one can stop at: A and B deadlock, C crashes, D and E
// lose an update, F misses its deadline.
const everything = `
policy: {name: rr, quantum: 1}
resources: {m: mutex, n: mutex}
variables: {balance: {value: 0, scope: shared}}
programs: {count: [{load: balance}, {add: 1}, {store: balance}]}
tasks:
  - {name: A, program: [{lock: m}, {cpu: 2}, {lock: n}, {unlock: n}, {unlock: m}]}
  - {name: B, program: [{lock: n}, {cpu: 2}, {lock: m}, {unlock: m}, {unlock: n}]}
  - {name: C, program: [{cpu: 1}, crash]}
  - {name: D, program: count}
  - {name: E, program: count}
  - {name: F, deadline: 2, program: [{cpu: 2}]}
`

func TestStopsAtEachBreakpoint(t *testing.T) {
	kinds := map[breakpoint][]trace.Kind{
		breakContended: {trace.BlockLock}, breakDeadlock: {trace.Deadlock}, breakMissed: {trace.Miss},
		breakLost: {trace.Store}, breakCrash: {trace.Crash}, breakTask: {trace.Arrive, trace.Dispatch, trace.Expire, trace.JobDone, trace.Retire},
	}
	for at, want := range kinds {
		s := paused(t, everything)
		s.breakpoints.set[at] = true
		s.breakpoints.task = "F"
		s.watchBreakpoints()
		p := s.player
		var stops []int
		for p.toggle(); !p.atEnd(); p.playing = true {
			p.advance(50 * time.Millisecond)
			if p.playing {
				continue
			}
			if p.halted < 0 {
				break
			}
			e := p.run.Event(p.halted)
			found := false
			for _, k := range want {
				found = found || e.Kind == k
			}
			if !found || at == breakTask && e.Task != 5 || p.events != p.halted+1 {
				t.Errorf("%s: stopped at %v", breakpointIDs[at], e)
			}
			if said, ok := s.haltSentence(); !ok || said == "" {
				t.Errorf("%s: nothing is said", breakpointIDs[at])
			}
			stops = append(stops, p.events)
		}
		if len(stops) == 0 {
			t.Errorf("%s: it never stopped", breakpointIDs[at])
		}
		// By hand to the same places, forward and back.
		p.home()
		for _, n := range stops {
			if p.forwardToHalt(); p.events != n {
				t.Errorf("%s: went on to %d, not %d", breakpointIDs[at], p.events, n)
			}
		}
		for i := len(stops) - 2; i >= 0; i-- {
			if p.backToHalt(); p.events != stops[i] {
				t.Errorf("%s: went back to %d, not %d", breakpointIDs[at], p.events, stops[i])
			}
		}
		if p.backToHalt(); p.events != 0 {
			t.Errorf("%s: back from the first it stands at %d", breakpointIDs[at], p.events)
		}
	}
}

// By time it stops where it does by event, at any speed.
func TestPlayingByTimeStopsAtBreakpoints(t *testing.T) {
	for _, speed := range []float64{minSpeed, 1, maxSpeed} {
		s := paused(t, everything)
		s.breakpoints.set[breakCrash] = true
		s.watchBreakpoints()
		p := s.player
		p.byEvent, p.playing, p.speed = false, true, speed
		for range 100_000 {
			if !p.advance(200 * time.Millisecond) {
				break
			}
		}
		if p.halted < 0 || p.run.Event(p.halted).Kind != trace.Crash || p.now != p.run.Event(p.halted).Time {
			t.Errorf("at speed %v it stopped after %d events, at %d", speed, p.events, p.now)
		}
	}
}

func TestNoBreakpointNoStop(t *testing.T) {
	s := paused(t, everything)
	s.watchBreakpoints()
	p := s.player
	p.playing = true
	for p.advance(time.Second) {
	}
	if !p.atEnd() || p.halted >= 0 {
		t.Errorf("it stopped after %d of %d events", p.events, p.run.Len())
	}
	if _, stopped := s.haltSentence(); stopped {
		t.Error("it says that it stopped")
	}
}

// A caption of a lesson is due when all at its instant has happened; while context
// switches are stepped through, when the first of them begins.
func TestCaptionsOfSwitches(t *testing.T) {
	s := paused(t, `
policy: {name: rr, quantum: 1}
tasks: [{name: A, program: [{add: 1}, {add: 1}]}, {name: B, program: [{cpu: 1}]}]
captions: [{at: 0, say: "first"}, {at: 1, say: "second"}]
`)
	r := s.session.seen
	said := map[bool][]string{}
	for _, open := range []bool{false, true} {
		s.switching = open
		for i := range r.Len() {
			if r.Event(i).Time == 1e6 {
				said[open] = append(said[open], r.Event(i).Kind.String()+": "+s.captionAt(i+1, 1e6))
			}
		}
	}
	if got, want := strings.Join(said[false], ", "), "added: first, expire: first, dispatch: second"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := strings.Join(said[true], ", "), "added: first, expire: second, dispatch: second"; got != want {
		t.Errorf("in parts: %s, not %s", got, want)
	}
}

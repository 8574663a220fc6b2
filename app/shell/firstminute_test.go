package shell

import (
	"testing"
	"time"

	"timeslice/app/words"
	"timeslice/sim/trace"
)

// The program opens playing its first lesson. Within ten seconds on the wall
// both processes must have been seen ready, running and blocked, the pauses for
// reading included.
func TestTenSecondsShowThreeStates(t *testing.T) {
	w, err := FirstLesson()
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
	s.player.toggle()
	seen := map[trace.TaskID]map[trace.State]bool{0: {}, 1: {}}
	var shot trace.Snapshot
	said := ""
	const frame = 16 * time.Millisecond
	for wall := time.Duration(0); wall < 10*time.Second; wall += frame {
		s.player.advance(frame)
		session.seen.SnapshotAt(&shot, s.player.events, s.player.now)
		for id, states := range seen {
			states[shot.Tasks[id].State] = true
		}
		if now := s.captionAt(s.player.events, s.player.now); now != said {
			said = now
			s.player.rest(readingTime(said))
		}
	}
	for id, states := range seen {
		for _, want := range []trace.State{trace.Ready, trace.Running, trace.Blocked} {
			if !states[want] {
				t.Errorf("after ten seconds %s hasn't been %s", session.seen.Header.Tasks[id].Name, want)
			}
		}
	}
}

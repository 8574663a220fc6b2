package shell

import (
	"math"
	"time"

	"timeslice/sim/trace"
)

// A player is the play-head: an instant of a run, how fast it moves and by what
// measure. It knows no clock and no window; the window tells it how much time
// has passed and asks where it stands.
//
// Where it stands is two numbers: how many events have happened, and the
// instant. At one instant many things may happen; the first number tells how
// many of them have been shown. Between two events it may stand within a context
// switch, at one of its parts.
type player struct {
	run    *trace.Recording // what is played; may be replaced by a longer one
	events int
	now    trace.Time
	part   trace.Part // of a context switch, if it stands within one
	of     int        // the event that is a part of; -1 if none
	// halts says at which events playing stops by itself; nil if at none. halted is
	// that at which it has; -1 if it stands elsewhere.
	halts  func(i int, e trace.Event) bool
	halted int
	byPart bool // playing by event goes through the parts of switches too

	more   bool       // the run goes on beyond what is known of it
	length trace.Time // of the stretch that takes playLength at speed 1

	playing bool
	byEvent bool    // every event takes the same time on the wall
	speed   float64 // 1 = normal

	slot   time.Duration // wall time since the last event, when playing by event
	from   trace.Time    // where now was at the beginning of the slot
	hold   time.Duration // wall time still to stand still, when playing by time
	over   float64       // part of a nanosecond of simulated time not yet passed, when playing by time
	motion time.Duration // how long a move is to be watched at speed 1
}

const (
	minSpeed = 1.0 / 16
	maxSpeed = 64.0
	// eventSlot is the wall time of an event at speed 1.
	eventSlot = 900 * time.Millisecond
	// playLength is about how long a run takes on the wall at speed 1, by time, or
	// of a long one the stretch that a timeline shows at its start.
	playLength = 40 * time.Second
)

func newPlayer(motion time.Duration) *player {
	return &player{byEvent: true, speed: 1, motion: motion, of: -1, halted: -1}
}

// load replaces the run and keeps the instant, as far as the new run reaches.
func (p *player) load(r *trace.Recording) {
	p.run = r
	p.length = readableEnd(r)
	p.seek(min(p.now, r.End()))
}

// extend replaces the run by a longer recording of the same run.
func (p *player) extend(r *trace.Recording) { p.run = r }

// seek goes to an instant, everything that happens at it included.
func (p *player) seek(t trace.Time) {
	t = min(max(t, 0), p.run.End())
	p.stand(p.run.Until(t), t)
}

// stand goes to the moment after a number of events.
func (p *player) stand(events int, t trace.Time) {
	p.events, p.now = events, t
	p.part, p.of, p.halted = trace.NoPart, -1, -1
	p.slot, p.from, p.hold, p.over = 0, t, 0, 0
}

func (p *player) standAfter(events int) {
	t := trace.Time(0)
	if events > 0 {
		t = p.run.Event(events - 1).Time
	}
	p.stand(events, t)
}

// A stop says which events one steps to.
type stop func(trace.Event) bool

func everyEvent(e trace.Event) bool    { return !e.Kind.Bookkeeping() }
func everyDecision(e trace.Event) bool { return e.Kind == trace.Dispatch }

// changesOf stops where a task changes its state.
func changesOf(id trace.TaskID) stop {
	return func(e trace.Event) bool {
		_, changes := e.Kind.To()
		return changes && e.Task == id
	}
}

// forward goes to just after the next event that counts, or to the end.
func (p *player) forward(counts stop) {
	for i, e := range p.run.Events(p.events) {
		if counts(e) {
			p.stand(i+1, e.Time)
			return
		}
	}
	p.stand(p.run.Len(), p.run.End())
}

// back goes to just after the event that counts before the last one that does,
// or to the start: it takes one step back.
func (p *player) back(counts stop) {
	i := p.events - 1
	for i >= 0 && !counts(p.run.Event(i)) {
		i--
	}
	for i--; i >= 0 && !counts(p.run.Event(i)); i-- {
	}
	p.standAfter(i + 1)
}

// place is where it stands, without the instant.
func (p *player) place() trace.Stand { return trace.Stand{Events: p.events, Part: p.part, Of: p.of} }

// standAt goes to a place, at the instant of what happens there.
func (p *player) standAt(at trace.Stand) {
	p.standAfter(at.Events)
	if p.part, p.of = at.Part, at.Of; p.of >= p.events { // what is dispatched now, at once
		p.now = p.run.Event(p.of).Time
		p.from = p.now
	}
}

// forwardPart goes to the next event or part of a context switch, or to the end.
func (p *player) forwardPart() {
	next := p.run.After(p.place())
	if next == p.place() {
		p.end()
		return
	}
	p.standAt(next)
}

// backPart goes back by one event or part of a context switch.
func (p *player) backPart() { p.standAt(p.run.Before(p.place())) }

// forwardBy and the like move by a span of time.
func (p *player) forwardBy(d trace.Time) { p.seek(p.now + d) }

func (p *player) home() { p.stand(0, 0) }
func (p *player) end()  { p.stand(p.run.Len(), p.run.End()) }

func (p *player) atEnd() bool { return p.events >= p.run.Len() && p.now >= p.run.End() }

// toggle starts or stops playing; at the end it starts anew.
func (p *player) toggle() {
	if !p.playing && p.atEnd() {
		p.home()
	}
	p.playing = !p.playing
}

// faster multiplies the speed, within its limits.
func (p *player) faster(factor float64) {
	p.speed = min(max(p.speed*factor, minSpeed), maxSpeed)
}

// watch returns how long a move should take on the screen at this speed: 250 to
// 400 ms at 1×, shorter when faster, nothing when it could not be seen.
func (p *player) watch() time.Duration {
	d := time.Duration(float64(p.motion) / max(p.speed, 0.75))
	if d < 30*time.Millisecond {
		return 0
	}
	return d
}

// advance moves on by a time on the wall and reports whether anything moved.
func (p *player) advance(dt time.Duration) bool {
	if !p.playing {
		return false
	}
	if p.atEnd() {
		p.playing = p.more // what comes is still being simulated
		return !p.more
	}
	if p.byEvent {
		p.advanceByEvent(dt)
	} else {
		p.advanceByTime(dt)
	}
	return true
}

func (p *player) advanceByEvent(dt time.Duration) {
	slot := time.Duration(float64(eventSlot) / p.speed)
	p.slot += dt
	for p.slot >= slot {
		p.slot -= slot
		rest := p.slot
		if p.byPart {
			p.forwardPart()
		} else {
			p.forward(everyEvent)
		}
		p.slot = rest
		if p.atEnd() || p.stopsHere() {
			return
		}
	}
	if p.byPart {
		if next := p.run.After(p.place()); next.Events == p.events {
			return // the next is at this instant
		}
	}
	next := p.run.End()
	for _, e := range p.run.Events(p.events) {
		if everyEvent(e) {
			next = e.Time
			break
		}
	}
	p.now = p.from + trace.Time(float64(next-p.from)*float64(max(p.slot, 0))/float64(slot))
}

// stopsHere stops playing if the last event says so. Within a context switch the
// event has been looked at before.
func (p *player) stopsHere() bool {
	i := p.events - 1
	if p.halts == nil || i < 0 || p.part != trace.NoPart || !p.halts(i, p.run.Event(i)) {
		return false
	}
	p.stand(p.events, p.now)
	p.playing, p.halted = false, i
	return true
}

// forwardToHalt goes on to the next event at which playing would stop, or to the
// end.
func (p *player) forwardToHalt() {
	for i, e := range p.run.Events(p.events) {
		if p.halts(i, e) {
			p.stand(i+1, e.Time)
			p.halted = i
			return
		}
	}
	p.end()
}

// backToHalt goes back to the last event before at which playing would stop, or to
// the start.
func (p *player) backToHalt() {
	for i := p.events - 2; i >= 0; i-- {
		if e := p.run.Event(i); p.halts(i, e) {
			p.stand(i+1, e.Time)
			p.halted = i
			return
		}
	}
	p.home()
}

// rest stands still for a time on the wall before it goes on playing.
func (p *player) rest(d time.Duration) {
	d = time.Duration(float64(d) / p.speed)
	if p.byEvent {
		p.slot -= d
	} else {
		p.hold += d
	}
}

func (p *player) advanceByTime(dt time.Duration) {
	if p.hold > 0 {
		p.hold -= dt
		if p.hold > 0 {
			return
		}
		dt = -p.hold
		p.hold = 0
	}
	whole, over := math.Modf(float64(dt)*p.pace() + p.over)
	p.over = over
	target := p.now + trace.Time(whole)
	for i, e := range p.run.Events(p.events) {
		if e.Time > target {
			break
		}
		p.events, p.now = i+1, e.Time
		if p.stopsHere() {
			return
		}
		if everyEvent(e) {
			if p.hold = p.watch(); p.hold > 0 {
				return
			}
		}
	}
	p.now = min(max(target, p.now), p.run.End())
}

// pace returns how much simulated time passes in a unit of wall time: at speed
// 1 a run that isn't long takes about playLength, rounded so that a second on the wall
// is a round number of units.
func (p *player) pace() float64 {
	return roundPace(float64(p.length)/float64(playLength)) * p.speed
}

// roundPace rounds down to 1, 2 or 5 times a power of ten.
func roundPace(x float64) float64 {
	if x <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{5, 2} {
		if x >= f*power {
			return f * power
		}
	}
	return power
}

// readable is how many events a timeline shows at the start of a run that has
// many more; there is nothing to be seen where all of a long run is squeezed.
const readable = 400

// readableEnd is the end of a run, or of the stretch of a long one that can be
// read.
func readableEnd(r *trace.Recording) trace.Time {
	if r.Len() <= 4*readable {
		return r.End()
	}
	return r.Event(readable).Time
}

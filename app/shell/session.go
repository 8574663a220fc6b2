package shell

import (
	"sync/atomic"

	"timeslice/app/run"
	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// How far a run is simulated: at once, ahead of the play-head, and at most.
const (
	firstEvents = 20_000
	// firstScripted is firstEvents of a run under a script, which may be slow.
	firstScripted = 2_000
	aheadEvents   = 200_000
	mostEvents    = 20_000_000
)

// A session is a simulated run under way. It is extended ahead of the play-head
// off the drawing thread, and what is new is taken in whole, so nothing ever
// waits for it.
type session struct {
	run   *run.Run
	work  *workload.Workload
	seen  *trace.Recording // what the window shows
	lanes *trace.Lanes
	found []trace.Notice // what the reader should know of, in what is seen

	notices *trace.Notices // that is asked only where the run is extended

	policies []policyAt // that it is under, one after the other

	ready   atomic.Pointer[stretch] // published, not yet taken in
	busy    atomic.Bool
	failure atomic.Pointer[error]
	faults  atomic.Pointer[sim.PolicyError] // what its policy did wrong, not yet told
	faulty  bool                            // faults has been set; only the run's own goroutine asks
}

// stretch is a run as far as it has come, and what was noticed in it.
type stretch struct {
	run   *trace.Recording
	found []trace.Notice
}

// begin starts a run of the workload and simulates its first stretch, which for
// a lesson is all of it.
func begin(w *workload.Workload) (*session, error) {
	r, err := run.Start(w)
	if err != nil {
		return nil, err
	}
	s := &session{run: r, work: w, lanes: trace.NewLanes()}
	events := firstEvents
	if w.Policy.Name == run.Script {
		events = firstScripted
	}
	if err := r.Extend(trace.Never, events); err != nil {
		return nil, err
	}
	s.noteFaults()
	s.notices = trace.NewNotices(&r.Recording().Header)
	s.take(s.notice())
	return s, nil
}

// noteFaults keeps what a policy did wrong until it is told, the first of all.
func (s *session) noteFaults() {
	if faults := s.run.Faults(); len(faults) > 0 && !s.faulty {
		s.faulty = true
		first := faults[0]
		s.faults.Store(&first)
	}
}

// notice looks through what has been simulated since it was last asked.
func (s *session) notice() *stretch {
	r := s.run.Recording()
	s.notices.Watch(r)
	if s.run.Done() {
		s.notices.Finish(r)
	}
	return &stretch{r.Prefix(), s.notices.All(r.End())}
}

func (s *session) take(x *stretch) {
	r := x.run
	s.seen, s.found = r, x.found
	if len(s.policies) == 0 {
		s.policies = policiesOf(r)
	}
	s.lanes.Extend(r)
}

// whole reports whether the run is simulated to its end, or as far as it goes.
func (s *session) whole() bool {
	return !s.busy.Load() && (s.run.Done() || s.seen.Len() >= mostEvents)
}

// keepAhead lets the run go on if the play-head, after this many events, comes
// near the end of what is known, and takes in what has been published since it
// was last asked. It reports whether the recording grew.
func (s *session) keepAhead(events int) bool {
	grew := false
	if x := s.ready.Swap(nil); x != nil {
		s.take(x)
		grew = true
	}
	if s.whole() || s.seen.Len()-events > aheadEvents/2 {
		return grew
	}
	if s.busy.CompareAndSwap(false, true) {
		go func() {
			defer s.busy.Store(false)
			if err := s.run.Extend(trace.Never, aheadEvents); err != nil {
				s.failure.Store(&err)
				return
			}
			s.noteFaults()
			s.ready.Store(s.notice())
		}()
	}
	return grew
}

package shell

import (
	"context"
	"sync/atomic"

	"timeslice/app/host"
	"timeslice/app/run"
	"timeslice/sim/trace"
)

// comparePolicy runs the workload under another policy and shows that run under
// the first.
func (s *Shell) comparePolicy(name string) {
	w := *s.session.work
	under(&w, name)
	if name == run.Script {
		w.Policy = s.script
	}
	session, err := begin(&w)
	if err != nil {
		s.fail(err)
		return
	}
	s.stopSecond()
	s.second = &second{session: session, policy: name, lanes: session.lanes}
	s.showTimelines()
	s.arrange()
	s.refresh(false)
}

// recording is a run of real processes under way; the goroutine that waits for
// it writes, the drawing thread reads.
type recording struct {
	stop     context.CancelFunc
	progress atomic.Pointer[string]
	done     atomic.Pointer[outcome]
}

type outcome struct {
	result *host.Result
	err    error
}

// runForReal runs the workload with real processes on this machine, or stops
// the run under way.
func (s *Shell) runForReal() {
	if s.second != nil && s.second.recording != nil {
		s.closeSecond()
		return
	}
	s.stopSecond()
	ctx, cancel := context.WithCancel(context.Background())
	r := &recording{stop: cancel}
	s.second = &second{recording: r}
	work := *s.session.work
	go func() {
		result, err := host.Record(ctx, &work, host.Options{Progress: func(stage string, _ float64) { r.progress.Store(&stage) }})
		r.done.Store(&outcome{result, err})
	}()
	s.showTimelines()
	s.arrange()
}

// followSecond takes in what the second run has become since the last frame.
func (s *Shell) followSecond() {
	if s.second == nil {
		return
	}
	if c := s.second.session; c != nil {
		if c.keepAhead(c.seen.Until(s.player.now)) {
			s.showTimelines()
		}
		return
	}
	r := s.second.recording
	if r == nil {
		return
	}
	if stage := r.progress.Load(); stage != nil && *stage != s.second.progress {
		s.second.progress = *stage
		s.showTimelines()
	}
	o := r.done.Load()
	if o == nil {
		return
	}
	s.second.recording = nil
	if o.err != nil {
		s.closeSecond()
		if o.err != context.Canceled {
			s.fail(o.err)
		}
		return
	}
	s.second.result = o.result
	s.second.lanes = trace.NewLanes()
	s.second.lanes.Extend(o.result.Recording)
	s.showTimelines()
	s.refresh(false)
}

// stopSecond ends a run of real processes that is under way.
func (s *Shell) stopSecond() {
	if s.second != nil && s.second.recording != nil {
		s.second.recording.stop()
	}
}

// closeSecond takes the second run off the screen.
func (s *Shell) closeSecond() {
	s.stopSecond()
	s.second = nil
	s.showTimelines()
	s.arrange()
}

// realProgress says how far a run of real processes is.
func (s *Shell) realProgress(stage string) string {
	if id := "real.stage." + stage; s.words.Has(id) {
		return s.words.T(id)
	}
	return s.words.T("real.stage.start")
}

// realSubtitle says where and how real processes ran.
func (s *Shell) realSubtitle(h *trace.Header) string {
	x := h.Recorded
	return s.words.T("real.on", "System", x.System, "CPU", x.CPU, "Policy", x.Policy)
}

// mostInterference is the part of a run others may have taken before what was
// recorded tells more about them than about the scheduler.
const mostInterference = 0.01

// realNote says how it was recorded and who interfered.
func (s *Shell) realNote(h *trace.Header) string {
	x := h.Recorded
	others := "real.interference"
	if x.Interference > mostInterference {
		others = "real.dirty"
	}
	return "  ·  " + s.words.T("real.recorder."+x.Level) + "  ·  " + s.words.T(others, "Percent", percent(100*x.Interference))
}

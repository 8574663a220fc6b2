package shell

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

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
	s.showSecond(&second{session: session, policy: name, lanes: session.lanes})
}

// showSecond shows a run under the first.
func (s *Shell) showSecond(x *second) {
	s.stopSecond()
	s.second = x
	s.showTimelines()
	s.arrange()
	s.refresh(false)
}

// recording is a run of real processes under way; the goroutine that waits for
// it writes, the drawing thread reads.
type recording struct {
	stop     context.CancelFunc
	progress atomic.Pointer[stage]
	done     atomic.Pointer[outcome]
}

// stage is how far a recording is.
type stage struct {
	name string
	part int // of it, in percent
	runs int // the one it is at, from 1
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
		result, err := host.Record(ctx, &work, host.Options{Retry: realRetries, Progress: r.follow()})
		r.done.Store(&outcome{result, err})
	}()
	s.showTimelines()
	s.arrange()
}

// realRetries is how often a run others interfered with is made again.
const realRetries = 3

// follow returns what keeps the progress of a recording, in tenths: whoever draws
// more often than there is something to tell takes CPU time from the run.
func (r *recording) follow() func(name string, fraction float64) {
	at := stage{runs: 1}
	return func(name string, fraction float64) {
		next := stage{name, int(10*fraction) * 10, at.runs}
		if name == host.StageAgain {
			next.runs++
		}
		if next != at {
			at = next
			r.progress.Store(&next)
		}
	}
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
	if at := r.progress.Load(); at != nil && *at != s.second.progress {
		s.second.progress = *at
		s.showTimelines()
	}
	o := r.done.Load()
	if o == nil {
		return
	}
	s.second.recording = nil
	if o.err != nil {
		s.closeSecond()
		if !errors.Is(o.err, context.Canceled) {
			s.fail(o.err)
		}
		return
	}
	s.second.result = o.result
	notices := trace.NewNotices(&o.result.Recording.Header)
	notices.Watch(o.result.Recording)
	s.second.found = notices.All(o.result.Recording.End())
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
func (s *Shell) realProgress(at stage) string {
	if at.name == "" {
		at.name = host.StageQuiet
	}
	text := s.words.T("real.stage."+at.name, "Percent", at.part)
	if at.runs > 1 {
		text = s.words.T("real.run", "N", at.runs) + "  ·  " + text
	}
	return text
}

// realSubtitle says where and how real processes ran.
func (s *Shell) realSubtitle(h *trace.Header) string {
	x := h.Recorded
	return s.words.T("real.on", "System", x.System, "CPU", x.CPU, "Policy", x.Policy)
}

// mostInterference is the part of a run others may have taken before what was
// recorded tells more about them than about the scheduler.
const mostInterference = 0.01

// realNote says how it was recorded, of how many runs it is the best, who
// interfered, and whether there is more to know.
func (s *Shell) realNote(h *trace.Header, r *host.Report) string {
	x := h.Recorded
	others := "real.interference"
	if x.Interference > mostInterference {
		others = "real.dirty"
	}
	parts := []string{"", s.words.T("real.recorder." + x.Level), s.words.T(others, "Percent", percent(100*x.Interference))}
	if n := len(r.Repeats); n > 1 {
		parts = append(parts, s.words.T("real.runs", "N", n))
	}
	if n := len(s.realRemarks(h, r)); n > 0 {
		parts = append(parts, s.words.T("real.remarks", "N", n))
	}
	return strings.Join(parts, "  ·  ")
}

// realRemarks are the warnings of a recording, as sentences.
func (s *Shell) realRemarks(h *trace.Header, r *host.Report) (remarks []string) {
	for _, w := range r.Warnings {
		text := s.words.T("real.warn."+w.Code, "Task", w.Task, "N", int(math.Round(w.Number)),
			"Percent", percent(100*w.Number), "Time", h.WithUnit(trace.Time(w.Number)))
		if !slices.Contains(remarks, text) {
			remarks = append(remarks, text)
		}
	}
	return remarks
}

// explain says in the reader's words why there is no recording, and below it in
// the system's what happened. Other errors are said as they are.
func (s *Shell) explain(err error) string {
	var unfit *host.UnfitError
	var refused *host.RefusedError
	id, task := "", ""
	switch {
	case errors.As(err, &unfit):
		id, task = "real.unfit."+unfit.Code, unfit.Task
	case errors.As(err, &refused):
		id = "real.refused." + refused.Code
	}
	if id == "" || !s.words.Has(id) {
		return err.Error()
	}
	said := s.words.T(id, "Task", task, "N", host.MaxWorkers, "Seconds", int(host.MaxTime/time.Second))
	return said + "\n\n" + s.words.T("real.detail", "Text", err.Error())
}

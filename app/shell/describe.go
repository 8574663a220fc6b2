package shell

import (
	"strings"

	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// Recording returns the run shown, as far as it is known.
func (s *Shell) Recording() *trace.Recording { return s.session.seen }

// Second returns the run shown under the first; nil if there is none yet.
func (s *Shell) Second() *trace.Recording {
	if s.second == nil {
		return nil
	}
	return s.second.seen()
}

// Instant returns where the play-head stands: after how many events, and when.
func (s *Shell) Instant() (events int, t trace.Time) { return s.player.events, s.player.now }

// Stand returns where the play-head stands within a context switch too.
func (s *Shell) Stand() trace.Stand { return s.player.place() }

// Describe says in words what the window shows: the text twin of the picture,
// for those who don't see it, and for tests.
func (s *Shell) Describe() string {
	h := &s.session.seen.Header
	lines := []string{
		s.name(s.session.work) + ", " + s.policyWhole(&h.Policies[0], h),
		s.parts.transport.Describe(),
		s.parts.stage.Describe(),
		s.parts.first.Describe(),
	}
	if s.switching {
		lines = append(lines, s.parts.switching.Describe())
	}
	if s.second != nil {
		lines = append(lines, s.parts.second.Describe())
		if r := s.second.result; r != nil {
			lines = append(lines, s.realRemarks(&r.Recording.Header, &r.Report)...)
		}
	}
	if s.told.caption != "" {
		lines = append(lines, s.told.caption)
	}
	return strings.Join(lines, "\n")
}

// Projecting reports whether the window is a projection.
func (s *Shell) Projecting() bool { return s.projecting }

// Size returns the size of the window's content.
func (s *Shell) Size() fyne.Size { return s.window.Canvas().Size() }

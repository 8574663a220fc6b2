package widgets

import (
	"strings"

	"timeslice/sim/trace"
)

// signals says which signals a task is handling, and which its process handles,
// ignores and has yet to handle; "" if there is nothing to say.
func signals(s *trace.Snapshot, id trace.TaskID, words Words) string {
	var parts []string
	say := func(what string, names []string) {
		if len(names) > 0 {
			parts = append(parts, words.say("inspector.signals."+what, "Names", strings.Join(names, ", ")))
		}
	}
	if n := s.Tasks[id].Handling; n > 0 {
		say("in", []string{trace.SignalName(n)})
	}
	of := s.Signals(id)
	say("pending", trace.SignalNames(of.Pending))
	say("handled", trace.SignalNames(of.Handled))
	say("ignored", trace.SignalNames(of.Ignored))
	return strings.Join(parts, " · ")
}

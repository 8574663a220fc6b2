package widgets

import (
	"strings"

	"timeslice/sim/trace"
)

// coroutines says which coroutine of a task goes on, which can, in their order,
// and how many wait.
func coroutines(h *trace.Header, program int, at *trace.LoopAt, words Words) string {
	var parts []string
	if at.Now >= 0 {
		parts = append(parts, h.Coroutine(program, at, at.Now))
	}
	if len(at.Ready) > 0 {
		var names []string
		for _, co := range at.Ready {
			names = append(names, h.Coroutine(program, at, co))
		}
		parts = append(parts, words.say("inspector.loop.ready", "Names", strings.Join(names, ", ")))
	}
	if at.Waiting > 0 {
		parts = append(parts, words.say("inspector.loop.waits", "N", at.Waiting))
	}
	return strings.Join(parts, " · ")
}

package widgets

import (
	"strings"

	"timeslice/sim/trace"
)

// coroutines says which coroutine of a task goes on, which can, in their order,
// and which wait, and for what.
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
	if n := len(at.Waiting); n > 0 {
		var names []string
		for _, w := range at.Waiting[:min(n, 4)] {
			name := h.Coroutine(program, at, w.Co)
			if w.On != nil && w.On.Awaits != 0 && w.On.Awaits != trace.ForSleep {
				_, what, _ := strings.Cut(w.On.Text, " ")
				name += " (" + what + ")"
			}
			names = append(names, name)
		}
		parts = append(parts, words.say("inspector.loop.waits", "N", n, "Names", strings.Join(names, ", ")))
	}
	return strings.Join(parts, " · ")
}

package words

import "timeslice/sim/trace"

// Event says in a sentence what an event did.
func (w *Words) Event(h *trace.Header, e trace.Event) string {
	return w.T("event."+e.Kind.String(), eventFields(h, e))
}

// Kind names a kind of event in a few words, for a list or "next: …".
func (w *Words) Kind(k trace.Kind) string { return w.T("kind." + k.String()) }

// eventFields are the values a sentence about an event may use.
func eventFields(h *trace.Header, e trace.Event) map[string]any {
	f := map[string]any{
		"Time":   h.WithUnit(e.Time),
		"CPU":    e.CPU,
		"Arg":    e.Arg,
		"Length": h.WithUnit(trace.Time(e.Arg)),
	}
	if e.Task != trace.NoTask {
		f["Task"] = h.Tasks[e.Task].Name
	}
	if e.Kind.OnResource() && e.Object < len(h.Resources) {
		f["Object"] = h.Resources[e.Object].Name
	}
	switch e.Kind {
	case trace.WakeLock, trace.WakePut, trace.WakeGet, trace.WakeTry, trace.WakeDone:
		if int(e.Arg) < len(h.Tasks) {
			f["By"] = h.Tasks[e.Arg].Name
		}
	case trace.Switched:
		if e.Object < len(h.Policies) {
			f["Policy"] = h.Policies[e.Object].Name
		}
	case trace.Home:
		f["Queue"] = h.Queues[e.Object].Name
	}
	return f
}

package words

import "timeslice/sim/trace"

// Event says in a sentence what an event did.
func (w *Words) Event(h *trace.Header, e trace.Event) string {
	if e.Kind == trace.Switched && e.Object > 0 && e.Object < len(h.Policies) && h.Policies[e.Object].Fault != nil {
		return w.T("event.ousted", "What", w.Fault(h, h.Policies[e.Object-1].Name, h.Policies[e.Object].Fault), "Policy", h.Policies[e.Object].Name)
	}
	return w.T("event."+e.Kind.String(), w.eventFields(h, e))
}

// Fault says in a clause what a policy did wrong. Scripts speak for themselves,
// in English and with the place.
func (w *Words) Fault(h *trace.Header, policy string, f *trace.Fault) string {
	what := w.T("fault."+f.Code, "Text", f.Text)
	switch {
	case f.Task != trace.NoTask && int(f.Task) < len(h.Tasks) && f.CPU >= 0:
		return w.T("fault.task.cpu", "Policy", policy, "What", what, "Task", h.Tasks[f.Task].Name, "CPU", f.CPU)
	case f.Task != trace.NoTask && int(f.Task) < len(h.Tasks):
		return w.T("fault.task", "Policy", policy, "What", what, "Task", h.Tasks[f.Task].Name)
	case f.CPU >= 0:
		return w.T("fault.cpu", "Policy", policy, "What", what, "CPU", f.CPU)
	}
	return w.T("fault.policy", "Policy", policy, "What", what)
}

// Kind names a kind of event in a few words, for a list or "next: …".
func (w *Words) Kind(k trace.Kind) string { return w.T("kind." + k.String()) }

// eventFields are the values a sentence about an event may use.
func (w *Words) eventFields(h *trace.Header, e trace.Event) map[string]any {
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
	if n, ok := e.OfSignal(); ok {
		f["Signal"] = trace.SignalName(n)
	}
	if e.Kind.AboutTask() {
		switch {
		case e.Arg >= 0 && int(e.Arg) < len(h.Tasks):
			f["Other"] = h.Tasks[e.Arg].Name
		case e.Kind == trace.Adopt || e.Kind == trace.Reap:
			f["Other"] = w.T("task.init")
		case e.Kind == trace.Signal:
			f["Other"] = w.T("task.group")
		case e.Kind == trace.BlockChild:
			f["Other"] = w.T("task.child")
		default:
			f["Other"] = w.T("task.none")
		}
	}
	if e.Kind.OnVariable() && e.Object < len(h.Variables) {
		f["Object"] = h.Variables[e.Object].Name
	}
	switch e.Kind {
	case trace.Exec:
		if e.Arg >= 0 && int(e.Arg) < len(h.Programs) {
			f["Program"] = h.Programs[e.Arg].Name
		}
	case trace.Resume, trace.CoAwait, trace.CoDue, trace.CoEnd:
		f["Arg"] = e.Arg + 1 // people count from 1
	case trace.Print:
		if e.Object < len(h.Texts) {
			f["Text"] = h.Texts[e.Object].With(e.Arg)
		}
	case trace.WakeLock, trace.WakePut, trace.WakeGet, trace.WakeTry, trace.WakeRead, trace.WakeAcquire, trace.WakeAwait,
		trace.WakeBarrier, trace.WakeBroken, trace.WakeOnce, trace.WakeGIL, trace.WakeDone, trace.WakeRoom, trace.WakeBytes, trace.WakeResult:
		if int(e.Arg) < len(h.Tasks) {
			f["By"] = h.Tasks[e.Arg].Name
		}
	case trace.Deadlock:
		if e.Arg >= 0 && int(e.Arg) < len(h.Tasks) {
			f["By"] = h.Tasks[e.Arg].Name
		}
	case trace.Boosted:
		f["By"] = w.T("boosted.ceiling")
		if e.Arg >= 0 && int(e.Arg) < len(h.Tasks) {
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

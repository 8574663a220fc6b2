package widgets

import "timeslice/sim/trace"

// InStates says the state of a task as a view tells them apart.
func (c *ControlBlock) InStates(v StateView, h *trace.Header, s *trace.Snapshot, id trace.TaskID, words Words) {
	if int(id) >= len(s.Tasks) || int(id) >= len(h.Tasks) {
		return
	}
	at, unit := &s.Tasks[id], UnitOf(h)
	state := v.StateText(at, words)
	if at.State != trace.Running {
		c.Subtitle = kinship(h, id, words) + " · " + state
	}
	for i := range c.Rows {
		if c.Rows[i].ID == "inspector.state" {
			c.Rows[i].Value = state + "  " + words.say("inspector.since", "Time", unit.Format(at.Since))
		}
	}
}

// createdBy says in which of the four ways a task came to be; "" in a run in which
// all were there from the start. It is told early if the run is about that: some
// came by a user, or from the batch queue.
func createdBy(h *trace.Header, id trace.TaskID, words Words) (by string, early bool) {
	some := false
	for i := range h.Tasks {
		some = some || h.Tasks[i].Creation != trace.BySystem
		early = early || h.Tasks[i].Creation > trace.ByProcess
	}
	if !some {
		return "", false
	}
	t, parent := &h.Tasks[id], ""
	for main := range h.Tasks {
		if p := &h.Tasks[main]; p.Process == main && (p.Pid == t.Parent || t.Process == main && t.Process != int(id)) {
			parent = p.Name
		}
	}
	return words.say("inspector.creation."+t.Creation.String(), "Parent", parent), early
}

// addPages tells of the pages of a task's process, and where they are.
func (c *ControlBlock) addPages(h *trace.Header, s *trace.Snapshot, id trace.TaskID, words Words) {
	p, ok := s.Pages(id)
	if !ok || h.Memory == nil {
		return
	}
	own := p.Own()
	c.Rows = append(c.Rows, Row{
		ID: "inspector.pages", Label: words.say("inspector.pages"),
		Value: words.say("inspector.pages.value", "Own", own, "Shared", len(p.Shared)-own, "Copied", p.Copied),
	})
	if h.Memory.Frames > 0 {
		c.Rows = append(c.Rows, Row{
			ID: "inspector.place", Label: words.say("inspector.place"),
			Value: words.say("inspector.place."+p.Place.String(), "Used", s.Memory.Used, "Frames", h.Memory.Frames),
		})
	}
}

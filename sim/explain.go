package sim

import "timeslice/sim/trace"

// explaining collects why choices of one instant were made.
type explaining struct {
	on      bool
	choices []choice
}

type choice struct {
	event int // number of events before it
	cpu   int
	why   Explanation
}

func (m *Machine) explainPick(c int) {
	p, ok := m.policy.(Explainer)
	if g, guarded := m.policy.(*guard); guarded {
		_, ok = g.Policy.(Explainer)
	}
	if ok {
		m.explain.choices = append(m.explain.choices, choice{m.rec.Len(), c, p.Explain(c)})
	}
}

// Explain says why an event of a run came about: a Pick or Dispatch (why this
// task), or a Preempt (which task is to have the CPU instead). The event is
// given by its instant and its number. The config is run again up to there, so
// its policies must be new ones. ok is false if the event isn't a choice, or if
// the policy doesn't explain itself.
func Explain(cfg Config, at Time, event int) (why Explanation, ok bool, err error) {
	m, err := New(cfg)
	if err != nil {
		return why, false, err
	}
	if err := m.Run(at-1, int(^uint(0)>>1)); err != nil {
		return why, false, err
	}
	m.explain.on = true
	if _, err := m.Step(); err != nil || m.rec.Len() <= event {
		return why, false, err
	}
	e := m.rec.Event(event)
	if e.Kind != trace.Pick && e.Kind != trace.Dispatch && e.Kind != trace.Preempt {
		return why, false, nil
	}
	for _, c := range m.explain.choices {
		if c.event <= event {
			why = c.why
			if why.Chosen == NoTask && e.Kind != trace.Preempt {
				why.Chosen = e.Task
			}
			ok = c.cpu == e.CPU && (e.Kind == trace.Preempt || why.Chosen == e.Task)
		}
	}
	return why, ok, nil
}

package trace

import "slices"

// unlock lets a task let go a lock, which it has taken depth times still.
func (m *moment) unlock(e *record, depth int64) {
	m.counts[e.object] = depth
	switch {
	case m.owners[e.object] != e.task && m.holders != nil:
		m.unhold(int(e.object), e.task)
	case depth == 0:
		m.owners[e.object] = NoTask
	}
}

func (m *moment) unhold(res int, id TaskID) {
	m.holders[res] = slices.DeleteFunc(m.holders[res], func(x TaskID) bool { return x == id })
}

// synchronise does what an event does to a resource by which tasks synchronise.
func (m *moment) synchronise(h *Header, t *taskState, e *record) {
	switch e.kind {
	case LockRead:
		m.holders[e.object] = append(m.holders[e.object], e.task)
	case Spin:
		t.flags |= spinning
		t.object = e.object
	case Refused:
		t.flags &^= spinning
	case Acquire:
		m.counts[e.object]--
	case GiveBack, Trip:
		m.counts[e.object]++
	case BlockWait:
		lock := h.Resources[e.object].Lock
		m.owners[lock], m.counts[lock] = NoTask, 0
	case Set:
		m.counts[e.object] = 1
	case Clear:
		m.counts[e.object] = 0
	case Break:
		m.counts[e.object] = -1
	case DropGIL:
		m.owners[e.object] = NoTask
	case OnceBegin, TakeGIL:
		m.owners[e.object] = e.task
	case OnceDone:
		m.owners[e.object], m.counts[e.object] = NoTask, 1
	}
}

// timer does what happens to a timer.
func (m *moment) timer(h *Header, e *record) {
	r := &h.Resources[e.object]
	switch e.kind {
	case StartTimer:
		m.dues[e.object], m.counts[e.object] = e.time+r.After, 0
	case CancelTimer:
		m.dues[e.object], m.counts[e.object] = Never, 0
	case GoesOff:
		m.counts[e.object]++
		if m.dues[e.object] = Never; r.Every > 0 {
			m.dues[e.object] = e.time + r.Every
		}
	case WakeTimer, TookTimer:
		m.counts[e.object] = 0
	}
}

// disown frees whatever a task owns.
func (m *moment) disown(id TaskID) {
	for i := range m.owners {
		if m.owners[i] == id {
			m.owners[i], m.counts[i] = NoTask, 0
		}
		if m.holders != nil {
			m.unhold(i, id)
		}
	}
}

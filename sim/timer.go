package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// startTimer lets a timer go off after its time, whatever it was about to do.
func (m *Machine) startTimer(c int, id TaskID, res int) {
	r := &m.res[res]
	r.due, r.count = m.after(r.after), 0
	m.simply(c, id, trace.StartTimer, res)
	m.setAlarm()
}

// cancelTimer keeps a timer from going off. Who waits for it has waited in vain.
func (m *Machine) cancelTimer(c int, id TaskID, res int) {
	r := &m.res[res]
	r.due, r.count = Never, 0
	m.simply(c, id, trace.CancelTimer, res)
	m.setAlarm()
	m.endWaits(res, 0)
}

// awaitTimer waits until a timer goes off, or takes how often it has since
// somebody asked last.
func (m *Machine) awaitTimer(c int, id TaskID, op *workload.Op) (runsOn bool) {
	r := &m.res[op.Res]
	if r.count == 0 {
		return m.wait(c, id, trace.BlockTimer, op)
	}
	times := r.count
	r.count = 0
	m.rec.AppendArg(m.now, trace.TookTimer, id, c, op.Res, times)
	m.waitsNoMore(id)
	m.result(id, times)
	m.advance(id)
	return true
}

// endWaits lets all go on who wait for a timer, with what they have of it.
func (m *Machine) endWaits(res int, times int64) {
	r := &m.res[res]
	for r.head != NoTask {
		id := m.delistHead(r)
		m.rec.AppendArg(m.now, trace.WakeTimer, id, 0, res, times)
		m.waitsNoMore(id)
		m.result(id, times)
		m.advance(id)
		m.ready(id, Woken)
	}
}

// goOff lets the timers go off that are due, by number.
func (m *Machine) goOff() {
	for res := range m.res {
		r := &m.res[res]
		if r.due > m.now {
			continue
		}
		r.due = Never
		if r.every > 0 {
			r.due = m.after(r.every)
		}
		r.count++
		m.rec.Append(m.now, trace.GoesOff, NoTask, 0, res)
		if times := r.count; r.head != NoTask {
			r.count = 0
			m.endWaits(res, times)
		}
	}
	m.setAlarm()
}

// setAlarm finds out when the next timer goes off.
func (m *Machine) setAlarm() {
	m.alarm = Never
	for res := range m.res {
		m.alarm = min(m.alarm, m.res[res].due)
	}
}

// timerAwaited reports whether somebody waits for a timer that will go off. A
// timer that nobody waits for doesn't keep a run going.
func (m *Machine) timerAwaited() bool {
	for res := range m.res {
		if r := &m.res[res]; r.due < Never && r.head != NoTask {
			return true
		}
	}
	return false
}

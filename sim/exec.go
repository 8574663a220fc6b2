package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// exec lets the process of a running task begin anew with another program, as
// POSIX has it: the task is its only thread from now on, its variables are as at
// the start, and what it had open stays open. It is who it was, to the policy too.
func (m *Machine) exec(c int, id TaskID, op *workload.Op) {
	program := m.program(op.Kin.Child.Program)
	total := m.programs[program].total
	m.rec.AppendArg(m.now, trace.Exec, id, c, 0, int64(program))
	m.endOthers(id)
	r := &m.cold[id]
	r.lead = 0
	if total != Never { // the oracle counts from the beginning of the new one
		r.lead = -m.computed(id)
	}
	r.program = int32(program)
	r.cursor = workload.Cursor{Program: op.Kin.Child.Program}
	r.failed = 0
	delete(m.loops, id)
	delete(m.frames, id) // the signals stay blocked that it was handling
	m.kin.procs[r.process].handlers = nil
	if m.requests != nil {
		m.forsake(id)
		*m.replies(id) = replies{}
	}
	for v := range m.rec.Header.Variables {
		if at := &m.rec.Header.Variables[v]; at.Scope != trace.Shared && m.value(v, id) != at.Value {
			m.setValue(v, id, at.Value)
		}
	}
	if name := op.Kin.Child.Name; name != "" {
		m.alsoCalled(id, name)
	}
	if m.interval > 0 && r.gil == noGIL && startsThreads(op.Kin.Child.Program) {
		process := m.rec.Header.Tasks[id].Process
		m.makeGIL(process)
		if r.gil = m.gilFor(TaskID(process)); r.gil != noGIL {
			m.takeGIL(c, id, r.gil)
		}
	}
	m.setAcc(id, 0)
	m.settle(id)
	m.alert(r.process)
}

// endOthers ends all threads of a task's process but that one, which is what the
// process is from now on.
func (m *Machine) endOthers(id TaskID) {
	pr := &m.kin.procs[m.cold[id].process]
	pr.leader = id
	pr.needed = pr.live // none of them ends the process with it
	for other := pr.main; int(other) < len(m.hot) && m.kin.procs[m.cold[id].process].live > 1; other++ {
		if other != id && m.cold[other].process == m.cold[id].process && m.hot[other].state != trace.Terminated {
			m.end(other, trace.EndWith, 0)
		}
	}
	m.kin.procs[m.cold[id].process].needed = 1
}

// alsoCalled lets a task be found under another name too.
func (m *Machine) alsoCalled(id TaskID, name string) {
	l := m.kin.named[name]
	if l == nil {
		l = &line{}
		m.kin.named[name] = l
	}
	for _, known := range l.ids {
		if known == id {
			return
		}
	}
	l.ids = append(l.ids, id)
}

// exitProcess ends a running task and with it its process, whatever its other
// threads do.
func (m *Machine) exitProcess(c int, id TaskID, code int64) {
	if m.kin == nil {
		m.exit(c, id, code)
		return
	}
	p := m.cold[id].process
	m.kin.procs[p].leader = id
	m.kin.procs[p].needed = m.kin.procs[p].live
	m.exit(c, id, code)
	if m.kin.procs[p].live > 0 {
		m.endThreads(p)
	}
}

// Program returns the program a task runs, a number of the header's.
func (m *Machine) Program(id TaskID) int { return int(m.cold[id].program) }

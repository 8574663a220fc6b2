package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// fork lets a running task make another: a copy of its process, a process or a
// thread.
func (m *Machine) fork(c int, id TaskID, op *workload.Op) {
	if len(m.hot) >= maxTasks {
		m.rec.Append(m.now, trace.Denied, id, c, 0)
		m.setAcc(id, -1)
		m.pass(id, op)
		return
	}
	template := op.Kin.Child
	name := template.Name
	if name == "" {
		name = m.cold[id].task.Name
	}
	t := m.heir(id, op)
	t.Name = m.kin.nameFor(name, template.Name == "")
	process := len(m.hot)
	if op.Code == workload.OpThread {
		process = m.rec.Header.Tasks[id].Process
		main := m.cold[process].task
		if t.Group = main.Group; t.Group == "" {
			t.Group = main.Name
		}
	}
	child := m.newTask(t, process, m.program(t.Program))
	from := NoTask
	if op.Code == workload.OpFork {
		from = id
	}
	m.ownGIL(child, from)
	header := &m.rec.Header.Tasks[child]
	parent := m.cold[id].process
	if op.Code == workload.OpThread {
		parent = m.kin.procs[parent].parent
	}
	header.Parent = initPid
	if parent != noProcess {
		header.Parent = m.rec.Header.Tasks[m.kin.procs[parent].main].Pid
	}
	m.enroll(child, name, m.cold[id].process)
	kind := trace.Fork
	switch op.Code {
	case workload.OpSpawn:
		kind = trace.Spawn
	case workload.OpThread:
		kind = trace.Thread
	}
	m.rec.AppendArg(m.now, kind, id, c, 0, int64(child))
	m.inheritEnds(id, child, op.Code)
	if op.Code == workload.OpThread {
		m.cold[child].masked = m.cold[id].masked
	}
	if op.Code == workload.OpFork {
		m.copyTo(id, child)
		m.copySignals(id, child)
	}
	m.setAcc(id, int64(firstPid+int(child)))
	m.pass(id, op)
	m.arrive(child)
}

// pass moves a task past an operation that makes a task, and past what only a
// forked child does.
func (m *Machine) pass(id TaskID, op *workload.Op) {
	if op.Jump == 0 {
		m.advance(id)
		return
	}
	m.cold[id].cursor.PC = op.Jump
	m.jump(id)
}

// jump lets a task go on where its cursor stands.
func (m *Machine) jump(id TaskID) {
	cursor := &m.cold[id].cursor
	cursor.Settle()
	m.rec.AppendJump(m.now, id, cursor.PC)
	m.prepare(id)
}

// copyTo lets a forked child go on where its parent does, or with what only it
// does.
func (m *Machine) copyTo(id, child TaskID) {
	from, to := &m.cold[id], &m.cold[child]
	to.cursor = from.cursor.Clone()
	op, _ := to.cursor.Op()
	to.cursor.Advance()
	for i := range m.rec.Header.Variables {
		if v := &m.rec.Header.Variables[i]; v.Scope != trace.Shared {
			if value := m.value(i, id); value != v.Value {
				m.setValue(i, child, value)
			}
		}
	}
	// What the oracle knows: the child needs what its parent still would, or what
	// is between here and the end of its own part.
	program := &m.programs[to.program]
	to.lead = from.lead + m.computed(id)
	if op.Jump > 0 && program.total != Never {
		to.lead = program.total - total(program.of.Ops[to.cursor.PC:op.Jump])
	}
	m.jump(child)
}

// copySignals lets a forked child ignore and handle what its parent does; in a
// handler it is in one too. What is pending is the parent's alone.
func (m *Machine) copySignals(id, child TaskID) {
	from, to := &m.kin.procs[m.cold[id].process], &m.kin.procs[m.cold[child].process]
	to.ignores, to.handlers = from.ignores, slices.Clone(from.handlers)
	m.cold[child].masked = m.cold[id].masked
	for _, f := range m.frames[id] {
		f.cursor = f.cursor.Clone()
		m.frames[child] = append(m.frames[child], f)
	}
}

// heir returns the task an operation makes, with what it has from the one that
// makes it.
func (m *Machine) heir(id TaskID, op *workload.Op) *workload.Task {
	parent, kin := m.cold[id].task, op.Kin
	own := kin.Child
	t := &workload.Task{
		Arrival: workload.Time(m.now), Program: own.Program, Daemon: own.Daemon,
		Priority: parent.Priority, Nice: parent.Nice, Tickets: parent.Tickets, Weight: parent.Weight, Slice: parent.Slice,
		Class: parent.Class, Affinity: parent.Affinity, WorkingSet: parent.WorkingSet, Signals: parent.Signals,
	}
	if t.Program == nil {
		t.Program = m.cold[id].cursor.Program
	}
	if kin.Own&workload.OwnPriority != 0 {
		t.Priority = own.Priority
	}
	if kin.Own&workload.OwnNice != 0 {
		t.Nice = own.Nice
	}
	if kin.Own&workload.OwnTickets != 0 {
		t.Tickets = own.Tickets
	}
	if kin.Own&workload.OwnWeight != 0 {
		t.Weight = own.Weight
	}
	if kin.Own&workload.OwnSlice != 0 {
		t.Slice = own.Slice
	}
	if kin.Own&workload.OwnClass != 0 {
		t.Class = own.Class
	}
	if kin.Own&workload.OwnAffinity != 0 {
		t.Affinity = own.Affinity
	}
	return t
}

// newTask makes a task of a process. Pointers to other tasks are no longer good.
func (m *Machine) newTask(t *workload.Task, process, program int) TaskID {
	id := TaskID(len(m.hot))
	h := &m.rec.Header
	task := headerTask(t, process, program)
	task.Added = true
	h.Tasks = append(h.Tasks, task)
	m.hot = append(m.hot, pcb{})
	m.cold = append(m.cold, record{})
	m.taskTimers.grow(len(m.hot))
	m.initTask(id, t)
	return id
}

// program returns the number of a program, which is made known if it is new.
func (m *Machine) program(p *workload.Program) int {
	n := slices.IndexFunc(m.programs, func(known program) bool { return known.of == p })
	if n < 0 {
		n = len(m.programs)
		m.rec.Header.Programs = append(m.rec.Header.Programs, headerProgram(p))
		m.programs = append(m.programs, foresee(p))
		m.headerTexts(p)
	}
	return n
}

// eachMade calls f for every task that programs reached from p make.
func eachMade(p *workload.Program, seen map[*workload.Program]bool, f func(*workload.Kin)) {
	if p == nil || seen[p] {
		return
	}
	seen[p] = true
	for i := range p.Ops {
		if k := p.Ops[i].Kin; k != nil && k.Child != nil {
			f(k)
			eachMade(k.Child.Program, seen, f)
		}
	}
}

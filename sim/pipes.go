package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// brokenPipe is the exit code of who writes into a pipe that nobody can read: as
// a shell tells that a process was ended by SIGPIPE.
const brokenPipe = 128 + 13

// pipes is who has which ends of pipes open. Runs without pipes have none of it.
type pipes struct {
	live []int     // threads of each process that haven't ended, by the task it began with
	ends [][]int64 // by resource and process: workload.ReadEnd, workload.WriteEnd
	part []int64   // bytes written of the write each task is at
	open [][2]int  // by resource: processes that have the read end open, and the write end
}

// openPipes opens the ends that processes need from the beginning.
func (m *Machine) openPipes() {
	for i := range m.res {
		if m.res[i].kind == workload.Pipe {
			m.pipes = &pipes{ends: make([][]int64, len(m.res)), open: make([][2]int, len(m.res))}
			break
		}
	}
	for id := range m.hot {
		m.openEnds(TaskID(id))
	}
}

// openEnds opens the ends of pipes that a new task's process needs and doesn't
// have.
func (m *Machine) openEnds(id TaskID) {
	if m.pipes == nil {
		return
	}
	m.countThread(id)
	for res, bits := range workload.Ends(m.config.Workload.Resources, m.cold[id].task.Program) {
		m.openEnd(id, res, bits)
	}
}

// countThread counts one more thread of a process.
func (m *Machine) countThread(id TaskID) {
	p := m.pipes
	for len(p.live) < len(m.hot) {
		p.live, p.part = append(p.live, 0), append(p.part, 0)
	}
	p.live[m.rec.Header.Tasks[id].Process]++
}

// openEnd opens ends of a pipe for the process of a task.
func (m *Machine) openEnd(id TaskID, res int, bits int64) {
	p, process := m.pipes, m.rec.Header.Tasks[id].Process
	for len(p.ends[res]) <= process {
		p.ends[res] = append(p.ends[res], 0)
	}
	bits &^= p.ends[res][process]
	if bits == 0 {
		return
	}
	p.ends[res][process] |= bits
	p.count(res, bits, 1)
	m.rec.AppendArg(m.now, trace.OpenEnd, id, 0, res, bits)
}

func (p *pipes) count(res int, bits int64, by int) {
	if bits&workload.ReadEnd != 0 {
		p.open[res][0] += by
	}
	if bits&workload.WriteEnd != 0 {
		p.open[res][1] += by
	}
}

// has returns the ends of a pipe that the process of a task has open.
func (m *Machine) has(id TaskID, res int) int64 {
	if of := m.pipes.ends[res]; m.rec.Header.Tasks[id].Process < len(of) {
		return of[m.rec.Header.Tasks[id].Process]
	}
	return 0
}

// inheritEnds gives a new task's process the ends it has from the one that made
// it: a copy of them if that forked, its own if it was spawned.
func (m *Machine) inheritEnds(id, child TaskID, how workload.OpCode) {
	switch {
	case m.pipes == nil:
	case how == workload.OpSpawn:
		m.openEnds(child)
	default:
		m.countThread(child)
		for res := range m.res {
			m.openEnd(child, res, m.has(id, res)) // nothing for a thread, which shares them
		}
	}
}

// gone notes that a task has ended. If it was the last of its process, what that
// had open is closed.
func (m *Machine) gone(id TaskID) {
	if m.requests != nil {
		m.forsake(id)
	}
	delete(m.frames, id)
	p := m.pipes
	if p == nil {
		return
	}
	process := m.rec.Header.Tasks[id].Process
	if p.live[process]--; p.live[process] > 0 {
		return
	}
	for res := range m.res {
		if bits := m.has(id, res); bits != 0 {
			m.shut(id, res, bits, trace.DropEnd, 0)
			m.flow(res, id)
		}
	}
}

// shut closes ends of a pipe for the process of a task.
func (m *Machine) shut(id TaskID, res int, bits int64, kind trace.Kind, c int) {
	p := m.pipes
	p.ends[res][m.rec.Header.Tasks[id].Process] &^= bits
	p.count(res, bits, -1)
	m.rec.AppendArg(m.now, kind, id, c, res, bits)
}

// closeEnds lets a task close ends of a pipe.
func (m *Machine) closeEnds(c int, id TaskID, op *workload.Op) {
	m.shut(id, op.Res, op.Value&m.has(id, op.Res), trace.CloseEnd, c)
	m.advance(id)
	m.flow(op.Res, id)
}

// writePipe lets a task write into a pipe as much as there is room for, and wait for
// more. It reports whether the task runs on.
func (m *Machine) writePipe(c int, id TaskID, op *workload.Op) bool {
	switch p := m.pipes; {
	case m.has(id, op.Res)&workload.WriteEnd == 0:
		m.raise(id, 1) // it closed it itself
		return true
	case p.open[op.Res][0] == 0:
		m.breakPipe(c, id, op.Res)
		return true
	}
	m.pipes.part[id] = 0
	for m.firstFor(&m.res[op.Res], trace.ForSpace) == NoTask && m.pour(c, id, op) {
		done := m.pipes.part[id] == op.Value
		m.flow(op.Res, id)
		if done {
			return true
		}
	}
	if part := m.pipes.part[id]; part > 0 && op.Patience != workload.Patient {
		m.rec.AppendArg(m.now, trace.Write, id, c, op.Res, 0) // so much and no more
		m.result(id, part)
		m.advance(id)
		return true
	}
	return m.wait(c, id, trace.BlockFull, op)
}

// pour writes what fits of a task's write into a pipe, and moves the task past it
// if that was the rest; it reports whether anything did.
func (m *Machine) pour(c int, id TaskID, op *workload.Op) bool {
	r, part := &m.res[op.Res], &m.pipes.part[id]
	n := min(op.Value-*part, int64(r.capacity)-r.count)
	if n <= 0 {
		return false
	}
	r.count += n
	if *part += n; *part < op.Value {
		m.rec.AppendArg(m.now, trace.WriteSome, id, c, op.Res, n)
		return true
	}
	m.rec.AppendArg(m.now, trace.Write, id, c, op.Res, n)
	m.waitsNoMore(id)
	m.result(id, op.Value)
	m.advance(id)
	return true
}

// readPipe lets a task take what is in a pipe, up to what it asks for, or wait for
// something. It reports whether the task runs on.
func (m *Machine) readPipe(c int, id TaskID, op *workload.Op) bool {
	if m.has(id, op.Res)&workload.ReadEnd == 0 {
		m.raise(id, 1)
		return true
	}
	if m.firstFor(&m.res[op.Res], trace.ForBytes) == NoTask && m.drain(c, id, op) {
		m.flow(op.Res, id)
		return true
	}
	return m.wait(c, id, trace.BlockEmpty, op)
}

// drain takes what is in a pipe for a task's read, or the end of it if nobody can
// write; it reports whether there was either.
func (m *Machine) drain(c int, id TaskID, op *workload.Op) bool {
	r := &m.res[op.Res]
	n := min(op.Value, r.count)
	switch {
	case n > 0:
		r.count -= n
		m.rec.AppendArg(m.now, trace.Read, id, c, op.Res, n)
	case m.pipes.open[op.Res][1] == 0:
		m.rec.Append(m.now, trace.EndOfFile, id, c, op.Res)
	default:
		return false
	}
	m.waitsNoMore(id)
	m.result(id, n)
	m.advance(id)
	return true
}

// flow lets those get on who wait at a pipe, until nobody can: by made it
// possible.
func (m *Machine) flow(res int, by TaskID) {
	r := &m.res[res]
	for m.err == nil {
		if to := m.firstFor(r, trace.ForBytes); to != NoTask {
			op, _ := m.cold[to].cursor.Op()
			if m.drain(0, to, op) {
				m.delist(r, to)
				m.wake(to, trace.WakeBytes, res, int64(by))
				continue
			}
		}
		to := m.firstFor(r, trace.ForSpace)
		if to == NoTask {
			return
		}
		op, _ := m.cold[to].cursor.Op()
		switch {
		case m.pipes.open[res][0] == 0:
			m.delist(r, to)
			m.breakPipe(0, to, res)
			m.wake(to, trace.WakeRoom, res, int64(by))
		case !m.pour(0, to, op):
			return
		case m.pipes.part[to] == op.Value:
			m.delist(r, to)
			m.wake(to, trace.WakeRoom, res, int64(by))
		}
	}
}

// breakPipe lets a task's write fail, because nobody can read what it writes.
func (m *Machine) breakPipe(c int, id TaskID, res int) {
	m.rec.Append(m.now, trace.BrokenPipe, id, c, res)
	m.waitsNoMore(id)
	m.raise(id, brokenPipe)
}

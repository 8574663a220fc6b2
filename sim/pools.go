package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// pools is the jobs of a run. Runs without pools have none of it.
type pools struct {
	entries [][]int // by resource: where each job begins in the program of the workers
	closed  []bool  // by resource
	jobs    []job   // in the order they were given
	at      map[TaskID]int
	results map[TaskID][]int // numbers of jobs, by the number of the task's result; -1 = none
	waits   map[TaskID]int   // for the result of which job
}

// job is something a worker was given to do.
type job struct {
	entry  int
	done   bool
	code   int64 // with which it ended
	result int64
}

// findJobs finds out where the jobs of pools begin.
func (m *Machine) findJobs() {
	for id := range m.cold {
		p := m.cold[id].task.Program
		if !m.cold[id].task.Implicit || len(p.Ops) < 2 || p.Ops[1].Code != workload.OpTakeJob {
			continue
		}
		if m.pools == nil {
			m.pools = &pools{
				entries: make([][]int, len(m.res)), closed: make([]bool, len(m.res)),
				at: map[TaskID]int{}, results: map[TaskID][]int{}, waits: map[TaskID]int{},
			}
		}
		if res := p.Ops[1].Res; m.pools.entries[res] == nil {
			m.pools.entries[res] = workload.Entries(p)
		}
	}
}

// apply gives a pool a job.
func (m *Machine) apply(c int, id TaskID, op *workload.Op) {
	p, r := m.pools, &m.res[op.Res]
	if p == nil || p.closed[op.Res] || int(op.Value) >= len(p.entries[op.Res]) {
		m.raise(id, 1)
		return
	}
	n := len(p.jobs)
	p.jobs = append(p.jobs, job{entry: p.entries[op.Res][op.Value]})
	list := p.results[id]
	for len(list) <= op.Var {
		list = append(list, -1)
	}
	list[op.Var] = n
	p.results[id] = list
	r.open++
	r.items.push(int64(n))
	m.rec.AppendArg(m.now, trace.Put, id, c, op.Res, int64(n))
	m.advance(id)
	if to := m.firstFor(r, trace.ForValue); to != NoTask {
		m.delist(r, to)
		m.begins(0, to, op.Res)
		m.wake(to, trace.WakeGet, op.Res, int64(id))
	}
}

// takeJob lets a worker begin with a job, wait for one, or end. It reports whether
// it runs on.
func (m *Machine) takeJob(c int, id TaskID, op *workload.Op) bool {
	switch {
	case m.res[op.Res].items.n > 0:
		m.begins(c, id, op.Res)
	case m.pools.closed[op.Res]:
		m.raise(id, 0)
	default:
		return m.wait(c, id, trace.BlockGet, op)
	}
	return true
}

// begins lets a worker begin with the next job, with nothing in its accumulator.
func (m *Machine) begins(c int, id TaskID, res int) {
	n := m.res[res].items.pop()
	m.rec.AppendArg(m.now, trace.Get, id, c, res, n)
	m.setAcc(id, 0)
	m.pools.at[id] = int(n)
	m.cold[id].cursor.PC = m.pools.jobs[n].entry
	m.jump(id)
}

// jobEnd notes what came of a worker's job, and lets those know who wait for that.
func (m *Machine) jobEnd(c int, id TaskID, op *workload.Op) {
	p, r := m.pools, &m.res[op.Res]
	n := p.at[id]
	j := &p.jobs[n]
	j.done, j.code, j.result = true, op.Value, m.cold[id].acc
	r.open--
	m.rec.Append(m.now, trace.TaskDone, id, c, op.Res)
	m.cold[id].cursor.Back(op.Jump, 1)
	m.jump(id)
	for to := r.head; to != NoTask; {
		next := m.hot[to].next
		switch cause := m.hot[to].cause; {
		case cause == trace.ForResult && p.waits[to] == n:
			m.delist(r, to)
			if j.code != 0 {
				m.raise(to, j.code)
				m.rec.AppendArg(m.now, trace.WakeRaise, to, 0, op.Res, int64(n))
				m.ready(to, Woken)
				break
			}
			m.rec.AppendArg(m.now, trace.WakeResult, to, 0, op.Res, int64(id))
			m.setAcc(to, j.result)
			m.advance(to)
			m.ready(to, Woken)
		case cause == trace.ForDone && r.open == 0:
			m.delist(r, to)
			m.rec.AppendArg(m.now, trace.WakeDone, to, 0, op.Res, int64(id))
			m.got(to)
			m.ready(to, Woken)
		}
		to = next
	}
}

// askResult lets a task have the result of a job, wait for it, or know of it. It
// reports whether the task runs on.
func (m *Machine) askResult(c int, id TaskID, op *workload.Op) bool {
	p := m.pools
	if p == nil || op.Var >= len(p.results[id]) || p.results[id][op.Var] < 0 {
		m.raise(id, 1) // nothing was applied
		return true
	}
	n := p.results[id][op.Var]
	j := &p.jobs[n]
	value := j.result
	switch {
	case op.Value == workload.ResultReady || op.Value == workload.ResultSuccessful:
		value = 0
		if j.done && (op.Value == workload.ResultReady || j.code == 0) {
			value = 1
		}
		m.rec.Append(m.now, trace.AskResult, id, c, op.Res)
	case !j.done:
		p.waits[id] = n
		return m.wait(c, id, trace.BlockJob, op)
	case j.code != 0:
		m.rec.AppendArg(m.now, trace.Raise, id, c, op.Res, int64(n))
		m.raise(id, j.code)
		return true
	default:
		m.rec.AppendArg(m.now, trace.Collect, id, c, op.Res, int64(n))
	}
	m.setAcc(id, value)
	m.advance(id)
	return true
}

// closePool lets a pool take no more jobs; workers that have none end.
func (m *Machine) closePool(c int, id TaskID, op *workload.Op) {
	if m.pools == nil {
		m.raise(id, 1)
		return
	}
	r := &m.res[op.Res]
	m.pools.closed[op.Res] = true
	m.simply(c, id, trace.ClosePool, op.Res)
	for to := m.firstFor(r, trace.ForValue); to != NoTask; to = m.firstFor(r, trace.ForValue) {
		m.delist(r, to)
		m.raise(to, 0)
		m.rec.Append(m.now, trace.WakeClosed, to, 0, op.Res)
		m.ready(to, Woken)
	}
}

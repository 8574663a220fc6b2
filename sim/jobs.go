package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// jobs is what the kernel keeps of a task whose program is run once for each
// job: one with a period, with releases, or with a deadline.
type jobs struct {
	task     TaskID
	aborts   bool            // a job is dropped at its deadline
	period   Time            // 0 = as releases says
	deadline Time            // of a job after its release; Never if it has none
	releases []workload.Time // later than the first, those to come first
	first    Time            // when job 1 was released
	times    []workload.Time // all of releases, for the deadlines of jobs that wait

	k        int64 // the job it is at, or was last; from 1
	released int64 // jobs released so far
	watched  int64 // the first job that isn't done and whose deadline hasn't come
	working  bool  // job k is not done
	called   bool  // job released has come at this instant and isn't recorded yet
	release  Time  // of job k
	active   Time  // since when job k could run
	base     Time  // what it computed before job k
	next     Time  // the next release; Never if there is none
	due      Time  // the deadline of job watched; Never if none is released
}

// inJobs reports whether the program of a task is run once for each job.
func inJobs(t *workload.Task) bool {
	return t.Period > 0 || len(t.Releases) > 0 || t.Deadline > 0
}

// newJobs prepares a task that runs in jobs.
func (m *Machine) newJobs(id TaskID, t *workload.Task) {
	j := jobs{task: id, aborts: t.AbortOnMiss, deadline: Time(t.Deadline), next: Never, due: Never}
	if len(t.Releases) == 0 {
		j.period = Time(t.Period)
	}
	if j.deadline == 0 {
		j.deadline = Time(t.Period)
	}
	if j.deadline == 0 {
		j.deadline = Never
	}
	m.jobs = append(m.jobs, j)
	m.cold[id].jobs = int32(len(m.jobs))
	m.jobTimers.grow(len(m.jobs))
}

// jobsOf returns the jobs of a task; nil if it runs just once.
func (m *Machine) jobsOf(id TaskID) *jobs {
	if n := m.cold[id].jobs; n > 0 {
		return &m.jobs[n-1]
	}
	return nil
}

// admit lets tasks arrive and releases jobs, in the order of the tasks.
func (m *Machine) admit() {
	called := m.called
	for m.arrived < len(m.arrivals) && m.arrivals[m.arrived].at <= m.now {
		id := m.arrivals[m.arrived].task
		for len(called) > 0 && called[0] < id {
			m.call(called[0])
			called = called[1:]
		}
		m.arrived++
		if m.hot[id].state == trace.New {
			m.arrive(id)
		}
	}
	for _, id := range called {
		m.call(id)
	}
	m.called = m.called[:0]
}

func (m *Machine) arrive(id TaskID) {
	m.rec.Append(m.now, trace.Arrive, id, 0, 0)
	m.loadRegisters(id)
	m.settle(id)
	if j := m.jobsOf(id); j != nil {
		m.firstJob(j)
	}
	m.ready(id, Admitted)
}

// firstJob lets the first job of a task begin: the task arrives.
func (m *Machine) firstJob(j *jobs) {
	t := m.cold[j.task].task
	for i, at := range t.Releases {
		if Time(at) > m.now {
			j.releases = t.Releases[i:]
			break
		}
	}
	j.times, j.first = j.releases, m.now
	j.k, j.released, j.watched, j.working = 1, 1, 1, true
	j.release, j.active = m.now, m.now
	j.next = m.nextRelease(j)
	j.due = addTimes(m.now, j.deadline)
	m.setJobTimer(j)
	m.believeKey(j)
}

// believeKey notes what the recording takes for the key of a task whose job is
// released now.
func (m *Machine) believeKey(j *jobs) {
	if m.byDeadline {
		if due := addTimes(m.now, j.deadline); due < Never {
			m.cold[j.task].key = int64(due)
		}
	}
}

// nextRelease returns when the job after the last that was released will be.
func (m *Machine) nextRelease(j *jobs) Time {
	switch {
	case j.period > 0:
		return addTimes(m.now, j.period)
	case len(j.releases) > 0:
		return Time(j.releases[0])
	}
	return Never
}

// releaseOf returns when a job that was released was.
func (j *jobs) releaseOf(k int64) Time {
	switch {
	case k == 1:
		return j.first
	case j.period > 0:
		return j.first + Time(k-1)*j.period
	}
	return Time(j.times[k-2])
}

// dueOf returns the deadline of a job; Never if it isn't released.
func (j *jobs) dueOf(k int64) Time {
	if k > j.released {
		return Never
	}
	return addTimes(j.releaseOf(k), j.deadline)
}

func (m *Machine) setJobTimer(j *jobs) {
	m.jobTimers.set(uint32(m.cold[j.task].jobs-1), j.timer())
}

// timer returns the instant at which something of the jobs happens by itself.
func (j *jobs) timer() uint64 {
	if at := min(j.next, j.due); at < Never {
		return uint64(at)
	}
	return noTimer
}

// overdue handles the deadlines of jobs that aren't done. Tasks that have a job
// released now are put aside for admit.
func (m *Machine) overdue() {
	m.called = m.called[:0]
	for {
		slot, at := m.jobTimers.first()
		if at > uint64(m.now) {
			return
		}
		j := &m.jobs[slot]
		if j.due <= m.now {
			m.miss(j)
		}
		if j.next <= m.now {
			m.called = append(m.called, j.task)
			m.release(j)
			if at = j.timer(); at <= uint64(m.now) {
				at = noTimer // one release after the other
			}
			m.jobTimers.set(slot, at)
		} else {
			m.setJobTimer(j)
		}
	}
}

// release counts the job that is released now, and finds out when the next will be.
func (m *Machine) release(j *jobs) {
	j.called = true
	j.released++
	if j.period == 0 {
		j.releases = j.releases[1:]
	}
	j.next = m.nextRelease(j)
	if j.watched == j.released {
		j.due = addTimes(m.now, j.deadline)
	}
}

// miss handles the deadline of a job that isn't done.
func (m *Machine) miss(j *jobs) {
	k := j.watched
	j.watched++
	j.due = j.dueOf(j.watched)
	m.rec.AppendArg(m.now, trace.Miss, j.task, 0, 0, k)
	if j.aborts && j.working && j.k == k {
		m.abort(j)
	}
}

// abort drops the job a task is at, whatever the task does.
func (m *Machine) abort(j *jobs) {
	id := j.task
	p := &m.hot[id]
	blocked := p.state == trace.Blocked
	gap := m.withdraw(id)
	p.state, p.cause = trace.Blocked, trace.ForRelease
	p.flags &^= keep
	m.dropGIL(id)
	m.unwind(id)
	m.rec.AppendArg(m.now, trace.Abort, id, 0, 0, j.k)
	if !blocked && m.blocker != nil {
		m.blocker.Block(id)
	}
	m.letGoAll(id)
	if gap >= 0 {
		m.closeGap(gap, id)
	}
	m.endJob(j)
}

// jobDone handles the end of the program of a task that runs in jobs.
func (m *Machine) jobDone(c int, j *jobs) {
	id := j.task
	m.leave(c)
	p := &m.hot[id]
	p.state, p.cause = trace.Blocked, trace.ForRelease
	m.rec.AppendArg(m.now, trace.JobDone, id, c, 0, j.k)
	m.dropGIL(id)
	if m.blocker != nil {
		m.blocker.Block(id)
	}
	m.endJob(j)
}

// endJob lets a task go on with its next job, wait for it, or end.
func (m *Machine) endJob(j *jobs) {
	j.working = false
	if j.watched <= j.k { // it was in time
		j.watched = j.k + 1
		due := j.due
		if j.due = j.dueOf(j.watched); due < j.next {
			m.setJobTimer(j)
		}
	}
	m.restart(j.task)
	switch {
	case j.k < j.released:
		m.nextJob(j, trace.NextJob)
	case j.next == Never:
		m.hot[j.task].state = trace.Terminated
		m.rec.Append(m.now, trace.Retire, j.task, 0, 0)
		m.gone(j.task)
		m.claimsNoMore(j.task)
		if m.kin != nil {
			m.ended(j.task, 0)
		}
	}
}

// restart takes a task back to the beginning of its program.
func (m *Machine) restart(id TaskID) {
	m.cold[id].cursor.Restart()
	m.settle(id)
}

// nextJob lets a task that waits begin its next job.
func (m *Machine) nextJob(j *jobs, why trace.Kind) {
	j.k++
	j.working = true
	j.release, j.active = j.releaseOf(j.k), m.now
	j.base = m.computed(j.task)
	m.rec.AppendArg(m.now, why, j.task, 0, 0, j.k)
	m.ready(j.task, Woken)
}

// call lets a task know of its job that is released now.
func (m *Machine) call(id TaskID) {
	j := m.jobsOf(id)
	if !j.called { // it was killed
		return
	}
	j.called = false
	if j.timer() <= uint64(m.now) {
		m.setJobTimer(j)
	}
	if j.working {
		m.rec.AppendArg(m.now, trace.Backlog, id, 0, 0, j.released)
		return
	}
	m.believeKey(j)
	m.nextJob(j, trace.Release)
}

// forgetJobs cancels what is to come of a task that has ended.
func (m *Machine) forgetJobs(id TaskID) {
	if j := m.jobsOf(id); j != nil {
		j.next, j.due, j.working, j.called = Never, Never, false, false
		m.setJobTimer(j)
	}
}

package trace

import (
	"cmp"
	"slices"
	"sort"
)

// InJobs reports whether the task runs its program once for each of a sequence
// of jobs: one with a period, with releases or with a deadline.
func (t *Task) InJobs() bool { return t.Period > 0 || len(t.Releases) > 0 || t.Deadline > 0 }

// Relative returns the deadline of a job after its release; ok is false if it
// has none.
func (t *Task) Relative() (d Time, ok bool) {
	if d = t.Deadline; d == 0 {
		d = t.Period
	}
	return d, d > 0
}

// Due returns the deadline of a job that is released at an instant; [Never] if it
// has none.
func (t *Task) Due(release Time) Time {
	if d, ok := t.Relative(); ok && release <= Never-d {
		return release + d
	}
	return Never
}

// Job is one job of a task: a run of its program with a deadline.
type Job struct {
	Task     TaskID
	K        int64 // from 1
	Release  Time
	Deadline Time // the instant; -1 if it has none
	Start    Time // first dispatch; -1 if it never ran
	Finish   Time // done or aborted; -1 if it isn't yet
	Aborted  bool // dropped at its deadline
	Missed   bool // aborted, done late, or not done with the deadline behind it
}

// Response returns Finish − Release; -1 if the job isn't done or was aborted.
func (j *Job) Response() Time {
	if j.Finish < 0 || j.Aborted {
		return -1
	}
	return j.Finish - j.Release
}

// Due reports whether the deadline of a job has come by an instant and the job
// was not done then.
func (j *Job) Due(at Time) bool { return j.Missed && j.Deadline >= 0 && j.Deadline <= at }

// Known returns the job as it is known at an instant: nothing of what comes
// later.
func (j Job) Known(at Time) Job {
	j.Missed = j.Due(at)
	if j.Finish > at {
		j.Finish, j.Aborted = -1, false
	}
	if j.Start > at {
		j.Start = -1
	}
	return j
}

// jobLane is the jobs of one task, by release, as they become known.
type jobLane struct {
	jobs   []Job
	done   int     // the first that isn't done
	missed []int32 // those that missed, in order
}

// take takes in an event of the task.
func (l *jobLane) take(t *Task, e Event) {
	switch e.Kind {
	case Arrive, Release, Backlog:
		j := Job{Task: e.Task, K: max(e.Arg, 1), Release: e.Time, Deadline: -1, Start: -1, Finish: -1}
		if d, ok := t.Relative(); ok {
			j.Deadline = e.Time + d
		}
		l.jobs = append(l.jobs, j)
	case Dispatch:
		if l.done < len(l.jobs) && l.jobs[l.done].Start < 0 {
			l.jobs[l.done].Start = e.Time
		}
	case Miss:
		if l.done < len(l.jobs) {
			if i := e.Arg - l.jobs[l.done].K + int64(l.done); i >= int64(l.done) && i < int64(len(l.jobs)) {
				l.miss(int(i))
			}
		}
	case JobDone, Exit, Abort:
		if l.done < len(l.jobs) {
			j := &l.jobs[l.done]
			j.Finish, j.Aborted = e.Time, e.Kind == Abort
			if j.Aborted {
				l.miss(l.done)
			}
			l.done++
		}
	}
}

func (l *jobLane) miss(i int) {
	if !l.jobs[i].Missed {
		l.jobs[i].Missed = true
		l.missed = append(l.missed, int32(i))
	}
}

// Jobs returns the jobs of a recording, by release, then task. A job that is
// released at the very end isn't among them, unless it is done there, too.
func Jobs(r *Recording) []Job {
	lanes := make([]jobLane, len(r.Header.Tasks))
	for _, e := range r.Events(0) {
		if e.Task != NoTask && r.Header.Tasks[e.Task].InJobs() {
			lanes[e.Task].take(&r.Header.Tasks[e.Task], e)
		}
	}
	var jobs []Job
	end := r.End()
	for i := range lanes {
		for _, j := range lanes[i].jobs {
			if j.Release == end && j.Finish < 0 {
				continue
			}
			// What happens at the very end doesn't count, but for what ends there.
			if j.Start == end && (j.Finish < 0 || j.Aborted) {
				j.Start = -1
			}
			if j.Deadline >= end && !j.Aborted {
				j.Missed = false
			}
			jobs = append(jobs, j)
		}
	}
	slices.SortStableFunc(jobs, func(a, b Job) int {
		return cmp.Or(cmp.Compare(a.Release, b.Release), cmp.Compare(a.Task, b.Task))
	})
	return jobs
}

// InJobs reports whether any task runs in jobs.
func (h *Header) InJobs() bool {
	for i := range h.Tasks {
		if h.Tasks[i].InJobs() {
			return true
		}
	}
	return false
}

// Jobs returns the jobs of a task released so far, by release. The slice is the
// lanes' own.
func (l *Lanes) Jobs(id TaskID) []Job {
	if int(id) >= len(l.jobs) {
		return nil
	}
	return l.jobs[id].jobs
}

// JobAt returns the job a task is at, or was at last, at an instant: of those
// released by then the first that isn't done, else the last. ok is false if it
// has none.
func (l *Lanes) JobAt(id TaskID, t Time) (j Job, ok bool) {
	jobs := l.Jobs(id)
	released := sort.Search(len(jobs), func(i int) bool { return jobs[i].Release > t })
	if released == 0 {
		return Job{}, false
	}
	open := sort.Search(released, func(i int) bool { return jobs[i].Finish < 0 || jobs[i].Finish > t })
	return jobs[min(open, released-1)].Known(t), true
}

// Missed calls yield with the jobs of a task whose deadlines were missed in
// [from, to), in order, but none less than step after the one before, so that
// the number of calls is bounded by what can be seen.
func (l *Lanes) Missed(id TaskID, from, to, step Time, yield func(Job)) {
	if int(id) >= len(l.jobs) {
		return
	}
	lane := &l.jobs[id]
	for i := 0; ; {
		i += sort.Search(len(lane.missed)-i, func(k int) bool { return lane.jobs[lane.missed[i+k]].missedAt() >= from })
		if i >= len(lane.missed) {
			return
		}
		j := lane.jobs[lane.missed[i]]
		if j.missedAt() >= to {
			return
		}
		yield(j)
		from = max(j.missedAt()+max(step, 1), from)
	}
}

// missedAt is when a job that missed did: at its deadline, or when it was
// dropped if it had none.
func (j *Job) missedAt() Time {
	if j.Deadline < 0 {
		return j.Finish
	}
	return j.Deadline
}

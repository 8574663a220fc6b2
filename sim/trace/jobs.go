package trace

import (
	"cmp"
	"slices"
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

// Jobs returns the jobs of a recording, by release, then task. A job that is
// released at the very end isn't among them, unless it is done there, too.
func Jobs(r *Recording) []Job {
	var jobs []Job
	open := make([][]int, len(r.Header.Tasks)) // released and not done, by task
	for _, e := range r.Events(0) {
		if e.Task == NoTask {
			continue
		}
		list := open[e.Task]
		switch e.Kind {
		case Arrive, Release, Backlog:
			t := &r.Header.Tasks[e.Task]
			if !t.InJobs() {
				continue
			}
			j := Job{Task: e.Task, K: max(e.Arg, 1), Release: e.Time, Deadline: -1, Start: -1, Finish: -1}
			if d, ok := t.Relative(); ok {
				j.Deadline = e.Time + d
			}
			open[e.Task] = append(list, len(jobs))
			jobs = append(jobs, j)
		case Dispatch:
			if len(list) > 0 && jobs[list[0]].Start < 0 && e.Time < r.End() {
				jobs[list[0]].Start = e.Time
			}
		case Miss:
			if len(list) == 0 {
				continue
			}
			if n := e.Arg - jobs[list[0]].K; n >= 0 && n < int64(len(list)) {
				jobs[list[n]].Missed = e.Time < r.End()
			}
		case JobDone, Exit, Abort:
			if len(list) > 0 {
				j := &jobs[list[0]]
				j.Finish, j.Aborted = e.Time, e.Kind == Abort
				if j.Start < 0 && !j.Aborted { // at the very end
					j.Start = e.Time
				}
				j.Missed = j.Missed || j.Aborted
				open[e.Task] = list[1:]
			}
		}
	}
	jobs = slices.DeleteFunc(jobs, func(j Job) bool { return j.Release == r.End() && j.Finish < 0 })
	slices.SortStableFunc(jobs, func(a, b Job) int {
		return cmp.Or(cmp.Compare(a.Release, b.Release), cmp.Compare(a.Task, b.Task))
	})
	return jobs
}

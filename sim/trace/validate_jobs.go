package trace

import (
	"fmt"
	"slices"
)

// jobCheck is how far a task is with its jobs.
type jobCheck struct {
	k        int64 // the one it is at, or was last
	released int64
	working  bool  // k isn't done
	missed   int64 // the last whose deadline was told to have come
}

// inJobs returns what is known of a task's jobs; nil if it runs just once.
func (v *validator) inJobs(id TaskID) *jobCheck {
	h := &v.h.Tasks[id]
	if h.Period == 0 && h.Deadline == 0 && len(h.Releases) == 0 || !v.exact {
		return nil
	}
	return &v.tasks[id].jobs
}

// releaseOf returns when a job must be released; Never if there is none.
func (v *validator) releaseOf(id TaskID, k int64) Time {
	h := &v.h.Tasks[id]
	if k == 1 {
		return h.Arrival
	}
	if len(h.Releases) == 0 {
		if h.Period == 0 {
			return Never
		}
		return h.Arrival + Time(k-1)*h.Period
	}
	later := 0
	for later < len(h.Releases) && h.Releases[later] <= h.Arrival {
		later++
	}
	if k-2 >= int64(len(h.Releases)-later) {
		return Never
	}
	return h.Releases[later+int(k-2)]
}

// dueOf returns the deadline of a job; Never if it has none.
func (v *validator) dueOf(id TaskID, k int64) Time {
	h := &v.h.Tasks[id]
	d := h.Deadline
	if d == 0 {
		d = h.Period
	}
	release := v.releaseOf(id, k)
	if d == 0 || release > Never-d {
		return Never
	}
	return release + d
}

// job checks what happens to the jobs of a task.
func (v *validator) job(e Event, t *taskCheck) error {
	j := v.inJobs(e.Task)
	if j == nil {
		return fmt.Errorf("it doesn't run in jobs")
	}
	waits := t.state == Blocked && t.cause == ForRelease
	switch e.Kind {
	case Release, Backlog:
		if t.state == New || t.state == Terminated || waits == (e.Kind == Backlog) {
			return v.cannot(t)
		}
		if e.Arg != j.released+1 || e.Time != v.releaseOf(e.Task, e.Arg) {
			return fmt.Errorf("job %d is released at %d", j.released+1, v.releaseOf(e.Task, j.released+1))
		}
		j.released++
		if e.Kind == Backlog {
			return nil
		}
		fallthrough
	case NextJob:
		if !waits || e.Arg != j.k+1 || e.Arg > j.released {
			return v.cannot(t)
		}
		j.k, j.working = e.Arg, true
		t.state = Ready
	case JobDone:
		if err := v.onCPU(e, t); err != nil {
			return err
		}
		if length := v.length(e.Task); length > 0 && t.done >= length && !v.over(t, e.Task) {
			t.pc++ // this ends the job, nothing else says that it is computed
		}
		if e.Arg != j.k || t.pc != len(v.ops(e.Task)) {
			return fmt.Errorf("it is at operation %d of job %d", t.pc, j.k)
		}
		v.endJob(t)
	case Miss:
		if e.Arg <= j.missed || e.Arg != j.missed+1 && e.Arg != j.k || e.Arg > j.released || e.Arg < j.k || e.Arg == j.k && !j.working {
			return fmt.Errorf("job %d is to miss its deadline: %d are released, it is at %d", e.Arg, j.released, j.k)
		}
		if e.Time != v.dueOf(e.Task, e.Arg) {
			return fmt.Errorf("its deadline is at %d", v.dueOf(e.Task, e.Arg))
		}
		j.missed = e.Arg
	case Abort:
		if !v.h.Tasks[e.Task].AbortOnMiss || !j.working || e.Arg != j.k || e.Time != v.dueOf(e.Task, e.Arg) || j.missed != j.k {
			return fmt.Errorf("job %d isn't to be dropped", e.Arg)
		}
		v.takeOut(e, t)
		for i := range v.res {
			r := &v.res[i]
			if r.owner == e.Task {
				r.owner, r.count = NoTask, 0
			}
			r.holders = slices.DeleteFunc(r.holders, func(id TaskID) bool { return id == e.Task })
		}
		v.endJob(t)
	case Retire:
		if !waits || v.releaseOf(e.Task, j.released+1) != Never || j.k != j.released {
			return v.cannot(t)
		}
		t.state = Terminated
	}
	return nil
}

// endJob takes a task back to the beginning of its program.
func (v *validator) endJob(t *taskCheck) {
	t.state, t.cause, t.res, t.cpu = Blocked, ForRelease, -1, -1
	t.serving, t.given = false, false
	t.pc, t.done, t.until, t.part = 0, 0, 0, 0
	if len(t.frames) > 0 { // it was in a signal handler
		t.program, t.frames, t.masked = t.frames[0].program, nil, 0
	}
	t.jobs.working = false
}

// jobsInTime checks that no release and no deadline was passed over.
func (v *validator) jobsInTime(id TaskID, t *taskCheck) error {
	if t.state == New || t.state == Terminated {
		return nil
	}
	j := v.inJobs(id)
	switch {
	case j == nil:
		return nil
	case v.releaseOf(id, j.released+1) <= v.now:
		return fmt.Errorf("job %d of task %d isn't released", j.released+1, id)
	case !j.working && j.k < j.released:
		return fmt.Errorf("task %d doesn't begin job %d", id, j.k+1)
	case !j.working && v.releaseOf(id, j.released+1) == Never:
		return fmt.Errorf("task %d had its last job and goes on", id)
	}
	next := max(j.missed, j.k-1) + 1
	if next == j.k && !j.working {
		next++
	}
	switch {
	case next <= j.released && v.dueOf(id, next) <= v.now:
		return fmt.Errorf("job %d of task %d missed its deadline, and nobody said so", next, id)
	case j.working && v.h.Tasks[id].AbortOnMiss && v.dueOf(id, j.k) <= v.now:
		return fmt.Errorf("job %d of task %d should have been dropped", j.k, id)
	}
	return nil
}

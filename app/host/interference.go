package host

import "timeslice/sim/trace"

// A stretch in which a task was ready and none of ours ran is put down to the
// machine if it is no longer than these; what is longer was somebody else's.
const (
	// wakingUp is what an idle CPU may take from an interrupt to the task.
	wakingUp = 150_000
	// switchingKernel and switchingSelf are what the CPU may take from one task
	// to the next. The kernel says exactly when; a worker says earlier that it
	// left, since the timer's interrupt comes first.
	switchingKernel = 12_000
	switchingSelf   = 50_000
)

// idleWhileReady adds up the time in which a task was ready and none of ours
// ran: interference and, in stretches as short as waking up and switching take,
// overhead.
func idleWhileReady(r *trace.Recording, level string) (interference, overhead trace.Time) {
	switching := trace.Time(switchingSelf)
	if level == LevelPerf {
		switching = switchingKernel
	}
	state := make([]trace.State, len(r.Header.Tasks))
	loading := make([]bool, len(r.Header.Tasks)) // it becomes another process, on another CPU
	ready, running := 0, 0
	var since, tolerable trace.Time
	for _, e := range r.Events(0) {
		if e.Kind == trace.Exec {
			loading[e.Task] = true
		}
		to, ok := e.Kind.To()
		if !ok {
			continue
		}
		waited, ran := ready > 0 && running == 0, running > 0
		switch state[e.Task] {
		case trace.Ready:
			if !loading[e.Task] {
				ready--
			}
			loading[e.Task] = false
		case trace.Running:
			running--
		}
		state[e.Task] = to
		switch to {
		case trace.Ready:
			if !loading[e.Task] {
				ready++
			}
		case trace.Running:
			running++
		}
		waits := ready > 0 && running == 0
		switch {
		case !waited && waits:
			since, tolerable = e.Time, wakingUp
			if ran {
				tolerable = switching
			}
		case waited && !waits:
			if d := e.Time - since; d > tolerable {
				interference += d
			} else {
				overhead += d
			}
		}
	}
	return interference, overhead
}

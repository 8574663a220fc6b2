// Package run joins what the rooms below don't know of one another: it gives a
// workload the policy it names and a kernel to run on. Whoever wants a run, the
// window or the command line, asks here.
package run

import (
	"fmt"

	"github.com/google/uuid"

	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Run is a simulated run of a workload, as far as it has been simulated.
type Run struct {
	work    *workload.Workload
	machine *sim.Machine
}

// Start prepares a run; nothing has happened yet. The workload must not change
// afterwards. An error names the place in the file it is about.
func Start(w *workload.Workload) (*Run, error) {
	config, err := configure(w)
	if err != nil {
		return nil, err
	}
	m, err := sim.New(config)
	if err != nil {
		return nil, err
	}
	r := &Run{work: w, machine: m}
	if m.Recording().Header.ID, err = id(w); err != nil {
		return nil, err
	}
	return r, nil
}

// Whole simulates a workload to its end, or to the instant it is cut at, and
// returns the recording.
func Whole(w *workload.Workload) (*trace.Recording, error) {
	r, err := Start(w)
	if err != nil {
		return nil, err
	}
	if err := r.Extend(trace.Never, MaxEvents); err != nil {
		return nil, err
	}
	if !r.Done() {
		return nil, fmt.Errorf("%s: the run goes on after %d events; cut it with until", name(w), MaxEvents)
	}
	return r.Recording(), nil
}

// MaxEvents is how many events a whole run may have.
const MaxEvents = 50_000_000

// Extend goes on with the run until an instant, or until about so many more
// events have happened, whichever is first.
func (r *Run) Extend(until trace.Time, events int) error {
	if r.work.Until > 0 {
		until = min(until, trace.Time(r.work.Until))
	}
	if err := r.machine.Run(until, events); err != nil {
		return r.told(err)
	}
	return nil
}

// Faults returns what policies did wrong so far; the run then went on under
// first come first served.
func (r *Run) Faults() []sim.PolicyError { return r.machine.Faults() }

// Done reports whether nothing more will happen.
func (r *Run) Done() bool {
	return r.machine.Done() || r.work.Until > 0 && r.machine.Recording().End() >= trace.Time(r.work.Until)
}

// Recording returns what has been recorded so far; it grows with the next
// Extend.
func (r *Run) Recording() *trace.Recording { return r.machine.Recording() }

// Stuck returns the tasks that will never go on, once the run is done: each
// waits for something nobody will do.
func (r *Run) Stuck() []trace.TaskID { return r.machine.Stuck() }

// Policies returns the policies there are, the simple ones first.
func Policies() []Policy { return policy.All() }

// Why says why an event of a workload's run came about, in codes; ok is false
// if it was no decision. The run is made again up to there.
func Why(w *workload.Workload, r *trace.Recording, event int) (why sim.Explanation, ok bool, err error) {
	config, err := configure(w)
	if err != nil {
		return why, false, err
	}
	return sim.Explain(config, r.Event(event).Time, event)
}

func name(w *workload.Workload) string {
	if w.File != "" {
		return w.File
	}
	return w.Name
}

// space is the namespace of the ids of simulated runs (RFC 9562, version 5).
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:timeslice:run:1"))

// id names a run by everything it depends on: the same inputs, the same id.
func id(w *workload.Workload) (string, error) {
	data, err := workload.Write(w)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name(w), err)
	}
	return uuid.NewSHA1(space, data).String(), nil
}

// Policy describes a policy: its name and its parameters.
type Policy = policy.Info

// ParamBool is the kind of a parameter that is on or off.
const ParamBool = policy.Bool

// PolicyParam says what a parameter of a policy may be.
type PolicyParam = policy.ParamSpec

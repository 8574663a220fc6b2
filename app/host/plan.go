package host

import (
	"fmt"
	"time"

	"timeslice/sim/workload"
)

// plan is a workload that was found fit to run.
type plan struct {
	w *workload.Workload
	// policy asked of the kernel: "SCHED_OTHER", "SCHED_FIFO", "SCHED_RR"
	policy   string
	limit    time.Duration // of the run, from its start
	expected time.Duration // the run takes at least this long
	records  []int         // room for each task's records
	warnings []Warning
	rings    bool           // no queue is a pipe
	texts    map[string]int // number of what is printed, in the header
}

const (
	// gapsPerSecond is how many switches a second a task may suffer before its
	// records run out; a tick of 1 kHz makes at most a thousand.
	gapsPerSecond = 4000
	// recordsPerOp is how many records one operation makes at worst: a lock
	// that is fought over makes one for each attempt.
	recordsPerOp = 4
)

// demand is what one task asks for.
type demand struct {
	cpu, pause workload.Time // computing; sleep and io
	ops        int64         // executed
	forever    bool
}

// newPlan checks a workload against the limits of real runs.
func newPlan(w *workload.Workload, o Options) (*plan, error) {
	if n := len(w.Tasks); n == 0 || n > MaxWorkers {
		return nil, &UnfitError{Code: "tasks", Found: fmt.Sprintf("%d tasks", n),
			Limit: fmt.Sprintf("1 to %d real processes are allowed", MaxWorkers), Remedy: "run it simulated, or leave tasks out"}
	}
	if o.Limit > MaxTime {
		return nil, &UnfitError{Code: "time", Found: fmt.Sprintf("a limit of %v", o.Limit),
			Limit: fmt.Sprintf("real processes may run for %v", MaxTime), Remedy: "give a shorter limit"}
	}
	p := &plan{w: w, policy: "SCHED_OTHER"}
	var cpu, pause, serial, last workload.Time
	demands := make([]demand, len(w.Tasks))
	for i := range w.Tasks {
		t := &w.Tasks[i]
		if t.Period > 0 {
			return nil, &UnfitError{Code: "periodic", Task: t.Name, Found: "it is periodic",
				Limit: "real processes run once", Remedy: "run it simulated, or write its jobs as repeat, cpu and sleep"}
		}
		d, err := demandOf(t, w.Resources)
		if err != nil {
			return nil, err
		}
		if d.forever && o.Limit <= 0 {
			return nil, &UnfitError{Code: "forever", Task: t.Name, Found: "it runs for ever",
				Limit: "a real process needs an end", Remedy: "say how long with a limit, or repeat it a number of times"}
		}
		demands[i] = d
		cpu = addTime(cpu, d.cpu)
		pause = addTime(pause, d.pause)
		last = max(last, t.Arrival)
		serial = max(serial, addTime(t.Arrival, addTime(d.cpu, d.pause)))
	}
	p.expected = time.Duration(max(cpu, serial))
	if o.Limit > 0 {
		p.expected = min(p.expected, o.Limit)
		p.limit = o.Limit
	} else {
		// Nobody idles while a task could run, so this sum bounds the run unless
		// the tasks deadlock or others take the CPU: allow for much more.
		p.limit = min(time.Duration(4*min(addTime(addTime(cpu, pause), last), workload.MaxTime/4))+time.Second, MaxTime)
	}
	if p.expected > MaxTime {
		return nil, &UnfitError{Code: "time", Found: fmt.Sprintf("it takes at least %v", p.expected.Round(time.Millisecond)),
			Limit: fmt.Sprintf("real processes may run for %v", MaxTime), Remedy: "make its times shorter, give a limit, or run it simulated"}
	}
	if err := p.choosePolicy(o, time.Duration(cpu)); err != nil {
		return nil, err
	}
	if err := p.makeRoom(demands); err != nil {
		return nil, err
	}
	p.noteDifferences()
	return p, nil
}

// choosePolicy decides what scheduling policy to ask the kernel for.
func (p *plan) choosePolicy(o Options, cpu time.Duration) error {
	if !o.Realtime {
		return nil
	}
	switch p.w.Policy.Name {
	case "fcfs":
		p.policy = "SCHED_FIFO"
	case "rr":
		p.policy = "SCHED_RR"
	default:
		return &UnfitError{Code: "realtime_policy", Found: "the policy is " + p.w.Policy.Name,
			Limit: "fcfs and rr exist as real-time policies", Remedy: "record it without asking for one"}
	}
	if cpu >= MaxRealtime {
		return &UnfitError{Code: "realtime_time", Found: fmt.Sprintf("%v of CPU time", cpu.Round(time.Millisecond)),
			Limit: fmt.Sprintf("under %s it must stay below %v, or the system stands still", p.policy, MaxRealtime), Remedy: "make its times shorter, or record it under SCHED_OTHER"}
	}
	p.limit = min(p.limit, 2*time.Second)
	return nil
}

// makeRoom decides how many records each task may write.
func (p *plan) makeRoom(demands []demand) error {
	total := 0
	for i, d := range demands {
		ops := d.ops
		if d.forever {
			ops = MaxRecords / 256
		}
		n := min(ops, MaxRecords)*recordsPerOp + int64(p.limit.Seconds()*gapsPerSecond) + 1024
		p.records = append(p.records, int(n))
		total += int(n)
		if total > MaxRecords {
			return &UnfitError{Code: "records", Task: p.w.Tasks[i].Name, Found: fmt.Sprintf("it executes %d operations", d.ops),
				Limit: fmt.Sprintf("all tasks together may execute about %d", MaxRecords/recordsPerOp), Remedy: "repeat less often, with longer operations"}
		}
	}
	return nil
}

// noteDifferences warns where the real run isn't what the workload says.
func (p *plan) noteDifferences() {
	if p.w.Machine.CPUs > 1 {
		p.warn(Warning{Code: "one_cpu", Number: float64(p.w.Machine.CPUs)})
	}
	for i := range p.w.Tasks {
		if t := &p.w.Tasks[i]; t.Affinity != nil {
			p.warn(Warning{Code: WarnAffinity, Task: t.Name})
		}
	}
	for i := range p.w.Resources {
		if r := &p.w.Resources[i]; r.ByPriority || r.Barging {
			p.warn(Warning{Code: WarnLine, Task: r.Name})
		}
	}
}

func (p *plan) warn(w Warning) { p.warnings = append(p.warnings, w) }

// demandOf adds up what a task's program does, loops multiplied.
func demandOf(t *workload.Task, resources []workload.Resource) (demand, error) {
	// One sum for each loop the operation is in; the end of a loop multiplies
	// its sum and adds it to the one around it.
	sums := []demand{{}}
	turns := []int64{}
	for i := range t.Program.Ops {
		op := &t.Program.Ops[i]
		top := &sums[len(sums)-1]
		switch op.Code {
		case workload.OpRepeat:
			sums = append(sums, demand{})
			turns = append(turns, op.Value)
			continue
		case workload.OpEnd:
			inner, n := *top, turns[len(turns)-1]
			sums, turns = sums[:len(sums)-1], turns[:len(turns)-1]
			sums[len(sums)-1].add(inner, n)
			continue
		case workload.OpCPU, workload.OpLoad, workload.OpAdd, workload.OpStore:
			top.cpu = addTime(top.cpu, op.Dur)
		case workload.OpIO, workload.OpSleep:
			top.pause = addTime(top.pause, op.Dur)
		case workload.OpLock, workload.OpPut, workload.OpGet:
			if r := &resources[op.Res]; r.Kind == workload.Queue && (op.Manner != 0 || r.Order != workload.FIFO || r.Capacity == 0) {
				return demand{}, unfit(t, i)
			}
			if op.Patience == workload.AtMost {
				top.pause = addTime(top.pause, op.Dur)
			}
		case workload.OpIf, workload.OpElse, workload.OpEndIf: // both parts count
		case workload.OpYield, workload.OpUnlock, workload.OpExit, workload.OpPrint:
		default:
			return demand{}, unfit(t, i)
		}
		top.ops++
	}
	return sums[0], nil
}

// unfit refuses an operation that real processes don't do.
func unfit(t *workload.Task, op int) error {
	return &UnfitError{Code: "operation", Task: t.Name, Found: fmt.Sprintf("operation %q", t.Program.Text[op]),
		Limit: "real processes can't do that yet", Remedy: "run it simulated"}
}

// add counts a loop's body n times; n below 0 means for ever.
func (d *demand) add(body demand, n int64) {
	if n < 0 {
		d.forever = true
		return
	}
	d.forever = d.forever || n > 0 && body.forever
	d.cpu = addTime(d.cpu, mulTime(body.cpu, n))
	d.pause = addTime(d.pause, mulTime(body.pause, n))
	d.ops += int64(min(mulTime(workload.Time(body.ops), n), workload.MaxTime))
	d.ops = min(d.ops, int64(workload.MaxTime))
}

// addTime adds without going beyond MaxTime.
func addTime(a, b workload.Time) workload.Time { return min(a+b, workload.MaxTime) }

// mulTime multiplies without going beyond MaxTime.
func mulTime(a workload.Time, n int64) workload.Time {
	if a > 0 && n > int64(workload.MaxTime)/int64(a) {
		return workload.MaxTime
	}
	return a * workload.Time(n)
}

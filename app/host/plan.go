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
	makes    bool           // programs make tasks
	nursery  int            // room for the records of each that is made
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
	makes      bool // tasks
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
	for i := range w.Resources {
		if r := &w.Resources[i]; resourceKinds[r.Kind] == 0 {
			return nil, &UnfitError{Code: "resource", Task: r.Name, Found: fmt.Sprintf("%s is a resource of kind %s", r.Name, r.Kind),
				Limit: "real processes have none of that kind", Remedy: "run it simulated"}
		} else if unit, _ := pipeUnit(r.Capacity); r.Kind == workload.Pipe && unit == 0 {
			return nil, &UnfitError{Code: "resource", Task: r.Name, Found: fmt.Sprintf("a pipe of %d bytes", r.Capacity),
				Limit: fmt.Sprintf("a real one holds a power of two, %d at most", mostPipe), Remedy: "give it such a capacity, or run it simulated"}
		}
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
		if d.makes {
			p.makes, p.nursery = true, max(p.nursery, int(n)/2)
		}
		if total > MaxRecords {
			return &UnfitError{Code: "records", Task: p.w.Tasks[i].Name, Found: fmt.Sprintf("it executes %d operations", d.ops),
				Limit: fmt.Sprintf("all tasks together may execute about %d", MaxRecords/recordsPerOp), Remedy: "repeat less often, with longer operations"}
		}
	}
	if p.makes && len(p.w.Tasks) == MaxWorkers {
		return &UnfitError{Code: "tasks", Found: fmt.Sprintf("%d tasks that make others", MaxWorkers),
			Limit: fmt.Sprintf("1 to %d real processes are allowed", MaxWorkers), Remedy: "run it simulated, or leave tasks out"}
	}
	return nil
}

// noteDifferences warns where the real run isn't what the workload says.
func (p *plan) noteDifferences() {
	if p.w.Machine.CPUs > 1 {
		p.warn(Warning{Code: "one_cpu", Number: float64(p.w.Machine.CPUs)})
	}
	if p.w.Machine.GIL > 0 {
		p.warn(Warning{Code: WarnGIL})
	}
	for i := range p.w.Tasks {
		if t := &p.w.Tasks[i]; t.Affinity != nil {
			p.warn(Warning{Code: WarnAffinity, Task: t.Name})
		}
	}
	for i := range p.w.Resources {
		if unit, _ := pipeUnit(p.w.Resources[i].Capacity); p.w.Resources[i].Kind == workload.Pipe && unit > 1 {
			p.warn(Warning{Code: WarnBytes, Task: p.w.Resources[i].Name, Number: float64(unit)})
		}
		if r := &p.w.Resources[i]; r.ByPriority || r.Barging {
			p.warn(Warning{Code: WarnLine, Task: r.Name})
		}
	}
}

func (p *plan) warn(w Warning) { p.warnings = append(p.warnings, w) }

// demandOf adds up what a task's program does, and what the tasks do that it makes.
func demandOf(t *workload.Task, resources []workload.Resource) (demand, error) {
	return programDemand(t, t.Program, resources, 0)
}

// programDemand adds up what a program does, loops multiplied. Of an if both parts
// count, and of a fork the child does whatever the parent does.
func programDemand(t *workload.Task, p *workload.Program, resources []workload.Resource, depth int) (demand, error) {
	// One sum for each loop the operation is in; the end of a loop multiplies
	// its sum and adds it to the one around it.
	sums := []demand{{}}
	turns := []int64{}
	copies := workload.Time(1)
	for i := range p.Ops {
		op := &p.Ops[i]
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
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			top.cpu, top.makes = addTime(top.cpu, op.Dur), true
			if op.Code == workload.OpFork {
				copies = min(2*copies, MaxWorkers)
				break
			}
			if depth == MaxWorkers {
				return demand{}, unfit(t, p, i)
			}
			made, err := programDemand(t, op.Kin.Child.Program, resources, depth+1)
			if err != nil {
				return demand{}, err
			}
			top.add(made, 1)
		case workload.OpIO, workload.OpSleep:
			top.pause = addTime(top.pause, op.Dur)
		case workload.OpLock, workload.OpLockRead, workload.OpPut, workload.OpGet, workload.OpRead, workload.OpJoinQueue, workload.OpAcquire, workload.OpAwait, workload.OpArrive, workload.OpJoin, workload.OpWaitChild, workload.OpWait:
			if op.Patience == workload.AtMost {
				top.pause = addTime(top.pause, op.Dur)
			}
		case workload.OpSignal, workload.OpIgnore, workload.OpAlive, workload.OpCrash:
		case workload.OpIf, workload.OpElse, workload.OpEndIf, workload.OpForkEnd:
		case workload.OpYield, workload.OpUnlock, workload.OpExit, workload.OpPrint,
			workload.OpRelease, workload.OpSet, workload.OpClear, workload.OpNotify, workload.OpOnce, workload.OpOnceEnd, workload.OpTaskDone, workload.OpWrite, workload.OpClose:
		default:
			return demand{}, unfit(t, p, i)
		}
		top.ops++
	}
	d := sums[0]
	d.cpu, d.pause = mulTime(d.cpu, int64(copies)), mulTime(d.pause, int64(copies))
	return d, nil
}

// reserve is how many threads a process of some tasks keeps for those it makes,
// at most so many.
func (p *plan) reserve(tasks []int, most int) int {
	n := 0
	for _, i := range tasks {
		ops := p.w.Tasks[i].Program.Ops
		for k := range ops {
			if ops[k].Code != workload.OpThread {
				continue
			}
			n++
			if ops[k].Depth > 0 { // maybe in a loop
				n = most
			}
		}
	}
	return min(n, most)
}

// unfit refuses an operation that real processes don't do.
func unfit(t *workload.Task, p *workload.Program, op int) error {
	return &UnfitError{Code: "operation", Task: t.Name, Found: fmt.Sprintf("operation %q", p.Text[op]),
		Limit: "real processes can't do that yet", Remedy: "run it simulated"}
}

// add counts a loop's body n times; n below 0 means for ever.
func (d *demand) add(body demand, n int64) {
	if n < 0 {
		d.forever, d.makes = true, d.makes || body.makes
		return
	}
	d.forever = d.forever || n > 0 && body.forever
	d.makes = d.makes || n > 0 && body.makes
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

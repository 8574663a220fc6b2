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
	rings    bool                      // no queue is a pipe
	numbers  map[*workload.Program]int // of programs, in the header
	texts    map[string]int            // number of what is printed, in the header
	makes    bool                      // programs make tasks
	nursery  int                       // room for the records of each that is made
}

const (
	// gapsPerSecond is how many switches a second a task may suffer before its
	// records run out; a tick of 1 kHz makes at most a thousand.
	gapsPerSecond = 4000
	// recordsPerOp is how many records one operation makes at worst: a lock
	// that is fought over makes one for each attempt.
	recordsPerOp = 4
	// manyOps is how many operations a worker of a pool has room for.
	manyOps = 1 << 14
	// execTakes is how long a process may take to become another.
	execTakes = workload.Time(200 * time.Millisecond)
	// manyPolls is how often polling asks for an answer at most, as far as there is
	// room for records of it.
	manyPolls = 1 << 10
)

// demand is what one task asks for.
type demand struct {
	cpu, pause workload.Time // computing; sleep and io
	ops        int64         // executed
	forever    bool
	open       bool // there is no telling how long it takes
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
		if err := unfitResource(w, &w.Resources[i]); err != nil {
			return nil, err
		}
	}
	if w, err := withAdded(w); err != nil {
		return nil, err
	} else if w != nil {
		return newPlan(w, o)
	}
	if w.Until > 0 && o.Limit <= 0 {
		o.Limit = min(time.Duration(w.Until), MaxTime)
	}
	p := &plan{w: w, policy: "SCHED_OTHER"}
	var cpu, pause, serial, last workload.Time
	open := false
	demands := make([]demand, len(w.Tasks))
	for i := range w.Tasks {
		t := &w.Tasks[i]
		if err := unfitTask(w, t); err != nil {
			return nil, err
		}
		d, err := demandOf(w, t)
		if err != nil {
			return nil, err
		}
		if d.forever && o.Limit <= 0 {
			return nil, &UnfitError{Code: "forever", Task: t.Name, Found: "it runs for ever",
				Limit: "a real process needs an end", Remedy: "say how long with a limit, or repeat it a number of times"}
		}
		demands[i] = d
		open = open || d.open
		cpu = addTime(cpu, d.cpu)
		pause = addTime(pause, d.pause)
		last = max(last, t.Arrival)
		serial = max(serial, addTime(t.Arrival, addTime(d.cpu, d.pause)))
	}
	p.expected = time.Duration(max(cpu, serial))
	if o.Limit > 0 {
		p.expected = min(p.expected, o.Limit)
		p.limit = o.Limit
	} else if p.limit = MaxTime; !open {
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
	if m := &p.w.Machine; m.Memory > 0 || m.Multiprogramming > 0 {
		p.warn(Warning{Code: WarnMemory})
	}
	for i := range p.w.Tasks {
		if t := &p.w.Tasks[i]; t.Affinity != nil {
			p.warn(Warning{Code: WarnAffinity, Task: t.Name})
		}
	}
	for i := range p.w.Interventions {
		if k := p.w.Interventions[i].Kind; k == workload.SetParams || k == workload.SetPolicy {
			p.warn(Warning{Code: WarnPolicy})
			break
		}
	}
	c := &p.w.Conventions
	for _, x := range []struct {
		name string
		is   bool
	}{{"deadlock", c.Deadlock != 0}, {"owner_death", c.ReleaseOnDeath}, {"orphans", c.Orphans != 0}} {
		if x.is {
			p.warn(Warning{Code: WarnConvention, Task: x.name})
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
func demandOf(w *workload.Workload, t *workload.Task) (demand, error) {
	if isPoolWorker(t.Program) { // what it does is who applies it's
		return demand{ops: manyOps}, nil
	}
	return programDemand(w, t, t.Program, 0)
}

// programDemand adds up what a program does, loops multiplied. Of an if both parts
// count, and of a fork the child does whatever the parent does.
func programDemand(w *workload.Workload, t *workload.Task, p *workload.Program, depth int) (demand, error) {
	// One sum for each loop the operation is in; the end of a loop multiplies
	// its sum and adds it to the one around it.
	sums := []demand{{}}
	turns := []int64{}
	copies := workload.Time(1)
	for i := range p.Ops {
		op := &p.Ops[i]
		top := &sums[len(sums)-1]
		if deedOf(op.Code).How == "" {
			return demand{}, unfit(w, t, p, i)
		}
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
		case workload.OpWhile:
			top.cpu = addTime(top.cpu, op.Dur)
			top.open, top.ops = true, top.ops+manyOps
		case workload.OpWhileEnd:
		case workload.OpCPU, workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd, workload.OpLoad, workload.OpAdd, workload.OpStore:
			top.cpu = addTime(top.cpu, op.Dur)
		case workload.OpFork, workload.OpSpawn, workload.OpThread:
			top.cpu, top.makes = addTime(top.cpu, op.Dur), true
			if op.Code == workload.OpFork {
				copies = min(2*copies, MaxWorkers)
				break
			}
			if depth == MaxWorkers || op.Code == workload.OpThread && execs(op.Kin.Child.Program) {
				return demand{}, unfit(w, t, p, i)
			}
			made, err := programDemand(w, t, op.Kin.Child.Program, depth+1)
			if err != nil {
				return demand{}, err
			}
			top.add(made, 1)
		case workload.OpExec:
			made, err := programDemand(w, t, op.Kin.Child.Program, depth+1)
			if err != nil {
				return demand{}, err
			}
			top.add(made, 1)
			top.cpu, top.pause = addTime(top.cpu, op.Dur), addTime(top.pause, execTakes)
		case workload.OpAsm:
			top.cpu = addTime(top.cpu, op.Dur)
			if back := op.Asm.Verb == workload.JumpIf && op.Jump <= i; back && !top.open { // nobody knows how often
				top.open, top.ops = true, top.ops+manyOps
			}
		case workload.OpCopy:
			top.cpu = addTime(top.cpu, op.Dur)
		case workload.OpPoll:
			top.cpu = addTime(top.cpu, op.Dur)
			top.ops += manyPolls
		case workload.OpRequest:
			top.pause, top.cpu = addTime(top.pause, op.Dur), addTime(top.cpu, workload.Time(op.Value))
		case workload.OpSelect:
		case workload.OpApply:
			made, err := programDemand(w, t, op.Job, depth)
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

// add counts a loop's body n times; n below 0 means for ever.
func (d *demand) add(body demand, n int64) {
	if n < 0 {
		d.forever, d.makes = true, d.makes || body.makes
		return
	}
	d.forever, d.open = d.forever || n > 0 && body.forever, d.open || n > 0 && body.open
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

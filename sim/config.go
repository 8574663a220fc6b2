package sim

import (
	"fmt"
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Config is everything a run depends on: two runs of equal configs give the
// same recording, byte for byte.
type Config struct {
	Workload *workload.Workload
	// Policy decides; it must be new, since it belongs to the machine.
	Policy Policy
	// Interventions are what a person did while it ran. Each is applied at its
	// instant before anything else happens, several at one instant in the order
	// of the list.
	Interventions []Intervention
	// Patience is how many times a CPU may ask in vain, beside four times for
	// each task, before a task that it could run counts as starved; 0 = 10,000.
	Patience int
}

// Intervention is something done to a run from outside: [Kill], [Send],
// [SetQuantum], [SetPolicy] or [AddTask].
type Intervention interface {
	when() Time
}

// Kill ends a task, whatever it does. One that has ended already stays as it is.
// If it has a Name the task is the one that is called so then.
type Kill struct {
	At   Time
	Task TaskID
	Name string
}

// Send sends a signal to the process of the task that is called Task then, or to a
// process group. If there is none it does nothing.
type Send struct {
	At          Time
	Task, Group string
	Signal      workload.Signal
}

// SetQuantum changes the slice of tasks that have none of their own, from their
// next dispatch on.
type SetQuantum struct {
	At      Time
	Quantum Time
}

// SetPolicy hands the ready tasks to another policy, in the order they became
// ready. Running tasks keep their CPUs and slices.
type SetPolicy struct {
	At     Time
	Policy Policy
}

// AddTask lets one more task arrive. Its program must be complete; its arrival
// is At, whatever the task says.
type AddTask struct {
	At   Time
	Task workload.Task
}

func (i Kill) when() Time       { return i.At }
func (i Send) when() Time       { return i.At }
func (i SetQuantum) when() Time { return i.At }
func (i SetPolicy) when() Time  { return i.At }
func (i AddTask) when() Time    { return i.At }

// FieldError says which field of a [Config] is wrong.
type FieldError struct {
	Field string // as in "Workload.Tasks[3].Program.Ops[0].Dur"
	Is    string // what is wrong with it
}

func (e *FieldError) Error() string { return "sim: " + e.Field + ": " + e.Is }

func fieldError(is, field string, args ...any) error {
	return &FieldError{Field: fmt.Sprintf(field, args...), Is: is}
}

func (c *Config) validate() error {
	if c.Workload == nil {
		return fieldError("is missing", "Workload")
	}
	if c.Policy == nil {
		return fieldError("is missing", "Policy")
	}
	if c.Patience < 0 {
		return fieldError("is negative", "Patience")
	}
	w := c.Workload
	if w.Machine.CPUs < 1 || w.Machine.CPUs > workload.MaxCPUs {
		return fieldError(fmt.Sprintf("is %d, not 1 to %d", w.Machine.CPUs, workload.MaxCPUs), "Workload.Machine.CPUs")
	}
	if w.Machine.Switch < 0 || w.Machine.Switch > workload.MaxTime {
		return fieldError("is negative or too long", "Workload.Machine.Switch")
	}
	if w.Machine.GIL < 0 || w.Machine.GIL > workload.MaxTime {
		return fieldError("is negative or too long", "Workload.Machine.GIL")
	}
	if w.Machine.Tick < 0 || w.Machine.Tick > workload.MaxTime {
		return fieldError("is negative or too long", "Workload.Machine.Tick")
	}
	if w.Machine.Migration < 0 || w.Machine.Migration > workload.MaxTime {
		return fieldError("is negative or too long", "Workload.Machine.Migration")
	}
	if k := &w.Machine.Cache; k.Size < 0 || k.Warmup < 0 || k.Warmup > workload.MaxTime || k.Grain < 0 || k.Grain > workload.MaxTime ||
		k.Size > 0 && (k.Rate < 1 || k.Rate > workload.MaxRate) {
		return fieldError(fmt.Sprintf("is %+v", *k), "Workload.Machine.Cache")
	}
	if len(w.Resources) > trace.MaxResources {
		return fieldError(fmt.Sprintf("are more than %d", trace.MaxResources), "Workload.Resources")
	}
	for i := range w.Resources {
		if err := validateResource(w.Resources, i); err != nil {
			return err
		}
	}
	checked := make(map[*workload.Program]bool)
	for i := range w.Tasks {
		if err := c.validateTask(&w.Tasks[i], fmt.Sprintf("Workload.Tasks[%d]", i), checked); err != nil {
			return err
		}
	}
	return c.validateInterventions(checked)
}

func validateResource(all []workload.Resource, i int) error {
	r := &all[i]
	switch r.Kind {
	case workload.Mutex, workload.RLock, workload.Spin, workload.Event, workload.Once:
	case workload.RWLock:
		if r.Prefer > workload.PreferFIFO {
			return fieldError("is unknown", "Workload.Resources[%d].Prefer", i)
		}
	case workload.Semaphore:
		if r.Value < 0 || r.Capacity < 0 || r.Capacity > 0 && r.Value > int64(r.Capacity) {
			return fieldError(fmt.Sprintf("is %d of %d", r.Value, r.Capacity), "Workload.Resources[%d].Value", i)
		}
	case workload.Barrier:
		if r.Capacity < 1 {
			return fieldError(fmt.Sprintf("is %d, not 1 or more", r.Capacity), "Workload.Resources[%d].Capacity", i)
		}
	case workload.Condition:
		if r.Lock < 0 || r.Lock >= len(all) || all[r.Lock].Kind != workload.Mutex && all[r.Lock].Kind != workload.RLock {
			return fieldError(fmt.Sprintf("is %d, not the number of a mutex", r.Lock), "Workload.Resources[%d].Lock", i)
		}
	case workload.Pool:
		if r.Workers < 1 || r.Workers > workload.MaxWorkers {
			return fieldError(fmt.Sprintf("is %d, not 1 to %d", r.Workers, workload.MaxWorkers), "Workload.Resources[%d].Workers", i)
		}
	case workload.Pipe:
		if r.Capacity < 1 || r.Capacity > workload.MaxPipe {
			return fieldError(fmt.Sprintf("is %d, not 1 to %d", r.Capacity, workload.MaxPipe), "Workload.Resources[%d].Capacity", i)
		}
	case workload.Queue:
		if r.Capacity < 0 || r.Capacity > workload.MaxCapacity {
			return fieldError(fmt.Sprintf("is %d, not 0 to %d", r.Capacity, workload.MaxCapacity), "Workload.Resources[%d].Capacity", i)
		}
	case workload.Device:
		if r.Servers < 0 || r.Servers > workload.MaxCapacity {
			return fieldError(fmt.Sprintf("is %d, not 0 to %d", r.Servers, workload.MaxCapacity), "Workload.Resources[%d].Servers", i)
		}
	default:
		return fieldError("is unknown", "Workload.Resources[%d].Kind", i)
	}
	return nil
}

func (c *Config) validateTask(t *workload.Task, field string, checked map[*workload.Program]bool) error {
	if t.Program == nil {
		return fieldError("is missing", "%s.Program", field)
	}
	if t.Arrival < 0 || t.Arrival > workload.MaxTime {
		return fieldError("is negative or too late", "%s.Arrival", field)
	}
	if t.Slice < 0 || t.Slice > workload.MaxTime {
		return fieldError("is negative or too long", "%s.Slice", field)
	}
	if t.Period < 0 || t.Period > workload.MaxTime {
		return fieldError("is negative or too long", "%s.Period", field)
	}
	if t.Deadline < 0 || t.Deadline > workload.MaxTime {
		return fieldError("is negative or too long", "%s.Deadline", field)
	}
	for i, at := range t.Releases {
		if at < 0 || at > workload.MaxTime || i > 0 && at <= t.Releases[i-1] {
			return fieldError("is negative, too late or not after the one before", "%s.Releases[%d]", field, i)
		}
	}
	if t.Affinity != nil && len(t.Affinity) == 0 {
		return fieldError("is empty", "%s.Affinity", field)
	}
	for _, cpu := range t.Affinity {
		if cpu < 0 || cpu >= c.Workload.Machine.CPUs {
			return fieldError(fmt.Sprintf("names CPU %d, which there isn't", cpu), "%s.Affinity", field)
		}
	}
	if checked[t.Program] {
		return nil
	}
	checked[t.Program] = true
	return validateProgram(t.Program, c.Workload, field+".Program", checked)
}

// wants are the kinds of resources an operation can do with; none if it needs no
// resource. The first is the one to name.
var wants = map[workload.OpCode][]workload.ResourceKind{
	workload.OpIO:  {workload.Device},
	workload.OpPut: {workload.Queue},
	workload.OpGet: {workload.Queue},

	workload.OpTaskDone:  {workload.Queue},
	workload.OpRequest:   {workload.Device},
	workload.OpWrite:     {workload.Pipe},
	workload.OpRead:      {workload.Pipe},
	workload.OpClose:     {workload.Pipe},
	workload.OpJoinQueue: {workload.Queue, workload.Pool},
	workload.OpApply:     {workload.Pool},
	workload.OpTakeJob:   {workload.Pool},
	workload.OpJobEnd:    {workload.Pool},
	workload.OpResult:    {workload.Pool},
	workload.OpClosePool: {workload.Pool},

	workload.OpLock:     {workload.Mutex, workload.RLock, workload.Spin, workload.RWLock},
	workload.OpUnlock:   {workload.Mutex, workload.RLock, workload.Spin, workload.RWLock},
	workload.OpLockRead: {workload.RWLock},
	workload.OpAcquire:  {workload.Semaphore},
	workload.OpRelease:  {workload.Semaphore},
	workload.OpWait:     {workload.Condition},
	workload.OpNotify:   {workload.Condition},
	workload.OpSet:      {workload.Event},
	workload.OpClear:    {workload.Event},
	workload.OpAwait:    {workload.Event},
	workload.OpArrive:   {workload.Barrier},
	workload.OpOnce:     {workload.Once},
	workload.OpOnceEnd:  {workload.Once},
}

func validateProgram(p *workload.Program, w *workload.Workload, field string, checked map[*workload.Program]bool) error {
	resources := w.Resources
	if len(p.Ops) > workload.MaxOps {
		return fieldError(fmt.Sprintf("are more than %d", workload.MaxOps), "%s.Ops", field)
	}
	var open []int  // the loops around, outermost first
	var acts []bool // whether each of them does anything
	act := func() { // so do the loops around
		for k := len(open) - 1; k >= 0; k-- {
			acts[k] = true
			if around := &p.Ops[open[k]]; around.Code == workload.OpRepeat && around.Value == 0 {
				break // nothing in it ever happens
			}
		}
	}
	for i := range p.Ops {
		op := &p.Ops[i]
		if !op.Code.Valid() {
			return fieldError("is unknown", "%s.Ops[%d].Code", field, i)
		}
		if op.Dur < 0 || op.Dur > workload.MaxTime {
			return fieldError("is negative or too long", "%s.Ops[%d].Dur", field, i)
		}
		if kinds := wants[op.Code]; kinds != nil {
			if op.Res < 0 || op.Res >= len(resources) || !slices.Contains(kinds, resources[op.Res].Kind) {
				return fieldError(fmt.Sprintf("is %d, not the number of a %v", op.Res, kinds[0]), "%s.Ops[%d].Res", field, i)
			}
		}
		if op.Code == workload.OpAsm && (op.Asm == nil || op.Jump < 0 || op.Jump >= len(p.Ops) || w.Flag() < 0 || op.Asm.From.Var >= len(w.Variables) || op.Asm.To.Var >= len(w.Variables)) {
			return fieldError("is no instruction", "%s.Ops[%d].Asm", field, i)
		}
		if op.Code == workload.OpOnce && (op.Jump <= i || op.Jump > len(p.Ops) || p.Ops[op.Jump-1].Code != workload.OpOnceEnd || p.Ops[op.Jump-1].Res != op.Res) {
			return fieldError("is not behind the end of once", "%s.Ops[%d].Jump", field, i)
		}
		if err := validateKin(op, w, fmt.Sprintf("%s.Ops[%d]", field, i), checked); err != nil {
			return err
		}
		if op.Code == workload.OpFork || op.Code == workload.OpHandle {
			act()
		}
		switch op.Code {
		case workload.OpFork:
			if op.Jump == 0 {
				break
			}
			if op.Jump <= i || op.Jump > len(p.Ops) || p.Ops[op.Jump-1].Code != workload.OpForkEnd {
				return fieldError("is not behind the end of what the child does", "%s.Ops[%d].Jump", field, i)
			}
			open, acts = append(open, i), append(acts, true)
		case workload.OpHandle:
			if op.Jump <= i || op.Jump > len(p.Ops) || p.Ops[op.Jump-1].Code != workload.OpHandled {
				return fieldError("is not behind the end of the handler", "%s.Ops[%d].Jump", field, i)
			}
			open, acts = append(open, i), append(acts, true)
		case workload.OpForkEnd, workload.OpHandled:
			top := len(open) - 1
			begins := map[workload.OpCode]workload.OpCode{workload.OpForkEnd: workload.OpFork, workload.OpHandled: workload.OpHandle}[op.Code]
			if top < 0 || p.Ops[open[top]].Code != begins || p.Ops[open[top]].Jump != i+1 {
				return fieldError("is not the end of what a child does", "%s.Ops[%d]", field, i)
			}
			open, acts = open[:top], acts[:top]
		case workload.OpRepeat:
			if op.Value < -1 || op.Value > workload.MaxRepeat {
				return fieldError("is not a number of turns", "%s.Ops[%d].Value", field, i)
			}
			if op.Jump <= i || op.Jump > len(p.Ops) || p.Ops[op.Jump-1].Code != workload.OpEnd {
				return fieldError("is not behind the end of the loop", "%s.Ops[%d].Jump", field, i)
			}
			open, acts = append(open, i), append(acts, op.Value == 0)
		case workload.OpEnd:
			top := len(open) - 1
			if top < 0 || p.Ops[open[top]].Code != workload.OpRepeat || op.Jump != open[top]+1 || p.Ops[open[top]].Jump != i+1 {
				return fieldError("is not the first operation of the loop", "%s.Ops[%d].Jump", field, i)
			}
			if !acts[top] {
				return fieldError("is a loop that does nothing", "%s.Ops[%d]", field, open[top])
			}
			open, acts = open[:top], acts[:top]
		default:
			act()
		}
	}
	if len(open) > 0 {
		return fieldError("is a loop without an end", "%s.Ops[%d]", field, open[0])
	}
	return validateValues(p, w, field)
}

func (c *Config) validateInterventions(checked map[*workload.Program]bool) error {
	tasks := len(c.Workload.Tasks)
	for _, i := range c.Interventions {
		if _, ok := i.(AddTask); ok {
			tasks++
		}
	}
	if tasks > maxTasks {
		return fieldError(fmt.Sprintf("are more than %d", maxTasks), "Workload.Tasks")
	}
	for n, i := range c.Interventions {
		field := fmt.Sprintf("Interventions[%d]", n)
		if i == nil {
			return fieldError("is missing", "%s", field)
		}
		if t := i.when(); t < 0 || t > Time(workload.MaxTime) {
			return fieldError("is negative or too late", "%s.At", field)
		}
		switch i := i.(type) {
		case Kill:
			if i.Name == "" && int(i.Task) >= tasks {
				return fieldError(fmt.Sprintf("is %d, which there isn't", i.Task), "%s.Task", field)
			}
		case Send:
			if i.Signal == 0 || i.Signal > 31 {
				return fieldError("is no signal", "%s.Signal", field)
			}
		case SetQuantum:
			if i.Quantum < 1 || i.Quantum > Time(workload.MaxTime) {
				return fieldError("is not a time above 0", "%s.Quantum", field)
			}
		case AddTask:
			if err := c.validateTask(&i.Task, field+".Task", checked); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxTasks is how many tasks there may be in a run, those added included.
const maxTasks = 1_000_000

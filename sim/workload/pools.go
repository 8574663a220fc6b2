package workload

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// The operations of pools. They take no time of their own.
const (
	OpApply     OpCode = iota + 160 // give pool Res number Value of its jobs; its result is number Var of the task's
	OpTakeJob                       // take a job of pool Res, or wait for one, and go on at its beginning; or end, if the pool is closed
	OpJobEnd                        // the end of a job, with exit code Value: go on at Jump
	OpResult                        // ask for result number Var: wait for it, or what Value says
	OpClosePool                     // let pool Res take no more jobs

	opPoolEnd // one more than there are
)

// What one asks of a result, in Op.Value.
const (
	ResultGet        = iota // wait for it, and have it in acc
	ResultReady             // 1 if it is there, else 0
	ResultSuccessful        // 1 if it is there and the job ended with 0, else 0
)

// Waits marks, as the Manner of an apply, that its result is waited for next.
const Waits Manner = 1 << 7

// MaxWorkers is how many workers a pool has at most.
const MaxWorkers = 1024

var (
	applyFields = []string{"do", "as"}
	resultNames = []string{"get", "ready", "successful"}
	workerNames = []string{"processes", "threads"}
)

// pools is the jobs of each pool, by its number, and its workers' program.
type pools struct {
	jobs    map[int][]*Program
	program map[int]*Program
}

// poolField reads a field of a pool.
func (r *reader) poolField(res *Resource, key string, v *yaml.Node) {
	switch key {
	case "workers":
		n, _ := r.int(v, key, 1, MaxWorkers)
		res.Workers = int(n)
	case "of":
		i, _ := r.choice(v, key, workerNames...)
		res.Threads = i == 1
	}
}

// hire adds the workers of the pools to the tasks. What they do isn't known yet.
func (r *reader) hire() {
	for i := range r.w.Resources {
		res := &r.w.Resources[i]
		if res.Kind != Pool || r.full() {
			continue
		}
		if r.pools.program == nil {
			r.pools.program = map[int]*Program{}
		}
		p := &Program{}
		r.pools.program[i] = p
		r.programs.use(p)
		group := ""
		if res.Threads {
			group = r.masterOf(i)
		}
		for k := range res.Workers {
			t := Task{Name: res.Name + "-" + strconv.Itoa(k+1), Program: p, Implicit: true, Group: group, Pos: res.Pos}
			if len(r.w.Tasks) == MaxTasks {
				r.failAt(res.Pos, "more tasks than fit", fmt.Sprintf("the most is %d", MaxTasks))
				return
			}
			if r.claim(t.Name, t.Pos) {
				r.w.Tasks = append(r.w.Tasks, t)
			}
		}
	}
}

// masterOf returns the process of the first task that uses a pool, "" if none does.
func (r *reader) masterOf(pool int) string {
	for i := range r.w.Tasks {
		t := &r.w.Tasks[i]
		if t.Implicit || t.Program == nil {
			continue
		}
		for k := range t.Program.Ops {
			if op := &t.Program.Ops[k]; op.Code == OpApply && op.Res == pool {
				if t.Group == "" {
					t.Group = t.Name
				}
				return t.Group
			}
		}
	}
	return ""
}

// fillPools writes the programs of workers: for ever, take a job, go to its
// beginning, do it, and come back from its end.
func (r *reader) fillPools() {
	for i := range r.w.Resources {
		p := r.pools.program[i]
		if p == nil {
			continue
		}
		add := func(op Op, text string) {
			p.Ops, p.Text = append(p.Ops, op), append(p.Text, text)
		}
		name := r.w.Resources[i].Name
		add(Op{Code: OpRepeat, Res: -1, Value: -1}, "forever")
		add(Op{Code: OpTakeJob, Res: i, Depth: 1}, "take a job from "+name)
		for _, job := range r.pools.jobs[i] {
			start := len(p.Ops)
			for k, op := range job.Ops {
				if op.Depth++; op.Jump > 0 {
					op.Jump += start
				}
				if op.Code == OpExit { // of the job, not of its worker
					op = Op{Code: OpJobEnd, Res: i, Value: op.Value, Jump: 1, Depth: op.Depth, Line: op.Line}
				}
				add(op, job.Text[k])
			}
			add(Op{Code: OpJobEnd, Res: i, Jump: 1, Depth: 1}, "")
		}
		add(Op{Code: OpEnd, Res: -1, Jump: 1}, "")
		p.Ops[0].Jump = len(p.Ops)
	}
}

// Entries returns where in the program of a pool's workers its jobs begin.
func Entries(p *Program) (entries []int) {
	begins := false
	for i := range p.Ops {
		op := &p.Ops[i]
		if begins && op.Code != OpEnd {
			entries = append(entries, i)
		}
		begins = op.Code == OpTakeJob || op.Code == OpJobEnd && op.Value == 0 && op.Depth == 1 && p.Text[i] == ""
	}
	return entries
}

// apply reads `apply: pool, do: […]` and `apply_async: pool, as: r, do: […]`.
func (c *compiler) apply(n *yaml.Node, name string, v *yaml.Node) {
	want := name + ": POOL, do: [{cpu: 5}]"
	part := c.parts(n, v, name, "to", want, applyFields)
	if part == nil {
		return
	}
	i, ok := c.resource(part["to"], name, Pool)
	if !ok {
		return
	}
	if part["do"] == nil {
		c.fail(n, name+" of nothing to do", want)
		return
	}
	if c.within++; c.within > MaxNesting {
		c.fail(n, "programs nested too deep", fmt.Sprintf("the most programs inside each other is %d", MaxNesting))
		return
	}
	job := c.compile(part["do"], c.p.Name)
	c.within--
	if job == nil {
		return
	}
	for k := range job.Ops {
		if job.Ops[k].makes() || job.Ops[k].Code == OpApply || job.Ops[k].Code == OpExec || job.Ops[k].Code == OpExitThread || job.Ops[k].Code == OpHandle {
			c.fail(part["do"], name+" of a job that makes tasks or jobs, or changes its worker", "a job that only computes and waits")
			return
		}
	}
	job = c.programs.once(job)
	op := Op{Code: OpApply, Res: i, Job: job, Value: int64(len(c.pools.jobs[i]))}
	if c.pools.jobs == nil {
		c.pools.jobs = map[int][]*Program{}
	}
	for k, known := range c.pools.jobs[i] {
		if known == job {
			op.Value = int64(k)
		}
	}
	if int(op.Value) == len(c.pools.jobs[i]) {
		c.pools.jobs[i] = append(c.pools.jobs[i], job)
	}
	text := name + " " + part["to"].Value
	as := part["as"]
	switch {
	case as != nil && name == "apply":
		c.fail(as, "apply: as", "apply waits for the result; apply_async: POOL, as: r")
		return
	case as != nil:
		if op.Say, ok = c.name(as, "as"); !ok {
			return
		}
		text += " as " + op.Say
	case name == "apply":
		op.Manner = Waits
	}
	op.Var = c.handle(op.Say)
	c.emit(n, op, text)
	if op.Manner == Waits {
		c.emit(n, Op{Code: OpResult, Res: i, Var: op.Var}, "its result")
	}
}

// handle returns the number of a result's name.
func (c *compiler) handle(name string) int {
	if c.handles == nil {
		c.handles = map[string]int{}
	}
	if _, ok := c.handles[name]; !ok {
		c.handles[name] = len(c.handles)
	}
	return c.handles[name]
}

// result reads `result: r` and `result: {of: r, what: ready}`.
func (c *compiler) result(n, v *yaml.Node) {
	part := c.parts(n, v, "result", "of", "result: {of: r, what: get}", []string{"what"})
	if part == nil {
		return
	}
	name, ok := c.name(part["of"], "result")
	if !ok {
		return
	}
	slot, known := c.handles[name]
	res := -1
	for k := range c.p.Ops {
		if op := &c.p.Ops[k]; op.Code == OpApply && op.Say == name {
			res = op.Res
		}
	}
	if !known || res < 0 {
		c.fail(part["of"], "result: no result "+quote(name), "apply_async: POOL, as: "+name+", do: […] before")
		return
	}
	what := 0
	if part["what"] != nil {
		if what, ok = c.choice(part["what"], "what", resultNames...); !ok {
			return
		}
	}
	text := "result " + name
	if what > 0 {
		text += ", " + resultNames[what]
	}
	c.emit(n, Op{Code: OpResult, Res: res, Var: slot, Say: name, Value: int64(what)}, text)
}

// poolDetail writes what a pool says beside its kind.
func poolDetail(res *Resource) string {
	detail := ", workers: " + strconv.Itoa(res.Workers)
	if res.Threads {
		detail += ", of: threads"
	}
	return detail
}

// poolOp writes an operation of a pool; what is applied follows it.
func (o *writer) poolOp(op *Op, name string) string {
	switch {
	case op.Code == OpClosePool:
		return "close: " + name
	case op.Code == OpApply && op.Manner == Waits:
		return "apply: " + name
	case op.Code == OpApply:
		return "apply_async: " + name
	case op.Value > 0:
		return "result: {of: " + str(op.Say) + ", what: " + resultNames[op.Value] + "}"
	}
	return "result: " + str(op.Say)
}

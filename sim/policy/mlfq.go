package policy

import (
	"math/bits"
	"strconv"

	"timeslice/sim"
)

// mlfq learns which tasks are short or often wait for I/O, without being told:
// everyone begins at the top level; who uses up what a level allots moves down,
// where quanta may be longer; the highest level that has tasks runs. A boost
// lifts everyone to the top from time to time, so that nobody starves and a task
// that has become interactive is seen as such. With stay a task that does I/O
// before its quantum ends keeps its level for ever, which invites cheating, and
// with iobump it also goes before the others of its level when the I/O is done.
//
// Levels, quanta and allotments are listed from the top. An allotment is a
// number of quanta; of lists shorter than the levels the last value goes on.
//
// OSTEP, chapter 8, and its simulator mlfq.py, whose order of things this is;
// Corbató, Merwin Daggett, Daley: An Experimental Time-Sharing System, 1962.
type mlfq struct {
	v         *sim.View
	quanta    []int64
	allotment []int64
	boost     sim.Time
	stay      bool
	iobump    bool

	tasks []mlfqTask
	level []line
	some  uint64 // a bit for each level that has tasks, the top one's the lowest
	next  sim.Time
	order int64
	moved []sim.TaskID // by a boost
}

// mlfqTask is what the policy knows of a task, ready or not.
type mlfqTask struct {
	left  sim.Time // of its quantum
	quota int64    // quanta left on its level
	place int64    // in its level, smaller first; kept while it runs
	since sim.Time // when it became ready
	order int64    // in which tasks became ready
	level int
	prev  sim.TaskID
	next  sim.TaskID
	ready bool
	came  bool // it arrived or woke, rather than lost its CPU
	anew  bool // a boost gives it a new slice while it runs
}

// line is a level: tasks by place.
type line struct {
	head, tail  sim.TaskID
	first, last int64 // places given out
}

var mlfqParams = []ParamSpec{
	{Name: "levels", Kind: Int, Default: "3", Min: 1, Max: 64},
	{Name: "quanta", Kind: Duration, List: true, Default: "10", Min: 1},
	{Name: "allotments", Kind: Int, List: true, Default: "1"},
	{Name: "boost", Kind: Duration, Default: "0"},
	{Name: "stay", Kind: Bool, Default: "false"},
	{Name: "iobump", Kind: Bool, Default: "false"},
}

func newMLFQ(a Args) sim.Policy {
	p := &mlfq{boost: a.Time("boost"), stay: a.Bool("stay"), iobump: a.Bool("iobump")}
	for i := range int(a.Int("levels")) {
		p.quanta = append(p.quanta, fromTop(a.List("quanta"), i, 1))
		p.allotment = append(p.allotment, fromTop(a.List("allotments"), i, 1))
	}
	return p
}

func fromTop(list []int64, i int, none int64) int64 {
	if len(list) == 0 {
		return none
	}
	return list[min(i, len(list)-1)]
}

func (p *mlfq) Attach(v *sim.View) {
	p.v, p.some, p.next = v, 0, sim.Never
	p.tasks = make([]mlfqTask, v.Tasks())
	for i := range p.tasks {
		p.renew(&p.tasks[i], 0)
	}
	p.level = make([]line, len(p.quanta))
	for i := range p.level {
		p.level[i] = line{head: sim.NoTask, tail: sim.NoTask}
	}
	if p.boost > 0 {
		p.next = (v.Now()/p.boost + 1) * p.boost
	}
}

func (p *mlfq) Describe() sim.Description {
	quanta, allotments := "", ""
	for i := range p.quanta {
		quanta += " " + p.v.Text(sim.Time(p.quanta[i]))
		allotments += " " + strconv.FormatInt(p.allotment[i], 10)
	}
	return sim.Description{Name: "mlfq", Slice: sim.Time(p.quanta[0]), Params: []sim.Setting{
		{Name: "levels", Value: strconv.Itoa(len(p.quanta))},
		{Name: "quanta", Value: quanta[1:]},
		{Name: "allotments", Value: allotments[1:]},
		{Name: "boost", Value: p.v.Text(p.boost)},
		{Name: "stay", Value: strconv.FormatBool(p.stay)},
		{Name: "iobump", Value: strconv.FormatBool(p.iobump)},
	}}
}

// Queues names the levels as the book does, the top one with the highest number.
func (p *mlfq) Queues() []sim.Queue {
	var queues []sim.Queue
	for i := range p.quanta {
		queues = append(queues, sim.Queue{Name: strconv.Itoa(len(p.quanta) - 1 - i), CPU: -1})
	}
	return queues
}

// renew puts a task on a level with all that it allots.
func (p *mlfq) renew(t *mlfqTask, level int) {
	t.level = level
	t.left, t.quota = sim.Time(p.quanta[level]), p.allotment[level]
}

// used takes a quantum off what the level allots.
func (p *mlfq) used(t *mlfqTask) {
	t.quota--
	switch {
	case t.quota != 0:
		t.left = sim.Time(p.quanta[t.level])
	default:
		p.renew(t, min(t.level+1, len(p.quanta)-1))
	}
}

func (p *mlfq) Charge(task sim.TaskID, ran sim.Time) {
	if t := &p.tasks[task]; t.anew {
		t.anew = false
	} else {
		t.left -= ran
	}
}

func (p *mlfq) Block(task sim.TaskID) {
	t := &p.tasks[task]
	used := t.left <= 0
	if p.stay {
		p.renew(t, t.level)
	}
	if used {
		p.used(t)
	}
}

func (p *mlfq) Enqueue(task sim.TaskID, why sim.Reason) {
	for int(task) >= len(p.tasks) {
		p.tasks = append(p.tasks, mlfqTask{})
		p.renew(&p.tasks[len(p.tasks)-1], 0)
	}
	t := &p.tasks[task]
	stays := why == sim.Preempted // it keeps its place, too
	if t.left <= 0 {
		p.used(t)
		stays = false
	}
	t.anew = false // also if it was only about to run
	p.order++
	t.order, t.since = p.order, p.v.Now()
	t.came = why == sim.Admitted || why == sim.Woken
	if !stays {
		p.place(t, why == sim.Woken && p.iobump)
	}
	p.v.SetHome(task, t.level)
	p.insert(task)
}

// first returns the task that a CPU would run.
func (p *mlfq) first(cpu int) sim.TaskID {
	if !p.v.Bound() && p.some != 0 {
		return p.level[bits.TrailingZeros64(p.some)].head
	}
	for some := p.some; some != 0; some &= some - 1 {
		for task := p.level[bits.TrailingZeros64(some)].head; task != sim.NoTask; task = p.tasks[task].next {
			if p.v.Allowed(task, cpu) {
				return task
			}
		}
	}
	return sim.NoTask
}

func (p *mlfq) Pick(cpu int) (sim.TaskID, bool) {
	task := p.first(cpu)
	if task != sim.NoTask {
		p.Remove(task)
	}
	return task, task != sim.NoTask
}

// before reports whether a task stands before another.
func (p *mlfq) before(a, b sim.TaskID) bool {
	x, y := &p.tasks[a], &p.tasks[b]
	return x.level < y.level || x.level == y.level && x.place < y.place
}

// Victim returns the CPU whose task stands behind all others that run, if a
// ready one stands before it, or one whose slice a boost has renewed.
func (p *mlfq) Victim() (cpu int, ok bool) {
	worst := sim.NoTask
	first := p.first(0)
	for c := range p.v.CPUs() {
		task, runs := p.v.Running(c)
		if !runs {
			continue
		}
		if p.tasks[task].anew {
			return c, true
		}
		if p.v.Bound() {
			first = p.first(c)
		}
		if first != sim.NoTask && p.before(first, task) {
			if worst == sim.NoTask || p.before(worst, task) {
				cpu, worst, ok = c, task, true
			}
		}
	}
	return cpu, ok
}

// Explain lists the ready tasks by level and place; the keys are the levels,
// counted from the top.
func (p *mlfq) Explain(cpu int) sim.Explanation {
	x := sim.Explanation{Rule: sim.RuleHead, Chosen: p.first(cpu)}
	for i := range p.level {
		for task := p.level[i].head; task != sim.NoTask; task = p.tasks[task].next {
			if p.v.Allowed(task, cpu) {
				x.Candidates = append(x.Candidates, sim.Candidate{Task: task, Key: int64(i)})
			}
		}
	}
	return x
}

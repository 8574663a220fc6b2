package sim

import (
	"slices"
	"strconv"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// kin is what the kernel keeps of how tasks are related. Runs whose programs
// make no tasks and wait for none have none of it.
type kin struct {
	procs   []process
	named   map[string]*line  // tasks by what the workload calls them, in the order they were made
	used    map[string]bool   // names tasks have
	counts  map[string]int    // how many tasks were made of a name
	joiners map[TaskID]*joins // who waits for the end of a task
}

// process is an address space with its threads.
type process struct {
	main    TaskID
	leader  TaskID // whose end is that of the main thread: main, until another thread lets the process begin anew
	parent  int32  // index into kin.procs; noProcess = init
	live    int32  // threads that haven't ended
	needed  int32  // those of them that aren't daemons
	ended   bool
	reaped  bool
	daemon  bool   // it ends when its parent does
	ignores uint32 // signals, by number
	pending uint32 // signals that wait to be handled, by number
	killed  int64  // the signal that ended it; 0 = none
	status  int64
	// Children, those included that are zombies, in the order they came: the
	// first and last, and of a child the one before and after.
	first, last, before, after int32

	zombies []int32  // its children that wait to be asked for, in the order they ended
	waiting []TaskID // its threads that wait for a child, in the order they came

	handlers []handler
}

const noProcess int32 = -1

// line is tasks of one name; those before next have been joined.
type line struct {
	ids  []TaskID
	next int
}

// joins is who waits for the end of one task, in the order they came.
type joins struct{ tasks []TaskID }

// related reports whether a workload needs to know of processes.
func related(c *Config) bool {
	asks := func(t *workload.Task) bool {
		if t.Parent != "" || t.Daemon || t.Signals != "" || t.Group != "" && c.Workload.Conventions.MainEnds {
			return true
		}
		for i := range t.Program.Ops {
			if op := &t.Program.Ops[i]; op.Kin != nil || op.Code == workload.OpExit && t.Group != "" {
				return true
			}
		}
		return false
	}
	for i := range c.Workload.Tasks {
		if asks(&c.Workload.Tasks[i]) {
			return true
		}
	}
	for _, i := range c.Interventions {
		switch i := i.(type) {
		case Send:
			return true
		case AddTask:
			if asks(&i.Task) {
				return true
			}
		}
	}
	return false
}

// relate finds out how the tasks of the workload are related.
func (m *Machine) relate() {
	m.kin = &kin{
		named: map[string]*line{}, used: map[string]bool{}, counts: map[string]int{}, joiners: map[TaskID]*joins{},
	}
	for id := range m.cold {
		m.enroll(TaskID(id), m.cold[id].task.Name, noProcess)
	}
	for id := range m.cold {
		r := &m.cold[id]
		pr := &m.kin.procs[r.process]
		if of := m.kin.named[r.task.Parent]; of != nil && pr.main == TaskID(id) {
			if parent := m.cold[of.ids[0]].process; parent != r.process && !m.descends(parent, r.process) {
				pr.parent = parent
				m.adoptChild(parent, r.process)
				h := &m.rec.Header.Tasks
				(*h)[id].Parent = (*h)[m.kin.procs[parent].main].Pid
			}
		}
	}
}

// descends reports whether a process is another or a descendant of it.
func (m *Machine) descends(p, of int32) bool {
	for p != noProcess && p != of {
		p = m.kin.procs[p].parent
	}
	return p == of
}

// enroll makes a task known under a name, as a thread of its process, which is
// made if it is the first; parent is its process's then.
func (m *Machine) enroll(id TaskID, name string, parent int32) {
	k, t := m.kin, m.cold[id].task
	l := k.named[name]
	if l == nil {
		l = &line{}
		k.named[name] = l
	}
	l.ids = append(l.ids, id)
	k.used[t.Name] = true
	if main := TaskID(m.rec.Header.Tasks[id].Process); main != id {
		m.cold[id].process = m.cold[main].process
	} else {
		m.cold[id].process = int32(len(k.procs))
		k.procs = append(k.procs, process{
			main: id, leader: id, parent: noProcess, daemon: t.Daemon,
			first: noProcess, last: noProcess, before: noProcess, after: noProcess,
		})
		if parent != noProcess {
			k.procs[len(k.procs)-1].parent = parent
			m.adoptChild(parent, m.cold[id].process)
		}
	}
	pr := &k.procs[m.cold[id].process]
	pr.live++
	if m.isNeeded(id) {
		pr.needed++
	}
}

// adoptChild puts a process at the end of another's children.
func (m *Machine) adoptChild(parent, child int32) {
	p, c := &m.kin.procs[parent], &m.kin.procs[child]
	c.before, c.after = p.last, noProcess
	if p.last == noProcess {
		p.first = child
	} else {
		m.kin.procs[p.last].after = child
	}
	p.last = child
}

// loseChild takes a process from among its parent's children.
func (m *Machine) loseChild(child int32) {
	c := &m.kin.procs[child]
	p := &m.kin.procs[c.parent]
	if c.before == noProcess {
		p.first = c.after
	} else {
		m.kin.procs[c.before].after = c.after
	}
	if c.after == noProcess {
		p.last = c.before
	} else {
		m.kin.procs[c.after].before = c.before
	}
}

// nameFor returns a name no task has: the one asked for, or with a number.
func (k *kin) nameFor(name string, numbered bool) string {
	for {
		k.counts[name]++
		full := name
		if n := k.counts[name]; n > 1 || numbered {
			full = name + "." + strconv.Itoa(n)
		}
		if !k.used[full] {
			return full
		}
	}
}

// ended notes that a task has ended with an exit status, and with it maybe its
// process.
func (m *Machine) ended(id TaskID, status int64) {
	r := &m.cold[id]
	r.status = status
	p := r.process
	pr := &m.kin.procs[p]
	pr.live--
	if pr.leader == id {
		pr.status = status
	}
	if m.isNeeded(id) {
		pr.needed--
	}
	if pr.main != id {
		m.wakeJoiners(id)
	}
	if pr.live > 0 && (pr.needed == 0 || pr.leader == id && m.conv.MainEnds) {
		m.endThreads(p)
	}
	if pr := &m.kin.procs[p]; pr.live == 0 && !pr.ended {
		m.processEnded(p)
	} else {
		m.alert(p) // another is to handle what is pending
	}
}

// isNeeded reports whether a process lives on for the sake of a thread.
func (m *Machine) isNeeded(id TaskID) bool {
	return !m.cold[id].task.Daemon || m.kin.procs[m.cold[id].process].leader == id
}

// endThreads ends those threads of a process that haven't ended.
func (m *Machine) endThreads(p int32) {
	main := m.kin.procs[p].main
	for id := main; int(id) < len(m.hot) && m.kin.procs[p].live > 0; id++ {
		if m.cold[id].process == p && m.hot[id].state != trace.Terminated {
			m.end(id, trace.EndWith, 0)
		}
	}
}

// end ends a task, whatever it does.
func (m *Machine) end(id TaskID, how trace.Kind, arg int64) {
	gap := m.withdraw(id)
	m.hot[id].state = trace.Terminated
	m.hot[id].flags &^= halted
	m.forgetJobs(id)
	m.rec.AppendArg(m.now, how, id, 0, 0, arg)
	m.dropGIL(id)
	m.gone(id)
	if gap >= 0 {
		m.closeGap(gap, id)
	}
	if m.conv.ReleaseOnDeath || m.breaking {
		m.bequeath(id)
	}
	m.claimsNoMore(id)
	if m.kin != nil {
		if how == trace.Kill && arg == 0 {
			arg = sigKill
		}
		m.ended(id, -arg)
	}
}

// processEnded deals with a process whose last thread has ended: its children
// get another parent, and it is a zombie until its own asks for it.
func (m *Machine) processEnded(p int32) {
	m.kin.procs[p].ended = true
	m.orphan(p)
	pr := &m.kin.procs[p]
	if pr.killed != 0 {
		pr.status = -pr.killed
	}
	if pr.parent == noProcess {
		pr.reaped = true
	} else {
		m.rec.AppendArg(m.now, trace.Defunct, pr.main, 0, 0, pr.status)
		m.hot[pr.main].state = trace.Zombie
		parent := &m.kin.procs[pr.parent]
		parent.zombies = append(parent.zombies, p)
		m.childEnded(p)
	}
	m.wakeJoiners(m.kin.procs[p].main)
}

// childEnded lets the parent of a zombie know: if it ignores SIGCHLD, nobody will
// ever ask for its children, and they are gone at once.
func (m *Machine) childEnded(p int32) {
	parent := m.kin.procs[p].parent
	pr := &m.kin.procs[parent]
	switch {
	case pr.ended:
	case pr.ignores&(1<<workload.SigChld) != 0:
		m.reapChild(p, pr.main)
		m.hopeless(parent)
	default:
		m.wakeWaiter(parent)
		if m.kin.procs[parent].handlerOf(workload.SigChld) != nil {
			m.pend(parent, workload.SigChld)
		}
	}
}

// orphan gives the children of a process that has ended another parent.
func (m *Machine) orphan(p int32) {
	var orphans []int32
	m.heirs(p, m.conv.Orphans == workload.OrphansToRoot, &orphans)
	to := m.guardian(p)
	for _, child := range orphans {
		m.adopt(child, to)
	}
	m.kin.procs[p].zombies = nil
	for _, child := range orphans {
		if c := &m.kin.procs[child]; c.daemon && !c.ended {
			m.endProcess(child, sigTerm)
		}
	}
	if to != noProcess {
		m.wakeWaiter(to)
	}
}

// heirs appends the children of a process, or all its descendants, each before
// its own.
func (m *Machine) heirs(p int32, all bool, out *[]int32) {
	for c := m.kin.procs[p].first; c != noProcess; c = m.kin.procs[c].after {
		*out = append(*out, c)
		if all {
			m.heirs(c, true, out)
		}
	}
}

// guardian returns who adopts the children of a process that has ended: init,
// unless the workload says otherwise or an ancestor is there for that.
func (m *Machine) guardian(p int32) int32 {
	switch m.conv.Orphans {
	case workload.OrphansToParent:
		return m.kin.procs[p].parent
	case workload.OrphansToRoot:
		for m.kin.procs[p].parent != noProcess {
			p = m.kin.procs[p].parent
		}
		if m.kin.procs[p].ended {
			return noProcess
		}
		return p
	}
	for p = m.kin.procs[p].parent; p != noProcess; p = m.kin.procs[p].parent {
		if pr := &m.kin.procs[p]; !pr.ended && m.cold[pr.main].task.Subreaper {
			return p
		}
	}
	return noProcess
}

// adopt makes a process the child of another, or of init, which asks for zombies
// at once.
func (m *Machine) adopt(child, by int32) {
	if from := m.kin.procs[child].parent; from != noProcess {
		m.loseChild(child)
		f := &m.kin.procs[from]
		f.zombies = slices.DeleteFunc(f.zombies, func(z int32) bool { return z == child })
	}
	c := &m.kin.procs[child]
	c.parent = by
	if by == noProcess {
		m.rec.AppendArg(m.now, trace.Adopt, c.main, 0, 0, -1)
	} else {
		m.rec.AppendArg(m.now, trace.Adopt, c.main, 0, 0, int64(m.kin.procs[by].main))
		m.adoptChild(by, child)
	}
	switch {
	case c.ended && by == noProcess:
		m.reap(child, -1)
	case c.ended:
		m.kin.procs[by].zombies = append(m.kin.procs[by].zombies, child)
	}
}

// endProcess ends all threads of a process by a signal.
func (m *Machine) endProcess(p int32, signal int64) {
	m.kin.procs[p].killed = signal
	if main := m.kin.procs[p].main; m.hot[main].state != trace.Terminated {
		m.end(main, trace.Kill, signal)
	}
	for id := m.kin.procs[p].main; int(id) < len(m.hot) && m.kin.procs[p].live > 0; id++ {
		if m.cold[id].process == p && m.hot[id].state != trace.Terminated {
			m.end(id, trace.Kill, signal)
		}
	}
}

// What ends a process that isn't asked.
const (
	sigTerm = int64(workload.SigTerm)
	sigKill = int64(workload.SigKill)
)

// reap takes the last of a process away: somebody asked for its exit status.
func (m *Machine) reap(p int32, by int64) {
	pr := &m.kin.procs[p]
	pr.reaped = true
	m.hot[pr.main].state = trace.Terminated
	m.rec.AppendArg(m.now, trace.Reap, pr.main, 0, 0, by)
}

// reapChild does the same for a process that isn't an orphan.
func (m *Machine) reapChild(p int32, by TaskID) {
	parent := &m.kin.procs[m.kin.procs[p].parent]
	for i, z := range parent.zombies {
		if z == p {
			parent.zombies = append(parent.zombies[:i], parent.zombies[i+1:]...)
			break
		}
	}
	m.loseChild(p)
	m.reap(p, int64(by))
}

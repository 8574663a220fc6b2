package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// Processes have pages. A forked child shares those of its parent until one of
// them writes to a page that another process has too: then the writer gets a copy
// of its own first. What is written: a store writes to the page its variable lives
// on, the first variable of the file on the first page and so on, and round again;
// a touch to as many pages as it says. Variables that everybody shares or that
// belong to one thread live elsewhere, and so do registers.
//
// If the machine's memory holds only so many pages, whole processes are swapped
// out and in: see swap.go.

// memory is what the kernel keeps of pages and of the batch queue.
type memory struct {
	paged                bool
	limit                int // frames; 0 = no limit
	copies, in, out, res Time
	spaces               []space // by main thread
	frames               []frame
	free                 []int32 // frames nobody has
	used                 int     // frames in memory

	moving TaskID // main thread of the process that is being swapped; NoTask if none is
	until  Time   // when that is over
	line   []TaskID
	wants  []TaskID // wait for room for a page
	look   Time     // when a process that could run may be swapped out; Never if that isn't waited for

	degree int      // of multiprogramming; 0 = there is no batch queue
	live   int      // processes admitted that haven't ended
	batch  []TaskID // submitted
}

// frame is a page as it is in memory or on the disk.
type frame struct {
	all      int32 // processes that have it
	resident int32 // those of them that are in memory, or leave it or come
}

// space is the address space of a process.
type space struct {
	table    []int32 // frame of each page; nil before it begins and when it has ended
	threads  []TaskID
	live     int // threads that haven't ended, those included that haven't arrived
	place    trace.Place
	since    Time // in memory
	had      Time // of CPU when it came there
	inLine   bool
	admitted bool
}

// headerMemory is what a recording says of memory.
func headerMemory(w *workload.Workload, c *Config) *trace.Memory {
	paged := w.Paged() || pagedLater(c)
	if !paged && w.Machine.Multiprogramming == 0 {
		return nil
	}
	m := &w.Machine
	return &trace.Memory{
		Frames: m.Memory, SwapIn: Time(m.SwapIn), SwapOut: Time(m.SwapOut), Residence: Time(w.Residence()), PageCopy: Time(m.PageCopy),
		Degree: m.Multiprogramming, Paged: paged,
	}
}

// pagedLater reports whether a task that is added has to do with pages.
func pagedLater(c *Config) bool {
	for _, i := range c.Interventions {
		if add, ok := i.(AddTask); ok && add.Task.Pages > 0 {
			return true
		}
	}
	return false
}

// pagesOf is how many pages a task's process has.
func pagesOf(t *workload.Task) int { return max(1, t.Pages) }

// prepareMemory makes room for what the kernel keeps of memory.
func (m *Machine) prepareMemory(w *workload.Workload) {
	h := m.rec.Header.Memory
	if h == nil {
		return
	}
	m.mem = &memory{
		paged: h.Paged, limit: h.Frames, copies: h.PageCopy, in: h.SwapIn, out: h.SwapOut, res: h.Residence,
		moving: NoTask, look: Never, degree: h.Degree,
	}
}

// spaceOf returns the address space of a task.
func (m *Machine) spaceOf(id TaskID) *space { return &m.mem.spaces[m.rec.Header.Tasks[id].Process] }

// joinMemory makes a new task known as a thread of its process.
func (m *Machine) joinMemory(id TaskID) {
	main := m.rec.Header.Tasks[id].Process
	for len(m.mem.spaces) <= main {
		m.mem.spaces = append(m.mem.spaces, space{})
	}
	s := m.spaceOf(id)
	s.threads = append(s.threads, id)
	s.live++
}

// comes lets a task arrive, or stand in the batch queue first.
func (m *Machine) comes(id TaskID) {
	if m.mem == nil || m.mem.degree == 0 || !m.cold[id].task.Batch {
		m.arrive(id)
		return
	}
	m.rec.Append(m.now, trace.Submit, id, 0, 0)
	m.mem.batch = append(m.mem.batch, id)
}

// settleIn gives a task that arrives its place in memory: its process gets its
// pages with its first thread, on the disk if there is no room.
func (m *Machine) settleIn(id TaskID) {
	if m.mem == nil {
		return
	}
	s, main := m.spaceOf(id), TaskID(m.rec.Header.Tasks[id].Process)
	if !s.admitted {
		s.admitted = true
		m.mem.live++
	}
	if m.mem.paged && s.table == nil {
		m.givePages(main, pagesOf(m.cold[main].task))
	}
	if s.place != trace.InMemory && s.place != trace.Nowhere {
		m.hot[id].flags |= out
		m.rec.Append(m.now, trace.Suspend, id, 0, 0)
	}
}

// givePages gives a process new pages in place of those it has.
func (m *Machine) givePages(main TaskID, pages int) {
	mem, s := m.mem, &m.mem.spaces[main]
	m.dropPages(s)
	s.table = make([]int32, pages)
	for i := range s.table {
		s.table[i] = m.newFrame()
	}
	m.rec.AppendArg(m.now, trace.Pages, main, 0, 0, int64(pages))
	if mem.limit > 0 && (mem.used+pages > mem.limit || len(mem.line) > 0 || len(mem.wants) > 0) {
		s.place = trace.SwappedTo
		m.rec.Append(m.now, trace.SwappedOut, main, 0, 0)
		return
	}
	m.takeFrames(s)
	s.place, s.since = trace.InMemory, m.now
}

// newFrame returns a frame that one process has.
func (m *Machine) newFrame() int32 {
	mem := m.mem
	if n := len(mem.free); n > 0 {
		f := mem.free[n-1]
		mem.free = mem.free[:n-1]
		mem.frames[f] = frame{all: 1}
		return f
	}
	mem.frames = append(mem.frames, frame{all: 1})
	return int32(len(mem.frames) - 1)
}

// takeFrames lets the pages of a process be in memory.
func (m *Machine) takeFrames(s *space) {
	for _, f := range s.table {
		if m.mem.frames[f].resident++; m.mem.frames[f].resident == 1 {
			m.mem.used++
		}
	}
}

// giveFrames lets them be there no more but for those another process has, too.
func (m *Machine) giveFrames(s *space) {
	for _, f := range s.table {
		if m.mem.frames[f].resident--; m.mem.frames[f].resident == 0 {
			m.mem.used--
		}
	}
}

// dropPages takes a process's pages from it.
func (m *Machine) dropPages(s *space) {
	if s.table == nil {
		return
	}
	if takesMemory(s.place) {
		m.giveFrames(s)
	}
	for _, f := range s.table {
		if m.mem.frames[f].all--; m.mem.frames[f].all == 0 {
			m.mem.free = append(m.mem.free, f)
		}
	}
	s.table = nil
}

func takesMemory(p trace.Place) bool {
	return p == trace.InMemory || p == trace.Leaving || p == trace.Coming
}

// sharePages lets a forked child share the pages of its parent, which is in memory
// since it runs.
func (m *Machine) sharePages(id, child TaskID) {
	from := m.spaceOf(id)
	s := m.spaceOf(child)
	s.table = slices.Clone(from.table)
	s.place, s.since = trace.InMemory, m.now
	for _, f := range s.table {
		m.mem.frames[f].all++
	}
	m.takeFrames(s)
}

// ownsVariable reports whether the process of a running task has the page on which a
// variable lives to itself. If it doesn't, the task copies it first, or waits for
// room.
func (m *Machine) ownsVariable(c int, id TaskID, variable int) bool {
	if m.config.Workload.Variables[variable].Scope != workload.ScopeProcess || m.config.Workload.Variables[variable].Register {
		return true
	}
	return m.ownsPage(c, id, trace.PageOf(variable, len(m.spaceOf(id).table)))
}

// ownsFirst does the same for the first pages of the process.
func (m *Machine) ownsFirst(c int, id TaskID, pages int) bool {
	for page := range min(pages, len(m.spaceOf(id).table)) {
		if !m.ownsPage(c, id, page) {
			return false
		}
	}
	return true
}

// ownsTargets does the same for what an instruction writes to.
func (m *Machine) ownsTargets(c int, id TaskID, in *workload.Instr) bool {
	switch in.Verb {
	case workload.Xchg, workload.FetchAdd:
		if in.From.Var >= 0 && !m.ownsVariable(c, id, in.From.Var) {
			return false
		}
		fallthrough
	case workload.Mov, workload.Add, workload.Sub:
		return in.To.Var < 0 || m.ownsVariable(c, id, in.To.Var)
	}
	return true
}

// ownsPage does the same for one page.
func (m *Machine) ownsPage(c int, id TaskID, page int) bool {
	mem, s := m.mem, m.spaceOf(id)
	if page >= len(s.table) || mem.frames[s.table[page]].all == 1 {
		return true
	}
	if m.roomForCopy(s, page) {
		m.copyPage(c, id, page)
		return m.hot[id].left == 0
	}
	m.block(c, id, trace.BlockPage, page)
	mem.wants = append(mem.wants, id)
	return false
}

// roomForCopy reports whether a process can have a copy of a page: there is a
// frame, or nobody else in memory has the page.
func (m *Machine) roomForCopy(s *space, page int) bool {
	mem := m.mem
	return mem.limit == 0 || mem.used < mem.limit || mem.frames[s.table[page]].resident == 1
}

// copyPage gives the process of a task a copy of a page for itself.
func (m *Machine) copyPage(c int, id TaskID, page int) {
	mem, s := m.mem, m.spaceOf(id)
	old := &mem.frames[s.table[page]]
	old.all--
	if old.resident--; old.resident == 0 {
		mem.used--
	}
	s.table[page] = m.newFrame()
	mem.frames[s.table[page]].resident = 1
	mem.used++
	m.rec.AppendArg(m.now, trace.CopyPage, id, c, page, int64(mem.copies))
	m.hot[id].left = mem.copies
	m.cold[id].lead -= mem.copies // its program doesn't know
}

// leaveMemory notes that a task has ended, and with it maybe its process.
func (m *Machine) leaveMemory(id TaskID) {
	s, main := m.spaceOf(id), TaskID(m.rec.Header.Tasks[id].Process)
	m.hot[id].flags &^= out
	m.mem.wants = without(m.mem.wants, id)
	m.mem.batch = without(m.mem.batch, id)
	if s.live--; s.live > 0 {
		m.leavesLine(id)
		return
	}
	if s.admitted {
		m.mem.live--
	}
	m.mem.line = without(m.mem.line, main)
	s.inLine = false
	if m.mem.moving == main {
		m.mem.moving = NoTask
	}
	if s.table != nil {
		m.dropPages(s)
		m.rec.AppendArg(m.now, trace.Pages, main, 0, 0, 0)
	}
	s.place = trace.Nowhere
}

// without returns a list without a task.
func without(list []TaskID, id TaskID) []TaskID {
	if i := slices.Index(list, id); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

package trace

import (
	"fmt"
	"slices"
	"strings"
)

// memoryCheck is memory and the batch queue, as far as the validator has seen.
type memoryCheck struct {
	*Memory
	processes map[TaskID]*processCheck // by main thread
	pages     int                      // how many there have been: each has a number
	moving    TaskID                   // who is swapped; NoTask if nobody is
	due       Time                     // when that is over
	line      []TaskID                 // who could run and isn't in memory
	batch     []TaskID                 // submitted
}

// processCheck is the pages of a process: who has the same number shares it.
type processCheck struct {
	pages []int
	place Place
}

func newMemoryCheck(h *Header) *memoryCheck {
	if h.Memory == nil {
		return nil
	}
	return &memoryCheck{Memory: h.Memory, processes: map[TaskID]*processCheck{}, moving: NoTask}
}

// of returns the process of a task, by its main thread.
func (m *memoryCheck) of(main TaskID) *processCheck {
	p := m.processes[main]
	if p == nil {
		p = &processCheck{}
		m.processes[main] = p
	}
	return p
}

// shares reports whether another process has a page, and whether one in memory.
func (m *memoryCheck) shares(p *processCheck, page int) (any, there bool) {
	for _, other := range m.processes {
		if other != p && slices.Contains(other.pages, p.pages[page]) {
			any = true
			there = there || other.place.takes()
		}
	}
	return any, there
}

// used returns the pages in memory, with another process's or without a process's.
func (m *memoryCheck) used(with, without *processCheck) int {
	taken := map[int]bool{}
	for _, p := range m.processes {
		if p != without && (p.place.takes() || p == with) {
			for _, page := range p.pages {
				taken[page] = true
			}
		}
	}
	return len(taken)
}

// memory checks what becomes of pages, and of who isn't in memory.
func (v *validator) memory(e Event, t *taskCheck) error {
	m := v.mem
	if m == nil {
		return fmt.Errorf("there are no pages")
	}
	main := v.process(e.Task)
	p := m.of(main)
	switch e.Kind {
	case Submit:
		if v.h.Tasks[e.Task].Creation != FromBatch || t.state != New || e.Time != v.h.Tasks[e.Task].Arrival {
			return v.cannot(t)
		}
		m.batch = append(m.batch, e.Task)
		return nil
	case Suspend, Activate:
		if t.away == (e.Kind == Suspend) || t.cpu >= 0 || t.state == New || v.gone(e.Task) {
			return v.cannot(t)
		}
		t.away = e.Kind == Suspend
		return nil
	case WakePage:
		if t.state != Blocked || t.cause != ForPage {
			return v.cannot(t)
		}
		t.state, t.told = Ready, false
		return nil
	case Touched:
		if t.state != Running || t.cpu != e.CPU {
			return v.cannot(t)
		}
		v.charge(t)
		for page := range min(v.op(e.Task).Touches, len(p.pages)) {
			if any, _ := m.shares(p, page); any {
				return fmt.Errorf("page %d is another's too", page)
			}
		}
		if t.done != 0 {
			return fmt.Errorf("it is within another operation")
		}
		return v.step(e, t)
	case CopyPage:
		return v.copyPage(e, t, p)
	}
	if main != e.Task {
		return fmt.Errorf("it is a thread of process %d", main)
	}
	if e.Kind == Pages {
		if e.Arg == 0 {
			if !v.allEnded(main) {
				return fmt.Errorf("threads of it live")
			}
			if m.moving == main {
				m.moving = NoTask
			}
			*p = processCheck{}
			return nil
		}
		p.pages, p.place = nil, InMemory
		for range e.Arg {
			m.pages++
			p.pages = append(p.pages, m.pages)
		}
		return nil
	}
	return v.swap(e, p)
}

// copyPage checks that a task needs a copy of a page.
func (v *validator) copyPage(e Event, t *taskCheck, p *processCheck) error {
	if t.state == Running {
		v.charge(t)
	}
	if e.CPU != max(t.cpu, 0) { // it has none if it has waited for room
		return v.cannot(t)
	}
	if e.Object >= len(p.pages) || t.state != Running && t.state != Ready || p.place != InMemory {
		return v.cannot(t)
	}
	if any, _ := v.mem.shares(p, e.Object); !any || Time(e.Arg) != v.mem.PageCopy {
		return fmt.Errorf("no other process has page %d, or a copy takes %d", e.Object, v.mem.PageCopy)
	}
	v.mem.pages++
	p.pages[e.Object] = v.mem.pages
	t.done -= Time(e.Arg)
	return nil
}

// blockForPage checks that there is no room for a copy of a page.
func (v *validator) blockForPage(e Event, t *taskCheck) error {
	t.cause = ForPage
	m := v.mem
	if m == nil {
		return fmt.Errorf("there are no pages")
	}
	p := m.of(v.process(e.Task))
	if e.Object >= len(p.pages) {
		return fmt.Errorf("there is no page %d", e.Object)
	}
	if _, there := m.shares(p, e.Object); !there || m.Frames == 0 || m.used(nil, nil) < m.Frames {
		return fmt.Errorf("there is room")
	}
	return nil
}

// swap checks how a process leaves memory and comes back.
func (v *validator) swap(e Event, p *processCheck) error {
	m := v.mem
	switch e.Kind {
	case SwapOut:
		if p.place != InMemory || m.moving != NoTask {
			return fmt.Errorf("it is %v, and process %d is moved", p.place, int32(m.moving))
		}
		for id := range v.tasks {
			if t := &v.tasks[id]; v.process(TaskID(id)) == e.Task && t.cpu >= 0 && !t.spins {
				return fmt.Errorf("its thread %d has a CPU", id)
			}
		}
		if leave := m.used(nil, nil) - m.used(nil, p); int64(leave) != e.Arg {
			return fmt.Errorf("%d pages leave, not %d", leave, e.Arg)
		}
		p.place, m.moving, m.due = Leaving, e.Task, e.Time+m.SwapOut*Time(e.Arg)
	case SwapIn:
		if p.place != SwappedTo || m.moving != NoTask || len(m.line) == 0 || m.line[0] != e.Task {
			return fmt.Errorf("it is %v, process %d is moved, in line are %v", p.place, int32(m.moving), m.line)
		}
		if come := m.used(p, nil) - m.used(nil, nil); int64(come) != e.Arg {
			return fmt.Errorf("%d pages come, not %d", come, e.Arg)
		}
		p.place, m.moving, m.due = Coming, e.Task, e.Time+m.SwapIn*Time(e.Arg)
	case SwappedOut, SwappedIn:
		if e.Kind == SwappedOut && p.place == InMemory { // it begins there
			p.place = SwappedTo
			return nil
		}
		if m.moving != e.Task || e.Time != m.due || (p.place == Leaving) != (e.Kind == SwappedOut) {
			return fmt.Errorf("process %d is moved until %d", int32(m.moving), m.due)
		}
		m.moving = NoTask
		if p.place = InMemory; e.Kind == SwappedOut {
			p.place = SwappedTo
		}
	}
	return nil
}

// standInLine brings the line up to date: who could run if it were in memory, in
// the order in which they could first.
func (v *validator) standInLine() {
	m := v.mem
	if m == nil || m.Frames == 0 {
		return
	}
	could := map[TaskID]bool{}
	for id := range v.tasks {
		t := &v.tasks[id]
		main := v.process(TaskID(id))
		could[main] = could[main] || t.away && t.state == Ready && !t.halted && m.of(main).place != Coming
	}
	m.line = slices.DeleteFunc(m.line, func(main TaskID) bool { return !could[main] })
	for id := range v.tasks {
		if could[TaskID(id)] && !slices.Contains(m.line, TaskID(id)) {
			m.line = append(m.line, TaskID(id))
		}
	}
}

// sharePages lets a forked child have the pages of its parent.
func (v *validator) sharePages(from, to TaskID) {
	if m := v.mem; m != nil {
		p := m.of(v.process(from))
		m.processes[to] = &processCheck{pages: slices.Clone(p.pages), place: p.place}
	}
}

// writes checks that nobody else has the page to which a task writes.
func (v *validator) writes(id TaskID, variable int) error {
	x := &v.h.Variables[variable]
	if v.mem == nil || x.Scope != PerProcess || strings.HasPrefix(x.Name, "%") {
		return nil
	}
	p := v.mem.of(v.process(id))
	if len(p.pages) == 0 {
		return nil
	}
	if any, _ := v.mem.shares(p, variable%len(p.pages)); any {
		return fmt.Errorf("another process has the page of variable %d, too", variable)
	}
	return nil
}

// admitted checks that a process of the batch queue is admitted when it is its
// turn.
func (v *validator) admitted(id TaskID) error {
	m := v.mem
	if m == nil || v.h.Tasks[id].Creation != FromBatch {
		return nil
	}
	if len(m.batch) == 0 || m.batch[0] != id {
		return fmt.Errorf("in the batch queue are %v", m.batch)
	}
	if live := v.live(); live >= m.Degree {
		return fmt.Errorf("%d processes are there, and %d may be", live, m.Degree)
	}
	m.batch = m.batch[1:]
	return nil
}

// live returns how many processes have begun and haven't ended.
func (v *validator) live() (n int) {
	begun := map[TaskID]bool{}
	for id := range v.tasks {
		if v.tasks[id].state != New {
			begun[v.process(TaskID(id))] = true
		}
	}
	for main := range begun {
		if !v.allEnded(main) {
			n++
		}
	}
	return n
}

// waitsForAdmission reports whether a task is in the batch queue, and rightly.
func (v *validator) waitsForAdmission(id TaskID) bool {
	return v.mem != nil && slices.Contains(v.mem.batch, id)
}

// memoryRight checks what must hold of memory when everything at an instant has
// happened: no more pages are there than fit, whoever isn't there is suspended,
// nobody stays out for whom there is room, and it doesn't come to a stop.
func (v *validator) memoryRight() error {
	m := v.mem
	if m == nil {
		return nil
	}
	m.batch = slices.DeleteFunc(m.batch, v.gone)
	if len(m.batch) > 0 && v.live() < m.Degree {
		return fmt.Errorf("task %d stands in the batch queue, and %d processes may be", m.batch[0], m.Degree)
	}
	if m.Frames == 0 {
		return nil
	}
	used := m.used(nil, nil)
	if used > m.Frames {
		return fmt.Errorf("%d pages are in memory, and %d fit", used, m.Frames)
	}
	could := false
	for id := range v.tasks {
		t := &v.tasks[id]
		p := m.of(v.process(TaskID(id)))
		if t.state == New || v.gone(TaskID(id)) {
			continue
		}
		if t.away == (p.place == InMemory) {
			return fmt.Errorf("task %d is suspended %v, and its process %v", id, t.away, p.place)
		}
		if t.state == Blocked && t.cause == ForPage && used < m.Frames && m.moving == NoTask {
			return fmt.Errorf("task %d waits for room, and there is some", id)
		}
		could = could || (t.state == Ready || t.state == Running) && !t.away && !t.halted
	}
	for main, p := range m.processes {
		if p.pages != nil && v.allEnded(main) {
			return fmt.Errorf("process %d has ended and has pages", main)
		}
	}
	if len(m.line) == 0 || m.moving != NoTask {
		return nil
	}
	if m.used(m.of(m.line[0]), nil) <= m.Frames {
		return fmt.Errorf("there is room for process %d", m.line[0])
	}
	if !could {
		return fmt.Errorf("process %d could run, and nobody in memory can", m.line[0])
	}
	return nil
}

package trace

import "slices"

// Memory is what the header says of a machine whose processes have pages or come
// from a batch queue.
type Memory struct {
	Frames          int  // pages that fit; 0 = no limit
	SwapIn, SwapOut Time // for each page
	Residence       Time // a process that could run stays in memory at least
	PageCopy        Time
	// Degree is how many processes there may be for one of the batch queue to be
	// admitted; 0 = there is no batch queue.
	Degree int
	Paged  bool // processes have pages
}

// Creation is in which of four ways a process or thread came to be.
//
// A. Tanenbaum, H. Bos: Modern Operating Systems, 4th edition, 2.1.2.
type Creation uint8

// The ways.
const (
	BySystem  Creation = iota // when the system started
	ByProcess                 // by another that runs: fork, spawn, thread
	ByUser                    // by request of a user while the system runs
	FromBatch                 // it was submitted to the batch queue
)

// String returns the stable code of the way: "system", "process", "user",
// "batch".
func (c Creation) String() string {
	switch c {
	case BySystem:
		return "system"
	case ByProcess:
		return "process"
	case ByUser:
		return "user"
	case FromBatch:
		return "batch"
	}
	return "unknown"
}

// Place is where the pages of a process are.
type Place uint8

// The places. Pages that leave or come take up memory meanwhile.
const (
	Nowhere Place = iota // it hasn't begun, or has ended
	InMemory
	Leaving   // being swapped out
	SwappedTo // on the disk
	Coming    // being swapped in
)

// String returns the place's stable code: "memory", "leaving", "disk", "coming";
// "" of Nowhere.
func (p Place) String() string {
	return [...]string{"", "memory", "leaving", "disk", "coming"}[min(p, Coming)]
}

// takes reports whether pages take up memory there.
func (p Place) takes() bool { return p == InMemory || p == Leaving || p == Coming }

// MemoryAt is memory at an instant.
type MemoryAt struct {
	Used   int    // page frames taken
	Copied int    // pages copied so far because they were shared and written to
	Moving TaskID // main thread of the process that is being swapped; NoTask if none is
}

// PagesAt is the pages of a process at an instant. Two processes share what
// neither has written to since one was forked from the other.
type PagesAt struct {
	Place  Place
	Shared []bool // of each page: another process has it, too
	Copied int    // pages it has copied
}

// Own returns how many of the pages no other process has.
func (p *PagesAt) Own() (n int) {
	for _, shared := range p.Shared {
		if !shared {
			n++
		}
	}
	return n
}

// spaces are the address spaces of processes.
type spaces struct {
	of   map[TaskID]*space // by main thread
	next uint32            // number of the next frame
}

type space struct {
	frames []uint32 // of each page; who has the same number shares it
	place  Place
	copied int
}

// fork lets a child share the pages of its parent.
func (s *spaces) fork(h *Header, parent, child TaskID) {
	if s == nil {
		return
	}
	if from := s.of[TaskID(h.Tasks[parent].Process)]; from != nil {
		s.of[child] = &space{frames: slices.Clone(from.frames), place: from.place}
	}
}

// frame returns the number of a frame that nobody has yet.
func (s *spaces) frame() uint32 {
	s.next++
	return s.next
}

// page does what an event does to the pages of a process.
func (m *moment) page(h *Header, t *taskState, e *record, arg int64) {
	if m.spaces == nil {
		return
	}
	main := TaskID(h.Tasks[e.task].Process)
	x := m.spaces.of[main]
	if x == nil {
		x = &space{}
		m.spaces.of[main] = x
	}
	switch e.kind {
	case Pages:
		if arg == 0 {
			*x = space{copied: x.copied}
			return
		}
		x.frames, x.place = make([]uint32, arg), InMemory
		for i := range x.frames {
			x.frames[i] = m.spaces.frame()
		}
	case CopyPage:
		x.frames[e.object] = m.spaces.frame()
		x.copied++
		m.begin(t, e)
		left := Time(arg) - h.lengthAt(e.task, t.pc)
		if t.state == Running {
			t.work += left
		} else {
			t.work -= left
		}
	case SwapOut:
		x.place = Leaving
	case SwappedOut:
		x.place = SwappedTo
	case SwapIn:
		x.place = Coming
	case SwappedIn:
		x.place = InMemory
	}
}

// away notes that the process of a task isn't in memory, or is again, or that it
// stands in the batch queue.
func (t *taskState) away(e *record, place int) {
	t.since = e.time
	switch e.kind {
	case Suspend:
		t.flags |= away
	case Submit:
		t.flags |= away
		t.order = place
	case Activate:
		t.flags &^= away
		if t.state == Ready {
			t.order = place
		}
	}
}

// lengthAt returns how long an operation of a task takes, 0 past the end.
func (h *Header) lengthAt(id TaskID, pc uint32) Time {
	if ops := h.Programs[h.Tasks[id].Program].Ops; int(pc) < len(ops) {
		return ops[pc].Length
	}
	return 0
}

// size is how many bytes the spaces take, about.
func (s *spaces) size() (n int) {
	if s == nil {
		return 0
	}
	for _, x := range s.of {
		n += 64 + 4*len(x.frames)
	}
	return n
}

// copy returns an independent copy.
func (s *spaces) copy() *spaces {
	if s == nil {
		return nil
	}
	out := &spaces{of: make(map[TaskID]*space, len(s.of)), next: s.next}
	for id, x := range s.of {
		y := *x
		y.frames = slices.Clone(x.frames)
		out.of[id] = &y
	}
	return out
}

// fillMemory counts the page frames taken.
func (s *Snapshot) fillMemory() {
	s.Memory = MemoryAt{Moving: NoTask}
	if s.moment.spaces == nil {
		return
	}
	taken := map[uint32]bool{}
	for main, x := range s.moment.spaces.of {
		s.Memory.Copied += x.copied
		if x.place == Leaving || x.place == Coming {
			s.Memory.Moving = main
		}
		if x.place.takes() {
			for _, f := range x.frames {
				taken[f] = true
			}
		}
	}
	s.Memory.Used = len(taken)
}

// Pages returns the pages of a task's process; ok is false if it has none.
func (s *Snapshot) Pages(id TaskID) (p PagesAt, ok bool) {
	if s.moment.spaces == nil {
		return PagesAt{}, false
	}
	main := TaskID(s.of.Header.Tasks[id].Process)
	x := s.moment.spaces.of[main]
	if x == nil || x.frames == nil {
		return PagesAt{}, false
	}
	p = PagesAt{Place: x.place, Shared: make([]bool, len(x.frames)), Copied: x.copied}
	for other, y := range s.moment.spaces.of {
		if other == main {
			continue
		}
		for i := range min(len(x.frames), len(y.frames)) { // who shares a page has it in the same place
			p.Shared[i] = p.Shared[i] || x.frames[i] == y.frames[i]
		}
	}
	return p, true
}

// PageOf returns on which of the pages of a process a variable lives: one after
// the other, and round again.
func PageOf(variable, pages int) int { return variable % max(1, pages) }

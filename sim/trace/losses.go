package trace

import "encoding/binary"

// Flow is what an operation does with values, as far as it isn't told by events.
type Flow uint8

// The flows of an operation from Op.From to Op.To, which are variables or
// registers.
const (
	NoFlow   Flow = iota
	Moves         // To becomes what From is
	Changes       // To becomes something made of what it was
	Swaps         // each becomes what the other was, in one step: nothing can come between
	FetchAdd      // From becomes what To was; To becomes something made of it, in one step

	// Of the accumulator and the variable To, each in one step.
	Exchanges // each becomes what the other was
	Sets      // the accumulator becomes what To was, To 1
	Compares  // To becomes Op.New if it is Op.Old, and the accumulator 1; else 0
	Fetches   // the accumulator becomes what To was; To becomes that and Op.Number
)

// Losses counts the updates that are lost in a run. An update is lost when a task
// stores what it made of a value into the variable it had it from, and another
// update has been stored there meanwhile. It is told once for each update that is
// no longer in the value; who counts to find out what is missing in the end finds
// as many missing.
type Losses struct {
	Count int
	// Found tells each one, if Keep is set.
	Found []Loss
	Keep  bool

	seen    int // events
	pcs     []int
	running []int      // the program each task runs
	acc     []source   // of the accumulator, by task
	updates [][]int64  // by variable and cell: how many updates are in the value
	sources [][]source // the same: where the value comes from, of registers
}

// Loss is an update that overwrites others.
type Loss struct {
	At       Time
	Event    int    // it is lost after so many events
	Task     TaskID // that stores
	Variable int
	Count    int // updates lost by it
}

// source is where a value comes from.
type source struct {
	known          bool
	variable, cell int
	updates        int64 // that were in the value there
}

// NewLosses returns a count that stands before the first event of a run.
func NewLosses(h *Header) *Losses {
	return &Losses{updates: make([][]int64, len(h.Variables)), sources: make([][]source, len(h.Variables))}
}

// LostUpdates counts the updates that are lost in a run.
func LostUpdates(r *Recording) int {
	l := NewLosses(&r.Header)
	l.Watch(r)
	return l.Count
}

// Watch takes in the events that are new.
func (l *Losses) Watch(r *Recording) {
	h := &r.Header
	if len(h.Variables) == 0 {
		return
	}
	for len(l.pcs) < len(h.Tasks) {
		l.running = append(l.running, h.Tasks[len(l.pcs)].Program)
		l.pcs, l.acc = append(l.pcs, 0), append(l.acc, source{})
	}
	for i, e := range r.Events(l.seen) {
		l.seen = i + 1
		if !e.Kind.OnTask() {
			continue
		}
		switch e.Kind {
		case Load:
			l.acc[e.Task] = l.load(h, e.Object, e.Task)
		case Acc, Result:
			l.acc[e.Task] = source{}
		case Store:
			before := l.Count
			l.acc[e.Task] = l.store(h, e.Object, e.Task, l.acc[e.Task])
			l.keep(e, e.Object, before)
		case Computed, Atomic:
			if ops := h.Programs[l.running[e.Task]].Ops; l.pcs[e.Task] < len(ops) {
				op, before := &ops[l.pcs[e.Task]], l.Count
				l.flow(h, op, e.Task)
				l.keep(e, op.To, before)
			}
		case AtomicNo:
			l.acc[e.Task] = source{}
		case Jump:
			l.pcs[e.Task] = e.PC()
		case JobDone, Abort:
			l.pcs[e.Task] = 0
		case Exec:
			l.exec(h, e)
		}
		if e.Kind.Advances() {
			l.pcs[e.Task]++
		}
	}
}

// keep tells of the updates that an event made lost, if somebody wants to know.
func (l *Losses) keep(e Event, variable, before int) {
	if l.Keep && l.Count > before {
		l.Found = append(l.Found, Loss{e.Time, l.seen, e.Task, variable, l.Count - before})
	}
}

// in returns what is kept of the value of a variable.
func (l *Losses) in(v, cell int) (*int64, *source) {
	for len(l.updates[v]) <= cell {
		l.updates[v], l.sources[v] = append(l.updates[v], 0), append(l.sources[v], source{})
	}
	return &l.updates[v][cell], &l.sources[v][cell]
}

// load returns where a value comes from that is loaded from a variable.
func (l *Losses) load(h *Header, v int, id TaskID) source {
	cell := h.Cell(v, id)
	updates, from := l.in(v, cell)
	if h.Variables[v].Scope == PerThread {
		return *from
	}
	return source{true, v, cell, *updates}
}

// store stores a value and returns where it comes from now.
func (l *Losses) store(h *Header, v int, id TaskID, value source) source {
	cell := h.Cell(v, id)
	updates, from := l.in(v, cell)
	if h.Variables[v].Scope == PerThread {
		*from = value
		return value
	}
	if value.known && value.variable == v && value.cell == cell {
		l.Count += int(*updates - value.updates)
		*updates = value.updates
	}
	*updates++
	return source{true, v, cell, *updates}
}

// flow does with sources what an operation does with values.
func (l *Losses) flow(h *Header, op *Op, id TaskID) {
	switch op.Flow {
	case Moves:
		value := source{}
		if op.From >= 0 {
			value = l.load(h, op.From, id)
		}
		l.store(h, op.To, id, value)
	case Changes:
		l.store(h, op.To, id, l.load(h, op.To, id))
	case Swaps:
		l.store(h, op.To, id, source{})
		l.store(h, op.From, id, source{})
	case Exchanges, Sets:
		l.store(h, op.To, id, source{})
		l.acc[id] = source{}
	case Compares, Fetches:
		l.store(h, op.To, id, l.load(h, op.To, id))
		l.acc[id] = source{}
	case FetchAdd:
		to := l.load(h, op.To, id)
		l.store(h, op.To, id, to)
		l.store(h, op.From, id, source{})
	}
}

// AppendState appends what of it can still make a difference: equal bytes, equal
// losses from here on.
func (l *Losses) AppendState(b []byte) []byte {
	add := func(s source) {
		if !s.known {
			b = append(b, 0)
			return
		}
		updates, _ := l.in(s.variable, s.cell)
		b = binary.AppendVarint(append(b, 1), int64(s.variable))
		b = binary.AppendVarint(b, int64(s.cell))
		b = binary.AppendVarint(b, *updates-s.updates)
	}
	b = binary.AppendVarint(b, int64(l.Count))
	for _, s := range l.acc {
		add(s)
	}
	for v := range l.sources {
		for cell := range l.sources[v] {
			add(l.sources[v][cell])
		}
	}
	return b
}

// exec lets a process begin anew: what its variables hold comes from nowhere.
func (l *Losses) exec(h *Header, e Event) {
	l.pcs[e.Task], l.running[e.Task], l.acc[e.Task] = 0, int(e.Arg), source{}
	for v := range h.Variables {
		if h.Variables[v].Scope != Shared {
			_, from := l.in(v, h.Cell(v, e.Task))
			*from = source{}
		}
	}
}

package trace

import (
	"sort"
)

// Event is one thing that happened.
type Event struct {
	Time   Time
	Kind   Kind
	Task   TaskID // NoTask where the kind concerns none
	CPU    int    // meaningful if Kind.OnCPU
	Object int    // a resource or a queue, as the kind says
	Arg    int64  // as the kind says, else 0
}

// PC returns the program counter a [Jump] goes to.
func (e Event) PC() int { return e.Object | e.CPU<<16 }

// A chunk is a stretch of the log: 16 bytes an event, and 12 more for the few
// that carry an argument other than the number of a job. Its room is allocated at once, so that appending is
// storing. (Columns cost a third more to write, since each is a place in memory
// of its own that is new.)
type chunk struct {
	first  int // number of its first event
	events []record
	argAt  []uint32 // positions in the chunk of events with an argument, ascending
	arg    []int64
}

// record is an event without its argument, unless that is small and the kind
// says that it stands in the place of the object.
type record struct {
	time   Time
	task   TaskID
	object uint16
	kind   Kind
	cpu    uint8
}

const (
	chunkEvents = 1 << 15
	firstEvents = 1 << 8 // of the first chunk: most lessons need no more
)

// Recording is a run as it was recorded. One goroutine may append while others
// read a [Recording.Prefix] of it.
type Recording struct {
	Header Header

	chunks []*chunk
	last   *chunk // the last of chunks, an empty one at first
	end    Time   // if that is later than the last event

	checkpoints []*checkpoint
	kept        int // bytes they take
	guess       int // bytes the next will take
}

// NewRecording returns an empty recording with a header.
func NewRecording(h Header) *Recording {
	return &Recording{Header: h, last: &chunk{}}
}

// Reset makes the recording empty again, with a header; its ID stays.
func (r *Recording) Reset(h Header) {
	h.ID = r.Header.ID
	*r = *NewRecording(h)
}

// Append adds an event without an argument. Events must come in order of time.
// Object and cpu must be within the limits of this package; they are not
// checked here, but by Validate in tests.
func (r *Recording) Append(t Time, k Kind, task TaskID, cpu int, object int) {
	c := r.last
	n := len(c.events)
	if n == cap(c.events) {
		c, n = r.grow(), 0
	}
	c.events = c.events[:n+1]
	e := &c.events[n]
	e.time = t
	e.task = task
	e.object = uint16(object)
	e.kind = k
	e.cpu = uint8(cpu)
}

// tooLarge stands in the place of an object for an argument that doesn't fit there.
// One that is kept there may go on in the place of the CPU, if the kind has none.
const tooLarge = 0xffff

// AppendArg adds an event with an argument.
func (r *Recording) AppendArg(t Time, k Kind, task TaskID, cpu int, object int, arg int64) {
	if bits := effects[k].counted; bits > 0 {
		if uint64(arg)>>bits == 0 && arg&0xffff != tooLarge {
			r.Append(t, k, task, cpu|int(arg>>16), int(arg))
			return
		}
		object = tooLarge
	}
	r.Append(t, k, task, cpu, object)
	if arg != 0 {
		c := r.last
		c.argAt = append(c.argAt, uint32(len(c.events)-1))
		c.arg = append(c.arg, arg)
	}
}

// AppendJump records that the task's program goes on at pc, 0 to MaxPC.
func (r *Recording) AppendJump(t Time, task TaskID, pc int) {
	r.Append(t, Jump, task, pc>>16, pc&0xffff)
}

func (r *Recording) grow() *chunk {
	last := cap(r.last.events)
	size := min(4*last, chunkEvents)
	if last == 0 {
		size = firstEvents
	}
	c := &chunk{first: r.Len(), events: make([]record, 0, size)}
	if last == size { // it will need about as many arguments again
		args := len(r.last.arg) + len(r.last.arg)/8 + 16
		c.argAt, c.arg = make([]uint32, 0, args), make([]int64, 0, args)
	}
	r.chunks = append(r.chunks, c)
	r.last = c
	return c
}

// Finish sets the end of the run, which may be later than its last event.
func (r *Recording) Finish(end Time) { r.end = max(r.end, end) }

// Len returns how many events there are.
func (r *Recording) Len() int { return r.last.first + len(r.last.events) }

// End returns the last instant the recording covers.
func (r *Recording) End() Time {
	if n := len(r.last.events); n > 0 {
		return max(r.end, r.last.events[n-1].time)
	}
	return r.end
}

// Prefix returns what is recorded so far as a recording of its own that never
// changes, while r may be appended to. It shares the log and costs no copy of
// it.
func (r *Recording) Prefix() *Recording {
	r.makeCheckpoints()
	p := *r
	p.Header = r.Header.clone()
	p.chunks = r.chunks[:len(r.chunks):len(r.chunks)]
	p.checkpoints = r.checkpoints[:len(r.checkpoints):len(r.checkpoints)]
	cut := *r.last
	p.last = &cut
	if n := len(r.chunks); n > 0 {
		p.chunks = append(r.chunks[:n-1:n-1], &cut)
	}
	return &p
}

// find returns the chunk that holds event i.
func (r *Recording) find(i int) (*chunk, int) {
	k := sort.Search(len(r.chunks), func(k int) bool { return r.chunks[k].first > i }) - 1
	return r.chunks[k], k
}

// Event returns event number i, from 0.
func (r *Recording) Event(i int) Event {
	c, _ := r.find(i)
	args := c.argsBefore(i - c.first)
	return c.event(i-c.first, &args)
}

func (c *chunk) event(i int, args *int) Event {
	e := &c.events[i]
	x := Event{Time: e.time, Kind: e.kind, Task: e.task, CPU: int(e.cpu)}
	switch bits := effects[e.kind].counted; {
	case bits == 0:
		x.Object, x.Arg = int(e.object), c.argOf(i, args)
	case e.object == tooLarge:
		x.Arg = c.argOf(i, args)
	case bits > 16:
		x.CPU, x.Arg = 0, int64(e.object)|int64(e.cpu)<<16
	default:
		x.Arg = int64(e.object)
	}
	return x
}

// argsBefore returns how many events before i have an argument.
func (c *chunk) argsBefore(i int) int {
	return sort.Search(len(c.argAt), func(k int) bool { return c.argAt[k] >= uint32(i) })
}

// argOf returns the argument of event i; args is how many come before it, and
// moves on.
func (c *chunk) argOf(i int, args *int) int64 {
	for *args < len(c.argAt) && c.argAt[*args] < uint32(i) {
		*args++
	}
	if *args < len(c.argAt) && c.argAt[*args] == uint32(i) {
		return c.arg[*args]
	}
	return 0
}

// Until returns how many events happen at or before t.
func (r *Recording) Until(t Time) int {
	k := sort.Search(len(r.chunks), func(k int) bool { return r.chunks[k].events[0].time > t }) - 1
	if k < 0 {
		return 0
	}
	c := r.chunks[k]
	return c.first + sort.Search(len(c.events), func(i int) bool { return c.events[i].time > t })
}

// Events calls yield for the events from number i on, in order, until it
// returns false: for i, e := range r.Events(0).
func (r *Recording) Events(i int) func(yield func(int, Event) bool) {
	return func(yield func(int, Event) bool) {
		if i >= r.Len() {
			return
		}
		_, k := r.find(max(i, 0))
		for _, c := range r.chunks[k:] {
			at := max(i-c.first, 0)
			for args := c.argsBefore(at); at < len(c.events); at++ {
				if !yield(c.first+at, c.event(at, &args)) {
					return
				}
			}
		}
	}
}

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

// A chunk is a stretch of the log in columns: 16 bytes an event, and 12 more
// for the few that carry an argument. Columns are allocated at their full
// length, so that appending is storing.
type chunk struct {
	first  int // number of its first event
	n      int
	time   []Time
	task   []TaskID
	object []uint16
	kind   []Kind
	cpu    []uint8
	argAt  []uint32 // positions in the chunk of events with an argument, ascending
	arg    []int64
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
	last   *chunk // == chunks[len-1]
	n      int
	end    Time

	checkpoints []*checkpoint
	kept        int // bytes they take
	guess       int // bytes the next will take
}

// NewRecording returns an empty recording with a header.
func NewRecording(h Header) *Recording {
	return &Recording{Header: h}
}

// Append adds an event without an argument. Events must come in order of time.
// Object and cpu must be within the limits of this package; they are not
// checked here, but by Validate in tests.
func (r *Recording) Append(t Time, k Kind, task TaskID, cpu int, object int) {
	c := r.last
	if c == nil || c.n == len(c.time) {
		c = r.grow()
	}
	i := c.n
	c.time[i] = t
	c.task[i] = task
	c.object[i] = uint16(object)
	c.kind[i] = k
	c.cpu[i] = uint8(cpu)
	c.n = i + 1
	r.n++
	r.end = t
}

// AppendArg adds an event with an argument.
func (r *Recording) AppendArg(t Time, k Kind, task TaskID, cpu int, object int, arg int64) {
	r.Append(t, k, task, cpu, object)
	if arg != 0 {
		c := r.last
		c.argAt = append(c.argAt, uint32(c.n-1))
		c.arg = append(c.arg, arg)
	}
}

// AppendJump records that the task's program goes on at pc, 0 to MaxPC.
func (r *Recording) AppendJump(t Time, task TaskID, pc int) {
	r.Append(t, Jump, task, pc>>16, pc&0xffff)
}

func (r *Recording) grow() *chunk {
	size := chunkEvents
	switch {
	case r.last == nil:
		size = firstEvents
	case len(r.last.time) < chunkEvents:
		size = min(4*len(r.last.time), chunkEvents)
	}
	c := &chunk{
		first:  r.n,
		time:   make([]Time, size),
		task:   make([]TaskID, size),
		object: make([]uint16, size),
		kind:   make([]Kind, size),
		cpu:    make([]uint8, size),
	}
	if r.last != nil && len(r.last.time) == size { // it will need about as many again
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
func (r *Recording) Len() int { return r.n }

// End returns the last instant the recording covers.
func (r *Recording) End() Time { return r.end }

// Prefix returns what is recorded so far as a recording of its own that never
// changes, while r may be appended to. It shares the log and costs no copy of
// it.
func (r *Recording) Prefix() *Recording {
	r.makeCheckpoints()
	p := *r
	p.Header = r.Header.clone()
	p.chunks = r.chunks[:len(r.chunks):len(r.chunks)]
	p.checkpoints = r.checkpoints[:len(r.checkpoints):len(r.checkpoints)]
	if r.last != nil {
		cut := *r.last
		p.chunks = append(r.chunks[:len(r.chunks)-1:len(r.chunks)-1], &cut)
		p.last = &cut
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
	return c.event(i - c.first)
}

func (c *chunk) event(i int) Event {
	e := Event{Time: c.time[i], Kind: c.kind[i], Task: c.task[i], CPU: int(c.cpu[i]), Object: int(c.object[i])}
	if k := sort.Search(len(c.argAt), func(k int) bool { return c.argAt[k] >= uint32(i) }); k < len(c.argAt) && c.argAt[k] == uint32(i) {
		e.Arg = c.arg[k]
	}
	return e
}

// Until returns how many events happen at or before t.
func (r *Recording) Until(t Time) int {
	k := sort.Search(len(r.chunks), func(k int) bool { return r.chunks[k].time[0] > t }) - 1
	if k < 0 {
		return 0
	}
	c := r.chunks[k]
	return c.first + sort.Search(c.n, func(i int) bool { return c.time[i] > t })
}

// Events calls yield for the events from number i on, in order, until it
// returns false: for i, e := range r.Events(0).
func (r *Recording) Events(i int) func(yield func(int, Event) bool) {
	return func(yield func(int, Event) bool) {
		if i >= r.n {
			return
		}
		_, k := r.find(max(i, 0))
		for ; k < len(r.chunks); k++ {
			c := r.chunks[k]
			at := max(i-c.first, 0)
			args := sort.Search(len(c.argAt), func(j int) bool { return c.argAt[j] >= uint32(at) })
			for ; at < c.n; at++ {
				e := Event{Time: c.time[at], Kind: c.kind[at], Task: c.task[at], CPU: int(c.cpu[at]), Object: int(c.object[at])}
				if args < len(c.argAt) && c.argAt[args] == uint32(at) {
					e.Arg = c.arg[args]
					args++
				}
				if !yield(c.first+at, e) {
					return
				}
			}
		}
	}
}

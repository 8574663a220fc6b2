package trace

import (
	"maps"
	"slices"
	"sort"
)

// A checkpoint is a moment, packed, so that any instant is a short replay away.
// They stand at least checkpointEvents apart, and so far that all of them
// together never take more than a byte for each event.
type checkpoint struct {
	moment                           // without tasks and more
	size                         int // bytes
	tasks                        int
	since, work, order, pc, home column
	object, cpu, slice, key      column
	state, cause, flags          column
	active, acc, printed         column
	lender, boosted, ahead       column
	status, other, parent        column
	program, image               column
	values                       []column // of each variable
	stored                       []int    // how many values it has
}

const checkpointEvents = 1 << 15

// makeCheckpoints adds the checkpoints the log has meanwhile grown past.
func (r *Recording) makeCheckpoints() {
	var far []uint64
	if len(r.checkpoints) == 0 {
		m := &moment{}
		m.start(&r.Header)
		r.checkpoints = append(r.checkpoints, pack(m, &far))
	}
	last := r.checkpoints[len(r.checkpoints)-1]
	r.guess = max(r.guess, 5*len(r.Header.Tasks))
	next := max(last.event+checkpointEvents, r.kept+r.guess)
	if next > r.Len() {
		return
	}
	m := &moment{}
	for last.unpack(m); next <= r.Len(); next = max(next+checkpointEvents, r.kept+r.guess) {
		r.replay(m, next)
		c := pack(m, &far)
		r.guess = c.size
		if r.kept+c.size <= next {
			r.kept += c.size
			r.checkpoints = append(r.checkpoints, c)
		}
	}
}

// nearest returns the last checkpoint at or before event i.
func (r *Recording) nearest(i int) *checkpoint {
	k := sort.Search(len(r.checkpoints), func(k int) bool { return r.checkpoints[k].event > i }) - 1
	return r.checkpoints[k]
}

// pack makes a checkpoint of a moment. far is room to work in.
func pack(m *moment, far *[]uint64) *checkpoint {
	c := &checkpoint{tasks: len(m.tasks)}
	c.moment.copyRest(m)
	n, t := len(m.tasks), m.tasks
	c.since = packed(far, n, func(i int) Time { return t[i].since })
	c.work = packed(far, n, func(i int) Time { return t[i].worked() })
	c.order = packed(far, n, func(i int) int { return t[i].order })
	c.pc = packed(far, n, func(i int) uint32 { return t[i].pc })
	c.home = packed(far, n, func(i int) uint16 { return t[i].home })
	c.object = packed(far, n, func(i int) uint16 { return t[i].object })
	c.cpu = packed(far, n, func(i int) uint8 { return t[i].cpu })
	c.state = packed(far, n, func(i int) State { return t[i].state })
	c.cause = packed(far, n, func(i int) Cause { return t[i].cause })
	c.flags = packed(far, n, func(i int) uint8 { return t[i].flags })
	c.slice = packed(far, n, func(i int) Time { return m.more[i].slice })
	c.key = packed(far, n, func(i int) int64 { return m.more[i].key })
	c.active = packed(far, n, func(i int) Time { return m.more[i].active })
	c.acc = packed(far, n, func(i int) int64 { return m.more[i].acc })
	c.printed = packed(far, n, func(i int) int { return m.more[i].printed })
	c.status = packed(far, n, func(i int) int64 { return m.more[i].status })
	c.other = packed(far, n, func(i int) TaskID { return m.more[i].other })
	c.parent = packed(far, n, func(i int) TaskID { return m.more[i].parent })
	c.program = packed(far, n, func(i int) int { return m.more[i].program })
	c.image = packed(far, n, func(i int) int { return m.more[i].image })
	c.lender = packed(far, n, func(i int) uint32 { return m.more[i].lender })
	c.boosted = packed(far, n, func(i int) uint32 { return m.more[i].boosted })
	c.ahead = packed(far, n, func(i int) Time { return m.more[i].ahead })
	const cpuSize, fixed, columnSize = 40, 1300, 56
	c.size = fixed + cpuSize*len(m.cpus) + 12*len(m.owners)
	for _, col := range []*column{
		&c.since, &c.work, &c.order, &c.pc, &c.home, &c.object, &c.cpu, &c.state, &c.cause, &c.flags,
		&c.slice, &c.key, &c.active, &c.acc, &c.printed, &c.lender, &c.boosted, &c.ahead,
		&c.status, &c.other, &c.parent, &c.program, &c.image,
	} {
		c.size += len(col.data)
	}
	c.size += 8 * len(m.files)
	for _, warm := range m.warm {
		c.size += 24 + 4*len(warm)
	}
	for _, stored := range m.values {
		col := packed(far, len(stored), func(i int) int64 { return stored[i] })
		c.values, c.stored = append(c.values, col), append(c.stored, len(stored))
		c.size += columnSize + len(col.data)
	}
	for i := range m.queues {
		c.size += m.queues[i].size()
	}
	for _, q := range m.holders {
		c.size += 24 + 4*len(q)
	}
	return c
}

// unpack makes m the moment of the checkpoint, reusing m's memory.
func (c *checkpoint) unpack(m *moment) {
	m.copyRest(&c.moment)
	m.tasks, m.more = resize(m.tasks, c.tasks), resize(m.more, c.tasks)
	same := taskState{
		since: Time(c.since.least), work: Time(c.work.least), order: int(c.order.least), pc: uint32(c.pc.least),
		home: uint16(c.home.least), object: uint16(c.object.least), cpu: uint8(c.cpu.least),
		state: State(c.state.least), cause: Cause(c.cause.least), flags: uint8(c.flags.least),
	}
	sameMore := taskMore{
		slice: Time(c.slice.least), key: c.key.least, active: Time(c.active.least),
		acc: c.acc.least, printed: int(c.printed.least),
		lender: uint32(c.lender.least), boosted: uint32(c.boosted.least), ahead: Time(c.ahead.least),
		status: c.status.least, other: TaskID(c.other.least), parent: TaskID(c.parent.least), program: int(c.program.least), image: int(c.image.least),
	}
	tasks, more := m.tasks, m.more
	for i := range tasks {
		tasks[i] = same
	}
	for i := range more {
		more[i] = sameMore
	}
	spread(&c.since, tasks, func(t *taskState, v int64) { t.since = Time(v) })
	spread(&c.order, tasks, func(t *taskState, v int64) { t.order = int(v) })
	spread(&c.pc, tasks, func(t *taskState, v int64) { t.pc = uint32(v) })
	spread(&c.home, tasks, func(t *taskState, v int64) { t.home = uint16(v) })
	spread(&c.object, tasks, func(t *taskState, v int64) { t.object = uint16(v) })
	spread(&c.cpu, tasks, func(t *taskState, v int64) { t.cpu = uint8(v) })
	spread(&c.state, tasks, func(t *taskState, v int64) { t.state = State(v) })
	spread(&c.cause, tasks, func(t *taskState, v int64) { t.cause = Cause(v) })
	spread(&c.flags, tasks, func(t *taskState, v int64) { t.flags = uint8(v) })
	spread(&c.work, tasks, func(t *taskState, v int64) { t.work = Time(v) })
	for i := range tasks {
		tasks[i].work = tasks[i].worked() // back again
	}
	spread(&c.slice, more, func(t *taskMore, v int64) { t.slice = Time(v) })
	spread(&c.key, more, func(t *taskMore, v int64) { t.key = v })
	spread(&c.active, more, func(t *taskMore, v int64) { t.active = Time(v) })
	spread(&c.acc, more, func(t *taskMore, v int64) { t.acc = v })
	spread(&c.printed, more, func(t *taskMore, v int64) { t.printed = int(v) })
	spread(&c.status, more, func(t *taskMore, v int64) { t.status = v })
	spread(&c.other, more, func(t *taskMore, v int64) { t.other = TaskID(v) })
	spread(&c.program, more, func(t *taskMore, v int64) { t.program = int(v) })
	spread(&c.image, more, func(t *taskMore, v int64) { t.image = int(v) })
	spread(&c.parent, more, func(t *taskMore, v int64) { t.parent = TaskID(v) })
	spread(&c.lender, more, func(t *taskMore, v int64) { t.lender = uint32(v) })
	spread(&c.boosted, more, func(t *taskMore, v int64) { t.boosted = uint32(v) })
	spread(&c.ahead, more, func(t *taskMore, v int64) { t.ahead = Time(v) })
	m.values = resize(m.values, len(c.values))
	for i := range m.values {
		m.values[i] = resize(m.values[i], c.stored[i])
		for k := range m.values[i] {
			m.values[i][k] = c.values[i].at(k)
		}
	}
}

// worked is work as a length of time in every state, which is smaller than an
// instant. It is its own inverse, so it also leads back.
func (t *taskState) worked() Time {
	if t.state == Running || t.state == Blocked {
		return t.since - t.work
	}
	return t.work
}

// spread gives each of a list what a column has for it, unless that is the same
// for all.
func spread[T any](c *column, list []T, give func(*T, int64)) {
	if col := *c; col.width > 0 {
		for i := range list {
			give(&list[i], col.far(i))
		}
	}
}

// copyRest makes m an independent copy of o but for the tasks, reusing m's memory.
func (m *moment) copyRest(o *moment) {
	m.time, m.event, m.quantum, m.policy = o.time, o.event, o.quantum, o.policy
	m.cpus = append(m.cpus[:0], o.cpus...)
	m.owners = append(m.owners[:0], o.owners...)
	m.counts = append(m.counts[:0], o.counts...)
	m.holders = copyLists(m.holders, o.holders)
	m.loops = copyLoops(o.loops)
	m.signals, m.frames = maps.Clone(o.signals), copyFrames(o.frames)
	m.ends = append(m.ends[:0], o.ends...)
	m.files = append(m.files[:0], o.files...)
	m.queues = slices.Grow(m.queues[:0], len(o.queues))[:len(o.queues)]
	for i := range o.queues {
		m.queues[i].copy(&o.queues[i])
	}
	m.rate, m.warm = o.rate, copyLists(m.warm, o.warm)
}

// copyLists makes to an independent copy of from, reusing its memory.
func copyLists[T any](to, from [][]T) [][]T {
	if from == nil {
		return nil
	}
	to = slices.Grow(to[:0], len(from))[:len(from)]
	for i := range from {
		to[i] = append(to[i][:0], from[i]...)
	}
	return to
}

package trace

import (
	"encoding/binary"
	"math/bits"
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
	object, cpu, is, slice, key  column
	active, acc, printed         column
	lender, boosted              column
	values                       []column // of each variable
	stored                       []int    // how many values it has
}

const checkpointEvents = 1 << 15

// makeCheckpoints adds the checkpoints the log has meanwhile grown past.
func (r *Recording) makeCheckpoints() {
	if len(r.checkpoints) == 0 {
		m := &moment{}
		m.start(&r.Header)
		r.checkpoints = append(r.checkpoints, pack(m))
	}
	last := r.checkpoints[len(r.checkpoints)-1]
	r.guess = max(r.guess, 16*len(r.Header.Tasks))
	next := max(last.event+checkpointEvents, r.kept+r.guess)
	if next > r.Len() {
		return
	}
	m := &moment{}
	for last.unpack(m); next <= r.Len(); next = max(next+checkpointEvents, r.kept+r.guess) {
		r.replay(m, next)
		c := pack(m)
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

// column is a list of numbers: how far each is beyond the least of them, in units
// that divide all of that, in as many bytes as the farthest needs. Times are
// often multiples of a millisecond, so this saves half of them.
type column struct {
	least int64
	unit  int64
	width uint
	data  []byte
}

func packed[T ~uint8 | ~uint16 | ~uint32 | ~int | ~int64](n int, value func(int) T) column {
	if n == 0 {
		return column{}
	}
	c := column{least: int64(value(0))}
	for i := range n {
		c.least = min(c.least, int64(value(i)))
	}
	var most, unit uint64
	for i := range n {
		far := uint64(value(i)) - uint64(c.least)
		most = max(most, far)
		if unit == 0 || far%unit > 0 {
			unit = divisor(unit, far)
		}
	}
	unit = max(unit, 1)
	c.unit = int64(unit)
	c.width = uint(bits.Len64(most/unit)+7) / 8
	c.data = make([]byte, n*int(c.width)+8) // so that a whole word can be read at each
	for i := range n {
		binary.LittleEndian.PutUint64(c.data[i*int(c.width):], (uint64(value(i))-uint64(c.least))/unit)
	}
	return c
}

// divisor is the greatest common one.
func divisor(a, b uint64) uint64 {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

func (c *column) at(i int) int64 {
	word := binary.LittleEndian.Uint64(c.data[i*int(c.width):])
	return c.least + int64(word&(1<<(8*c.width)-1))*c.unit
}

// pack makes a checkpoint of a moment.
func pack(m *moment) *checkpoint {
	c := &checkpoint{tasks: len(m.tasks)}
	c.moment.copyRest(m)
	n, t := len(m.tasks), m.tasks
	c.since = packed(n, func(i int) Time { return t[i].since })
	c.work = packed(n, func(i int) Time { return t[i].work })
	c.order = packed(n, func(i int) int { return t[i].order })
	c.pc = packed(n, func(i int) uint32 { return t[i].pc })
	c.home = packed(n, func(i int) uint16 { return t[i].home })
	c.object = packed(n, func(i int) uint16 { return t[i].object })
	c.cpu = packed(n, func(i int) uint8 { return t[i].cpu })
	c.is = packed(n, func(i int) uint32 { return uint32(t[i].state) | uint32(t[i].cause)<<8 | uint32(t[i].flags)<<16 })
	c.slice = packed(n, func(i int) Time { return m.more[i].slice })
	c.key = packed(n, func(i int) int64 { return m.more[i].key })
	c.active = packed(n, func(i int) Time { return m.more[i].active })
	c.acc = packed(n, func(i int) int64 { return m.more[i].acc })
	c.printed = packed(n, func(i int) int { return m.more[i].printed })
	c.lender = packed(n, func(i int) uint32 { return m.more[i].lender })
	c.boosted = packed(n, func(i int) uint32 { return m.more[i].boosted })
	const cpuSize, fixed, columnSize = 32, 900, 56
	c.size = fixed + cpuSize*len(m.cpus) + 12*len(m.owners)
	for _, col := range []*column{
		&c.since, &c.work, &c.order, &c.pc, &c.home, &c.object, &c.cpu, &c.is, &c.slice, &c.key, &c.active, &c.acc, &c.printed,
		&c.lender, &c.boosted,
	} {
		c.size += len(col.data)
	}
	for _, stored := range m.values {
		col := packed(len(stored), func(i int) int64 { return stored[i] })
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
	for i := range m.tasks {
		is := c.is.at(i)
		m.tasks[i] = taskState{
			since:  Time(c.since.at(i)),
			work:   Time(c.work.at(i)),
			order:  int(c.order.at(i)),
			pc:     uint32(c.pc.at(i)),
			home:   uint16(c.home.at(i)),
			object: uint16(c.object.at(i)),
			cpu:    uint8(c.cpu.at(i)),
			state:  State(is & 255),
			cause:  Cause(is >> 8 & 255),
			flags:  uint8(is >> 16),
		}
		m.more[i] = taskMore{
			slice: Time(c.slice.at(i)), key: c.key.at(i), active: Time(c.active.at(i)), acc: c.acc.at(i), printed: int(c.printed.at(i)),
			lender: uint32(c.lender.at(i)), boosted: uint32(c.boosted.at(i)),
		}
	}
	m.values = resize(m.values, len(c.values))
	for i := range m.values {
		m.values[i] = resize(m.values[i], c.stored[i])
		for k := range m.values[i] {
			m.values[i][k] = c.values[i].at(k)
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
	m.queues = slices.Grow(m.queues[:0], len(o.queues))[:len(o.queues)]
	for i := range o.queues {
		m.queues[i].copy(&o.queues[i])
	}
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

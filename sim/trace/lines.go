package trace

import "slices"

// line is who stands somewhere: the number of the event that put a task there,
// beside the task, so that they sort as numbers do.
type line []uint64

// firstPlace makes places at the head, which are negative, positive. A log of so
// many events would take 34 GB.
const firstPlace = 1 << 31

// clearLines makes room for a line of each ready queue, of zombies, and, from the end on, of
// those who have ended and of each resource.
func (s *Snapshot) clearLines(h *Header) {
	s.lines = resize(s.lines, len(h.Queues)+len(h.Resources)+2)
	for i := range s.lines {
		s.lines[i] = s.lines[i][:0]
	}
}

// stand puts a task into a line.
func (s *Snapshot) stand(where, order int, id TaskID) {
	s.lines[where] = append(s.lines[where], uint64(order+firstPlace)<<32|uint64(id))
}

// fillQueues puts who stands somewhere where they stand.
func (s *Snapshot) fillQueues() {
	h := &s.of.Header
	s.Queues = resize(s.Queues, len(h.Queues))
	for q := range s.Queues {
		s.Queues[q] = s.inOrder(s.Queues[q][:0], s.lines[q])
	}
	last := len(s.lines) - 1
	s.Zombies = s.inOrder(s.Zombies, s.lines[len(h.Queues)])
	s.Ended = s.inOrder(s.Ended, s.lines[last])
	for i := range s.Resources {
		s.Resources[i].Waiting = s.inOrder(s.Resources[i].Waiting, s.lines[last-1-i])
	}
	for i := range h.Resources {
		if h.Resources[i].ByPriority && len(s.Resources[i].Waiting) > 1 {
			s.lineUp(s.Resources[i].Waiting)
		}
	}
	for q := range s.Queues {
		if h.Queues[q].Ordered {
			s.order(s.Queues[q], &h.Queues[q])
		}
	}
}

// inOrder appends a line to a list, the first first.
func (s *Snapshot) inOrder(list []TaskID, l line) []TaskID {
	for _, x := range s.sort(l) {
		list = append(list, TaskID(x))
	}
	return list
}

// sort returns a line in order, eleven bits at a time if it is long.
func (s *Snapshot) sort(l line) line {
	const short, digit = 128, 11
	least, most, sorted := ^uint64(0), uint64(0), true
	for _, x := range l {
		sorted = sorted && x >= most
		least, most = min(least, x), max(most, x)
	}
	switch {
	case sorted:
		return l
	case len(l) < short:
		slices.Sort(l)
		return l
	}
	least = least >> 32 << 32
	s.sorted = resize(s.sorted, len(l))
	from, to := l, s.sorted
	for shift := 32; (most-least)>>shift > 0; shift += digit {
		var place [1 << digit]uint32
		for _, x := range from {
			place[(x-least)>>shift%(1<<digit)]++
		}
		at := uint32(0)
		for i, n := range place {
			place[i] = at
			at += n
		}
		for _, x := range from {
			p := &place[(x-least)>>shift%(1<<digit)]
			to[*p] = x
			*p++
		}
		from, to = to, from
	}
	return from
}

package sim

// pending is what will happen at instants of its own: answers under way, packets.
// It stands in slots that are used again, each with a timer.
type pending[T any] struct {
	timers timers // slot = index into list
	list   []T
	free   []uint32 // of list
	due    []uint32 // scratch
}

func newPending[T any]() pending[T] { return pending[T]{timers: newTimers(1)} }

// put lets x happen at an instant.
func (p *pending[T]) put(x T, at Time) {
	slot := uint32(len(p.list))
	if n := len(p.free); n > 0 {
		slot, p.free = p.free[n-1], p.free[:n-1]
	} else {
		p.list = append(p.list, x)
		p.timers.grow(len(p.list))
	}
	p.list[slot] = x
	p.timers.set(slot, uint64(at))
}

// isDue reports whether something is to happen at or before an instant.
func (p *pending[T]) isDue(now Time) bool {
	_, at := p.timers.first()
	return at <= uint64(now)
}

package trace

// The ends of a pipe, as bits of an event's Arg.
const (
	ReadEnd  = 1
	WriteEnd = 2
)

// openEnds is how many processes have the ends of a pipe open.
type openEnds struct{ read, write int32 }

// pipe replays what happens to a pipe.
func (m *moment) pipe(e *record, arg int64) {
	by := int32(-1)
	switch e.kind {
	case WriteSome, Write:
		m.counts[e.object] += arg
		return
	case Read:
		m.counts[e.object] -= arg
		return
	case OpenEnd:
		by = 1
	}
	if len(m.ends) == 0 {
		return
	}
	if arg&ReadEnd != 0 {
		m.ends[e.object].read += by
	}
	if arg&WriteEnd != 0 {
		m.ends[e.object].write += by
	}
}

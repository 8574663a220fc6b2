package trace

import "slices"

// The ends of a pipe, as bits of an event's Arg.
const (
	ReadEnd  = 1
	WriteEnd = 2
)

// openEnds is how many processes have the ends of a pipe open.
type openEnds struct{ read, write int32 }

// OpenFile is a pipe of which a process has ends open: its index into
// Header.Resources, and which.
type OpenFile struct {
	Resource int
	Ends     int64
}

// openFile is an OpenFile of a process, by the number it has in the header.
type openFile struct {
	process  int32
	resource uint16
	ends     uint8
}

// OpenEnds appends to out the pipes of which the process of a task has ends open,
// in the order in which it opened them.
func (s *Snapshot) OpenEnds(out []OpenFile, id TaskID) []OpenFile {
	process := int32(s.of.Header.Tasks[id].Process)
	for _, f := range s.moment.files {
		if f.process == process {
			out = append(out, OpenFile{int(f.resource), int64(f.ends)})
		}
	}
	return out
}

// pipe replays what happens to a pipe.
func (m *moment) pipe(h *Header, e *record, arg int64) {
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
	m.file(int32(h.Tasks[e.task].Process), e.object, uint8(arg), by > 0)
	if arg&ReadEnd != 0 {
		m.ends[e.object].read += by
	}
	if arg&WriteEnd != 0 {
		m.ends[e.object].write += by
	}
}

// file notes that a process has opened or closed ends of a pipe.
func (m *moment) file(process int32, resource uint16, ends uint8, opens bool) {
	for i := range m.files {
		f := &m.files[i]
		if f.process != process || f.resource != resource {
			continue
		}
		if opens {
			f.ends |= ends
		} else if f.ends &^= ends; f.ends == 0 {
			m.files = slices.Delete(m.files, i, i+1)
		}
		return
	}
	if opens {
		m.files = append(m.files, openFile{process, resource, ends})
	}
}

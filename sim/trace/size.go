package trace

import "unsafe"

// Size is how many bytes a recording takes.
type Size struct {
	Log         int // events
	Args        int // of the few that have one
	Checkpoints int
}

// Size returns how many bytes the events so far take, without the room that is
// left for more.
func (r *Recording) Size() (s Size) {
	for _, c := range r.chunks {
		s.Log += len(c.events) * int(unsafe.Sizeof(c.events[0]))
		s.Args += len(c.arg) * int(unsafe.Sizeof(c.arg[0])+unsafe.Sizeof(c.argAt[0]))
	}
	r.makeCheckpoints()
	for _, c := range r.checkpoints {
		s.Checkpoints += c.size
	}
	return s
}

// Size returns how many spans there are on all lanes, and how many bytes they
// and their levels of detail take, without the room that is left for more.
func (l *Lanes) Size() (spans, bytes, detail int) {
	for _, lanes := range [][]Lane{l.tasks, l.cpus} {
		for i := range lanes {
			lane := &lanes[i]
			spans += len(lane.start)
			bytes += len(lane.start) * int(unsafe.Sizeof(lane.start[0])+unsafe.Sizeof(lane.info[0]))
			for _, level := range lane.bins.level {
				detail += len(level.cell) * int(unsafe.Sizeof(level.cell[0])+unsafe.Sizeof(level.cover[0]))
			}
		}
	}
	return spans, bytes, detail
}

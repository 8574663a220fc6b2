package trace

import "sort"

// A checkpoint is the moment before one event, kept so that any instant is a
// short replay away. How far apart they are trades memory for seek time: one
// every max(65,536, 72 per task) events costs at most one byte an event.
type checkpoint struct{ moment *moment }

const (
	checkpointEvents        = 1 << 16
	checkpointEventsPerTask = 72
)

func (r *Recording) checkpointDistance() int {
	return max(checkpointEvents, checkpointEventsPerTask*len(r.Header.Tasks))
}

// makeCheckpoints adds the checkpoints the log has meanwhile grown past.
func (r *Recording) makeCheckpoints() {
	if len(r.checkpoints) == 0 {
		r.checkpoints = append(r.checkpoints, checkpoint{r.start()})
	}
	for {
		last := r.checkpoints[len(r.checkpoints)-1].moment
		next := last.event + r.checkpointDistance()
		if next > r.n {
			return
		}
		m := &moment{}
		m.copyFrom(last)
		r.replay(m, next)
		r.checkpoints = append(r.checkpoints, checkpoint{m})
	}
}

// nearest returns the last checkpoint at or before event i.
func (r *Recording) nearest(i int) *moment {
	k := sort.Search(len(r.checkpoints), func(k int) bool { return r.checkpoints[k].moment.event > i }) - 1
	return r.checkpoints[k].moment
}

// replay applies events to m until it has seen the first upTo of them.
func (r *Recording) replay(m *moment, upTo int) {
	if m.event >= upTo {
		return
	}
	_, k := r.find(m.event)
	for ; m.event < upTo; k++ {
		c := r.chunks[k]
		at := m.event - c.first
		end := min(c.n, upTo-c.first)
		args := sort.Search(len(c.argAt), func(j int) bool { return c.argAt[j] >= uint32(at) })
		for ; at < end; at++ {
			e := Event{Time: c.time[at], Kind: c.kind[at], Task: c.task[at], CPU: int(c.cpu[at]), Object: int(c.object[at])}
			if args < len(c.argAt) && c.argAt[args] == uint32(at) {
				e.Arg = c.arg[args]
				args++
			}
			m.apply(&r.Header, e)
		}
	}
}

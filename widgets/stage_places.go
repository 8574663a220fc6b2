package widgets

import (
	"slices"
	"strings"

	"timeslice/sim/trace"
)

// extra is a place to wait at that is no resource.
type extra uint8

const (
	noExtra    extra = iota
	extraSleep       // for an instant
	extraJoin        // for the end of a task
)

// mentionsSeen is how many operations are looked at for what a run will need.
const mentionsSeen = 10_000

// furniture finds out what the run will need, so that there is a place for it
// from the start and nothing moves when it comes.
func (s *Stage) furniture() {
	c, h := &s.scene, s.header
	sleeps, joins := false, false
	c.stops, c.zombies = false, false
	looked := 0
programs:
	for _, p := range h.Programs {
		for _, op := range p.Ops {
			word, _, _ := strings.Cut(op.Text, " ")
			switch word = strings.TrimSuffix(word, ":"); word {
			case "waitpid":
				joins = true
			case "join":
				joins = joins || !joinsQueue(h, op.Text)
			case "fork", "spawn":
				c.zombies = true
			case "stop":
				c.stops = true
			case "kill":
				c.stops = c.stops || strings.Contains(op.Text, "STOP")
			}
			sleeps = sleeps || strings.Contains(op.Text, "sleep")
			if looked++; looked > mentionsSeen {
				break programs
			}
		}
	}
	c.releases = !sleeps && runsInJobs(h)
	c.extras = c.extras[:0]
	if sleeps || c.releases {
		c.extras = append(c.extras, extraSleep)
	}
	if joins {
		c.extras = append(c.extras, extraJoin)
	}
}

// joinsQueue reports whether it is a queue that an operation joins.
func joinsQueue(h *trace.Header, op string) bool {
	name := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(op, "join"), ":"))
	for i := range h.Resources {
		if h.Resources[i].Name == name {
			return true
		}
	}
	return false
}

// places returns how many places there are to wait at. One that nobody spoke of
// is added when the first task comes to wait there.
func (s *Stage) places() int {
	c := &s.scene
	if shot := s.shot; shot != nil {
		if len(shot.Sleeping) > 0 && s.extraPlace(extraSleep) < 0 {
			c.extras = append(c.extras, extraSleep)
		}
		if len(shot.Joining) > 0 && s.extraPlace(extraJoin) < 0 {
			c.extras = append(c.extras, extraJoin)
		}
		c.stops = c.stops || len(shot.Halted) > 0
		c.zombies = c.zombies || len(shot.Zombies) > 0
	}
	return len(s.header.Resources) + len(c.extras)
}

// extraAt returns what place i is if it is no resource.
func (s *Stage) extraAt(i int) extra {
	if i -= len(s.header.Resources); i >= 0 && i < len(s.scene.extras) {
		return s.scene.extras[i]
	}
	return noExtra
}

// extraPlace returns the number of a place that is no resource, -1 if there is none.
func (s *Stage) extraPlace(kind extra) int {
	for i, k := range s.scene.extras {
		if k == kind {
			return len(s.header.Resources) + i
		}
	}
	return -1
}

// waiting returns how many tasks wait at place i.
func (s *Stage) waiting(i int) int { return len(s.waiters(i)) }

// waiters returns who waits at a place, first those it serves. Who is stopped
// stands elsewhere. It holds until it is called again.
func (s *Stage) waiters(p int) []trace.TaskID {
	var serving, waiting []trace.TaskID
	switch s.extraAt(p) {
	case extraSleep:
		waiting = s.shot.Sleeping
	case extraJoin:
		waiting = s.shot.Joining
	default:
		if p < 0 || p >= len(s.shot.Resources) {
			return nil
		}
		serving, waiting = s.shot.Resources[p].Serving, s.shot.Resources[p].Waiting
	}
	if len(s.shot.Halted) == 0 {
		switch {
		case len(serving) == 0:
			return waiting
		case len(waiting) == 0:
			return serving
		}
	}
	c := &s.scene
	c.scratch = c.scratch[:0]
	for _, list := range [...][]trace.TaskID{serving, waiting} {
		for _, id := range list {
			if s.shot.Tasks[id].State != trace.Stopped {
				c.scratch = append(c.scratch, id)
			}
		}
	}
	return c.scratch
}

// What lies between the box of the blocked and those beside it, in sizes of type.
const (
	stoppedGap = 2.8
	zombieGap  = 2.6
)

// stoppedRight returns where the box of the stopped ends: so far below that of
// the ready that two arrows have room between them.
func (m *measures) stoppedRight(columns [7]area) float32 {
	w := max(m.width.Title[boxStopped], m.size.SlimW+1.6*m.u)
	return max(m.pad+w, columns[2].X+3.4*m.u)
}

// between returns the box of the blocked from left to right: from the border, or
// from the stopped, to a little beyond the arrow that leads there; if it is to be
// wide, to the border, or to the zombies.
func (m *measures) between(columns [7]area, blockX float32, wide bool) area {
	left, right := m.pad, blockX+1.6*m.u
	if m.Stopped {
		left = m.stoppedRight(columns) + stoppedGap*m.u
	}
	most := m.W - m.pad
	if m.Zombies {
		most = columns[6].X - zombieGap*m.u
	}
	if wide {
		right = most
	}
	return area{X: left, W: min(right, most) - left}
}

// below places the boxes that stand in a row below the others in a room, and
// returns which: new is left out first if there isn't room for all.
func (m *measures) below(l *stageLayout, row area, shown bool) (list []int) {
	if !m.Stopped && !m.Zombies {
		half := (row.W - 2*m.u) / 2
		l.Boxes[boxNew] = boxFrame{Box: area{row.X, row.Y, half, row.H}, Shown: shown}
		l.Boxes[boxEnded] = boxFrame{Box: area{row.X + half + 2*m.u, row.Y, half, row.H}, Shown: shown}
		return []int{boxNew, boxEnded}
	}
	const gap = 1.6
	all := []int{boxNew, boxEnded, boxZombie, boxStopped}
	if !m.Stopped {
		all = all[:3]
	}
	if !m.Zombies {
		all = slices.DeleteFunc(all, func(i int) bool { return i == boxZombie })
	}
	spare := float32(0)
	for list = all; len(list) > 0; list = list[1:] {
		spare = row.W + gap*m.u
		for _, i := range list {
			spare -= max(m.width.Title[i], m.size.SlimW) + gap*m.u
		}
		if spare >= 0 {
			break
		}
	}
	// What is left over lets first those the run is about show one and a count, then
	// all of them more.
	var more [boxes]float32
	for _, i := range [...]int{boxStopped, boxZombie, boxEnded} {
		if slices.Contains(list, i) {
			more[i] = min(spare, m.size.Gap+m.size.Count)
			spare -= more[i]
		}
	}
	x := row.X
	for _, i := range list {
		w := max(m.width.Title[i], m.size.SlimW) + more[i] + spare/float32(len(list))
		l.Boxes[i] = boxFrame{Box: area{x, row.Y, w, row.H}, Shown: shown}
		x += w + gap*m.u
	}
	return list
}

// placeName says where tasks wait: resource i, or a place beside them.
func (s *Stage) placeName(i int) string {
	switch {
	case s.extraAt(i) == extraJoin:
		return s.words.say("stage.join")
	case i >= len(s.header.Resources) && s.scene.releases:
		return s.words.say("stage.release")
	case i >= len(s.header.Resources):
		return s.words.say("stage.sleep")
	}
	r := &s.header.Resources[i]
	switch {
	case r.Implicit:
		return s.words.say("stage.io")
	case r.Workers > 0:
		return s.words.say("stage.pool", "Name", r.Name)
	case r.Order == trace.LIFO:
		return s.words.say("stage.stack", "Name", r.Name)
	case r.Order == trace.ByPriority:
		return s.words.say("stage.priority_queue", "Name", r.Name)
	}
	return s.words.say(placeNames[r.Kind], "Name", r.Name)
}

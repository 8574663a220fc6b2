package widgets

import (
	"strings"

	"timeslice/sim/trace"
)

// namesSaid is how many tasks of a list Describe names; the others it counts.
const namesSaid = 12

// Describe says in words what the stage shows: who stands where, and what is
// known of the CPUs and of the places to wait at. It is the picture's twin for
// those who can't see it.
func (s *Stage) Describe() string {
	if s.header == nil || s.shot == nil {
		return ""
	}
	var b strings.Builder
	line := func(parts ...string) {
		text := ""
		for _, p := range parts {
			if p != "" {
				if text != "" {
					text += ": "
				}
				text += p
			}
		}
		b.WriteString(text)
		b.WriteByte('\n')
	}
	w, shot := s.words, s.shot
	line(w.say("state.new"), s.names(shot.New))
	for i, q := range shot.Queues {
		name := ""
		if i < len(s.header.Queues) {
			name = s.queueName(i)
		}
		line(w.say("state.ready"), name, s.names(q))
	}
	for i := range shot.CPUs {
		at := s.cpuLook(i)
		text := at.said
		if id := shot.CPUs[i].Task; id != trace.NoTask {
			text = strings.TrimSpace(at.said + " " + s.marked(id))
			if at.limited && !at.switching {
				text += ", " + w.say("stage.slice", "Time", at.number)
			}
		}
		line(w.say("state.running"), at.label, text, s.describeCache(i))
	}
	for i := range s.places() {
		line(w.say("state.blocked"), s.describePlace(i), s.names(s.waiters(i)))
	}
	if s.spec.Away {
		line(w.say("state.ready_suspend"), s.names(s.scene.away[0]))
		line(w.say("state.blocked_suspend"), s.names(s.scene.away[1]))
	}
	if s.spec.Stopped {
		line(w.say("state.stopped"), s.names(shot.Halted))
	}
	line(w.say("state.terminated"), s.names(shot.Ended))
	if s.spec.Zombies {
		line(w.say("state.zombie"), s.names(shot.Zombies))
	}
	return b.String()
}

// describePlace says what is known of a place to wait at.
func (s *Stage) describePlace(i int) string {
	name := s.placeName(i)
	if i >= len(s.header.Resources) || i >= len(s.shot.Resources) {
		return name
	}
	r, at := &s.header.Resources[i], &s.shot.Resources[i]
	switch r.Kind {
	default:
		if said := s.syncSaid(i); said.text != "" {
			name += ", " + said.text
		}
	case trace.BoundedQueue:
		name = s.texts.filled(name, i, len(at.Items), r.Capacity)
		var items []string
		for _, v := range at.Items[:min(len(at.Items), namesSaid)] {
			items = append(items, s.texts.get(phrasePlain, v))
		}
		if len(items) > 0 {
			name += " (" + strings.Join(items, ", ") + ")"
		}
	case trace.Socket, trace.Manager:
		if said := s.netSaid(i); said != "" {
			name += ", " + said
		}
	case trace.Pipe:
		name = s.texts.filled(name, i, int(at.Count), r.Capacity) + ", " + s.texts.ends(at.Writers, at.Readers)
	case trace.Device:
		if len(at.Serving) == 1 {
			name += ", " + s.texts.get(phraseLeftUnit, s.texts.amount(s.shot.Tasks[at.Serving[0]].Left))
		}
	}
	return name
}

// marked returns a task's name, with a mark if it gets nowhere.
func (s *Stage) marked(id trace.TaskID) string {
	if s.InTrouble != nil && s.InTrouble(id) {
		return s.taskName(id) + " (!)"
	}
	return s.taskName(id)
}

// names lists the names of tasks.
func (s *Stage) names(ids []trace.TaskID) string {
	if len(ids) == 0 {
		return "–"
	}
	var b strings.Builder
	for i, id := range ids[:min(len(ids), namesSaid)] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.marked(id))
		if at := &s.shot.Tasks[id]; at.State == trace.Zombie {
			b.WriteString(" (" + s.texts.get(phraseExit, at.Status) + ")")
		} else if at.State == trace.Blocked && at.For != trace.NoTask {
			b.WriteString(" (" + s.texts.get(phraseEnd, int64(at.For)) + ")")
		} else if at.Spinning {
			b.WriteString(" (" + s.spins(id) + ")")
		}
		if by := lender(s.header, s.shot, id, s.words); by != "" {
			b.WriteString(" (" + s.words.say("waitfor.boosted", "By", by) + ")")
		}
	}
	if n := len(ids) - namesSaid; n > 0 {
		b.WriteString(" " + s.texts.get(phraseMore, int64(n)))
	}
	return b.String()
}

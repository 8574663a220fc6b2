package widgets

import (
	"strings"

	"timeslice/sim/trace"
)

// placeNames are the ids of what a resource is called on the stage.
var placeNames = map[trace.ResourceKind]string{
	trace.Mutex: "stage.lock", trace.BoundedQueue: "stage.queue", trace.Device: "stage.device",
	trace.RLock: "stage.rlock", trace.SpinLock: "stage.spin", trace.RWLock: "stage.rwlock", trace.Semaphore: "stage.semaphore",
	trace.Condition: "stage.condition", trace.EventFlag: "stage.event", trace.Barrier: "stage.barrier", trace.Once: "stage.once",
	trace.Timer: "stage.timer",
	trace.Pipe:  "stage.pipe", trace.Socket: "stage.socket", trace.Manager: "stage.manager",
	trace.GIL: "stage.gil",
}

// syncSaid is what is said of a resource by which tasks synchronise: a text, a
// short form, and the task whose hue stands beside it.
type syncSaid struct {
	text, short string
	of          trace.TaskID
	key         syncKey // of the state it was made for
}

// syncKey is the part of a resource's state that the text depends on.
type syncKey struct {
	resource int
	owner    trace.TaskID
	count    int64
	waiting  int
	readers  int
	reader   trace.TaskID // the first
	last     trace.TaskID
	spinning int
	due      trace.Time // of a timer
}

// tellSync says what is known of a resource by which tasks synchronise.
func (p *placeView) tellSync(s *Stage, i int) {
	if key := s.syncKey(i); p.said.key != key || p.said.text == "" {
		p.said = s.syncSaid(i)
	}
	said := &p.said
	if said.of == trace.NoTask {
		p.tell(said.text, said.short, nil, false)
		return
	}
	hue := s.style.hues[((s.header.Tasks[said.of].Process%Hues)+Hues)%Hues]
	p.tell(said.text, said.short, hue, true)
}

func (s *Stage) syncKey(i int) syncKey {
	at := &s.shot.Resources[i]
	key := syncKey{resource: i, owner: at.Owner, count: at.Count, waiting: len(at.Waiting), readers: len(at.Holders),
		reader: trace.NoTask, last: trace.NoTask, due: at.Due}
	if n := len(at.Holders); n > 0 {
		key.reader, key.last = at.Holders[0], at.Holders[n-1]
	}
	if s.header.Resources[i].Kind == trace.SpinLock {
		for id := range s.shot.Tasks {
			if t := &s.shot.Tasks[id]; t.Spinning && t.Resource == i {
				key.spinning++
			}
		}
	}
	return key
}

// syncSaid says who owns a resource, how much of it is left, or how many have
// come.
func (s *Stage) syncSaid(i int) syncSaid {
	r, at, w := &s.header.Resources[i], &s.shot.Resources[i], s.words
	said := syncSaid{key: s.syncKey(i), of: trace.NoTask}
	owned := func() {
		said.of, said.text, said.short = at.Owner, s.texts.get(phraseHeld, int64(at.Owner)), s.taskName(at.Owner)
	}
	switch r.Kind {
	case trace.Semaphore:
		said.text = w.say("stage.semaphore.left", "N", at.Count)
		if r.Capacity > 0 {
			said.text = w.say("stage.semaphore.of", "N", at.Count, "Max", r.Capacity)
		}
		said.short = s.texts.get(phrasePlain, at.Count)
	case trace.Condition:
		said.text = w.say("stage.condition.lock", "Name", s.header.Resources[r.Lock].Name)
	case trace.EventFlag:
		said.text = w.say("stage.event.clear")
		if at.Count > 0 {
			said.text = w.say("stage.event.set")
		}
		said.short = said.text
	case trace.Timer:
		u := UnitOf(s.header)
		switch {
		case at.Count > 0:
			said.text = w.say("stage.timer.gone", "N", at.Count)
		case at.Due < trace.Never:
			said.text = w.say("stage.timer.at", "Time", u.FormatNamed(at.Due))
			said.short = u.Format(at.Due)
		default:
			said.text = w.say("stage.timer.off")
		}
		if said.short == "" {
			said.short = said.text
		}
	case trace.Barrier:
		said.text = w.say("stage.barrier.here", "N", len(at.Waiting), "Max", r.Capacity)
		if at.Count < 0 {
			said.text = w.say("stage.barrier.broken")
		}
		said.short = said.text
	case trace.Once:
		switch {
		case at.Count > 0:
			said.text = w.say("stage.once.done")
		case at.Owner != trace.NoTask:
			owned()
			said.text = w.say("stage.once.doing", "Task", s.taskName(at.Owner))
		default:
			said.text = w.say("stage.once.not")
		}
	case trace.RWLock:
		switch n := len(at.Holders); {
		case at.Owner != trace.NoTask:
			owned()
			said.text = w.say("stage.rwlock.written", "Task", s.taskName(at.Owner))
		case n == 0:
			said.text = s.view.free
		default:
			names := make([]string, min(n, 3))
			for k := range names {
				names[k] = s.taskName(at.Holders[k])
			}
			if n > len(names) {
				names[len(names)-1] = s.texts.get(phraseMore, int64(n-len(names)+1))
			}
			said.of = at.Holders[0]
			said.text = w.say("stage.rwlock.read", "Task", strings.Join(names, ", "))
			said.short = s.texts.get(phrasePlain, int64(n))
		}
	default:
		if at.Owner == trace.NoTask {
			said.text = s.view.free
			break
		}
		owned()
		if at.Count > 1 {
			said.text += w.say("stage.rlock.times", "N", at.Count)
		}
		if said.key.spinning > 0 {
			count := w.say("stage.spin.count", "N", said.key.spinning)
			said.text, said.short = said.text+count, said.short+count
		}
	}
	return said
}

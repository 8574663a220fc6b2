package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"timeslice/sim/trace"
)

// mostWarm is how many working sets in a cache are drawn at most.
const mostWarm = 6

// cacheLook is what a CPU's cache holds, from the newest on.
type cacheLook struct {
	n    int
	sets [mostWarm]workingSet
	said string // of an empty one
}

// workingSet is what a cache holds of a task.
type workingSet struct {
	name  string
	hue   int
	share float32 // of the cache
	runs  bool    // the task runs here, warm
}

// cacheOf returns what the cache of CPU i holds.
func (s *Stage) cacheOf(i int) (l cacheLook) {
	c, at := s.header.Cache, &s.shot.CPUs[i]
	if c == nil {
		return l
	}
	l.said = s.view.cache
	const least = 0.06 // of the cache, so that it can be seen
	for _, id := range at.Warm[:min(len(at.Warm), mostWarm)] {
		task := &s.header.Tasks[id]
		l.sets[l.n] = workingSet{
			name: task.Name, hue: task.Process, runs: at.Task == id && !at.Switching,
			share: max(float32(task.WorkingSet)/float32(max(c.Size, 1)), least),
		}
		l.n++
	}
	return l
}

// cacheHeight is how high the strip for a cache is in a CPU's box: with names, or
// in the slim boxes without.
func (m *measures) cacheHeight(shape cpuShape) float32 {
	switch {
	case !m.Cache:
		return 0
	case shape >= cpuSlim:
		return 0.55 * m.u
	}
	return m.line(0.85*m.small) + 0.35*m.u
}

// describeCache says what the cache of a CPU holds; nothing if there are none.
func (s *Stage) describeCache(i int) string {
	l := s.cacheOf(i)
	if l.n == 0 {
		return ""
	}
	text := l.said
	for _, id := range s.shot.CPUs[i].Warm {
		text += " " + s.taskName(trace.TaskID(id))
	}
	return text
}

// cacheView draws it: a strip divided among the tasks whose working sets are in it.
type cacheView struct {
	track canvas.Rectangle
	sets  [mostWarm]canvas.Rectangle
	names [mostWarm]canvas.Text
	said  canvas.Text
}

func (c *cacheView) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{&c.track, &c.said}
	for i := range c.sets {
		c.names[i].Alignment = fyne.TextAlignCenter
		list = append(list, &c.sets[i], &c.names[i])
	}
	return list
}

// show draws a cache in its place, which may be empty.
func (c *cacheView) show(l *cacheLook, a area, s *stageStyle) {
	setHidden(&c.track, a.empty())
	setHidden(&c.said, a.empty() || l.n > 0)
	setArea(&c.track, a)
	radius := 0.2 * s.unit
	setFill(&c.track, color.Transparent, s.track, max(s.stroke/2, 1), radius)
	size := 0.85 * s.small
	named := a.H >= s.line*size
	if named {
		setArea(&c.said, a.inset(0.4*s.unit, 0))
		setText(&c.said, l.said, size, s.muted)
	} else {
		setHidden(&c.said, true)
	}
	x := a.X
	for i := range c.sets {
		shown := i < l.n && !a.empty() && x < a.right()-1
		setHidden(&c.sets[i], !shown)
		setHidden(&c.names[i], !shown || !named)
		if !shown {
			continue
		}
		w := &l.sets[i]
		part := area{x, a.Y, min(w.share*a.W, a.right()-x), a.H}
		x = part.right()
		hue := s.hues[((w.hue%Hues)+Hues)%Hues]
		stroke, width := hue, max(s.stroke/2, 1)
		if w.runs {
			stroke, width = s.text, s.stroke
		}
		setArea(&c.sets[i], part)
		setFill(&c.sets[i], fade(hue, s.card), stroke, width, radius)
		if !named {
			continue
		}
		text := w.name
		if fyne.MeasureText(text, size, plain).Width > part.W-0.3*s.unit {
			text = ""
		}
		setArea(&c.names[i], part)
		setText(&c.names[i], text, size, s.text)
	}
}

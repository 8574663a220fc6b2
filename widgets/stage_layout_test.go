package widgets

import (
	"fmt"
	"testing"
)

// words as wide as in English at a type size of 14.
var wide = stageWidths{
	Title: [boxes]float32{85, 100, 125, 120, 150, 115, 105},
	Arrow: [arrows]float32{40, 58, 150, 205, 38, 26, 28, 28},
	Short: [arrows]float32{40, 58, 95, 40, 38, 26, 28, 28},
	Name:  30, Second: 62, CPU: 42, CPUNumber: 10, Queue: 50, Place: 110, Line: 130,
}

func specs() map[string]stageSpec {
	list := map[string]stageSpec{}
	for _, size := range [][2]float32{{760, 330}, {845, 324}, {1050, 405}, {1267, 486}, {1280, 560}} {
		for _, scale := range []float32{1, 1.5} {
			list[fmt.Sprintf("desk %v %v", size, scale)] = stageSpec{W: size[0], H: size[1], T: 14 * scale, Least: 11 / (14 * scale)}
		}
	}
	for _, size := range [][3]float32{{1280, 396, 720}, {1600, 495, 900}, {1920, 594, 1080}} {
		for _, scale := range []float32{1, 1.5} {
			list[fmt.Sprintf("room %v %v", size, scale)] = stageSpec{W: size[0], H: size[1], T: size[2] / 34 * scale, Least: 1 / scale, Project: true}
		}
	}
	return list
}

// runs are machines of every sort.
var runs = map[string]stageSpec{
	"one":       {Tasks: 3, Queues: 1, CPUs: 1, Ring: true, Places: 3},
	"no place":  {Tasks: 3, Queues: 1, CPUs: 1},
	"levels":    {Tasks: 12, Queues: 4, CPUs: 1, Ring: true, Places: 5},
	"four":      {Tasks: 18, Queues: 1, CPUs: 4, Ring: true, Places: 4},
	"caches":    {Tasks: 6, Queues: 2, CPUs: 2, PerCPU: true, Ring: true, Places: 1, Cache: true},
	"cache":     {Tasks: 6, Queues: 1, CPUs: 1, Places: 1, Cache: true},
	"own":       {Tasks: 18, Queues: 4, CPUs: 4, PerCPU: true, Ring: true, Places: 5},
	"sixteen":   {Tasks: 18, Queues: 16, CPUs: 16, PerCPU: true, Places: 2},
	"many":      {Tasks: 18, Queues: 1, CPUs: 64, Ring: true, Places: 40},
	"signals":   {Tasks: 6, Queues: 1, CPUs: 1, Ring: true, Places: 2, Stopped: true, Zombies: true},
	"stopped":   {Tasks: 6, Queues: 1, CPUs: 2, Ring: true, Places: 4, Stopped: true},
	"zombies":   {Tasks: 12, Queues: 4, CPUs: 1, Ring: true, Places: 2, Zombies: true},
	"140 level": {Tasks: 18, Queues: 140, CPUs: 2, Ring: true, Places: 1},
}

// TestLayoutStage lays out every machine in every size: nothing is cut off,
// nothing lies on something else.
func TestLayoutStage(t *testing.T) {
	for name, size := range specs() {
		for kind, run := range runs {
			t.Run(name+" "+kind, func(t *testing.T) {
				s := run
				s.W, s.H, s.T, s.Least, s.Project = size.W, size.H, size.T, size.Least, size.Project
				s.Line, s.Stroke, s.Widths = 1.362, 2, wide
				base := float32(14)
				f := s.T / base
				for _, list := range [][]float32{s.Widths.Title[:], s.Widths.Arrow[:], s.Widths.Short[:]} {
					for i := range list {
						list[i] *= f
					}
				}
				for _, w := range []*float32{&s.Widths.Name, &s.Widths.Second, &s.Widths.CPU, &s.Widths.CPUNumber, &s.Widths.Queue, &s.Widths.Place, &s.Widths.Line} {
					*w *= f
				}
				check(t, s, layoutStage(s))
			})
		}
	}
}

func check(t *testing.T, s stageSpec, l stageLayout) {
	t.Helper()
	type thing struct {
		name string
		area area
	}
	var things []thing
	add := func(name string, a area) {
		if !a.empty() {
			things = append(things, thing{name, a})
		}
		if !l.Bounds.contains(a) {
			t.Errorf("%s %v is cut off by %v", name, a, l.Bounds)
		}
	}
	inside := func(name string, outer, inner area) {
		if !inner.empty() && !outer.contains(inner) {
			t.Errorf("%s %v is not inside of %v", name, inner, outer)
		}
	}
	apart := func(name string, outer area, list []area) {
		for i, a := range list {
			inside(fmt.Sprint(name, i), outer, a)
			for j := range list[:i] {
				if a.overlaps(list[j]) {
					t.Errorf("%s %d %v lies on %d %v", name, i, a, j, list[j])
				}
			}
		}
	}
	names := [boxes]string{"new", "ready", "running", "blocked", "ended", "stopped", "zombies"}
	for i, b := range l.Boxes {
		if !b.Shown {
			continue
		}
		if i >= boxStopped && (b.List.H < l.Size.SlimH || b.List.W < l.Size.SlimW) {
			t.Errorf("the %s %v have no room for a token", names[i], b.List)
		}
		add(names[i], b.Box)
		title := b.Title
		title.W = s.Widths.Title[i] * l.Type.K
		add(names[i]+" title", title)
		inside(names[i]+" list", b.Box, b.List)
	}
	for i, a := range l.Arrows {
		if a.Shown {
			add(fmt.Sprint("label of arrow ", i), a.Label)
			if a.nowhere() {
				t.Errorf("arrow %d leads nowhere", i)
			}
		}
	}
	if !s.Project {
		add("note", l.Note)
	}
	for i := range things {
		for j := range things[:i] {
			if things[i].area.overlaps(things[j].area) {
				t.Errorf("%s %v lies on %s %v", things[i].name, things[i].area, things[j].name, things[j].area)
			}
		}
	}
	var rows, cpus, cells []area
	for _, r := range l.Rows {
		rows = append(rows, r.Row)
		apart("row", r.Row, []area{r.Label, r.List})
	}
	for _, c := range l.CPUs {
		cpus = append(cpus, c.Box)
		apart("cpu", c.Box, []area{c.Label, c.Token, c.Ring, c.Cache})
	}
	for _, p := range l.Places {
		cells = append(cells, p.Cell)
		apart("place", p.Cell, []area{p.Name, p.Detail, p.List})
		if p.List.W < l.Size.SlimW || p.List.H < l.Size.SlimH {
			t.Errorf("a place has no room for a token: %v", p.List)
		}
	}
	apart("rows", l.Boxes[boxReady].Box, rows)
	apart("cpus", l.Boxes[boxRunning].Box, cpus)
	apart("places", l.Boxes[boxBlocked].Box, cells)
	if len(rows) == 0 || len(cpus) == 0 || s.Places > 0 && len(cells) == 0 {
		t.Errorf("something is missing: %d rows, %d CPUs, %d places", len(rows), len(cpus), len(cells))
	}
	if s.Project && l.Small < s.T*s.Least-0.01 {
		t.Errorf("type of %v is too small for a room, it should be %v", l.Small, s.T*s.Least)
	}
	// The way back bends over the titles without touching them.
	for i := range 101 {
		p := bezier(l.Arrows[arrowPreempt].Line, float32(i)/100)
		for _, b := range []int{boxReady, boxRunning} {
			a := l.Boxes[b].Title
			a.W = s.Widths.Title[b] * l.Type.K
			if a.inset(0, 0.15*a.H).has(p) {
				t.Errorf("the way back crosses title %d at %v: %v", b, p, a)
				return
			}
		}
	}
}

func TestSlots(t *testing.T) {
	size := tokenSize{FullW: 90, FullH: 50, SlimW: 40, SlimH: 25, Gap: 10, Count: 20}
	for _, c := range []struct {
		name   string
		region area
		n      int
		flow   flow
		shown  int
		full   bool
		first  area
		last   area
	}{
		{"none", area{0, 0, 300, 60}, 0, fromRight, 0, true, area{}, area{}},
		{"head at the right", area{0, 0, 300, 60}, 2, fromRight, 2, true, area{210, 5, 90, 50}, area{110, 5, 90, 50}},
		{"first at the left", area{0, 0, 300, 60}, 3, fromLeft, 3, true, area{0, 5, 90, 50}, area{200, 5, 90, 50}},
		{"compact", area{0, 0, 300, 60}, 5, fromLeft, 5, false, area{0, 17.5, 40, 25}, area{200, 17.5, 40, 25}},
		{"two rows", area{0, 0, 300, 60}, 8, fromRight, 8, false, area{260, 0, 40, 25}, area{210, 35, 40, 25}},
		{"too many", area{0, 0, 300, 60}, 40, fromRight, 11, false, area{260, 0, 40, 25}, area{60, 35, 40, 25}},
		{"stacked", area{0, 0, 100, 170}, 2, fromTop, 2, true, area{5, 30, 90, 50}, area{5, 90, 90, 50}},
		{"one and a count", area{0, 0, 80, 30}, 4, fromLeft, 1, false, area{0, 2.5, 40, 25}, area{0, 2.5, 40, 25}},
		{"a count only", area{0, 0, 45, 30}, 4, fromLeft, 0, false, area{}, area{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := layoutSlots(c.region, c.n, size, c.flow)
			if s.shown != c.shown || s.full != c.full {
				t.Fatalf("%d shown, full %v; want %d, %v", s.shown, s.full, c.shown, c.full)
			}
			used := s.shown
			if c.n > s.shown {
				used++
			}
			for i := range used {
				if !c.region.contains(s.at(i)) {
					t.Errorf("place %d %v is outside of %v", i, s.at(i), c.region)
				}
				for j := range i {
					if s.at(i).overlaps(s.at(j)) {
						t.Errorf("places %d and %d overlap", i, j)
					}
				}
			}
			if c.shown > 0 && (s.at(0) != c.first || s.at(s.shown-1) != c.last) {
				t.Errorf("from %v to %v; want %v to %v", s.at(0), s.at(s.shown-1), c.first, c.last)
			}
		})
	}
}

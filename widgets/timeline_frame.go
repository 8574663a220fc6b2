package widgets

import "math"

// laneFrame is where the parts of a timeline are, in Fyne's units. All of it follows
// from the sizes of text, so that a larger type enlarges everything.
type laneFrame struct {
	em, small  float32 // text sizes
	titled     bool
	projection bool
	lanes      int
	longest    float32 // width of the longest name

	plotX, plotW float32 // the same for every timeline of that width
	lanesY       float32 // top of the lanes
	lanesH       float32 // of what is seen of them
	pitch        float32
	axisY        float32
}

// lineHeight is how high a line of text is, a little roomier than the text itself.
func lineHeight(size float32) float32 { return float32(math.Ceil(float64(size) * 1.4)) }

func (f *laneFrame) narrowest() float32 {
	if f.projection { // where there are two timelines every line counts
		return float32(math.Round(float64(f.em) * 1.3))
	}
	return float32(math.Round(float64(f.em) * 1.5))
}

func (f *laneFrame) widest() float32 {
	if f.projection {
		return float32(math.Round(float64(f.em) * 3))
	}
	return float32(math.Round(float64(f.em) * 2))
}

// head is how much is above the lanes: the title, and the play-head's triangle.
func (f *laneFrame) head() float32 {
	h := f.triangle() + 1
	if f.titled {
		h += lineHeight(f.em) - f.em*0.1
	}
	return float32(math.Round(float64(h)))
}

// triangle is how high the triangle on the play-head is.
func (f *laneFrame) triangle() float32 {
	if f.projection {
		return f.em * 0.3
	}
	return float32(math.Round(float64(f.em) * 0.8))
}

// strip is how wide the strips of hue are, name where the names begin.
func (f *laneFrame) strip() float32 { return max(3, f.em*0.36) }

func (f *laneFrame) name(byCPU bool) float32 {
	if byCPU {
		return 0
	}
	return f.strip() + f.em*0.7
}

func (f *laneFrame) axis() float32 { return lineHeight(f.small) + f.em*0.2 }

// heightFor returns the height of a timeline with so many lanes in sight.
func (f *laneFrame) heightFor(lanes int, roomy bool) float32 {
	pitch := f.narrowest()
	if roomy {
		pitch = f.widest()
	}
	return f.head() + pitch*float32(lanes) + f.axis()
}

func (f *laneFrame) place(width, height float32) {
	least, most := f.em*6.6, f.em*11
	if f.projection {
		least, most = f.em*3.4, max(f.em*3.4, width*0.2)
	}
	const spare = 1.06 // type isn't as wide at one size as at another
	names := min(max(f.name(false)+f.longest*spare+f.em*0.6, least), most)
	f.plotX = float32(math.Round(float64(names)))
	f.plotW = max(float32(math.Floor(float64(width-f.plotX-f.em*1.2))), 1)
	f.lanesY = f.head()
	room := max(height-f.lanesY-f.axis(), 0)
	f.pitch = float32(math.Floor(float64(room / float32(max(f.lanes, 1)))))
	f.pitch = min(max(f.pitch, f.narrowest()), f.widest())
	f.lanesH = min(room, f.pitch*float32(f.lanes))
	f.axisY = f.lanesY + f.lanesH
}

// within returns the nearest to y that the lanes can be scrolled by.
func (f *laneFrame) within(y float32) float32 {
	return max(0, min(y, f.pitch*float32(f.lanes)-f.lanesH))
}

// laneAt returns the lane at y if they are scrolled by scroll; -1 for none.
func (f *laneFrame) laneAt(y, scroll float32) int {
	if y < f.lanesY || y >= f.lanesY+f.lanesH {
		return -1
	}
	i := int((y - f.lanesY + scroll) / f.pitch)
	if i >= f.lanes {
		return -1
	}
	return i
}

// visible returns the first lane in sight and the one after the last.
func (f *laneFrame) visible(scroll float32) (first, end int) {
	first = int(scroll / f.pitch)
	end = min(f.lanes, int(math.Ceil(float64((scroll+f.lanesH)/f.pitch))))
	return min(first, end), end
}

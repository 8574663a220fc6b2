package shell

import (
	"fyne.io/fyne/v2"

	"timeslice/widgets"
)

// places are the parts of the window a layout puts somewhere. A part that is nil
// is not shown.
type places struct {
	bar, main, inspector, program, reasons, transport, first, second fyne.CanvasObject

	caption *widgets.Caption
}

// deskLayout is the window at a desk: bar, stage and side, caption, transport,
// timelines.
type deskLayout struct {
	p   places
	gap func() float32
	em  func() float32 // the size of text
	// heights are what the timelines would like to have.
	heights   func() (first, second float32)
	inspector func() float32 // what the inspector would like to have
	panel     func() float32 // what lies under the stage; 0 if nothing does
	// least are the heights below which a timeline, the program say nothing.
	least func() (timeline, program float32)
}

const (
	tableShare     = 0.5   // what takes the stage's place and has rows to show
	sideShare      = 0.315 // of the width
	stageShare     = 0.4   // of the height: the timelines leave the stage that much
	leastShare     = 0.27  // of what is left, for a timeline that is alone
	reasonsHeight  = 17    // sizes of text that reasons with some candidates need
	leastInspector = 10    // and an inspector beside them
	pairStage      = 0.285 // of the height, where two timelines want it
	pairShare      = 0.42  // of the height of a room: two timelines leave the stage that much
	roomShare      = 0.68  // of the height of a room that a stage may have
	leastStage     = 11    // sizes of text: the stage needs as much, whatever the timelines want
)

func (l *deskLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(900, 560) }

func (l *deskLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := l.gap()
	y := float32(0)
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		if o != nil {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
		}
	}
	height := func(o fyne.CanvasObject) float32 {
		if o == nil || !o.Visible() {
			return 0
		}
		return o.MinSize().Height
	}
	bar := height(l.p.bar)
	put(l.p.bar, 0, 0, size.Width, bar)
	y = bar + gap

	width := size.Width - 2*gap
	if l.p.transport == nil { // a view that has it all
		put(l.p.main, gap, y, width, size.Height-y-gap)
		return
	}
	transport := height(l.p.transport)
	caption := captionHeight(l.p.caption, width)
	fixed := transport + gap
	if caption > 0 {
		fixed += caption + gap
	}
	room := size.Height - y - fixed - gap

	// What the timelines get: as much as their lanes want, but the stage keeps
	// its share; the two are treated alike.
	first, second := l.heights()
	gaps := gap
	if l.p.second == nil {
		second = 0
	} else {
		gaps += gap
	}
	timeline, program := l.least()
	if l.p.second != nil {
		timeline *= 2
	}
	// No room for it; or two runs have more to show, of which it speaks of one.
	if caption > 0 && (room-gaps < timeline+leastStage*l.em() || l.p.second != nil && first+second > room-gaps-stageShare*size.Height) {
		room += caption + gap
		put(l.p.caption, gap, -2*caption, width, caption)
		caption = 0
	}
	share := float32(stageShare)
	if l.p.second != nil && first+second > room-gaps-share*size.Height { // two runs have lanes to show
		share = pairStage
	}
	if l.p.inspector == nil {
		share = tableShare
	}
	most := max(room-gaps-share*size.Height, leastShare*room, min(timeline, room-gaps-leastStage*l.em()))
	if panel := l.panel(); panel > 0 { // the stage is to stay as high as it was
		most = max(min(timeline, most), most-panel)
	}
	if total := first + second; total > most {
		first, second = first*most/total, second*most/total
	}
	stage := room - gaps - first - second

	side := min(max(size.Width*sideShare, 330), 620)
	if l.p.inspector == nil {
		put(l.p.main, gap, y, width, stage)
	} else {
		put(l.p.main, gap, y, width-side-gap, stage)
		inspector := min(l.inspector(), stage*0.62)
		if l.p.reasons != nil {
			reasons := min(reasonsHeight*l.em(), stage)
			rest := stage - reasons - gap
			both := rest >= leastInspector*l.em()
			if !both {
				reasons = stage
			}
			put(l.p.reasons, gap+width-side, y, side, reasons)
			put(l.p.inspector, gap+width-side, y+reasons+gap, side, rest)
			showIf(l.p.inspector, both)
			inspector = stage
		}
		both := l.p.program != nil && stage-inspector-gap >= program
		if !both {
			inspector = stage
		}
		if l.p.reasons == nil {
			l.p.inspector.Show()
			put(l.p.inspector, gap+width-side, y, side, inspector)
		}
		put(l.p.program, gap+width-side, y+inspector+gap, side, stage-inspector-gap)
		if l.p.program != nil {
			showIf(l.p.program, both)
		}
	}
	y += stage + gap
	if caption > 0 {
		put(l.p.caption, gap, y, width, caption)
		y += caption + gap
	}
	put(l.p.transport, gap, y, width, transport)
	y += transport + gap
	put(l.p.first, gap, y, width, first)
	if l.p.second != nil {
		y += first + gap
		put(l.p.second, gap, y, width, second)
	}
}

func showIf(o fyne.CanvasObject, shown bool) {
	if shown {
		o.Show()
	} else {
		o.Hide()
	}
}

// captionHeight is how high a caption has to be at a width.
func captionHeight(c *widgets.Caption, width float32) float32 {
	if c == nil || !c.Visible() {
		return 0
	}
	return c.HeightFor(width)
}

// roomLayout is the window on a projector: title, stage, one caption, timeline.
type roomLayout struct {
	title, stage, first, second fyne.CanvasObject
	caption                     *widgets.Caption
	gap                         func() float32
	lanes                       func() float32 // the height in which the lanes can be read; nil if there are none
}

func (l *roomLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (l *roomLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := l.gap()
	width := size.Width - 2*gap
	y := gap / 2
	put := func(o fyne.CanvasObject, h float32) {
		if o == nil || !o.Visible() || h <= 0 {
			return
		}
		o.Move(fyne.NewPos(gap, y))
		o.Resize(fyne.NewSize(width, h))
		y += h + gap/2
	}
	title := l.title.MinSize().Height
	caption := captionHeight(l.caption, width)
	room := size.Height - title - caption - 2.5*gap
	stageShare := float32(0.58)
	if caption == 0 {
		stageShare = 0.62
	}
	stage := room * stageShare
	switch {
	case l.first == nil:
		stage = room
	case l.lanes != nil && l.second == nil: // what the lanes can spare
		stage = max(stage, min(room-l.lanes(), roomShare*room))
	case l.lanes != nil:
		lanes := 2*l.lanes() + gap/2
		if room-lanes < pairShare*room && caption > 0 { // the caption speaks of one run only
			l.caption.Move(fyne.NewPos(gap, -2*caption))
			room += caption + gap/2
			caption = 0
		}
		stage = max(pairShare*room, min(room-lanes, roomShare*room))
	}
	put(l.title, title)
	put(l.stage, stage)
	put(l.caption, caption)
	rest := size.Height - y - gap/2
	if l.second != nil {
		put(l.first, (rest-gap/2)/2)
		put(l.second, (rest-gap/2)/2)
		return
	}
	put(l.first, rest)
}

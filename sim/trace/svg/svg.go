// Package svg draws a run as a picture for documents and slides: a lane for each
// task and each CPU, with what was run and by which conventions.
package svg

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"timeslice/sim/trace"
)

// The picture, in pixels.
const (
	chartWidth = 1200
	margin     = 24
	taskHeight = 34
	cpuHeight  = 30
	lineHeight = 20
	charWidth  = 8.2 // of the text, on average
	mostTasks  = 200
)

// look is how a state is drawn: never by colour alone.
type look struct {
	class  string
	letter string
	word   string
}

var (
	running = look{"x", "X", "running"}
	spins   = look{"s", "S", "spinning"}
	ready   = look{"r", "R", "ready"}
	blocked = look{"b", "B", "blocked"}
	switchX = look{"c", "C", "context switch"}
	stopped = look{"t", "T", "stopped"}

	readySuspend   = look{"rs", "r", "ready, suspended"}
	blockedSuspend = look{"bs", "b", "blocked, suspended"}
)

// Write draws a recording. Equal recordings give equal bytes.
func Write(to io.Writer, r *trace.Recording) error {
	lanes := trace.NewLanes()
	lanes.Extend(r)
	d := &drawing{out: bufio.NewWriter(to), rec: r, h: &r.Header, lanes: lanes}
	d.measure()
	d.head()
	d.tasks()
	d.cpus()
	d.axis()
	for i := range d.shown { // over the grid
		d.jobs(trace.TaskID(i), d.top+float64(i)*taskHeight)
	}
	d.foot()
	d.line("</svg>")
	return d.out.Flush()
}

type drawing struct {
	out   *bufio.Writer
	rec   *trace.Recording
	h     *trace.Header
	lanes *trace.Lanes

	left   float64 // of the chart
	top    float64
	bottom float64
	end    trace.Time
	shown  int  // tasks
	spins  bool // some task does
	foots  []string
}

func (d *drawing) line(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func (d *drawing) measure() {
	d.end = max(d.lanes.End(), 1)
	d.shown = min(len(d.h.Tasks), mostTasks)
	longest := len("CPU 00")
	for _, t := range d.h.Tasks[:d.shown] {
		longest = min(max(longest, columns(t.Name)), 24)
	}
	d.left = margin + float64(longest)*charWidth + 12
	d.top = margin + 3*lineHeight
	d.bottom = d.top + float64(d.shown)*taskHeight + 8 + float64(d.h.CPUs)*cpuHeight
	d.foots = d.footLines()
	for i := range d.h.Tasks[:d.shown] {
		d.spins = d.spins || d.lanes.Totals(trace.TaskID(i), d.end).Spun > 0
	}
}

// x is where an instant is. The conversion keeps the two steps apart, so that
// every processor rounds alike.
func (d *drawing) x(t trace.Time) float64 {
	return d.left + float64(chartWidth*float64(t)/float64(d.end))
}

const style = `
text{font:14px system-ui,"Noto Sans","Noto Sans SC","Noto Sans TC",sans-serif;fill:#1b2430}
.title{font-size:20px;font-weight:600}
.small{font-size:12px;fill:#4a5565}
.letter{font-size:12px;text-anchor:middle;fill:#000}
.name{text-anchor:end}
.mid{text-anchor:middle}
.x{fill:#009E73}.r{fill:#E69F00}.b{fill:url(#hatch);stroke:#D55E00}.c{fill:#56B4E9}.t{fill:none;stroke:#B565A7;stroke-width:3;stroke-dasharray:3 3}
.end{fill:#fff;stroke:#8A93A3;stroke-width:2}
.grid{stroke:#d5dae1}
.cpu{fill:#e8edf3;stroke:#8A93A3}
.job{stroke:#14181f;stroke-width:1.5;fill:#14181f}
.miss{fill:#B42318;stroke:#fff;stroke-width:1.5}
.miss+path{stroke:#fff;stroke-width:2;fill:none}`

func (d *drawing) head() {
	width := d.left + chartWidth + margin + 16
	height := d.bottom + 4*lineHeight + float64(len(d.foots))*lineHeight + margin
	title := d.h.Workload
	if title == "" {
		title = "Run"
	}
	d.line(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">`, width, height, width, height)
	d.line("<title>%s</title>", escape(title))
	d.line("<desc>%s</desc>", escape(d.describe()))
	d.line("<style>%s\n</style>", style+d.memoryStyle())
	d.line(`<defs><pattern id="hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">` +
		`<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#D55E00"/></pattern></defs>`)
	if d.spins {
		d.line(`<defs><pattern id="teeth" width="6" height="6" patternUnits="userSpaceOnUse">` +
			`<rect width="6" height="6" fill="#fff"/><rect width="4" height="6" fill="#009E73"/></pattern></defs>`)
		d.line("<style>.s{fill:url(#teeth);stroke:#009E73}</style>")
	}
	d.line(`<rect width="100%%" height="100%%" fill="#fff"/>`)
	d.line(`<text class="title" x="%d" y="%d">%s</text>`, margin, margin+16, escape(title))
	d.line(`<text x="%d" y="%d">%s</text>`, margin, margin+16+lineHeight, escape(d.subtitle()))
}

// memoryStyle is how those are drawn whose processes aren't in memory.
func (d *drawing) memoryStyle() string {
	if m := d.h.Memory; m == nil || m.Frames == 0 {
		return ""
	}
	return `
.rs{fill:none;stroke:#E69F00;stroke-width:2}.bs{fill:none;stroke:#D55E00;stroke-width:2;stroke-dasharray:6 3}`
}

// subtitle says what ran it.
func (d *drawing) subtitle() string {
	var parts []string
	for _, p := range d.h.Policies {
		text := p.Name
		for _, s := range p.Params {
			text += ", " + s.Name + " " + s.Value
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, ", then ")
	if x := d.h.Recorded; x != nil {
		text = fmt.Sprintf("real processes: %s on CPU %d of %s", x.Policy, x.CPU, x.System)
	}
	return fmt.Sprintf("%s · CPUs: %d · switch %s · unit %s", text, d.h.CPUs, d.h.Number(d.h.Switch), d.h.UnitText)
}

// describe is the picture in words, for those who can't see it.
func (d *drawing) describe() string {
	figures := d.lanes.Figures()
	var b strings.Builder
	b.WriteString(d.subtitle() + ".")
	for i, t := range d.h.Tasks[:d.shown] {
		f := &figures.Tasks[i]
		fmt.Fprintf(&b, " %s: arrives %s", t.Name, d.h.Number(t.Arrival))
		if f.Start >= 0 {
			fmt.Fprintf(&b, ", first runs %s", d.h.Number(f.Start))
		}
		if f.Finish >= 0 {
			fmt.Fprintf(&b, ", ends %s", d.h.Number(f.Finish))
		}
		fmt.Fprintf(&b, ", waits %s, blocked %s", d.h.Number(f.Ready), d.h.Number(f.Blocked))
		if t.InJobs() {
			missed := 0
			for _, j := range d.lanes.Jobs(trace.TaskID(i)) {
				if j.Due(d.end) {
					missed++
				}
			}
			fmt.Fprintf(&b, ", jobs %d, deadlines missed %d", len(d.lanes.Jobs(trace.TaskID(i))), missed)
		}
		b.WriteString(".")
	}
	return b.String()
}

// step is the least time that is drawn by itself: half a pixel.
func (d *drawing) step() trace.Time { return d.end / (2 * chartWidth) }

func (d *drawing) tasks() {
	figures := d.lanes.Figures()
	for i, t := range d.h.Tasks[:d.shown] {
		y := d.top + float64(i)*taskHeight
		d.line(`<text class="name" x="%.1f" y="%.1f">%s</text>`, d.left-8, y+21, escape(t.Name))
		d.line(`<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, d.left, y+taskHeight-3, d.left+chartWidth, y+taskHeight-3)
		d.lanes.Task(trace.TaskID(i)).Each(0, d.end, d.step(), func(s trace.Span) bool {
			if l, ok := lookOf(s); ok {
				d.span(s, l, y)
			}
			return true
		})
		if finish := figures.Tasks[i].Finish; finish >= 0 {
			if x := d.x(finish) + 6; figures.Tasks[i].Killed {
				d.crossOut(x, y+15)
			} else {
				d.line(`<circle class="end" cx="%.1f" cy="%.1f" r="5"/>`, x, y+15)
			}
		}
	}
}

func lookOf(s trace.Span) (look, bool) {
	switch {
	case s.Switching:
		return switchX, true
	case s.Suspended && s.State == trace.Ready:
		return readySuspend, true
	case s.Suspended:
		return blockedSuspend, true
	case s.Spinning:
		return spins, true
	case s.State == trace.Running:
		return running, true
	case s.State == trace.Ready:
		return ready, true
	case s.State == trace.Blocked:
		return blocked, true
	case s.State == trace.Stopped:
		return stopped, true
	}
	return look{}, false
}

// span draws a stretch of a task's lane: running and switching at full height,
// ready thin, blocked hatched.
func (d *drawing) span(s trace.Span, l look, y float64) {
	const full = 26
	x, width := d.x(s.Start), max(d.x(s.End)-d.x(s.Start), 0.5)
	top, height := y+2, float64(full)
	if s.Copying { // two rails
		d.line(`<rect class="%s" x="%.2f" y="%.1f" width="%.2f" height="8"/>`, l.class, x, top, width)
		d.line(`<rect class="%s" x="%.2f" y="%.1f" width="%.2f" height="8"/>`, l.class, x, top+full-8, width)
		return
	}
	switch l.class {
	case "r":
		top, height = y+10, 10
	case "b":
		top, height = y+6, 18
	case "rs", "bs":
		top, height = y+9, 12
	}
	d.line(`<rect class="%s" x="%.2f" y="%.1f" width="%.2f" height="%.1f"/>`, l.class, x, top, width, height)
	if width >= 14 && l.class != "b" {
		d.line(`<text class="letter" x="%.2f" y="%.1f">%s</text>`, x+width/2, y+19, l.letter)
	} else if width >= 14 { // a plate, so that it can be read on the hatching
		d.line(`<rect x="%.2f" y="%.1f" width="12" height="14" fill="#fff"/><text class="letter" x="%.2f" y="%.1f">%s</text>`,
			x+width/2-6, y+8, x+width/2, y+19, l.letter)
	}
}

func (d *drawing) cpus() {
	for cpu := range d.h.CPUs {
		y := d.top + float64(d.shown)*taskHeight + 8 + float64(cpu)*cpuHeight
		d.line(`<text class="name" x="%.1f" y="%.1f">CPU %d</text>`, d.left-8, y+19, cpu)
		d.lanes.CPU(cpu).Each(0, d.end, d.step(), func(s trace.Span) bool {
			x, width := d.x(s.Start), max(d.x(s.End)-d.x(s.Start), 0.5)
			class, name := "cpu", d.h.Tasks[s.Task].Name
			if s.Switching {
				class, name = "c", "C"
			}
			d.line(`<rect class="%s" x="%.2f" y="%.1f" width="%.2f" height="24"/>`, class, x, y+2, width)
			if s.Count <= 1 && width >= float64(columns(name))*charWidth+4 {
				d.line(`<text class="mid" x="%.2f" y="%.1f">%s</text>`, x+width/2, y+19, escape(name))
			}
			return true
		})
	}
}

// axis marks round instants, some ten of them.
func (d *drawing) axis() {
	step := d.h.Unit
	for n := 0; d.end/step > 12; n++ {
		if n%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	for t := trace.Time(0); t <= d.end; t += step {
		d.line(`<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, d.x(t), d.top-4, d.x(t), d.bottom+4)
		d.line(`<text class="small mid" x="%.1f" y="%.1f">%s</text>`, d.x(t), d.bottom+lineHeight, d.h.Number(t))
	}
	y := d.bottom + 2*lineHeight + 6
	x := d.left
	looks := []look{running, ready, blocked, switchX}
	if d.spins {
		looks = append(looks, spins)
	}
	if m := d.h.Memory; m != nil && m.Frames > 0 {
		looks = append(looks, readySuspend, blockedSuspend)
	}
	for _, l := range looks {
		d.line(`<rect class="%s" x="%.1f" y="%.1f" width="22" height="14"/>`, l.class, x, y-12)
		text := l.letter + " " + l.word
		d.line(`<text class="small" x="%.1f" y="%.1f">%s</text>`, x+28, y, text)
		x += 28 + float64(len(text))*charWidth + 16
	}
	d.line(`<circle class="end" cx="%.1f" cy="%.1f" r="5"/>`, x+6, y-5)
	d.line(`<text class="small" x="%.1f" y="%.1f">ended</text>`, x+18, y)
	if d.h.InJobs() {
		d.jobLegend(x+18+7*charWidth, y)
	}
}

// footLines say by which conventions, and what the picture is of.
func (d *drawing) footLines() []string {
	var lines []string
	if more := len(d.h.Tasks) - d.shown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more tasks", more))
	}
	var settings []string
	for _, s := range d.h.Conventions {
		settings = append(settings, s.Name+": "+s.Value)
	}
	if len(settings) > 0 {
		lines = append(lines, strings.Join(settings, " · "))
	}
	if x := d.h.Recorded; x != nil {
		lines = append(lines, fmt.Sprintf("recorded by %s; others had the CPU %.2f %% of the time", x.Level, 100*x.Interference))
	}
	return append(lines, fmt.Sprintf("seed %d · run %s · %s", d.h.Seed, d.h.ID, d.rec.Hash()))
}

func (d *drawing) foot() {
	for i, text := range d.foots {
		d.line(`<text class="small" x="%d" y="%.1f">%s</text>`, margin, d.bottom+4*lineHeight+float64(i)*lineHeight, escape(text))
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// escape makes a text fit to stand in the picture.
func escape(s string) string {
	return escaper.Replace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s))
}

// columns is about how wide a text is, in Latin letters.
func columns(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x2E80 {
			n++
		}
	}
	return n
}

// crossOut marks what was killed.
func (d *drawing) crossOut(x, y float64) {
	const r = 4
	d.line(`<path class="end" d="M%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1f"/>`, x-r, y-r, x+r, y+r, x-r, y+r, x+r, y-r)
}

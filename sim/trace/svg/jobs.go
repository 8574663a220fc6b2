package svg

import "timeslice/sim/trace"

// Marks of jobs: an arrow up where one is released, an arrow down where its
// deadline is, a circle with a cross where the deadline was missed and a square
// with one where the job was dropped.
const (
	headHeight = 5.0
	headHalf   = 3.5
	markSize   = 6.5
	closeArrow = 2*headHalf + 1 // arrows nearer than that on average are left out
)

// jobs draws the marks of a task's jobs on its lane, whose top is y.
func (d *drawing) jobs(id trace.TaskID, y float64) {
	jobs := d.lanes.Jobs(id)
	if float64(len(jobs))*closeArrow <= chartWidth {
		for _, j := range jobs {
			d.arrow(d.x(j.Release), y-2, y+taskHeight-2, true)
			if j.Deadline >= 0 && j.Deadline <= d.end {
				d.arrow(d.x(j.Deadline), y-2, y+taskHeight-2, false)
			}
		}
	}
	d.lanes.Missed(id, 0, d.end+1, d.step(), func(j trace.Job) {
		at := j.Deadline
		if at < 0 {
			at = j.Finish
		}
		d.cross(d.x(at), y+15, j.Aborted)
	})
}

// arrow draws an arrow, up or down.
func (d *drawing) arrow(x, top, bottom float64, up bool) {
	tip, base := top, top+headHeight
	if !up {
		tip, base = bottom, bottom-headHeight
	}
	d.line(`<path class="job" d="M%.2f %.1fV%.1fM%.2f %.1fL%.2f %.1fL%.2f %.1fZ"/>`,
		x, top, bottom, x, tip, x-headHalf, base, x+headHalf, base)
}

// cross draws what went wrong about a point.
func (d *drawing) cross(x, y float64, dropped bool) {
	const arm = markSize * 0.45
	if dropped {
		d.line(`<rect class="miss" x="%.2f" y="%.1f" width="%.1f" height="%.1f"/>`, x-markSize, y-markSize, 2*markSize, 2*markSize)
	} else {
		d.line(`<circle class="miss" cx="%.2f" cy="%.1f" r="%.1f"/>`, x, y, markSize)
	}
	d.line(`<path d="M%.2f %.2fL%.2f %.2fM%.2f %.2fL%.2f %.2f"/>`, x-arm, y-arm, x+arm, y+arm, x-arm, y+arm, x+arm, y-arm)
}

// jobLegend says what the marks mean.
func (d *drawing) jobLegend(x, y float64) {
	for i, word := range []string{"release", "deadline", "missed", "dropped"} {
		if i < 2 {
			d.arrow(x+6, y-14, y+4, i == 0)
		} else {
			d.cross(x+6, y-5, i == 3)
		}
		d.line(`<text class="small" x="%.1f" y="%.1f">%s</text>`, x+18, y, word)
		x += 18 + float64(len(word))*charWidth + 16
	}
}

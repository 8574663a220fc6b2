package shell

import (
	"strconv"

	"timeslice/sim/trace"
	"timeslice/widgets"
)

// mostJobs is how many jobs the table of figures lists; the files that a run is
// exported to have them all.
const mostJobs = 500

// jobRows are the lines of the table of figures that tell of each job, with an
// empty line before them; none if nothing runs in jobs.
func (s *Shell) jobRows(r *trace.Recording) [][]string {
	h := &r.Header
	if !h.InJobs() {
		return nil
	}
	jobs := trace.Jobs(r)
	missed := 0
	for i := range jobs {
		if jobs[i].Missed {
			missed++
		}
	}
	rows := [][]string{nil, {s.words.T("figure.jobs", "N", len(jobs), "Missed", missed)}}
	for _, id := range []string{"figure.job", "figure.release", "figure.deadline", "figure.start", "figure.finish", "figure.response"} {
		rows[1] = append(rows[1], s.words.T(id))
	}
	rows[1] = append(rows[1], s.words.T("figure.kept"))
	u := widgets.UnitOf(h)
	for i := range jobs[:min(len(jobs), mostJobs)] {
		j := &jobs[i]
		deadline := u.Format(max(j.Deadline, 0))
		if j.Deadline < 0 {
			deadline = "–"
		}
		kept := "✓"
		switch {
		case j.Aborted:
			kept = "✗ " + s.words.T("timeline.dropped")
		case j.Missed:
			kept = "✗ " + s.words.T("timeline.missed")
		case j.Finish < 0 || j.Deadline < 0:
			kept = "–"
		}
		rows = append(rows, []string{h.Tasks[j.Task].Name, strconv.FormatInt(j.K, 10), u.Format(j.Release), deadline,
			orNever(h, j.Start), orNever(h, j.Finish), orNever(h, j.Response()), kept})
	}
	if more := len(jobs) - mostJobs; more > 0 {
		rows = append(rows, []string{s.words.T("stage.more", "N", more)})
	}
	return rows
}

package report

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// JobFigures are the figures of a job that [Report.JobFigure] knows, in the
// order they are printed.
var JobFigures = []string{"release", "deadline", "start", "finish", "aborted", "missed", "response"}

// Jobs returns the jobs of the tasks that run in jobs, by release, then task.
func (r *Report) Jobs() []trace.Job { return r.jobs }

// JobFigure returns a figure of a job as text: a number, true or false, or
// "null" for what never happened; ok is false if there is no such figure.
func (r *Report) JobFigure(j *trace.Job, name string) (text string, ok bool) {
	switch name {
	case "release":
		return r.time(j.Release), true
	case "deadline":
		return r.time(j.Deadline), true
	case "start":
		return r.time(j.Start), true
	case "finish":
		return r.time(j.Finish), true
	case "response":
		return r.time(j.Response()), true
	case "aborted":
		return strconv.FormatBool(j.Aborted), true
	case "missed":
		return strconv.FormatBool(j.Missed), true
	}
	return "", false
}

// JobJSON returns a job as an object, as reference cases write it.
func (r *Report) JobJSON(j *trace.Job) string {
	parts := []string{`"task": ` + Quote(r.header.Tasks[j.Task].Name), `"k": ` + strconv.FormatInt(j.K, 10)}
	for _, name := range JobFigures {
		text, _ := r.JobFigure(j, name)
		parts = append(parts, Quote(name)+": "+text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// countJobs returns how many jobs were aborted, and how many of each task
// missed their deadlines.
func countJobs(jobs []trace.Job) (aborted int, missed map[trace.TaskID]int) {
	missed = map[trace.TaskID]int{}
	for i := range jobs {
		if jobs[i].Aborted {
			aborted++
		}
		if jobs[i].Missed {
			missed[jobs[i].Task]++
		}
	}
	return aborted, missed
}

// jobTotal returns "aborted", "missed", or "missed." and the name of a task.
func (r *Report) jobTotal(name string) (n int, ok bool) {
	aborted, missed := countJobs(r.jobs)
	if name == "aborted" {
		return aborted, true
	}
	task, one := strings.CutPrefix(name, "missed.")
	if !one {
		for _, k := range missed {
			n += k
		}
		return n, name == "missed"
	}
	for i := range r.header.Tasks {
		if r.header.Tasks[i].Name == task {
			return missed[trace.TaskID(i)], true
		}
	}
	return 0, false
}

// jobTotals returns the members of the totals that are about jobs.
func (r *Report) jobTotals() []string {
	if !r.header.InJobs() {
		return nil
	}
	aborted, missed := countJobs(r.jobs)
	var parts []string
	for i := range r.header.Tasks {
		if r.header.Tasks[i].InJobs() {
			parts = append(parts, Quote(r.header.Tasks[i].Name)+": "+strconv.Itoa(missed[trace.TaskID(i)]))
		}
	}
	return []string{`"missed": {` + strings.Join(parts, ", ") + "}", `"aborted": ` + strconv.Itoa(aborted)}
}

// textJobs writes a row for each task that runs in jobs: how many there were,
// how many missed their deadlines, the longest response, and the first that
// missed.
func (r *Report) textJobs(out *bufio.Writer) {
	if !r.header.InJobs() {
		return
	}
	rows := [][]string{{"task", "jobs", "done", "missed", "aborted", "longest response", "first missed"}}
	for i := range r.header.Tasks {
		if !r.header.Tasks[i].InJobs() {
			continue
		}
		jobs, done, missed, aborted, longest, first := 0, 0, 0, 0, trace.Time(-1), "–"
		for k := range r.jobs {
			j := &r.jobs[k]
			if int(j.Task) != i {
				continue
			}
			jobs++
			if j.Response() >= 0 {
				done++
				longest = max(longest, j.Response())
			}
			if j.Aborted {
				aborted++
			}
			if j.Missed {
				if missed++; missed == 1 {
					first = fmt.Sprintf("job %d at %s", j.K, r.time(j.Deadline))
				}
			}
		}
		response := "–"
		if longest >= 0 {
			response = r.time(longest)
		}
		rows = append(rows, []string{r.header.Tasks[i].Name, strconv.Itoa(jobs), strconv.Itoa(done), strconv.Itoa(missed), strconv.Itoa(aborted), response, first})
	}
	fmt.Fprintln(out)
	Table(out, rows)
}

// mostJobs is how many jobs are listed one by one in the text to read; all of
// them are in the JSON form.
const mostJobs = 200

// textEachJob writes a row for each job.
func (r *Report) textEachJob(out *bufio.Writer) {
	if len(r.jobs) == 0 {
		return
	}
	rows := [][]string{{"task", "job", "release", "deadline", "start", "finish", "response", ""}}
	for i := range r.jobs[:min(len(r.jobs), mostJobs)] {
		j := &r.jobs[i]
		row := []string{r.header.Tasks[j.Task].Name, strconv.FormatInt(j.K, 10)}
		for _, figure := range []string{"release", "deadline", "start", "finish", "response"} {
			text, _ := r.JobFigure(j, figure)
			if text == "null" {
				text = "–"
			}
			row = append(row, text)
		}
		end := ""
		switch {
		case j.Aborted:
			end = "dropped"
		case j.Missed:
			end = "missed"
		}
		rows = append(rows, append(row, end))
	}
	fmt.Fprintln(out)
	Table(out, rows)
	if more := len(r.jobs) - mostJobs; more > 0 {
		fmt.Fprintf(out, "… and %d more jobs; --json has them all\n", more)
	}
}

// jobRow is the line below a task's in the chart: where its jobs are released,
// where their deadlines are and which were missed. Where several fall into one
// column the missed one shows. It is empty for a task that doesn't run in jobs.
func (r *Report) jobRow(c chart, task int) string {
	if !r.header.Tasks[task].InJobs() {
		return ""
	}
	row := make([]rune, c.columns+1)
	for i := range row {
		row[i] = ' '
	}
	put := func(t trace.Time, mark rune) {
		at := &row[min(int(t/c.step), c.columns)]
		switch {
		case *at == '✗' || *at == mark:
		case mark != '✗' && (*at == '↑' || *at == '↓' || *at == '↕'):
			*at = '↕'
		default:
			*at = mark
		}
	}
	for i := range r.jobs {
		j := &r.jobs[i]
		if int(j.Task) != task {
			continue
		}
		put(j.Release, '↑')
		if j.Deadline >= 0 && j.Deadline <= r.lanes.End() {
			put(j.Deadline, '↓')
		}
		if j.Missed && j.Deadline >= 0 {
			put(j.Deadline, '✗')
		}
	}
	return strings.TrimRight(string(row), " ")
}

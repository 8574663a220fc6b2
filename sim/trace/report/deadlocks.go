package report

import (
	"bufio"
	"fmt"
	"strings"

	"timeslice/sim/trace"
)

// Deadlock is a circle of tasks of which each waits for a lock that the next one
// holds.
type Deadlock struct {
	At    trace.Time
	Links []Link
}

// Link is a task that waits for a lock somebody holds.
type Link struct {
	Task, By trace.TaskID
	Lock     int
}

// Deadlocks returns the deadlocks of the run, in order.
func (r *Report) Deadlocks() []Deadlock {
	var all []Deadlock
	open := false
	for _, e := range r.rec.Events(0) {
		if e.Kind != trace.Deadlock {
			continue
		}
		if !open {
			all = append(all, Deadlock{At: e.Time})
		}
		d := &all[len(all)-1]
		d.Links = append(d.Links, Link{e.Task, trace.TaskID(e.Arg), e.Object})
		open = d.Links[0].Task != trace.TaskID(e.Arg)
	}
	return all
}

// hopeless returns the waits that never end, as things stand at the end of the
// run.
func (r *Report) hopeless() []trace.Wait {
	var s trace.Snapshot
	r.rec.Snapshot(&s, r.rec.End())
	return trace.WaitFor(r.header, &s).Hopeless()
}

// fates say in English why a wait never ends.
var fates = map[trace.Fate]string{
	trace.Circle: "deadlock",
	trace.Behind: "behind somebody who waits for ever",
	trace.Gone:   "who holds it has ended",
	trace.Nobody: "nobody is left to end it",
}

func (r *Report) textDeadlocks(out *bufio.Writer) {
	deadlocks, hopeless := r.Deadlocks(), r.hopeless()
	if len(deadlocks) == 0 && len(hopeless) == 0 {
		return
	}
	fmt.Fprintln(out)
	for _, d := range deadlocks {
		var links []string
		for _, l := range d.Links {
			links = append(links, fmt.Sprintf("%s waits for %s, which %s holds",
				r.header.Tasks[l.Task].Name, r.header.Resources[l.Lock].Name, r.header.Tasks[l.By].Name))
		}
		fmt.Fprintf(out, "deadlock at %s: %s\n", r.time(d.At), strings.Join(links, "; "))
	}
	for _, w := range hopeless {
		fmt.Fprintf(out, "%s waits for %s for ever: %s\n", r.header.Tasks[w.Task].Name, r.header.Resources[w.Resource].Name, fates[w.Fate])
	}
}

// jsonDeadlocks writes the deadlocks, and who waits for ever at the end, if there
// are any.
func (r *Report) jsonDeadlocks(out *writer) {
	if deadlocks := r.Deadlocks(); deadlocks != nil {
		out.key("deadlocks", "[")
		for i, d := range deadlocks {
			var links []string
			for _, l := range d.Links {
				links = append(links, fmt.Sprintf(`{"task": %s, "waits_for": %s, "held_by": %s}`,
					Quote(r.header.Tasks[l.Task].Name), Quote(r.header.Resources[l.Lock].Name), Quote(r.header.Tasks[l.By].Name)))
			}
			out.row(i, `{"at": `+r.time(d.At)+`, "circle": [`+strings.Join(links, ", ")+"]}")
		}
		out.text("]")
	}
	if hopeless := r.hopeless(); len(hopeless) > 0 {
		out.key("stuck", "[")
		for i, w := range hopeless {
			out.row(i, fmt.Sprintf(`{"task": %s, "waits_for": %s, "why": %s}`,
				Quote(r.header.Tasks[w.Task].Name), Quote(r.header.Resources[w.Resource].Name), Quote(w.Fate.String())))
		}
		out.text("]")
	}
}

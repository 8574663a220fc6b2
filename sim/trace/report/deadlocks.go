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
	Lock     int // -1: it waits for the end of By
}

// Deadlocks returns the deadlocks of the run, in order.
func (r *Report) Deadlocks() []Deadlock {
	var all []Deadlock
	open := false
	for _, e := range r.rec.Events(0) {
		lock := e.Object
		switch e.Kind {
		case trace.Deadlock:
		case trace.DeadlockJoin:
			lock = -1
		default:
			continue
		}
		if !open {
			all = append(all, Deadlock{At: e.Time})
		}
		d := &all[len(all)-1]
		d.Links = append(d.Links, Link{e.Task, trace.TaskID(e.Arg), lock})
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
	deadlocks, hopeless, troubles := r.Deadlocks(), r.hopeless(), trace.Troubles(r.rec)
	if len(deadlocks) == 0 && len(hopeless) == 0 && len(troubles) == 0 {
		return
	}
	fmt.Fprintln(out)
	for _, d := range deadlocks {
		var links []string
		for _, l := range d.Links {
			task, by := r.header.Tasks[l.Task].Name, r.header.Tasks[l.By].Name
			if l.Lock < 0 {
				links = append(links, task+" waits for the end of "+by)
			} else {
				links = append(links, fmt.Sprintf("%s waits for %s, which %s holds", task, r.header.Resources[l.Lock].Name, by))
			}
		}
		fmt.Fprintf(out, "deadlock at %s: %s\n", r.time(d.At), strings.Join(links, "; "))
	}
	for _, w := range hopeless {
		fmt.Fprintf(out, "%s waits for %s for ever: %s\n", r.header.Tasks[w.Task].Name, r.what(w.Resource, w.For), fates[w.Fate])
	}
	for _, x := range troubles {
		what := "starvation: %s was ready and passed over %d times from %s to %s\n"
		if x.Kind == trace.Livelock {
			what = "livelock: %s gave up %d times in vain, as another did, from %s to %s\n"
		}
		fmt.Fprintf(out, what, r.header.Tasks[x.Task].Name, x.Times, r.time(x.From), r.time(x.To))
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
				what := "null" // it waits for the end of the other
				if l.Lock >= 0 {
					what = Quote(r.header.Resources[l.Lock].Name)
				}
				links = append(links, fmt.Sprintf(`{"task": %s, "waits_for": %s, "held_by": %s}`,
					Quote(r.header.Tasks[l.Task].Name), what, Quote(r.header.Tasks[l.By].Name)))
			}
			out.row(i, `{"at": `+r.time(d.At)+`, "circle": [`+strings.Join(links, ", ")+"]}")
		}
		out.text("]")
	}
	if troubles := trace.Troubles(r.rec); troubles != nil {
		out.key("troubles", "[")
		for i, x := range troubles {
			out.row(i, fmt.Sprintf(`{"kind": %s, "task": %s, "from": %s, "to": %s, "times": %d}`,
				Quote(x.Kind.String()), Quote(r.header.Tasks[x.Task].Name), r.time(x.From), r.time(x.To), x.Times))
		}
		out.text("]")
	}
	if hopeless := r.hopeless(); len(hopeless) > 0 {
		out.key("stuck", "[")
		for i, w := range hopeless {
			out.row(i, fmt.Sprintf(`{"task": %s, "waits_for": %s, "why": %s}`,
				Quote(r.header.Tasks[w.Task].Name), Quote(r.what(w.Resource, w.For)), Quote(w.Fate.String())))
		}
		out.text("]")
	}
}

// what names what somebody waits for: a resource, or the end of tasks.
func (r *Report) what(resource int, tasks []trace.TaskID) string {
	if resource >= 0 {
		return r.header.Resources[resource].Name
	}
	if len(tasks) == 0 {
		return "a child"
	}
	var names []string
	for _, id := range tasks {
		names = append(names, r.header.Tasks[id].Name)
	}
	return strings.Join(names, ", ")
}

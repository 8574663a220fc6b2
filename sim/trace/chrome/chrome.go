// Package chrome writes a run in the JSON that trace viewers of browsers read
// ("Trace Event Format"): Perfetto, chrome://tracing, speedscope and others.
package chrome

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"timeslice/sim/trace"
)

// The two groups of lanes a viewer shows.
const (
	cpus  = 1
	tasks = 2
)

// Write writes a recording: a lane for each CPU with the tasks it runs, and a
// lane for each task with its states; wake-ups are arrows from the task that
// woke another. Equal recordings give equal bytes.
func Write(to io.Writer, r *trace.Recording) error {
	lanes := trace.NewLanes()
	lanes.Extend(r)
	w := &writer{out: bufio.NewWriter(to), h: &r.Header}
	w.text(`{"displayTimeUnit": "ns", "otherData": ` + w.about(r) + `, "traceEvents": [`)
	w.names()
	for cpu := range r.Header.CPUs {
		lanes.CPU(cpu).Each(0, lanes.End(), 0, func(s trace.Span) bool {
			name, kind := r.Header.Tasks[s.Task].Name, "running"
			if s.Switching {
				name, kind = "switch to "+name, "switch"
			}
			w.slice(cpus, cpu, name, kind, s)
			return true
		})
	}
	for i := range r.Header.Tasks {
		lanes.Task(trace.TaskID(i)).Each(0, lanes.End(), 0, func(s trace.Span) bool {
			if s.State == trace.New || s.State == trace.Terminated {
				return true
			}
			w.slice(tasks, i, w.state(s), s.State.String(), s)
			return true
		})
	}
	w.wakes(r)
	w.text("\n]}\n")
	return w.out.Flush()
}

type writer struct {
	out   *bufio.Writer
	h     *trace.Header
	after bool // something stands in the list
}

func (w *writer) text(s string) { _, _ = w.out.WriteString(s) } // Flush tells the error

func (w *writer) event(format string, args ...any) {
	if w.after {
		w.text(",")
	}
	w.after = true
	w.text("\n")
	fmt.Fprintf(w.out, format, args...)
}

// about says what the trace is of.
func (w *writer) about(r *trace.Recording) string {
	about := []string{`"workload": ` + quote(w.h.Workload), `"run": ` + quote(w.h.ID), `"hash": ` + quote(r.Hash())}
	for _, p := range w.h.Policies[:min(len(w.h.Policies), 1)] {
		about = append(about, `"policy": `+quote(p.Name))
	}
	for _, s := range w.h.Conventions {
		about = append(about, quote("convention "+s.Name)+": "+quote(s.Value))
	}
	return "{" + strings.Join(about, ", ") + "}"
}

// names says what processes and threads of the viewer are called, and in which
// order they stand.
func (w *writer) names() {
	for i, name := range []string{"CPUs", "Tasks"} {
		w.event(`{"ph": "M", "name": "process_name", "pid": %d, "args": {"name": %s}}`, i+1, quote(name))
		w.event(`{"ph": "M", "name": "process_sort_index", "pid": %d, "args": {"sort_index": %d}}`, i+1, i)
	}
	thread := func(group, id int, name string) {
		w.event(`{"ph": "M", "name": "thread_name", "pid": %d, "tid": %d, "args": {"name": %s}}`, group, id, quote(name))
		w.event(`{"ph": "M", "name": "thread_sort_index", "pid": %d, "tid": %d, "args": {"sort_index": %d}}`, group, id, id)
	}
	for cpu := range w.h.CPUs {
		thread(cpus, cpu, fmt.Sprint("CPU ", cpu))
	}
	for i, t := range w.h.Tasks {
		thread(tasks, i, t.Name)
	}
}

func (w *writer) slice(group, lane int, name, kind string, s trace.Span) {
	w.event(`{"ph": "X", "name": %s, "cat": %s, "pid": %d, "tid": %d, "ts": %s, "dur": %s}`,
		quote(name), quote(kind), group, lane, micros(s.Start), micros(s.End-s.Start))
}

// state names what a task does, and on what it waits.
func (w *writer) state(s trace.Span) string {
	switch {
	case s.Suspended:
		return s.State.String() + ", suspended"
	case s.Switching:
		return fmt.Sprintf("switching in on CPU %d", s.CPU)
	case s.Copying:
		return fmt.Sprintf("copying on CPU %d", s.CPU)
	case s.Spinning:
		return fmt.Sprintf("spinning on CPU %d", s.CPU)
	case s.State == trace.Running:
		return fmt.Sprintf("running on CPU %d", s.CPU)
	case s.State == trace.Blocked && s.Resource >= 0:
		return fmt.Sprintf("blocked: %s %s", s.Cause, w.h.Resources[s.Resource].Name)
	case s.State == trace.Blocked:
		return fmt.Sprintf("blocked: %s", s.Cause)
	}
	return s.State.String()
}

// wakes draws an arrow from whoever woke a task to that task.
func (w *writer) wakes(r *trace.Recording) {
	n := 0
	for _, e := range r.Events(0) {
		switch e.Kind {
		case trace.WakeLock, trace.WakePut, trace.WakeGet, trace.WakeDone, trace.WakeRoom, trace.WakeBytes, trace.WakeResult:
		default:
			continue
		}
		if e.Arg < 0 || e.Arg >= int64(len(w.h.Tasks)) {
			continue
		}
		n++
		w.event(`{"ph": "s", "name": "wake", "cat": "wake", "id": %d, "pid": %d, "tid": %d, "ts": %s}`, n, tasks, e.Arg, micros(e.Time))
		w.event(`{"ph": "f", "bp": "e", "name": "wake", "cat": "wake", "id": %d, "pid": %d, "tid": %d, "ts": %s}`, n, tasks, e.Task, micros(e.Time))
	}
}

// micros writes a time in microseconds, which the format counts in, exactly.
func micros(t trace.Time) string { return trace.Number(t, 1000) }

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil { // texts always encode
		panic("chrome: " + err.Error())
	}
	return string(data)
}

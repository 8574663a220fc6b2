package report

import (
	"strconv"

	"timeslice/sim/trace"
)

// StateName returns what a span's state is called: one of a process that isn't in
// memory ends in _suspend.
func StateName(s trace.Span) string {
	if s.Suspended {
		return s.State.String() + "_suspend"
	}
	return s.State.String()
}

// memoryFigures are the figures of a task that a memory and a batch queue add.
func (r *Report) memoryFigures() (names []string) {
	m := r.header.Memory
	if m == nil {
		return nil
	}
	if m.Frames > 0 {
		names = append(names, "suspended")
	}
	if m.Degree > 0 {
		names = append(names, "queued")
	}
	if m.Paged {
		names = append(names, "copied")
	}
	return names
}

// copied returns how many pages a task has copied because its process shared them.
func (r *Report) copied(task int) (n int) {
	for _, e := range r.rec.Events(0) {
		if e.Kind == trace.CopyPage && int(e.Task) == task {
			n++
		}
	}
	return n
}

// memoryTotals are the figures of the whole run that a memory adds.
func (r *Report) memoryTotals() []string {
	switch m := r.header.Memory; {
	case m == nil || !m.Paged:
		return nil
	case m.Frames > 0:
		return []string{"pages_copied", "swapped_out", "swapped_in"}
	}
	return []string{"pages_copied"}
}

// memoryTotal returns one of them: how many pages were copied, and how many
// processes were swapped out and in.
func (r *Report) memoryTotal(name string) (n int, ok bool) {
	kind, ok := map[string]trace.Kind{"pages_copied": trace.CopyPage, "swapped_out": trace.SwapOut, "swapped_in": trace.SwapIn}[name]
	if !ok {
		return 0, false
	}
	for _, e := range r.rec.Events(0) {
		if e.Kind == kind {
			n++
		}
	}
	return n, true
}

// memoryJSON are the members of the machine that a memory and a batch queue add.
func (r *Report) memoryJSON(m *trace.Memory) (parts []string) {
	if m.Frames > 0 {
		parts = append(parts, `"memory": `+strconv.Itoa(m.Frames), `"swap_in": `+r.time(m.SwapIn), `"swap_out": `+r.time(m.SwapOut),
			`"residence": `+r.time(m.Residence))
	}
	if m.PageCopy > 0 {
		parts = append(parts, `"page_copy": `+r.time(m.PageCopy))
	}
	if m.Degree > 0 {
		parts = append(parts, `"multiprogramming": `+strconv.Itoa(m.Degree))
	}
	return parts
}

// memoryText says the same to read.
func (r *Report) memoryText(line func(name, format string, args ...any)) {
	m, h := r.header.Memory, r.header
	if m == nil {
		return
	}
	if m.Frames > 0 {
		line("", "memory of %d pages, swapping one out takes %s, in %s; residence %s", m.Frames, h.Number(m.SwapOut), h.Number(m.SwapIn), h.Number(m.Residence))
	}
	if m.PageCopy > 0 {
		line("", "copying a page takes %s", h.Number(m.PageCopy))
	}
	if m.Degree > 0 {
		line("", "a degree of multiprogramming of %d", m.Degree)
	}
}

package workload

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// MaxPages is how many pages a process, or the memory of a machine, has at most.
const MaxPages = 65_536

// The operations on memory. None takes time of its own, but for the copies of
// pages that it makes; see [Machine.PageCopy].
const (
	OpTouch OpCode = iota + 240 // write to the first Value pages of the process

	opMemoryEnd // one more than there are
)

// residenceUnits is how long, in units of the file, a process that could run stays
// in memory at least if the file doesn't say.
const residenceUnits = 100

// Paged reports whether the workload has to do with pages: it gives processes
// some, or the machine limits them or takes time to copy one. Then every process
// has one page if nothing else is said.
func (w *Workload) Paged() bool {
	if w.Machine.Memory > 0 || w.Machine.PageCopy > 0 {
		return true
	}
	paged := func(t *Task) bool {
		if t.Pages > 0 {
			return true
		}
		return t.Program != nil && t.Program.paged()
	}
	for i := range w.Tasks {
		if paged(&w.Tasks[i]) {
			return true
		}
	}
	for i := range w.Interventions {
		if add := w.Interventions[i].Add; add != nil && paged(add) {
			return true
		}
	}
	return false
}

// paged reports whether a program has to do with pages.
func (p *Program) paged() bool {
	for i := range p.Ops {
		if p.Ops[i].Code == OpTouch || p.Ops[i].Kin != nil && p.Ops[i].Kin.Own&OwnPages != 0 {
			return true
		}
	}
	return false
}

// Residence returns how long a process that could run stays in memory before it
// may be swapped out for another.
func (w *Workload) Residence() Time {
	if w.Machine.Residence > 0 {
		return w.Machine.Residence
	}
	return min(MaxTime, residenceUnits*w.Unit)
}

// memory reads a key of a machine that has to do with memory; ok is false if it
// isn't one.
func (r *reader) memory(key string, v *yaml.Node) (ok bool) {
	m := &r.w.Machine
	switch key {
	case "memory":
		n, _ := r.int(v, key, 1, MaxPages)
		m.Memory = int(n)
	case "page_copy":
		m.PageCopy, _ = r.time(v, key, 0)
	case "swap_in":
		m.SwapIn, _ = r.time(v, key, 0)
	case "swap_out":
		m.SwapOut, _ = r.time(v, key, 0)
	case "residence":
		m.Residence, _ = r.time(v, key, 1)
	case "multiprogramming":
		n, _ := r.int(v, key, 1, MaxTasks)
		m.Multiprogramming = int(n)
	default:
		return false
	}
	return true
}

// machineMemory writes them.
func (o *writer) machineMemory() (text string) {
	m := &o.w.Machine
	if m.Memory > 0 {
		text += ", memory: " + strconv.Itoa(m.Memory)
	}
	for _, c := range []struct {
		name string
		time Time
	}{{"page_copy", m.PageCopy}, {"swap_in", m.SwapIn}, {"swap_out", m.SwapOut}, {"residence", m.Residence}} {
		if c.time != 0 {
			text += ", " + c.name + ": " + o.time(c.time)
		}
	}
	if m.Multiprogramming > 0 {
		text += ", multiprogramming: " + strconv.Itoa(m.Multiprogramming)
	}
	return text
}

// touch reads `touch: 3`.
func (c *compiler) touch(n, v *yaml.Node) {
	if pages, ok := c.int(v, "touch", 1, MaxPages); ok {
		c.emit(n, Op{Code: OpTouch, Res: -1, Value: pages}, "touch "+strconv.FormatInt(pages, 10))
	}
}

// checkMemory refuses processes that never fit into memory, what touches pages
// that aren't there, and threads with what only processes have.
func (r *reader) checkMemory() {
	first := map[string]bool{}
	paged := r.w.Paged()
	check := func(t *Task) {
		if t.Implicit {
			return
		}
		thread := t.Group != "" && first[t.Group]
		first[t.Group] = true
		switch {
		case t.Pages > 0 && thread:
			r.failAt(t.Pos, "pages of the thread "+quote(t.Name), "pages of the first task of process "+quote(t.Group)+": its threads share them")
			return
		case t.Batch && t.Group != "":
			r.failAt(t.Pos, "batch: yes and process: "+t.Group+" of one task", "batch: yes of a process of its own")
		case t.Batch && t.Parent != "":
			r.failAt(t.Pos, "batch: yes and parent: "+t.Parent+" of one task", "one of them: who comes from the batch queue is started by the system")
		case t.Batch && (t.Period > 0 || t.Releases != nil || t.Deadline > 0):
			r.failAt(t.Pos, "batch: yes of a task that runs in jobs", "batch: yes of one without period, releases and deadline")
		case t.Batch && r.w.Machine.Multiprogramming == 0:
			r.failAt(t.Pos, "batch: yes without a degree of multiprogramming", "machine: {multiprogramming: 3}, how many processes are admitted at a time")
		}
		if !paged {
			return
		}
		pages := max(1, t.Pages)
		if m := r.w.Machine.Memory; m > 0 && pages > m {
			r.failAt(t.Pos, fmt.Sprintf("a process of %d pages", pages), fmt.Sprintf("the machine's memory has %d", m))
			return
		}
		if !thread && t.Program != nil {
			r.checkPages(t.Program, pages)
		}
	}
	for i := range r.w.Tasks {
		check(&r.w.Tasks[i])
	}
	for i := range r.w.Interventions {
		if add := r.w.Interventions[i].Add; add != nil {
			check(add)
		}
	}
}

// checkPages does the same for a program of a process with so many pages.
func (r *reader) checkPages(p *Program, pages int) {
	for i := range p.Ops {
		op := &p.Ops[i]
		if op.Code == OpTouch && op.Value > int64(pages) {
			r.failAt(r.placeOf(p, i), fmt.Sprintf("touch: %d in a process of %d pages", op.Value, pages),
				fmt.Sprintf("a number up to %d, or more pages: pages: %d", pages, op.Value))
		}
		if op.Code != OpSpawn || op.Kin == nil || op.Kin.Child == nil || op.Kin.Child.Program == nil {
			continue
		}
		own := pages
		if op.Kin.Own&OwnPages != 0 {
			own = op.Kin.Child.Pages
		}
		if m := r.w.Machine.Memory; m > 0 && own > m {
			r.failAt(r.placeOf(p, i), fmt.Sprintf("a process of %d pages", own), fmt.Sprintf("the machine's memory has %d", m))
			continue
		}
		if r.within++; r.within <= MaxNesting {
			r.checkPages(op.Kin.Child.Program, own)
		}
		r.within--
	}
}

// placeOf returns where an operation of a program stands in the file.
func (r *reader) placeOf(p *Program, i int) Pos {
	if at := r.programs.places[p]; i < len(at) {
		return at[i]
	}
	return Pos{Line: p.Ops[i].Line}
}

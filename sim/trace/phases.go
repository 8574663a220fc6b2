package trace

// phase is how far a task is in its program, and whether it copies what was read
// from the kernel to the process: the second phase of I/O, which needs a CPU as
// computing does.
type phase struct {
	pc      int
	left    Time // a signal handler copies for so long still
	began   Time // since when it runs, while it does
	handles bool // it runs in a signal handler
}

// copies reports whether some program has a phase of copying.
func (h *Header) copies() bool {
	for i := range h.Programs {
		for k := range h.Programs[i].Ops {
			if op := &h.Programs[i].Ops[k]; op.Copies || op.Handles {
				return true
			}
		}
	}
	return false
}

// copying reports whether a task that runs copies.
func (l *Lanes) copying(id TaskID) bool {
	if int(id) >= len(l.phases) {
		return false
	}
	p := &l.phases[id]
	ops := l.header.Programs[l.header.Tasks[id].Program].Ops
	return p.left > 0 || p.pc < len(ops) && ops[p.pc].Copies
}

// follow notes what an event means for the phase of its task. While it runs, its
// span and that of its CPU end where it begins to copy or has copied.
func (l *Lanes) follow(e Event) {
	for len(l.phases) < len(l.tasks) {
		l.phases = append(l.phases, phase{})
	}
	p := &l.phases[e.Task]
	switch {
	case e.Kind == Jump:
		p.pc = e.PC()
	case e.Kind == JobDone, e.Kind == Abort:
		p.pc = 0
	case e.Kind.Advances():
		p.pc++
	case e.Kind == Handler:
		p.left += Time(e.Arg)
	}
	cpu := l.sums[e.Task].running
	if cpu == 0 {
		p.handles = false
		return
	}
	info := spanInfo{what: uint32(cpu), state: Running, flags: l.sums[e.Task].spins}
	if l.copying(e.Task) {
		info.flags = spanCopy
	}
	l.part(e.Task, cpu-1, e.Time, info)
	if p.left > 0 && !p.handles {
		p.handles, p.began = true, e.Time
	}
}

// handled ends the copying of a signal handler that was over before an event of its
// task.
func (l *Lanes) handled(e Event) {
	if int(e.Task) >= len(l.phases) {
		return
	}
	p := &l.phases[e.Task]
	if !p.handles {
		return
	}
	if over := p.began + p.left; over <= e.Time {
		p.handles, p.left = false, 0
		if cpu := l.sums[e.Task].running; cpu > 0 && over < e.Time {
			l.part(e.Task, cpu-1, over, spanInfo{what: uint32(cpu), state: Running})
		}
		return
	}
	p.left -= e.Time - p.began
	p.began = e.Time
}

// part goes on with another span of a running task if it differs from the last.
func (l *Lanes) part(id TaskID, cpu int, at Time, info spanInfo) {
	lane := &l.tasks[id]
	if n := len(lane.info); n == 0 || lane.info[n-1] == info {
		return
	}
	lane.begin(at, info)
	l.cpus[cpu].begin(at, spanInfo{what: uint32(id), state: Running, flags: info.flags})
}

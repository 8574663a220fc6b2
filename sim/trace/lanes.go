package trace

import "sort"

// Span is a stretch of time in which nothing changed on a lane: a task stayed
// in one state, or a CPU did one thing.
type Span struct {
	Start, End Time // half-open; never empty
	State      State
	Cause      Cause  // of Blocked
	Task       TaskID // whose span it is; on a CPU's lane, whom it ran
	CPU        int    // of Running and Switching; -1 otherwise
	Resource   int    // of Blocked, -1 if none
	// Switching marks a context switch to Task: part of its ready time.
	Switching bool
	// Forced: Ready because it was made to leave its CPU, or Blocked because its
	// job was dropped.
	Forced bool
	// Suspended: it is Ready or Blocked while its process isn't in memory.
	Suspended bool
	// Copying: Running in the second phase of I/O, to copy what was read from the
	// kernel to the process.
	Copying bool
	// Spinning: of Running, it only asks again and again for what another has.
	Spinning bool
	// Count is 1, or how many spans too narrow to tell apart this one stands
	// for; it then shows the first of the longest of them.
	Count int
}

// Lanes holds the spans of every task and of every CPU of a recording, ready to
// be drawn or summed up. Spans of a lane stand in order of time without
// overlap. It grows with the recording: Extend takes in what is new.
type Lanes struct {
	header *Header
	tasks  []Lane
	cpus   []Lane
	sums   []taskSums
	jobs   []jobLane // of the tasks, if any runs in jobs
	phases []phase   // of the tasks, if any copies what it reads
	copies bool      // some program does
	looked int       // programs looked at for that
	next   int       // event to take in next
	end    Time
}

// Lane is the spans of one task or CPU.
type Lane struct {
	start []Time
	info  []spanInfo
	end   Time // of the last span, if it has ended
	open  bool // the last span goes on to the end of the recording
	lanes *Lanes
	cpu   int // of a CPU's lane, else -1
	bins  bins
}

// spanInfo is a span without its times. what is a task on a CPU's lane, else a
// resource plus one, or a CPU plus one.
type spanInfo struct {
	what  uint32
	state State
	cause Cause
	flags uint8
}

const (
	spanSwitch uint8 = 1 << iota
	spanGap          // nothing: a CPU idles, a task has ended
	spanForced       // see Span.Forced
	spanAway         // see Span.Suspended
	spanCopy         // see Span.Copying
	spanSpins        // see Span.Spinning

	spanGapBit = 1
)

// NewLanes returns empty lanes; call Extend.
func NewLanes() *Lanes { return &Lanes{} }

// Extend takes in what r holds beyond what was taken in before. r must be the
// same run, as long or longer: the recording itself or a later prefix of it.
func (l *Lanes) Extend(r *Recording) {
	l.header = &r.Header
	for len(l.cpus) < r.Header.CPUs {
		l.cpus = append(l.cpus, Lane{cpu: len(l.cpus)})
	}
	if n := len(r.Header.Tasks); n > len(l.jobs) && r.Header.InJobs() {
		l.jobs = append(l.jobs, make([]jobLane, n-len(l.jobs))...)
	}
	if l.looked < len(r.Header.Programs) {
		l.copies, l.looked = r.Header.copies(), len(r.Header.Programs)
	}
	l.grow(len(r.Header.Tasks))
	for i, e := range r.Events(l.next) {
		if l.copies && e.Task != NoTask {
			l.handled(e)
			l.take(e)
			l.follow(e)
		} else {
			l.take(e)
		}
		l.next = i + 1
	}
	l.end = r.End()
	for i := range l.tasks {
		l.tasks[i].lanes = l
		l.tasks[i].addBins()
	}
	for i := range l.cpus {
		l.cpus[i].lanes = l
		l.cpus[i].addBins()
	}
}

func (l *Lanes) grow(tasks int) {
	for len(l.tasks) < tasks {
		l.tasks = append(l.tasks, Lane{cpu: -1})
		l.sums = append(l.sums, taskSums{first: -1, ended: -1, lastCPU: -1})
	}
}

func (l *Lanes) take(e Event) {
	if e.Task == NoTask {
		return
	}
	l.grow(int(e.Task) + 1)
	if int(e.Task) < len(l.jobs) && l.header.Tasks[e.Task].InJobs() {
		l.jobs[e.Task].take(&l.header.Tasks[e.Task], e)
	}
	lane, sums := &l.tasks[e.Task], &l.sums[e.Task]
	to, changes := e.Kind.To()
	switch {
	case e.Kind == Pick:
		lane.begin(e.Time, spanInfo{what: uint32(e.CPU) + 1, state: Ready, flags: spanSwitch})
		l.cpus[e.CPU].begin(e.Time, spanInfo{what: uint32(e.Task), state: Ready, flags: spanSwitch})
		sums.taking = e.CPU + 1
		return
	case e.Kind == Stop:
		l.stop(e, lane, sums)
		return
	case e.Kind == Continue:
		sums.stopped = false
		lane.begin(e.Time, sums.goesOn())
		return
	case e.Kind == Suspend, e.Kind == Activate:
		sums.suspend(e, lane)
		return
	case e.Kind == Submit:
		lane.begin(e.Time, spanInfo{state: New})
		return
	case !changes:
		l.spin(e, sums)
		return
	}
	if sums.stopped || sums.away {
		if to == Ready || to == Blocked { // what it does once it may go on
			sums.after = infoOf(e, to)
			if !sums.stopped {
				lane.begin(e.Time, sums.goesOn())
			}
			return
		}
		sums.stopped, sums.away = false, false
	}
	ran := sums.running > 0
	if ran {
		l.cpus[sums.running-1].begin(e.Time, spanInfo{flags: spanGap})
		sums.running = 0
	} else if sums.taking > 0 && to != Running {
		l.cpus[sums.taking-1].begin(e.Time, spanInfo{flags: spanGap})
	}
	sums.taking = 0
	sums.count(e, ran)
	switch to {
	case Running:
		info, onCPU := spanInfo{what: uint32(e.CPU) + 1, state: Running, flags: sums.spins}, spanInfo{what: uint32(e.Task), state: Running, flags: sums.spins}
		if l.copies && l.copying(e.Task) {
			info.flags, onCPU.flags = spanCopy, spanCopy
		}
		if lane.resume(e.Time, info) {
			sums.resumed()
		} else {
			lane.begin(e.Time, info)
		}
		cpu := &l.cpus[e.CPU]
		if !cpu.resume(e.Time, onCPU) {
			cpu.begin(e.Time, onCPU)
		}
		sums.running = e.CPU + 1
	case Blocked:
		sums.spins = 0
		lane.begin(e.Time, infoOf(e, to))
	case Terminated:
		lane.begin(e.Time, spanInfo{flags: spanGap})
		lane.open = false
	case Ready:
		lane.begin(e.Time, infoOf(e, to))
	default:
		lane.begin(e.Time, spanInfo{state: to})
	}
}

// stop notes that a task is stopped, and what it does beside that.
func (l *Lanes) stop(e Event, lane *Lane, sums *taskSums) {
	if !sums.away {
		sums.after = lane.now()
		if sums.after.state == Ready {
			sums.after.flags = 0
		}
	}
	if sums.running > 0 {
		l.cpus[sums.running-1].begin(e.Time, spanInfo{flags: spanGap})
		sums.involuntary++
	} else if sums.taking > 0 {
		l.cpus[sums.taking-1].begin(e.Time, spanInfo{flags: spanGap})
	}
	sums.running, sums.taking, sums.stopped = 0, 0, true
	lane.begin(e.Time, spanInfo{state: Stopped})
}

// infoOf is the span that begins with an event which makes a task ready or blocked.
func infoOf(e Event, to State) spanInfo {
	info := spanInfo{state: to, cause: e.Kind.Cause()}
	switch {
	case to == Blocked && e.Kind.OnResource():
		info.what = uint32(e.Object) + 1
	case e.Kind == Abort, e.Kind == Expire, e.Kind == Preempt:
		info.flags = spanForced
	}
	return info
}

// now is what a task does that doesn't run, if nobody has stopped it.
func (l *Lane) now() spanInfo {
	n := len(l.info)
	switch {
	case n > 0 && l.info[n-1].state == Blocked:
		return l.info[n-1]
	case n > 0 && l.info[n-1].state == Ready:
		return spanInfo{state: Ready, flags: l.info[n-1].flags & spanForced}
	}
	return spanInfo{state: Ready}
}

// goesOn is the span of a task that nobody has stopped, or no more.
func (s *taskSums) goesOn() spanInfo {
	info := s.after
	info.flags &^= spanAway
	if s.away {
		info.flags |= spanAway
	}
	return info
}

// suspend notes that the process of a task isn't in memory, or is again.
func (s *taskSums) suspend(e Event, lane *Lane) {
	if e.Kind == Suspend && !s.stopped {
		s.after = lane.now()
	}
	if s.away = e.Kind == Suspend; !s.away {
		s.after.flags &^= spanForced // it was forced from its CPU before
	}
	if !s.stopped {
		lane.begin(e.Time, s.goesOn())
	}
}

// spin notes that a running task begins to spin, or has what it span for.
func (l *Lanes) spin(e Event, sums *taskSums) {
	was := sums.spins
	switch e.Kind {
	case Spin:
		sums.spins = spanSpins
	case IfTrue:
		if e.Object > 0 {
			sums.spins = spanSpins
		}
	case IfFalse, Lock, Refused:
		sums.spins = 0
	}
	if sums.spins == was || sums.running == 0 {
		return
	}
	info := spanInfo{what: uint32(sums.running), state: Running, flags: sums.spins}
	l.tasks[e.Task].begin(e.Time, info)
	info.what = uint32(e.Task)
	l.cpus[sums.running-1].begin(e.Time, info)
}

// begin ends the last span and opens another. A span that lasted no time is
// forgotten.
func (l *Lane) begin(t Time, info spanInfo) {
	if n := len(l.start); n > 0 && l.start[n-1] == t {
		if info.state == Ready {
			info.flags |= l.info[n-1].flags & spanForced
		}
		l.start, l.info = l.start[:n-1], l.info[:n-1]
	}
	l.end = t
	if n := len(l.start); info.flags&spanGap != 0 && (n == 0 || l.info[n-1].flags&spanGap != 0) {
		l.open = false
		return
	}
	l.start = append(l.start, t)
	l.info = append(l.info, info)
	l.open = true
}

// resume goes on with the span before the last if the last has just begun at t
// and the one before it is the same as info: a task whose slice was renewed
// never left its CPU.
func (l *Lane) resume(t Time, info spanInfo) bool {
	n := len(l.start)
	if n < 2 || l.start[n-1] != t || l.info[n-2] != info {
		return false
	}
	l.start, l.info = l.start[:n-1], l.info[:n-1]
	return true
}

// Tasks returns how many tasks have lanes.
func (l *Lanes) Tasks() int { return len(l.tasks) }

// Task returns the lane of a task. It starts at the task's arrival.
func (l *Lanes) Task(id TaskID) *Lane { return &l.tasks[id] }

// CPU returns the lane of a CPU: whom it ran, idle time left out.
func (l *Lanes) CPU(cpu int) *Lane { return &l.cpus[cpu] }

// End returns the instant up to which the lanes reach.
func (l *Lanes) End() Time { return l.end }

// Len returns how many spans the lane has, gaps included.
func (l *Lane) Len() int { return len(l.start) }

func (l *Lane) endOf(i int) Time {
	if i+1 < len(l.start) {
		return l.start[i+1]
	}
	if l.open {
		return max(l.lanes.end, l.start[i])
	}
	return l.end
}

// span returns span i; ok is false for a gap or an empty one.
func (l *Lane) span(i int) (s Span, ok bool) {
	info := l.info[i]
	s = Span{Start: l.start[i], End: l.endOf(i), State: info.state, Cause: info.cause, CPU: -1, Resource: -1, Count: 1}
	s.Switching = info.flags&spanSwitch != 0
	s.Forced = info.flags&spanForced != 0
	s.Suspended = info.flags&spanAway != 0
	s.Copying = info.flags&spanCopy != 0
	s.Spinning = info.flags&spanSpins != 0
	switch {
	case l.cpu >= 0:
		s.CPU, s.Task = l.cpu, TaskID(info.what)
	case info.state == Running || s.Switching:
		s.CPU = int(info.what) - 1
	case info.state == Blocked:
		s.Resource = int(info.what) - 1
	}
	return s, info.flags&spanGap == 0 && s.End > s.Start
}

// At returns the span at instant t; ok is false where there is none.
func (l *Lane) At(t Time) (s Span, ok bool) {
	i := sort.Search(len(l.start), func(i int) bool { return l.start[i] > t }) - 1
	if i < 0 {
		return Span{}, false
	}
	s, ok = l.span(i)
	return s, ok && t < s.End
}

// Each calls yield for the spans that touch [from, to), in order, until it
// returns false. Runs of spans shorter than step are told as one with a Count
// above 1, so that the number of calls is bounded by what can be seen, not by
// what was recorded: at most about 2·(to−from)/step. step 0 tells every span.
func (l *Lane) Each(from, to, step Time, yield func(Span) bool) {
	i := max(0, sort.Search(len(l.start), func(i int) bool { return l.start[i] > from })-1)
	for i < len(l.start) && l.start[i] < to {
		if end := l.endOf(i); end-l.start[i] >= step || step == 0 {
			if s, ok := l.span(i); ok && s.End > from && !yield(s) {
				return
			}
			i++
			continue
		}
		s, next := l.merge(i, step)
		if s.Count > 0 && s.End > from && !yield(s) {
			return
		}
		i = next
	}
}

// looked is how many spans of a merged run are looked at to choose which of
// them stands for all.
const looked = 16

// merge tells the run of short spans from i on as one; next is the span after.
func (l *Lane) merge(i int, step Time) (s Span, next int) {
	limit := l.start[i] + step
	next = i + gallop(l.start[i:], limit)
	// A long span may begin inside the step: it must show by itself.
	for next > i+1 && l.endOf(next-1)-l.start[next-1] >= step {
		next--
	}
	start, end := l.start[i], l.endOf(next-1)
	var longest Time = -1
	for k := i; k < min(next, i+looked); k++ {
		if x, ok := l.span(k); ok && x.End-x.Start > longest {
			s, longest = x, x.End-x.Start
		}
	}
	if longest < 0 {
		return Span{}, next
	}
	s.Start, s.End, s.Count = start, end, next-i
	return s, next
}

// gallop returns the first index, at least 1, whose time is at or after t.
func gallop(times []Time, t Time) int {
	step := 1
	for step < len(times) && times[step] < t {
		step *= 2
	}
	low, high := step/2, min(step, len(times))
	return max(1, low+sort.Search(high-low, func(k int) bool { return times[low+k] >= t }))
}

//go:build amd64 || arm64

package host

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
)

// recordAll runs a plan as often as asked and keeps the most typical run.
func recordAll(ctx context.Context, p *plan, o Options) (*Result, error) {
	m, err := probe(ctx, o)
	if err != nil {
		return nil, err
	}
	if p.policy != "SCHED_OTHER" && m.single {
		return nil, &RefusedError{Code: "realtime", What: "a real-time policy on the only CPU would stop everything else", Remedy: "record under SCHED_OTHER"}
	}
	level := o.Level
	var warns []Warning
	if level != LevelSelf {
		switch err := perfAllowed(); {
		case err == nil:
			level = LevelPerf
		case level == LevelPerf:
			return nil, &RefusedError{Code: "perf", What: "asking the kernel to record switches",
				Remedy: "set kernel.perf_event_paranoid to 2 or less, or let the workers record themselves", Err: err}
		default:
			level = LevelSelf
			warns = append(warns, Warning{Code: WarnPerfRefused, Number: float64(errnoOf(err))})
		}
	}
	if m.single {
		warns = append(warns, Warning{Code: WarnSingleCPU})
	}
	if m.busy >= quietEnough {
		warns = append(warns, Warning{Code: WarnBusy, Number: m.busy})
	}
	undo, stuck := keepOff(m.cpu)
	defer undo()
	if stuck > 0 {
		warns = append(warns, Warning{Code: WarnThreads, Number: float64(stuck)})
	}
	runs, err := takeAll(ctx, p, m, level, o)
	if err != nil {
		return nil, err
	}
	o.progress(StageRead, 0)
	res, err := choose(runs)
	if err != nil {
		return nil, err
	}
	r := &res.Report
	r.System, r.CPU, r.Policy = m.system, m.cpu, p.policy
	r.Tick, r.Slice = time.Duration(m.tick), time.Duration(m.slice)
	r.Warnings = append(append(append([]Warning(nil), p.warnings...), warns...), r.Warnings...)
	finishHeader(&res.Recording.Header, r)
	o.progress(StageRead, 1)
	return res, nil
}

// takeAll runs a plan as often as asked, and more often while others interfere.
func takeAll(ctx context.Context, p *plan, m *machine, level string, o Options) (runs []*take, err error) {
	n := max(o.Repeat, 1)
	began, clean := time.Now(), false
	for i := 0; ; i++ {
		spent := time.Since(began)
		switch more := i - n; {
		case more < 0:
		case clean || more >= o.Retry || spent+spent/time.Duration(i) > MaxTime:
			return runs, nil
		default:
			o.progress(StageAgain, 0)
		}
		total := max(n, i+1)
		part := func(stage string, f float64) { o.progress(stage, (float64(i)+f)/float64(total)) }
		t, err := takeOne(ctx, p, m, level, part)
		if err != nil {
			return nil, err
		}
		runs = append(runs, t)
		clean = clean || t.accepted()
	}
}

// mostAgain is how often a run is made again whose accounts contradict each other.
const mostAgain = 2

// takeOne runs a plan once. Should the accounts of what went through pipes not fit
// together, it does so again without pipes, and from then on.
func takeOne(ctx context.Context, p *plan, m *machine, level string, progress func(string, float64)) (*take, error) {
	for again := mostAgain; ; again-- {
		log, err := runOnce(ctx, p, m, level, progress)
		if err != nil {
			return nil, err
		}
		t, err := newTake(p, log)
		if err == nil {
			err = trace.Validate(t.rec)
		}
		if err == nil {
			return t, nil
		}
		if len(log.left) == 0 && again == 0 {
			return nil, fmt.Errorf("the recording contradicts itself: %w", err)
		}
		if len(log.left) == 0 {
			p.warn(Warning{Code: WarnDropped})
			continue
		}
		p.rings = true
		p.warn(Warning{Code: WarnPipe})
	}
}

// runOnce starts the workers, lets them run to their end and reads what was
// recorded.
func runOnce(ctx context.Context, p *plan, m *machine, level string, progress func(string, float64)) (*runLog, error) {
	runtime.LockOSThread() // see startCrew
	defer runtime.UnlockOSThread()
	progress(StageStart, 0)
	c, err := startCrew(p, m, level)
	if err != nil {
		return nil, err
	}
	defer c.end()
	if err := c.waitReady(ctx); err != nil {
		return nil, err
	}
	log := &runLog{level: level, cpu: m.cpu, tick: m.tick, slice: m.slice, warns: c.warns, left: map[int][]token{}}
	if level == LevelPerf {
		if err := c.attach(); err != nil {
			log.level = LevelSelf
			log.warns = append(log.warns, Warning{Code: WarnPerfRefused, Number: float64(errnoOf(err))})
		}
	}
	warns, err := c.setPolicies()
	if err != nil {
		return nil, err
	}
	log.warns = append(log.warns, warns...)
	progress(StageStart, 1)
	zero := c.open()
	if err := c.wait(ctx, zero, progress); err != nil {
		return nil, err
	}
	c.fetch()
	if err := c.read(log, zero); err != nil {
		return nil, err
	}
	if !c.idled && slices.ContainsFunc(log.tasks, func(t taskLog) bool { return t.killed > 0 && t.slain == 0 }) {
		log.warns = append(log.warns, Warning{Code: WarnLimit, Number: float64(p.limit)})
	}
	return log, nil
}

// wait waits until every worker has ended, and kills them if ctx ends or the
// limit is reached.
func (c *crew) wait(ctx context.Context, zero int64, progress func(string, float64)) error {
	every := 10 * time.Millisecond
	if c.m.single { // where this would disturb
		every *= 5
	}
	beat := time.NewTicker(every)
	defer beat.Stop()
	end := time.NewTimer(time.Duration(zero-nanotime()) + c.p.limit)
	defer end.Stop()
	c.readyActs()
	for c.alive > 0 || c.offspring() > 0 {
		var now <-chan time.Time
		next, in, ok := c.due(zero)
		if ok {
			now = time.After(max(in, 0))
		}
		select {
		case <-now:
			c.act(next)
		case g := <-c.exits:
			c.reaped(g)
		case <-beat.C:
			c.offspring()
			c.fetch()
			if c.idled = c.idle(); c.idled {
				c.kill()
				return nil
			}
			progress(StageRun, float64(nanotime()-zero)/float64(max(c.p.expected, time.Millisecond)))
		case <-ctx.Done():
			c.kill()
			return ctx.Err()
		case <-end.C:
			c.kill()
			return nil
		}
	}
	progress(StageRun, 1)
	return nil
}

// read turns what the workers and the kernel wrote into a log.
func (c *crew) read(log *runLog, zero int64) error {
	log.w, log.made = c.madeWorkload(zero), c.makings()
	members := slices.Clone(c.members)
	for id := len(members); id < len(log.w.Tasks); id++ {
		members = append(members, c.child(id))
	}
	log.tasks = make([]taskLog, len(members))
	lost := 0
	for i, b := range members {
		name := log.w.Tasks[i].Name
		mem := b.mem
		if n := mem.load(hDropped); n > 0 {
			return &UnfitError{Code: "records", Task: name, Found: fmt.Sprintf("%d records found no room", n),
				Limit: "a task may not switch that often", Remedy: "make its operations longer, or its locks less contended"}
		}
		t := &log.tasks[i]
		t.pid, t.nice = b.pid(), b.nice
		t.arrival = trace.Time(log.w.Tasks[i].Arrival)
		if s := mem.load(hStarted); s > 0 {
			t.started = max(since0(s, zero), t.arrival)
		}
		if e := mem.load(hEnded); e > 0 {
			t.ended = since0(e, zero)
		}
		if h := mem.load(hHeartbeat); h > zero {
			t.heartbeat = since0(h, zero)
		}
		t.cpu, t.stolen, t.late = time.Duration(mem.load(hCPUTime)), time.Duration(mem.load(hStolen)), time.Duration(mem.load(hLate))
		t.voluntary, t.involuntary = int(mem.load(hVoluntary)), int(mem.load(hInvoluntary))
		t.marks = readMarks(mem, zero)
		if i >= len(c.members) && c.roll(i, rPid) == 0 { // who was to make it was ended before
			t.slain, t.killed = endedWith, 1
		} else if fate := c.roll(i, rFate); fate > 0 && t.ended == 0 {
			t.slain, t.killed = int(fate), max(since0(c.roll(i, rFateAt), zero), 1)
			if t.slain == endedWith {
				t.exit = int(c.roll(i, rStatus))
			}
		} else if err := b.howItEnded(t, name, zero, c.p.limit); err != nil {
			return err
		}
		if t.late > 0 {
			log.warns = append(log.warns, Warning{Code: WarnLate, Task: name, Number: float64(t.late)})
		}
		log.end = max(log.end, t.ended, t.killed)
		if len(c.recorders) > 0 {
			t.switches = make([]cpuSwitch, 0)
		}
		for _, r := range c.recorders {
			for _, s := range r.got[b.tid] {
				t.switches = append(t.switches, cpuSwitch{at: since0(s.at, zero), out: s.out, runnable: s.runnable})
			}
		}
	}
	for id := len(c.members); id < len(log.tasks); id++ {
		c.tellOf(log, id, zero)
	}
	for _, r := range c.recorders {
		lost += r.lost
	}
	for _, q := range c.pipes {
		left, err := q.left()
		if err != nil {
			return err
		}
		log.left[q.resource] = left
	}
	if lost > 0 { // a hole in the kernel's record is worse than the workers' word
		log.level = LevelSelf
		log.warns = append(log.warns, Warning{Code: WarnPerfLost, Number: float64(lost)})
		for i := range log.tasks {
			log.tasks[i].switches = nil
		}
	}
	log.cut()
	return nil
}

// howItEnded notes how a worker ended. Whoever neither exited nor was killed by
// us died of something that must not happen.
func (b *member) howItEnded(t *taskLog, name string, zero int64, limit time.Duration) error {
	if t.ended > 0 {
		if len(t.marks) > 0 {
			t.exit = int(t.marks[len(t.marks)-1].arg)
		}
		return nil
	}
	if b.killed > 0 {
		t.killed = max(since0(b.killed, zero), t.started, 1)
		return nil
	}
	if step := b.mem.load(hFailedStep); step >= faultOverRelease && int(step) < len(stepNames) {
		return &RefusedError{Code: "fault", What: "task " + name + ": " + stepNames[step], Err: errors.New("its program is at fault")}
	}
	what := "unknown"
	var status syscall.WaitStatus
	if b.state != nil {
		what = b.state.String()
		status, _ = b.state.Sys().(syscall.WaitStatus)
	}
	switch {
	case status.Signaled() && status.Signal() == unix.SIGALRM: // we were late to kill it
		t.killed = max(trace.Time(limit+alarmGrace), t.started, t.heartbeat)
		return nil
	case status.Signaled() && status.Signal() == unix.SIGKILL:
		return &RefusedError{Code: "killed", What: "somebody killed the process of task " + name, Err: errors.New(what)}
	}
	return fmt.Errorf("the process of task %s ended before its program did: %s", name, what)
}

// readMarks reads a worker's records.
func readMarks(mem *memory, zero int64) []mark {
	records := recordsOf(mem.words, int(mem.load(hRoom)))
	marks := make([]mark, mem.load(hCount))
	for i := range marks {
		r := &records[i]
		m := mark{
			kind: markKind(r.what & 0xff), pc: int(r.what >> 8), from: since0(r.from, zero),
			voluntary: int(r.switches >> 32), involuntary: int(uint32(r.switches)),
			delay: trace.Time(r.delay), arg: r.arg,
		}
		if r.to != 0 {
			m.to = since0(r.to, zero)
		}
		switch {
		case m.kind == markGot:
			m.about = int64(r.token)
		case m.kind == markRequested, m.kind == markReply:
			m.at, m.about = since0(r.arg, zero), int64(r.token)
			m.arg = 0
		case m.kind == markInterrupt, m.kind == markAssigned:
			m.about = int64(r.token)
		case m.kind == markIO:
			m.at = since0(r.arg, zero)
		case m.kind == markSend, m.kind == markReceive:
			m.token = token(r.token)
			if in := mem.words[headerWords:]; r.to == 0 && m.kind == markReceive && i == len(marks)-1 {
				m.token, m.arg = token(in[tokenID]), int64(in[tokenValue]) // it was killed after that
			}
		case m.kind.awaits():
			switch m.gaveUp = r.token == givenUp; m.kind {
			case markChild, markJoin:
				m.gaveUp, m.about = r.token&joinGivenUp != 0, int64(uint32(r.token))-1
			case markResultOf:
				m.gaveUp, m.about = false, int64(r.token)
			case markValue:
				m.closed = r.token == foundClosed
			case markBarrier:
				m.broken = r.token == foundBroken
			case markNotice:
				m.gaveUp, m.about = r.token&givenUp != 0, int64(r.token>>noticeDepth)
			}
			m.by, m.at = int(r.arg>>wakerTimeBits), trace.Time(r.arg&(1<<wakerTimeBits-1))
			if m.kind == markChild || m.kind == markJoin {
				m.by, m.at = int(r.arg), 0
			}
		}
		marks[i] = m
	}
	return marks
}

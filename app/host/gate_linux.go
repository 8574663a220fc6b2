//go:build amd64 || arm64

package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// crew is the workers of one run, from their start to their end.
type crew struct {
	p       *plan
	m       *machine
	guests  []*guest
	members []*member // by task
	shared  *memory
	layout  sharedLayout
	nursery *memory   // for the records of tasks that are made
	slot    int       // words of it for each
	warden  *exec.Cmd // ends all workers when this program is gone; nil if the kernel does
	buried  [MaxWorkers]bool
	killed  int64 // when they were all killed, CLOCK_MONOTONIC
	pipes   []pipe
	streams []*stream
	warns   []Warning
	gate    *os.File                // closing it starts the run
	control *os.File                // closing it ends every worker
	exits   chan *guest             // those that have ended and been waited for
	alive   int                     // guests
	acts    []workload.Intervention // still to be done
	idled   bool                    // they ended because there was nothing to do any more

	recorders []*switchRecorder // the kernel's
}

// guest is a process with one worker or, if its tasks are threads of one process,
// several.
type guest struct {
	cmd    *exec.Cmd
	name   string
	mem    *memory // of its workers, one after the other
	killed int64   // when we killed it, CLOCK_MONOTONIC; 0 if we didn't
	gone   bool
	state  *os.ProcessState
}

// member is one worker: a thread of a guest.
type member struct {
	*guest
	task int
	tid  int
	made int // pid of a task that was made, 0 if it wasn't
	nice int
	mem  *memory
}

// pid is the process id of a member.
func (b *member) pid() int {
	if b.cmd == nil { // it was made, or was about to be
		return b.made
	}
	return b.cmd.Process.Pid
}

// Workers have to be at the gate by then, and the run begins so long after it
// opened: every worker must have gone to sleep for instant 0 by then.
const (
	gateTimeout = 20 * time.Second
	headStart   = 30 * time.Millisecond
)

// startCrew starts a worker for each task. The calling goroutine must be locked
// to its thread until the crew is gone: the kernel kills the workers when that
// thread ends.
func startCrew(p *plan, m *machine, level string) (c *crew, err error) {
	c = &crew{p: p, m: m, exits: make(chan *guest, len(p.w.Tasks)), members: make([]*member, len(p.w.Tasks))}
	defer func() {
		if err != nil {
			c.end()
		}
	}()
	c.layout = layShared(p.w)
	if c.shared, err = newMemory(c.layout.words); err != nil {
		return c, &RefusedError{Code: "memory", What: "sharing memory with the workers", Err: err}
	}
	c.layout.write(c.shared.words, p.w)
	if err = c.prepareNursery(); err != nil {
		return c, err
	}
	if !p.rings {
		if c.pipes, c.warns, err = makePipes(p.w, level); err != nil {
			return c, err
		}
	}
	if err = c.makeStreams(); err != nil {
		return c, err
	}
	for i, q := range c.pipes {
		c.shared.store(c.layout.resources[q.resource]+qPipe, int64(fdPipes+2*i))
	}
	gate, gateWrite, err := os.Pipe()
	if err != nil {
		return c, &RefusedError{Code: "pipe", What: "making the start gate", Err: err}
	}
	defer gate.Close()
	c.gate = gateWrite
	control, controlWrite, err := os.Pipe()
	if err != nil {
		return c, &RefusedError{Code: "pipe", What: "making the control pipe", Err: err}
	}
	defer control.Close()
	c.control = controlWrite
	if p.makes {
		if err = c.startWarden(control); err != nil {
			return c, err
		}
	}
	for _, tasks := range processes(p.w) {
		if err = c.start(tasks, gate, control); err != nil {
			return c, err
		}
	}
	return c, nil
}

// start starts a process for tasks that share one.
func (c *crew) start(tasks []int, gate, control *os.File) error {
	g := &guest{name: c.p.w.Tasks[tasks[0]].Name}
	if len(tasks) > 1 {
		g.name = c.p.w.Tasks[tasks[0]].Group
	}
	words := 0
	for _, i := range tasks {
		words += memoryWords(c.p, i)
	}
	mem, err := newMemory(words)
	if err != nil {
		return &RefusedError{Code: "memory", What: "sharing memory with worker " + g.name, Err: err}
	}
	g.mem = mem
	c.guests = append(c.guests, g)
	at := 0
	for k, i := range tasks {
		b := &member{guest: g, task: i, mem: mem.part(at, memoryWords(c.p, i))}
		c.members[i] = b
		c.instruct(b)
		if k < len(tasks)-1 {
			b.mem.store(hNext, int64(len(b.mem.words)))
		}
		at += len(b.mem.words)
	}
	mem.store(hReserve, int64(c.p.reserve(tasks, MaxWorkers-len(c.p.w.Tasks))))

	// /proc/self/exe is this very program even if its file was replaced.
	g.cmd = exec.Command("/proc/self/exe", WorkerArg, g.name)
	g.cmd.Stderr = os.Stderr
	g.cmd.ExtraFiles = []*os.File{gate, control, mem.file, c.shared.file, c.nursery.file}
	for _, q := range c.pipes {
		g.cmd.ExtraFiles = append(g.cmd.ExtraFiles, q.read, q.write)
	}
	for _, s := range c.streams {
		g.cmd.ExtraFiles = append(g.cmd.ExtraFiles, s.path)
	}
	g.cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	// A process group of its own keeps the terminal's signals away. A session of
	// its own would make the kernel's autogroups undo nice values.
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if c.warden != nil {
		g.cmd.SysProcAttr.Pgid = c.warden.Process.Pid
	}
	group := c.layout.group(c.p.w.Tasks[tasks[0]].Signals)
	leader := c.layout.leaders + group - 1
	if group > 0 {
		g.cmd.SysProcAttr.Pgid = int(c.shared.load(leader)) // 0: it leads a new one
	}
	if err := g.cmd.Start(); err != nil {
		return &RefusedError{Code: "start", What: "starting worker " + g.name, Err: err}
	}
	if group > 0 && c.shared.load(leader) == 0 {
		c.shared.store(leader, int64(g.cmd.Process.Pid))
	}
	c.alive++
	go func() {
		_ = g.cmd.Wait() // how it ended is in ProcessState
		c.exits <- g
	}()
	return nil
}

// instruct writes down for a worker what it has to do.
func (c *crew) instruct(b *member) {
	task, mem := &c.p.w.Tasks[b.task], b.mem
	c.rules(mem, c.p.records[b.task])
	if task.Daemon {
		mem.store(hFlags, mem.load(hFlags)|flagDaemon)
	}
	mem.store(hTask, int64(b.task))
	mem.store(hArrival, int64(task.Arrival))
	mem.store(hProgram, int64(c.layout.program(task.Program)))
	for i, v := range task.Registers {
		mem.store(hRegisters+i, v)
	}
}

// rules writes down what holds for every worker, with room for so many records.
func (c *crew) rules(mem *memory, records int) {
	mem.store(hMagic, magic)
	mem.store(hCPU, int64(c.m.cpu))
	mem.store(hLimit, int64(c.p.limit))
	mem.store(hRoom, int64(records))
	var flags int64
	if c.p.policy != "SCHED_OTHER" {
		flags |= flagRealtime
	}
	if !c.m.single {
		flags |= flagLeave
	}
	if c.p.w.Conventions.MainEnds {
		flags |= flagMainEnds
	}
	mem.store(hFlags, flags)
}

// waitReady waits until every worker stands at the gate.
func (c *crew) waitReady(ctx context.Context) error {
	deadline := time.Now().Add(gateTimeout)
	for _, b := range c.members {
		for b.mem.load(hReady) == 0 {
			select {
			case g := <-c.exits:
				c.reaped(g)
				return c.notReady(g, fmt.Errorf("it ended at once: %v", g.state))
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Millisecond):
			}
			if time.Now().After(deadline) {
				return c.notReady(b.guest, errors.New("it didn't come to the gate in time"))
			}
		}
		b.tid = int(b.mem.load(hReady))
	}
	for _, s := range c.streams {
		s.release()
	}
	return nil
}

func (c *crew) notReady(g *guest, err error) error {
	what := "starting worker " + g.name
	for _, b := range c.members {
		if step := b.mem.load(hFailedStep); b.guest == g && step > 0 && int(step) < len(stepNames) {
			what += ": " + stepNames[step]
			err = syscall.Errno(b.mem.load(hFailedErrno))
		}
	}
	return &RefusedError{Code: "start", What: what, Err: err}
}

// attach starts the kernel's record of every worker's switches, and of what they make.
func (c *crew) attach() (err error) {
	defer func() {
		if err != nil {
			c.closeRecorders()
		}
	}()
	if c.p.makes {
		var tids []int
		for _, g := range c.guests {
			tids = append(tids, threads(g.cmd.Process.Pid)...)
		}
		r, err := openFamilyRecorder(tids, c.m.cpu)
		if err != nil {
			return err
		}
		c.recorders = append(c.recorders, r)
		return nil
	}
	for _, b := range c.members {
		r, err := openSwitchRecorder(b.tid)
		if err != nil {
			return err
		}
		c.recorders = append(c.recorders, r)
	}
	return nil
}

func (c *crew) closeRecorders() {
	for _, r := range c.recorders {
		r.close()
	}
	c.recorders = nil
}

// setPolicies applies what each task asks of the kernel's scheduler, once and
// before the start: an ordinary user can't take a nice value back. Nice values
// count from this program's own, which workers inherit and an ordinary user can't
// go below: what matters is the distance between the tasks.
func (c *crew) setPolicies() (warns []Warning, err error) {
	own, err := ownNice()
	if err != nil {
		return nil, err
	}
	for i, b := range c.members {
		task := &c.p.w.Tasks[i]
		if policy, ok := map[string]uint32{"SCHED_FIFO": unix.SCHED_FIFO, "SCHED_RR": unix.SCHED_RR}[c.p.policy]; ok {
			a := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: policy, Priority: 10}
			if err := unix.SchedSetAttr(b.tid, a, 0); err != nil {
				return nil, &RefusedError{Code: "realtime", What: "asking for " + c.p.policy,
					Remedy: "run as root or with cap_sys_nice, or record under SCHED_OTHER", Err: err}
			}
			continue
		}
		nice := own
		if task.Nice != 0 {
			nice = min(own+task.Nice, weakest)
			if err := unix.Setpriority(unix.PRIO_PROCESS, b.tid, nice); err != nil {
				nice = own
				warns = append(warns, Warning{Code: WarnNice, Task: task.Name, Number: float64(task.Nice)})
			}
			if b.nice = nice - own; own+task.Nice > weakest {
				warns = append(warns, Warning{Code: WarnNiceEnd, Task: task.Name, Number: float64(b.nice)})
			}
		}
		if class, ok := map[workload.Class]uint32{workload.ClassBatch: unix.SCHED_BATCH, workload.ClassIdle: unix.SCHED_IDLE}[task.Class]; ok {
			a := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: class, Nice: int32(nice)}
			if err := unix.SchedSetAttr(b.tid, a, 0); err != nil {
				return nil, &RefusedError{Code: "realtime", What: "asking for the class " + task.Class.String() + " for " + task.Name, Err: err}
			}
			continue
		}
		if task.Slice > 0 {
			a := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL, Nice: int32(nice), Runtime: uint64(task.Slice)}
			if err := unix.SchedSetAttr(b.tid, a, 0); err != nil {
				warns = append(warns, Warning{Code: WarnSlice, Task: task.Name, Number: float64(task.Slice)})
			}
		}
	}
	return warns, nil
}

// weakest is the highest nice value there is.
const weakest = 19

// ownNice returns the nice value of this program.
func ownNice() (int, error) {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return 0, fmt.Errorf("getpriority: %w", err)
	}
	return 20 - raw, nil // the system call can't return what is below 0
}

// open lets the workers go and returns instant 0. It stands at the same place
// in the timer's period in every run, or repeats would differ for that alone.
func (c *crew) open() (zero int64) {
	zero = nanotime() + int64(headStart)
	if tick := int64(c.m.tick); tick > 0 {
		zero = (zero+tick-1)/tick*tick + tick/4
	}
	for _, b := range c.members {
		b.mem.store(hGo, zero)
	}
	_ = c.gate.Close()
	c.gate = nil
	return zero
}

// fetch takes over the kernel's records.
func (c *crew) fetch() {
	for _, r := range c.recorders {
		r.fetch()
	}
}

// reaped notes that a guest has ended and been waited for.
func (c *crew) reaped(g *guest) {
	g.gone = true
	g.state = g.cmd.ProcessState
	c.alive--
}

// kill ends every worker that is left and waits for them. Killing one needs no
// cooperation of its own, so this takes no time worth mentioning.
func (c *crew) kill() {
	c.killed = nanotime()
	for _, g := range c.guests {
		if g.cmd != nil && g.cmd.Process != nil && !g.gone {
			g.killed = nanotime()
			_ = g.cmd.Process.Kill() // it may have ended just now
		}
	}
	c.killOffspring()
	for c.alive > 0 {
		c.reaped(<-c.exits)
	}
	for c.offspring() > 0 {
		time.Sleep(time.Millisecond)
	}
}

// end leaves nothing of the crew.
func (c *crew) end() {
	c.kill()
	c.closeRecorders()
	for _, g := range c.guests {
		g.mem.close()
	}
	c.endWarden()
	for _, m := range []*memory{c.shared, c.nursery} {
		if m != nil {
			m.close()
		}
	}
	for _, q := range c.pipes {
		q.close()
	}
	for _, s := range c.streams {
		s.release()
		if s.path != nil {
			_ = s.path.Close()
		}
	}
	for _, f := range []*os.File{c.gate, c.control} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// since0 turns an instant of CLOCK_MONOTONIC into one of the run.
func since0(t, zero int64) trace.Time { return trace.Time(t - zero) }

//go:build amd64 || arm64

package host

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// prepareNursery makes memory for the records of as many tasks as may be made.
func (c *crew) prepareNursery() (err error) {
	n := 0
	if c.p.makes {
		n = MaxWorkers - len(c.p.w.Tasks)
		words := recordsAt() + recWords*c.p.nursery
		c.slot = (words + pageWords - 1) / pageWords * pageWords
	}
	if c.nursery, err = newMemory(max(n*c.slot, pageWords)); err != nil {
		return &RefusedError{Code: "memory", What: "sharing memory with the workers", Err: err}
	}
	for i := range n {
		c.rules(c.nursery.part(i*c.slot, c.slot), c.p.nursery)
	}
	c.shared.store(sNursery, int64(c.slot))
	return nil
}

// A warden is a process that does nothing but wait for this program to be gone, and
// then kills all workers, which are of its process group. Where workers make
// processes the kernel's own signal at the death of the parent isn't enough: an
// orphan would outlive it.
func (c *crew) startWarden(control *os.File) error {
	c.warden = exec.Command("/proc/self/exe", WorkerArg, "warden", wardenArg)
	c.warden.ExtraFiles = []*os.File{control, c.shared.file}
	c.warden.Env = append(os.Environ(), "GOMAXPROCS=1")
	c.warden.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.warden.Start(); err != nil {
		c.warden = nil
		return &RefusedError{Code: "start", What: "starting the warden of the workers", Err: err}
	}
	// Orphans become children of this program, so that it can wait for them.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return &RefusedError{Code: "start", What: "becoming the parent of orphans", Err: err}
	}
	return nil
}

// wardenArg is the argument behind a warden's name, of which workers have none.
const wardenArg = "watch"

// Where a warden finds the control pipe and what workers share, for the groups they
// are in.
const (
	fdWarden  = 3
	fdWardens = 4
)

// watchOver is the life of a warden.
func watchOver() {
	control := os.NewFile(fdWarden, "control")
	shared, err := openMemory(fdWardens)
	for b := make([]byte, 1); ; {
		if _, err := control.Read(b); err != nil { // the last who could write is gone
			break
		}
	}
	if err == nil {
		killGroups(shared)
	}
	_ = unix.Kill(0, unix.SIGKILL) // the group, and so itself
	os.Exit(0)
}

// killGroups kills the process groups of the workload.
func killGroups(shared *memory) {
	for n := range MaxWorkers {
		if leader := int(shared.load(int(shared.load(sGroups)) + n)); leader > 0 {
			_ = unix.Kill(-leader, unix.SIGKILL) // all of it may be gone
		}
	}
}

func (c *crew) endWarden() {
	if c.warden == nil {
		return
	}
	_ = c.warden.Process.Kill() // it waits for nothing else
	_ = c.warden.Wait()
	c.warden = nil
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) // can't fail where setting it didn't
}

// made is how many tasks were made.
func (c *crew) made() int {
	if c.shared == nil || !c.p.makes {
		return 0
	}
	return min(int(c.shared.load(sMade)), MaxWorkers-len(c.p.w.Tasks))
}

func (c *crew) roll(task, field int) int64 {
	return c.shared.load(c.layout.rolls + task*rollWords + field)
}

// offspring returns how many processes that workers made haven't ended, and waits
// for those that have and have nobody else to do so.
func (c *crew) offspring() (living int) {
	first := len(c.p.w.Tasks)
	for id := first; id < first+c.made(); id++ {
		pid := int(c.roll(id, rPid))
		if c.buried[id] || int(c.roll(id, rMain)) != id && pid != 0 {
			continue
		}
		if pid == 0 {
			if c.alive > 0 { // just being made
				living++
			}
			continue
		}
		if got, _ := unix.Wait4(pid, nil, unix.WNOHANG, nil); got == pid || unix.Kill(pid, 0) == unix.ESRCH {
			c.buried[id] = true
			continue
		}
		living++
	}
	return living
}

// killOffspring kills what workers made.
func (c *crew) killOffspring() {
	if c.warden != nil {
		killGroups(c.shared)
		_ = unix.Kill(-c.warden.Process.Pid, unix.SIGKILL) // and the warden, which isn't needed any more
	}
}

// madeWorkload is the workload with the tasks that were made, as a recording shows
// them.
func (c *crew) madeWorkload(zero int64) *workload.Workload {
	w := *c.p.w
	w.Tasks = slices.Clone(w.Tasks)
	used, counts := map[string]bool{}, map[string]int{}
	for i := range w.Tasks {
		used[w.Tasks[i].Name] = true
		counts[w.Tasks[i].Name]++
	}
	bases := make([]string, len(w.Tasks), len(w.Tasks)+c.made())
	for i := range w.Tasks {
		bases[i] = w.Tasks[i].Name
	}
	for range c.made() {
		id := len(w.Tasks)
		maker := int(c.roll(id, rMaker)) - 1
		program := c.layout.programs[c.roll(id, rProgram)] // which isn't that it began with if it did an exec
		op := &program.Ops[c.roll(id, rPC)]
		t := w.Tasks[maker]
		t.Program = program
		t.Arrival = workload.Time(c.roll(id, rBorn) - zero)
		if op.Kin.Child.Program != nil {
			t.Program = op.Kin.Child.Program
		}
		base := op.Kin.Child.Name
		numbered := base == ""
		if numbered {
			base = bases[maker]
		}
		for t.Name = ""; t.Name == "" || used[t.Name]; {
			counts[base]++
			if t.Name = base; counts[base] > 1 || numbered {
				t.Name += "." + strconv.Itoa(counts[base])
			}
		}
		used[t.Name] = true
		bases = append(bases, base)
		if op.Code != workload.OpThread {
			t.Group = ""
		} else if t.Group == "" {
			t.Group = w.Tasks[c.roll(id, rMain)].Name
		}
		w.Tasks = append(w.Tasks, t)
	}
	return &w
}

// makings tells for each task that was made by whom and where.
func (c *crew) makings() (list []making) {
	first := len(c.p.w.Tasks)
	for id := first; id < first+c.made(); id++ {
		parent := trace.NoTask
		if p := c.roll(id, rParent); p > 0 {
			parent = trace.TaskID(p - 1)
		}
		list = append(list, making{
			maker: int(c.roll(id, rMaker)) - 1, main: int(c.roll(id, rMain)), parent: parent,
		})
	}
	return list
}

// child returns what is known of a task that was made.
func (c *crew) child(id int) *member {
	mem := c.nursery.part((id-len(c.p.w.Tasks))*c.slot, c.slot)
	return &member{guest: &guest{killed: c.killed, gone: true}, task: id, mem: mem, made: int(c.roll(id, rPid)), tid: int(c.roll(id, rTid))}
}

// tellOf notes for a task that made another and was ended before it could say so.
func (c *crew) tellOf(log *runLog, id int, zero int64) {
	maker := &log.tasks[c.roll(id, rMaker)-1]
	if c.roll(id, rPid) == 0 || c.roll(id, rBorn) == 0 ||
		slices.ContainsFunc(maker.marks, func(m mark) bool { return m.kind == markMade && m.arg == int64(id) }) {
		return
	}
	at := since0(c.roll(id, rBorn), zero)
	maker.marks = append(maker.marks, mark{kind: markMade, pc: int(c.roll(id, rPC)), from: at, to: at, arg: int64(id)})
}

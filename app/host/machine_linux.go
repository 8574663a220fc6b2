//go:build amd64 || arm64

package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/trace"
)

// machine is what was found out about this computer before a recording.
type machine struct {
	system string // "Linux 6.18.44"
	tick   trace.Time
	slice  trace.Time
	cpu    int // to pin the workers to
	single bool
	busy   float64 // part of that CPU others used just before; -1 if not looked at
}

// quietEnough is how busy a CPU may be before a run.
const quietEnough = 0.04

// probe finds out whether this machine can record at all, and chooses the CPU.
func probe(ctx context.Context, o Options) (*machine, error) {
	m := &machine{busy: -1}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return nil, &RefusedError{Code: "system", What: "asking for the kernel's release", Err: err}
	}
	m.system = unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
	if b, err := os.ReadFile("/proc/thread-self/schedstat"); err != nil || len(strings.Fields(string(b))) < 2 {
		if err == nil {
			err = fmt.Errorf("it reads %q", b)
		}
		return nil, &RefusedError{Code: "schedstat", What: "the kernel doesn't say how long a thread waits for a CPU (/proc/thread-self/schedstat)",
			Remedy: "in a sandbox that imitates a kernel only simulated runs are possible", Err: err}
	}
	var ts unix.Timespec
	if err := unix.ClockGetres(unix.CLOCK_MONOTONIC_COARSE, &ts); err == nil {
		m.tick = trace.Time(ts.Nano()) // the coarse clock moves with the timer interrupt
	}
	if a, err := unix.SchedGetAttr(0, 0); err == nil {
		m.slice = trace.Time(a.Runtime) // 0 before Linux 6.12
	}
	return m, m.chooseCPU(ctx, o)
}

// chooseCPU takes the CPU asked for, or else the idlest of those this program
// may use but the first. It waits for it to be quiet, within limits.
func (m *machine) chooseCPU(ctx context.Context, o Options) error {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return &RefusedError{Code: "cpu", What: "asking which CPUs may be used", Err: err}
	}
	var may []int
	for c := 0; c < trace.MaxCPUs; c++ {
		if set.IsSet(c) {
			may = append(may, c)
		}
	}
	m.single = len(may) == 1
	switch {
	case o.CPU != 0:
		if !set.IsSet(o.CPU) {
			return &RefusedError{Code: "cpu", What: fmt.Sprintf("CPU %d was asked for; this program may use %v", o.CPU, may), Remedy: "ask for one of these"}
		}
		may = []int{o.CPU}
	case !m.single && may[0] == 0:
		may = may[1:]
	}
	m.cpu = may[len(may)-1]
	wait := o.Quiet
	if wait == 0 {
		wait = time.Second
	}
	const look = 250 * time.Millisecond
	for until := time.Now().Add(wait); wait > 0; {
		before, err := cpuTimes()
		if err != nil {
			return nil // not worth refusing: the run itself shows what interfered
		}
		if err := sleep(ctx, look); err != nil {
			return err
		}
		after, err := cpuTimes()
		if err != nil {
			return nil
		}
		m.busy = 2
		for i := len(may) - 1; i >= 0; i-- {
			if b := after[may[i]].busyPart(before[may[i]]); b < m.busy {
				m.busy, m.cpu = b, may[i]
			}
		}
		o.progress(StageQuiet, 1-float64(time.Until(until))/float64(wait))
		if m.busy < quietEnough || time.Now().After(until) {
			break
		}
	}
	o.progress(StageQuiet, 1)
	return nil
}

// sleep waits unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cpuTime is how long a CPU was busy and how long in all, in the units of
// /proc/stat.
type cpuTime struct{ busy, all uint64 }

func (t cpuTime) busyPart(before cpuTime) float64 {
	if t.all <= before.all {
		return 0
	}
	return float64(t.busy-before.busy) / float64(t.all-before.all)
}

// cpuTimes reads /proc/stat, by CPU number.
func cpuTimes() (map[int]cpuTime, error) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return nil, err
	}
	times := map[int]cpuTime{}
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		if len(f) < 5 || !strings.HasPrefix(f[0], "cpu") || f[0] == "cpu" {
			continue
		}
		cpu, err := strconv.Atoi(f[0][len("cpu"):])
		if err != nil {
			continue
		}
		var t cpuTime
		for i, s := range f[1:min(len(f), 9)] { // user nice system idle iowait irq softirq steal
			v, err := strconv.ParseUint(s, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("/proc/stat: %w", err)
			}
			t.all += v
			if i != 3 && i != 4 {
				t.busy += v
			}
		}
		times[cpu] = t
	}
	if len(times) == 0 {
		return nil, errors.New("/proc/stat names no CPU")
	}
	return times, nil
}

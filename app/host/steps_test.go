package host

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A log as the recorders write it becomes these events, whatever happened
// between and around the operations.
func TestConvert(t *testing.T) {
	sleeper := []workload.Op{{Code: workload.OpCPU, Res: -1, Dur: 10}, {Code: workload.OpSleep, Res: -1, Dur: 50}}
	locker := []workload.Op{{Code: workload.OpLock}, {Code: workload.OpUnlock}}
	disk := []workload.Op{{Code: workload.OpIO, Res: 1, Dur: 50}}
	slept := []mark{
		{kind: markComputed, pc: 0, from: 20, to: 20},
		{kind: markSleep, pc: 1, from: 22, to: 90, voluntary: 1, delay: 10},
		{kind: markExit, pc: 2, from: 95, to: 95},
	}
	for name, c := range map[string]struct {
		ops  []workload.Op
		log  taskLog
		want string
	}{
		"self": {sleeper, taskLog{started: 5, ended: 95, marks: slept},
			"0 arrive, 5 dispatch, 20 computed, 22 block_sleep, 80 wake_sleep, 90 dispatch, 95 exit"},
		"self, switched away in a burst": {sleeper, taskLog{started: 5, ended: 95, marks: append([]mark{{kind: markGap, from: 8, to: 12, involuntary: 1}}, slept...)},
			"0 arrive, 5 dispatch, 8 preempt, 12 dispatch, 20 computed, 22 block_sleep, 80 wake_sleep, 90 dispatch, 95 exit"},
		"self, sleep already over": {sleeper, taskLog{started: 5, ended: 95, marks: []mark{slept[0], {kind: markSleep, pc: 1, from: 22, to: 23}, slept[2]}},
			"0 arrive, 5 dispatch, 20 computed, 22 block_sleep, 23 wake_sleep, 23 dispatch, 95 exit"},
		"kernel": {sleeper, taskLog{started: 5, ended: 95, marks: slept,
			switches: []cpuSwitch{{at: -3, out: true}, {at: 4}, {at: 23, out: true}, {at: 88}, {at: 99, out: true}}},
			"0 arrive, 4 dispatch, 20 computed, 23 block_sleep, 78 wake_sleep, 88 dispatch, 95 exit"},
		"kernel, preempted before and after the sleep": {sleeper, taskLog{started: 5, ended: 95, marks: slept,
			switches: []cpuSwitch{{at: 4}, {at: 23, out: true, runnable: true}, {at: 26}, {at: 27, out: true}, {at: 82}, {at: 83, out: true, runnable: true}, {at: 86}}},
			"0 arrive, 4 dispatch, 20 computed, 23 preempt, 26 dispatch, 27 block_sleep, 78 wake_sleep, 82 dispatch, 83 preempt, 86 dispatch, 95 exit"},
		"kernel, switched away in a burst": {sleeper, taskLog{started: 5, ended: 95, marks: slept,
			switches: []cpuSwitch{{at: 4}, {at: 9, out: true, runnable: true}, {at: 11}, {at: 23, out: true}, {at: 88}}},
			"0 arrive, 4 dispatch, 9 preempt, 11 dispatch, 20 computed, 23 block_sleep, 78 wake_sleep, 88 dispatch, 95 exit"},
		"killed in its sleep": {sleeper, taskLog{started: 5, killed: 60, heartbeat: 21, marks: []mark{slept[0], {kind: markSleep, pc: 1, from: 22}}},
			"0 arrive, 5 dispatch, 20 computed, 22 block_sleep, 60 kill"},
		"killed while it ran": {sleeper, taskLog{started: 5, killed: 60, heartbeat: 59},
			"0 arrive, 5 dispatch, 60 kill"},
		"killed while it was ready": {sleeper, taskLog{started: 5, killed: 200_060, heartbeat: 60},
			"0 arrive, 5 dispatch, 60 preempt, 200060 kill"},
		"killed while it was ready, says the kernel": {sleeper, taskLog{started: 5, killed: 60, switches: []cpuSwitch{{at: 4}, {at: 30, out: true, runnable: true}}},
			"0 arrive, 4 dispatch, 30 preempt, 60 kill"},
		"killed before it ran":  {sleeper, taskLog{killed: 60}, "0 arrive, 60 kill"},
		"killed before it came": {sleeper, taskLog{arrival: 80, killed: 60}, "60 kill"},
		"waited twice for a lock": {locker, taskLog{started: 1, ended: 80, marks: []mark{
			{kind: markLock, from: 10, to: 20, voluntary: 1, delay: 2, at: 15, by: 0},
			{kind: markLock, from: 21, to: 40, voluntary: 1, delay: 9, at: 36, by: 0},
			{kind: markLocked, from: 41, to: 41}, {kind: markUnlocked, pc: 1, from: 50, to: 50}, {kind: markExit, pc: 2, from: 80, to: 80}}},
			"0 arrive, 1 dispatch, 10 block_lock, 18 wake_lock, 20 dispatch, 21 block_lock, 36 wake_lock, 40 dispatch, 41 lock, 50 unlock, 80 exit"},
		"lock was free by the time it waited": {locker, taskLog{started: 1, ended: 80, marks: []mark{
			{kind: markLock, from: 10, to: 11}, {kind: markLocked, from: 12, to: 12}, {kind: markUnlocked, pc: 1, from: 50, to: 50}, {kind: markExit, pc: 2, from: 80, to: 80}}},
			"0 arrive, 1 dispatch, 12 lock, 50 unlock, 80 exit"},
		"queued at a device": {disk, taskLog{started: 1, ended: 99, marks: []mark{
			{kind: markIO, from: 10, to: 99, voluntary: 1, delay: 1, at: 12}, {kind: markExit, pc: 1, from: 99, to: 99}}},
			"0 arrive, 1 dispatch, 10 block_io, 12 serve, 62 wake_io, 99 dispatch, 99 exit"},
		"killed in a device's queue": {disk, taskLog{started: 1, killed: 30, marks: []mark{{kind: markIO, from: 10, at: 40}}},
			"0 arrive, 1 dispatch, 10 block_io, 30 kill"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &workload.Workload{Name: "test", Resources: []workload.Resource{{Name: "m", Kind: workload.Mutex}, {Name: "d", Kind: workload.Device, Servers: 1}}}
			w.Tasks = []workload.Task{{Name: "A", Arrival: workload.Time(c.log.arrival), Program: &workload.Program{Ops: c.ops}}}
			rec, warns, err := convert(&plan{w: w}, &runLog{tasks: []taskLog{c.log}})
			if err != nil || len(warns) > 0 {
				t.Fatal(err, warns)
			}
			if err := trace.Validate(rec); err != nil && !strings.Contains(name, "device") { // whose other users are left out
				t.Error(err)
			}
			got := ""
			for _, e := range rec.Events(0) {
				if got != "" {
					got += ", "
				}
				got += fmt.Sprint(int64(e.Time), " ", e.Kind)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A worker and the program it was given must agree where it is.
func TestConvertNoticesALostWorker(t *testing.T) {
	w := &workload.Workload{Tasks: []workload.Task{{Name: "A", Program: &workload.Program{Ops: []workload.Op{{Code: workload.OpCPU, Dur: 1}}}}}}
	log := &runLog{tasks: []taskLog{{started: 1, ended: 9, marks: []mark{{kind: markComputed, pc: 3, from: 5, to: 5}}}}}
	if _, _, err := convert(&plan{w: w}, log); err == nil {
		t.Error("nobody noticed")
	}
}

// Two clocks that disagree don't put two tasks on the CPU.
func TestMergeKeepsTasksApart(t *testing.T) {
	c := &converter{log: &runLog{tasks: make([]taskLog, 2)}, rec: trace.NewRecording(trace.Header{CPUs: 1, Tasks: make([]trace.Task, 2)})}
	ev := func(t trace.Time, k trace.Kind, id trace.TaskID) trace.Event {
		return trace.Event{Time: t, Kind: k, Task: id}
	}
	c.merge([][]trace.Event{
		{ev(0, trace.Arrive, 0), ev(1, trace.Dispatch, 0), ev(100, trace.Exit, 0)},
		{ev(0, trace.Arrive, 1), ev(95, trace.Dispatch, 1), ev(200, trace.Exit, 1)},
	}, nil)
	var got []trace.Time
	for _, e := range c.rec.Events(0) {
		got = append(got, e.Time)
	}
	if want := []trace.Time{0, 0, 1, 100, 100, 200}; !slices.Equal(got, want) || c.disorder != 5 {
		t.Errorf("events at %v, disorder %d; want %v, 5", got, c.disorder, want)
	}
}

func TestIdleWhileReady(t *testing.T) {
	r := trace.NewRecording(trace.Header{CPUs: 1, Tasks: make([]trace.Task, 2)})
	for _, e := range []trace.Event{
		{Time: 0, Kind: trace.Arrive, Task: 0},
		{Time: 100_000, Kind: trace.Dispatch, Task: 0}, // an idle CPU woke up
		{Time: 150_000, Kind: trace.Arrive, Task: 1},
		{Time: 1_000_000, Kind: trace.Preempt, Task: 0},
		{Time: 1_004_000, Kind: trace.Dispatch, Task: 1}, // a switch
		{Time: 2_000_000, Kind: trace.BlockSleep, Task: 1},
		{Time: 2_500_000, Kind: trace.Dispatch, Task: 0}, // somebody else had the CPU
		{Time: 3_000_000, Kind: trace.Exit, Task: 0},
		{Time: 4_000_000, Kind: trace.WakeSleep, Task: 1}, // nobody was ready
		{Time: 4_000_000, Kind: trace.Dispatch, Task: 1},
		{Time: 5_000_000, Kind: trace.Exit, Task: 1},
	} {
		r.Append(e.Time, e.Kind, e.Task, 0, 0)
	}
	other, overhead := idleWhileReady(r, LevelPerf)
	if other != 500_000 || overhead != 104_000 {
		t.Errorf("interference %d, overhead %d; want 500000, 104000", other, overhead)
	}
}

func TestAgreementCounts(t *testing.T) {
	log := taskLog{started: 5, ended: 100_000,
		marks: []mark{
			{kind: markGap, from: 9_990, to: 20_010, involuntary: 2}, // two of the kernel's
			{kind: markSleep, from: 40_000, to: 50_000, voluntary: 1},
			{kind: markGap, from: 60_000, to: 61_000, involuntary: 1}, // made up
		},
		switches: []cpuSwitch{{at: 4}, {at: 10_000, out: true, runnable: true}, {at: 12_000}, {at: 13_000, out: true, runnable: true}, {at: 20_000},
			{at: 40_003, out: true}, {at: 49_998}, {at: 70_000, out: true}, {at: 80_000}}, // the last one was missed
	}
	a := agreement([]taskLog{log})
	if a.Kernel != 4 || a.Workers != 3 || a.Missed != 1 || a.False != 1 {
		t.Errorf("%+v", a)
	}
	if a.LeaveP95 != 10 || a.ReturnP95 != 10 || a.LeaveP50 != 3 || a.ReturnP50 != 2 {
		t.Errorf("%+v", a)
	}
}

// Nobody's clock puts a value into a queue's order where it wasn't: rather, who had
// the CPU had lost it unnoticed.
func TestMergeKeepsTurns(t *testing.T) {
	c := &converter{log: &runLog{tasks: make([]taskLog, 4)}, rec: trace.NewRecording(trace.Header{CPUs: 1, Tasks: make([]trace.Task, 2), Resources: []trace.Resource{{Kind: trace.BoundedQueue, Capacity: 1}}})}
	ev := func(t trace.Time, k trace.Kind, id trace.TaskID) trace.Event {
		return trace.Event{Time: t, Kind: k, Task: id}
	}
	c.merge([][]trace.Event{
		{ev(0, trace.Arrive, 0), ev(1, trace.Dispatch, 0), ev(100, trace.Get, 0), ev(110, trace.Exit, 0)},
		{ev(0, trace.Arrive, 1), ev(95, trace.Dispatch, 1), ev(96, trace.Put, 1), ev(98, trace.Exit, 1)},
	}, [][]int{{1, 0}})
	var got []string
	for _, e := range c.rec.Events(0) {
		got = append(got, fmt.Sprint(int64(e.Time), " ", e.Kind, " ", e.Task))
	}
	want := []string{"0 arrive 0", "0 arrive 1", "1 dispatch 0", "95 preempt 0", "95 dispatch 1", "96 put 1", "98 exit 1", "98 dispatch 0", "100 get 0", "110 exit 0"}
	if !slices.Equal(got, want) || c.unexplained != 1 {
		t.Errorf("got  %v, %d unexplained\nwant %v, 1", got, c.unexplained, want)
	}
}

// What a real machine does and a simulated one can't is allowed to the real one
// only.
func TestOnlyARealRunMayBeInexact(t *testing.T) {
	w := &workload.Workload{Name: "test"}
	w.Tasks = []workload.Task{{Name: "A", Program: &workload.Program{Ops: []workload.Op{{Code: workload.OpSleep, Res: -1, Dur: 50}}}}}
	log := &runLog{tasks: []taskLog{{started: 5, ended: 95, marks: []mark{
		{kind: markSleep, from: 10, to: 90, voluntary: 1, delay: 10}, {kind: markExit, pc: 1, from: 95, to: 95}}}}}
	rec, _, err := convert(&plan{w: w}, log)
	if err != nil {
		t.Fatal(err)
	}
	if err := trace.Validate(rec); err != nil {
		t.Error(err)
	}
	rec.Header.Origin = trace.Simulated
	if trace.Validate(rec) == nil {
		t.Error("a simulated sleep may take longer than its operation says")
	}
}

package sim_test

import (
	"errors"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// FuzzPrograms runs programs made of any bytes: whatever they do, also unlock
// what they don't own or never take time, the machine must come to an end or a
// named error, and the recording must be possible.
func FuzzPrograms(f *testing.F) {
	f.Add([]byte{0, 1, 0, 3, 255, 2, 2, 5, 1, 6, 1, 255, 0, 3})
	f.Add([]byte{3, 2, 9, 255, 10, 254, 5, 1, 6, 1, 11, 255, 7, 2, 8, 2, 1, 4})
	f.Add([]byte{1, 5, 5, 1, 0, 2, 5, 3, 255, 5, 3, 0, 2, 5, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 3 || len(data) > 400 {
			return
		}
		name := policies[int(data[0])%len(policies)]
		w := anyWorkload(data[1], data[2:])
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, name)})
		var field *sim.FieldError
		if errors.As(err, &field) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		m.LimitOps(1000)
		err = m.Run(200*ms, 10_000)
		var endless *sim.EndlessError
		var misuse *sim.MisuseError
		if err != nil && !errors.As(err, &endless) && !errors.As(err, &misuse) {
			t.Fatal(err)
		}
		rules := trace.Rules{WorkConserving: err == nil && !idles(m.Recording()), Complete: err == nil && m.Done()}
		if err := rules.Check(m.Recording()); err != nil {
			t.Fatalf("%v\n%s", err, transcript(m.Recording()))
		}
		if err == nil {
			var s trace.Snapshot
			if err := m.Agree(&s); err != nil {
				t.Fatal(err)
			}
		}
		if len(m.Faults()) > 0 {
			t.Fatalf("%+v %v\n%.3000s", m.Faults(), w.Tasks, transcript(m.Recording()))
		}
	})
}

// anyWorkload makes tasks of bytes: two for each operation, 255 ends a task.
func anyWorkload(settings byte, data []byte) *workload.Workload {
	var tasks []workload.Task
	var ops []workload.Op
	open := 0
	finish := func() {
		for ; open > 0; open-- {
			ops = append(ops, end())
		}
		one := task(workload.Time(len(tasks)%3), ops...)
		one.Priority = int64(len(ops) % 3)
		tasks = append(tasks, one)
		ops = nil
	}
	for i := 0; i+1 < len(data); i += 2 {
		x := data[i+1]
		d := workload.Time(x % 8)
		switch data[i] % 13 {
		case 0, 1:
			ops = append(ops, cpu(d))
		case 2:
			ops = append(ops, io(0, d))
		case 3:
			ops = append(ops, io(4, d))
		case 4:
			ops = append(ops, sleep(d))
		case 5:
			ops = append(ops, lock(1+2*int(x%2)))
		case 6:
			ops = append(ops, unlock(1+2*int(x%2)))
		case 7:
			ops = append(ops, anyPut(x))
		case 8:
			ops = append(ops, anyGet(x))
		case 9:
			ops = append(ops, repeat(int64(x%8)-1))
			open++
		case 10:
			if open > 0 {
				ops = append(ops, end())
				open--
			}
		case 11:
			ops = append(ops, yield())
		case 12:
			if x > 128 {
				finish()
			} else {
				ops = append(ops, exit(int64(x)))
			}
		}
	}
	finish()
	w := computer(1+int(settings%3), tasks...)
	w.Resources = append(resources(), queues()...)
	w.Machine.Switch = workload.Time(settings>>2%3) * ms / 2
	w.Machine.Tick = workload.Time(settings>>4%3) * ms
	w.Conventions.Ties = workload.Ties(settings >> 6 % 3)
	w.Conventions.KeepSlice = settings>>7 == 1
	return w
}

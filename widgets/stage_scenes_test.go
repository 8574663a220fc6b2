package widgets

import (
	"fmt"

	"timeslice/sim/trace"
)

const ms = trace.Time(1_000_000)

// act is a recording written by hand.
type act struct{ *trace.Recording }

func (a act) do(t float64, k trace.Kind, task int, cpu, object int, arg ...int64) act {
	at := trace.Time(t * float64(ms))
	if len(arg) > 0 {
		a.AppendArg(at, k, trace.TaskID(task), cpu, object, arg[0])
	} else {
		a.Append(at, k, trace.TaskID(task), cpu, object)
	}
	return a
}

func (a act) at(t float64) *trace.Snapshot {
	s := &trace.Snapshot{}
	a.Snapshot(s, trace.Time(t*float64(ms)))
	return s
}

func header(cpus int, names ...string) trace.Header {
	h := trace.Header{
		Unit: ms, UnitText: "1ms", CPUs: cpus, Switch: ms / 5,
		Policies: []trace.Policy{{Name: "rr", Slice: 4 * ms}},
		Queues:   []trace.Queue{{CPU: -1}},
		Programs: []trace.Program{{Ops: []trace.Op{
			{Text: "cpu 9", Length: 9 * ms}, {Text: "lock balance"}, {Text: "cpu 6", Length: 6 * ms}, {Text: "unlock balance"},
			{Text: "io disk 5", Length: 5 * ms}, {Text: "get q"}, {Text: "put q"}, {Text: "sleep 3", Length: 3 * ms},
		}}},
	}
	for i, name := range names {
		h.Tasks = append(h.Tasks, trace.Task{Name: name, Pid: 1000 + i, Process: i})
	}
	return h
}

// bank is the scene of the pictures: ready, running, a lock that is held, a
// disk that is busy, a queue half full, one to come and one that has ended.
func bank() act {
	h := header(1, "P1", "P2", "P3", "P4", "T5", "T6", "main")
	h.Tasks[3].Arrival = 30 * ms
	h.Tasks[4].Process, h.Tasks[5].Process = 5, 5
	h.Resources = []trace.Resource{
		{Name: "balance", Kind: trace.Mutex}, {Name: "disk", Kind: trace.Device, Servers: 1},
		{Name: "q", Kind: trace.BoundedQueue, Capacity: 4},
	}
	a := act{trace.NewRecording(h)}
	for _, i := range []int{6, 1, 0, 2, 4, 5} {
		a.do(0, trace.Arrive, i, 0, 0)
	}
	a.do(0, trace.Dispatch, 6, 0, 0)
	a.do(0.5, trace.Put, 6, 0, 2, 42)
	a.do(0.6, trace.Put, 6, 0, 2, 43)
	a.do(1, trace.Exit, 6, 0, 0)
	a.do(1, trace.Pick, 1, 0, 0).do(1.2, trace.Dispatch, 1, 0, 0)
	a.do(2, trace.Lock, 1, 0, 0).do(5.2, trace.Expire, 1, 0, 0)
	a.do(5.2, trace.Pick, 0, 0, 0).do(5.4, trace.Dispatch, 0, 0, 0).do(9.4, trace.Expire, 0, 0, 0)
	a.do(9.4, trace.Dispatch, 2, 0, 0).do(13.4, trace.Expire, 2, 0, 0)
	a.do(13.4, trace.Dispatch, 4, 0, 0).do(14, trace.BlockLock, 4, 0, 0)
	a.do(14, trace.Dispatch, 5, 0, 0).do(14.1, trace.Computed, 5, 0, 0)
	a.AppendJump(trace.Time(14.1*float64(ms)), 5, 4)
	a.do(15, trace.BlockIO, 5, 0, 1).do(15, trace.Serve, 5, 0, 1)
	a.do(15, trace.Dispatch, 1, 0, 0)
	a.do(19, trace.Expire, 1, 0, 0)
	a.do(19, trace.Pick, 0, 0, 0).do(19.2, trace.Dispatch, 0, 0, 0)
	a.do(20, trace.WakeIO, 5, 0, 1)
	a.do(20.1, trace.Exit, 0, 0, 0)
	a.do(20.1, trace.Dispatch, 2, 0, 0)
	a.do(21, trace.Unlock, 1, 0, 0)
	a.do(21, trace.Lock, 4, 0, 0)
	a.do(21, trace.WakeLock, 4, 0, 0, 1)
	a.Finish(40 * ms)
	return a
}

// crowd has many tasks on some CPUs, with queues as asked for.
func crowd(tasks, cpus, queues int, perCPU bool) act {
	names := make([]string, tasks)
	for i := range names {
		names[i] = fmt.Sprintf("T%d", i+1)
	}
	h := header(cpus, names...)
	h.Queues = nil
	for i := range queues {
		q := trace.Queue{CPU: -1}
		switch {
		case perCPU:
			q.Name, q.CPU = fmt.Sprintf("cpu%d", i), i
		case queues > 1:
			q.Name = fmt.Sprint(i)
		}
		h.Queues = append(h.Queues, q)
	}
	h.Resources = []trace.Resource{
		{Name: "balance", Kind: trace.Mutex}, {Name: "disk", Kind: trace.Device, Servers: 1},
		{Name: "jobs", Kind: trace.BoundedQueue, Capacity: 8}, {Name: "net", Kind: trace.Device},
	}
	for i := range h.Tasks {
		h.Tasks[i].Process = i / 3
		if i%10 == 9 {
			h.Tasks[i].Arrival = trace.Time(100+i) * ms
		}
	}
	a := act{trace.NewRecording(h)}
	for i := range tasks {
		if i%10 != 9 {
			a.do(0, trace.Home, i, 0, i%queues)
			a.do(0, trace.Arrive, i, 0, 0)
		}
	}
	t, put := 1.0, 0
	for i := range tasks {
		if i%10 == 9 {
			continue
		}
		switch i % 10 {
		case 0:
			a.do(t, trace.Dispatch, i, 0, 0).do(t, trace.BlockIO, i, 0, 1)
			if i == 0 {
				a.do(t, trace.Serve, i, 0, 1)
			}
		case 3:
			a.do(t, trace.Dispatch, i, 0, 0).do(t, trace.BlockLock, i, 0, 0)
		case 6:
			a.do(t, trace.Dispatch, i, 0, 0)
			if put++; put <= 8 {
				a.do(t, trace.Put, i, 0, 2, int64(100+put))
				a.do(t, trace.Exit, i, 0, 0)
			} else {
				a.do(t, trace.BlockPut, i, 0, 2)
			}
		}
	}
	cpu := 0
	for i := range tasks {
		if i%10 == 1 && cpu < cpus-(cpus+2)/4 {
			a.do(2, trace.Dispatch, i, cpu, 0)
			if cpu == 0 {
				a.do(2, trace.Lock, i, cpu, 0)
			}
			cpu++
		}
	}
	for i := range tasks {
		if i%10 == 2 && cpu < cpus && cpu > 0 {
			a.do(3, trace.Pick, i, cpu, 0)
			break
		}
	}
	a.Finish(10 * ms)
	return a
}

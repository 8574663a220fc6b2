package sim_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// queues are those of every kind that [resources] lacks, numbered from 5.
func queues() []workload.Resource {
	return []workload.Resource{
		{Name: "stack", Kind: workload.Queue, Capacity: 2, Order: workload.LIFO},
		{Name: "heap", Kind: workload.Queue, Capacity: 3, Order: workload.ByPriority},
		{Name: "all", Kind: workload.Queue},
		{Name: "pipe4", Kind: workload.Pipe, Capacity: 4},
	}
}

func taskDone(r int) workload.Op  { return workload.Op{Code: workload.OpTaskDone, Res: r} }
func joinQueue(r int) workload.Op { return workload.Op{Code: workload.OpJoinQueue, Res: r} }

// anyPut makes a put of a byte, and anyGet a get, a task_done or a join.
func anyPut(x byte) workload.Op {
	op := put([]int{2, 5, 6, 7}[x%4], int64(x))
	op.Priority = int64(x>>2%3) * int64(op.Res/6%2)
	op.Manner = workload.Manner(x >> 5)
	if op.Res == 5 || op.Res == 6 {
		op.Manner &^= workload.FarEnd
	}
	if op.Manner&workload.Raises != 0 {
		op.Patience = workload.NotAtAll
	}
	return op
}

func anyGet(x byte) workload.Op {
	op := anyPut(x)
	switch x >> 2 % 16 {
	case 2:
		return write(8, int64(x%7)+1)
	case 3:
		return read(8, int64(x%5)+1)
	case 4:
		return closing(8, int64(x%3)+1)
	case 5:
		return request(4, workload.Time(x%5), workload.Time(x>>6))
	case 6:
		return poll(workload.Time(x%2 + 1))
	case 7:
		return selects()
	case 9:
		return copying(workload.Time(x % 3))
	}
	switch x >> 2 % 8 {
	case 0:
		return taskDone(op.Res)
	case 1:
		return joinQueue(op.Res)
	}
	op.Code, op.Value, op.Priority = workload.OpGet, 0, 0
	op.Manner &^= workload.OfAcc
	return op
}

// queueTwin is what queues do, once more: one CPU, first come first served, and
// lists that are searched from end to end.
type queueTwin struct {
	w     *workload.Workload
	ready []int
	pc    []int
	acc   []int64
	stuck [][]int // who waits for each queue, in the order they came
	held  [][]twinValue
	open  []int
	log   []string
}

type twinValue struct{ value, rank int64 }

func (q *queueTwin) run() []string {
	n := len(q.w.Tasks)
	q.pc, q.acc = make([]int, n), make([]int64, n)
	q.stuck, q.held, q.open = make([][]int, len(q.w.Resources)), make([][]twinValue, len(q.w.Resources)), make([]int, len(q.w.Resources))
	for i := range n {
		q.ready = append(q.ready, i)
	}
	for len(q.ready) > 0 {
		i := q.ready[0]
		q.ready = q.ready[1:]
		for q.pc[i] < len(q.w.Tasks[i].Program.Ops) {
			op := &q.w.Tasks[i].Program.Ops[q.pc[i]]
			if op.Code == workload.OpCPU {
				q.pc[i]++
				continue
			}
			if q.try(i, op) {
				q.others(op.Res)
				continue
			}
			if op.Patience == workload.Patient {
				q.stuck[op.Res] = append(q.stuck[op.Res], i)
				break
			}
			q.acc[i] = 0
			q.say(i, "refused", op.Res)
			if q.pc[i]++; op.Manner&workload.Raises != 0 {
				q.pc[i] = len(q.w.Tasks[i].Program.Ops)
			}
		}
	}
	for i := range n {
		q.say(i, "ends at", q.pc[i], q.acc[i])
	}
	return q.log
}

// others lets those who wait for a queue try again until nobody gets on.
func (q *queueTwin) others(res int) {
	for again := true; again; {
		again = false
		for _, i := range slices.Clone(q.stuck[res]) {
			if q.try(i, &q.w.Tasks[i].Program.Ops[q.pc[i]]) {
				q.stuck[res] = slices.DeleteFunc(q.stuck[res], func(x int) bool { return x == i })
				q.ready = append(q.ready, i)
				again = true
			}
		}
	}
}

func (q *queueTwin) say(task int, what ...any) { q.log = append(q.log, fmt.Sprint(task, what)) }

func (q *queueTwin) try(i int, op *workload.Op) bool {
	r, held := &q.w.Resources[op.Res], &q.held[op.Res]
	result := int64(1)
	switch op.Code {
	case workload.OpPut:
		if r.Capacity > 0 && len(*held) == r.Capacity {
			return false
		}
		x := twinValue{op.Value, op.Priority}
		if op.Manner&workload.OfAcc != 0 {
			x.value = q.acc[i]
		}
		if op.Manner&workload.FarEnd != 0 {
			*held = append([]twinValue{x}, *held...)
		} else {
			*held = append(*held, x)
		}
		q.open[op.Res]++
		q.say(i, "put", op.Res, x.value)
	case workload.OpGet:
		if len(*held) == 0 {
			return false
		}
		at := 0
		if r.Order == workload.LIFO || op.Manner&workload.FarEnd != 0 {
			at = len(*held) - 1
		}
		if r.Order == workload.ByPriority {
			for k, x := range *held {
				if x.rank < (*held)[at].rank {
					at = k
				}
			}
		}
		value := (*held)[at].value
		*held = slices.Delete(*held, at, at+1)
		q.say(i, "get", op.Res, value)
		if op.Patience == workload.Patient || op.Manner&workload.Raises != 0 {
			q.acc[i] = value
			q.pc[i]++
			return true
		}
	case workload.OpTaskDone:
		if q.open[op.Res] == 0 {
			q.pc[i] = len(q.w.Tasks[i].Program.Ops)
			return true
		}
		q.open[op.Res]--
		q.say(i, "done", op.Res)
	case workload.OpJoinQueue:
		if q.open[op.Res] > 0 {
			return false
		}
		q.say(i, "joined", op.Res)
	}
	if op.Patience != workload.Patient {
		q.acc[i] = result
	}
	q.pc[i]++
	return true
}

// said is what a recording says of queues, as the twin says it.
func said(m *sim.Machine) []string {
	r := m.Recording()
	q := queueTwin{}
	for _, e := range r.Events(0) {
		switch e.Kind {
		case trace.Put, trace.Get:
			q.say(int(e.Task), e.Kind.String(), e.Object, e.Arg)
		case trace.Refused:
			q.say(int(e.Task), "refused", e.Object)
		case trace.TaskDone:
			q.say(int(e.Task), "done", e.Object)
		case trace.AllDone, trace.WakeDone:
			q.say(int(e.Task), "joined", e.Object)
		}
	}
	var s trace.Snapshot
	r.Snapshot(&s, r.End())
	for i := range s.Tasks {
		q.say(i, "ends at", s.Tasks[i].PC, s.Tasks[i].Acc)
	}
	return q.log
}

func TestQueuesAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tasks []workload.Task
		for range rapid.IntRange(1, 5).Draw(t, "tasks") {
			ops := []workload.Op{cpu(1)}
			for range rapid.IntRange(0, 9).Draw(t, "ops") {
				op := anyPut(byte(rapid.IntRange(0, 255).Draw(t, "put")))
				if rapid.Bool().Draw(t, "takes") {
					if op = anyGet(byte(rapid.IntRange(0, 255).Draw(t, "get"))); op.Res == 8 || op.Code >= workload.OpWrite {
						continue
					}
				}
				if op.Code <= workload.OpGet && rapid.IntRange(0, 3).Draw(t, "patience") == 0 {
					op.Patience = workload.NotAtAll
				}
				ops = append(ops, op)
			}
			tasks = append(tasks, task(0, ops...))
		}
		w := computer(1, tasks...)
		w.Resources = append(resources(), queues()...)
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, "fcfs") }, func() []sim.Intervention { return nil })
		if err != nil {
			t.Fatal(err)
		}
		twin := queueTwin{w: w}
		if want, got := twin.run(), said(m); !slices.Equal(got, want) {
			t.Fatalf("kernel %v\ntwin   %v\n%s", got, want, transcript(m.Recording()))
		}
	})
}

// A queue may be joined by one who waits beside those who wait for values.
func TestJoiningAQueue(t *testing.T) {
	worker := func() []workload.Op {
		return []workload.Op{repeat(2), get(7), cpu(3), taskDone(7), end()}
	}
	w := computer(1,
		task(0, worker()...), task(0, worker()...),
		task(0, put(7, 1), put(7, 2), put(7, 3), put(7, 4), joinQueue(7), cpu(1)),
		task(0, atMost(joinQueue(7), 2)),
		task(20, joinQueue(7)),
	)
	w.Resources = append(resources(), queues()...)
	r := run(t, w, choose(t, "fcfs")).Recording()
	if at := happens(t, r, trace.WakeDone, 2); at != 12 {
		t.Errorf("joined at %d\n%s", at, transcript(r))
	}
	if at := happens(t, r, trace.AllDone, 4); at != 20 {
		t.Errorf("joins at %d what is done\n%s", at, transcript(r))
	}
	if at := happens(t, r, trace.TimedOut, 3); at != 2 {
		t.Errorf("gives up at %d\n%s", at, transcript(r))
	}
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

// Who says that it is an error not to get a value ends with exit code 1.
func TestFullAndEmptyAreErrors(t *testing.T) {
	raises := func(op workload.Op, d workload.Time) workload.Op {
		if op.Patience, op.Dur = workload.NotAtAll, 0; d > 0 {
			op = atMost(op, d)
		}
		op.Manner |= workload.Raises
		return op
	}
	w := computer(4,
		task(0, raises(get(7), 0), cpu(9)),
		task(0, raises(get(7), 3), cpu(9)),
		task(0, put(2, 1), put(2, 2), raises(put(2, 3), 1), cpu(9)),
		task(5, put(7, 42), raises(get(7), 0), put(7, 0), atMost(get(7), 3)),
	)
	w.Resources = append(resources(), queues()...)
	r := run(t, w, choose(t, "fcfs")).Recording()
	for i, want := range []trace.Time{0, 3, 1, 5} {
		if at := happens(t, r, trace.Exit, trace.TaskID(i)); at != want {
			t.Errorf("task %d ends at %d, want %d\n%s", i, at, want, transcript(r))
		}
	}
	codes := ""
	for _, e := range r.Events(0) {
		if e.Kind == trace.Exit {
			codes += fmt.Sprint(e.Task, "=", e.Arg, " ")
		}
	}
	if want := "0=1 2=1 1=1 3=0 "; codes != want {
		t.Errorf("they end with %s, want %s", codes, want)
	}
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

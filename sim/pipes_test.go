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

func write(r int, n int64) workload.Op {
	return workload.Op{Code: workload.OpWrite, Res: r, Value: n}
}
func read(r int, n int64) workload.Op {
	return workload.Op{Code: workload.OpRead, Res: r, Value: n}
}
func closing(r int, ends int64) workload.Op {
	return workload.Op{Code: workload.OpClose, Res: r, Value: ends}
}

// pipesOf are pipes of these capacities.
func pipesOf(bytes ...int) (list []workload.Resource) {
	for i, n := range bytes {
		list = append(list, workload.Resource{Name: fmt.Sprint("p", i), Kind: workload.Pipe, Capacity: n})
	}
	return list
}

// pipeTwin is what pipes do, once more: one CPU, first come first served, a byte
// at a time.
type pipeTwin struct {
	w     *workload.Workload
	ready []int
	pc    []int
	acc   []int64
	left  []int64 // of the write a task is at
	level []int64
	ends  [][2]map[int]bool // who reads, who writes
	stuck [][]int           // who waits for each pipe, in the order they came
	codes map[int]int64
}

func (q *pipeTwin) run() (end []string) {
	n := len(q.w.Tasks)
	q.pc, q.acc, q.left = make([]int, n), make([]int64, n), make([]int64, n)
	q.level, q.stuck, q.codes = make([]int64, len(q.w.Resources)), make([][]int, len(q.w.Resources)), map[int]int64{}
	for range q.w.Resources {
		q.ends = append(q.ends, [2]map[int]bool{{}, {}})
	}
	for i := range n {
		q.ready = append(q.ready, i)
		for _, op := range q.w.Tasks[i].Program.Ops {
			if op.Code == workload.OpRead || op.Code == workload.OpClose && op.Value&1 != 0 {
				q.ends[op.Res][0][i] = true
			}
			if op.Code == workload.OpWrite || op.Code == workload.OpClose && op.Value&2 != 0 {
				q.ends[op.Res][1][i] = true
			}
		}
	}
	for len(q.ready) > 0 {
		i := q.ready[0]
		q.ready = q.ready[1:]
		q.goOn(i)
	}
	for i := range n {
		end = append(end, fmt.Sprint(i, " at ", q.pc[i], " has ", q.acc[i], " exit ", q.codes[i]))
	}
	return end
}

// goOn lets a task run until it waits or ends.
func (q *pipeTwin) goOn(i int) {
	ops := q.w.Tasks[i].Program.Ops
	for q.pc[i] < len(ops) {
		op := &ops[q.pc[i]]
		switch {
		case op.Code == workload.OpCPU:
			q.pc[i]++
		case op.Code == workload.OpClose:
			delete2(q.ends[op.Res], i, op.Value)
			q.pc[i]++
			q.others(op.Res)
		default:
			if op.Code == workload.OpWrite {
				q.left[i] = op.Value
			}
			waits := !q.try(i, op, false)
			q.others(op.Res)
			if waits && op.Patience == workload.Patient {
				if q.pc[i] < len(ops) && &ops[q.pc[i]] == op && !q.failed(i) {
					q.stuck[op.Res] = append(q.stuck[op.Res], i)
					// What others made room for meanwhile is its own at once.
					q.others(op.Res)
					return
				}
			} else if waits {
				q.acc[i] = -1
				if op.Code == workload.OpWrite {
					q.acc[i] = op.Value - q.left[i]
				}
				q.pc[i]++
			}
		}
		if q.failed(i) {
			break
		}
	}
	for res := range q.w.Resources {
		delete2(q.ends[res], i, 3)
	}
	for res := range q.w.Resources {
		q.others(res)
	}
}

func (q *pipeTwin) failed(i int) bool { return q.codes[i] != 0 }

func delete2(ends [2]map[int]bool, i int, which int64) {
	for k := range ends {
		if which>>k&1 == 1 {
			delete(ends[k], i)
		}
	}
}

// try does what can be done of an operation; it reports whether it is done.
func (q *pipeTwin) try(i int, op *workload.Op, waited bool) bool {
	res, end := op.Res, q.ends[op.Res]
	first := func(code workload.OpCode) bool {
		for _, x := range q.stuck[res] {
			if q.w.Tasks[x].Program.Ops[q.pc[x]].Code == code {
				return x == i
			}
		}
		return true
	}
	if op.Code == workload.OpRead {
		if !waited && !end[0][i] {
			q.fail(i, 1)
			return true
		}
		switch {
		case !first(op.Code):
			return false
		case q.level[res] == 0 && len(end[1]) > 0:
			return false
		}
		n := min(op.Value, q.level[res])
		q.level[res] -= n
		q.acc[i] = n
		q.pc[i]++
		return true
	}
	if !waited && !end[1][i] {
		q.fail(i, 1)
		return true
	}
	if len(end[0]) == 0 {
		q.fail(i, 141)
		return true
	}
	for q.left[i] > 0 && first(op.Code) {
		if q.level[res] == int64(q.w.Resources[res].Capacity) {
			q.readers(res)
			if q.level[res] == int64(q.w.Resources[res].Capacity) {
				return false
			}
		}
		q.left[i]--
		q.level[res]++
		if q.level[res] == int64(q.w.Resources[res].Capacity) || q.left[i] == 0 {
			break
		}
	}
	if q.left[i] > 0 {
		q.readers(res)
		if first(op.Code) && q.level[res] < int64(q.w.Resources[res].Capacity) {
			return q.try(i, op, true)
		}
		return false
	}
	q.acc[i] = op.Value
	q.pc[i]++
	return true
}

func (q *pipeTwin) fail(i int, code int64) {
	q.codes[i] = code
	q.pc[i] = len(q.w.Tasks[i].Program.Ops)
}

// readers lets those who wait to read have what there is.
func (q *pipeTwin) readers(res int) {
	for _, i := range slices.Clone(q.stuck[res]) {
		if op := &q.w.Tasks[i].Program.Ops[q.pc[i]]; op.Code == workload.OpRead && q.try(i, op, true) {
			q.free(res, i)
		}
	}
}

func (q *pipeTwin) free(res, i int) {
	q.stuck[res] = slices.DeleteFunc(q.stuck[res], func(x int) bool { return x == i })
	q.ready = append(q.ready, i)
}

// others lets those who wait try again until nobody gets on.
func (q *pipeTwin) others(res int) {
	for again := true; again; {
		again = false
		q.readers(res)
		for _, i := range slices.Clone(q.stuck[res]) {
			if op := &q.w.Tasks[i].Program.Ops[q.pc[i]]; op.Code == workload.OpWrite && q.try(i, op, true) {
				q.free(res, i)
				again = true
				break
			}
		}
	}
}

func TestPipesAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tasks []workload.Task
		for range rapid.IntRange(1, 5).Draw(t, "tasks") {
			ops := []workload.Op{cpu(1)}
			for range rapid.IntRange(0, 7).Draw(t, "ops") {
				r, n := rapid.IntRange(0, 1).Draw(t, "pipe"), rapid.Int64Range(1, 9).Draw(t, "bytes")
				op := read(r, n)
				switch rapid.IntRange(0, 6).Draw(t, "op") {
				case 0, 1, 2:
					op = write(r, n)
				case 3:
					op = closing(r, n%3+1)
				}
				if op.Code != workload.OpClose && rapid.IntRange(0, 3).Draw(t, "patience") == 0 {
					op.Patience = workload.NotAtAll
				}
				ops = append(ops, op)
			}
			tasks = append(tasks, task(0, ops...))
		}
		w := computer(1, tasks...)
		w.Resources = pipesOf(1, 5)
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, "fcfs") }, func() []sim.Intervention { return nil })
		if err != nil {
			t.Fatal(err)
		}
		twin := pipeTwin{w: w}
		want := twin.run()
		r := m.Recording()
		var s trace.Snapshot
		r.Snapshot(&s, r.End())
		codes := map[int]int64{}
		for _, e := range r.Events(0) {
			if e.Kind == trace.Exit {
				codes[int(e.Task)] = e.Arg
			}
		}
		var got []string
		for i := range s.Tasks {
			got = append(got, fmt.Sprint(i, " at ", s.Tasks[i].PC, " has ", s.Tasks[i].Acc, " exit ", codes[i]))
		}
		if !slices.Equal(got, want) || s.Resources[0].Count != twin.level[0] || s.Resources[1].Count != twin.level[1] {
			t.Fatalf("kernel %v %d %d\ntwin   %v %v\n%s", got, s.Resources[0].Count, s.Resources[1].Count, want, twin.level, transcript(r))
		}
	})
}

// A writer of many bytes waits again and again for a reader that takes few; when
// the writer has ended, the reader finds the end.
func TestPipeFillsAndEnds(t *testing.T) {
	w := computer(1,
		task(0, write(0, 10), cpu(1)),
		task(0, repeat(4), read(0, 3), cpu(2), end(), read(0, 3)),
	)
	w.Resources = pipesOf(4)
	r := run(t, w, choose(t, "fcfs")).Recording()
	var bytes []int64
	for _, e := range r.Events(0) {
		if e.Kind == trace.Read {
			bytes = append(bytes, e.Arg)
		}
	}
	if !slices.Equal(bytes, []int64{3, 3, 3, 1}) {
		t.Errorf("reads %v\n%s", bytes, transcript(r))
	}
	happens(t, r, trace.EndOfFile, 1)
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

// Who writes into a pipe nobody can read ends as by a signal, waiting or not.
func TestPipeBreaks(t *testing.T) {
	w := computer(1,
		task(0, write(0, 10), cpu(9)),
		task(0, read(0, 3), cpu(2), closing(0, workload.ReadEnd), cpu(1)),
		task(5, write(0, 1), cpu(9)),
	)
	w.Resources = pipesOf(4)
	r := run(t, w, choose(t, "fcfs")).Recording()
	for i, want := range map[trace.TaskID]int64{0: 141, 2: 141} {
		for _, e := range r.Events(0) {
			if e.Kind == trace.Exit && e.Task == i && e.Arg != want {
				t.Errorf("task %d ends with %d\n%s", i, e.Arg, transcript(r))
			}
		}
		happens(t, r, trace.BrokenPipe, i)
	}
	if err := trace.Validate(r); err != nil {
		t.Error(err)
	}
}

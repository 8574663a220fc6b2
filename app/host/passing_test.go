package host

import (
	"fmt"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// What went through a pipe is put in order from accounts that say only between
// which instants it did.
func TestPassing(t *testing.T) {
	second := newToken(0, 2)
	putting := []workload.Op{{Code: workload.OpPut, Value: 5}, {Code: workload.OpPut, Value: 6}}
	getting := []workload.Op{{Code: workload.OpGet}, {Code: workload.OpGet}}
	send := func(pc int, from, to trace.Time, v, i int) mark {
		return mark{kind: markSend, pc: pc, from: from, to: to, voluntary: v, involuntary: i, arg: int64(5 + pc), token: newToken(0, uint64(pc+1))}
	}
	receive := func(pc int, from, to trace.Time, v, i int) mark {
		return mark{kind: markReceive, pc: pc, from: from, to: to, voluntary: v, involuntary: i, arg: int64(5 + pc), token: newToken(0, uint64(pc+1))}
	}
	exit := func(at trace.Time) mark { return mark{kind: markExit, pc: 2, from: at, to: at} }
	for name, c := range map[string]struct {
		put, get taskLog
		left     []token
		want     string
	}{
		"the taker notes it first": { // the producer lost the CPU as soon as the value was in
			taskLog{started: 1, ended: 95, marks: []mark{send(0, 10, 50, 0, 1), send(1, 60, 61, 0, 0), exit(95)}},
			taskLog{started: 5, ended: 200, marks: []mark{receive(0, 20, 21, 0, 0), receive(1, 22, 100, 1, 0), exit(200)}},
			nil,
			"0 arrive 0, 0 arrive 1, 1 dispatch 0, 10 put 0, 10 preempt 0, 10 dispatch 1, 20 get 1, 22 block_get 1, 50 dispatch 0, 60 put 0, 95 exit 0, 100 wake_get 1, 100 dispatch 1, 100 get 1, 200 exit 1",
		},
		"room for one": { // the consumer took the first value before it lost the CPU, or the second had no room
			taskLog{started: 1, ended: 95, marks: []mark{send(0, 10, 11, 0, 0), send(1, 12, 40, 1, 0), exit(95)}},
			taskLog{started: 15, ended: 200, marks: []mark{receive(0, 20, 96, 0, 1), receive(1, 97, 98, 0, 0), exit(200)}},
			nil,
			"0 arrive 0, 0 arrive 1, 1 dispatch 0, 10 put 0, 12 block_put 0, 15 dispatch 1, 20 get 1, 20 preempt 1, 40 wake_put 0, 40 dispatch 0, 40 put 0, 95 exit 0, 96 dispatch 1, 97 get 1, 200 exit 1",
		},
		"killed while it had the value": {
			taskLog{started: 1, ended: 95, marks: []mark{send(0, 10, 11, 0, 0), send(1, 12, 40, 1, 0), exit(95)}},
			taskLog{started: 15, killed: 100, marks: []mark{receive(0, 20, 0, 0, 0)}},
			[]token{second},
			"0 arrive 0, 0 arrive 1, 1 dispatch 0, 10 put 0, 12 block_put 0, 15 dispatch 1, 20 block_get 1, 20 wake_get 1, 20 dispatch 1, 20 get 1, 20 preempt 1, 40 wake_put 0, 40 dispatch 0, 40 put 0, 95 exit 0, 100 kill 1",
		},
		"killed with nothing to show for it": {
			taskLog{started: 1, killed: 100, marks: []mark{send(0, 10, 11, 0, 0), send(1, 12, 0, 0, 0)}},
			taskLog{started: 15, killed: 100, marks: []mark{receive(0, 20, 0, 0, 0)}},
			[]token{second},
			"0 arrive 0, 0 arrive 1, 1 dispatch 0, 10 put 0, 12 block_put 0, 15 dispatch 1, 20 block_get 1, 100 kill 0, 100 kill 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &workload.Workload{Name: "test", Resources: []workload.Resource{{Name: "q", Kind: workload.Queue, Capacity: 1}}}
			w.Tasks = []workload.Task{{Name: "P", Program: &workload.Program{Ops: putting}}, {Name: "C", Program: &workload.Program{Ops: getting}}}
			log := &runLog{level: LevelSelf, tasks: []taskLog{c.put, c.get}, left: map[int][]token{0: c.left}}
			rec, warns, err := convert(&plan{w: w}, log)
			if err != nil || len(warns) > 0 {
				t.Fatal(err, warns)
			}
			if err := trace.Validate(rec); err != nil {
				t.Error(err)
			}
			got := ""
			for _, e := range rec.Events(0) {
				if e.Kind == trace.Result { // the value, again
					continue
				}
				if got != "" {
					got += ", "
				}
				got += fmt.Sprint(int64(e.Time), " ", e.Kind, " ", e.Task)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

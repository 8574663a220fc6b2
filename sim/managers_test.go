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

// managed is a queue and the manager that has it, resources 0 and 1.
func managed(capacity int, latency workload.Time, loss int) []workload.Resource {
	return []workload.Resource{
		{Name: "q", Kind: workload.Queue, Capacity: capacity, Manager: 2},
		{Name: "boss", Kind: workload.Manager, Owns: []int{0}, Network: workload.Network{Latency: latency, Loss: loss}},
	}
}

// manages is the task of a manager, resource r, that takes so long for each request.
func manages(r int, serve workload.Time) workload.Task {
	p := &workload.Program{Ops: []workload.Op{
		{Code: workload.OpRepeat, Value: -1, Jump: 5}, {Code: workload.OpTakeRequest, Res: r}, {Code: workload.OpCPU, Dur: serve},
		{Code: workload.OpAnswer, Res: r}, {Code: workload.OpEnd, Jump: 1},
	}, Text: make([]string, 5)}
	return workload.Task{Name: "boss", Implicit: true, Program: p}
}

// office is a manager of a queue and its clients, once more: a list of what is to
// happen, the earliest first.
type office struct {
	latency, serve, now workload.Time
	capacity            int
	clients             []*client
	inbox, aside        []*client
	queue               []int64
	what                []happening
	tie                 bool
}

type client struct {
	n      int
	steps  []turn // compute for so long, then put, or get if it is 0
	at     int
	got    []int64
	finish workload.Time
}

type turn struct {
	think workload.Time
	value int64
}

type happening struct {
	at workload.Time
	do func()
}

func (o *office) later(d workload.Time, do func()) {
	o.what = append(o.what, happening{o.now + d, do})
}

func (o *office) run() {
	for _, c := range o.clients {
		c.finish = -1
		o.think(c)
	}
	for len(o.what) > 0 {
		i := 0
		for k := range o.what {
			if o.what[k].at < o.what[i].at {
				i = k
			}
		}
		x := o.what[i]
		o.tie = o.tie || x.at == o.now && o.now > 0
		o.what = slices.Delete(o.what, i, i+1)
		o.now = x.at
		x.do()
	}
}

func (o *office) think(c *client) {
	if c.at == len(c.steps) {
		c.finish = o.now
		return
	}
	o.later(c.steps[c.at].think, func() { o.later(o.latency, func() { o.arrives(c) }) })
}

func (o *office) arrives(c *client) {
	if o.inbox = append(o.inbox, c); len(o.inbox) == 1 {
		o.later(o.serve, o.served)
	}
}

// served answers the request that stands first, and then those put aside that can
// be answered.
func (o *office) served() {
	c := o.inbox[0]
	if !o.does(c) {
		o.aside = append(o.aside, c)
	}
	for i := 0; i < len(o.aside); i++ {
		if o.does(o.aside[i]) {
			o.aside = slices.Delete(o.aside, i, i+1)
			i = -1
		}
	}
	if o.inbox = o.inbox[1:]; len(o.inbox) > 0 {
		o.later(o.serve, o.served)
	}
}

func (o *office) does(c *client) bool {
	switch v := c.steps[c.at].value; {
	case v > 0 && len(o.queue) == o.capacity, v == 0 && len(o.queue) == 0:
		return false
	case v > 0:
		o.queue = append(o.queue, v)
	default:
		c.got = append(c.got, o.queue[0])
		o.queue = o.queue[1:]
	}
	o.later(o.latency, func() { c.at++; o.think(c) })
	return true
}

// TestManagersAndTheirTwin: requests take the latency there and back, the manager
// deals with one after the other, and values come out as they went in.
func TestManagersAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Times of many digits, so that no two things happen at one instant; what does is
		// left out.
		span := func(name string) workload.Time {
			return workload.Time(rapid.IntRange(1, 1_000_000_007).Draw(t, name))
		}
		o := &office{latency: span("latency"), serve: span("serve"), capacity: rapid.IntRange(1, 3).Draw(t, "capacity")}
		tasks := []workload.Task{manages(1, o.serve)}
		for n := range rapid.IntRange(1, 4).Draw(t, "clients") {
			c := &client{n: n}
			var ops []workload.Op
			for range rapid.IntRange(1, 5).Draw(t, "steps") {
				s := turn{span("think"), int64(rapid.IntRange(0, 9).Draw(t, "value"))}
				if rapid.Bool().Draw(t, "gets") {
					s.value = 0
				}
				c.steps = append(c.steps, s)
				ops = append(ops, workload.Op{Code: workload.OpCPU, Dur: s.think})
				if s.value > 0 {
					ops = append(ops, put(0, s.value))
				} else {
					ops = append(ops, get(0))
				}
			}
			o.clients = append(o.clients, c)
			tasks = append(tasks, task(0, ops...))
		}
		if o.run(); o.tie {
			t.Skip("two things at one instant")
		}
		w := computer(len(tasks), tasks...)
		w.Resources = managed(o.capacity, o.latency, 0)
		r := whole(t, w).Recording()
		check(t, r)
		finish, got := make([]workload.Time, len(o.clients)), make([][]int64, len(o.clients))
		for i := range finish {
			finish[i] = -1
		}
		for i, e := range r.Events(0) {
			if e.Task == 0 || e.Task == trace.NoTask {
				continue
			}
			switch e.Kind {
			case trace.Exit:
				finish[e.Task-1] = workload.Time(e.Time)
			case trace.WakeRemote:
				var s trace.Snapshot
				r.SnapshotAt(&s, i, e.Time)
				if op := w.Tasks[e.Task].Program.Ops[s.Tasks[e.Task].PC]; op.Code == workload.OpGet {
					r.SnapshotAt(&s, i+2, e.Time)
					got[e.Task-1] = append(got[e.Task-1], s.Tasks[e.Task].Acc)
				}
			}
		}
		for i, c := range o.clients {
			if finish[i] != c.finish || fmt.Sprint(got[i]) != fmt.Sprint(c.got) {
				t.Fatalf("client %d: got %v and finished at %d; the twin %v at %d\n%s", i, got[i], finish[i], c.got, c.finish, transcript(r))
			}
		}
	})
}

// TestAnyManager: with losses, kills and those who don't wait, each value put comes
// out at most once, and what the recording says is possible.
func TestAnyManager(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
		tasks := []workload.Task{manages(1, workload.Time(num("serve", 0, 3))*ms)}
		value := int64(0)
		for range num("clients", 1, 4) {
			var ops []workload.Op
			for range num("ops", 1, 6) {
				value++
				op := []workload.Op{put(0, value), get(0), cpu(2), {Code: workload.OpCloseManager, Res: 1}}[num("op", 0, 15)/5]
				if (op.Code == workload.OpPut || op.Code == workload.OpGet) && rapid.Bool().Draw(t, "nowait") {
					op = trying(op)
				}
				ops = append(ops, op)
			}
			tasks = append(tasks, task(workload.Time(num("at", 0, 5)), ops...))
		}
		w := computer(num("CPUs", 1, 3), tasks...)
		w.Seed = rapid.Uint64().Draw(t, "seed")
		w.Resources = managed(num("capacity", 0, 3), workload.Time(num("latency", 0, 3))*ms, num("loss", 0, 5)*100_000)
		var what []sim.Intervention
		if rapid.Bool().Draw(t, "kill") {
			what = append(what, sim.Kill{At: sim.Time(num("when", 0, 30) * ms), Task: sim.TaskID(num("whom", 0, len(tasks)-1))})
		}
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, rapid.SampledFrom([]string{"fcfs", "rr quantum=2"}).Draw(t, "policy")), Interventions: what})
		if err != nil {
			t.Fatal(err)
		}
		var s trace.Snapshot
		for more := true; more; {
			if more, err = m.Step(); err == nil {
				err = m.Agree(&s)
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, transcript(m.Recording()))
			}
		}
		r := m.Recording()
		check(t, r)
		in, out := map[int64]bool{}, map[int64]bool{}
		for _, e := range r.Events(0) {
			switch e.Kind {
			case trace.PutFor:
				in[e.Arg] = true
			case trace.GetFor:
				if !in[e.Arg] || out[e.Arg] {
					t.Fatalf("%d came out, and it didn't go in or came out before\n%s", e.Arg, transcript(r))
				}
				out[e.Arg] = true
			case trace.Exit:
				if e.Task == 0 && e.Arg != 0 {
					t.Fatalf("the manager ended with %d\n%s", e.Arg, transcript(r))
				}
			}
		}
	})
}

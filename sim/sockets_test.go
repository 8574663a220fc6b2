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

func listen(r int) workload.Op  { return workload.Op{Code: workload.OpListen, Res: r} }
func connect(r int) workload.Op { return workload.Op{Code: workload.OpConnect, Res: r} }
func accept(r int) workload.Op  { return workload.Op{Code: workload.OpAccept, Res: r} }
func send(r int, n int64) workload.Op {
	return workload.Op{Code: workload.OpSend, Res: r, Value: n}
}
func receive(r int, n int64) workload.Op {
	return workload.Op{Code: workload.OpReceive, Res: r, Value: n}
}
func hangUp(r int) workload.Op { return workload.Op{Code: workload.OpCloseSocket, Res: r} }

// socket is a socket of TCP.
func socket(latency, jitter workload.Time, loss, backlog, window int) workload.Resource {
	return workload.Resource{Name: "s", Kind: workload.Socket, Capacity: window, Network: workload.Network{
		Latency: latency * ms, Jitter: jitter * ms, Loss: loss, Backlog: backlog,
	}}
}

// udp is a socket of UDP.
func udp(latency, jitter workload.Time, loss, capacity int) workload.Resource {
	return workload.Resource{Name: "u", Kind: workload.Socket, Capacity: capacity, Network: workload.Network{
		UDP: true, Latency: latency * ms, Jitter: jitter * ms, Loss: loss,
	}}
}

// TestAConnectionTakesARoundTrip: who connects waits for it, half as long again
// goes by until it is accepted, and each message takes the latency.
func TestAConnectionTakesARoundTrip(t *testing.T) {
	w := computer(2, task(0, listen(0), accept(0), receive(0, 10), send(0, 5)), task(1, connect(0), send(0, 10), receive(0, 5)))
	w.Resources = []workload.Resource{socket(3, 0, 0, 1, 100)}
	r := run(t, w, choose(t, "fcfs")).Recording()
	at := map[trace.Kind][]trace.Time{}
	for _, e := range r.Events(0) {
		at[e.Kind] = append(at[e.Kind], e.Time/ms)
	}
	for kind, want := range map[trace.Kind][]trace.Time{
		trace.BlockConnect: {1}, trace.Connect: {7}, trace.Accept: {10}, trace.Receive: {10, 13}, trace.Send: {7, 10},
	} {
		if !slices.Equal(at[kind], want) {
			t.Errorf("%v at %v, want %v\n%s", kind, at[kind], want, transcript(r))
		}
	}
}

// TestAWindowIsSentInEachRoundTrip: a sender is not ahead of the reader by more
// than the window, so that a long way makes even a fast network slow.
func TestAWindowIsSentInEachRoundTrip(t *testing.T) {
	w := computer(2, task(0, listen(0), accept(0), repeat(4), receive(0, 10), end()), task(0, connect(0), send(0, 40)))
	w.Resources = []workload.Resource{socket(5, 0, 0, 1, 10)}
	r := run(t, w, choose(t, "fcfs")).Recording()
	var got []trace.Time
	for _, e := range r.Events(0) {
		if e.Kind == trace.Receive {
			got = append(got, e.Time/ms)
		}
	}
	if want := []trace.Time{15, 25, 35, 45}; !slices.Equal(got, want) {
		t.Errorf("received at %v, want %v\n%s", got, want, transcript(r))
	}
}

func TestWhoIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		tasks []workload.Task
		exits []int64
	}{
		"nobody listens":        {[]workload.Task{task(0, connect(0), cpu(1))}, []int64{111}},
		"and it waits so long":  {[]workload.Task{task(0, atMost(connect(0), 20), cpu(1))}, []int64{0}},
		"too many wait":         {[]workload.Task{task(0, listen(0), cpu(50), accept(0)), task(1, connect(0)), task(1, connect(0)), task(1, connect(0))}, []int64{0, 0, 111, 111}},
		"nobody reads any more": {[]workload.Task{task(0, listen(0), accept(0), hangUp(0), cpu(30)), task(0, connect(0), send(0, 4), sleep(20), send(0, 4), cpu(1))}, []int64{0, 104}},
		"something isn't read":  {[]workload.Task{task(0, listen(0), accept(0), cpu(20), hangUp(0)), task(0, connect(0), send(0, 4), receive(0, 1))}, []int64{0, 104}},
		"the end of it":         {[]workload.Task{task(0, listen(0), accept(0)), task(0, connect(0), receive(0, 1), exit(7))}, []int64{0, 7}},
		"who doesn't listen":    {[]workload.Task{task(0, accept(0))}, []int64{1}},
		"who isn't connected":   {[]workload.Task{task(0, send(0, 1)), task(0, receive(0, 1))}, []int64{1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			w := computer(4, c.tasks...)
			w.Resources = []workload.Resource{socket(2, 0, 0, 1, 100)}
			r := run(t, w, choose(t, "fcfs")).Recording()
			check(t, r)
			got := make([]int64, len(c.tasks))
			for _, e := range r.Events(0) {
				if e.Kind == trace.Exit {
					got[e.Task] = e.Arg
				}
			}
			if !slices.Equal(got, c.exits) {
				t.Errorf("exit codes %v, want %v\n%s", got, c.exits, transcript(r))
			}
		})
	}
}

func check(t fataler, r *trace.Recording) {
	t.Helper()
	if err := (trace.Rules{Complete: true}).Check(r); err != nil {
		t.Fatalf("%v\n%s", err, transcript(r))
	}
}

// TestAnySocket lets clients and servers do anything at sockets with delays and
// losses: what the recording says is possible and what the kernel knows. Of each
// connection everything sent is received in order as long as both go on, and of
// datagrams nothing is received that wasn't sent.
func TestAnySocket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
		tcp := socket(workload.Time(num("latency", 0, 3)), workload.Time(num("jitter", 0, 3)), num("loss", 0, 5)*100_000, num("backlog", 1, 3), num("window", 1, 6))
		lossy := udp(workload.Time(num("latency", 0, 3)), workload.Time(num("jitter", 0, 3)), num("loss", 0, 5)*100_000, num("capacity", 0, 2))
		var tasks []workload.Task
		for range num("tasks", 1, 5) {
			var ops []workload.Op
			if rapid.Bool().Draw(t, "listens") {
				ops = append(ops, listen(0))
			}
			for range num("ops", 0, 8) {
				op := []workload.Op{
					connect(0), connect(0), accept(0), accept(0), send(0, int64(num("bytes", 1, 9))), send(0, int64(num("bytes", 1, 9))), receive(0, int64(num("bytes", 1, 9))),
					receive(0, int64(num("bytes", 1, 9))), hangUp(0), listen(0), send(1, int64(num("value", -5, 5))), receive(1, 0), cpu(workload.Time(num("cpu", 1, 5))),
					sleep(workload.Time(num("sleep", 0, 9))), {Code: workload.OpFork, Kin: &workload.Kin{Child: &workload.Task{}}},
				}[num("op", 0, 14)]
				if op.Code >= workload.OpConnect && op.Code <= workload.OpReceive && op.Code != workload.OpSend && rapid.Bool().Draw(t, "impatient") {
					op = atMost(op, workload.Time(num("timeout", 1, 20)))
				}
				ops = append(ops, op)
			}
			tasks = append(tasks, task(workload.Time(num("at", 0, 5)), ops...))
		}
		w := computer(num("CPUs", 1, 3), tasks...)
		w.Seed = rapid.Uint64().Draw(t, "seed")
		w.Resources = []workload.Resource{tcp, lossy}
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
		check(t, m.Recording())
		datagrams(t, m.Recording())
	})
}

// datagrams checks that what was received by UDP is part of what was sent, and
// that all of the rest was lost or is there still.
func datagrams(t *rapid.T, r *trace.Recording) {
	left := map[int64]int{}
	lost, there := 0, 0
	for _, e := range r.Events(0) {
		if e.Kind.OnResource() && e.Object == 1 {
			switch e.Kind {
			case trace.Send:
				left[e.Arg]++
				there++
			case trace.Receive:
				if left[e.Arg]--; left[e.Arg] < 0 {
					t.Fatalf("%d was received more often than sent\n%s", e.Arg, transcript(r))
				}
				there--
			case trace.Vanish, trace.Overflow:
				lost++
			}
		}
	}
	var s trace.Snapshot
	r.Snapshot(&s, r.End())
	if n := len(s.Resources[1].Items); there != lost+n {
		t.Fatalf("%d not received, %d lost, %d kept\n%s", there, lost, n, transcript(r))
	}
}

// talkTwin is a client that sends so many bytes after computing so long, again and
// again, and then hangs up, and a server that receives them a byte or more at a
// time: each byte for itself, a millisecond after the other. It returns how much
// the server has received, by instant.
func talkTwin(latency, window int, sends [][2]int, takes int) []string {
	type byteAt struct{ due int }
	var way []byteAt              // bytes to the server, in order
	var back []byteAt             // leave to send one more
	connected, accepted := -1, -1 // when
	room, at, left, busy := window, 0, 0, 0
	began := false
	hungUp := -1
	var said []string
	unread := 0
	for now := 0; now < 10_000; now++ {
		if now == 2*latency {
			connected = now
		}
		if now == 3*latency {
			accepted = now
		}
		for again := true; again; {
			again = false
			for len(back) > 0 && back[0].due <= now {
				back, room, again = back[1:], room+1, true
			}
			for len(way) > 0 && way[0].due <= now && accepted >= 0 {
				way, unread, again = way[1:], unread+1, true
			}
			if connected >= 0 && busy == 0 {
				switch {
				case left > 0 && room > 0:
					left, room, again = left-1, room-1, true
					way = append(way, byteAt{now + latency})
				case left == 0 && at < len(sends) && !began:
					busy, began, again = sends[at][0], true, true
				case left == 0 && at < len(sends):
					left, began, again = sends[at][1], false, true
					at++
				case left == 0 && at == len(sends) && hungUp < 0:
					hungUp, again = now, true
				}
			}
			if accepted >= 0 && unread > 0 && !again {
				n := min(unread, takes)
				unread -= n
				said = append(said, fmt.Sprint(n, " at ", now))
				for range n {
					back = append(back, byteAt{now + latency})
				}
				again = true
			}
		}
		if hungUp >= 0 && now >= hungUp+latency && now >= accepted && accepted >= 0 && unread == 0 && len(way) == 0 {
			return append(said, fmt.Sprint("end at ", now))
		}
		if busy > 0 {
			busy--
		}
	}
	return append(said, "never")
}

func TestSocketsAndTheirTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		latency, window := rapid.IntRange(1, 5).Draw(t, "latency"), rapid.IntRange(1, 6).Draw(t, "window")
		takes := rapid.IntRange(1, 9).Draw(t, "takes")
		var sends [][2]int
		ops := []workload.Op{connect(0)}
		for range rapid.IntRange(0, 4).Draw(t, "sends") {
			x := [2]int{rapid.IntRange(1, 6).Draw(t, "cpu"), rapid.IntRange(1, 9).Draw(t, "bytes")}
			sends = append(sends, x)
			ops = append(ops, cpu(workload.Time(x[0])), send(0, int64(x[1])))
		}
		w := computer(2, task(0, listen(0), accept(0), repeat(-1), receive(0, int64(takes)), workload.Op{Code: workload.OpIf, Var: -1, Cmp: workload.Equal}, exit(0), workload.Op{Code: workload.OpEndIf}, end()), task(0, ops...))
		w.Resources = []workload.Resource{socket(workload.Time(latency), 0, 0, 1, window)}
		m, err := sim.New(sim.Config{Workload: w, Policy: choose(t, "fcfs")})
		if err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			if more, err = m.Step(); err != nil {
				t.Fatal(err)
			}
		}
		r := m.Recording()
		check(t, r)
		got := map[trace.Time]int64{}
		var end trace.Time
		for _, e := range r.Events(0) {
			switch e.Kind {
			case trace.Receive:
				got[e.Time/ms] += e.Arg
			case trace.EndOfStream:
				end = e.Time / ms
			}
		}
		want := map[trace.Time]int64{}
		ended := trace.Time(-1)
		for _, line := range talkTwin(latency, window, sends, takes) {
			var n, at int64
			if k, _ := fmt.Sscanf(line, "%d at %d", &n, &at); k == 2 {
				want[trace.Time(at)] += n
			} else if k, _ := fmt.Sscanf(line, "end at %d", &at); k == 1 {
				ended = trace.Time(at)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || end != ended {
			t.Fatalf("received %v, end at %d; the twin %v, %d\n%s", got, end, want, ended, transcript(r))
		}
	})
}

// TestSeekingSockets: what is under way is the same whether a snapshot was played on
// to or looked up from a checkpoint.
func TestSeekingSockets(t *testing.T) {
	w := computer(2,
		task(0, listen(0), accept(0), repeat(-1), receive(0, 3), send(1, 4), end()),
		task(0, connect(0), repeat(4000), send(0, 5), cpu(1), end()),
		task(0, repeat(4000), receive(1, 0), end()),
	)
	w.Resources = []workload.Resource{socket(2, 1, 50_000, 1, 9), udp(3, 2, 100_000, 2)}
	m := machine(t, w, choose(t, "fcfs"))
	if err := m.Run(sim.Time(1<<62), 80_000); err != nil {
		t.Fatal(err)
	}
	r := m.Recording()
	if r.Len() < 70_000 {
		t.Fatalf("%d events only", r.Len())
	}
	said := func(s *trace.Snapshot) string {
		text := ""
		for i := range s.Resources {
			text += fmt.Sprintf("%+v %v ", *s.Resources[i].Net, s.Resources[i].Items)
		}
		return text
	}
	var on trace.Snapshot
	played := map[int]string{}
	for n := 0; n < r.Len(); n += 997 {
		r.SnapshotAt(&on, n, 0)
		played[n] = said(&on)
	}
	var seek trace.Snapshot
	for n := r.Len() / 997 * 997; n >= 0; n -= 997 * 7 {
		r.SnapshotAt(&seek, n, 0)
		if got := said(&seek); got != played[n] {
			t.Fatalf("after %d events %s, not %s", n, got, played[n])
		}
	}
}

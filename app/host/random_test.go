//go:build linux && (amd64 || arm64)

package host

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

var (
	randomSeed = flag.Uint64("random-seed", 0, "of the random programs; 0 = another each time")
	randomFrom = flag.Uint64("random-from", 0, "number of the first")
	randomRuns = flag.Int("random-runs", 6, "how many random programs run for real")
)

// programs writes random programs over what the host can do.
type programs struct {
	*rand.Rand
	made int
}

func (r *programs) pick(list ...string) string { return list[r.IntN(len(list))] }

// ops are some operations, at a depth.
func (r *programs) ops(n, depth int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(r.op(depth))
	}
	return "[" + b.String() + "]"
}

func (r *programs) op(depth int) string {
	body := func() string { return r.ops(1+r.IntN(3), depth+1) }
	around := func(before, after string) string { // a list in a loop of one turn
		return "{repeat: 1, do: [" + before + ", " + strings.TrimPrefix(strings.TrimSuffix(body(), "]"), "[") + ", " + after + "]}"
	}
	if depth < 2 {
		switch r.IntN(14) {
		case 0:
			return around("{lock: "+"m}", "{unlock: m}")
		case 1:
			return around("{lock: again}, {lock: again}", "{unlock: again}, {unlock: again}")
		case 2:
			return around("{lock: busy}", "{unlock: busy}")
		case 3:
			return around("{lock: book, mode: "+r.pick("read", "write")+"}", "{unlock: book}")
		case 4:
			return around("{acquire: rooms}", "{release: rooms}")
		case 5:
			return "{repeat: " + fmt.Sprint(1+r.IntN(3)) + ", do: " + body() + "}"
		case 6:
			return "{if: acc " + r.pick("==", ">", "<=") + " 0, then: " + body() + ", else: " + body() + "}"
		case 7:
			if r.made < 5 {
				r.made++
				return "{" + r.pick("fork", "spawn", "thread") + ": {do: " + body() + "}}"
			}
		}
	}
	switch k := r.IntN(26); k {
	case 0, 1, 2:
		return fmt.Sprintf("{cpu: %d.%d}", r.IntN(3), r.IntN(10))
	case 3:
		return fmt.Sprintf("{sleep: %d}", r.IntN(4))
	case 4:
		return "{io: disk, for: 1}"
	case 5:
		return "yield"
	case 6:
		return "{put: " + r.pick("q", "stack", "ward") + ", value: " + r.pick("1", "2", "acc") + ", timeout: 5}"
	case 7:
		return "{get: " + r.pick("q", "stack", "ward") + ", " + r.pick("timeout: 3", "nowait: yes") + "}"
	case 8:
		return "{load: " + r.pick("x", "s", "5") + "}"
	case 9:
		return "{add: 1}"
	case 10:
		return "{store: " + r.pick("x", "s") + "}"
	case 11:
		return r.pick("{test_and_set: s}", "{fetch_add: s}", "{exchange: s}", "{compare_and_swap: {of: s, old: 1, new: 0}}")
	case 12:
		return r.pick("{set: go}", "{clear: go}", "{await: go, timeout: 3}")
	case 13:
		return "{arrive: line, timeout: 4}"
	case 14:
		return "{once: setup, do: [{cpu: 1}]}"
	case 15:
		return "{write: {to: p, bytes: " + r.pick("1", "3") + "}, nowait: yes}"
	case 16:
		return "{read: {from: p, bytes: 2}, timeout: 3}"
	case 17:
		return "{kill: " + r.pick("A", "B", "C") + ", signal: " + r.pick("CHLD", "USR1", "STOP", "CONT", "CONT") + "}"
	case 18:
		return r.pick("{ignore: USR1}", "{heed: USR1}", "{is_alive: A}", "{join: B, timeout: 4}", "{waitpid: any, nohang: yes}", "{waitpid: any, timeout: 4}")
	case 19:
		return r.pick("{kill: {group: job, signal: CONT}}", "{kill: {group: job, signal: CHLD}}")
	case 20:
		return "{io: {device: net, for: 2, model: " + r.pick("nonblocking, poll: 1", "multiplexed", "signal, copy: 1, do: [{cpu: 3}]", "async") + "}}"
	case 21:
		return "{apply_async: crew, as: r, do: [{cpu: 1}, {load: " + r.pick("1", "2") + "}]}, {result: r}"
	case 22:
		return "{lock: m, try: yes}, {if: acc == 1, then: [{cpu: 1}, {unlock: m}]}"
	}
	return "{cpu: 1}"
}

func (r *programs) workload() string {
	var b strings.Builder
	b.WriteString(`timeslice: 1
unit: 1ms
machine: {instruction: 0.1}
resources:
  m: {kind: mutex}
  again: {kind: rlock}
  busy: {kind: spin}
  book: {kind: rwlock, prefer: ` + r.pick("readers", "writers", "fifo") + `}
  rooms: {kind: semaphore, value: 2}
  go: {kind: event}
  line: {kind: barrier, parties: 2}
  setup: {kind: once}
  q: {kind: queue, capacity: 2}
  stack: {kind: queue, order: lifo}
  ward: {kind: queue, order: priority}
  p: {kind: pipe, capacity: 4}
  crew: {kind: pool, workers: 2}
  disk: {kind: device, servers: 1}
  net: {kind: device, servers: 0}
variables: {x: 0, s: {scope: shared}}
tasks:
`)
	for i, name := range []string{"A", "B", "C"} {
		group := ""
		if i > 0 {
			group = ", group: job"
		}
		fmt.Fprintf(&b, "  - {name: %s, at: %d%s, program: %s}\n", name, r.IntN(3), group, r.ops(4+r.IntN(5), 0))
	}
	return b.String()
}

// What random programs do for real is possible, whatever it is.
func TestRandomPrograms(t *testing.T) {
	seed, runs := uint64(time.Now().UnixNano()), *randomRuns
	if testing.Short() {
		seed, runs = 1, 2
	}
	if *randomSeed > 0 {
		seed = *randomSeed
	}
	ran, events := 0, 0
	for i := range uint64(runs) {
		i += *randomFrom
		r := &programs{Rand: rand.New(rand.NewPCG(seed, i))}
		text := r.workload()
		w, err := workload.Parse("random.yaml", []byte(text))
		if err != nil {
			continue // it may not do so by what it says: leave a lock in one part of an if only, say
		}
		result, err := Record(context.Background(), w, Options{Level: levels[i%2], Limit: 250 * time.Millisecond, Quiet: -1})
		var refused *RefusedError
		if errors.As(err, &refused) && refused.Code == "fault" {
			continue // a task_done too many, a lock it doesn't have
		}
		if err == nil {
			err = trace.Validate(result.Recording)
		}
		if err != nil {
			t.Fatalf("-random-seed %d -random-from %d: %v\n%s", seed, i, err, text)
		}
		ran, events = ran+1, events+result.Recording.Len()
	}
	t.Logf("%d of %d ran, %d events", ran, runs, events)
	if ran*2 < runs {
		t.Errorf("only %d of %d ran, which proves little", ran, runs)
	}
}
